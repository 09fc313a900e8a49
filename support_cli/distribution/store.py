"""Installed packs: ``<data>/packs/<name>/<digest>/``, pinned by ``packs.lock``.

A version is unpacked beside the others, moved into place in one step, and counts from the moment when the lock names
it; whatever breaks off before leaves the one before in use.
"""

import contextlib
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
from support_cli.distribution.pinned import ChangedError, index_name, open_pinned, unpack
from support_cli.packs import load
from support_cli.packs.errors import PackError
from support_cli.packs.pack import Files, Pack

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
    import difflib

    near = difflib.get_close_matches(name, known, 1, 0.5)
    hint = _("Did you mean “{near}”?").format(near=near[0]) if near else command_line("pack", "list")
    return StoreError(_("No pack “{name}” is installed.").format(name=name[:80]), hint=hint)
