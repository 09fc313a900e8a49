"""What was understood from the story: each answer with its number and the words that it was taken from."""

from support_cli.base.cells import cells
from support_cli.base.i18n import _
from support_cli.base.text import clean_line
from support_cli.interview.commands import read_story
from support_cli.interview.keys import leave_help
from support_cli.interview.live import Live
from support_cli.interview.panel import KeyHint, Line, Panel
from support_cli.interview.prompter import Act, Edit, StoryPage, StoryRow
from support_cli.interview.wording import first_line, questions_left, standing
from support_cli.interview.wrap import cut, pad, wrap

_QUOTE = 40
"""Most cells of the customer's words beside an answer."""


def story_field(page: StoryPage) -> Live[Edit | Act]:
    """Makes the field under the page; the page itself is ``panel.over``."""
    panel = Panel(
        title=clean_line(page.heading.title),
        right=standing(page.heading),
        label=_("What I understood") if page.rows else _("Your story is kept as it is."),
        over=lambda width: story_lines(page, width),
        keys=lambda: story_keys(page),
        help=[
            _("Type the number of a line to change it; afterwards you come back here."),
            _("The letters work on any keyboard; your story goes along word for word."),
            *leave_help(),
        ],
    )
    return Live(panel, lambda text: read_story(page, text), back=Act("tell"))


def story_keys(page: StoryPage) -> list[KeyHint]:
    """What can be done from here."""
    keys = [("Enter", _("right so") if page.rows else _("go on"))]
    if page.rows:
        first, last = page.rows[0].number, page.rows[-1].number
        keys.append((f"{first}" if first == last else f"{first}-{last}", _("change")))
    if page.changeable:
        keys.append(("f", _("another form")))
    return [
        *keys,
        ("t", _("tell more")),
        ("l", _("all questions")),
        ("s", _("save for later")),
        ("F1", _("help")),
    ]


def story_lines(page: StoryPage, width: int) -> list[Line]:
    """Draws the page.

    Args:
        page: What to draw.
        width: Cells of a line.
    """
    digits = max((len(str(row.number)) for row in page.rows), default=1)
    labels = [clean_line(row.label) for row in page.rows]
    label_room = min(max(map(cells, labels), default=0), max(8, width // 3))
    lines: list[Line] = [[]]
    for row, label in zip(page.rows, labels, strict=True):
        lines += _row(row, f"{row.number:>{digits}}  {pad(label, label_room)}  ", width)
    lines += [[]] if page.rows else []
    return [*lines, *([("class:dim", part)] for part in wrap(questions_left(page.left), width)), []]


def _row(row: StoryRow, lead: str, width: int) -> list[Line]:
    rest = max(8, width - cells(lead))
    text, words = first_line(row.text), clean_line(row.quote)
    quote = f"“{cut(words, min(_QUOTE, rest - 2))}”" if words and words != text else ""
    if quote and cells(text) + 3 + cells(quote) <= rest:
        return [[("class:dim", lead), ("", text), ("class:dim", "   " + quote)]]
    margin = " " * cells(lead)
    lines: list[Line] = [
        [("class:dim", margin if number else lead), ("", part)] for number, part in enumerate(wrap(text, rest))
    ]
    return [*lines, [("class:dim", margin + quote)]] if quote else lines
