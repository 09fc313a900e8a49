"""The packs that come along, in words: every text in every language, every document readable, every answer found."""

import re
import string

import pytest

from support_cli.authoring.templates import sample_value
from support_cli.base.i18n import LANGUAGES
from support_cli.forms.model import Kind
from support_cli.packs import knowledge, po
from support_cli.packs.po import read as read_po
from support_cli.render import layout
from support_cli.render.documents import DOCUMENTS
from tests.packs.builtin import FORMS, PACKS, RENDERER, ROOT, request, said, samples
from tests.table import each, sample

TRANSLATED = [language for language in LANGUAGES if language != "en"]
GENERAL = PACKS["general"]
FOREIGN = {"uk": "[ыэъёЫЭЪЁ]", "ru": "[іїєґІЇЄҐ]", "pl": "[а-яА-Я]"}
"""Letters that a text in this language never has."""
SAME = re.compile(
    r"[^a-z]*|.*@.*|https?://.*|[A-Z][\w. -]*\d[\w., -]*|E-mail|eSIM|Wi-Fi|Windows|macOS|Linux|Android|SN .*|router .*"
    r"|Bank|UA\d.*|P24-.*|\{greeting\},"
)
"""Samples of numbers and names of things that are called the same everywhere."""


def texts_of(name: str) -> list[str]:
    """Every text of a pack that a person reads, those of ``general`` left out where they are only in templates."""
    pack = PACKS[name]
    found = [one.text for one in po.of_manifest(pack.manifest)]
    found += [one.text for form in pack.form_ids() for one in po.of_form(pack.form(form))]
    shared = GENERAL.texts("uk")
    for path in sorted((ROOT / name / "templates").glob("*.j2")):
        said = re.findall(r'_\("([^"]+)"\)', path.read_text("utf-8"))
        found += [text for text in said if name == "general" or text not in shared]
    if name == "general":
        found += layout.texts()
    return list(dict.fromkeys(found))


@each("language", TRANSLATED)
@each("name", PACKS)
def test_every_text_is_translated_and_none_is_left_over(name, language):
    translated = PACKS[name].texts(language)
    wanted = texts_of(name)
    assert [text for text in wanted if text not in translated] == []
    assert [text for text in translated if text not in wanted] == []
    file = f"locale/{language}.po"
    assert not [one.text for one in read_po((ROOT / name / file).read_bytes(), file) if one.fuzzy]


@each("language", TRANSLATED)
@each("name", PACKS)
def test_translations_are_in_their_language_and_keep_the_shape(name, language):
    for text, translation in PACKS[name].texts(language).items():
        assert not re.search(FOREIGN[language], translation), translation
        assert SAME.fullmatch(text) or translation != text, text
        assert _fields(translation) == _fields(text), text
        assert translation == translation.strip(), text
        assert "  " not in translation, text
        if text[-1] not in "?:" and not text.startswith("http"):
            assert text.endswith(".") == translation.endswith("."), text
        assert text.count("**") == translation.count("**"), text
        assert len(translation) <= 2 * len(text) + 25, text


def _fields(text: str) -> list[str]:
    return sorted(field for _text, field, *_rest in string.Formatter().parse(text) if field)


@each("language", TRANSLATED)
@each(("name", "form_id"), FORMS)
def test_choices_and_questions_stay_apart_in_every_language(name, form_id, language):
    texts = PACKS[name].texts(language)
    form = PACKS[name].form(form_id)
    for q in form.questions:
        labels = [texts.get(option.label, option.label).casefold() for option in q.options]
        assert len(set(labels)) == len(labels), q.id
    asked = [texts[q.label] for q in form.questions if q.asks]
    assert len(set(asked)) == len(asked)


@each("language", TRANSLATED)
def test_one_text_is_said_in_one_way_everywhere(language):
    said: dict[str, set[str]] = {}
    for name in PACKS:
        for text, translation in PACKS[name].texts(language).items():
            said.setdefault(text, set()).add(translation)
    assert {text: ways for text, ways in said.items() if len(ways) > 1} == {}


