"""A mail server on loopback that does what a test tells it, to show every way in which one can fail.

What real servers do is tested against real ones in ``test_real_servers.py``; none of those can be made to drop a
connection at a given octet.
"""

import base64
import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator

DROP = "drop"
STALL = "stall"
Answer = str | Callable[[str], str]
_OFFERS = "250-mail.desk.test\r\n250-SIZE 1000000\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 AUTH PLAIN LOGIN"


class Server:
    """Answers commands from a table; everything that is not in it is fine.

    Args:
        answers: Command word (``EHLO``, ``MAIL``, ``RCPT``, ``DATA``, and ``GREETING``, ``BODY`` for the middle of a
            message, ``END`` for its end) to a reply, ``DROP``, ``STALL``, or a function of the line.
    """

    def __init__(self, **answers: Answer) -> None:
        self.answers: dict[str, Answer] = {"GREETING": "220 mail.desk.test", "EHLO": _OFFERS, **answers}
        self.lines: list[str] = []
        self.messages: list[bytes] = []
        self.connections = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._open: list[socket.socket] = []
        self._ended = threading.Event()
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def _accept(self) -> None:
        while True:
            try:
                connection, _peer = self._listener.accept()
            except OSError:
                return
            if self._ended.is_set():
                connection.close()
                return
            self.connections += 1
            self._open.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError, EOFError):
            stream = connection.makefile("rb")
            self._answer(connection, "GREETING", "220 ok", "")
            while raw := stream.readline():
                line = raw.decode("utf-8", "replace").rstrip("\r\n")
                word = line.split(" ")[0].upper()
                if word != "AUTH":
                    self.lines.append(line)
                if word == "QUIT":
                    connection.sendall(b"221 bye\r\n")
                    return
                if word == "AUTH":
                    self._log_in(connection, stream, line)
                    continue
                if not self._answer(connection, word, "354 go" if word == "DATA" else "250 ok", line):
                    continue
                self._take(connection, stream)

    def _log_in(self, connection: socket.socket, stream, line: str) -> None:  # type: ignore[no-untyped-def]
        answer = self.answers.get("AUTH", "235 ok")
        prompts = iter(["334 VXNlcm5hbWU6", "334 UGFzc3dvcmQ6"] if line.upper() == "AUTH LOGIN" else [])
        for prompt in prompts:
            connection.sendall(prompt.encode() + b"\r\n")
            line += " " + stream.readline().decode().strip()
        while True:
            reply = answer(line) if callable(answer) else answer
            if not reply.startswith("334"):
                self.lines.append(line)
            connection.sendall(reply.encode() + b"\r\n")
            if not reply.startswith("334"):
                return
            line += " " + stream.readline().decode().strip()

    def _take(self, connection: socket.socket, stream) -> None:  # type: ignore[no-untyped-def]
        message: list[bytes] = []
        while (line := stream.readline()) != b".\r\n":
            if not line:
                raise EOFError
            message.append(line)
            if "BODY" in self.answers:
                self._answer(connection, "BODY", "", "")
        # Only what was ended by the dot counts as received; whether the client learns of it is another matter.
        if self.answers.get("END", "2")[0] not in "45":  # type: ignore[index]
            self.messages.append(b"".join(message))
        self._answer(connection, "END", "250 ok id=1", "")

    def _answer(self, connection: socket.socket, word: str, usual: str, line: str) -> bool:
        """Answers; True where a message follows."""
        answer = self.answers.get(word, usual)
        reply = answer(line) if callable(answer) else answer
        if reply == STALL:
            self._ended.wait(20)
            raise EOFError
        if reply.endswith(DROP):
            connection.sendall(reply.removesuffix(DROP).encode())
            # At once and for good: a client that goes on writing finds out.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            time.sleep(0.05 if reply != DROP else 0)
            raise EOFError
        connection.sendall(reply.encode("utf-8", "surrogateescape") + (b"\r\n" if reply else b""))
        return word == "DATA" and reply.startswith("354")

    def close(self) -> None:
        self._ended.set()
        with contextlib.suppress(OSError):  # wakes the thread, which would wait on another socket of the same number
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        self._accepting.join(5)
        for each in [self._listener, *self._open]:
            with contextlib.suppress(OSError):
                each.close()


@contextlib.contextmanager
def serving(**answers: Answer) -> Iterator[Server]:
    server = Server(**answers)
    try:
        yield server
    finally:
        server.close()


def decoded(text: str) -> str:
    return base64.b64decode(text).decode()
