"""A case at a real Request Tracker, by mail: its automatic reply is added, and the follow-up lands on the ticket."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from support_cli import __main__  # noqa: F401 - the module that a console script names
from support_cli.cli.app import app
from tests.deliver.desks.targets import target

pytestmark = pytest.mark.desks
OUTBOX = Path("/tmp/desks/rt/outbox")  # where this RT leaves its mail


def support(*words: str) -> Any:
    result = CliRunner().invoke(app, [*words, "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def eventually(look: Any) -> Any:
    deadline = time.monotonic() + 120
    while not (found := look()):
        assert time.monotonic() < deadline
        time.sleep(0.3)
    return found


def replies_to(message_id: str) -> list[Path]:
    """What RT wrote in answer to a message."""
    return [path for path in OUTBOX.glob("*.eml") if message_id.encode() in path.read_bytes()]


def test_a_follow_up_by_mail_lands_on_the_ticket_that_the_automatic_reply_named(
    exim: dict[str, str], rt: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SUPPORT_SMTP_URL", "smtp://localhost:12525")
    said = ("topic=Something else", "name=Ann", "email=ann@desk.test", "summary=No connection", "consent=yes")
    answers = [word for one in (*said, "details=The lamp is red.") for word in ("-s", one)]
    sent = support("new", "-p", "general", *answers, "--no-input", "--send", "--to", "rt@desk.test")["delivery"]
    assert sent["state"] == "sent"
    [automatic] = eventually(lambda: replies_to(sent["message_id"]))
    case = support("cases", "add-reply", str(automatic))
    assert case["id"] == sent["request"]
    assert case["state"] == "sent"  # a machine has answered, and nobody else
    assert case["reply"]["automatic"]
    assert case["ticket"]
    followed = support("cases", "follow-up", "--no-input", "-s", "news=It is worse now.", "--send")
    assert followed["subject"].startswith(f"Re: [desk.test #{case['ticket']}]")
    desk = target("rt").desk()
    eventually(lambda: any("It is worse now." in text for text in desk._texts(case["ticket"])))
