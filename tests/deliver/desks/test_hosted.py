"""Hosted desks: what is asked of them is what their documentation wants."""

import base64
import json
import re
from typing import Any

import pytest

from support_cli.deliver.base import (
    AmbiguousError,
    Deliverer,
    DeliveryError,
    Job,
    PermanentError,
    Reason,
    TemporaryError,
)
from support_cli.deliver.ticket import Followed
from tests.deliver.desks.asking import NAMES, SECRET, make_desk, make_desk_job
from tests.deliver.desks.loopback import Asked, Reply, answering
from tests.table import each, sample

BASIC = "Basic " + base64.b64encode(f"ann@example.org:{SECRET}".encode()).decode()


def adf(node: Any) -> str:
    if "text" in node:
        return str(node["text"])
    return "\n".join(adf(child) for child in node.get("content", ()))


def test_github_gets_markdown_and_is_told_of_the_files() -> None:
    def github(asked: Asked) -> Reply:
        return Reply(201, {"number": 12, "html_url": "https://github.com/o/r/issues/12", "labels": [{"name": "bug"}]})

    with answering(github) as server:
        desk = make_desk("github", f"{server.url}/repos/o/r", settings={"labels": "bug, network"})
        receipt = desk.deliver(make_desk_job())
        (asked,) = server.asked
    assert (asked.method, asked.path) == ("POST", "/repos/o/r/issues")
    assert asked.headers["authorization"] == f"Bearer {SECRET}"
    assert asked.headers["x-github-api-version"] == "2022-11-28"
    assert asked.json["title"] == "Grüße: crash 日本 €"
    assert asked.json["labels"] == ["bug", "network"]
    assert asked.json["body"].startswith("**line** one")
    assert asked.json["body"].endswith("\n\nRequest 7f3k9q2m\n")
    for name in NAMES:
        assert name in asked.json["body"]
        assert name in receipt.note
    assert "network" in receipt.note  # GitHub drops labels without a word
    assert (receipt.ticket, receipt.url) == ("#12", "https://github.com/o/r/issues/12")


@each(
    ("url", "queue", "api"),
    [
        ("https://github.com/o/r", "", "https://api.github.com/repos/o/r"),
        ("https://github.com/o/r.git", "", "https://api.github.com/repos/o/r"),
        ("https://github.com", "o/r", "https://api.github.com/repos/o/r"),
        ("https://git.example.com/o/r", "", "https://git.example.com/api/v3/repos/o/r"),
        ("https://api.github.com/repos/o/r", "", "https://api.github.com/repos/o/r"),
    ],
)
def test_the_page_of_a_repository_leads_to_its_api(url: str, queue: str, api: str) -> None:
    desk: Any = make_desk("github", url, queue=queue)
    assert desk.place.where == api


def test_a_text_beyond_githubs_limit_is_cut_and_said() -> None:
    with answering(lambda _asked: Reply(201, {"number": 1})) as server:
        long = make_desk_job({}, bodies={"text/markdown": "ж" * 70_000}, request_json=None)
        receipt = make_desk("github", f"{server.url}/repos/o/r").deliver(long)
        body = server.asked[0].json["body"]
    assert len(body) <= 65_536
    assert body.endswith("Request 7f3k9q2m\n")
    missing = int(re.findall(r"(\d+) characters", receipt.note)[0])
    assert body.count("ж") == 70_000 - missing


def test_github_is_asked_by_its_list_and_not_by_its_search() -> None:
    def github(asked: Asked) -> Reply:
        page = int(asked.query["page"])
        issues = [{"number": page * 1000 + n, "body": "Request 7f3k9q2m-follow-up-1"} for n in range(100)]
        if page == 2:
            issues = [*issues[:30], {"number": 77, "html_url": "https://x.test/77", "body": "x\n\nRequest 7f3k9q2m\n"}]
        return Reply(200, issues)

    with answering(github) as server:
        receipt = make_desk("github", f"{server.url}/repos/o/r").find(make_desk_job())
        assert {asked.path for asked in server.asked} == {"/repos/o/r/issues"}
        assert server.asked[0].query["state"] == "all"
    assert receipt is not None
    assert receipt.ticket == "#77"