# --- documents --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "form_id", "language"), sample(((*form, language) for form in FORMS for language in LANGUAGES), every=17)
)
def test_every_document_of_every_form_comes_out_in_every_language(name, form_id, language):
    form = PACKS[name].form(form_id)
    texts = PACKS[name].texts(language)
    full = {q.id: value for q in form.questions if q.asks and (value := sample_value(q, texts)) is not None}
    for values in ({}, full):
        made = request(name, form, values, language)
        for document, formats in DOCUMENTS.items():
            for format_ in formats:
                text = RENDERER.render(
                    PACKS[name], form, made, document=document, format=format_, language=language,
                    case={"sent": "2026-11-20", "ticket": "4711", "promised": "2026-11-24", "notes": ["called"]},
                )  # fmt: skip
                assert text.strip(), (document, format_)
                assert "{" not in re.sub(r"(?s)<style>.*</style>", "", text), (document, format_)
                if language != "en" and values:
                    assert _english(text, name) == set(), (document, format_)


def _english(text: str, name: str) -> set[str]:
    """Labels and headings that came out as they stand in the pack, and not in the reader's language."""
    lines = {line.strip(" -*#>:|").removeprefix("<h2>").removesuffix("</h2>") for line in text.splitlines()}
    heads = {line.partition(":")[0].strip(" -*") for line in text.splitlines()}
    known = {one for one in (*texts_of(name), *texts_of("general")) if not SAME.fullmatch(one)}
    return {one for one in (lines | heads) & known if one != "Internet"}


@each("name", PACKS)
def test_no_answer_is_lost_in_a_ticket(name):
    for stem, test in samples(name).items():
        form, values = said(test, name)
        made = request(name, form, values, "en")
        shown = "\n".join(
            RENDERER.render(PACKS[name], form, made, document=document, format="txt", language="en")
            for document in ("ticket", "email")
        )
        shown = " ".join(shown.split())
        quiet = {"audience", "addressee", "consent"} if name == "incident-notice" else set()
        for key, value in values.items():
            question = form.question(key)
            if question is None or key in quiet or isinstance(value, bool) or question.kind is Kind.UPLOAD:
                continue
            for one in value if isinstance(value, list) else [value]:
                text = str(int(one) if isinstance(one, float) and one == int(one) else one)
                assert " ".join(text.split()) in shown, (stem, key)


def test_a_notice_says_what_is_known_at_its_stage_and_addresses_people():
    pack = PACKS["incident-notice"]
    stages = {stem: said(test, "incident-notice") for stem, test in samples("incident-notice").items()}

    def mail(stem: str, language: str = "en", **more: str) -> str:
        form, values = stages[stem]
        made = request("incident-notice", form, {**values, **more}, language)
        return RENDERER.render(pack, form, made, document="email", format="txt", language=language)

    assert "Likely causes" in mail("looking")
    assert "The cause\n" not in mail("looking")
    assert "next news comes: today at 11:00" in mail("known")
    assert "When it will work again" not in mail("over")
    assert "What was done" in mail("over")
    assert mail("over").startswith("Dear Anna Smith,")
    assert mail("looking").startswith("Hello,")
    assert mail("over", "ru", addressee="Смирнова Анна Ивановна").startswith("Уважаемая Анна Ивановна!")
    assert mail("over", "pl", addressee="Jan Kowalski").startswith("Szanowny Panie,")
    assert mail("looking", "uk").startswith("Добрий день!")
    for stem in ("looking", "known", "over"):
        assert "I have checked the facts" not in mail(stem)  # for the team, not for customers


# --- answers to frequent questions ------------------------------------------------------------------------------------

