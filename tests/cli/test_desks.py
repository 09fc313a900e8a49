"""A request that goes to a desk, from the command line to the desk and back."""

import base64
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import ANSWERS, Run
from tests.deliver.desks.loopback import Asked, Reply, Server, answering

TOKEN = "tok-5ecret0123456789"
DATA = bytes(range(256)) * 100
GENERAL = Path(__file__).parents[2] / "templates" / "general"


def trusted(support: Callable[..., Run], folder: Path) -> Path:
    """Says yes to a pack, as a person would who was shown where it sends."""
    asked = support("new", "-p", folder, "--send", "--no-input")
    digest = re.findall(r"--trust (sha256:[0-9a-f]+)", asked.err)
    if digest:
        said = support("pack", "trust", folder, "--trust", digest[-1])
        assert said.code == 0, said.err
    return folder


class Desk:
    """A desk that can be made to fail."""

    def __init__(self) -> None:
        self.tickets: list[Asked] = []
        self.mood = "well"

    def __call__(self, asked: Asked) -> Reply:
        if asked.headers.get("authorization") != f"Bearer {TOKEN}":
            return Reply(401, {"error": f"unknown token {asked.headers.get('authorization')}"})
        if asked.path == "/me":
            return Reply(200, {"name": "ann"})
        if asked.path == "/search":
            text = [one.json["text"] for one in self.tickets]
            return Reply(200, [{"id": n, "text": said} for n, said in enumerate(text, 1)])
        if self.mood == "busy":
            return Reply(429, {}, headers={"Retry-After": "1"})
        self.tickets.append(asked)
        if self.mood == "deaf":
            return Reply(hang_up=True)
        return Reply(201, {"id": len(self.tickets)})


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def pack(here: Path, support: Callable[..., Run]) -> Callable[[Server], Path]:
    """The general pack with a desk at a server."""

    def make(server: Server) -> Path:
        folder = here / "desk-pack"
        shutil.copytree(GENERAL, folder, dirs_exist_ok=True)
        with (folder / "pack.yml").open("a", encoding="utf-8") as manifest:
            manifest.write(
                f"""
channels:
  desk:
    kind: http
    url: {server.url}/tickets
    queue: Billing
    test: {server.url}/me
    body: {{title: "{{subject}}", text: "{{text}}", queue: "{{queue}}", who: {{mail: "{{email}}"}}}}
    files: files
    answer: {{id: id}}
    lookup: {{url: "{server.url}/search?q={{mark}}", match: text, id: id}}
    link: https://desk.example/{{id}}
default_channel: desk
"""
            )
        return trusted(support, folder)

    return make


@pytest.fixture
def request_file(here: Path) -> Path:
    (here / "log.bin").write_bytes(DATA)
    path = here / "answers.json"
    path.write_text(json.dumps(ANSWERS), "utf-8")
    return path


