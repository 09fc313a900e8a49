"""Something between us and a mail server that spoils one conversation on purpose."""

import contextlib
import socket
from collections.abc import Iterator
from typing import BinaryIO

from tests.deliver.desks import faults
from tests.deliver.desks.faults import Fault, Proxy, reset

KINDS = {
    kind: taken
    for kind, taken in faults.KINDS.items()
    if kind not in ("500 after the commit", "503 after the commit", "committed late")
}
"""Names of faults, and whether the server takes the message all the same. A mail server that says no after it took a
message has no place here: RFC 5321, 4.2.5 leaves no doubt about its no."""


class SmtpProxy(Proxy):
    """Passes a conversation line by line, one connection a fault."""

    committed = 0
    """Messages that the server said it took."""

    def _exchange(self, client: socket.socket, kind: str) -> None:
        if kind == "refused":
            return reset(client)
        with (
            socket.create_connection(("127.0.0.1", self._target), 30) as server,
            client.makefile("rb") as lines,
            server.makefile("rb") as answers,
        ):
            client.sendall(_reply(answers))
            while line := lines.readline():
                verb = line[:4].upper()
                if verb == b"MAIL" and kind == "too many requests":
                    client.sendall(b"450 4.7.1 Too many messages, come back in 1 second\r\n")
                    continue
                if verb == b"DATA" and kind == "dropped before the body":
                    return None
                server.sendall(line)
                answer = _reply(answers)
                client.sendall(answer)
                if (
                    verb == b"DATA"
                    and answer.startswith(b"354")
                    and not self._message(kind, client, server, lines, answers)
                ):
                    return None
        return None

    def _message(
        self, kind: str, client: socket.socket, server: socket.socket, lines: BinaryIO, answers: BinaryIO
    ) -> bool:
        """The message itself; returns whether the conversation goes on."""
        body = b""
        while not body.endswith(b"\r\n.\r\n"):
            line = lines.readline()
            if not line:
                return False
            body += line
            if kind == "dropped during the body" and len(body) > 1000:
                server.sendall(body)
                reset(server)
                reset(client)
                return False
        if kind in ("dropped before the last octet", "stalled before the desk"):
            server.sendall(body[:-1])
            if kind.startswith("stalled"):
                self._ended.wait(self._stall)
            return False
        server.sendall(body)
        answer = _reply(answers)
        with self._lock:
            self.committed += answer.startswith(b"250")
        self._answer(client, kind, answer)
        return not kind


def _reply(answers: BinaryIO) -> bytes:
    whole = b""
    while line := answers.readline():
        whole += line
        if line[3:4] != b"-":
            break
    return whole


@contextlib.contextmanager
def mail_between(port: int, fault: Fault | None, *, stall: float = 1.0) -> Iterator[SmtpProxy]:
    proxy = SmtpProxy(port, fault, stall=stall)
    try:
        yield proxy
    finally:
        proxy.close()
