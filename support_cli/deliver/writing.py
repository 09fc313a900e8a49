"""Writing a file whole or not at all, without ever overwriting another one."""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from support_cli.base import files
from support_cli.base.errors import UnusableError
from support_cli.base.files import NewFile, why_not_storable
from support_cli.base.i18n import _
from support_cli.base.text import clean_line

_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EFBIG)
_CLOSED = (errno.EACCES, errno.EPERM, errno.EROFS)


class WriteError(UnusableError):
    """A file cannot be written; nothing is left of it.

    Attributes:
        number: ``errno`` of the system, or 0.
    """

    def __init__(self, message: str, *, number: int = 0, hint: str | None = None, where: str | None = None) -> None:
        super().__init__(message, hint=hint, where=where)
        self.number = number


def writable_folder(folder: Path) -> None:
    """Makes a folder and those above it, if they are not there.

    Raises:
        WriteError: It cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        raise _explained(error, folder) from None


@contextmanager
def new_file(path: Path, *, sync: bool = True, replace: bool = False) -> Iterator[NewFile]:
    """Opens a file for writing, as ``files.new_file`` does, and explains what goes wrong.

    Args:
        path: Where it shall lie; the folder must exist.
        sync: Wait until its name is on the disk, too; who writes several files may do that once for all of them
            (``files.sync_folder``). Its content always is.
        replace: What is there moves to ``NAME~``, and the target of a link is what is written. Otherwise a name that is
            taken stays as it is: ``name.eml`` becomes ``name-2.eml``.

    Yields:
        The file; its ``path`` tells the final name after the block.

    Raises:
        WriteError: It cannot be written.
    """

    def settle(temporary: Path, place: Path) -> Path:
        try:
            final = _settle_over(temporary, place) if replace else _settle(temporary, place)
            if sync:
                files.sync_folder(place.parent)
        except OSError as error:
            raise _explained(error, path) from None
        return final

    with ExitStack() as stack:
        try:
            place = path.resolve() if replace and path.is_symlink() and not files.is_device(path) else path
            file = stack.enter_context(files.new_file(place, lasting=False, settle=settle))
        except (OSError, ValueError) as error:
            raise _explained(error, path) from None
        guarded = _Guarded(file.out, path)
        file.out = cast("BinaryIO", guarded)
        yield file
        guarded.finish()


class _Guarded:
    """What a writer sees of the file: a full disk is explained where it shows."""

    def __init__(self, raw: BinaryIO, path: Path) -> None:
        self._raw = raw
        self._path = path

    def write(self, octets: bytes) -> int:
        try:
            return self._raw.write(octets)
        except OSError as error:
            raise _explained(error, self._path) from None

    def finish(self) -> None:
        try:
            self._raw.flush()
            if not files.is_device(self._path):
                os.fsync(self._raw.fileno())
        except OSError as error:
            raise _explained(error, self._path) from None


def _settle_over(temporary: Path, path: Path) -> Path:
    """Moves the file to its place; what is there stays beside it as ``NAME~``."""
    if path.is_file():
        files.move_over(path, path.with_name(path.name + "~"))
    return files.move_over(temporary, path)


def _settle(temporary: Path, path: Path) -> Path:
    """Moves the file to the first name that is free, in one step, so that nothing is ever overwritten."""
    number = 1
    while True:
        target = path if number == 1 else path.with_name(f"{path.stem}-{number}{path.suffix}")
        if _moved(temporary, target):
            return target
        number += 1


def _moved(temporary: Path, target: Path) -> bool:
    try:
        if os.name == "nt":  # renames without overwriting, which POSIX has no call for
            temporary.rename(target)
            return True
        os.link(temporary, target)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK, errno.EACCES, errno.EXDEV):
            raise
        return _moved_without_links(temporary, target)
    temporary.unlink()
    return True


def _moved_without_links(temporary: Path, target: Path) -> bool:
    """For file systems without hard links, such as FAT: the name is taken first, then filled."""
    try:
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, stat.S_IRUSR | stat.S_IWUSR))
    except FileExistsError:
        return False
    temporary.replace(target)
    return True


def _explained(error: OSError | ValueError, path: Path) -> WriteError:
    number = (error.errno or 0) if isinstance(error, OSError) else 0
    shown, folder = clean_line(path.name), clean_line(str(path.parent))
    hint = _("Name another place.")
    if number in _FULL:
        message = _("{name} cannot be written: there is no room left in {folder}.")
        hint = _("Make room, or name another place.")
    elif number in _CLOSED:
        message = _("{name} cannot be written: you may not write to the folder {folder}.")
    elif number in (errno.ENOENT, errno.ENOTDIR):
        message = _("{name} cannot be written: there is no folder {folder}.")
        hint = _("Make the folder first, or name another place.")
    elif number == errno.ENAMETOOLONG:
        message = _("{name} cannot be written: the name is too long.")
        shown = shown[:40] + "…"
    else:
        problem = (isinstance(error, OSError) and error.strerror) or str(error)
        if isinstance(error, UnicodeEncodeError):
            problem = why_not_storable()
        return WriteError(
            _("{name} cannot be written: {problem}.").format(name=shown, problem=clean_line(problem)),
            number=number,
            hint=hint,
            where=str(path),
        )
    return WriteError(message.format(name=shown, folder=folder), number=number, hint=hint, where=str(path))
