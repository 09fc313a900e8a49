"""One file from the web: encrypted, no larger and no slower than said, and never from where nobody pointed."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException, HTTPResponse
from urllib.parse import unquote, urljoin

from support_cli.base.i18n import _
from support_cli.base.text import clean_line, shorten
from support_cli.distribution.web import DownloadError, Place, Web, connect, place_of

HOPS = 5
_CHUNK = 1 << 16
_GONE = (404, 410)
_MOVED = (301, 302, 303, 307, 308)
_HEADERS = (
    ("User-Agent", "support-cli"),
    ("Accept", "application/zip, application/octet-stream, */*;q=0.5"),
    ("Accept-Encoding", "identity"),
    ("Connection", "close"),
)


def get(url: str, web: Web, *, most: int) -> bytes | None:
    """Fetches one file.

    Args:
        url: Where it is.
        web: How the web is reached.
        most: Bytes that it may have.

    Returns:
        Its content, or None if the server says that there is no such file.

    Raises:
        SupportError: If it cannot be had, is larger, or lies where nobody pointed.
    """
    first = place = place_of(url)
    deadline = time.monotonic() + web.limit
    for _hop in range(HOPS + 1):
        found = _asked(place, web, most, deadline, named=place[:3] == first[:3])
        if not isinstance(found, str):
            return found
        place = _next(place, found, first)
    raise DownloadError(_("{url} is redirected again and again.").format(url=first.where), where=first.where)


def _next(place: Place, location: str, first: Place) -> Place:
    """Where a redirect leads, if it is another encrypted address.

    Raises:
        DownloadError: If it leads to plain http, or to another kind of address.
    """
    target = urljoin(f"{place.scheme}://{place.authority}{place.target}", location)
    if target.partition(":")[0].lower() != "https":
        raise DownloadError(
            _("{url} leads to an address that is not encrypted, or is none of the web: {target}.").format(
                url=first.where, target=shorten(clean_line(target), 120)
            ),
            hint=_("Nothing was fetched from there. Tell the people who run {host}.").format(host=place.host),
            where=first.where,
        )
    return place_of(target)


def _asked(place: Place, web: Web, most: int, deadline: float, *, named: bool) -> bytes | str | None:
    """One question: the content, where to ask instead, or None if it is not there."""
    try:
        with contextlib.closing(connect(place, web, named=named)) as connection, _ended(connection, deadline):
            connection.putrequest("GET", place.target, skip_host=True, skip_accept_encoding=True)
            for name, value in (("Host", place.authority), *_HEADERS):
                connection.putheader(name, value)
            connection.endheaders()
            return _answer(connection.getresponse(), place, most, deadline)
    except TimeoutError:
        raise _too_slow(place) from None
    except (OSError, HTTPException, ValueError) as error:
        if time.monotonic() >= deadline:
            raise _too_slow(place) from None
        problem = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise DownloadError(
            _("{host} broke off: {problem}.").format(host=place.host, problem=shorten(clean_line(problem), 100)),
            where=place.where,
        ) from None


def _answer(response: HTTPResponse, place: Place, most: int, deadline: float) -> bytes | str | None:
    if response.status in _MOVED and response.headers.get("Location"):
        return str(response.headers["Location"])
    if response.status in _GONE:
        return None
    if response.status != 200:
        raise DownloadError(
            _("{host} does not give {path}: {status}.").format(
                host=place.host,
                path=shorten(clean_line(unquote(place.target.partition("?")[0])), 80),
                status=f"{response.status} {shorten(clean_line(response.reason), 60)}".strip(),
            ),
            where=place.where,
        )
    if response.headers.get("Content-Encoding", "identity").strip().lower() not in ("identity", ""):
        raise DownloadError(
            _("{host} sent it compressed, which was not asked for.").format(host=place.host), where=place.where
        )
    return _content(response, place, most, deadline)


def _content(response: HTTPResponse, place: Place, most: int, deadline: float) -> bytes:
    """Reads at most what is allowed, whatever the server says about it."""
    told = response.headers.get("Content-Length", "")
    length = int(told) if told.isdecimal() and len(told) < 19 else None
    pieces: list[bytes] = []
    size = 0
    while size <= most and (length or 0) <= most:
        piece = response.read1(_CHUNK)
        if time.monotonic() >= deadline:
            raise TimeoutError
        if not piece:
            if length is not None and size != length:
                raise DownloadError(
                    _("{host} broke off after {size} bytes.").format(host=place.host, size=size), where=place.where
                )
            return b"".join(pieces)
        pieces.append(piece)
        size += len(piece)
    raise DownloadError(_("{name} is larger than a pack may be.").format(name=place.where), where=place.where)


def _too_slow(place: Place) -> DownloadError:
    return DownloadError(
        _("{host} is too slow, or does not answer.").format(host=place.host),
        hint=_("Try again later."),
        where=place.where,
    )


@contextlib.contextmanager
def _ended(connection: HTTPConnection, deadline: float) -> Iterator[None]:
    """Cuts the connection when the time is up: a server that drips would get past every single wait."""

    def cut() -> None:
        if connection.sock is not None:
            with contextlib.suppress(OSError):  # not SSLSocket.shutdown, which would pull TLS from under the reader
                socket.socket.shutdown(connection.sock, socket.SHUT_RDWR)

    timer = threading.Timer(max(deadline - time.monotonic(), 0.0), cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
