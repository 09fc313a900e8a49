"""A finding stands at the question that it is about, and does not repeat one that was just skipped."""

import pytest

from support_cli.base import i18n
from support_cli.base.cache import Cache
from support_cli.base.wordforms import words_of
from support_cli.checks.request import check
from support_cli.forms.model import Kind, Question, Role
from support_cli.packs import load
from tests.checks.making import codes, findings, form_of
from tests.table import each

_STORIES = {
    "en": "the app closes by itself",
    "uk": "додаток сам закривається",
    "ru": "приложение само закрывается",
    "pl": "aplikacja sama się zamyka",
}
_BUILT_IN = load.builtin_names()


@pytest.fixture(scope="module")
def packs(tmp_path_factory):
    cache = Cache(tmp_path_factory.mktemp("cache"))
    return {name: load.open_folder(load.builtin_root() / name, cache) for name in _BUILT_IN}


@each(("language", "story"), _STORIES.items())
def test_no_finding_repeats_the_question_that_was_skipped(language, story, packs) -> None:
    for name, pack in packs.items():
        texts = pack.texts(language)
        for form in map(pack.form, pack.form_ids()):
            told = next(q for q in form.questions if q.role in (Role.DETAILS, Role.SUMMARY))
            i18n.activate(language)
            asked = {q.id: words_of(texts.get(q.label, q.label)) for q in form.questions}
            for finding in check(form, {told.id: story}, (), language=language, texts=texts):
                if finding.code[0] == "M":
                    label = asked[finding.where]
                    first = words_of(finding.message.partition("?")[0])
                    assert first != label, (name, form.id, finding)


def test_when_it_began_is_not_when_it_was_bought() -> None:
    bought = Question(id="bought", kind=Kind.DATE, label="When did you buy it?")
    began = Question(id="first", kind=Kind.INPUT, label="When did it begin?")
    details = Question(id="details", kind=Kind.TEXTAREA, label="What happens?", role=Role.DETAILS)
    found = [
        f for f in findings({"details": "The lid squeaks"}, form=form_of(details, bought, began)) if f.code == "M003"
    ]
    assert [finding.where for finding in found] == ["first"]
    assert "M003" not in codes({"details": "The lid squeaks"}, form=form_of(details, bought))


def test_the_number_in_question_is_no_way_to_be_reached() -> None:
    details = Question(id="details", kind=Kind.TEXTAREA, label="What happens?", role=Role.DETAILS)
    number = Question(id="account", kind=Kind.PHONE, label="Which number is it about?", role=Role.ACCOUNT)
    assert "M005" not in codes({"details": "The SIM card is not seen"}, form=form_of(details, number))
