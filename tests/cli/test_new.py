"""``support new`` in scripts: complete, incomplete, wrong, and hostile."""

import itertools
import json
import os
import stat

import pytest
import yaml

from support_cli.cases.database import Database
from tests.cli.conftest import ANSWERS
from tests.distribution.places import Repository
from tests.making import HOSTILE, is_clean
from tests.table import each, sample


def test_a_complete_request_is_written_and_nothing_stands_on_stdout(support, answers, here):
    run = support("new", "--no-input", "-a", str(answers))
    assert (run.code, run.out) == (0, "")
    names = sorted(p.name for p in here.iterdir())
    assert [n.split("-no-")[1] for n in names] == ["connection-since-monday.eml", "connection-since-monday.md"]
    assert "Written:" in run.err
    assert "support cases show" in run.err


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_documents_and_stores_are_private(support, answers, here, home):
    support("new", "--no-input", "-a", str(answers))
    for file in [*here.iterdir(), *(p for p in (home / ".local").rglob("*") if p.is_file())]:
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
    for folder in (p for p in (home / ".local" / "share" / "support-cli").rglob("*") if p.is_dir()):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700, folder


def test_everything_missing_is_listed_at_once_with_its_flag(support):
    run = support("new", "--no-input", "--json")
    assert run.code == 2
    findings = {f["where"]: f for f in run.json["error"]["findings"]}
    assert {"name", "summary", "details", "consent"} <= set(findings)
    assert findings["summary"]["code"] == "A001"
    assert findings["summary"]["fix"] == "--set summary=..."
    assert any(f["code"] == "A006" for f in findings.values())


def test_wrong_unknown_and_missing_answers_come_together(support):
    run = support("new", "--no-input", "--json", "-s", "emial=x", "-s", "email=nobody", "-s", "topic=yes")
    assert run.code == 2
    codes = {(f["where"], f["code"]) for f in run.json["error"]["findings"]}
    assert {("emial", "A005"), ("email", "A003"), ("topic", "A002"), ("summary", "A001")} <= codes
    near = next(f for f in run.json["error"]["findings"] if f["where"] == "emial")
    assert "“email”" in near["message"]


def test_a_person_reads_the_same_on_stderr(support):
    run = support("new", "--no-input", "-s", "emial=x")
    assert run.code == 2
    assert run.out == ""
    assert "Did you mean “email”?" in run.err
    assert "--set summary=..." in run.err


def test_without_a_terminal_nothing_prompts(support):
    assert support("new").code == 2


@pytest.mark.parametrize("dump", [json.dumps, yaml.safe_dump])
def test_answers_come_from_standard_input(support, dump, here):
    run = support("new", "--no-input", "-a", "-", "-o", "-", "-f", "json", stdin=dump(ANSWERS))
    assert run.code == 0, run.err
    record = json.loads(run.out)
    assert record["support-request"] == 1
    assert record["answers"]["email"] == "anna@example.org"
    assert list(here.iterdir()) == []


def test_toml_answers(support, tmp_path):
    path = tmp_path / "a.toml"
    path.write_text("\n".join(f"{k} = {json.dumps(v)}" for k, v in ANSWERS.items()), "utf-8")
    assert support("new", "--no-input", "-a", str(path)).code == 0


def test_yaml_numbers_stay_what_was_written(support, tmp_path):
    path = tmp_path / "a.yml"
    path.write_text(yaml.safe_dump({**ANSWERS}) + "phone: +380441234567\naccount: 0012\n", "utf-8")
    run = support("new", "--no-input", "-a", str(path), "-o", "-", "-f", "json")
    assert run.code == 0, run.err
    assert json.loads(run.out)["answers"]["phone"] == "+380 44 123 4567"
    assert json.loads(run.out)["answers"]["account"] == "0012"


