"""The address of a mail server: ``smtps://user@host:port`` and its kin."""

import re
from typing import Literal

import msgspec

from support_cli.base.addresses import AddressError, ascii_domain
from support_cli.base.errors import UsageError
from support_cli.base.i18n import _
from support_cli.base.text import clean_line

Security = Literal["plain", "starttls", "tls"]
# Submission is 587 with STARTTLS (RFC 6409) and 465 with TLS from the first octet (RFC 8314).
_SCHEMES: dict[str, tuple[Security, int]] = {
    "smtp": ("plain", 25),
    "smtp+starttls": ("starttls", 587),
    "smtps": ("tls", 465),
}
_URL = re.compile(
    r"(?P<scheme>[a-z+]+)://(?:(?P<user>.*)@)?(?P<host>\[[0-9a-f:.]+\]|[^@:/?#\[\]\s]+)(?::(?P<port>\d{1,5}))?/?\Z",
    re.IGNORECASE | re.DOTALL,
)
_LOOPBACK = re.compile(r"localhost\.?|127(?:\.\d{1,3}){3}|::1", re.IGNORECASE)


class SmtpUrlError(UsageError):
    """The address of a mail server cannot be used."""


class SmtpServer(msgspec.Struct, frozen=True, kw_only=True):
    """A mail server.

    Attributes:
        security: ``plain``, ``starttls`` (required), or ``tls`` from the first octet.
        host: Name in ASCII, or an IP address without brackets.
        port: TCP port.
        user: Who logs in, or empty.
    """

    security: Security
    host: str
    port: int
    user: str = ""

    @property
    def where(self) -> str:
        """Host and port, for messages."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        """Whether it is this computer by name or number; no name is looked up."""
        return bool(_LOOPBACK.fullmatch(self.host))


def parse_smtp_url(url: str, *, allow_plain: str = "") -> SmtpServer:
    """Reads the address of a mail server.

    Args:
        url: ``smtp://``, ``smtp+starttls://`` or ``smtps://``, then ``user@`` where a login is needed (it may hold
            ``@`` or per cent signs), host, and port where it is not the usual one.
        allow_plain: A host that may be reached without encryption; this computer always may.

    Raises:
        SmtpUrlError: It is none, holds a password, or is plain where it may not be.
    """
    shape = _("Write it like smtp+starttls://ann@mail.example.com:587 or smtps://ann@mail.example.com.")
    match = _URL.match(url.strip())
    if match is None or match["scheme"].lower() not in _SCHEMES:
        # What is wrong may be a password with odd characters: the text itself is not repeated.
        raise SmtpUrlError(_("The address of the mail server cannot be read."), hint=shape, where="smtp.url")
    user = _unquoted(match["user"] or "")
    if ":" in (match["user"] or ""):
        raise SmtpUrlError(
            _("The address of the mail server must not hold a password."),
            hint=_("Leave it out; give it by smtp.password_command, by keyring, or when asked."),
            where="smtp.url",
        )
    if clean_line(user) != user:
        raise SmtpUrlError(
            _("The user in the address of the mail server cannot be used."), hint=shape, where="smtp.url"
        )
    security, port = _SCHEMES[match["scheme"].lower()]
    port = int(match["port"] or port)
    try:
        bracketed = match["host"].startswith("[")
        host = match["host"][1:-1] if bracketed else ascii_domain(match["host"])
    except AddressError as error:
        raise SmtpUrlError(error.message, hint=shape, where="smtp.url") from None
    server = SmtpServer(security=security, host=host, port=port, user=user)
    if not 0 < port < 65536:
        raise SmtpUrlError(_("There is no port {port}.").format(port=port), hint=shape, where="smtp.url")
    if security == "plain" and not server.is_loopback and host.lower() != allow_plain.strip().lower():
        raise SmtpUrlError(
            _("Without encryption mail goes only to this computer, not to {host}.").format(host=host),
            hint=_("Use smtp+starttls:// or smtps://, or allow it with smtp.allow_plain = {host}.").format(host=host),
            where="smtp.url",
        )
    return server


def _unquoted(text: str) -> str:
    octets = re.sub(rb"%([0-9A-Fa-f]{2})", lambda found: bytes([int(found[1], 16)]), text.encode(errors="replace"))
    return octets.decode(errors="replace")
