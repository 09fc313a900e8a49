"""How one case looks: what was said, sent, answered and promised."""

from collections.abc import Iterator

import msgspec

from support_cli.base.i18n import _, ngettext
from support_cli.base.invocation import command_line
from support_cli.base.labels import JOURNAL, label
from support_cli.base.text import clean_text
from support_cli.cases.records import Case, CaseReceipt, JournalEntry, JournalKind
from support_cli.cli import console
from support_cli.cli.case_printing import line_json, moment, state_of
from support_cli.cli.context import Context
from support_cli.cli.printing import short_path
from support_cli.forms.request import to_file

_WORDS = (JournalKind.REPLY, JournalKind.AUTO_REPLY, JournalKind.FOLLOW_UP, JournalKind.ESCALATION)
"""Entries whose text stands by itself, below the journal."""
_MOST_LINES = 40


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
        [_("State"), state_of(line, context.now())],
        [_("Made"), moment(line.created)],
        [_("Form"), f"{line.pack} · {line.form}"],
        [_("Ticket"), " ".join(filter(None, [line.ticket, line.url]))],
        [_("Promised by"), moment(line.promised_by) if line.promised_by else ""],
    ]
    parts = [line.title, console.columns([row for row in rows if row[1]], indent="")]
    parts += [_receipt(one) for one in case.receipts]
    parts += list(_consents(case))
    parts.append(console.columns([_entry(one) for one in case.journal], indent=""))
    parts += [_words(one) for one in case.journal if one.kind in _WORDS and one.text]
    commands = [[_("The whole ticket:"), command_line("render", case.id[:4], "-f", "txt")]]
    if line.overdue(context.now()):
        commands.append([_("Ask how things stand:"), command_line("cases", "follow-up", case.id[:4])])
    parts.append(console.columns(commands, gap=2, indent=""))
    console.product("\n\n".join(parts))


def _receipt(receipt: CaseReceipt) -> str:
    head = _("Sent {moment}") if receipt.delivered else _("Made ready {moment}; you send it")
    rows = [
        [_("To"), " · ".join(filter(None, [receipt.channel, receipt.to]))],
        [_("Ticket"), " ".join(filter(None, [receipt.ticket, receipt.url]))],
        [_("Message"), receipt.message_id],
        [_("Digest"), receipt.digest],
    ]
    return head.format(moment=moment(receipt.at)) + "\n" + console.columns([row for row in rows if row[1]])


def _consents(case: Case) -> Iterator[str]:
    for one in case.request.consents:
        said = _("You agreed: {wording}") if one.given else _("You did not agree: {wording}")
        yield said.format(wording=" ".join(clean_text(one.wording).split()))


def _entry(entry: JournalEntry) -> list[str]:
    text = "" if entry.kind in _WORDS else short_path(entry.text) if entry.kind == "document" else entry.text
    about = ", ".join(filter(None, [entry.operator, entry.number]))
    promise = _("promised by {day}").format(day=moment(entry.promised_by)) if entry.promised_by else ""
    details = "  ".join(filter(None, [" ".join(text.split()), f"({about})" if about else "", promise]))
    return [moment(entry.at), label(JOURNAL, entry.kind), details]


def _words(entry: JournalEntry) -> str:
    """A longer text, each line behind a bar, so that nothing in it can look like ours."""
    lines = entry.text.split("\n")
    shown = [f"  │ {line}".rstrip() for line in lines[:_MOST_LINES]]
    left = len(lines) - len(shown)
    if left:
        shown.append("  … " + ngettext("{count} more line", "{count} more lines", left).format(count=left))
    head = " · ".join(filter(None, [moment(entry.at), label(JOURNAL, entry.kind), entry.operator]))
    return "\n".join([head, *shown])
