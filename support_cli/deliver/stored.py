"""Reading a stored message for sending, and making sure that it still is what was stored."""

import hashlib
from collections.abc import Iterator

from support_cli.base.i18n import _
from support_cli.deliver.base import Job, PermanentError, Reason, TemporaryError

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
