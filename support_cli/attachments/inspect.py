"""One file, looked at: what it is, how large, its digest; and read again only if it is still the same.

Every way in which a path can fail to be a quiet, regular file ends in an ``AttachmentError`` with one sentence
and a hint. A file is read once, in pieces, whatever its size.
"""

import codecs
import hashlib
import io
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from support_cli.attachments import kinds
from support_cli.attachments.errors import ChangedError, NotAFileError, UnstorableError
from support_cli.attachments.names import displayable, safe_name
from support_cli.attachments.reading import MAX_SIZE, explained, opened
from support_cli.base.errors import AttachmentError
from support_cli.base.files import make_folder, storable
from support_cli.base.finding import Finding, Level
from support_cli.base.i18n import _
from support_cli.forms.request import Attachment

_CHUNK = 1 << 16


def examine(
    path: Path,
    *,
    name: str | None = None,
    question: str | None = None,
    folder: Path | None = None,
    most: int = MAX_SIZE,
) -> Attachment:
    """Looks at a file: type by content, size and SHA-256 in one pass, memory independent of its size.

    A symbolic link is followed when it leads to a regular file; ``link_target`` says where to. Empty files are fine.

    Args:
        path: Where it lies; relative ones are taken from the current folder.
        name: Name for the receiver instead of its own; made safe in either case.
        question: Id of the upload question that it answers.
        folder: A private folder of ours; a path that no request file can hold (bytes that are not UTF-8) is reached
            through a symbolic link made there.
        most: Bytes that the receiver takes. Of a larger file, which is refused for its size, only the beginning and
            the end are read, for its type; it has no digest then.

    Returns:
        Its record, with an absolute path.

    Raises:
        MissingError: Nothing is there, or it is a link that leads nowhere.
        NotAFileError: A folder, device, pipe, socket, or a file made up while it is read (``/proc``).
        UnreadableError: It may not be read, or reading failed.
        ChangedError: It changed while it was read.
        OversizedError: It is larger than ``MAX_SIZE``.
        UnstorableError: Its path has bytes that are not UTF-8, and there is no ``folder`` or it takes no links.
    """
    absolute = path.absolute()
    shown = displayable(absolute.name)
    with opened(absolute) as (descriptor, before):
        with explained(absolute):
            whole = before.st_size <= most
            size, digest, kind, charset = _read_through(descriptor, before.st_size, absolute, whole=whole)
            after = os.fstat(descriptor)
        if (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns) or size > before.st_size > 0:
            raise _changing(shown)
        if size != before.st_size:
            raise NotAFileError(
                _("{name} is made up by the system while it is read, so its size is not known.").format(name=shown),
                hint=_("Copy its content into an ordinary file and add that."),
                where=displayable(absolute),
            )
    return Attachment(
        path=str(absolute if _storable(absolute) else _link_to(absolute, folder)),
        name=safe_name(absolute.name if name is None else name),
        type=kind,
        size=size,
        sha256=digest,
        question=question,
        charset=charset,
    )


@contextmanager
def open_unchanged(attachment: Attachment) -> Iterator[BinaryIO]:
    """Opens an attachment and makes sure that what is read is what was examined.

    Size and SHA-256 are checked as the content streams by; the last piece is handed out only after the digest
    proved right. Reading less than all of it proves nothing and raises nothing.

    Raises:
        ChangedError: It is not the file that was examined; raised on opening or from ``read``.
        AttachmentError: It cannot be opened or read any more, as for ``examine``.
    """
    path = Path(attachment.path)
    with opened(path) as (descriptor, found):
        if found.st_size != attachment.size:
            raise _changed(attachment)
        # A BufferedReader over our own raw stream is a BinaryIO in all but typeshed's name.
        yield cast("BinaryIO", io.BufferedReader(_Verified(descriptor, attachment, path), _CHUNK))


@contextmanager
def open_to_prove(attachment: Attachment) -> Iterator[BinaryIO]:
    """Opens an attachment for who reads all of it and compares the SHA-256 anyway, as writers of messages do.

    Raises:
        ChangedError: It has another size than when it was examined.
        AttachmentError: It cannot be opened or read any more, as for ``examine``; also from within the block.
    """
    path = Path(attachment.path)
    with opened(path) as (descriptor, found):
        if found.st_size != attachment.size:
            raise _changed(attachment)
        with explained(path), open(descriptor, "rb", buffering=0, closefd=False) as content:
            yield cast("BinaryIO", content)


def link_target(path: str | os.PathLike[str]) -> str | None:
    """Where a symbolic link leads, fit to be shown; None for anything else."""
    try:
        return displayable(os.path.realpath(path)) if stat.S_ISLNK(os.lstat(path).st_mode) else None
    except (OSError, ValueError):
        return None


def recheck(attachments: Iterable[Attachment], most: int = MAX_SIZE) -> tuple[list[Attachment], list[Finding]]:
    """Looks again at the files of a draft: every one of them is read, unless it has more than ``most`` bytes.

    Returns:
        Those that are still what was examined, and one error ``F007`` for each other one, ``where`` being its name.
    """
    good: list[Attachment] = []
    findings: list[Finding] = []
    for attachment in attachments:
        if finding := stale(attachment, most):
            findings.append(finding)
        else:
            good.append(attachment)
    return good, findings