def test_flags_win_over_the_file_and_read_files(support, answers, tmp_path):
    story = tmp_path / "story.txt"
    story.write_text("First line.\nSecond line.\n", "utf-8")
    run = support(
        "new", "--no-input", "-a", str(answers), "-s", f"details=@{story}", "-s", "summary=@@home",
        "-o", "-", "-f", "json",
    )  # fmt: skip
    said = json.loads(run.out)["answers"]
    assert said["details"] == "First line.\nSecond line."
    assert said["summary"] == "@home"


def test_an_answer_nobody_asks_for_is_said_and_left_out(support, answers):
    run = support("new", "--no-input", "-a", str(answers), "-s", "order=17", "--json")
    assert run.code == 0
    assert [f["where"] for f in run.json["findings"] if f["code"] == "A008"] == ["order"]
    assert "order" not in run.json["request"]["answers"]


def test_a_request_file_goes_in_again_as_it_came_out(support, answers, here):
    first = support("new", "--no-input", "-a", str(answers), "-f", "yaml", "-o", "request.yaml")
    assert first.code == 0, first.err
    again = support("new", "--no-input", "-a", "request.yaml", "-f", "json", "-o", "-")
    assert again.code == 0, again.err
    assert json.loads(again.out)["answers"] == yaml.safe_load((here / "request.yaml").read_text("utf-8"))["answers"]


def test_a_dry_run_leaves_no_trace(support, answers, here, home):
    run = support("new", "--no-input", "-a", str(answers), "--dry-run")
    assert run.code == 0
    assert run.out.startswith("# No connection since Monday")
    assert list(here.iterdir()) == []
    assert support("cases", "list", "--json").json == []


def test_attachments_go_along_and_are_listed(support, answers, here):
    (here / "logs").mkdir()
    for name in ("a.log", "b.log"):
        (here / "logs" / name).write_text(name, "utf-8")
    run = support("new", "--no-input", "-a", str(answers), "--attach", "logs/*.log", "--json")
    assert run.code == 0, run.err
    assert [a["name"] for a in run.json["request"]["attachments"]] == ["a.log", "b.log"]


@pytest.mark.parametrize("name", ["absent.log", "folder/absent.log"])
def test_a_file_that_is_not_there_ends_in_4_before_anything_is_written(support, answers, here, name):
    run = support("new", "--no-input", "-a", str(answers), "--attach", name)
    assert run.code == 4
    assert "absent.log" in run.err
    assert list(here.iterdir()) == []


def test_too_big_ends_in_4_and_says_by_how_much(support, answers, here):
    (here / "big.bin").write_bytes(os.urandom(10_500_000))
    run = support("new", "--no-input", "-a", str(answers), "--attach", "big.bin")
    assert run.code == 4
    assert "big.bin" in run.err
    assert [p.name for p in here.iterdir()] == ["big.bin"]


def test_strict_stops_at_warnings_with_1(support, answers):
    run = support("new", "--no-input", "-a", str(answers), "-s", "summary=nothing works", "--strict", "--json")
    assert run.code == 1
    assert run.json["error"]["name"] == "findings"


@each(
    ("words", "code", "sentence"),
    [
        (["-p", "genral"], 3, "Did you mean “general”?"),
        (["nonsense"], 3, "no form"),
        (["-t", "novel"], 2, "no document"),
        (["-t", "ticket", "-f", "eml"], 2, "md, html, txt"),
        (["-s", "summary"], 2, "--set ID=VALUE"),
        (["-s", "summary=@/nowhere/x"], 2, "/nowhere/x"),
        (["--body", "/nowhere/body.md"], 2, "/nowhere/body.md"),
        (["--channel", "pigeon"], 2, "pigeon"),
        (["--to", "nobody"], 2, "nobody"),
        (["--send"], 2, "no address to send this to"),
        (["--send", "--to", "a@example.org"], 2, "channel add mail --kind smtp"),
        (["-o", "/proc/nowhere/x/"], 3, "/proc"),
    ],
)
def test_wrong_flags_end_in_one_sentence_before_anything_is_done(support, answers, here, words, code, sentence):
    run = support("new", "--no-input", "-a", str(answers), *words)
    assert run.code == code, run.err
    assert sentence in run.err
    assert "Traceback" not in run.err
    assert list(here.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "question"),
    sample(itertools.product(sorted(HOSTILE), ["summary", "details", "name"]), every=4),
)
def test_hostile_answers_are_made_harmless_or_refused(support, answers, here, name, question):
    run = support("new", "--no-input", "-a", "-", stdin=json.dumps({**ANSWERS, question: HOSTILE[name]}))
    assert run.code in (0, 2), run.err
    assert is_clean(run.err)
    for file in here.iterdir():
        text = file.read_bytes().decode("utf-8")
        assert is_clean(text.replace("\r\n", "\n"))
        if file.suffix == ".eml":
            assert "\nBcc:" not in text.partition("\r\n\r\n")[0]


