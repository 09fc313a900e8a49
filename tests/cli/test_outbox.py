"""Mail from the command line: every outcome is told as it is, and what waits is sent once."""

import itertools
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.deliver.serving import DROP, Server, serving

Support = Callable[..., Run]
Post = Callable[..., Run]
DELIVERY = {
    "id", "request", "state", "channel", "to", "attempts", "reason", "message", "hint", "message_id", "ticket", "url",
    "digest", "uncertain", "sent_at", "next_attempt_at", "files",
}  # fmt: skip


@pytest.fixture
def post(support: Support, answers: Path) -> Post:
    """Makes a request and sends it, each time another one although it says the same."""
    numbers = itertools.count()

    def run(*words: str, to: str = "desk@example.org") -> Run:
        key = ("--request-id", f"number {next(numbers)}")
        return support("new", "--no-input", "-a", str(answers), "--send", "--to", to, *key, *words)

    return run


def use(server: Server | None, monkeypatch: pytest.MonkeyPatch, user: str = "") -> None:
    url = server.url if server is not None else "smtp://127.0.0.1:1"
    monkeypatch.setenv("SUPPORT_SMTP_URL", url.replace("//", f"//{user}@") if user else url)


def test_what_a_server_says_is_told_as_it_is(
    support: Support, post: Post, monkeypatch: pytest.MonkeyPatch, here: Path
) -> None:
    def receivers(line: str) -> str:
        return "550 5.1.1 unknown" if "gone" in line else "450 4.3.2 later" if "busy" in line else "250 ok"

    with serving(RCPT=receivers) as server:
        use(server, monkeypatch)
        sent = post()
        assert sent.code == 0
        assert "sent to desk@example.org." in sent.err
        partly = post(to="desk@example.org, gone@example.org")
        assert partly.code == 0
        assert "not everybody got it" in partly.err
        assert "gone@example.org did not get it: 550 5.1.1 unknown" in partly.err
        refused = post(to="gone@example.org")
        assert refused.code == 5
        assert "gone@example.org did not get it" in refused.err
        assert re.search(r"When that is mended:  support send \w{8}$", refused.err, re.MULTILINE)
        later = post(to="busy@example.org")
        assert later.code == 6
        assert "not sent yet" in later.err
        assert "sent to" not in refused.err + later.err
        command = re.search(r"now:  support (outbox retry \S+)", later.err)
        assert command is not None
        again = support(*command[1].split(), "--json")
        assert again.code == 6
        assert set(again.json) == DELIVERY
        assert (again.json["state"], again.json["attempts"], again.json["to"]) == ("queued", 2, "busy@example.org")
    with serving(END=DROP) as server:
        use(server, monkeypatch)
        unclear = post()
        assert unclear.code == 6
        assert "not known whether it arrived" in unclear.err
        assert "Send it all the same" in unclear.err
        (message,) = [one for one in support("outbox", "list", "--json").json if one["uncertain"]]
        flushed = support("outbox", "flush", "--now", "--json").json
        assert [one["reason"] for one in flushed if one["id"] == message["id"]] == ["unclear"]
        there = [octets for octets in server.messages if message["message_id"].encode() in octets]
        assert len(there) == 1, "a flush sends what may have arrived a second time"
        cancelled = support("outbox", "cancel", message["id"])
        assert (cancelled.code, "may have reached desk@example.org" in cancelled.err) == (0, True)


