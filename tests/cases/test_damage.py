import errno
import os
import random
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support_cli.cases.cases import Cases
from support_cli.cases.database import open_database
from support_cli.cases.drafts import Drafts
from support_cli.cases.errors import (
    DatabaseBusy,
    DatabaseDamaged,
    DatabaseError,
    DatabaseGone,
    ForeignDatabase,
    NewerDatabase,
    NotWritable,
    StorageFull,
)
from support_cli.cases.faults import explain
from support_cli.cases.outbox import Outbox
from support_cli.forms.request import Answer
from tests.cases.making import NOW, child, everything_in, new_case, new_draft
from tests.table import each

PAGE = 4096


def fill(path: Path) -> None:
    """A database worth losing: 20 drafts, 20 cases, a message."""
    with open_database(path) as database:
        for number in range(20):
            new_draft(database, summary=f"summary {number}", details=f"word{number} " * 200)
            new_case(database, f"case{number:04d}", f"case {number}", details=f"case{number} " * 200)
        Outbox(database).add("case0001", "mail", [b"Subject: x\r\n\r\n"], NOW)


def zero_page(number: int) -> Callable[[Path], None]:
    def zero(path: Path) -> None:
        data = bytearray(path.read_bytes())
        data[(number - 1) * PAGE : number * PAGE] = bytes(PAGE)
        path.write_bytes(data)

    return zero


def truncate(share: float) -> Callable[[Path], None]:
    return lambda path: os.truncate(path, int(path.stat().st_size * share))


