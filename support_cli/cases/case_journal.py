"""One case and its journal: what is noted, answered, written, sent and closed."""

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import NoReturn

from support_cli.base.i18n import _
from support_cli.base.invocation import command_line
from support_cli.cases import case_rows, rows
from support_cli.cases.database import Database
from support_cli.cases.errors import IdError
from support_cli.cases.ids import pick
from support_cli.cases.records import Case, CaseReceipt, Document, JournalEntry, JournalKind


class CaseJournal:
    """What happens to single cases of one database; ``Cases`` is the whole."""

    def __init__(self, database: Database) -> None:
        """Works on an open database."""
        self._database = database

    def get(self, prefix: str) -> Case:
        """Reads a case with everything that belongs to it."""
        key = self.find(prefix)
        case = self._database.read(lambda connection: case_rows.read(connection, key))
        return case or self._missing(key)

    def find(self, prefix: str) -> str:
        """The id in full."""

        def work(connection: sqlite3.Connection) -> str:
            if connection.execute("SELECT 1 FROM cases WHERE id = ?", (prefix,)).fetchone():
                return prefix
            known = {
                row["id"]: row["title"]
                for row in connection.execute("SELECT id, title FROM cases ORDER BY updated DESC")
            }
            hint = (
                _("List them with: {command}").format(command=command_line("cases", "list"))
                if known
                else _("Begin with: {command}").format(command=command_line("new"))
            )
            if connection.execute("SELECT 1 FROM drafts WHERE id = ?", (key := prefix.strip().lower(),)).fetchone():
                hint = _("It is still a draft: {command}").format(command=command_line("resume", key))
            unknown = _("No case has an id that begins with “{prefix}”.") if prefix else _("There is no case.")
            return pick(prefix, known, unknown=unknown, hint=hint)

        return self._database.read(work)

    def add_note(
        self,
        prefix: str,
        text: str,
        now: datetime,
        *,
        kind: JournalKind = JournalKind.NOTE,
        operator: str = "",
        promised_by: datetime | None = None,
        number: str = "",
    ) -> JournalEntry:
        """Adds to the journal. A number becomes the case's ticket, and a promise the moment it is overdue from."""
        entry = JournalEntry(at=now, kind=kind, text=text, operator=operator, promised_by=promised_by, number=number)
        self._note(self.find(prefix), entry, _("the note"))
        return entry

    def add_reply(
        self,
        prefix: str,
        text: str,
        now: datetime,
        *,
        operator: str = "",
        number: str = "",
        message: Iterable[bytes] = (),
        automatic: bool = False,
    ) -> JournalEntry:
        """Adds an answer of the other side; the case is answered then, unless it was a machine that wrote.

        Args:
            prefix: The case.
            text: What to show of it.
            now: Aware moment.
            operator: Who wrote.
            number: Ticket number that it names.
            message: The whole mail as it came, in pieces; none to keep the text only.
            automatic: A machine says that it got the request: its number counts, and nobody has answered.
        """
        key = self.find(prefix)
        name = ""
        if message:
            from support_cli.cases import files

            name = files.store(self._database, key, "reply", ".eml", message, what=_("the reply")).name
        kind = JournalKind.AUTO_REPLY if automatic else JournalKind.REPLY
        entry = JournalEntry(at=now, kind=kind, text=text, operator=operator, number=number, file=name)
        self._note(key, entry, _("the reply"), **({} if automatic else {"answered_at": now}))
        return entry

    def add_follow_up(self, prefix: str, entry: JournalEntry, *, draft_id: str = "") -> None:
        """Notes a follow-up or an escalation, which opens a closed case again; its draft ends in the same moment.

        Args:
            prefix: The case.
            entry: What was said.
            draft_id: The draft that it was written in, in full, or empty.

        Raises:
            DraftGone: If the draft was finished or deleted in another window.
        """
        key = self.find(prefix)

        def work(connection: sqlite3.Connection) -> None:
            if draft_id:
                from support_cli.cases import draft_rows

                draft_rows.touch(connection, draft_id, entry.at, entry)
                connection.execute("DELETE FROM drafts WHERE id = ?", (draft_id,))
            if not case_rows.write_entry(connection, key, entry):
                self._missing(key)
            connection.execute("UPDATE cases SET closed_at = NULL WHERE id = ?", (key,))

        self._database.write(work, what=_("the follow-up"), unsaved=entry)

    def replies(self, prefix: str) -> tuple[tuple[JournalEntry, Path], ...]:
        """The replies that were saved whole, oldest first, each with the file that holds it."""
        folder = self._database.files
        return tuple((entry, folder / entry.file) for entry in self.get(prefix).replies)

    def add_documents(self, prefix: str, documents: Sequence[Document], now: datetime) -> None:
        """Notes which documents were written, and where."""
        key = self.find(prefix)

        def work(connection: sqlite3.Connection) -> None:
            for document in documents:
                entry = JournalEntry(at=now, kind=JournalKind.DOCUMENT, text=document.path)
                if not case_rows.write_entry(connection, key, entry):
                    self._missing(key)
                connection.execute("INSERT INTO documents (case_id, body) VALUES (?, ?)", (key, rows.dump(document)))

        self._database.write(work, what=_("the list of written documents"), unsaved=tuple(documents))

    def add_receipt(self, prefix: str, receipt: CaseReceipt) -> None:
        """Notes what went where by a way that does not use the outbox (a file, the clipboard)."""
        key = self.find(prefix)

        def work(connection: sqlite3.Connection) -> None:
            if not case_rows.write_receipt(connection, key, receipt):
                self._missing(key)

        self._database.write(work, what=_("the receipt"), unsaved=receipt)

    def close(self, prefix: str, now: datetime, text: str = "") -> None:
        """Closes a case; what still waits in the outbox goes on waiting there."""
        entry = JournalEntry(at=now, kind=JournalKind.CLOSED, text=text)
        self._note(self.find(prefix), entry, _("that the case is closed"), closed_at=now)

    def reopen(self, prefix: str, now: datetime, text: str = "") -> None:
        """Opens a closed case again."""
        entry = JournalEntry(at=now, kind=JournalKind.REOPENED, text=text)
        self._note(self.find(prefix), entry, _("that the case is open again"), closed_at=None)

    def _note(self, key: str, entry: JournalEntry, what: str, **columns: datetime | None) -> None:
        def work(connection: sqlite3.Connection) -> None:
            if not case_rows.write_entry(connection, key, entry):
                self._missing(key)
            for column, moment in columns.items():
                connection.execute(
                    f"UPDATE cases SET {column} = ? WHERE id = ?",  # noqa: S608 - our own names
                    (rows.to_column_or_none(moment), key),
                )

        self._database.write(work, what=what, unsaved=entry)

    @staticmethod
    def _missing(key: str) -> NoReturn:
        raise IdError(
            _("Case {id} was deleted in another window.").format(id=key),
            hint=_("List what there is with: {command}").format(command=command_line("cases", "list")),
            where=key,
            candidates=(),
        )
