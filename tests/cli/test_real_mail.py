"""The whole program against real mail servers, and what a large message costs."""

import contextlib
import imaplib
import os
import re
import ssl
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from benchmarks.smtp import SINK
from support_cli.cases.database import open_database
from support_cli.cases.outbox import Outbox
from tests.cli.conftest import Run
from tests.deliver.proxy import between
from tests.deliver.reading import body, read
from tests.deliver.serving import decoded, serving

pytestmark = pytest.mark.slow

Support = Callable[..., Run]
CA = "/tmp/desks/pki/ca.pem"
PASSWORD = "s3cret p:ä€"
FILES = {
    "Знімок екрана 日本語.png": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20,
    "порожній.txt": b"",
    "cp1251.txt": "Привіт, це старе кодування\r\n".encode("cp1251"),
    "utf16.txt": "Größe\n".encode("utf-16"),
}


@pytest.fixture
def post(support: Support, answers: Path, here: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Run]:
    """Sends a request with files through a server, as a customer would."""
    monkeypatch.setenv("SUPPORT_SMTP_CA_FILE", CA)
    monkeypatch.setenv("SUPPORT_SMTP_PASSWORD", PASSWORD)
    for name, data in FILES.items():
        (here / name).write_bytes(data)

    def run(url: str, *words: str, to: str = "support@desk.test") -> Run:
        monkeypatch.setenv("SUPPORT_SMTP_URL", url)
        attach = [word for name in FILES for word in ("--attach", name)]
        return support("new", "--no-input", "-a", str(answers), *attach, "--send", "--to", to, "--json", *words)

    return run


def mailbox(message_id: str) -> list[EmailMessage]:
    """What Dovecot shows of a message to the team that reads it, by IMAP."""
    deadline = time.monotonic() + 10
    with imaplib.IMAP4("localhost", 12143) as imap:
        imap.starttls(ssl.create_default_context(cafile=CA))
        imap.login("support", "supportpass1")
        while True:
            imap.select("INBOX")
            numbers = imap.search(None, "HEADER", "Message-ID", message_id)[1][0].split()
            if numbers or time.monotonic() > deadline:
                break
            time.sleep(0.2)
        found = [imap.fetch(number, "(RFC822)")[1][0] for number in numbers]
    return [read(one[1]) for one in found if isinstance(one, tuple)]


@pytest.mark.parametrize(
    ("url", "password"),
    [
        ("smtp+starttls://ann%40desk.test@localhost:12587", PASSWORD),
        ("smtps://ann@desk.test@localhost:12465", PASSWORD),
        ("smtp+starttls://support@localhost:12588", "supportpass1"),  # Dovecot's submission, which hands on to Exim
        ("smtp://localhost:12528", ""),  # a server of the last century: no extension at all
    ],
)
def test_the_team_reads_by_imap_what_the_customer_wrote(
    post: Callable[..., Run], dovecot: object, url: str, password: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUPPORT_SMTP_PASSWORD", password)
    run = post(url)
    assert run.code == 0, run.out
    (message,) = mailbox(run.json["delivery"]["message_id"])
    assert message["subject"].startswith("[Internet or TV] No connection since Monday")
    assert "The lamp is red. Restarting helps for an hour." in body(message)
    found = {part.get_filename(): part.get_payload(decode=True) for part in message.iter_attachments()}
    assert {name: found[name] for name in FILES} == FILES
    assert "request.json" in found
    assert "bcc" not in {name.lower() for name in message}


def test_greylisting_is_waited_out_and_nothing_comes_twice(
    support: Support, post: Callable[..., Run], dovecot: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUPPORT_MAIL_SENDER", f"new{time.time_ns()}@desk.test")
    first = post("smtp://localhost:12526")
    delivery = first.json["delivery"]
    assert (first.code, delivery["state"], delivery["reason"]) == (6, "queued", "greylisted")
    assert support("outbox", "flush", "--json").json == [], "it is not due yet"
    time.sleep(3.2)
    (second,) = support("outbox", "flush", "--now", "--json").json
    assert (second["state"], second["attempts"], second["message_id"]) == ("sent", 2, delivery["message_id"])
    assert len(mailbox(delivery["message_id"])) == 1


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("smtp+starttls://localhost:12527", "has expired"),
        ("smtp+starttls://localhost:12529", "belongs to another name"),
        ("smtp+starttls://localhost:12528", "offers no encryption"),
    ],
)
def test_a_server_that_cannot_be_trusted_gets_nothing_and_is_explained(
    support: Support, post: Callable[..., Run], exim: object, url: str, words: str
) -> None:
    run = post(url)
    delivery = run.json["delivery"]
    assert (run.code, delivery["reason"], delivery["uncertain"]) == (6, "tls", False)
    assert words in delivery["message"]
    assert delivery["hint"]


