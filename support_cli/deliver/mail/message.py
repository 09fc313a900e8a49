"""The message: one ticket as Internet mail, written as a stream (RFC 5322, 2045-2049, 2231, 6532).

    multipart/mixed
    ├── multipart/alternative      only where there are two bodies
    │   ├── text/plain
    │   └── text/html
    ├── the attachments            base64, octet for octet
    └── request.json               application/json

Pure seven-bit, CRLF, lines within 78 octets, so that any server can carry it; only a local part beyond ASCII is written
as it is (RFC 6532), and needs a server with SMTPUTF8. The standard library's ``email``
needs eight times as long for a large attachment and holds it several times over; it is not used here.
"""

import hashlib
import os
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from typing import BinaryIO

import msgspec

from support_cli.base.addresses import Address, AddressError, ascii_domain, needs_utf8
from support_cli.base.errors import AttachmentError, UsageError
from support_cli.base.i18n import _
from support_cli.base.text import clean_line, later
from support_cli.deliver.mail import headers
from support_cli.deliver.ticket import Ticket
from support_cli.forms.request import Attachment

REQUEST_NAME = "request.json"
REQUEST_TYPE = "application/json"
"""A type of its own would say more, and filters of mail take what they do not know for suspicious."""
REQUEST_ID_HEADER = "X-Support-Request-Id"

OpenAttachment = Callable[[Attachment], AbstractContextManager[BinaryIO]]
_Part = bytes | Attachment

_OCTETS = "application/octet-stream"
_WORD = r"[A-Za-z0-9!#$%&'*+.^_`{|}~-]+"  # RFC 2045, 5.1, without what needs quoting
_MEDIA_TYPE = later(rf"{_WORD}/{_WORD}\Z")
_MESSAGE_ID = later(r"<[!-;=?A-Z\[\]^-~]+@[!-;=?A-Z\[\]^-~]+>\Z")
_REFERENCES = 20  # ids kept in References: the first and the newest ones


class MessageError(UsageError):
    """A message that cannot be written as it was asked for."""


class AttachmentChangedError(AttachmentError):
    """A file is not the one that was attached."""