def test_a_request_waits_and_goes_later_as_it_was(
    support: Callable[..., Run],
    pack: Callable[[Server], Path],
    desk: Desk,
    request_file: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SUPPORT_TOKEN_DESK", TOKEN)
    desk.mood = "busy"
    with answering(desk) as server:
        words = ("new", "-p", pack(server), "-a", request_file, "--attach", "log.bin", "--send", "--no-input", "--json")
        first = support(*words)
        assert first.code == 6, first.err
        assert first.json["delivery"]["reason"] == "rate-limited"
        assert not first.json["delivery"]["uncertain"]
        # The file may change or go: what was stored is what is sent.
        request_file.with_name("log.bin").write_bytes(b"something else")
        desk.mood = "deaf"
        message = first.json["delivery"]["id"]
        second = support("outbox", "retry", message, "--json")
        # The desk hung up after it had everything; asked at once, it has the ticket.
        assert second.code == 0, second.err
        assert second.json["state"] == "sent"
        assert (second.json["ticket"], second.json["url"]) == ("1", "https://desk.example/1")
    (ticket,) = desk.tickets
    sent = {one["name"]: base64.b64decode(one["content"]) for one in ticket.json["files"]}
    assert sent["log.bin"] == DATA
    assert "request.json" in sent
    assert (ticket.json["queue"], ticket.json["who"]) == ("Billing", {"mail": "anna@example.org"})
    assert ticket.json["text"].rstrip().endswith(f"Request {first.json['id']}")


def test_a_missing_token_keeps_the_request_and_says_what_to_do(
    support: Callable[..., Run], pack: Callable[[Server], Path], desk: Desk, request_file: Path
) -> None:
    with answering(desk) as server:
        words = ("new", "-p", pack(server), "-a", request_file, "--send", "--no-input", "--json")
        said = support(*words)
    assert said.code == 6, said.err
    assert "no token" in said.json["delivery"]["message"]
    assert not desk.tickets


def test_a_login_is_tried_before_it_is_stored_and_stands_nowhere_else(
    support: Callable[..., Run], pack: Callable[[Server], Path], desk: Desk, request_file: Path, home: Path
) -> None:
    with answering(desk) as server:
        folder = pack(server)
        add = ("config", "channel", "add", "desk", "-p", folder, "--store", "file", "--stdin")
        wrong = support(*add, stdin="wr0ng-token-1234\n")
        assert wrong.code == 5
        assert "wr0ng" not in wrong.out + wrong.err
        assert support("config", "channel", "list", "--json").json == {}
        right = support(*add, "--json", stdin=f"{TOKEN}\n")
        assert right.code == 0, right.err
        assert not desk.tickets
        sent = support("new", "-p", folder, "-a", request_file, "--send", "--no-input", "--json")
        assert sent.code == 0, sent.err + sent.out
        listed = support("config", "channel", "list", "--json")
        assert listed.json["desk"]["host"] == f"127.0.0.1:{server.port}"
        everything = wrong.err + right.out + right.err + sent.out + sent.err + listed.out
        assert TOKEN not in everything
        holding = [path for path in home.rglob("*") if path.is_file() and TOKEN.encode() in path.read_bytes()]
        assert [path.name for path in holding] == ["tokens.json"]
        assert support("config", "channel", "remove", "desk").code == 0
        assert not [path for path in home.rglob("*") if path.is_file() and TOKEN.encode() in path.read_bytes()]


def test_a_desk_that_cannot_be_is_said_before_the_first_question(
    support: Callable[..., Run], here: Path, request_file: Path
) -> None:
    folder = here / "broken"
    shutil.copytree(GENERAL, folder)
    with (folder / "pack.yml").open("a", encoding="utf-8") as manifest:
        manifest.write("\nchannels: {desk: {kind: rt, url: 'http://desk.example.com', queue: x}}\n")
        manifest.write("default_channel: desk\n")
    trusted(support, folder)
    said = support("new", "-p", folder, "-a", request_file, "--send", "--no-input")
    assert said.code == 2
    assert "not encrypted" in said.err


class Zammad:
    """A Zammad that has one ticket, and hangs up on the first addition after it took it."""

    def __init__(self) -> None:
        self.articles: list[Asked] = []

    def __call__(self, asked: Asked) -> Reply:
        if asked.path == "/api/v1/tickets":
            return Reply(201, {"id": 7, "number": "31001"})
        if asked.path == "/api/v1/ticket_articles":
            self.articles.append(asked)
            return Reply(hang_up=True)
        if asked.path == "/api/v1/ticket_articles/by_ticket/7":
            return Reply(200, [{"body": one.json["body"]} for one in self.articles])
        return Reply(404, {})


def test_a_follow_up_is_added_to_the_ticket_of_the_desk_exactly_once(
    support: Callable[..., Run], here: Path, request_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUPPORT_TOKEN_DESK", TOKEN)
    desk = Zammad()
    with answering(desk) as server:
        folder = here / "zammad"
        shutil.copytree(GENERAL, folder)
        with (folder / "pack.yml").open("a", encoding="utf-8") as manifest:
            manifest.write(f"\nchannels: {{desk: {{kind: zammad, url: '{server.url}', queue: Front}}}}\n")
        sent = support("new", "-p", trusted(support, folder), "-a", request_file, "--send", "--no-input", "--json")
        assert sent.json["delivery"]["ticket"] == "31001", sent
        run = support(
            "cases", "follow-up", "--no-input", "-s", "news=It is worse.", "--attach", "log.bin", "--send", "--json"
        )
        assert run.code == 0, run
        assert (run.json["delivery"]["state"], run.json["delivery"]["ticket"]) == ("sent", "31001")
        again = support("cases", "escalate", "--no-input", "--send", "--json")
        assert again.json["delivery"]["ticket"] == "31001"
    added, supervisor = (one.json for one in desk.articles)
    assert added["ticket_id"] == supervisor["ticket_id"] == "7"
    assert added["subject"].startswith("Re: [31001] [Internet or TV] No connection since Monday")
    assert "It is worse." in added["body"]
    assert added["body"].rstrip().endswith(f"Request {sent.json['id']}-follow-up-1")
    assert [one["filename"] for one in added["attachments"]] == ["log.bin"]
    assert "supervisor" in supervisor["body"]


def test_a_desk_that_cannot_add_gets_a_ticket_that_names_the_first_one(
    support: Callable[..., Run],
    pack: Callable[[Server], Path],
    desk: Desk,
    request_file: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SUPPORT_TOKEN_DESK", TOKEN)
    with answering(desk) as server:
        assert support("new", "-p", pack(server), "-a", request_file, "--send", "--no-input").code == 0
        run = support("cases", "follow-up", "--no-input", "-s", "news=It is worse.", "--send")
    assert run.code == 0, run.err
    assert "a new ticket, which names 1" in run.err
    first, second = desk.tickets
    assert second.json["title"].startswith("Re: [1] [Internet or TV]")
    assert "Ticket number: 1" in second.json["text"]
    assert first.json["queue"] == second.json["queue"] == "Billing"


def test_a_channel_may_leave_the_request_file_out(
    support: Callable[..., Run],
    pack: Callable[[Server], Path],
    desk: Desk,
    request_file: Path,
    monkeypatch: pytest.MonkeyPatch,
    here: Path,
) -> None:
    monkeypatch.setenv("SUPPORT_TOKEN_DESK", TOKEN)
    with answering(desk) as server:
        folder = pack(server)
        manifest = folder / "pack.yml"
        without = "    attach_request: false\n  post: {kind: email, to: desk@example.org, attach_request: false}\n"
        text = manifest.read_text("utf-8").replace("default_channel: desk", without + "default_channel: desk")
        manifest.write_text(text, "utf-8")
        trusted(support, folder)
        words = ("new", "-p", folder, "-a", request_file, "--attach", "log.bin", "--no-input")
        assert support(*words, "--send").code == 0
        assert [one["name"] for one in desk.tickets[-1].json["files"]] == ["log.bin"]
        assert support(*words, "--channel", "post", "-o", "r.eml").code == 0
    assert "request.json" not in (here / "r.eml").read_text("utf-8")
