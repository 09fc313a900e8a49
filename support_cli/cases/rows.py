"""The one place where a row of the database becomes a record, and a value becomes a column."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, TypeVar

import msgspec

from support_cli.cases.records import (
    CaseLine,
    CaseReceipt,
    CaseState,
    Document,
    Envelope,
    JournalEntry,
    Message,
    MessageState,
    Said,
)
from support_cli.forms.model import Value
from support_cli.forms.request import Answer, Request, RequestFile, Source, from_file

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_T = TypeVar("_T")


class Row(Protocol):
    """A row: columns by name."""

    def __getitem__(self, name: str, /) -> Any: ...


def _plain_dumps(value: object) -> str:
    return json.dumps(value)


def _plain_loads(text: str) -> object:
    return json.loads(text)


def to_column(moment: datetime) -> int:
    """Whole microseconds since 1970 of an aware moment."""
    return (moment - _EPOCH) // _MICROSECOND


def to_column_or_none(moment: datetime | None) -> int | None:
    """As ``to_column``; None stays None."""
    return None if moment is None else to_column(moment)


def to_moment(column: int) -> datetime:
    """The moment (UTC) of a column; one out of range, which only damage can make, is cut to what a clock can show."""
    try:
        return _EPOCH + timedelta(microseconds=column)
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC) if column > 0 else datetime.min.replace(tzinfo=UTC)


def to_moment_or_none(column: int | None) -> datetime | None:
    """As ``to_moment``; None stays None."""
    return None if column is None else to_moment(column)


def storable(text: str) -> str:
    """Text that can be written as UTF-8: a half of a surrogate pair, which no UTF-8 can hold, becomes ``?``."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def dump_value(value: Value) -> str:
    """Writes an answer's value as JSON; whatever Python can hold comes back the same from ``load_value``."""
    try:
        text = msgspec.json.encode(value).decode("utf-8")
    except (OverflowError, UnicodeEncodeError):  # beyond 64 bits; half of a surrogate pair
        return _plain_dumps(value)
    # msgspec writes infinity and not-a-number as null.
    return _plain_dumps(value) if text == "null" else text


def load_value(column: str) -> Value:
    """Reads what ``dump_value`` wrote; what is no value of an answer (a flipped bit) comes back as the text it is."""
    value: object
    try:
        try:
            value = msgspec.json.decode(column)
        except (msgspec.DecodeError, OverflowError):
            value = _plain_loads(column)
    except ValueError:
        return column
    if isinstance(value, list):
        return [str(item) for item in value]
    return value if isinstance(value, str | bool | int | float) else column


def dump(record: object) -> str:
    """Writes a record as JSON; half a surrogate pair (in a file name that is no UTF-8) is written as an escape."""
    try:
        return msgspec.json.encode(record).decode("utf-8")
    except UnicodeEncodeError:
        return _plain_dumps(msgspec.to_builtins(record))


def load(column: str, kind: type[_T]) -> _T:
    """Reads what ``dump`` wrote.

    Raises:
        ValueError: If it is no such record.
    """
    try:
        return msgspec.json.decode(column, type=kind)
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError:
        return msgspec.convert(_plain_loads(column), kind)


def load_or_none(column: str | None, kind: type[_T]) -> _T | None:
    """Reads a record from JSON; None when there is none or it means nothing."""
    if not column:
        return None
    try:
        return load(column, kind)
    except ValueError:
        return None


def to_created(row: Row) -> datetime:
    """The moment of ``created``, or of ``updated`` where that is unreadable."""
    try:
        found = datetime.fromisoformat(row["created"])
    except ValueError:
        found = to_moment(row["updated"])
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def to_source(column: int) -> Source:
    """Where an answer came from; an unknown one counts as asked."""
    try:
        return Source(column)
    except ValueError:
        return Source.ASKED


def to_answer(row: Row) -> Answer:
    """An answer from a row with ``value`` and ``source``."""
    return Answer(load_value(row["value"]), to_source(row["source"]))


def to_said(row: Row) -> Said:
    """One entry in the history of a draft's answers."""
    return Said(
        at=to_moment(row["at"]),
        question=row["question"],
        value=None if row["value"] is None else load_value(row["value"]),
        source=to_source(row["source"]),
        pid=row["pid"],
    )


def to_entry(row: Row) -> JournalEntry:
    """One entry of a case's journal."""
    return JournalEntry(
        at=to_moment(row["at"]),
        kind=row["kind"],
        text=row["text"],
        operator=row["operator"],
        promised_by=to_moment_or_none(row["promised_by"]),
        number=row["number"],
        file=row["file"],
    )


def to_line(row: Row) -> CaseLine:
    """One line of the list of cases, from a row that has ``state`` worked out."""
    return CaseLine(
        id=row["id"],
        title=row["title"],
        state=CaseState(row["state"]),
        created=to_created(row),
        updated=to_moment(row["updated"]),
        language=row["language"],
        pack=row["pack_name"],
        form=row["form"],
        pack_source=row["pack_source"],
        ticket=row["ticket"],
        url=row["url"],
        promised_by=to_moment_or_none(row["promised_by"]),
        sent_at=to_moment_or_none(row["sent_at"]),
        answered_at=to_moment_or_none(row["answered_at"]),
        closed_at=to_moment_or_none(row["closed_at"]),
    )


def to_request(row: Row) -> Request:
    """The request of a case."""
    return from_file(load(row["request"], RequestFile))


def to_document(row: Row) -> Document:
    """One document of a case."""
    return load(row["body"], Document)


def to_receipt(row: Row) -> CaseReceipt:
    """One receipt of a case."""
    return load(row["body"], CaseReceipt)


def to_message(row: Row) -> Message:
    """One message of the outbox."""
    return Message(
        id=row["id"],
        request_id=row["request_id"],
        purpose=row["purpose"],
        channel=row["channel"],
        envelope=msgspec.json.decode(row["envelope"], type=Envelope),
        media_type=row["media_type"],
        message_id=row["message_id"],
        file=row["file"],
        size=row["size"],
        digest=row["digest"],
        state=MessageState(row["state"]),
        uncertain=bool(row["uncertain"]),
        doubted_at=to_moment_or_none(row["doubted_at"]),
        attempts=row["attempts"],
        next_attempt_at=to_moment(row["next_attempt_at"]),
        reason_code=row["reason_code"],
        reason=row["reason"],
        ticket=row["ticket"],
        url=row["url"],
        created=to_moment(row["created"]),
        updated=to_moment(row["updated"]),
        sent_at=to_moment_or_none(row["sent_at"]),
    )
