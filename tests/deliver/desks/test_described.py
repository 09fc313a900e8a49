"""Desks that a pack describes as data."""

import base64
import json
from typing import Any
from urllib.parse import parse_qsl

import pytest

from support_cli.base.errors import UsageError
from support_cli.deliver.base import AmbiguousError, PermanentError, Reason, TemporaryError
from tests.deliver.desks.asking import NAMES, SECRET, make_desk, make_desk_job
from tests.deliver.desks.loopback import Asked, Reply, answering
from tests.table import each

BASE = {"answer.id": "ticket.nr"}
MADE = Reply(201, {"ticket": {"nr": 17, "link": "https://desk.example/17"}})
EVERYTHING = {**NAMES, "request.json": b'{"support-request": 1}\n'}


def test_json_with_files_inside() -> None:
    body = {
        "issue": {"title": "[{language}] {subject}", "text": "{markdown}", "tags": "{labels}", "n": 3},
        "customer": {"mail": "{email}", "name": "{name}", "serial": "{serial}", "phone": "{phone}"},
    }
    settings = {
        **BASE,
        "body": json.dumps(body),
        "files": "issue.attachments",
        "file.filename": "{file.name}",
        "file.data": "{file.base64}",
        "file.bytes": "{file.size}",
        "header.Idempotency-Key": "{mark}",
        "answer.url": "ticket.link",
    }
    with answering(lambda _asked: MADE) as server:
        receipt = make_desk("http", f"{server.url}/v2/tickets", settings=settings).deliver(
            make_desk_job(labels=("a", "b"))
        )
        (asked,) = server.asked
    assert (asked.method, asked.path) == ("POST", "/v2/tickets")
    assert asked.headers["authorization"] == f"Bearer {SECRET}"
    assert asked.headers["idempotency-key"] == "7f3k9q2m"
    sent = asked.json
    assert sent["issue"]["title"] == "[en] Grüße: crash 日本 €"
    assert sent["issue"]["tags"] == ["a", "b"]
    assert sent["issue"]["n"] == 3
    assert sent["customer"] == {"mail": "ann@example.org", "name": "Änn Lee", "serial": "SN-1", "phone": ""}
    files = {one["filename"]: base64.b64decode(one["data"]) for one in sent["issue"]["attachments"]}
    assert files == EVERYTHING
    assert (receipt.ticket, receipt.url) == ("17", "https://desk.example/17")


def test_a_form_with_files() -> None:
    settings = {
        **BASE,
        "form.title": "{subject}",
        "form.details": "{text}",
        "files": "upload[]",
        "auth": "header:X-Key",
        "link": "https://desk.example/t/{id}",
    }
    with answering(lambda _asked: MADE) as server:
        receipt = make_desk("http", server.url, settings=settings).deliver(make_desk_job())
        (asked,) = server.asked
    assert asked.headers["x-key"] == SECRET
    fields = {name: content.decode() for name, filename, content in asked.form if not filename}
    assert fields["title"] == "Grüße: crash 日本 €"
    assert fields["details"].endswith("Request 7f3k9q2m\n")
    assert {filename: content for name, filename, content in asked.form if name == "upload[]"} == EVERYTHING
    assert receipt.url == "https://desk.example/t/17"


def test_files_in_a_first_step() -> None:
    def desk(asked: Asked) -> Reply:
        if asked.path == "/files":
            name = asked.query["name"]
            assert asked.body == EVERYTHING[name]
            return Reply(413, {}) if name == "koi8.txt" else Reply(200, {"upload": {"token": f"t-{name}"}})
        return MADE

    with answering(desk) as server:
        settings = {
            **BASE,
            "body.title": "{subject}",
            "body.text": "{text}",
            "upload.url": f"{server.url}/files?name={{file.name}}",
            "upload.id": "upload.token",
            "files": "uploads",
        }
        receipt = make_desk("http", f"{server.url}/tickets", settings=settings).deliver(make_desk_job())
        last = server.asked[-1].json
    assert last["uploads"] == [f"t-{name}" for name in EVERYTHING if name != "koi8.txt"]
    assert "koi8.txt" in last["text"]
    assert "koi8.txt" in receipt.note


