import contextlib
import os
import sqlite3
import stat
import threading
from pathlib import Path

import pytest

from support_cli.base.errors import ExitCode
from support_cli.cases import database as condition
from support_cli.cases import place, schema
from support_cli.cases.cases import Cases
from support_cli.cases.database import Database, open_database, open_in_memory
from support_cli.cases.drafts import Drafts
from support_cli.cases.errors import (
    DatabaseBusy,
    DatabaseError,
    DatabaseGone,
    ForeignDatabase,
    NewerDatabase,
)
from support_cli.cases.records import CaseReceipt
from support_cli.forms.request import Answer, dump_json
from tests.cases.making import NOW, child, new_draft, new_request
from tests.table import each


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o777])
def test_files_and_folders_are_private_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    path = tmp_path / "a" / "b" / "support.db"
    before = os.umask(umask)
    try:
        with open_database(path) as database:
            new_draft(database, summary="nobody else's business")
            (database.files / "x").touch()
            modes = {entry.name: mode(entry) for entry in path.parent.iterdir()}
    finally:
        os.umask(before)
    assert mode(tmp_path / "a") == mode(tmp_path / "a" / "b") == 0o700
    assert modes == {
        "support.db": 0o600,
        "support.db-wal": 0o600,
        "support.db-shm": 0o600,
        "support.db.files": 0o700,
    }


def test_a_program_that_starts_while_another_makes_the_tables_takes_them_for_its_own(tmp_path: Path) -> None:
    path = tmp_path / "support.db"
    path.touch()
    mine, other = (sqlite3.connect(path, isolation_level=None, timeout=0) for _number in range(2))
    mine.row_factory = sqlite3.Row

    def cut_in(statement: str) -> None:
        if "sqlite_master" in statement:
            with contextlib.suppress(sqlite3.OperationalError):  # it has to wait: that is well too
                schema.migrate(other)

    mine.set_trace_callback(cut_in)
    condition.after_opening(mine, path, thorough=True)
    mine.close()
    other.close()


def test_a_file_that_others_can_read_is_closed_to_them_and_a_folder_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "shared"
    folder.mkdir(mode=0o755)
    path = folder / "support.db"
    open_database(path).close()
    path.chmod(0o644)
    open_database(path).close()
    assert mode(path) == 0o600
    assert mode(folder) == 0o755


def test_a_commit_reaches_the_disk_and_deleted_rows_are_overwritten(database: Database) -> None:
    new_draft(database, summary="a")
    settings = {
        name: database.read(lambda connection, name=name: connection.execute(f"PRAGMA {name}").fetchone()[0])
        for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "application_id")
    }
    assert settings == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
        "application_id": schema.APPLICATION_ID,
    }


def test_what_was_saved_is_there_next_time_and_nothing_is_noticed(path: Path) -> None:
    with open_database(path) as database:
        key = new_draft(database, summary="Інтернет зникає щовечора").id
    with open_database(path) as database:
        assert Drafts(database).get(key).answers["summary"] == Answer("Інтернет зникає щовечора")
        assert database.notices == []


def make_newer(path: Path) -> None:
    open_database(path).close()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE of_the_future (a)")
    connection.execute("PRAGMA user_version = 99")
    connection.commit()
    connection.close()


def test_a_newer_database_is_refused_and_not_a_byte_of_it_changes(path: Path) -> None:
    make_newer(path)
    before = path.read_bytes()
    with pytest.raises(NewerDatabase) as caught:
        open_database(path)
    assert caught.value.exit_code is ExitCode.UNUSABLE
    assert "newer version" in caught.value.message
    assert str(path) in caught.value.message
    assert caught.value.hint
    assert path.read_bytes() == before
    assert [entry.name for entry in path.parent.iterdir()] == ["support.db"]


