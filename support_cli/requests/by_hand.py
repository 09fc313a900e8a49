"""Ways on which the customer takes the last step: a window of the mail program, the clipboard, the screen.

Nothing of this passes the outbox, and nothing of it counts as sent.
"""

import contextlib
from collections.abc import Callable, Sequence

import msgspec

from support_cli.base.addresses import Address
from support_cli.base.errors import SupportError
from support_cli.base.i18n import _, ngettext
from support_cli.base.invocation import command_line
from support_cli.base.text import clean_line, clean_text, shorten
from support_cli.cases.cases import Cases
from support_cli.cases.records import CaseReceipt
from support_cli.deliver.browser import open_mail
from support_cli.deliver.clipboard import Copied, copy
from support_cli.deliver.mail.mailto import MailtoError, mailto
from support_cli.deliver.ticket import Ticket
from support_cli.environment import Bench
from support_cli.forms.model import Channel
from support_cli.interview.prompter import Choice, Leave
from support_cli.requests.work import Handed, Outcome


def hand_over(bench: Bench, ticket: Ticket, name: str, channel: Channel, to: Sequence[Address]) -> Handed:
    """Prepares everything but the last step, and notes in the case that it was prepared.

    Raises:
        SupportError: If an address cannot be written to.
    """
    handed = _in_mail_program(bench, ticket, to) if channel.kind == "mailto" else None
    handed = handed or _in_clipboard(bench, ticket, to, opened=channel.kind != "mailto")
    receipt = CaseReceipt(at=bench.now(), channel=name or channel.kind, to=handed.to, delivered=False)
    with contextlib.suppress(SupportError):  # the request may have no case
        Cases(bench.database()).add_receipt(ticket.id, receipt)
    return handed


def offer(bench: Bench, outcome: Outcome, to: Sequence[Address], ticket: Callable[[], Ticket]) -> Outcome:
    """Where this program cannot send, but knows to whom the documents go, it helps with the last step.

    Args:
        bench: The collaborators.
        outcome: What was written.
        to: Whom it is for.
        ticket: Gives what is said.
    """
    if outcome.state != "written" or bench.prompter is None or not to:
        return outcome
    question = _("It is written, and not sent yet. How do you want to send it to {to}?").format(to=_shown(to))
    way = choose(bench, question, _("I send the written message myself"))
    if not way:
        return outcome
    try:
        handed = hand_over(bench, ticket(), way, Channel(kind=way), to)
    except SupportError as error:  # it is written and kept, whatever becomes of this
        bench.say(error.message)
        return outcome
    return msgspec.structs.replace(outcome, handed=handed)


def choose(bench: Bench, question: str, other: str) -> str:
    """Asks for the way of the last step.

    Returns:
        ``mailto``, ``clipboard``, or an empty text for the other way and for whoever leaves.
    """
    assert bench.prompter is not None  # noqa: S101 - the caller asked
    choices = [
        Choice(key="", label=other),
        Choice(key="mailto", label=_("Open it in my mail program")),
        Choice(key="clipboard", label=_("Copy the text")),
    ]
    try:
        return bench.prompter().choose(question, choices, "")
    except (Leave, KeyboardInterrupt, EOFError):
        return ""


def _in_mail_program(bench: Bench, ticket: Ticket, to: Sequence[Address]) -> Handed | None:
    try:
        made = mailto(ticket, to)
    except MailtoError:  # so many receivers that a link cannot hold them
        return None
    if not open_mail(made.url, bench.environ):
        return None
    told = [_("The message is open in your mail program. Nothing is sent until you send it there.")]
    if made.cut:
        told.append(_("The text was too long for a link and is cut there."))
        told.append(
            _("The whole of it:  {command}").format(
                command=command_line("render", ticket.id[:4], "-t", "email", "-f", "txt")
            )
        )
    return Handed(
        ticket.id, "prepared", "mailto", _shown(to), (*told, *_by_hand(made.attach)), url=made.url, attach=made.attach
    )


def _in_clipboard(bench: Bench, ticket: Ticket, to: Sequence[Address], *, opened: bool) -> Handed:
    subject = clean_line(ticket.subject)
    body = clean_text(ticket.bodies.get("text/plain", ticket.bodies.get("text/markdown", "")))
    text = f"{subject}\n\n{body}"
    told = [] if opened else [_("No mail program could be opened here.")]
    copied = copy(text, bench.environ)
    if copied is Copied.NO:
        told.append(_("There is no clipboard here; this is the text, to be copied from the screen."))
    else:
        about = ngettext(
            "Copied: the request as text, {count} character, beginning with “{start}”.",
            "Copied: the request as text, {count} characters, beginning with “{start}”.",
            len(text),
        )
        told.append(about.format(count=len(text), start=shorten(subject, 50)))
    if copied is Copied.PERHAPS:
        told.append(_("It went to the clipboard of your terminal, and not every terminal takes that."))
        told.append(
            _("If pasting brings something else:  {command}").format(
                command=command_line("render", ticket.id[:4], "-t", "email", "-f", "txt")
            )
        )
    if to:
        told.append(_("Paste it into a message to {to}. Nothing is sent until you send it.").format(to=_shown(to)))
    else:
        told.append(_("Paste it where the team takes requests. Nothing is sent until you send it."))
    names = tuple(clean_line(each.name) for each in ticket.attachments)
    found = copied is not Copied.NO
    return Handed(
        ticket.id,
        "prepared",
        "clipboard" if found else "screen",
        _shown(to),
        (*told, *_by_hand(names)),
        text="" if found else text,
        attach=names,
    )


def _shown(to: Sequence[Address]) -> str:
    return ", ".join(clean_line(one.address) for one in to)


def _by_hand(names: Sequence[str]) -> tuple[str, ...]:
    if not names:
        return ()
    text = ngettext("Attach this file by hand: {names}.", "Attach these files by hand: {names}.", len(names))
    return (text.format(names=", ".join(names)),)
