"""Lines over a socket: commands out, replies in, with a time limit on every wait (RFC 5321)."""

import contextlib
import re
import socket
import ssl
import time
from typing import TYPE_CHECKING

import msgspec

from support_cli.base.i18n import _
from support_cli.base.text import clean_line, shorten
from support_cli.deliver.base import Reason

if TYPE_CHECKING:
    import ssl

_MAX_LINE = 8192  # RFC 5321 allows 512; some servers write more, none this much
_MAX_LINES = 200
_REPLY = re.compile(rb"([2-5]\d\d)(?:([ \t-])(.*))?\Z", re.DOTALL)
_ENHANCED = re.compile(r"([245]\.\d{1,3}\.\d{1,3})(?:\s|$)")


class WireError(Exception):
    """The connection is of no use any more; what that means depends on how far the message had got.

    Attributes:
        reason: Why.
        detail: A sentence for people.
    """

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


class Reply(msgspec.Struct, frozen=True):
    """What the server answered.

    Attributes:
        code: Three digits.
        lines: The text of each line, cleaned.
    """

    code: int
    lines: tuple[str, ...]

    @property
    def enhanced(self) -> str:
        """The enhanced status code (RFC 3463) such as ``4.7.1``, or empty."""
        found = _ENHANCED.match(self.lines[0]) if self.lines else None
        return found[1] if found else ""

    @property
    def text(self) -> str:
        """One line for people: code and text; a code that is repeated on every line stands once."""
        words = [self.lines[0], *(line.removeprefix(self.enhanced).strip() for line in self.lines[1:])]
        return shorten(f"{self.code} {' '.join(filter(None, words))}".strip(), 300)


class Timeouts(msgspec.Struct, frozen=True):
    """How long to wait, in seconds.

    Attributes:
        connect: For the connection, and each address of the server.
        answer: For the answer to a command, and for a block of the message to be taken.
        final: For the answer after the whole message. RFC 5321, 4.5.3.2.6 wants ten minutes, since giving up
            here is what makes duplicates.
    """

    connect: float = 20.0
    answer: float = 60.0
    final: float = 600.0

    @classmethod
    def of(cls, seconds: float) -> "Timeouts":
        """All of them from the one that people set."""
        return cls(min(seconds, 20.0), seconds, seconds * 10)


