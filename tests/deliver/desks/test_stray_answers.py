"""Answers that are none: no lookup takes them for "not there", none ends in a traceback, none takes long."""

import json

import pytest

from support_cli.deliver.base import DeliveryError, TemporaryError
from support_cli.deliver.http.refusal import Answer
from support_cli.deliver.registry import DESKS
from tests.deliver.desks.asking import make_desk, make_desk_job
from tests.deliver.desks.loopback import Asked, Reply, answering
from tests.table import each

STRAY = [
    b"",
    b"{}",
    b"null",
    b"true",
    b"[[[1]]]",
    b'"none"',
    b'{"tickets": "none", "issues": "none", "items": "none", "data": {"collection": "none"}, "TicketID": "x"}',
    b'{"tickets": {}, "issues": {}, "items": {}, "data": {"collection": {}}, "TicketID": {}}',
    b"<html><title>Sign in</title></html>",
    b"[" * 100_000,
    b'{"a":' * 50_000,
]
SETTINGS = {
    "http": {
        "body.title": "{subject}", "answer.id": "id", "lookup.url": "/find", "lookup.items": "tickets",
        "lookup.match": "ref",
    },
}  # fmt: skip
URLS = {"github": "/repos/o/r", "gitlab": "/o/r", "jsm": "/1", "znuny": "/znuny/nph-genericinterface.pl/Webservice/X"}
BLIND = {"osticket"}
"""Desks that cannot be asked at all."""


def desk(kind, server):
    settings = {
        key: server.url + value if key == "lookup.url" else value for key, value in SETTINGS.get(kind, {}).items()
    }
    return make_desk(kind, f"{server.url}{URLS.get(kind, '')}", queue="1", settings=settings)


@pytest.mark.parametrize("kind", [kind for kind in DESKS if kind not in BLIND])
def test_only_a_list_that_is_empty_says_that_there_is_nothing(kind: str) -> None:
    for stray in STRAY:
        if kind == "znuny" and stray == b"{}":
            continue  # which is how Znuny says that it found nothing

        def answer(asked: Asked, stray: bytes = stray) -> Reply:
            if "/Session" in asked.path:
                return Reply(200, {"SessionID": "s"})
            return Reply(200, stray, headers={"Content-Type": "application/json"})

        with answering(answer) as server:
            try:
                found = desk(kind, server).find(make_desk_job({}))
            except TemporaryError:
                continue
            pytest.fail(f"{kind} took {stray[:60]!r} for {found}")


@pytest.mark.parametrize("kind", list(DESKS))
def test_nesting_without_end_is_an_answer_that_cannot_be_understood(kind: str) -> None:
    for stray in (b"[" * 100_000, b'{"a":' * 50_000):
        for status in (201, 400, 422, 500):
            with (
                answering(lambda _asked, status=status, stray=stray: Reply(status, stray)) as server,
                pytest.raises(DeliveryError),
            ):
                desk(kind, server).deliver(make_desk_job({}))


@each(
    "page",
    [
        b"<title>" * 1_000_000,
        b"<script" * 1_000_000,
        b"<" * 8_000_000,
        b"<a " * 2_000_000,
        (b"<title " + b"x" * 1000) * 8_000,
    ],
)
def test_what_a_page_says_is_found_in_no_time(page: bytes) -> None:
    # A search that takes the square of the time is not done before the tests are given up.
    assert len(Answer(status=500, headers={}, body=page).said()) <= 600


@each(
    ("said", "told"),
    [
        ({"errors": {"title": ["is too long"], "x": ["bad"]}}, "title: is too long; x: bad"),
        ({"errors": {"title": "is too long", "message": "is empty"}}, "title: is too long; message: is empty"),
        ({"error": {"subject": ["a", "b"], "code": ["c"]}}, "subject: a b; code: c"),
        ({"errors": {"base": {"deep": ["bad"]}, "x": "y"}}, "base: deep: bad; x: y"),
        ({"title": ["is too long"], "x": ["bad"]}, "title: is too long; x: bad"),
        ({"error": {"message": "no such queue", "code": 5}}, "no such queue"),
        ({"message": "Validation Failed", "errors": [{"field": "title", "code": "missing"}]},
         "Validation Failed; title; missing"),
        ({"errorMessages": ["one"], "errors": {"summary": "two"}}, "summary: two; one"),
    ],
)  # fmt: skip
def test_every_field_and_every_error_is_told(said: object, told: str) -> None:
    assert Answer(status=422, headers={}, body=json.dumps(said).encode()).said() == told
