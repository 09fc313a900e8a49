"""Issue forms end to end: chosen in a clone, asked, rendered, read back, handed to the browser."""

import os
import stat
import subprocess
from pathlib import Path

import pytest

from support_cli.base.errors import AnswersError, InterruptedRun
from support_cli.cli.context import Context
from support_cli.cli.global_flags import GlobalFlags
from support_cli.cli.printing import print_outcome
from support_cli.distribution import find
from support_cli.forms.model import Kind
from support_cli.interview.prompter import Act, Edit
from support_cli.requests.compose import new
from support_cli.requests.options import NewOptions
from tests.requests.scripted import SKIP, Person

FORM = """
name: Bug report
description: Something is broken
title: "[Bug]: "
labels: [bug]
body:
  - type: markdown
    attributes: {value: "**Thanks** for [reporting](https://example.org)!"}
  - type: textarea
    id: what
    attributes: {label: What happened?, render: shell}
    validations: {required: true}
  - type: dropdown
    id: where
    attributes: {label: Where, multiple: true, options: [Linux, macOS, "Windows, any"]}
  - type: checkboxes
    id: rules
    attributes:
      label: Rules
      options:
        - {label: I searched for <b>duplicates</b>, required: true}
        - {label: I have logs}
  - type: input
    attributes: {label: Version & build}
"""
CONFIG = """
blank_issues_enabled: true
contact_links:
  - {name: Chat, url: "https://chat.example.org", about: Ask there}
"""


@pytest.fixture
def clone(work_folder: Path) -> Path:
    """A clone of a repository with one form, one template and a chooser; it is the current folder."""
    folder = work_folder / ".github" / "ISSUE_TEMPLATE"
    folder.mkdir(parents=True)
    (folder / "bug.yml").write_text(FORM, "utf-8")
    (folder / "idea.md").write_text("---\nname: Idea\nabout: Wish for something\n---\n## What\n\n## Why\n", "utf-8")
    (folder / "config.yml").write_text(CONFIG, "utf-8")
    (work_folder / ".git").mkdir()
    (work_folder / ".git" / "config").write_text('[remote "origin"]\n\turl = git@github.com:anna/tool.git\n', "utf-8")
    return work_folder


STEPS = (
    ("title", "It crashes"),
    ("what", "$ tool\nSegmentation fault"),
    ("where", ["Linux", "macOS"]),
    ("rules", ["I searched for duplicates"]),
    ("version-build", "1.10"),
)
BODY = """### What happened?

```shell
$ tool
Segmentation fault
```

### Where

Linux, macOS

### Rules

- [x] I searched for <b>duplicates</b>
- [ ] I have logs

### Version & build

1.10"""


def test_the_chooser_of_a_clone_leads_to_a_body_that_equals_the_web_forms(bench, clone):
    person = Person(("choose", "bug"), *STEPS, ("review", "write"))
    outcome = new(bench(person), NewOptions(output="body.md"))
    person.done()
    assert (clone / "body.md").read_text("utf-8") == BODY
    assert outcome.subject == "[Bug]: It crashes"


def test_forms_come_before_templates_then_links_then_the_blank_issue(bench, clone):
    shown = []
    person = Person(("choose", lambda said: shown.extend(c.key for c in said[1]) or "chat"))
    with pytest.raises(InterruptedRun):
        new(bench(person), NewOptions())
    assert shown == ["bug", "idea", "chat", "blank"]
    assert any("https://chat.example.org" in text for text in person.said)


def test_markdown_of_the_form_is_readable_and_the_title_begins_with_its_prefix(bench, clone):
    person = Person(("choose", "bug"), *STEPS, ("review", "save"))
    new(bench(person), NewOptions())
    assert person.screens[0].value == "[Bug]: "
    assert person.screens[1].notes == "Thanks for reporting (https://example.org)!"


