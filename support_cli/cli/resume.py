"""``support resume``."""

from typing import Annotated

import typer

from support_cli.cli import flags
from support_cli.cli.manners import given
from support_cli.cli.parser import command_app
from support_cli.i18n import _

app = command_app()


@app.command(help=_("Go on with a draft."))
def resume(
    draft: Annotated[str, typer.Argument(metavar="[ID]", help=_("First letters of the draft's id."))] = "",
    document: flags.Document = "",
    format_: flags.Format = "",
    output: flags.Output = "",
) -> None:
    """Parses, composes, prints."""
    from support_cli.cli.context import Context
    from support_cli.cli.printing import print_outcome
    from support_cli.workflow.dialogue import resume as compose
    from support_cli.workflow.work import NewOptions

    context = Context(given())
    options = NewOptions(document=document, format=format_, output=output)
    print_outcome(compose(context.bench, draft, options), context)
