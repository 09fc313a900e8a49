"""The statements behind the outbox: every change of state names the states that it may come from."""

import os
import sqlite3
from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from support_cli.base.i18n import _
from support_cli.base.invocation import command_line
from support_cli.base.labels import MESSAGE_STATES, label
from support_cli.cases import case_rows, rows
from support_cli.cases.errors import AlreadyStored, IdError, WrongState
from support_cli.cases.files import Stored
from support_cli.cases.lease import Liveness, Owner, liveness, this_process
from support_cli.cases.records import CaseReceipt, Claimed, JournalEntry, JournalKind, Message, MessageState

FIRST = timedelta(minutes=1)
LONGEST = timedelta(hours=4)
"""RFC 5321, 4.5.4.1 wants at least half an hour between attempts once the first few have failed."""

LONGEST_ASKED = timedelta(days=7)
"""However long a server asks us to wait."""


def fraction() -> float:
    """A number from 0 up to 1 by chance from the system; ``random`` loads too much for a start."""
    return int.from_bytes(os.urandom(6)) / 2**48


def delay(attempts: int, retry_after: timedelta | None, random: Callable[[], float]) -> timedelta:
    """How long to wait after an attempt that failed for now.

    Twice as long each time (1, 2, 4, ... minutes, at most four hours), a fifth more or less, so that many messages do
    not come back at once. A time that the server named (Retry-After, RFC 9110, 10.2.3) is kept to, and up to a tenth
    added.

    Args:
        attempts: Attempts so far, this one included.
        retry_after: What the server asked for.
        random: Returns a number from 0 up to 1.
    """
    if retry_after is not None and retry_after > timedelta():
        return min(retry_after, LONGEST_ASKED) * (1 + random() / 10)
    doubled = FIRST * (1 << min(max(attempts, 1) - 1, 16))
    return min(doubled, LONGEST) * (0.8 + 0.4 * random())


LEASE = timedelta(minutes=15)
"""How long an attempt counts as going on where it cannot be told whether the sender still runs."""

PREPARING, COMMITTING = "preparing", "handing-over"
"""What stands in ``reason_code`` while a message is being sent by a sender that says how far it is."""

# A clock that was wrong once must not put a message off for years.
_FARTHEST = LONGEST_ASKED * 2


def living(connection: sqlite3.Connection, request_id: str, channel: str, purpose: str) -> str | None:
    """Id of the message that waits or was sent for the same purpose, or None."""
    row = connection.execute(
        "SELECT id FROM messages WHERE request_id = ? AND channel = ? AND purpose = ?"
        " AND state IN ('queued', 'sending', 'sent')",
        (request_id, channel, purpose),
    ).fetchone()
    return None if row is None else str(row["id"])


def refuse_second(connection: sqlite3.Connection, request_id: str, channel: str, purpose: str) -> None:
    """Refuses to store the same thing twice.

    Raises:
        AlreadyStored: If there is one that waits or was sent.
    """
    there = living(connection, request_id, channel, purpose)
    if there is not None:
        raise AlreadyStored(
            _("This was stored before, as message {id}: {state}.").format(
                id=there, state=label(MESSAGE_STATES, get(connection, there).state)
            ),
            hint=_("Look at it with: {command}").format(command=command_line("outbox", "list", "--all")),
            message_id=there,
        )


def insert(connection: sqlite3.Connection, message: Message, stored: Stored) -> str:
    """Writes a new message and returns its id: the request's, a dash, and the next number."""
    numbers = [
        int(row["id"].rpartition("-")[2])
        for row in connection.execute("SELECT id FROM messages WHERE request_id = ?", (message.request_id,))
    ]
    key = f"{message.request_id}-{max(numbers, default=0) + 1}"
    connection.execute(
        "INSERT INTO messages (id, request_id, purpose, channel, envelope, media_type, message_id, file, size, digest,"
        " state, next_attempt_at, created, updated) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'queued', ?, ?, ?)",
        (
            key,
            message.request_id,
            message.purpose,
            message.channel,
            rows.dump(message.envelope),
            message.media_type,
            message.message_id,
            stored.name,
            stored.size,
            stored.digest,
            rows.to_column(message.next_attempt_at),
            rows.to_column(message.created),
            rows.to_column(message.created),
        ),
    )
    entry = JournalEntry(at=message.created, kind=JournalKind.QUEUED, text=message.channel)
    case_rows.write_entry(connection, message.request_id, entry)
    return key


def get(connection: sqlite3.Connection, key: str) -> Message:
    """Reads one message.

    Raises:
        IdError: If it was deleted.
    """
    row = connection.execute("SELECT * FROM messages WHERE id = ?", (key,)).fetchone()
    if row is None:
        raise IdError(
            _("Message {id} was deleted in another window.").format(id=key),
            hint=_("Look at what there is with: {command}").format(command=command_line("outbox", "list")),
            where=key,
            candidates=(),
        )
    return rows.to_message(row)


