"""What a follow-up follows: what was sent before, what came back, and the way that it goes."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from support_cli.base.addresses import Address
from support_cli.base.text import clean_line, shorten
from support_cli.cases.cases import Cases
from support_cli.cases.outbox import Outbox
from support_cli.cases.records import Case, JournalEntry, JournalKind, Message, MessageState
from support_cli.cases.replies import MailError, Reply, bare, read_reply
from support_cli.deliver.registry import DeskAddress
from support_cli.deliver.ticket import Followed
from support_cli.environment import Bench
from support_cli.forms.model import Channel
from support_cli.render.meter import Plain
from support_cli.requests.outbox import address_of
from support_cli.requests.produce import BY_HAND

_QUOTED_LINES, _QUOTED_WIDTH, _NOTE = 30, 200, 400
_TOLD = (JournalKind.NOTE, JournalKind.REPLY, JournalKind.FOLLOW_UP, JournalKind.ESCALATION)


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """How a follow-up goes.

    Attributes:
        name: Name of the channel, or empty.
        channel: The pack's channel of that name, or None.
        to: Whom a mail goes to.
        desk: The desk that takes it instead, or None.
        follows: The ticket there that it belongs to, or None.
        agreed: The request went this way before, so nobody need be asked whether it may.
    """

    name: str = ""
    channel: Channel | None = None
    to: tuple[Address, ...] = ()
    desk: DeskAddress | None = None
    follows: Followed | None = None
    agreed: bool = False

    @property
    def by_hand(self) -> Channel | None:
        """The channel, if the customer takes the last step on it."""
        return self.channel if self.channel is not None and self.channel.kind in BY_HAND else None


class Past(msgspec.Struct, frozen=True, kw_only=True):
    """What happened to a case so far.

    Attributes:
        case: The case.
        sent: Messages that were handed over or wait to be, oldest first.
        replies: What was answered, oldest first, each with the entry of the journal.
    """

    case: Case
    sent: tuple[Message, ...] = ()
    replies: tuple[tuple[JournalEntry, Reply], ...] = ()

    @property
    def last_way(self) -> Way | None:
        """The way that the newest message went; None if there is none."""
        if not self.sent:
            return None
        message = self.sent[-1]
        desk = address_of(message)
        named = message.envelope.get("receivers")
        to = tuple(Address(one) for one in named) if isinstance(named, list) else ()
        return Way(name=message.channel, to=to, desk=desk, follows=self.ticket_at(message.channel), agreed=True)

    def ticket_at(self, channel: str) -> Followed | None:
        """The ticket that a desk gave to what was sent there."""
        known = [one for one in self.sent if one.channel == channel and one.ticket]
        return Followed(number=known[-1].ticket, url=known[-1].url) if known else None

    @property
    def thread(self) -> tuple[str, ...]:
        """Message-IDs to refer to, oldest first: ours, then those of the last reply, its own at the end."""
        ours = [one.message_id for one in self.case.receipts if one.message_id.startswith("<")]
        theirs = [self.replies[-1][1]] if self.replies else []
        named = [*ours, *(each for reply in theirs for each in (*reply.references, reply.message_id) if each)]
        return tuple(dict.fromkeys(named))

    @property
    def tag(self) -> str:
        """The ticket number as the desk writes it in subjects; empty where no mail of it told."""
        number = bare(self.case.line.ticket)
        for _entry, reply in reversed(self.replies):
            for mark in reply.marks:
                if mark.sure and (mark.number == number or not number):
                    return mark.tag
        return ""


def look_back(bench: Bench, prefix: str) -> Past:
    """Reads everything about a case that a follow-up needs.

    Raises:
        IdError: If there is no such case.
    """
    database = bench.database()
    cases = Cases(database)
    case = cases.get(prefix)
    states = (MessageState.SENT, MessageState.WRITTEN, MessageState.QUEUED, MessageState.SENDING)
    messages = Outbox(database).list(states=states, request_id=case.id)
    return Past(case=case, sent=messages, replies=tuple(_replies(cases, case.id)))


def _replies(cases: Cases, key: str) -> Iterator[tuple[JournalEntry, Reply]]:
    for entry, path in cases.replies(key):
        try:
            yield entry, read_reply(path.read_bytes(), path.name)
        except (OSError, MailError):  # lost since; what the journal says of it stays
            continue


def context_of(past: Past, now: datetime, *, answered: str = "", message: str = "") -> dict[str, Plain]:
    """What happened since, as the documents of follow-ups see it; dates by the clock of ``now``.

    Args:
        past: The case.
        now: Aware moment.
        answered: ``none``, ``unhelpful``, ``here`` or empty.
        message: What is new, in the customer's words.
    """
    case = past.case
    sends = [_day(one.at, now) for one in case.receipts if one.delivered]
    promises = [one.promised_by for one in case.journal if one.promised_by is not None]
    over = [moment for moment in promises if moment <= now] or promises[-1:]
    people = [(entry, reply) for entry, reply in past.replies if entry.kind == JournalKind.REPLY]
    entry, reply = people[-1] if people else (None, None)
    return {
        "sent": ", ".join(dict.fromkeys(sends)),
        "ticket": bare(case.line.ticket),
        "tag": past.tag,
        "promised": ", ".join(dict.fromkeys(_minute(moment, now) for moment in over)),
        "answered": answered,
        "message": message,
        "reply": list(_quoted(reply.own_words)) if reply else [],
        "reply_by": reply.sender if reply else "",
        "reply_day": _day(entry.at, now) if entry else "",
        "notes": [note_of(one, now) for one in case.journal if one.kind in _TOLD and (one.text or one.operator)],
    }


def _quoted(text: str) -> Iterator[str]:
    lines = text.split("\n")
    for line in lines[:_QUOTED_LINES]:
        yield shorten(line, _QUOTED_WIDTH)
    if len(lines) > _QUOTED_LINES:
        yield "[…]"


def note_of(entry: JournalEntry, now: datetime) -> str:
    """An entry of the journal in a line that needs no words of ours: when, who, what, until when."""
    promised = f" (→ {_minute(entry.promised_by, now)})" if entry.promised_by else ""
    who = f", {entry.operator}" if entry.operator else ""
    number = f" [{entry.number}]" if entry.number and entry.number not in entry.text else ""
    return f"{_day(entry.at, now)}{who}: {shorten(clean_line(entry.text), _NOTE)}{number}{promised}"


def _day(moment: datetime, now: datetime) -> str:
    return moment.astimezone(now.tzinfo).date().isoformat()


def _minute(moment: datetime, now: datetime) -> str:
    return f"{moment.astimezone(now.tzinfo):%Y-%m-%d %H:%M}"
