"""What stands around a field: heading, label and hints above it, one sentence and the keys below it.

Text is broken into lines here, by words and by cells, because the toolkit itself breaks inside words.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from prompt_toolkit.application.current import get_app
from prompt_toolkit.filters import Condition, is_done
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.layout import AnyContainer, ConditionalContainer, Dimension, FormattedTextControl, HSplit, Window

from support_cli.base.text import cells
from support_cli.interview.wrap import cut, room, wrap

Line = list[tuple[str, str]]
KeyHint = tuple[str, str]

_FEW = 14
"""With fewer rows than this, empty lines go, and keys that have no room."""
_LEAST = 3
"""Fewest rows of a list."""
# Bold and dim are no colours: they stay with NO_COLOR. Colours only repeat what a mark or a place says.
STYLE = {
    "title": "dim",
    "label": "bold",
    "dim": "dim",
    "question": "ansicyan",
    "problem": "ansired",
    "notice": "",
    "key": "bold",
    "what": "dim",
    "pointed": "bold",
    "warn": "ansiyellow",
    # questionary's own colours are louder than this screen wants to be
    "answer": "",
    "qmark": "",
    "placeholder": "dim",
}


@dataclass(eq=False, repr=False)
class Panel:
    """The texts around one field; all of them are free of control characters.

    Attributes:
        title: Left part of the heading line.
        right: Right part of the heading line.
        label: What is asked.
        aside: Shown at the right of the label, or below it where there is no room.
        hints: Paragraphs under the label.
        source: Where the text comes from that stands in the field; shown while it is untouched.
        message: Why the field cannot be left; goes away as soon as the text is right.
        notice: What just happened; goes away with the next key that changes the text.
        help: Lines shown while ``helping``.
        keys: Key and meaning, in the order of their weight.
        over: Lines between the hints and the field, given the cells of a line.
        under: Lines under the field, given the cells and rows that they may take.
    """

    title: str = ""
    right: str = ""
    label: str = ""
    aside: str = ""
    hints: Sequence[str] = ()
    source: str = ""
    message: str = ""
    notice: str = ""
    help: Sequence[str] = ()
    helping: bool = False
    keys: Callable[[], Sequence[KeyHint]] = field(default=lambda: ())
    over: Callable[[int], list[Line]] | None = None
    under: Callable[[int, int], list[Line]] | None = None

    def above(self, width: int, rows: int) -> list[Line]:
        """Heading, label, hints; on a screen with few rows without empty lines."""
        titled = self.title or self.right
        if rows < _FEW:
            lines = heading_line(self.title, self.right, width) if titled and not self.helping else []
        else:
            lines = heading(self.title, self.right, width) if titled else []
            lines = lines or ([[]] if self.label else [])
        lines += self._label(width) if self.label else []
        for hint in (*self.hints, self.source):
            if hint:
                lines += [[("class:dim", text)] for text in wrap(hint, width)]
        return lines

    def _label(self, width: int) -> list[Line]:
        lines: list[Line] = [[("class:label", text)] for text in wrap(self.label, width)]
        if not self.aside:
            return lines
        space = width - cells(lines[-1][0][1]) - cells(self.aside)
        if space >= 3:
            lines[-1].append(("class:dim", " " * space + self.aside))
            return lines
        return [*lines, *([("class:dim", text)] for text in wrap(self.aside, width))]

    def below(self, width: int, rows: int) -> list[Line]:
        """One sentence (or the place for it), and the keys, of which Enter and the last stay on few rows."""
        lines: list[Line] = []
        for style, text in (("class:notice", self.notice), ("class:problem", self.message)):
            lines += [[(style, part)] for part in wrap(text, width)] if text else []
        if rows >= _FEW:
            lines = lines or [[]]
        left = max(1, rows - len(self.above(width, rows)) - len(lines) - (1 + _LEAST if self.under else 1))
        if self.helping:
            told = [[("", part)] for text in self.help for part in wrap(text, width, "  ")]
            lines += told if rows >= _FEW else told[: max(1, left - 1)]
            left = max(1, left - len(told))
        keys = self.keys()
        drawn = key_lines(keys, width)
        if rows < _FEW and len(drawn) > left:
            enter = next((key for key in keys if key[0] == "Enter"), keys[0])
            drawn = key_lines([enter, keys[-1]], width)[:left]
        return lines + drawn

    def too_long_above(self, columns: int, rows: int) -> bool:
        """Whether the part above would push the field off a screen of this size."""
        return len(self.above(room(columns), rows)) > (max(2, rows - 2 - _LEAST) if rows < _FEW else max(6, rows - 10))

    def fits(self, columns: int, rows: int) -> bool:
        """Whether all of it, with one line for the field, fits a screen of this size."""
        width = room(columns)
        over = self.over(width) if self.over else []
        return len(self.above(width, rows)) + len(over) + 1 + len(self.below(width, rows)) <= rows

    def widths(self, columns: int, rows: int) -> list[int]:
        """Cells of each line above the field, on a screen of this size."""
        width = room(columns)
        lines = self.above(width, rows) + (self.over(width) if self.over else [])
        return [cells("".join(text for _style, text in line).rstrip()) for line in lines]

    def around(self, field_container: AnyContainer) -> HSplit:
        """Builds the whole layout around the toolkit's field."""
        parts: list[AnyContainer] = [_text(lambda width: self.above(width, _rows()), 1)]
        over, under = self.over, self.under
        if over:
            parts.append(_text(lambda width: over(width)[-self._room_over(width) :], 0))
        parts.append(field_container)
        if under:
            parts.append(_text(lambda width: under(width, self._room_under(width)), 0))
        parts.append(_text(lambda width: self.below(width, _rows()), 1))
        return HSplit(parts)

    def _room_under(self, width: int) -> int:
        rows = _rows()
        return max(_LEAST, rows - len(self.above(width, rows)) - len(self.below(width, rows)) - 1)

    def _room_over(self, width: int) -> int:
        left = self._room_under(width)
        return max(1, left - len(self.under(width, left))) if self.under else left


