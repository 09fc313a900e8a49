"""What can be made anew at any time, kept so that the next start is fast."""

import contextlib
import os
from functools import cached_property
from pathlib import Path

from support_cli import __version__
from support_cli.base.files import is_private, make_folder, write_private

_MOST_FILES = 2000


class Cache:
    """Small files by key in one folder of the user's; without a folder nothing is kept.

    Losing or deleting it costs time and nothing else, so no failure of it is ever shown. A folder of somebody else's
    is neither read nor written: what is kept here is believed.

    Attributes:
        folder: Where it lies, or None.
    """

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder

    def get(self, kind: str, key: str) -> bytes | None:
        """The content kept under a key, or None."""
        if not self._mine:
            return None
        try:
            return self._path(kind, key).read_bytes()
        except OSError:
            return None

    def put(self, kind: str, key: str, content: bytes) -> None:
        """Keeps a content; a reader sees all of it or none."""
        if self.folder is None:
            return
        with contextlib.suppress(OSError):
            make_folder(self.folder)
            self.__dict__.pop("_mine", None)
            if self._mine:
                write_private(self._path(kind, key), content, lasting=False)
                self._prune(self.folder)

    @cached_property
    def _mine(self) -> bool:
        try:
            return self.folder is not None and is_private(self.folder)
        except OSError:
            return False

    def _prune(self, folder: Path) -> None:
        """Takes out the older half when there are too many; packs in the making leave many traces."""
        with os.scandir(folder) as entries:
            files = [entry for entry in entries if entry.is_file(follow_symlinks=False)]
        if len(files) > _MOST_FILES:
            for entry in sorted(files, key=lambda entry: entry.stat().st_mtime)[: len(files) // 2]:
                Path(entry.path).unlink()

    def _path(self, kind: str, key: str) -> Path:
        assert self.folder is not None  # noqa: S101 - callers asked
        return self.folder / f"{kind}-{__version__}-{key}"