def test_a_used_up_limit_of_github_waits_until_it_begins_anew() -> None:
    import time

    headers = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(time.time()) + 1200)}
    with (
        answering(lambda _asked: Reply(403, {"message": "API rate limit exceeded"}, headers=headers)) as server,
        pytest.raises(TemporaryError) as failure,
    ):
        make_desk("github", f"{server.url}/repos/o/r").deliver(make_desk_job({}))
    assert failure.value.reason is Reason.RATE_LIMITED
    assert failure.value.retry_after is not None
    assert 1100 < failure.value.retry_after <= 1200


def test_gitlab_gets_the_files_first_and_shows_them_in_the_text() -> None:
    def gitlab(asked: Asked) -> Reply:
        if asked.path.endswith("/uploads"):
            ((_field, name, content),) = asked.form
            assert content == {**NAMES, "request.json": b'{"support-request": 1}\n'}[name]
            if name == "koi8.txt":
                return Reply(413, {"message": "413 Request Entity Too Large"})
            return Reply(201, {"markdown": f"[{name}](/uploads/1/{name})"})
        return Reply(201, {"iid": 3, "web_url": "https://gitlab.com/g/p/-/issues/3"})

    with answering(gitlab) as server:
        desk = make_desk("gitlab", f"{server.url}/group/sub/project", settings={"labels": "support"})
        receipt = desk.deliver(make_desk_job())
        last = server.asked[-1]
        assert last.path == "/api/v4/projects/group/sub/project/issues"  # unquoted by the server: it was one segment
    assert last.headers["private-token"] == SECRET
    assert "[日本語.bin](/uploads/1/日本語.bin)" in last.json["description"]
    assert last.json["labels"] == "support"
    assert "koi8.txt" in last.json["description"].partition("Not attached")[2]
    assert "koi8.txt" in receipt.note
    assert receipt.ticket == "#3"


def test_zammad_gets_everything_in_one_request() -> None:
    with answering(lambda _asked: Reply(201, {"id": 5, "number": "22005"})) as server:
        desk = make_desk("zammad", server.url, queue="Users", settings={"priority.Nothing works": "3 high"})
        receipt = desk.deliver(make_desk_job(labels=("vip",)))
        (asked,) = server.asked
    assert asked.headers["authorization"] == f"Token token={SECRET}"
    data = asked.json
    assert (data["group"], data["customer_id"], data["priority"]) == ("Users", "guess:ann@example.org", "3 high")
    assert data["tags"] == "vip"
    sent = {one["filename"]: base64.b64decode(one["data"]) for one in data["article"]["attachments"]}
    assert sent == {**NAMES, "request.json": b'{"support-request": 1}\n'}
    assert (receipt.ticket, receipt.url) == ("22005", f"{server.url}/#ticket/zoom/5")


@each("count", [0, 1, 99, 100, 101, 250, 1234])
@each("there", [True, False])
def test_zammads_newest_tickets_are_found_at_the_end_of_its_list(count: int, there: bool) -> None:
    tickets = [{"id": n, "title": "x", "created_at": "2020-01-01T00:00:00Z"} for n in range(count)]
    if there:
        tickets.append({"id": 7777, "title": "Grüße: crash 日本 €", "created_at": "2026-11-22T00:00:00Z"})

    def zammad(asked: Asked) -> Reply:
        if asked.path.startswith("/api/v1/ticket_articles/by_ticket/7777"):
            return Reply(200, [{"body": "...<br>Request 7f3k9q2m<br>"}])
        start = (int(asked.query["page"]) - 1) * int(asked.query["per_page"])
        return Reply(200, tickets[start : start + int(asked.query["per_page"])])

    with answering(zammad) as server:
        receipt = make_desk("zammad", server.url, queue="Users").find(make_desk_job())
    assert (receipt is not None) is there


def zendesk(asked: Asked) -> Reply:
    if asked.path == "/api/v2/uploads.json":
        return Reply(201, {"upload": {"token": f"token of {asked.query['filename']}"}})
    if asked.method == "GET":
        return Reply(200, {"tickets": [{"id": 35, "external_id": asked.query["external_id"]}]})
    return Reply(201, {"ticket": {"id": 35}})


