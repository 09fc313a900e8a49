"""Delivery into a file: an .eml that any mail program opens, and the customer sends."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

from support_cli.base.i18n import _
from support_cli.base.text import clean_line
from support_cli.deliver.base import Job, Reason, Receipt, State, TemporaryError, pieces
from support_cli.deliver.mail.message import Envelope, OpenAttachment, Written, write
from support_cli.deliver.ticket import Ticket
from support_cli.deliver.writing import WriteError, new_file


def write_eml(
    path: Path, ticket: Ticket, envelope: Envelope, *, open_attachment: OpenAttachment
) -> tuple[Path, Written]:
    """Writes a message into a file, whole or not at all.

    Args:
        path: Where it shall lie. A name that is taken becomes ``name-2.eml``.
        ticket: What is said.
        envelope: Who says it to whom.
        open_attachment: Opens an attachment for reading.

    Returns:
        Where it lies, and what was written.

    Raises:
        WriteError: The file cannot be written.
        SupportError: As ``message.write``.
    """
    with new_file(path) as file:
        written = write(ticket, envelope, file.out, open_attachment=open_attachment)
    return file.path, written


class FileDeliverer:
    """Copies stored messages into a folder.

    Args:
        folder: The folder; it must exist.
        name: Name of the file, or empty for one made from the job's id.
    """

    kind = "file"
    can_be_asked = True

    def __init__(self, folder: Path, name: str = "") -> None:
        self.folder = folder
        self.name = name

    def deliver(self, job: Job) -> Receipt:
        """Writes the message into the folder.

        Raises:
            TemporaryError: It cannot be written, or the stored octets have changed.
        """
        try:
            with new_file(self._place(job)) as file:
                for piece in pieces(job):
                    file.out.write(piece)
                job.before_commit()
        except WriteError as error:
            raise _put_off(error) from None
        return self._receipt(job, file.path)

    def find(self, job: Job) -> Receipt | None:
        """Looks whether the file is there, octet for octet."""
        place = self._place(job)
        try:
            if place.stat().st_size != job.size:
                return None
            with place.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError:
            return None
        return self._receipt(job, place) if f"sha256:{digest}" == job.digest else None

    def _place(self, job: Job) -> Path:
        return self.folder / (self.name or f"{job.id}.eml")

    def _receipt(self, job: Job, path: Path) -> Receipt:
        return Receipt(
            id=job.id,
            state=State.WRITTEN,
            channel=self.kind,
            to=clean_line(str(path)),
            at=datetime.now(UTC),
            digest=job.digest,
            size=job.size,
            message_id=job.message_id,
            url=path.absolute().as_uri(),
            note=_("Open it with a mail program and send it."),
        )

    def test(self) -> str:
        """Writes nothing, but tries whether it could.

        Raises:
            TemporaryError: The folder cannot be written to.
        """
        try:
            with new_file(self.folder / "test.eml"):
                raise _Enough
        except _Enough:
            return _("{folder} can be written to.").format(folder=clean_line(str(self.folder)))
        except WriteError as error:
            raise _put_off(error) from None

    def close(self) -> None:
        """Nothing is open."""


def _put_off(error: WriteError) -> TemporaryError:
    return TemporaryError(error.message, reason=Reason.STORAGE, hint=error.hint, where=error.where)


class _Enough(Exception):
    """Leaves the block of a new file without making it."""
