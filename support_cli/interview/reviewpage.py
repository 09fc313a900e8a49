"""The review page: every answer with its number, warnings beside them, and what can be done now."""

from support_cli.base.cells import cells
from support_cli.base.i18n import _
from support_cli.base.text import clean_line, clean_text
from support_cli.interview.commands import blocking, read_review
from support_cli.interview.keys import leave_help
from support_cli.interview.live import Live
from support_cli.interview.panel import KeyHint, Line, Panel, heading
from support_cli.interview.prompter import Act, Edit, ReviewPage, ReviewRow
from support_cli.interview.wording import weight
from support_cli.interview.wrap import cut, pad, wrap


def review_field(page: ReviewPage) -> Live[Edit | Act]:
    """Makes the field under the review page; the page itself is ``panel.over``."""
    panel = Panel(
        over=lambda width: review_lines(page, width),
        keys=lambda: review_keys(page),
        help=[
            _("Type the number of an answer to change it; afterwards you come back here."),
            _("The letters work on any keyboard, the words too: write, attach, preview, save."),
            *leave_help(),
        ],
    )
    last = page.rows[-1].question if page.rows else None
    return Live(panel, lambda text: read_review(page, text), back=Edit(last) if last else None)


def review_keys(page: ReviewPage) -> list[KeyHint]:
    """What can be done from here."""
    if page.can_send:
        keys = [("Enter", _("send to {target}").format(target=clean_line(page.target))), ("w", _("write files"))]
    else:
        keys = [("Enter", _("write files"))]
    if page.rows:
        first, last = page.rows[0].number, page.rows[-1].number
        keys.append((f"{first}" if first == last else f"{first}-{last}", _("change an answer")))
    return [
        *keys,
        ("a", _("attach")),
        ("p", _("preview")),
        ("s", _("save for later")),
        *([("Ctrl+B", _("back"))] if page.rows else []),
        ("F1", _("help")),
    ]


def review_lines(page: ReviewPage, width: int) -> list[Line]:
    """Draws the page.

    Args:
        page: What to draw.
        width: Cells of a line.
    """
    lines = heading(clean_line(page.title), weight(page.size, page.limit), width)
    digits = max((len(str(row.number)) for row in page.rows), default=1)
    labels = [clean_line(row.label) for row in page.rows]
    label_room = min(max(map(cells, labels), default=0), max(8, width // 3))
    for row, label in zip(page.rows, labels, strict=True):
        lines += _row(row, f"{row.number:>{digits}}  {pad(label, label_room)}  ", width)
    remarks = [("class:warn", clean_text(remark)) for remark in page.remarks]
    remarks += [("class:problem", stop)] if (stop := blocking(page)) else []
    lines += [[]] if remarks else []
    return [*lines, *(part for style, text in remarks for part in _warning(text, "", width, style)), []]


def _row(row: ReviewRow, lead: str, width: int) -> list[Line]:
    rest = max(8, width - cells(lead))
    answer = [line for line in clean_text(row.text).split("\n") if line.strip()]
    text = cut(answer[0].strip(), rest - 2) if answer else _("(empty)")
    text += " …" if len(answer) > 1 and not text.endswith("…") else ""
    line: Line = [("class:dim", lead), ("" if answer else "class:dim", text)]
    warnings = [clean_line(warning) for warning in row.warnings]
    style = "class:problem" if row.blocking else "class:warn"
    if len(warnings) == 1 and cells(text) + 5 + cells(warnings[0]) <= rest:
        return [[*line, ("", "   "), (style, "! " + warnings[0])]]
    margin = " " * cells(lead) if width >= 60 else "     "
    return [line, *(part for warning in warnings for part in _warning(warning, margin, width, style))]


def _warning(text: str, margin: str, width: int, style: str) -> list[Line]:
    parts = wrap("! " + text, max(8, width - len(margin)), "  ")
    return [[("", margin), (style, part)] for part in parts]
