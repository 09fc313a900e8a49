"""JSON Schemas: valid themselves, true to the packs and answers there are, and explained key by key."""

import json
from functools import cache

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support_cli.authoring.schema import FILE_KINDS, answers_schema, publish, schema_of_kind, when_data
from support_cli.base.errors import UsageError
from support_cli.forms import questionnaire
from support_cli.forms.model import ALWAYS, All, Answered, AnyOf, Form, Kind, Matches, Not
from support_cli.forms.request import dump_json
from support_cli.packs import load
from support_cli.packs.yamltext import parse
from tests.making import answered_forms, ask, conditions, form, line
from tests.render.making import request
from tests.table import each, sample


@cache
def validator(schema):
    """Of a schema as text, itself valid."""
    read = json.loads(schema)
    jsonschema.Draft202012Validator.check_schema(read)
    return jsonschema.Draft202012Validator(read)


def faults(schema, data):
    return [error.message for error in validator(json.dumps(schema)).iter_errors(data)]


FILES = {
    "pack": sorted(load.builtin_root().glob("*/pack.yml")),
    "form": sorted(load.builtin_root().glob("*/forms/*.yml")),
    "test": sorted(load.builtin_root().glob("*/tests/*.yml")),
}


@pytest.mark.parametrize("part", sample(range(6), every=6))
@each("kind", FILES)
def test_files_of_ours_follow_their_schema(kind, part):
    for path in FILES[kind][part::6]:
        assert faults(schema_of_kind(kind), parse(path.read_bytes(), name=path.name).data) == [], path


def test_a_request_file_follows_its_schema():
    data = json.loads(dump_json(request({"summary": "x", "steps": ["a"], "consent": True, "n": 5})))
    assert faults(schema_of_kind("request"), data) == []
    assert faults(schema_of_kind("request"), {**data, "created": 5, "more": 1}) != []


@each(
    ("kind", "data"),
    [
        ("pack", {"pack": "Big Name"}),
        ("pack", {"pack": "x", "titel": "y"}),
        ("pack", {"pack": "x", "channels": {"mail": {"to": "x"}}}),
        ("pack", {"pack": "x", "routes": [{"when": {"a": {"answred": True}}}]}),
        ("form", {"name": "x"}),
        ("form", {"name": "x", "body": [{"type": "inptu", "attributes": {"label": "x"}}]}),
        ("form", {"name": "x", "body": [{"type": "input", "attributes": {"label": "x"}, "role": "sumary"}]}),
        ("form", {"name": "x", "body": [{"type": "input", "attributes": {"label": "x"}, "when": {"not": [1]}}]}),
        ("test", {"answers": {}, "expect": {"documents": ["ticket"]}}),
    ],
)
def test_a_slip_is_seen_in_the_editor(kind, data):
    assert faults(schema_of_kind(kind), data) != []


@each("kind", FILE_KINDS)
def test_every_key_is_explained_in_plain_words(kind):
    schema = schema_of_kind(kind)
    for name, one in {"": schema, **schema["$defs"]}.items():
        for key, value in one.get("properties", {}).items():
            text = value.get("description", "")
            assert text, (name, key)
            assert "``" not in text
            assert "Attributes:" not in text
        assert one.get("description") or "enum" in one, name


def test_an_unknown_kind_is_refused(bench):
    with pytest.raises(UsageError, match="no schema"):
        publish(bench(), "packs", "", "")
    with pytest.raises(UsageError, match="Only answers"):
        publish(bench(), "form", "bug", "")


QUESTIONS = form(
    ask(Kind.DROPDOWN, "connection", ("Wi-Fi", "Cable"), required=True),
    line("summary", required=True, max_length=10),
    line("router", required=True, when=Matches("connection", ("Wi-Fi",))),
    ask(Kind.CHECKBOXES, "boxes", ("A", "B")),
    ask(Kind.STEPS, "steps"),
    ask(Kind.NUMBER, "count", minimum=1),
    ask(Kind.CONFIRM, "agreed", required=True),
    ask(Kind.DATE, "day"),
    ask(Kind.EMAIL, "email"),
    ask(Kind.PHONE, "phone"),
    require_any=(("email", "phone"),),
)
FULL = {"connection": "Cable", "summary": "x", "agreed": True, "email": "a@example.org"}


def of(made: Form, **texts: str):
    return answers_schema(made, texts, "pack")


