"""What can be made anew at any time, kept so that the next start is fast."""

import contextlib
import os
import tempfile
from pathlib import Path

from support_cli import __version__


class Cache:
    """Small files by key in one folder of the user's; without a folder nothing is kept.

    Losing or deleting it costs time and nothing else, so no failure of it is ever shown.
    """

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder

    def get(self, kind: str, key: str) -> bytes | None:
        """The content kept under a key, or None."""
        if self.folder is None:
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
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, name = tempfile.mkstemp(dir=self.folder)
            try:
                with os.fdopen(handle, "wb") as stream:
                    stream.write(content)
                Path(name).replace(self._path(kind, key))
            except OSError:
                Path(name).unlink(missing_ok=True)
                raise

    def _path(self, kind: str, key: str) -> Path:
        assert self.folder is not None  # noqa: S101 - callers asked
        return self.folder / f"{kind}-{__version__}-{key}"
