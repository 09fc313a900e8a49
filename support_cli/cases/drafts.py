"""Drafts: every answer is on the disk before the next question is drawn."""

import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from support_cli.base.i18n import _
from support_cli.base.invocation import command_line
from support_cli.cases import draft_rows, rows
from support_cli.cases.database import Database
from support_cli.cases.ids import letter, new_id, pick
from support_cli.cases.lease import this_process
from support_cli.cases.records import Draft, Said
from support_cli.forms.request import Answer, Attachment, PackRef

_T = TypeVar("_T")

_SOON = timedelta(seconds=5)
"""A power cut takes at most this much of a half-typed text, if typing goes on."""


class Drafts:
    """The drafts of one database.

    Everything that takes a ``draft_id`` wants it in full; ``get`` finds it by its first letters. Moments are aware.

    Whatever writes raises ``DatabaseError`` if that was not possible, and ``DraftGone`` if the draft was finished or
    deleted in another window; both keep the value as ``unsaved``.
    """

    def __init__(self, database: Database, *, choose: Callable[[str], str] = letter) -> None:
        """Works on a database.

        Args:
            database: Open.
            choose: Picks one letter of a text, for new ids.
        """
        self._database = database
        self._choose = choose
        self._lasting: datetime | None = None

    def create(
        self,
        pack: PackRef,
        pack_source: str,
        form: str,
        language: str,
        now: datetime,
        about: str = "",
        *,
        plain: bool = False,
    ) -> Draft:
        """Begins a draft, held by this process.

        Args:
            pack: The pack that asks.
            pack_source: Where it was found, as the customer named it.
            form: Id of the form.
            language: Language that is spoken.
            now: Aware moment.
            about: Id of the case that it follows up, or empty.
            plain: It is asked line by line.
        """
        draft = Draft(
            id="",
            pack=pack,
            pack_source=pack_source,
            form=form,
            language=language,
            created=now,
            updated=now,
            about=about,
            plain=plain,
        )
        return self.restore(draft, now)

    def restore(self, draft: Draft, now: datetime) -> Draft:
        """Stores a whole draft, held by this process: one from memory, or one that was deleted in another window.

        Args:
            draft: Under its id, or under a new one where that is empty or taken (also by a case).
            now: Aware moment.

        Returns:
            The draft as it is stored.
        """

        def work(connection: sqlite3.Connection) -> str:
            key = draft.id
            while not key or draft_rows.is_taken(connection, key):
                key = new_id(self._choose)
            draft_rows.insert(connection, key, draft, now)
            return key

        key = self._database.write(work, what=_("a new draft"), unsaved=draft)
        return self._read(key)

    def copy(self, draft_id: str, now: datetime) -> Draft:
        """Makes a second draft of the same content, held by this process, for when the first is open elsewhere."""
        return self.restore(self.get(draft_id), now)

    def save_answer(self, draft_id: str, question_id: str, answer: Answer, now: datetime) -> None:
        """Saves an answer; on return it is on the disk. A half-typed text of that question goes.

        Never call it for a secret question; ``mark_secret`` notes that one was answered.
        """

        def work(connection: sqlite3.Connection) -> None:
            draft_rows.touch(connection, draft_id, now, answer)
            draft_rows.say(connection, draft_id, question_id, answer, now)
            draft_rows.keep_unfinished(connection, draft_id, question_id, "", now)

        self._write(work, draft_id, question_id, answer)
        self._lasting = now

    def clear_answer(self, draft_id: str, question_id: str, now: datetime) -> None:
        """Takes an answer back; what was said stays in the history until the draft ends."""

        def work(connection: sqlite3.Connection) -> None:
            draft_rows.touch(connection, draft_id, now, None)
            draft_rows.say(connection, draft_id, question_id, None, now)
            draft_rows.keep_unfinished(connection, draft_id, question_id, "", now)
            connection.execute("DELETE FROM secrets WHERE draft = ? AND question = ?", (draft_id, question_id))

        self._write(work, draft_id, question_id, None)

    def save_unfinished(self, draft_id: str, question_id: str, text: str, now: datetime) -> None:
        """Saves a half-typed text, cheaply enough to call while typing; an empty one is forgotten.

        It outlives a crash at once, and a power cut within seconds of typing on.
        """

        def work(connection: sqlite3.Connection) -> None:
            draft_rows.touch(connection, draft_id, now, text)
            draft_rows.keep_unfinished(connection, draft_id, question_id, text, now)

        durable = self._lasting is None or abs(now - self._lasting) > _SOON
        self._write(work, draft_id, question_id, text, durable=durable)
        if durable:
            self._lasting = now

    def set_position(
        self, draft_id: str, question_id: str | None, now: datetime, *, progress: str | None = None
    ) -> None:
        """Notes where to go on; like half-typed text, it may be a step behind after a power cut.

        Args:
            draft_id: The draft.
            question_id: The question that is drawn now; None for the review page.
            now: Aware moment.
            progress: Where that is, for lists (``4 of 12``); None leaves what is there.
        """

        def work(connection: sqlite3.Connection) -> None:
            draft_rows.touch(connection, draft_id, now, None)
            connection.execute(
                "UPDATE drafts SET position = ?, progress = coalesce(?, progress) WHERE id = ?",
                (question_id, progress, draft_id),
            )

        self._write(work, draft_id, question_id or "", None, durable=False)

    def save_attachments(self, draft_id: str, attachments: Sequence[Attachment], now: datetime) -> None:
        """Saves which files go along, in order; on return that is on the disk."""
        kept = tuple(attachments)

        def work(connection: sqlite3.Connection) -> None:
            draft_rows.touch(connection, draft_id, now, kept)
            connection.execute("UPDATE drafts SET attachments = ? WHERE id = ?", (rows.dump(kept), draft_id))

        self._database.write(work, what=_("the list of attached files"), unsaved=kept)

    def mark_secret(self, draft_id: str, question_id: str, now: datetime) -> None:
        """Notes that a secret question was answered, so that a later run asks again; forgets whatever was stored."""

        def work(connection: sqlite3.Connection) -> bool:
            draft_rows.touch(connection, draft_id, now, None)
            given = connection.execute(
                "DELETE FROM answers WHERE draft = ? AND question = ?", (draft_id, question_id)
            ).rowcount
            typed = draft_rows.keep_unfinished(connection, draft_id, question_id, "", now)
            connection.execute("INSERT OR IGNORE INTO secrets VALUES (?, ?)", (draft_id, question_id))
            return bool(given or typed)

        if self._write(work, draft_id, question_id, None):
            self._database.scrub()

    def forget_earlier(self, draft_id: str, question_id: str) -> None:
        """Deletes what was said to a question before its present answer (a password that was then masked)."""

        def work(connection: sqlite3.Connection) -> None:
            connection.execute(
                "DELETE FROM answers WHERE draft = :draft AND question = :question AND seq <"
                " (SELECT max(seq) FROM answers WHERE draft = :draft AND question = :question)",
                {"draft": draft_id, "question": question_id},
            )

        self._database.write(work)
        self._database.scrub()

    def get(self, prefix: str) -> Draft:
        """Reads a draft by the first letters of its id; an empty text means the only one.

        Raises:
            IdError: If none or more than one begins like that.
            DatabaseError: If it cannot be read.
        """
        return self._read(self._find(prefix))

    def history(self, draft_id: str) -> tuple[Said, ...]:
        """Everything that was said in a draft, oldest first, whichever window it came from."""
        query = "SELECT * FROM answers WHERE draft = ? ORDER BY seq"
        return self._database.read(
            lambda connection: tuple(rows.to_said(row) for row in connection.execute(query, (draft_id,)))
        )

    def list(self) -> tuple[Draft, ...]:
        """Every draft, the one touched last first."""
        return self._database.read(draft_rows.read_all)

    def delete(self, prefix: str) -> None:
        """Deletes a draft for good; it cannot be found in the file afterwards.

        Raises:
            IdError: If none or more than one begins like that.
            DatabaseError: If it cannot be saved.
        """
        key = self._find(prefix)
        self._database.write(lambda connection: connection.execute("DELETE FROM drafts WHERE id = ?", (key,)))
        self._database.scrub()

    def acquire(self, draft_id: str, now: datetime, *, force: bool = False) -> None:
        """Takes a draft for this process; a process that ended no longer holds it.

        Args:
            draft_id: The draft.
            now: Aware moment.
            force: Take it although it is open elsewhere. Both may go on then: the last answer to a question counts,
                and the history keeps all.

        Raises:
            DraftOpenElsewhere: If another process has it open.
            DraftGone: If there is no such draft any more.
            DatabaseError: If it cannot be saved.
        """

        def work(connection: sqlite3.Connection) -> None:
            if force:
                draft_rows.touch(connection, draft_id, now, None)
            else:
                draft_rows.refuse_if_held(connection, draft_id, now)
            draft_rows.hold(connection, draft_id, now)

        self._database.write(work)

    def release(self, draft_id: str) -> None:
        """Gives a draft back; does nothing if another process has taken it."""
        mine = rows.dump(this_process())
        self._database.write(
            lambda connection: connection.execute(
                "UPDATE drafts SET owner = NULL, leased = NULL WHERE id = ? AND owner = ?", (draft_id, mine)
            ),
            durable=False,
        )

    def _find(self, prefix: str) -> str:
        def work(connection: sqlite3.Connection) -> str:
            if connection.execute("SELECT 1 FROM drafts WHERE id = ?", (prefix,)).fetchone():
                return prefix
            known = {
                row["id"]: " ".join(part for part in (row["pack_name"], row["form"], row["progress"]) if part)
                for row in connection.execute("SELECT id, pack_name, form, progress FROM drafts ORDER BY updated DESC")
            }
            hint = _("There are no drafts. Begin one with: {command}").format(command=command_line("new"))
            if known:
                hint = _("List the drafts that wait with: support")
            if draft_rows.is_case(connection, key := prefix.strip().lower()):
                hint = _("It is finished: {command}").format(command=command_line("cases", "show", key))
            unknown = _("No draft has an id that begins with “{prefix}”.") if prefix else _("There is no draft.")
            return pick(prefix, known, unknown=unknown, hint=hint)

        return self._database.read(work)

    def _read(self, key: str) -> Draft:
        return self._database.read(lambda connection: draft_rows.read(connection, key))

    def _write(
        self,
        work: Callable[[sqlite3.Connection], _T],
        draft_id: str,
        question_id: str,
        value: object,
        *,
        durable: bool = True,
    ) -> _T:
        what = _("the answer to “{question}” in draft {id}").format(question=question_id, id=draft_id)
        return self._database.write(work, what=what, unsaved=value, durable=durable)
