"""What can go wrong, as one tree, and the exit code that each branch ends in.

    SupportError
    ├── UsageError        2   wrong flags; answers missing or invalid
    ├── UnusableError     3   pack, settings, request file or database cannot be used
    ├── AttachmentError   4   too big after fitting, refused type, unreadable, changed
    ├── RefusedError      5   the receiver said no for good; the request is kept
    ├── QueuedError       6   could not deliver now; it lies in the outbox
    └── InterruptedRun  130   Ctrl-C, SIGTERM, hang-up; the draft is saved

Rooms subclass the branch that fits beside their own interface. Whatever is not a ``SupportError`` is a
bug of ours and ends in 70.
"""

from enum import IntEnum
from typing import TYPE_CHECKING, ClassVar

from support_cli.base.i18n import _

if TYPE_CHECKING:  # msgspec stays out of --help
    from support_cli.base.finding import Finding


class ExitCode(IntEnum):
    """Exit codes that a script can act on."""

    OK = 0
    FINDINGS = 1
    USAGE = 2
    UNUSABLE = 3
    ATTACHMENT = 4
    REFUSED = 5
    QUEUED = 6
    BUG = 70
    INTERRUPTED = 130


class SupportError(Exception):
    """An expected failure that a person can do something about.

    Attributes:
        message: One sentence: what is wrong and why, in the customer's language.
        hint: What to do next, or None.
        where: File and line, flag or question that it is about, or None.
    """

    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def __init__(self, message: str, *, hint: str | None = None, where: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.where = where


class UsageError(SupportError):
    """Wrong flags, or answers that are missing or invalid."""

    exit_code = ExitCode.USAGE


class AnswersError(UsageError):
    """Answers are missing or invalid; every one of them is named.

    Attributes:
        findings: One finding of an ``A`` code for each answer, ``where`` being the question's id.
    """

    def __init__(self, message: str, findings: "tuple[Finding, ...]", *, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.findings = findings


class UnusableError(SupportError):
    """A pack, the settings, a request file or the database cannot be used."""

    exit_code = ExitCode.UNUSABLE


class AttachmentError(SupportError):
    """A file is too big after fitting, of a refused type, unreadable, or changed."""

    exit_code = ExitCode.ATTACHMENT


class RefusedError(SupportError):
    """The receiver said no for good."""

    exit_code = ExitCode.REFUSED


class QueuedError(SupportError):
    """It could not be delivered now and waits in the outbox."""

    exit_code = ExitCode.QUEUED


class BugError(SupportError):
    """Something that this program did wrong."""

    exit_code = ExitCode.BUG


def of_one_item(error: Exception) -> SupportError:
    """What became of one item of many (a message, a row, a pack, a file): whatever it was, the others' turn comes.

    Returns:
        The error, or one that says that this program is at fault; its cause is the error then.
    """
    if isinstance(error, SupportError):
        return error

    if isinstance(error, OSError) and error.strerror:
        return UnusableError(f"{error.strerror}.", where=str(error.filename or "") or None)
    bug = BugError(_("Something went wrong that is our fault: {name}.").format(name=type(error).__name__))
    bug.__cause__ = error
    bugs_met.append(error)
    return bug


bugs_met: list[Exception] = []
"""Faults of this program that ended one item only; a report about them is written when the run ends."""


class InterruptedRun(SupportError):
    """Ctrl-C, Ctrl-D, SIGTERM or a hang-up; what was typed is saved."""

    exit_code = ExitCode.INTERRUPTED
