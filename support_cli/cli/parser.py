"""The one place that knows how Typer words its help and its complaints, and says both in the customer's language.

Typer carries a copy of Click of its own, most of whose sentences are plain English in the code. So its help is laid out
here, and what it complains about is read from the exceptions' attributes and said anew.
"""

import difflib
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from support_cli.base import reading
from support_cli.base.errors import UsageError
from support_cli.base.i18n import N_, _, ngettext
from support_cli.base.text import clean_line, shorten
from support_cli.cli import console, global_flags

_PATHS = frozenset(["PATH", "FILE", "FOLDER", "PACK", "PLACE", "REQUEST", "ID=VALUE", "SOURCE"])
"""Metavars of what may be a path, whose bytes need not be text."""

COMPLAINT: type[Exception] = typer.BadParameter.__mro__[2]
"""Click's base class of everything wrong with a command line; Typer does not hand it out."""

_WORDS = (N_("Arguments"), N_("Options"), N_("Commands"), N_("required"), N_("default: {default}"))
"""What Typer asks gettext for. It asks the domain of the whole process; it gets our catalogue instead."""
vars(typer.core)["_"] = _


class _Spoken:
    """What commands and groups have in common. Before a class of Typer's."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.params: list[Any] = [*getattr(self, "params", ()), *global_flags.options()]

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Reads the words of a command line; a complaint about them says which command it is about."""
        try:
            self._refuse_repeated(ctx, args)
            rest: list[str] = super().parse_args(ctx, args)  # type: ignore[misc]
        except COMPLAINT as error:
            vars(error)["ctx"] = getattr(error, "ctx", None) or ctx
            raise
        for param in self.params:
            value = ctx.params.get(param.name)
            if param.metavar in _PATHS:
                continue
            if isinstance(value, str):
                ctx.params[param.name] = reading.decode_argument(value, param.opts[0])
            elif isinstance(value, list | tuple) and param.param_type_name == "argument":
                ctx.params[param.name] = type(value)(reading.decode_argument(str(one), param.opts[0]) for one in value)
        return rest

    def _refuse_repeated(self, ctx: Any, args: list[str]) -> None:
        """Checks that no option stands twice of which only the last would count.

        Raises:
            UsageError: If one does.
        """
        _values, _rest, order = self.make_parser(ctx).parse_args(args=list(args))  # type: ignore[attr-defined]
        seen = set()
        for param in order:
            if param.param_type_name == "option" and not param.multiple and not param.is_flag:
                if param in seen and not ctx.resilient_parsing:
                    raise _wrong(_("{option} is given twice, and only one counts.").format(option=param.opts[0]), ctx)
                seen.add(param)

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """Arguments as they are named, without the braces that Typer puts around those that must be given."""
        del ctx
        names = [param.human_readable_name for param in self.params if param.param_type_name == "argument"]
        below: list[str] = [_("COMMAND [ARGS]...")] if isinstance(self, TyperGroup) else []
        return [_("[OPTIONS]"), *names, *below]

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """The first line of a help text."""
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix=_("Usage:") + " ")

    def get_short_help_str(self, limit: int = 45) -> str:
        """The help text in a list of commands: whole, for the list breaks lines."""
        del limit
        return " ".join(str(getattr(self, "help", None) or "").split())

    def get_help_option(self, ctx: Any) -> Any:
        """``--help``, described in the customer's language."""
        option = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help = _("Show this help and leave.")
        return option


