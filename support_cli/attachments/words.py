"""Splitting a line into words as a shell does, remembering what was typed and what was quoted."""

import re

import msgspec

from support_cli.base.patterns import later

_POSIX_QUOTED = later(r'"((?:[^"\\]|\\.)*)"|\'([^\']*)\'', re.DOTALL)
_WINDOWS_QUOTED = later(r'"([^"]*)"|\'([^\']*)\'', re.DOTALL)


class Word(msgspec.Struct, frozen=True, kw_only=True):
    """One word of a line.

    Attributes:
        raw: As it was typed.
        value: Without quotes and escapes.
        pattern: The value with quoted and escaped ``*``, ``?`` and ``[`` made literal (``[*]``).
        quoted: Some of it was in quotes.
        start: Offset of its first character in the line.
        end: Offset behind its last one.
    """

    raw: str
    value: str
    pattern: str
    quoted: bool
    start: int
    end: int

    @classmethod
    def plain(cls, text: str) -> "Word":
        """A word that stands for itself and may be a pattern."""
        return cls(raw=text, value=text, pattern=text, quoted=False, start=0, end=len(text))


def words(text: str, *, windows: bool) -> list[Word]:
    r"""Splits a line at unquoted blanks and line ends.

    A quote without its partner is an ordinary character, so ``John's.png`` stays whole. On Windows ``\`` is an
    ordinary character too; elsewhere it escapes the next one, inside double quotes only ``"``, ``\``, ``$`` and the
    backquote (POSIX.1-2024, XCU 2.2). The ``&`` that PowerShell puts before a dropped path is passed over.

    Args:
        text: The line.
        windows: Whose rules.
    """
    found: list[Word] = []
    at = 0
    while at < len(text):
        if text[at].isspace() and text[at] not in "\u00a0\u2007\u202f":  # those are part of names on a Mac
            at += 1
            continue
        word = _word(text, at, windows)
        if not (windows and word.raw == "&"):
            found.append(word)
        at = word.end
    return found


def _word(text: str, start: int, windows: bool) -> Word:
    value: list[str] = []
    pattern: list[str] = []
    quoted, at = False, start

    def literal(piece: str) -> None:
        value.append(piece)
        pattern.append(re.sub(r"([*?[])", r"[\1]", piece))

    while at < len(text) and (not text[at].isspace() or text[at] in "\u00a0\u2007\u202f"):
        match = (_WINDOWS_QUOTED if windows else _POSIX_QUOTED).match(text, at) if text[at] in "\"'" else None
        if match:
            double = match[1]
            if double is not None and not windows:
                double = re.sub(r'\\(["\\$`])', r"\1", double)
            literal(double if double is not None else match[2])
            quoted, at = True, match.end()
        elif text[at] == "\\" and not windows and at + 1 < len(text):
            literal(text[at + 1])
            at += 2
        else:
            value.append(text[at])
            pattern.append(text[at])
            at += 1
    return Word(raw=text[start:at], value="".join(value), pattern="".join(pattern), quoted=quoted, start=start, end=at)
