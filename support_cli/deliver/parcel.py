"""A ticket as it is stored before the first attempt: one zip file that a later process sends from, byte for byte.

    ticket.json     the rendered ticket; its attachments name the members below
    request.json    the request, where it may travel
    files/1 ...     the attachments

A mail is stored as what it is; a desk gets other things from the same ticket (Markdown, fields, a queue), so the ticket
itself is what is stored, with copies of its files: whatever happens to those that were attached, what was agreed to
is what goes. Zip, and not a format of our own, since a person can look into it with any program; nothing in it is
compressed, so that every file is read as a stream from its place.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import IO, BinaryIO, cast
from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo

import msgspec

from support_cli.base.addresses import Address
from support_cli.base.i18n import _
from support_cli.base.text import clean_line
from support_cli.deliver.base import PermanentError, Reason
from support_cli.deliver.mail.message import AttachmentChangedError, OpenAttachment
from support_cli.deliver.ticket import Followed, Ticket
from support_cli.forms.request import Attachment

MEDIA_TYPE = "application/vnd.support-ticket+zip"
_CHUNK = 1 << 16
_TICKET, _REQUEST = "ticket.json", "request.json"
_LARGEST_TICKET = 50_000_000


class _Stored(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """``ticket.json``."""

    version: int = msgspec.field(name="support-ticket")
    id: str
    created: datetime
    language: str
    subject: str
    bodies: dict[str, str]
    fields: dict[str, str] = {}
    requester: Address | None = None
    attachments: tuple[Attachment, ...] = ()
    queue: str = ""
    labels: tuple[str, ...] = ()
    follows: Followed | None = None


class Parcel:
    """A stored ticket, open for reading.

    Attributes:
        ticket: What is said; the attachments' paths are names of members.
    """

    def __init__(self, stream: BinaryIO) -> None:
        """Reads everything but the attachments.

        Args:
            stream: Binary file that can seek; stays open for as long as attachments are read.

        Raises:
            PermanentError: It is no stored ticket.
        """
        try:
            self._zip = ZipFile(stream)
            with self._zip.open(_TICKET) as member:
                stored = msgspec.json.decode(member.read(_LARGEST_TICKET), type=_Stored)
            request = None
            if _REQUEST in self._zip.namelist():
                with self._zip.open(_REQUEST) as member:
                    request = member.read(_LARGEST_TICKET)
        except (BadZipFile, KeyError, ValueError, msgspec.MsgspecError, EOFError, NotImplementedError):
            raise PermanentError(
                _("The stored ticket is damaged; it was not sent."),
                reason=Reason.STORAGE,
                hint=_("Write the request out again and send that."),
            ) from None
        if stored.version != 1:
            raise PermanentError(
                _("The stored ticket was written by a newer version of this program."),
                reason=Reason.STORAGE,
                hint="pip install --upgrade support-cli",
            )
        self.ticket = Ticket(
            id=stored.id,
            created=stored.created,
            language=stored.language,
            subject=stored.subject,
            bodies=stored.bodies,
            fields=stored.fields,
            requester=stored.requester,
            attachments=stored.attachments,
            request_json=request,
            queue=stored.queue,
            labels=stored.labels,
            follows=stored.follows,
        )

    @contextmanager
    def open(self, attachment: Attachment) -> Iterator[BinaryIO]:
        """Opens one of the ticket's attachments.

        Raises:
            OSError: From reading; also if it is not what was stored.
        """
        try:
            with self._zip.open(attachment.path) as member:
                yield cast("BinaryIO", member)
        except (BadZipFile, KeyError, EOFError) as error:
            raise OSError(str(error)) from None


def write(ticket: Ticket, out: BinaryIO, *, open_attachment: OpenAttachment) -> None:
    """Stores a ticket with its files.

    The memory that it takes grows with the texts, never with the attachments. The same ticket gives the same bytes.

    Args:
        ticket: What is said.
        out: Binary file that takes it and can seek.
        open_attachment: Opens an attachment for reading, as a context manager.

    Raises:
        AttachmentChangedError: A file is not the one that was attached. What ``out`` holds is no ticket then.
        OSError: From ``out`` or an attachment.
    """
    kept = tuple(
        msgspec.structs.replace(each, path=f"files/{number}") for number, each in enumerate(ticket.attachments, 1)
    )
    stored = _Stored(
        version=1,
        id=ticket.id,
        created=ticket.created,
        language=ticket.language,
        subject=ticket.subject,
        bodies=ticket.bodies,
        fields=ticket.fields,
        requester=ticket.requester,
        attachments=kept,
        queue=ticket.queue,
        labels=ticket.labels,
        follows=ticket.follows,
    )
    with ZipFile(out, "w", ZIP_STORED) as archive:
        archive.writestr(ZipInfo(_TICKET), msgspec.json.format(msgspec.json.encode(stored), indent=1))
        if ticket.request_json is not None:
            archive.writestr(ZipInfo(_REQUEST), ticket.request_json)
        for attachment, member in zip(ticket.attachments, kept, strict=True):
            info = ZipInfo(member.path)
            info.file_size = attachment.size  # tells the writer whether it needs 64-bit sizes
            with open_attachment(attachment) as reader, archive.open(info, "w") as writer:
                _copy(attachment, reader, writer)


def _copy(attachment: Attachment, reader: BinaryIO, writer: IO[bytes]) -> None:
    digest, size = hashlib.sha256(usedforsecurity=False), 0
    while piece := reader.read(_CHUNK):
        digest.update(piece)
        size += len(piece)
        if size > attachment.size:
            break
        writer.write(piece)
    if size != attachment.size or (attachment.sha256 and digest.hexdigest() != attachment.sha256):
        raise AttachmentChangedError(
            _("{name} has changed since it was attached.").format(name=clean_line(attachment.name)),
            hint=_("Attach it again."),
            where=attachment.path,
        )
