"""Faults of issue forms, in GitHub's words and with their place."""

from support_cli.base.finding import Finding, Level
from support_cli.issue_forms import form
from support_cli.packs.errors import PackError
from tests.issue_forms.texts import BUG
from tests.table import each

HEAD = "name: Bug report\ndescription: It asks\nbody:\n"
LINE = "- type: input\n  attributes:\n    label: Name\n"


def findings(text: str) -> list[Finding]:
    try:
        return list(form.load(text, name="f.yml", form_id="f", platform="github").findings)
    except PackError as error:
        return list(error.findings)  # type: ignore[arg-type]


CASES = {
    "no name": (f"description: d\nbody:\n{LINE}", "Required top level key `name` is missing", "1:1"),
    "no description": (f"name: Long\nbody:\n{LINE}", "Required top level key `description` is missing", "1:1"),
    "no body": ("name: Long\ndescription: d\n", "Required top level key `body` is missing", "1:1"),
    "description no text": (f"name: Long\ndescription: true\nbody:\n{LINE}", "`description` must be a string", "2:1"),
    "blank name": (f'name: "  "\ndescription: d\nbody:\n{LINE}', "`name` must be a string", "1:1"),
    "labels a mapping": (f"labels: {{a: b}}\n{HEAD}{LINE}", "`labels` must be a string", "1:1"),
    "unknown key": (f"{HEAD}{LINE}hello: world\n", "`hello` is not a permitted key", "7:1"),
    "old key": (f"{HEAD}{LINE}issue_body: false\n", "`issue_body` is not a permitted key", "7:1"),
    "key read as yes": (f"{HEAD}{LINE}on: push\n", "Forbidden keys: `on`", "7:1"),
    "empty body": ("name: Long\ndescription: d\nbody: []\n", "Body cannot be empty", "3:1"),
    "only markdown": (
        f"{HEAD}- type: markdown\n  attributes: {{value: Hi}}\n",
        "Body must contain at least one non-markdown field",
        "3:1",
    ),
    "same ids": (
        f"{HEAD}- type: input\n  id: a\n  attributes: {{label: A}}\n"
        "- type: input\n  id: a\n  attributes: {label: B}\n",
        "Body must have unique ids",
        "8:3",
    ),
    "same labels": (f"{HEAD}{LINE}{LINE}", "Body must have unique labels", "9:5"),
    "labels too similar": (
        f"{HEAD}{LINE}- type: input\n  attributes:\n    label: Name???\n",
        "Labels are too similar",
        "9:5",
    ),
    "label like an id": (
        f"{HEAD}{LINE}- type: input\n  id: name\n  attributes:\n    label: Other\n",
        "Labels are too similar",
        "10:5",
    ),
    "box like a label": (
        f"{HEAD}{LINE}- type: checkboxes\n  attributes:\n    label: Boxes\n    options:\n    - label: Name\n",
        "Checkboxes must have unique labels",
        "11:7",
    ),
    "no type": (f"{HEAD}- attributes: {{label: A}}\n", "Body[0]: required key type is missing", "4:3"),
    "unknown type": (f"{HEAD}{LINE}- type: x\n", "Body[1]: `x` is not a valid input type", "7:3"),
    "markdown without value": (
        f"{HEAD}{LINE}- type: markdown\n",
        "Body[1]: required attribute key `value` is missing",
        "7:3",
    ),
    "no label": (
        f"{HEAD}- type: input\n  attributes: {{}}\n",
        "Body[0]: required attribute key `label` is missing",
        "5:3",
    ),
    "label no text": (
        f"{HEAD}- type: input\n  attributes:\n    label: 1.3\n",
        "Body[0]: label must be a string",
        "6:5",
    ),
    "blank label": (f'{HEAD}- type: input\n  attributes:\n    label: " "\n', "Body[0]: label must be a string", "6:5"),
    "id with a blank": (
        f"{HEAD}- type: input\n  id: first name\n  attributes: {{label: A}}\n",
        "Body[0]: `id` can only contain numbers, letters, -, _",
        "5:3",
    ),
    "unknown key of an item": (f"{HEAD}{LINE}  x: woof\n", "Body[0]: `x` is not a permitted key", "7:3"),
    "password": (
        f"{HEAD}- type: input\n  attributes:\n    label: Your password\n",
        "Body[0]: `label` contains forbidden word",
        "6:5",
    ),
    "unknown attribute": (f"{HEAD}{LINE}    x: woof\n", "Body[0]: `x` is not a permitted attribute", "7:5"),
    "same options": (
        f"{HEAD}- type: dropdown\n  attributes:\n    label: A\n    options: [ice, ice, pie]\n",
        "Body[0]: `options` must be unique",
        "7:5",
    ),
    "same boxes": (
        f"{HEAD}- type: checkboxes\n  attributes:\n    label: A\n    options: [{{label: b}}, {{label: b}}]\n",
        "Body[0]: `options` must be unique",
        "7:5",
    ),
    "none": (
        f"{HEAD}- type: dropdown\n  attributes:\n    label: A\n    options:\n    - Pie\n    - None\n",
        "Body[0]: `options` must not include the reserved word, none",
        "9:7",
    ),
    "booleans": (
        f"{HEAD}- type: dropdown\n  attributes:\n    label: A\n    options:\n    - Maybe\n    - Yes\n",
        "Body[0]: `options` must not include booleans. Please wrap values such as 'yes', and 'true' in quotes",
        "9:7",
    ),
    "required no truth": (
        f"{HEAD}{LINE}  validations:\n    required: maybe\n",
        "Body[0]: required must be a boolean",
        "8:5",
    ),
    "unknown rule": (f"{HEAD}{LINE}  validations:\n    size: 3\n", "Body[0]: `size` is not a permitted key", "8:5"),
    "default out of range": (
        f"{HEAD}- type: dropdown\n  attributes:\n    label: A\n    options: [a]\n    default: 1\n",
        "Body[0]: `default` is out of range",
        "8:5",
    ),
    "box with a description": (
        f"{HEAD}- type: checkboxes\n  attributes:\n    label: A\n    options:\n    - label: b\n      description: c\n",
        "Body[0]: `description` is not a permitted attribute",
        "9:7",
    ),
}


