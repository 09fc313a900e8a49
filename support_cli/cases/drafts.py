"""Drafts: every answer is on the disk before the next question is drawn."""

import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from support_cli.base.i18n import _
from support_cli.base.invocation import command_line
from support_cli.cases import rows
from support_cli.cases.database import Database
from support_cli.cases.errors import DraftGone, DraftOpenElsewhere
from support_cli.cases.ids import letter, new_id, pick
from support_cli.cases.lease import Liveness, Owner, liveness, this_process
from support_cli.cases.records import Draft, Said
from support_cli.forms.request import Answer, Attachment, PackRef

LEASE = timedelta(minutes=30)
"""How long after its last change a draft counts as open where it cannot be told whether the other process runs."""


def is_taken(connection: sqlite3.Connection, key: str) -> bool:
    """Whether an id belongs to a draft, a case or a message."""
    found = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM drafts WHERE id = :key) OR EXISTS (SELECT 1 FROM cases WHERE id = :key)"
        " OR EXISTS (SELECT 1 FROM messages WHERE request_id = :key)",
        {"key": key},
    ).fetchone()
    return bool(found[0])


def is_case(connection: sqlite3.Connection, key: str) -> bool:
    """Whether an id in full belongs to a case."""
    return connection.execute("SELECT 1 FROM cases WHERE id = ?", (key,)).fetchone() is not None


def insert(connection: sqlite3.Connection, key: str, draft: Draft, now: datetime) -> None:
    """Writes a whole draft under a free id, held by this process."""
    connection.execute(
        "INSERT INTO drafts (id, pack_name, pack_version, pack_digest, pack_source, form, language, created,"
        " updated, position, progress, attachments, about, plain) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            key,
            draft.pack.name,
            draft.pack.version,
            draft.pack.digest,
            rows.storable(draft.pack_source),
            draft.form,
            draft.language,
            draft.created.isoformat(),
            rows.to_column(now),
            draft.position,
            draft.progress,
            rows.dump(draft.attachments),
            draft.about,
            draft.plain,
        ),
    )
    for question, answer in draft.answers.items():
        say(connection, key, question, answer, now)
    for question, text in draft.unfinished.items():
        keep_unfinished(connection, key, question, text, now)
    for question in draft.secrets:
        connection.execute("INSERT INTO secrets (draft, question) VALUES (?, ?)", (key, question))
    hold(connection, key, now)


def read(connection: sqlite3.Connection, key: str) -> Draft:
    """Reads one draft.

    Raises:
        DraftGone: If there is none with that id.
    """
    row = connection.execute("SELECT * FROM drafts WHERE id = ?", (key,)).fetchone()
    if row is None:
        raise gone(connection, key, None)
    return to_draft(connection, row)


def read_all(connection: sqlite3.Connection, limit: int = -1) -> tuple[Draft, ...]:
    """Every draft, or at most so many, the one touched last first."""
    found = connection.execute("SELECT * FROM drafts ORDER BY updated DESC, id LIMIT ?", (limit,)).fetchall()
    return tuple(to_draft(connection, row) for row in found)


def to_draft(connection: sqlite3.Connection, row: sqlite3.Row) -> Draft:
    """A draft from its row and those that belong to it."""
    key = row["id"]
    # The last word on a question counts, in the place of the first; an answer that was taken back has no value.
    answers = {
        said["question"]: said
        for said in connection.execute(
            "SELECT question, value, source FROM answers WHERE draft = ? ORDER BY seq", (key,)
        )
    }
    unfinished = connection.execute("SELECT question, text FROM unfinished WHERE draft = ? ORDER BY at", (key,))
    secrets = connection.execute("SELECT question FROM secrets WHERE draft = ? ORDER BY rowid", (key,))
    return Draft(
        id=key,
        pack=PackRef(row["pack_name"], row["pack_version"], row["pack_digest"]),
        pack_source=row["pack_source"],
        form=row["form"],
        language=row["language"],
        created=rows.to_created(row),
        updated=rows.to_moment(row["updated"]),
        position=row["position"],
        progress=row["progress"],
        answers={question: rows.to_answer(said) for question, said in answers.items() if said["value"] is not None},
        secrets=tuple(found["question"] for found in secrets),
        unfinished={found["question"]: found["text"] for found in unfinished},
        attachments=rows.load(row["attachments"], tuple[Attachment, ...]),
        about=row["about"],
        plain=bool(row["plain"]),
        skipped=tuple(question for question, said in answers.items() if said["value"] is None),
    )


