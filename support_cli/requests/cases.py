"""What happens to a request after it was written: listed, noted, closed, deleted."""

import contextlib
import os
import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from support_cli.attachments.inspect import examine
from support_cli.attachments.names import displayable
from support_cli.base.errors import AttachmentError, UsageError
from support_cli.base.i18n import _, ngettext
from support_cli.cases.cases import Cases
from support_cli.cases.drafts import Drafts
from support_cli.cases.errors import IdError
from support_cli.cases.records import CaseLine, CaseReceipt, CaseState, Document
from support_cli.environment import Bench
from support_cli.forms.request import Attachment
from support_cli.forms.spoken_dates import read_moment as read_words
from support_cli.interview.prompter import Choice, Prompter
from support_cli.packs.units import parse_duration

_SAMPLES = "2026-11-21, 2026-11-21 14:00, friday 18:00, 72h, 3d"


def read_moment(text: str, now: datetime, where: str) -> datetime:
    """Reads a moment in the future or, as a date, any.

    Args:
        text: ``2026-11-21``, ``2026-11-21 14:00``, ``72h``, ``friday 18:00``, ``завтра`` or ``w środę o 15``, the
            words in any of the four languages; without a time it is the end of that day.
        now: Aware moment, whose offset counts where none is said.
        where: Flag that it stands behind.

    Raises:
        UsageError: If it is none of these.
    """
    seconds = parse_duration(text)
    if seconds is not None:
        return now + timedelta(seconds=seconds)
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        found = _by_words(text, now, where)
    if re.fullmatch(r"\s*[\d-]+\s*", text):
        found = found.replace(hour=23, minute=59)
    return found if found.tzinfo else found.replace(tzinfo=now.tzinfo)


def _by_words(text: str, now: datetime, where: str) -> datetime:
    found = read_words(text, now)
    if found is None:
        raise UsageError(
            _("“{text}” is neither a date nor a duration.").format(text=text[:40]), hint=_SAMPLES, where=where
        )
    return found.replace(second=0, microsecond=0)


BY_HAND = "by-hand"
"""The channel of what a customer has sent without this program."""


def _in_state(state: CaseState) -> Callable[[CaseLine, datetime], bool]:
    return lambda line, _now: line.state is state


STATES: dict[str, Callable[[CaseLine, datetime], bool]] = {
    **{state.value: _in_state(state) for state in CaseState},
    "open": lambda line, _now: line.state is not CaseState.CLOSED,
    "waiting": lambda line, now: line.state is CaseState.SENT and not line.overdue(now),
    "overdue": lambda line, now: line.overdue(now),
}
"""What ``--state`` takes: the states, and the words that people have for them."""


def list_cases(bench: Bench, words: Sequence[str], state: str, overdue: bool) -> tuple[CaseLine, ...]:
    """Lists cases, the newest first.

    Raises:
        UsageError: If there is no such state.
    """
    if state and state not in STATES:
        raise UsageError(
            _("“{state}” is not a state of a case.").format(state=state[:40]),
            hint=", ".join(STATES),
            where="--state",
        )
    cases = Cases(bench.database())
    now = bench.now()
    found = cases.search(words) if words else cases.list()
    wanted = [STATES[one] for one in (state, "overdue" if overdue else "") if one]
    return tuple(line for line in found if all(fits(line, now) for fits in wanted))


def add_note(
    bench: Bench, prefix: str, text: str, *, operator: str = "", number: str = "", promised_by: str = "", sent: bool
) -> CaseLine:
    """Notes what somebody said.

    Args:
        bench: The collaborators.
        prefix: First letters of the case.
        text: What to note.
        operator: Who said it, or empty.
        number: Ticket number that was named, or empty.
        promised_by: Until when something was promised, as ``moments.read_moment`` reads it, or empty.
        sent: The customer has sent the request themselves: the promised time begins.

    Raises:
        UsageError: If there is nothing to note, or the promised time cannot be read.
    """
    if not (text or operator or number or promised_by or sent):
        raise UsageError(_("There is nothing to note."), hint=_("Say what to note behind the id."))
    cases = Cases(bench.database())
    key, now = cases.find(prefix), bench.now()
    moment = read_moment(promised_by, now, "--promised-by") if promised_by else None
    if sent:
        cases.add_receipt(key, CaseReceipt(at=now, channel=BY_HAND))
    if text or operator or number or moment:
        cases.add_note(key, text, now, operator=operator, number=number, promised_by=moment)
    return cases.get(key).line


