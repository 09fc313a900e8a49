"""Sending: stored whole before the first attempt, then tried."""

import contextlib
import tempfile
from collections.abc import Iterator, Sequence
from typing import BinaryIO

import msgspec

from support_cli.attachments.inspect import open_to_prove
from support_cli.base.addresses import Address, is_address
from support_cli.base.errors import ExitCode, UsageError
from support_cli.base.i18n import _
from support_cli.base.text import clean_line
from support_cli.cases.errors import AlreadyStored
from support_cli.cases.outbox import Outbox
from support_cli.cases.records import Envelope, Message, MessageState
from support_cli.deliver import parcel
from support_cli.deliver.mail.message import is_international, pieces
from support_cli.deliver.registry import DESKS, DeskAddress, no_transport
from support_cli.deliver.ticket import Ticket
from support_cli.environment import Bench
from support_cli.forms.model import Channel
from support_cli.forms.request import Request
from support_cli.requests import produce
from support_cli.requests.outbox import attempt

CHUNK = 1 << 16


class Delivery(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a message stands after an attempt, as ``--json`` shows it.

    Attributes:
        id: Id of the message.
        request: Id of the request.
        state: ``queued``, ``sending``, ``sent``, ``written``, ``refused`` or ``cancelled``.
        channel: Name of the channel.
        to: Addresses or the desk, as shown to people.
        attempts: Attempts so far.
        reason: Why it is not sent, as a word, or empty.
        message: The same as a sentence; of a message that was sent, what a person should know besides.
        hint: What to do about it, or empty.
        message_id: Message-ID, the same in every attempt.
        ticket: Ticket number, when known.
        url: Link, when known.
        digest: Digest of the exact bytes.
        uncertain: An earlier attempt may have arrived.
        sent_at: When the receiver took it, as ISO 8601, or empty.
        next_attempt_at: When it is tried again, as ISO 8601, or empty.
        files: The customer's files in it: name to bytes.
    """

    id: str
    request: str
    state: str
    channel: str
    to: str
    attempts: int
    reason: str
    message: str
    hint: str
    message_id: str
    ticket: str
    url: str
    digest: str
    uncertain: bool
    sent_at: str
    next_attempt_at: str
    files: dict[str, int]


def told(message: Message) -> Delivery:
    """A message of the outbox as it is shown."""
    queued = message.state is MessageState.QUEUED
    reason, _end, hint = message.reason.partition("\n")
    files = message.envelope.get("files")
    named = message.envelope.get("receivers") or message.envelope.get("url") or ""
    return Delivery(
        id=message.id,
        request=message.request_id,
        state=message.state.value,
        channel=message.channel,
        to=clean_line(", ".join(named) if isinstance(named, list) else str(named)),
        attempts=message.attempts,
        reason=message.reason_code,
        message=reason,
        hint=hint,
        message_id=message.message_id,
        ticket=message.ticket,
        url=message.url,
        digest=message.digest,
        uncertain=message.uncertain,
        sent_at=message.sent_at.isoformat() if message.sent_at else "",
        next_attempt_at=message.next_attempt_at.isoformat() if queued else "",
        files={name: int(size) for name, size in files.items()} if isinstance(files, dict) else {},
    )


def check_way(bench: Bench, name: str, channel: Channel | None, to: Sequence[Address]) -> None:
    """Finds out before the first question whether a request could be sent.

    Raises:
        UsageError: If nobody is named to send it to, or no way to send is set up.
    """
    if channel is not None and not to and channel.kind in DESKS:
        with contextlib.closing(bench.desk(desk_address(name, channel))):
            return
    if channel is not None and channel.kind in produce.BY_HAND:
        if not produce.receivers(channel, to) and channel.kind == "mailto":
            raise nobody_named()
        return
    if channel is not None and channel.kind not in produce.MAIL_KINDS and not to:
        raise UsageError(
            _("The channel “{name}” needs “{kind}”, which this program cannot do.").format(
                name=name, kind=channel.kind
            ),
            hint=_("Write the request into files and hand them in yourself."),
        )
    if not produce.receivers(channel, to):
        raise nobody_named()
    if not bench.mail.transport:
        raise no_transport()
    _sender_of(bench)
    bench.mail.make()  # it connects only when it is used


def _sender_of(bench: Bench) -> Address | None:
    """The address that the settings say mail comes from, if they do.

    Raises:
        UsageError: If it is none.
    """
    if not bench.mail.sender:
        return None
    found = produce.addresses(bench.mail.sender)
    if len(found) != 1:
        raise UsageError(
            _("{address} is not an e-mail address.").format(address=clean_line(bench.mail.sender)[:80]),
            where="mail.sender",
        )
    return found[0]


def nobody_named() -> UsageError:
    """The error where no address is known."""
    return UsageError(
        _("There is no address to send this to."), hint=_("Name an address with --to, or a pack with a channel.")
    )


def store(
    bench: Bench,
    request: Request,
    ticket: Ticket,
    name: str,
    to: Sequence[Address],
    *,
    purpose: str = "request",
    thread: Sequence[str] = (),
) -> Message:
    """Stores the message whole; from now on it is sent, or it lies in the outbox.

    Args:
        bench: The collaborators.
        request: The request that it is about.
        ticket: What is said.
        name: Name of the channel, or empty.
        to: Whom it goes to.
        purpose: What of the request it is: each is stored once.
        thread: Message-IDs that it goes on with, oldest first.

    Raises:
        SupportError: If it cannot be written or an attachment is not what it was.
    """
    sender = _sender_of(bench)
    if sender is None and ticket.requester is None and "@" in bench.mail.account:
        sender = Address(bench.mail.account)  # better than an address that nobody can answer
    envelope = produce.envelope_of(ticket, to, sender, thread=thread)
    account = bench.mail.account
    if is_address(account) and account.casefold() != envelope.sender.address.casefold():
        envelope = msgspec.structs.replace(envelope, submitter=Address(account))
    utf8 = is_international(envelope)
    stored: Envelope = {
        "kind": "email",
        "sender": envelope.sender.address,
        "receivers": [one.address for one in envelope.receivers],
        "utf8": utf8,
        "files": _files_of(ticket),
    }
    return Outbox(bench.database()).add(
        request.id,
        name or "mail",
        pieces(ticket, envelope, open_attachment=open_to_prove),
        bench.now(),
        envelope=stored,
        message_id=envelope.message_id,
        purpose=purpose,
    )


def desk_address(name: str, channel: Channel, queue: str = "") -> DeskAddress:
    """Which desk a channel means."""
    settings = {
        key: ("true" if value else "false") if isinstance(value, bool) else str(value)
        for key, value in channel.settings.items()
    }
    return DeskAddress(
        channel=name,
        kind=channel.kind,
        url=channel.url,
        queue=queue or channel.queue,
        settings=settings,
        public=channel.public,
    )


def store_ticket(
    bench: Bench, request: Request, ticket: Ticket, address: DeskAddress, *, purpose: str = "request"
) -> Message:
    """Stores a ticket for a desk whole, copies of its files included.

    Raises:
        SupportError: If it cannot be written or an attachment is not what it was.
    """
    with tempfile.TemporaryFile() as whole:
        parcel.write(ticket, whole, open_attachment=open_to_prove)
        whole.seek(0)
        stored: Envelope = {
            "kind": address.kind,
            "url": address.url,
            "queue": address.queue,
            "settings": address.settings,
            "public": address.public,
            "files": _files_of(ticket),
        }
        return Outbox(bench.database()).add(
            request.id,
            address.channel,
            _chunks(whole),
            bench.now(),
            envelope=stored,
            # What the desk is asked for later: it stands in the ticket, and says which of a request's messages it is.
            message_id=request.id if purpose == "request" else f"{request.id}-{purpose}",
            media_type=parcel.MEDIA_TYPE,
            purpose=purpose,
        )


def _files_of(ticket: Ticket) -> dict[str, str]:
    """The customer's files in a message: name to bytes."""
    return {one.name: str(one.size) for one in ticket.attachments}


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    while piece := stream.read(CHUNK):
        yield piece


def deliver(
    bench: Bench, request: Request, ticket: Ticket, name: str, channel: Channel | None, to: Sequence[Address]
) -> Message:
    """Stores a request's message and tries it once; one that is stored already is not stored again.

    What goes to addresses that were named by hand goes by mail and is a message of its own, whatever was sent before.

    Raises:
        SupportError: If it cannot be stored.
    """
    if to:
        name = "mail:" + ",".join(sorted(one.address for one in to))
    try:
        if channel is not None and channel.kind in DESKS and not to:
            message = store_ticket(bench, request, ticket, desk_address(name, channel, ticket.queue))
        else:
            message = store(bench, request, ticket, name, produce.receivers(channel, to))
    except AlreadyStored as known:
        message = Outbox(bench.database()).get(known.message_id)
        if message.state is not MessageState.QUEUED:
            return message
    return attempt(bench, message.id)


def code_of(message: Message) -> ExitCode:
    """The exit code that tells where a message stands."""
    return {
        MessageState.SENT: ExitCode.OK,
        MessageState.WRITTEN: ExitCode.OK,
        MessageState.REFUSED: ExitCode.REFUSED,
        MessageState.CANCELLED: ExitCode.OK,
    }.get(message.state, ExitCode.QUEUED)
