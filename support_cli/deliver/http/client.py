"""A small HTTP client for desks: one connection a request, streamed, every wait limited, every failure told apart.

The standard library's ``http.client`` carries the octets; what it leaves open is decided here. A connection is never
used twice: one that the server has given up meanwhile would make every second delivery ambiguous.
"""

import contextlib
import re
import socket
import ssl
import threading
import zlib
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlencode, urlsplit

from support_cli.base.i18n import _
from support_cli.base.text import clean_line
from support_cli.deliver.base import AmbiguousError, DeliveryError, Job, PermanentError, Reason, TemporaryError
from support_cli.deliver.http import tls
from support_cli.deliver.http.body import Body
from support_cli.deliver.http.place import Place, moved
from support_cli.deliver.http.refusal import Answer, refusal

if TYPE_CHECKING:
    import ssl

LARGEST_ANSWER = 8_000_000
LARGEST_ERROR = 65_536
"""Octets read of an answer that is no success."""


@contextlib.contextmanager
def ended_after(connection: HTTPConnection, seconds: float) -> Iterator[threading.Event]:
    """Cuts the connection when the time is up: a server that drips would get past every single wait."""
    expired = threading.Event()

    def cut() -> None:
        expired.set()
        if connection.sock is not None:
            with contextlib.suppress(OSError):  # not SSLSocket.shutdown, which would pull TLS from under the reader
                socket.socket.shutdown(connection.sock, socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield expired
    finally:
        timer.cancel()


def early(connection: HTTPConnection) -> Answer | None:
    """What a server said that ended the connection before it had everything."""
    try:
        if connection.sock is not None:
            connection.sock.settimeout(5)
        response = connection.getresponse()
        with contextlib.suppress(OSError, HTTPException):
            return answer_of(response, response.read(LARGEST_ERROR), "")
        return answer_of(response, b"", "")
    except (OSError, HTTPException, ValueError):
        return None


def answer_of(response: HTTPResponse, body: bytes, url: str) -> Answer:
    """Makes a record of a response whose content was read."""
    headers: dict[str, str] = {}
    for name, value in response.getheaders():
        headers.setdefault(name.lower(), clean_line(value))
    if body and headers.get("content-encoding", "").lower() in ("gzip", "x-gzip", "deflate"):
        body = _unpacked(body)
    return Answer(status=response.status, headers=headers, body=body, url=url)


def _unpacked(body: bytes) -> bytes:
    """What was packed although we had asked for it as it is, no more than an answer may be; itself where it is not."""
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(body, LARGEST_ANSWER)
    except zlib.error:
        return body


def with_last(chunks: Iterator[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Each chunk, and whether it is the last one."""
    kept = next(chunks, None)
    if kept is None:
        return
    for chunk in chunks:
        if chunk:
            yield kept, False
            kept = chunk
    yield kept, True


_HOPS = 3
_SLOWEST = 20_000.0  # octets a second below which an upload is given up

ProxyFor = Callable[[str, str], str]
"""Scheme and ``host:port`` to the address of the proxy to go through, or to nothing."""


class Client:
    """Requests to one desk.

    Args:
        place: Where it is.
        headers: Gives headers that every request gets, the login among them; asked once.
        askable: See ``refusal``.
        ca_file: PEM file with authorities to trust besides the system's.
        timeout: Seconds to wait for a connection, and for the server to say something.
        proxy_for: Says through which proxy to go.
        secrets: Gives what must not stand in any message.
    """

    def __init__(
        self,
        place: Place,
        *,
        headers: Callable[[], Mapping[str, str]] = dict,
        askable: bool = True,
        ca_file: Path | None = None,
        timeout: float = 60.0,
        proxy_for: ProxyFor | None = None,
        secrets: Callable[[], Iterable[str]] = tuple,
    ) -> None:
        self.place = place
        self._headers = headers
        self._askable = askable
        self._ca_file = ca_file
        self._timeout = timeout
        self._proxy_for = proxy_for
        self._secrets = secrets
        self._context: ssl.SSLContext | None = None

    def get(
        self, path: str, query: Sequence[tuple[str, str]] = (), *, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Reads something. Raises ``TemporaryError`` or ``PermanentError``; see ``call``."""
        return self.call("GET", path, query=query, headers=headers)

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Sequence[tuple[str, str]] = (),
        body: Body | None = None,
        headers: Mapping[str, str] | None = None,
        commit: Job | None = None,
        also: Sequence[int] = (),
    ) -> Answer:
        """Makes a request.

        Args:
            method: In capitals.
            path: Below the desk's path, quoted; or a whole address of the same host.
            query: Names and values.
            body: What to send.
            headers: Headers besides those of every request.
            commit: The job, if this is the step after which the receiver has the ticket.
            also: Statuses besides 2xx that are answers and not failures.

        Returns:
            An answer of 2xx or ``also``.

        Raises:
            TemporaryError: Nothing has happened; with ``commit``: nobody has the ticket.
            AmbiguousError: With ``commit`` only: somebody may have it.
            PermanentError: It never will.
        """
        place, target = self.place, self._target(path, query)
        for _hop in range(_HOPS + 1):
            answer = self._exchange(place, method, target, body, headers or {}, commit)
            elsewhere = moved(answer, place, method)
            if elsewhere is None:
                break
            place, target = elsewhere
        if 200 <= answer.status < 300 or answer.status in also:
            return answer
        raise self.refusal(answer, committing=commit is not None)

    def refusal(self, answer: Answer, *, committing: bool) -> DeliveryError:
        """What an answer that is no success means; see ``http_refusal.refusal``."""
        return refusal(
            answer,
            host=self.place.host,
            where=self.place.where,
            committing=committing,
            askable=self._askable,
            said=self.hidden(answer.said()),
        )

    def hidden(self, text: str) -> str:
        """Takes secrets out of text that is shown."""
        for secret in self._secrets():
            if len(secret) >= 4:
                text = text.replace(secret, "…")
        return text

    def _target(self, path: str, query: Sequence[tuple[str, str]]) -> str:
        if path.startswith(("http://", "https://")):  # an address that the server gave
            parts = urlsplit(path)
            if parts.hostname != self.place.host:
                raise self._failed(Reason.SERVER_ERROR, _("{host} names an address of another server."), None)
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        else:
            target = self.place.path + path
        if query:
            target += ("&" if "?" in target else "?") + urlencode(query, quote_via=quote)
        return target

    def _exchange(
        self, place: Place, method: str, target: str, body: Body | None, headers: Mapping[str, str], commit: Job | None
    ) -> Answer:
        size = body.size if body else 0
        connection, by_proxy = self._connection(place)
        limit = self._timeout * 2 + size / _SLOWEST
        sending = _Sending()
        try:
            with ended_after(connection, limit) as expired:
                self._open(connection, place)
                self._head(connection, method, f"{place.scheme}://{place.authority}{target}" if by_proxy else target,
                           place, body, headers)  # fmt: skip
                try:
                    self._send(connection, body, commit, sending)
                except (BrokenPipeError, ConnectionError):
                    answer = early(connection)
                    if answer is None or answer.status < 400:
                        raise
                    return answer
                return self._receive(connection, f"{place.scheme}://{place.authority}{target}")
        except (OSError, HTTPException, ValueError) as error:
            raise self._broken(error, commit if sending.whole else None, expired=expired.is_set()) from None
        finally:
            connection.close()

    def _connection(self, place: Place) -> tuple[HTTPConnection, bool]:
        """A connection that is not open yet, and whether a proxy wants whole addresses."""
        proxy = self._proxy_for(place.scheme, f"{place.host}:{place.port}") if self._proxy_for else ""
        host, port, login = place.host, place.port, {}
        if proxy:
            parts = urlsplit(proxy if "//" in proxy else f"//{proxy}")
            host, port = parts.hostname or "", parts.port or 3128
            if parts.username:
                pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
                login = {"Proxy-Authorization": "Basic " + b64encode(pair.encode()).decode()}
        timeout = min(self._timeout, 20.0)
        if place.scheme == "http":
            return HTTPConnection(host, port, timeout=timeout), bool(proxy)
        if self._context is None:
            self._context = tls.client_context(self._ca_file)
        connection = HTTPSConnection(host, port, timeout=timeout, context=self._context)
        if proxy:
            connection.set_tunnel(place.host, place.port, login)
        return connection, False

    def _open(self, connection: HTTPConnection, place: Place) -> None:
        try:
            connection.connect()
        except ssl.SSLError as error:
            raise tls.explain(error, place.host, place.where, setting="desk.ca_file") from None
        except socket.gaierror as error:
            known = error.errno in (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME))
            text = _("There is no server called {host}.") if known else _("The name {host} could not be looked up.")
            raise self._failed(Reason.DNS, text, None) from None
        except TimeoutError:
            raise self._failed(Reason.TIMEOUT, _("{host} cannot be reached: no answer in time."), None) from None
        except OSError as error:
            problem = self.hidden(clean_line(error.strerror or str(error)))
            text = _("{host} cannot be reached: {problem}.")
            raise self._failed(Reason.CONNECTION, text, None, problem=problem) from None
        if connection.sock is not None:
            connection.sock.settimeout(self._timeout)

    def _head(
        self,
        connection: HTTPConnection,
        method: str,
        target: str,
        place: Place,
        body: Body | None,
        headers: Mapping[str, str],
    ) -> None:
        everything = {
            "Host": place.authority,
            "User-Agent": "support-cli",
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "Connection": "close",
        }
        if body is not None:
            everything |= {"Content-Type": body.type, "Content-Length": str(body.size)}
        elif method != "GET":
            everything["Content-Length"] = "0"
        everything |= {**self._headers(), **headers}
        for name, value in everything.items():
            if re.search(r"[^\x20-\x7e]", value):
                raise PermanentError(
                    _("The token or user for {host} holds characters that cannot be sent.").format(host=place.host),
                    reason=Reason.LOGIN,
                    hint=name,
                    where=place.where,
                )
        connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
        for name, value in everything.items():
            connection.putheader(name, value)
        connection.endheaders()

    def _send(self, connection: HTTPConnection, body: Body | None, commit: Job | None, sending: "_Sending") -> None:
        done = 0
        for chunk, last in with_last(body.chunks() if body else iter(())):
            if last:
                # Only now is it sure that every file could be read; from here on the receiver may have it.
                if commit is not None:
                    commit.before_commit()
                sending.whole = True
            connection.send(chunk)
            done += len(chunk)
            if commit is not None:
                commit.progress(done)
        sending.whole = True

    def _receive(self, connection: HTTPConnection, url: str) -> Answer:
        response = connection.getresponse()
        if not 200 <= response.status < 600:
            raise HTTPException(f"status {response.status}")
        largest = LARGEST_ANSWER if response.status < 400 else LARGEST_ERROR
        try:
            body = response.read(largest + 1)
        except (OSError, HTTPException):
            if response.status < 400:
                raise
            body = b""  # the status alone says what is to be known
        # It gives what there is and keeps quiet about what is missing.
        if response.status < 400 and (len(body) > largest or response.length):
            raise HTTPException("the answer is too long, or not whole")
        if not response.getheaders() and not body:
            raise HTTPException("nothing but a status, which may be the rest of something")
        return answer_of(response, body[:largest], url)

    def _broken(self, error: Exception, commit: Job | None, *, expired: bool) -> DeliveryError:
        timeout = expired or isinstance(error, TimeoutError)
        if commit is not None:
            text = (
                _("{host} had the whole request and did not answer in time: it may have been taken.")
                if timeout
                else _("The connection to {host} was lost after the whole request: it may have been taken.")
            )
            return self._failed(Reason.TIMEOUT if timeout else Reason.UNCLEAR, text, commit)
        if timeout:
            return self._failed(Reason.TIMEOUT, _("{host} did not answer in time."), None)
        if isinstance(error, HTTPException | ValueError) and not isinstance(error, OSError):
            return self._failed(Reason.SERVER_ERROR, _("{host} gave an answer that cannot be understood."), None)
        return self._failed(Reason.CONNECTION, _("The connection to {host} was lost."), None)

    def _failed(self, reason: Reason, text: str, commit: Job | None, **words: str) -> DeliveryError:
        kind = TemporaryError if commit is None else AmbiguousError
        return kind(text.format(host=self.place.host, **words), reason=reason, where=self.place.where)


class _Sending:
    """Whether the last octets have been handed over."""

    def __init__(self) -> None:
        self.whole = False
