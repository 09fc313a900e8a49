"""A connection to SQLite with the settings that every one of ours needs, and which files this process has open."""

import functools
import sqlite3
import threading
from pathlib import Path

_ALWAYS = (
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA fullfsync = ON",  # macOS: fsync alone does not reach the disk
    "PRAGMA checkpoint_fullfsync = ON",
    "PRAGMA journal_size_limit = 4194304",
)

Place = tuple[int, int]
"""Device and number of a file."""


class _Here:
    counts: dict[Place, int] = {}  # noqa: RUF012 - one for the process
    lock = threading.Lock()


def connect(path: Path | None, timeout: float) -> sqlite3.Connection:
    """Connects in autocommit mode.

    Args:
        path: The file, which exists; None for memory.
        timeout: Seconds to wait for a lock.

    Raises:
        sqlite3.Error: If it cannot be used.
    """
    connection = sqlite3.connect(
        ":memory:" if path is None else path, timeout=timeout, isolation_level=None, check_same_thread=False
    )
    connection.row_factory = sqlite3.Row
    # A flipped bit in a text costs that letter, not the whole row.
    connection.text_factory = functools.partial(str, encoding="utf-8", errors="replace")
    try:
        for statement in _ALWAYS:
            connection.execute(statement)
    except BaseException:
        connection.close()
        raise
    return connection


def connect_to_read(path: Path) -> sqlite3.Connection:
    """Connects so that nothing is ever written to the file or its log, not even at the end.

    Raises:
        sqlite3.Error: If it cannot be used.
    """
    connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, isolation_level=None, timeout=1.0)
    connection.row_factory = sqlite3.Row
    return connection


def place_of(path: Path | None) -> Place | None:
    """Device and number of a file; None when there is none."""
    if path is None:
        return None
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def enter(place: Place | None) -> None:
    """Notes that this process has a file open."""
    if place:
        with _Here.lock:
            _Here.counts[place] = _Here.counts.get(place, 0) + 1


def leave(place: Place | None) -> None:
    """Notes that this process has closed a file."""
    if place:
        with _Here.lock:
            left = _Here.counts.pop(place, 1) - 1
            if left > 0:
                _Here.counts[place] = left


def is_open_here(path: Path) -> bool:
    """Whether this process has a database open.

    To open and close such a file by other means than SQLite would drop the locks that this process holds on it
    (SQLite's "How To Corrupt An SQLite Database File", 2.2).
    """
    return place_of(path) in _Here.counts
