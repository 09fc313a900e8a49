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
from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta
from typing import BinaryIO

import msgspec

from support_cli.base.i18n import _
from support_cli.base.invocation import command_line
from support_cli.base.text import clean_line, clean_text
from support_cli.cases import case_rows, files, outbox_rows, rows
from support_cli.cases.database import Database
from support_cli.cases.errors import AlreadyStored, LeaseLost
from support_cli.cases.ids import pick
from support_cli.cases.outbox_rows import delay, fraction
from support_cli.cases.records import (
    CaseReceipt,
    Claimed,
    Envelope,
    JournalEntry,
    JournalKind,
    Message,
    MessageState,
)


class Attempts:
    """What a sender does with the messages of one database; ``Outbox`` is the whole."""

    def __init__(self, database: Database, *, random: Callable[[], float] = fraction) -> None:
        """Works on a database.

        Args:
            database: Open.
            random: Returns a number from 0 up to 1, to spread attempts.
        """
        self._database = database
        self._random = random

    def get(self, prefix: str) -> Message:
        """Reads a message."""
        key = self.find(prefix)
        return self._database.read(lambda connection: outbox_rows.get(connection, key))

    def find(self, prefix: str) -> str:
        """The id in full."""

        def work(connection: sqlite3.Connection) -> str:
            if connection.execute("SELECT 1 FROM messages WHERE id = ?", (prefix,)).fetchone():
                return prefix
            known = {
                row["id"]: f"{row['channel']}, {row['state']}"
                for row in connection.execute("SELECT id, channel, state FROM messages ORDER BY updated DESC")
            }
            return pick(
                prefix,
                known,
                unknown=_("No message has an id that begins with “{prefix}”.") if prefix else _("The outbox is empty."),
                hint=_("Look at what there is with: {command}").format(command=command_line("outbox", "list")),
            )

        return self._database.read(work)

    def claim(self, now: datetime, prefix: str | None = None) -> Claimed | None:
        """Takes a message for sending; nobody else gets it until an outcome is recorded or this process ends.

        What a process that ended was sending goes back into the queue first, as uncertain. Whoever claims must record
        an outcome whatever happens: ``record_ambiguous`` for an unforeseen exception.

        Args:
            now: Aware moment.
            prefix: A certain message, whether or not its time has come; None for the next that is due.

        Returns:
            The claim, or None when nothing is due.

        Raises:
            WrongState: If the message asked for is not queued.
        """
        wanted = None if prefix is None else self.find(prefix)

        def work(connection: sqlite3.Connection) -> Claimed | None:
            outbox_rows.recover(connection, now)
            key = wanted or outbox_rows.due(connection, now)
            if key is None:
                return None
            token = outbox_rows.claim(connection, key, now)
            message = outbox_rows.get(connection, key)
            if token is None:
                raise outbox_rows.wrong_state(message)
            return Claimed(message=message, token=token, until=now + outbox_rows.LEASE)

        return self._database.write(work)

    def renew(self, claimed: Claimed, now: datetime) -> Claimed:
        """Says that an attempt still goes on; call it every few minutes of a long one.

        Raises:
            LeaseLost: If somebody else has taken the message.
        """
        until = now + outbox_rows.LEASE

        def work(connection: sqlite3.Connection) -> None:
            done = connection.execute(
                "UPDATE messages SET lease_until = ? WHERE id = ? AND claim = ? AND state = 'sending'",
                (rows.to_column(until), claimed.message.id, claimed.token),
            )
            if not done.rowcount:
                raise _lost(claimed)

        self._database.write(work)
        return msgspec.structs.replace(claimed, until=until)

    def confirm_absent(self, claimed: Claimed, now: datetime) -> Claimed:
        """Notes that the receiver was asked and has not got it: no earlier attempt got through.

        Raises:
            LeaseLost: If somebody else has taken the message.
        """
        key = claimed.message.id

        def work(connection: sqlite3.Connection) -> Message:
            done = connection.execute(
                "UPDATE messages SET uncertain = 0, doubted_at = NULL, updated = ?"
                " WHERE id = ? AND claim = ? AND state = 'sending'",
                (rows.to_column(now), key, claimed.token),
            )
            if not done.rowcount:
                raise _lost(claimed)
            return outbox_rows.get(connection, key)

        return msgspec.structs.replace(claimed, message=self._database.write(work))

    def record_sent(
        self,
        claimed: Claimed,
        now: datetime,
        *,
        to: str = "",
        ticket: str = "",
        url: str = "",
        message_id: str = "",
        code: str = "",
        note: str = "",
        delivered: bool = True,
    ) -> Message:
        """Records that the receiver has it, with a receipt and an entry in the case's journal.

        It counts even if the attempt had been given up meanwhile, as long as nobody else began another.

        Args:
            claimed: The claim.
            now: Aware moment.
            to: Receiver as shown to people.
            ticket: Ticket number, when known.
            url: Link to the ticket, when known.
            message_id: Message-ID, if it is not the stored one.
            code: What is not as it should be all the same, as a word for scripts, or empty.
            note: What a person should know besides, or empty.
            delivered: A receiver has it. False for a file, which the customer has to send.

        Raises:
            LeaseLost: If somebody else has begun another attempt; the receipt is kept all the same.
        """
        message = claimed.message
        mark = message_id or message.message_id
        receipt = CaseReceipt(
            at=now,
            channel=message.channel,
            to=clean_line(to),
            digest=message.digest,
            message_id=mark,
            ticket=clean_line(ticket),
            url=clean_line(url),
            delivered=delivered,
        )

        def work(connection: sqlite3.Connection) -> bool:
            case_rows.write_receipt(connection, message.request_id, receipt)
            return outbox_rows.finish(connection, claimed, receipt, code=code, note=clean_text(note))

        if not self._database.write(work, what=_("the receipt"), unsaved=receipt):
            raise _lost(claimed)
        return self.get(message.id)

    def record_temporary(
        self, claimed: Claimed, now: datetime, *, code: str, reason: str, retry_after: timedelta | None = None
    ) -> Message:
        """Records that it did not get through for now; it is tried again later.

        Args:
            claimed: The claim.
            now: Aware moment.
            code: Why, as a word for scripts.
            reason: Why, as a sentence.
            retry_after: How long the receiver asked us to wait.

        Raises:
            LeaseLost: If somebody else has taken the message.
        """
        later = now + delay(claimed.message.attempts, retry_after, self._random)
        return self._end(
            claimed, now, MessageState.QUEUED, code=code, reason=reason, next_attempt_at=rows.to_column(later)
        )

    def record_ambiguous(
        self, claimed: Claimed, now: datetime, *, code: str, reason: str, retry_after: timedelta | None = None
    ) -> Message:
        """Records that it may have got through; the receiver has to be asked before it is sent again.

        Args:
            claimed: The message.
            now: Aware moment.
            code: Why, as a word.
            reason: Why, as a sentence.
            retry_after: How long the receiver asked to be left alone, or None.

        Raises:
            LeaseLost: If somebody else has taken the message.
        """
        later = now + delay(claimed.message.attempts, retry_after, self._random)
        return self._end(
            claimed,
            now,
            MessageState.QUEUED,
            code=code,
            reason=reason,
            next_attempt_at=rows.to_column(later),
            uncertain=1,
            doubted_at=rows.to_column(now),
        )

    def record_refused(self, claimed: Claimed, now: datetime, *, code: str, reason: str) -> Message:
        """Records that the receiver said no for good.

        Raises:
            LeaseLost: If somebody else has taken the message.
        """
        return self._end(claimed, now, MessageState.REFUSED, code=code, reason=reason, kind=JournalKind.REFUSED)

    def _end(
        self,
        claimed: Claimed,
        now: datetime,
        to: MessageState,
        *,
        code: str = "",
        reason: str = "",
        kind: JournalKind | None = None,
        **columns: str | int | None,
    ) -> Message:
        key = claimed.message.id

        def work(connection: sqlite3.Connection) -> Message:
            ended = outbox_rows.move(
                connection,
                key,
                now,
                to,
                (MessageState.SENDING,),
                claimed.token,
                reason_code=code,
                reason=clean_text(reason),
                **columns,
            )
            if not ended:
                raise _lost(claimed)
            if kind:
                entry = JournalEntry(at=now, kind=kind, text=reason)
                case_rows.write_entry(connection, claimed.message.request_id, entry)
            return outbox_rows.get(connection, key)

        return self._database.write(work, what=_("the outcome of sending"), unsaved=reason)


def _lost(claimed: Claimed) -> LeaseLost:
    return LeaseLost(
        _("Another run of support is sending message {id}, or has just finished with it.").format(
            id=claimed.message.id
        ),
        hint=_("Look at it with: {command}").format(command=command_line("outbox", "list", "--all")),
        where=claimed.message.id,
    )


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
        marks = ", ".join("?" for _state in states)
        query = f"SELECT * FROM messages WHERE state IN ({marks})"  # noqa: S608 - our own names
        values = [str(state) for state in states]
        if request_id is not None:
            query, values = f"{query} AND request_id = ?", [*values, request_id]
        query += " ORDER BY created, id"
        return self._database.read(
            lambda connection: tuple(rows.to_message(row) for row in connection.execute(query, values))
        )

    def count(self, states: Collection[MessageState]) -> int:
        """Counts the messages in one of these states."""
        marks = ", ".join("?" for _state in states)
        query = f"SELECT count(*) FROM messages WHERE state IN ({marks})"  # noqa: S608 - our own names
        values = [str(state) for state in states]
        return self._database.read(lambda connection: int(connection.execute(query, values).fetchone()[0]))

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
