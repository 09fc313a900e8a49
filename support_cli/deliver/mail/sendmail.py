"""Delivery by a sendmail program of this machine: sendmail of Postfix, Exim and others, or msmtp.

The program gets the whole message from a file, never from a pipe: were we killed while writing into a pipe, it
would take the end of it for the end of the message and send half.
"""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import BinaryIO

from support_cli.base.addresses import wire_address
from support_cli.base.i18n import N_, _
from support_cli.base.text import clean_line, clean_text, shorten
from support_cli.deliver.base import (
    AmbiguousError,
    DeliveryError,
    Job,
    PermanentError,
    Reason,
    Receipt,
    State,
    TemporaryError,
    pieces,
)

NAMES = ("sendmail", "msmtp")
FOLDERS = ("/usr/sbin", "/usr/lib", "/usr/local/sbin", "/opt/homebrew/sbin")
TIMEOUT = 300.0  # seconds; a program that delivers at once waits for its server itself

# sysexits(3), as sendmail programs use them; msmtp(1) among them says 68 and 69 also while the network is down.
_FINAL: dict[int, tuple[Reason, str]] = {
    64: (Reason.PROGRAM, N_("{program} does not understand how it was called.")),
    65: (Reason.REFUSED, N_("{program} reports that the message was refused.")),
    67: (Reason.ADDRESS, N_("{program} reports an address that does not exist.")),
    77: (Reason.LOGIN, N_("{program} reports that its login was not accepted.")),
}
_PASSING: dict[int, tuple[Reason, str]] = {
    66: (Reason.PROGRAM, N_("{program} cannot read a file that it needs.")),
    68: (Reason.DNS, N_("{program} cannot find the mail server.")),
    69: (Reason.SERVER_ERROR, N_("{program} reports that mail cannot be taken now.")),
    70: (Reason.PROGRAM, N_("{program} failed with an error of its own.")),
    71: (Reason.PROGRAM, N_("{program} failed because of an error of the system.")),
    72: (Reason.PROGRAM, N_("{program} lacks a file of the system.")),
    73: (Reason.STORAGE, N_("{program} cannot write where it should.")),
    74: (Reason.STORAGE, N_("{program} failed to read or write.")),
    75: (Reason.CONNECTION, N_("{program} asks to try again later.")),
    76: (Reason.SERVER_ERROR, N_("{program} and the mail server did not understand each other.")),
    78: (Reason.PROGRAM, N_("{program} is not configured.")),
    126: (Reason.PROGRAM, N_("{program} cannot be run.")),
    127: (Reason.PROGRAM, N_("{program} is missing.")),
}


def find_sendmail() -> str | None:
    """Looks for a sendmail program: in PATH, then where systems keep it besides; None where there is none."""
    places = os.pathsep.join(FOLDERS)
    for name in NAMES:
        found = shutil.which(name) or shutil.which(name, path=places)
        if found:
            return found
    return None


