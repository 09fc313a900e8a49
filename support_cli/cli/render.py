"""``support render``."""

from typing import Annotated

import typer

from support_cli.base.i18n import _
from support_cli.cli import flags
from support_cli.cli.flags import open_context
from support_cli.cli.parser import command_app
from support_cli.requests.options import NewOptions

app = command_app()


@app.command(help=_("Make one document of a request, in any format; of an incomplete one too."))
def render(
    request: Annotated[str, typer.Argument(metavar="REQUEST", help=_("Request file, - or first letters of an id."))],
    pack: flags.PackName = "",
    form: flags.FormName = "",
    document: flags.Document = "",
    format_: flags.Format = "",
    output: flags.Output = "",
    to: flags.To = None,
    allow_files: flags.AllowFiles = None,
) -> None:
    """Parses, renders, prints."""
    from support_cli.cli.printing import print_rendered
    from support_cli.requests.rendering import render as make

    context = open_context(no_input=True)
    options = NewOptions(
        pack=pack, form=form, document=document, format=format_, output=output, to=flags.joined(to),
        allow_files=tuple(allow_files or ()),
    )  # fmt: skip
    print_rendered(make(context.bench, request, options), context)
