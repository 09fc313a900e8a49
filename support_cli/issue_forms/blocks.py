"""The lines of a Markdown template, told apart: headings, comments, check lists, lines to fill in, code, the rest.

Only what templates are made of is known here (CommonMark 0.31, sections 4.2 ATX headings, 4.3 setext headings,
4.5 fenced code, 4.6 HTML blocks; GitHub's task lists); everything else is text.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

_MARK = r"(?:\*\*|__)"
_ATX = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))??(?:[ \t]+#+)?[ \t]*")
_BOLD = re.compile(rf"[ \t]*{_MARK}(?P<label>[^*\n]+?){_MARK}[ \t]*[:：]?[ \t]*(?:<!--[^\n]*?-->)?[ \t]*")
_SETEXT = re.compile(r" {0,3}(?:=+|-{3,})[ \t]*")
_RULE = re.compile(r" {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})[ \t]*([^`\n]*)")
_CHECK = re.compile(r"[ \t]*[-*+][ \t]+\[[ xX]\][ \t]+\S.*")
_ACTION = re.compile(r"/[a-z_]+(?:[ \t].*)?")
# What stands where the value of a labelled line goes: a sample in brackets, code or italics, "e.g. 1.0", dots.
_EXAMPLE = (
    r"(?P<rest>\[[^\]\n]*\]|<!--[^\n]*?-->|\([^()\n]*\)|`[^`\n]*`|<[^<>\n]+>|_[^_\n]+_|\*[^*\n]+\*"
    r"|(?i:\(?(?:e\.?g|i\.?e|ex)\b[^\n]*|(?:for )?example[:,][^\n]*)|…|\.{2,}|_{2,}|[xX?](?:\.[xX?])+|\?+)?"
)
_ENTRY = re.compile(
    rf"(?P<lead>[ \t]*(?:[-*+][ \t]+{_MARK}?|{_MARK})(?P<label>[^\s:：\[\]*][^:：\[\]*\n]{{0,80}}?)[ \t]*{_MARK}?"
    rf"[ \t]*(?:[:：][ \t]*{_MARK}?|(?=\[))[ \t]*){_EXAMPLE}(?P<end>[ \t]*)"
)
_SUMMARY = re.compile(r"<summary[^>\n]{0,200}>(.*?)</summary>", re.DOTALL | re.IGNORECASE)
_BOLD_LEVEL = 7
_LONG = 1000  # no line that means something is longer, and patterns stay fast
_MOST_FOLDED = 50_000


class Block(NamedTuple):
    """One or more lines.

    Attributes:
        kind: ``heading``, ``comment``, ``check``, ``entry``, ``fence``, ``details``, ``rule``, ``action``, ``blank``
            or ``text``.
        start: Where it begins in the text.
        end: Where it ends, line end included.
        title: The words of a heading, the label of an entry, the summary of details.
        level: 1 to 6 for a heading, 7 for a line in bold type.
        slot: Where its answer goes, as offsets in the text; for ``entry``, ``fence`` and ``details``.
        language: What stands after the fence.
    """

    kind: str
    start: int
    end: int
    title: str = ""
    level: int = 0
    slot: tuple[int, int] = (0, 0)
    language: str = ""


class Section(NamedTuple):
    """A heading (None for what stands before the first one) and the blocks up to the next."""

    heading: Block | None
    blocks: list[Block]


def sections(text: str) -> list[Section]:
    """Splits a template at its headings.

    Args:
        text: LF line ends.
    """
    found = [Section(None, [])]
    for block in _entries(text, list(_Lexer(text).blocks())):
        if block.kind == "heading":
            found.append(Section(block, []))
        else:
            found[-1].blocks.append(block)
    return found


class _Finder:
    """Finds the next place of a word, for places asked in rising order, in one pass over the text."""

    def __init__(self, text: str, word: str) -> None:
        self.text = text
        self.word = word
        self.found = -2

    def after(self, place: int) -> int:
        """The first place from ``place`` on, or -1."""
        if self.found != -1 and self.found < place:
            self.found = self.text.find(self.word, place)
        return self.found


class _Lexer:
    """Goes through a text once, line by line."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = re.findall(r"[^\n]*\n|[^\n]+", text)
        lower = text.lower() if len(text.lower()) == len(text) else text
        self.comment_end = _Finder(text, "-->")
        self.details = _Finder(lower, "<details")
        self.details_end = _Finder(lower, "</details>")

    def blocks(self) -> Iterator[Block]:
        place, number = 0, 0
        while number < len(self.lines):
            block = self.long(number, place) or self.line(number, place)
            yield block
            number += self.text.count("\n", place, block.end) + (self.text[block.end - 1] != "\n")
            place = block.end

    def long(self, number: int, place: int) -> Block | None:
        """Comments, code and foldable parts, which may go over several lines."""
        line = self.lines[number]
        stripped = line.lstrip()
        if stripped.startswith("<!--"):
            close = self.comment_end.after(place)
            end = len(self.text) if close < 0 else close + 3
            # Where words follow on the same line, it is text with a remark in it.
            rest = self.text[end : _line_end(self.text, end)]
            return None if rest.strip() else Block("comment", place, end + len(rest))
        opened = _FENCE.fullmatch(line.rstrip("\n")) if len(line) <= _LONG else None
        if opened:
            stop = self.fence_end(number, opened[1])
            inside = place + len(line)
            body = inside + sum(map(len, self.lines[number + 1 : stop]))
            end = body + (len(self.lines[stop]) if stop < len(self.lines) else 0)
            return Block("fence", place, end, slot=(inside, body), language=opened[2].strip())
        return self.folded(number, place) if stripped[:8].lower() == "<details" else None

    def folded(self, number: int, place: int) -> Block | None:
        """A ``<details>`` with exactly one piece of code in it."""
        close = self.details_end.after(place)
        nested = self.details.after(_line_end(self.text, place))
        if close < 0 or close - place > _MOST_FOLDED or -1 < nested < close:
            return None
        end = _line_end(self.text, close)
        at, slots = place + len(self.lines[number]), []
        number += 1
        while at < close:
            opened = _FENCE.fullmatch(self.lines[number].rstrip("\n")) if len(self.lines[number]) <= _LONG else None
            stop = self.fence_end(number, opened[1]) + 1 if opened else number + 1
            size = sum(map(len, self.lines[number:stop]))
            if opened:
                last = len(self.lines[stop - 1]) if stop <= len(self.lines) else 0
                slots.append((at + len(self.lines[number]), at + size - last, opened[2].strip()))
            at, number = at + size, stop
        if len(slots) != 1 or at > end:
            return None
        summary = _SUMMARY.search(self.text, place, end)
        title = re.sub(r"<[^<>]{0,200}>", "", summary[1]).strip() if summary else ""
        return Block("details", place, end, title, slot=slots[0][:2], language=slots[0][2])

    def fence_end(self, number: int, fence: str) -> int:
        """Number of the line that closes a piece of code; the number of lines where none does."""
        closing = re.compile(rf" {{0,3}}{re.escape(fence[0])}{{{len(fence)},}}[ \t]*\n?")
        for at in range(number + 1, len(self.lines)):
            if closing.fullmatch(self.lines[at]):
                return at
        return len(self.lines)

    def line(self, number: int, place: int) -> Block:
        """Everything that takes one line (two for an underlined heading)."""
        whole = self.lines[number]
        line, end = whole.rstrip("\n"), place + len(whole)
        if not line.strip():
            return Block("blank", place, end)
        if len(line) > _LONG:
            return Block("text", place, end)
        atx = _ATX.fullmatch(line)
        if atx:
            return Block("heading", place, end, atx[2] or "", len(atx[1]))
        if _CHECK.fullmatch(line):
            return Block("check", place, end)
        bold = _BOLD.fullmatch(line)
        if bold:
            return Block("heading", place, end, bold["label"].strip().rstrip(":：").strip(), _BOLD_LEVEL)
        entry = _ENTRY.fullmatch(line)
        if entry:
            start = place + len(entry["lead"])
            return Block("entry", place, end, entry["label"].strip(), slot=(start, start + len(entry["rest"] or "")))
        for kind, pattern in (("rule", _RULE), ("action", _ACTION)):
            if pattern.fullmatch(line):
                return Block(kind, place, end)
        following = self.lines[number + 1].rstrip("\n") if number + 1 < len(self.lines) else ""
        plain = not line.startswith(("    ", "\t", "-", "*", "+", ">", "|", "<")) and len(line) <= 120
        if plain and len(following) <= _LONG and _SETEXT.fullmatch(following):
            level = 1 if following.lstrip().startswith("=") else 2
            return Block("heading", place, end + len(self.lines[number + 1]), line.strip(), level)
        return Block("text", place, end)


def _entries(text: str, blocks: list[Block]) -> list[Block]:
    """Lines in bold type that end in a colon and stand close together are entries, not headings."""
    bold = [
        _ENTRY.fullmatch(text[block.start : block.end].rstrip("\n")) if block.level == _BOLD_LEVEL else None
        for block in blocks
    ]
    alike = [
        match is not None or (block.kind == "entry" and text[block.start : block.end].lstrip().startswith(("**", "__")))
        for match, block in zip(bold, blocks, strict=True)
    ]
    result = []
    for number, (match, block) in enumerate(zip(bold, blocks, strict=True)):
        if match and (any(alike[max(0, number - 1) : number]) or any(alike[number + 1 : number + 2])):
            start = block.start + len(match["lead"])
            slot = (start, start + len(match["rest"] or ""))
            result.append(Block("entry", block.start, block.end, match["label"].strip(), slot=slot))
        else:
            result.append(block)
    return result


def _line_end(text: str, place: int) -> int:
    found = text.find("\n", place)
    return len(text) if found < 0 else found + 1
