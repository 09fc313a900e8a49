"""``support outbox``."""

from typing import Annotated

import typer

from support_cli.base.i18n import _
from support_cli.cli.flags import open_context
from support_cli.cli.parser import group_app

app = group_app(_("Messages that wait to be sent."))
_Id = Annotated[str, typer.Argument(metavar="ID", help=_("First letters of the message's id."))]


@app.command("list", help=_("List messages: what waits, and why."))
def list_(
    all_: Annotated[bool, typer.Option("--all", help=_("Those that were sent or cancelled too."))] = False,
) -> None:
    """Parses, reads, prints."""
    from support_cli.cli.delivery_printing import print_deliveries
    from support_cli.requests.outbox import list_messages

    context = open_context(no_input=True)
    print_deliveries(list_messages(context.bench, everything=all_), context)


@app.command(help=_("Send everything whose time has come."))
def flush(
    now: Annotated[bool, typer.Option("--now", help=_("Also those whose next attempt is due later."))] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help=_("Stay, and send whatever becomes due; with --json a line each."))
    ] = False,
) -> None:
    """Parses, sends, prints."""
    from support_cli.cli.delivery_printing import print_flush
    from support_cli.requests.outbox import flush as deliver

    context = open_context(no_input=True, login=True)
    print_flush(deliver(context.bench, watch=watch, early=now), context, watch=watch)


@app.command(help=_("Send one message now, also one that was refused, or that may have arrived."))
def retry(
    message: _Id,
    anyway: Annotated[
        bool,
        typer.Option("--anyway", help=_("Send it even if the desk may already have it; it could arrive twice.")),
    ] = False,
) -> None:
    """Parses, sends, prints."""
    from support_cli.cli.delivery_printing import print_delivery
    from support_cli.requests.outbox import retry as deliver

    context = open_context(no_input=True, login=True)
    print_delivery(deliver(context.bench, message, anyway=anyway), context)


@app.command(help=_("Take a message out; its request stays."))
def cancel(message: _Id) -> None:
    """Parses, cancels, prints."""
    from support_cli.cli.delivery_printing import print_delivery
    from support_cli.requests.outbox import cancel as take_out

    context = open_context(no_input=True)
    print_delivery(take_out(context.bench, message), context)
