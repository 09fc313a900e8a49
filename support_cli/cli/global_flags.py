"""The flags that every command understands, wherever on the command line they stand."""

from typing import Any, NamedTuple

import typer
from typer.core import TyperOption

from support_cli.base import i18n, reading
from support_cli.base.errors import UsageError
from support_cli.base.i18n import _
from support_cli.base.text import clean_line, shorten


class GlobalFlags(NamedTuple):
    """How a run talks.

    Attributes:
        lang: Language, or empty.
        plain: Ask line by line.
        json: Standard output is one JSON document.
        quiet: Nothing but errors on standard error.
        verbose: More about what is done.
        no_input: Never ask.
        login: Ask for a password all the same, if somebody is there.
    """

    lang: str = ""
    plain: bool = False
    json: bool = False
    quiet: bool = False
    verbose: bool = False
    no_input: bool = False
    login: bool = False


_said: dict[str, Any] = {}
"""What this run's command line has said so far, by name."""


def begin() -> None:
    """Forgets what an earlier run in this process said."""
    _said.clear()
    reading.choose_encoding("")


def given(*, no_input: bool = False, login: bool = False) -> GlobalFlags:
    """What the command line said.

    Args:
        no_input: Whether the command never asks.
        login: Whether it asks for a password all the same.
    """
    return GlobalFlags(**_said, no_input=no_input, login=login)


def options() -> list[TyperOption]:
    """Makes the options for one command; what they are given is kept here and not handed to it."""
    return [
        _flag("--lang", metavar="LANG", default="", help=_("Language: en, uk, ru or pl.")),
        _flag("--json", is_flag=True, default=False, help=_("One JSON document on standard output.")),
        _flag(
            "--plain", is_flag=True, default=False, help=_("Ask line by line, without redrawing (for screen readers).")
        ),
        _flag(
            "--encoding",
            metavar="NAME",
            default="",
            help=_("Encoding of text that is not UTF-8, in files and on standard input."),
        ),
        _flag("--quiet", "-q", is_flag=True, default=False, help=_("Say nothing but errors.")),
        _flag("--verbose", "-v", is_flag=True, default=False, help=_("Say more about what is done.")),
    ]


def _flag(*names: str, **settings: Any) -> TyperOption:
    return TyperOption(param_decls=list(names), expose_value=False, callback=_keep, **settings)


def _keep(ctx: typer.Context, param: Any, value: Any) -> None:
    if not value or ctx.resilient_parsing:
        return
    if param.name == "encoding":
        reading.choose_encoding(value)
        return
    if param.name == "lang":
        value = _language(value)
        i18n.activate(value)
    _said[param.name] = value


def _language(wanted: str) -> str:
    found = i18n.match_language([wanted])
    if found != i18n.match_language([wanted, "uk"]):  # English only for want of a better one
        raise UsageError(
            _("“{name}” is not a language of this program.").format(name=shorten(clean_line(wanted[:1000]), 60)),
            hint=_("There are: {names}").format(names=", ".join(i18n.LANGUAGES)),
        )
    return found
