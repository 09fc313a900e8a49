"""Mail that becomes a ticket: SMTP to Exim, then the desks' own mail gateways (``../shared/desks``)."""

import hashlib
import shlex
import subprocess
import time
from typing import Any

import pytest

from support_cli.base.addresses import Address
from support_cli.deliver.base import Job
from support_cli.deliver.mail.smtp import SmtpDeliverer
from support_cli.deliver.mail.smtp_url import parse_smtp_url
from tests.deliver import servers
from tests.deliver.desks.asking import NAMES, fresh_mark, typed
from tests.deliver.desks.targets import Target, readback, target, tickets_of
from tests.deliver.making import make_envelope, make_job, make_ticket, written

pytestmark = pytest.mark.desks

TEXT = "Добрий день!\n\n  indented\n.\nÜmläut — end\n"
LIMIT = 1 << 20
"""Octets that this Exim takes."""


def mail_of(receiver: str, mark: str, files: dict[str, bytes]) -> Job:
    message_id = f"<{mark}.gateway@example.org>"
    ticket = make_ticket(f"Немає інтернету 日本 {mark}", {"text/plain": TEXT}, attachments=typed(files))
    sender = Address("ann@example.org", "Änn Lee")
    envelope = make_envelope(message_id=message_id, sender=sender, to=(Address(receiver),))
    octets = written(ticket, envelope, files)
    return make_job(octets, message_id=message_id, sender=sender.address, receivers=(receiver,))


def hand_over(where: Target, job: Job) -> None:
    """By SMTP to Exim, which knows the gateways of two of them; the third reads standard input."""
    if where.kind == "roundup":
        with job.open() as octets:
            command = shlex.split(servers.environment("roundup")["ROUNDUP_MAILGW"])
            subprocess.run(command, input=octets.read(), check=True, capture_output=True, timeout=120)
        return
    with SmtpDeliverer(parse_smtp_url("smtp://localhost:12525")) as deliverer:
        deliverer.deliver(job)


def ticket_of(where: Target, mark: str) -> Any:
    """The ticket, as soon as Exim and the gateway are done with it."""
    deadline = time.monotonic() + 120
    while not (numbers := tickets_of(where, mark)):
        assert time.monotonic() < deadline, f"no ticket at {where.kind}"
        time.sleep(0.3)
    assert len(numbers) == 1
    return readback(where.kind, numbers[0])


def test_a_mail_becomes_a_ticket(exim: dict[str, str], real: Target) -> None:
    mark, files = fresh_mark(), {**NAMES, "empty.txt": b""}
    hand_over(real, mail_of(f"{real.kind}@desk.test", mark, files))
    found = ticket_of(real, mark)
    assert found["subject"] == f"Немає інтернету 日本 {mark}"
    lines = [line.strip() for line in found["body"].replace("\r\n", "\n").strip().split("\n")]
    assert lines == [line.strip() for line in TEXT.strip().split("\n")]  # Redmine drops blanks before a line
    sent = {file["name"]: file["sha256"] for file in found["files"]}
    wanted = {name: hashlib.sha256(octets).hexdigest() for name, octets in files.items()}
    if real.kind == "redmine":  # its gateway drops empty files
        del wanted["empty.txt"]
    assert sent == wanted
    if real.kind == "rt":
        assert found["requestors"] == ["ann@example.org"]
    elif real.kind == "roundup":
        assert found["from"] == "ann@example.org"


def test_the_largest_mail_that_fits(exim: dict[str, str], rt: dict[str, str]) -> None:
    mark = fresh_mark()
    bare = mail_of("rt@desk.test", mark, {"a.bin": b""}).size
    largest = b"\xa5" * ((LIMIT - bare - 2) // 78 * 57)  # base64: 57 octets a line of 76 and CRLF
    job = mail_of("rt@desk.test", mark, {"a.bin": largest})
    assert LIMIT - 200 < job.size <= LIMIT
    where = target("rt")
    hand_over(where, job)
    (file,) = ticket_of(where, mark)["files"]
    assert (file["size"], file["sha256"]) == (len(largest), hashlib.sha256(largest).hexdigest())
