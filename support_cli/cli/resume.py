"""``support resume``."""

from typing import Annotated

import typer

from support_cli.base.i18n import _
from support_cli.cli import flags
from support_cli.cli.flags import open_context
from support_cli.cli.parser import command_app
from support_cli.requests.options import NewOptions

app = command_app()


@app.command(help=_("Go on with a draft."))
def resume(
    draft: Annotated[str, typer.Argument(metavar="[ID]", help=_("First letters of the draft's id."))] = "",
    document: flags.Document = "",
    format_: flags.Format = "",
    output: flags.Output = "",
) -> None:
    """Parses, composes, prints."""
    from support_cli.cli.printing import print_outcome
    from support_cli.requests.dialogue import resume as compose

    context = open_context()
    options = NewOptions(document=document, format=format_, output=output)
    print_outcome(compose(context.bench, draft, options), context)
