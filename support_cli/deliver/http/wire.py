"""What ``http.client`` leaves open: an end to every conversation, and answers that come before they are due."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException, HTTPResponse

from support_cli.base.text import clean_line
from support_cli.deliver.http.refusal import Answer

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
    import zlib

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
