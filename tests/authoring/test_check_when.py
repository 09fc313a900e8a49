"""Conditions that can never hold: found, and nothing else called so."""

import itertools

from hypothesis import assume, given
from hypothesis import strategies as st

from support_cli.authoring.check_conditions import Reach, idle_parts, idle_values
from support_cli.forms import questionnaire
from support_cli.forms.model import ALWAYS, All, Answered, AnyOf, Kind, Matches, Not
from tests.making import answered_forms, ask, conditions, form, forms, line

CONNECTION = ask(Kind.DROPDOWN, "connection", ("Wi-Fi", "Cable"), required=True)
LIGHTS = ask(Kind.DROPDOWN, "lights", ("Red", "Green"), when=Matches("connection", ("Wi-Fi",)))
BOXES = ask(Kind.CHECKBOXES, "boxes", ("A", "B", "C"))
AGREED = ask(Kind.CONFIRM, "agreed", required=True)


def possible(condition, *questions):
    return Reach(form(*questions)).possible(condition)


def test_an_answer_that_hides_the_question_rules_its_values_out():
    both = All((Matches("connection", ("Cable",)), Matches("lights", ("Red",))))
    assert not possible(both, CONNECTION, LIGHTS)
    assert possible(Matches("lights", ("Red",)), CONNECTION, LIGHTS)
    assert possible(All((Matches("connection", ("Cable",)), Answered("lights", False))), CONNECTION, LIGHTS)


def test_what_must_be_answered_is_never_unanswered_while_it_is_asked():
    assert not possible(Answered("connection", False), CONNECTION)
    assert possible(Answered("lights", False), CONNECTION, LIGHTS)
    assert not possible(Matches("agreed", (False,)), AGREED)
    assert possible(Matches("agreed", (True,)), AGREED)


def test_one_choice_cannot_be_two():
    assert not possible(All((Matches("connection", ("Wi-Fi",)), Matches("connection", ("Cable",)))), CONNECTION)


def test_several_boxes_can():
    assert possible(All((Matches("boxes", ("A",)), Matches("boxes", ("B",)))), BOXES)
    assert possible(All((Matches("boxes", ("A",)), Not(Matches("boxes", ("B",))))), BOXES)


def test_all_choices_taken_away_leave_nothing():
    assert not possible(Not(Matches("connection", ("Wi-Fi", "Cable"))), CONNECTION)
    optional = ask(Kind.DROPDOWN, "connection", ("Wi-Fi", "Cable"))
    assert possible(Not(Matches("connection", ("Wi-Fi", "Cable"))), optional)


def test_numbers_and_texts_that_the_question_refuses_are_never_answered():
    assert not possible(Matches("count", (5,)), ask(Kind.NUMBER, "count", minimum=10))
    assert possible(Matches("count", (50,)), ask(Kind.NUMBER, "count", minimum=10))
    assert not possible(Matches("code", ("abc",)), line("code", pattern="[0-9]+"))
    assert not possible(Matches("code", ("abc",)), line("code", max_length=2))
    assert possible(Not(Matches("code", ("12",))), line("code", pattern="[0-9]+", required=True))


def test_a_question_that_is_never_shown_has_no_answer():
    hidden = line("later", when=Matches("connection", ("Fibre",)))
    assert not possible(Answered("later", True), CONNECTION, hidden)
    assert not possible(Answered("gone", True), line("gone", on_form=False))


def test_idle_values_and_branches_are_named():
    reach = Reach(form(CONNECTION, LIGHTS))
    when = All((Matches("connection", ("Wi-Fi", "Cable")), Matches("lights", ("Red",))))
    assert [(match.question, value) for match, value in idle_values(reach, when)] == [("connection", "Cable")]
    never = Answered("connection", False)
    assert idle_parts(reach, AnyOf((Matches("lights", ("Red",)), never))) == [never]
    assert idle_values(reach, Matches("lights", ("Red", "Green"))) == []


def test_more_boxes_than_can_be_tried_are_given_the_benefit_of_the_doubt():
    boxes = ask(Kind.CHECKBOXES, "boxes", tuple("ABCDEFGH"))
    wanted = All((*(Matches("boxes", (label,)) for label in "ABCDE"), Not(Matches("boxes", ("H",)))))
    assert possible(wanted, boxes)
    many = [ask(Kind.CHECKBOXES, f"b{n}", tuple("ABCDEFGH")) for n in range(12)]
    every = [Matches(f"b{n}", (label,)) for n in range(12) for label in "ABCDEFGH"]
    assert possible(All((*every, Not(All(tuple(every[:-1]))))), *many)


@given(answered_forms())
def test_what_is_asked_is_never_called_impossible(made):
    a_form, answers = made
    counted = questionnaire.effective(a_form, answers)
    missing = {one.where for one in questionnaire.check(a_form, counted)}
    assume(not missing)
    reach = Reach(a_form)
    for question in questionnaire.shown(a_form, counted):
        assert reach.possible(question.when)


WORLDS = {
    Kind.INPUT: ["Wi-Fi", "wifi", "Bill", "5", "1.5", "0", "other"],
    Kind.NUMBER: [5, 0, 1.5, 77],
    Kind.DROPDOWN: ["Wi-Fi", "Bill"],
    Kind.CHECKBOXES: [["Wi-Fi"], ["Bill"], ["Wi-Fi", "Bill"]],
    Kind.CONFIRM: [True, False],
    Kind.MARKDOWN: [],
}


def worlds(a_form):
    """Every way to fill in a form that the questionnaire has nothing against."""
    ids = [question.id for question in a_form.questions]
    for values in itertools.product(*([None, *WORLDS[question.kind]] for question in a_form.questions)):
        said = {key: value for key, value in zip(ids, values, strict=True) if value is not None}
        answers = questionnaire.effective(a_form, said)
        if not questionnaire.check(a_form, answers):
            yield answers


@given(st.data())
def test_it_says_the_same_as_trying_everything(data):
    a_form = data.draw(forms().filter(lambda made: len(made.questions) <= 3))
    condition = data.draw(conditions(len(a_form.questions)))
    assume(condition != ALWAYS)
    options = questionnaire.choices_of(a_form)
    tried = any(questionnaire.holds(condition, answers, options) for answers in worlds(a_form))
    assert Reach(a_form).possible(condition) == tried
