"""What is stored, as frozen records: drafts, cases, journal entries, receipts and messages."""

from datetime import datetime
from enum import StrEnum

import msgspec

from support_cli.forms.model import Value
from support_cli.forms.request import Answer, Attachment, PackRef, Request, Source

STORY = ":story"
"""Where a draft keeps the story that it began with; no question has such an id."""


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """An interview that is not finished.

    Attributes:
        id: Eight characters; the request and the case get the same.
        pack: The pack that asks.
        pack_source: Where the pack was found, as the customer named it, so that a later run finds it again.
        form: Id of the form.
        language: Language that is spoken with the customer.
        created: Aware moment of the start, with the offset of the place.
        updated: Aware moment (UTC) of the last change.
        position: Question to go on with; empty at the very start, None for the review page.
        progress: Where it stands, for lists (``4 of 12``), or empty.
        answers: Question id to answer, in the order of their first being given; hidden ones included.
        secrets: Questions that were answered but whose answers are never stored: ask again.
        unfinished: Question id to a half-typed text.
        attachments: Files collected so far.
        about: Id of the case that it follows up, or empty for a new request.
        plain: It was begun line by line (``--plain``), and goes on so.
        skipped: Questions that were asked and left empty.
    """

    id: str
    pack: PackRef
    pack_source: str
    form: str
    language: str
    created: datetime
    updated: datetime
    position: str | None = ""
    progress: str = ""
    answers: dict[str, Answer] = {}
    secrets: tuple[str, ...] = ()
    unfinished: dict[str, str] = {}
    attachments: tuple[Attachment, ...] = ()
    about: str = ""
    plain: bool = False
    skipped: tuple[str, ...] = ()


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """One entry in the history of a draft's answers.

    Attributes:
        at: When (UTC).
        question: Id of the question.
        value: What was said; None when the answer was taken back.
        source: Where it came from.
        pid: Process that stored it, to tell two windows apart.
    """

    at: datetime
    question: str
    value: Value | None
    source: Source
    pid: int


class CaseState(StrEnum):
    """Where a case stands; worked out from its messages, receipts, replies and whether it was closed."""

    WRITTEN = "written"
    QUEUED = "queued"
    SENT = "sent"
    ANSWERED = "answered"
    CLOSED = "closed"


class JournalKind(StrEnum):
    """What an entry of the journal is about."""

    CREATED = "created"
    CHANGED = "changed"
    NOTE = "note"
    DELIVERY = "delivery"
    """What there is to know about something that was sent."""
    DOCUMENT = "document"
    QUEUED = "queued"
    SENT = "sent"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    REPLY = "reply"
    AUTO_REPLY = "auto-reply"
    FOLLOW_UP = "follow-up"
    ESCALATION = "escalation"
    CLOSED = "closed"
    REOPENED = "reopened"


class JournalEntry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that happened to a case.

    Attributes:
        at: When (UTC).
        kind: What it is about.
        text: In words.
        operator: Name of the person at the other end, or empty.
        promised_by: Moment by which something was promised, or None.
        number: Ticket or reference number that was named, or empty.
        file: Name of a file in ``Database.files`` that belongs to it (a saved reply), or empty.
    """

    at: datetime
    kind: str
    text: str
    operator: str = ""
    promised_by: datetime | None = None
    number: str = ""
    file: str = ""


WAITING = (CaseState.SENT, CaseState.QUEUED, CaseState.WRITTEN)
"""What a case is in while its answer has not come."""


class Document(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A document that was written for a case.

    Attributes:
        at: When.
        name: Which document (``ticket``, ``email``).
        format: ``md``, ``html``, ``txt``, ``eml``, ``json``.
        path: Where it was written, absolute.
        sha256: Hexadecimal digest of what was written, or empty.
    """

    at: datetime
    name: str
    format: str
    path: str
    sha256: str = ""


