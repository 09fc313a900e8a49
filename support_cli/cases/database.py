"""The database: opened so that what was saved stays saved, whatever happens to the machine.

A commit has reached the disk before it returns (write-ahead log with ``synchronous=FULL``; on a network
disk a rollback journal). What cannot be opened is told apart: a newer or foreign database is never touched,
a damaged one is set aside and what can be read is taken over, and a lock, a permission or a full disk is
none of these.
"""

import contextlib
import os
import shutil
import sqlite3
import stat
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from support_cli.base import files
from support_cli.base.errors import InterruptedRun, SupportError
from support_cli.base.i18n import _, ngettext
from support_cli.cases import place, schema
from support_cli.cases.connection import connect, connect_to_read, enter, is_open_here, leave, place_of
from support_cli.cases.errors import DatabaseError, ForeignDatabase, NewerDatabase
from support_cli.cases.faults import damaged, explain, gone, is_busy, is_damage, is_error, unwritable

_MAGIC = b"SQLite format 3\x00"
_HEADER = 100  # bytes; SQLite's "Database File Format", 1.3
_SMALL = 1_000_000
"""Up to this size (bytes) a file is read through at each start: about two milliseconds for a megabyte."""


_MAKING = 5_000_000_000
"""Nanoseconds within which whoever has made the file writes to it."""


class Damage(Exception):
    """The file is broken and has to be set aside."""


class Emptied(Damage):
    """The file has nothing in it any more."""


def before_opening(path: Path) -> bool:
    """Looks at the file itself.

    Returns:
        Whether to read it through once it is open.

    Raises:
        Damage: If it is no database, or lost its beginning or end.
        NewerDatabase: If a newer version wrote it.
        ForeignDatabase: If another program did, or it is no file at all.
        OSError: If it may not be read and written.
    """
    there = path.exists()
    if there and not stat.S_ISREG(path.stat().st_mode):
        # A folder or a device is somebody's, however the path came about.
        raise ForeignDatabase(
            _("{file} is not a file, but a folder or a device; support leaves it alone.").format(file=path),
            hint=_("Move it away, then try again."),
            where=str(path),
        )
    if is_open_here(path):
        return False
    log = path.with_name(path.name + "-wal")
    log_size = log.stat().st_size if log.exists() else 0
    if not there:
        if log_size:  # SQLite would delete it as left over
            raise Damage
        return False
    try:
        header, size = _read_header(path)
    except FileNotFoundError:  # another process has just set it aside
        return False
    if size == 0:
        if log_size:
            raise Damage
        if _was_emptied(path):
            raise Emptied
        return False
    if len(header) < _HEADER or not header.startswith(_MAGIC):
        raise Damage
    _refuse(path, int.from_bytes(header[60:64]), int.from_bytes(header[68:72]))
    if log_size:  # the latest word on the version may still be in there
        _refuse(path, *_peek(path))
        return True
    return size <= _SMALL or _is_cut(header, size)


def after_opening(connection: sqlite3.Connection, path: Path, *, thorough: bool) -> None:
    """Looks at what SQLite makes of the file.

    Args:
        connection: Open, nothing written yet.
        path: The file.
        thorough: Read it through.

    Raises:
        Damage: If it is broken.
        NewerDatabase: If a newer version wrote it.
        ForeignDatabase: If another program did.
        sqlite3.Error: If it cannot be read.
    """
    # In one transaction: another program may be making the tables at this moment.
    connection.execute("BEGIN")
    try:
        version = schema.version_of(connection)
        application = int(connection.execute("PRAGMA application_id").fetchone()[0])
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
    _refuse(path, version, application)
    if not application:
        if tables or version:
            raise _foreign(path)
        return
    if not {*schema.TABLES, "meta"} <= tables:
        raise Damage
    if thorough and connection.execute("PRAGMA integrity_check(1)").fetchone()[0] != "ok":
        raise Damage


def _read_header(path: Path) -> tuple[bytes, int]:
    # For writing too, so that a permission is found missing now and not at the first answer.
    descriptor = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
    try:
        return os.read(descriptor, _HEADER), os.fstat(descriptor).st_size
    finally:
        os.close(descriptor)


def _was_emptied(path: Path) -> bool:
    """Whether an empty file held something: one that is just being made is as old as the last change of its folder."""
    made, folder = path.stat().st_mtime_ns, path.parent.stat().st_mtime_ns
    return made > folder or time.time_ns() - made > _MAKING


def _is_cut(header: bytes, size: int) -> bool:
    """Whether the file is shorter than its header says (the count is valid if both change counters are equal)."""
    page = int.from_bytes(header[16:18])
    page = 65_536 if page == 1 else page
    return header[24:28] == header[92:96] and int.from_bytes(header[28:32]) * page > size


