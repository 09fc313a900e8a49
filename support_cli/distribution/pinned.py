"""The files of an installed pack, as they were when they were installed, or not at all.

Beside each installed pack lies an index: the SHA-256 of every file. The pack's digest is made of nothing else, so the
index is checked against the lock without reading a file, and each file against the index when it is read. A start
reads what it needs, and what it needs is what was trusted.
"""

import hashlib
import os
from pathlib import Path

import msgspec

from support_cli.base.i18n import _
from support_cli.base.invocation import command_line
from support_cli.packs.errors import PackError
from support_cli.packs.files import MAX_FILE, FolderFiles, check_name, digest_of, digest_of_hashes
from support_cli.packs.pack import Files


class ChangedError(PackError):
    """An installed pack is not what was installed."""


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """One file: SHA-256 in hexadecimal, bytes, and time of change in nanoseconds as it was installed."""

    sha256: str
    size: int
    changed: int


Index = dict[str, Entry]


class PinnedFiles:
    """A pack in a folder of the store.

    Args:
        root: The folder.
        index: What lies in it.
        name: The pack's name, for messages.
    """

    def __init__(self, root: Path, index: Index, name: str) -> None:
        self.root = root
        self._index = index
        self._name = name

    def path(self, name: str) -> Path:
        """Where a file lies on disk."""
        return self.root / check_name(name)

    def names(self, folder: str) -> list[str]:
        """Names of the files straight inside a folder, sorted; empty when there is none."""
        start = f"{check_name(folder)}/" if folder else ""
        return sorted(name for name in self._index if name.startswith(start) and "/" not in name[len(start) :])

    def read(self, name: str) -> bytes:
        """The content of one file.

        Raises:
            PackError: If the pack has none of this name, or it is not what was installed.
        """
        entry = self._index.get(check_name(name))
        if entry is None:
            raise PackError(_("{path} does not exist.").format(path=self.path(name)))
        try:
            with self.path(name).open("rb") as stream:
                content = stream.read(MAX_FILE + 1)
        except OSError:
            content = b""
        if len(content) != entry.size or hashlib.sha256(content).hexdigest() != entry.sha256:
            raise changed(self._name)
        return content

    def listing(self) -> list[tuple[str, int, int]]:
        """Name, size in bytes and time of change of every file, sorted."""
        return sorted((name, entry.size, entry.changed) for name, entry in self._index.items())


def changed(name: str) -> ChangedError:
    """The error for a pack that is not what was installed."""
    return ChangedError(
        _("The installed pack {name} is not what was installed: its files were changed or lost.").format(name=name),
        hint=_("Install it again:  {command}").format(command=command_line("pack", "update", name)),
        where=name,
    )


def unpack(files: Files, root: Path) -> None:
    """Writes a pack into a new folder (0700), each file for the owner only (0600), and its index beside it.

    Args:
        files: The pack, checked.
        root: The folder; it must not be there yet.

    Raises:
        OSError: If it cannot be written.
        PackError: If a file of the pack cannot be read.
    """
    index: Index = {}
    root.mkdir(mode=0o700)
    for name, _size, _time in files.listing():
        place = root / check_name(name)
        for folder in reversed([one for one in place.parents if one.is_relative_to(root) and not one.is_dir()]):
            folder.mkdir(mode=0o700)
        content = files.read(name)
        write_private(place, content)
        index[name] = Entry(hashlib.sha256(content).hexdigest(), len(content), place.stat().st_mtime_ns)
    write_private(_index_of(root), msgspec.json.encode(index))


def write_private(path: Path, content: bytes) -> None:
    """Writes a new file for the owner only, and waits until it is on the disk.

    Raises:
        OSError: If it is there, or cannot be written.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags, 0o600), "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def open_pinned(root: Path, digest: str, name: str) -> PinnedFiles:
    """Opens a folder of the store, if it is what the lock says.

    Raises:
        ChangedError: If not: a file more or less, or another content.
    """
    try:
        index = msgspec.json.decode(_index_of(root).read_bytes(), type=Index)
        for entry_name in index:
            check_name(entry_name)
        listing = FolderFiles(root).listing()
    except (OSError, msgspec.MsgspecError, PackError):
        raise changed(name) from None
    if digest_of_hashes([(one, entry.sha256) for one, entry in index.items()]) != digest:
        raise changed(name)
    files = PinnedFiles(root, index, name)
    noted = files.listing()
    if listing != noted:
        # Times change when a home folder is copied; names and sizes do not, and then the contents decide.
        same = [one[:2] for one in listing] == [one[:2] for one in noted]
        if not same or digest_of([(one, files.read(one)) for one in index]) != digest:
            raise changed(name)
    return files


def index_name(root: Path) -> str:
    """Name of the index beside a folder."""
    return root.name + ".index"


def _index_of(root: Path) -> Path:
    return root.with_name(index_name(root))
