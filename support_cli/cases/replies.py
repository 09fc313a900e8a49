"""A saved mail (RFC 5322, 2045-2047): who wrote what, what it answers, and whether a machine wrote it.

The file is hostile: sizes, numbers of parts and depth are limited, every charset is tried and none is trusted, and
whatever is said is cleaned. Nothing of an attachment is opened; the file is kept as it came.
"""

import codecs
import html
import re
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.utils import parseaddr
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from support_cli.base.errors import UsageError
from support_cli.base.i18n import _
from support_cli.base.text import clean_line, clean_text, later, shorten

if TYPE_CHECKING:
    from email.message import Message

_MOST = 400_000
_BREAKS = frozenset(["br", "p", "div", "tr", "li", "ul", "ol", "table", "blockquote", "h1", "h2", "h3", "h4", "hr"])
_HIDDEN = frozenset(["script", "style", "head", "title", "template"])


def text_of_html(source: str) -> str:
    """The words of a page, one line for each block.

    Args:
        source: HTML, well-formed or not.

    Returns:
        Text with LF line ends; what scripts and styles say is left out. Not cleaned yet.
    """
    words: list[str] = []
    hidden = ""
    first, *tags = source[:_MOST].split("<")
    words.append(_folded(first))
    for tag in tags:
        inside, closed, after = tag.partition(">")
        if not closed:
            continue
        name = re.match(r"/?([A-Za-z][A-Za-z0-9]*)", inside)
        word = name[1].lower() if name else ""
        if hidden:
            hidden = "" if inside.startswith("/") and word == hidden else hidden
        elif word in _HIDDEN and not inside.startswith("/"):
            hidden = word
        if word in _BREAKS:
            words.append("\n")
        if not hidden:
            words.append(_folded(after))
    lines = [" ".join(line.split()) for line in html.unescape("".join(words)).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def _folded(text: str) -> str:
    """Line ends of the source are blanks."""
    return re.sub(r"[\r\n\t]", " ", text)


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


LARGEST = 60_000_000
"""Octets of a reply that is stored."""
_LOOKED_AT = 1_000_000
"""Octets of it that are read: text stands before attachments."""
_FIELD, _TEXT = 8_000, 20_000
_BOUNDARIES, _PARTS, _IDS = 12, 100, 60

_ID = later(r"<[^<>\s]{1,250}>")
_FIELD_NAME = later(rb"(?:From .*\r?\n)?[!-9;-~]{1,100}:")
# Text codecs that take very long over some texts, or mean something only to Python.
_NO_CHARSETS = frozenset(["punycode", "idna", "undefined", "unicode_escape", "raw_unicode_escape", "mbcs", "oem"])

# Trackers whose every mail says "auto-generated", so that the word says nothing about them: GitLab
# (gitlab.com/gitlab-org/gitlab-foss/-/merge_requests/9163), Redmine (app/models/mailer.rb), Roundup, Request Tracker.
_TRACKERS = (
    "RT-Ticket",
    "X-RT-Ticket",
    "X-Redmine-Issue-Id",
    "X-Roundup-Issue-Id",
    "X-GitLab-Issue-IID",
    "X-JIRA-FingerPrint",
)


class MailError(UsageError):
    """It is no saved mail, or too large."""


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """What a saved mail says; every text is cleaned.

    Attributes:
        subject: Its subject, one line.
        sender: Name of the author, or their address.
        message_id: Its Message-ID with angle brackets, or empty.
        answers: Message-IDs of what it answers: In-Reply-To, then References from the newest.
        references: Message-IDs of the thread, oldest first, without its own.
        text: Its text, at most 20,000 characters.
        automatic: A machine says that it got something, that somebody is away, or that a mail was not delivered.
        marks: Ticket numbers that it names, the surest first.
    """

    subject: str = ""
    sender: str = ""
    message_id: str = ""
    answers: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    text: str = ""
    automatic: bool = False
    marks: tuple[Mark, ...] = ()

    @property
    def own_words(self) -> str:
        """The text without what it quotes (lines that begin with ``>``) and without what stands below ``-- ``."""
        lines = self.text.partition("\n-- \n")[0].split("\n")
        kept = [line for line in lines if not line.lstrip().startswith(">")]
        return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip("\n")


def read_reply(octets: bytes, name: str) -> Reply:
    """Reads a saved mail.

    Args:
        octets: The file; a line ``From ...`` of a mailbox may stand before it.
        name: Its name, for messages.

    Raises:
        MailError: If it is no mail, or too large.
    """
    if len(octets) > LARGEST:
        raise MailError(_("{name} is larger than a mail can be.").format(name=shorten(clean_line(name), 80)))
    octets = octets.lstrip(b"\r\n\xef\xbb\xbf")
    if not _FIELD_NAME.match(octets):
        raise MailError(
            _("{name} is not a saved mail.").format(name=shorten(clean_line(name), 80)),
            hint=_("Save the reply in your mail program as a file (.eml) and name that."),
            where=clean_line(name),
        )
    head = _Head(_parsed(octets[:_LOOKED_AT]))
    subject = head.line("Subject")
    references = head.ids("References")
    answers = list(dict.fromkeys([*head.ids("In-Reply-To"), *reversed(references)]))
    own = head.ids("Message-ID")[:1]
    return Reply(
        subject=shorten(subject, 500),
        sender=shorten(_author(head.line("From")), 200),
        message_id="".join(own),
        answers=tuple(answers),
        references=tuple(one for one in references if one not in own),
        text=_text(head.message),
        automatic=_automatic(head, subject, "".join(own)),
        marks=marks_in(subject, head.line),
    )


class _Head(NamedTuple):
    """The header fields of a mail."""

    message: "Message"

    def line(self, name: str) -> str:
        """A field as one clean line; empty where there is none."""
        for key, value in self.message.raw_items():
            if key.lower() == name.lower():
                return clean_line(_decoded(str(value)[:_FIELD]))
        return ""

    def ids(self, name: str) -> list[str]:
        """The Message-IDs in a field, each once."""
        return list(dict.fromkeys(_ID.findall(self.line(name))))[-_IDS:]


def _parsed(octets: bytes) -> "Message":
    """The message; one with more boundaries than any mail has is read as far as its text goes."""
    if octets.lower().count(b"boundary") > _BOUNDARIES:
        head, _end, body = octets.replace(b"\r\n", b"\n").partition(b"\n\n")
        octets = re.sub(rb"(?im)^content-[\w-]+:", b"X-Ignored:", head) + b"\n\n" + body
    return message_from_bytes(octets)


def _decoded(raw: str) -> str:
    """A raw field: encoded-words decoded, octets beyond ASCII taken for UTF-8 or what they may be."""
    text = _guessed(raw.encode("ascii", "surrogateescape")) if not raw.isascii() else raw
    if "=?" not in text:
        return text
    try:
        return "".join(
            part if isinstance(part, str) else _guessed(part, charset) for part, charset in decode_header(text)
        )
    except (HeaderParseError, ValueError):
        return text


def _guessed(octets: bytes, charset: str | None = None) -> str:
    """Octets as text, whatever charset they claim: that one, else UTF-8, else Latin."""
    for one in (charset or "", "utf-8"):
        try:
            if one and codecs.lookup(one).name not in _NO_CHARSETS:
                return octets.decode(one, "replace" if one == charset else "strict")
        except (LookupError, ValueError):  # no such charset, or none for text
            continue
    return octets.decode("latin-1")


def _author(field: str) -> str:
    name, address = parseaddr(field[:1000])
    return clean_line(name) or clean_line(address) or field


def _text(message: "Message") -> str:
    """The first plain text that is no attachment, else the first HTML as text."""
    found: dict[str, str] = {}
    for part in _leaves(message):
        kind = part.get_content_type()
        if kind in ("text/plain", "text/html") and kind not in found:
            octets = part.get_payload(decode=True)
            text = _guessed(octets, _charset(part)) if isinstance(octets, bytes) else ""
            if text.strip():
                found[kind] = text
    if "text/plain" in found:
        return clean_text(found["text/plain"])[:_TEXT].strip("\n")
    return clean_text(text_of_html(found.get("text/html", "")))[:_TEXT].strip("\n")


def _leaves(message: "Message") -> "Iterator[Message]":
    for number, part in enumerate(message.walk()):
        if number >= _PARTS:
            return
        if not part.is_multipart() and str(part.get_content_disposition() or "") != "attachment":
            yield part


def _charset(part: "Message") -> str | None:
    try:
        return part.get_content_charset()
    except (LookupError, ValueError):
        return None


def _automatic(head: _Head, subject: str, message_id: str) -> bool:
    """Whether a machine wrote it, so that nobody has answered yet.

    ``Auto-Submitted`` is RFC 3834, 5; ``X-Autoreply`` and ``X-Autorespond`` are what programs used before it; a report
    (RFC 6522) tells that a mail was not delivered. Request Tracker's template says ``AutoReply:`` in the subject
    (RT's default template "Autoreply"); Redmine confirms a new issue by a Message-ID of the issue, and tells of what
    people did to it by one of a journal (Redmine's ``Mailer.token_for``).
    """
    submitted = head.line("Auto-Submitted").lower()
    if submitted.startswith("auto-replied") or head.line("X-Autoreply") or head.line("X-Autorespond"):
        return True
    if head.message.get_content_type() == "multipart/report":
        return True
    if re.search(r"(?i)\bauto-?reply\s*:", subject) or message_id.startswith("<redmine.issue-"):
        return True
    known = any(head.line(name) for name in _TRACKERS)
    return submitted.startswith("auto-generated") and not known
