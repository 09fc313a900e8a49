"""``support pack`` for authors, as a shell and a script meet it: what is printed where, and the exit codes."""

import json
import os
import re
import subprocess
import sys
import webbrowser
from pathlib import Path

import pytest

from support_cli.cli import console
from support_cli.packs import load
from tests.distribution.zips import TINY, write_folder

BROKEN = {**TINY, "pack.yml": TINY["pack.yml"] + "limits: {file: 20MB}\n"}
TESTED = {**TINY, "tests/one.yml": "answers: {summary: The lamp is red}\nexpect: {documents: [ticket.md]}\n"}


@pytest.fixture
def tiny(here):
    return write_folder(here / "tiny", TINY)


@pytest.fixture
def tested(here):
    return write_folder(here / "tested", TESTED)


def test_packs_are_listed(support):
    run = support("pack", "list", "--json")
    assert [one["name"] for one in run.json] == load.builtin_names()
    assert all(one["forms"] and not one["problem"] for one in run.json)
    assert re.search(r"^general +\S+ +built in ", support("pack", "list").out, re.MULTILINE)


def test_a_pack_is_described(support):
    run = support("pack", "info", "software", "--json")
    assert run.json["digest"].startswith("sha256:")
    assert run.json["limits"]["file"] == 10_000_000
    assert "Your name" in run.json["personal"]
    assert {form["id"] for form in run.json["forms"]} == {"bug", "idea", "question"}
    shown = support("pack", "info", "software", "--lang", "uk").out
    assert "Підтримка програм" in shown


def test_json_does_not_depend_on_the_language(support):
    for words in (
        ("pack", "info", "software"),
        ("pack", "list"),
        ("pack", "check", "general"),
        ("pack", "test", "complaint"),
    ):
        assert support(*words, "--json").json == support(*words, "--json", "--lang", "uk").json


def test_a_form_is_described_question_by_question(support):
    shown = support("pack", "info", "bug", "-p", "software").out
    assert "only when “How much does it hold you up” is “I cannot go on” or “Data is lost or in danger”" in shown
    assert "why: Nobody will ask you to do it again." in shown
    question = next(
        one
        for one in support("pack", "info", "bug", "-p", "software", "--json").json["forms"][0]["questions"]
        if one["id"] == "page"
    )
    assert question["when"] == {"type": "is", "question": "platforms", "values": ["In the browser"]}


def test_an_issue_form_shows_which_roles_were_found(support, here):
    form = "name: Bug\ndescription: x\nbody:\n  - {type: textarea, id: what, attributes: {label: Steps to reproduce}}\n"
    write_folder(here, {".github/ISSUE_TEMPLATE/bug.yml": form})
    assert "seems to be: steps" in support("pack", "info", ".github/ISSUE_TEMPLATE/bug.yml").out
    found = support("pack", "info", ".github/ISSUE_TEMPLATE/bug.yml", "--json").json["forms"][0]["questions"]
    assert [(one["role"], one["inferred"]) for one in found if one["id"] == "what"] == [("steps", True)]


def test_what_is_not_there_is_unusable_and_what_is_not_named_is_usage(support):
    assert support("pack", "info", "nowhere").code == 3
    assert support("pack", "info").code == 2
    assert support("pack", "info", "bug", "-p", "general").code == 3
    for command in ("check", "test", "preview", "build", "compile"):
        assert support("pack", command, "nowhere").code == 3, command


def test_check_ends_with_1_at_errors_and_with_strict_at_warnings(support, here, tiny):
    assert support("pack", "check", "tiny").code == 0
    broken = write_folder(here / "broken", BROKEN)
    run = support("pack", "check", str(broken), "--json")
    assert run.code == 1
    assert run.json["ok"] is False
    (found,) = [one for one in run.json["findings"] if one["level"] == "error"]
    assert (found["code"], found["where"]) == ("T040", "pack.yml:4:10")
    text = support("pack", "check", "broken")
    assert "T040 Error" in text.out
    assert "1 error" in text.err
    warned = write_folder(
        here / "warned", {**TINY, "forms/ask.yml": TINY["forms/ask.yml"].replace("    role: summary\n", "")}
    )
    assert support("pack", "check", str(warned)).code == 0
    assert support("pack", "check", str(warned), "--strict").code == 1


def test_test_ends_with_1_where_anything_differs(support, tested):
    run = support("pack", "test", "tested")
    assert run.code == 1
    assert "tests/one.ticket.md is not there yet" in run.out
    assert support("pack", "test", "tested", "--update").code == 0
    assert "1 of 1 test passed" in support("pack", "test", "tested").out
    (tested / "tests" / "one.ticket.md").write_text("# Something else\n", "utf-8")
    run = support("pack", "test", "tested")
    assert run.code == 1
    assert "-# Something else\n+# The lamp is red" in run.out
    data = support("pack", "test", "tested", "--json")
    assert data.code == 1
    assert data.json["tests"][0]["differences"][0]["file"] == "tests/one.ticket.md"
    assert data.json["coverage"]["forms"]["ask"]["tests"] == 1


