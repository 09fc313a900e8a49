from hypothesis import given
from hypothesis import strategies as st

from support_cli.forms import questionnaire as q
from support_cli.forms.model import ALWAYS, All, Answered, AnyOf, Kind, Matches, Not, Option
from support_cli.issue_forms.rendering import render_issue
from tests.making import answered_forms, ask, conditions, form, is_clean, line, nasty_text, scalars
from tests.table import each

TOPIC = ask(Kind.DROPDOWN, "topic", options=("Wi-Fi", "Bill", "Order"))
OPTIONS = {"topic": TOPIC.options, "tried": (Option("Restarted it"), Option("Another cable"))}


@each(
    ("condition", "answers", "expected"),
    [
        (ALWAYS, {}, True),
        (AnyOf(()), {}, False),
        (Matches("topic", ("Wi-Fi",)), {"topic": "Wi-Fi"}, True),
        (Matches("topic", ("wifi",)), {"topic": "Wi-Fi"}, True),
        (Matches("topic", ("Bill", "Order")), {"topic": "Order"}, True),
        (Matches("topic", ("Bill",)), {"topic": "Order"}, False),
        (Matches("topic", ("Bill",)), {}, False),
        (Not(Matches("topic", ("Bill",))), {}, True),
        (Answered("topic", True), {"topic": "Bill"}, True),
        (Answered("topic", True), {}, False),
        (Answered("topic", False), {}, True),
        (Answered("consent", True), {"consent": False}, True),
        (Matches("tried", ("restarted it",)), {"tried": ["Another cable", "Restarted it"]}, True),
        (Matches("tried", ("Restarted it",)), {"tried": ["Another cable"]}, False),
        (Not(Matches("tried", ("Restarted it",))), {"tried": ["Another cable"]}, True),
        (Matches("consent", (True,)), {"consent": True}, True),
        (Matches("consent", (True,)), {"consent": False}, False),
        (Matches("consent", (1,)), {"consent": True}, False),
        (Matches("consent", ("true",)), {"consent": True}, False),
        (Matches("count", (5,)), {"count": 5}, True),
        (Matches("count", (5,)), {"count": 5.0}, True),
        (Matches("count", ("5",)), {"count": 5.0}, True),
        (Matches("count", ("five",)), {"count": 5}, False),
        (Matches("text", (5,)), {"text": "5"}, True),
        (Matches("text", ("a",)), {"text": "A"}, False),
        (All((Answered("a", True), Answered("b", True))), {"a": "x"}, False),
        (AnyOf((Answered("a", True), Answered("b", True))), {"a": "x"}, True),
    ],
)
def test_conditions(condition, answers, expected):
    assert q.holds(condition, answers, OPTIONS) is expected


@given(answered_forms())
def test_what_is_hidden_never_counts(case):
    made, answers = case
    visible = [one.id for one in q.visible(made, answers)]
    effective = q.effective(made, answers)
    assert set(effective) == set(visible) & set(answers)
    # What is left out decides nothing: the same questions are visible without it.
    assert [one.id for one in q.visible(made, effective)] == visible
    assert {finding.where for finding in q.check(made, answers)} <= set(visible)
    assert q.check(made, effective) == q.check(made, answers)


@given(st.data())
def test_conditions_and_their_opposites(data):
    condition = data.draw(conditions(3))
    answers = data.draw(st.dictionaries(st.sampled_from(["q0", "q1", "q2"]), st.one_of(scalars, st.just(["Bill"]))))
    options = {"q0": (Option("Wi-Fi"), Option("Bill"))}
    truth = q.holds(condition, answers, options)
    assert q.holds(Not(condition), answers, options) is not truth
    assert q.holds(All((condition, ALWAYS)), answers, options) is truth
    assert q.holds(AnyOf((condition, AnyOf(()))), answers, options) is truth


def test_an_answer_to_a_hidden_question_counts_as_absent():
    made = form(
        TOPIC,
        line("order", Matches("topic", ("Order",))),
        line("shop", Answered("order", True)),
    )
    answers = {"topic": "Bill", "order": "104", "shop": "Kyiv"}
    assert [one.id for one in q.visible(made, answers)] == ["topic"]
    assert q.effective(made, answers) == {"topic": "Bill"}
    assert [one.id for one in q.visible(made, {**answers, "topic": "Order"})] == ["topic", "order", "shop"]


def test_texts_are_shown_and_never_asked():
    made = form(ask(Kind.MARKDOWN, "note", text="Hello"), line("a"), ask(Kind.INPUT, "b", on_form=False, required=True))
    assert [one.id for one in q.shown(made, {})] == ["note", "a"]
    assert [one.id for one in q.visible(made, {})] == ["a"]
    assert q.check(made, {}) == []
    assert q.effective(made, {"a": "x", "b": "y"}) == {"a": "x"}


# --- understand -------------------------------------------------------------------------------------------------------

CONTACT = form(
    ask(Kind.EMAIL, "email", label="E-mail"),
    ask(Kind.INPUT, "name", label="Your name "),
    ask(Kind.DROPDOWN, "topic", label="Topic", options=("Bill", "Order")),
    ask(Kind.MARKDOWN, "note", label=""),
)