@each(
    "text",
    [
        b"",
        b"[1, 2]",
        b"just words",
        b"a: [",
        b"a: b: c",
        b"\xff\xfe\x00",
        b"\x00",
        b"summary: &a [*a]",
        b"a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]",
        b"[" * 100_000,
        b"summary: !!python/object/apply:os.system [id]",
        b"summary: {a: 1}",
        b"summary: [1, 2]",
        b"consent: maybe",
        b"summary: x\nsummary: y",
        b'{"summary": NaN}',
        b"support-request: 2\nid: x",
        b"support-request: 1\nid: x",
        b"support-request: 1\nid: x\ncreated: soon\nlanguage: en\npack: {name: general}\nform: general\nanswers: {}",
        b"email: " + b"9" * 5000,
    ],
)
def test_hostile_answer_files_end_in_a_sentence(support, here, text):
    run = support("new", "--no-input", "-a", "-", stdin=text)
    assert run.code in (2, 3)
    assert run.err.strip()
    assert is_clean(run.err)
    assert "Traceback" not in run.err
    assert "our fault" not in run.err
    assert list(here.iterdir()) == []


def test_a_bug_of_ours_ends_in_70_with_a_report_without_what_was_said(support, answers, home, monkeypatch):
    def broken(self, *_args, **_more):
        raise RuntimeError("the customer said swordfish")

    monkeypatch.setattr(Database, "write", broken)
    run = support("new", "--no-input", "-a", str(answers))
    assert run.code == 70
    reports = list(home.rglob("bug-*.txt"))
    assert len(reports) == 1
    assert "swordfish" not in reports[0].read_text("utf-8") + run.err
    assert "RuntimeError" in reports[0].read_text("utf-8")