class Envelope(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who writes to whom, and as what.

    Attributes:
        sender: Author of the message.
        to: Receivers that everybody sees.
        cc: Receivers of a copy that everybody sees.
        bcc: Receivers that nobody sees: never in the message, only in the SMTP envelope.
        submitter: Whose account sends it, when not the sender's: the field Sender (RFC 5322, 3.6.2).
        reply_to: Where answers go, when not to the sender.
        message_id: ``<left@right>``; the same for every attempt to deliver the same request.
        date: Aware moment of writing.
        in_reply_to: Message-ID of the message that this one follows, or None.
        references: Message-IDs of the whole thread, oldest first.
        draft: The customer sends it themselves: Outlook then opens it for writing (``X-Unsent``), and nobody need be
            named yet.
    """

    sender: Address
    to: tuple[Address, ...]
    message_id: str
    date: datetime
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    submitter: Address | None = None
    reply_to: tuple[Address, ...] = ()
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    draft: bool = False

    @property
    def receivers(self) -> tuple[Address, ...]:
        """Everybody whom it is delivered to, each once."""
        return tuple({each.address: each for each in (*self.to, *self.cc, *self.bcc)}.values())


class Written(msgspec.Struct, frozen=True):
    """What was written.

    Attributes:
        size: Octets.
        sha256: Hexadecimal digest of these octets.
        message_id: The message's id.
    """

    size: int
    sha256: str
    message_id: str


def new_message_id(request_id: str, domain: str) -> str:
    """Makes a Message-ID that carries the request's id.

    Args:
        request_id: Id of the request.
        domain: Domain of the sender's address, in any script.

    Returns:
        ``<request-id.random@domain>``; ``support-cli.invalid`` where the domain is none (RFC 2606).
    """
    try:
        right = ascii_domain(domain).strip("[]")
    except AddressError:
        right = "support-cli.invalid"
    left = re.sub(r"[^A-Za-z0-9-]", "", request_id)[:40] or "request"
    return f"<{left}.{os.urandom(8).hex()}@{right.replace(':', '-')}>"


def write(ticket: Ticket, envelope: Envelope, out: BinaryIO, *, open_attachment: OpenAttachment) -> Written:
    """Writes the message.

    The memory that it takes grows with the bodies, never with the attachments.

    Args:
        ticket: What is said.
        envelope: Who says it to whom.
        out: Binary file that takes the message.
        open_attachment: Opens an attachment for reading, as a context manager.

    Raises:
        AddressError: An address cannot be written to.
        MessageError: The Message-ID is malformed.
        AttachmentChangedError: A file is not the one that was attached. What ``out`` holds is no message then.
        OSError: From ``out`` or an attachment.
    """
    digest, size = hashlib.sha256(usedforsecurity=False), 0
    for piece in pieces(ticket, envelope, open_attachment=open_attachment):
        out.write(piece)
        digest.update(piece)
        size += len(piece)
    return Written(size, digest.hexdigest(), envelope.message_id)


def pieces(ticket: Ticket, envelope: Envelope, *, open_attachment: OpenAttachment) -> Iterator[bytes]:
    """Yields the message in order, some 20 kB of an attachment at once; see ``write``.

    Only when the iterator has ended without an error are the files known to be those that were attached.
    """
    for part in _parts(ticket, envelope):
        if isinstance(part, bytes):
            yield part
        else:
            yield from _encoded(part, open_attachment)


def measure(ticket: Ticket, envelope: Envelope) -> int:
    """Tells the exact size of the message in octets, as mail servers count it, without reading attachments.

    Args:
        ticket: What is said.
        envelope: Who says it to whom.

    Raises:
        AddressError: As in ``write``.
        MessageError: As in ``write``.
    """
    return sum(
        len(part) if isinstance(part, bytes) else headers.base64_size(part.size) for part in _parts(ticket, envelope)
    )


def _encoded(attachment: Attachment, open_attachment: OpenAttachment) -> Iterator[bytes]:
    digest, size = hashlib.sha256(usedforsecurity=False), 0
    with open_attachment(attachment) as reader:
        for read, encoded in headers.base64_stream(reader):
            digest.update(read)
            size += len(read)
            if size > attachment.size:
                break
            yield encoded
    if size != attachment.size or (attachment.sha256 and digest.hexdigest() != attachment.sha256):
        raise AttachmentChangedError(
            _("{name} has changed since it was attached.").format(name=clean_line(attachment.name)),
            hint=_("Attach it again."),
            where=attachment.path,
        )


def _parts(ticket: Ticket, envelope: Envelope) -> Iterator[_Part]:
    """The message in order: octets, and in between the attachments that are yet to be encoded."""
    yield _head(ticket, envelope)
    bodies = [(kind, *headers.text_part(text)) for kind, text in _bodies(ticket)]
    mark = _boundary(ticket, envelope, [octets for _kind, _encoding, octets in bodies])
    files = bool(ticket.attachments or ticket.request_json is not None)
    if files:
        yield _multipart("mixed", mark) + f"\r\n--{mark}\r\n".encode()
    if len(bodies) == 1:
        # Inside a multipart the line end before the boundary is no part of the body; alone it must have its own.
        yield _text(*bodies[0]) + (b"" if files or bodies[0][2].endswith(b"\r\n") else b"\r\n")
    else:
        inner = f"{mark}a"
        yield _multipart("alternative", inner)
        for body in bodies:
            yield f"\r\n--{inner}\r\n".encode() + _text(*body)
        yield f"\r\n--{inner}--\r\n".encode()
    if not files:
        return
    for attachment in ticket.attachments:
        yield f"\r\n--{mark}\r\n".encode() + _file_head(attachment.name, attachment.type, attachment.charset)
        yield attachment
    if ticket.request_json is not None:
        yield f"\r\n--{mark}\r\n".encode() + _file_head(REQUEST_NAME, REQUEST_TYPE)
        yield from headers.base64_lines(ticket.request_json)
    yield f"\r\n--{mark}--\r\n".encode()


def _head(ticket: Ticket, envelope: Envelope) -> bytes:
    if not _MESSAGE_ID.match(envelope.message_id) or len(envelope.message_id) > 250:
        raise MessageError(
            _("{text} is not a Message-ID.").format(text=clean_line(envelope.message_id)[:80] or '""'),
            hint=_("It looks like <name@example.com>."),
        )
    # Bcc is not checked by being written, so it is here: a bad one must not be found out at the server.
    headers.addresses("Bcc", envelope.bcc)
    fields = [headers.addresses("From", (envelope.sender,))]
    if envelope.submitter is not None:
        fields.append(headers.addresses("Sender", (envelope.submitter,)))
    if envelope.to or envelope.cc:
        fields += [
            headers.addresses(name, people) for name, people in (("To", envelope.to), ("Cc", envelope.cc)) if people
        ]
    elif envelope.bcc:
        fields.append(headers.fold("To", ["undisclosed-recipients:;"]))
    if envelope.reply_to:
        fields.append(headers.addresses("Reply-To", envelope.reply_to))
    fields += [
        headers.unstructured("Subject", ticket.subject),
        headers.fold("Date", [headers.date(envelope.date)]),
        headers.fold("Message-ID", [envelope.message_id]),
    ]
    # Both come from other people's messages: what is no id is left out rather than written.
    if envelope.in_reply_to and _MESSAGE_ID.match(envelope.in_reply_to):
        fields.append(headers.fold("In-Reply-To", [envelope.in_reply_to]))
    thread = [each for each in envelope.references if _MESSAGE_ID.match(each) and len(each) <= 250]
    if thread:
        fields.append(headers.fold("References", thread[:1] + thread[1:][-_REFERENCES:]))
    request_id = re.sub(r"[^A-Za-z0-9._-]", "", ticket.id)[:64]
    fields.append(headers.fold(REQUEST_ID_HEADER, [request_id]))
    if envelope.draft:
        fields.append(b"X-Unsent: 1\r\n")
    fields.append(b"MIME-Version: 1.0\r\n")
    return b"".join(fields)


def _bodies(ticket: Ticket) -> list[tuple[str, str]]:
    plain = ticket.bodies.get("text/plain", ticket.bodies.get("text/markdown"))
    html = ticket.bodies.get("text/html")
    # The last alternative is the richest one, RFC 2046, 5.1.4.
    bodies = [(kind, text) for kind, text in (("text/plain", plain), ("text/html", html)) if text is not None]
    return bodies or [("text/plain", "")]


def _boundary(ticket: Ticket, envelope: Envelope, texts: list[bytes]) -> str:
    """A delimiter that is the same for every attempt and occurs nowhere in the message.

    ``=_`` cannot occur in base64 or quoted-printable; plain text might quote an earlier message of ours.
    """
    turn = 0
    while True:
        seed = hashlib.sha256(f"{ticket.id} {envelope.message_id} {turn}".encode(errors="replace")).hexdigest()
        mark = f"=_{seed[:32]}"
        if not any(mark.encode() in text for text in texts):
            return mark
        turn += 1


def _multipart(kind: str, mark: str) -> bytes:
    return headers.with_parameters("Content-Type", f"multipart/{kind}", [("boundary", mark)])


def _text(kind: str, transfer_encoding: str, octets: bytes) -> bytes:
    return (
        headers.with_parameters("Content-Type", kind, [("charset", "utf-8")])
        + headers.fold("Content-Transfer-Encoding", [transfer_encoding])
        + b"\r\n"
        + octets
    )


def _file_head(name: str, kind: str, charset: str = "") -> bytes:
    name, kind = headers.file_name(name), _file_type(kind, charset)
    # Some old readers know no name but this one. SpamAssassin takes it for a disguise on octets of no type.
    second = [] if kind == _OCTETS else [("name", name)]
    if kind.startswith("text/"):
        second.insert(0, ("charset", charset))
    return (
        headers.with_parameters("Content-Type", kind, second)
        + headers.with_parameters("Content-Disposition", "attachment", [("filename", name)])
        + b"Content-Transfer-Encoding: base64\r\n\r\n"
    )


def _file_type(kind: str, charset: str) -> str:
    """The media type that a file goes under, base64 and unchanged on arrival.

    ``message`` and ``multipart`` may not be base64 (RFC 2046, 5.2.1 and 5.1). Text may be rewritten on the way where
    its character set is not UTF-8 (Request Tracker converts it, and the octets with it), and HTML anyway.
    """
    kind = kind.lower()
    if not _MEDIA_TYPE.match(kind) or len(kind) > 100 or kind.startswith(("message/", "multipart/", "text/html")):
        return _OCTETS
    return _OCTETS if kind.startswith("text/") and charset != "utf-8" else kind


def is_international(envelope: Envelope) -> bool:
    """Whether the message can be carried only with SMTPUTF8."""
    submitter = () if envelope.submitter is None else (envelope.submitter,)
    return needs_utf8((envelope.sender, *submitter, *envelope.receivers, *envelope.reply_to))
