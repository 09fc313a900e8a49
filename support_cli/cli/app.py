"""The command line: one table of commands, each in a file of its own that is read only when it is called."""

import importlib
from typing import Any, NamedTuple

import typer
from typer._completion_shared import _get_shell_name, get_completion_script, install
from typer.core import TyperCommand

from support_cli import __version__
from support_cli.base.errors import UsageError
from support_cli.base.i18n import N_, _
from support_cli.base.invocation import program
from support_cli.base.text import clean_line, shorten
from support_cli.cli import console, global_flags
from support_cli.cli.guard import guarded
from support_cli.cli.parser import Group, built


class Entry(NamedTuple):
    """One line of the table: where a command lives, and what it does in a few words."""

    name: str
    module: str
    help: str


COMMANDS = (
    Entry("new", "new", N_("Write to support: interview, review, save or send.")),
    Entry("resume", "resume", N_("Go on with a draft.")),
    Entry("understand", "understand", N_("Say what a story tells, and what would still be asked.")),
    Entry("check", "check", N_("Say what is weak about a request.")),
    Entry("render", "render", N_("Make one document of a request, in any format.")),
    Entry("send", "send", N_("Deliver a request.")),
    Entry("batch", "batch", N_("Make many requests from a file.")),
    Entry("cases", "cases", N_("What was written so far, and what became of it.")),
    Entry("outbox", "outbox", N_("Messages that wait to be sent.")),
    Entry("faq", "faq", N_("Search the answers to frequent questions.")),
    Entry("contacts", "contacts", N_("How to reach the team without this program.")),
    Entry("pack", "pack", N_("Packs: what support teams ask, and where it goes.")),
    Entry("profile", "profile", N_("Contact details that are filled in for you.")),
    Entry("config", "config", N_("Settings of this program.")),
    Entry("doctor", "doctor", N_("Look whether everything works on this machine.")),
)


class LazyGroup(Group):
    """The root: its commands are imported when they are called, and only then."""

    _called = ""

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """Reads the words before the command under the guard."""
        global_flags.begin()
        make = super().make_context
        words = _without_shell(args)
        return guarded(lambda: make(info_name, words, parent, **extra), wants_json=_wants_json(args))

    def invoke(self, ctx: Any) -> Any:
        """Runs a command under the guard."""
        run = super().invoke
        words = [*ctx._protected_args, *ctx.args]
        return guarded(lambda: run(ctx), wants_json=global_flags.given().json or _wants_json(words))

    def get_params(self, ctx: Any) -> list[Any]:
        """Parameters; those that Typer adds for completion are described and done by us."""
        params: list[Any] = super().get_params(ctx)
        for param in params:
            if param.name in _COMPLETION:
                param.help = _(_COMPLETION[param.name])
                param.callback = _complete
        return params

    def list_commands(self, ctx: Any) -> list[str]:
        """Names in the order of the table."""
        del ctx
        return [entry.name for entry in COMMANDS]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of that name: for a listing only its name and its line, to be called the real one."""
        del ctx
        entry = next((one for one in COMMANDS if one.name == cmd_name), None)
        if entry is None:
            return None
        if cmd_name != self._called:
            return TyperCommand(cmd_name, help=_(entry.help), rich_markup_mode=None)
        module = importlib.import_module(f"support_cli.cli.{entry.module}")
        command = built(module.app)
        command.name = cmd_name
        return command

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Finds a command, and remembers that it is the one to be called."""
        self._called = args[0]
        return super().resolve_command(ctx, args)


_COMPLETION = {
    "install_completion": N_("Install completion for a shell (bash, zsh, fish, powershell), by default for this one."),
    "show_completion": N_("Show the completion for a shell, to copy or change it."),
}


_SHELLS = ("bash", "zsh", "fish", "powershell", "pwsh")
_named_shell: list[str] = []


def _without_shell(args: list[str]) -> list[str]:
    """Takes out the shell's name that may follow ``--show-completion``: Typer's options for completion are flags."""
    _named_shell.clear()
    for number, word in enumerate(args):
        option, _sign, named = word.partition("=")
        if option not in ("--install-completion", "--show-completion"):
            continue
        if named:
            _named_shell.append(named)
            return [*args[:number], option, *args[number + 1 :]]
        if args[number + 1 : number + 2] and not args[number + 1].startswith("-"):
            _named_shell.append(args[number + 1])
            return [*args[: number + 1], *args[number + 2 :]]
    return args


def _complete(ctx: Any, param: Any, value: bool) -> None:
    """Installs or shows the completion.

    Raises:
        UsageError: If there is none for a shell.
    """
    if not value or ctx.resilient_parsing:
        return

    shell = _named_shell[0] if _named_shell else _get_shell_name() or ""
    if shell not in _SHELLS:
        raise UsageError(
            _("There is no completion for “{shell}”.").format(shell=shorten(clean_line(shell), 60)),
            hint=_("There are: {names}").format(names=", ".join(_SHELLS)),
        )
    name = program()
    if param.name == "show_completion":
        variable = f"_{name.replace('-', '_').upper()}_COMPLETE"
        console.product(get_completion_script(prog_name=name, complete_var=variable, shell=shell))
    else:
        _shell, path = install(shell=shell, prog_name=name)
        console.talk(
            _("Completion is in {path}; it works in every shell that is started from now on.").format(path=path)
        )
    raise typer.Exit


def _wants_json(words: list[str]) -> bool:
    """Whether the words say it, also where reading them fails before it is their turn."""
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
        typer.echo(f"support {__version__}")
        raise typer.Exit


@app.callback()
def home(
    ctx: typer.Context,
    version: bool = typer.Option(
        False, "--version", "-V", is_eager=True, callback=_version, help=_("Print the version and leave.")
    ),
) -> None:
    """Without a command: what waits, and what most people want."""
    del version
    if ctx.invoked_subcommand is None:
        from support_cli.cli.home import show_home

        show_home()