class Command(_Spoken, TyperCommand):
    """One command."""

    allow_extra_args = True  # to say it ourselves

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Reads the words of a command line.

        Raises:
            UsageError: If some are left over.
        """
        rest = super().parse_args(ctx, args)
        if rest and not ctx.resilient_parsing:
            text = ngettext(
                "This word is not expected here: {words}", "These words are not expected here: {words}", len(rest)
            )
            raise _wrong(text.format(words=shorten(clean_line(" ".join(rest)[:1000]), 60)), ctx)
        return rest


class Group(_Spoken, TyperGroup):
    """A command with commands below it."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Reads the words up to the command.

        Raises:
            UsageError: If there are options only, and no command.
        """
        if not args and not self.invoke_without_command and not ctx.resilient_parsing:
            console.product(ctx.get_help())
            ctx.exit()
        rest = super().parse_args(ctx, args)
        if not ctx._protected_args and not self.invoke_without_command and not ctx.resilient_parsing:
            message = _("A command is missing after “{command}”.").format(command=ctx.command_path)
            raise _wrong(message, ctx, self.list_commands(ctx))
        return rest

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Finds a command.

        Raises:
            UsageError: If there is none of that name; one that is nearly right is suggested.
        """
        command = self.get_command(ctx, args[0])  # made once: putting a command together is most of a start
        if command is None and not ctx.resilient_parsing:
            names = self.list_commands(ctx)
            near = _near(args[0], names)
            message = _("There is no command “{name}”.").format(name=shorten(clean_line(args[0][:1000]), 60))
            raise _wrong(message, ctx, near or names, one=len(near) == 1)
        return args[0] if command else None, command, args[1:]


def command_app() -> typer.Typer:
    """An app for one command of the table."""
    return typer.Typer(
        rich_markup_mode=None,
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )


def group_app(help_: str) -> typer.Typer:
    """An app for a group of commands; without one of them it shows its help."""
    return typer.Typer(
        rich_markup_mode=None,
        add_completion=False,
        pretty_exceptions_enable=False,
        cls=Group,
        help=help_,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )


def built(app: typer.Typer) -> Any:
    """Makes the command of an app, with every command and group in it one of ours."""
    _adopt(app)
    return typer.main.get_command(app)


def _adopt(app: typer.Typer) -> None:
    for command in app.registered_commands:
        command.cls = Command
    for group in app.registered_groups:
        if group.typer_instance is not None:
            _adopt(group.typer_instance)


def explained(error: Exception) -> UsageError:
    """Says what Click complains about in our words."""
    ctx = getattr(error, "ctx", None)
    option = str(getattr(error, "option_name", ""))
    kind = type(error).__name__
    if kind == "NoSuchOption":
        message = _("There is no option {option}.").format(option=shorten(clean_line(option[:1000]), 60))
        near = _near_options(option, ctx)
        return _wrong(message, ctx, near, one=len(near) == 1)
    if kind == "BadOptionUsage":
        params = ctx.command.get_params(ctx) if ctx is not None else []
        known = next((one for one in params if option in (*one.opts, *one.secondary_opts)), None)
        if known is None or known.is_flag:
            return _wrong(_("The option {option} takes no value.").format(option=option), ctx)
        return _wrong(_("The option {option} needs a value: {name}").format(option=option, name=known.metavar), ctx)
    if kind == "MissingParameter":
        param: Any = getattr(error, "param", None)
        argument = param.param_type_name == "argument"
        name = param.human_readable_name if argument else f"{param.opts[0]} {param.metavar}"
        text = _("{name} is missing: {what}") if param.help else _("{name} is missing.")
        return _wrong(text.format(name=name, what=param.help), ctx)
    return _wrong(clean_line(str(getattr(error, "message", error))), ctx)


def _near_options(option: str, ctx: Any) -> list[str]:
    params = [param for param in ctx.command.get_params(ctx) if param.param_type_name == "option"]
    return _near(option, [name for param in params for name in param.opts if name.startswith("--")], 0.75)


def _near(word: str, names: list[str], cutoff: float = 0.6) -> list[str]:
    """The names that begin with a word, else the one that is nearly it; ``cutoff`` as in ``difflib``."""
    begun = sorted(name for name in names if len(word.strip("-")) > 1 and name.startswith(word))
    return begun or difflib.get_close_matches(word[:100], names, 1, cutoff)


def _wrong(message: str, ctx: Any, names: list[str] | None = None, *, one: bool = False) -> UsageError:
    lines = []
    if names:
        near, all_ = _("Did you mean “{near}”?"), _("There are: {names}")
        lines.append(near.format(near=names[0]) if one else all_.format(names=", ".join(names)))
    if ctx is not None:
        usage = f"{ctx.command_path} {' '.join(ctx.command.collect_usage_pieces(ctx))}"
        lines.append(_("Usage:") + " " + usage)
        lines.append(_("Help:  {command}").format(command=f"{ctx.command_path} --help"))
    return UsageError(message, hint="\n".join(lines) or None)
