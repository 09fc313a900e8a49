"""``support faq``."""

from typing import Annotated

import typer

from support_cli.base.i18n import _
from support_cli.base.invocation import command_line
from support_cli.cli import console, flags
from support_cli.cli.flags import open_context
from support_cli.cli.parser import command_app

app = command_app()


@app.command(help=_("Search the answers to frequent questions; works without a network."))
def faq(
    words: Annotated[list[str] | None, typer.Argument(metavar="[WORDS]...", help=_("What it is about."))] = None,
    pack: flags.PackName = "",
) -> None:
    """Parses, searches, prints."""
    from support_cli.distribution.choose import find_team, named_as
    from support_cli.requests.known import search_pack

    context = open_context(no_input=True)
    found = find_team(context.bench, pack, context.database_file)
    answers = search_pack(context.bench, found, " ".join(words or ()))
    if context.flags.json:
        console.product_json(answers)
        return
    if not answers:
        context.say(
            _("Nothing fits. Ask the team:  {command}").format(
                command=command_line("new", *named_as(context.bench, found))
            )
        )
    else:
        console.product("\n\n".join(f"{one.title}\n{one.text}" for one in answers))
