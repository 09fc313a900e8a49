"""``support check``."""

from typing import Annotated

import typer

from support_cli.base.i18n import _
from support_cli.cli import flags
from support_cli.cli.flags import open_context
from support_cli.cli.parser import command_app
from support_cli.requests.options import NewOptions

app = command_app()


@app.command(help=_("Say what is weak about a request."))
def check(
    request: Annotated[str, typer.Argument(metavar="REQUEST", help=_("Request file, - or first letters of an id."))],
    pack: flags.PackName = "",
    form: flags.FormName = "",
    strict: flags.Strict = False,
) -> None:
    """Parses, checks, prints."""
    from support_cli.cli.printing import print_findings
    from support_cli.requests.opening import all_findings, open_request

    context = open_context(no_input=True)
    opened = open_request(context.bench, request, NewOptions(pack=pack, form=form))
    print_findings(all_findings(opened), opened.request.id, context, strict=strict)
