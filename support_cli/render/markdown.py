"""Answers inside Markdown: nothing that a customer types becomes a heading, a table, a link or the end of its block.

Rules after CommonMark 0.31 (https://spec.commonmark.org/0.31.2/, sections 2.4 backslash escapes, 4 leaf blocks,
5 container blocks, 6 inlines) and GitHub's additions (tables, strikethrough, task lists). Only what would be read
as markup is escaped, so that ordinary sentences stay as they were typed.
"""

import re

from support_cli.base.patterns import later

_INLINE = later(
    r"\\(?=[!-/:-@\[-`{-~]|$)"  # a backslash that would escape something
    r"|`"
    r"|(?<!\s)\*+|\*+(?=[^\s*])"  # stars that touch a word
    r"|_+"
    r"|~~+|(?<=\S)~"
    r"|<(?=[A-Za-z/!?])"
    r"|&(?=#?\w+;)",
    re.MULTILINE,
)
_LINE_START = later(
    r"(?P<number>\d{1,9})(?=[.)](?:\s|$))"  # ordered list
    r"|(?P<mark>\#{1,6}(?=\s|$)|>|[-+*](?=\s|$)|=+\s*$|\[|[|:]?[-|:\s]*-[-|:\s]*$|(?:_\s*){3,}$|~~~)"
)
_CLOSING_HASHES = later(r"(?:(?<=\s)|^)(?=#+\s*$)")
_CELL_PIPE = later(r"\|")
_BACKTICKS = later(r"`+")


def escape_line(text: str) -> str:
    """Escapes text that stands inside a line (after a label or a heading's mark)."""
    escaped = _INLINE.sub(_escape_inline, text)
    if "](" in text or "][" in text:
        escaped = re.sub(r"[\[\]]", r"\\\g<0>", escaped)
    return _CLOSING_HASHES.sub(r"\\", escaped)


def escape_start(text: str) -> str:
    """Escapes text that begins a line: as ``escape_line``, and nothing at its start opens a block."""
    found = _LINE_START.match(text)
    escaped = escape_line(text)
    if found is None:
        return escaped
    if found["number"]:
        return found["number"] + "\\" + escaped[found.end() :]
    return escaped if escaped.startswith("\\") else "\\" + escaped


def escape_block(text: str, indent: str = "") -> str:
    """Escapes prose of several lines: its lines stay lines, its paragraphs paragraphs.

    Args:
        text: Prose with LF line ends.
        indent: What stands before every line but the first, so that the text stays inside a list item.

    Returns:
        Markdown; lines that go on in the same paragraph end in two blanks (a hard line break).
    """
    paragraphs = []
    for paragraph in re.split(r"\n[ \t]*(?:\n[ \t]*)+", text.strip()):
        lines = [escape_start(line.strip()) for line in paragraph.split("\n")]
        paragraphs.append(f"  \n{indent}".join(line for line in lines if line))
    return f"\n\n{indent}".join(part for part in paragraphs if part)


def escape_cell(text: str) -> str:
    """Escapes text for a cell of a table: one line, no bars of its own."""
    return _CELL_PIPE.sub(r"\\|", escape_line(" ".join(text.split())))


def fenced(text: str, language: str = "", indent: str = "") -> str:
    """Puts text into a code block whose fence is longer than any run of backticks in it.

    Args:
        text: Kept as it is, but for blank lines at both ends.
        language: A word after the fence, or empty; anything but a plain word is left out.
        indent: What stands before every line but the first.
    """
    fence = "`" * max(3, 1 + max((len(run) for run in _BACKTICKS.findall(text)), default=0))
    info = language if re.fullmatch(r"[A-Za-z0-9+#._-]{1,30}", language) else ""
    lines = [fence + info, *text.strip("\n").split("\n"), fence]
    return "\n".join(indent + line if number and line else line for number, line in enumerate(lines))


def _escape_inline(found: re.Match[str]) -> str:
    run = found[0]
    if run[0] == "_":
        text, start, end = found.string, found.start(), found.end()
        before, after = text[start - 1 : start], text[end : end + 1]
        inside_word = before.isalnum() and after.isalnum()
        alone = (not before or before.isspace()) and (not after or after.isspace())
        if inside_word or alone:
            return run
    return "".join("\\" + character for character in run)
