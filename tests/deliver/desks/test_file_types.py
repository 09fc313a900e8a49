"""A desk that takes only some types of files gets the ticket all the same; what the customer attached is missed."""

import json

import pytest

from support_cli.deliver.base import AmbiguousError, PermanentError
from support_cli.deliver.registry import DESKS
from tests.deliver.desks.asking import make_desk, make_desk_job
from tests.deliver.desks.loopback import Asked, Reply, answering
from tests.table import each

FORM = {"answer.id": "id", "form.title": "{subject}", "files": "upload[]"}
FILES = {"shot.png": b"\x89PNG", "app.log": b"12:00\n", "notes.txt": b"x"}
WORDS = [
    "Unsupported file extension: .{ending}",
    "File type {ending} is not allowed",
    "The attachment format is not supported: {name}",
    "upload[]: files with the extension “{ending}” are not permitted",
    "Invalid content type for {name}",
]


def picky(taken: set[str], words: str, status: int = 422):  # type: ignore[no-untyped-def]
    """A desk that refuses a ticket for the first file whose type it does not take."""

    def answer(asked: Asked) -> Reply:
        for _field, name, _content in asked.form:
            ending = name.rpartition(".")[2]
            if name and ending not in taken:
                return Reply(status, {"errors": {"upload": [words.format(ending=ending, name=name)]}})
        return Reply(201, {"id": 17})

    return answer


def names(asked: Asked) -> set[str]:
    return {name for _field, name, _content in asked.form if name}


@each("words", WORDS)
def test_what_a_desk_refuses_is_learnt(words: str) -> None:
    with answering(picky({"png", "log"}, words)) as server:
        receipt = make_desk("http", server.url, settings=FORM).deliver(make_desk_job(FILES))
        assert names(server.asked[-1]) == {"shot.png", "app.log"}
    assert "notes.txt" in receipt.note
    assert "request.json" not in receipt.note


def test_a_desk_that_says_no_more_than_415_loses_the_request_file_first() -> None:
    with answering(picky({"png", "log", "txt"}, "no", 415)) as server:
        receipt = make_desk("http", server.url, settings=FORM).deliver(make_desk_job(FILES))
        assert names(server.asked[-1]) == set(FILES)
    assert receipt.note == ""


def test_another_refusal_is_not_tried_again() -> None:
    for words in ("title is too long", "The file is empty", "Unknown queue"):
        with answering(lambda _asked, words=words: Reply(422, {"message": words})) as server:
            with pytest.raises(PermanentError):
                make_desk("http", server.url, settings=FORM).deliver(make_desk_job(FILES))
            assert len(server.asked) == 1


def test_what_a_desk_takes_may_be_declared() -> None:
    with answering(picky({"png", "log"}, "no")) as server:
        settings = {**FORM, "accept": ".png, LOG"}
        receipt = make_desk("http", server.url, settings=settings).deliver(make_desk_job(FILES))
        assert len(server.asked) == 1
    assert "notes.txt" in receipt.note
    assert "request.json" not in receipt.note


@pytest.mark.parametrize("kind", DESKS)
def test_every_desk_makes_its_tickets_through_this_rule(kind: str) -> None:
    """No desk has a way of its own from a job to a ticket."""
    desk = type(make_desk(kind, "https://desk.example/o/r", queue="1", settings=FORM))
    assert {"deliver", "_make"}.isdisjoint(vars(desk))


def test_a_wait_that_is_asked_for_is_kept_in_doubt_too() -> None:
    lookup = {"lookup.items": "t", "lookup.match": "ref"}
    for status in (429, 503):
        with answering(lambda _asked, status=status: Reply(status, {}, headers={"Retry-After": "777"})) as server:
            for settings in (FORM, {**FORM, **lookup, "lookup.url": f"{server.url}/find"}):
                with pytest.raises((AmbiguousError, Exception)) as error:
                    make_desk("http", server.url, settings=settings).deliver(make_desk_job({}))
                assert error.value.retry_after == 777, json.dumps(settings)
