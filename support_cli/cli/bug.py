"""A bug of ours: a report without anything private, ready to be sent."""

import itertools
import os
import platform
import sys
import time
import traceback
from pathlib import Path

from support_cli import __version__
from support_cli.base.errors import BugError
from support_cli.base.files import write_private
from support_cli.base.i18n import _
from support_cli.base.invocation import command_line


def write_report(error: BaseException) -> BugError:
    """Writes what a developer needs, and nothing that a customer said.

    The report holds versions, the command's name without its values, and the stack without local variables; the
    message of the exception is left out, because it may quote an answer.

    Returns:
        The error to show.
    """
    command = next((word for word in sys.argv[1:] if not word.startswith("-")), "")
    stack = [
        f"  {_place(frame.filename)}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)
    ]
    lines = [
        f"support-cli {__version__}, Python {platform.python_version()}, {platform.system()} {platform.release()}",
        f"command: support {command if command.isidentifier() else ''}",
        f"error: {type(error).__name__}",
        *stack,
        "",
    ]
    folder = _folder()
    start = f"bug-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}"
    names = (f"{start}-{number}.txt" if number > 1 else f"{start}.txt" for number in itertools.count(1))
    path = next(folder / name for name in names if not (folder / name).exists())
    try:
        write_private(path, "\n".join(lines).encode("utf-8", "replace"), lasting=False)
    except OSError:
        return BugError(
            _("Something went wrong that is our fault: {name}.").format(name=type(error).__name__),
            hint="\n".join(lines[:-1]),
        )
    return BugError(
        _("Something went wrong that is our fault: {name}.").format(name=type(error).__name__),
        hint=_("A report without your words is in {path}. To send it:  {command}").format(
            path=path, command=command_line("new", "-p", "software", "bug", "--attach", str(path))
        ),
    )


def _place(filename: str) -> str:
    parts = Path(filename).parts
    for root in ("support_cli", "site-packages"):
        if root in parts:
            return "/".join(parts[parts.index(root) :])
    return Path(filename).name


def _folder() -> Path:
    from support_cli.cli.context import Context

    context = Context.current
    try:
        if context is not None:
            return context.data_folder / "bugs"
    except Exception:  # noqa: S110 - reporting a bug must not make another one
        pass
    import tempfile

    return Path(tempfile.gettempdir())