def touch(connection: sqlite3.Connection, key: str, now: datetime, unsaved: object) -> None:
    """Notes that a draft is changed now.

    Raises:
        DraftGone: If there is none with that id.
    """
    done = connection.execute("UPDATE drafts SET updated = ? WHERE id = ?", (rows.to_column(now), key))
    if not done.rowcount:
        raise gone(connection, key, unsaved)


def say(connection: sqlite3.Connection, key: str, question: str, answer: Answer | None, now: datetime) -> None:
    """Adds an answer, or that it was taken back."""
    connection.execute(
        "INSERT INTO answers (draft, question, value, source, at, pid) VALUES (?, ?, ?, ?, ?, ?)",
        (
            key,
            question,
            None if answer is None else rows.dump_value(answer.value),
            0 if answer is None else int(answer.source),
            rows.to_column(now),
            this_process().pid,
        ),
    )


def keep_unfinished(connection: sqlite3.Connection, key: str, question: str, text: str, now: datetime) -> bool:
    """Keeps a half-typed text, or forgets it when it is empty; returns whether one was forgotten."""
    if not text:
        done = connection.execute("DELETE FROM unfinished WHERE draft = ? AND question = ?", (key, question))
        return done.rowcount > 0
    connection.execute(
        "REPLACE INTO unfinished (draft, question, text, at) VALUES (?, ?, ?, ?)",
        (key, question, rows.storable(text), rows.to_column(now)),
    )
    return False


def hold(connection: sqlite3.Connection, key: str, now: datetime) -> None:
    """Makes this process the one that has the draft open."""
    connection.execute(
        "UPDATE drafts SET owner = ?, leased = ? WHERE id = ?",
        (rows.dump(this_process()), rows.to_column(now), key),
    )


def refuse_if_held(connection: sqlite3.Connection, key: str, now: datetime) -> None:
    """Refuses a draft that another process has open.

    Raises:
        DraftOpenElsewhere: If it is, as far as can be told.
        DraftGone: If there is none with that id.
    """
    row = connection.execute("SELECT owner, leased, updated FROM drafts WHERE id = ?", (key,)).fetchone()
    if row is None:
        raise gone(connection, key, None)
    owner = rows.load_or_none(row["owner"], Owner)
    if owner is None or owner == this_process():
        return
    alive = liveness(owner)
    fresh = abs(now - rows.to_moment(row["updated"])) < LEASE
    if alive is Liveness.DEAD or (alive is Liveness.UNKNOWN and not fresh):
        return
    certain = alive is Liveness.ALIVE
    message = (
        _("Draft {id} is open in another window (process {pid}).")
        if certain
        else _("Draft {id} was open on {host} a short while ago, and may still be.")
    )
    raise DraftOpenElsewhere(
        message.format(id=key, pid=owner.pid, host=owner.host),
        hint=_("Go on there, or close it there first. Nothing that was saved is lost either way."),
        draft_id=key,
        pid=owner.pid,
        host=owner.host,
        since=rows.to_moment(row["leased"] or 0),
        certain=certain,
    )


