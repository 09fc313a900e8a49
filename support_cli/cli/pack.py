"""``support pack``: the group, and the commands that look; the others stand in files by what they are for."""

from typing import Annotated

import typer

from support_cli.base.i18n import _
from support_cli.cli import flags, pack_author, pack_manage, pack_release
from support_cli.cli.global_flags import given
from support_cli.cli.parser import group_app

app = group_app(_("Packs: what support teams ask, and where it goes."))


@app.command("list", help=_("List the packs there are."))
def list_() -> None:
    """Parses, reads, prints."""
    from support_cli.cli.context import Context
    from support_cli.cli.pack_printing import print_packs
    from support_cli.distribution.info import list_packs

    context = Context(given(no_input=True))
    print_packs(list_packs(context.bench), context)


@app.command(help=_("What a pack or form asks, and where requests go."))
def info(
    name: Annotated[str, typer.Argument(metavar="PACK|FORM", help=_("A pack, or a form."))] = "",
    pack: flags.PackName = "",
) -> None:
    """Parses, reads, prints."""
    from support_cli.cli.context import Context
    from support_cli.cli.pack_printing import print_info
    from support_cli.distribution.info import look

    context = Context(given(no_input=True))
    print_info(look(context.bench, name, pack), context)


for _part in (pack_manage, pack_author, pack_release):
    app.registered_commands += _part.app.registered_commands