def test_zendesk_gets_uploads_an_external_id_and_an_idempotency_key() -> None:
    with answering(zendesk) as server:
        desk = make_desk("zendesk", server.url, settings={"field.360001": "serial"})
        receipt = desk.deliver(make_desk_job())
        uploads = {one.query["filename"]: one.body for one in server.asked[:-1]}
        asked = server.asked[-1]
    assert uploads == {**NAMES, "request.json": b'{"support-request": 1}\n'}
    login = base64.b64decode(asked.headers["authorization"].removeprefix("Basic ")).decode()
    assert login == f"ann@example.org/token:{SECRET}"
    assert asked.headers["idempotency-key"] == "support-7f3k9q2m"
    ticket = asked.json["ticket"]
    assert ticket["external_id"] == "7f3k9q2m"
    assert ticket["requester"] == {"email": "ann@example.org", "name": "Änn Lee"}
    assert ticket["custom_fields"] == [{"id": 360001, "value": "SN-1"}]
    assert ticket["comment"]["uploads"] == [f"token of {name}" for name in uploads]
    assert receipt.ticket == "35"


def test_a_key_that_zendesk_has_seen_is_a_ticket_that_it_has() -> None:
    def used(asked: Asked) -> Reply:
        if asked.method == "POST" and asked.path == "/api/v2/tickets.json":
            return Reply(400, {"errors": [{"code": "IdempotencyKeyMismatch", "title": "Idempotency key was used"}]})
        return zendesk(asked)

    with answering(used) as server:
        assert make_desk("zendesk", server.url).deliver(make_desk_job({})).ticket == "35"


def test_a_key_that_zendesk_is_still_at_work_on_leaves_doubt() -> None:
    def busy(asked: Asked) -> Reply:
        if asked.path == "/api/v2/tickets.json":
            errors = [{"code": "IdempotentRequestError", "title": "In progress"}]
            return Reply(200, {"tickets": []}) if asked.method == "GET" else Reply(400, {"errors": errors})
        return zendesk(asked)

    with answering(busy) as server, pytest.raises(AmbiguousError):
        make_desk("zendesk", server.url).deliver(make_desk_job({}))


def test_uploads_that_zendesk_has_forgotten_are_made_again() -> None:
    def forgetful(asked: Asked) -> Reply:
        made = [one for one in server.asked if one.path == "/api/v2/tickets.json"]
        if asked.path == "/api/v2/tickets.json" and len(made) == 1:
            return Reply(422, {"error": "RecordInvalid", "description": "Upload token has expired"})
        return zendesk(asked)

    with answering(forgetful) as server:
        assert make_desk("zendesk", server.url).deliver(make_desk_job({"a.log": b"a"})).ticket == "35"
        paths = [one.path.rpartition("/")[2] for one in server.asked]
        keys = [one.headers["idempotency-key"] for one in server.asked if "idempotency-key" in one.headers]
    assert paths == ["uploads.json", "uploads.json", "tickets.json"] * 2
    assert len(set(keys)) == 2


def test_a_stranger_at_zendesk_is_not_logged_in() -> None:
    with (
        answering(lambda _asked: Reply(200, {"user": {"id": None, "email": None}})) as server,
        pytest.raises(PermanentError) as failure,
    ):
        make_desk("zendesk", server.url).test()
    assert failure.value.reason is Reason.LOGIN


def test_freshdesk_gets_one_form_within_its_limit() -> None:
    files = {**NAMES, "huge.bin": b"\0" * 20_000_001}
    kept = [{"name": f"{number}", "size": len(octets)} for number, octets in enumerate(NAMES.values()) if number]
    with answering(lambda _asked: Reply(201, {"id": 9, "attachments": [*kept, {"size": 23}]})) as server:
        desk = make_desk("freshdesk", server.url, settings={"field.cf_serial": "serial", "priority": 2})
        receipt = desk.deliver(make_desk_job(files))
        (asked,) = server.asked
    fields = {name: content.decode() for name, filename, content in asked.form if not filename}
    sent = {filename: content for name, filename, content in asked.form if name == "attachments[]"}
    assert sent == {**NAMES, "request.json": b'{"support-request": 1}\n'}
    assert fields["email"] == "ann@example.org"
    assert fields["custom_fields[cf_serial]"] == "SN-1"
    assert (fields["priority"], fields["status"]) == ("2", "2")
    assert "did not keep лог файл.log" in receipt.note
    assert receipt.note.count("did not keep") == 1
    assert "huge.bin" in fields["description"]
    assert "huge.bin" in receipt.note
    login = base64.b64decode(asked.headers["authorization"].removeprefix("Basic ")).decode()
    assert login == f"{SECRET}:X"


