"""``support pack test``: expectations that hold and that do not, documents, and what was seen."""

import pytest

from support_cli.authoring.test import run_tests
from support_cli.base import i18n
from support_cli.base.errors import UnusableError
from support_cli.distribution.zipped import build
from support_cli.packs import load
from support_cli.packs.files import FolderFiles
from tests.distribution.zips import write_folder
from tests.table import sample

MANIFEST = """\
pack: tried
version: 1.0.0
title: Tried desk
channels:
  mail: {kind: email, to: desk@example.org}
  desk: {kind: zammad, url: 'https://desk.example.org', queue: Front}
routes:
  - {when: {topic: [Bill]}, channel: desk, queue: Billing}
  - {when: {topic: [Internet]}, channel: mail}
"""
FORM = """\
name: Trouble
body:
  - type: dropdown
    id: topic
    attributes: {label: About, options: [Internet, Bill, Else]}
    validations: {required: true}
  - {type: input, id: lamp, when: {topic: [Internet]}, attributes: {label: Lamp}}
  - {type: input, id: summary, role: summary, attributes: {label: In one line}, validations: {required: true}}
  - {type: textarea, id: details, role: details, attributes: {label: Tell us}}
  - {type: phone, id: phone, role: phone, attributes: {label: Phone}}
"""
GOOD = """\
about: A bill goes to the desk.
answers: {topic: Bill, summary: The bill came twice, phone: +380 44 555 12 34}
expect:
  findings: [M005 details, M011]
  asked: [summary]
  not_asked: [lamp]
  channel: desk
  queue: Billing
"""


@pytest.fixture
def tried(bench, tmp_path):
    """Runs the tests {name: text} of a pack."""

    def run(tests, update=False, templates=None, manifest=MANIFEST):
        files = {"pack.yml": manifest, "forms/trouble.yml": FORM}
        files |= {f"tests/{name}": text for name, text in tests.items()}
        files |= {f"templates/{name}": text for name, text in (templates or {}).items()}
        root = write_folder(tmp_path / "tried", files)
        return run_tests(bench(), str(root), update=update)

    return run


def problems(run):
    return [problem for one in run.tests for problem in one.problems]


def expecting(text, answers="{topic: Bill, summary: The bill came twice}"):
    return {"one.yml": f"answers: {answers}\nexpect:\n  {text}\n"}


def codes_of(tried, answers):
    return [line.split(": ")[1] for line in problems(tried(expecting("findings: []", answers)))]


def test_what_is_expected_holds(tried):
    found = codes_of(tried, "{topic: Bill, summary: The bill came twice, phone: +380 44 555 12 34}")
    run = tried({"good.yml": GOOD.replace("[M005 details, M011]", "[" + ", ".join(found) + "]")})
    assert problems(run) == []
    assert run.ok
    assert run.tests[0].about == "A bill goes to the desk."


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("channel: mail", "It goes to the channel “desk”, not to “mail”."),
        ("queue: Front", "It goes to the queue “Billing”, not to “Front”."),
        ("asked: [lamp]", "“lamp” is not asked."),
        ("not_asked: [summary]", "“summary” is asked."),
        ("asked: [lmap]", "“lmap” is not a question of this form."),
        ("errors: [A001 details]", "an error that did not come: A001 details"),
        ("findings: [W001 summary]", "expected, not found: W001 summary"),
        ("findings: []", "found, not expected: M"),
        ("documents: [ticket.md]", "tests/one.ticket.md is not there yet"),
    ],
)
def test_what_does_not_hold_is_said(tried, text, problem):
    run = tried(expecting(text))
    assert not run.ok
    assert any(one.startswith(problem) for one in problems(run)), problems(run)


def test_errors_count_whether_they_are_mentioned_or_not(tried):
    run = tried(expecting("channel: desk", "{topic: Bill, phone: '123'}"))
    assert [one.split(": ")[1] for one in problems(run)] == ["A003 phone", "A001 summary"]
    assert tried(expecting("errors: [A003, summary]", "{topic: Bill, phone: '123'}")).ok


def test_a_finding_is_named_by_code_by_place_or_by_both(tried):
    for way in ("A001", "summary", "A001 summary"):
        assert tried(expecting(f"errors: [{way}]", "{topic: Bill}")).ok
    assert problems(tried(expecting("errors: [A001, A001]", "{topic: Bill}"))) == ["an error that did not come: A001"]


