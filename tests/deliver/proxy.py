"""Something between us and a server that fails on purpose, at a given octet."""

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Fault:
    """What goes wrong.

    Attributes:
        direction: ``up`` counts octets from us to the server, ``down`` those that come back.
        after: Octets of that direction that still pass, over all connections of the proxy.
        kind: ``close`` (both sides, politely), ``reset`` (both, hard), ``stall`` (nothing passes any more),
            ``garbage`` (the rest comes back as noise, and is closed).
    """

    direction: Literal["up", "down"]
    after: int
    kind: Literal["close", "reset", "stall", "garbage"]


class Proxy:
    """Passes octets both ways until the fault."""

    def __init__(self, port: int, fault: Fault | None = None) -> None:
        self._target = port
        self._fault = fault
        self._passed = {"up": 0, "down": 0}
        self._lock = threading.Lock()
        self.connections = 0
        self._ended = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def _accept(self) -> None:
        while not self._ended.is_set():
            try:
                client, _peer = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._target), 5)
            except OSError:
                return
            self.connections += 1
            for direction, source, sink in (("up", client, server), ("down", server, client)):
                thread = threading.Thread(target=self._pump, args=(direction, source, sink, client), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _pump(self, direction: str, source: socket.socket, sink: socket.socket, client: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while octets := source.recv(65536):
                passing = self._passing(direction, len(octets))
                sink.sendall(octets[:passing])
                if passing < len(octets):
                    self._fail(source, sink, client)
                    return
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_WR)

    def _passing(self, direction: str, count: int) -> int:
        fault = self._fault
        with self._lock:
            before = self._passed[direction]
            self._passed[direction] += count
        if fault is None or fault.direction != direction or before + count <= fault.after:
            return count
        return max(fault.after - before, 0)

    def _fail(self, source: socket.socket, sink: socket.socket, client: socket.socket) -> None:
        assert self._fault is not None
        kind = self._fault.kind
        if kind == "stall":
            self._ended.wait(30)
        if kind == "garbage":
            with contextlib.suppress(OSError):
                client.sendall(b"\x00\xff\x1b[31m 250 nonsense\r\n")
        for each in (source, sink):
            with contextlib.suppress(OSError):
                if kind == "reset":
                    each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                else:
                    each.shutdown(socket.SHUT_RDWR)
                each.close()

    @property
    def passed(self) -> dict[str, int]:
        """Octets that came from each side."""
        return dict(self._passed)

    def close(self) -> None:
        self._ended.set()
        self._listener.close()


@contextlib.contextmanager
def between(port: int, fault: Fault | None = None) -> Iterator[Proxy]:
    proxy = Proxy(port, fault)
    try:
        yield proxy
    finally:
        proxy.close()