class JiraServer:
    """Issues with attachments; files can be made to fail."""

    def __init__(self) -> None:
        self.issues: list[dict[str, Any]] = []
        self.failing: set[str] = set()
        self.refusing: set[str] = set()
        self.comments: list[str] = []

    def __call__(self, asked: Asked) -> Reply:
        if asked.path == "/rest/api/3/issue":
            fields = asked.json["fields"]
            self.issues.append({"key": "SUP-1", "fields": {"description": fields["description"], "attachment": []}})
            return Reply(201, {"id": "10000", "key": "SUP-1"})
        if asked.path.endswith("/attachments"):
            assert asked.headers["x-atlassian-token"] == "no-check"
            ((field, name, content),) = asked.form
            assert field == "file"
            if name in self.failing:
                return Reply(500, {"errorMessages": ["disk"]})
            if name in self.refusing:
                return Reply(413, {"errorMessages": ["too large"]})
            self.issues[0]["fields"]["attachment"].append({"filename": name, "size": len(content)})
            return Reply(200, [{"filename": name}])
        if asked.path == "/rest/api/3/search/jql":
            return Reply(200, {"issues": self.issues, "isLast": True})
        if asked.path.endswith("/comment"):
            self.comments.append(adf(asked.json["body"]))
            return Reply(201, {"id": "1"})
        raise AssertionError(asked.path)

    @property
    def names(self) -> list[str]:
        return [one["filename"] for one in self.issues[0]["fields"]["attachment"]]


def test_jira_gets_a_document_and_then_the_files() -> None:
    jira = JiraServer()
    with answering(jira) as server:
        desk = make_desk("jira", server.url, queue="SUP", settings={"type": "Bug"})
        receipt = desk.deliver(make_desk_job())
        fields = server.asked[0].json["fields"]
        assert server.asked[0].headers["authorization"] == BASIC
    assert (fields["project"], fields["issuetype"]) == ({"key": "SUP"}, {"name": "Bug"})
    assert (fields["description"]["type"], fields["description"]["version"]) == ("doc", 1)
    assert "  indented" in adf(fields["description"])
    assert "Request 7f3k9q2m" in adf(fields["description"])
    assert jira.names == [*NAMES, "request.json"]
    assert (receipt.ticket, receipt.url) == ("SUP-1", f"{server.url}/browse/SUP-1")


def test_files_that_jira_did_not_get_are_added_by_the_next_attempt() -> None:
    jira = JiraServer()
    jira.failing = {"koi8.txt"}
    with answering(jira) as server:
        desk, job = make_desk("jira", server.url, queue="SUP"), make_desk_job()
        with pytest.raises(AmbiguousError):
            desk.deliver(job)
        jira.failing = set()
        receipt = desk.find(job)
    assert receipt is not None
    assert len(jira.issues) == 1
    assert sorted(jira.names) == sorted([*NAMES, "request.json"])  # none of them twice


def test_a_file_that_jira_refuses_is_said_in_the_issue_and_the_receipt() -> None:
    jira = JiraServer()
    jira.refusing = {"日本語.bin"}
    with answering(jira) as server:
        receipt = make_desk("jira", server.url, queue="SUP").deliver(make_desk_job())
    assert "日本語.bin" in receipt.note
    assert "日本語.bin" in jira.comments[0]


