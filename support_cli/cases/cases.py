"""Cases: a request that was finished, and all that happens to it until it is answered and closed."""

import itertools
import sqlite3
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from support_cli.base.i18n import _
from support_cli.cases import case_rows, rows
from support_cli.cases.case_journal import CaseJournal
from support_cli.cases.records import (
    Case,
    CaseLine,
    CaseState,
    JournalEntry,
    JournalKind,
    Mark,
)
from support_cli.forms.request import Attachment, Request
from support_cli.forms.response_time import Promise

if TYPE_CHECKING:
    from support_cli.cases.removal import CaseExport


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
            from support_cli.cases import files

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
            from support_cli.cases import draft_rows

            draft_rows.touch(connection, draft_id, now, request)
            draft = draft_rows.read(connection, draft_id)
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
        """Lists cases, the one that something happened to last first.

        Args:
            states: Only in one of these.
            pack: Only of this pack.
            overdue_at: Only those whose answer was promised for before this moment and has not come.
            limit: At most so many; -1 for all.
        """
        wanted = set(states)
        query = f"{case_rows.LINES} WHERE :pack IS NULL OR pack_name = :pack ORDER BY updated DESC, id"

        def work(connection: sqlite3.Connection) -> tuple[CaseLine, ...]:
            found = (rows.to_line(row) for row in connection.execute(query, {"pack": pack}))
            kept = (line for line in found if line.state in wanted and (overdue_at is None or line.overdue(overdue_at)))
            return tuple(itertools.islice(kept, None if limit < 0 else limit))

        return self._database.read(work)

    def all_attachments(self) -> tuple[Attachment, ...]:
        """The files of every case."""

        def work(connection: sqlite3.Connection) -> tuple[Attachment, ...]:
            found = connection.execute("SELECT request FROM cases")
            return tuple(one for row in found for one in rows.to_request(row).attachments)

        return self._database.read(work)

    def search(self, words: Sequence[str]) -> tuple[CaseLine, ...]:
        """Finds the cases in which all words occur, in any script; capitals and accents do not count."""
        from support_cli.cases import search

        return search.by_words(self._database, words)

    def with_ticket(self, number: str) -> tuple[CaseLine, ...]:
        """Finds the cases that have a ticket number, as the desk writes it."""
        from support_cli.cases import search

        return search.by_ticket(self._database, number)

    def with_message_id(self, message_id: str) -> tuple[CaseLine, ...]:
        """Finds the cases that a message with this Message-ID was written for."""
        from support_cli.cases import search

        return search.by_message_id(self._database, message_id)

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
