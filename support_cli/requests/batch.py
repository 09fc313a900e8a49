"""``support batch``: many requests from one file, one line or row each; a faulty one never stops the others."""

import csv
import io
import itertools
import re
from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import BinaryIO

import msgspec

from support_cli.base import reading
from support_cli.base.errors import ExitCode, SupportError, UsageError, of_one_item
from support_cli.base.i18n import _
from support_cli.environment import Bench
from support_cli.requests import answers as said_beside
from support_cli.requests.compose import scripted
from support_cli.requests.options import NewOptions
from support_cli.requests.prepare import prepare_given
from support_cli.requests.work import Outcome, Work

ATTACH = "attach"
"""Column or key whose value names files; in a cell they stand as ``answers.split_cell`` reads them."""


_LONGEST_LINE = 4 << 20


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
        name: A table (CSV or TSV, as spreadsheets write them), a file with a JSON object on each line, or ``-``.
        options: As for ``new``; ``set`` and ``attach`` hold for every line.

    Yields:
        What became of each line, in order.

    Raises:
        UsageError: If the file cannot be read.
        SupportError: If the pack cannot be used.
    """
    first: Work | None = None
    for number, row, in_cells in _rows(bench, name):
        try:
            if isinstance(row, UsageError):
                raise row
            work = prepare_given(bench, options, _given(row, f"{name}:{number}", in_cells=in_cells), like=first)
            first = first or work
            yield Line(number=number, outcome=scripted(work))
        except Exception as error:
            yield Line(number=number, error=of_one_item(error))


Row = dict[str, object] | UsageError
"""The answers of a line, or why it has none."""


def _rows(bench: Bench, name: str) -> Iterator[tuple[int, Row, bool]]:
    """Number and answers of each line, and whether they stood in cells of a table."""
    try:
        with io.BytesIO(bench.stdin()) if name == "-" else (bench.cwd / name).open("rb") as stream:
            first = stream.readline(_LONGEST_LINE)
            encoding = reading.encoding_of(first[:4])
            lines = _lines(first, stream, encoding, name)
            in_cells = _is_table(name, first.decode(encoding, "ignore"))
            for number, row in _table_rows(lines, name) if in_cells else _json_lines(lines, name):
                yield number, row, in_cells
    except OSError as error:
        raise UsageError(
            _("{name} cannot be read: {problem}.").format(name=name, problem=error.strerror), where=name
        ) from None


class _Cut(str):
    """The beginning of a line that is longer than answers can be."""

    __slots__ = ()


def _too_long(where: str) -> UsageError:
    return UsageError(_("{name} is larger than answers can be.").format(name=where), where=where)


def _lines(first: bytes, stream: BinaryIO, encoding: str, name: str) -> Iterator[str]:
    """Decodes line by line, so that the place of what cannot be decoded is known; of a line that is too long ``_Cut``.

    Raises:
        EncodingError: At the first line that is in another encoding.
    """
    if encoding.startswith(("utf-16", "utf-32")):  # a line end is no single byte there
        yield from io.StringIO(reading.decode(first + stream.read(), name), newline="")
        return
    for number, raw in enumerate(itertools.chain([first], iter(lambda: stream.readline(_LONGEST_LINE), b"")), 1):
        cut = len(raw) == _LONGEST_LINE and not raw.endswith(b"\n")
        try:
            text = raw.decode(encoding, "ignore" if cut else "strict")
        except UnicodeDecodeError:
            raise reading.undecodable(name, number, encoding) from None
        if reading.is_garbled(text):
            raise reading.undecodable(name, number, encoding)
        text = text.removeprefix("\ufeff") if number == 1 else text
        yield _Cut(text) if cut else text
        while cut and (rest := stream.readline(_LONGEST_LINE)) and not rest.endswith(b"\n"):
            pass  # the rest of that line


def _is_table(name: str, start: str) -> bool:
    """Whether a file is a table: by its ending, else because it does not begin as JSON does."""
    ending = PurePath(name).suffix.lower()
    if ending in (".csv", ".tsv", ".tab"):
        return True
    return ending not in (".jsonl", ".ndjson", ".json") and start.lstrip("\ufeff \t\r\n\x00")[:1] not in ("{", "[", "")


def _json_lines(lines: Iterable[str], name: str) -> Iterator[tuple[int, Row]]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        where = f"{name}:{number}"
        if isinstance(line, _Cut):
            yield number, _too_long(where)
            continue
        try:
            row = reading.parse_json(line)
        except reading.RepeatedKeyError as error:
            yield number, reading.RepeatedKeyError(error.message, hint=error.hint, where=where)
        except ValueError as error:
            yield number, UsageError(_("This line is not JSON: {problem}.").format(problem=error), where=where)
        else:
            is_object = isinstance(row, dict)
            yield number, row if is_object else UsageError(_("This line is not a JSON object."), where=where)  # type: ignore[misc]


def _table_rows(lines: Iterator[str], name: str) -> Iterator[tuple[int, Row]]:
    """Rows of a table as spreadsheets write it: commas, semicolons or tabs between cells, ``sep=;`` perhaps before."""
    lines = _uncut(lines, name)
    first = next(lines, "")
    told = re.fullmatch(r"sep=(.)", first.rstrip("\r\n"), re.IGNORECASE)
    separator = told[1] if told else separator_of(first)
    reader = csv.reader(lines if told else itertools.chain([first], lines), delimiter=separator, strict=True)
    heading: list[str] = []
    try:
        for cells in reader:
            number = reader.line_num + bool(told)
            if not any(cell.strip() for cell in cells):
                continue
            if not heading:
                heading = [cell.strip() for cell in cells]
                while heading and not heading[-1]:
                    heading.pop()
                reading.refuse_repeated(heading, f"{name}:{number}")
                continue
            if any(cells[len(heading) :]):
                yield number, UsageError(_("This row has more cells than the heading."), where=f"{name}:{number}")
                continue
            yield number, {key: cell for key, cell in zip(heading, cells, strict=False) if key and cell.strip()}
    except csv.Error as error:
        yield reader.line_num, UsageError(_("The file is not CSV: {problem}.").format(problem=error), where=name)


def _uncut(lines: Iterable[str], name: str) -> Iterator[str]:
    """The lines; where a cell would end is not known of one that was cut.

    Raises:
        UsageError: If one was.
    """
    for number, line in enumerate(lines, 1):
        if isinstance(line, _Cut):
            raise _too_long(f"{name}:{number}")
        yield line


def separator_of(heading: str) -> str:
    """What separates the cells of a table, by its first line: the sign that stands there most outside of quotes."""
    outside = re.sub(r'"(?:[^"]|"")*"', "", heading)
    return max("\t;,", key=outside.count) if any(sign in outside for sign in "\t;,") else ","


def _given(row: dict[str, object], name: str, *, in_cells: bool) -> said_beside.Given:
    values = dict(row)
    attach = values.pop(ATTACH, ())
    if not isinstance(attach, list | tuple | str):
        raise UsageError(_("“attach” takes a list of paths."))
    paths = said_beside.split_cell(attach) if isinstance(attach, str) and in_cells else attach
    files = tuple(
        said_beside.FileReference(str(one), name) for one in ([paths] if isinstance(paths, str) else paths) if one
    )
    return said_beside.given_of(values, name, in_cells=in_cells, files=files)