def test_a_pack_without_tests_has_not_passed_them(support, tiny):
    run = support("pack", "test", "tiny")
    assert run.code == 1
    assert "nothing to test" in run.out


def test_build_refuses_what_check_finds_wrong(support, here):
    write_folder(here / "broken", BROKEN)
    run = support("pack", "build", "broken", "-o", "x.zip")
    assert run.code == 1
    assert "T040" in run.out
    assert not (here / "x.zip").exists()


def test_from_a_folder_to_a_verified_zip(support, here, tiny):
    built = support("pack", "build", "tiny", "-o", "tiny.zip", "--json").json
    keys = support("pack", "keygen", "a.key", "--no-password", "--json").json
    assert keys["locked"] is False
    assert support("pack", "sign", "tiny.zip", "--key", "a.key", "--json").json["digest"] == built["digest"]
    run = support("pack", "verify", "tiny.zip", "--key", "a.key.pub")
    assert run.code == 0
    assert "tiny 1.0.0" in run.out
    assert support("pack", "verify", "tiny.zip").code == 2  # the pack names no key
    content = bytearray((here / "tiny.zip").read_bytes())
    content[len(content) // 2] ^= 1
    (here / "tiny.zip").write_bytes(content)
    run = support("pack", "verify", "tiny.zip", "--key", "a.key.pub")
    assert run.code == 3
    assert "not the one that was signed" in run.err


def test_without_a_key_the_packs_own_verifies(support, here, tiny):
    keys = support("pack", "keygen", "a.key", "--no-password", "--json").json
    manifest = tiny / "pack.yml"
    manifest.write_text(f"{manifest.read_text('utf-8')}\npublisher: {{name: Acme, key: {keys['key']}}}\n", "utf-8")
    support("pack", "build", "tiny", "-o", "tiny.zip")
    support("pack", "sign", "tiny.zip", "--key", "a.key")
    run = support("pack", "verify", "tiny.zip")
    assert (run.code, "tiny 1.0.0" in run.out, "The pack itself names this key" in run.err) == (0, True, True)
    support("pack", "keygen", "b.key", "--no-password")
    support("pack", "sign", "tiny.zip", "--key", "b.key")
    assert support("pack", "verify", "tiny.zip").code == 3


def test_a_zip_is_a_pack_in_every_command(support, tiny):
    support("pack", "build", "tiny", "-o", "tiny.zip")
    assert support("pack", "check", "tiny.zip").code == 0
    assert "Tiny" in support("pack", "info", "tiny.zip").out
    assert support("pack", "skeleton", "ask", "-p", "tiny.zip").out.endswith("summary:\n")
    assert support("pack", "extract", "tiny.zip", "uk").code == 3


def test_a_key_needs_a_password_or_a_word_that_it_shall_have_none(support, here):
    run = support("pack", "keygen", "a.key")
    assert run.code == 2
    assert "--no-password" in run.err
    assert not (here / "a.key").exists()


@pytest.mark.parametrize("kind", ["pack", "form", "test", "request"])
def test_a_schema_is_one_json_document(support, kind):
    run = support("pack", "schema", kind)
    assert run.json["$schema"].endswith("2020-12/schema")
    assert support("pack", "schema", kind, "--json").json == run.json


def test_a_schema_of_answers_speaks_the_customers_language(support):
    schema = support("pack", "schema", "answers", "general", "--lang", "uk").json
    topics = schema["properties"]["topic"]["anyOf"]
    assert {"const": "Bill or contract", "title": "Рахунок або договір"} in topics
    assert any(one.get("const") == "Рахунок або договір" for one in topics)
    assert support("pack", "schema", "answers", "-p", "software").code == 2
    assert support("pack", "schema", "packs").code == 2


def test_a_skeleton_is_the_product_alone(support):
    run = support("pack", "skeleton", "bug", "-p", "software", "--lang", "pl")
    assert run.err == ""
    assert run.out.startswith("# ")
    assert support("pack", "skeleton", "bug", "-p", "software", "--lang", "pl", "--json").json["text"] == run.out


def test_the_command_in_a_skeleton_names_the_pack(support, tiny):
    for words, named in ((("bug", "-p", "software"), "software"), (("general",), "general"), (("-p", "tiny"), "tiny")):
        text = support("pack", "skeleton", *words).out
        (command,) = re.findall(r"^#   support (new .*) -a FILE$", text, re.MULTILINE)
        assert f" -p {named}" in command
        assert support(*command.split(), "--no-input").code in (0, 2)  # answers may be missing, and nothing else


def test_translations_are_extracted_and_compiled(support, tiny):
    run = support("pack", "extract", "tiny", "uk", "--json")
    assert run.json[0]["texts"] >= run.json[0]["open"] > 0
    assert support("pack", "compile", "tiny").code == 0
    (tiny / "locale" / "uk.po").write_text("hello\n", "utf-8")
    run = support("pack", "compile", "tiny", "--json")
    assert run.code == 1
    assert run.json["findings"][0]["code"] == "T075"
    assert support("pack", "extract", "tiny").code == 3


def test_init_says_what_it_made_and_overwrites_nothing(support, here):
    run = support("pack", "init", "mine", "--no-input", "--lang", "uk")
    assert run.code == 0
    assert "forms/request.yml" in run.err
    assert "support@example.org" in run.err
    assert support("pack", "init", "mine", "--no-input").code == 3
    assert support("pack", "init", "other", "--kind", "zoo", "--no-input").code == 2
    assert support("pack", "init", "third", "--no-input", "--json").json["kind"] == "service"


def test_the_preview_goes_where_it_was_asked_for(support, here, tiny, monkeypatch):
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    assert support("pack", "preview", "tiny", "-o", "-").out.startswith("<!DOCTYPE html>")
    made = support("pack", "preview", "tiny", "-o", "page.html", "--json").json
    assert (here / "page.html").as_posix() == made["path"].replace(os.sep, "/")
    assert opened == []
    monkeypatch.setattr(console, "is_terminal", lambda: True)
    support("pack", "preview", "tiny", "-o", "page.html", "--no-browser")
    assert opened == []
    support("pack", "preview", "tiny", "-o", "page.html")
    assert opened == [(here / "page.html").as_uri()]


def test_a_document_that_cannot_be_made_ends_the_preview_with_1(support, here):
    write_folder(here / "bad", {**TINY, "templates/chat.txt.j2": "{{ nothing }}"})
    run = support("pack", "preview", "bad", "-o", "page.html", "--no-browser")
    assert run.code == 1
    assert "chat.txt.j2" in run.err


HOSTILE = "\x1b[31mred\x07\u202e"


def test_nothing_of_a_pack_reaches_the_terminal_raw(support, here):
    files = {
        "pack.yml": json.dumps({"pack": "evil", "title": HOSTILE, "description": HOSTILE}),
        "forms/a.yml": json.dumps({"name": HOSTILE, "body": [{"type": "input", "attributes": {"label": HOSTILE}}]}),
        "faq/a.md": f"---\ntitle: {HOSTILE}\n---\n{HOSTILE}",
    }
    write_folder(here / "evil", files)
    for command in ("info", "check", "test", "build", "skeleton"):
        run = support("pack", command, *(("-p", "evil") if command == "skeleton" else ("evil",)))
        assert "\x1b" not in run.out + run.err, command
        assert "\u202e" not in run.out + run.err, command


def test_the_program_itself_from_a_shell(here, tested):
    def run(*words):
        return subprocess.run(
            [sys.executable, "-m", "support_cli", "pack", *words],
            capture_output=True,
            text=True,
            encoding="utf-8",
            env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])},
            check=False,
        )

    assert run("test", "tested").returncode == 1
    assert run("build", "tested", "-o", "tested.zip").returncode == 0
    assert json.loads(run("info", "tested.zip", "--json").stdout)["name"] == "tiny"


def test_several_faults_of_a_file_are_told_once_each(support, here):
    write_folder(here / "broken", {**BROKEN, "pack.yml": "pack: b\nlimitz: 1\ntitel: x\n"})
    run = support("new", "-p", "broken", "--no-input")
    assert run.code == 3
    assert "pack.yml has " in run.err.splitlines()[0]
    assert run.err.count("limitz") == run.err.count("titel") == 1
    single = write_folder(here / "single", {**BROKEN, "pack.yml": "pack: b\nversion: '1'\ntitle: x\nlimitz: 1\n"})
    said = support("new", "-p", str(single), "--no-input").err.splitlines()[0]
    assert "pack.yml:4:1: " in said
    assert "Did you mean “limits”?" in said


def test_levels_and_titles_speak_the_customers_language(support, here):
    write_folder(here / "broken", BROKEN)
    assert "T040 Помилка" in support("pack", "check", "broken", "--lang", "uk").out
    assert "Інтернет-магазин" in support("pack", "list", "--lang", "uk").out
    told = {one["name"]: one["title"] for one in support("pack", "list", "--lang", "uk", "--json").json}
    assert told["online-shop"] == "Online shop"
