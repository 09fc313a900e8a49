"""``support cases``."""

from collections.abc import Callable
from typing import Annotated

import typer

from support_cli.base.i18n import _, format_datetime
from support_cli.cli import flags
from support_cli.cli.global_flags import given
from support_cli.cli.parser import group_app

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
    from support_cli.cli.case_printing import print_lines
    from support_cli.cli.context import Context
    from support_cli.requests.cases import list_cases

    context = Context(given(no_input=True))
    print_lines(list_cases(context.bench, words or [], state, overdue), context)


@app.command(help=_("Show a case: what was said, written, sent and noted."))
def show(case: _Id) -> None:
    """Parses, reads, prints."""
    from support_cli.cases.cases import Cases
    from support_cli.cli.case_page import print_case
    from support_cli.cli.context import Context

    context = Context(given(no_input=True))
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
    from support_cli.cli.case_printing import print_line
    from support_cli.cli.context import Context
    from support_cli.requests.cases import add_note

    context = Context(given(no_input=True))
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
        from support_cli.cli.context import Context
        from support_cli.cli.printing import print_outcome
        from support_cli.requests.follow_up import follow_up
        from support_cli.requests.work import NewOptions

        options = NewOptions(
            answers=answers, set=tuple(set_ or ()), attach=tuple(attach or ()),
            allow_files=tuple(allow_files or ()), no_input=no_input, send=send, request_id=request_id,
            channel=channel,
            to=flags.joined(to), pack=pack, format=format_, output=output, dry_run=dry_run, trust=trust,
        )  # fmt: skip
        context = Context(given(no_input=no_input))
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
    import msgspec

    from support_cli.cases.replies_mail import LARGEST
    from support_cli.cli import console
    from support_cli.cli.case_printing import print_added
    from support_cli.cli.context import Context
    from support_cli.requests.replies import add_reply as add

    context = Context(given())
    bench = msgspec.structs.replace(context.bench, stdin=lambda: console.read_stdin(LARGEST))
    print_added(add(bench, file, case, answered=answered), context)


@app.command(help=_("Put everything about a case into a zip that anybody can read."))
def export(case: _Id, output: flags.Output = "") -> None:
    """Parses, writes, prints."""
    from support_cli.cli.case_printing import print_exported
    from support_cli.cli.context import Context
    from support_cli.requests.case_export import export_case

    context = Context(given(no_input=True))
    print_exported(export_case(context.bench, case, output), context)


@app.command(help=_("Open a closed case again."))
def reopen(case: _Id, text: Annotated[list[str] | None, typer.Argument(metavar="[TEXT]...")] = None) -> None:
    """Parses, stores, prints."""
    from support_cli.cli.case_printing import print_line
    from support_cli.cli.context import Context
    from support_cli.requests.cases import reopen_case

    context = Context(given(no_input=True))
    print_line(reopen_case(context.bench, case, " ".join(text or ())), context)


@app.command(help=_("Close a case that is settled."))
def close(case: _Id, text: Annotated[list[str] | None, typer.Argument(metavar="[TEXT]...")] = None) -> None:
    """Parses, stores, prints."""
    from support_cli.cli.case_printing import print_line
    from support_cli.cli.context import Context
    from support_cli.requests.cases import close_case

    context = Context(given(no_input=True))
    print_line(close_case(context.bench, case, " ".join(text or ())), context)


@app.command(help=_("Delete a case or a draft for good."))
def delete(
    case: _Id,
    yes: Annotated[bool, typer.Option("--yes", "-y", help=_("Do not ask."))] = False,
) -> None:
    """Parses, asks, deletes, prints."""
    from support_cli.cli import console
    from support_cli.cli.context import Context
    from support_cli.requests.cases import delete_case

    context = Context(given(no_input=yes))
    deleted = delete_case(context.bench, case, sure=yes)
    if context.flags.json:
        console.product_json({"id": deleted, "deleted": bool(deleted)})
    else:
        context.say(_("Deleted: {id}").format(id=deleted) if deleted else _("Nothing was deleted."))
