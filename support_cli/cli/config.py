"""``support config``."""

from typing import Annotated
from urllib.parse import urlsplit

import typer

from support_cli.base.addresses import parse_address
from support_cli.base.errors import UsageError
from support_cli.base.i18n import _
from support_cli.base.labels import FOLDERS, label
from support_cli.cli import console, settings
from support_cli.cli.config_channel import app as channel_app
from support_cli.cli.flags import open_context
from support_cli.cli.parser import group_app
from support_cli.cli.settings import fault_in, save, save_text
from support_cli.cli.settings_text import read
from support_cli.deliver.mail.smtp_url import parse_smtp_url

app = group_app(_("Settings of this program."))
app.add_typer(channel_app, name="channel")
_Key = Annotated[str, typer.Argument(metavar="KEY", help=_("Name of a setting, like smtp.url."))]


@app.command("list", help=_("Show every setting, what it is for, and its value."))
def list_() -> None:
    """Parses, reads, prints."""
    context = open_context()
    values = {field.key: settings.value_of(context.settings, field.key) for field in settings.fields()}
    if context.flags.json:
        console.product_json(values)
        return
    for field in settings.fields():
        console.product(f"{field.key} = {settings.show(values[field.key])}\n    {_(field.doc)} ({field.variable})")


@app.command(help=_("Show one setting."))
def get(key: _Key) -> None:
    """Parses, reads, prints."""
    context = open_context()
    value = settings.value_of(context.settings, settings.find(key).key)
    if context.flags.json:
        console.product_json({key: value})
    else:
        console.product(settings.show(value))


@app.command("set", help=_("Set one setting."))
def set_(key: _Key, value: Annotated[str, typer.Argument(metavar="VALUE", help=_("The new value."))]) -> None:
    """Parses, writes, prints."""
    _save(key, value)


@app.command(help=_("Take a setting back to its default."))
def unset(key: _Key) -> None:
    """Parses, writes, prints."""
    _save(key, None)


def _check(key: str, value: str | None) -> None:
    """Looks at what only the room that uses it can judge, above all that no password is written down."""
    if value and key == "smtp.url":
        # Whether it may be reached without encryption is another setting's matter, and said when it is used.
        parse_smtp_url(value, allow_plain=urlsplit(value).hostname or "")
    if value and key == "mail.sender":
        parse_address(value)


def _save(key: str, value: str | None) -> None:
    context = open_context()
    _check(key, value)
    fault = save(context.config_folder / "settings.toml", key, value)
    known = next((field for field in settings.fields() if field.key == key), None)
    now = value if value is not None else known.default if known else None
    if fault is None and context.flags.json:
        console.product_json({key: now})
    elif known is not None:
        context.say(f"{key} = {value if value is not None else settings.show(known.default)}")
    if fault is not None:
        raise fault


@app.command(help=_("Change the settings file in your editor."))
def edit() -> None:
    """Opens the editor, writes what was saved there, says what is wrong with it."""
    from support_cli.interview.editor import EditorFailed
    from support_cli.interview.editor import edit as open_editor

    context = open_context()
    file = context.config_folder / "settings.toml"
    if not console.is_terminal() or context.editor is None:
        hint = _("Set EDITOR, or change the file itself.")
        raise UsageError(_("There is no editor, or no terminal for it."), where=str(file), hint=hint)
    try:
        text = open_editor(read(file), context.editor, None)
    except EditorFailed as error:
        raise UsageError(str(error)) from None
    save_text(file, text + "\n")
    fault = fault_in(file, text)
    if fault is not None:
        raise fault
    context.say(_("The settings are saved: {path}").format(path=file))


@app.command(help=_("Show where settings, data and cache lie."))
def path() -> None:
    """Parses, prints."""
    context = open_context()
    places = {
        "settings": str(context.config_folder / "settings.toml"),
        "data": str(context.data_folder),
        "cache": str(context.cache_folder),
    }
    if context.flags.json:
        console.product_json(places)
    else:
        console.product(console.columns([[label(FOLDERS, name), place] for name, place in places.items()], indent=""))
