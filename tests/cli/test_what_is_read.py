"""What a person wrote is read whole or refused: in any encoding, through any door, and no key counts twice."""

import importlib
import json
import os
import re
import shlex
import tracemalloc
from pathlib import Path

import pytest
from typer.testing import CliRunner

from support_cli.base import reading
from support_cli.cli.app import COMMANDS, app
from support_cli.cli.parser import built
from tests.cli.conftest import ANSWERS
from tests.table import each

ROOT = Path(__file__).parents[2]
STORY = "Щовечора о восьмій зникає інтернет, лампа червона."
GIVEN = {**ANSWERS, "details": STORY}


def yaml_of(record):
    return "".join(f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in record.items())


def toml_of(record):
    return "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in record.items())


def csv_of(record, separator=","):
    cells = ['"' + str(value).replace('"', '""') + '"' for value in record.values()]
    return separator.join(record) + "\n" + separator.join(cells) + "\n"


WITHOUT_DETAILS = yaml_of({key: value for key, value in GIVEN.items() if key != "details"})
NEW = ("new", "--no-input", "-o", "out/")

DOORS = {
    "answers.yaml": (lambda name: (*NEW, "-a", name), yaml_of(GIVEN)),
    "answers.json": (lambda name: (*NEW, "-a", name), json.dumps(GIVEN, ensure_ascii=False)),
    "answers.toml": (lambda name: (*NEW, "-a", name), toml_of(GIVEN)),
    "story.txt": (lambda name: (*NEW, "-a", "rest.yaml", "--set", f"details=@{name}"), STORY),
    "rows.csv": (lambda name: ("batch", name, "-o", "out/"), csv_of(GIVEN)),
    "rows.tsv": (lambda name: ("batch", name, "-o", "out/"), csv_of(GIVEN, "\t")),
    "rows.jsonl": (lambda name: ("batch", name, "-o", "out/"), json.dumps(GIVEN, ensure_ascii=False)),
}
THROUGH_STDIN = {
    "yaml": ((*NEW, "-a", "-"), yaml_of(GIVEN)),
    "json": ((*NEW, "-a", "-"), json.dumps(GIVEN, ensure_ascii=False)),
    "toml": ((*NEW, "-a", "-"), toml_of(GIVEN)),
    "set": ((*NEW, "-a", "rest.yaml", "--set", "details=@-"), STORY),
    "batch csv": (("batch", "-", "-o", "out/"), csv_of(GIVEN)),
    "batch semicolons": (("batch", "-", "-o", "out/"), csv_of(GIVEN, ";")),
    "batch jsonl": (("batch", "-", "-o", "out/"), json.dumps(GIVEN, ensure_ascii=False)),
}
READABLE = ["utf-8", "utf-8-sig", "utf-16"]


def runs(here, encoding):
    """Every door once: a name, the words of the command, and what goes to standard input."""
    (here / "rest.yaml").write_text(WITHOUT_DETAILS, "utf-8")
    for name, (words, text) in DOORS.items():
        (here / name).write_bytes(text.encode(encoding))
        yield name, words(name), b""
    for name, (words, text) in THROUGH_STDIN.items():
        yield name, words, text.encode(encoding)


@pytest.mark.parametrize("encoding", READABLE)
def test_text_that_can_be_told_is_read_through_every_door(support, here, encoding):
    for name, words, stdin in runs(here, encoding):
        run = support(*words, stdin=stdin)
        assert run.code == 0, (name, run.err)
        (ticket,) = (here / "out").glob("*.md")
        assert STORY in ticket.read_text("utf-8"), name
        for file in (here / "out").iterdir():
            file.unlink()


