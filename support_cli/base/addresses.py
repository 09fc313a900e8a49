"""Addresses: what may stand in an envelope or a header, and the domain as DNS knows it.

Nothing that a customer or a pack typed reaches a mail header or an SMTP command unless it has passed here, and what
is taken as the answer to a question has passed here too: no address is refused at the end.

Letters beyond ASCII (RFC 6530 to 6532): the domain is written as DNS knows it wherever mail goes; the part before @
stays as it is, in headers, files, envelopes and links. Whether a server can carry it is known when it is asked
(SMTPUTF8), and a server that cannot refuses the message: nothing else in this program does.
"""

import re
import unicodedata
from collections.abc import Iterable

import msgspec

from support_cli.base.errors import UsageError
from support_cli.base.i18n import _
from support_cli.base.text import clean_line, later

MAX_LOCAL = 64  # octets, RFC 5321, 4.5.3.1.1
MAX_DOMAIN = 253  # octets of the text form (RFC 1035, 2.3.4: 255 on the wire)

# atext of RFC 6532: all but controls, blanks and specials; as what it is not, for that compiles ten times faster.
_ATEXT = r'[^\x00-\x20"(),.:;<>@\[\\\]\x7f]'
_LOCAL = later(rf'(?:{_ATEXT}+(?:\.{_ATEXT}+)*|"(?:[ !#-\[\]-~]|\\[ -~])*")\Z')
_LABEL = later(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\Z", re.IGNORECASE | re.ASCII)
_LITERAL = later(r"\[(?:\d{1,3}(?:\.\d{1,3}){3}|IPv6:[0-9A-Fa-f:.]{2,45})\]\Z")
_DOTS = str.maketrans("\u3002\uff0e\uff61", "...")  # full stops that UTS #46 takes for a dot


class Address(msgspec.Struct, frozen=True, omit_defaults=True):
    """A mailbox: display name (any script, may be empty) and address."""

    address: str
    name: str = ""


class AddressError(UsageError):
    """An address that cannot be written to."""


def ascii_domain(domain: str) -> str:
    """Turns a domain into the form that DNS and every mail server know (``xn--``, RFC 5891).

    Unlike the standard library's codec (IDNA 2003) this keeps letters such as ``ß`` and the final sigma
    apart from what they resemble, as registries do today (UTS #46, non-transitional).

    Args:
        domain: A domain in any script, or an address literal such as ``[127.0.0.1]``.

    Raises:
        AddressError: It is empty, too long, or holds characters that no domain has.
    """
    if _LITERAL.match(domain):
        return domain
    labels = [_ascii_label(label, domain) for label in domain.translate(_DOTS).removesuffix(".").split(".")]
    whole = ".".join(labels)
    if len(whole) > MAX_DOMAIN:
        raise AddressError(_("The domain {domain} is too long.").format(domain=clean_line(domain)[:60] + "…"))
    return whole


def _ascii_label(label: str, domain: str) -> str:
    folded = label
    if not label.isascii():
        folded = unicodedata.normalize("NFKC", "".join(letter.lower() for letter in label))
        folded = unicodedata.normalize("NFKC", "".join(letter.lower() for letter in folded))
        wrong = any(unicodedata.category(letter)[0] not in "LMN" and letter != "-" for letter in folded)
        if wrong or unicodedata.category(folded[:1] or " ")[0] == "M":
            raise _bad_domain(domain)
        if not folded.isascii():
            folded = "xn--" + folded.encode("punycode").decode("ascii")
    if not _LABEL.match(folded):
        raise _bad_domain(domain)
    return folded


def _bad_domain(domain: str) -> AddressError:
    shown = clean_line(domain)
    return AddressError(
        _("{domain} is not a domain that mail can be sent to.").format(domain=shown or '""'),
        hint=_("Write the part after @ as in name@example.com."),
    )


def wire_address(address: str) -> str:
    """Writes an address as it goes into a header or an SMTP command; the domain is always ASCII.

    Args:
        address: ``local@domain``.

    Raises:
        AddressError: It is no address.
    """
    local, at, domain = address.rpartition("@")
    # Bidirectional and control characters, and blanks outside quotes, are refused: never silently another address.
    if not at or not local or clean_line(address) != address or not _LOCAL.match(local) or _odd(local):
        raise AddressError(
            _("{address} is not an e-mail address.").format(address=clean_line(address)[:80] or '""'),
            hint=_("Write it as in name@example.com."),
        )
    if len(local.encode("utf-8", "replace")) > MAX_LOCAL:
        raise AddressError(_("The part of {address} before @ is too long.").format(address=address[:40] + "…"))
    return f"{local}@{ascii_domain(domain)}"


def is_address(address: str) -> bool:
    """Whether ``wire_address`` takes it."""
    try:
        wire_address(address)
    except AddressError:
        return False
    return True


def _odd(local: str) -> bool:
    """Blanks and invisible characters beyond ASCII: they make one address look like another."""
    if local.isascii():
        return False

    return any(unicodedata.category(letter)[0] in "CZ" for letter in local)


def needs_utf8(addresses: Iterable[Address]) -> bool:
    """Whether any of these addresses can be carried only with SMTPUTF8."""
    return any(not each.address.rpartition("@")[0].isascii() for each in addresses)


def parse_address(text: str) -> Address:
    """Reads one address as people write it: ``ann@example.com`` or ``Ann Lee <ann@example.com>``.

    Args:
        text: The text.

    Raises:
        AddressError: It is no address.
    """
    line = clean_line(text)
    name, bracket, rest = line.rpartition("<")
    if not bracket:
        address = Address(line.strip())
    elif rest.endswith(">"):
        name = name.strip()
        if len(name) > 1 and name[0] == name[-1] == '"':
            name = re.sub(r"\\(.)", r"\1", name[1:-1])
        address = Address(rest[:-1].strip(), name)
    else:
        raise AddressError(_("{address} is not an e-mail address.").format(address=line[:80]))
    wire_address(address.address)
    return address
