"""The statements behind cases and their journal. Each works inside a transaction of the caller."""

import sqlite3
from collections.abc import Collection
from datetime import datetime

import msgspec

from support_cli.base.text import clean_line, clean_text
from support_cli.cases import rows
from support_cli.cases.records import WAITING, Case, CaseLine, CaseReceipt, CaseState, JournalEntry, JournalKind
from support_cli.forms.request import Request, dump_json, to_file
from support_cli.forms.response_time import Promise

LINES = """
    SELECT *, CASE
        WHEN closed_at IS NOT NULL THEN 'closed'
        WHEN EXISTS (
            SELECT 1 FROM messages WHERE request_id = cases.id AND messages.state IN ('queued', 'sending')
        ) THEN 'queued'
        WHEN answered_at IS NOT NULL AND (sent_at IS NULL OR answered_at >= sent_at) THEN 'answered'
        WHEN sent_at IS NOT NULL THEN 'sent'
        ELSE 'written'
    END AS state FROM cases
"""
"""Every case with its state worked out."""


def chosen(
    states: Collection[CaseState], pack: str | None, overdue_at: datetime | None
) -> tuple[str, list[str | int | None]]:
    """The condition for some of the lines, and its values; see ``Cases.list``."""
    wanted = [str(state) for state in states if overdue_at is None or state in WAITING]
    conditions = [f"state IN ({', '.join('?' for _state in wanted)})"]
    values: list[str | int | None] = [*wanted]
    if pack is not None:
        conditions.append("pack_name = ?")
        values.append(pack)
    if overdue_at is not None:
        conditions.append("closed_at IS NULL AND promised_by < ?")
        values.append(rows.to_column(overdue_at))
    return " AND ".join(conditions), values


def insert(
    connection: sqlite3.Connection,
    request: Request,
    title: str,
    now: datetime,
    promised_by: datetime | None,
    secrets: Collection[str],
    pack_source: str = "",
    promise: Promise | None = None,
) -> None:
    """Writes a new case; the answers to secret questions are left out."""
    connection.execute(
        "INSERT INTO cases (id, created, updated, title, language, pack_name, form, request, promised_by, pack_source,"
        " promise) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            request.id,
            request.created.isoformat(),
            rows.to_column(now),
            clean_line(title),
            request.language,
            request.pack.name,
            request.form,
            dump_request(request, secrets),
            rows.to_column_or_none(promised_by),
            rows.storable(pack_source),
            rows.dump(promise) if promise else "",
        ),
    )
    write_entry(connection, request.id, JournalEntry(at=now, kind=JournalKind.CREATED, text=""))


def dump_request(request: Request, secrets: Collection[str]) -> str:
    """The request file as it is stored: without the answers to secret questions."""
    kept = {key: answer for key, answer in request.answers.items() if key not in secrets}
    written = msgspec.structs.replace(request, answers=kept)
    try:
        return dump_json(written).decode("utf-8")
    except UnicodeEncodeError:  # a file name that is no UTF-8
        return rows.dump(to_file(written))


def line(connection: sqlite3.Connection, key: str) -> CaseLine | None:
    """One case as a line, or None."""
    row = connection.execute(f"{LINES} WHERE id = ?", (key,)).fetchone()
    return None if row is None else rows.to_line(row)


def read(connection: sqlite3.Connection, key: str) -> Case | None:
    """One case with everything that belongs to it, or None."""
    row = connection.execute(f"{LINES} WHERE id = ?", (key,)).fetchone()
    if row is None:
        return None
    return Case(
        line=rows.to_line(row),
        request=rows.to_request(row),
        journal=tuple(
            rows.to_entry(found)
            for found in connection.execute("SELECT * FROM journal WHERE case_id = ? ORDER BY seq", (key,))
        ),
        documents=tuple(
            rows.to_document(found)
            for found in connection.execute("SELECT body FROM documents WHERE case_id = ? ORDER BY seq", (key,))
        ),
        receipts=tuple(
            rows.to_receipt(found)
            for found in connection.execute("SELECT body FROM receipts WHERE case_id = ? ORDER BY seq", (key,))
        ),
    )


def write_entry(connection: sqlite3.Connection, key: str, entry: JournalEntry) -> bool:
    """Adds to the journal of a case, and takes over the number and the promise that it names.

    Returns:
        False when there is no such case, and nothing was written.
    """
    done = connection.execute(
        "UPDATE cases SET updated = ?, promised_by = coalesce(?, promised_by),"
        " ticket = coalesce(nullif(?, ''), ticket) WHERE id = ?",
        (rows.to_column(entry.at), rows.to_column_or_none(entry.promised_by), clean_line(entry.number), key),
    )
    if not done.rowcount:
        return False
    connection.execute(
        "INSERT INTO journal (case_id, at, kind, text, operator, promised_by, number, file)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            key,
            rows.to_column(entry.at),
            str(entry.kind),
            clean_text(entry.text),
            clean_line(entry.operator),
            rows.to_column_or_none(entry.promised_by),
            clean_line(entry.number),
            entry.file,
        ),
    )
    return True


def write_receipt(connection: sqlite3.Connection, key: str, receipt: CaseReceipt) -> bool:
    """Adds a receipt and its entry in the journal; one that a receiver has makes the case a sent one.

    Returns:
        False when there is no such case, and nothing was written.
    """
    kind = JournalKind.SENT if receipt.delivered else JournalKind.DOCUMENT
    told = f"{receipt.channel}: {receipt.to}" if receipt.to else receipt.channel
    promised_by = _due(connection, key, receipt.at) if receipt.delivered else None
    entry = JournalEntry(at=receipt.at, kind=kind, text=told, number=receipt.ticket, promised_by=promised_by)
    if not write_entry(connection, key, entry):
        return False
    connection.execute(
        "INSERT INTO receipts (case_id, message_id, body) VALUES (?, ?, ?)",
        (key, receipt.message_id, rows.dump(receipt)),
    )
    if receipt.delivered:
        connection.execute(
            "UPDATE cases SET sent_at = max(coalesce(sent_at, 0), ?), url = coalesce(nullif(?, ''), url) WHERE id = ?",
            (rows.to_column(receipt.at), clean_line(receipt.url), key),
        )
    return True


def _due(connection: sqlite3.Connection, key: str, sent: datetime) -> datetime | None:
    """Until when the pack promises an answer to what was sent now; None where it promises nothing."""
    row = connection.execute("SELECT promise FROM cases WHERE id = ?", (key,)).fetchone()
    promise = rows.load_or_none(row["promise"], Promise) if row else None
    return promise.due(sent) if promise else None
