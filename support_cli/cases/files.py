"""Files beside the database: exact bytes, written whole or not at all, read as a stream.

Messages lie there and not inside the database, so that 25 MB never pass through its log, the commit of an
answer stays a matter of a few pages, and a damaged database does not take them along.
"""

import contextlib
import hashlib
import os
import sqlite3
import time
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

import msgspec

from support_cli.base.files import new_file
from support_cli.base.i18n import _
from support_cli.base.invocation import command_line
from support_cli.cases.database import Database
from support_cli.cases.errors import MessageDamaged
from support_cli.cases.faults import explain

_PARTIAL = ".partial-"
_CHUNK = 262_144
_DAY = 86_400
_DOOMED = "unlink:"


class Stored(msgspec.Struct, frozen=True):
    """A file that was written.

    Attributes:
        name: Its name in ``Database.files``.
        size: Bytes.
        digest: ``sha256:`` and the hexadecimal digest.
    """

    name: str
    size: int
    digest: str


def store(database: Database, case_id: str, kind: str, suffix: str, chunks: Iterable[bytes], *, what: str) -> Stored:
    """Writes bytes under a new name; on return they are on the disk, and never is half a file there.

    Args:
        database: Whose files they are.
        case_id: The case that they belong to, which the name begins with.
        kind: What they are (``reply``), for the name.
        suffix: End of the name (``.eml``).
        chunks: The bytes, in pieces.
        what: What is stored, as a noun phrase in the customer's language, for the message if it cannot be.

    Raises:
        DatabaseError: If it cannot be written; nothing is left behind.
    """
    folder = database.files
    try:
        _clear_partials(folder)
        stem = f"{_head(case_id)}{kind}-{os.urandom(4).hex()}"
        name = stem + suffix
        digest, size = hashlib.sha256(), 0
        with new_file(folder / name, temporary=folder / f"{_PARTIAL}{stem}") as file:
            for chunk in chunks:
                file.out.write(chunk)
                digest.update(chunk)
                size += len(chunk)
    except OSError as error:
        raise explain(error, database.path or folder, what) from error
    return Stored(name, size, f"sha256:{digest.hexdigest()}")


def open_checked(database: Database, name: str, size: int, digest: str) -> BinaryIO:
    """Opens a stored file for reading after making sure that not a bit of it has changed.

    Raises:
        MessageDamaged: If it is missing or not what was stored.
    """
    path = database.files / name
    try:
        file = path.open("rb")
    except OSError as error:
        raise _damaged(path) from error
    try:
        found = hashlib.sha256()
        while chunk := file.read(_CHUNK):
            found.update(chunk)
        if file.tell() != size or f"sha256:{found.hexdigest()}" != digest:
            raise _damaged(path)
        file.seek(0)
    except OSError as error:
        file.close()
        raise _damaged(path) from error
    except BaseException:
        file.close()
        raise
    return file


def doom(connection: sqlite3.Connection, names: Iterable[str]) -> None:
    """Notes, inside a transaction, files that have to go; ``sweep`` deletes them, now or after a crash."""
    connection.executemany(
        "INSERT OR IGNORE INTO meta (key, value) VALUES (?, '')", [(_DOOMED + name,) for name in names if name]
    )


def sweep(database: Database) -> None:
    """Deletes the files that were noted by ``doom``; one that is in use stays noted."""

    def noted(connection: sqlite3.Connection) -> list[str]:
        found = connection.execute("SELECT key FROM meta WHERE key LIKE 'unlink:%'").fetchall()
        return [row["key"] for row in found]

    gone = []
    for key in database.read(noted):
        try:
            (database.files / Path(key.removeprefix(_DOOMED)).name).unlink(missing_ok=True)
        except OSError:  # open in another window (Windows)
            continue
        gone.append((key,))
    if gone:
        database.write(lambda connection: connection.executemany("DELETE FROM meta WHERE key = ?", gone))


def names_of(database: Database, case_id: str) -> list[str]:
    """Names of every file that belongs to a case, left-overs of a crash included."""
    heads = (_head(case_id), _PARTIAL + _head(case_id))
    return [entry.name for entry in database.files.iterdir() if entry.name.startswith(heads)]


def _head(case_id: str) -> str:
    """What the names of a case's files begin with; an id that is not one of ours could name another folder."""
    if case_id.isascii() and case_id.isalnum() and case_id == case_id.lower() and len(case_id) <= 32:
        return f"{case_id}-"

    return f"{hashlib.sha256(case_id.encode('utf-8', 'replace')).hexdigest()[:32]}-"


def _clear_partials(folder: Path) -> None:
    """Deletes what a crash left half-written more than a day ago; nobody was told that it was stored."""
    before = time.time() - _DAY
    for entry in folder.glob(f"{_PARTIAL}*"):
        with contextlib.suppress(OSError):  # another process is done with it, or has it open
            if entry.stat().st_mtime < before:
                entry.unlink()


def _damaged(path: Path) -> MessageDamaged:
    return MessageDamaged(
        _("The stored message {file} is missing or was changed, so it is not sent.").format(file=path.name),
        hint=_("Make it again from the case: {command}").format(command=command_line("send", path.name.split("-")[0])),
        where=str(path),
    )