def test_a_read_only_home_does_not_stop_a_script(support, answers, here, home, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", "/proc/nowhere")
    monkeypatch.setenv("XDG_CACHE_HOME", "/proc/nowhere")
    run = support("new", "--no-input", "-a", str(answers))
    assert run.code == 0, run.err
    assert len(list(here.iterdir())) == 2


@pytest.mark.parametrize("lang", ["en", "uk", "ru", "pl"])
def test_the_document_speaks_the_customers_language(support, answers, lang):
    run = support("new", "--no-input", "-a", str(answers), "--lang", lang, "-t", "ticket", "-f", "txt", "-o", "-")
    assert run.code == 0, run.err
    heading = {"en": "What happens", "uk": "Що", "ru": "Что", "pl": "Co"}[lang]
    assert heading in run.out


def test_choices_are_taken_in_the_customers_language_and_stored_in_the_packs(support, answers):
    run = support(
        "new", "--no-input", "-a", str(answers), "--lang", "pl", "-s", "topic=Internet lub telewizja", "--json"
    )
    if run.code:  # the words of the translation may change; whatever they are, they are listed
        words = next(f for f in run.json["error"]["findings"] if f["where"] == "topic")["message"]
        first = words.split(": ")[-1].split(",")[0].strip()
        run = support("new", "--no-input", "-a", str(answers), "--lang", "pl", "-s", f"topic={first}", "--json")
    assert run.json["request"]["answers"]["topic"] == "Internet or TV"


@pytest.mark.parametrize("words", [["-a", "~nobody-at-all/x"], ["-o", "~nobody-at-all/x"], ["-p", "~nobody-at-all"]])
def test_a_home_that_nobody_has_is_a_name_like_any_other(support, answers, words):
    run = support("new", "--no-input", "-a", str(answers), *words)
    assert run.code in (0, 2, 3)
    assert "our fault" not in run.err


@pytest.mark.parametrize(
    "evil",
    [
        {"id": "../../x"},
        {"pack": {"name": "/tmp/evil"}},
        {"attachments": [{"path": "x", "name": "../x", "type": "text/plain", "size": 1, "sha256": "0" * 64}]},
        {"attachments": [{"path": "x", "name": "a\r\nBcc: b", "type": "text/plain", "size": 1, "sha256": "0" * 64}]},
    ],
)
def test_a_request_file_cannot_lead_anywhere_else(support, evil):
    record = {
        "support-request": 1, "id": "7f3k9q2m", "created": "2026-11-21T18:20:00+01:00", "language": "en",
        "pack": {"name": "general"}, "form": "general", "answers": {"summary": "x"}, **evil,
    }  # fmt: skip
    assert support("render", "-", stdin=json.dumps(record)).code in (3, 4)


def test_a_number_of_five_thousand_digits_in_toml_is_a_sentence(support, tmp_path):
    path = tmp_path / "a.toml"
    path.write_text("account = " + "9" * 5000, "utf-8")
    run = support("new", "--no-input", "-a", str(path))
    assert run.code == 2
    assert "TOML" in run.err


def test_one_file_by_two_names_goes_along_once(support, answers, here):
    (here / "log.txt").write_text("lines")
    (here / "link.txt").symlink_to("log.txt")
    run = support("new", "--no-input", "-a", str(answers), "--attach", "log.txt", "--attach", "./link.txt", "--json")
    assert [one["name"] for one in run.json["request"]["attachments"]] == ["log.txt"]


def test_a_form_of_another_pack_is_found_by_its_name(support):
    run = support("new", "card", "--no-input")
    assert run.code == 2
    assert "card_last4" in run.err  # a question of the bank's form
    assert "There is no form" not in run.err
    run = support("new", "something-else", "--no-input")
    assert run.code == 2
    assert "support new something-else -p bank" in run.err


def test_issue_forms_of_a_repository_without_a_clone(support, tmp_path, home):
    remote = Repository(tmp_path)
    form = "name: Bug report\ndescription: x\nbody:\n  - {type: input, id: a, attributes: {label: A}}\n"
    remote.commit({".github/ISSUE_TEMPLATE/bug.yml": form})
    words = ("new", "bug REPORT", "-p", f"git+{remote.url}", "--set", "title=T", "--set", "a=x", "--no-input")
    run = support(*words, "-o", "-", "-t", "issue")
    assert (run.code, run.out) == (0, "### A\n\nx")
    assert "Fetching git+file:" in run.err
    # The request finds its forms again.
    (case,) = support("cases", "list", "--json").json
    again = support("render", case["id"], "-t", "issue", "-o", "-")
    assert (again.code, again.out) == (0, "### A\n\nx")


def test_weak_points_are_told_by_question_with_what_to_do_about_them(support, answers, here):
    """The same lines from every command that tells findings to a person."""
    (here / "log.txt").write_text("password=hunter2secret\n", "utf-8")
    row = {**json.loads(answers.read_text("utf-8")), "details": "It does not work"}
    (here / "rows.jsonl").write_text(json.dumps(row), "utf-8")
    once = support("new", "--no-input", "-a", str(answers), "-s", "details=It does not work", "--attach", "log.txt")
    for run in (once, support("batch", "rows.jsonl")):
        at = run.err.index("This says only that something does not work")
        assert "What happened? " in run.err[:at], run.err
        assert "--set details=" in run.err[at:].split("\n")[1], run.err
    assert once.err.count("log.txt holds") == 1
    assert "log.txt: log.txt" not in once.err
    assert "Take it out of the file" in once.err