class CaseReceipt(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What went where.

    Attributes:
        at: When.
        channel: Name of the channel.
        to: Receiver as shown to people (an address, a desk), or empty.
        digest: ``sha256:`` and the hexadecimal digest of the exact bytes, or empty.
        message_id: Message-ID of a mail, or empty.
        ticket: Ticket number, when known.
        url: Link to the ticket, when known.
        delivered: A receiver has it. False where the customer has to send it (a file, a mail program's window).
    """

    at: datetime
    channel: str
    to: str = ""
    digest: str = ""
    message_id: str = ""
    ticket: str = ""
    url: str = ""
    delivered: bool = True


class CaseLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A case as one line of a list; moments are UTC except ``created``.

    Attributes:
        id: Id of the request.
        title: The summary.
        state: Worked out, see ``CaseState``.
        created: When the interview started.
        updated: Last change.
        language: Language of the customer.
        pack: Name of the pack.
        form: Id of the form.
        pack_source: Where the pack was found, as the customer named it; empty where nobody noted it.
        ticket: Ticket number, when known.
        url: Link to the ticket, when known.
        promised_by: When an answer was promised for, or None.
        sent_at: When it was sent for the last time, or None.
        answered_at: When the last answer came, or None.
        closed_at: When it was closed, or None.
    """

    id: str
    title: str
    state: CaseState
    created: datetime
    updated: datetime
    language: str
    pack: str
    form: str
    pack_source: str = ""
    ticket: str = ""
    url: str = ""
    promised_by: datetime | None = None
    sent_at: datetime | None = None
    answered_at: datetime | None = None
    closed_at: datetime | None = None

    def overdue(self, now: datetime) -> bool:
        """Whether an answer was promised for an earlier moment and has not come."""
        return self.state in WAITING and self.promised_by is not None and self.promised_by < now


class Case(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A case with everything that belongs to it, oldest first."""

    line: CaseLine
    request: Request
    journal: tuple[JournalEntry, ...] = ()
    documents: tuple[Document, ...] = ()
    receipts: tuple[CaseReceipt, ...] = ()

    @property
    def id(self) -> str:
        """Id of the request."""
        return self.line.id

    @property
    def replies(self) -> tuple[JournalEntry, ...]:
        """The replies that were saved whole, those of machines among them."""
        kinds = (JournalKind.REPLY, JournalKind.AUTO_REPLY)
        return tuple(entry for entry in self.journal if entry.kind in kinds and entry.file)


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """What a request is known again by.

    Attributes:
        mark: ``key:`` and the key that a script gave it, or ``content:`` and the digest.
        content: Digest of what it says and where it goes.
        case_id: The case.
        purpose: That of its message, as in ``Message``.
        at: When.
    """

    mark: str
    content: str
    case_id: str
    purpose: str
    at: datetime


class MessageState(StrEnum):
    """A message is in exactly one of these."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    WRITTEN = "written"
    """It lies in a file; the customer sends it."""
    REFUSED = "refused"
    CANCELLED = "cancelled"


EnvelopeValue = str | int | bool | list[str] | dict[str, str] | None
Envelope = dict[str, EnvelopeValue]
"""What a channel needs besides the bytes (sender, recipients, queue); never a password."""


class Message(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A message of the outbox; moments are UTC.

    Attributes:
        id: Id of the request, a dash, and a number.
        request_id: The request that it carries.
        purpose: ``request``, ``follow-up-1``, ``escalation``: one living message for each.
        channel: Name of the channel.
        envelope: What the channel needs besides the bytes.
        media_type: Type of the bytes (``message/rfc822``, ``application/json``).
        message_id: Message-ID or other mark, the same in every attempt.
        file: Name of the file in ``Database.files`` with the exact bytes.
        size: Bytes.
        digest: ``sha256:`` and the hexadecimal digest of the bytes.
        state: See ``MessageState``.
        uncertain: An earlier attempt ended so that the receiver may have it: ask before sending again.
        doubted_at: When that attempt handed it over or ended, or None where nobody knows.
        attempts: Attempts that were begun.
        next_attempt_at: Not to be tried before, while queued.
        reason_code: Why the last attempt did not succeed, as a word for scripts, or empty.
        reason: The same as a sentence.
        ticket: Ticket number, when known.
        url: Link to the ticket, when known.
        created: When it was stored.
        updated: Last change.
        sent_at: When the receiver took it, or None.
    """

    id: str
    request_id: str
    purpose: str
    channel: str
    envelope: Envelope
    media_type: str
    message_id: str
    file: str
    size: int
    digest: str
    state: MessageState
    uncertain: bool
    attempts: int
    next_attempt_at: datetime
    reason_code: str = ""
    reason: str = ""
    ticket: str = ""
    url: str = ""
    created: datetime
    updated: datetime
    sent_at: datetime | None = None
    doubted_at: datetime | None = None


class Claimed(msgspec.Struct, frozen=True, kw_only=True):
    """A message that this process, and nobody else, may send now.

    Attributes:
        message: The message, in state ``sending``.
        token: Proof of this claim, good for one outcome.
        until: When others may give this attempt up if they cannot tell whether we still run; see ``Outbox.renew``.
    """

    message: Message
    token: str
    until: datetime