def test_a_service_desk_gets_the_request_and_then_the_files() -> None:
    attached = []

    def desk_server(asked: Asked) -> Reply:
        if asked.path == "/rest/servicedeskapi/request":
            return Reply(201, {"issueId": "1", "issueKey": "HELP-4"})
        if asked.path.endswith("attachTemporaryFile"):
            return Reply(201, {"temporaryAttachments": [{"temporaryAttachmentId": f"temp {asked.form[0][1]}"}]})
        attached.extend(asked.json["temporaryAttachmentIds"])
        return Reply(201, {})

    with answering(desk_server) as server:
        settings = {"request_type": 25, "on_behalf": True, "field.customfield_1": "serial"}
        receipt = make_desk("jsm", server.url, queue="10", settings=settings).deliver(make_desk_job())
        data = server.asked[0].json
    assert (data["serviceDeskId"], data["requestTypeId"]) == ("10", "25")
    assert data["raiseOnBehalfOf"] == "ann@example.org"
    assert data["requestFieldValues"]["customfield_1"] == "SN-1"
    assert data["requestFieldValues"]["description"].endswith("Request 7f3k9q2m\n")
    assert attached == [f"temp {name}" for name in [*NAMES, "request.json"]]
    assert receipt.ticket == "HELP-4"


def test_osticket_gets_addresses_of_data_and_answers_with_a_number() -> None:
    with answering(lambda _asked: Reply(201, body=b"123456")) as server:
        receipt = make_desk("osticket", server.url, queue="3").deliver(make_desk_job({**NAMES, "empty.txt": b""}))
        (asked,) = server.asked
    assert asked.path == "/api/tickets.json"
    assert asked.headers["x-api-key"] == SECRET
    data = asked.json
    assert (data["email"], data["name"], data["topicId"]) == ("ann@example.org", "Änn Lee", 3)
    sent = {}
    for one in data["attachments"]:
        ((name, address),) = one.items()
        sent[name] = base64.b64decode(address.partition(";base64,")[2])
    assert sent == {**NAMES, "request.json": b'{"support-request": 1}\n'}
    assert "empty.txt" in data["message"]
    assert "empty.txt" in receipt.note
    assert "does not say whether it kept the files: лог файл.log" in receipt.note
    assert receipt.ticket == "123456"


def test_osticket_cannot_be_asked_and_says_so() -> None:
    with answering(lambda _asked: Reply(500, {})) as server:
        desk = make_desk("osticket", server.url)
        assert not desk.can_be_asked
        with pytest.raises(AmbiguousError):
            desk.deliver(make_desk_job({}))
        with pytest.raises(TemporaryError):
            desk.find(make_desk_job({}))
        assert len(server.asked) == 1


class ZnunyServer:
    """Tickets behind a session."""

    def __init__(self) -> None:
        self.tickets: list[Any] = []
        self.error: dict[str, str] | None = None
        self.bare = False

    def __call__(self, asked: Asked) -> Reply:
        if asked.path.endswith("/Session"):
            good = asked.json == {"UserLogin": "ann@example.org", "Password": SECRET}
            return Reply(200, {"SessionID": "s1"} if good else {"Error": {"ErrorCode": "SessionCreate.AuthFail"}})
        if asked.method == "POST":
            if self.error:
                return Reply(200, {"Error": self.error})
            assert asked.json["SessionID"] == "s1"
            self.tickets.append(asked.json)
            return Reply(200, {"TicketID": 21, "TicketNumber": "2026112210000011", "ArticleID": "2"})
        if asked.path.endswith("/Ticket"):
            assert SECRET not in json.dumps(asked.query)
            return Reply(200, {"TicketID": ["21"]} if self.tickets else {})
        articles = [] if self.bare else [{"Body": self.tickets[0]["Article"]["Body"]}]
        return Reply(200, {"Ticket": [{"TicketID": "21", "TicketNumber": "2026112210000011", "Article": articles}]})


def test_znuny_gets_a_session_and_then_the_ticket() -> None:
    znuny = ZnunyServer()
    with answering(znuny) as server:
        url = f"{server.url}/znuny/nph-genericinterface.pl/Webservice/GenericTicketConnectorREST"
        desk = make_desk("znuny", url, queue="Raw", settings={"field.Serial": "serial"})
        assert desk.find(make_desk_job()) is None
        receipt = desk.deliver(make_desk_job({**NAMES, "empty.txt": b""}))
        again = desk.find(make_desk_job())
    (data,) = znuny.tickets
    assert "empty.txt" in data["Article"]["Body"]
    assert "empty.txt" in receipt.note
    assert (data["Ticket"]["Queue"], data["Ticket"]["State"]) == ("Raw", "new")
    assert data["DynamicField"] == [{"Name": "Serial", "Value": "SN-1"}]
    sent = {one["Filename"]: base64.b64decode(one["Content"]) for one in data["Attachment"]}
    assert sent == {**NAMES, "request.json": b'{"support-request": 1}\n'}
    assert receipt.ticket == "2026112210000011"
    assert receipt.url == f"{server.url}/znuny/index.pl?Action=AgentTicketZoom;TicketID=21"
    assert again is not None
    assert again.ticket == receipt.ticket


