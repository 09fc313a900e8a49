"""What a pack knows is offered where it can spare a request, and never stands in the way."""

import pytest

from support_cli.base import i18n
from support_cli.base.cache import Cache
from support_cli.base.errors import InterruptedRun
from support_cli.cases.drafts import Drafts
from support_cli.interview.prompter import Edit
from support_cli.packs.load import open_folder
from support_cli.requests.compose import new
from support_cli.requests.dialogue import resume
from support_cli.requests.follow_up_form import FOLLOW_UP, FORMS
from support_cli.requests.known import Known, hints
from support_cli.requests.options import NewOptions
from support_cli.requests.prepare import prepare
from tests.requests.scripted import LEAVE, SKIP, Person
from tests.requests.test_dialogue import ALL, options

MORE = """
before_you_start: [Stand near the router]
not_ours:
  - {keywords: [power cut, blackout], answer: Please call the electricity company.}
"""
LAMPS = """---
title: What the lamps mean
keywords: [lamp, red light]
when: {connection: [wifi]}
---
**Red** means that the line is down.
"""
CABLE = "---\ntitle: Cables\nkeywords: [lamp]\nwhen: {connection: [cable]}\n---\nPush it in.\n"
TRIED = "  - {type: steps, id: tried, role: tried, attributes: {label: Tried}}\nbefore_you_start: [Try a cable]\n"
DARK = ("summary", "There is a power cut in our street")


@pytest.fixture
def knowing(pack):
    """The pack with answers, and with a topic that is not its own."""
    with (pack / "pack.yml").open("a", encoding="utf-8") as stream:
        stream.write(MORE)
    (pack / "faq").mkdir()
    (pack / "faq" / "lamps.md").write_text(LAMPS, "utf-8")
    (pack / "faq" / "cables.md").write_text(CABLE, "utf-8")
    with (pack / "forms" / "trouble.yml").open("a", encoding="utf-8") as stream:
        stream.write(TRIED)
    return pack


def test_an_answer_that_fits_is_offered_once_and_what_was_read_goes_into_the_request(bench, knowing):
    person = Person(
        *ALL[:4],
        ("choose", "read 0"),
        ("choose", "go"),
        *ALL[4:],
        ("tried", lambda screen: [*screen.value, "prayed"]),
        ("review", "write"),
    )
    outcome = new(bench(person), options(knowing))
    person.done()
    assert any("Red means that the line is down." in text for text in person.said)
    assert outcome.request.value("tried") == ["Read “What the lamps mean”; it did not help", "prayed"]


def test_what_was_noted_is_added_to_and_not_glued_to(bench, knowing):
    seen = []
    person = Person(
        *ALL[:4],
        ("choose", "read 0"),
        ("choose", "go"),
        *ALL[4:],
        ("tried", lambda screen: seen.append(screen.adds) or [*screen.value, "prayed"]),
        ("review", Edit("tried")),
        ("tried", lambda screen: seen.append(screen.adds) or screen.value),
        ("review", "write"),
    )
    new(bench(person), options(knowing))
    assert seen == [True, False]


STEPS = """
self_help:
  - {title: Restart it, steps: [Unplug it], when: {connection: [wifi]}}
"""


def test_every_page_of_advice_leads_back_to_the_answer_before_it(bench, knowing):
    with (knowing / "forms" / "trouble.yml").open("a", encoding="utf-8") as stream:
        stream.write(STEPS)
    pages = []

    def back(offer):
        pages.append(offer[0].partition("\n")[0])
        assert offer[1][-1].key == "back"
        return "back"

    person = Person(
        *ALL[:2],
        DARK,
        ("choose", back),
        *ALL[2:4],
        ("choose", back),
        ("details", "The red lamp blinks in the evening."),
        ("choose", "read 0"),
        ("choose", back),
        ("choose", "go"),
        *ALL[4:],
        ("tried", SKIP),
        ("choose", back),
        ("tried", ["prayed"]),
        ("choose", "go"),
        ("review", "write"),
    )
    outcome = new(bench(person), options(knowing))
    person.done()
    assert pages == [
        "This may be a matter for somebody else:",
        "Perhaps this is answered already:",
        "Did that solve it?",
        "Would you like to try that first? Everything is saved.",
    ]
    assert outcome.request.value("tried") == ["prayed"]


