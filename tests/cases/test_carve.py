import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support_cli.cases.damage import carve

COLUMN = st.one_of(
    st.none(),
    st.text(max_size=40),
    st.integers(-(2**63), 2**63 - 1),
    st.sampled_from([0, 1, -1, 127, 128, -(2**15), 2**23, 2**31, 2**47, 2**63 - 1]),
    st.binary(max_size=40),
    st.builds(lambda piece, times: piece * times, st.text(min_size=1, max_size=9), st.integers(1, 3000)),
)


def found_in(path: Path) -> dict[int, list[object]]:
    log = path.with_name(path.name + "-wal")
    rows = carve(path.read_bytes(), log.read_bytes() if log.exists() else b"")
    return {number: list(columns) for number, columns in rows if len(columns) == 3}


@given(
    page_size=st.sampled_from([512, 1024, 4096, 65_536]),
    numbers=st.lists(st.integers(-(2**62), 2**62), unique=True, max_size=12),
    data=st.data(),
    log=st.booleans(),
)
def test_every_row_that_sqlite_reads_is_carved_out(
    tmp_path_factory: pytest.TempPathFactory, page_size: int, numbers: list[int], data: st.DataObject, log: bool
) -> None:
    path = tmp_path_factory.mktemp("carve") / "x.db"
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute(f"PRAGMA page_size = {page_size}")
    connection.execute(f"PRAGMA journal_mode = {'WAL' if log else 'DELETE'}")
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("CREATE TABLE t (a, b, c)")
    for number in numbers:
        columns = [data.draw(COLUMN) for _column in range(3)]
        connection.execute("INSERT INTO t (rowid, a, b, c) VALUES (?, ?, ?, ?)", [number, *columns])
    if numbers:
        connection.execute("DELETE FROM t WHERE rowid = ?", [numbers[0]])
        connection.execute("UPDATE t SET a = 'changed' WHERE rowid = ?", [numbers[-1]])
    expected = {row[0]: list(row[1:]) for row in connection.execute("SELECT rowid, a, b, c FROM t")}
    assert found_in(path) == expected
    connection.close()
    assert found_in(path) == expected


@given(st.binary(max_size=3000), st.binary(max_size=300))
def test_whatever_it_is_given_it_gives_up_quietly(database: bytes, log: bytes) -> None:
    for piece in (database, b"SQLite format 3\0" + database, bytes(100) + b"\r" + database + bytes(4096)):
        list(carve(piece, log))


def test_what_was_not_committed_is_not_carved(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA cache_size = 1")  # spills into the log before the commit
    connection.execute("CREATE TABLE t (a, b, c)")
    connection.execute("INSERT INTO t VALUES ('told as saved', 1, 1)")
    connection.execute("BEGIN")
    connection.executemany("INSERT INTO t VALUES (?, 2, 2)", [("x" * 3000,) for _number in range(50)])
    assert path.with_name("x.db-wal").stat().st_size > 100_000
    assert list(found_in(path).values()) == [["told as saved", 1, 1]]
    connection.close()
