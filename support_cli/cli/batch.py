"""``support batch``."""

from collections.abc import Iterator
from typing import Annotated

import msgspec
import typer

from support_cli.base.errors import ExitCode
from support_cli.base.finding import Finding, Level
from support_cli.base.i18n import _, ngettext
from support_cli.cli import console, flags
from support_cli.cli.context import Context
from support_cli.cli.flags import open_context
from support_cli.cli.guard import error_json, exit_now
from support_cli.cli.parser import command_app
from support_cli.cli.printing import files_of, finding_text, outcome_json, short_path
from support_cli.requests.batch import Line
from support_cli.requests.options import NewOptions


def print_batch(lines: Iterator[Line], context: Context) -> None:
    """Shows each line as it is done; ends with the first code that was not 0.

    With ``--json`` standard output is one JSON document, a list that is written as it grows.
    """
    worst, done, failed, weak = ExitCode.OK, 0, 0, 0
    stream = _JsonList() if context.flags.json else None
    for line in lines:
        worst = worst or line.exit_code
        if line.error is not None:
            failed += 1
        else:
            done += 1
            weak += bool(warnings_of(line))
        if stream is not None:
            stream.add(_as_json(line))
        else:
            _say(line, context)
    if stream is not None:
        stream.end()
    else:
        text = ngettext("{count} request made", "{count} requests made", done).format(count=done)
        lost = ngettext("{count} failed", "{count} failed", failed).format(count=failed)
        told = ngettext("{count} with warnings", "{count} with warnings", weak).format(count=weak)
        context.say(f"{text}, {lost}, {told}." if weak else f"{text}, {lost}.")
    if worst:
        exit_now(worst)


class _JsonList:
    """One JSON list, written item by item."""

    def __init__(self) -> None:
        self.empty = True

    def add(self, record: dict[str, object]) -> None:
        console.product(("[\n" if self.empty else ",\n") + msgspec.json.encode(record).decode())
        self.empty = False

    def end(self) -> None:
        console.product("[]" if self.empty else "]")


def _as_json(line: Line) -> dict[str, object]:
    body = outcome_json(line.outcome) if line.outcome is not None else {}
    if line.error is not None:
        body = error_json(line.error)
    return {"line": line.number, "exit": int(line.exit_code), **body}


def _say(line: Line, context: Context) -> None:
    if line.error is not None:
        console.talk(_("Line {number}: {problem}").format(number=line.number, problem=line.error.message))
        if line.error.hint:
            console.talk(f"  {line.error.hint}")
        for finding in getattr(line.error, "findings", ()):
            console.talk(f"  {finding.where}: {finding.message}")
    elif line.outcome is not None:
        files = ", ".join(short_path(made.path) for made in line.outcome.files)
        context.say(f"{line.number}: {line.outcome.id}  {files}")
        if attached := files_of(line.outcome):
            context.say(f"  {console.files_line(attached)}")
        for finding in warnings_of(line):
            text = finding_text(finding, line.outcome.labels)
            context.say("  " + text.replace("\n", "\n  "))


def warnings_of(line: Line) -> list[Finding]:
    """What is weak about the request of a line; hints are left to ``--json``."""
    if line.outcome is None:
        return []
    return [finding for finding in line.outcome.findings if finding.level is not Level.HINT]


app = command_app()


@app.command(help=_("Make many requests: a CSV file, or a file with a JSON object on each line."))
def batch(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE", help=_("A .csv file, or one with a JSON object on each line; - for standard input.")
        ),
    ],
    form: flags.FormName = "",
    pack: flags.PackName = "",
    set_: Annotated[
        list[str] | None, typer.Option("--set", "-s", metavar="ID=VALUE", help=_("An answer for every request."))
    ] = None,
    attach: Annotated[
        list[str] | None, typer.Option("--attach", metavar="PATH", help=_("A file for every request."))
    ] = None,
    allow_files: flags.AllowFiles = None,
    document: flags.Document = "",
    format_: flags.Format = "",
    output: flags.Output = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_("Try everything; write and store nothing."))] = False,
    strict: flags.Strict = False,
) -> None:
    """Parses, runs, prints."""
    from support_cli.requests.batch import run

    context = open_context(no_input=True)
    options = NewOptions(
        form=form, pack=pack, set=tuple(set_ or ()), attach=tuple(attach or ()), no_input=True,
        allow_files=tuple(allow_files or ()), document=document,
        format=format_, output=output, dry_run=dry_run, strict=strict,
    )  # fmt: skip
    print_batch(run(context.bench, file, options), context)
