"""The statements behind drafts. Each works inside a transaction of the caller."""

import sqlite3
from datetime import datetime, timedelta

from support_cli.base.i18n import _
from support_cli.cases import rows
from support_cli.cases.errors import DraftGone, DraftOpenElsewhere
from support_cli.cases.lease import Liveness, Owner, liveness, this_process
from support_cli.cases.records import Draft
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


def read_all(connection: sqlite3.Connection) -> tuple[Draft, ...]:
    """Every draft, the one touched last first."""
    found = connection.execute("SELECT * FROM drafts ORDER BY updated DESC, id").fetchall()
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