def _peek(path: Path) -> tuple[int, int]:
    """Version and application of a database with its log taken into account; zeros when it cannot be read."""
    try:
        connection = connect_to_read(path)
    except sqlite3.Error:
        return 0, 0
    try:
        application = int(connection.execute("PRAGMA application_id").fetchone()[0])
        return schema.version_of(connection), application
    except sqlite3.Error:
        return 0, 0
    finally:
        connection.close()


def _refuse(path: Path, version: int, application: int) -> None:
    if application not in (0, schema.APPLICATION_ID):
        raise _foreign(path)
    if application:
        refuse_newer(path, version)


def refuse_newer(path: Path, version: int) -> None:
    """Refuses a version that we do not know.

    Raises:
        NewerDatabase: If it is above ours.
    """
    if version > len(schema.MIGRATIONS):
        raise NewerDatabase(
            _("{file} was written by a newer version of support; this one leaves it alone.").format(file=path),
            hint=_("Update support, then try again."),
            where=str(path),
        )


def _foreign(path: Path) -> ForeignDatabase:
    return ForeignDatabase(
        _("{file} is a database of another program; support leaves it alone.").format(file=path),
        hint=_("Move that file away, then try again."),
        where=str(path),
    )


_T = TypeVar("_T")


class Store:
    """One connection, used for whole transactions only.

    Attributes:
        path: The file; None when everything is in memory only, and gone at the end.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path | None, *, write_ahead: bool) -> None:
        """Takes over a connection in autocommit mode whose schema is up to date."""
        self.path = path
        self._connection = connection
        self._lock = threading.RLock()
        self._grouping = False
        self._rolled_back = True
        # EXTRA also syncs the folder after a rollback journal is deleted (SQLite, PRAGMA synchronous).
        self._durable = "FULL" if write_ahead else "EXTRA"
        self._synchronous = ""
        self._place = place_of(path)
        enter(self._place)

    def write(
        self,
        work: Callable[[sqlite3.Connection], _T],
        *,
        what: str = "",
        unsaved: object = None,
        durable: bool = True,
    ) -> _T:
        """Does some work in one transaction, which is on the disk when this returns.

        A Ctrl-C (or whatever a signal handler raises) in the middle loses nothing: the work is done once more, then
        the interruption goes on.

        Args:
            work: Reads and writes; it may be run twice, each time from the same state.
            what: What is saved, as a noun phrase in the customer's language, for the message if it cannot be.
            unsaved: The value itself, kept in the error.
            durable: False for what may be lost in a power cut (not by a crash), such as half-typed text.

        Returns:
            What ``work`` returned.

        Raises:
            DatabaseError: If it could not be saved; nothing of it is, and nothing else is harmed.
        """
        with self._lock:
            try:
                if self._grouping:
                    return self._inside(work)
                return self._redo_when_interrupted(work, durable)
            except (sqlite3.Error, OSError, UnicodeEncodeError, _NotThere) as error:
                if isinstance(error, _NotThere):
                    fault: DatabaseError = gone(self.path, what)
                elif isinstance(error, UnicodeEncodeError):
                    fault = unwritable(what)
                else:
                    fault = explain(error, self.path, what)
                fault.unsaved = unsaved
                if not self._grouping:
                    fault.retry = lambda: self.write(work, what=what, unsaved=unsaved, durable=durable)
                raise fault from error

    def read(self, work: Callable[[sqlite3.Connection], _T]) -> _T:
        """Does some reading, all of it from one moment.

        Raises:
            DatabaseError: If it cannot be read.
        """
        with self._lock:
            try:
                if self._connection.in_transaction:
                    return work(self._connection)
                self._connection.execute("BEGIN")
                try:
                    return work(self._connection)
                finally:
                    self._roll_back()
            except sqlite3.Error as error:
                raise explain(error, self.path) from error
            except UnicodeEncodeError as error:
                raise unwritable("") from error
            except ValueError as error:  # a column that no version of ours wrote
                raise damaged(self.path) from error

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Makes everything that is written inside one commit: all of it or nothing (and one wait for the disk).

        Raises:
            DatabaseError: If it could not be saved.
        """
        with self._lock:
            if self._grouping:
                yield
                return
            try:
                self._begin(durable=True)
                self._grouping = True
                yield
                self._connection.execute("COMMIT")
            except sqlite3.Error as error:
                raise explain(error, self.path) from error
            except _NotThere as error:
                raise gone(self.path) from error
            finally:
                self._grouping = False
                self._roll_back()

    def close(self) -> None:
        """Ends the connection; safe to call twice."""
        with self._lock:
            with contextlib.suppress(sqlite3.Error):
                self._connection.close()
            leave(self._place)
            self._place = None

    def _inside(self, work: Callable[[sqlite3.Connection], _T]) -> _T:
        """Does some work as a part of the transaction that is under way."""
        if not self._connection.in_transaction:  # an error ended it: nothing more may be written
            raise sqlite3.OperationalError("the transaction has ended")
        return work(self._connection)

    def _redo_when_interrupted(self, work: Callable[[sqlite3.Connection], _T], durable: bool) -> _T:
        try:
            return self._once(work, durable)
        except (sqlite3.Error, OSError, UnicodeEncodeError, _NotThere):
            raise
        except BaseException as error:
            ours = isinstance(error, SupportError) and not isinstance(error, InterruptedRun)
            if self._rolled_back and not ours:
                self._once(work, durable)
            raise

    def _once(self, work: Callable[[sqlite3.Connection], _T], durable: bool) -> _T:
        self._rolled_back = True
        try:
            self._begin(durable)
            result = work(self._connection)
            self._rolled_back = False
            self._connection.execute("COMMIT")
        finally:
            # An interruption may come before the commit, or between it and this line.
            self._rolled_back = self._rolled_back or self._connection.in_transaction
            self._roll_back()
        return result

    def _begin(self, durable: bool) -> None:
        self._roll_back()  # what an interruption at the worst moment may have left
        self._look_after_the_file()
        wanted = self._durable if durable else "NORMAL"
        if wanted != self._synchronous:
            self._connection.execute(f"PRAGMA synchronous = {wanted}")
            self._synchronous = wanted
        self._connection.execute("BEGIN IMMEDIATE")

    def _roll_back(self) -> None:
        if self._connection.in_transaction:
            with contextlib.suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")

    def _look_after_the_file(self) -> None:
        """A file that was moved or deleted takes writes without complaint, and they are lost with it."""
        if self.path is not None and place_of(self.path) != self._place:
            raise _NotThere


