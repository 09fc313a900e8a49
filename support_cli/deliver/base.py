"""The port of delivery: what a deliverer is given, what it gives back, and how it says that it failed.

    DeliveryError
    ├── TemporaryError   6   nobody has it; try again later
    ├── AmbiguousError   6   somebody may have it: ask before trying again
    └── PermanentError   5   nobody has it, and trying again would not help

Every deliverer keeps one promise: after ``TemporaryError`` and ``PermanentError`` the receiver does not have the
message. Whatever leaves room for doubt is ``AmbiguousError``.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from enum import StrEnum
from typing import BinaryIO, Protocol

import msgspec

from support_cli.base.errors import QueuedError, RefusedError, SupportError
from support_cli.base.i18n import _
from support_cli.deliver.mail.message import OpenAttachment
from support_cli.deliver.ticket import Ticket


class Reason(StrEnum):
    """Why a delivery failed, as a word that scripts and the outbox act on."""

    GREYLISTED = "greylisted"
    """The server wants to see the message again later."""
    CONNECTION = "connection"
    """No connection, or it broke."""
    DNS = "dns"
    """The server's name is not found."""
    TLS = "tls"
    """No encrypted connection that can be trusted."""
    TIMEOUT = "timeout"
    """No answer in time."""
    RATE_LIMITED = "rate-limited"
    """Too many messages or requests."""
    SERVER_ERROR = "server-error"
    """A fault at the receiver's side, or an answer that makes no sense."""
    QUOTA = "quota"
    """A mailbox or disk of the receiver is full."""
    STORAGE = "storage"
    """The message cannot be written or read on this machine."""
    PROGRAM = "program"
    """A program on this machine is missing or fails."""
    SIZE = "size"
    """Larger than the receiver takes."""
    LOGIN = "login"
    """User, password or token were not accepted, or are missing."""
    ADDRESS = "address"
    """An address is unknown or not accepted."""
    CONTENT = "content"
    """Refused for what it says or holds."""
    UNSUPPORTED = "unsupported"
    """The server cannot carry such a message."""
    REFUSED = "refused"
    """Refused without a reason that we know."""
    HANDED_ON = "handed-on"
    """A program on this machine has it and passes it on."""
    PARTLY = "partly"
    """It arrived, but not everybody whom it was for took it."""
    UNCLEAR = "unclear"
    """It may have arrived."""


class DeliveryError(SupportError):
    """A delivery that did not succeed.

    Attributes:
        reason: Why, as a word.
        answer: What the other side said, cleaned, one line; empty when it said nothing. Never a password.
        retry_after: Seconds that the other side asked to wait, or None.
    """

    def __init__(
        self,
        message: str,
        *,
        reason: Reason,
        answer: str = "",
        retry_after: float | None = None,
        hint: str | None = None,
        where: str | None = None,
    ) -> None:
        super().__init__(message, hint=hint, where=where)
        self.reason = reason
        self.answer = answer
        self.retry_after = retry_after


class TemporaryError(DeliveryError, QueuedError):
    """Nobody has it; a later attempt may succeed."""


class PermanentError(DeliveryError, RefusedError):
    """Nobody has it, and nobody will by trying again unchanged."""


class AmbiguousError(DeliveryError, QueuedError):
    """It may have arrived: the other side had everything, and no answer came that can be relied on."""


class State(StrEnum):
    """What became of a message that was delivered without an error."""

    SENT = "sent"
    """The receiver's side took it."""
    HANDED_ON = "handed-on"
    """A program on this machine took it; whether it gets any further shows later."""
    WRITTEN = "written"
    """It lies in a file; the customer sends it."""


