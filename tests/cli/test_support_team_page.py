"""docs/support-team.md: its examples work, and it leaves nothing out."""

import re
import shlex
from pathlib import Path

import pytest

from support_cli.authoring.check import FIXES
from support_cli.authoring.schema import schema_of_kind
from support_cli.forms.model import ALWAYS, Kind, Question, Role
from support_cli.packs import schema, tests
from support_cli.packs.conditions import ConditionReader
from support_cli.packs.native import read_manifest
from support_cli.packs.yamltext import parse
from tests.table import each

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = (ROOT / "docs" / "support-team.md").read_text("utf-8")
BLOCK = re.compile(r"(?:<!-- file: (\S+) -->\n)?```(\w+)\n(.*?)```", re.DOTALL)
BLOCKS = [match.groups() for match in BLOCK.finditer(PAGE)]


def run_line(support, here, line):
    """Runs one line of a shell block; its comment says with which code it ends."""
    words = shlex.split(line, comments=True)
    assert words[0] == "support"
    target = words.index(">") if ">" in words else len(words)
    run = support(*words[1:target])
    if target < len(words):
        (here / words[target + 1]).write_text(run.out, "utf-8")
    wanted = re.search(r"#.*exit (\d)", line)
    assert run.code == (int(wanted[1]) if wanted else 0), (line, run)


@pytest.fixture
def followed(support, here):
    """A folder in which somebody did everything that the page says, in order."""
    for place, language, text in BLOCKS:
        if place:
            (here / place).parent.mkdir(parents=True, exist_ok=True)
            (here / place).write_text(text, "utf-8")
        elif language == "sh":
            for line in text.strip().splitlines():
                run_line(support, here, line)
        if "pack keygen" in text:
            manifest, key = here / "nordic" / "pack.yml", (here / "nordic.key.pub").read_text("utf-8").split()[-1]
            manifest.write_text(manifest.read_text("utf-8").replace("publisher:\n", f"publisher:\n  key: {key}\n"))
    return here


def test_a_stranger_gets_from_nothing_to_a_signed_pack_on_another_account(followed, support, monkeypatch, home):
    assert (followed / "nordic" / "tests" / "house.ticket.md").is_file()
    assert (followed / "nordic.zip.minisig").is_file()
    digest = support("pack", "verify", "nordic.zip", "--key", "nordic.key.pub", "--json").json["digest"]

    for name in (
        "HOME",
        "XDG_DATA_HOME",
        "XDG_CONFIG_HOME",
        "XDG_CACHE_HOME",
        "USERPROFILE",
        "LOCALAPPDATA",
        "APPDATA",
    ):
        monkeypatch.setenv(name, str(home / "other" / name))
    assert support("pack", "add", "nordic.zip", "--no-input").code == 3
    assert "proves nothing" not in support("pack", "add", "nordic.zip", "--no-input").err
    assert support("pack", "add", "nordic.zip", "--trust", digest).code == 0
    answers = followed / "moving.yml"
    answers.write_text(
        "summary: до Гавані, 12, першого березня\nhouse: A flat\nemail: a.kovalenko@example.net\n", "utf-8"
    )
    made = support("new", "moving", "-p", "nordic", "-a", "moving.yml", "--no-input", "--lang", "uk", "--json")
    assert made.code == 0, made
    assert made.json["state"] == "written"


def codes():
    found: set[str] = set()
    for folder in ("authoring", "packs"):
        for path in (ROOT / "support_cli" / folder).glob("*.py"):
            if "issue" not in path.name:
                found |= set(re.findall(r'"(T0\d\d)"', path.read_text("utf-8")))
    return found


def test_every_code_is_on_the_page_with_advice_and_a_test_and_no_other():
    tried = (ROOT / "tests" / "authoring" / "test_check.py").read_text("utf-8")
    assert codes() == set(re.findall(r"\bT0\d\d\b", PAGE)) == set(FIXES)
    assert codes() == set(re.findall(r'"(T0\d\d)"', tried))


KEYS = [
    *(("pack", key) for key in schema_of_kind("pack")["properties"]),
    *(("form", key) for key in schema_of_kind("form")["properties"]),
    *(("test", key) for key in schema_of_kind("test")["properties"]),
    *(("expect", key) for key in schema_of_kind("test")["$defs"]["Expect"]["properties"]),
    *(("question", key) for key in schema_of_kind("form")["$defs"]["InputItem"]["properties"] if key != "type"),
    *(("limits", field) for field in schema.LimitsFile.__struct_fields__ if field != "accept"),
    *(("type", kind.value) for kind in Kind),
    *(("role", role.value) for role in Role),
]


@each(("what", "key"), KEYS)
def test_every_key_type_and_role_is_on_the_page(what, key):
    assert re.search(rf"`{key}`|^  {key}:|`{key}[:,]", PAGE, re.MULTILINE), (what, key)


def test_the_page_has_no_types_of_questions_that_are_not_there():
    table = PAGE.partition("| type | takes |")[2].partition("\n\n")[0]
    named = {name for row in table.splitlines() if row for name in re.findall(r"`(\w+)`", row.split(" | ")[0])}
    assert named == {kind.value for kind in Kind}


def test_parts_of_a_manifest_on_the_page_are_right():
    parts = [
        text
        for place, language, text in BLOCKS
        if language == "yaml" and not place and "when: {connection" not in text and not text.startswith("story:")
    ]
    assert len(parts) == 4
    manifest = read_manifest(parse("pack: all\n" + "\n".join(parts), name="page"))
    assert manifest.routes
    assert manifest.not_ours
    assert manifest.working_hours
    assert manifest.channels[manifest.escalation].to
    assert manifest.limits.message == 14_000_000


def test_conditions_on_the_page_are_right():
    (text,) = [text for _place, _language, text in BLOCKS if "when: {connection" in text]
    known = [Question(id=name, kind=Kind.INPUT, label=name) for name in ("connection", "lights", "phone", "topic")]
    for line in text.strip().splitlines():
        parsed, findings = parse(line, name="page"), []
        when = ConditionReader(parsed, findings).read(parsed.data["when"], ("when",), known)
        assert findings == []
        assert when != ALWAYS


def test_links_within_the_page_lead_somewhere():
    heads = {
        re.sub(r"[^\w\- ]", "", head).replace(" ", "-").lower() for head in re.findall(r"^## (.+)$", PAGE, re.MULTILINE)
    }
    assert set(re.findall(r"\]\(#([^)]+)\)", PAGE)) <= heads
    for name in re.findall(r"\]\(([\w-]+\.md)\)", PAGE):
        assert (ROOT / "docs" / name).is_file()


def test_documents_and_blocks_on_the_page_are_those_of_general():
    ours = (ROOT / "templates" / "general" / "templates" / "ticket.md.j2").read_text("utf-8")
    for block in re.findall(r"{% block (\w+) %}", ours):
        assert f"`{block}`" in PAGE
    assert tests.DOCUMENT.fullmatch("ticket.uk.md")