def same_file(path: str, other: str) -> bool:
    """Whether two paths lead to one file, by links too; not if one of them leads nowhere."""
    try:
        return path == other or os.path.samefile(path, other)  # noqa: PTH121 - paths are text
    except (OSError, ValueError):
        return False


def stale(attachment: Attachment, most: int = MAX_SIZE) -> Finding | None:
    """Reads a file again; says ``F007`` when it went away, changed or cannot be read any more, else None.

    Of a file with more than ``most`` bytes only the size is compared.
    """
    try:
        with open_unchanged(attachment) as content:
            while attachment.size <= most and content.read(_CHUNK):
                pass
    except AttachmentError as error:
        fix = error.hint
        if not isinstance(error, ChangedError):
            fix = _("Put it back where it was, or take it out of the request.")
        return Finding(code="F007", level=Level.ERROR, where=attachment.name, message=error.message, fix=fix)
    return None


def _storable(path: Path) -> bool:
    try:
        return bool(str(path).encode("utf-8"))
    except UnicodeEncodeError:
        return False


def _link_to(path: Path, folder: Path | None) -> Path:
    """Makes a link of a sane name to a file of an odd one; the same file gets the same link."""
    if folder is not None and _storable(folder.absolute()):
        digest = hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
        link = folder.absolute() / f"{storable(safe_name(path.name))}.{digest}"
        try:
            make_folder(folder)
            if not link.is_symlink():
                link.symlink_to(path)
            return link
        except OSError:  # no links here, no room, no right: the sentence below says what helps in each case
            pass
    raise UnstorableError(
        _("The path of {name} has bytes that are not UTF-8, so it cannot be kept in a request.").format(
            name=displayable(path)
        ),
        hint=_("Rename the file or its folder, or copy it to another place, and add it again."),
        where=displayable(path),
    )


class _Verified(io.RawIOBase):
    """The content of a descriptor that somebody else closes, compared with what was examined."""

    def __init__(self, descriptor: int, attachment: Attachment, path: Path) -> None:
        self._descriptor, self._attachment, self._path = descriptor, attachment, path
        self._left = attachment.size
        self._hash = hashlib.sha256()
        if not self._left:
            self._prove()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        view = memoryview(buffer).cast("B")
        if not self._left or not view:
            return 0
        with explained(self._path):
            data = os.read(self._descriptor, min(len(view), self._left))
        if not data:
            raise _changed(self._attachment)
        self._hash.update(data)
        self._left -= len(data)
        if not self._left:
            self._prove()
        view[: len(data)] = data
        return len(data)

    def _prove(self) -> None:
        with explained(self._path):
            more = os.read(self._descriptor, 1)
        if more or self._hash.hexdigest() != self._attachment.sha256:
            raise _changed(self._attachment)


def _read_through(descriptor: int, size: int, path: Path, *, whole: bool) -> tuple[int, str, str, str]:
    """Reads to the end, or to just beyond the size that was promised; unless ``whole`` no more than tells the type.

    Returns:
        Bytes read, SHA-256, media type, and the character set (``utf-8``, or empty for anything else); without having
        read it ``size`` and no digest.
    """
    digest, head, total = hashlib.sha256(usedforsecurity=False), b"", 0
    decoder: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("utf-8")()
    while total <= size:
        data = os.read(descriptor, _CHUNK)
        if not data:
            break
        if not total:
            while len(data) < kinds.WINDOW and (more := os.read(descriptor, _CHUNK)):
                data += more
            head = data[: kinds.WINDOW]
        digest.update(data)
        total += len(data)
        decoder = _still_utf8(decoder, data)
        if not whole:
            total, decoder = size, None
            break
    decoder = _still_utf8(decoder, b"")

    def peek(offset: int, length: int) -> bytes:
        os.lseek(descriptor, min(max(offset, 0), size), os.SEEK_SET)
        return os.read(descriptor, length)

    tail = head if total <= len(head) else peek(total - kinds.WINDOW, kinds.WINDOW)
    kind = kinds.media_type(head, tail, path.name, peek)
    # Nothing at all has no character set, and some gateways drop a text that is empty.
    is_text = total > 0 and decoder is not None and kind.startswith("text/")
    return total, digest.hexdigest() if whole else "", kind, "utf-8" if is_text else ""


def _still_utf8(decoder: codecs.IncrementalDecoder | None, data: bytes) -> codecs.IncrementalDecoder | None:
    """The decoder after more of a file, nothing for its end; None from where it is no UTF-8."""
    try:
        if decoder is not None:
            decoder.decode(data, final=not data)
    except UnicodeDecodeError:
        return None
    return decoder


def _changing(shown: str) -> ChangedError:
    return ChangedError(
        _("{name} is being written to at this very moment.").format(name=shown),
        hint=_("Wait until the program is done with it, or copy it and add the copy."),
        where=shown,
    )


def _changed(attachment: Attachment) -> ChangedError:
    return ChangedError(
        _("{name} has changed since you added it.").format(name=attachment.name),
        hint=_("Add it again; if a program keeps writing to it, add a copy instead."),
        where=attachment.name,
    )