@each(
    "more",
    [
        {},
        {"boxes": ["A", "B"], "steps": ["one", "two"], "count": 5, "day": "2026-11-21"},
        {"boxes": "A", "steps": "one", "count": "5", "day": "21.11.2026"},
        {"boxes": None, "steps": None, "count": None, "day": None, "phone": None},
        {"connection": "Wi-Fi", "router": "mine"},
        {"agreed": "yes"},
        {"connection": "Кабель"},
    ],
)
def test_answers_that_will_do_pass(more):
    assert faults(of(QUESTIONS, Cable="Кабель"), {**FULL, **more}) == []


@each(
    "more",
    [
        {"connection": "Fibre"},
        {"connection": None},
        {"connection": "Wi-Fi"},
        {"connection": "Wi-Fi", "router": ""},
        {"summary": "much too long for it"},
        {"boxes": ["C"]},
        {"boxes": ["A", "A"]},
        {"count": 0},
        {"agreed": "perhaps"},
        {"day": "yesterday"},
        {"email": None},
        {"emial": "a@example.org"},
    ],
)
def test_answers_that_will_not_do_are_seen_in_the_editor(more):
    assert faults(of(QUESTIONS), {**FULL, **more}) != []


def test_an_editor_gets_titles_hints_and_conditions():
    schema = of(QUESTIONS, connection="Як під’єднано?", Cable="Кабель")
    properties = schema["properties"]
    assert properties["connection"]["title"] == "Як під’єднано?"
    assert {"const": "Cable", "title": "Кабель"} in properties["connection"]["anyOf"]
    assert properties["router"]["x-when"] == {"connection": "Wi-Fi"}
    assert "Wi-Fi" in properties["router"]["description"]
    assert schema["required"] == ["connection", "summary", "agreed"]


def test_a_pattern_that_javascript_reads_otherwise_is_kept_from_editors():
    made = of(form(line("a", pattern="[0-9]{4}"), line("b", pattern=r"\p{L}+"), line("c", pattern="(?i)x")))
    assert made["properties"]["a"]["pattern"] == "^(?:[0-9]{4})$"
    assert all("pattern" not in made["properties"][key] and "x-pattern" in made["properties"][key] for key in "bc")


@given(answered_forms())
def test_what_the_questionnaire_takes_the_schema_takes(made):
    a_form, answers = made
    kept = questionnaire.effective(a_form, answers)
    wrong = questionnaire.check(a_form, kept)
    assert (faults(of(a_form), kept) == []) == (not wrong)


def can_be_written(condition):
    """Whether a form can say it: an empty mapping stands for nothing but no condition at all."""
    if isinstance(condition, Not):
        return can_be_written(condition.part)
    if isinstance(condition, All | AnyOf):
        return bool(condition.parts) and all(map(can_be_written, condition.parts))
    return True


@given(st.integers(1, 4).flatmap(conditions).filter(can_be_written))
def test_a_condition_can_be_written_down_and_read_back(condition):
    from support_cli.packs.conditions import ConditionReader

    known = [line(f"q{number}") for number in range(4)]
    findings = []
    parsed = parse(json.dumps({"when": when_data(condition)}), name="x")
    read = ConditionReader(parsed, findings).read(parsed.data["when"], ("when",), known)
    for answers in ({}, {"q0": "Wi-Fi"}, {"q0": "Bill", "q1": "5"}, {"q1": "wifi", "q2": "Wi-Fi", "q3": "5"}):
        assert questionnaire.holds(read, answers, {}) == questionnaire.holds(condition, answers, {})


def test_conditions_are_written_as_forms_write_them():
    assert when_data(Matches("a", ("x",))) == {"a": "x"}
    assert when_data(All((Matches("a", ("x", "y")), Answered("b", False)))) == {
        "a": ["x", "y"],
        "b": {"answered": False},
    }
    assert when_data(Not(AnyOf((Matches("a", ("x",)),)))) == {"not": {"any": [{"a": "x"}]}}
    assert when_data(ALWAYS) == {}


def test_a_number_that_a_condition_names_as_text_counts():
    of_number = form(ask(Kind.NUMBER, "n"), ask(Kind.INPUT, "b", required=True, when=Matches("n", ("5",))))
    assert faults(of(of_number), {"n": 5})
    assert not faults(of(of_number), {"n": 6})
