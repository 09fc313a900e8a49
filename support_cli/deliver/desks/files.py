"""The files of a ticket: which go along, and a sentence for each that does not. Nothing is dropped silently."""

import contextlib
import io
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from functools import partial
from typing import BinaryIO

import msgspec

from support_cli.base.i18n import _
from support_cli.base.text import clean_line
from support_cli.deliver.base import Job, PermanentError, Reason
from support_cli.deliver.desks.wording import left_out
from support_cli.deliver.http.body import OCTETS, Upload
from support_cli.deliver.mail.headers import file_name
from support_cli.deliver.mail.message import REQUEST_NAME, REQUEST_TYPE, OpenAttachment
from support_cli.deliver.ticket import Ticket
from support_cli.forms.request import Attachment

REFUSED_FILE = (Reason.SIZE, Reason.CONTENT, Reason.UNSUPPORTED, Reason.REFUSED)
"""Reasons for which a desk refuses one file, and not the request."""


_FORGOTTEN = re.compile(
    r"expired|(?:upload|attachment|token|file).*(?:invalid|unknown|not (?:be )?found|no longer|does not exist)",
    re.IGNORECASE,
)


def forgotten(error: PermanentError) -> bool:
    """Whether a desk refuses a ticket since it does not know the uploads any more: their tokens live for a while."""
    return error.reason in (*REFUSED_FILE, Reason.ADDRESS) and _FORGOTTEN.search(error.answer) is not None


_TYPE_REFUSED = re.compile(
    r"\b(?:file|attachment|upload|mime|media|content)[ -]?(?:type|extension|format)|unsupported|"
    r"\b(?:type|extension|format|file|attachment)s?\b.{0,80}\bnot (?:be )?(?:allowed|permitted|supported|accepted)",
    re.IGNORECASE | re.DOTALL,
)


class Files:
    """The files of one job: those that go along, and a sentence for each one that does not."""

    def __init__(self, job: Job, ticket: Ticket, *, request: bool = True) -> None:
        """Takes the attachments, and the request itself as JSON where that may travel.

        Args:
            job: The job.
            ticket: Its ticket.
            request: Whether the desk is of use for the JSON.
        """
        opening = job.open_attachment
        self.wanted = [_upload(each, opening) for each in ticket.attachments if opening is not None]
        self.left = [
            left_out(each.name, each.size, _("It cannot be opened.")) for each in ticket.attachments if opening is None
        ]
        self._request: Upload | None = None
        if request and ticket.request_json is not None:
            octets = ticket.request_json
            self._request = Upload(
                name=REQUEST_NAME, type=REQUEST_TYPE, size=len(octets), open=partial(_in_memory, octets)
            )
            self.wanted.append(self._request)

    def drop(self, upload: Upload, why: str) -> None:
        """Leaves a file out, and says so of one that the customer attached."""
        self.wanted.remove(upload)
        if upload is not self._request:
            self.left.append(left_out(upload.name, upload.size, why))

    def drop_all(self, why: str) -> None:
        """Leaves every attachment out; nobody misses the JSON."""
        for upload in list(self.wanted):
            self.drop(upload, why)

    def fit(self, *, each: int = 0, total: int = 0, empty: bool = True) -> None:
        """Leaves out what is surely not taken.

        Args:
            each: Largest file in octets, or 0.
            total: Largest sum, or 0.
            empty: Whether an empty file is taken.
        """
        used = 0
        for upload in list(self.wanted):
            if not empty and not upload.size:
                self.drop(upload, _("It is empty, and this desk takes no empty files."))
            elif each and upload.size > each:
                self.drop(upload, _("It is larger than this desk takes."))
            elif total and used + upload.size > total:
                self.drop(upload, _("Together the files are larger than this desk takes."))
            else:
                used += upload.size

    def not_kept(self, host: str, sizes: Iterable[str]) -> list[str]:
        """A sentence for each file that went along and is not there.

        Args:
            host: The desk, as shown.
            sizes: Octets of each file that the ticket has; names may have been changed.
        """
        there = Counter(sizes)
        lost = []
        for upload in self.wanted:
            there[str(upload.size)] -= 1
            if there[str(upload.size)] < 0 and upload is not self._request:
                lost.append(_("{host} did not keep {name}.").format(host=host, name=clean_line(upload.name)))
        return lost

    def refused(self, upload: Upload, error: PermanentError) -> None:
        """Leaves out a file that the desk has just refused.

        Raises:
            PermanentError: If it was not about the file.
        """
        if error.reason not in REFUSED_FILE:
            raise error
        self.drop(upload, error.message)


def accepted(ticket: Ticket, endings: Sequence[str]) -> tuple[Ticket, list[str]]:
    """A ticket with the files that a desk is said to take, and a sentence for each other that the customer attached.

    Args:
        ticket: The ticket.
        endings: Endings of names that are taken, with or without the dot; all are where none is named.
    """
    taken = {ending.lower().lstrip(".") for ending in endings}
    if not taken:
        return ticket, []
    request = ticket.request_json if _ending(REQUEST_NAME) in taken else None
    return _without(
        msgspec.structs.replace(ticket, request_json=request),
        [each for each in ticket.attachments if _ending(each.name) not in taken],
    )


def without_refused(ticket: Ticket, error: PermanentError) -> tuple[Ticket, list[str]] | None:
    """A ticket without the files whose type a desk has just refused, and with it the whole ticket.

    Returns:
        The smaller ticket and a sentence for each file that the customer misses; None if it was about no file's type.
    """
    if error.reason not in REFUSED_FILE:
        return None
    if error.reason is not Reason.UNSUPPORTED and not _TYPE_REFUSED.search(error.answer):
        return None
    said = {word.lower() for word in re.findall(r"[\w-]+", error.answer)}
    named = [each for each in ticket.attachments if _ending(each.name) in said]
    if ticket.request_json is not None and (not named or _ending(REQUEST_NAME) in said):
        return msgspec.structs.replace(ticket, request_json=None), []
    return _without(ticket, named) if named else None


def _without(ticket: Ticket, gone: Sequence[Attachment]) -> tuple[Ticket, list[str]]:
    why = _("This desk does not take files of this type.")
    kept = tuple(each for each in ticket.attachments if each not in gone)
    return msgspec.structs.replace(ticket, attachments=kept), [left_out(each.name, each.size, why) for each in gone]


def _ending(name: str) -> str:
    return name.rpartition(".")[2].lower()


def _upload(attachment: Attachment, opening: OpenAttachment) -> Upload:
    return Upload(
        name=file_name(attachment.name),
        type=attachment.type or OCTETS,
        size=attachment.size,
        open=partial(opening, attachment),
        sha256=attachment.sha256,
    )


def _in_memory(octets: bytes) -> AbstractContextManager[BinaryIO]:
    return contextlib.closing(io.BytesIO(octets))
