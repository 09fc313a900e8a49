"""What an error of SQLite or of the disk means for a person."""

import errno
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

from support_cli.base.i18n import _
from support_cli.base.invocation import command_line
from support_cli.cases.errors import (
    DatabaseBusy,
    DatabaseDamaged,
    DatabaseError,
    DatabaseGone,
    NotWritable,
    StorageFull,
)

# EFBIG is what a limit on file sizes (ulimit -f) answers with, EDQUOT a quota.
_FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
_DENIED = {errno.EACCES, errno.EPERM, errno.EROFS}
_PROBE_BYTES = 65_536

_IOERR_OF_WRITING = {
    sqlite3.SQLITE_IOERR_WRITE,
    sqlite3.SQLITE_IOERR_FSYNC,
    sqlite3.SQLITE_IOERR_DIR_FSYNC,
    sqlite3.SQLITE_IOERR_TRUNCATE,
    sqlite3.SQLITE_IOERR_SHMSIZE,
    sqlite3.SQLITE_IOERR_SHMOPEN,
    sqlite3.SQLITE_IOERR_SHMMAP,
}


def is_damage(error: sqlite3.Error) -> bool:
    """Whether the file itself is broken, as against the disk, its permissions, or its being in use."""
    return _primary(error) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def is_error(error: sqlite3.Error) -> bool:
    """Whether SQLite could make nothing of a statement (or of the schema that it is about)."""
    return _primary(error) == sqlite3.SQLITE_ERROR


def is_busy(error: sqlite3.Error) -> bool:
    """Whether somebody else holds a lock."""
    return _primary(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL)


def explain(
    error: sqlite3.Error | OSError,
    path: Path | None,
    what: str = "",
    *,
    unsaved: object = None,
    retry: Callable[[], object] | None = None,
) -> DatabaseError:
    """Turns an error into one that a person can act on.

    Args:
        error: From SQLite or the operating system.
        path: The database's file; None for one in memory.
        what: What was not saved, as a noun phrase in the customer's language; empty when nothing was to be.
        unsaved: The value that was not saved.
        retry: Does the same again.

    Returns:
        An error of the class that fits; never one for damage where only the disk, a lock or a permission is at fault.
    """
    fault = _explain_os(error, path, what) if isinstance(error, OSError) else _explain_sqlite(error, path, what)
    fault.unsaved = unsaved
    fault.retry = retry
    return fault


def _explain_os(error: OSError, path: Path | None, what: str) -> DatabaseError:
    if error.errno in _FULL:
        return _full(path, what)
    if error.errno in _DENIED:
        return _denied(error.errno, path, what)
    if error.errno in (errno.EEXIST, errno.ENOTDIR):
        return DatabaseError(
            _("{file} could not be used: a file stands where its folder should be.").format(file=path),
            hint=_("Move that file away, then try again."),
            where=str(error.filename or path),
        )
    return _failed(os.strerror(error.errno) if error.errno else str(error), path, what)


def _explain_sqlite(error: sqlite3.Error, path: Path | None, what: str) -> DatabaseError:
    primary, extended = _primary(error), getattr(error, "sqlite_errorcode", 0)
    if primary == sqlite3.SQLITE_FULL:
        return _full(path, what)
    if extended == sqlite3.SQLITE_READONLY_DBMOVED:
        return gone(path, what)
    if is_busy(error):
        return _busy(path, what)
    if is_damage(error):
        return damaged(path, what)
    if primary in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):
        # SQLite does not say which; trying it does.
        cause = probe(path.parent) if path else None
        if cause in _FULL:
            return _full(path, what)
        if cause in _DENIED or primary in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):
            return _denied(cause or errno.EACCES, path, what)
        if extended in _IOERR_OF_WRITING:
            return _full(path, what, sure=False)
    return _failed(str(error), path, what)


def probe(folder: Path) -> int | None:
    """Tries to write a little into a folder.

    Returns:
        The ``errno`` of the failure, or None when it works.
    """
    trial = folder / f".trial-{os.urandom(4).hex()}"
    try:
        descriptor = os.open(trial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        return error.errno
    try:
        os.write(descriptor, bytes(_PROBE_BYTES))
        os.fsync(descriptor)
    except OSError as error:
        return error.errno
    finally:
        os.close(descriptor)
        trial.unlink(missing_ok=True)
    return None


def gone(path: Path | None, what: str = "") -> DatabaseGone:
    """The error for a file that is no longer where it was."""
    name = str(path or "")
    message = (
        _("{file} was moved or deleted while support was running, so this was not saved: {what}.")
        if what
        else _("{file} was moved or deleted while support was running.")
    )
    return DatabaseGone(
        message.format(file=name, what=what),
        hint=_("Put the file back, or start again; a new one is made then."),
        where=name,
    )


def unwritable(what: str) -> DatabaseError:
    """The error for a text that no UTF-8 can hold, in a place where nothing may be left out of it."""
    message = (
        _("A text holds a broken character, so this was not saved: {what}.")
        if what
        else _("A text holds a broken character.")
    )
    return DatabaseError(message.format(what=what), hint=_("Type that text again."))


def _primary(error: sqlite3.Error) -> int:
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def _full(path: Path | None, what: str, *, sure: bool = True) -> StorageFull:
    folder = str(path.parent if path else "")
    if what and sure:
        message = _("The disk is full, so this was not saved: {what}.")
    elif what:
        message = _("The disk is full, a quota is reached, or the disk fails, so this was not saved: {what}.")
    elif sure:
        message = _("The disk is full: nothing can be saved in {folder}.")
    else:
        message = _("The disk is full, a quota is reached, or the disk fails: nothing can be saved in {folder}.")
    return StorageFull(
        message.format(what=what, folder=folder),
        hint=_("What was saved before is safe. Make some room, then try again."),
        where=folder,
    )


def _denied(cause: int, path: Path | None, what: str) -> NotWritable:
    name = str(path or "")
    if cause == errno.EROFS:
        message = (
            _("The disk with {file} is read-only, so this was not saved: {what}.")
            if what
            else _("The disk with {file} is read-only, so nothing can be saved there.")
        )
    else:
        message = (
            _("You may not write to {file}, so this was not saved: {what}.")
            if what
            else _("You may not write to {file} or its folder, so nothing can be saved there.")
        )
    return NotWritable(
        message.format(file=name, what=what),
        hint=_("Change the permissions, then try again."),
        where=name,
    )


def _busy(path: Path | None, what: str) -> DatabaseBusy:
    name = str(path or "")
    message = (
        _("Another program keeps {file} locked, so this was not saved: {what}.")
        if what
        else _("Another program keeps {file} locked.")
    )
    return DatabaseBusy(
        message.format(file=name, what=what),
        hint=_("Wait until it is done, or end it, then try again."),
        where=name,
    )


def damaged(path: Path | None, what: str = "") -> DatabaseDamaged:
    """The error for damage that shows up while running."""
    name = str(path or "")
    message = _("{file} is damaged, so this was not saved: {what}.") if what else _("{file} is damaged.")
    return DatabaseDamaged(
        message.format(file=name, what=what),
        hint=_("Run {command}: it sets the file aside and takes over what can be read into a new one.").format(
            command=command_line("doctor")
        ),
        where=name,
    )


def _failed(reason: str, path: Path | None, what: str) -> DatabaseError:
    name = str(path or "")
    message = (
        _("{file} could not be used ({reason}), so this was not saved: {what}.")
        if what
        else _("{file} could not be used: {reason}.")
    )
    return DatabaseError(
        message.format(file=name, reason=reason, what=what),
        hint=_("Check the disk and the folder, then try again."),
        where=name,
    )