def test_a_blank_issue_is_a_title_and_a_text(bench, clone):
    person = Person(("choose", "blank"), ("title", "Hello"), ("body", "# As it is\n\n> kept"), ("review", "write"))
    new(bench(person), NewOptions(output="blank.md"))
    assert (clone / "blank.md").read_text("utf-8").rstrip("\n") == "# As it is\n\n> kept"


def test_a_body_goes_back_into_answers(bench, clone):
    (clone / "old.md").write_text(BODY, "utf-8")
    outcome = new(bench(), NewOptions(form="bug", no_input=True, body="old.md", output="-"))
    assert outcome.text == BODY


def test_what_a_body_does_not_tell_is_said(bench, clone):
    (clone / "old.md").write_text(BODY.replace("Linux, macOS", "Linux, Windows, any"), "utf-8")
    made = bench()
    outcome = new(made, NewOptions(form="bug", no_input=True, body="old.md", output="-"))
    assert outcome.request.value("where") == ["Linux", "Windows, any"]


def test_the_web_form_opens_with_the_answers_in_it(bench, clone, monkeypatch):
    opened = []
    monkeypatch.setattr("webbrowser.open", lambda url: opened.append(url) or True)
    person = Person(("choose", "bug"), *STEPS, ("review", "send"))
    outcome = new(bench(person), NewOptions())
    assert person.pages[0].can_send
    assert opened[0].startswith(
        "https://github.com/anna/tool/issues/new?template=bug.yml&title=%5BBug%5D%3A%20It%20crashes"
    )
    assert "what=%24%20tool%0ASegmentation%20fault" in opened[0]
    assert outcome.state == "prepared"
    assert set(outcome.opened.left_out) == {
        "where",
        "rules",
        *(["version-build"] if "build=1.10" not in opened[0] else []),
    }


def test_files_that_no_question_asks_for_are_shown_back_and_named_at_the_end(bench, clone, monkeypatch):
    monkeypatch.setattr("webbrowser.open", lambda _url: True)
    (clone / "trace.txt").write_text("x", "utf-8")
    person = Person(
        ("choose", "bug"), *STEPS, ("review", Act("attach")), ("attachments", ["trace.txt"]),
        ("review", Edit("attachments")), ("attachments", []), ("review", "send"),
    )  # fmt: skip
    outcome = new(bench(person), NewOptions())
    assert (person.pages[1].rows[-1].label, person.pages[1].rows[-1].text) == ("Files", "trace.txt")
    assert person.pages[0].size == 0, "an issue is no message"
    assert outcome.opened.files == ("trace.txt",)
    assert "Where" in outcome.opened.labels


def test_boxes_that_are_due_are_named_by_their_numbers(bench, clone):
    person = Person(("choose", "bug"), *STEPS[:-2], ("rules", []), *STEPS[-2:], ("review", "save"))
    new(bench(person), NewOptions())
    assert person.refused == [("rules", "Box 1 has to be ticked.")]


def test_without_a_browser_the_address_is_there_to_be_opened_elsewhere(bench, clone, monkeypatch, capsys):
    monkeypatch.setattr("webbrowser.open", lambda url: False)
    sets = (
        "title=It crashes",
        "what=It stops",
        "where=Linux",
        "rules=I searched for <b>duplicates</b>",
        "version-build=1",
    )
    outcome = new(bench(), NewOptions(form="bug", no_input=True, set=sets, send=True, channel="browser"))
    assert (outcome.state, outcome.opened.shown, int(outcome.exit_code)) == ("prepared", False, 0)
    print_outcome(outcome, Context(GlobalFlags()))
    said = capsys.readouterr()
    assert said.out.strip() == outcome.opened.url
    assert "No browser" in said.err


