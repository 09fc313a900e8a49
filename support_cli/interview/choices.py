"""A list to choose from: typing narrows it, arrows walk it, and it never takes more lines than there are."""

from collections.abc import Sequence
from dataclasses import dataclass

from support_cli.base.i18n import _, ngettext
from support_cli.base.text import cells, clean_line
from support_cli.interview.commands import Stay
from support_cli.interview.panel import Line
from support_cli.interview.wrap import wrap


@dataclass(frozen=True, eq=False, repr=False)
class Item:
    """One line of a list.

    Attributes:
        label: What is shown, and what typing is compared with.
        hint: Shown beside the label, or under it where the line is too short.
        mark: A remark that belongs to the label, such as ``required``.
        words: Other ways to say it (``y``, ``yes``).
    """

    label: str
    hint: str = ""
    mark: str = ""
    words: tuple[str, ...] = ()


class ChoiceList:
    """The state of a list while a person chooses.

    Attributes:
        items: All lines.
        several: More than one may be ticked.
        ticked: Indexes of the ticked lines.
        pointed: Index of the line that Enter takes, or None.
        typed: What the list is narrowed by.
    """

    def __init__(
        self,
        items: Sequence[Item],
        *,
        several: bool = False,
        ticked: Sequence[int] = (),
        pointed: int | None = 0,
        narrows: bool = True,
        first_number: int = 1,
    ) -> None:
        """Starts with all lines shown.

        Args:
            items: The lines.
            several: More than one may be ticked.
            ticked: Lines ticked at the start.
            pointed: Line pointed at at the start; None for none.
            narrows: Typing hides what does not fit; otherwise it only moves the pointer.
            first_number: Number of the first line, 0 where that is the line for "nothing".
        """
        self.items = [Item(clean_line(i.label), clean_line(i.hint), clean_line(i.mark), i.words) for i in items]
        self.several = several
        self.ticked = set(ticked)
        self.pointed = pointed if items else None
        self.typed = ""
        self._narrows = narrows
        self._first_number = first_number
        self._top = 0

    def shown(self) -> list[int]:
        """Indexes of the lines that fit what was typed."""
        everything = list(range(len(self.items)))
        return [i for i in everything if self._rank(i) < _NO] if self.typed and self._narrows else everything

    def _rank(self, index: int) -> int:
        item, typed = self.items[index], self.typed.casefold()
        if typed in (item.label.casefold(), *item.words):
            return 0
        if typed == str(index + self._first_number):
            return 1
        if item.label.casefold().startswith(typed):
            return 2
        return 3 if typed in f"{item.label} {item.hint}".casefold() else _NO

    def narrow(self, text: str) -> None:
        """Takes what was typed: points at the best match."""
        self.typed = text.strip()
        if not self.typed:
            return
        best = min(range(len(self.items)), key=self._rank, default=None)
        if best is not None and self._rank(best) < _NO:
            self.pointed = best
        elif self._narrows:
            self.pointed = None

    def fits(self) -> bool:
        """Whether what was typed fits any line; nothing typed fits all."""
        return not self.typed or any(self._rank(i) < _NO for i in range(len(self.items)))

    def must_fit(self) -> None:
        """Checks that what was typed fits a line.

        Raises:
            Stay: If it does not.
        """
        if not self.fits():
            raise Stay(_("Nothing is chosen yet."))

    def move(self, lines: int) -> None:
        """Moves the pointer among the shown lines; a single step goes round at the ends."""
        shown = self.shown()
        if not shown:
            return
        if self.pointed not in shown:
            self.pointed = shown[0] if lines > 0 else shown[-1]
            return
        place = shown.index(self.pointed) + lines
        place = place % len(shown) if abs(lines) == 1 else max(0, min(place, len(shown) - 1))
        self.pointed = shown[place]

    def tick(self) -> None:
        """Ticks the line pointed at, or takes its tick away."""
        if self.pointed is not None:
            self.ticked ^= {self.pointed}

    def labels(self) -> list[str]:
        """Labels of the ticked lines, in order."""
        return [self.items[i].label for i in sorted(self.ticked)]

    def lines(self, width: int, rows: int) -> list[Line]:
        """Draws the list.

        Args:
            width: Cells of a line.
            rows: Most lines to use.
        """
        shown = self.shown()
        if not shown:
            text = _("Nothing here fits “{text}”. Backspace shows all choices again.").format(text=self.typed)
            return [[("class:dim", part)] for part in wrap(text, width)]
        if len(shown) <= rows:
            blocks = [self._block(i, width) for i in shown]
            if sum(map(len, blocks)) <= rows:
                return [line for block in blocks for line in block]
        # Only what can come into view is drawn, however long the list is.
        place = shown.index(self.pointed) if self.pointed in shown else 0
        first = max(0, place - rows)
        blocks = [self._block(i, width) for i in shown[first : place + rows + 1]]
        top = max(0, min(self._top - first, len(blocks) - 1))
        sizes = [len(block) for block in blocks]
        for spare in (1, 2):  # lines that say how many more there are
            begin, end = _view(sizes, place - first, top, max(1, rows - spare))
            above, below = first + begin, len(shown) - first - end
            if bool(above) + bool(below) <= spare:
                break
        self._top = above
        lines: list[Line] = [[("class:dim", "    " + _more_above(above))]] if above else []
        lines += [line for block in blocks[begin:end] for line in block][: max(1, rows - spare)]
        return [*lines, [("class:dim", "    " + _more_below(below))]] if below else lines

    def _block(self, index: int, width: int) -> list[Line]:
        item = self.items[index]
        here = index == self.pointed
        digits = len(str(len(self.items) - 1 + self._first_number))
        lead = f"{'>' if here else ' '} {index + self._first_number:>{digits}} "
        if self.several:
            lead += "[x] " if index in self.ticked else "[ ] "
        style = "class:pointed" if here else ""
        label = f"{item.label}  ({item.mark})" if item.mark else item.label
        rest = max(8, width - cells(lead))
        margin = " " * cells(lead)
        folded = wrap(label, rest)
        lines: list[Line] = [[(style, (margin if n else lead) + text)] for n, text in enumerate(folded)]
        if item.hint and len(folded) == 1 and cells(label) + 3 + cells(item.hint) <= rest:
            lines[0].append(("class:dim", "   " + item.hint))
        elif item.hint:
            lines += [[("class:dim", margin + "  " + text)] for text in wrap(item.hint, max(8, rest - 2))]
        return lines


_NO = 9


def _more_above(count: int) -> str:
    return ngettext("… {count} more above", "… {count} more above", count).format(count=count)


def _more_below(count: int) -> str:
    return ngettext("… {count} more below", "… {count} more below", count).format(count=count)


def _view(sizes: Sequence[int], place: int, top: int, rows: int) -> tuple[int, int]:
    """Which blocks to show, moved as little as possible so that the pointed one is among them."""
    top = min(top, place)
    while top < place and sum(sizes[top : place + 1]) > rows:
        top += 1
    end, taken = top, 0
    while end < len(sizes) and (end == top or taken + sizes[end] <= rows):
        taken += sizes[end]
        end += 1
    while top > 0 and end == len(sizes) and taken + sizes[top - 1] <= rows:
        top -= 1
        taken += sizes[top]
    return top, end
