"""The command line: one table of commands, each in a file of its own that is read only when it is called."""

import importlib
import os
from typing import Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup

from support_cli import i18n
from support_cli.cli.guard import guarded
from support_cli.i18n import N_, _


class Entry(NamedTuple):
    """One line of the table: where a command lives, and what it does in a few words."""

    name: str
    module: str
    help: str


COMMANDS = (
    Entry("new", "new", N_("Write to support: interview, review, save or send.")),
    Entry("resume", "resume", N_("Go on with a draft.")),
    Entry("check", "check", N_("Say what is weak about a request.")),
    Entry("render", "render", N_("Make one document of a request, in any format.")),
    Entry("send", "send", N_("Deliver a request.")),
    Entry("batch", "batch", N_("Make many requests from a file.")),
    Entry("cases", "cases", N_("What was written so far: list, show, note, close.")),
    Entry("outbox", "outbox", N_("Messages that wait to be sent.")),
    Entry("faq", "faq", N_("Search the answers to frequent questions.")),
    Entry("contacts", "contacts", N_("How to reach the team without this program.")),
    Entry("pack", "pack", N_("Packs: what support teams ask, and where it goes.")),
    Entry("profile", "profile", N_("Contact details that are filled in for you.")),
    Entry("config", "config", N_("Settings of this program.")),
    Entry("doctor", "doctor", N_("Look whether everything works on this machine.")),
)


class LazyGroup(TyperGroup):
    """A group whose commands are imported when they are called, and only then."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Names in the order of the table."""
        del ctx
        return [entry.name for entry in COMMANDS]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of that name: for a listing only its name and its line, to be called the real one."""
        entry = next((one for one in COMMANDS if one.name == cmd_name), None)
        if entry is None:
            return None
        if cmd_name not in [*ctx._protected_args[:1], *ctx.args[:1]] and not _named(ctx, cmd_name):
            return TyperCommand(cmd_name, help=_(entry.help), rich_markup_mode=None)
        module = importlib.import_module(f"support_cli.cli.{entry.module}")
        command = typer.main.get_command(module.app)
        command.name = cmd_name
        return command

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Finds a command; a name that is nearly right is suggested."""
        ctx.obj = args[0]
        self.commands = {entry.name: TyperCommand(entry.name) for entry in COMMANDS}  # for "did you mean"
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Runs a command under the guard."""
        return guarded(lambda: super(LazyGroup, self).invoke(ctx), wants_json=_wants_json(ctx))


def _named(ctx: Any, name: str) -> bool:
    return bool(ctx.obj == name)


def _wants_json(ctx: Any) -> bool:
    words = [*ctx._protected_args, *ctx.args]
    return "--json" in words[: words.index("--") if "--" in words else None]


app = typer.Typer(
    name="support",
    cls=LazyGroup,
    invoke_without_command=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help=_("Write to support from a terminal: say it once, well, and lose nothing."),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _version(wanted: bool) -> None:
    if wanted:
        from support_cli import __version__

        typer.echo(f"support {__version__}")
        raise typer.Exit


@app.callback()
def home(
    ctx: typer.Context,
    version: bool = typer.Option(
        False, "--version", "-V", is_eager=True, callback=_version, help=_("Print the version and leave.")
    ),
    lang: str = typer.Option("", "--lang", metavar="LANG", help=_("Language: en, uk, ru or pl.")),
    json: bool = typer.Option(False, "--json", help=_("One JSON document on standard output.")),
) -> None:
    """Without a command: what waits, and what most people want."""
    del version
    if ctx.invoked_subcommand is None:
        from support_cli.cli.home import show_home

        show_home(lang=lang, json=json)
    elif lang:
        # Named before the command, it holds for the command too: a flag outranks what the environment said.
        os.environ["SUPPORT_LANG"] = i18n.match_language([lang])
        i18n.activate(os.environ["SUPPORT_LANG"])
