"""Something between us and a desk that spoils one HTTP exchange on purpose."""

import contextlib
import re
import socket
import struct
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

KINDS = {
    # what never reaches the desk
    "refused": False,
    "dropped before the body": False,
    "dropped during the body": False,
    "dropped before the last octet": False,
    "too many requests": False,
    "stalled before the desk": False,
    # what the desk has, and we do not know it
    "dropped after the commit": True,
    "reset after the commit": True,
    "half an answer": True,
    "garbage": True,
    "500 after the commit": True,
    "503 after the commit": True,
    "stalled after the commit": True,
    "committed late": True,
}
"""Names of faults, and whether the desk gets the request all the same."""

LATE = ("stalled before the desk", "stalled after the commit", "committed late")
"""Those that end our patience."""


@dataclass(frozen=True)
class Fault:
    """One fault.

    Attributes:
        kind: A key of ``KINDS``.
        request: Which request it hits, counted from 0.
        times: How many requests in a row it hits.
    """

    kind: str
    request: int
    times: int = 1


class Proxy:
    """Passes one request a connection to a desk, and its answer back."""

    def __init__(self, port: int, fault: Fault | None, *, stall: float = 1.0) -> None:
        self._target, self._fault, self._stall = port, fault, stall
        self._count = 0
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._go_on = threading.Event()
        self.held = False
        self.struck: list[bytes] = []
        """First lines of the requests that were spoiled, as far as they were read."""
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=32)
        self.port = self._listener.getsockname()[1]
        self.busy = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while not self._ended.is_set():
            try:
                client, _peer = self._listener.accept()
            except OSError:
                return
            with self._lock:
                number, self._count = self._count, self._count + 1
                self.busy += 1
            threading.Thread(target=self._serve, args=(client, number), daemon=True).start()

    def _serve(self, client: socket.socket, number: int) -> None:
        fault = self._fault
        hit = fault is not None and fault.request <= number < fault.request + fault.times
        try:
            with client, contextlib.suppress(OSError):
                client.settimeout(60)
                self._exchange(client, fault.kind if hit and fault is not None else "")
        finally:
            with self._lock:
                self.busy -= 1

    def _exchange(self, client: socket.socket, kind: str) -> None:
        if kind == "refused":
            return reset(client)
        # As a reverse proxy does: Roundup answers to no other name than its own.
        head = _until(client, b"\r\n\r\n").replace(b"127.0.0.1:%d" % self.port, b"127.0.0.1:%d" % self._target)
        if kind:
            self.struck.append(head.partition(b"\r\n")[0])
        if kind == "dropped before the body" or not head:
            return None
        found = re.search(rb"(?i)\ncontent-length: *(\d+)", head)
        size = int(found[1]) if found else 0
        if kind == "too many requests":
            _exactly(client, size)
            client.sendall(b"HTTP/1.1 429 Slow down\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n")
            return None
        if kind == "stalled before the desk":
            self._ended.wait(self._stall)
            return None
        body = b""
        if kind == "committed late":
            body = _exactly(client, size)
            self.held = True
            self._go_on.wait(60)
            self.held = False
        with socket.create_connection(("127.0.0.1", self._target), 60) as server:
            server.sendall(head)
            if kind == "dropped during the body" and size:
                server.sendall(_exactly(client, size // 2))
                reset(server)
                return reset(client)
            body = body or _exactly(client, size)
            if kind == "dropped before the last octet" and size:
                server.sendall(body[:-1])
                return None
            server.sendall(body)
            answer = b""
            while piece := server.recv(65536):
                answer += piece
        return self._answer(client, kind, answer)

    def _answer(self, client: socket.socket, kind: str, answer: bytes) -> None:
        if kind == "dropped after the commit":
            return
        if kind == "reset after the commit":
            reset(client)
        elif kind == "half an answer":
            client.sendall(answer[: len(answer) // 2])
        elif kind == "garbage":
            client.sendall(b"\x00\xff\x1b[31m nonsense\r\n\r\n")
        elif kind == "500 after the commit":
            client.sendall(b"HTTP/1.1 500 Oops\r\nContent-Length: 4\r\n\r\noops")
        elif kind == "503 after the commit":
            client.sendall(b"HTTP/1.1 503 Later\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n")
        elif kind == "stalled after the commit":
            self._ended.wait(self._stall)
        else:
            client.sendall(answer)

    @property
    def requests(self) -> int:
        """How many requests came."""
        return self._count

    def go_on(self) -> None:
        """Lets the desk have what is held back."""
        self._go_on.set()

    def settle(self) -> None:
        """Waits until nothing is on its way any more."""
        self.go_on()
        while self.busy:
            time.sleep(0.01)

    def close(self) -> None:
        self._ended.set()
        self._go_on.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes whoever waits for a connection
        self._listener.close()


def _until(sock: socket.socket, end: bytes) -> bytes:
    data = b""
    while not data.endswith(end):
        piece = sock.recv(1)
        if not piece:
            return b""
        data += piece
    return data


def _exactly(sock: socket.socket, size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        piece = sock.recv(min(65536, size - len(data)))
        if not piece:
            raise ConnectionResetError
        data += piece
    return bytes(data)


def reset(sock: socket.socket) -> None:
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


@contextlib.contextmanager
def between(port: int, fault: Fault | None, *, stall: float = 1.0) -> Iterator[Proxy]:
    proxy = Proxy(port, fault, stall=stall)
    try:
        yield proxy
    finally:
        proxy.close()