def test_a_request_goes_to_each_address_once(support: Support, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving() as server:
        use(server, monkeypatch)
        request = post("--json").json["id"]
        again = support("send", request, "--to", "desk@example.org", "--json").json
        assert (again["state"], again["to"], len(server.messages)) == ("sent", "desk@example.org", 1)
        other = support("send", request, "--to", "chief@example.org", "--json").json
        assert (other["state"], other["to"], len(server.messages)) == ("sent", "chief@example.org", 2)


def test_a_customer_without_an_address_writes_from_the_account(
    support: Support, answers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = json.loads(answers.read_text("utf-8")) | {"phone": "+380 44 123 45 67"}
    del said["email"]
    answers.write_text(json.dumps(said), "utf-8")
    monkeypatch.setenv("SUPPORT_SMTP_PASSWORD", "x")
    words = ("new", "--no-input", "-a", str(answers), "--send", "--to", "desk@example.org")
    with serving() as server:
        for user, sender in (("ann%40example.org", "ann@example.org"), ("ann", "customer.invalid")):
            use(server, monkeypatch, user=user)
            run = support(*words, "--request-id", user)
            assert run.code == 0, run.err
            assert sender in [line for line in server.lines if line.startswith("MAIL FROM:")][-1]


def test_what_may_have_arrived_is_sent_again_only_if_that_is_wanted(
    support: Support, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(END=DROP) as server:
        use(server, monkeypatch)
        message_id = post("--json").json["delivery"]["message_id"]
        monkeypatch.setenv("SUPPORT_SMTP_RESEND_UNCLEAR", "true")
        server.answers["END"] = "250 ok"
        (again,) = support("outbox", "flush", "--now", "--json").json
    assert (again["state"], again["uncertain"], again["message_id"]) == ("sent", False, message_id)
    assert [message_id.encode() in octets for octets in server.messages] == [True, True]


def test_a_file_is_written_and_not_sent(
    support: Support, post: Post, monkeypatch: pytest.MonkeyPatch, here: Path
) -> None:
    monkeypatch.setenv("SUPPORT_MAIL_TRANSPORT", "file")
    run = post("--json")
    assert run.code == 0
    (file,) = here.glob("*.eml")
    delivery = run.json["delivery"]
    assert (run.json["state"], delivery["state"], delivery["url"]) == ("written", "written", file.as_uri())
    case = support("cases", "show", run.json["id"], "--json").json
    assert (case["state"], case["receipts"][0]["delivered"]) == ("written", False)
    assert support("outbox", "list", "--json").json == []
    said = post()
    assert "written, not sent" in said.err
    with serving() as server:
        use(server, monkeypatch)
        monkeypatch.setenv("SUPPORT_MAIL_TRANSPORT", "smtp")
        assert support("outbox", "retry", delivery["id"]).code == 0
    assert len(server.messages) == 1
    assert support("cases", "show", run.json["id"], "--json").json["state"] == "sent"


def test_what_waits_is_sent_by_the_next_flush(support: Support, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    use(None, monkeypatch)
    first = post("--json").json["delivery"]
    assert (first["state"], first["reason"]) == ("queued", "connection")
    nothing = support("outbox", "flush")
    assert (nothing.code, "1 message waits for its time" in nothing.err) == (0, True)
    monkeypatch.delenv("SUPPORT_SMTP_URL")
    not_set_up = support("outbox", "flush", "--now")
    assert (not_set_up.code, "No way to send mail is set up" in not_set_up.err) == (6, True)
    with serving() as server:
        use(server, monkeypatch)
        (sent,) = support("outbox", "flush", "--now", "--json").json
    assert (sent["state"], sent["message_id"]) == ("sent", first["message_id"])
    assert f"Message-ID: {first['message_id']}".encode() in server.messages[0]
    assert "Nothing waits" in support("outbox", "flush").err


def test_a_wrong_password_is_tried_once_and_not_with_every_message(
    support: Support, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(None, monkeypatch)
    for _turn in range(3):
        post()
    with serving(AUTH="535 5.7.8 no") as server:
        use(server, monkeypatch, user="ann")
        missing = support("outbox", "flush", "--now", "--json")
        assert missing.code == 6
        assert {one["reason"] for one in missing.json} == {"login"}
        assert "SUPPORT_SMTP_PASSWORD" in missing.json[0]["hint"]
        monkeypatch.setenv("SUPPORT_SMTP_PASSWORD", "tok-5ecret")
        wrong = support("outbox", "flush", "--now", "--json")
        assert wrong.code == 5
        assert sorted(one["state"] for one in wrong.json) == ["queued", "queued", "refused"]
        assert len([line for line in server.lines if line.startswith("AUTH")]) == 1


def test_two_flushes_at_once_send_everything_once(
    support: Support, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(None, monkeypatch)
    waiting = [post("--json").json["delivery"]["message_id"] for _turn in range(6)]
    with serving() as server:
        use(server, monkeypatch)
        command = [sys.executable, "-m", "support_cli", "outbox", "flush", "--now", "--json"]
        root = Path(__file__).parents[2]
        environ = {**os.environ, "PYTHONPATH": str(root)}
        runs = [subprocess.Popen(command, stdout=subprocess.PIPE, env=environ) for _turn in range(2)]
        told = [one for run in runs for one in json.loads(run.communicate(timeout=60)[0])]
    received = [re.search(rb"Message-ID: (<[^>]+>)", octets) for octets in server.messages]
    assert sorted(found[1].decode() for found in received if found) == sorted(waiting)
    assert sorted(one["message_id"] for one in told if one["state"] == "sent") == sorted(waiting)


def test_watching_tells_a_line_each_until_it_is_stopped(
    support: Support, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(None, monkeypatch)
    post()
    post()
    with serving() as server:
        use(server, monkeypatch)
        command = [sys.executable, "-m", "support_cli", "outbox", "flush", "--now", "--watch", "--json"]
        environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=environ, text=True) as run:
            assert run.stdout is not None
            told = [json.loads(run.stdout.readline()) for _turn in range(2)]
            run.terminate()
            assert run.wait(timeout=10) == 130
    assert [one["state"] for one in told] == ["sent", "sent"]


def test_the_mail_server_is_tried_and_stored(support: Support, post: Post, home: Path) -> None:
    with serving(AUTH=lambda line: "235 ok" if line.endswith("AGFubgB0b2stNWVjcmV0") else "535 no") as server:
        words = ("config", "channel", "add", "mail", "--kind", "smtp", "--url", server.url, "--user", "ann")
        wrong = support(*words, "--store", "file", "--stdin", stdin="guess\n")
        assert (wrong.code, "did not accept the login" in wrong.err) == (5, True)
        assert post().code == 2, "nothing was stored"
        added = support(*words, "--store", "file", "--stdin", stdin="tok-5ecret\n")
        assert (added.code, "login of ann was accepted" in added.err) == (0, True)
        assert not {"MAIL", "RCPT", "DATA"} & {line.split()[0] for line in server.lines}
        assert post().code == 0
    listed = support("config", "channel", "list")
    assert "ann" in listed.out
    assert "5ecret" not in listed.out
    assert support("config", "channel", "remove", "mail").code == 0
    assert not [path for path in home.rglob("*") if path.is_file() and b"5ecret" in path.read_bytes()]
    assert post().code == 2


@pytest.mark.skipif(os.name == "nt", reason="Windows has no sendmail program")
def test_a_sendmail_program_has_it_and_no_more_is_said(post: Post, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = here / "sendmail"
    program.write_text("#!/bin/sh\ncat >/dev/null\n")
    program.chmod(0o755)
    monkeypatch.setenv("SUPPORT_MAIL_TRANSPORT", "sendmail")
    monkeypatch.setenv("SUPPORT_MAIL_SENDMAIL", str(program))
    said = post()
    assert said.code == 0
    assert "handed over, to be sent to desk@example.org" in said.err
    assert "The mail system of this computer has it" in said.err
    assert post("--json").json["delivery"]["reason"] == "handed-on"
