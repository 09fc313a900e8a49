"""What is understood of a story, and what is never guessed. The stories were written for this project."""

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support_cli.base.cache import Cache
from support_cli.packs import load
from support_cli.requests.understanding import StoryReader, summary_of
from support_cli.understanding import facts
from support_cli.understanding.cues import Said, found_in, phrase, words
from support_cli.understanding.plan import after_story, what_to_ask
from tests.table import each

TODAY = date(2026, 12, 1)
STORIES = [json.loads(line) for line in (Path(__file__).parent / "stories.jsonl").read_text("utf-8").splitlines()]
EXACT = {"phone", "email", "account", "order", "serial", "version", "card_last4", "tracking", "earlier_number"}


@pytest.fixture(scope="module")
def packs(tmp_path_factory):
    cache = Cache(tmp_path_factory.mktemp("packs"))
    return {
        name: load.open_folder(load.builtin_root() / name, cache, origin="builtin") for name in load.builtin_names()
    }


@pytest.fixture(scope="module")
def read(packs):
    """Reads a story by one pack, or by all that let themselves be offered."""

    def reader(text, pack="", *, language="en", country="GB", form=""):
        offered = [packs[pack]] if pack else [one for one in packs.values() if one.manifest.offer]
        return StoryReader(offered, TODAY, language=language, regions=(country,)).read(text, form_id=form)

    return reader


@pytest.fixture(scope="module")
def readings(packs):
    """Every story of a team, read by its pack."""
    return [
        (
            one,
            StoryReader([packs[one["pack"]]], TODAY, language=one["lang"], regions=(one["country"],)).read(one["text"]),
        )
        for one in STORIES
        if not one["not_ours"]
    ]


def tight(value):
    return "".join(c for c in str(value).casefold() if c.isalnum())


@pytest.mark.parametrize("language", ["en", "ru", "uk", "pl"])
def test_nearly_every_story_finds_its_form_and_few_questions_are_left(readings, language):
    mine = [(one, reading) for one, reading in readings if one["lang"] == language]
    right = sum(reading.form.id in (one["form"], *(other["form"] for other in one["also"])) for one, reading in mine)
    assert right >= 0.9 * len(mine)
    asked = sum(len(reading.ask) for _one, reading in mine)
    assert asked <= sum(len(one["not_said"]) + 2 for one, _reading in mine)
    needless = sum(name in one["fields"] for one, reading in mine for name in reading.ask)
    assert needless <= 0.3 * len(mine)


def test_what_is_filled_is_what_was_said(readings):
    filled = wrong = 0
    for one, reading in readings:
        for name, understood in reading.found.items():
            if understood.sure and name in EXACT and reading.form.id == one["form"]:
                filled += 1
                gold = one["fields"].get(name)
                wrong += gold is None or tight(understood.value) not in (tight(gold["value"]), tight(gold["span"]))
    assert filled > 40
    assert wrong == 0


def test_every_span_holds_words_of_the_story(readings):
    for one, reading in readings:
        for understood in reading.found.values():
            for start, end in understood.spans:
                assert 0 <= start < end <= len(one["text"])


def test_no_consent_is_ever_understood(readings, packs):
    for _one, reading in readings:
        for name in reading.found:
            assert reading.form.question(name).kind not in ("confirm", "upload")


# --- Whose number, which day, what negation means ---------------------------------------------------


@each(
    ("text", "pack", "country", "language", "phone", "account"),
    [
        ("no signal on my number 07400 123253, call my wife on 07400 123733", "mobile-operator", "GB", "en",
         "+447400123733", "+447400123253"),
        ("мій номер 067 000 21 43 не працює, дзвоніть чоловіку 050 000 30 40", "mobile-operator", "UA", "uk",
         "+380500003040", "+380670002143"),
        ("mój numer 500 100 433 zero zasięgu, nie dzwońcie na niego, dzwońcie do męża 500 100 434", "mobile-operator",
         "PL", "pl", "+48500100434", "+48500100433"),
        ("my daughter's number is 07400 123733 but don't call her, maps don't load on data", "mobile-operator", "GB",
         "en", None, None),
        ("someone called from the number +44 7400 123733 and took my money by card", "bank", "GB", "en", None, None),
        ("order no 07400123253 has not come", "online-shop", "GB", "en", None, None),
    ],
)  # fmt: skip
def test_whose_number_it_is(packs, text, pack, country, language, phone, account):
    reading = StoryReader([packs[pack]], TODAY, language=language, regions=(country,)).read(text)
    sure = reading.sure
    assert tight(sure.get("phone", "")) == tight(phone or "")
    assert not account or tight(sure["account"]) == tight(account)


