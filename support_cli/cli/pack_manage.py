"""``support pack add``, ``update``, ``remove`` and ``trust``."""

from typing import TYPE_CHECKING, Annotated

import typer

from support_cli.base.i18n import _
from support_cli.base.paths import expand
from support_cli.cli import flags
from support_cli.cli.global_flags import given
from support_cli.cli.parser import group_app

if TYPE_CHECKING:
    from support_cli.cli.context import Context
    from support_cli.distribution.web import Web

app = group_app(_("Packs: what support teams ask, and where it goes."))
_Key = Annotated[
    str,
    typer.Option("--key", "-k", metavar="FILE.pub", help=_("Public key that must have signed it: a file or a line.")),
]
_Pre = Annotated[bool, typer.Option("--pre", help=_("Count pre-releases too."))]


def _web(context: "Context") -> "Web":
    """How this machine reaches the web."""
    from support_cli.cli.channels import proxy_for
    from support_cli.distribution.install import web_of

    ca_file = context.settings.desk.ca_file
    return web_of(expand(ca_file) if ca_file else None, proxy_for)


@app.command(help=_("Install a pack from a folder, a zip (file or https), git, or a Python package."))
def add(
    source: Annotated[
        str,
        typer.Argument(
            metavar="SOURCE",
            help=_("FOLDER, FILE.zip, https://host/pack.zip, git+https://host/x.git@v1#folder, or python:NAME."),
        ),
    ],
    key: _Key = "",
    pre: _Pre = False,
    trust: flags.Trust = "",
    no_input: flags.NoInput = False,
) -> None:
    """Parses, installs, prints."""
    from support_cli.cli.context import Context
    from support_cli.cli.pack_manage_printing import print_brought
    from support_cli.distribution.install import Wish
    from support_cli.distribution.manage import add as install

    context = Context(given(no_input=no_input))
    wish = Wish(key=key, trust=trust, prereleases=pre, no_input=no_input)
    print_brought(install(context.bench, _web(context), source, wish), context)


@app.command(help=_("Bring installed packs up to date; says what is different for the customer."))
def update(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help=_("An installed pack; all of them by default."))] = "",
    check: Annotated[
        bool, typer.Option("--check", help=_("Only look; ends with 1 if there is anything newer."))
    ] = False,
    key: _Key = "",
    pre: _Pre = False,
    trust: flags.Trust = "",
    no_input: flags.NoInput = False,
) -> None:
    """Parses, updates, prints."""
    from support_cli.cli.context import Context
    from support_cli.cli.pack_manage_printing import print_updates
    from support_cli.distribution.install import Wish
    from support_cli.distribution.manage import update as bring

    context = Context(given(no_input=no_input))
    wish = Wish(key=key, trust=trust, prereleases=pre, no_input=no_input)
    print_updates(bring(context.bench, _web(context), name, wish, check=check), context)


@app.command(help=_("Remove an installed pack."))
def remove(
    name: Annotated[str, typer.Argument(metavar="NAME", help=_("An installed pack."))],
) -> None:
    """Parses, removes, prints."""
    from support_cli.cli.context import Context
    from support_cli.cli.pack_manage_printing import print_removed
    from support_cli.distribution.manage import remove as take_away

    context = Context(given(no_input=True))
    print_removed(take_away(context.bench, name), context)


@app.command(help=_("Look at who made a pack and where it sends, and trust it; or trust it no more."))
def trust(
    name: Annotated[str, typer.Argument(metavar="PACK", help=_("An installed pack, a folder, a zip, or python:NAME."))],
    digest: flags.Trust = "",
    revoke: Annotated[bool, typer.Option("--revoke", help=_("Trust it no more."))] = False,
    no_input: flags.NoInput = False,
) -> None:
    """Parses, asks, prints."""
    from support_cli.cli.context import Context
    from support_cli.cli.pack_manage_printing import print_trusted
    from support_cli.distribution.install import Wish
    from support_cli.distribution.manage import trust as agree

    context = Context(given(no_input=no_input))
    print_trusted(agree(context.bench, name, Wish(trust=digest, no_input=no_input), revoke=revoke), context)
