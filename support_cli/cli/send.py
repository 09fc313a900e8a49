"""``support send``."""

from typing import Annotated

import typer

from support_cli.cli import flags
from support_cli.cli.manners import given
from support_cli.cli.parser import command_app
from support_cli.i18n import _

app = command_app()


@app.command(help=_("Deliver a request; what cannot be sent now waits in the outbox."))
def send(
    request: Annotated[str, typer.Argument(metavar="REQUEST", help=_("Request file, - or first letters of an id."))],
    pack: flags.PackName = "",
    form: flags.FormName = "",
    channel: flags.Channel = "",
    to: flags.To = None,
    strict: flags.Strict = False,
    trust: flags.Trust = "",
) -> None:
    """Parses, sends, prints."""
    from support_cli.cli.context import Context
    from support_cli.cli.delivery_printing import print_sent
    from support_cli.workflow.sending import send as deliver
    from support_cli.workflow.work import NewOptions

    context = Context(given(no_input=True, login=True))
    options = NewOptions(
        pack=pack, form=form, channel=channel, to=flags.joined(to), strict=strict, send=True, trust=trust
    )
    print_sent(deliver(context.bench, request, options), context)
