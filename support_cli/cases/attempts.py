"""Sending a message: one sender at a time, and an outcome for every attempt, whatever ends it."""

import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from support_cli.base.i18n import _
from support_cli.base.invocation import command_line
from support_cli.base.text import clean_line, clean_text
from support_cli.cases import case_rows, outbox_rows, rows
from support_cli.cases.backoff import delay, fraction
from support_cli.cases.database import Database
from support_cli.cases.errors import LeaseLost
from support_cli.cases.ids import pick
from support_cli.cases.records import (
    CaseReceipt,
    Claimed,
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
