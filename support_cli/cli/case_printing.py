"""How cases look in a list and in a line."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from support_cli.base.i18n import _, ngettext
from support_cli.base.invocation import command_line
from support_cli.base.labels import CASE_STATES, label
from support_cli.cases.records import CaseLine, CaseState
from support_cli.cli import console
from support_cli.cli.context import Context
from support_cli.cli.printing import short_path

if TYPE_CHECKING:
    from support_cli.requests.case_export import Exported
    from support_cli.requests.replies import Added


def moment(at: datetime) -> str:
    """A moment by the clock of this place, to the minute."""
    return at.astimezone().strftime("%Y-%m-%d %H:%M")


def state_of(line: CaseLine, now: datetime) -> str:
    """Where a case stands, in words."""
    if line.overdue(now) and line.promised_by is not None:
        return _("overdue since {moment}").format(moment=moment(line.promised_by))
    return label(CASE_STATES, line.state)


def line_json(line: CaseLine, now: datetime) -> dict[str, object]:
    """A case as one stable JSON object."""
    return {
        "id": line.id,
        "title": line.title,
        "state": line.state.value,
        "overdue": line.overdue(now),
        "created": line.created,
        "updated": line.updated,
        "language": line.language,
        "pack": line.pack,
        "form": line.form,
        "ticket": line.ticket,
        "url": line.url,
        "promised_by": line.promised_by,
        "sent_at": line.sent_at,
        "answered_at": line.answered_at,
    }


def print_lines(lines: Sequence[CaseLine], context: Context) -> None:
    """Shows a list of cases."""
    now = context.now()
    if context.flags.json:
        console.product_json([line_json(line, now) for line in lines])
        return
    if not lines:
        context.say(_("No case. Begin with:  {command}").format(command=command_line("new")))
        return
    rows = [[line.id[:4], moment(line.created), state_of(line, now), line.ticket, line.title] for line in lines]
    console.product(console.columns(rows, indent=""))


def print_line(line: CaseLine, context: Context) -> None:
    """Shows what became of a case."""
    if context.flags.json:
        console.product_json(line_json(line, context.now()))
    else:
        context.say(f"{line.id[:4]}  {state_of(line, context.now())}  {line.title}")


def print_added(added: "Added", context: Context) -> None:
    """Shows which case a reply belongs to."""
    line, reply = added.line, added.reply
    if context.flags.json:
        about = {"known": added.known, "automatic": reply.automatic, "from": reply.sender, "number": added.number}
        console.product_json({**line_json(line, context.now()), "reply": about})
        return
    if added.known:
        context.say(_("This reply is there already; nothing was added."))
    elif reply.automatic:
        context.say(_("A machine wrote this, so the case still waits for an answer."))
    else:
        context.say(_("An answer from {name}.").format(name=reply.sender))
    if added.number and not added.known:
        context.say(_("Ticket number: {number}").format(number=added.number))
    print_line(line, context)
    if line.state is CaseState.CLOSED:
        context.say(
            _("The case is closed. Open it again:  {command}").format(
                command=command_line("cases", "reopen", line.id[:4])
            )
        )


def print_exported(exported: "Exported", context: Context) -> None:
    """Shows where a case was put; the zip itself has gone to standard output otherwise."""
    for sentence in exported.missing:
        context.say(_("Not in it: {what}").format(what=sentence))
    if not exported.path:
        return
    if context.flags.json:
        console.product_json(exported)
    else:
        count = len(exported.files)
        written = ngettext("Written, {count} file:", "Written, {count} files:", count).format(count=count)
        context.say(f"{written}  {short_path(exported.path)}")
