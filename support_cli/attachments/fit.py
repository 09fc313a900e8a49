"""Making a file fit: what a zip of it would weigh, and the zip itself.

The same file under the same name gives the same bytes (as long as zlib is the same), in a file of its own each time:
two requests never share one, so that what one of them throws away is never missed by the other.
"""

import errno
import os
import re
import zipfile
import zlib
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO

from support_cli.attachments.budget import compressible
from support_cli.attachments.errors import NotZippedError
from support_cli.attachments.inspect import examine, open_unchanged
from support_cli.attachments.names import displayable, safe_name
from support_cli.attachments.reading import explained, opened
from support_cli.base.errors import AttachmentError
from support_cli.base.files import make_folder, new_file, storable
from support_cli.base.i18n import _, format_size
from support_cli.forms.request import Attachment

LEVEL = 6
WORTH = 0.9
"""A zip is offered when it is at most this part of the file."""
EXACT = 8 << 20
"""Bytes up to which the zip is weighed exactly; of larger files only samples are squeezed."""
_SAMPLES, _SAMPLE = 32, 128 << 10
_CHUNK = 1 << 18
_FULL = (errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC))


def zipped_size(attachment: Attachment) -> int | None:
    """Weighs the zip of a file without writing it: exactly up to ``EXACT`` bytes, above by samples of 4 MiB in all.

    Stops as soon as the result can no longer be worth it.

    Returns:
        Bytes, or None where a zip would not help: compressed already, too small, or not readable any more.
    """
    if not compressible(attachment.type) or attachment.size < 512:
        return None
    frame = _frame(attachment.name)
    try:
        with opened(Path(attachment.path)) as (descriptor, found), explained(Path(attachment.path)):
            if found.st_size != attachment.size:
                return None
            squeezed = _squeeze(descriptor, attachment.size, int(attachment.size * WORTH) - frame)
    except AttachmentError:
        return None
    return None if squeezed is None else squeezed + frame


def _frame(name: str) -> int:
    """Octets of the two headers and the end record around one member (APPNOTE.TXT 4.3.7, 4.3.12, 4.3.16)."""
    return 30 + 46 + 22 + 2 * len(name.encode("utf-8", "replace"))


def _squeeze(descriptor: int, size: int, most: int) -> int | None:
    squeezer = zlib.compressobj(LEVEL, zlib.DEFLATED, -15)
    exact = size <= EXACT
    step = _CHUNK if exact else size // _SAMPLES
    piece = _CHUNK if exact else _SAMPLE
    taken = result = 0
    for start in range(0, size, step):
        if not exact:
            os.lseek(descriptor, start, os.SEEK_SET)
        data = os.read(descriptor, piece)
        taken += len(data)
        result += len(squeezer.compress(data))
        if result > most * (taken / size) + _CHUNK:
            return None
    result += len(squeezer.flush())
    if not exact:
        result = result * size // max(taken, 1)
    return result if result <= most else None


def is_zip_of(path: str, folder: Path, sha256: str | None = None) -> bool:
    """Whether a file is a zip that ``zip_file`` made in this folder, and if asked, of a file with this digest."""
    found = re.search(r"\.[0-9a-f]{8}\.([0-9a-f]{12})\.zip$", path)
    if found is None or Path(path).parent != folder.absolute():
        return False
    return sha256 is None or found[1] == sha256[:12]


def zip_file(attachment: Attachment, folder: Path) -> Attachment:
    """Packs one file into a zip of its own, as fast as ``zip -6`` and with memory independent of its size.

    The content is checked against the digest while it is read. The zip is written with mode 0600 under a temporary
    name and moved into place when it is whole.

    Args:
        attachment: The file.
        folder: Where zips are kept; made with mode 0700 if it is missing.

    Returns:
        The zip (``router.log.zip``), ``original`` saying what it was made from.

    Raises:
        ChangedError: The file is not what was examined.
        NotZippedError: The disk is full, or the folder cannot be written to.
        AttachmentError: The file cannot be read any more.
    """
    own = f"{storable(safe_name(attachment.name))}.{token_hex(4)}.{attachment.sha256[:12]}.zip"
    target = folder.absolute() / own
    try:
        make_folder(folder)
        with new_file(target) as file:
            _write(file.out, attachment)
    except OSError as error:
        raise _not_zipped(error, attachment, folder) from error
    return Attachment(
        path=str(target),
        name=safe_name(f"{attachment.name}.zip"),
        type="application/zip",
        size=(made := examine(target)).size,
        sha256=made.sha256,
        question=attachment.question,
        note=attachment.note,
        original=_("{name}, {size}, zipped").format(name=attachment.name, size=format_size(attachment.size)),
    )


def _write(file: BinaryIO, attachment: Attachment) -> None:
    member = zipfile.ZipInfo(attachment.name, (1980, 1, 1, 0, 0, 0))
    member.compress_type, member.create_system = zipfile.ZIP_DEFLATED, 3
    member.external_attr = 0o600 << 16
    member.file_size = attachment.size  # decides about ZIP64 beforehand; the level is zlib's own default, 6
    with (
        zipfile.ZipFile(file, "w") as archive,
        archive.open(member, "w") as sink,
        open_unchanged(attachment) as content,
    ):
        while data := content.read(_CHUNK):
            sink.write(data)


def _not_zipped(error: OSError, attachment: Attachment, folder: Path) -> NotZippedError:
    if error.errno in _FULL:
        message = _("There is no room on the disk for a zip of {name}.").format(name=attachment.name)
        hint = _("Free some space, or leave the file out; the file itself is as it was.")
    else:
        message = _("The zip of {name} could not be written to {folder}: {reason}.").format(
            name=attachment.name,
            folder=displayable(folder),
            reason=os.strerror(error.errno) if error.errno else displayable(str(error)),
        )
        hint = _("Zip it yourself and add the zip; the file itself is as it was.")
    return NotZippedError(message, hint=hint, where=displayable(folder))
