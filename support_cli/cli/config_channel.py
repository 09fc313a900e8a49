"""``support config channel``."""

from typing import Annotated

import typer

from support_cli.base.i18n import _
from support_cli.cli import flags
from support_cli.cli.global_flags import given
from support_cli.cli.parser import group_app

app = group_app(_("Logins for the mail server and the desks that requests are sent to."))
_Name = Annotated[str, typer.Argument(metavar="NAME", help=_("Name of the channel, as the pack has it."))]
_Kind = Annotated[
    str, typer.Option("--kind", metavar="KIND", help=_("smtp, or a kind of desk; by default the pack's."))
]
_Url = Annotated[
    str, typer.Option("--url", metavar="URL", help=_("Address of the mail server or desk; by default the pack's."))
]
_Queue = Annotated[str, typer.Option("--queue", metavar="QUEUE", help=_("Queue or project to try the login with."))]
_User = Annotated[str, typer.Option("--user", metavar="USER", help=_("User or address, where the desk wants one."))]
_Store = Annotated[str, typer.Option("--store", metavar="WHERE", help=_("Where the token is kept: keyring or file."))]
_Command = Annotated[
    str, typer.Option("--password-command", metavar="COMMAND", help=_("Command that prints the token."))
]
_Stdin = Annotated[bool, typer.Option("--stdin", help=_("Read the token from standard input."))]
_Untested = Annotated[bool, typer.Option("--no-test", help=_("Store without trying the connection."))]


@app.command(help=_("Ask for a login, try it without sending anything, and store it."))
def add(
    name: _Name,
    kind: _Kind = "",
    url: _Url = "",
    queue: _Queue = "",
    user: _User = "",
    store: _Store = "",
    password_command: _Command = "",
    stdin: _Stdin = False,
    no_test: _Untested = False,
    pack: flags.PackName = "",
) -> None:
    """Parses, asks, tries, stores, prints."""
    from support_cli.cli import console
    from support_cli.cli.channel_adding import Wanted, add_channel
    from support_cli.cli.context import Context

    context = Context(given(no_input=stdin))
    wanted = Wanted(name, kind, url, queue, user, store, password_command, stdin, not no_test, pack)
    known, reached = add_channel(context, wanted)
    if context.flags.json:
        console.product_json({"name": name, "host": known.host, "store": known.store, "test": reached})
    else:
        context.say(
            "\n".join(
                filter(
                    None, [reached, _("The login for {host} is stored.").format(host=known.host.removeprefix("smtp:"))]
                )
            )
        )


@app.command("list", help=_("Show the channels that have a login; never a token."))
def list_() -> None:
    """Parses, reads, prints."""
    import msgspec

    from support_cli.base.labels import STORES, label
    from support_cli.cli import channels, console
    from support_cli.cli.context import Context

    context = Context(given())
    known = channels.load(context)
    if context.flags.json:
        console.product_json({name: msgspec.to_builtins(one) for name, one in known.items()})
        return
    rows = [[name, one.kind, one.host, one.user, label(STORES, one.store)] for name, one in known.items()]
    console.product(console.columns(rows, indent="") if rows else _("Nothing is kept."))


@app.command(help=_("Forget a channel and its token."))
def remove(name: _Name) -> None:
    """Parses, removes, prints."""
    from support_cli.cli import channels, console
    from support_cli.cli.context import Context

    context = Context(given())
    channels.forget(context, name)
    if context.flags.json:
        console.product_json({"removed": name})
    else:
        context.say(_("The channel “{name}” is forgotten.").format(name=name))