@pytest.mark.parametrize("encoding", ["cp1251", "utf-16-le", "utf-16-be"])
def test_text_in_another_encoding_is_refused_through_every_door_and_can_be_named(support, here, encoding):
    for name, words, stdin in runs(here, encoding):
        run = support(*words, stdin=stdin)
        assert run.code == 2, (name, run.err)
        assert "this is not text in UTF-8." in run.err, name
        assert "--encoding cp1251" in run.err, name
        assert not (here / "out").exists() or not list((here / "out").iterdir()), name
    for name, words, stdin in runs(here, encoding):
        if "rest.yaml" in words:
            (here / "rest.yaml").write_text(WITHOUT_DETAILS, encoding)
        run = support(*words, "--encoding", encoding, stdin=stdin)
        assert run.code == 0, (name, run.err)
        (ticket,) = (here / "out").glob("*.md")
        assert STORY in ticket.read_text("utf-8"), name
        for file in (here / "out").iterdir():
            file.unlink()


def test_the_encoding_of_a_text_is_not_that_of_packs(support, here):
    """Packs, issue forms and the documents made of them stay what they are, whatever a customer's texts are in."""
    folder = here / ".github/ISSUE_TEMPLATE"
    folder.mkdir(parents=True)
    body = "body:\n- {type: textarea, id: details, attributes: {label: Що сталося?}, validations: {required: true}}\n"
    (folder / "bug.yml").write_text("name: Збій\ndescription: Щось не працює\n" + body, "utf-8")
    assert support("pack", "init", "own", "--kind", "software", "--to", "a@example.org", "--no-input").code == 0
    manifest = here / "own/pack.yml"
    manifest.write_text(manifest.read_text("utf-8").replace("title: own", "title: Підтримка"), "utf-8")
    (here / "text.txt").write_bytes("Принтер не друкує".encode("cp1251"))
    for lang in ("en", "uk", "ru", "pl"):
        for words in (
            ("pack", "info", "own"),
            ("contacts", "-p", "own"),
            ("pack", "info", ".github/ISSUE_TEMPLATE/bug.yml"),
            ("pack", "check", "own"),
            ("faq", "-p", "internet-provider", "internet"),
        ):
            usual = support("--lang", lang, *words)
            assert support("--lang", lang, "--encoding", "cp1251", *words)[:2] == usual[:2], words
        answers = ("--no-input", "-s", "details=@text.txt", "-s", "title=Збій", "-o", "-")
        run = support("--lang", lang, "--encoding", "cp1251", "new", *answers, "-p", ".github/ISSUE_TEMPLATE/bug.yml")
        assert "### Що сталося?\n\nПринтер не друкує" in run.out, run.err


def test_the_encoding_of_one_run_does_not_last(support, here):
    (here / "story.txt").write_bytes(STORY.encode("cp1251"))
    (here / "rest.yaml").write_text(WITHOUT_DETAILS, "utf-8")
    words = (*NEW, "-a", "rest.yaml", "--set", "details=@story.txt")
    assert support(*words).code == 2
    run = support("doctor", "--encoding", "klingon")
    assert (run.code, "“klingon” is not an encoding" in run.err) == (2, True)
    assert support(*words).code == 2


def test_the_line_of_a_fault_is_told(support, here):
    rows = ["summary,details", *(f"Number {n},fine" for n in range(1000))]
    (here / "many.csv").write_bytes("\n".join(rows).encode() + "\nОстанній,рядок".encode("cp1251"))
    run = support("batch", "many.csv", "--dry-run")
    assert "many.csv, line 10" in run.err


RAW = os.fsdecode("Зникає інтернет".encode("cp1251"))


def test_a_word_of_the_command_line_in_another_encoding_is_refused_or_read(support, here, answers):
    made = support(*NEW, "-a", str(answers), "--json").json
    for words in (
        (*NEW, "-a", str(answers), "--set", f"details={RAW}"),
        ("cases", "note", made["id"], RAW),
        ("faq", RAW),
        ("cases", "follow-up", made["id"], "--no-input", "--set", f"news={RAW}", "-o", "out/"),
    ):
        run = support(*words)
        assert run.code == 2, (words, run.err)
        assert "this is not text in UTF-8." in run.err, words
    assert support("cases", "note", made["id"], RAW, "--encoding", "cp1251").code == 0
    assert "Зникає інтернет" in support("cases", "show", made["id"]).out


