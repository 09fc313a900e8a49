"""Tickets and messages for the tests of this room."""

import contextlib
import hashlib
import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, BinaryIO

from support_cli.base.addresses import Address
from support_cli.deliver.base import Job
from support_cli.deliver.mail.message import Envelope, write
from support_cli.deliver.ticket import Ticket
from support_cli.forms.request import Attachment

CREATED = datetime(2026, 11, 21, 17, 20, tzinfo=UTC)


def make_attachment(name: str, data: bytes, kind: str = "application/octet-stream") -> Attachment:
    return Attachment(path=name, name=name, type=kind, size=len(data), sha256=hashlib.sha256(data).hexdigest())


def make_ticket(
    subject: str = "No internet",
    bodies: dict[str, str] | None = None,
    files: Mapping[str, bytes] | None = None,
    **more: Any,
) -> Ticket:
    """A ticket; ``files`` maps names to contents and makes the attachments."""
    if files is not None:
        more["attachments"] = tuple(make_attachment(name, data) for name, data in files.items())
    return Ticket(
        id=more.pop("id", "7f3k9q2m"),
        created=CREATED,
        language="en",
        subject=subject,
        bodies={"text/plain": "Hello.\n"} if bodies is None else bodies,
        **more,
    )


def make_envelope(**more: Any) -> Envelope:
    settings: dict[str, Any] = {
        "sender": Address("ann@desk.test", "Ann Lee"),
        "to": (Address("support@desk.test"),),
        "message_id": "<7f3k9q2m.0123456789abcdef@desk.test>",
        "date": datetime(2026, 11, 21, 18, 20, tzinfo=timezone(timedelta(hours=1))),
    }
    return Envelope(**(settings | more))


class Files:
    """Opens attachments out of memory, as the attachments room opens them from disk."""

    def __init__(self, contents: Mapping[str, bytes]) -> None:
        self.contents = contents
        self.opened: list[str] = []

    @contextmanager
    def __call__(self, attachment: Attachment) -> Iterator[BinaryIO]:
        self.opened.append(attachment.path)
        yield io.BytesIO(self.contents[attachment.path])


def written(
    ticket: Ticket | None = None,
    envelope: Envelope | None = None,
    files: Mapping[str, bytes] | None = None,
    **more: Any,
) -> bytes:
    """The message as octets."""
    out = io.BytesIO()
    ticket = ticket or make_ticket(files=files)
    write(ticket, envelope or make_envelope(), out, open_attachment=Files(files or {}), **more)
    return out.getvalue()


def make_job(octets: bytes = b"Subject: x\r\n\r\nHello.\r\n", **more: Any) -> Job:
    """A job whose octets lie in memory."""
    settings: dict[str, Any] = {
        "id": "7f3k9q2m-1",
        "request_id": "7f3k9q2m",
        "message_id": "<7f3k9q2m.0123456789abcdef@desk.test>",
        "open": lambda: contextlib.closing(io.BytesIO(octets)),
        "size": len(octets),
        "digest": "sha256:" + hashlib.sha256(octets).hexdigest(),
        "sender": "ann@desk.test",
        "receivers": ("support@desk.test",),
    }
    return Job(**(settings | more))
