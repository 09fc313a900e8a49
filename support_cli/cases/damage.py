"""A damaged database: set aside under a name that says so, and what can be read taken over into a new one.

Nothing that was set aside is ever written to or deleted.
"""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from support_cli.base.files import sync_folder
from support_cli.base.i18n import _
from support_cli.base.text import clean_line
from support_cli.cases import place, rows, schema
from support_cli.forms.request import Attachment

_MAGIC = b"SQLite format 3\x00"
_PAGE = 4096
_LEAF_OF_TABLE = 0x0D
_LOG_HEADER = 32
_FRAME_HEADER = 24
_INTEGERS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}

Column = str | int | float | bytes | None


def carve(database: bytes, log: bytes) -> Iterator[tuple[int, list[Column]]]:
    """Finds every row of every table.

    Args:
        database: Content of the file.
        log: Content of its write-ahead log, or nothing.

    Yields:
        The row's number and its columns; one declared INTEGER PRIMARY KEY is None, as it is stored.
    """
    size = _page_size(database)
    pages = {number + 1: database[at : at + size] for number, at in enumerate(range(0, len(database), size))}
    pages.update(_logged(log, size))
    for number, page in sorted(pages.items()):
        start = 100 if number == 1 else 0
        if len(page) < size or page[start] != _LEAF_OF_TABLE:
            continue
        for cell in range(min(int.from_bytes(page[start + 3 : start + 5]), size // 6)):
            at = start + 8 + 2 * cell
            try:
                yield _row(pages, page, int.from_bytes(page[at : at + 2]), size)
            except (LookupError, ValueError):
                continue


def _page_size(database: bytes) -> int:
    if not database.startswith(_MAGIC):
        return _PAGE
    size = int.from_bytes(database[16:18])
    return 65_536 if size == 1 else size if size in (512 << power for power in range(7)) else _PAGE


def _logged(log: bytes, size: int) -> dict[int, bytes]:
    """The last committed copy of each page in the log."""
    pages: dict[int, bytes] = {}
    waiting: dict[int, bytes] = {}
    salt = log[16:24]
    for at in range(_LOG_HEADER, len(log) - _FRAME_HEADER - size + 1, _FRAME_HEADER + size):
        frame = log[at : at + _FRAME_HEADER]
        if frame[8:16] != salt:  # left over from before the log was begun anew
            break
        waiting[int.from_bytes(frame[:4])] = log[at + _FRAME_HEADER : at + _FRAME_HEADER + size]
        if int.from_bytes(frame[4:8]):  # a commit
            pages.update(waiting)
            waiting.clear()
    return pages


def _row(pages: dict[int, bytes], page: bytes, at: int, size: int) -> tuple[int, list[Column]]:
    length, at = _varint(page, at)
    number, at = _varint(page, at)
    number -= (number >> 63) << 64  # two's complement
    return number, list(_columns(_payload(pages, page, at, length, size)))


def _payload(pages: dict[int, bytes], page: bytes, at: int, length: int, size: int) -> bytes:
    if length > size * len(pages):
        raise ValueError
    most = size - 35
    if length <= most:
        return page[at : at + length]
    least = (size - 12) * 32 // 255 - 23
    here = least + (length - least) % (size - 4)
    if here > most:
        here = least
    found = bytearray(page[at : at + here])
    following = int.from_bytes(page[at + here : at + here + 4])
    while len(found) < length:
        more = pages[following]
        following = int.from_bytes(more[:4])
        found += more[4:]
    return bytes(found[:length])


def _columns(record: bytes) -> Iterator[Column]:
    end, at = _varint(record, 0)
    kinds = []
    while at < end:
        kind, at = _varint(record, at)
        kinds.append(kind)
    at = end
    for kind in kinds:
        if kind in (0, 8, 9):
            yield None if kind == 0 else kind - 8
            continue
        width = _INTEGERS.get(kind) or (8 if kind == 7 else (kind - 12) // 2)
        piece = record[at : at + width]
        at += width
        if len(piece) != width or kind in (10, 11):
            raise ValueError
        if kind in _INTEGERS:
            yield int.from_bytes(piece, signed=True)
        elif kind % 2 and kind >= 13:
            yield piece.decode("utf-8", "replace")
        else:
            yield piece


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for count in range(9):
        byte = data[at + count]
        if count == 8:
            return value << 8 | byte, at + 9
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + count + 1
    raise ValueError


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
    sync_folder(path.parent)
    return aside


def salvage(aside: Path, into: sqlite3.Connection) -> dict[str, int]:
    """Takes over every row that can be found and means something.

    Args:
        aside: A database that was set aside.
        into: A fresh one, in a transaction.

    Returns:
        Table to number of rows taken over.

    Raises:
        sqlite3.Error: If ``into`` cannot be written.
        OSError: If ``aside`` cannot be read.
    """
    if not aside.is_file():  # only its log was left
        return {}
    tables = {table: into.execute(f"PRAGMA table_info({table})").fetchall() for table in schema.TABLES}
    found: dict[str, dict[int, dict[str, Column]]] = {table: {} for table in tables}
    log = aside.with_name(aside.name + "-wal")
    for number, values in carve(aside.read_bytes(), log.read_bytes() if log.is_file() else b""):
        for table, columns in tables.items():
            row = _fit(columns, values)
            if row and _means_something(table, row):
                found[table][number] = row
                break
    found["drafts"].update(_stand_ins(found))
    taken = {
        table: sum(_insert(into, table, numbered[number]) for number in sorted(numbered))
        for table, numbered in found.items()
    }
    # What came after the last word that could be read is not known: ask before sending again.
    into.execute("UPDATE messages SET uncertain = 1 WHERE state = 'queued'")
    return {table: count for table, count in taken.items() if count}


def has_unreadable_rows(connection: sqlite3.Connection) -> bool:
    """Whether a row holds what no version of ours wrote (a flipped bit that SQLite itself cannot notice).

    Raises:
        sqlite3.Error: If the database cannot be read at all.
    """
    here = [row["name"] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return any(
        not _means_something(table, dict(row))
        for table in _READERS
        if table in here
        for row in connection.execute(f"SELECT * FROM {table}")  # noqa: S608
    )


def _stand_ins(found: dict[str, dict[int, dict[str, Column]]]) -> dict[int, dict[str, Column]]:
    """Drafts for the answers whose own draft is lost: without a pack they cannot go on, but the words are there."""
    known = {row["id"] for table in ("drafts", "cases") for row in found[table].values()}
    made: dict[Column, dict[str, Column]] = {}
    for row in (*found["answers"].values(), *found["unfinished"].values()):
        if row["draft"] not in known:
            made[row["draft"]] = {
                "id": row["draft"],
                **dict.fromkeys(("pack_name", "pack_version", "pack_digest", "pack_source", "form"), ""),
                "language": "en",
                "created": rows.to_moment(int(str(row["at"]))).isoformat(),
                "updated": row["at"],
                "progress": _("recovered"),
            }
    free = max(found["drafts"], default=0) + 1
    return dict(enumerate(made.values(), free))


def _fit(columns: Sequence[sqlite3.Row], values: Sequence[Column]) -> dict[str, Column] | None:
    """A record as a row of a table, if it can be one: the types agree, and nothing is missing that may not be."""
    if len(values) > len(columns):
        return None
    row: dict[str, Column] = {}
    for column, value in zip(columns, values, strict=False):
        if column["type"] == "INTEGER" and column["pk"]:  # stands in the row's number
            fits = value is None
        elif value is None:
            fits = not column["notnull"] and not column["pk"]
        else:
            fits = isinstance(value, str if column["type"] == "TEXT" else int)
        if not fits:
            return None
        row[column["name"]] = value
    # Columns that a later version added are absent from the rows of an earlier one.
    if any(column["notnull"] and column["dflt_value"] is None for column in columns[len(values) :]):
        return None
    return row


def _insert(into: sqlite3.Connection, table: str, row: dict[str, Column]) -> bool:
    # Numbers are given anew, in the old order: the new database may have given some already.
    names = [name for name in row if name != "seq"]
    marks = ", ".join("?" for _name in names)
    try:
        done = into.execute(
            f"INSERT OR IGNORE INTO {table} ({', '.join(names)}) VALUES ({marks})",  # noqa: S608
            [row[name] for name in names],
        )
    except sqlite3.IntegrityError:  # what it belongs to is lost
        return False
    return done.rowcount > 0


_READERS: dict[str, Sequence[Callable[[rows.Row], object]]] = {
    "drafts": (rows.to_created, lambda row: rows.load(row["attachments"], tuple[Attachment, ...])),
    "answers": (rows.to_said,),
    "unfinished": (lambda row: row["draft"] + row["question"] + row["text"],),
    "secrets": (lambda row: row["draft"] + row["question"],),
    "cases": (rows.to_created, rows.to_request),
    "journal": (rows.to_entry,),
    "documents": (rows.to_document,),
    "receipts": (rows.to_receipt,),
    "messages": (rows.to_message,),
}


def _means_something(table: str, row: dict[str, Column]) -> bool:
    """Whether a row can be read; one that cannot would only make trouble later."""
    key = str(row.get("id", ""))
    if key != clean_line(key):  # nobody could ever name it
        return False
    try:
        for read in _READERS.get(table, ()):
            read(row)
    except (ValueError, TypeError, LookupError, OverflowError, msgspec.MsgspecError):
        return False
    return True
