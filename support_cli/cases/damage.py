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
from support_cli.cases.carve import Column, carve
from support_cli.forms.request import Attachment


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
