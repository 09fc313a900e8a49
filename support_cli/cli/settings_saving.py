"""Writing the settings file; also one that cannot be used as it is, for that is when it has to be written."""

from pathlib import Path
from typing import Any

from support_cli.base.files import write_private
from support_cli.base.i18n import _
from support_cli.base.text import clean_line
from support_cli.cli.settings import convert, find, parse_value, put
from support_cli.cli.settings_text import SettingsError, not_toml, parse, place_in, read


def save(path: Path, key: str, text: str | None) -> SettingsError | None:
    """Writes one setting into the file, keeping its comments.

    Args:
        path: The TOML file; it need not exist.
        key: Dotted name.
        text: The value; None takes the setting out, one that there is no such setting of too.

    Returns:
        What else is wrong in the file, which is written all the same.

    Raises:
        SettingsError: If the key or the value is wrong, or the file is not TOML or cannot be written.
    """
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    value = None if text is None else parse_value(find(key), text, key)
    if value is not None:
        alone: dict[str, Any] = {}
        put(alone, key, value)
        convert(alone, str)
    current = read(path)
    try:
        document = tomlkit.parse(current)
        found = _write(document, key, value)
        written = tomlkit.dumps(document)
    except (TOMLKitError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise not_toml(current, path, error) from None
    if not found:
        find(key)
    if written != current:
        save_text(path, written)
    return fault_in(path, written)


def _write(document: Any, key: str, value: str | bool | int | None) -> bool:
    """Whether it was there to be taken out, or was put in."""
    table = document
    *parents, last = key.split(".")
    for parent in parents:
        if not isinstance(table.get(parent, {}), dict):  # smtp = 5
            del table[parent]
        if value is not None and parent not in table:
            import tomlkit

            table[parent] = tomlkit.table()
        table = table.get(parent, {})
    if value is not None:
        table[last] = value
    elif last in table:
        del table[last]
    else:
        return False
    return True


def save_text(path: Path, text: str) -> None:
    """Writes the whole file.

    Raises:
        SettingsError: If it cannot be written.
    """
    try:
        write_private(path, text.encode("utf-8"))
    except (OSError, ValueError) as error:
        problem = getattr(error, "strerror", None) or clean_line(str(error))
        raise SettingsError(
            _("The settings cannot be written: {problem}.").format(problem=problem), where=str(path)
        ) from None


def fault_in(path: Path, text: str) -> SettingsError | None:
    """What is wrong with a text of the settings file."""
    try:
        convert(parse(text, path), lambda wrong: place_in(text, wrong, path))
    except SettingsError as error:
        return error
    return None
