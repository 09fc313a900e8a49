"""Ticket numbers in a mail, as each kind of desk writes them.

| desk | subject | header |
|---|---|---|
| Request Tracker (``RT::Action::SendEmail``) | ``[desk.test #47]`` | ``RT-Ticket: desk.test #47`` |
| Redmine (app/models/mailer.rb) | ``[Project - Bug #12]`` | ``X-Redmine-Issue-Id: 12`` |
| Roundup (roundup-tracker.org/docs/user_guide.html, "E-Mail gateway") | ``[issue47]`` | ``X-Roundup-Issue-Id: 47`` |
| Zammad (admin-docs.zammad.org, "Ticket hook"), Znuny and OTRS (``Ticket::Hook``) | ``[Ticket#31001]`` | |
| osTicket, Freshdesk | ``[#123456]`` | |
| GitLab (docs.gitlab.com, "GitLab notification emails") | ``(#12)`` | ``X-GitLab-Issue-IID: 12`` |
| GitHub (docs.github.com, "About email notifications") | ``(Issue #12)`` | |
| Jira (support.atlassian.com, "Configure email notifications") | ``(KEY-12)``, ``[JIRA] (KEY-12)`` | |
"""

import re
from collections.abc import Callable

import msgspec

from support_cli.base.patterns import later
from support_cli.base.text import clean_line


class Mark(msgspec.Struct, frozen=True):
    """A ticket number that a mail names.

    Attributes:
        number: The number (``47``) or key (``NET-12``) alone.
        tag: The whole as the desk writes it in a subject (``[desk.test #47]``).
        sure: It can be nothing but a ticket number.
    """

    number: str
    tag: str
    sure: bool = True


_NUMBER = r"(?P<number>\d{1,20})"
_KEY = r"(?P<number>[A-Z][A-Z0-9_]{1,20}-\d{1,9})"
_SUBJECT = (
    (later(rf"\[[^\[\]]{{0,80}}#\s?{_NUMBER}\]"), True),
    (later(rf"\[issue{_NUMBER}\]"), True),
    (later(rf"[\[(]{_KEY}[\])]"), True),
    (later(rf"\((?:[A-Za-z]{{1,20}} )?#{_NUMBER}\)"), True),
    (later(rf"#\s?{_NUMBER}(?!\w)"), False),
    (later(rf"(?<![\w-]){_KEY}(?![\w-])"), False),
    (later(rf"(?:№|[Nn][or]\.?\s)\s?{_NUMBER}(?!\w)"), False),
)
_HEADERS = ("X-Redmine-Issue-Id", "X-Roundup-Issue-Id", "X-GitLab-Issue-IID")


def marks_in(subject: str, header: Callable[[str], str]) -> tuple[Mark, ...]:
    """The ticket numbers that a mail names, the surest first, each once.

    Args:
        subject: Its subject, one clean line.
        header: Gives a header field as one clean line, or an empty text.
    """
    subject = subject[:500]
    found: list[Mark] = []
    for pattern, sure in _SUBJECT:
        for match in pattern.finditer(subject):
            found.append(Mark(match["number"], match[0], sure))
    told = []
    for name in ("RT-Ticket", "X-RT-Ticket"):
        if named := re.search(r"#\s?(\d{1,20})$", header(name)):
            told.append(Mark(named[1], f"[{header(name)[:100]}]"))
    for name in _HEADERS:
        if re.fullmatch(r"\d{1,20}", number := header(name)):
            tag = next((one.tag for one in found if one.number == number), f"#{number}")
            told.append(Mark(number, tag))
    best: dict[str, Mark] = {}
    for mark in [*told, *found]:
        best.setdefault(mark.number, mark)
    return tuple(sorted(best.values(), key=lambda mark: not mark.sure))


def bare(ticket: str) -> str:
    """A ticket number without what a desk writes around it: ``47`` for ``[desk.test #47]``, ``#47`` and ``47``."""
    line = clean_line(ticket).strip("[]() ")
    match = re.search(r"(?:^|#\s?|issue)(\d{1,20})$", line)
    return match[1] if match else line