@each("case", CASES)
def test_is_told_in_githubs_words_with_line_and_column(case: str) -> None:
    text, message, place = CASES[case]
    found = {finding.message: finding for finding in findings(text)}
    assert message in found
    assert (found[message].level, found[message].where) == (Level.ERROR, f"f.yml:{place}")


@each("case", [case for case in CASES if case not in ("no body", "empty body")])
def test_whatever_can_be_asked_is_asked(case: str) -> None:
    text, _message, _place = CASES[case]
    loaded = form.load(text, name="f.yml", form_id="f", platform="github")
    assert loaded.refused
    assert loaded.form.questions


@each(
    "body",
    [
        "- type: input\n  id: a\n  attributes: {label: Name}\n- type: input\n  attributes: {label: Name}\n",
        "- type: input\n  id: a\n  attributes: {label: Name}\n- type: input\n  id: b\n  attributes: {label: Name}\n",
        f"{LINE}- type: checkboxes\n  attributes: {{label: Boxes, options: [{{label: name}}]}}\n",
        "- type: input\n  id: a\n  attributes: {label: Name}\n"
        "- type: checkboxes\n  attributes: {label: Boxes, options: [{label: Name}]}\n",
        "- type: textarea\n  attributes: {label: A, render: Shell, value:, placeholder: ''}\n",
        "- type: textarea\n  attributes: {label: A}\n  validations: {required: true, min_length: 3}\n",
        "- type: upload\n  attributes: {label: A}\n  validations: {accept: '.png,.tar.gz'}\n",
    ],
)
def test_what_github_takes_is_not_told(body: str) -> None:
    assert findings(HEAD + body) == []


@each(
    ("text", "level", "words"),
    [
        (f"name: Bug\ndescription: d\nbody:\n{LINE}", Level.WARNING, "more than 3 characters"),
        (
            f"{HEAD}- type: input\n  attributes: {{label: 版本}}\n- type: input\n  attributes: {{label: 描述}}\n",
            Level.WARNING,
            "too similar",
        ),
        (
            f"{HEAD}- type: textarea\n  attributes: {{label: A, render: klingon}}\n",
            Level.HINT,
            "`klingon` is not a language",
        ),
        (
            f"{HEAD}{LINE}- type: markdown\n  id: x\n  attributes: {{value: a}}\n",
            Level.HINT,
            "`id` is not a permitted key",
        ),
        (
            f"{HEAD}- type: upload\n  attributes: {{label: A}}\n  validations: {{accept: '.exe'}}\n",
            Level.WARNING,
            "`.exe`",
        ),
        (f"{HEAD}{LINE}  type: textarea\n", Level.WARNING, "“type” stands twice"),
        (f"title: ''\n{HEAD}{LINE}", Level.WARNING, "`title` must be a string"),
    ],
)
def test_what_github_shows_all_the_same_is_no_error(text: str, level: Level, words: str) -> None:
    (finding,) = findings(text)
    assert finding.level is level
    assert words in finding.message


def test_a_form_of_nothing_but_faults_is_told_briefly() -> None:
    assert len(findings(HEAD + "- {}\n" * 5000)) == 200


def test_a_language_that_github_does_not_know_is_no_matter_of_gitea() -> None:
    text = BUG.replace("render: shell", "render: no-such-language")
    found = {
        platform: "T134" in {f.code for f in form.load(text, name="f", form_id="f", platform=platform).findings}
        for platform in ("github", "gitea")
    }
    assert found == {"github": True, "gitea": False}
