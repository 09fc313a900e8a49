"""The database: opened so that what was saved stays saved, whatever happens to the machine.

A commit has reached the disk before it returns (write-ahead log with ``synchronous=FULL``; on a network
disk a rollback journal). What cannot be opened is told apart: a newer or foreign database is never touched,
a damaged one is set aside and what can be read is taken over, and a lock, a permission or a full disk is
none of these.
"""

import sqlite3
from datetime import datetime
from pathlib import Path
from types import TracebackType

from support_cli.base import files
from support_cli.base.errors import SupportError
from support_cli.base.i18n import _, ngettext
from support_cli.cases import condition, place, schema
from support_cli.cases.connection import connect
from support_cli.cases.errors import DatabaseError
from support_cli.cases.faults import explain, is_busy, is_damage, is_error
from support_cli.cases.store import Store

_SCRUB_WAIT = 1000
"""Milliseconds to wait for others before deleted content is left to the end of the last of them."""


class Database(Store):
    """An open database; ``open_database`` makes one. Use it in a ``with``, or close it.

    Attributes:
        path: The file; None when everything is in memory only, and gone at the end.
        notices: Sentences to show once (a damaged file was set aside), each complete.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path | None, *, write_ahead: bool) -> None:
        """Takes over a connection in autocommit mode whose schema is up to date."""
        super().__init__(connection, path, write_ahead=write_ahead)
        self.notices: list[str] = []
        self._temporary: Path | None = None

    @property
    def persistent(self) -> bool:
        """Whether anything outlives this run."""
        return self.path is not None

    @property
    def files(self) -> Path:
        """The folder for files that belong to the database (messages, replies), made when first needed.

        Raises:
            DatabaseError: If it cannot be made.
        """
        try:
            if self.path is None:
                if self._temporary is None:
                    import tempfile

                    self._temporary = Path(tempfile.mkdtemp(prefix="support-"))
                return self._temporary
            folder = self.path.with_name(self.path.name + ".files")
            files.make_folder(folder)
        except OSError as error:
            raise explain(error, self.path) from error
        return folder

    def scrub(self) -> bool:
        """Makes deleted rows really gone: rewrites the file and empties the log.

        Returns:
            False when another ``support`` is in the way; deleted content is overwritten in the file all the same,
            and the log goes when the last of them ends.
        """
        with self._lock:
            if self.path is None:
                return True
            waiting = self._connection.execute("PRAGMA busy_timeout").fetchone()[0]
            try:
                self._connection.execute(f"PRAGMA busy_timeout = {_SCRUB_WAIT}")
                self._connection.execute("VACUUM")
                busy = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            except sqlite3.Error:  # locked, or no room for the copy
                return False
            finally:
                self._connection.execute(f"PRAGMA busy_timeout = {waiting}")
            return not busy

    def close(self) -> None:
        """Ends the connection; safe to call twice."""
        super().close()
        if self._temporary:
            import shutil

            shutil.rmtree(self._temporary, ignore_errors=True)
            self._temporary = None

    def __enter__(self) -> "Database":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_in_memory() -> Database:
    """A database that is gone at the end of this run; the caller must say that nothing is saved."""
    connection = connect(None, 0)
    schema.migrate(connection)
    return Database(connection, None, write_ahead=True)


def open_database(path: Path, *, check: bool = False, timeout: float = 10.0, now: datetime | None = None) -> Database:
    """Opens the database, and makes it (and its folder) for the owner only where there is none.

    A damaged one is renamed to ``NAME.damaged-TIME``, never overwritten or deleted; a fresh one takes its place
    with what could be read, and ``Database.notices`` says so.

    Args:
        path: The file.
        check: Read all of it, every row, even if it is large and seems well.
        timeout: Seconds to wait for another program's lock, here and in every later write.
        now: Moment for the name of a damaged file; the present by default.

    Raises:
        NewerDatabase: If a newer version wrote it; it was not touched.
        ForeignDatabase: If another program did; it was not touched.
        NotWritable: If a permission is missing or the disk is read-only.
        StorageFull: If there is no room. ``open_in_memory`` goes on without saving.
        DatabaseBusy: If another program keeps it locked.
        DatabaseError: If it cannot be used for another reason.
    """
    try:
        path = path.absolute().resolve()
        files.make_folder(path.parent)
        try:
            return _open(path, timeout, check=check)
        except condition.Damage:
            return _replace(path, timeout, now or datetime.now().astimezone(), check=check)
    except (sqlite3.Error, OSError) as error:
        raise explain(error, path) from error
    except condition.Damage as error:  # again, right after it was set aside
        raise DatabaseError(
            _("{file} could not be used: it is damaged again, although it was only just made anew.").format(file=path),
            hint=_("Check the disk and the folder, then try again."),
            where=str(path),
        ) from error


def _open(path: Path, timeout: float, *, check: bool) -> Database:
    thorough = condition.before_opening(path)
    place.make_file(path)
    connection: sqlite3.Connection | None = None
    looking = True
    try:
        connection = connect(path, timeout)
        condition.after_opening(connection, path, thorough=thorough or check)
        if check:
            _read_every_row(connection)
        looking = False
        write_ahead = _journal(connection, path)
        version = schema.migrate(connection)
        condition.refuse_newer(path, version)
        return Database(connection, path, write_ahead=write_ahead)
    except BaseException as error:
        if connection:
            connection.close()
        if isinstance(error, sqlite3.Error) and is_damage(error):
            raise condition.Damage from error
        # While we only look, our statements are right, so "no such column" and the like are the file's fault.
        if looking and (isinstance(error, ValueError) or (isinstance(error, sqlite3.Error) and is_error(error))):
            raise condition.Damage from error
        raise


def _read_every_row(connection: sqlite3.Connection) -> None:
    from support_cli.cases import damage

    if damage.has_unreadable_rows(connection):
        raise condition.Damage


def _journal(connection: sqlite3.Connection, path: Path) -> bool:
    """Chooses the write-ahead log where it works; returns whether it is in use."""
    if connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
        return True
    if place.is_remote(path):
        return False
    try:
        return bool(connection.execute("PRAGMA journal_mode = WAL").fetchone()[0] == "wal")
    except sqlite3.Error as error:
        if is_busy(error):  # somebody has it open in the other mode, which is as safe
            return False
        raise


def _replace(path: Path, timeout: float, now: datetime, *, check: bool) -> Database:
    from support_cli.cases import damage  # seldom needed

    with damage.exclusive(path, timeout):
        try:  # somebody else may have done it while we waited
            return _open(path, timeout, check=check)
        except condition.Damage:
            aside = damage.set_aside(path, now)
        database = _open(path, timeout, check=False)
        database.notices.append(
            _("{file} was damaged. It was set aside as {aside}; nothing in it was deleted.").format(
                file=path, aside=aside.name
            )
        )
        try:
            database.notices += _told(database.write(lambda connection: damage.salvage(aside, connection)))
        except SupportError as error:
            database.notices.append(_("Nothing could be taken over from it yet: {reason}").format(reason=error.message))
        except BaseException:
            database.close()
            raise
    return database


def _told(taken: dict[str, int]) -> list[str]:
    told = []
    if drafts := taken.get("drafts", 0):
        told.append(
            ngettext("{count} draft was taken over from it.", "{count} drafts were taken over from it.", drafts).format(
                count=drafts
            )
        )
    if cases := taken.get("cases", 0):
        told.append(
            ngettext("{count} case was taken over from it.", "{count} cases were taken over from it.", cases).format(
                count=cases
            )
        )
    return told or [_("Nothing in it could be read.")]
