"""A case taken out: as a copy of everything about it, or deleted so that nothing of it can be found."""

import sqlite3
from pathlib import Path

import msgspec

from support_cli.base.i18n import _
from support_cli.cases import case_rows, files, rows
from support_cli.cases.database import Database
from support_cli.cases.errors import WrongState
from support_cli.cases.lease import Liveness, Owner, liveness
from support_cli.cases.records import Case, Message


class CaseExport(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is stored about a case, for a zip.

    Attributes:
        case: The case; ``request.dump_json(case.request)`` is its request file.
        messages: Its messages, without their bytes.
        files: Name to path of the stored messages and replies.
    """

    case: Case
    messages: tuple[Message, ...]
    files: dict[str, Path]


def export(database: Database, key: str) -> CaseExport | None:
    """Collects everything about a case; None when there is none with that id.

    Raises:
        DatabaseError: If it cannot be read.
    """

    def work(connection: sqlite3.Connection) -> CaseExport | None:
        case = case_rows.read(connection, key)
        if case is None:
            return None
        found = connection.execute("SELECT * FROM messages WHERE request_id = ? ORDER BY created, id", (key,))
        messages = tuple(rows.to_message(row) for row in found)
        names = [message.file for message in messages] + [entry.file for entry in case.journal if entry.file]
        paths = {name: database.files / name for name in names}
        return CaseExport(
            case=case,
            messages=messages,
            files={name: path for name, path in paths.items() if path.is_file()},
        )

    return database.read(work)


def delete(database: Database, key: str) -> bool:
    """Deletes a case, its journal, messages, replies and whatever a draft of it left behind.

    Returns:
        False when another ``support`` that is open keeps a log in which deleted words may be found until it ends.

    Raises:
        WrongState: If a message of it is being sent right now.
        DatabaseError: If it could not be deleted; all of it is still there then.
    """

    def work(connection: sqlite3.Connection) -> None:
        for row in connection.execute(
            "SELECT id, owner FROM messages WHERE request_id = ? AND state = 'sending'", (key,)
        ):
            owner = rows.load_or_none(row["owner"], Owner)
            if owner and liveness(owner) is Liveness.ALIVE:
                raise WrongState(
                    _("Message {id} is being sent right now.").format(id=row["id"]),
                    hint=_("Try again when that has ended."),
                    where=row["id"],
                )
        files.doom(connection, files.names_of(database, key))
        connection.execute("DELETE FROM messages WHERE request_id = ?", (key,))
        connection.execute("DELETE FROM marks WHERE case_id = ?", (key,))
        connection.execute("DELETE FROM drafts WHERE id = :key OR about = :key", {"key": key})
        connection.execute("DELETE FROM cases WHERE id = ?", (key,))

    database.write(work)
    files.sweep(database)
    return database.scrub()