def test_a_ticket_without_text_at_znuny_is_not_made_again_and_again() -> None:
    znuny = ZnunyServer()
    znuny.tickets, znuny.bare = [{}], True
    with answering(znuny) as server, pytest.raises(TemporaryError) as failure:
        make_desk("znuny", server.url, queue="Raw").find(make_desk_job())
    assert "2026112210000011" in failure.value.message


@each(
    ("code", "kind", "reason"),
    [
        ("TicketCreate.AuthFail", PermanentError, Reason.LOGIN),
        ("TicketCreate.AccessDenied", PermanentError, Reason.LOGIN),
        ("TicketCreate.InvalidParameter", PermanentError, Reason.CONTENT),
        ("TicketCreate.CreateFailed", AmbiguousError, Reason.REFUSED),
    ],
)
def test_znunys_errors_come_with_status_200(code: str, kind: type[DeliveryError], reason: Reason) -> None:
    znuny = ZnunyServer()
    znuny.error = {"ErrorCode": code, "ErrorMessage": "no"}
    with answering(znuny) as server, pytest.raises(kind) as failure:
        make_desk("znuny", server.url, queue="Raw").deliver(make_desk_job())
    assert failure.value.reason is reason


EVERY = {
    "rt": {"queue": "Support"},
    "redmine": {"queue": "support"},
    "roundup": {},
    "github": {"queue": "o/r"},
    "gitlab": {"queue": "g/p"},
    "zammad": {"queue": "Users"},
    "zendesk": {},
    "freshdesk": {},
    "jira": {"queue": "SUP"},
    "jsm": {"queue": "1", "settings": {"request_type": 2}},
    "osticket": {},
    "znuny": {"queue": "Raw"},
    "http": {
        "settings": {
            "body": '{"t": "{text}"}',
            "lookup.url": "http://127.0.0.1/x?q={mark}",
            "lookup.match": "t",
            "answer.id": "nr",
        }
    },
}


def _steps(desk: Deliverer, job: Job) -> list[DeliveryError]:
    found = []
    for step in (desk.test, lambda: desk.deliver(job), lambda: desk.find(job)):
        try:
            step()
        except DeliveryError as error:
            found.append(error)
    return found


NONSENSE = [
    Reply(200, body=b"\x00\xff\x1b[31m nonsense"),
    Reply(200, body=b"<html><title>Sign in to the hotel</title></html>"),
    Reply(200, []),
    Reply(200, {}),
    Reply(200, "text"),
    Reply(201, {"id": {"a": 1}, "key": [], "data": None, "items": 5, "upload": "x", "ticket": 3}),
    Reply(200, {"data": {"id": "\x1b[31m" * 90, "link": "javascript:alert(1)"}}),
    Reply(200, body=b"1" * 9_000_000),
    Reply(hang_up=True),
    Reply(500, body=b"\xff" * 100_000),
    Reply(302, headers={"Location": "https://evil.example/"}),
    Reply(99),
]


@pytest.mark.parametrize(
    ("kind", "nonsense"),
    # one in eleven: every desk and every nonsense comes up in the fast tests
    sample(((kind, reply) for reply in NONSENSE for kind in EVERY), every=11),
    ids=lambda value: value if isinstance(value, str) else str(NONSENSE.index(value)),  # a reply may have megabytes
)
def test_nonsense_never_ends_in_a_traceback_nor_in_a_false_success(kind: str, nonsense: Reply) -> None:
    with answering(lambda _asked: nonsense) as server:
        desk = make_desk(kind, server.url, **json.loads(json.dumps(EVERY[kind])))
        with pytest.raises(DeliveryError):
            desk.deliver(make_desk_job({}))
        errors = _steps(desk, make_desk_job({}))
    for error in errors:
        assert "\x1b" not in error.message + error.answer
        assert "evil" not in error.message


