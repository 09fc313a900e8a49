"""The settings file as a text: read, and told apart from what is no TOML."""

from pathlib import Path
from re import MULTILINE
from typing import Any

from support_cli.base.errors import UnusableError
from support_cli.base.i18n import _
from support_cli.base.invocation import command_line
from support_cli.base.text import clean_line, later

_MOST_BYTES = 1 << 20
_AT = later(r"\s*\(?at line (\d+),? col(?:umn)? \d+\)?")
_LANG = later(r"""^[ \t]*lang[ \t]*=[ \t]*["'](\w+)["']""", MULTILINE)
_BARE = later(r"\s*([\w.-]+)\s*=\s*([^\W\d][^\"'\[\]{}=#]*?)\s*$")


class SettingsError(UnusableError):
    """The settings cannot be used."""


def read(path: Path) -> str:
    """The file's text; empty if there is none.

    Raises:
        SettingsError: If it cannot be read, or is no text.
    """
    try:
        with path.open("rb") as stream:
            raw = stream.read(_MOST_BYTES + 1)
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise SettingsError(
            _("The settings cannot be read: {problem}.").format(problem=error.strerror), where=str(path)
        ) from None
    try:
        if len(raw) <= _MOST_BYTES:
            return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    raise SettingsError(_("The settings are not a text in UTF-8."), where=str(path), hint=_mend())


def peek_language(path: Path) -> str:
    """The language that the file names, for a help text: without a parser, and without a complaint."""
    try:
        top = path.read_text("utf-8-sig", "replace").partition("\n[")[0]
    except OSError:
        return ""
    found = _LANG.search(top)
    return found[1] if found else ""


def parse(text: str, path: Path) -> dict[str, Any]:
    """The file's data.

    Raises:
        SettingsError: If it is not TOML; where it stops being so is said as far as the parser knows.
    """
    import tomllib

    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # TOMLDecodeError, and a number of more digits than Python reads
        raise not_toml(text, path, error) from None


def not_toml(text: str, path: Path, error: Exception) -> SettingsError:
    """The error that a file is not TOML."""
    problem = clean_line(str(error))[:200]
    at = _AT.search(problem)  # tomllib's "(at line 3, column 8)", tomlkit's "at line 3 col 8"
    line = text.split("\n")[int(at[1]) - 1] if at and int(at[1]) <= text.count("\n") + 1 else ""
    bare = _BARE.match(line)
    hint = _mend()
    if bare:
        hint = _("A text stands in quotes:  {example}").format(example=f'{bare[1]} = "{bare[2]}"') + "\n" + hint
    problem = problem.replace(at[0], "").strip() if at else problem
    return SettingsError(
        _("The settings are not valid TOML: {problem}.").format(problem=problem),
        where=f"{path}:{at[1]}" if at else str(path),
        hint=hint,
    )


def _mend() -> str:
    return _("Mend the file:  {command}").format(command=command_line("config", "edit"))


def place_in(text: str, key: str, path: Path) -> str:
    """``file:line`` of a setting, as far as one can tell without a parser that knows."""
    table = ""
    for number, line in enumerate(text.splitlines(), 1):
        name = line.partition("=")[0].replace('"', "").replace(" ", "").strip()
        if name.startswith("["):
            table = name.strip("[]") + "."
        if key in (name, table + name, table.rstrip(".")):
            return f"{path}:{number}"
    return str(path)