def close_case(bench: Bench, prefix: str, text: str) -> CaseLine:
    """Closes a case."""
    cases = Cases(bench.database())
    key = cases.find(prefix)
    cases.close(key, bench.now(), text)
    return cases.get(key).line


def reopen_case(bench: Bench, prefix: str, text: str) -> CaseLine:
    """Opens a closed case again; one that is open stays as it is."""
    cases = Cases(bench.database())
    line = cases.get(prefix).line
    if line.closed_at is not None:
        cases.reopen(line.id, bench.now(), text)
    return cases.get(line.id).line


class Deleted(msgspec.Struct, frozen=True):
    """What was deleted.

    Attributes:
        id: The case or the draft; empty when the person changed their mind.
        documents: Paths of the documents written for it that were deleted, too.
        left: Paths of those that still lie where they were written.
    """

    id: str = ""
    documents: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


def delete_case(bench: Bench, prefix: str, *, sure: bool, documents: bool = False) -> Deleted:
    """Deletes a case or a draft for good, and the documents written for it where that is wanted.

    Args:
        bench: The collaborators.
        prefix: First letters of the id.
        sure: Do not ask.
        documents: Delete the documents, too.

    Raises:
        UsageError: If nobody said yes and nobody can be asked.
    """
    database = bench.database()
    cases, drafts = Cases(database), Drafts(database)
    written: list[Document] = []
    try:
        case = cases.get(prefix)
        key, title, attached, is_case = case.id, case.line.title, case.request.attachments, True
        there = {one.path: one for one in case.documents if os.path.lexists(one.path)}
        written = list(there.values())
    except IdError as unknown:
        try:
            draft = drafts.get(prefix)
        except IdError:
            raise unknown from None
        key, title, attached, is_case = draft.id, draft.form, draft.attachments, False
    if not sure:
        if bench.prompter is None:
            raise UsageError(_("Deleting cannot be undone; confirm it with --yes."), where=key)
        paths = [one.path for one in written]
        sure, documents = _asked_to_delete(bench.prompter(), key, title, paths, documents)
        if not sure:
            return Deleted()
    gone = True
    if is_case:
        gone = cases.delete(key)
    else:
        drafts.delete(key)
    _delete_made(
        bench, attached, [*cases.all_attachments(), *(one for draft in drafts.list() for one in draft.attachments)]
    )
    if not gone:
        bench.say(_("Another support is open: what was deleted is overwritten for good when that ends."))
    removed = [one.path for one in written if documents and _delete_document(one)]
    return Deleted(key, tuple(removed), tuple(one.path for one in written if one.path not in removed))


def _asked_to_delete(
    prompter: Prompter, key: str, title: str, paths: Sequence[str], documents: bool
) -> tuple[bool, bool]:
    """Whether the person wants to delete the case, and the documents that were written for it."""
    choices = [Choice(key="keep", label=_("Keep it")), Choice(key="delete", label=_("Delete it for good"), final=True)]
    if prompter.choose(_("Delete {id} ({title})?").format(id=key, title=title), choices, default="keep") != "delete":
        return False, False
    if documents or not paths:
        return True, documents
    text = ngettext("{count} file was written for it:", "{count} files were written for it:", len(paths))
    prompter.say("\n  ".join([text.format(count=len(paths)), *map(displayable, paths)]))
    choices = [Choice(key="keep", label=_("Keep them")), Choice(key="delete", label=_("Delete them too"), final=True)]
    return True, prompter.choose(_("Delete these files?"), choices, default="keep") == "delete"


def _delete_document(document: Document) -> bool:
    """Deletes a document if it is still what was written: one that somebody went on with is theirs."""
    path = Path(document.path)
    try:
        if path.is_symlink() or not path.is_file() or examine(path).sha256 != document.sha256:
            return False
        path.unlink()
    except (OSError, AttachmentError):
        return False
    return True


def _delete_made(bench: Bench, attached: Sequence[Attachment], others: Sequence[Attachment]) -> None:
    """Deletes the files that this program made of the customer's (zips, smaller pictures), if nothing else has them."""
    used = {one.path for one in others}
    for one in attached:
        path = Path(one.path)
        if one.path not in used and path.is_relative_to(bench.made):
            with contextlib.suppress(OSError):  # gone already, or open in another window (Windows)
                path.unlink()
