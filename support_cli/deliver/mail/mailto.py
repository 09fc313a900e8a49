"""A ``mailto:`` address that opens the customer's own mail program, filled in (RFC 6068).

It cannot carry files: which ones have to be attached by hand is said plainly.
"""

from collections.abc import Sequence

import msgspec

from support_cli.base.addresses import Address, wire_address
from support_cli.base.errors import UsageError
from support_cli.base.i18n import _
from support_cli.base.text import clean_line, clean_text, shorten
from support_cli.deliver.ticket import Ticket

LIMIT = 2000
"""Characters. Windows hands no more than 2,083 to a program, and browsers no more than about 2,000."""

_SUBJECT = 200  # characters of a subject in the address
# Unreserved characters of RFC 3986, 2.3, and those that RFC 6068, 2 leaves free in an address.
_SAFE = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_SAFE_ADDRESS = _SAFE | frozenset(b"!$'*+")


class MailtoError(UsageError):
    """An address that opens a mail program cannot be made."""


class Mailto(msgspec.Struct, frozen=True):
    """An address to open, and what it does not carry.

    Attributes:
        url: The ``mailto:`` address, ASCII.
        cut: Whether the text did not fit and was cut; the address then ends by saying so.
        attach: Names of the files that have to be attached by hand.
    """

    url: str
    cut: bool
    attach: tuple[str, ...]


def mailto(ticket: Ticket, to: Sequence[Address], *, limit: int = LIMIT) -> Mailto:
    """Makes the address.

    Args:
        ticket: What is said; its plain text is used.
        to: Receivers.
        limit: Characters that the address may have.

    Raises:
        AddressError: An address cannot be written to.
        MailtoError: ``limit`` is too small even without the text.
    """
    subject = shorten(clean_line(ticket.subject), _SUBJECT)
    head = f"mailto:{_list(to)}?subject={_quoted(subject)}&"
    text = clean_text(ticket.bodies.get("text/plain", ticket.bodies.get("text/markdown", "")))
    room = limit - len(head) - len("body=")
    body, cut = _fitting(text, room)
    if len(head) > limit or (cut and not body):
        raise MailtoError(
            _("The receivers and the subject leave no room for the text in a link."),
            hint=_("Write a file instead and send that, or name fewer receivers."),
        )
    return Mailto(
        f"{head}body={body}" if body else head.rstrip("?&"), cut, tuple(clean_line(a.name) for a in ticket.attachments)
    )


def _list(people: Sequence[Address]) -> str:
    # The comma between addresses stays as it is; one inside an address is quoted like everything else.
    return ",".join(_quoted_address(wire_address(each.address)) for each in people)


def _quoted_address(address: str) -> str:
    local, _at, domain = address.rpartition("@")
    return f"{_quoted(local, _SAFE_ADDRESS)}@{domain}"


def _quoted(text: str, safe: frozenset[int] = _SAFE) -> str:
    return "".join(chr(octet) if octet in safe else f"%{octet:02X}" for octet in text.encode())


def _fitting(text: str, room: int) -> tuple[str, bool]:
    """As much of the text as fits, and whether anything is missing."""
    quoted = _quoted(text.replace("\n", "\r\n"))  # RFC 6068, 5: line breaks are %0D%0A
    if len(quoted) <= room:
        return quoted, False
    ending = _quoted("\r\n\r\n" + _("[The text goes on in the attached file.]"))
    room -= len(ending)
    taken = 0
    for taken, character in enumerate(text):  # noqa: B007 - where it stopped is what counts
        room -= len(_quoted("\r\n" if character == "\n" else character))
        if room < 0:
            break
    # At a blank where there is one near; some languages write without.
    blank = max(text.rfind(" ", 0, taken), text.rfind("\n", 0, taken))
    kept = text[: blank if blank > taken // 2 else taken].rstrip()
    return (_quoted(kept.replace("\n", "\r\n")) + ending, True) if kept else ("", True)
