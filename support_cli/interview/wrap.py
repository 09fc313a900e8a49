"""Lines that fit the terminal: measured in cells, so that wide characters and accents come out right."""

import re

from support_cli.base.text import cells

WIDEST = 88
"""Most cells a line takes, however wide the terminal: longer lines are hard to read."""


def room(columns: int) -> int:
    """Cells to write in. The last column stays free, for consoles that wrap as soon as it is filled."""
    return max(10, min(columns - 1, WIDEST))


def cut(text: str, width: int) -> str:
    """Cuts one line to ``width`` cells, with an ellipsis where something was left out."""
    if cells(text) <= width:
        return text
    kept, taken = [], 0
    for char in text:
        taken += cells(char)
        if taken > width - 1:
            break
        kept.append(char)
    return "".join(kept).rstrip() + "…"


def pad(text: str, width: int) -> str:
    """Fills one line with blanks to ``width`` cells, cutting it where it is longer."""
    text = cut(text, width)
    return text + " " * (width - cells(text))


def wrap(text: str, width: int, indent: str = "") -> list[str]:
    """Breaks text into lines of at most ``width`` cells.

    Lines break at blanks, between wide characters, and inside a word only when it fills a whole line by itself.
    A line's own leading blanks are kept and repeated, so that lists stay lists.

    Args:
        text: One or several lines.
        width: Cells.
        indent: Put before every line but the first; by default as much as a list mark takes.
    """
    result: list[str] = []
    for line in text.split("\n"):
        body = line.lstrip(" ")
        margin = " " * min(len(line) - len(body), width // 2)
        bullet = _BULLET.match(body)
        result += _fold(margin, body, width, indent or " " * (bullet.end() if bullet else 0)) if body else [""]
    return result


_BULLET = re.compile(r"(?:[-*\u2022]|\d{1,3}[.)]) +")


def _fold(margin: str, body: str, width: int, indent: str) -> list[str]:
    lines: list[str] = []
    current, taken = margin, len(margin)
    gap = ""
    for word in body.split(" "):
        for piece in _pieces(word):
            size = cells(piece)
            if taken + len(gap) + size > width and current.strip():
                lines.append(current)
                current, taken, gap = margin + indent, len(margin) + cells(indent), ""
            current, taken = current + gap, taken + len(gap)
            for char in piece if taken + size > width else [piece]:
                step = cells(char)
                if taken + step > width and current.strip():
                    lines.append(current)
                    current, taken = margin + indent, len(margin) + cells(indent)
                current, taken = current + char, taken + step
            gap = ""
        gap += " "
    lines.append(current)
    return lines


def _pieces(word: str) -> list[str]:
    """Cuts a word where a line may break inside it: around characters that are two cells wide."""
    if word.isascii():
        return [word]
    pieces = [""]
    for char in word:
        wide = cells(char) == 2
        last = pieces[-1]
        if last and last[-1] != "\u200d" and (wide or cells(last[-1]) == 2) and char not in _STICK:
            pieces.append(char)
        else:
            pieces[-1] += char
    return pieces


# Closing marks that do not begin a line, and what joins or follows another character.
_STICK = frozenset("、。，．！？：；）」』】》〉…,.!?:;)]}\u200d\ufe0f\u0301\u0308")
