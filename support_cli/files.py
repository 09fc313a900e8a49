"""Files that are nobody else's business: written whole or not at all, readable by their owner alone."""

import contextlib
import os
from pathlib import Path

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


def write_private(path: Path, content: bytes, *, lasting: bool = True) -> None:
    """Writes a file (0600) beside its place and moves it there; its folder is made (0700) if there is none.

    A symbolic link is followed, so that a file kept elsewhere (a folder of dotfiles) stays a link.

    Args:
        path: Where it shall lie.
        content: All of it.
        lasting: Wait until it is on the disk, so that a power cut leaves the old content or the new one.

    Raises:
        OSError: If it cannot be written; nothing is left of it then.
    """
    place = path.resolve() if lasting else path
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = place.with_name(f".{os.urandom(6).hex()}.tmp")
    descriptor = os.open(fresh, _NEW, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            if lasting:
                stream.flush()
                os.fsync(stream.fileno())
        fresh.replace(place)
    except BaseException:
        with contextlib.suppress(OSError):
            fresh.unlink()
        raise


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
