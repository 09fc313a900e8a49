"""Text for eyes that see nothing but text: wrapped by what it takes on a screen, addresses and codes left whole."""

import re
import unicodedata

WIDTH = 76
_DASHES = ("-", "–", "—")
"""No line begins with one that stood between two words: it would look like a point of a list."""


def cells(text: str) -> int:
    """Counts the columns that one line takes in a terminal (UAX #11: wide characters two, combining ones none)."""
    if text.isascii():
        return len(text)
    return sum(_cell(character) for character in text)


def wrap(text: str, width: int = WIDTH, indent: str = "", first: str | None = None) -> str:
    """Wraps prose.

    Args:
        text: Prose with LF line ends, which stay; empty lines stay as one.
        width: Most columns of a line; a word without blanks (an address, a code) may be longer.
        indent: What stands before every line.
        first: What stands before the first line instead (a number, a label), or None.

    Returns:
        Lines without blanks at their ends.
    """
    lines: list[str] = []
    for paragraph in re.sub(r"\n\s*\n", "\n\n", text.strip()).split("\n"):
        lead = first if first is not None and not lines else indent
        lines += _fill(paragraph, width, lead, indent) or [""]
    return "\n".join(lines)


def underline(text: str, mark: str = "─") -> str:
    """Draws a line below a heading, as long as it is; of box characters, for readers of mail cut at ``---``."""
    mark = {"": "─", "-": "─", "=": "═"}.get(mark, mark)
    return mark * min(max(cells(text), 3), WIDTH)


def _fill(paragraph: str, width: int, lead: str, indent: str) -> list[str]:
    lines: list[str] = []
    current, used, empty = lead, cells(lead), True
    for word in _words(paragraph, width - cells(indent)):
        glued = word.startswith("\0")
        word = word.removeprefix("\0")  # noqa: PLW2901 - the mark is not part of the word
        needed = cells(word) + (0 if empty or glued else 1)
        if not empty and used + needed > width and word not in _DASHES:
            lines.append(current)
            current, used, empty, needed = indent, cells(indent), True, cells(word)
        current += word if empty or glued else " " + word
        used += needed
        empty = False
    return lines if empty else [*lines, current]


def _words(paragraph: str, width: int) -> list[str]:
    """Splits at blanks, and between wide characters where a run is too long; NUL marks a glued one."""
    words: list[str] = []
    for word in re.findall(r"[^ \t]+", paragraph):  # a no-break space is no place to break
        if cells(word) <= width or not any(_cell(character) == 2 for character in word):
            words.append(word)
            continue
        pieces = re.findall(
            r"[\u1100-\uffff\U00010000-\U0010ffff][\u0300-\u036f\u3001\u3002\uff0c\uff01\uff1f]*|[^\u1100-\uffff\U00010000-\U0010ffff]+",
            word,
        )
        words += [piece if number == 0 else "\0" + piece for number, piece in enumerate(pieces)]
    return words


def _cell(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
