"""Compiled templates, kept between runs: compiling takes twenty times as long as loading what was compiled.

A file here is code that will be run, so only files that this user made are read: the folder and the file belong
to the user and nobody else may write to them, the file begins with a digest of its content, and its name is a
digest of everything the code depends on.
"""

import hashlib
import marshal
import os
import stat
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from types import CodeType

from support_cli.base.files import make_folder, write_private

_DIGEST = 32
_READ = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_LARGEST = 4_000_000


class CodeCache:
    """Code by name and source, in a folder of this user's. A cache that cannot be used is as good as empty.

    Args:
        folder: Made when something is first kept.
        makers: Files of the programs that the code depends on, besides the interpreter.
    """

    def __init__(self, folder: Path, makers: Iterable[str]) -> None:
        self._folder = folder
        self._base = " ".join([sys.implementation.cache_tag or "", sys.version, *map(_edition, makers)])
        self._usable: bool | None = None

    def get(self, name: str, source: str) -> CodeType | None:
        """Finds the code of a template, or None."""
        if not self._ours():
            return None
        try:
            handle = os.open(self._path(name, source), _READ)
            with os.fdopen(handle, "rb") as stream:
                found = os.fstat(stream.fileno())
                if not _private(found):
                    return None
                content = stream.read(min(found.st_size, _LARGEST))
            if hashlib.sha256(content[_DIGEST:]).digest() != content[:_DIGEST]:
                return None
            code = marshal.loads(content[_DIGEST:])  # noqa: S302 - ours, see the module's docstring
        except (OSError, ValueError, EOFError, TypeError):
            return None
        return code if isinstance(code, CodeType) else None

    def put(self, name: str, source: str, code: CodeType) -> None:
        """Keeps the code of a template, if that is possible."""
        with suppress(OSError):
            make_folder(self._folder)
            self._usable = None
            if not self._ours():
                return
            content = marshal.dumps(code)
            write_private(self._path(name, source), hashlib.sha256(content).digest() + content, lasting=False)

    def _path(self, name: str, source: str) -> Path:
        key = "\0".join((self._base, name, source))
        return self._folder / (hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:40] + ".code")

    def _ours(self) -> bool:
        if self._usable is None:
            try:
                found = os.lstat(self._folder)
            except OSError:
                self._usable = False
            else:
                self._usable = stat.S_ISDIR(found.st_mode) and _private(found)
        return self._usable


def _edition(file: str) -> str:
    """Tells one edition of a program's file from another, cheaper than reading its version."""
    try:
        found = Path(file).stat()
    except OSError:
        return file
    return f"{file}:{found.st_size}:{found.st_mtime_ns}"


def _private(found: os.stat_result) -> bool:
    """Whether it belongs to this user alone; on Windows the folder's place in the user's profile says so."""
    if not hasattr(os, "getuid"):
        return True
    return found.st_uid == os.getuid() and not found.st_mode & 0o022