def test_a_desk_that_takes_no_files_says_so() -> None:
    with answering(lambda _asked: MADE) as server:
        receipt = make_desk("http", server.url, settings={**BASE, "body.t": "{text}"}).deliver(make_desk_job())
        text = server.asked[0].json["t"]
    for name in NAMES:
        assert name in receipt.note
        assert name in text


def test_answers_cannot_break_out_of_the_template() -> None:
    evil = '", "admin": true, "x": "{secret}{mark}\n'
    with answering(lambda _asked: MADE) as server:
        settings = {**BASE, "body": '{"title": "{subject}", "s": "{serial}"}', "header.X-Subject": "{serial}"}
        job = make_desk_job({}, subject=evil, fields={"serial": evil + "\r\nX-Evil: 1"})
        make_desk("http", server.url, settings=settings).deliver(job)
        (asked,) = server.asked
    assert set(asked.json) == {"title", "s"}
    assert "{mark}" in asked.json["title"]  # what was said is not filled in again
    assert "x-evil" not in asked.headers


@each(
    ("status", "data", "settings", "kind"),
    [
        (200, {"error": "no such customer"}, {"answer.error": "error"}, PermanentError),
        (202, {"ticket": {"nr": 1}}, {"success": "201"}, AmbiguousError),
        (409, {}, {"later": "409"}, TemporaryError),
        (500, {}, {"final": "500"}, PermanentError),
        (500, {}, {}, AmbiguousError),
        (422, {}, {}, PermanentError),
        (429, {}, {}, TemporaryError),
        (200, {"ticket": {}}, {}, AmbiguousError),
    ],
)
def test_the_pack_says_which_answers_are_final(status: int, data: object, settings: dict[str, Any], kind: type) -> None:
    with answering(lambda _asked: Reply(status, data)) as server:
        desk = make_desk("http", server.url, settings={**BASE, "body.t": "{text}", **settings})
        with pytest.raises(kind):
            desk.deliver(make_desk_job({}))


def test_a_ticket_is_looked_up_as_the_pack_says() -> None:
    def desk(asked: Asked) -> Reply:
        assert asked.path == "/search"
        assert asked.query == {"q": "7f3k9q2m"}
        found = [{"nr": 4, "text": "Request 7f3k9q2m-2"}, {"nr": 5, "text": "...\nRequest 7f3k9q2m\n"}]
        return Reply(200, {"found": found})

    with answering(desk) as server:
        settings = {
            **BASE,
            "body.t": "{text}",
            "lookup.url": f"{server.url}/search?q={{mark}}",
            "lookup.items": "found",
            "lookup.match": "text",
            "lookup.id": "nr",
            "lookup.link": "https://desk.example/{id}",
        }
        made = make_desk("http", server.url, settings=settings)
        receipt = made.find(make_desk_job())
        assert made.find(make_desk_job(mark="7f3k9q2m")) is not None
    assert made.can_be_asked
    assert receipt is not None
    assert (receipt.ticket, receipt.url) == ("5", "https://desk.example/5")


class StrangeDesk:
    """Takes forms, answers with a page, knows a ticket by our reference only, and forgets uploads at once."""

    def __init__(self) -> None:
        self.tickets: dict[str, dict[str, str]] = {}
        self.uploads: list[str] = []
        self.forgets = 1

    def __call__(self, asked: Asked) -> Reply:
        if asked.headers.get("authorization") != f"GenieKey {SECRET}":
            return Reply(401, body=b"<h1>Who are you?</h1>")
        if asked.path.startswith("/by-ref/"):
            number = asked.path.removeprefix("/by-ref/")
            return Reply(200, {"nr": f"A-{number}"}) if number in self.tickets else Reply(404, {})
        if asked.path == "/blobs":
            self.uploads.append(asked.form[0][1])
            return Reply(200, {"blob": len(self.uploads)})
        pairs = parse_qsl(asked.body.decode())
        said = {**dict(pairs), "blobs": ", ".join(value for name, value in pairs if name == "blobs")}
        if self.forgets:
            self.forgets -= 1
            return Reply(410, body=b"<title>Upload token expired</title>")
        if len(said["title"]) > 40 or len(said["words"]) > 500:
            return Reply(422, body=b"<title>Too long</title>")
        self.tickets[said["ref"]] = said
        page = f"<p>Thank you! Your number is <b>A-{said['ref']}</b>.</p>".encode()
        return Reply(202, body=page, headers={"Location": f"../t/{said['ref']}", "Content-Type": "text/html"})