def test_answers_are_read_as_they_were_written(tried, tmp_path):
    tests = expecting("documents: [ticket.md]", "{topic: Bill, summary: 1.10, phone: +380445551234}")
    tried(tests, update=True)
    assert (tmp_path / "tried" / "tests" / "one.ticket.md").read_text("utf-8").startswith("# 1.10\n")
    assert tried(tests).ok


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("answers: {topic: Bill}\nexpct: {}\n", "tests/one.yml:2:1: “expct”"),
        ("answers: [1]\n", "tests/one.yml:1:1: "),
        ("answers: {a: 'b}\n", "tests/one.yml:1:14: "),
        ("form: nothing\nanswers: {}\n", "There is no form “nothing”"),
        ("answers: {}\nexpect: {documents: [ticket]}\n", "tests/one.yml:2:"),
        ("answers: {}\nfiles: [{name: x, size: huge}]\n", "tests/one.yml:2:"),
    ],
)
def test_a_test_that_is_wrong_itself_says_so_and_the_others_run(tried, text, problem):
    run = tried({"one.yml": text, "two.yml": "answers: {topic: Bill, summary: x}\n"})
    assert [one.ok for one in run.tests] == [False, True]
    assert problem in problems(run)[0]


def test_documents_are_written_then_compared(tried, tmp_path):
    tests = expecting("documents: [ticket.md, chat.uk.txt, email.subject]")
    written = tried(tests, update=True)
    assert written.ok
    assert written.tests[0].updated == [
        "tests/one.ticket.md", "tests/one.chat.uk.txt", "tests/one.email.subject",
    ]  # fmt: skip
    assert tried(tests).ok
    assert tried(tests, update=True).tests[0].updated == []
    document = tmp_path / "tried" / "tests" / "one.ticket.md"
    assert "The bill came twice" in document.read_text("utf-8")
    assert "Добрий день" in (tmp_path / "tried" / "tests" / "one.chat.uk.txt").read_text("utf-8")
    document.write_bytes(document.read_bytes().replace(b"\n", b"\r\n"))
    assert tried(tests).ok


def test_a_changed_document_is_shown_as_a_difference(tried):
    tests = expecting("documents: [ticket.md]")
    tried(tests, update=True)
    run = tried(tests, templates={"ticket.md.j2": "{{ headline|upper }}"})
    (difference,) = run.tests[0].differences
    assert difference.file == "tests/one.ticket.md"
    assert "-# The bill came twice" in difference.diff
    assert "+THE BILL CAME TWICE" in difference.diff
    assert not run.ok


def test_documents_do_not_change_from_day_to_day_or_version_to_version(tried, clock):
    tests = expecting("documents: [ticket.md]")
    tried(tests, update=True)
    clock.shift(86_400 * 40)
    assert tried(tests, manifest=MANIFEST.replace("1.0.0", "1.1.0")).ok


def test_the_language_that_was_spoken_stays(tried):
    i18n.activate("pl")
    run = tried({"one.yml": "language: uk\nanswers: {topic: Bill}\n"})
    assert i18n.current() == "pl"
    assert problems(run)


def test_ways_choices_and_routes_that_were_seen_are_counted(tried):
    run = tried(
        {"one.yml": "answers: {topic: Bill, summary: x}\n", "two.yml": "answers: {topic: Internet, summary: x}\n"}
    )
    seen = run.coverage.forms["trouble"]
    assert seen.tests == 2
    assert (seen.conditions["lamp"].asked, seen.conditions["lamp"].left_out) == (1, 1)
    assert seen.choices["topic"] == {"Internet": 1, "Bill": 1, "Else": 0}
    assert run.coverage.routes == [1, 1]
    assert run.coverage.branches() == (2, 2)
    assert run.coverage.taken() == (2, 3)


def test_a_pack_without_tests_is_not_a_tested_pack(tried):
    assert not tried({}).ok


def test_a_zip_is_tested_but_not_written_to(bench, tmp_path, tried):
    tried(expecting("documents: [ticket.md]"), update=True)
    place = tmp_path / "tried.zip"
    place.write_bytes(build(FolderFiles(tmp_path / "tried")))
    assert run_tests(bench(), str(place)).ok
    with pytest.raises(UnusableError, match="folder of yours"):
        run_tests(bench(), str(place), update=True)


@pytest.mark.parametrize("name", sample(load.builtin_names(), every=4, first=1))
def test_packs_of_ours_do_what_their_tests_say(bench, name):
    run = run_tests(bench(), name)
    assert problems(run) == []
    assert [difference.diff for one in run.tests for difference in one.differences] == []
    assert run.ok