def test_a_newer_version_that_stands_only_in_the_log_is_refused_and_not_written(path: Path) -> None:
    code = """if True:
        import os, sqlite3, sys
        from pathlib import Path
        from support_cli.cases.database import open_database
        open_database(Path(sys.argv[1])).close()
        connection = sqlite3.connect(sys.argv[1], isolation_level=None)
        connection.execute("PRAGMA user_version = 99")
        os._exit(0)  # without closing, as kill -9 would
    """
    assert child(code, path).wait() == 0
    log = path.with_name("support.db-wal")
    before = path.read_bytes(), log.read_bytes()
    assert before[0][60:64] != (99).to_bytes(4)
    with pytest.raises(NewerDatabase):
        open_database(path)
    assert (path.read_bytes(), log.read_bytes()) == before


@pytest.mark.parametrize("statement", ["CREATE TABLE bookmarks (url)", "PRAGMA application_id = 1"])
def test_another_programs_database_is_left_alone(path: Path, statement: str) -> None:
    path.parent.mkdir()
    connection = sqlite3.connect(path)
    connection.execute(statement)
    connection.execute("CREATE TABLE IF NOT EXISTS x (a)")
    connection.commit()
    connection.close()
    before = path.read_bytes()
    with pytest.raises(ForeignDatabase, match="another program"):
        open_database(path)
    assert path.read_bytes() == before
    assert [entry.name for entry in path.parent.iterdir()] == ["support.db"]


def test_a_migration_runs_once_or_not_at_all(path: Path) -> None:
    open_database(path).close()
    connection = sqlite3.connect(path, isolation_level=None)
    second = ["ALTER TABLE drafts ADD COLUMN colour TEXT", "CREATE TABLE extra (a)"]
    broken = [*schema.MIGRATIONS, [*second, "THIS IS NOT SQL"]]
    with pytest.raises(sqlite3.OperationalError):
        schema.migrate(connection, broken)
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    assert schema.version_of(connection) == len(schema.MIGRATIONS)
    assert "extra" not in tables
    assert schema.migrate(connection, [*schema.MIGRATIONS, second]) == len(schema.MIGRATIONS) + 1
    assert schema.migrate(connection, [*schema.MIGRATIONS, second]) == len(schema.MIGRATIONS) + 1
    connection.execute("SELECT colour FROM drafts")
    connection.close()
    with pytest.raises(NewerDatabase):
        open_database(path)


def test_a_database_of_the_first_version_is_read_and_written_on(path: Path) -> None:
    path.parent.mkdir()
    connection = sqlite3.connect(path, isolation_level=None)
    schema.migrate(connection, schema.MIGRATIONS[:1])
    request = dump_json(new_request("7f3k9q2m", summary="Internet drops")).decode()
    connection.execute(
        "INSERT INTO cases (id, created, updated, title, language, pack_name, form, request)"
        " VALUES ('7f3k9q2m', '2026-11-21T18:20:00+00:00', 1, 'Internet drops', 'uk', 'general', 'request', ?)",
        (request,),
    )
    connection.close()
    with open_database(path, check=True) as database:
        assert not database.notices
        [line] = Cases(database).list()
        assert (line.id, line.pack_source, line.promised_by) == ("7f3k9q2m", "", None)
        Cases(database).add_receipt("7f3k9q2m", CaseReceipt(at=NOW, channel="mail"))
        assert Cases(database).get("").line.promised_by is None


def test_many_processes_that_start_at_once_make_one_database(path: Path) -> None:
    code = """if True:
        import sys
        from datetime import UTC, datetime
        from pathlib import Path
        from support_cli.cases.database import open_database
        from support_cli.cases.drafts import Drafts
        from support_cli.forms.request import PackRef
        sys.stdin.readline()
        with open_database(Path(sys.argv[1])) as database:
            print(Drafts(database).create(PackRef("general"), "general", "f", "en", datetime.now(UTC)).id)
            print(database.notices)
    """
    children = [child(code, path, stdin=-1) for _number in range(4)]
    for started in children:
        assert started.stdin
        started.stdin.write("go\n")
        started.stdin.flush()
    told = [started.communicate() for started in children]
    assert [err for _out, err in told] == [""] * 4
    assert [out.split("\n")[1] for out, _err in told] == ["[]"] * 4
    with open_database(path) as database:
        assert {draft.id for draft in Drafts(database).list()} == {out.split()[0] for out, _err in told}
    assert not list(path.parent.glob("*damaged*"))


