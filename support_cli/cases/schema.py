"""The tables, and how an older database becomes a newer one.

A migration is a list of statements; its place in ``MIGRATIONS`` is its number, and ``PRAGMA user_version``
counts those that were run, all that a database lacks in one transaction. Never change one that was released:
add one.

Moments are whole microseconds since 1970 in UTC, except ``created``, which keeps the offset of the place
where it was written (ISO 8601). Columns of records are JSON.
"""

import sqlite3
from collections.abc import Sequence

APPLICATION_ID = 0x53757070
"""``Supp`` in the file's header, so that we never touch another program's database."""

_FIRST = (
    f"PRAGMA application_id = {APPLICATION_ID}",
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)",
    """
    CREATE TABLE drafts (
        id TEXT PRIMARY KEY,
        pack_name TEXT NOT NULL,
        pack_version TEXT NOT NULL,
        pack_digest TEXT NOT NULL,
        pack_source TEXT NOT NULL,
        form TEXT NOT NULL,
        language TEXT NOT NULL,
        created TEXT NOT NULL,
        updated INTEGER NOT NULL,
        position TEXT,
        progress TEXT NOT NULL DEFAULT '',
        attachments TEXT NOT NULL DEFAULT '[]',
        owner TEXT,
        leased INTEGER
    )
    """,
    # Answers are only ever added: the last one of a question counts, and a value of NULL clears it. So two
    # windows on the same draft overwrite nothing, and what was said before can be shown.
    """
    CREATE TABLE answers (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        draft TEXT NOT NULL REFERENCES drafts (id) ON DELETE CASCADE,
        question TEXT NOT NULL,
        value TEXT,
        source INTEGER NOT NULL DEFAULT 0,
        at INTEGER NOT NULL,
        pid INTEGER NOT NULL DEFAULT 0
    )
    """,
    "CREATE INDEX answers_of_draft ON answers (draft, question, seq)",
    """
    CREATE TABLE unfinished (
        draft TEXT NOT NULL REFERENCES drafts (id) ON DELETE CASCADE,
        question TEXT NOT NULL,
        text TEXT NOT NULL,
        at INTEGER NOT NULL,
        PRIMARY KEY (draft, question)
    )
    """,
    """
    CREATE TABLE secrets (
        draft TEXT NOT NULL REFERENCES drafts (id) ON DELETE CASCADE,
        question TEXT NOT NULL,
        PRIMARY KEY (draft, question)
    )
    """,
    """
    CREATE TABLE cases (
        id TEXT PRIMARY KEY,
        created TEXT NOT NULL,
        updated INTEGER NOT NULL,
        title TEXT NOT NULL,
        language TEXT NOT NULL,
        pack_name TEXT NOT NULL,
        form TEXT NOT NULL,
        request TEXT NOT NULL,
        ticket TEXT NOT NULL DEFAULT '',
        url TEXT NOT NULL DEFAULT '',
        promised_by INTEGER,
        sent_at INTEGER,
        answered_at INTEGER,
        closed_at INTEGER
    )
    """,
    """
    CREATE TABLE journal (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        case_id TEXT NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
        at INTEGER NOT NULL,
        kind TEXT NOT NULL,
        text TEXT NOT NULL,
        operator TEXT NOT NULL DEFAULT '',
        promised_by INTEGER,
        number TEXT NOT NULL DEFAULT '',
        file TEXT NOT NULL DEFAULT ''
    )
    """,
    "CREATE INDEX journal_of_case ON journal (case_id, seq)",
    """
    CREATE TABLE documents (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        case_id TEXT NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
        body TEXT NOT NULL
    )
    """,
    "CREATE INDEX documents_of_case ON documents (case_id, seq)",
    """
    CREATE TABLE receipts (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        case_id TEXT NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
        message_id TEXT NOT NULL,
        body TEXT NOT NULL
    )
    """,
    "CREATE INDEX receipts_of_case ON receipts (case_id, seq)",
    """
    CREATE TABLE messages (
        id TEXT PRIMARY KEY,
        request_id TEXT NOT NULL,
        purpose TEXT NOT NULL,
        channel TEXT NOT NULL,
        envelope TEXT NOT NULL,
        media_type TEXT NOT NULL,
        message_id TEXT NOT NULL,
        file TEXT NOT NULL,
        size INTEGER NOT NULL,
        digest TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'written', 'refused', 'cancelled')),
        uncertain INTEGER NOT NULL DEFAULT 0 CHECK (uncertain IN (0, 1)),
        attempts INTEGER NOT NULL DEFAULT 0,
        next_attempt_at INTEGER NOT NULL,
        reason_code TEXT NOT NULL DEFAULT '',
        reason TEXT NOT NULL DEFAULT '',
        ticket TEXT NOT NULL DEFAULT '',
        url TEXT NOT NULL DEFAULT '',
        created INTEGER NOT NULL,
        updated INTEGER NOT NULL,
        sent_at INTEGER,
        claim TEXT NOT NULL DEFAULT '',
        owner TEXT,
        lease_until INTEGER
    )
    """,
    # One living message for one purpose: two terminals cannot store (and so not send) the same thing twice.
    """
    CREATE UNIQUE INDEX messages_once ON messages (request_id, channel, purpose)
        WHERE state IN ('queued', 'sending', 'sent')
    """,
    "CREATE INDEX messages_due ON messages (state, next_attempt_at)",
)

