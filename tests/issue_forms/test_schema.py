"""The verdict of the public JSON schema."""

import copy

from support_cli.issue_forms.items import known_language
from support_cli.packs.yamltext import parse
from tests.issue_forms.schema import config_errors, schema_errors
from tests.issue_forms.texts import BUG
from tests.table import each


def good() -> dict[str, object]:
    data = parse(BUG, name="bug.yml").data
    assert isinstance(data, dict)
    # What GitHub documents and the schema does not know: a rule, and several names in one text.
    del data["body"][2]["validations"]["min_length"]
    data["assignees"] = ["mira", "tomek"]
    return data


def changed(path: str, value: object) -> dict[str, object]:
    data = copy.deepcopy(good())
    place: object = data
    *steps, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    for step in steps:
        place = place[step]  # type: ignore[index]
    place[last] = value  # type: ignore[index]
    return data


def test_a_good_form_is_good() -> None:
    assert schema_errors(good()) == []


@each(
    ("path", "value"),
    [
        ("name", ""),
        ("name", 3),
        ("description", None),
        ("title", ""),
        ("labels", []),
        ("labels", ["a", "a"]),
        ("labels", [1]),
        ("labels", {}),
        ("projects", "a/1"),
        ("assignees", "-mira"),
        ("assignees", "a--b"),
        ("assignees", "x" * 40),
        ("type", True),
        ("body", []),
        ("body", {}),
        ("body.0", "text"),
        ("body.0.id", "note"),
        ("body.0.attributes.value", ""),
        ("body.0.attributes.label", "x"),
        ("body.1.type", "email"),
        ("body.1.id", "a b"),
        ("body.1.attributes.label", ""),
        ("body.1.attributes.render", "shell"),
        ("body.1.validations.required", "yes"),
        ("body.1.validations.min_length", 3),
        ("body.3.attributes.render", "UnknownRender"),
        ("body.3.attributes.render", "SHELL"),
        ("body.4.attributes.options", []),
        ("body.4.attributes.options", ["a", "a"]),
        ("body.4.attributes.options", ["a", True]),
        ("body.4.attributes.default", 1.5),
        ("body.4.attributes.default", True),
        ("body.4.attributes.multiple", 1),
        ("body.6.validations", {"required": True}),
        ("body.6.attributes.options.0.required", 1),
        ("body.6.attributes.options.0.description", "x"),
        ("body.7.attributes.placeholder", "x"),
        ("body.7.validations.accept", [".png"]),
        ("hello", "world"),
    ],
)
def test_a_fault_is_a_fault(path: str, value: object) -> None:
    assert schema_errors(changed(path, value))


@each(
    ("path", "value"),
    [
        ("name", " "),
        ("labels", "bug, triage"),
        ("assignees", "mira"),
        ("projects", []),
        ("body.1.attributes.description", ""),
        ("body.3.attributes.render", "Shell"),
        ("body.3.attributes.render", "c++"),
        ("body.4.attributes.default", 99),
        ("body.4.attributes.default", 1.0),
        ("body.7.validations.accept", ""),
    ],
)
def test_what_the_schema_takes_is_taken(path: str, value: object) -> None:
    assert schema_errors(changed(path, value)) == []


@each("key", ["name", "description", "body"])
def test_what_must_be_there(key: str) -> None:
    data = good()
    del data[key]
    assert schema_errors(data) == [f"form: `{key}` is missing"]


def test_the_chooser() -> None:
    link = {"name": "Forum", "url": "https://example.org", "about": "Ask there"}
    assert config_errors({"blank_issues_enabled": False, "contact_links": [link]}) == []
    assert config_errors({}) == []
    for wrong in (
        {"contact_links": []},
        {"contact_links": [{**link, "url": "ftp://x"}]},
        {"contact_links": [{"name": "Forum", "url": "https://example.org"}]},
        {"contact_links": [{**link, "icon": "x"}]},
        {"blank_issues_enabled": "no"},
        {"other": 1},
        [],
    ):
        assert config_errors(wrong)


def test_languages_are_known_in_any_case_but_spelled_in_two() -> None:
    assert known_language("SHELL")
    assert not known_language("SHELL", exact=True)
    assert known_language("Shell", exact=True)
    assert known_language("bash", exact=True)
    assert not known_language("klingon")