ASKED = [
    ("internet-provider", "en", "the router has a red blinking light", "lights"),
    ("internet-provider", "uk", "у мене зник інтернет з самого ранку", "no-internet"),
    ("internet-provider", "ru", "когда придёт мастер", "visit"),
    ("internet-provider", "pl", "słabe wifi w sypialni", "slow-wifi"),
    ("bank", "en", "my card was declined at the shop", "declined"),
    ("bank", "uk", "у метро вкрали картку", "lost-card"),
    ("bank", "ru", "звонят и просят код из смс", "fraud-call"),
    ("bank", "pl", "przelew poszedł na złe konto", "wrong-account"),
    ("mobile-operator", "uk", "загубив телефон у таксі", "lost-phone"),
    ("mobile-operator", "ru", "хочу перенести номер к вам", "keep-number"),
    ("mobile-operator", "pl", "skończyły się dane", "mobile-data"),
    ("online-shop", "uk", "коли повернуть гроші за куртку", "refund-time"),
    ("online-shop", "ru", "чайник пришёл разбитый", "broken"),
    ("online-shop", "pl", "gdzie jest moja paczka", "where-is-my-order"),
    ("complaint", "uk", "скільки чекати на відповідь", "how-long"),
    ("incident-notice", "en", "how soon must the first notice go out", "when-to-write"),
    ("general", "pl", "nie pamiętam hasła", "cannot-sign-in"),
    ("software", "ru", "программа вылетает при запуске", "does-not-start"),
]


@each(("name", "language", "words", "entry"), ASKED)
def test_a_customers_words_find_the_answer(name, language, words, entry):
    hits = knowledge.search(knowledge.load_faq(PACKS[name].faq(), language), words, language)
    assert hits
    assert hits[0].entry.name == entry
    assert hits[0].entry.language == ("" if language == "en" else language)


@each("name", PACKS)
def test_every_answer_is_there_in_every_language_and_its_title_finds_it(name):
    files = dict(PACKS[name].faq())
    entries = {one: knowledge.read_entry(one, text) for one, text in files.items()}
    names = {entry.name for entry in entries.values()}
    assert set(files) == names | {f"{one}.{language}" for one in names for language in TRANSLATED}
    assert 3 <= len(names) <= 8
    for language in LANGUAGES:
        known = knowledge.load_faq(files.items(), language)
        for entry in known:
            first = knowledge.search(known, entry.title, language)[0].entry
            assert first.name == entry.name, (language, entry.title)
    for entry in entries.values():
        assert entry.keywords, entry.name
        assert entry.text, entry.name
        assert not re.search(FOREIGN.get(entry.language, "[а-яіїєґА-ЯІЇЄҐ]"), entry.title + entry.text), entry.name


@each("language", TRANSLATED)
@each("name", PACKS)
def test_answers_call_forms_and_choices_as_they_are_called(name, language):
    """“Card” in an answer is the form's name, so its translation has the form's name too."""
    files, texts = dict(PACKS[name].faq()), PACKS[name].texts(language)
    for stem, text in files.items():
        if "." in stem:
            continue
        for quoted in re.findall("“([^”]+)”", text):
            if quoted in texts:
                assert texts[quoted] in files[f"{stem}.{language}"], (stem, quoted)


NOT_OURS = [
    ("internet-provider", "en", "There is a power cut in our street"),
    ("internet-provider", "uk", "у квартирі зникло світло, інтернету немає"),
    ("internet-provider", "ru", "не работают розетки"),
    ("internet-provider", "pl", "w mieszkaniu nie ma prądu"),
    ("bank", "uk", "посилка не прийшла"),
    ("mobile-operator", "ru", "телефон не заряжается"),
    ("mobile-operator", "uk", "мені телефонують шахраї"),
    ("online-shop", "pl", "szukam oferty pracy"),
    ("complaint", "ru", "хочу подать иск в суд"),
]


@each(("name", "language", "words"), NOT_OURS)
def test_a_topic_of_somebody_else_is_named_early(name, language, words):
    topics, texts = PACKS[name].manifest.not_ours, PACKS[name].texts(language)
    topic = knowledge.not_ours(topics, words, texts)
    assert topic is not None
    assert language == "en" or texts[topic.answer] != topic.answer


@each("language", ["en", "uk", "ru", "pl"])
@each("name", PACKS)
def test_nobody_is_sent_away_by_the_samples_of_the_forms(name, language):
    pack, texts = PACKS[name], PACKS[name].texts(language)
    for form_id in pack.form_ids():
        summary = pack.form(form_id).question("summary")
        assert summary is not None
        sample = texts.get(summary.placeholder, summary.placeholder)
        assert knowledge.not_ours(pack.manifest.not_ours, sample, texts) is None, sample