def test_a_lock_is_not_damage(path: Path) -> None:
    open_database(path).close()
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        with open_database(path, timeout=0.05) as database, pytest.raises(DatabaseBusy) as caught:
            new_draft(database)
        assert "locked" in caught.value.message
        assert caught.value.hint
    finally:
        holder.close()
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("PRAGMA locking_mode = EXCLUSIVE")
    holder.execute("BEGIN EXCLUSIVE")
    try:
        with pytest.raises(DatabaseBusy):
            open_database(path, timeout=0.05)
    finally:
        holder.close()
    assert not list(path.parent.glob("*damaged*"))


def test_a_value_that_met_a_lock_can_be_saved_again(path: Path) -> None:
    with open_database(path, timeout=0.05) as database:
        draft = new_draft(database)
        holder = sqlite3.connect(path, isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseBusy) as caught:
            Drafts(database).save_answer(draft.id, "summary", Answer("long and dear"), NOW)
        assert caught.value.unsaved == Answer("long and dear")
        holder.close()
        assert caught.value.retry
        caught.value.retry()
        assert Drafts(database).get(draft.id).answers == {"summary": Answer("long and dear")}


AS_SOMEBODY_ELSE = """if True:
    import os, sys
    from pathlib import Path
    from support_cli.cases.database import open_database
    from support_cli.base.errors import SupportError
    if os.geteuid() == 0:  # root may write anywhere
        os.setegid(65534)
        os.seteuid(65534)
    try:
        open_database(Path(sys.argv[1]))
    except SupportError as error:
        print(type(error).__name__, int(error.exit_code), error.message)
"""


@pytest.fixture
def open_folder(tmp_path: Path) -> Path:
    """A folder that others can reach, whoever owns those above it."""
    for parent in [tmp_path, *tmp_path.parents][:3]:
        if parent.stat().st_uid == os.getuid():
            parent.chmod(parent.stat().st_mode | 0o011)
    folder = tmp_path / "home"
    folder.mkdir()
    folder.chmod(0o777)
    return folder


@pytest.mark.parametrize("what", ["folder", "file"])
def test_a_missing_permission_is_not_damage(open_folder: Path, what: str) -> None:
    path = open_folder / "support.db"
    if what == "folder":
        open_folder.chmod(0o555)
    else:
        open_database(path).close()
        path.chmod(0o444)
    before = [(entry.name, entry.read_bytes()) for entry in open_folder.iterdir()]
    out, err = child(AS_SOMEBODY_ELSE, path).communicate()
    after = [(entry.name, entry.read_bytes()) for entry in open_folder.iterdir()]
    open_folder.chmod(0o700)
    assert err == ""
    assert out.startswith("NotWritable 3 You may not write to ")
    assert after == before


