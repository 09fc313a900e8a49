"""The HTTP client: what it sends, what it believes, and how it says that it failed."""

import gzip
import socket
import ssl
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast

import pytest

from support_cli.deliver.base import (
    AmbiguousError,
    DeliveryError,
    Job,
    PermanentError,
    Reason,
    TemporaryError,
)
from support_cli.deliver.http.body import Here, Upload, json_body, multipart, raw
from support_cli.deliver.http.client import Client
from support_cli.deliver.http.place import UrlError, parse_url
from tests.deliver.desks.certificate import make_certificate
from tests.deliver.desks.loopback import Asked, Reply, answering
from tests.deliver.making import make_job
from tests.table import each

BODY = json_body({"text": "x" * 1000})


def client_of(url: str, **more: object) -> Client:
    return Client(parse_url(url), **{"timeout": 5.0, **more})  # type: ignore[arg-type]


class Zeros:
    """So many octets of nothing, out of no memory."""

    def __init__(self, size: int) -> None:
        self.left = size

    def read(self, count: int = -1) -> bytes:
        count = min(count, self.left)
        self.left -= count
        return bytes(count)


@contextmanager
def zeros(size: int) -> Iterator[BinaryIO]:
    yield cast("BinaryIO", Zeros(size))


@contextmanager
def raw_server(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that does with each connection what a test says."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _peer = listener.accept()
            except OSError:
                return
            with connection:
                answer(connection)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.close()


@each(
    ("url", "where"),
    [
        ("https://desk.example.com", "https://desk.example.com"),
        ("https://desk.example.com:8443/rt/", "https://desk.example.com:8443/rt"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("http://127.0.0.1/a b", None),
        ("http://desk.example.com", None),
        ("https://ann:pw@desk.example.com", None),
        ("ftp://desk.example.com", None),
        ("desk.example.com", None),
        ("https://desk.example.com:99999", None),
        ("https://пошта.example/x", f"https://{'пошта'.encode('idna').decode()}.example/x"),
        ("https://[::1]:8080/x", "https://[::1]:8080/x"),
        ("https://desk.example.com/a\r\nHost: evil", None),
        ("", None),
    ],
)
def test_addresses(url: str, where: str | None) -> None:
    if where is None:
        with pytest.raises(UrlError) as failure:
            parse_url(url)
        assert "pw" not in failure.value.message
    else:
        assert parse_url(url).where == where


def test_an_unencrypted_desk_is_reached_only_if_allowed_by_name() -> None:
    assert parse_url("http://desk.lan", allow_plain="desk.lan").port == 80
    with pytest.raises(UrlError):
        parse_url("http://other.lan", allow_plain="desk.lan")


@each(
    ("status", "kind", "reason"),
    [
        (400, PermanentError, Reason.CONTENT),
        (401, PermanentError, Reason.LOGIN),
        (403, PermanentError, Reason.LOGIN),
        (404, PermanentError, Reason.ADDRESS),
        (408, TemporaryError, Reason.TIMEOUT),
        (412, TemporaryError, Reason.SERVER_ERROR),
        (413, PermanentError, Reason.SIZE),
        (418, PermanentError, Reason.REFUSED),
        (422, PermanentError, Reason.CONTENT),
        (425, TemporaryError, Reason.SERVER_ERROR),
        (429, TemporaryError, Reason.RATE_LIMITED),
        (500, AmbiguousError, Reason.SERVER_ERROR),
        (502, AmbiguousError, Reason.SERVER_ERROR),
        (503, AmbiguousError, Reason.SERVER_ERROR),
        (504, AmbiguousError, Reason.SERVER_ERROR),
        (507, AmbiguousError, Reason.QUOTA),
        (302, PermanentError, Reason.ADDRESS),
    ],
)
def test_statuses(status: int, kind: type[DeliveryError], reason: Reason) -> None:
    with answering(lambda _asked: Reply(status, {"message": "why \x1b[31m not"})) as server:
        with pytest.raises(kind) as failure:
            client_of(server.url).call("POST", "/x", body=BODY, commit=make_job())
        assert failure.value.reason is reason
        assert "\x1b" not in failure.value.message
        with pytest.raises(DeliveryError) as failure:  # before the last step nobody has anything
            client_of(server.url).call("POST", "/x", body=BODY)
        assert not isinstance(failure.value, AmbiguousError)


def test_a_desk_that_cannot_be_asked_is_believed_when_it_names_a_time() -> None:
    with answering(lambda _asked: Reply(503, {}, headers={"Retry-After": "60"})) as server:
        for askable, kind in ((True, AmbiguousError), (False, TemporaryError)):
            with pytest.raises(kind):
                client_of(server.url, askable=askable).call("POST", "/", body=BODY, commit=make_job())


@each(
    ("said", "low", "high"),
    [
        ("120", 120, 120),
        (format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True), 3000, 3700),
        (format_datetime(datetime.now(UTC) - timedelta(hours=1), usegmt=True), 0, 0),
        ("99999999", 7 * 86400, 7 * 86400),
    ],
    # the dates are other ones every time
)
def test_retry_after_is_seconds_or_a_date(said: str, low: float, high: float) -> None:
    with (
        answering(lambda _asked: Reply(429, {}, headers={"Retry-After": said})) as server,
        pytest.raises(TemporaryError) as failure,
    ):
        client_of(server.url).get("/")
    assert failure.value.retry_after is not None
    assert low <= failure.value.retry_after <= high


@each("said", ["soon", "-5", "1e9", "Thu, 99 Foo"])
def test_a_retry_after_that_makes_no_sense_is_none(said: str) -> None:
    with (
        answering(lambda _asked: Reply(429, {}, headers={"Retry-After": said})) as server,
        pytest.raises(TemporaryError) as failure,
    ):
        client_of(server.url).get("/")
    assert failure.value.retry_after is None


@each(
    ("answer", "words"),
    [
        ({"errors": ["Subject is too long", "Tracker is invalid"]}, "Subject is too long; Tracker is invalid"),
        ({"errors": {"summary": "is required"}}, "summary: is required"),
        ({"error": {"status": 409, "msg": "no name"}}, "no name"),
        ({"message": "Validation Failed", "errors": [{"field": "title", "code": "missing"}]}, "Validation Failed"),
    ],
)
def test_the_servers_own_words_are_in_the_message(answer: object, words: str) -> None:
    with answering(lambda _asked: Reply(422, answer)) as server, pytest.raises(PermanentError) as failure:
        client_of(server.url).get("/")
    assert words in failure.value.message


def test_the_title_of_a_page_is_enough() -> None:
    page = b"<html><head><style>x{}</style><title>Sign in</title></head><body>Please</body></html>"
    reply = Reply(404, body=page, headers={"Content-Type": "text/html"})
    with answering(lambda _asked: reply) as server, pytest.raises(PermanentError) as failure:
        client_of(server.url).get("/")
    assert failure.value.answer == "404 Sign in"


def test_nothing_is_committed_before_the_last_octets_go() -> None:
    """Whatever dies before ``before_commit`` has delivered nothing: the server must not have the whole by then."""
    missing: list[int] = []
    at_commit: list[int] = []

    def read(connection: socket.socket) -> None:
        data = b""
        while piece := connection.recv(65536):
            data += piece
            if b"\r\n\r\n" in data:
                head, _end, body = data.partition(b"\r\n\r\n")
                missing.append(int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0]) - len(body))
                if missing[-1] <= 0:
                    connection.sendall(b"HTTP/1.1 201 OK\r\nContent-Length: 2\r\n\r\n{}")
                    return

    def note() -> None:
        time.sleep(0.05)  # let the server take in all that is on its way
        at_commit.append(min(missing, default=1))

    upload = Upload(name="a", type="x/y", size=500_000, open=partial(zeros, 500_000))
    with raw_server(read) as url:
        client_of(url).call("POST", "/", body=multipart([], [("f", upload)]), commit=_job_with(note))
    assert len(at_commit) == 1
    assert at_commit[0] > 0


