"""``support send``."""

from typing import Annotated

import typer

from support_cli.base.i18n import _
from support_cli.cli import flags
from support_cli.cli.flags import open_context
from support_cli.cli.parser import command_app
from support_cli.requests.options import NewOptions

app = command_app()


@app.command(help=_("Deliver a request; what cannot be sent now waits in the outbox."))
def send(
    request: Annotated[str, typer.Argument(metavar="REQUEST", help=_("Request file, - or first letters of an id."))],
    pack: flags.PackName = "",
    form: flags.FormName = "",
    channel: flags.Channel = "",
    to: flags.To = None,
    request_id: flags.RequestId = "",
    allow_files: flags.AllowFiles = None,
    strict: flags.Strict = False,
    trust: flags.Trust = "",
) -> None:
    """Parses, sends, prints."""
    from support_cli.cli.delivery_printing import print_sent
    from support_cli.requests.sending import send as deliver

    context = open_context(login=True)
    options = NewOptions(
        pack=pack, form=form, channel=channel, to=flags.joined(to), allow_files=tuple(allow_files or ()),
        request_id=request_id, strict=strict, send=True, trust=trust,
    )  # fmt: skip
    print_sent(deliver(context.bench, request, options), request, context)
