"""No form can crash us, whatever its YAML holds."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from support_cli.forms import questionnaire
from support_cli.issue_forms import form as issue_form
from support_cli.issue_forms.messages import LoadedForm
from support_cli.issue_forms.roles import infer
from support_cli.packs.errors import PackError
from tests.issue_forms.schema import config_errors, schema_errors
from tests.making import is_clean, nasty_text

_KEYS = [
    *("name", "description", "title", "labels", "assignees", "projects", "type", "body", "id", "attributes", "value"),
    *("validations", "label", "options", "required", "render", "multiple", "default", "accept", "visible", "list"),
    *("regex", "is_number", "min_length", "about", "inputs", "choices", "placeholder", "on", "yes", ""),
]
_TYPES = ["input", "textarea", "dropdown", "checkboxes", "markdown", "upload", "select", "Input"]
_leaf = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 5),
    st.floats(width=16),
    st.sampled_from(["", " ", "None", "a, b", "### x", "```", "form", "content", "x" * 50, *_TYPES]),
    nasty_text,
)
_tree = st.recursive(
    _leaf,
    lambda inside: st.one_of(st.lists(inside, max_size=4), st.dictionaries(st.sampled_from(_KEYS), inside, max_size=5)),
    max_leaves=25,
)
_item = st.fixed_dictionaries(
    {"type": st.one_of(_leaf, st.sampled_from(_TYPES))},
    optional={
        "id": _leaf,
        "attributes": st.one_of(_tree, st.dictionaries(st.sampled_from(_KEYS), _tree, max_size=6)),
        "validations": _tree,
        "visible": _tree,
    },
)
_forms = st.one_of(
    _tree,
    st.fixed_dictionaries(
        {"body": st.one_of(_tree, st.lists(st.one_of(_item, _leaf), max_size=5))},
        optional=dict.fromkeys(("name", "description", "title", "labels", "type", "about", "inputs"), _tree),
    ),
)


def load_or_refuse(text: str, platform: str = "") -> LoadedForm | PackError:
    try:
        return issue_form.load(text, name="f.yml", form_id="f", platform=platform)
    except PackError as error:
        return error


@given(_forms, st.sampled_from(["", "github", "gitea", "discussion"]))
def test_any_structure_is_read_or_refused_in_one_sentence(data: object, platform: str) -> None:
    text = yaml.safe_dump(data, allow_unicode=True, sort_keys=False)
    loaded = load_or_refuse(text, platform)
    if isinstance(loaded, PackError):
        assert loaded.message
        assert (loaded.where or "").startswith("f.yml")
        return
    form = infer(loaded.form)
    ids = [question.id for question in form.questions]
    assert len(ids) == len(set(ids))
    assert all(
        question.id and is_clean(question.label + question.text + question.description) for question in form.questions
    )
    assert all(finding.where.startswith("f.yml:") for finding in loaded.findings)
    questionnaire.check(form, questionnaire.understand(form, dict.fromkeys(ids, "x")).values)


@given(_tree)
def test_any_data_is_judged(data: object) -> None:
    assert all(isinstance(error, str) for error in [*schema_errors(data), *config_errors(data)])


@given(st.text(alphabet="-: \n\t'\"[]{}#&*!|>%@`,?abnme01\ufeff\x85\u2028", max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    loaded = load_or_refuse(text)
    assert loaded.where if isinstance(loaded, PackError) else loaded.form.questions


LINE = "- type: input\n  attributes: {label: x}\n"


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        "name: A form\ndescription: d\nbody:\n" + "- {}\n" * 50_000,
        "name: A form\ndescription: d\nbody:\n" + LINE * 10_000,
        f"name: A form\ndescription: d\nbody:\n{LINE}" + "---\n" * 200_000,
        "name: A form\ndescription: d\nbody:\n- type: dropdown\n  attributes:\n    label: x\n    options:\n"
        + "    - a\n" * 90_000,
        "#\n" * 300_000 + f"name: A form\ndescription: d\nbody:\n{LINE}",
    ],
    ids=["items", "questions", "documents", "options", "remarks"],
)
def test_a_megabyte_of_it_does_not_hang(text: str) -> None:
    loaded = issue_form.load(text[: 1 << 20], name="f.yml", form_id="f")
    assert len(loaded.form.questions) <= 500
    assert len(loaded.findings) <= 200
