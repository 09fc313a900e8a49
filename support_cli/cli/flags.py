"""Flags that several commands share, said once; those that all of them share are in ``global_flags``."""

from typing import TYPE_CHECKING, Annotated

import typer

from support_cli.base.i18n import _
from support_cli.cli.global_flags import given

if TYPE_CHECKING:
    from support_cli.cli.context import Context


def open_context(*, no_input: bool = False, login: bool = False) -> "Context":
    """Puts the rooms together for one run of a command; loaded when the command runs, not for its help.

    Args:
        no_input: Whether the command never asks.
        login: Whether it asks for a password all the same.
    """
    from support_cli.cli.context import Context

    return Context(given(no_input=no_input, login=login))


NoInput = Annotated[bool, typer.Option("--no-input", help=_("Never ask; list what is missing instead."))]
PackName = Annotated[
    str,
    typer.Option(
        "--pack",
        "-p",
        metavar="PACK",
        help=_("Pack: a name, a folder, a zip, a clone or address of a repository with issue forms, or one form."),
    ),
]
FormName = Annotated[str, typer.Option("--form", metavar="FORM", help=_("Form of the pack."))]
Document = Annotated[
    str,
    typer.Option(
        "--document",
        "-t",
        metavar="NAME",
        help=_("Document: ticket, email, chat, phone, issue (issue-classic, issue-gitea)."),
    ),
]
Format = Annotated[
    str, typer.Option("--format", "-f", metavar="FORMAT", help=_("Format: md, html, txt, eml, json or yaml."))
]
Output = Annotated[
    str, typer.Option("--output", "-o", metavar="PATH", help=_("File or folder to write to; - for standard output."))
]
Strict = Annotated[bool, typer.Option("--strict", help=_("Stop at warnings too."))]
Channel = Annotated[str, typer.Option("--channel", metavar="NAME", help=_("Channel of the pack to send by."))]
Trust = Annotated[
    str, typer.Option("--trust", metavar="DIGEST", help=_("Trust the pack if it has this digest, without a question."))
]
To = Annotated[
    list[str] | None,
    typer.Option("--to", metavar="ADDRESS", help=_("Address to write to instead of the pack's. Repeatable.")),
]


def joined(addresses: list[str] | None) -> str:
    """The addresses of a repeated ``--to`` as one list with commas, as a single ``--to`` may hold it too."""
    return ", ".join(addresses or ())


Answers = Annotated[
    str,
    typer.Option("--answers", "-a", metavar="FILE", help=_("Answers as YAML, JSON or TOML; - for standard input.")),
]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", "-s", metavar="ID=VALUE", help=_("One answer; ID=@FILE reads it from a file. Repeatable.")),
]
Attach = Annotated[
    list[str] | None,
    typer.Option("--attach", metavar="PATH", help=_("File, folder or pattern to attach. Repeatable.")),
]
AllowFiles = Annotated[
    list[str] | None,
    typer.Option(
        "--allow-files",
        metavar="FOLDER",
        help=_("Folder whose files may be attached by an answers file, a request file or a table. Repeatable."),
    ),
]
RequestId = Annotated[
    str,
    typer.Option(
        "--request-id",
        metavar="KEY",
        help=_("Key of your own for this request: the same key later gives what became of it, and sends nothing."),
    ),
]
Send = Annotated[bool, typer.Option("--send", help=_("Send it when it is complete."))]
DryRun = Annotated[bool, typer.Option("--dry-run", help=_("Try everything; write, store and send nothing."))]