def scribble(path: Path) -> None:
    data = bytearray(path.read_bytes())
    dice = random.Random(7)
    for page in range(2, len(data) // PAGE, 5):
        data[page * PAGE : page * PAGE + 200] = dice.randbytes(200)
    path.write_bytes(data)


def root_page(path: Path, table: str) -> int:
    connection = sqlite3.connect(path)
    page = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()[0]
    connection.close()
    return int(page)


@pytest.mark.parametrize(
    ("damage", "least"),
    [
        (zero_page(1), 20),
        (lambda path: zero_page(root_page(path, "journal"))(path), 20),
        (truncate(0.9), 10),
        (truncate(0.7), 5),
        (scribble, 5),
    ],
    ids=["first page", "journal", "end cut off", "more cut off", "scribbled over"],
)
def test_a_damaged_database_is_set_aside_whole_and_what_can_be_read_is_taken_over(
    path: Path, damage: Callable[[Path], None], least: int
) -> None:
    fill(path)
    damage(path)
    before = path.read_bytes()
    with open_database(path, now=NOW) as database:
        drafts = Drafts(database).list()
        assert len(drafts) >= least
        assert all(
            draft.answers.get("summary", Answer("summary")).value.startswith("summary")  # type: ignore[union-attr]
            for draft in drafts
        )
        assert database.notices[0] == (
            f"{path} was damaged. It was set aside as support.db.damaged-20261121T182000; nothing in it was deleted."
        )
        assert database.notices[1] == f"{len(drafts)} drafts were taken over from it."
        for case in Cases(database).list():
            assert Cases(database).get(case.id).request.value("summary") == case.title
        new_draft(database, summary="and it works")
    assert path.with_name("support.db.damaged-20261121T182000").read_bytes() == before
    with open_database(path) as database:
        assert database.notices == []
        assert len(Drafts(database).list()) == len(drafts) + 1


@pytest.mark.parametrize(
    "content",
    [b"Dear diary, this is no database.\n", b"\x00" * 8192, b"SQLite format 3\x00", random.Random(1).randbytes(9000)],
    ids=["text", "zeros", "cut header", "random"],
)
def test_what_is_no_database_is_set_aside(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    with open_database(path, now=NOW) as database:
        assert len(database.notices) == 2
        assert database.notices[1] == "Nothing in it could be read."
        new_draft(database)
    assert path.with_name("support.db.damaged-20261121T182000").read_bytes() == content


@pytest.mark.parametrize("what", ["folder", "pipe"])
def test_a_folder_or_a_pipe_in_its_place_is_somebody_elses_and_stays(path: Path, what: str) -> None:
    path.parent.mkdir()
    if what == "folder":
        path.mkdir()
        (path / "inside").write_text("kept")
    else:
        os.mkfifo(path)
    with pytest.raises(ForeignDatabase, match="is not a file"):
        open_database(path)
    assert [entry.name for entry in path.parent.iterdir()] == ["support.db"]
    assert path.is_fifo() or (path / "inside").read_text() == "kept"


def test_an_empty_file_is_a_new_database(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    with open_database(path) as database:
        assert database.notices == []
        new_draft(database)


@pytest.mark.parametrize("when", ["now", "long ago"])
def test_a_database_that_was_emptied_is_told(path: Path, when: str) -> None:
    with open_database(path) as database:
        new_draft(database)
    before = path.parent.stat()
    path.write_bytes(b"")
    if when == "long ago":
        os.utime(path, (1, 1))
    else:  # the clock of a file system is coarse
        os.utime(path, ns=(before.st_mtime_ns + 1, before.st_mtime_ns + 1))
    with open_database(path, now=NOW) as database:
        assert "was damaged" in database.notices[0]
        new_draft(database)
    assert path.with_name("support.db.damaged-20261121T182000").read_bytes() == b""
    with open_database(path) as database:
        assert (len(Drafts(database).list()), database.notices) == (1, [])


@pytest.mark.parametrize("left", ["empty", "missing"])
def test_a_log_without_its_database_is_not_thrown_away(path: Path, left: str) -> None:
    path.parent.mkdir()
    if left == "empty":
        path.touch()
    log = path.with_name("support.db-wal")
    log.write_bytes(b"somebody's words")
    with open_database(path, now=NOW) as database:
        assert database.notices
        new_draft(database)
    assert path.with_name("support.db.damaged-20261121T182000-wal").read_bytes() == b"somebody's words"


def test_the_log_goes_with_the_database_and_is_read(path: Path) -> None:
    code = """if True:
        import os, sys
        from pathlib import Path
        from support_cli.cases.database import open_database
        from tests.cases.making import new_draft
        new_draft(open_database(Path(sys.argv[1])), summary="only in the log")
        os._exit(0)
    """
    assert child(code, path).wait() == 0
    path.write_bytes(b"\0" * path.stat().st_size)
    with open_database(path, now=NOW) as database:
        assert [draft.answers["summary"].value for draft in Drafts(database).list()] == ["only in the log"]
    assert path.with_name("support.db.damaged-20261121T182000-wal").stat().st_size > 0


def test_nothing_set_aside_is_ever_overwritten(path: Path) -> None:
    path.parent.mkdir()
    contents = [b"first wreck", b"second wreck", b"third wreck"]
    for content in contents:
        path.write_bytes(content)
        open_database(path, now=NOW).close()
    wrecks = sorted(path.parent.glob("support.db.damaged-*"), key=lambda wreck: len(wreck.name))
    assert sorted(wreck.read_bytes() for wreck in wrecks) == sorted(contents)


@pytest.mark.slow
def test_processes_that_find_the_damage_at_once_set_it_aside_once(path: Path) -> None:
    fill(path)
    zero_page(1)(path)
    code = """if True:
        import sys
        from pathlib import Path
        from support_cli.cases.database import open_database
        from support_cli.cases.drafts import Drafts
        sys.stdin.readline()
        with open_database(Path(sys.argv[1])) as database:
            print(len(Drafts(database).list()), len(database.notices))
    """
    children = [child(code, path, stdin=-1) for _number in range(4)]
    for started in children:
        assert started.stdin
        started.stdin.write("go\n")
        started.stdin.flush()
    told = [started.communicate() for started in children]
    assert [err for _out, err in told] == [""] * 4
    assert sorted(out.split()[1] for out, _err in told) == ["0", "0", "0", "3"]
    assert len(list(path.parent.glob("support.db.damaged-*"))) == 1
    with open_database(path) as database:
        assert len(Drafts(database).list()) == 20


def test_a_message_that_was_taken_over_is_not_sent_blindly(path: Path) -> None:
    fill(path)
    zero_page(1)(path)
    with open_database(path) as database:
        [message] = Outbox(database).list()
        assert message.uncertain
        with Outbox(database).open(message) as file:
            assert file.read() == b"Subject: x\r\n\r\n"


def test_damage_that_shows_while_running_keeps_the_value(path: Path) -> None:
    with open_database(path) as database:
        draft = new_draft(database, **{f"q{number}": "x" * 5000 for number in range(50)})
        database.scrub()
    with open_database(path) as database:
        page = root_page(path, "answers")
        with path.open("r+b") as file:
            file.seek((page - 1) * PAGE)
            file.write(b"\xff" * PAGE)
        # What it read before is still in its memory.
        database.read(lambda connection: connection.execute("PRAGMA shrink_memory"))
        with pytest.raises(DatabaseDamaged) as caught:
            Drafts(database).save_answer(draft.id, "summary", Answer("dear"), NOW)
        assert caught.value.unsaved == Answer("dear")
    with open_database(path, check=True) as database:
        assert database.notices


def overwrite_and_open(folder: Path, data: st.DataObject) -> None:
    path = folder / "support.db"
    with open_database(path) as database:
        for number in range(5):
            new_draft(database, summary=f"summary {number}" * 100)
    content = bytearray(path.read_bytes())
    start = data.draw(st.integers(0, len(content) - 1))
    piece = data.draw(st.binary(min_size=1, max_size=600))
    content[start : start + len(piece)] = piece
    path.write_bytes(content)
    check = data.draw(st.booleans())
    kept = True
    try:
        with open_database(path, check=check) as database:
            kept = bool(database.notices)
            Drafts(database).list()
            new_draft(database)
    except (NewerDatabase, ForeignDatabase):  # it may read like that, and is left alone then
        pass
    except DatabaseError:
        assert not check
    if kept:
        assert bytes(content) in everything_in(folder)


@given(data=st.data())
def test_whatever_is_written_over_the_file_it_opens_and_nothing_is_deleted(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    overwrite_and_open(tmp_path_factory.mktemp("any"), data)


@pytest.mark.slow
@settings(max_examples=2000, deadline=None)
@given(data=st.data())
def test_whatever_is_written_over_the_file_two_thousand_times(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    overwrite_and_open(tmp_path_factory.mktemp("any"), data)


@each(
    ("error", "kind", "part"),
    [
        (OSError(errno.ENOSPC, ""), StorageFull, "full"),
        (OSError(errno.EDQUOT, ""), StorageFull, "full"),
        (OSError(errno.EFBIG, ""), StorageFull, "full"),
        (OSError(errno.EROFS, ""), NotWritable, "read-only"),
        (OSError(errno.EACCES, ""), NotWritable, "may not write"),
        (OSError(errno.EIO, ""), DatabaseError, "error"),
        (sqlite3.SQLITE_FULL, StorageFull, "full"),
        (sqlite3.SQLITE_IOERR_WRITE, StorageFull, "full"),
        (sqlite3.SQLITE_IOERR_READ, DatabaseError, "could not be used"),
        (sqlite3.SQLITE_BUSY_RECOVERY, DatabaseBusy, "locked"),
        (sqlite3.SQLITE_PROTOCOL, DatabaseBusy, "locked"),
        (sqlite3.SQLITE_READONLY, NotWritable, "may not write"),
        (sqlite3.SQLITE_READONLY_DBMOVED, DatabaseGone, "moved"),
        (sqlite3.SQLITE_CORRUPT, DatabaseDamaged, "damaged"),
        (sqlite3.SQLITE_NOMEM, DatabaseError, "could not be used"),
    ],
)
def test_each_fault_has_its_own_sentence(
    tmp_path: Path, error: OSError | int, kind: type[DatabaseError], part: str
) -> None:
    if isinstance(error, int):
        code, error = error, sqlite3.OperationalError("from SQLite")  # type: ignore[assignment]
        error.sqlite_errorcode = code  # type: ignore[union-attr]
    for what in ("", "the answer to “summary”"):
        told = explain(error, tmp_path / "support.db", what, unsaved=what or None)  # type: ignore[arg-type]
        assert type(told) is kind
        assert part in told.message
        assert ("this was not saved: the answer" in told.message) is bool(what)
        assert told.hint
        assert told.unsaved == (what or None)
