"""Installed packs: ``<data>/packs/<name>/<digest>/``, pinned by ``packs.lock``.

A version is unpacked beside the others, moved into place in one step, and counts from the moment when the lock names
it; whatever breaks off before leaves the one before in use.
"""

import contextlib
import difflib
import hashlib
import os
import re
import shutil
import tempfile
from pathlib import Path

import msgspec

from support_cli.base.cache import Cache
from support_cli.base.files import make_folder
from support_cli.base.i18n import _
from support_cli.base.invocation import command_line
from support_cli.distribution import lockfile
from support_cli.distribution.lockfile import Installed, Known, Lock
from support_cli.packs import load
from support_cli.packs.errors import PackError
from support_cli.packs.files import MAX_FILE, FolderFiles, check_name, digest_of, digest_of_hashes
from support_cli.packs.pack import Files, Pack


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


_MOST_KNOWN = 200
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9_-])?")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


class StoreError(PackError):
    """A pack cannot be installed, found or removed."""


class Store:
    """The installed packs of one person.

    Args:
        folder: Where they lie; it is made when something is installed.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def lock(self) -> Lock:
        """What is installed and trusted.

        Raises:
            LockError: If that cannot be read.
        """
        return lockfile.read(self.folder)

    def names(self) -> list[str]:
        """Names of the installed packs."""
        return sorted(self.lock().packs)

    def get(self, name: str) -> Installed | None:
        """What is noted about an installed pack, or None."""
        return self.lock().packs.get(name)

    def open(self, record: Installed, cache: Cache) -> Pack:
        """Opens an installed pack.

        Raises:
            ChangedError: If it is not what was installed.
            PackError: If its manifest cannot be used.
        """
        place = self._place(record)
        files = open_pinned(place, record.digest, record.name)
        return load.open_files(files, cache, digest=record.digest, where=str(place), origin="installed")

    def install(self, files: Files, record: Installed) -> None:
        """Installs a version of a pack; the one before is in use until the last step.

        Args:
            files: Its files, checked.
            record: What is noted about it.

        Raises:
            PackError: If it has no name that a folder can have, or cannot be written.
        """
        check_pack_name(record.name)
        place = self._place(record)
        with lockfile.held(self.folder):
            try:
                self._put(files, place, record)
            except OSError as error:
                raise StoreError(
                    _("The pack {name} cannot be installed: {problem}.").format(
                        name=record.name, problem=error.strerror or error
                    ),
                    where=str(self.folder),
                ) from None
            lock = self.lock()
            before = lock.packs.get(record.name)
            lockfile.write(self.folder, msgspec.structs.replace(lock, packs={**lock.packs, record.name: record}))
            # The version before stays one update longer: a run that began with it may still be reading.
            self._tidy(record.name, {place.name, self._place(before).name if before else place.name})

    def _put(self, files: Files, place: Path, record: Installed) -> None:
        try:
            open_pinned(place, record.digest, record.name)
        except ChangedError:
            pass
        else:
            return
        make_folder(place.parent)
        with tempfile.TemporaryDirectory(dir=self.folder, prefix=".new-", ignore_cleanup_errors=True) as name:
            made = Path(name) / place.name
            unpack(files, made)
            open_pinned(made, record.digest, record.name)
            _discard(place)
            made.with_name(index_name(made)).replace(place.with_name(index_name(place)))
            made.replace(place)

    def remove(self, name: str) -> Installed:
        """Removes an installed pack and everything that is known about it.

        Raises:
            StoreError: If there is none of this name.
        """
        with lockfile.held(self.folder):
            lock = self.lock()
            record = lock.packs.get(name)
            if record is None:
                raise not_installed(name, sorted(lock.packs))
            rest = {key: one for key, one in lock.packs.items() if key != name}
            lockfile.write(self.folder, msgspec.structs.replace(lock, packs=rest))
            self._tidy(name, set())
        return record

    def note(self, record: Installed) -> None:
        """Writes down what changed about an installed pack, other than its files.

        Raises:
            StoreError: If another run removed or updated it meanwhile.
        """
        with lockfile.held(self.folder):
            lock = self.lock()
            current = lock.packs.get(record.name)
            if current is None or current.digest != record.digest:
                raise not_installed(record.name, sorted(lock.packs))
            lockfile.write(self.folder, msgspec.structs.replace(lock, packs={**lock.packs, record.name: record}))

    def note_known(self, place: str, known: Known) -> None:
        """Writes down that a pack was trusted where it lies, or is no more.

        Args:
            place: Its absolute path, or ``python:NAME``.
            known: What was decided.
        """
        with lockfile.held(self.folder):
            lock = self.lock()
            rest = {key: one for key, one in lock.known.items() if key != place}
            oldest = sorted(rest, key=lambda one: rest[one].added)[: max(len(rest) - _MOST_KNOWN + 1, 0)]
            rest = {key: one for key, one in rest.items() if key not in oldest} | {place: known}
            lockfile.write(self.folder, msgspec.structs.replace(lock, known=rest))

    def _place(self, record: Installed) -> Path:
        if not _NAME.fullmatch(record.name) or not _DIGEST.fullmatch(record.digest):
            raise StoreError(
                _("The list of installed packs cannot be read: {problem}.").format(problem=record.name[:80]),
                where=str(self.folder),
            )
        return self.folder / record.name / record.digest.removeprefix("sha256:")

    def _tidy(self, name: str, kept: set[str]) -> None:
        """Takes away versions that are in use no more; what cannot be deleted now is tried again next time."""
        keep = kept | {f"{one}.index" for one in kept}
        with contextlib.suppress(OSError):
            for entry in os.scandir(self.folder / name):
                if entry.name not in keep:
                    _discard(Path(entry.path))
            if not kept:
                (self.folder / name).rmdir()


def _discard(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with contextlib.suppress(OSError):
            path.unlink()


def check_pack_name(name: str) -> None:
    """Finds out whether a pack of this name may be installed.

    Raises:
        StoreError: If a pack that comes with the program has it, or no folder can.
    """
    if name in load.builtin_names():
        raise StoreError(
            _("“{name}” is the name of a pack that comes with this program, and nothing can take its place.").format(
                name=name
            ),
            hint=_("Its author has to give it another name, in the first line of pack.yml."),
        )
    if not _NAME.fullmatch(name) or _RESERVED.fullmatch(name):
        raise StoreError(_("“{name}” is a name that a file cannot have on every system.").format(name=name[:80]))


def not_installed(name: str, known: list[str]) -> StoreError:
    """The error for a name that no installed pack has."""
    near = difflib.get_close_matches(name, known, 1, 0.5)
    hint = _("Did you mean “{near}”?").format(near=near[0]) if near else command_line("pack", "list")
    return StoreError(_("No pack “{name}” is installed.").format(name=name[:80]), hint=hint)
