"""Text that came from outside, made harmless; patterns that are compiled when they are needed; widths on a screen."""

import re
from bisect import bisect
from itertools import accumulate
from typing import Any, AnyStr, Generic, cast


class _Later(Generic[AnyStr]):
    """Stands for a compiled pattern and becomes one at the first question."""

    __slots__ = ("_flags", "_made", "_text")

    def __init__(self, text: AnyStr, flags: int) -> None:
        self._text: AnyStr = text
        self._flags = flags
        self._made: re.Pattern[AnyStr] | None = None

    def __getattr__(self, name: str) -> Any:
        if self._made is None:
            self._made = re.compile(self._text, self._flags)
        return getattr(self._made, name)


def later(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """As ``re.compile``, but the work is done at the first use; for module constants.

    Use the pattern's own methods: functions of ``re`` want a real pattern.
    """
    return cast("re.Pattern[AnyStr]", _Later(text, flags))


def cells(text: str) -> int:
    """Counts columns: two for wide characters (UAX #11), none for accents that stand on another and for joiners.

    Args:
        text: One line without control characters.
    """
    if text.isascii():
        return len(text)
    from unicodedata import category, east_asian_width

    taken = 0
    for char in text:
        if char.isascii():
            taken += 1
        elif category(char) in ("Mn", "Me", "Cf") or "\u1160" <= char <= "\u11ff":  # Hangul that completes a syllable
            taken += char == "\xad"
        else:
            taken += 2 if east_asian_width(char) in "WF" else 1
    return taken


# C0 and C1 controls except TAB and LF, the bidirectional embeddings, overrides and isolates (UAX #9),
# line and paragraph separators, the byte order mark, and surrogates that have no partner.
_UNSAFE = later("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]")
# CSI, OSC and its kin (up to BEL or ST, on one line) and the two-character escapes of ECMA-48 go whole, so that no
# "[31m" stays behind. One that never ends takes only its beginning along, not the words after it.
_ESCAPES = later(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x00-\x1f\x7f-\x9f]*(?:\x07|\x1b\\|\x9c)"
    r"|\x1b[ -/]*[0-~]"
)
_WORTH_COMPARING = 20_000
"""Characters from which on lines are compared before they are searched."""
_ALIKE = bytes.maketrans(b"123456789", b"000000000")
_LINE_ENDS = later("\r\n|[\r\v\f\x85\u2028\u2029]")


def clean_text(text: str) -> str:
    """Makes text of several lines safe to show, store and send.

    Line ends become LF (CRLF, CR, NEL, vertical tab, form feed and the Unicode separators alike); escape sequences,
    controls, bidirectional overrides and lone surrogates are taken out; tabs and the normal form of the rest stay.

    Args:
        text: Anything.

    Returns:
        The same words.
    """
    # What Python calls printable has none of all that: three patterns less to compile in most runs.
    if text.replace("\n", " ").replace("\t", " ").isprintable():
        return text
    text = _LINE_ENDS.sub("\n", text)
    text = _ESCAPES.sub("", text)
    return _UNSAFE.sub("", text)


def clean_line(text: str) -> str:
    """Makes text safe for one line (a header, a title, a cell): as ``clean_text``, blanks and line ends folded.

    Args:
        text: Anything.

    Returns:
        One line without leading or trailing blanks.
    """
    if text.isprintable() and "  " not in text:
        return text.strip()
    return " ".join(clean_text(text).split())


def shorten(text: str, width: int) -> str:
    """Cuts one line to at most ``width`` characters, at a word where that is near, with an ellipsis."""
    if len(text) <= width:
        return text
    cut = text[: width - 1]
    blank = cut.rfind(" ")
    return (cut[:blank] if blank > width * 2 // 3 else cut).rstrip(" ,.;:-") + "…"


def lower_in_place(text: str) -> str:
    """The text in small letters and as long as before: the few letters whose small form is longer stay."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


class Lines:
    """The lines of a text, searched for words. Logs repeat themselves: lines that differ in digits only are one."""

    def __init__(self, lowered: str) -> None:
        """Args: lowered: The text in small letters."""
        self._text = lowered
        self._like: list[list[int]] = []
        if len(lowered) < _WORTH_COMPARING or not lowered.isascii():
            return
        lines = lowered.encode("ascii").translate(_ALIKE).split(b"\n")
        like: dict[bytes, list[int]] = {}
        for number, line in enumerate(lines):
            like.setdefault(line, []).append(number)
        self._like = list(like.values())
        self._each = b"\n".join(like)
        self._begins = list(accumulate((len(line) + 1 for line in like), initial=0))
        self._starts = list(accumulate((len(line) + 1 for line in lines), initial=0))

    def with_any(self, words: tuple[str, ...], *, beside: bool = False) -> list[tuple[int, int]]:
        """Where the lines stand that hold one of some words, each once, in the order of the text.

        Args:
            words: In small letters; a digit may stand for any other.
            beside: The line before and the line after belong to each; stretches that meet are one.
        """
        found = self._alike(words) if self._like else lines_with(self._text, words)
        return self._with_neighbours(found) if beside else found

    def _alike(self, words: tuple[str, ...]) -> list[tuple[int, int]]:
        numbers: set[int] = set()
        for word in words:
            sought = word.encode("ascii", "ignore").translate(_ALIKE) if word.isascii() else b"\n\n"
            at = self._each.find(sought)
            while at >= 0:
                place = bisect(self._begins, at) - 1
                numbers.update(self._like[place])
                at = self._each.find(sought, self._begins[place + 1] - 1)
        starts = self._starts
        return [(starts[number], starts[number + 1] - 1) for number in sorted(numbers)]

    def _with_neighbours(self, found: list[tuple[int, int]]) -> list[tuple[int, int]]:
        wide: list[tuple[int, int]] = []
        for start, end in found:
            before = self._text.rfind("\n", 0, max(0, start - 1)) + 1
            after = self._text.find("\n", end + 1)
            after = len(self._text) if after < 0 else after
            if wide and before <= wide[-1][1]:
                wide[-1] = wide[-1][0], max(after, wide[-1][1])
            else:
                wide.append((before, after))
        return wide


def lines_with(lowered: str, words: tuple[str, ...]) -> list[tuple[int, int]]:
    """Where the lines of a text in small letters stand that hold one of some words, each once, in order."""
    found: dict[int, int] = {}
    ascii_only = lowered.isascii()
    for word in words:
        if ascii_only and not word.isascii():
            continue
        at = lowered.find(word)
        while at >= 0:
            start = lowered.rfind("\n", 0, at) + 1
            end = lowered.find("\n", at)
            end = len(lowered) if end < 0 else end
            found[start] = end
            at = lowered.find(word, end)
    return sorted(found.items())
