"""The files of a ticket: which go along, and a sentence for each that does not. Nothing is dropped silently."""

import contextlib
import io
import re
from collections import Counter
from collections.abc import Iterable
from contextlib import AbstractContextManager
from functools import partial
from typing import BinaryIO

from support_cli.deliver.base import Job, PermanentError, Reason
from support_cli.deliver.desks.wording import left_out
from support_cli.deliver.headers import file_name
from support_cli.deliver.http_body import OCTETS, Upload
from support_cli.deliver.message import REQUEST_NAME, OpenAttachment
from support_cli.i18n import _
from support_cli.request import MEDIA_TYPE, Attachment
from support_cli.text import clean_line
from support_cli.ticket import Ticket

REFUSED_FILE = (Reason.SIZE, Reason.CONTENT, Reason.UNSUPPORTED, Reason.REFUSED)
"""Reasons for which a desk refuses one file, and not the request."""


_FORGOTTEN = re.compile(
    r"expired|(?:upload|attachment|token|file).*(?:invalid|unknown|not (?:be )?found|no longer|does not exist)",
    re.IGNORECASE,
)


def forgotten(error: PermanentError) -> bool:
    """Whether a desk refuses a ticket since it does not know the uploads any more: their tokens live for a while."""
    return error.reason in (*REFUSED_FILE, Reason.ADDRESS) and _FORGOTTEN.search(error.answer) is not None


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
        if request and ticket.request_json is not None:
            octets = ticket.request_json
            self.wanted.append(
                Upload(name=REQUEST_NAME, type=MEDIA_TYPE, size=len(octets), open=partial(_in_memory, octets))
            )

    def drop(self, upload: Upload, why: str) -> None:
        """Leaves a file out, and says so."""
        self.wanted.remove(upload)
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
            if there[str(upload.size)] < 0:
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