def test_an_oauth_token_comes_from_a_command(
    support: Support, answers: Path, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "token").write_text("ya29.t0ken\n")
    monkeypatch.setenv("SUPPORT_SMTP_TOKEN_COMMAND", "cat token")
    with serving(EHLO="250-desk\r\n250 AUTH PLAIN XOAUTH2") as server:
        monkeypatch.setenv("SUPPORT_SMTP_URL", server.url.replace("//", "//ann@desk.test@"))
        run = support("new", "--no-input", "-a", str(answers), "--send", "--to", "support@desk.test", "--json")
    assert run.code == 0, run.out
    (login,) = [line for line in server.lines if line.startswith("AUTH")]
    assert decoded(login.split()[2]) == "user=ann@desk.test\1auth=Bearer ya29.t0ken\1\1"


def test_hundreds_of_messages_are_flushed_over_one_connection(
    support: Support, exim: object, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    count, now = 500, datetime.now(UTC).replace(microsecond=0)  # a moment that has come, as the program counts
    with open_database(home / ".local" / "share" / "support-cli" / "support.db", now=now) as database:
        outbox = Outbox(database)
        for number in range(count):
            octets = (
                f"From: <ann@desk.test>\r\nMessage-ID: <{number}.{now.timestamp()}@desk.test>\r\n\r\nx\r\n".encode()
            )
            envelope = {"kind": "email", "sender": "ann@desk.test", "receivers": ["bob@desk.test"], "utf8": False}
            outbox.add(f"flood{number:03}", "mail", [octets], now, envelope=envelope)
    with between(12525) as proxy:
        monkeypatch.setenv("SUPPORT_SMTP_URL", f"smtp://localhost:{proxy.port}")
        run = support("outbox", "flush", "--json")
    assert run.code == 0, run.out[:2000] + run.err[:2000]
    assert proxy.connections == 1
    assert Counter(one["state"] for one in run.json) == {"sent": count}


@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak from /proc")
def test_a_message_of_25_megabytes_takes_hardly_more_memory_than_a_small_one(here: Path, home: Path) -> None:
    (here / "pack" / "forms").mkdir(parents=True)
    limits = "limits: {files: 1, file: 30MB, total: 30MB, message: 50MB}"
    (here / "pack" / "pack.yml").write_text(f"pack: large\nversion: 1.0.0\n{limits}\n")
    question = "{type: input, id: summary, attributes: {label: In short}}"
    (here / "pack" / "forms" / "x.yml").write_text(f"name: X\ndescription: x\nbody:\n  - {question}\n")
    with subprocess.Popen([sys.executable, "-c", SINK], stdout=subprocess.PIPE, text=True) as sink:
        assert sink.stdout is not None
        url = f"smtp://127.0.0.1:{sink.stdout.readline().strip()}"
        small, small_size = sent(here, url, 1000)
        large, large_size = sent(here, url, 18_300_000)
        sink.kill()
    assert small_size < 20_000
    assert large_size > 25_000_000
    assert large - small < 20_000_000


def sent(here: Path, url: str, size: int) -> tuple[int, int]:
    """Peak memory of a run that sends a file of this size, and the octets of the message."""
    (here / "file.bin").write_bytes(os.urandom(size))
    root = str(Path(__file__).parents[2])
    words = ["new", "-p", "pack", "--no-input", "-s", "summary=It is large", "--attach", "file.bin", "--send"]
    run = subprocess.Popen(
        [sys.executable, "-m", "support_cli", *words, "--to", "support@desk.test", "--json"],
        env={**os.environ, "PYTHONPATH": root, "SUPPORT_SMTP_URL": url},
        stdout=subprocess.PIPE,
        text=True,
    )
    peak, said = 0, []
    reader = threading.Thread(target=lambda: said.append(run.communicate()[0]))
    reader.start()
    while reader.is_alive():
        with contextlib.suppress(OSError, TypeError, AttributeError):
            status = Path(f"/proc/{run.pid}/status").read_text()
            peak = max(peak, int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024)  # type: ignore[index]
        time.sleep(0.005)
    assert run.returncode == 0, said
    found = re.search(r'"size": (\d+)', said[0])
    assert found is not None
    return peak, int(found[1])
