"""``support`` alone: what it does, what waits, and what most people want."""

from support_cli.base.i18n import _, ngettext
from support_cli.base.invocation import command_line
from support_cli.cli import console
from support_cli.cli.flags import open_context

_SHOWN = 5
"""Lines of each kind."""


def show_home() -> None:
    """Shows the home screen; an empty machine is not touched."""
    from support_cli.requests.overview import overview

    context = open_context()
    most = -1 if context.flags.json else _SHOWN
    waiting = overview(context.database_file, lambda: context.database, context.now(), most)
    if context.flags.json:
        console.product_json(waiting)
        return
    lines = [_("support: say it once, well, and lose nothing."), ""]
    if waiting.drafts:
        count = waiting.draft_count
        lines.append(ngettext("{count} draft is waiting:", "{count} drafts are waiting:", count).format(count=count))
        rows = [[command_line("resume", d.id[:4]), d.title, d.progress] for d in waiting.drafts]
        lines += [console.columns(rows), ""]
    if waiting.overdue:
        count = waiting.overdue_count
        text = ngettext(
            "{count} answer was promised and has not come. Ask how things stand:",
            "{count} answers were promised and have not come. Ask how things stand:",
            count,
        )
        lines.append(text.format(count=count))
        rows = [[command_line("cases", "follow-up", one.id[:4]), one.title, one.ticket] for one in waiting.overdue]
        lines += [console.columns(rows), ""]
    if waiting.written:
        count = waiting.written_count
        text = ngettext(
            "{count} request was written and is not marked as sent. Once you have sent it:",
            "{count} requests were written and are not marked as sent. Once you have sent one:",
            count,
        )
        lines.append(text.format(count=count))
        rows = [[command_line("cases", "note", one.id[:4], "--sent"), one.title] for one in waiting.written]
        lines += [console.columns(rows), ""]
    if waiting.outbox:
        text = ngettext(
            "{count} message waits in the outbox:  {command}",
            "{count} messages wait in the outbox:  {command}",
            waiting.outbox,
        )
        lines += [text.format(count=waiting.outbox, command=command_line("outbox", "list")), ""]
    rows = [
        [command_line("new"), _("write to support")],
        [command_line("cases", "list"), _("what you have written so far")],
        [command_line("--help"), _("everything else")],
    ]
    console.product("\n".join([*lines, console.columns(rows)]))
