"""The outbox: a message is stored whole before the first attempt, and is in exactly one state ever after.

    add ──> queued ──claim──> sending ──record_sent──────> sent
              ^  ^               │ ├────record_sent──────> written (into a file) ──retry──> queued
              │  │               │ ├────record_refused───> refused ──retry──> queued
              │  └──temporary,───┘ │
              │     ambiguous,     │
              │     sender died    │
              └───retry─── cancelled <──cancel── queued, refused

A sender that may or may not have got through leaves ``uncertain`` behind. That stays until the receiver was
asked (``confirm_absent``) or took the message: a later failure says nothing about the earlier attempt.
"""

import sqlite3
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import BinaryIO

from support_cli.base.i18n import _
from support_cli.cases import case_rows, files, outbox_rows, rows
from support_cli.cases.attempts import Attempts
from support_cli.cases.errors import AlreadyStored
from support_cli.cases.records import Claimed, Envelope, JournalEntry, JournalKind, Message, MessageState

_SUFFIXES = {
    "message/rfc822": ".eml",
    "application/json": ".json",
    "text/plain": ".txt",
    "application/vnd.support-ticket+zip": ".zip",
}


class Outbox(Attempts):
    """The messages of one database.

    Everything that takes a ``prefix`` finds a message by the first letters of its id (``7f3k``, ``7f3k9q2m-2``) and
    raises ``IdError`` if none or more than one begins like that. Moments are aware. Whatever writes raises
    ``DatabaseError`` if that was not possible.
    """

    def add(
        self,
        request_id: str,
        channel: str,
        content: Iterable[bytes],
        now: datetime,
        *,
        envelope: Envelope | None = None,
        message_id: str = "",
        media_type: str = "message/rfc822",
        purpose: str = "request",
        not_before: datetime | None = None,
    ) -> Message:
        """Stores a message; on return its bytes are on the disk and it is queued.

        Args:
            request_id: The request that it carries.
            channel: Name of the channel.
            content: The exact bytes, in pieces; memory holds one piece at a time.
            now: Aware moment.
            envelope: What the channel needs besides the bytes; never a password.
            message_id: Message-ID or other mark, the same in every attempt.
            media_type: Type of the bytes.
            purpose: One living message is kept for each purpose of a request on a channel.
            not_before: Not to be tried earlier.

        Raises:
            AlreadyStored: If one for the same purpose waits or was sent.
        """
        wanted = Message(
            id="",
            request_id=request_id,
            purpose=purpose,
            channel=channel,
            envelope=envelope or {},
            media_type=media_type,
            message_id=message_id,
            file="",
            size=0,
            digest="",
            state=MessageState.QUEUED,
            uncertain=False,
            attempts=0,
            next_attempt_at=not_before or now,
            created=now,
            updated=now,
        )
        what = _("the message")
        self._database.read(lambda connection: outbox_rows.refuse_second(connection, request_id, channel, purpose))
        suffix = _SUFFIXES.get(media_type, ".bin")
        stored = files.store(self._database, request_id, "message", suffix, content, what=what)

        def work(connection: sqlite3.Connection) -> Message:
            outbox_rows.refuse_second(connection, request_id, channel, purpose)
            return outbox_rows.get(connection, outbox_rows.insert(connection, wanted, stored))

        try:
            return self._database.write(work, what=what, unsaved=wanted)
        except AlreadyStored:  # somebody else was faster: ours was never promised to anyone
            (self._database.files / stored.name).unlink(missing_ok=True)
            raise

    def open(self, message: Message) -> BinaryIO:
        """Opens the exact bytes for reading, after making sure that they are those that were stored.

        Raises:
            MessageDamaged: If they are missing or changed.
        """
        return files.open_checked(self._database, message.file, message.size, message.digest)

    def mark_preparing(self, claimed: Claimed) -> None:
        """Notes that the attempt has begun, and that the receiver has nothing of it yet.

        A sender that dies before ``mark_committing`` leaves no more doubt behind than there was.
        """
        self._mark(claimed, outbox_rows.PREPARING)

    def mark_committing(self, claimed: Claimed, now: datetime) -> None:
        """Notes that the next step is the one after which the receiver may have the message.

        Raises:
            LeaseLost: If somebody else has taken the message: that step must not be taken.
        """
        with self._database.transaction():  # one wait for the disk
            self.renew(claimed, now)
            self._mark(claimed, outbox_rows.COMMITTING, now)

    def _mark(self, claimed: Claimed, word: str, doubted_at: datetime | None = None) -> None:
        self._database.write(
            lambda connection: connection.execute(
                "UPDATE messages SET reason_code = ?, doubted_at = coalesce(?, doubted_at)"
                " WHERE id = ? AND claim = ? AND state = 'sending'",
                (word, rows.to_column_or_none(doubted_at), claimed.message.id, claimed.token),
            )
        )

    def recover(self, now: datetime) -> tuple[Message, ...]:
        """Puts back what processes that ended were sending, as uncertain; ``claim`` does the same by itself."""

        def work(connection: sqlite3.Connection) -> tuple[Message, ...]:
            return tuple(outbox_rows.get(connection, key) for key in outbox_rows.recover(connection, now))

        return self._database.write(work)

    def cancel(self, prefix: str, now: datetime) -> Message:
        """Takes a queued or refused message out of the way; its bytes stay.

        Raises:
            WrongState: If it is being sent, was sent, or is cancelled.
        """
        return self._change(
            prefix,
            now,
            MessageState.CANCELLED,
            (MessageState.QUEUED, MessageState.REFUSED),
            JournalKind.CANCELLED,
        )

    def retry(self, prefix: str, now: datetime) -> Message:
        """Queues a message for now, whether it waits, was written into a file, refused or cancelled.

        Raises:
            WrongState: If it is being sent or was sent, or another for the same purpose waits or was sent.
        """
        come_from = (MessageState.QUEUED, MessageState.WRITTEN, MessageState.REFUSED, MessageState.CANCELLED)
        return self._change(prefix, now, MessageState.QUEUED, come_from, next_attempt_at=rows.to_column(now))

    def list(
        self, *, states: Collection[MessageState] = tuple(MessageState), request_id: str | None = None
    ) -> tuple[Message, ...]:
        """Lists messages, oldest first.

        Args:
            states: Only in one of these.
            request_id: Only of this request, in full.
        """
        query = "SELECT * FROM messages WHERE :request IS NULL OR request_id = :request ORDER BY created, id"
        wanted = set(states)

        def work(connection: sqlite3.Connection) -> tuple[Message, ...]:
            found = (rows.to_message(row) for row in connection.execute(query, {"request": request_id}))
            return tuple(message for message in found if message.state in wanted)

        return self._database.read(work)

    def next_due_at(self) -> datetime | None:
        """When the next queued message wants to be tried; None when none is queued."""
        query = "SELECT min(next_attempt_at) FROM messages WHERE state = 'queued'"
        row = self._database.read(lambda connection: connection.execute(query).fetchone())
        return rows.to_moment_or_none(row[0])

    def _change(
        self,
        prefix: str,
        now: datetime,
        to: MessageState,
        come_from: Collection[MessageState],
        kind: JournalKind | None = None,
        **columns: str | int | None,
    ) -> Message:
        key = self.find(prefix)

        def work(connection: sqlite3.Connection) -> Message:
            outbox_rows.recover(connection, now)
            message = outbox_rows.get(connection, key)
            there = outbox_rows.living(connection, message.request_id, message.channel, message.purpose)
            if to is MessageState.QUEUED and there not in (None, key):
                raise outbox_rows.wrong_state(outbox_rows.get(connection, str(there)))
            if not outbox_rows.move(connection, key, now, to, come_from, None, **columns):
                raise outbox_rows.wrong_state(message)
            if kind:
                entry = JournalEntry(at=now, kind=kind, text=message.channel)
                case_rows.write_entry(connection, message.request_id, entry)
            return outbox_rows.get(connection, key)

        return self._database.write(work)