@pytest.mark.skipif(os.name == "nt", reason="the stand-in is a shell script")
def test_gh_gets_title_body_and_labels(bench, clone, tmp_path, monkeypatch):
    """The real program needs an account; the stand-in writes down how it was called."""
    program = tmp_path / "bin" / "gh"
    program.parent.mkdir()
    program.write_text(
        f'#!/bin/sh\nprintf "%s\\n" "$@" > {tmp_path}/words\n'
        f'while [ $# -gt 0 ]; do [ "$1" = --body-file ] && cp "$2" {tmp_path}/body; shift; done\n'
        "echo https://github.com/anna/tool/issues/7\n",
        "utf-8",
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    sets = ("title=It crashes", "what=$ tool\nSegmentation fault", "where=Linux", "where=macOS",
            "rules=I searched for <b>duplicates</b>", "version-build=1.10")  # fmt: skip
    outcome = new(bench(), NewOptions(form="bug", no_input=True, set=sets, send=True, channel="gh"))
    assert (tmp_path / "body").read_text("utf-8") == BODY
    words = (tmp_path / "words").read_text("utf-8").split("\n")
    assert words[:6] == ["issue", "create", "--repo", "https://github.com/anna/tool", "--title", "[Bug]: It crashes"]
    assert words[words.index("--label") + 1] == "bug"
    assert (outcome.state, outcome.opened.url) == ("sent", "https://github.com/anna/tool/issues/7")


def test_a_missing_program_is_said_before_the_first_question(bench, clone, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(Exception, match="gh"):
        new(bench(), NewOptions(form="bug", no_input=True, send=True, channel="gh"))


def test_a_faulty_form_is_used_with_a_warning_and_refused_when_strict(bench, clone):
    path = clone / ".github" / "ISSUE_TEMPLATE" / "bug.yml"
    path.write_text(FORM + "  - {type: input, attributes: {label: x, colour: red}}\n", "utf-8")
    made = bench()
    with pytest.raises(AnswersError):
        new(made, NewOptions(form="bug", no_input=True))
    assert any("`colour` is not a permitted attribute" in line for line in made.environ["said"])
    with pytest.raises(Exception, match="colour"):
        new(bench(), NewOptions(form="bug", no_input=True, strict_form=True))


MATERIAL = Path(__file__).resolve().parents[2].parent / "shared" / "forms" / "forms"


def answered(screen):
    """An answer that will do, whatever is asked."""
    question = screen.question
    if question.kind is Kind.UPLOAD:
        return []
    if question.kind is Kind.CHECKBOXES:
        return [option.label for option in question.options]
    if question.kind is Kind.DROPDOWN:
        return [question.options[0].label] if question.multiple else question.options[-1].label
    if question.kind is Kind.NUMBER:
        return 1
    return "an answer\nof two lines" if question.kind is Kind.TEXTAREA else "an answer"


def skipped(screen):
    """Nothing, wherever nothing will do."""
    question = screen.question
    boxes = any(option.required for option in question.options) if hasattr(screen, "check") else False
    return answered(screen) if question.required or boxes else SKIP


@pytest.mark.slow
@pytest.mark.parametrize("manner", [answered, skipped], ids=["everything", "as-little-as-may-be"])
def test_every_real_form_of_the_material_is_asked_and_rendered(bench, work_folder, manner):
    """Reads the forms in the sibling folder ``shared/forms``, where it exists, and prints how many."""
    done = 0
    for path in sorted(MATERIAL.glob("*")) if MATERIAL.is_dir() else ():
        if path.suffix not in (".yml", ".yaml", ".md") or "config" in path.name:
            continue
        if find.offers(path) is None:
            continue
        person = Person(otherwise=lambda screen: manner(screen) if hasattr(screen, "question") else "write")
        outcome = new(bench(person), NewOptions(pack=str(path), output="out/"))
        text = Path(outcome.files[0].path).read_text("utf-8")
        assert text or manner is skipped, path.name
        done += 1
    print(f"forms asked and rendered: {done} of {MATERIAL}")
    assert done >= 60 or not MATERIAL.is_dir()


def test_in_a_clone_without_forms_the_general_pack_is_asked(bench, work_folder):
    subprocess.run(["git", "init", "-q", str(work_folder)], check=True)
    with pytest.raises(AnswersError) as error:
        new(bench(), NewOptions(no_input=True))
    assert "consent" in [f.where for f in error.value.findings]