def test_answers_go_by_id_or_label_in_either_language():
    said = q.understand(
        CONTACT,
        {"E-mail": " Anna@EXAMPLE.org", "Ваше ім'я": "Анна", "Topic": "рахунок"},
        {"Your name ": "Ваше ім'я", "Bill": "Рахунок"},
    )
    assert said.values == {"email": "Anna@example.org", "name": "Анна", "topic": "Bill"}
    assert said.findings == ()


def test_everything_wrong_is_said_at_once():
    said = q.understand(
        CONTACT,
        {"emial": "a@example.org", "Your nmae": "x", "email": "nobody", "topic": "yes", "note": "x", "name": ["a"]},
    )
    assert [(f.code, f.where, f.fix) for f in said.findings] == [
        ("A005", "emial", "email"),
        ("A005", "Your nmae", "name"),
        ("A003", "email", "--set email=..."),
        ("A002", "topic", "--set topic=..."),
        ("A005", "note", None),
        ("A003", "name", "--set name=..."),
    ]
    assert "“emial” is not a question of this form. Did you mean “email”?" in said.findings[0].message
    assert said.values == {}


def test_empty_values_are_no_answers():
    said = q.understand(CONTACT, {"email": "", "name": None, "topic": []})
    assert said == q.Said({}, ())


@given(st.dictionaries(nasty_text, st.one_of(nasty_text, st.integers(), st.lists(nasty_text, max_size=2)), max_size=4))
def test_any_mapping_is_understood_or_explained(raw):
    said = q.understand(CONTACT, raw)
    assert len(said.findings) + len(said.values) <= len(raw)
    assert set(said.values) <= {"email", "name", "topic"}
    for finding in said.findings:
        assert is_clean(finding.message + finding.where)
        assert "\n" not in finding.message
    assert q.understand(CONTACT, said.values) == q.Said(said.values, ())


# --- check ------------------------------------------------------------------------------------------------------------


def only(question, value):
    (finding,) = q.problems_of(question, value)
    return finding


def test_what_is_missing_is_named_with_its_flag():
    finding = only(ask(Kind.INPUT, "expected", label="What did you expect?", required=True), None)
    assert (finding.code, finding.where, finding.fix) == ("A001", "expected", "--set expected=...")
    assert finding.message == "Not answered: What did you expect?"


@each("value", ["", " ", []])
def test_an_empty_value_is_missing(value):
    assert only(ask(Kind.INPUT, required=True), value).code == "A001"


def test_an_answer_that_the_form_no_longer_takes_is_told():
    assert only(TOPIC, "Television").code == "A002"
    assert only(ask(Kind.CHECKBOXES, options=("A",)), ["A", "B"]).code == "A002"
    assert only(ask(Kind.INPUT, max_length=3), "four").code == "A004"
    assert only(ask(Kind.CONFIRM), "perhaps").code == "A003"


def test_boxes_that_must_be_ticked():
    boxes = ask(Kind.CHECKBOXES, options=(Option("I agree", required=True), Option("News")), required=True)
    assert only(boxes, None).code == "A007"
    assert only(boxes, ["News"]).message == "Please tick: I agree"
    assert q.problems_of(boxes, ["I agree"]) == []


def test_a_box_that_is_not_shown_cannot_be_demanded():
    boxes = ask(Kind.CHECKBOXES, options=(Option("Hidden", required=True, on_form=False), Option("News")))
    assert q.problems_of(boxes, None) == []
    assert q.problems_of(boxes, ["News"]) == []


def test_a_consent_that_is_needed():
    consent = ask(Kind.CONFIRM, label="You may call me", required=True)
    assert only(consent, None).code == "A001"
    assert only(consent, False).message == "This consent is needed to go on: You may call me"
    assert q.problems_of(consent, True) == []
    assert q.problems_of(ask(Kind.CONFIRM), False) == []


def test_one_of_a_group_is_enough_and_hidden_ones_are_not_demanded():
    made = form(
        TOPIC,
        line("account", Not(Matches("topic", ("Order",)))),
        line("phone"),
        require_any=(("account", "phone"), ("account",)),
    )
    findings = q.check(made, {"topic": "Bill"})
    assert [(f.code, f.where) for f in findings] == [("A006", "account"), ("A006", "account")]
    assert findings[0].message == "At least one of these is needed: account, phone."
    assert q.check(made, {"topic": "Bill", "account": "1"}) == []
    assert q.check(made, {"topic": "Order", "phone": "1"}) == []
    assert [f.where for f in q.check(made, {"topic": "Order", "account": "1"})] == ["phone"]


def test_hostile_labels_are_shown_harmlessly():
    question = ask(Kind.INPUT, "q", label="\x1b[31mred\u202e\r\n", required=True)
    assert only(question, None).message == "Not answered: red"


def test_none_is_an_answer_where_the_web_form_offers_it() -> None:
    pick = ask(Kind.DROPDOWN, "pick", options=("A", "B"))
    both = ask(Kind.DROPDOWN, "both", options=("A", "B"), multiple=True)
    said = {"pick": "None", "both": "None"}
    assert q.understand(form(pick, both, foreign="github"), said).values == {"pick": "None"}
    assert q.understand(form(pick, both), said).values == {}
    assert render_issue(form(pick, foreign="github"), {"pick": "None"}, flavour="issue-classic").endswith("\n\nNone")
