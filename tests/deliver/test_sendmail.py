"""Sendmail programs: small real programs stand in for those that fail."""

import os
import shlex
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from support_cli.base.addresses import AddressError
from support_cli.deliver.base import (
    AmbiguousError,
    DeliveryError,
    PermanentError,
    Reason,
    State,
    TemporaryError,
)
from support_cli.deliver.mail.sendmail import SendmailDeliverer
from tests.deliver.making import make_envelope, make_job, make_ticket, written
from tests.deliver.reading import read
from tests.deliver.servers import delivered
from tests.table import each


def program(folder: Path, code: str) -> str:
    path = folder / "sendmail"
    path.write_text(f"#!{sys.executable}\nimport os, signal, sys, time\nfolder = {str(folder)!r}\n{code}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


KEEP = """
open(folder + "/arguments", "w").write("\\n".join(sys.argv[1:]))
open(folder + "/message", "wb").write(sys.stdin.buffer.read())
print("queued as 4711")
"""


def test_the_program_gets_receivers_as_arguments_and_lines_as_text(tmp_path: Path) -> None:
    octets = b"Subject: x\r\n\r\n.\r\n" + b"y" * 65520 + b"\r\nz\r\n"
    job = make_job(octets, receivers=("support@desk.test", "-oQ/tmp@desk.test", "secret@desk.test"))

    receipt = SendmailDeliverer([program(tmp_path, KEEP)]).deliver(job)

    arguments = (tmp_path / "arguments").read_text().split("\n")
    assert arguments == ["-i", "-f", "ann@desk.test", "--", *job.receivers]
    assert (tmp_path / "message").read_bytes() == octets.replace(b"\r\n", b"\n")
    assert receipt.state is State.HANDED_ON
    assert receipt.answer == "queued as 4711"
    assert "passes it on" in receipt.note


@each(
    ("code", "kind", "reason"),
    [
        (64, PermanentError, Reason.PROGRAM),
        (65, PermanentError, Reason.REFUSED),
        (67, PermanentError, Reason.ADDRESS),
        (68, TemporaryError, Reason.DNS),
        (69, TemporaryError, Reason.SERVER_ERROR),
        (75, TemporaryError, Reason.CONNECTION),
        (77, PermanentError, Reason.LOGIN),
        (78, TemporaryError, Reason.PROGRAM),
        (1, TemporaryError, Reason.PROGRAM),
    ],
)
def test_exit_codes_are_told_as_they_are_meant(
    tmp_path: Path, code: int, kind: type[DeliveryError], reason: Reason
) -> None:
    failing = program(
        tmp_path, f"print('first', flush=True); sys.stderr.write('\\x1b[31mno route\\n\\n'); sys.exit({code})"
    )
    with pytest.raises(DeliveryError) as caught:
        SendmailDeliverer([failing]).deliver(make_job())
    assert (type(caught.value), caught.value.reason) == (kind, reason)
    assert caught.value.answer == "no route"
    assert "\x1b" not in caught.value.message


def test_force_and_silence_leave_it_open(tmp_path: Path) -> None:
    for code, said in (("os.kill(os.getpid(), signal.SIGKILL)", "SIGKILL"), ("time.sleep(30)", "in time")):
        with pytest.raises(AmbiguousError, match=said) as caught:
            SendmailDeliverer([program(tmp_path, code)], timeout=1).deliver(make_job())
        assert caught.value.exit_code == 6


def test_programs_that_cannot_be_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for command in (str(tmp_path / "gone"), str(tmp_path), "a\0b"):
        with pytest.raises(TemporaryError) as caught:
            SendmailDeliverer([command]).deliver(make_job())
        assert caught.value.reason is Reason.PROGRAM
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("support_cli.deliver.mail.sendmail.FOLDERS", ())
    for action in (lambda: SendmailDeliverer().deliver(make_job()), SendmailDeliverer().test):
        with pytest.raises(TemporaryError, match="no sendmail program") as caught:
            action()
        assert "msmtp" in (caught.value.hint or "")
    found = program(tmp_path, KEEP)
    assert found in SendmailDeliverer().test()


def test_bad_addresses_reach_no_program(tmp_path: Path) -> None:
    deliverer = SendmailDeliverer([program(tmp_path, KEEP)])
    for job in (make_job(receivers=("a@b.c\n-X",)), make_job(sender="x"), make_job(receivers=("é\u202e@b.c",))):
        with pytest.raises(AddressError):
            deliverer.deliver(job)
    with pytest.raises(PermanentError):
        deliverer.deliver(make_job(receivers=()))
    assert not (tmp_path / "arguments").exists()


def test_nothing_is_handed_over_before_the_commit_or_when_damaged(tmp_path: Path) -> None:
    deliverer = SendmailDeliverer([program(tmp_path, KEEP)])
    with pytest.raises(PermanentError, match="damaged"):
        deliverer.deliver(make_job(digest="sha256:0"))

    def fail() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        deliverer.deliver(make_job(before_commit=fail))
    assert not (tmp_path / "arguments").exists()


SLOWLY = """
open(folder + "/started", "w").close()
time.sleep(0.5)
octets = sys.stdin.buffer.read()
open(folder + "/part", "wb").write(octets)
os.rename(folder + "/part", folder + "/message")
"""
KILLED = """
import sys
from support_cli.deliver.mail.sendmail import SendmailDeliverer
from tests.deliver.making import make_job
SendmailDeliverer([sys.argv[1]]).deliver(make_job(b"x" * 3_000_000))
"""


def test_a_message_is_never_cut_off_when_we_are_killed(tmp_path: Path) -> None:
    slow = program(tmp_path, SLOWLY)
    process = subprocess.Popen([sys.executable, "-c", KILLED, slow], cwd=Path(__file__).parents[2])
    while not (tmp_path / "started").exists():
        assert process.poll() is None
    process.kill()
    process.wait()

    for _turn in range(200):
        if (tmp_path / "message").exists():
            break
        subprocess.run([sys.executable, "-c", "import time; time.sleep(0.05)"], check=True)
    assert (tmp_path / "message").stat().st_size == 3_000_000


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["exim", "msmtp"])
def test_real_programs_deliver(exim: dict[str, str], tmp_path: Path, kind: str) -> None:
    command = {"exim": [exim["SENDMAIL"]], "msmtp": ["msmtp", "--host=localhost", "--port=12525"]}[kind]
    message_id = f"<sendmail.{kind}.{os.getpid()}@desk.test>"
    files = {"Снимок.bin": bytes(range(256)) * 100, "empty": b""}
    octets = written(
        make_ticket("Привіт", {"text/plain": ".\n..\nFrom me\n"}, files=files),
        make_envelope(message_id=message_id),
        files=files,
    )

    SendmailDeliverer(command).deliver(
        make_job(octets, message_id=message_id, receivers=("support@desk.test", "billing@desk.test"))
    )

    for mailbox in ("support", "billing"):
        (received,) = delivered(message_id, mailbox, wait=10)
        found = {part.get_filename(): part.get_payload(decode=True) for part in read(received).iter_attachments()}
        assert found == files


@pytest.mark.slow
def test_msmtp_tells_put_off_from_refused(exim: dict[str, str]) -> None:
    msmtp = shlex.split("msmtp --host=localhost --port=12525")
    for receiver, kind in (("unknown@desk.test", PermanentError), ("busy@desk.test", TemporaryError)):
        with pytest.raises(kind):
            SendmailDeliverer(msmtp).deliver(make_job(receivers=(receiver,)))
    with pytest.raises(TemporaryError):
        SendmailDeliverer(["msmtp", "--host=localhost", "--port=1"]).deliver(make_job())
