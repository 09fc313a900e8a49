"""A new request that begins with a story: told once, shown as understood, and nothing asked twice."""

import pytest

from support_cli.base.errors import InterruptedRun
from support_cli.cases.drafts import Drafts
from support_cli.forms.request import Source
from support_cli.interview.prompter import Edit
from support_cli.requests.compose import new
from support_cli.requests.dialogue import resume
from support_cli.requests.options import NewOptions
from tests.requests.scripted import LEAVE, SKIP, Person

TOLD = (
    "Hi, no internet since yesterday evening, the lamp on the router is red. I restarted it twice.\n"
    "My contract is 40125567, call me on +44 7400 123733 after 6pm. John Smith"
)


def otherwise(screen):
    """Agrees to what has to be agreed to, and leaves the rest empty."""
    if isinstance(screen, tuple):  # a chooser: its default
        return screen[2]
    return True if screen.question.kind == "confirm" and screen.question.required else SKIP


def options(**more):
    return NewOptions(pack="internet-provider", **more)


def test_a_story_fills_the_form_and_few_questions_follow(bench):
    person = Person((":story", TOLD), ("understood", "go"), ("review", "write"), otherwise=otherwise)
    outcome = new(bench(person), options())
    page = person.stories[0]
    assert "No Internet" in page.heading.title
    rows = {row.question: row for row in page.rows}
    assert rows["account"].text == "40125567"
    assert rows["phone"].text == "+44 7400 123733"
    assert rows["began"].quote == "yesterday"
    asked = [name for name in person.asked if name not in (":story", "understood", "review", "choose")]
    assert len(asked) <= 5
    assert not {"account", "phone", "name", "summary", "began"} & set(asked)
    assert outcome.request.story == TOLD
    assert outcome.request.answers["account"].source is Source.STORY


def test_who_has_no_phone_is_asked_for_the_next_way_to_be_reached(bench):
    told = "My washing machine makes a loud noise since Monday, order 104-2291. Anna Smith"
    person = Person(
        (":story", told), ("understood", "go"), ("phone", SKIP), ("email", "anna@example.org"), ("consent", True),
        ("review", "write"),
        otherwise=lambda screen: screen[2] if isinstance(screen, tuple) else LEAVE if "phone" in person.asked else SKIP,
    )  # fmt: skip
    outcome = new(bench(person), NewOptions(pack="general"))
    assert outcome.request.value("email") == "anna@example.org"
    assert person.asked.count("phone") == 1


def test_what_was_misunderstood_is_changed_right_there(bench):
    person = Person(
        (":story", TOLD), ("understood", Edit("account")), ("account", "40125568"), ("understood", "go"),
        ("review", "write"), otherwise=otherwise,
    )  # fmt: skip
    outcome = new(bench(person), options())
    answer = outcome.request.answers["account"]
    assert (answer.value, answer.source) == ("40125568", Source.ASKED)
    assert {row.question: row.quote for row in person.stories[1].rows}["account"] == ""


def test_an_empty_field_asks_question_by_question(bench, pack):
    person = Person((":story", SKIP), ("connection", LEAVE))
    with pytest.raises(InterruptedRun):
        new(bench(person), NewOptions(pack=str(pack)))
    person.done()


def test_more_can_be_told_and_what_was_corrected_stays(bench):
    def more(screen):
        assert screen.value == TOLD
        return "It was the same last week. " + TOLD

    person = Person(
        (":story", TOLD), ("understood", Edit("account")), ("account", "40125568"), ("understood", "tell"),
        (":story", more), ("understood", "go"), ("review", "write"), otherwise=otherwise,
    )  # fmt: skip
    outcome = new(bench(person), options())
    assert outcome.request.value("account") == "40125568"
    assert "the same last week" in outcome.request.story


def test_another_form_can_be_chosen(bench):
    person = Person((":story", TOLD), ("understood", "form"), ("choose", "1"), ("understood", LEAVE))
    with pytest.raises(InterruptedRun):
        new(bench(person), options())
    assert person.stories[0].heading.title != person.stories[1].heading.title


