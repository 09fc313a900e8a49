"""``support cases add-reply``: a saved reply finds its case, and is kept as it came."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import msgspec

from support_cli.base.errors import UsageError
from support_cli.base.i18n import _
from support_cli.base.invocation import command_line
from support_cli.base.paths import expand
from support_cli.base.text import clean_line, later
from support_cli.cases.cases import Cases
from support_cli.cases.ids import ALPHABET, LENGTH
from support_cli.cases.records import CaseLine, CaseState
from support_cli.cases.replies import LARGEST, MailError, Mark, Reply, bare, read_reply
from support_cli.environment import Bench
from support_cli.interview.prompter import Choice

_OURS = later(rf"(?<![0-9A-Za-z])[{ALPHABET}]{{{LENGTH}}}(?![0-9A-Za-z])")
_OFFERED = 20


class Added(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a saved reply.

    Attributes:
        line: The case that it belongs to.
        reply: What it says.
        number: Ticket number that it names, or empty.
        known: It had been added before.
    """

    line: CaseLine
    reply: Reply
    number: str = ""
    known: bool = False


def add_reply(bench: Bench, name: str, prefix: str, *, answered: bool = False) -> Added:
    """Adds a saved reply to the case that it answers.

    Args:
        bench: The collaborators.
        name: The file, or ``-``.
        prefix: First letters of the case, or empty to find it by what the reply says.
        answered: It is an answer, even if it looks like one that a machine wrote.

    Raises:
        MailError: If it is no saved mail.
        UsageError: If no case, or more than one, fits and nobody can be asked.
    """
    octets = _read(bench, name)
    reply = read_reply(octets, name)
    cases = Cases(bench.database())
    key = cases.find(prefix) if prefix else _find(bench, cases, reply)
    if _is_known(cases, key, octets, reply):
        return Added(line=cases.get(key).line, reply=reply, known=True)
    line = cases.get(key).line
    number = _number(line, reply)
    automatic = reply.automatic and not answered
    text = reply.own_words or reply.subject
    cases.add_reply(key, text, bench.now(), operator=reply.sender, number=number, message=[octets], automatic=automatic)
    return Added(line=cases.get(key).line, reply=msgspec.structs.replace(reply, automatic=automatic), number=number)


def _read(bench: Bench, name: str) -> bytes:
    if name == "-":
        return bench.stdin()
    path = bench.cwd / expand(name)
    try:
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except OSError as error:
        raise MailError(
            _("{path} cannot be read: {problem}.").format(path=clean_line(name), problem=error.strerror or error)
        ) from None


def _is_known(cases: Cases, key: str, octets: bytes, reply: Reply) -> bool:
    """Whether a case has the reply already: the same octets, or the same Message-ID."""
    digest = hashlib.sha256(octets, usedforsecurity=False).digest()
    for _entry, path in cases.replies(key):
        stored = _stored(path)
        if hashlib.sha256(stored, usedforsecurity=False).digest() == digest:
            return True
        if stored and reply.message_id and read_reply(stored, path.name).message_id == reply.message_id:
            return True
    return False


def _stored(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # what was lost cannot be the same
        return b""


def _number(line: CaseLine, reply: Reply) -> str:
    """The number to learn: one that surely is one; a case that has a number keeps it."""
    if line.ticket:
        return line.ticket if any(mark.number == bare(line.ticket) for mark in reply.marks) else ""
    return next((mark.number for mark in reply.marks if mark.sure), "")


def _find(bench: Bench, cases: Cases, reply: Reply) -> str:
    """The case that a reply answers: by our own messages and ids, else by its ticket number."""
    found = _by_our_marks(cases, reply) or _by_number(cases, reply.marks)
    if len(found) == 1:
        return found[0].id
    waiting = (CaseState.SENT, CaseState.QUEUED, CaseState.WRITTEN, CaseState.ANSWERED)
    offered = (found or cases.list(states=waiting))[:_OFFERED]
    if bench.prompter is not None and offered:
        choices = [Choice(key=one.id, label=f"{one.id[:4]}  {one.title}", hint=one.ticket) for one in offered]
        question = _("Which case does “{subject}” answer?").format(subject=reply.subject)
        return bench.prompter().choose(question, choices, default=choices[0].key)
    message = _("It cannot be told which case this reply belongs to.")
    if found:
        message = _("More than one case fits this reply.")
    named = "\n".join(f"  {command_line('cases', 'add-reply', 'FILE', one.id[:4])}   {one.title}" for one in offered)
    raise UsageError(message, hint=named or _("There is no case."), where=reply.subject or None)


def _by_our_marks(cases: Cases, reply: Reply) -> Sequence[CaseLine]:
    """By a message that it answers, or by the id that our subjects and Message-IDs carry."""
    found: dict[str, CaseLine] = {}
    for message_id in reply.answers:
        for line in cases.with_message_id(message_id):
            found[line.id] = line
    if not found:
        said = {one for text in (reply.subject, *reply.answers) for one in _OURS.findall(text)}
        found = {line.id: line for line in cases.list() if line.id in said}
    return tuple(found.values())


def _by_number(cases: Cases, marks: Sequence[Mark]) -> Sequence[CaseLine]:
    """By a ticket number, however it was noted: ``47``, ``#47``, ``[desk.test #47]``."""
    for sure in (True, False):
        found: dict[str, CaseLine] = {}
        for mark in marks:
            for written in (mark.number, f"#{mark.number}", mark.tag, mark.tag.strip("[]()")):
                found |= {line.id: line for line in cases.with_ticket(written) if mark.sure is sure}
        if found:
            return tuple(found.values())
    return ()