def test_a_text_that_begins_with_at_gets_a_hint(support, here, answers):
    run = support(*NEW, "-a", str(answers), "--set", "details=@anna said that it is red")
    assert run.code == 2
    assert "For a text that begins with @, write two of them:  --set details=@@..." in run.err
    assert support(*NEW, "-a", str(answers), "--set", "details=@@anna said that it is red").code == 0
    assert "\n@anna said" in next((here / "out").glob("*.md")).read_text("utf-8").replace("> ", "")


def test_the_first_example_of_the_docs_works_and_is_not_taken_for_sample_text(support, here):
    page = (ROOT / "docs" / "power-user.md").read_text("utf-8")
    command = re.search(r"```sh\n(support new .*?)```", page, re.DOTALL)[1]
    words = shlex.split(command.replace("\\\n", " "))
    (here / "what-happened.txt").write_text("Every evening around eight the connection drops.", "utf-8")
    (here / "logs").mkdir()
    (here / "logs" / "router.log").write_text("link down", "utf-8")
    run = support(*words[1:])
    assert run.code == 0, run.err
    assert "W005" not in run.err


# --- Nothing is answered twice ----------------------------------------------------------------------


@each(
    ("name", "text"),
    [
        ("twice.yaml", "summary: one\nname: Anna\nsummary: two\n"),
        ("twice.json", '{"summary": "one", "name": "Anna", "summary": "two"}'),
        ("deep.json", '{"summary": "one", "a": {"summary": 1, "summary": 2}}'),
        ("twice.toml", 'summary = "one"\nsummary = "two"\n'),
        ("twice.csv", "summary,name,summary\none,Anna,two\n"),
        ("twice.tsv", "attach\tattach\na\tb\n"),
        ("twice.jsonl", '{"summary": "one", "summary": "two"}\n'),
    ],
)
def test_a_key_that_stands_twice_is_refused_wherever_it_stands(support, here, name, text):
    (here / name).write_text(text, "utf-8")
    words = ("batch", name) if name.endswith(("csv", "tsv", "jsonl")) else ("new", "--no-input", "-a", name)
    run = support(*words)
    assert run.code == 2, run.err
    assert "twice" in run.err or "overwrite" in run.err, run.err
    assert name in run.err or run.err.startswith("Line 1: "), run.err


def test_an_option_that_is_given_twice_is_refused_and_a_flag_may_be_repeated():
    """Walks every option of every command: the last one never wins silently."""

    def commands(command, path):
        for name, below in getattr(command, "commands", {}).items():
            yield from commands(below, (*path, name))
        yield path, command

    def everything():
        yield (), built(app)
        for entry in COMMANDS:
            yield from commands(built(importlib.import_module(f"support_cli.cli.{entry.module}").app), (entry.name,))

    tried = 0
    for path, command in everything():
        for param in command.params:
            if param.param_type_name != "option" or param.multiple or param.is_flag:
                continue
            option = max(param.opts, key=len)
            value = {"int": "1", "integer": "1", "float": "1.5"}.get(param.type.name, "en")
            result = CliRunner().invoke(app, [*path, option, value, option, value])
            assert result.exit_code == 2, (path, option, result.output)
            assert f"{param.opts[0]} is given twice" in result.stderr, (path, option, result.stderr)
            tried += 1
    assert tried > 5 * len(COMMANDS)


def test_an_answer_that_is_set_twice_is_refused_unless_it_holds_several(support, here, answers):
    case = support(*NEW, "-a", str(answers), "--json").json["id"]
    for words, key in (((*NEW, "-a", str(answers)), "summary"), (("cases", "follow-up", case, "--no-input"), "news")):
        run = support(*words, "-s", f"{key}=One thing", "-s", f"{key}=Another")
        assert (run.code, f"--set {key} is given twice" in run.err) == (2, True), run.err
    run = support("new", "--no-input", "-p", "software", "bug", "-s", "steps=Open it", "-s", "steps=Print it", "--json")
    assert "steps" not in {one["where"] for one in run.json["error"]["findings"]}


