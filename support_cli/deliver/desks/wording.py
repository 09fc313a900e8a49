"""The text of a ticket: the body, what could not go along, and the line by which it is found again."""

import html
import re
from collections.abc import Sequence

from support_cli.base.i18n import _, format_size, ngettext
from support_cli.base.text import clean_line, clean_text, shorten
from support_cli.deliver.base import Job
from support_cli.deliver.ticket import Ticket

_MARK = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def mark_of(job: Job) -> str:
    """What every attempt to deliver this job carries: its mark, or the id of its request."""
    return job.message_id if _MARK.fullmatch(job.message_id) else job.request_id


def mark_line(mark: str) -> str:
    """The line that carries a mark; the same in every language, since it is searched for."""
    return f"Request {mark}"


def carries(text: str, mark: str) -> bool:
    """Whether a text has the line of exactly this mark."""
    return re.search(rf"(?<![\w.-])Request\s+{re.escape(mark)}(?![\w-]|\.\w)", text) is not None


def left_out(name: str, size: int, why: str) -> str:
    """One sentence for a file that does not go along."""
    return _("Not attached: {name} ({size}). {reason}").format(
        name=clean_line(name), size=format_size(size), reason=clean_line(why)
    )


def plain(
    ticket: Ticket, mark: str, notes: Sequence[str] = (), *, kind: str = "text/plain", most: int = 0
) -> tuple[str, list[str]]:
    """The text of a ticket.

    Args:
        ticket: What is said.
        mark: What the last line carries.
        notes: Sentences that stand before that.
        kind: Media type of the body that is wanted most: plain or Markdown.
        most: Most characters that the desk takes, or 0.

    Returns:
        The text with LF line ends, and a sentence for the receipt if it had to be cut.
    """
    body = ticket.bodies.get(kind) or ticket.bodies.get("text/plain") or ticket.bodies.get("text/markdown") or ""
    return ended(clean_text(body), mark, notes, most=most)


def _cut(missing: int) -> str:
    return ngettext(
        "The text was too long for this desk and was cut here; {count} character is missing.",
        "The text was too long for this desk and was cut here; {count} characters are missing.",
        missing,
    ).format(count=missing)


def ended(body: str, mark: str, notes: Sequence[str] = (), *, most: int = 0) -> tuple[str, list[str]]:
    """A body with its last lines; see ``plain``."""
    tail = "".join(f"\n\n{note}" for note in notes) + f"\n\n{mark_line(mark)}\n"
    body = body.rstrip("\n")
    if not most or len(body) + len(tail) <= most:
        return body + tail, []
    room = most - len(tail) - len(_cut(len(body))) - 20
    missing = len(body) - room
    return body[:room].rstrip() + "\n\n" + _cut(missing) + tail, [
        ngettext(
            "The text was too long for the desk: its last {count} character was left out.",
            "The text was too long for the desk: its last {count} characters were left out.",
            missing,
        ).format(count=missing)
    ]


def requester_line(ticket: Ticket, *, public: bool) -> list[str]:
    """Who asks, for a desk that has no place for it; nothing where the text says it, or everybody would read it."""
    who = ticket.requester
    if public or who is None or any(who.address in body for body in ticket.bodies.values()):
        return []
    name = clean_line(f"{who.name} <{who.address}>" if who.name else who.address)
    return [_("From: {name}").format(name=name)]


def rich(ticket: Ticket, mark: str, notes: Sequence[str] = ()) -> str:
    """The text of a ticket as HTML; a plain body is put into it as it is."""
    body = ticket.bodies.get("text/html")
    tail = "".join(f"<p>{html.escape(note)}</p>" for note in [*notes, mark_line(mark)])
    if body is None:
        text = html.escape(clean_text(ticket.bodies.get("text/plain") or ticket.bodies.get("text/markdown") or ""))
        return text.strip("\n").replace("\n", "<br>\n") + tail
    body = clean_text(body)
    found = re.search(r"</body\s*>", body, re.IGNORECASE)
    return body + tail if found is None else body[: found.start()] + tail + body[found.start() :]


def subject(ticket: Ticket, most: int) -> tuple[str, list[str]]:
    """The subject within a desk's limit, and what to say in the text where it was cut: the whole of it."""
    line = clean_line(ticket.subject) or mark_line(ticket.id)
    if len(line) <= most:
        return line, []
    return shorten(line, most), [line]
