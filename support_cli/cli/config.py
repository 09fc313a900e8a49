"""``support config``."""

from typing import Annotated

import typer

from support_cli.cli import flags
from support_cli.cli.config_channel import app as channel_app
from support_cli.cli.groups import group_app
from support_cli.i18n import _

app = group_app(_("Settings of this program."))
app.add_typer(channel_app, name="channel")
_Key = Annotated[str, typer.Argument(metavar="KEY", help=_("Name of a setting, like smtp.url."))]


@app.command("list", help=_("Show every setting, what it is for, and its value."))
def list_(json: flags.Json = False, lang: flags.Lang = "") -> None:
    """Parses, reads, prints."""
    from support_cli import settings
    from support_cli.cli import console
    from support_cli.cli.context import Context, Talkative

    context = Context(Talkative(lang=lang, json=json))
    values = {field.key: settings.value_of(context.settings, field.key) for field in settings.fields()}
    if json:
        console.product_json(values)
        return
    for field in settings.fields():
        console.product(f"{field.key} = {settings.show(values[field.key])}\n    {_(field.doc)} ({field.variable})")


@app.command(help=_("Show one setting."))
def get(key: _Key, json: flags.Json = False) -> None:
    """Parses, reads, prints."""
    from support_cli import settings
    from support_cli.cli import console
    from support_cli.cli.context import Context, Talkative

    context = Context(Talkative(json=json))
    value = settings.value_of(context.settings, settings.find(key).key)
    if json:
        console.product_json({key: value})
    else:
        console.product(settings.show(value))


@app.command("set", help=_("Set one setting."))
def set_(key: _Key, value: Annotated[str, typer.Argument(metavar="VALUE")], json: flags.Json = False) -> None:
    """Parses, writes, prints."""
    from support_cli import settings
    from support_cli.cli import console
    from support_cli.cli.context import Context, Talkative

    context = Context(Talkative(json=json))
    settings.save(context.config_folder / "settings.toml", key, value)
    if json:
        console.product_json({key: value})
    else:
        context.say(f"{key} = {value}")


@app.command(help=_("Take a setting back to its default."))
def unset(key: _Key, json: flags.Json = False) -> None:
    """Parses, writes, prints."""
    from support_cli import settings
    from support_cli.cli import console
    from support_cli.cli.context import Context, Talkative

    context = Context(Talkative(json=json))
    settings.save(context.config_folder / "settings.toml", key, None)
    if json:
        console.product_json({key: settings.find(key).default})
    else:
        context.say(f"{key} = {settings.show(settings.find(key).default)}")


@app.command(help=_("Show where settings, data and cache lie."))
def path(json: flags.Json = False) -> None:
    """Parses, prints."""
    from support_cli.cli import console
    from support_cli.cli.context import Context, Talkative

    context = Context(Talkative(json=json))
    places = {
        "settings": str(context.config_folder / "settings.toml"),
        "data": str(context.data_folder),
        "cache": str(context.cache_folder),
    }
    if json:
        console.product_json(places)
    else:
        console.product(console.columns([[name, place] for name, place in places.items()], indent=""))