def test_all_questions_opens_the_whole_form(bench):
    person = Person((":story", TOLD), ("understood", "all"), ("review", LEAVE), otherwise=otherwise)
    with pytest.raises(InterruptedRun):
        new(bench(person), options())
    assert "lights" in person.asked or "router" in person.asked
    assert len(person.asked) > 12


@pytest.mark.parametrize("where", ["typing", "understood", "asking"])
def test_leaving_keeps_the_story_and_resume_goes_on_there(bench, database, where):
    def half(screen):
        screen.keep("No internet sin")
        return LEAVE

    steps = {
        "typing": [(":story", half)],
        "understood": [(":story", TOLD), ("understood", LEAVE)],
        "asking": [(":story", TOLD), ("understood", "go")],
    }[where]
    asked = []

    def leave_at_the_second(screen):
        if isinstance(screen, tuple):
            return screen[2]
        asked.append(screen.question.id)
        return LEAVE if len(asked) == 2 else otherwise(screen)

    with pytest.raises(InterruptedRun) as left:
        new(bench(Person(*steps, otherwise=leave_at_the_second)), options())
    draft = Drafts(database).list()[0]
    assert f"support resume {draft.id[:4]}" in left.value.message

    def again(screen):
        assert screen.unfinished == "No internet sin"
        return TOLD

    steps = {
        "typing": [(":story", again), ("understood", "go")],
        "understood": [("understood", "go")],
        "asking": [],
    }[where]
    person = Person(*steps, ("review", "write"), otherwise=otherwise)
    outcome = resume(bench(person), draft.id[:4], NewOptions())
    assert outcome.request.story == TOLD
    assert outcome.request.value("account") == "40125567"
    assert not set(asked[:1]) & set(person.asked)


def test_a_file_with_the_story_is_shown_as_understood_too(bench, work_folder):
    (work_folder / "story.txt").write_text(TOLD, "utf-8")
    person = Person(("understood", "go"), ("review", "write"), otherwise=otherwise)
    outcome = new(bench(person), options(story="story.txt"))
    assert outcome.request.value("account") == "40125567"


def test_without_a_pack_the_story_chooses_one_of_those_that_offer_themselves(bench):
    person = Person((":story", TOLD), ("understood", LEAVE), otherwise=otherwise)
    with pytest.raises(InterruptedRun):
        new(bench(person), NewOptions())
    assert person.stories[0].heading.title.startswith("Internet provider")


def test_forms_of_other_platforms_are_asked_as_before(bench, work_folder):
    folder = work_folder / ".github" / "ISSUE_TEMPLATE"
    folder.mkdir(parents=True)
    (folder / "bug.yml").write_text(
        "name: Bug\ndescription: x\nbody:\n  - {type: textarea, id: what, attributes: {label: What happened?}}\n",
        "utf-8",
    )
    person = Person(("choose", "bug"), ("title", LEAVE))
    with pytest.raises(InterruptedRun):
        new(bench(person), NewOptions(pack=str(folder)))
    assert person.asked == ["choose", "title"]


@pytest.mark.parametrize("where", ["typing", "understood"])
def test_files_that_were_named_stay_whatever_is_told_and_chosen(bench, database, work_folder, where):
    (work_folder / "router.log").write_text("link down\n", "utf-8")
    steps = {"typing": [(":story", LEAVE)], "understood": [(":story", TOLD), ("understood", LEAVE)]}[where]
    with pytest.raises(InterruptedRun):
        new(bench(Person(*steps)), options(attach=("router.log",)))
    draft = Drafts(database).list()[0]
    steps = [] if where == "understood" else [(":story", TOLD)]
    person = Person(
        *steps, ("understood", "tell"), (":story", "It was so last week. " + TOLD), ("understood", "go"),
        ("review", "write"), otherwise=otherwise,
    )  # fmt: skip
    outcome = resume(bench(person), draft.id[:4], NewOptions())
    assert [one.name for one in outcome.request.attachments] == ["router.log"]


def test_a_pack_of_one_form_offers_no_other(bench, pack):
    person = Person((":story", "It is slow"), ("understood", LEAVE))
    with pytest.raises(InterruptedRun):
        new(bench(person), NewOptions(pack=str(pack)))
    assert not person.stories[0].changeable
