"""The same request once more: scripts get what became of the first, whichever command they say it by."""

import importlib
import json
import shutil
import subprocess
import sys
from datetime import timedelta

import pytest

from support_cli.base.errors import UnusableError
from support_cli.cli.app import COMMANDS
from support_cli.cli.context import Context
from support_cli.cli.parser import built
from support_cli.requests import finish
from tests.cli.conftest import ANSWERS
from tests.deliver.serving import serving

TO = ("--to", "desk@example.org")


@pytest.fixture
def server(monkeypatch):
    with serving() as server:
        monkeypatch.setenv("SUPPORT_SMTP_URL", server.url)
        yield server


def doors(support):
    """Every command that sends something new: a name, its words."""
    yield "new", ("new", "--no-input", "-a", "given.json", "--send", *TO)
    yield "new", ("new", "--no-input", "-a", "given.json", "--attach", "lamp.log", "--send", *TO, "-o", "out/")
    yield "send", ("send", "other.json", "-p", "general", *TO)
    case = support("cases", "list", "--json").json[0]["id"]
    for kind in ("follow-up", "escalate"):
        yield f"cases {kind}", ("cases", kind, case, "--no-input", "--set", "news=Nobody called", "--send")


def prepare(here):
    (here / "given.json").write_text(json.dumps(ANSWERS), "utf-8")
    (here / "other.json").write_text(json.dumps({**ANSWERS, "summary": "The lamp is red again"}), "utf-8")
    (here / "lamp.log").write_text("red", "utf-8")


def delivery(run):
    return run.json.get("delivery", run.json)


def test_the_same_is_sent_once_through_every_door(support, here, server):
    prepare(here)
    tried = set()
    for command, words in doors(support):
        tried.add(command)
        before = len(server.messages)
        first = support(*words, "--json")
        assert (first.code, len(server.messages)) == (0, before + 1), (words, first.err)
        files = sorted(here.rglob("*"))
        for again in (support(*words, "--json"), support(*words, "--json")):
            assert (again.code, delivery(again)) == (0, delivery(first)), words
        said = support(*words)
        assert (said.code, "The same request was " in said.err, "ago" in said.err) == (0, True, True), said.err
        assert sorted(here.rglob("*")) == files, words
        assert len(server.messages) == before + 1, words
        other = support(*words, "--json", "--request-id", f"again {len(tried)} {before}")
        assert other.code == 0, other.out
        assert (other.code, delivery(other)["id"] != delivery(first)["id"]) == (0, True), other.out + other.err
        assert len(server.messages) == before + 2, words
    assert tried == {path for path in paths() if "--request-id" in paths()[path]}
    assert tried == {path for path, options in paths().items() if "--send" in options or path == "send"}


def paths():
    """The options of every command."""
    found = {}

    def walk(command, path):
        for name, below in getattr(command, "commands", {}).items():
            walk(below, (*path, name))
        found[" ".join(path)] = {name for param in command.params for name in param.opts}

    for entry in COMMANDS:
        walk(built(importlib.import_module(f"support_cli.cli.{entry.module}").app), (entry.name,))
    return found


def test_what_is_different_is_another_request(support, here, server):
    prepare(here)
    words = ("new", "--no-input", "-a", "given.json", "--send", *TO)
    for number, more in enumerate(
        ((), ("--set", "summary=Another"), ("--attach", "lamp.log"), ("--to", "chief@example.org"), ("--lang", "uk"))
    ):
        run = support(*words, *more)
        assert run.code == 0, run.err
        assert len(server.messages) == min(number, 3) + 1, more  # the language says nothing else
    shutil.copy(here / "lamp.log", here / "red.log")
    assert support(*words, "--attach", "red.log").code == 0
    assert len(server.messages) == 5


def test_a_key_gives_the_first_outcome_whatever_it_was(support, here, monkeypatch):
    prepare(here)
    words = ("new", "--no-input", "-a", "given.json", "--request-id", "order 17", "--json")
    monkeypatch.setenv("SUPPORT_SMTP_URL", "smtp://127.0.0.1:1")
    queued = support(*words, "--send", *TO)
    again = support(*words, "--send", *TO)
    assert (queued.code, again.code, again.json["delivery"]) == (6, 6, queued.json["delivery"])
    other = support(*words, "--send", *TO, "--set", "summary=Something else")
    assert (other.code, queued.json["id"] in other.json["error"]["message"]) == (2, True)
    key = ("--request-id", "order 18", "-o", "out/", "--json")
    written = support("new", "--no-input", "-a", "given.json", *key)
    again = support("new", "--no-input", "-a", "given.json", *key)
    assert (again.json["id"], again.json["files"]) == (written.json["id"], written.json["files"])
    assert len(list((here / "out").iterdir())) == 2
    for bad in ("x" * 201, "two\nlines"):
        assert support("new", "--no-input", "-a", "given.json", "--request-id", bad).code == 2


def test_what_was_refused_or_cancelled_may_be_sent_again(support, here, monkeypatch):
    prepare(here)
    words = ("new", "--no-input", "-a", "given.json", "--send", *TO, "--request-id", "one", "--json")
    with serving(RCPT="550 5.1.1 unknown") as server:
        monkeypatch.setenv("SUPPORT_SMTP_URL", server.url)
        assert support(*words).code == 5
    with serving() as server:
        monkeypatch.setenv("SUPPORT_SMTP_URL", server.url)
        assert (support(*words).code, len(server.messages)) == (0, 1)
        assert (support(*words).code, len(server.messages)) == (0, 1)


def test_after_a_day_it_is_another_request_and_a_deleted_one_is_forgotten(support, here, server, monkeypatch):
    prepare(here)
    words = ("new", "--no-input", "-a", "given.json", "--send", *TO, "--json")
    first = support(*words).json["id"]
    now = Context.now
    monkeypatch.setattr(Context, "now", lambda self: now(self) + timedelta(days=1, minutes=1))
    assert support(*words).json["id"] != first
    monkeypatch.setattr(Context, "now", now)
    for case in support("cases", "list", "--json").json:
        assert support("cases", "delete", case["id"], "--yes").code == 0
    sent = len(server.messages)
    assert (support(*words).code, len(server.messages)) == (0, sent + 1)


def test_two_runs_at_once_make_one_request(support, here, server, monkeypatch):
    prepare(here)
    words = ("new", "--no-input", "-a", "given.json", "--send", *TO, "--request-id", "both")
    command = [sys.executable, "-m", "support_cli", *words]
    complete, other = finish._complete, []

    def late(*given, **more):
        if not other:  # the other run asks while nothing is stored yet
            other.append(None)
            other.append(subprocess.run(command, capture_output=True, text=True, check=False))
        return complete(*given, **more)

    monkeypatch.setattr(finish, "_complete", late)
    assert support(*words).code == 0
    assert (other[1].returncode, "at this moment" in other[1].stderr) == (3, True)
    assert len(server.messages) == 1


def test_a_run_that_failed_does_not_stand_in_the_way(support, here, server, monkeypatch):
    prepare(here)
    words = ("new", "--no-input", "-a", "given.json", "--send", *TO, "--request-id", "both")

    def full(*_given, **_more):
        raise UnusableError("The disk is full.")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(finish, "_complete", full)
        assert support(*words).code == 3
    assert (support(*words).code, len(server.messages)) == (0, 1)