STRANGE = {
    "auth": "header:Authorization GenieKey",
    "encoding": "form",
    "form.title": "{subject}",
    "form.words": "{text}",
    "form.ref": "{mark}",
    "form.blobs": "{files}",
    "upload.field": "blob",
    "upload.id": "blob",
    "answer.pattern": r"number is <b>(A-\w+)</b>",
    "answer.url": "header.location",
    "lookup.match": "*",
    "lookup.id": "nr",
    "lookup.absent": 404,
    "limit.subject": 40,
    "limit.text": 500,
}


def test_a_strange_desk() -> None:
    strange = StrangeDesk()
    with answering(strange) as server:
        settings = {
            **STRANGE,
            "upload.url": f"{server.url}/blobs",
            "lookup.url": f"{server.url}/by-ref/{{mark}}",
            "lookup.link": f"{server.url}/t/{{id}}",
        }
        desk = make_desk("http", f"{server.url}/v1/intake", settings=settings)
        assert desk.can_be_asked
        job = make_desk_job({"a.log": b"a"}, subject="ж" * 60, bodies={"text/plain": "слово " * 200})
        assert desk.find(job) is None
        receipt = desk.deliver(job)
        found = desk.find(job)
    (ticket,) = strange.tickets.values()
    assert ticket["blobs"] == "3, 4"  # the first two had been forgotten
    assert ticket["words"].endswith("Request 7f3k9q2m\n")
    assert "ж" * 60 in ticket["words"]
    assert "left out" in receipt.note
    assert (receipt.ticket, receipt.url) == ("A-7f3k9q2m", f"{server.url}/t/7f3k9q2m")
    assert found is not None
    assert (found.ticket, found.url) == ("A-7f3k9q2m", f"{server.url}/t/A-7f3k9q2m")


def test_a_page_that_is_no_answer_is_none() -> None:
    settings = {**BASE, "answer.id": "", "answer.pattern": r"number is (\d+)", "body.t": "{text}"}
    with (
        answering(lambda _asked: Reply(200, body=b"<title>Sign in to the hotel</title>")) as server,
        pytest.raises(AmbiguousError),
    ):
        make_desk("http", server.url, settings=settings).deliver(make_desk_job({}))


def test_without_a_way_to_ask_it_cannot_be_asked() -> None:
    desk = make_desk("http", "http://127.0.0.1:9/", settings={**BASE, "body.t": "x"})
    assert not desk.can_be_asked
    with pytest.raises(TemporaryError) as failure:
        desk.find(make_desk_job())
    assert failure.value.reason is Reason.UNCLEAR


def test_no_login_is_asked_for_where_none_is_needed() -> None:
    with answering(lambda _asked: MADE) as server:
        make_desk("http", server.url, settings={**BASE, "auth": "none", "body.t": "x"}).deliver(make_desk_job({}))
        assert "authorization" not in server.asked[0].headers


@each(
    "settings",
    [
        {"body.t": "{text}"},  # any page would count as success
        {**BASE, "body": "{not json"},
        {**BASE, "body.t": "{password}"},
        {**BASE, "method": "DELETE", "body.t": "x"},
        {**BASE, "body.t": "x", "lookup.url": "https://evil.example/?{mark}"},
        {**BASE, "body.t": "x", "upload.url": "http://127.0.0.2/"},
        {**BASE, "body.t": "x", "lookup.url": "http://127.0.0.1/{mark}"},  # whatever is found would be ours
        {"body.t": "x", "answer.pattern": "(a{9999}){9999}"},
        {"body.t": "x", "answer.pattern": "("},
    ],
)
def test_a_description_that_cannot_work_is_refused_at_once(settings: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        make_desk("http", "http://127.0.0.1:9/", settings=settings)
