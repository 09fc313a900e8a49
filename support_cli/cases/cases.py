"""Cases: a request that was finished, and all that happens to it until it is answered and closed."""

import sqlite3
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from support_cli.base.i18n import _
from support_cli.base.invocation import command_line
from support_cli.cases import case_rows, files, rows
from support_cli.cases.case_rows import LINES
from support_cli.cases.database import Database
from support_cli.cases.errors import IdError
from support_cli.cases.ids import pick
from support_cli.cases.records import (
    Case,
    CaseLine,
    CaseReceipt,
    CaseState,
    Document,
    JournalEntry,
    JournalKind,
    Mark,
)
from support_cli.forms.model import Value
from support_cli.forms.request import Attachment, Request
from support_cli.forms.response_time import Promise

if TYPE_CHECKING:
    from support_cli.cases.removal import CaseExport


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
                from support_cli.cases import drafts

                drafts.touch(connection, draft_id, entry.at, entry)
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


_JOURNAL = "SELECT text || char(10) || operator || char(10) || number FROM journal WHERE case_id = ?"


def by_words(database: Database, words: Sequence[str]) -> tuple[CaseLine, ...]:
    """Finds the cases in which all words occur, in any script; capitals and accents do not count.

    Request, title, ids, names of files and journal are looked at; the case that something happened to last comes first.

    Raises:
        DatabaseError: If it cannot be read.
    """
    wanted = [folded for word in words if (folded := _fold(word).strip())]

    def work(connection: sqlite3.Connection) -> tuple[CaseLine, ...]:
        found = []
        for row in connection.execute(f"{LINES} ORDER BY updated DESC, id").fetchall():
            text = _fold(_text_of(connection, row))
            if all(word in text for word in wanted):
                found.append(rows.to_line(row))
        return tuple(found)

    return database.read(work) if wanted else ()


def by_ticket(database: Database, number: str) -> tuple[CaseLine, ...]:
    """Finds the cases that have a ticket number, as the desk writes it.

    Raises:
        DatabaseError: If it cannot be read.
    """
    return _lines(database, "ticket = :value AND ticket != ''", number)


def by_message_id(database: Database, message_id: str) -> tuple[CaseLine, ...]:
    """Finds the cases that a message with this Message-ID was written for.

    Raises:
        DatabaseError: If it cannot be read.
    """
    return _lines(
        database,
        ":value != '' AND id IN (SELECT case_id FROM receipts WHERE message_id = :value"
        " UNION SELECT request_id FROM messages WHERE messages.message_id = :value)",
        message_id,
    )


def _lines(database: Database, condition: str, value: str) -> tuple[CaseLine, ...]:
    query = f"{LINES} WHERE {condition} ORDER BY updated DESC, id"
    return database.read(
        lambda connection: tuple(rows.to_line(row) for row in connection.execute(query, {"value": value}))
    )


def _text_of(connection: sqlite3.Connection, row: sqlite3.Row) -> str:
    request = rows.to_request(row)
    said = [row["id"], row["title"], row["ticket"], row["pack_name"], row["form"]]
    said += [_readable(answer.value) for answer in request.answers.values()]
    said += [f"{attachment.name} {attachment.note}" for attachment in request.attachments]
    said += [entry[0] for entry in connection.execute(_JOURNAL, (row["id"],))]
    return "\n".join(said)


def _readable(value: Value) -> str:
    return "\n".join(value) if isinstance(value, list) else str(value)


