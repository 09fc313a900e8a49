"""Opening a regular file and nothing else, and saying in one sentence why that did not work."""

import errno
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from support_cli.attachments.errors import MissingError, NotAFileError, OversizedError, UnreadableError
from support_cli.attachments.names import displayable
from support_cli.base.errors import AttachmentError
from support_cli.base.i18n import _, format_size

MAX_SIZE = 4 << 30
"""Bytes above which a file is not even read (``/proc/kcore`` says it has 128 TiB); no receiver takes a tenth of it."""

# A pipe or a terminal that slips in between the look and the opening must not make us wait, nor become ours.
_FLAGS = os.O_RDONLY
for _flag in ("O_NONBLOCK", "O_CLOEXEC", "O_NOCTTY", "O_BINARY", "O_NOINHERIT"):
    _FLAGS |= getattr(os, _flag, 0)


@contextmanager
def opened(path: Path) -> Iterator[tuple[int, os.stat_result]]:
    """Opens a regular file for reading; what it is gets looked at before and after the opening.

    Gives the descriptor, which is closed at the end, and what ``fstat`` says of it.

    Raises:
        AttachmentError: It is not a regular file, or not one that may be read.
    """
    try:
        with explained(path):
            if problem := _not_regular(path.stat(), path):
                raise problem
            descriptor = os.open(path, _FLAGS)
    except ValueError as error:  # a NUL, or half a character
        raise _no_name(path) from error
    try:
        with explained(path):
            found = os.fstat(descriptor)
        if problem := _not_regular(found, path):
            raise problem
        yield descriptor, found
    finally:
        os.close(descriptor)


_OTHER: tuple[tuple[Callable[[int], bool], Callable[[], str]], ...] = (
    (stat.S_ISDIR, lambda: _("{name} is a folder, not a file.")),
    (stat.S_ISFIFO, lambda: _("{name} is a pipe, not a file.")),
    (stat.S_ISSOCK, lambda: _("{name} is a socket, not a file.")),
    (lambda _mode: True, lambda: _("{name} is a device, not a file.")),
)


def _not_regular(found: os.stat_result, path: Path) -> AttachmentError | None:
    shown = displayable(path.name or path)
    if stat.S_ISREG(found.st_mode):
        if found.st_size <= MAX_SIZE:
            return None
        return OversizedError(
            _("{name} is {size}: no receiver takes a file of that size.").format(
                name=shown, size=format_size(found.st_size)
            ),
            hint=_("Send the part of it that matters, or a link to it."),
            where=displayable(path),
        )
    sentence = next(say for test, say in _OTHER if test(found.st_mode))
    if stat.S_ISDIR(found.st_mode):
        hint = _("Add the files in it, or pack the folder into a zip first.")
    else:
        hint = _("Save what it gives into an ordinary file and add that.")
    return NotAFileError(sentence().format(name=shown), hint=hint, where=displayable(path))


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turns what the system says about a path into one sentence of ours."""
    try:
        yield
    except OSError as error:
        raise _sentence(error, path) from error


def _sentence(error: OSError, path: Path) -> AttachmentError:
    shown, where = displayable(path.name or path), displayable(path)
    code = error.errno or 0
    if code in (errno.ENOENT, errno.ENOTDIR, errno.ESTALE):
        try:
            target = displayable(path.readlink())
        except OSError:
            return MissingError(
                _("There is no file {name}.").format(name=where),
                hint=_("Check the name; perhaps it was moved or deleted."),
                where=where,
            )
        return MissingError(
            _("{name} is a link to {target}, and nothing is there.").format(name=shown, target=target),
            hint=_("Add the file itself."),
            where=where,
        )
    if code == errno.ELOOP:
        return MissingError(
            _("{name} is a link that leads in a circle.").format(name=shown),
            hint=_("Add the file itself."),
            where=where,
        )
    if code in (errno.ENAMETOOLONG, errno.EINVAL):
        return _no_name(path)
    if getattr(error, "winerror", None) in (32, 33):
        return UnreadableError(
            _("{name} is in use by another program.").format(name=shown),
            hint=_("Close that program, or copy the file and add the copy."),
            where=where,
        )
    if code in (errno.EACCES, errno.EPERM):
        return UnreadableError(
            _("{name} may not be read by you.").format(name=shown),
            hint=_("Ask its owner for a copy, or make it readable."),
            where=where,
        )
    return UnreadableError(
        _("{name} could not be read: {reason}.").format(name=shown, reason=os.strerror(code)),
        hint=_("Copy it to another disk and add the copy."),
        where=where,
    )


def _no_name(path: Path) -> MissingError:
    return MissingError(
        _("{name} cannot be the name of a file.").format(name=displayable(path.name or path)),
        hint=_("Check the name; perhaps it was moved or deleted."),
        where=displayable(path),
    )
