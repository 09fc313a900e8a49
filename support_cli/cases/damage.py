"""A damaged database: set aside under a name that says so, and what can be read taken over into a new one.

Nothing that was set aside is ever written to or deleted; reading is done on a copy.
"""

import contextlib
import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import msgspec

from support_cli.cases import place, rows, schema

_PAGE = 4096


@contextlib.contextmanager
def exclusive(path: Path, timeout: float) -> Iterator[None]:
    """Lets one process at a time set a database aside; the lock goes with the process that holds it.

    Raises:
        sqlite3.Error: If somebody else holds it for longer than ``timeout`` seconds.
        OSError: If the lock's file cannot be made.
    """
    lock = path.with_name(path.name + ".lock")
    place.make_file(lock)
    connection = sqlite3.connect(lock, timeout=timeout, isolation_level=None)
    try:
        connection.execute("BEGIN EXCLUSIVE")
        yield
    finally:
        connection.close()


def set_aside(path: Path, now: datetime) -> Path:
    """Renames a database and the files that belong to it.

    Returns:
        Its new path, ``NAME.damaged-YYYYMMDDTHHMMSS``; the others keep their endings.

    Raises:
        OSError: If that is not possible; nothing is lost then.
    """
    names = [entry.name for entry in path.parent.iterdir()]
    base = name = f"{path.name}.damaged-{now:%Y%m%dT%H%M%S}"
    number = 1
    while any(taken.startswith(name) for taken in names):
        number += 1
        name = f"{base}-{number}"
    aside = path.with_name(name)
    # The database first: should we be stopped in between, its log still lies there and is set aside next time.
    for ending in ("", *place.SIDE_FILES):
        source = path.with_name(path.name + ending)
        with contextlib.suppress(FileNotFoundError):
            source.rename(path.with_name(name + ending))
    place.sync_folder(path.parent)
    return aside


def salvage(aside: Path, into: sqlite3.Connection) -> dict[str, int]:
    """Takes over every row that can be read and means something.

    Args:
        aside: A database that was set aside.
        into: A fresh one, in a transaction.

    Returns:
        Table to number of rows taken over; empty when nothing could be read.

    Raises:
        sqlite3.Error: If ``into`` cannot be written.
        OSError: If there is no room for the copy that is read.
    """
    if not aside.is_file():
        return {}
    folder = aside.with_name(f".salvage-{secrets.token_hex(4)}")
    folder.mkdir(0o700)
    try:
        copy = folder / "copy"
        for ending in ("", "-wal"):
            source = aside.with_name(aside.name + ending)
            if source.is_file():
                shutil.copyfile(source, folder / ("copy" + ending))
        taken = _take_over(copy, into)
        if not taken:
            _mend_first_page(copy)
            taken = _take_over(copy, into)
        return taken
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _take_over(copy: Path, into: sqlite3.Connection) -> dict[str, int]:
    taken: dict[str, int] = {}
    try:
        source = sqlite3.connect(copy, isolation_level=None)
    except sqlite3.Error:
        return taken
    source.row_factory = sqlite3.Row
    source.text_factory = lambda raw: raw.decode("utf-8", "replace")
    try:
        # Lets SQLite read a file that is shorter than its header says.
        with contextlib.suppress(sqlite3.Error):
            source.execute("PRAGMA writable_schema = ON")
        for table in schema.TABLES:
            # Numbers are given anew, in the old order: the new database may have given some already.
            known = {row["name"] for row in into.execute(f"PRAGMA table_info({table})")} - {"seq"}
            count = sum(_insert(into, table, row, known) for row in _rows(source, table))
            if count:
                taken[table] = count
        # What came after the last word that could be read is not known: ask before sending again.
        into.execute("UPDATE messages SET uncertain = 1 WHERE state = 'queued'")
    finally:
        source.close()
    return taken


def _rows(source: sqlite3.Connection, table: str) -> list[sqlite3.Row]:
    """Reads a table from its beginning until it breaks, then from its end, so that one bad page costs only itself."""
    found: dict[int, sqlite3.Row] = {}
    for order in ("ASC", "DESC"):
        try:
            for row in source.execute(
                f"SELECT rowid AS place_in_table, * FROM {table} NOT INDEXED ORDER BY rowid {order}"  # noqa: S608
            ):
                found[row["place_in_table"]] = row
            break
        except sqlite3.Error:
            continue
    return [found[key] for key in sorted(found)]


def _insert(into: sqlite3.Connection, table: str, row: sqlite3.Row, known: set[str]) -> bool:
    names = [name for name in row.keys() if name in known]  # noqa: SIM118 - a row iterates over its values
    marks = ", ".join("?" for _name in names)
    try:
        _check(table, row)
        done = into.execute(
            f"INSERT OR IGNORE INTO {table} ({', '.join(names)}) VALUES ({marks})",  # noqa: S608
            [row[name] for name in names],
        )
    except (sqlite3.IntegrityError, sqlite3.InterfaceError, ValueError, TypeError, LookupError, msgspec.MsgspecError):
        return False
    return done.rowcount > 0


def _check(table: str, row: sqlite3.Row) -> None:
    """Raises if a row would only make trouble later."""
    if table == "drafts":
        datetime.fromisoformat(row["created"])
        rows.to_moment(row["updated"])
        rows.load_files(row["attachments"])
    elif table == "answers":
        rows.to_said(row)
    elif table == "cases":
        rows.to_request(row)
        datetime.fromisoformat(row["created"])
    elif table == "journal":
        rows.to_entry(row)
    elif table == "documents":
        rows.to_document(row)
    elif table == "receipts":
        rows.to_receipt(row)
    elif table == "messages":
        rows.to_message(row)


def _mend_first_page(copy: Path) -> None:
    """Gives a copy the first page of a fresh database: the tables of one version begin at the same pages always."""
    size = copy.stat().st_size
    if size <= _PAGE:
        return
    fresh = copy.with_name("fresh")
    connection = sqlite3.connect(fresh, isolation_level=None)
    try:
        connection.execute(f"PRAGMA page_size = {_PAGE}")
        schema.migrate(connection)
    finally:
        connection.close()
    page = bytearray(fresh.read_bytes()[:_PAGE])
    page[28:32] = (size // _PAGE).to_bytes(4)
    page[32:40] = bytes(8)  # nothing is known of free pages
    page[18:20] = b"\x02\x02"  # there may be a log
    with copy.open("r+b") as file:
        file.write(page)
        file.truncate(size // _PAGE * _PAGE)
