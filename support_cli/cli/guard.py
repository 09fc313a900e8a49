"""From whatever happened to a message, a hint and an exit code. Nothing below ever prints or exits."""

import errno
import itertools
import os
import platform
import re
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, TypeVar

import typer

from support_cli import __version__
from support_cli.base.errors import BugError, ExitCode, InterruptedRun, SupportError, UnusableError, bugs_met
from support_cli.base.files import why_not_storable, write_private
from support_cli.base.i18n import _
from support_cli.base.invocation import command_line, program
from support_cli.base.text import cells, clean_line, shorten
from support_cli.cli import console
from support_cli.cli.parser import COMPLAINT, explained

if TYPE_CHECKING:
    from support_cli.base.finding import Finding
    from support_cli.cli.context import Context


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


T = TypeVar("T")
PATIENCE = 15.0
"""Seconds after which a signal that was not heard is repeated."""


def guarded(run: Callable[[], T], *, wants_json: bool) -> T:
    """Runs a command and turns every end but the good one into an exit code.

    Args:
        run: The command.
        wants_json: Errors are one JSON document on standard output too.

    Raises:
        SystemExit: With one of ``ExitCode``.
    """
    _catch_signals()
    try:
        try:
            return run()
        finally:
            console.flush()  # help texts are still on their way
    except SupportError as error:
        report(error, wants_json=wants_json)
        raise SystemExit(int(error.exit_code)) from None
    except (KeyboardInterrupt, EOFError):
        report(InterruptedRun(_("Stopped.")), wants_json=wants_json)
        raise SystemExit(int(ExitCode.INTERRUPTED)) from None
    except BrokenPipeError:
        raise SystemExit(0) from None
    except (typer.Exit, typer.Abort):
        raise
    except COMPLAINT as error:
        said = explained(error)
        report(said, wants_json=wants_json)
        raise SystemExit(int(said.exit_code)) from None
    except Exception as error:
        trouble = _outside(error)
        if trouble is not None:
            report(trouble, wants_json=wants_json)
            raise SystemExit(int(trouble.exit_code)) from None

        report(write_report(error), wants_json=wants_json)
        raise SystemExit(int(ExitCode.BUG)) from None
    finally:
        _report_bugs_met()
        context = _context()
        if context is not None:
            context.close()


def _report_bugs_met() -> None:
    """Writes a report about each fault of ours that ended one item of many, and says so; the others went on."""
    if not bugs_met:
        return
    kinds = {(type(error), _raised_at(error)): error for error in bugs_met}
    bugs_met.clear()
    for error in kinds.values():
        bug = write_report(error)
        console.talk(f"{program()}: {bug.message}\n  {bug.hint}")


def _raised_at(error: Exception) -> tuple[object, int] | None:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return (trace.tb_frame.f_code, trace.tb_lineno) if trace is not None else None


_NOT_OURS = (
    "EACCES", "EPERM", "EROFS", "ENOSPC", "EDQUOT", "EFBIG", "EIO", "ENXIO", "ENAMETOOLONG", "ELOOP", "ENOTDIR",
    "EISDIR", "EMFILE", "ENFILE", "ESTALE", "ENODEV", "ETXTBSY",
)  # fmt: skip


def _outside(error: Exception) -> UnusableError | None:
    """What a disk, a folder or the system refused; whoever meets it first need not expect it. None for a bug."""
    if isinstance(error, UnicodeEncodeError) and error.encoding == sys.getfilesystemencoding() != "utf-8":
        path = shorten(clean_line(error.object[:1000]), 200)
        return UnusableError(_("{path} cannot be used: {problem}.").format(path=path, problem=why_not_storable()))
    if not isinstance(error, OSError) or errno.errorcode.get(error.errno or 0) not in _NOT_OURS:
        return None
    problem = error.strerror or str(error)
    if error.filename is None:
        return UnusableError(_("The system does not allow that: {problem}.").format(problem=problem))
    path = shorten(clean_line(os.fsdecode(error.filename)[:1000]), 200)
    return UnusableError(_("{path} cannot be used: {problem}.").format(path=path, problem=problem))


def _catch_signals() -> None:
    """SIGTERM and SIGHUP end like Ctrl-C: saved, said, 130."""

    def stop(number: int, frame: FrameType | None) -> None:
        del frame
        _ask_again_in(PATIENCE)
        raise KeyboardInterrupt(number)

    for name in ("SIGTERM", "SIGHUP", "SIGBREAK", "SIGALRM"):
        number = getattr(signal, name, None)
        if number is not None:
            try:
                signal.signal(number, stop)
            except ValueError:  # not the main thread (a test)
                return


def _context() -> "Context | None":
    """The context of this run; help texts and complaints about the command line end before there is one."""
    module = sys.modules.get("support_cli.cli.context")
    return module.Context.current if module is not None else None


def _ask_again_in(seconds: float) -> None:
    """Repeats a signal until it is heard: what is raised while the interpreter runs a destructor is dropped.

    Args:
        seconds: More than anything needs that is done on the way out (a database's lock is waited for ten); 0 ends it.
    """
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


def report(error: SupportError, *, wants_json: bool) -> None:
    """Shows an error: the sentence, where, every single fault, what to do, and how to go on."""
    found: tuple[Finding, ...] = getattr(error, "findings", ())
    findings = [one for one in found if one.message not in error.message]  # nothing is said twice
    context = _context()
    resume = context.resume if context is not None else ""
    if wants_json and not isinstance(error, console.Unwritable):
        console.product_json(error_json(error, resume))
        return
    where = f"{error.where}: " if error.where and (not found or len(findings) < len(found)) else ""
    place, *numbers = where[:-2].split(":")
    if where and all(re.search(rf"(?<!\w){re.escape(part)}(?!\w)", error.message) for part in (place, *numbers)):
        where = ""  # nothing is said twice
    interrupted = isinstance(error, InterruptedRun)
    console.talk(error.message if interrupted else f"{program()}: {where}{error.message}")
    if findings:
        rows = [[f.where, f.message, f.advice] for f in findings]
        console.talk(_layout(rows))
    if error.hint:
        console.talk("\n".join("  " + line for line in error.hint.split("\n")))
    if resume and resume not in error.message:
        console.talk(_("What you said is saved. Go on with:  {command}").format(command=resume))


def _layout(rows: list[list[str]]) -> str:
    wide = [max(cells(row[i]) for row in rows) for i in (0, 1)]
    if sum(wide) < 76:
        return console.columns(rows)
    # Long sentences: the fix goes below, where it can be copied from.
    lines = []
    for where, message, fix in rows:
        lines.append(f"  {where}\n    {message}" + (f"\n    {fix}" if fix else ""))
    return "\n".join(lines)


def error_json(error: SupportError, resume: str = "") -> dict[str, object]:
    """An error as one stable JSON object under ``error``."""
    found: tuple[Finding, ...] = getattr(error, "findings", ())
    body: dict[str, object] = {
        "message": error.message,
        "hint": error.hint,
        "where": error.where,
        "exit": int(error.exit_code),
        "name": error.exit_code.name.lower(),
        "findings": [
            {"code": f.code, "level": f.level, "where": f.where, "message": f.message, "fix": f.fix} for f in found
        ],
    }
    if resume:
        body["resume"] = resume
    return {"error": body}


def exit_now(code: ExitCode) -> None:
    """Ends with a code after everything was said."""
    sys.exit(int(code))
