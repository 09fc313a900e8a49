"""Everything that is stored, in one SQLite database: drafts, cases with their journal, and the outbox."""