class Wire:
    """One connection.

    Args:
        host: Name or IP address.
        port: TCP port.
        timeouts: How long to wait.

    Raises:
        WireError: There is no connection.
    """

    def __init__(self, host: str, port: int, timeouts: Timeouts) -> None:
        self.host = host
        self.timeouts = timeouts
        self._buffer = bytearray()
        self._secrets: list[str] = []
        self._socket = _connect(host, port, timeouts.connect)

    def hide(self, secret: str) -> None:
        """Takes this text out of whatever the server says from now on."""
        if secret:
            self._secrets.append(secret)

    def start_tls(self, context: "ssl.SSLContext") -> None:
        """Goes on encrypted.

        Raises:
            ssl.SSLError: The server cannot be trusted or speaks no TLS.
            WireError: The connection broke, or plain text came along that would pass for encrypted.
        """
        if self._buffer:  # injected before the encryption began (CVE-2011-0411 and its kin)
            raise WireError(
                Reason.TLS, _("{host} said something that it should not before encryption.").format(host=self.host)
            )
        self._socket.settimeout(self.timeouts.answer)
        try:
            self._socket = context.wrap_socket(self._socket, server_hostname=self.host)
        except ssl.SSLError:
            raise
        except OSError as error:
            raise self._lost(error) from None

    @property
    def local_literal(self) -> str:
        """Our own address as RFC 5321, 4.1.3 writes it, for EHLO: it tells nothing that the server does not see."""
        address = str(self._socket.getsockname()[0])
        return f"[IPv6:{address.partition('%')[0]}]" if ":" in address else f"[{address}]"

    @property
    def encryption(self) -> str:
        """Version of TLS in use, or empty."""
        version = getattr(self._socket, "version", None)
        return str(version()) if version is not None else ""

    def command(self, line: str | bytes, *, timeout: float | None = None) -> Reply:
        """Sends one line and waits for the reply.

        Raises:
            WireError: The connection is of no use any more.
        """
        octets = line.encode() if isinstance(line, str) else line
        if b"\r" in octets or b"\n" in octets:
            raise ValueError("a command of two lines")
        self.expect_silence()
        self.send(octets + b"\r\n")
        return self.reply(timeout)

    def expect_silence(self) -> None:
        """Makes sure that the server has said nothing that it was not asked: it would pass for the next answer.

        Raises:
            WireError: It has, or the connection is closed.
        """
        if self.has_spoken():
            raise WireError(Reason.SERVER_ERROR, _("{host} answered before it was asked.").format(host=self.host))

    def has_spoken(self) -> bool:
        """Whether there is something unread. Waits for nothing.

        Raises:
            WireError: The connection is closed.
        """
        try:
            self._socket.settimeout(0.0)
            octets = self._socket.recv(4096)
        except (BlockingIOError, ssl.SSLWantReadError):
            return bool(self._buffer)
        except OSError as error:
            raise self._lost(error) from None
        if not octets and not self._buffer:
            raise WireError(Reason.CONNECTION, _("{host} closed the connection.").format(host=self.host))
        self._buffer += octets
        return True

    def send(self, octets: bytes) -> None:
        """Sends octets as they are.

        Raises:
            WireError: They were not taken, or not all of them.
        """
        try:
            self._socket.settimeout(self.timeouts.answer)
            self._socket.sendall(octets)
        except OSError as error:
            raise self._lost(error) from None

    def reply(self, timeout: float | None = None) -> Reply:
        """Waits for a whole reply.

        Raises:
            WireError: None came in time, the connection broke, or it is no reply of SMTP.
        """
        until = time.monotonic() + (self.timeouts.answer if timeout is None else timeout)
        lines: list[str] = []
        code = 0
        while len(lines) < _MAX_LINES:
            match = _REPLY.match(self._line(until))
            if match is None or (code and int(match[1]) != code):
                break
            code = int(match[1])
            text = (match[3] or b"").decode("utf-8", "replace")
            for secret in self._secrets:
                text = text.replace(secret, "***")
            lines.append(clean_line(text))
            if match[2] != b"-":
                return Reply(code, tuple(lines))
        raise WireError(Reason.SERVER_ERROR, _("{host} does not answer like a mail server.").format(host=self.host))

    def _line(self, until: float) -> bytes:
        while (end := self._buffer.find(b"\n")) < 0:
            if len(self._buffer) > _MAX_LINE:
                return b""
            try:
                self._socket.settimeout(max(until - time.monotonic(), 0.001))
                octets = self._socket.recv(4096)
            except OSError as error:
                raise self._lost(error) from None
            if not octets:
                raise WireError(Reason.CONNECTION, _("{host} closed the connection.").format(host=self.host))
            self._buffer += octets
        line = bytes(self._buffer[:end]).rstrip(b"\r")
        del self._buffer[: end + 1]
        return line

    def _lost(self, error: OSError) -> WireError:
        if isinstance(error, TimeoutError):
            return WireError(Reason.TIMEOUT, _("{host} did not answer in time.").format(host=self.host))
        return WireError(Reason.CONNECTION, _("The connection to {host} broke.").format(host=self.host))

    def quit(self) -> None:
        """Takes leave politely; whatever happens then does not matter."""
        with contextlib.suppress(WireError):
            self.send(b"QUIT\r\n")
            self.reply(min(self.timeouts.answer, 2.0))
        self.close()

    def close(self) -> None:
        """Drops the connection: a message whose end was not sent is not delivered."""
        with contextlib.suppress(OSError):
            self._socket.close()


def _connect(host: str, port: int, timeout: float) -> socket.socket:
    try:
        connection = socket.create_connection((host, port), timeout)
    except socket.gaierror as error:
        if error.errno == getattr(socket, "EAI_AGAIN", None):
            raise WireError(Reason.DNS, _("The name {host} cannot be looked up now.").format(host=host)) from None
        raise WireError(Reason.DNS, _("There is no server of the name {host}.").format(host=host)) from None
    except TimeoutError:
        raise WireError(Reason.TIMEOUT, _("{host} did not answer in time.").format(host=host)) from None
    except (OSError, UnicodeError) as error:
        problem = clean_line(getattr(error, "strerror", None) or str(error))
        raise WireError(
            Reason.CONNECTION, _("There is no connection to {host}: {problem}.").format(host=host, problem=problem)
        ) from None
    # Commands are short and each waits for its answer: Nagle's algorithm would only delay them.
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection
