"""The other commands, as scripts meet them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import ANSWERS
from tests.making import is_clean
from tests.table import each


def made(support, answers):
    return support("new", "--no-input", "-a", str(answers), "--json").json


def test_home_is_short_and_names_what_waits(support):
    run = support()
    assert run.code == 0
    assert "support new" in run.out
    assert len(run.out.splitlines()) < 12


def test_version(support):
    assert support("--version").out.startswith("support 1.")


def test_a_near_miss_is_suggested(support):
    run = support("nwe")
    assert run.code == 2
    assert "“new”?" in run.err


def test_wrong_flags_are_json_too(support):
    run = support("new", "--nonsense", "--json")
    assert run.code == 2
    assert run.json["error"]["exit"] == 2


def test_a_case_can_be_shown_noted_closed_and_deleted(support, answers):
    case = made(support, answers)["id"]
    assert support("cases", "show", case[:4], "--json").json["title"] == "No connection since Monday"
    noted = support(
        "cases", "note", case, "will", "call", "back", "--operator", "Olha", "--promised-by", "24h", "--json"
    )
    assert noted.json["promised_by"]
    assert "Olha" in support("cases", "show", case).out
    assert support("cases", "close", case, "--json").json["state"] == "closed"
    assert support("cases", "list", "--state", "closed", "--json").json[0]["id"] == case
    assert support("cases", "delete", case).code == 2
    deleted = support("cases", "delete", case, "--yes", "--json").json
    assert (deleted["id"], deleted["deleted"], deleted["documents"]) == (case, True, [])
    assert support("cases", "show", case).code == 2


def test_cases_are_found_by_their_words(support, answers):
    case = made(support, answers)["id"]
    assert [c["id"] for c in support("cases", "list", "lamp", "--json").json] == [case]
    assert support("cases", "list", "elephant", "--json").json == []


@pytest.mark.parametrize(
    ("words", "begins"),
    [
        ([], "# No connection"),
        (["-f", "txt"], "No connection"),
        (["-f", "html"], "<!DOCTYPE html>"),
        (["-f", "json"], "{"),
        (["-f", "yaml"], "support-request: 1"),
        (["-t", "email", "-f", "eml"], "From: "),
        (["-t", "phone"], ""),
        (["-t", "chat"], ""),
    ],
)
def test_every_document_of_a_case(support, answers, words, begins):
    case = made(support, answers)["id"]
    run = support("render", case[:5], *words)
    assert run.code == 0, run.err
    assert run.out.startswith(begins)
    assert "No connection since Monday" in run.out


def test_an_incomplete_request_renders_and_says_so(support):
    run = support("render", "-", "-p", "general", "-f", "txt", stdin=b"summary: No connection\n")
    assert run.code == 0, run.err
    assert "No connection" in run.out
    assert "not complete" in run.out
    chat = support("render", "-", "-p", "general", "-t", "chat", stdin=b"summary: No connection\n")
    assert "details" in chat.err, "a document that cannot say it itself"


def test_check_lists_findings_and_ends_with_1(support):
    run = support("check", "-", "-p", "general", "--json", stdin=b"summary: nothing works\n")
    assert run.code == 1
    assert not run.json["ok"]
    assert {"A001", "W001"} <= {f["code"] for f in run.json["findings"]}


def test_check_of_a_good_request(support, answers):
    case = made(support, answers)["id"]
    assert support("check", case, "--json").json["ok"]


def test_plain_answers_without_a_pack_cannot_be_used(support):
    assert support("check", "-", stdin=b"summary: x\n").code == 3


def test_settings_are_written_and_read(support):
    assert support("config", "set", "smtp.url", "smtps://ann@mail.example.org").code == 0
    assert support("config", "get", "smtp.url", "--json").json == {"smtp.url": "smtps://ann@mail.example.org"}
    assert support("config", "set", "smtp.urll", "x").code == 3
    assert support("config", "unset", "smtp.url").code == 0
    assert support("config", "list", "--json").json["smtp.url"] == ""


def test_settings_that_cannot_be_used_can_be_mended(support):
    place = Path(support("config", "path", "--json").json["settings"])
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text('lang = "ukr"\nplain = "yes"\n', "utf-8")
    wrong = support("cases", "list", "--lang", "uk")
    assert (wrong.code, wrong.out) == (3, "")
    assert f"{place}:1: " in wrong.err
    assert "Можливо, ви мали на увазі «uk»?" in wrong.err
    first = support("config", "set", "lang", "uk")
    assert first.code == 3  # one is mended, and the other named
    assert "lang = uk" in first.err
    assert f"{place}:2: " in first.err
    assert support("config", "set", "plain", "true").code == 0
    assert support("config", "get", "lang").out == '"uk"\n'


def test_the_profile(support):
    assert support("profile", "set", "phone", "0380441234567").code == 2
    assert support("profile", "set", "phone", "00380441234567", "--json").json == {"phone": "+380 44 123 4567"}
    assert support("profile", "show", "--json").json["phone"]["origin"] == "set"
    assert support("profile", "forget").code == 0


def test_doctor_sends_nothing_and_ends_well(support):
    run = support("doctor", "--json")
    assert run.code == 0
    assert all(one["ok"] for one in run.json)


def test_a_batch_reports_every_line_and_stops_at_none(support, here, answers):
    good = json.loads(answers.read_text("utf-8"))
    lines = [json.dumps(good), "{broken", json.dumps({**good, "email": "x"}), json.dumps({**good, "summary": "Second"})]
    (here / "many.jsonl").write_text("\n".join(lines), "utf-8")
    run = support("batch", "many.jsonl", "-o", "out/", "--json")
    assert run.code == 2
    assert [(one["line"], one["exit"]) for one in run.json] == [(1, 0), (2, 2), (3, 2), (4, 0)]
    assert len(list((here / "out").iterdir())) == 4


def test_every_way_to_a_request_looks_through_its_files(support, here, answers):
    (here / "router.log").write_text("ok\npassword=Kotik2019\n", "utf-8")
    (here / "row.jsonl").write_text(json.dumps(json.loads(answers.read_text("utf-8"))), "utf-8")
    new = ("new", "--no-input", "-a", str(answers), "--attach", "router.log", "-o", "out/")
    written = support("new", "--no-input", "-a", str(answers), "--attach", "router.log", "-o", "made.json")
    assert written.code == 0
    for way in (
        new,
        (*new, "--dry-run"),
        ("render", "made.json"),
        ("batch", "row.jsonl", "--attach", "router.log", "-o", "o/"),
    ):
        run = support(*way, "--json")
        assert "P006" in run.out, way
        assert "Kotik2019" not in run.out + run.err, way
    assert support(*new, "--strict").code == 1


def test_a_batch_of_csv_rows(support, here, answers):
    good = json.loads(answers.read_text("utf-8"))
    head = ",".join(good)
    rows = [",".join(f'"{value}"' for value in {**good, "summary": f"Number {n}"}.values()) for n in range(3)]
    (here / "many.csv").write_text("\n".join([head, *rows]), "utf-8")
    assert support("batch", "many.csv", "-o", "out/").code == 0
    assert len(list((here / "out").iterdir())) == 6


def test_what_cannot_be_sent_now_waits_with_6(support, answers, monkeypatch):
    monkeypatch.setenv("SUPPORT_SMTP_URL", "smtp://127.0.0.1:9")
    run = support("new", "--no-input", "-a", str(answers), "--send", "--to", "desk@example.org", "--json")
    assert run.code == 6
    assert run.json["delivery"]["state"] == "queued"
    waiting = support("outbox", "list", "--json").json
    assert [one["attempts"] for one in waiting] == [1]
    assert support("outbox", "cancel", waiting[0]["id"], "--json").json["state"] == "cancelled"


def test_completion_loads_nothing_heavy(home, monkeypatch):
    monkeypatch.setenv("_SUPPORT_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "support ca")
    monkeypatch.setenv("COMP_CWORD", "1")
    code = (
        "import sys\nfrom support_cli.__main__ import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'questionary', 'jinja2', 'yaml', 'rich', 'pydantic', 'sqlite3'}\n"
        "print('LOADED', sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "cases" in done.stdout
    assert "LOADED []" in done.stdout


def test_an_escape_in_a_flag_never_reaches_the_terminal(support):
    run = support("new", "--no-input", "-p", "\x1b[31mred\u202e", "-s", "\x1b]0;x\x07=1")
    assert run.code in (2, 3)
    assert is_clean(run.err)


def test_a_document_speaks_the_language_of_its_request(support, answers):
    case = support("new", "--no-input", "-a", str(answers), "--lang", "uk", "--json").json["id"]
    assert "Стосується: Інтернет" in support("render", case, "-f", "txt").out


@each("document", ["ticket", "email", "chat", "phone", "follow-up", "escalation"])
def test_every_document_that_is_named_can_be_made(support, answers, document):
    case = support("new", "--no-input", "-a", str(answers), "--json").json["id"]
    run = support("render", case, "-t", document)
    assert run.code == 0, run.err
    assert "No connection since Monday" in run.out


@pytest.mark.parametrize("words", [["-t", "chat", "-f", "md"], ["-t", "follow-up", "-f", "md"], ["-t", "page"]])
def test_what_cannot_be_made_is_refused_before_anything_is_asked(support, answers, words):
    run = support("new", "--no-input", "-a", str(answers), *words)
    assert run.code == 2
    assert run.err.count("\n") <= 2


def test_a_case_of_a_pack_in_a_folder_is_opened_again_from_anywhere(support, here, monkeypatch):
    pack = here.parent / "trouble"
    (pack / "forms").mkdir(parents=True)
    (pack / "pack.yml").write_text("pack: trouble\ntitle: Trouble desk\n", "utf-8")
    form = "name: Trouble\nbody:\n  - {type: input, id: summary, attributes: {label: In one line}}\n"
    (pack / "forms" / "trouble.yml").write_text(form, "utf-8")
    case = support("new", "-p", "../trouble", "-s", "summary=It drops", "--no-input", "--json").json["id"]
    elsewhere = here.parent / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    for document in ("ticket", "chat", "phone"):
        run = support("render", case[:4], "-t", document, "-f", "txt")
        assert run.code == 0, run.err
        assert "It drops" in run.out


def test_a_case_of_an_issue_form_is_opened_again_and_comes_as_chat_and_phone(support, here, monkeypatch):
    form = here / "bug.yml"
    form.write_text(
        "name: Bug\ndescription: x\nbody:\n  - {type: input, id: what, attributes: {label: What happened}}\n", "utf-8"
    )
    case = support("new", "-p", "bug.yml", "-s", "what=It drops", "--no-input", "--json").json["id"]
    monkeypatch.chdir(here.parent)
    assert "### What happened\n\nIt drops" in support("render", case[:4]).out
    for document in ("chat", "phone", "ticket"):
        run = support("render", case[:4], "-t", document)
        assert run.code == 0, run.err
        assert "It drops" in run.out


def test_contacts_and_answers_are_those_of_the_team_that_was_written_to(support, answers):
    assert support("contacts").out == ""
    support("new", "-p", "complaint", "--no-input", "--set", "summary=x", "--lang", "uk")
    assert "8:00-22:00" not in support("contacts").out
    more = {
        "topic": "A refund",
        "amount": "30 UAH",
        "preferred_contact": "E-mail",
        "contract_name": "In my name",
        "service_address": "Zelena 5",
    }
    words = [word for key, value in {**ANSWERS, **more}.items() for word in ("--set", f"{key}={value}")]
    run = support("new", "billing", "-p", "internet-provider", "--no-input", *words)
    assert run.code == 0, run.err
    run = support("contacts")
    assert "+44 20 7946 0120" in run.out
    assert "Internet provider" in run.err
    assert "+44 20 7946 0120" not in support("contacts", "-p", "general").out
    assert "router" in support("faq", "lights").out
    assert "support new -p internet-provider" in support("faq", "xyzzy").err


@each(
    ("shell", "begins"),
    [
        ("zsh", "#compdef support"),
        ("bash", "_support_completion"),
        ("fish", "complete "),
        ("powershell", "Import-Module"),
    ],
)
def test_the_completion_is_that_of_the_shell_that_is_named(support, shell, begins):
    for words in (
        ["--show-completion", shell],
        [f"--show-completion={shell}"],
        ["--lang", "uk", "--show-completion", shell],
    ):
        run = support(*words)
        assert (run.code, run.out.startswith(begins)) == (0, True), run
    assert support("--show-completion", "tcsh").code == 2
