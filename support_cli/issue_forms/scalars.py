"""Texts as their author typed them, where YAML made a number or a truth value of them."""

import re

from support_cli.packs.yamltext import Parsed, Path

_LINE_END = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")
_PLAIN = re.compile(r"[^\s,\[\]{}#&*!|>'\"%@`][^\s,\[\]{}]*")


class Scalars:
    """Gives the text of any scalar of a document.

    An option that reads ``Yes`` is shown as ``Yes`` and never as ``True``, ``1.10`` never as ``1.1``.
    """

    def __init__(self, parsed: Parsed, text: str) -> None:
        self.parsed = parsed
        self.text = text
        self._lines: list[str] | None = None

    def item(self, value: object, path: Path) -> str:
        """The text of an entry of a list; empty for what is no scalar."""
        if isinstance(value, str) or not isinstance(value, bool | int | float):
            return value if isinstance(value, str) else ""
        return self._typed(path, 0, value)

    def value(self, value: object, path: Path) -> str:
        """The text of a value of a mapping, whose key stands at ``path``; empty for what is no scalar."""
        if isinstance(value, str) or not isinstance(value, bool | int | float):
            return value if isinstance(value, str) else ""
        return self._typed(path, len(str(path[-1])), value)

    def _typed(self, path: Path, key_length: int, value: bool | int | float) -> str:
        if self._lines is None:
            self._lines = _LINE_END.split(self.text)
        line, column = self.parsed.at(path)
        rest = self._lines[line - 1][column - 1 :] if line <= len(self._lines) else ""
        if key_length:
            after = re.match(r"['\"]?\s*:\s+", rest[key_length + rest.startswith(("'", '"')) :])
            rest = rest[key_length + rest.startswith(("'", '"')) + after.end() :] if after else ""
        found = _PLAIN.match(rest)
        if found:
            return found[0]
        return str(value).lower() if isinstance(value, bool) else str(value)
