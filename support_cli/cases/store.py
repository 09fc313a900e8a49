"""Transactions: what was written is on the disk when a call returns, or an error says what was not saved."""

import contextlib
import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from support_cli.base.errors import InterruptedRun, SupportError
from support_cli.cases.connection import enter, leave, place_of
from support_cli.cases.errors import DatabaseError
from support_cli.cases.faults import damaged, explain, gone, unwritable

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
