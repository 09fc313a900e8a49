"""Patterns and folders, searched with a bound: a home folder under ``**`` must not be searched for ever."""

import os
import re
from collections.abc import Iterator
from fnmatch import translate
from pathlib import Path

from support_cli.base.i18n import ngettext

MAX_FILES = 200
"""Files that one pattern or folder may stand for; receivers take twenty."""
MAX_SEEN = 100_000
"""Entries of folders that are looked at for one pattern."""


class TooManyError(Exception):
    """The search was given up.

    Attributes:
        files: There are more than ``MAX_FILES`` files; otherwise more than ``MAX_SEEN`` entries.
    """

    def __init__(self, *, files: bool) -> None:
        super().__init__()
        self.files = files


class Scan:
    """What one search has seen and left out.

    Attributes:
        hidden: Hidden files.
        folders: Folders inside.
        links: Links that lead out of their folder, or nowhere.
        special: Pipes, sockets, devices.
        closed: Folders that could not be opened.
    """

    def __init__(self) -> None:
        self.hidden = self.folders = self.links = self.special = self.closed = 0
        self._seen = self._files = 0

    def look(self) -> None:
        """Counts one entry of a folder.

        Raises:
            TooManyError: These are too many.
        """
        self._seen += 1
        if self._seen > MAX_SEEN:
            raise TooManyError(files=False)

    def take(self, entry: os.DirEntry[str]) -> bool:
        """Whether an entry is a file that a pattern or folder may stand for; counts it in either case.

        Raises:
            TooManyError: These are too many.
        """
        if entry.is_symlink() and not _stays(entry):
            self.links += 1
        elif entry.is_file():
            self._files += 1
            if self._files > MAX_FILES:
                raise TooManyError(files=True)
            return True
        elif entry.is_dir():
            self.folders += 1
        else:
            self.special += 1
        return False


def left_out(scan: Scan, *, folders: bool) -> list[str]:
    """Says what a folder or a pattern passed over, and how to take it all the same: a sentence for each kind."""
    said: list[str] = []
    if scan.hidden:
        text = ngettext(
            "{count} hidden file stays out; add it by its name.",
            "{count} hidden files stay out; add them by their names.",
            scan.hidden,
        )
        said.append(text.format(count=scan.hidden))
    if scan.folders and folders:
        text = ngettext(
            "{count} folder inside stays out; add /** to take what is in it.",
            "{count} folders inside stay out; add /** to take what is in them.",
            scan.folders,
        )
        said.append(text.format(count=scan.folders))
    if scan.links:
        text = ngettext(
            "{count} link that leads elsewhere stays out; add it by its name.",
            "{count} links that lead elsewhere stay out; add them by their names.",
            scan.links,
        )
        said.append(text.format(count=scan.links))
    if scan.special:
        text = ngettext(
            "{count} pipe, socket or device stays out.", "{count} pipes, sockets or devices stay out.", scan.special
        )
        said.append(text.format(count=scan.special))
    if scan.closed:
        text = ngettext("{count} folder could not be opened.", "{count} folders could not be opened.", scan.closed)
        said.append(text.format(count=scan.closed))
    return said


def has_magic(pattern: str) -> bool:
    """Whether a pattern has an unquoted ``*``, ``?`` or ``[...]``."""
    return bool(re.search(r"\*|\?|\[[^\]]+\]", re.sub(r"\[[*?[]\]", "", pattern)))


def folder_files(folder: Path, scan: Scan) -> list[Path]:
    """The files straight in a folder in the order of their names, hidden ones and links that lead away left out.

    Raises:
        TooManyError: There are more than ``MAX_FILES``.
        OSError: It cannot be opened.
    """
    files: list[str] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            scan.look()
            if _hidden(entry):
                scan.hidden += 1
            elif scan.take(entry):
                files.append(entry.path)
    return [Path(name) for name in sorted(files, key=_natural)]


def matches(cwd: Path, pattern: str, scan: Scan, *, windows: bool) -> list[Path]:
    """The files that match a pattern, in the order of their names; ``**`` stands for any folders.

    Hidden files match only where the pattern writes the dot. Links to folders are not followed.

    Raises:
        TooManyError: There are too many, or the search takes too long.
    """
    separators = r"[/\\]+" if windows else "/+"
    parts = [part for part in re.split(separators, pattern) if part]
    parts = [part for at, part in enumerate(parts) if part != "**" or parts[at - 1 : at] != ["**"]]
    base = cwd
    if windows and re.match(r"[/\\]{2}", pattern) and len(parts) > 2:
        base = Path(f"\\\\{parts.pop(0)}\\{parts.pop(0)}\\")
    elif re.match(separators, pattern):
        base = Path("/")
    elif windows and re.fullmatch("[A-Za-z]:", parts[0]):
        base = Path(f"{parts.pop(0)}\\")
    flags = re.IGNORECASE if windows else 0
    try:
        found = dict.fromkeys(_matches(base, parts, scan, flags))
    except RecursionError:
        raise TooManyError(files=False) from None
    return sorted(found, key=lambda path: _natural(str(path)))


def _matches(folder: Path, parts: list[str], scan: Scan, flags: int) -> Iterator[Path]:
    part, rest = parts[0], parts[1:]
    if part == "**":
        yield from _matches(folder, rest or ["*"], scan, flags)
        for entry in _entries(folder, scan):
            if not entry.name.startswith(".") and entry.is_dir(follow_symlinks=False):
                yield from _matches(Path(entry.path), parts, scan, flags)
        return
    if rest and not has_magic(part):
        yield from _matches(folder / re.sub(r"\[([*?[])\]", r"\1", part), rest, scan, flags)
        return
    fits = re.compile(translate(part), flags).match
    for entry in _entries(folder, scan):
        if not fits(entry.name):
            continue
        if _hidden(entry) and not part.startswith("."):
            scan.hidden += not entry.is_dir()
        elif rest:
            if entry.is_dir():
                yield from _matches(Path(entry.path), rest, scan, flags)
        elif scan.take(entry):
            yield Path(entry.path)


def _entries(folder: Path, scan: Scan) -> list[os.DirEntry[str]]:
    entries: list[os.DirEntry[str]] = []
    try:
        with os.scandir(folder) as found:
            for entry in found:
                scan.look()
                entries.append(entry)
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError:
        scan.closed += 1
    return entries


def _hidden(entry: os.DirEntry[str]) -> bool:
    """By the dot, by Windows' attribute, or by a Mac's flag."""
    if entry.name.startswith("."):
        return True
    try:
        found = entry.stat(follow_symlinks=False)
    except OSError:
        return False
    # FILE_ATTRIBUTE_HIDDEN is 2 (Windows), UF_HIDDEN is 0x8000 (macOS).
    return bool(getattr(found, "st_file_attributes", 0) & 2 or getattr(found, "st_flags", 0) & 0x8000)


def _stays(entry: os.DirEntry[str]) -> bool:
    """Whether a link leads to something within its own folder, so that adding the folder meant it."""
    try:
        folder = os.path.realpath(os.path.dirname(entry.path))  # noqa: PTH120
        return entry.is_file() and os.path.realpath(entry.path).startswith(os.path.join(folder, ""))  # noqa: PTH118
    except OSError:
        return False


def _natural(name: str) -> list[tuple[int, str]]:
    """Orders ``shot 2.png`` before ``shot 10.png``."""
    return [(int(piece), "") if piece.isdecimal() else (-1, piece) for piece in re.split(r"(\d+)", name)]
