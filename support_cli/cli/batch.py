"""``support batch``."""

from typing import Annotated

import typer

from support_cli.base.i18n import _
from support_cli.cli import flags
from support_cli.cli.global_flags import given
from support_cli.cli.parser import command_app

app = command_app()


@app.command(help=_("Make many requests: a CSV file, or a file with a JSON object on each line."))
def batch(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE", help=_("A .csv file, or one with a JSON object on each line; - for standard input.")
        ),
    ],
    form: flags.FormName = "",
    pack: flags.PackName = "",
    set_: Annotated[
        list[str] | None, typer.Option("--set", "-s", metavar="ID=VALUE", help=_("An answer for every request."))
    ] = None,
    attach: Annotated[
        list[str] | None, typer.Option("--attach", metavar="PATH", help=_("A file for every request."))
    ] = None,
    allow_files: flags.AllowFiles = None,
    document: flags.Document = "",
    format_: flags.Format = "",
    output: flags.Output = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_("Try everything; write and store nothing."))] = False,
    strict: flags.Strict = False,
) -> None:
    """Parses, runs, prints."""
    from support_cli.cli.batch_printing import print_batch
    from support_cli.cli.context import Context
    from support_cli.requests.batch import run
    from support_cli.requests.work import NewOptions

    context = Context(given(no_input=True))
    options = NewOptions(
        form=form, pack=pack, set=tuple(set_ or ()), attach=tuple(attach or ()), no_input=True,
        allow_files=tuple(allow_files or ()), document=document,
        format=format_, output=output, dry_run=dry_run, strict=strict,
    )  # fmt: skip
    print_batch(run(context.bench, file, options), context)
