"""``support batch``: many requests from one file, one line or row each; a faulty one never stops the others."""

import csv
import io
from collections.abc import Iterator

import msgspec

from support_cli.errors import ExitCode, SupportError, UsageError
from support_cli.i18n import _
from support_cli.workflow import answers as said_beside
from support_cli.workflow.bench import Bench
from support_cli.workflow.compose import scripted
from support_cli.workflow.prepare import prepare_given
from support_cli.workflow.work import NewOptions, Outcome, Work

ATTACH = "attach"
"""Column or key whose value names files, separated by semicolons in CSV."""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one line.

    Attributes:
        number: Line of a JSONL file, or row of a CSV file (the heading is 1).
        outcome: What was made, or None.
        error: Why nothing was made, or None.
    """

    number: int
    outcome: Outcome | None = None
    error: SupportError | None = None

    @property
    def exit_code(self) -> ExitCode:
        """The code that a run of this line alone would have ended with."""
        return self.error.exit_code if self.error is not None else ExitCode.OK


def run(bench: Bench, name: str, options: NewOptions) -> Iterator[Line]:
    """Makes a request of every line; memory does not grow with their number.

    Args:
        bench: The collaborators; nothing is ever asked.
        name: A ``.csv`` file, a file with a JSON object on each line, or ``-`` for the latter.
        options: As for ``new``; ``set`` and ``attach`` hold for every line.

    Yields:
        What became of each line, in order.

    Raises:
        UsageError: If the file cannot be read.
        SupportError: If the pack cannot be used.
    """
    first: Work | None = None
    for number, row in _rows(bench, name):
        try:
            if isinstance(row, UsageError):
                raise row
            given, attach = _given(row)
            line_options = msgspec.structs.replace(options, attach=(*options.attach, *attach))
            work = prepare_given(bench, line_options, given, like=first)
            first = first or work
            yield Line(number=number, outcome=scripted(work))
        except SupportError as error:
            yield Line(number=number, error=error)


Row = dict[str, object] | UsageError
"""The answers of a line, or why it has none."""


def _rows(bench: Bench, name: str) -> Iterator[tuple[int, Row]]:
    if name == "-":
        lines: Iterator[str] = iter(io.TextIOWrapper(io.BytesIO(bench.stdin()), "utf-8-sig", errors="replace"))
        yield from _json_lines(lines, name)
        return
    path = bench.cwd / name
    try:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
            if path.suffix.lower() == ".csv":
                yield from _csv_rows(stream)
            else:
                yield from _json_lines(stream, name)
    except OSError as error:
        raise UsageError(
            _("{name} cannot be read: {problem}.").format(name=name, problem=error.strerror), where=name
        ) from None


def _json_lines(lines: "Iterator[str] | io.TextIOBase", name: str) -> Iterator[tuple[int, Row]]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = msgspec.json.decode(line)
        except (msgspec.MsgspecError, UnicodeEncodeError, RecursionError) as error:
            message = _("This line is not JSON: {problem}.").format(problem=said_beside.json_problem(error))
            yield number, UsageError(message, where=f"{name}:{number}")
            continue
        if isinstance(row, dict):
            yield number, row
        else:
            yield number, UsageError(_("This line is not a JSON object."), where=f"{name}:{number}")


def _csv_rows(stream: "io.TextIOBase") -> Iterator[tuple[int, Row]]:
    reader = csv.DictReader(stream, restkey="")
    try:
        for row in reader:
            if "" in row:
                yield reader.line_num, UsageError(_("This row has more cells than the heading."))
                continue
            cells: dict[str, object] = {key: value for key, value in row.items() if value}
            if ATTACH in cells:
                cells[ATTACH] = [part.strip() for part in str(cells[ATTACH]).split(";") if part.strip()]
            yield reader.line_num, cells
    except csv.Error as error:
        yield reader.line_num, UsageError(_("The file is not CSV: {problem}.").format(problem=error))


def _given(row: dict[str, object]) -> tuple[said_beside.Given, tuple[str, ...]]:
    values = dict(row)
    attach = values.pop(ATTACH, ())
    if not isinstance(attach, list | tuple | str):
        raise UsageError(_("“attach” takes a list of paths."))
    paths = (attach,) if isinstance(attach, str) else tuple(str(one) for one in attach)
    return said_beside.given_of(values), paths
