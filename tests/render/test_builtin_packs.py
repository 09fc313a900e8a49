"""The packs that come along: every text in every language, every id what scripts expect."""

import re
import string

import pytest
import yaml

from support_cli.base.i18n import LANGUAGES
from support_cli.forms.model import Kind, Role
from support_cli.forms.questionnaire import check, choices_of, holds, understand, visible
from support_cli.packs.load import builtin_root
from support_cli.render import layout
from support_cli.render.documents import Documents
from tests.render.making import GENERAL, SOFTWARE, request
from tests.table import each

PACKS = {"general": GENERAL, "software": SOFTWARE}
FORMS = [(name, form) for name, pack in PACKS.items() for form in pack.form_ids()]
TRANSLATED = [language for language in LANGUAGES if language != "en"]
SAME_EVERYWHERE = re.compile(
    r"[^a-z]*|.*@.*|https?://.*|[A-Z][\w. -]*\d[\w., -]*|Windows|macOS|Linux|Android|E-mail|SN .*|router .*"
)


def texts_of(name: str) -> list[str]:
    """Every text of a pack that a person reads."""
    root = builtin_root() / name
    manifest = yaml.safe_load((root / "pack.yml").read_text("utf-8"))
    found = [manifest["title"], manifest["description"], *manifest["before_you_start"]]
    for topic in manifest.get("not_ours", ()):
        found += [*topic["keywords"], topic["answer"]]
    for form_id in PACKS[name].form_ids():
        form = PACKS[name].form(form_id)
        found += [form.name, form.description]
        for q in form.questions:
            found += [q.label, q.text, q.description, q.placeholder, q.why, q.example]
            found += [text for option in q.options for text in (option.label, option.description)]
        for one in form.self_help:
            found += [one.title, *one.steps]
    for path in sorted((root / "templates").glob("*.j2")):
        found += re.findall(r'_\("([^"]+)"\)', path.read_text("utf-8"))
    if name == "general":
        found += layout.texts()
    return [text for text in dict.fromkeys(found) if text.strip()]


@each("language", TRANSLATED)
@each("name", PACKS)
def test_every_text_is_translated(name, language):
    translated = PACKS[name].texts(language)
    wanted = texts_of(name)
    assert [text for text in wanted if text not in translated] == []
    assert [text for text in translated if text not in wanted] == [], "translations of what is no longer said"
    for text in wanted:
        if not SAME_EVERYWHERE.fullmatch(text):
            assert translated[text] != text, text
        fields = sorted(field for _text, field, *_rest in string.Formatter().parse(text) if field)
        assert sorted(f for _t, f, *_r in string.Formatter().parse(translated[text]) if f) == fields
        if not text.endswith("?"):
            assert text.endswith(".") == translated[text].endswith("."), text


@each("language", TRANSLATED)
@each("name", PACKS)
def test_the_choices_of_a_question_stay_apart_in_every_language(name, language):
    for form_id in PACKS[name].form_ids():
        for q in PACKS[name].form(form_id).questions:
            labels = [PACKS[name].texts(language).get(option.label, option.label) for option in q.options]
            assert len(set(labels)) == len(labels), q.id


@each(("name", "form_id"), FORMS)
def test_the_id_of_a_question_with_a_role_is_the_roles_name(name, form_id):
    for q in PACKS[name].form(form_id).questions:
        assert (q.role is not None) == (q.id in set(Role)), q.id
        assert q.role is None or q.role.value == q.id


@each(("name", "form_id"), FORMS)
def test_a_form_can_be_filled_and_rendered_in_every_language(name, form_id):
    form = PACKS[name].form(form_id)
    samples = {
        Kind.EMAIL: "anna@example.org", Kind.PHONE: "+380 44 123 45 67", Kind.STEPS: ["one", "two"], Kind.CONFIRM: True,
        Kind.TIME_WINDOW: "12-14", Kind.DATE: "2026-11-21", Kind.NUMBER: 2, Kind.URL: "https://example.org/",
    }  # fmt: skip
    raw = {
        q.id: q.options[0].label if q.options else samples.get(q.kind, f"Answer to {q.id}")
        for q in form.questions
        if q.asks and q.kind is not Kind.UPLOAD
    }
    said = understand(form, raw)
    assert said.findings == ()
    assert check(form, said.values) == []
    documents = Documents(GENERAL)
    for language in LANGUAGES:
        documents.rehearse(PACKS[name], form, request(), language=language)
        ticket = documents.ticket(PACKS[name], form, request(said.values), language=language)
        for text in ("Answer to summary", "anna@example.org", "Answer to details"):
            assert text in ticket.subject + ticket.bodies["text/plain"]


def test_the_general_form_asks_an_ordinary_customer_little():
    form = GENERAL.form("general")
    required = [q.id for q in form.questions if q.required]
    assert required == ["name", "summary", "details", "consent"]
    asked = {
        topic.label: len(visible(form, {"topic": topic.label}))
        for topic in next(q for q in form.questions if q.id == "topic").options
    }
    assert max(count for topic, count in asked.items() if topic != "Something else") <= 20
    assert min(asked.values()) <= 14
    assert sorted(asked.values())[len(asked) // 2] <= 17


def test_without_a_topic_every_role_of_the_general_form_can_be_answered():
    form = GENERAL.form("general")
    seen = {q.role for q in visible(form, {"expected": "x"}) if q.role}
    assert seen == set(Role) - {Role.SEVERITY}


def test_what_is_offered_to_try_fits_the_topic():
    form = GENERAL.form("general")
    offered = [h.title for h in form.self_help if holds(h.when, {"topic": "Internet or TV"}, choices_of(form))]
    assert offered == ["Switch it off and on again"]


@pytest.mark.parametrize("language", ["uk", "ru"])
def test_a_name_is_asked_with_its_patronymic_where_there_is_one(language):
    assert (
        "батьков" in GENERAL.texts(language)["First name and surname."]
        or "отчество" in GENERAL.texts(language)["First name and surname."]
    )