def test_steps_that_were_shown_are_not_shown_again_at_every_resume(bench, knowing):
    with (knowing / "forms" / "trouble.yml").open("a", encoding="utf-8") as stream:
        stream.write(STEPS)
    person = Person(*ALL[:4], ("choose", "go"), *ALL[4:], ("tried", SKIP), ("choose", "go"), ("review", "save"))
    new(bench(person), options(knowing))
    again = Person(("code", "swordfish"), ("review", "write"))
    resume(bench(again), "", NewOptions())
    again.done()


def test_whoever_wants_no_answer_presses_enter_and_hears_no_more_of_it(bench, knowing):
    seen = []

    def enter(offer):
        title, choices, default = offer
        seen.append((title, [choice.label for choice in choices]))
        return default

    person = Person(*ALL[:4], ("choose", enter), *ALL[4:], ("tried", SKIP), ("review", "write"))
    new(bench(person), options(knowing))
    assert seen == [
        (
            "Perhaps this is answered already:",
            ["Go on with the request", "Read: What the lamps mean", "Back, to change my answer"],
        )
    ]


@pytest.mark.parametrize(("wish", "state", "left"), [("delete", "solved", 0), ("keep", "saved", 1)])
def test_an_answer_that_solved_it_ends_the_interview_and_the_draft_is_the_persons(
    bench, knowing, database, wish, state, left, work_folder
):
    person = Person(*ALL[:4], ("choose", "read 0"), ("choose", "solved"), ("choose", wish))
    assert new(bench(person), options(knowing)).state == state
    assert len(Drafts(database).list()) == left
    assert list(work_folder.iterdir()) == []


@pytest.mark.parametrize("wish", ["go", "solved"])
def test_a_topic_of_somebody_else_is_named_early_and_blocks_nothing(bench, knowing, wish):
    titles = []

    def hear(offer):
        titles.append(offer[0])
        return wish

    rest = (("details", SKIP), *ALL[4:], ("tried", SKIP), ("review", "write"))
    person = Person(*ALL[:2], DARK, ("choose", hear), *(rest if wish == "go" else [("choose", "delete")]))
    outcome = new(bench(person), options(knowing))
    person.done()
    assert outcome.state == ("written" if wish == "go" else "solved")
    assert "Please call the electricity company." in titles[0]


def test_a_draft_that_is_gone_on_with_is_not_commented_on_again(bench, knowing):
    person = Person(*ALL[:4], ("choose", "go"), ("steps", LEAVE))
    with pytest.raises(InterruptedRun):
        new(bench(person), options(knowing))
    assert any(
        "Stand near the router\n  - Try a cable" in text and "kept until you come back" in text for text in person.said
    )
    again = Person(*ALL[4:], ("tried", SKIP), ("review", "write"))
    resume(bench(again), "", NewOptions())
    again.done()


def test_a_script_is_told_in_its_findings_and_stopped_by_none_of_them(bench, knowing):
    given = ("connection=wifi", "summary=power cut, the lamp is red", "email=a@example.org", "consent=yes")
    outcome = new(bench(), options(knowing, no_input=True, set=given, strict=True))
    told = {f.code: (f.level, f.where, f.message) for f in outcome.findings if f.code.startswith("K")}
    assert told == {
        "K001": ("hint", "summary", "Please call the electricity company."),
        "K002": ("hint", "summary", "This may be answered already: “What the lamps mean”."),
    }


STORIES = {
    "en": ("The power is out", "red light on the router blinks", "How do I see where my account number is?"),
    "uk": ("Немає світла в усьому будинку", "блимає червона лампочка на роутері", "Де подивитися номер договору"),
    "ru": ("У нас отключили электричество", "мигает красная лампочка на роутере", "Где посмотреть номер договора"),
    "pl": ("Wyłączyli prąd", "miga czerwona lampka na ruterze", "Gdzie jest numer umowy"),
}


def test_every_language_finds_them_by_its_own_word_forms(bench):
    for language, (dark, lamp, number) in STORIES.items():
        i18n.activate(language)
        work = prepare(bench(language=language), NewOptions(pack="internet-provider", form="no-internet"))
        found = {}
        for told in (dark, lamp, number):
            found[told] = [f.code for f in hints(work.known, {"summary": told})]
        assert found == {dark: ["K001"], lamp: ["K002"], number: ["K002"]}, language


def test_whoever_follows_up_is_not_sent_to_the_frequent_questions(bench, knowing):
    asked = Known(open_folder(knowing, Cache(None)), FORMS[FOLLOW_UP], {}, "en", Cache(None))
    assert hints(asked, {"news": "The power cut is over, and the lamp is still red"}) == []
