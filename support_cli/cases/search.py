"""Finding cases by what was said in them, by ticket number, and by the mail that was sent."""

import sqlite3
import unicodedata
from collections.abc import Sequence

from support_cli.cases import rows
from support_cli.cases.case_rows import LINES
from support_cli.cases.database import Database
from support_cli.cases.records import CaseLine
from support_cli.forms.model import Value

_JOURNAL = "SELECT text || char(10) || operator || char(10) || number FROM journal WHERE case_id = ?"


def by_words(database: Database, words: Sequence[str]) -> tuple[CaseLine, ...]:
    """Finds the cases in which all words occur, in any script; capitals and accents do not count.

    Request, title, ids, names of files and journal are looked at; the case that something happened to last comes first.

    Raises:
        DatabaseError: If it cannot be read.
    """
    wanted = [folded for word in words if (folded := _fold(word).strip())]

    def work(connection: sqlite3.Connection) -> tuple[CaseLine, ...]:
        found = []
        for row in connection.execute(f"{LINES} ORDER BY updated DESC, id").fetchall():
            text = _fold(_text_of(connection, row))
            if all(word in text for word in wanted):
                found.append(rows.to_line(row))
        return tuple(found)

    return database.read(work) if wanted else ()


def by_ticket(database: Database, number: str) -> tuple[CaseLine, ...]:
    """Finds the cases that have a ticket number, as the desk writes it.

    Raises:
        DatabaseError: If it cannot be read.
    """
    return _lines(database, "ticket = :value AND ticket != ''", number)


def by_message_id(database: Database, message_id: str) -> tuple[CaseLine, ...]:
    """Finds the cases that a message with this Message-ID was written for.

    Raises:
        DatabaseError: If it cannot be read.
    """
    return _lines(
        database,
        ":value != '' AND id IN (SELECT case_id FROM receipts WHERE message_id = :value"
        " UNION SELECT request_id FROM messages WHERE messages.message_id = :value)",
        message_id,
    )


def _lines(database: Database, condition: str, value: str) -> tuple[CaseLine, ...]:
    query = f"{LINES} WHERE {condition} ORDER BY updated DESC, id"
    return database.read(
        lambda connection: tuple(rows.to_line(row) for row in connection.execute(query, {"value": value}))
    )


def _text_of(connection: sqlite3.Connection, row: sqlite3.Row) -> str:
    request = rows.to_request(row)
    said = [row["id"], row["title"], row["ticket"], row["pack_name"], row["form"]]
    said += [_readable(answer.value) for answer in request.answers.values()]
    said += [f"{attachment.name} {attachment.note}" for attachment in request.attachments]
    said += [entry[0] for entry in connection.execute(_JOURNAL, (row["id"],))]
    return "\n".join(said)


def _readable(value: Value) -> str:
    return "\n".join(value) if isinstance(value, list) else str(value)


def _fold(text: str) -> str:
    """One form of a word whatever its capitals and accents (``Ёлка``, ``елка``)."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
