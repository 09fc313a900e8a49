"""``support contacts``."""

import msgspec

from support_cli.base.i18n import _
from support_cli.base.labels import CONTACTS, label
from support_cli.cli import console, flags
from support_cli.cli.flags import open_context
from support_cli.cli.parser import command_app

app = command_app()


@app.command(help=_("How to reach the team without this program."))
def contacts(pack: flags.PackName = "") -> None:
    """Parses, reads, prints."""
    from support_cli.distribution.choose import find_team

    context = open_context(no_input=True)
    found = find_team(context.bench, pack, context.database_file)
    texts = found.texts(context.language)
    known = found.manifest.contacts
    if context.flags.json:
        console.product_json([msgspec.to_builtins(one) for one in known])
        return
    if not known:
        context.say(_("The pack {name} lists no contacts.").format(name=found.manifest.name))
    rows = [
        [label(CONTACTS, one.kind), one.value, texts.get(one.hours, one.hours), texts.get(one.note, one.note)]
        for one in known
    ]
    if rows:
        title = found.manifest.title
        context.say(texts.get(title, title))
        console.product(console.columns(rows, indent=""))
