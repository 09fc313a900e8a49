"""How groups of commands are made: no rich, the same help flags, nothing at import that a listing does not need."""

import typer

from support_cli.cli.parser import Group


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
        no_args_is_help=True,
        help=help_,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )
