"""How cases look."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from support_cli.cases.records import Case, CaseLine, CaseState, JournalKind
from support_cli.cli import console
from support_cli.cli.context import Context
from support_cli.cli.printing import short_path
from support_cli.i18n import N_, _
from support_cli.request import to_file

STATES = {
    CaseState.WRITTEN: N_("written"),
    CaseState.QUEUED: N_("waits to be sent"),
    CaseState.SENT: N_("sent"),
    CaseState.ANSWERED: N_("answered"),
    CaseState.CLOSED: N_("closed"),
}
KINDS = {
    JournalKind.CREATED: N_("made"),
    JournalKind.NOTE: N_("note"),
    JournalKind.DOCUMENT: N_("document"),
    JournalKind.QUEUED: N_("queued"),
    JournalKind.SENT: N_("sent"),
    JournalKind.REFUSED: N_("refused"),
    JournalKind.CANCELLED: N_("cancelled"),
    JournalKind.REPLY: N_("reply"),
    JournalKind.FOLLOW_UP: N_("follow-up"),
    JournalKind.ESCALATION: N_("escalation"),
    JournalKind.CLOSED: N_("closed"),
    JournalKind.REOPENED: N_("open again"),
}


def _day(moment: datetime) -> str:
    return moment.astimezone().strftime("%Y-%m-%d %H:%M")


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
    }


def print_lines(lines: Sequence[CaseLine], context: Context) -> None:
    """Shows a list of cases."""
    now = context.now()
    if context.flags.json:
        console.product_json([line_json(line, now) for line in lines])
        return
    if not lines:
        context.say(_("No case. Begin with:  support new"))
        return
    rows = []
    for line in lines:
        state = _(STATES[line.state]) + (", " + _("overdue") if line.overdue(now) else "")
        rows.append([line.id[:4], _day(line.created), state, line.ticket, line.title])
    console.product(console.columns(rows, indent=""))


def print_line(line: CaseLine, context: Context) -> None:
    """Shows what became of a case."""
    if context.flags.json:
        console.product_json(line_json(line, context.now()))
    else:
        context.say(f"{line.id[:4]}  {_(STATES[line.state])}  {line.title}")


def print_case(case: Case, context: Context) -> None:
    """Shows everything about a case."""
    if context.flags.json:
        console.product_json(
            {
                **line_json(case.line, context.now()),
                "request": msgspec.to_builtins(to_file(case.request)),
                "journal": [msgspec.to_builtins(entry) for entry in case.journal],
                "documents": [msgspec.to_builtins(one) for one in case.documents],
                "receipts": [msgspec.to_builtins(one) for one in case.receipts],
            }
        )
        return
    line = case.line
    rows = [
        [_("Case"), line.id],
        [_("State"), _(STATES[line.state]) + (", " + _("overdue") if line.overdue(context.now()) else "")],
        [_("Made"), _day(line.created)],
        [_("Form"), f"{line.pack} · {line.form}"],
        [_("Ticket"), " ".join(filter(None, [line.ticket, line.url]))],
        [_("Promised by"), _day(line.promised_by) if line.promised_by else ""],
    ]
    parts = [line.title, console.columns([row for row in rows if row[1]], indent="")]
    if case.journal:
        entries = []
        for entry in case.journal:
            kind = _(KINDS[JournalKind(entry.kind)]) if entry.kind in KINDS else entry.kind
            text = short_path(entry.text) if entry.kind == JournalKind.DOCUMENT else entry.text
            about = ", ".join(filter(None, [entry.operator, entry.number]))
            promise = _("promised by {day}").format(day=_day(entry.promised_by)) if entry.promised_by else ""
            details = "  ".join(filter(None, [text, f"({about})" if about else "", promise]))
            entries.append([_day(entry.at), kind, details.replace("\n", " ")])
        parts.append(console.columns(entries, indent=""))
    for receipt in case.receipts:
        parts.append(
            _("Receipt: {channel} {to} {digest}").format(channel=receipt.channel, to=receipt.to, digest=receipt.digest)
        )
    parts.append(_("The whole ticket:  {command}").format(command=f"support render {line.id[:4]} -f txt"))
    console.product("\n\n".join(parts))
