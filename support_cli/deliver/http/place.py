"""Where a desk is: its address, and the only other addresses that it may send us to."""

import re
from urllib.parse import quote, urljoin, urlsplit

import msgspec

from support_cli.base.errors import UsageError
from support_cli.base.i18n import _
from support_cli.base.invocation import command_line
from support_cli.base.text import clean_line
from support_cli.deliver.http.refusal import Answer

_LOOPBACK = re.compile(r"localhost\.?|127(?:\.\d{1,3}){3}|::1", re.IGNORECASE)
_ANYTHING = re.compile(r"[\x00-\x20\x7f]")


class UrlError(UsageError):
    """The address of a desk cannot be used."""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where a desk is.

    Attributes:
        scheme: ``https``, or ``http`` where that is allowed.
        host: Name in ASCII, or an IP address without brackets.
        port: TCP port.
        path: What stands before every path, without a slash at its end.
    """

    scheme: str
    host: str
    port: int
    path: str = ""

    @property
    def authority(self) -> str:
        """Host and, where it is not the usual one, port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == {"https": 443, "http": 80}[self.scheme] else f"{host}:{self.port}"

    @property
    def where(self) -> str:
        """The address, for messages."""
        return f"{self.scheme}://{self.authority}{self.path}"


def parse_url(url: str, *, allow_plain: str = "") -> Place:
    """Reads the address of a desk.

    Args:
        url: ``https://host:port/path``.
        allow_plain: Host that may be reached without encryption; this computer always may.

    Raises:
        UrlError: If it cannot be used.
    """
    shown = clean_line(re.sub(r"//[^/@]*@", "//", url))[:120]
    try:
        parts = urlsplit(url.strip())
        host = (
            (parts.hostname or "").encode("idna").decode() if not (parts.hostname or "").isascii() else parts.hostname
        )
        port = parts.port
    except (ValueError, UnicodeError):
        host, port, parts = "", None, urlsplit("")
    if parts.scheme not in ("http", "https") or not host or _ANYTHING.search(host + parts.path):
        raise UrlError(
            _("“{url}” is not the address of a desk.").format(url=shown),
            hint=_("It looks like https://desk.example.com"),
        )
    if parts.username or parts.password:
        raise UrlError(
            _("The address {url} holds a user or password.").format(url=shown),
            hint=_("Take it out, and store it with: {command}").format(
                command=command_line("config", "channel", "add", "NAME")
            ),
        )
    plain = parts.scheme == "http"
    if plain and not _LOOPBACK.fullmatch(host) and host.lower() != allow_plain.strip().lower():
        raise UrlError(
            _("{url} is not encrypted: anybody on the way could read the request and the token.").format(url=shown),
            hint=_("Use https, or allow this host by name: {command}").format(
                command=command_line("config", "set", "desk.allow_plain", "HOST")
            ),
            where=shown,
        )
    path = quote(parts.path, safe="/%:@!$&'()*+,;=~-._").rstrip("/")
    return Place(scheme=parts.scheme, host=host, port=port or (80 if plain else 443), path=path)


def moved(answer: Answer, place: Place, method: str) -> tuple[Place, str] | None:
    """Where to ask instead: on the same host only, never from https to http; what is sent is sent unchanged.

    301 with a body is followed as GitHub wants it (docs.github.com, "Best practices for using the REST API"); 302 and
    303 would turn it into a question for something else.
    """
    follow = (301, 302, 303, 307, 308) if method == "GET" else (301, 307, 308)
    if answer.status not in follow or not answer.headers.get("location"):
        return None
    try:
        parts = urlsplit(urljoin(answer.url, answer.headers["location"]))
        port = parts.port or {"https": 443, "http": 80}.get(parts.scheme, 0)
    except ValueError:
        return None
    same = parts.scheme == place.scheme and port == place.port
    upgraded = (place.scheme, parts.scheme, port) == ("http", "https", 443)
    if parts.hostname != place.host or not (same or upgraded) or parts.username:
        return None
    target = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._") + (f"?{parts.query}" if parts.query else "")
    return Place(scheme=parts.scheme, host=place.host, port=port, path=place.path), re.sub(
        r"[\x00-\x20\x7f]", "", target
    )