class _NotThere(Exception):
    """The file is not the one that was opened."""


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


def open_to_read(path: Path) -> Database | None:
    """Opens what is there where nothing can be written (a full or a read-only disk), or gives None.

    All of it is read into memory, and every attempt to write fails with the error for that disk.
    """
    if not path.is_file():
        return None
    connection = connect(None, 0)
    try:
        for mode in ("mode=rw", "mode=ro&immutable=1"):  # the second ignores the log, so only where there is none
            if "immutable" in mode and _has_log(path):
                break
            with contextlib.suppress(sqlite3.Error), contextlib.closing(_source(path, mode)) as source:
                source.backup(connection)
                if schema.version_of(connection) == len(schema.MIGRATIONS):
                    connection.execute("PRAGMA query_only = ON")
                    return Database(connection, path, write_ahead=True)
    except OSError:
        pass
    connection.close()
    return None


def _source(path: Path, mode: str) -> sqlite3.Connection:
    """A connection that keeps the index of the log to itself: for the shared one there may be no room."""
    source = sqlite3.connect(f"{path.resolve().as_uri()}?{mode}", uri=True, isolation_level=None, timeout=1.0)
    source.execute("PRAGMA locking_mode = EXCLUSIVE")
    return source


def _has_log(path: Path) -> bool:
    log = path.with_name(path.name + "-wal")
    return log.exists() and log.stat().st_size > 0


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
        except Damage as found:
            return _replace(path, timeout, now or datetime.now().astimezone(), found, check=check)
    except (sqlite3.Error, OSError) as error:
        raise explain(error, path) from error
    except Damage as error:  # again, right after it was set aside
        raise DatabaseError(
            _("{file} could not be used: it is damaged again, although it was only just made anew.").format(file=path),
            hint=_("Check the disk and the folder, then try again."),
            where=str(path),
        ) from error


def _open(path: Path, timeout: float, *, check: bool) -> Database:
    thorough = before_opening(path)
    place.make_file(path)
    connection: sqlite3.Connection | None = None
    looking = True
    try:
        connection = connect(path, timeout)
        after_opening(connection, path, thorough=thorough or check)
        if check:
            _read_every_row(connection)
        looking = False
        write_ahead = _journal(connection, path)
        version = schema.migrate(connection)
        refuse_newer(path, version)
        return Database(connection, path, write_ahead=write_ahead)
    except BaseException as error:
        if connection:
            connection.close()
        if isinstance(error, sqlite3.Error) and is_damage(error):
            raise Damage from error
        # While we only look, our statements are right, so "no such column" and the like are the file's fault.
        if looking and (isinstance(error, ValueError) or (isinstance(error, sqlite3.Error) and is_error(error))):
            raise Damage from error
        raise


def _read_every_row(connection: sqlite3.Connection) -> None:
    from support_cli.cases import damage

    if damage.has_unreadable_rows(connection):
        raise Damage


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


def _replace(path: Path, timeout: float, now: datetime, found: Damage, *, check: bool) -> Database:
    from support_cli.cases import damage  # seldom needed

    with damage.exclusive(path, timeout):
        try:  # somebody else may have done it while we waited
            if isinstance(found, Emptied) and not path.stat().st_size:  # its age tells nothing from now on
                raise found
            return _open(path, timeout, check=check)
        except Damage:
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
