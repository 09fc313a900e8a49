"""``support cases``."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from support_cli.attachments.names import displayable
from support_cli.base.i18n import _, format_datetime, ngettext
from support_cli.base.invocation import command_line
from support_cli.base.labels import CASE_STATES, JOURNAL, label
from support_cli.base.text import clean_text
from support_cli.cases.records import Case, CaseLine, CaseReceipt, CaseState, JournalEntry, JournalKind
from support_cli.cli import console, flags
from support_cli.cli.context import Context
from support_cli.cli.flags import open_context
from support_cli.cli.parser import group_app
from support_cli.cli.printing import short_path
from support_cli.forms.request import to_file
from support_cli.requests.options import NewOptions

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


app = group_app(_("What was written so far, and what became of it."))
_Id = Annotated[str, typer.Argument(metavar="ID", help=_("First letters of the id."))]
_Case = Annotated[
    str,
    typer.Argument(
        metavar="[ID]", help=_("First letters of the case's id; without it the overdue one, or you are asked.")
    ),
]


@app.command("list", help=_("List cases, the newest first."))
def list_(
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[WORDS]...", help=_("Only those with these words."))
    ] = None,
    state: Annotated[
        str, typer.Option("--state", metavar="STATE", help=_("Only open, waiting, overdue, answered or closed ones."))
    ] = "",
    overdue: Annotated[bool, typer.Option("--overdue", help=_("Only those whose promised time is over."))] = False,
) -> None:
    """Parses, reads, prints."""
    from support_cli.requests.cases import list_cases

    context = open_context(no_input=True)
    print_lines(list_cases(context.bench, words or [], state, overdue), context)


@app.command(help=_("Show a case: what was said, written, sent and noted."))
def show(case: _Id) -> None:
    """Parses, reads, prints."""
    from support_cli.cases.cases import Cases

    context = open_context(no_input=True)
    print_case(Cases(context.database).get(case), context)


@app.command(help=_("Note what somebody said: a name, a promise, a number."))
def note(
    case: _Id,
    text: Annotated[list[str] | None, typer.Argument(metavar="[TEXT]...", help=_("What to note."))] = None,
    operator: Annotated[str, typer.Option("--operator", metavar="NAME", help=_("Who said it."))] = "",
    number: Annotated[str, typer.Option("--number", metavar="NUMBER", help=_("Ticket or reference number."))] = "",
    promised_by: Annotated[
        str,
        typer.Option("--promised-by", metavar="DATE", help=_("Until when: 2026-11-21, friday 18:00, 72h.")),
    ] = "",
    sent: Annotated[bool, typer.Option("--sent", help=_("You have sent the request yourself."))] = False,
) -> None:
    """Parses, stores, prints."""
    from support_cli.requests.cases import add_note

    context = open_context(no_input=True)
    words = " ".join(text or ())
    line = add_note(context.bench, case, words, operator=operator, number=number, promised_by=promised_by, sent=sent)
    print_line(line, context)
    if promised_by and line.promised_by is not None:
        until = format_datetime(line.promised_by.astimezone(), weekday=True)
        context.say(_("Promised until {moment}.").format(moment=until))


def _continuing(kind: str) -> Callable[..., None]:
    """The command that writes once more about a case; follow-ups and escalations differ in their document only."""

    def run(
        case: _Case = "",
        answers: flags.Answers = "",
        set_: flags.Set = None,
        attach: flags.Attach = None,
        allow_files: flags.AllowFiles = None,
        no_input: flags.NoInput = False,
        send: flags.Send = False,
        request_id: flags.RequestId = "",
        channel: flags.Channel = "",
        to: flags.To = None,
        pack: flags.PackName = "",
        format_: flags.Format = "",
        output: flags.Output = "",
        dry_run: flags.DryRun = False,
        trust: flags.Trust = "",
    ) -> None:
        """Parses, composes, prints."""
        from support_cli.cli.printing import print_outcome
        from support_cli.requests.follow_up import follow_up

        options = NewOptions(
            answers=answers, set=tuple(set_ or ()), attach=tuple(attach or ()),
            allow_files=tuple(allow_files or ()), no_input=no_input, send=send, request_id=request_id,
            channel=channel,
            to=flags.joined(to), pack=pack, format=format_, output=output, dry_run=dry_run, trust=trust,
        )  # fmt: skip
        context = open_context(no_input=no_input)
        print_outcome(follow_up(context.bench, kind, case, options), context)

    return run


app.command("follow-up", help=_("Ask how things stand, or add what is new; the request is quoted."))(
    _continuing("follow-up")
)
app.command("escalate", help=_("Turn to a supervisor with what was promised and what happened since."))(
    _continuing("escalation")
)


@app.command("add-reply", help=_("Add a saved reply (.eml) to the case that it answers."))
def add_reply(
    file: Annotated[str, typer.Argument(metavar="FILE", help=_("The saved mail, or - for standard input."))],
    case: Annotated[
        str,
        typer.Argument(metavar="[ID]", help=_("First letters of the case's id; without it the reply itself tells.")),
    ] = "",
    answered: Annotated[
        bool,
        typer.Option("--answered", help=_("Count it as written by a person, even if it says that it is automatic.")),
    ] = False,
) -> None:
    """Parses, reads, stores, prints."""
    from support_cli.cases.replies import LARGEST
    from support_cli.requests.replies import add_reply as add

    context = open_context()
    bench = msgspec.structs.replace(context.bench, stdin=lambda: console.read_stdin(LARGEST))
    print_added(add(bench, file, case, answered=answered), context)


@app.command(help=_("Put everything about a case into a zip that anybody can read."))
def export(case: _Id, output: flags.Output = "") -> None:
    """Parses, writes, prints."""
    from support_cli.requests.case_export import export_case

    context = open_context(no_input=True)
    print_exported(export_case(context.bench, case, output), context)


@app.command(help=_("Open a closed case again."))
def reopen(case: _Id, text: Annotated[list[str] | None, typer.Argument(metavar="[TEXT]...")] = None) -> None:
    """Parses, stores, prints."""
    from support_cli.requests.cases import reopen_case

    context = open_context(no_input=True)
    print_line(reopen_case(context.bench, case, " ".join(text or ())), context)


@app.command(help=_("Close a case that is settled."))
def close(case: _Id, text: Annotated[list[str] | None, typer.Argument(metavar="[TEXT]...")] = None) -> None:
    """Parses, stores, prints."""
    from support_cli.requests.cases import close_case

    context = open_context(no_input=True)
    print_line(close_case(context.bench, case, " ".join(text or ())), context)


@app.command(help=_("Delete a case or a draft for good."))
def delete(
    case: _Id,
    yes: Annotated[bool, typer.Option("--yes", "-y", help=_("Do not ask."))] = False,
    documents: Annotated[
        bool, typer.Option("--documents", help=_("Delete the files that were written for it, too."))
    ] = False,
) -> None:
    """Parses, asks, deletes, prints."""
    from support_cli.requests.cases import delete_case

    context = open_context(no_input=yes)
    deleted = delete_case(context.bench, case, sure=yes, documents=documents)
    if context.flags.json:
        made = {"documents": deleted.documents, "left": deleted.left}
        console.product_json({"id": deleted.id, "deleted": bool(deleted.id), **made})
        return
    context.say(_("Deleted: {id}").format(id=deleted.id) if deleted.id else _("Nothing was deleted."))
    for path in deleted.documents:
        context.say(_("Deleted: {id}").format(id=displayable(path)))
    if deleted.left:
        text = ngettext("This file is still there:", "These files are still there:", len(deleted.left))
        context.say("\n  ".join([text, *map(displayable, deleted.left)]))