@each(
    ("text", "day"),
    [
        ("since yesterday", "2026-11-30"),
        ("since Friday", "2026-11-27"),
        ("since Wednesday last week", "2026-11-25"),
        ("з понеділка", "2026-11-30"),
        ("с воскресенья", "2026-11-29"),
        ("od piątku", "2026-11-27"),
        ("since 3 November", "2026-11-03"),
        ("з 20 листопада", "2026-11-20"),
        ("od 23 listopada", "2026-11-23"),
        ("с 27.11.2026", "2026-11-27"),
        ("two weeks ago", "2026-11-17"),
        ("5 днів тому", "2026-11-26"),
    ],
)
def test_days(text, day):
    assert day in [one.value for one in facts.dates(f"no internet {text}, help", TODAY)]


@each(
    ("text", "hours"),
    [
        ("between 10am and noon", "10:00-12:00"),
        ("after 6pm pls", "18:00-"),
        ("8-12", "08:00-12:00"),
        ("з 10 до 13", "10:00-13:00"),
        ("między 9 a 13", "09:00-13:00"),
        ("після п'ятої", "17:00-"),
        ("do 18", "-18:00"),
        ("mornings 9-12", "09:00-12:00"),
    ],
)
def test_hours(text, hours):
    assert [one.value for one in facts.windows(f"please call {text}.")] == [hours]


@each(
    ("text", "sums"),
    [
        ("I sent £1,150 rent", ["1150 GBP"]),
        ("69,99 zł przelewem", ["69.99 PLN"]),
        ("350 грн через терминал", ["350 UAH"]),
        ("ушло 85 000 тенге", ["85000 KZT"]),
        ("20 quid", ["20 GBP"]),
        ("I pay £18 for unlimited", []),
        ("order 350 and room 20", []),
    ],
)
def test_sums(text, sums):
    assert [one.value for one in facts.amounts(text) if one.sure] == sums


@each(
    ("cue", "text", "counts"),
    [
        ("blocked already", "I have blocked already", True),
        ("card ... blocked", "the card is not blocked yet", False),
        ("нет интернета", "у меня нет интернета", True),
        ("красн* лампочк*", "красная лампочка горит", True),
        ("красн* лампочк*", "нет красной лампочки", False),
        ("internet ... nie działa", "internet dziś nie działa", True),
        ("wi-fi|wlan", "only WiFi is bad", True),
    ],
)
def test_a_cue_that_is_negated_does_not_count(cue, text, counts):
    found = list(found_in(phrase(cue), Said(words(text))))
    assert found
    assert any(not negated for _start, _end, negated in found) == counts


def test_what_others_say_in_a_pasted_chat_is_not_the_customers(read):
    text = (
        "[10:02] Agent Mike: your order 104-2291 came by courier\n[10:03] Me: my order is 77-3019, where is the parcel"
    )
    assert read(text, "online-shop").sure["order"] == "77-3019"


def test_two_of_a_kind_are_no_answer(read):
    assert "email" not in read("write to a@example.org or b@example.org, no internet", "internet-provider").sure


# --- What is asked ------------------------------------------------------------------------------------


def test_a_question_that_was_left_empty_is_not_asked_again_and_the_number_is_bounded(packs):
    form = after_story(packs["internet-provider"].form("no-internet"))
    first = what_to_ask(form, {})
    assert first[0] == "account"
    assert "summary" not in first
    asked, answers = [], {}
    while ask := [one for one in what_to_ask(form, answers, asked) if one not in asked]:
        asked.append(ask[0])
    assert len(asked) <= len(first)


def test_a_form_without_a_plan_requires_what_it_always_did(packs):
    form = packs["incident-notice"].form(packs["incident-notice"].form_ids()[0])
    assert after_story(form) == form


@each(
    ("text", "summary"),
    [
        ("Hello! No internet since Monday. Please help.", "No internet since Monday"),
        ("добрий день\nне працює інтернет", "не працює інтернет"),
        ("hi", "hi"),
    ],
)
def test_the_summary_is_the_first_sentence_that_is_no_greeting(text, summary):
    assert summary_of(text) == summary


@given(st.text(max_size=300))
def test_any_story_is_survived(read, text):
    reading = read(text, "general")
    assert reading.form.id == "general"


@each("piece", ["1 ", "a@", "12 3", "«", "Ab Cd, ", "- x\n", "после 6 ", "not ", "03.11 ", "£1 "])
def test_a_story_without_end_is_read(read, piece):
    # What takes the square of the time is not done before the tests are given up.
    assert read(piece * 50_000, "bank", form="card").form.id == "card"
