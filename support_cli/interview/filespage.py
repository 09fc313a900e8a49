"""The attachments while a person collects them: the table, and the field under it."""

from collections.abc import Sequence

from support_cli.base.cells import cells
from support_cli.base.i18n import _, format_size, ngettext
from support_cli.base.text import clean_line
from support_cli.interview.commands import Files, Stay, not_done, read_files
from support_cli.interview.fields import hints
from support_cli.interview.keys import help_lines, key_hints
from support_cli.interview.live import Live
from support_cli.interview.panel import Line, Panel
from support_cli.interview.paths import complete_path
from support_cli.interview.prompter import Back, FileRow, FilesScreen
from support_cli.interview.wording import file_kind, label_of, standing, used
from support_cli.interview.wrap import cut, pad, wrap


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