def _fold(text: str) -> str:
    """One form of a word whatever its capitals and accents (``Ёлка``, ``елка``)."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


class Cases(CaseJournal):
    """The cases of one database.

    Everything that takes a ``prefix`` finds a case by the first letters of its id and raises ``IdError`` if none or
    more than one begins like that; an empty text means the only one. Moments are aware. Whatever writes raises
    ``DatabaseError`` if that was not possible.
    """

    def create(
        self,
        request: Request,
        *,
        title: str,
        now: datetime,
        promised_by: datetime | None = None,
        secrets: Collection[str] = (),
        pack_source: str = "",
        promise: Promise | None = None,
    ) -> Case:
        """Stores a request as a case; the same request once more changes nothing.

        A request that was changed under its old id replaces the stored one, which goes to a file in the journal.

        Args:
            request: What was said. Texts are free of halves of surrogate pairs.
            title: Its summary, one line.
            now: Aware moment.
            promised_by: When an answer is promised for.
            secrets: Ids of questions whose answers are not stored.
            pack_source: Where the pack is found again.
            promise: How soon an answer is promised once it is sent.
        """
        stored = self._stored(request.id)
        text = case_rows.dump_request(request, secrets)
        if stored == text:
            return self.get(request.id)
        former = ""
        if stored:
            former = files.store(
                self._database, request.id, "request", ".json", [stored.encode()], what=_("the request")
            ).name

        def work(connection: sqlite3.Connection) -> None:
            if case_rows.line(connection, request.id) is None:
                case_rows.insert(connection, request, title, now, promised_by, secrets, pack_source, promise)
                return
            entry = JournalEntry(at=now, kind=JournalKind.CHANGED, text="", file=former)
            connection.execute("UPDATE cases SET request = ? WHERE id = ?", (text, request.id))
            case_rows.write_entry(connection, request.id, entry)

        self._database.write(work, what=_("the request"), unsaved=request)
        return self.get(request.id)

    def create_from_draft(
        self,
        draft_id: str,
        request: Request,
        *,
        title: str,
        now: datetime,
        promise: Promise | None = None,
    ) -> Case:
        """Turns a draft into a case: at no moment are there both, or neither.

        Args:
            draft_id: The draft, in full.
            request: What was said. Answers to questions marked secret in the draft are left out.
            title: Its summary, one line.
            now: Aware moment.
            promise: How soon an answer is promised once it is sent.

        Raises:
            DraftGone: If the draft was finished or deleted in another window.
        """

        def work(connection: sqlite3.Connection) -> None:
            from support_cli.cases import drafts

            drafts.touch(connection, draft_id, now, request)
            draft = drafts.read(connection, draft_id)
            case_rows.insert(connection, request, title, now, None, draft.secrets, draft.pack_source, promise)
            connection.execute("DELETE FROM drafts WHERE id = ?", (draft_id,))

        self._database.write(work, what=_("the request"), unsaved=request)
        return self.get(request.id)

    def list(
        self,
        *,
        states: Collection[CaseState] = tuple(CaseState),
        pack: str | None = None,
        overdue_at: datetime | None = None,
        limit: int = -1,
    ) -> tuple[CaseLine, ...]:
        """Lists cases, the one that something happened to last first; of those overdue the longest overdue.

        Args:
            states: Only in one of these.
            pack: Only of this pack.
            overdue_at: Only those whose answer was promised for before this moment and has not come.
            limit: At most so many; -1 for all.
        """
        condition, values = case_rows.chosen(states, pack, overdue_at)
        order = "updated DESC, id" if overdue_at is None else "promised_by, id"
        query = f"SELECT * FROM ({case_rows.LINES}) WHERE {condition} ORDER BY {order} LIMIT ?"  # noqa: S608 - our own
        return self._database.read(
            lambda connection: tuple(rows.to_line(row) for row in connection.execute(query, [*values, limit]))
        )

    def count(self, *, states: Collection[CaseState] = tuple(CaseState), overdue_at: datetime | None = None) -> int:
        """Counts the cases that ``list`` lists."""
        condition, values = case_rows.chosen(states, None, overdue_at)
        query = f"SELECT count(*) FROM ({case_rows.LINES}) WHERE {condition}"  # noqa: S608 - our own words
        return self._database.read(lambda connection: int(connection.execute(query, values).fetchone()[0]))

    def all_attachments(self) -> tuple[Attachment, ...]:
        """The files of every case."""

        def work(connection: sqlite3.Connection) -> tuple[Attachment, ...]:
            found = connection.execute("SELECT request FROM cases")
            return tuple(one for row in found for one in rows.to_request(row).attachments)

        return self._database.read(work)

    def search(self, words: Sequence[str]) -> tuple[CaseLine, ...]:
        """Finds the cases in which all words occur, in any script; capitals and accents do not count."""
        return by_words(self._database, words)

    def with_ticket(self, number: str) -> tuple[CaseLine, ...]:
        """Finds the cases that have a ticket number, as the desk writes it."""
        return by_ticket(self._database, number)

    def with_message_id(self, message_id: str) -> tuple[CaseLine, ...]:
        """Finds the cases that a message with this Message-ID was written for."""
        return by_message_id(self._database, message_id)

    def marked(self, mark: str) -> Mark | None:
        """What a key or a digest stands for, or None."""
        query = "SELECT * FROM marks WHERE mark = ?"
        row = self._database.read(lambda connection: connection.execute(query, (mark,)).fetchone())
        return None if row is None else Mark(**{**dict(row), "at": rows.to_moment(row["at"])})

    def mark(self, mark: Mark) -> None:
        """Notes what a key or a digest stands for from now on."""
        statement = "INSERT OR REPLACE INTO marks (mark, content, case_id, purpose, at) VALUES (?, ?, ?, ?, ?)"
        values = (mark.mark, mark.content, mark.case_id, mark.purpose, rows.to_column(mark.at))
        self._database.write(lambda connection: connection.execute(statement, values), what=_("the request"))

    def unmark(self, case_id: str, purpose: str) -> None:
        """Forgets by what a request was to be known again."""
        statement = "DELETE FROM marks WHERE case_id = ? AND purpose = ?"
        self._database.write(lambda connection: connection.execute(statement, (case_id, purpose)))

    def export(self, prefix: str) -> "CaseExport":
        """Collects everything that is stored about a case."""
        from support_cli.cases import removal

        key = self.find(prefix)
        return removal.export(self._database, key) or self._missing(key)

    def delete(self, prefix: str) -> bool:
        """Deletes a case, its journal, messages and replies for good; documents that were written elsewhere stay.

        Returns:
            False when another ``support`` that is open keeps a log in which deleted words may be found until it ends.

        Raises:
            WrongState: If a message of it is being sent right now.
        """
        from support_cli.cases import removal

        return removal.delete(self._database, self.find(prefix))

    def _stored(self, key: str) -> str:
        """The request file of a case as it is stored, or an empty text."""
        query = "SELECT request FROM cases WHERE id = ?"
        row = self._database.read(lambda connection: connection.execute(query, (key,)).fetchone())
        return str(row["request"]) if row else ""
