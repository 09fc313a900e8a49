"""What is stored may be much: what SQLite does for ten times as much is no more than about ten times as much.

Steps of SQLite's machine are counted, never seconds.
"""

import sqlite3
from collections.abc import Callable

import pytest

from support_cli.cases.cases import Cases
from support_cli.cases.database import Database, open_database
from support_cli.cases.drafts import Drafts
from support_cli.cases.outbox import Outbox
from support_cli.cases.records import CaseState, MessageState
from tests.cases.making import NOW, later, new_case, new_draft

FEW, MANY = 40, 400
LINEAR: dict[str, Callable[[Database], object]] = {
    "cases, all": lambda database: Cases(database).list(),
    "cases, written": lambda database: Cases(database).list(states=(CaseState.WRITTEN,)),
    "cases, by words": lambda database: Cases(database).search(["drops"]),
    "cases, counted": lambda database: Cases(database).count(overdue_at=later(60)),
    "messages, all": lambda database: Outbox(database).list(),
    "drafts, all": lambda database: Drafts(database).list(),
}
FLAT: dict[str, Callable[[Database], object]] = {
    "the longest overdue": lambda database: Cases(database).list(overdue_at=later(60), limit=5),
    "one case": lambda database: Cases(database).get("c00007"),
    "its messages": lambda database: Outbox(database).list(request_id="c00007"),
    "the next message": lambda database: Outbox(database).claim(later(1)),
    "a message": lambda database: Outbox(database).get("c00007-1"),
    "a note": lambda database: Cases(database).add_note("c00007", "said", NOW),
}


def fill(database: Database, count: int) -> None:
    """As many cases that wait, each with a message in the outbox, and as many drafts."""
    case, draft = new_case(database, "c00000").id, new_draft(database, summary="Internet drops").id
    Outbox(database).add(case, "mail", [b"x"], NOW)

    def work(connection: sqlite3.Connection) -> None:
        for table, key in (("cases", case), ("drafts", draft), ("messages", f"{case}-1")):
            row = dict(connection.execute(f"SELECT * FROM {table} WHERE id = ?", (key,)).fetchone())
            for number in range(1, count):
                new = f"{table[0]}{number:05}"
                changed = {"id": new, "promised_by": number, "sent_at": 1}
                if table == "messages":
                    changed = {"id": f"c{number:05}-1", "request_id": f"c{number:05}"}
                copied = row | {name: value for name, value in changed.items() if name in row}
                marks = ", ".join("?" for _name in copied)
                connection.execute(
                    f"INSERT INTO {table} ({', '.join(copied)}) VALUES ({marks})", tuple(copied.values())
                )

    database.write(work)


def steps(database: Database, what: Callable[[Database], object]) -> int:
    """Steps of SQLite's machine, in tens."""
    count = [0]

    def tick() -> int:
        count[0] += 1
        return 0

    database.read(lambda connection: connection.set_progress_handler(tick, 10))
    what(database)
    database.read(lambda connection: connection.set_progress_handler(None, 0))
    return count[0]


@pytest.mark.parametrize(("doors", "most"), [(LINEAR, 1.3 * MANY / FEW), (FLAT, 2)], ids=["linear", "flat"])
def test_lists_grow_with_what_is_in_them_and_what_looks_for_one_thing_does_not(
    path, ready_database, doors: dict[str, Callable[[Database], object]], most: float
) -> None:
    counted: list[dict[str, int]] = []
    for count in (FEW, MANY):
        place = path.parent.with_name(str(count)) / "support.db"
        ready_database(place)
        with open_database(place) as database:
            fill(database, count)
            counted.append({name: steps(database, what) for name, what in doors.items()})
    few, many = counted
    assert {name: (few[name], many[name]) for name in doors if many[name] > most * few[name] + 20} == {}


def test_the_outbox_is_counted_by_its_states(database: Database) -> None:
    fill(database, 3)
    outbox = Outbox(database)
    outbox.cancel("c00001-1", NOW)
    assert outbox.count((MessageState.QUEUED,)) == 2
    assert outbox.count((MessageState.CANCELLED, MessageState.QUEUED)) == 3
    assert [one.id for one in outbox.list(states=(MessageState.CANCELLED,))] == ["c00001-1"]
