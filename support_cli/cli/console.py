"""The streams: stdout carries the product only, talk goes to stderr, ``--json`` is one document on stdout."""

import codecs
import contextlib
import locale
import os
import sys
from collections.abc import Mapping, Sequence
from typing import BinaryIO, TextIO

from support_cli.base.errors import UnusableError
from support_cli.base.i18n import _, format_size, ngettext
from support_cli.base.text import cells, clean_line, clean_text


def prepare_streams() -> None:
    """Makes the standard streams UTF-8, and never fail on a character that is written.

    A terminal that was set up for another encoding (KOI8-R, ISO 8859-2) keeps it: that is what its keyboard sends.
    """
    for stream in (sys.stdout, sys.stderr, sys.stdin):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            with contextlib.suppress(OSError, ValueError):
                errors = "backslashreplace" if stream is not sys.stdin else "strict"
                reconfigure(encoding=_terminal_encoding() if stream.isatty() else "utf-8", errors=errors)


def _terminal_encoding() -> str:
    """The encoding of the locale; UTF-8 where that says only ASCII, which is what a locale says that is not set up."""
    name = codecs.lookup(locale.getpreferredencoding(False)).name
    return "utf-8" if name == "ascii" else name


def talk(text: str) -> None:
    """Shows text to the person, on standard error; a terminal that went away is no error."""
    _write(sys.stderr, clean_text(text).rstrip("\n") + "\n")


def product(text: str) -> None:
    """Writes the product to standard output, ended by a line end."""
    _write(sys.stdout, text if text.endswith("\n") else text + "\n")


def flush() -> None:
    """Brings what was written to standard output to its end.

    Raises:
        Unwritable: If it cannot be written.
    """
    _write(sys.stdout, "")


def product_exact(text: str) -> None:
    """Writes a document to standard output to the byte: UTF-8, its own line ends, nothing added."""
    if sys.stdout is None:
        return
    try:
        out = binary_stdout()
        out.write(text.encode("utf-8"))
        out.flush()
    except BrokenPipeError:
        _stop_writing(sys.stdout)
    except OSError as error:
        raise _unwritable(error) from None


def _write(stream: TextIO | None, text: str) -> None:
    if stream is None:
        return
    with contextlib.suppress(ValueError):
        try:
            stream.write(text)
            stream.flush()
        except BrokenPipeError:
            _stop_writing(stream)
        except OSError as error:
            if stream is sys.stdout:
                raise _unwritable(error) from None


class Unwritable(UnusableError):
    """Standard output cannot be written: a disk is full, a device gone."""


def _unwritable(error: OSError) -> Unwritable:
    _stop_writing(sys.stdout)  # what is left in its buffer would be complained about again at the end
    return Unwritable(_("Standard output cannot be written: {problem}.").format(problem=error.strerror or error))


def _stop_writing(stream: TextIO) -> None:
    """The reader has seen enough (| head): neither we nor the interpreter at its exit may complain."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def product_json(record: object) -> None:
    """Writes one JSON document to standard output: stable, untranslated keys, uncoloured."""
    import msgspec

    product(msgspec.json.format(msgspec.json.encode(record), indent=2).decode())


def told_as_json(record: object, *, otherwise_said: bool = True) -> bool:
    """Writes one JSON document about what may have left this machine.

    Args:
        record: What became of it.
        otherwise_said: The caller says the same on standard error where this cannot be written.

    Returns:
        False where standard output cannot be written and the caller has to say it.

    Raises:
        Unwritable: If it cannot be written, and nothing is said otherwise.
    """
    try:
        product_json(record)
    except Unwritable as error:
        if not otherwise_said:
            raise
        talk(error.message)
        return False
    return True


def is_terminal() -> bool:
    """Whether somebody can be asked: input and the stream that we talk on are both a terminal."""
    try:
        return sys.stdin is not None and sys.stdin.isatty() and sys.stderr is not None and sys.stderr.isatty()
    except ValueError:
        return False


def read_stdin(most: int = 4 << 20) -> bytes:
    """Reads standard input to its end, or one octet more than is taken: what answers may have by default."""
    if sys.stdin is None:
        return b""
    return sys.stdin.buffer.read(most + 1)


def binary_stdout() -> BinaryIO:
    """Standard output as bytes."""
    sys.stdout.flush()
    return sys.stdout.buffer


def columns(rows: Sequence[Sequence[str]], gap: int = 3, indent: str = "  ") -> str:
    """Lays out rows in columns as wide as their widest cell (wide characters counted), the last one open.

    Args:
        rows: Cells without line ends; every row has the same number.
        gap: Blanks between columns.
        indent: What stands before every row.
    """
    if not rows:
        return ""
    widths = [max(cells(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = []
    for row in rows:
        filled = [cell + " " * (widths[i] - cells(cell)) for i, cell in enumerate(row[:-1])]
        lines.append((indent + (" " * gap).join([*filled, row[-1]])).rstrip())
    return "\n".join(lines)


def files_line(files: Mapping[str, int]) -> str:
    """How many files go along, how much they are, and which.

    Args:
        files: Name to bytes.
    """
    names = ", ".join(f"{clean_line(name)} ({format_size(size)})" for name, size in files.items())
    text = ngettext("With {count} file, {size}: {names}", "With {count} files, {size}: {names}", len(files))
    return text.format(count=len(files), size=format_size(sum(files.values())), names=names)
