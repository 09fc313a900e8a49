"""``support config``."""

from typing import Annotated

import typer

from support_cli.cli.config_channel import app as channel_app
from support_cli.cli.groups import group_app
from support_cli.cli.manners import given
from support_cli.i18n import _

app = group_app(_("Settings of this program."))
app.add_typer(channel_app, name="channel")
_Key = Annotated[str, typer.Argument(metavar="KEY", help=_("Name of a setting, like smtp.url."))]


@app.command("list", help=_("Show every setting, what it is for, and its value."))
def list_() -> None:
    """Parses, reads, prints."""
    from support_cli import settings
    from support_cli.cli import console
    from support_cli.cli.context import Context

    context = Context(given())
    values = {field.key: settings.value_of(context.settings, field.key) for field in settings.fields()}
    if context.flags.json:
        console.product_json(values)
        return
    for field in settings.fields():
        console.product(f"{field.key} = {settings.show(values[field.key])}\n    {_(field.doc)} ({field.variable})")


@app.command(help=_("Show one setting."))
def get(key: _Key) -> None:
    """Parses, reads, prints."""
    from support_cli import settings
    from support_cli.cli import console
    from support_cli.cli.context import Context

    context = Context(given())
    value = settings.value_of(context.settings, settings.find(key).key)
    if context.flags.json:
        console.product_json({key: value})
    else:
        console.product(settings.show(value))


@app.command("set", help=_("Set one setting."))
def set_(key: _Key, value: Annotated[str, typer.Argument(metavar="VALUE")]) -> None:
    """Parses, writes, prints."""
    from support_cli import settings
    from support_cli.cli import console
    from support_cli.cli.context import Context

    context = Context(given())
    settings.save(context.config_folder / "settings.toml", key, value)
    if context.flags.json:
        console.product_json({key: value})
    else:
        context.say(f"{key} = {value}")


@app.command(help=_("Take a setting back to its default."))
def unset(key: _Key) -> None:
    """Parses, writes, prints."""
    from support_cli import settings
    from support_cli.cli import console
    from support_cli.cli.context import Context

    context = Context(given())
    settings.save(context.config_folder / "settings.toml", key, None)
    if context.flags.json:
        console.product_json({key: settings.find(key).default})
    else:
        context.say(f"{key} = {settings.show(settings.find(key).default)}")


@app.command(help=_("Show where settings, data and cache lie."))
def path() -> None:
    """Parses, prints."""
    from support_cli.cli import console
    from support_cli.cli.context import Context

    context = Context(given())
    places = {
        "settings": str(context.config_folder / "settings.toml"),
        "data": str(context.data_folder),
        "cache": str(context.cache_folder),
    }
    if context.flags.json:
        console.product_json(places)
    else:
        console.product(console.columns([[name, place] for name, place in places.items()], indent=""))