class Receipt(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What happened to a message.

    Attributes:
        id: Id of the job.
        state: Whether a receiver has it.
        channel: Kind of the deliverer: ``smtp``, ``sendmail``, ``file``, a desk.
        to: Who or what took it, as shown to people.
        at: Aware moment.
        digest: ``sha256:`` and the hexadecimal digest of the exact octets, or empty.
        size: Octets, or 0 where none were sent.
        message_id: Message-ID or other mark that it carries.
        ticket: Ticket number, when known.
        url: Link to the ticket, or where the file lies.
        note: What a person should know besides, or empty.
        answer: What the other side said, cleaned, one line; queue ids of mail servers stand here.
        refused: Receivers among several that did not take it, each with the server's answer.
    """

    id: str
    state: State
    channel: str
    to: str
    at: datetime
    digest: str = ""
    size: int = 0
    message_id: str = ""
    ticket: str = ""
    url: str = ""
    note: str = ""
    answer: str = ""
    refused: dict[str, str] = {}


def nothing_to_do() -> None:
    """Default of ``Job.before_commit``."""


def nobody_looks(octets: int) -> None:
    """Default of ``Job.progress``."""
    del octets


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """One message to deliver: octets that were stored before the first attempt, and where they go.

    Attributes:
        id: Id of the message in the outbox.
        request_id: The request that it carries.
        message_id: Message-ID or other mark, the same in every attempt.
        open: Opens the stored octets for reading.
        size: How many octets.
        digest: ``sha256:`` and their hexadecimal digest.
        sender: Address of the author, for mail.
        receivers: Addresses that it is delivered to, for mail; blind copies among them.
        cc: Those of the receivers that get a copy only.
        utf8: Whether the message can be carried only with SMTPUTF8.
        ticket: What is said, for deliverers that do not send the octets as they are.
        open_attachment: Opens an attachment of the ticket.
        doubted_for: Seconds since an earlier attempt ended unclear, or None where there was none.
        before_commit: Called once just before the step after which the receiver may have the message: whatever
            dies before that call has delivered nothing.
        progress: Called with the number of octets sent so far.
    """

    id: str
    request_id: str
    message_id: str
    open: Callable[[], AbstractContextManager[BinaryIO]]
    size: int
    digest: str
    sender: str = ""
    receivers: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    utf8: bool = False
    ticket: Ticket | None = None
    open_attachment: OpenAttachment | None = None
    doubted_for: float | None = None
    before_commit: Callable[[], None] = nothing_to_do
    progress: Callable[[int], None] = nobody_looks


class Deliverer(Protocol):
    """One way out. Every call has time limits of its own and raises nothing but ``SupportError``."""

    @property
    def kind(self) -> str:
        """``smtp``, ``sendmail``, ``file``, or the kind of a desk."""

    @property
    def can_be_asked(self) -> bool:
        """Whether ``find`` can tell if a message arrived; plain mail cannot."""

    def deliver(self, job: Job) -> Receipt:
        """Delivers once.

        Raises:
            TemporaryError: Nobody has it.
            AmbiguousError: Somebody may have it.
            PermanentError: Nobody has it, and trying again would not help.
        """

    def find(self, job: Job) -> Receipt | None:
        """Asks the receiver for a message that an earlier attempt may have delivered.

        Returns:
            The receipt, or None when the receiver surely does not have it and will not have it.

        Raises:
            TemporaryError: It could not be asked now, or never can, or does not have it yet.
        """

    def test(self) -> str:
        """Tries the way as far as it goes without sending anything.

        Returns:
            One line on what was reached.

        Raises:
            DeliveryError: It would not work.
        """

    def close(self) -> None:
        """Ends what is open; may be called twice."""


CHUNK = 1 << 16


def pieces(job: Job) -> Iterator[bytes]:
    """Yields the stored octets in order, at most ``CHUNK`` at once.

    Only when the iterator has ended without an error is it sure that all of them were right: do not take the
    last step of a delivery before.

    Raises:
        TemporaryError: They cannot be read.
        PermanentError: They are not what was stored.
    """
    digest, size = hashlib.sha256(usedforsecurity=False), 0
    try:
        with job.open() as reader:
            while piece := reader.read(CHUNK):
                digest.update(piece)
                size += len(piece)
                yield piece
    except OSError as error:
        raise TemporaryError(
            _("The stored message {id} cannot be read: {problem}.").format(id=job.id, problem=error.strerror or error),
            reason=Reason.STORAGE,
        ) from None
    if size != job.size or f"sha256:{digest.hexdigest()}" != job.digest:
        raise PermanentError(
            _("The stored message {id} is damaged; it was not sent.").format(id=job.id),
            reason=Reason.STORAGE,
            hint=_("Write the request out again and send that."),
        )
