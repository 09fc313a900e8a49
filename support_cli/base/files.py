"""The one place that writes files: whole or not at all, readable by their owner alone, through links and devices."""

import contextlib
import errno
import os
import stat
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from support_cli.base.i18n import _

_NEW = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
_THROUGH = os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
_STREAMS = ("/dev/", "/proc/self/fd/")
_PATIENCE = 20
"""How often a file is tried to be moved over one that another program has open (Windows), with 50 ms between."""

Settle = Callable[[Path, Path], Path]
"""Moves a finished temporary file to its place, or to another one, and returns where it lies."""


class NewFile:
    """A file in the making.

    Attributes:
        path: Where it shall lie; once it is finished, where it lies.
        out: Takes its content; can be read and sought in, unless it is a device.
    """

    def __init__(self, path: Path, out: BinaryIO) -> None:
        self.path = path
        self.out = out


@contextlib.contextmanager
def new_file(
    path: Path,
    *,
    lasting: bool = True,
    public: bool = False,
    temporary: Path | None = None,
    settle: Settle | None = None,
) -> Iterator[NewFile]:
    """Opens a file for writing beside its place (0600), and moves it there when all went well.

    What is no regular file (a pipe, a device, ``/dev/stdout``) is written through. On any failure, Ctrl-C included,
    nothing is left behind.

    Args:
        path: Where it shall lie; the folder must exist. A symbolic link is followed and stays one.
        lasting: Wait until it is on the disk, so that a power cut leaves the old content or the new one.
        public: Give it the permissions that other files have (the umask's) instead of 0600.
        temporary: What it is called until it is finished, in the same folder; a random name by default.
        settle: How the finished file comes to its place; without it, over what is there. A link is not followed then.

    Yields:
        The file; its ``path`` tells the final name after the block.

    Raises:
        OSError: If it cannot be written.
    """
    if storable(str(path)) != str(path):
        raise OSError(errno.EILSEQ, why_not_storable(), str(path))
    if is_device(path):
        with os.fdopen(os.open(path, _THROUGH), "wb") as out:
            yield NewFile(path, out)
        return
    place = path if settle is not None else path.resolve()
    temporary = temporary or place.with_name(f".{os.urandom(6).hex()}.tmp")
    descriptor = os.open(temporary, _NEW, 0o600)
    try:
        if hasattr(os, "fchmod"):  # whatever the umask says
            os.fchmod(descriptor, 0o600)
        with os.fdopen(descriptor, "w+b") as out:
            made = NewFile(place, out)
            yield made
            out.flush()
            if lasting:
                os.fsync(out.fileno())
        if public and os.name == "posix":
            temporary.chmod(0o666 & ~_umask())
        made.path = settle(temporary, place) if settle is not None else move_over(temporary, place)
        if lasting:
            sync_folder(place.parent)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise


def write_private(path: Path, content: bytes, *, lasting: bool = True) -> None:
    """Writes a whole file (0600); its folder is made (0700) if there is none.

    Raises:
        OSError: If it cannot be written; nothing is left of it then.
    """
    make_folder(path.resolve().parent if lasting else path.parent)
    with new_file(path, lasting=lasting) as file:
        file.out.write(content)


def storable(name: str) -> str:
    """A file name that this computer can store; ``_`` stands for characters that its file names cannot hold.

    They hold everything where their encoding is UTF-8, which a locale can change (ISO 8859-2, ``LC_ALL=C``).
    """
    try:
        os.fsencode(name)
    except UnicodeEncodeError:
        encoding = sys.getfilesystemencoding()
        return name.encode(encoding, "replace").decode(encoding).replace("?", "_")
    return name


def why_not_storable() -> str:
    """Why a name cannot be stored, as the end of a sentence."""
    return _("file names are in {encoding} here and cannot hold all of its letters; set LANG to a UTF-8 locale").format(
        encoding=sys.getfilesystemencoding().upper()
    )


def is_device(path: Path) -> bool:
    """Whether a path is something to write through: a pipe, a terminal, a device, an open file of this process.

    Such a thing is never replaced, and nothing is put beside it.
    """
    try:
        status = path.stat()
    except (OSError, ValueError):
        return False
    if stat.S_ISDIR(status.st_mode):
        return False
    return not stat.S_ISREG(status.st_mode) or str(path.absolute()).startswith(_STREAMS)


def move_over(temporary: Path, place: Path) -> Path:
    """Moves a file over what is there, in one step. On Windows, another program that reads it is waited for.

    Raises:
        OSError: If it cannot be moved.
    """
    for left in reversed(range(_PATIENCE)):
        try:
            temporary.replace(place)
        except PermissionError:
            if os.name != "nt" or not left:
                raise
            time.sleep(0.05)
        else:
            break
    return place


def make_folder(folder: Path) -> None:
    """Makes a folder, and those above it, for the owner only (0700, whatever the umask); those that exist stay so.

    Raises:
        OSError: If it cannot be made, or a file is in the way.
    """
    if folder.is_dir():
        return
    if not folder.parent.is_dir():
        make_folder(folder.parent)
    try:
        folder.mkdir(0o700)
    except FileExistsError:
        if not folder.is_dir():
            raise
    else:
        if os.name == "posix":
            folder.chmod(0o700)
        sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Makes the names in a folder last through a power cut, where the system has a way to do that."""
    if os.name != "posix":
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(descriptor)
    except OSError:  # some file systems cannot; then there is nothing more to do
        return
    finally:
        os.close(descriptor)


def is_private(folder: Path) -> bool:
    """Whether a folder is the user's own and nobody else can write to it; one that is too open is closed (0700).

    Windows keeps the folders of a profile apart by itself.

    Raises:
        OSError: If it cannot be looked at.
    """
    if not hasattr(os, "geteuid"):
        return True
    status = folder.stat()
    if status.st_uid != os.geteuid():
        return False
    if status.st_mode & 0o077:
        folder.chmod(0o700)
    return True


def open_to_others(path: Path) -> bool:
    """Whether somebody else may read or write a file or folder; False where there is none, and on Windows."""
    if os.name != "posix":
        return False
    try:
        return bool(path.stat().st_mode & 0o077)
    except OSError:
        return False


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