def test_flags_and_lists_may_be_repeated(support, here, answers):
    run = support(*NEW, "-a", str(answers), "-q", "-q", "--to", "a@example.org", "--to", "b@example.org", "--json")
    assert run.code == 0, run.err
    (message,) = (here / "out").glob("*.eml")
    assert b"To: a@example.org, b@example.org" in message.read_bytes()


# --- Tables as spreadsheets write them --------------------------------------------------------------


@each(
    ("heading", "separator"),
    [
        ("a,b", ","),
        ("a;b", ";"),
        ("a\tb", "\t"),
        ('"a;x",b', ","),
        ('"a,x";b', ";"),
        ("a", ","),
        ('"a ""b;c""",d', ","),
    ],
)
def test_what_separates_cells_is_told_from_the_heading(heading, separator):
    from support_cli.requests.batch import separator_of

    assert separator_of(heading) == separator


def test_a_line_may_name_the_separator(support, here):
    (here / "rows.csv").write_text("sep=|\n" + csv_of(GIVEN, "|"), "utf-8")
    assert support("batch", "rows.csv", "-o", "out/").code == 0


def test_a_cell_holds_several_files_by_one_rule(support, here):
    for name in ("a.log", "b.log", "c.log"):
        (here / name).write_text(name, "utf-8")
    rows = [csv_of({**GIVEN, "attach": cell}, ";") for cell in ("a.log; b.log", "a.log\nb.log\nc.log")]
    (here / "rows.csv").write_text(rows[0] + rows[1].partition("\n")[2], "utf-8")
    made = support("batch", "rows.csv", "-o", "out/", "--json", "--allow-files", ".")
    assert made.code == 0, made.err
    requests = [json.loads(support("render", row["id"], "-f", "json").out) for row in made.json]
    names = [[one["name"] for one in request["attachments"]] for request in requests]
    assert names == [["a.log", "b.log"], ["a.log", "b.log", "c.log"]]


def test_a_batch_says_what_is_weak_about_a_row(support, here):
    row = {**GIVEN, "details": "My password: Kotik2019, and the card is 4111 1111 1111 1111."}
    (here / "rows.jsonl").write_text(json.dumps(row), "utf-8")
    run = support("batch", "rows.jsonl", "-o", "out/")
    assert (run.code, "Kotik2019" in run.err) == (0, False)
    assert "What happened? This looks like a password." in run.err
    assert "1 request made, 0 failed, 1 with warnings." in run.err


def test_places_of_one_name_are_found_in_few_steps(tmp_path, monkeypatch):
    from support_cli.requests import written

    for number in range(1, 301):
        (tmp_path / (f"a-{number}.md" if number > 1 else "a.md")).touch()
    looked = []
    exists = os.path.lexists
    monkeypatch.setattr(written.os.path, "lexists", lambda place: looked.append(place) or exists(place))
    assert written.free_places([tmp_path / "a.md", tmp_path / "a.eml"]) == [
        tmp_path / "a-301.md",
        tmp_path / "a-301.eml",
    ]
    assert len(looked) < 50


def test_a_table_is_not_held_in_memory(tmp_path):
    from support_cli.requests.batch import _rows

    class Folder:
        cwd = tmp_path

    (tmp_path / "rows.csv").write_text("summary,details\n" + "a,bbbbbbbbbbbbbbbbbbbb\n" * 100_000, "utf-8")
    tracemalloc.start()
    assert sum(1 for _row in _rows(Folder(), "rows.csv")) == 100_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_000_000


def test_json_that_is_none_says_where():
    for text, said in (("[1, 2", "line 1"), ("NaN", "NaN is not JSON"), ("[" * 100_000, "nested too deeply")):
        with pytest.raises(ValueError, match=said):
            reading.parse_json(text)
