"""Writes the reference pages from the program itself, so that they cannot be wrong.

python -m tools.generate_docs            write docs/reference
python -m tools.generate_docs --check    fail if a page is not what the program says now
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from support_cli.base.errors import ExitCode
from support_cli.cli import settings
from support_cli.cli.app import COMMANDS, app
from support_cli.cli.parser import built

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "reference"
WHEN = {
    ExitCode.OK: "done",
    ExitCode.FINDINGS: "checks found errors (or anything, with `--strict`); `pack check` or `pack test` failed",
    ExitCode.USAGE: "wrong flags; answers missing or invalid",
    ExitCode.UNUSABLE: "a pack, the settings, a request file or the database cannot be used; "
    "a pack that is not trusted yet and nobody to ask",
    ExitCode.ATTACHMENT: "a file is too big after fitting, of a refused type, unreadable, or changed",
    ExitCode.REFUSED: "the receiver said no for good; the request is kept",
    ExitCode.QUEUED: "it could not be delivered now; it lies in the outbox and the next flush sends it",
    ExitCode.BUG: "our fault; a report without your words is written",
    ExitCode.INTERRUPTED: "Ctrl-C, SIGTERM or a hang-up; the draft is saved and the command to go on is printed",
}


def pages() -> dict[str, str]:
    """Every page by file name."""
    return {"commands.md": commands(), "exit-codes.md": exit_codes(), "settings.md": setting_list()}


def commands() -> str:
    """``--help`` of every command."""
    parts = ["# Commands\n", "What `--help` says, command by command. This page is generated.\n"]
    for words in ([], *_command_words()):
        result = CliRunner().invoke(
            app, [*words, "--help"], prog_name="support", terminal_width=80, env={"COLUMNS": "80"}
        )
        if result.exit_code:
            raise SystemExit(f"support {' '.join(words)} ends with {result.exit_code}: {result.output}")
        title = " ".join(["support", *words[:-1]])
        text = "\n".join(line.rstrip() for line in result.stdout.strip("\n").split("\n"))
        parts.append(f"## {title}\n\n```text\n{text}\n```\n")
    return "\n".join(parts)


def _command_words() -> Iterator[list[str]]:
    import importlib

    for entry in COMMANDS:
        yield [entry.name]
        module = importlib.import_module(f"support_cli.cli.{entry.module}")
        yield from _below(built(module.app), [entry.name])


def _below(command: Any, words: list[str]) -> Iterator[list[str]]:
    for name, child in getattr(command, "commands", {}).items():
        if not child.hidden:
            yield [*words, name]
            yield from _below(child, [*words, name])


def exit_codes() -> str:
    """The table of exit codes."""
    rows = [f"| {int(code)} | {code.name.lower()} | {WHEN[code]} |" for code in ExitCode]
    return "\n".join(
        [
            "# Exit codes\n",
            "What a script can act on. This page is generated.\n",
            "| exit | name | when |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )


def setting_list() -> str:
    """The table of settings."""
    rows = []
    for field in settings.fields():
        values = ", ".join(f"`{choice}`" for choice in field.choices) if field.choices else field.type
        default = "" if field.default == "" else f"`{settings.show(field.default)}`"
        rows.append(f"| `{field.key}` | `{field.variable}` | {values} | {default} | {field.doc} |")
    head = "`support config set KEY VALUE` writes them; a flag wins over the environment, that over the file.\n"
    table = ["| setting | variable | values | default | what for |", "|---|---|---|---|---|"]
    return "\n".join(["# Settings\n", head, "This page is generated.\n", *table, *rows, ""])


def main(arguments: list[str]) -> int:
    """Writes the pages, or checks them."""
    wrong = []
    for name, text in pages().items():
        path = FOLDER / name
        if arguments == ["--check"]:
            if not path.exists() or path.read_text("utf-8") != text:
                wrong.append(str(path.relative_to(ROOT)))
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
    if wrong:
        print("Out of date:", *wrong, "- run: python3 dev.py python -m tools.generate_docs")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