def move(
    connection: sqlite3.Connection,
    key: str,
    now: datetime,
    to: MessageState,
    come_from: Collection[MessageState],
    token: str | None = None,
    **columns: str | int | None,
) -> bool:
    """Changes the state of a message, if it is in one of those that it may come from.

    Args:
        connection: In a transaction.
        key: The message.
        now: Aware moment.
        to: The state it gets.
        come_from: The states it may be in.
        token: The claim that it must belong to; None for any.
        columns: Other columns to set. The lease goes unless it is set here.

    Returns:
        Whether it was changed.
    """
    changes: dict[str, str | int | None] = {
        "state": str(to),
        "updated": rows.to_column(now),
        "owner": None,
        "lease_until": None,
        **columns,
    }
    marks = ", ".join("?" for _state in come_from)
    done = connection.execute(
        f"UPDATE messages SET {', '.join(f'{name} = ?' for name in changes)}"  # noqa: S608 - our own names
        f" WHERE id = ? AND state IN ({marks}) AND (? IS NULL OR claim = ?)",
        (*changes.values(), key, *(str(state) for state in come_from), token, token),
    )
    return done.rowcount > 0


def claim(connection: sqlite3.Connection, key: str, now: datetime) -> str | None:
    """Takes a queued message for this process; returns the proof, or None if somebody else was faster."""
    token = os.urandom(8).hex()
    taken = move(
        connection,
        key,
        now,
        MessageState.SENDING,
        (MessageState.QUEUED,),
        claim=token,
        owner=rows.dump(this_process()),
        lease_until=rows.to_column(now + LEASE),
    )
    if not taken:
        return None
    connection.execute("UPDATE messages SET attempts = attempts + 1 WHERE id = ?", (key,))
    return token


def finish(connection: sqlite3.Connection, claimed: Claimed, receipt: CaseReceipt, *, code: str, note: str) -> bool:
    """Records that it has left the outbox; returns False where another attempt has begun meanwhile."""
    come_from = (MessageState.SENDING, MessageState.QUEUED, MessageState.CANCELLED)
    try:
        ended = move(
            connection,
            claimed.message.id,
            receipt.at,
            MessageState.SENT if receipt.delivered else MessageState.WRITTEN,
            come_from,
            claimed.token,
            uncertain=0,
            reason_code=code,
            reason=note,
            ticket=receipt.ticket,
            url=receipt.url,
            message_id=receipt.message_id,
            sent_at=rows.to_column(receipt.at) if receipt.delivered else None,
        )
    except sqlite3.IntegrityError:  # it was cancelled, and another one stored for the same purpose
        ended = False
    if not ended:  # whoever sends it now has to ask first, should that attempt fail
        connection.execute(
            "UPDATE messages SET uncertain = 1 WHERE id = ? AND state IN ('queued', 'sending', 'refused')",
            (claimed.message.id,),
        )
    return ended


def due(connection: sqlite3.Connection, now: datetime) -> str | None:
    """Id of the queued message whose turn it is, or None."""
    row = connection.execute(
        "SELECT id FROM messages WHERE state = 'queued' AND (next_attempt_at <= ? OR next_attempt_at > ?)"
        " ORDER BY next_attempt_at, created, id LIMIT 1",
        (rows.to_column(now), rows.to_column(now + _FARTHEST)),
    ).fetchone()
    return None if row is None else str(row["id"])


def recover(connection: sqlite3.Connection, now: datetime) -> list[str]:
    """Puts back the messages whose senders ended in the middle; returns their ids.

    They are uncertain, unless the sender had said that it was still preparing.
    """
    found = connection.execute(
        "SELECT id, owner, lease_until, uncertain, reason_code, doubted_at FROM messages WHERE state = 'sending'"
    ).fetchall()
    put_back = [row for row in found if _is_abandoned(row, now)]
    for row in put_back:
        move(
            connection,
            row["id"],
            now,
            MessageState.QUEUED,
            (MessageState.SENDING,),
            uncertain=row["uncertain"] if row["reason_code"] == PREPARING else 1,
            doubted_at=row["doubted_at"] if row["reason_code"] in (PREPARING, COMMITTING) else rows.to_column(now),
            next_attempt_at=rows.to_column(now),
            reason_code="interrupted",
            reason=_("The last attempt was cut off in the middle."),
        )
    return [row["id"] for row in put_back]


def _is_abandoned(row: sqlite3.Row, now: datetime) -> bool:
    owner = rows.load_or_none(row["owner"], Owner)
    if owner is None:
        return True
    alive = liveness(owner)
    if alive is Liveness.UNKNOWN:
        until = rows.to_moment(row["lease_until"] or 0)
        return until < now or until > now + _FARTHEST
    return alive is Liveness.DEAD


def wrong_state(message: Message) -> WrongState:
    """The error for a change that does not fit the state a message is in."""
    hint = _("Look at it with: {command}").format(command=command_line("outbox", "list", "--all"))
    if message.state is MessageState.SENDING:
        hint = _("Try again when that has ended.")
    return WrongState(
        _("Message {id}: {state}.").format(id=message.id, state=label(MESSAGE_STATES, message.state)),
        hint=hint,
        where=message.id,
    )
