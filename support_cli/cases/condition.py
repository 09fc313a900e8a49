"""What a database file is before anything is written to it: ours, newer, somebody else's, or damaged."""

import os
import sqlite3
import stat
from pathlib import Path

from support_cli.base.i18n import _
from support_cli.cases import schema
from support_cli.cases.connection import connect_to_read, is_open_here
from support_cli.cases.errors import ForeignDatabase, NewerDatabase

_MAGIC = b"SQLite format 3\x00"
_HEADER = 100  # bytes; SQLite's "Database File Format", 1.3
_SMALL = 1_000_000
"""Up to this size (bytes) a file is read through at each start: about two milliseconds for a megabyte."""


class Damage(Exception):
    """The file is broken and has to be set aside."""


def before_opening(path: Path) -> bool:
    """Looks at the file itself.

    Returns:
        Whether to read it through once it is open.

    Raises:
        Damage: If it is no database, or lost its beginning or end.
        NewerDatabase: If a newer version wrote it.
        ForeignDatabase: If another program did, or it is no file at all.
        OSError: If it may not be read and written.
    """
    there = path.exists()
    if there and not stat.S_ISREG(path.stat().st_mode):
        # A folder or a device is somebody's, however the path came about.
        raise ForeignDatabase(
            _("{file} is not a file, but a folder or a device; support leaves it alone.").format(file=path),
            hint=_("Move it away, then try again."),
            where=str(path),
        )
    if is_open_here(path):
        return False
    log = path.with_name(path.name + "-wal")
    log_size = log.stat().st_size if log.exists() else 0
    if not there:
        if log_size:  # SQLite would delete it as left over
            raise Damage
        return False
    header, size = _read_header(path)
    if size == 0:
        if log_size:
            raise Damage
        return False
    if len(header) < _HEADER or not header.startswith(_MAGIC):
        raise Damage
    _refuse(path, int.from_bytes(header[60:64]), int.from_bytes(header[68:72]))
    if log_size:  # the latest word on the version may still be in there
        _refuse(path, *_peek(path))
        return True
    return size <= _SMALL or _is_cut(header, size)


def after_opening(connection: sqlite3.Connection, path: Path, *, thorough: bool) -> None:
    """Looks at what SQLite makes of the file.

    Args:
        connection: Open, nothing written yet.
        path: The file.
        thorough: Read it through.

    Raises:
        Damage: If it is broken.
        NewerDatabase: If a newer version wrote it.
        ForeignDatabase: If another program did.
        sqlite3.Error: If it cannot be read.
    """
    # In one transaction: another program may be making the tables at this moment.
    connection.execute("BEGIN")
    try:
        version = schema.version_of(connection)
        application = int(connection.execute("PRAGMA application_id").fetchone()[0])
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
    _refuse(path, version, application)
    if not application:
        if tables or version:
            raise _foreign(path)
        return
    if not {*schema.TABLES, "meta"} <= tables:
        raise Damage
    if thorough and connection.execute("PRAGMA integrity_check(1)").fetchone()[0] != "ok":
        raise Damage


def _read_header(path: Path) -> tuple[bytes, int]:
    # For writing too, so that a permission is found missing now and not at the first answer.
    descriptor = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
    try:
        return os.read(descriptor, _HEADER), os.fstat(descriptor).st_size
    finally:
        os.close(descriptor)


def _is_cut(header: bytes, size: int) -> bool:
    """Whether the file is shorter than its header says (the count is valid if both change counters are equal)."""
    page = int.from_bytes(header[16:18])
    page = 65_536 if page == 1 else page
    return header[24:28] == header[92:96] and int.from_bytes(header[28:32]) * page > size


def _peek(path: Path) -> tuple[int, int]:
    """Version and application of a database with its log taken into account; zeros when it cannot be read."""
    try:
        connection = connect_to_read(path)
    except sqlite3.Error:
        return 0, 0
    try:
        application = int(connection.execute("PRAGMA application_id").fetchone()[0])
        return schema.version_of(connection), application
    except sqlite3.Error:
        return 0, 0
    finally:
        connection.close()


def _refuse(path: Path, version: int, application: int) -> None:
    if application not in (0, schema.APPLICATION_ID):
        raise _foreign(path)
    if application:
        refuse_newer(path, version)


def refuse_newer(path: Path, version: int) -> None:
    """Refuses a version that we do not know.

    Raises:
        NewerDatabase: If it is above ours.
    """
    if version > len(schema.MIGRATIONS):
        raise NewerDatabase(
            _("{file} was written by a newer version of support; this one leaves it alone.").format(file=path),
            hint=_("Update support, then try again."),
            where=str(path),
        )


def _foreign(path: Path) -> ForeignDatabase:
    return ForeignDatabase(
        _("{file} is a database of another program; support leaves it alone.").format(file=path),
        hint=_("Move that file away, then try again."),
        where=str(path),
    )
