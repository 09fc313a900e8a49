"""A fault with one message, row, pack, test or check is that one's outcome, and the others' turn comes."""

import json

import pytest

from support_cli.authoring import preview, test
from support_cli.distribution import info
from support_cli.requests import batch
from tests.cli.conftest import ANSWERS

FAULTS = [RecursionError("deep"), MemoryError(), ValueError("odd"), OSError(28, "No space left on device")]


def failing_once(function, fault, when):
    """The function, but it raises for one of the items."""

    def wrapped(*args, **more):
        if when(*args, **more):
            raise fault
        return function(*args, **more)

    return wrapped


@pytest.fixture
def support(support, home):
    """Runs a command; if a fault of ours ended one item, a report about it was written, and is named."""

    def run(*words):
        before = set(home.rglob("bug-*.txt"))
        done = support(*words)
        reports = set(home.rglob("bug-*.txt")) - before
        met = "our fault" in done.out + done.err and words[:2] != ("outbox", "list")  # which tells what was
        assert [str(one) in done.err for one in reports] == [True] * met
        return done

    return run


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: type(fault).__name__)
def test_rows(support, here, monkeypatch, fault):
    rows = [{**ANSWERS, "summary": f"Number {n}"} for n in range(3)]
    (here / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    second = lambda work: work.answers["summary"].value == "Number 1"  # noqa: E731
    monkeypatch.setattr(batch, "scripted", failing_once(batch.scripted, fault, second))
    run = support("batch", "rows.jsonl", "-o", "out/", "--json")
    assert [one["exit"] != 0 for one in run.json] == [False, True, False]
    assert len(list((here / "out").iterdir())) == 4


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: type(fault).__name__)
def test_messages(support, answers, monkeypatch, fault):
    class Way:
        kind, can_be_asked, sent = "smtp", False, 0

        def deliver(self, job):
            Way.sent += 1
            if Way.sent == 2:
                raise fault
            raise ConnectionRefusedError(111, "refused")

        def close(self):
            pass

    monkeypatch.setenv("SUPPORT_SMTP_URL", "smtp://127.0.0.1:9")
    for number in range(3):
        words = ("--no-input", "-a", str(answers), "-s", f"summary=Number {number}", "--send", "--to", "a@example.org")
        assert support("new", *words).code == 6
    monkeypatch.setattr("support_cli.cli.context.Context._deliverer", lambda _self: Way())
    run = support("outbox", "flush", "--now", "--json")
    assert run.code == 6, run.err
    assert Way.sent == 3
    assert [one["attempts"] for one in support("outbox", "list", "--json").json] == [2, 2, 2]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: type(fault).__name__)
def test_packs_in_a_list(support, monkeypatch, fault):
    monkeypatch.setattr(
        info, "open_pack", failing_once(info.open_pack, fault, lambda _bench, name, **_more: name == "bank")
    )
    run = support("pack", "list", "--json")
    assert run.code == 0, run.err
    problems = {one["name"]: one["problem"] for one in run.json}
    assert problems.pop("bank")
    assert len(problems) > 4
    assert not any(problems.values())


@pytest.fixture
def own(support, here):
    assert support("pack", "init", "own", "--kind", "software", "--to", "a@example.org", "--no-input").code == 0
    return "own"


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: type(fault).__name__)
def test_tests_of_a_pack(support, own, monkeypatch, fault):
    seen = []
    once = lambda *_args, **_more: seen.append(1) or len(seen) == 1  # noqa: E731
    monkeypatch.setattr(test.schema, "read_test", failing_once(test.schema.read_test, fault, once))
    run = support("pack", "test", own, "--json")
    assert run.code == 1, run.err
    assert [bool(one["problems"]) for one in run.json["tests"]].count(True) == 1


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: type(fault).__name__)
def test_papers_of_a_preview(support, own, monkeypatch, fault):
    first = []
    later = failing_once(preview._later, fault, lambda: first.append(1) or len(first) == 1)
    monkeypatch.setattr(preview, "_later", later)
    run = support("pack", "preview", own, "-o", "page.html", "--json")
    assert len(run.json["problems"]) == 1, run.err
    assert len(first) > 5


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: type(fault).__name__)
def test_checks_of_doctor(support, monkeypatch, fault):
    from support_cli.cli import doctor

    monkeypatch.setattr(doctor, "_terminal", failing_once(None, fault, lambda _context: True))
    run = support("doctor", "--json")
    states = {one["name"]: one["ok"] for one in run.json}
    assert states.pop("terminal") is False
    assert all(states.values())
    assert run.code == 3