def _rows() -> int:
    return get_app().output.get_size().rows


def _text(lines: Callable[[int], list[Line]], least: int) -> ConditionalContainer:
    def current() -> list[Line]:
        return lines(room(get_app().output.get_size().columns))

    control = FormattedTextControl(lambda: joined(current()))
    window = Window(control, height=Dimension(min=least), dont_extend_height=True)
    return ConditionalContainer(window, filter=~is_done & Condition(lambda: bool(current())))


def joined(lines: Sequence[Line]) -> StyleAndTextTuples:
    """Lines as one formatted text."""
    result: StyleAndTextTuples = []
    for number, line in enumerate(lines):
        result += [("", "\n")] if number else []
        result += line
    return result or [("", "")]


def heading_line(title: str, right: str, width: int) -> list[Line]:
    """The heading in one line: the title is cut where there is little room."""
    title = cut(title, max(8, width - cells(right) - 3)) if right else cut(title, width)
    return [[("class:title", title + " " * max(3, width - cells(title) - cells(right)) * bool(right) + right)]]


def heading(title: str, right: str, width: int) -> list[Line]:
    """The heading line between two empty ones, its right part at the right edge, or below where it is narrow."""
    space = width - cells(title) - cells(right)
    if space >= 3:
        return [[], [("class:title", title + " " * space + right)], []]
    return [[], *([("class:title", part)] for part in (*wrap(title, width), right) if part), []]


def key_lines(keys: Sequence[KeyHint], width: int) -> list[Line]:
    """Key hints, as many in a line as fit."""
    lines: list[Line] = []
    taken = 0
    for key, meaning in keys:
        size = cells(key) + 1 + cells(meaning)
        if lines and taken + 3 + size <= width:
            lines[-1].append(("", "   "))
            taken += 3 + size
        else:
            lines.append([])
            taken = size
        lines[-1] += [("class:key", key), ("class:what", " " + meaning)]
    return lines