def gone(connection: sqlite3.Connection, key: str, unsaved: object) -> DraftGone:
    """The error for a draft that another window finished or deleted."""
    finished = is_case(connection, key)
    message = (
        _("Draft {id} was finished in another window.") if finished else _("Draft {id} was deleted in another window.")
    )
    return DraftGone(
        message.format(id=key),
        hint=_("It can be stored again as a new draft."),
        where=key,
        unsaved=unsaved,
        finished=finished,
    )


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
            while not key or is_taken(connection, key):
                key = new_id(self._choose)
            insert(connection, key, draft, now)
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
            touch(connection, draft_id, now, answer)
            say(connection, draft_id, question_id, answer, now)
            keep_unfinished(connection, draft_id, question_id, "", now)

        self._write(work, draft_id, question_id, answer)
        self._lasting = now

    def clear_answer(self, draft_id: str, question_id: str, now: datetime) -> None:
        """Takes an answer back; what was said stays in the history until the draft ends."""

        def work(connection: sqlite3.Connection) -> None:
            touch(connection, draft_id, now, None)
            say(connection, draft_id, question_id, None, now)
            keep_unfinished(connection, draft_id, question_id, "", now)
            connection.execute("DELETE FROM secrets WHERE draft = ? AND question = ?", (draft_id, question_id))

        self._write(work, draft_id, question_id, None)

    def save_unfinished(self, draft_id: str, question_id: str, text: str, now: datetime) -> None:
        """Saves a half-typed text, cheaply enough to call while typing; an empty one is forgotten.

        It outlives a crash at once, and a power cut within seconds of typing on.
        """

        def work(connection: sqlite3.Connection) -> None:
            touch(connection, draft_id, now, text)
            keep_unfinished(connection, draft_id, question_id, text, now)

        durable = self._lasting is None or abs(now - self._lasting) > _SOON
        self._write(work, draft_id, question_id, text, durable=durable)
        if durable:
            self._lasting = now

    def set_form(self, draft_id: str, *, pack: PackRef, pack_source: str, form: str, now: datetime) -> None:
        """Notes which form a draft is for, once a story has told.

        Args:
            draft_id: The draft.
            pack: The pack that asks.
            pack_source: Where the pack was found.
            form: Id of the form.
            now: Aware moment.
        """

        def work(connection: sqlite3.Connection) -> None:
            touch(connection, draft_id, now, None)
            connection.execute(
                "UPDATE drafts SET pack_name = ?, pack_version = ?, pack_digest = ?, pack_source = ?, form = ?"
                " WHERE id = ?",
                (pack.name, pack.version, pack.digest, rows.storable(pack_source), form, draft_id),
            )

        self._database.write(work, what=_("the form"), unsaved=form)

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
            touch(connection, draft_id, now, None)
            connection.execute(
                "UPDATE drafts SET position = ?, progress = coalesce(?, progress) WHERE id = ?",
                (question_id, progress, draft_id),
            )

        self._write(work, draft_id, question_id or "", None, durable=False)

    def save_attachments(self, draft_id: str, attachments: Sequence[Attachment], now: datetime) -> None:
        """Saves which files go along, in order; on return that is on the disk."""
        kept = tuple(attachments)

        def work(connection: sqlite3.Connection) -> None:
            touch(connection, draft_id, now, kept)
            connection.execute("UPDATE drafts SET attachments = ? WHERE id = ?", (rows.dump(kept), draft_id))

        self._database.write(work, what=_("the list of attached files"), unsaved=kept)

    def mark_secret(self, draft_id: str, question_id: str, now: datetime) -> None:
        """Notes that a secret question was answered, so that a later run asks again; forgets whatever was stored."""

        def work(connection: sqlite3.Connection) -> bool:
            touch(connection, draft_id, now, None)
            given = connection.execute(
                "DELETE FROM answers WHERE draft = ? AND question = ?", (draft_id, question_id)
            ).rowcount
            typed = keep_unfinished(connection, draft_id, question_id, "", now)
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

    def list(self, *, limit: int = -1) -> tuple[Draft, ...]:
        """Every draft, or at most so many, the one touched last first."""
        return self._database.read(lambda connection: read_all(connection, limit))

    def count(self) -> int:
        """Counts the drafts."""
        query = "SELECT count(*) FROM drafts"
        return self._database.read(lambda connection: int(connection.execute(query).fetchone()[0]))

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
                touch(connection, draft_id, now, None)
            else:
                refuse_if_held(connection, draft_id, now)
            hold(connection, draft_id, now)

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
            if is_case(connection, key := prefix.strip().lower()):
                hint = _("It is finished: {command}").format(command=command_line("cases", "show", key))
            unknown = _("No draft has an id that begins with “{prefix}”.") if prefix else _("There is no draft.")
            return pick(prefix, known, unknown=unknown, hint=hint)

        return self._database.read(work)

    def _read(self, key: str) -> Draft:
        return self._database.read(lambda connection: read(connection, key))

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