# When the last attempt after which the receiver may have the message handed it over or ended: a receiver that does not
# have it yet may still be at work on it.
_DOUBT = ("ALTER TABLE messages ADD COLUMN doubted_at INTEGER",)

# Where a case's pack is found again; how soon an answer was promised; the case that a follow-up's draft is about.
_FOLLOWED = (
    "ALTER TABLE cases ADD COLUMN pack_source TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE cases ADD COLUMN promise TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE drafts ADD COLUMN about TEXT NOT NULL DEFAULT ''",
)

# A draft that was begun line by line goes on so.
_PLAIN = ("ALTER TABLE drafts ADD COLUMN plain INTEGER NOT NULL DEFAULT 0",)

# What tells a request that was made before: the key that a script gave it, or the digest of what it says. A damaged
# database does without: it is not in ``TABLES``. A mark is there before its case, so that two runs cannot make both.
_REPEATS = (
    """
    CREATE TABLE marks (
        mark TEXT PRIMARY KEY,
        content TEXT NOT NULL,
        case_id TEXT NOT NULL,
        purpose TEXT NOT NULL,
        at INTEGER NOT NULL
    )
    """,
    "CREATE INDEX marks_of_case ON marks (case_id)",
)

# Where an answer came from is ranked with room between the ranks, since stories came between profile and draft.
_RANKED = ("UPDATE answers SET source = source * 10",)

# What lists and the outbox look for, so that ten thousand cases or messages are found as fast as ten.
_FOUND = (
    "CREATE INDEX messages_of_request ON messages (request_id, state)",
    "DROP INDEX messages_due",
    "CREATE INDEX messages_due ON messages (state, next_attempt_at, created, id)",
    "CREATE INDEX cases_promised ON cases (promised_by) WHERE closed_at IS NULL",
)

MIGRATIONS: tuple[tuple[str, ...], ...] = (_FIRST, _DOUBT, _FOLLOWED, _PLAIN, _REPEATS, _RANKED, _FOUND)

TABLES = (
    "drafts",
    "answers",
    "unfinished",
    "secrets",
    "cases",
    "journal",
    "documents",
    "receipts",
    "messages",
)
"""What is saved from a damaged database, parents before their children."""


def version_of(connection: sqlite3.Connection) -> int:
    """The number of migrations that were run on a database."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def migrate(connection: sqlite3.Connection, migrations: Sequence[Sequence[str]] = MIGRATIONS) -> int:
    """Brings a database up to date; two programs that start at once do it once.

    Args:
        connection: In autocommit mode.
        migrations: All that there are, oldest first.

    Returns:
        The version it has now, which is above ``len(migrations)`` when a newer program got there first.

    Raises:
        sqlite3.Error: If a statement fails; the database is as it was before.
    """
    if (version := version_of(connection)) >= len(migrations):
        return version
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = version_of(connection)  # looked at again now that nobody else can write
        # All in one transaction: each one more waits for the disk, which is most of what a first start takes.
        for migration in migrations[version:]:
            for statement in migration:
                connection.execute(statement)
        if version < len(migrations):
            version = len(migrations)
            connection.execute(f"PRAGMA user_version = {version}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return version