@each("kind", EVERY)
def test_a_refused_login_is_final_and_never_shows_the_token(kind: str) -> None:
    echo = {"message": f"bad token {SECRET} / {BASIC}", "error": f"{SECRET}"}
    with answering(lambda _asked: Reply(401, echo)) as server:
        desk = make_desk(kind, server.url, **json.loads(json.dumps(EVERY[kind])))
        with pytest.raises(PermanentError) as failure:
            desk.deliver(make_desk_job({}))
        errors = _steps(desk, make_desk_job({}))
    assert failure.value.reason is Reason.LOGIN
    for error in [*errors, failure.value]:
        assert SECRET not in error.message + error.answer + str(error.hint)
        assert BASIC.removeprefix("Basic ") not in error.message + error.answer


@each("kind", EVERY)
def test_too_many_requests_wait_as_long_as_they_are_told(kind: str) -> None:
    with answering(lambda _asked: Reply(429, {}, headers={"Retry-After": "42"})) as server:
        desk = make_desk(kind, server.url, **json.loads(json.dumps(EVERY[kind])))
        with pytest.raises(TemporaryError) as failure:
            desk.deliver(make_desk_job({}))
    assert failure.value.retry_after == 42
    assert failure.value.reason is Reason.RATE_LIMITED


GOING_ON = [
    ("github", "/repos/o/r", "#12", "POST", "/repos/o/r/issues/12/comments", "body", {"id": 5}),
    ("gitlab", "/o/r", "#12", "POST", "/api/v4/projects/o/r/issues/12/notes", "body", {"id": 5}),
    ("zendesk", "", "12", "PUT", "/api/v2/tickets/12.json", "ticket.comment.body", {"ticket": {"id": 12}}),
    ("zammad", "", "31001", "POST", "/api/v1/ticket_articles", "body", {"id": 5}),
]


@pytest.mark.parametrize(("kind", "page", "number", "method", "path", "place", "answer"), GOING_ON)
def test_a_follow_up_is_added_to_the_ticket_that_is_there(
    kind: str, page: str, number: str, method: str, path: str, place: str, answer: Any
) -> None:
    said: list[str] = []

    def desk_answers(asked: Asked) -> Reply:
        if asked.method == "GET":
            listed = [{"body": text, "id": 1} for text in said]
            return Reply(200, {"comments": listed} if kind == "zendesk" else listed)
        if asked.path != path:
            return Reply(404, {})
        said.append(text_in(asked.json, place))
        return Reply(201, answer) if len(said) > 1 else Reply(hang_up=True)

    with answering(desk_answers) as server:
        desk = make_desk(kind, server.url + page, queue="Front")
        link = f"{server.url}/#ticket/zoom/7"
        job = make_desk_job({}, "7f3k9q2m-follow-up-1", follows=Followed(number, link), request_json=None)
        receipt = desk.deliver(job)  # the answer is lost on the way; the desk is asked
        assert receipt.ticket == number
        assert len(said) == 1
        assert said[0].endswith("Request 7f3k9q2m-follow-up-1\n")
        assert desk.find(job) is not None
        assert (
            desk.find(make_desk_job({}, "7f3k9q2m-follow-up-2", follows=Followed(number, link), request_json=None))
            is None
        )
        [made] = [asked for asked in server.asked if asked.method == method]
        if kind == "zammad":
            assert made.json["ticket_id"] == "7"


def text_in(data: Any, place: str) -> str:
    for name in place.split("."):
        data = data[name]
    return str(data)


def test_a_desk_that_takes_no_additions_gets_a_new_ticket_and_it_is_said() -> None:
    with answering(lambda _asked: Reply(201, {"id": 13})) as server:
        desk = make_desk("freshdesk", server.url)
        receipt = desk.deliver(make_desk_job({}, "7f3k9q2m-follow-up-1", follows=Followed("12")))
        (asked,) = server.asked
    assert asked.path == "/api/v2/tickets"
    assert receipt.ticket == "13"
    assert "a new ticket, which names 12" in receipt.note
