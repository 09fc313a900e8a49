"""``support profile``."""

from typing import Annotated

import typer

from support_cli.base.i18n import _
from support_cli.base.labels import ROLES, label
from support_cli.cases.profile import ORIGINS
from support_cli.cli import console
from support_cli.cli.flags import open_context
from support_cli.cli.parser import group_app

app = group_app(_("Contact details that are filled in for you."))
_Role = Annotated[str, typer.Argument(metavar="DETAIL", help=_("name, email, phone or preferred_contact."))]


@app.command(help=_("Show what is kept and where it came from."))
def show() -> None:
    """Parses, reads, prints."""
    context = open_context()
    entries = context.bench.profile.offers()
    if context.flags.json:
        console.product_json({role.value: {"value": e.value, "origin": e.origin} for role, e in entries.items()})
        return
    rows = [[label(ROLES, role.value), entry.value, _(ORIGINS[entry.origin])] for role, entry in entries.items()]
    console.product(console.columns(rows, indent="") if rows else _("Nothing is kept."))


@app.command("set", help=_("Set a detail; scripts get it too."))
def set_(detail: _Role, value: Annotated[str, typer.Argument(metavar="VALUE")]) -> None:
    """Parses, stores, prints."""
    from support_cli.requests.profiles import set_detail

    context = open_context()
    role, stored = set_detail(context.bench.profile, detail, value)
    if context.flags.json:
        console.product_json({role.value: stored})
    else:
        context.say(f"{label(ROLES, role.value)}: {stored}")


@app.command(help=_("Forget a detail, or all of them."))
def forget(
    detail: Annotated[str, typer.Argument(metavar="[DETAIL]", help=_("Which one; without it, all of them."))] = "",
) -> None:
    """Parses, removes, prints."""
    from support_cli.requests.profiles import forget_detail

    context = open_context()
    forget_detail(context.bench.profile, detail)
    if context.flags.json:
        console.product_json({"forgotten": detail or "all"})
    else:
        context.say(_("Forgotten."))
