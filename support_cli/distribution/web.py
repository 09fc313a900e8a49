"""Servers that a pack may come from: which addresses are asked, and how they are connected to.

Only https; http only to this computer, for trying out. A redirect does not lead to an address of a private network
(RFC 1918, RFC 4193, RFC 6598, link-local, loopback) unless it is the very server that was named: one outside must not
make this program ask one inside. The address that was looked at is the one that is connected to, so a name cannot mean
something else a moment later.
"""

import ipaddress
import socket
import ssl
from base64 import b64encode
from collections.abc import Callable
from http.client import HTTPConnection, HTTPSConnection
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, unquote, urlsplit

from support_cli.base.errors import SupportError
from support_cli.base.i18n import _
from support_cli.base.text import clean_line, shorten
from support_cli.distribution.source import is_loopback
from support_cli.packs.errors import PackError

if TYPE_CHECKING:
    import ssl

_SAFE = "/%:@!$&'()*+,;=~-._"
_EMBEDDED = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: an IPv4 address behind it
Address = tuple[socket.AddressFamily, tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]]


class DownloadError(PackError):
    """A file cannot be had from the web."""


class Web(NamedTuple):
    """How this machine reaches the web.

    Attributes:
        context: Makes the context of encrypted connections.
        explain: Says why there is no encrypted connection to a host: the error, the host, the address.
        proxy: The proxy for a scheme and ``host:port`` (``http://host:port``), or an empty text.
        pause: Seconds to wait for a connection, and for each word of the server.
        limit: Seconds for one file in all.
    """

    context: "Callable[[], ssl.SSLContext]"
    explain: "Callable[[ssl.SSLError, str, str], SupportError]"
    proxy: Callable[[str, str], str] = lambda _scheme, _authority: ""
    pause: float = 20.0
    limit: float = 300.0


class Place(NamedTuple):
    """One address on the web; ``host`` in ASCII, ``target`` ready for a request line."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        """Host and, where it is not the usual one, port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == {"https": 443, "http": 80}[self.scheme] else f"{host}:{self.port}"

    @property
    def where(self) -> str:
        """The address without its query, for messages."""
        return shorten(clean_line(f"{self.scheme}://{self.authority}{self.target.partition('?')[0]}"), 200)


def place_of(url: str) -> Place:
    """Takes an address apart.

    Raises:
        DownloadError: If it is none of the web, or holds a user.
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        host = host if host.isascii() else host.encode("idna").decode()
        port = parts.port or {"https": 443, "http": 80}.get(parts.scheme, 0)
    except (ValueError, UnicodeError):
        parts, host, port = urlsplit(""), "", 0
    if not host or parts.scheme not in ("https", "http") or parts.username is not None:
        raise DownloadError(_("“{url}” is not an address on the web.").format(url=shorten(clean_line(url), 120)))
    target = quote(parts.path or "/", safe=_SAFE) + (f"?{quote(parts.query, safe=_SAFE + '?')}" if parts.query else "")
    return Place(parts.scheme, host, port, target)


def connect(place: Place, web: Web, *, named: bool) -> HTTPConnection:
    """Connects to an address that was looked at first.

    Args:
        place: Where to.
        web: How the web is reached.
        named: Somebody named this server; otherwise another server did.

    Raises:
        SupportError: If it must not or cannot be reached.
        OSError: If it does not answer.
    """
    if not named and is_inside(place.host):
        raise _inside(place)
    proxy = "" if is_loopback(place.host) else web.proxy(place.scheme, f"{place.host}:{place.port}")
    if proxy:
        return _through(proxy, place, web)
    raw = _reached(_addresses(place, named=named), place, web)
    if place.scheme == "http":
        plain = HTTPConnection(place.host, place.port, timeout=web.pause)
        plain.sock = raw
        return plain
    context = web.context()
    connection = HTTPSConnection(place.host, place.port, timeout=web.pause, context=context)
    try:
        connection.sock = context.wrap_socket(raw, server_hostname=place.host)
    except OSError as error:
        raw.close()
        raise _explained(error, place, web) from None
    return connection


def _explained(error: OSError, place: Place, web: Web) -> Exception:
    return web.explain(error, place.host, place.where) if isinstance(error, ssl.SSLError) else error


def _through(proxy: str, place: Place, web: Web) -> HTTPConnection:
    """Connects through a proxy. It looks names up itself, so only what a name says by itself could be judged here."""
    parts = urlsplit(proxy if "//" in proxy else f"//{proxy}")
    login = {}
    if parts.username:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        login = {"Proxy-Authorization": "Basic " + b64encode(pair.encode()).decode()}
    connection = HTTPSConnection(parts.hostname or "", parts.port or 3128, timeout=web.pause, context=web.context())
    connection.set_tunnel(place.host, place.port, login)
    try:
        connection.connect()
    except OSError as error:
        connection.close()
        raise _explained(error, place, web) from None
    return connection


def _addresses(place: Place, *, named: bool) -> list[Address]:
    """The addresses of a host, each of them allowed."""
    try:
        found = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError):
        raise DownloadError(
            _("There is no server called {host}, or the network is away.").format(host=place.host),
            hint=_offline(),
            where=place.where,
        ) from None
    hosts = [str(address[0]) for _family, _type, _proto, _name, address in found]
    if not named and any(is_inside(host) for host in hosts):
        raise _inside(place)
    if place.scheme == "http" and not all(is_loopback(host) for host in hosts):
        raise DownloadError(
            _("{url} is not encrypted: anybody on the way could change the pack.").format(url=place.where),
            hint=_("Use https."),
            where=place.where,
        )
    return [(family, address) for family, _type, _proto, _name, address in found]


def _inside(place: Place) -> DownloadError:
    return DownloadError(
        _("The redirect to {host} leads into a private network, and is not followed.").format(host=place.host),
        where=place.where,
    )


def _offline() -> str:
    return _("What is installed works without a network; only add and update need one.")


def is_inside(host: str) -> bool:
    """Whether an address is not one of the public internet; a name is judged only by what it says itself."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return is_loopback(host)
    if isinstance(address, ipaddress.IPv6Address):
        if address in _EMBEDDED:
            return is_inside(str(ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)))
        embedded = address.ipv4_mapped or address.sixtofour
        if embedded is not None:
            return is_inside(str(embedded))
    return not address.is_global or address.is_multicast


def _reached(addresses: list[Address], place: Place, web: Web) -> socket.socket:
    """Connects to the first address that answers."""
    trouble: OSError = TimeoutError()
    for family, address in addresses:
        raw = socket.socket(family, socket.SOCK_STREAM)
        try:
            raw.settimeout(web.pause)
            raw.connect(address)
        except OSError as error:
            raw.close()
            trouble = error
        else:
            return raw
    if isinstance(trouble, TimeoutError):
        raise trouble
    raise DownloadError(
        _("{host} cannot be reached: {problem}.").format(
            host=place.host, problem=clean_line(trouble.strerror or str(trouble))
        ),
        hint=_offline(),
        where=place.where,
    )
