"""Any Markdown text as headings and what stands below them, for moving an issue to another form."""

import re

import msgspec

_ATX = re.compile(r" {0,3}(#{1,6})[ \t]+(\S.*)")
_BOLD = re.compile(r"(?:\*\*|__)([^*\n]{1,200})(?:\*\*|__)[ \t]*[:：]?")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_LONG = 1000
_BOLD_LEVEL = 7


class TextSection(msgspec.Struct, frozen=True):
    """One heading and the text up to the next.

    Attributes:
        title: The heading's words; empty for what stands before the first one.
        level: 1 to 6, 7 for a line in bold type, 0 for what stands before the first heading.
        text: The text below it.
        whole: Heading and text as they stand.
    """

    title: str
    level: int
    text: str
    whole: str


def split_sections(body: str) -> list[TextSection]:
    """Splits a Markdown text at its headings; a ``#`` inside code is none.

    Args:
        body: LF line ends.
    """
    found: list[TextSection] = []
    title, level, start, below = "", 0, 0, 0
    place, fence = 0, ""
    for line in body.split("\n"):
        words, rank = ("", 0) if fence or len(line) > _LONG else heading(line)
        if rank:
            found.append(TextSection(title, level, body[below:place], body[start:place]))
            title, level, start, below = words, rank, place, min(place + len(line) + 1, len(body))
        fence = _fence_after(line, fence)
        place += len(line) + 1
    found.append(TextSection(title, level, body[below:], body[start:]))
    return [section for section in found if section.level or section.whole.strip()]


def heading(line: str) -> tuple[str, int]:
    """The words and the level of a heading; level 0 for any other line."""
    atx = _ATX.fullmatch(line)
    if atx:
        words = atx[2].rstrip()
        closed = words.rstrip("#")
        return (closed.rstrip() if closed.endswith((" ", "\t")) else words), len(atx[1])
    bold = _BOLD.fullmatch(line.strip()) if line.startswith(("*", "_")) else None
    return (bold[1].strip().rstrip(":：").strip(), _BOLD_LEVEL) if bold else ("", 0)


def _fence_after(line: str, fence: str) -> str:
    """The fence that is open after a line, given the one open before it."""
    mark = _FENCE.match(line[:_LONG])
    if not mark:
        return fence
    if not fence:
        return mark[1]
    closes = mark[1][0] == fence[0] and len(mark[1]) >= len(fence) and not line[mark.end() :].strip()
    return "" if closes else fence
