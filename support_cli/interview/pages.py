"""The pages of a terminal that hold more than a question: what was understood, the attachments, the review."""

from collections.abc import Sequence

from support_cli.base.i18n import _, format_size, ngettext
from support_cli.base.text import cells, clean_line, clean_text
from support_cli.interview.commands import Files, Stay, blocking, not_done, read_files, read_review, read_story
from support_cli.interview.fields import hints
from support_cli.interview.keys import help_lines, key_hints, leave_help
from support_cli.interview.live import Live
from support_cli.interview.panel import KeyHint, Line, Panel, heading
from support_cli.interview.paths import complete_path
from support_cli.interview.prompter import (
    Act,
    Back,
    Edit,
    FileRow,
    FilesScreen,
    ReviewPage,
    ReviewRow,
    StoryPage,
    StoryRow,
)
from support_cli.interview.wording import file_kind, first_line, label_of, questions_left, standing, used, weight
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
    for row, lead in zip(page.rows, _leads(page.rows, width), strict=True):
        lines += _row(row, lead, width)
    remarks = [("class:warn", clean_text(remark)) for remark in page.remarks]
    remarks += [("class:problem", stop)] if (stop := blocking(page)) else []
    lines += [[]] if remarks else []
    return [*lines, *(part for style, text in remarks for part in _warning(text, "", width, style)), []]


def _leads(rows: Sequence[ReviewRow | StoryRow], width: int) -> list[str]:
    """What stands before the answer in each row: its number and its label, in columns."""
    digits = max((len(str(row.number)) for row in rows), default=1)
    labels = [clean_line(row.label) for row in rows]
    room = min(max(map(cells, labels), default=0), max(8, width // 3))
    return [f"{row.number:>{digits}}  {pad(label, room)}  " for row, label in zip(rows, labels, strict=True)]


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
    lines: list[Line] = [[]]
    for row, lead in zip(page.rows, _leads(page.rows, width), strict=True):
        lines += _story_row(row, lead, width)
    lines += [[]] if page.rows else []
    return [*lines, *([("class:dim", part)] for part in wrap(questions_left(page.left), width)), []]


def _story_row(row: StoryRow, lead: str, width: int) -> list[Line]:
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


def files_field(screen: FilesScreen, text: str, messages: Sequence[str], notice: str) -> Live[Files | Back]:
    """Makes the field for attachments, drawn anew after each change of the tray.

    Args:
        screen: The question.
        text: What the field starts with: what could not be taken, to be mended.
        messages: Why it could not.
        notice: What just happened.
    """
    question = screen.question
    # Asked once, not at every key: the tray may have to weigh a zip for it.
    rows, usage = screen.tray.rows(), screen.tray.usage()

    def take(typed: str) -> Files | Back:
        command = read_files(rows, typed)
        problem = not_done(rows, usage, question.required) if command.verb == "done" else ""
        if problem:
            raise Stay(problem)
        return command

    panel = Panel(
        title=clean_line(screen.heading.title),
        right=standing(screen.heading),
        label=label_of(question),
        aside=used(*usage),
        hints=[*hints(question), _("Drag files here, or type a path.")],
        message="\n".join(clean_line(message) for message in messages),
        notice=clean_line(notice),
    )
    live: Live[Files | Back] = Live(
        panel,
        take,
        text=text,
        back=Back() if screen.can_go_back else None,
        complete=complete_path,
        paths=True,
        enter=lambda: _("take it") if live.text.strip() else _("done") if rows else _("no files"),
    )
    panel.over = lambda width: file_lines(rows, width)
    panel.under = lambda width, room: candidate_lines(live.candidates, width, min(room, 6))
    panel.keys = lambda: key_hints(live, why=bool(question.why))
    panel.help = [
        *help_lines(live, clean_line(question.why)),
        _("“z 2” replaces file 2 by a zip of it, “d 2” leaves it out."),
    ]
    return live


def file_lines(rows: Sequence[FileRow], width: int) -> list[Line]:
    """The table of files between two empty lines.

    Args:
        rows: The files.
        width: Cells of a line.
    """
    lines: list[Line] = []
    names = [clean_line(row.name) for row in rows]
    kinds = [file_kind(row.type) for row in rows]
    sizes = [format_size(row.size) for row in rows]
    size_room = max(map(cells, sizes), default=0)
    kind_room = min(max(map(cells, kinds), default=0), 12) if width >= 50 else 0
    digits = len(str(len(rows)))
    name_room = max(8, width - digits - kind_room - size_room - 8)
    name_room = min(name_room, max(map(cells, names), default=0))
    for number, (row, name, kind, size) in enumerate(zip(rows, names, kinds, sizes, strict=True), 1):
        parts = [f"  {number:>{digits}}", pad(name, name_room)]
        parts += [pad(kind, kind_room)] if kind_room else []
        lines.append([("", "  ".join([*parts, " " * (size_room - cells(size)) + size]))])
        margin = " " * (digits + 4)
        for text, style in _remarks(number, row):
            lines += [[(style, margin + part)] for part in wrap(text, width - len(margin), "  ")]
    return [[], *lines, []] if lines else [[]]


def _remarks(number: int, row: FileRow) -> list[tuple[str, str]]:
    remarks = [("! " + clean_line(row.trouble), "class:warn")] if row.trouble else []
    remarks += [(clean_line(row.remark), "class:dim")] if row.remark else []
    if row.zipped is not None:
        text = _("zipped it would be {size}: type {command}").format(
            size=format_size(row.zipped), command=f"z {number}"
        )
        remarks.append((text, "class:dim"))
    if row.trouble:
        remarks.append((_("leave it out: type {command}").format(command=f"d {number}"), "class:dim"))
    return remarks


def candidate_lines(names: Sequence[str], width: int, rows: int) -> list[Line]:
    """The names that Tab could complete to, in as many lines as there are."""
    lines: list[str] = []
    for shown, whole in enumerate(names):
        name = cut(whole, width - 3)
        if lines and cells(lines[-1]) + 3 + cells(name) <= width:
            lines[-1] += "   " + name
        elif len(lines) == rows - 1:
            count = len(names) - shown
            lines.append("   " + ngettext("… {count} more", "… {count} more", count).format(count=count))
            break
        else:
            lines.append("   " + name)
    return [[("class:dim", line)] for line in lines]