def test_a_file_where_the_folder_should_be_is_explained(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("not a folder")
    with pytest.raises(DatabaseError) as caught:
        open_database(tmp_path / "data" / "deep" / "support.db")
    assert caught.value.exit_code is ExitCode.UNUSABLE
    assert "where its folder should be" in caught.value.message
    assert (tmp_path / "data").read_text() == "not a folder"


@pytest.mark.parametrize("how", ["deleted", "replaced"])
def test_a_file_that_vanishes_while_we_run_is_told_and_the_draft_saved_anew(path: Path, how: str) -> None:
    with open_database(path) as database:
        draft = new_draft(database, summary="first")
        for entry in list(path.parent.iterdir()):
            entry.unlink()
        if how == "replaced":
            open_database(path).close()
        with pytest.raises(DatabaseGone) as caught:
            Drafts(database).save_answer(draft.id, "details", Answer("second"), NOW)
        assert caught.value.unsaved == Answer("second")
        in_memory = Drafts(database).get(draft.id)
    with open_database(path) as database:
        again = Drafts(database).restore(in_memory, NOW)
        assert again.id == draft.id
        assert again.answers == {"summary": Answer("first")}


def test_a_database_moved_with_its_folder_and_back_is_the_same(path: Path) -> None:
    with open_database(path) as database:
        draft = new_draft(database)
        path.parent.rename(path.parent.with_name("elsewhere"))
        path.parent.with_name("elsewhere").rename(path.parent)
        Drafts(database).save_answer(draft.id, "summary", Answer("still here"), NOW)
    with open_database(path) as database:
        assert Drafts(database).get("").answers["summary"].value == "still here"


def test_in_memory_everything_works_and_nothing_is_left() -> None:
    with open_in_memory() as database:
        assert not database.persistent
        draft = new_draft(database, summary="x")
        assert Drafts(database).get(draft.id[:3]) == draft
        folder = database.files
        (folder / "message").write_bytes(b"x")
    assert not folder.exists()


def test_two_connections_of_one_process_do_not_take_each_others_locks(path: Path) -> None:
    # Opening and closing the file by other means would drop them, and a second process would see it as free.
    with open_database(path) as first:
        key = new_draft(first).id
        with first.transaction():
            open_database(path).close()
            other = child(
                "import sqlite3, sys\n"
                "c = sqlite3.connect(sys.argv[1], timeout=0.05, isolation_level=None)\n"
                "c.execute('BEGIN IMMEDIATE')",
                path,
            )
            _out, err = other.communicate()
            assert "locked" in err
        assert Drafts(first).get(key).id == key


def test_an_interruption_in_the_middle_of_saving_saves_first(database: Database) -> None:
    calls = []

    def work(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO meta VALUES ('a', 'b')")
        calls.append(1)
        if len(calls) == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        database.write(work)
    query = "SELECT count(*) FROM meta WHERE key = 'a'"
    assert database.read(lambda connection: connection.execute(query).fetchone()[0]) == 1


def test_a_transaction_is_all_or_nothing(database: Database) -> None:
    drafts = Drafts(database)
    draft = new_draft(database)

    def both() -> None:
        with database.transaction():
            drafts.save_answer(draft.id, "a", Answer("1"), NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        both()
    assert drafts.get(draft.id).answers == {}
    with database.transaction():
        drafts.save_answer(draft.id, "a", Answer("1"), NOW)
        drafts.save_answer(draft.id, "b", Answer("2"), NOW)
    assert list(drafts.get(draft.id).answers) == ["a", "b"]


def test_a_thread_may_save_while_another_reads(database: Database) -> None:
    drafts, draft = Drafts(database), new_draft(database)
    failures: list[Exception] = []

    def save(name: str) -> None:
        try:
            for number in range(20):
                drafts.save_answer(draft.id, f"{name}{number}", Answer("x"), NOW)
                drafts.get(draft.id)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=save, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(drafts.get(draft.id).answers) == 60


MOUNTS = """\
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
30 22 0:30 / /home/ann rw - nfs4 server:/home rw
31 22 0:31 / /mnt/with\\040blank rw - cifs //server/share rw
32 30 0:32 / /home/ann/local rw - ext4 /dev/vdb rw
"""


@each(
    ("where", "remote"),
    [
        ("/var/lib/support.db", False),
        ("/home/ann/.local/share/support.db", True),
        ("/home/annabel/support.db", False),
        ("/home/ann/local/support.db", False),
        ("/mnt/with blank/support.db", True),
    ],
)
def test_a_network_disk_is_known(tmp_path: Path, where: str, remote: bool) -> None:
    table = tmp_path / "mountinfo"
    table.write_text(MOUNTS)
    assert place.is_remote(Path(where), table) is remote


def test_on_a_network_disk_a_rollback_journal_is_used_and_works(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place, "is_remote", lambda path: True)
    with open_database(path) as database:
        draft = new_draft(database, summary="kept")
        mode_of = database.read(lambda connection: connection.execute("PRAGMA journal_mode").fetchone()[0])
        assert mode_of == "delete"
        with open_database(path) as other:
            Drafts(other).save_answer(draft.id, "details", Answer("too"), NOW)
        assert list(Drafts(database).get(draft.id).answers) == ["summary", "details"]


def test_a_header_shorter_than_the_file_says_is_noticed_without_reading_all(path: Path) -> None:
    with open_database(path) as database:
        new_draft(database, **{f"q{number}": "x" * 3000 for number in range(30)})
    size = path.stat().st_size
    assert condition.before_opening(path)
    os.truncate(path, size - 8192)
    assert condition.before_opening(path)