class SendmailDeliverer:
    """Hands messages to a sendmail program.

    Args:
        command: The program and arguments that come before ours, or nothing to look for one.
        timeout: Seconds to wait for it.
    """

    kind = "sendmail"
    can_be_asked = False

    def __init__(self, command: Sequence[str] = (), *, timeout: float = TIMEOUT) -> None:
        self._command = tuple(command)
        self._timeout = timeout

    def deliver(self, job: Job) -> Receipt:
        """Hands over one message.

        The program's word that all is well means that this machine has the message, not yet that the receiver has.

        Raises:
            TemporaryError: Nobody has it.
            AmbiguousError: The program was ended by force or did not end in time.
            PermanentError: Nobody has it, and trying again would not help.
            AddressError: An address cannot be written to.
        """
        # Addresses go as arguments after "--": none can be an option, and -t would want Bcc in the message.
        receivers = [wire_address(each) for each in job.receivers]
        if not receivers:
            raise PermanentError(_("The message has no receiver."), reason=Reason.ADDRESS)
        sender = wire_address(job.sender)
        program = self._program()
        command = [*program, "-i", "-f", sender, "--", *receivers]
        with tempfile.TemporaryFile() as message, tempfile.TemporaryFile() as words:
            _spool(job, message)
            message.seek(0)
            job.before_commit()
            self._run(command, message, words)
            said = _last_words(words)
        job.progress(job.size)
        return Receipt(
            id=job.id,
            state=State.HANDED_ON,
            channel=self.kind,
            to=", ".join(clean_line(each) for each in job.receivers),
            at=datetime.now(UTC),
            digest=job.digest,
            size=job.size,
            message_id=job.message_id,
            note=_("The mail system of this computer has it and passes it on."),
            answer=said,
        )

    def _program(self) -> tuple[str, ...]:
        if self._command:
            return self._command
        found = find_sendmail()
        if found is not None:
            return (found,)
        if os.name == "nt":
            raise TemporaryError(
                _("Windows has no sendmail program."),
                reason=Reason.PROGRAM,
                hint=_("Send by a mail server (smtp.url), or write a file and send that by hand."),
            )
        raise TemporaryError(
            _("There is no sendmail program on this computer."),
            reason=Reason.PROGRAM,
            hint=_("Install one (msmtp is small), or send by a mail server (smtp.url)."),
        )

    def _run(self, command: list[str], message: BinaryIO, words: BinaryIO) -> None:
        name = clean_line(os.path.basename(command[0]))  # noqa: PTH119 - a command, not a path of ours
        try:
            process = subprocess.Popen(command, stdin=message, stdout=words, stderr=words)
        except (OSError, ValueError) as error:
            problem = clean_line(getattr(error, "strerror", None) or str(error))
            raise TemporaryError(
                _("{program} cannot be run: {problem}.").format(program=name, problem=problem),
                reason=Reason.PROGRAM,
                hint=_("Look at the setting mail.sendmail."),
                where=clean_line(command[0]),
            ) from None
        try:
            code = process.wait(self._timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise _unclear(_("{program} did not end in time.").format(program=name)) from None
        except BaseException:  # Ctrl-C reaches the program too; it must not outlive us unseen
            process.kill()
            process.wait()
            raise
        if code:
            raise failure(code, name, _last_words(words))

    def find(self, job: Job) -> Receipt | None:
        """Never possible: mail that was handed over cannot be asked for.

        Raises:
            TemporaryError: Always.
        """
        raise TemporaryError(
            _("A mail server cannot be asked whether {id} arrived.").format(id=job.id), reason=Reason.UNCLEAR
        )

    def test(self) -> str:
        """Looks whether there is a program; sends nothing.

        Raises:
            TemporaryError: There is none.
        """
        program = self._program()[0]
        if shutil.which(program) is None:
            raise TemporaryError(
                _("{program} cannot be run: {problem}.").format(
                    program=clean_line(program), problem=_("there is no such program")
                ),
                reason=Reason.PROGRAM,
                hint=_("Look at the setting mail.sendmail."),
            )
        return _("Mail goes through {program}.").format(program=clean_line(program))

    def close(self) -> None:
        """Nothing is open."""


def failure(code: int, name: str, said: str) -> DeliveryError:
    """What an exit code means.

    Args:
        code: Exit code; negative for a signal.
        name: Name of the program.
        said: Last line that it wrote, cleaned, or empty.
    """
    if code < 0:
        try:
            label = signal.Signals(-code).name
        except ValueError:
            label = str(-code)
        return _unclear(_("{program} was ended by {signal}.").format(program=name, signal=label))
    reason, message = _FINAL.get(code) or _PASSING.get(code) or (Reason.PROGRAM, N_("{program} failed."))
    words = _(message).format(program=name)
    words += " " + (_("It said: {answer}").format(answer=said) if said else _("Exit code {code}.").format(code=code))
    kind = PermanentError if code in _FINAL else TemporaryError
    return kind(words, reason=reason, answer=said)


def _unclear(detail: str) -> AmbiguousError:
    return AmbiguousError(
        detail + " " + _("It may have sent the message before."),
        reason=Reason.UNCLEAR,
        hint=_("Look at the mail log, or ask the receiver, before sending it again."),
    )


def _spool(job: Job, message: BinaryIO) -> None:
    """Copies the message with the line ends of this system, which sendmail programs expect on their input."""
    try:
        for piece in _with_lf(pieces(job)):
            message.write(piece)
        message.flush()
    except OSError as error:
        raise TemporaryError(
            _("The message cannot be written to a temporary file: {problem}.").format(
                problem=clean_line(error.strerror or str(error))
            ),
            reason=Reason.STORAGE,
        ) from None


def _with_lf(octets: Iterable[bytes]) -> Iterator[bytes]:
    kept = b""
    for piece in octets:
        whole = kept + piece
        kept = b"\r" if whole.endswith(b"\r") else b""
        yield whole[: len(whole) - len(kept)].replace(b"\r\n", b"\n")
    if kept:
        yield kept


def _last_words(words: BinaryIO) -> str:
    """The last line that the program wrote, however much it was."""
    size = words.seek(0, os.SEEK_END)
    words.seek(max(size - 4096, 0))
    lines = clean_text(words.read().decode("utf-8", "replace")).split("\n")
    return shorten(next((clean_line(line) for line in reversed(lines) if line.strip()), ""), 300)
