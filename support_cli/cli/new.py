"""``support new``."""

from typing import Annotated

import typer

from support_cli.base.i18n import _
from support_cli.cli import flags
from support_cli.cli.flags import open_context
from support_cli.cli.parser import command_app
from support_cli.requests.options import NewOptions

app = command_app()


@app.command(help=_("Write to support: interview, review, save or send."))
def new(
    form: Annotated[str, typer.Argument(metavar="[FORM]", help=_("Form of the pack, or name of a pack."))] = "",
    pack: flags.PackName = "",
    answers: flags.Answers = "",
    story: Annotated[
        str,
        typer.Option(
            "--story", metavar="FILE", help=_("A file with what happened, in your own words; - for standard input.")
        ),
    ] = "",
    body: Annotated[
        str,
        typer.Option(
            "--body", metavar="FILE", help=_("Take the answers from the text of an issue; - for standard input.")
        ),
    ] = "",
    set_: flags.Set = None,
    attach: flags.Attach = None,
    allow_files: flags.AllowFiles = None,
    no_input: flags.NoInput = False,
    document: flags.Document = "",
    format_: flags.Format = "",
    output: flags.Output = "",
    send: flags.Send = False,
    request_id: flags.RequestId = "",
    channel: flags.Channel = "",
    to: flags.To = None,
    dry_run: flags.DryRun = False,
    strict: flags.Strict = False,
    strict_form: Annotated[
        bool, typer.Option("--strict-form", help=_("Refuse an issue form with faults instead of working around them."))
    ] = False,
    trust: flags.Trust = "",
) -> None:
    """Parses, composes, prints."""
    from support_cli.cli.printing import print_outcome
    from support_cli.requests.compose import new as compose

    context = open_context(no_input=no_input)
    options = NewOptions(
        form=form, pack=pack, answers=answers, story=story, body=body, set=tuple(set_ or ()),
        attach=tuple(attach or ()), allow_files=tuple(allow_files or ()), no_input=no_input, document=document,
        format=format_, output=output, send=send, request_id=request_id, channel=channel, to=flags.joined(to),
        dry_run=dry_run, strict=strict, strict_form=strict_form, trust=trust,
    )  # fmt: skip
    if context.asks:  # a new request can be made without saving anything; what is stored already cannot
        context.bench.database = context.database_or_memory
    print_outcome(compose(context.bench, options), context)