def _job_with(before_commit: Callable[[], None]) -> Job:
    return make_job(before_commit=before_commit)


def test_a_file_that_changed_is_never_sent_whole() -> None:
    upload = Upload(name="a", type="x/y", size=100_000, open=partial(zeros, 99_999))
    committed: list[int] = []
    job = _job_with(lambda: committed.append(1))
    with answering(lambda _asked: Reply(201, {})) as server:
        with pytest.raises(PermanentError) as failure:
            client_of(server.url).call("POST", "/", body=raw(upload), commit=job)
        assert failure.value.reason is Reason.STORAGE
    assert not committed


def test_a_refusal_before_the_end_of_the_body_is_heard() -> None:
    def refuse(connection: socket.socket) -> None:
        connection.recv(1000)
        connection.sendall(b"HTTP/1.1 413 Too large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        connection.shutdown(socket.SHUT_WR)
        connection.settimeout(1)
        try:
            while connection.recv(65536):
                pass
        except OSError:
            pass

    upload = Upload(name="a", type="x/y", size=50_000_000, open=partial(zeros, 50_000_000))
    with raw_server(refuse) as url, pytest.raises(PermanentError) as failure:
        client_of(url).call("POST", "/", body=raw(upload), commit=make_job())
    assert failure.value.reason is Reason.SIZE


@each(
    "answer",
    [
        b"",
        b"HTTP/1.1 200",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
        b"\x00\xff\x1b[31m nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 999999 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_an_answer_that_makes_no_sense_leaves_doubt_only_after_the_whole(answer: bytes) -> None:
    def nonsense(connection: socket.socket) -> None:
        data = b""
        while b"\r\n\r\n" not in data or (b"POST" in data and not data.endswith(b"}")):
            data += connection.recv(65536)
        connection.sendall(answer)

    with raw_server(nonsense) as url:
        with pytest.raises(AmbiguousError):
            client_of(url).call("POST", "/", body=BODY, commit=make_job())
        with pytest.raises(TemporaryError):
            client_of(url).get("/")


PACKED = gzip.compress(b'{"id": 7}', mtime=0)


@each(
    "answer",
    [
        b'HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n\r\n{"id": 7}',
        b'HTTP/1.0 200 Fine\r\nServer: old\r\n\r\n{"id": 7}',
        b'HTTP/1.1 200\r\n\r\n{"id": 7}',
        b'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\ncontent-length: 9\r\n\r\n{"id": 7}',
        b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4;x=y\r\n{"id\r\n5\r\n": 7}\r\n0\r\nTrailer: x\r\n\r\n',
        b'HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 12\r\n\r\n\xef\xbb\xbf{"id": 7}',
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + PACKED,
        b'HTTP/1.1 200 OK\nContent-Type: text/html\n\n  {"id": 7}\n',
    ],
)
def test_what_servers_write_is_read_with_patience(answer: bytes) -> None:
    def serve(connection: socket.socket) -> None:
        data = b""
        while not data.endswith(b"}"):
            data += connection.recv(65536)
        for at in range(len(answer)):  # slowly
            connection.sendall(answer[at : at + 1])

    with raw_server(serve) as url:
        assert client_of(url).call("POST", "/", body=BODY, commit=make_job()).data() == {"id": 7}


def test_a_small_answer_that_unpacks_to_a_huge_one_stays_small() -> None:
    reply = Reply(200, body=gzip.compress(bytes(50_000_000)), headers={"Content-Encoding": "gzip"})
    with answering(lambda _asked: reply) as server:
        assert len(client_of(server.url).get("/").body) <= 8_000_000


def test_a_server_that_drips_is_left_in_the_end() -> None:
    def drip(connection: socket.socket) -> None:
        connection.recv(65536)
        try:
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
            while True:
                connection.sendall(b".")
                threading.Event().wait(0.05)
        except OSError:
            return

    with raw_server(drip) as url, pytest.raises(AmbiguousError) as failure:
        client_of(url, timeout=0.5).call("POST", "/", body=BODY, commit=make_job())
    assert failure.value.reason is Reason.TIMEOUT


def test_an_answer_without_end_is_not_read_to_its_end() -> None:
    with (
        answering(lambda _asked: Reply(200, body=b"[" + b"1," * 10_000_000 + b"1]")) as server,
        pytest.raises(TemporaryError),
    ):
        client_of(server.url).get("/")


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(TemporaryError) as failure:
        client_of(f"http://127.0.0.1:{port}").call("POST", "/", body=BODY, commit=make_job())
    assert failure.value.reason is Reason.CONNECTION


def test_a_name_that_there_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_words: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)  # no test asks a real name server
    with pytest.raises(TemporaryError) as failure:
        client_of("https://desk.invalid").get("/")
    assert failure.value.reason is Reason.DNS


def test_redirects_are_followed_on_the_same_host_only_and_the_token_stays_there() -> None:
    with answering(lambda _asked: Reply(200, {"elsewhere": True})) as elsewhere:

        def redirect(asked: Asked) -> Reply:
            return {
                "/here": Reply(302, headers={"Location": "/there?x=1"}),
                "/there": Reply(200, {"ok": asked.query}),
                "/away": Reply(302, headers={"Location": f"{elsewhere.url}/"}),
                "/loop": Reply(302, headers={"Location": "/loop"}),
                "/moved": Reply(308, headers={"Location": "/there"}),
                "/see": Reply(303, headers={"Location": "/there"}),
                "/in": Reply(302, headers={"Location": "/login?back=/in"}),
            }[asked.path]

        with answering(redirect) as server:
            client = client_of(server.url, headers=lambda: {"Authorization": "Bearer secret"})
            assert client.get("/here").data() == {"ok": {"x": "1"}}
            client.call("POST", "/moved", body=BODY, commit=make_job())
            assert server.asked[-1].method == "POST"
            assert len(server.asked[-1].body) == BODY.size
            for path in ("/away", "/loop"):
                with pytest.raises(PermanentError):
                    client.get(path)
            with pytest.raises(AmbiguousError):  # the answer to something that was done
                client.call("POST", "/see", body=BODY, commit=make_job())
            with pytest.raises(PermanentError):
                client.call("POST", "/in", body=BODY, commit=make_job())
    assert not elsewhere.asked


def test_an_address_of_another_server_in_an_answer_is_not_followed() -> None:
    with answering(lambda _asked: Reply(200, {})) as server, pytest.raises(TemporaryError):
        client_of(server.url).get("http://other.example/x")
    assert not server.asked


def test_a_token_that_would_break_out_of_its_header_is_refused() -> None:
    with answering(lambda _asked: Reply(200, {})) as server, pytest.raises(PermanentError) as failure:
        client_of(server.url, headers=lambda: {"Authorization": "Bearer a\r\nX-Evil: 1"}).get("/")
    assert failure.value.reason is Reason.LOGIN
    assert "Bearer" not in failure.value.message
    assert not server.asked


def test_a_proxy_gets_whole_addresses_for_plain_http() -> None:
    with answering(lambda _asked: Reply(200, {"by": "proxy"})) as proxy:
        client = client_of("http://127.0.0.1:9/desk", proxy_for=lambda _scheme, _host: proxy.url)
        assert client.get("/x").data() == {"by": "proxy"}
    assert proxy.asked[0].headers["host"] == "127.0.0.1:9"


def test_a_proxy_only_opens_a_tunnel_for_https() -> None:
    heard: list[bytes] = []

    def tunnel(connection: socket.socket) -> None:
        heard.append(connection.recv(65536))
        connection.sendall(b"HTTP/1.1 407 Who are you\r\n\r\n")

    with raw_server(tunnel) as url:
        proxy = url.replace("http://", "http://ann:pw@")
        client = client_of(
            "https://desk.example.com",
            headers=lambda: {"Authorization": "Bearer secret"},
            proxy_for=lambda _scheme, _host: proxy,
        )
        with pytest.raises(TemporaryError) as failure:
            client.get("/x")
    assert "pw" not in failure.value.message
    assert heard[0].startswith(b"CONNECT desk.example.com:443 ")
    assert b"Proxy-Authorization: Basic YW5uOnB3" in heard[0]
    assert b"secret" not in heard[0]


@pytest.mark.parametrize("fault", ["unknown authority", "wrong name", "no tls"])
def test_a_server_that_cannot_be_trusted_gets_nothing(fault: str, tmp_path: Path) -> None:
    certificate, key = make_certificate(tmp_path, "other.test" if fault == "wrong name" else "localhost")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    heard: list[bytes] = []

    def serve(connection: socket.socket) -> None:
        if fault == "no tls":
            connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            return
        try:
            with context.wrap_socket(connection, server_side=True) as encrypted:
                heard.append(encrypted.recv(1000))
        except OSError:
            return

    trusted = certificate if fault == "wrong name" else None
    with raw_server(serve) as url:
        client = client_of(url.replace("http://127.0.0.1", "https://localhost"), ca_file=trusted)
        with pytest.raises(TemporaryError) as failure:
            client.call("POST", "/", body=BODY, commit=make_job())
    assert failure.value.reason is Reason.TLS
    assert "smtp" not in f"{failure.value.message} {failure.value.hint}"
    assert not any(heard)


@pytest.mark.parametrize("encoded", [False, True])
def test_twenty_five_megabytes_take_no_memory(encoded: bool) -> None:
    size = 25_000_000
    upload = Upload(name="a", type="x/y", size=size, open=partial(zeros, size))
    body = json_body({"data": Here(upload)}) if encoded else multipart([("a", "b")], [("f", upload)])
    counted: list[int] = []

    def count(connection: socket.socket) -> None:
        connection.settimeout(20)
        head = b""
        while b"\r\n\r\n" not in head:
            head += connection.recv(1)
        buffer, got, wanted = bytearray(65536), 0, int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        while got < wanted:
            got += connection.recv_into(buffer)
        counted.append(got)
        connection.sendall(b"HTTP/1.1 201 OK\r\nContent-Length: 2\r\n\r\n{}")

    with raw_server(count) as url:
        client = client_of(url)
        tracemalloc.start()
        try:
            client.call("POST", "/", body=body, commit=make_job())
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert counted == [body.size]
    assert body.size > size
    assert peak < 3_000_000
