"""Where the files of a pack are read from, and what is refused while reading."""

import hashlib
import os
import stat
from pathlib import Path

from support_cli.base.i18n import _
from support_cli.base.text import clean_line, later
from support_cli.packs.errors import PackError

MAX_FILE = 2 << 20
MAX_FILES = 5000
_PART = r"[^/\\\x00-\x1f\x7f-\x9f:\u2028-\u202e\u2066-\u2069\ud800-\udfff]{1,255}"
_NAME = later(f"{_PART}(?:/{_PART}){{0,20}}")
_READ = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def check_name(name: str) -> str:
    """Returns a pack-relative name if it cannot lead out of the pack.

    Raises:
        PackError: If it is absolute, has ``..``, a backslash, a drive, a control character or bytes that are no text.
    """
    if not _NAME.fullmatch(name) or any(part in (".", "..") for part in name.split("/")):
        raise PackError(_("“{name}” is not a file name inside a pack.").format(name=clean_line(name[:80])))
    return name


class FolderFiles:
    """A pack in a folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, name: str) -> Path:
        """Where a file lies on disk."""
        return self.root / check_name(name)

    def names(self, folder: str) -> list[str]:
        """Names of the regular files straight inside a folder, sorted; empty when there is none."""
        place = self.root / check_name(folder) if folder else self.root
        try:
            with os.scandir(place) as entries:
                found = [e.name for e in entries if e.is_file(follow_symlinks=False) and not e.name.startswith(".")]
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError as error:
            raise PackError(
                _("The folder {path} cannot be read: {problem}.").format(path=_shown(place), problem=error.strerror)
            ) from None
        return sorted(f"{folder}/{name}" if folder else name for name in found)

    def read(self, name: str) -> bytes:
        """The content of one file.

        Raises:
            PackError: If it is missing, no regular file, a link, unreadable, or too large.
        """
        path = self.path(name)
        try:
            # One descriptor for looking and reading: nothing can be put in its place in between, and no pipe blocks.
            if stat.S_ISLNK(path.lstat().st_mode):
                raise _irregular(path)
            with os.fdopen(os.open(path, _READ), "rb") as stream:
                status = os.fstat(stream.fileno())
                if not stat.S_ISREG(status.st_mode):
                    raise _irregular(path)
                content = stream.read(min(status.st_size, MAX_FILE) + 1)  # no room for more than there is
        except FileNotFoundError:
            raise PackError(_("{path} does not exist.").format(path=_shown(path))) from None
        except OSError as error:
            if path.exists() and not path.is_file():
                raise _irregular(path) from None
            raise PackError(
                _("{path} cannot be read: {problem}.").format(path=_shown(path), problem=error.strerror)
            ) from None
        if len(content) > MAX_FILE:
            raise PackError(_("{path} is larger than a file of a pack may be.").format(path=_shown(path)))
        return content

    def listing(self) -> list[tuple[str, int, int]]:
        """Name, size and time of change (nanoseconds) of every file, sorted; hidden ones and caches left out.

        Raises:
            PackError: If there are more files than a pack may have, or one is a link or a device.
        """
        found: list[tuple[str, int, int]] = []
        todo = [""]
        while todo:
            folder = todo.pop()
            with os.scandir(self.root / folder) as entries:
                for entry in entries:
                    name = f"{folder}/{entry.name}" if folder else entry.name
                    if entry.name.startswith(".") or entry.name == "__pycache__":
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        todo.append(name)
                        continue
                    if not entry.is_file(follow_symlinks=False):
                        raise _irregular(self.root / name)
                    status = entry.stat(follow_symlinks=False)
                    found.append((check_name(name), status.st_size, status.st_mtime_ns))
                    if len(found) > MAX_FILES:
                        raise PackError(_("{path} holds too many files for a pack.").format(path=_shown(self.root)))
        return sorted(found)


def _shown(path: Path) -> str:
    return clean_line(str(path))


def _irregular(path: Path) -> PackError:
    return PackError(_("{path} is not a regular file, and a pack has no others.").format(path=_shown(path)))


def digest_of(contents: "list[tuple[str, bytes]]") -> str:
    """The digest of a pack: SHA-256 over every name and the SHA-256 of its content, by name.

    Args:
        contents: Names (with ``/``) and bytes.

    Returns:
        ``sha256:`` and 64 hexadecimal digits.
    """
    return digest_of_hashes([(name, hashlib.sha256(content).hexdigest()) for name, content in contents])


def digest_of_hashes(hashes: "list[tuple[str, str]]") -> str:
    """The same digest, from names and the SHA-256 of each content."""
    total = hashlib.sha256()
    for name, one in sorted(hashes):
        total.update(f"{name}\0{one}\n".encode())
    return "sha256:" + total.hexdigest()
