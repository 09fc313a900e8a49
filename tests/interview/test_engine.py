import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from support_cli.forms import questionnaire
from support_cli.forms.model import Answered, Kind, Matches, Not
from support_cli.forms.request import Answer, Source
from support_cli.interview.engine import Engine, Progress
from tests.making import VALUES, ask, form, forms, line

FORM = form(
    ask(Kind.MARKDOWN, "hello", text="Before you start"),
    ask(Kind.DROPDOWN, "topic", options=("Wi-Fi", "Bill", "Order")),
    line("router", Matches("topic", ("Wi-Fi",))),
    line("lamp", Answered("router", True)),
    ask(Kind.MARKDOWN, "kind", text="Be kind", when=Matches("topic", ("Bill",))),
    line("month", Matches("topic", ("Bill",))),
    line("summary", required=True),
    ask(Kind.MARKDOWN, "bye", text="Thank you"),
)


def said(value, source=Source.ASKED):
    return Answer(value, source)


def given(**answers):
    return {key: said(value, Source.FLAG) for key, value in answers.items()}


def walk(engine, *values):
    """Answers one question after another and returns where that led."""
    for value in values:
        engine.answer(None if value is None else said(value))
    return engine.at


def test_questions_come_in_order_and_only_those_that_matter():
    engine = Engine(FORM)
    assert engine.at == "topic"
    assert engine.progress() == Progress(1, 2)
    assert walk(engine, "Wi-Fi") == "router"
    assert engine.progress() == Progress(2, 3)
    assert walk(engine, "mine") == "lamp"
    assert engine.progress() == Progress(3, 4)
    assert walk(engine, None) == "summary"
    assert walk(engine, "It is slow") is None
    assert engine.progress() == Progress(4, 4)
    assert engine.current() is None


@pytest.mark.parametrize("source", list(Source))
def test_only_what_was_said_beforehand_is_not_asked_again(source):
    engine = Engine(FORM, {"summary": said("It is slow", source)}, at="topic")
    assert walk(engine, "Order") == (None if source in (Source.FILE, Source.FLAG) else "summary")
    assert Engine(FORM, {"topic": said("Order", source)}, at="topic").at == "topic"


def test_texts_stand_before_the_question_that_follows_them():
    engine = Engine(FORM)
    assert engine.notes() == ["Before you start"]
    assert walk(engine, "Bill") == "month"
    assert engine.notes() == ["Be kind"]
    assert walk(engine, "May") == "summary"
    assert engine.notes() == []
    assert engine.closing_notes() == ["Thank you"]


def test_back_keeps_what_comes_later_and_forward_passes_it_again():
    engine = Engine(FORM)
    walk(engine, "Wi-Fi", "mine", "red", "It is slow")
    assert [engine.back() for _ in range(5)] == [True, True, True, True, False]
    assert engine.at == "topic"
    assert not engine.can_go_back()
    assert walk(engine, "Wi-Fi") == "router"
    assert engine.answers["router"].value == "mine"
    assert walk(engine, "mine", "red") == "summary"
    assert engine.answers["summary"].value == "It is slow"


def plan(*ids):
    """Asks these, as long as they have no answer."""
    return lambda answers, _asked: [one for one in ids if one not in answers]


def test_a_plan_asks_only_what_it_names_in_its_order():
    engine = Engine(FORM, {"topic": said("Wi-Fi", Source.FILE)}, plan=plan("summary", "router", "month"))
    assert (engine.at, engine.progress()) == ("summary", Progress(1, 2))
    assert walk(engine, "It is slow") == "router"
    assert engine.progress() == Progress(2, 2)
    assert walk(engine, "mine") is None
    assert engine.progress() == Progress(2, 2)


def test_a_question_of_the_plan_that_was_left_empty_is_not_asked_again():
    engine = Engine(FORM, plan=plan("summary", "topic"))
    assert walk(engine, None) == "topic"
    assert walk(engine, "Bill") is None
    again = Engine(FORM, engine.answers, plan=plan("summary", "topic"), asked=["summary", "topic"])
    assert again.at is None
    assert again.back()
    assert again.at == "topic"


def test_back_in_a_plan_goes_to_what_was_asked_before_and_forward_again():
    engine = Engine(FORM, plan=plan("summary", "topic", "month"))
    assert walk(engine, "It is slow", "Bill") == "month"
    assert [engine.back(), engine.back(), engine.back()] == [True, True, False]
    assert engine.at == "summary"
    assert walk(engine, "Slow") == "topic"
    assert walk(engine, "Bill") == "month"


def test_a_plan_that_is_dropped_asks_everything_that_is_open():
    engine = Engine(FORM, {"summary": said("It is slow")}, plan=plan())
    assert engine.at is None
    engine.ask_all()
    assert engine.at == "topic"
    assert walk(engine, "Bill") == "month"


def test_an_answer_that_became_invisible_is_kept_and_does_not_count():
    engine = Engine(FORM)
    walk(engine, "Wi-Fi", "mine", "red", "It is slow")
    engine.jump("topic")
    assert walk(engine, "Bill") == "month"
    assert engine.answers["lamp"].value == "red"
    assert questionnaire.effective(FORM, engine.values) == {"topic": "Bill", "summary": "It is slow"}
    assert walk(engine, "May") is None
    engine.jump("topic")
    assert walk(engine, "Wi-Fi") is None
    assert questionnaire.effective(FORM, engine.values)["lamp"] == "red"


def test_a_jump_comes_back_to_the_review_at_once():
    engine = Engine(FORM)
    walk(engine, "Wi-Fi", "mine", "red", "It is slow")
    assert engine.jump("router")
    assert engine.progress() == Progress(2, 4)
    assert walk(engine, "theirs") is None
    assert engine.jump("summary")
    assert engine.back()
    assert engine.at is None
    assert engine.answers["summary"].value == "It is slow"


def test_a_jump_to_what_cannot_be_asked_goes_nowhere():
    engine = Engine(FORM, given(topic="Bill", month="May", summary="s"))
    assert engine.at is None
    assert not engine.jump("router")
    assert not engine.jump("hello")
    assert not engine.jump("no such")
    assert engine.at is None


def test_back_from_a_question_that_a_mended_answer_opened_leads_to_that_answer():
    engine = Engine(FORM, given(topic="Bill", month="May", summary="s"))
    engine.jump("topic")
    assert walk(engine, "Wi-Fi") == "router"
    assert walk(engine, "mine") == "lamp"
    assert engine.back()
    assert engine.at == "router"
    assert engine.back()
    assert engine.at == "topic"
    assert walk(engine, "Bill") is None
    assert engine.answers["router"].value == "mine"


def test_a_jump_may_lead_back_to_where_the_walk_stood():
    engine = Engine(FORM, {"topic": said("Wi-Fi"), "router": said("mine")}, "lamp")
    assert engine.jump("router", then="lamp")
    assert walk(engine, "theirs") == "lamp"
    assert engine.jump("topic", then="lamp")
    assert walk(engine, "Bill") == "month"
    assert walk(engine, None) == "month", "lamp is hidden now: the first question without an answer comes"
    assert walk(engine, None, "It is slow") is None


def test_what_was_said_beforehand_is_not_asked_again():
    engine = Engine(form(line("a"), line("b"), line("c")), given(b="x"))
    assert (engine.at, engine.progress()) == ("a", Progress(1, 3))
    assert walk(engine, "mine") == "c"
    assert engine.progress() == Progress(3, 3)
    assert engine.back()
    assert engine.at == "b", "going back reaches it"
    assert walk(engine, "y") == "c"
    engine.back()
    engine.back()
    assert walk(engine, "mine") == "b", "once said here it is a step of the walk"


def test_what_was_said_beforehand_and_will_not_do_is_asked():
    consent = ask(Kind.CONFIRM, "consent", required=True)
    engine = Engine(form(line("a"), consent, line("b")), given(a="x", consent=False, b="y"))
    assert engine.at == "consent"
    assert walk(engine, True) is None
    engine = Engine(form(line("z"), ask(Kind.NUMBER, "n", maximum=5)), given(n=7))
    assert walk(engine, "x") == "n"


def test_a_draft_goes_on_where_it_was_left():
    answers = {"topic": said("Wi-Fi"), "router": said("mine")}
    assert Engine(FORM, answers, "summary").at == "summary"
    assert Engine(FORM, answers, None).at is None
    assert Engine(FORM, answers, "month").at == "lamp", "a question that cannot be asked any more"
    assert Engine(FORM, answers, "no such").at == "lamp"
    assert Engine(FORM, {**answers, "old": said("x")}).answers["old"].value == "x"


def test_a_form_with_nothing_to_ask():
    engine = Engine(form(ask(Kind.MARKDOWN, "m", text="Read me")))
    assert (engine.at, engine.progress(), engine.can_go_back(), engine.back()) == (None, Progress(0, 0), False, False)
    engine.answer(said("x"))
    assert engine.answers == {}
    assert engine.closing_notes() == ["Read me"]


def test_a_question_that_is_only_asked_when_another_was_left_empty():
    made = form(line("phone"), line("email", Not(Answered("phone", True))))
    engine = Engine(made)
    assert walk(engine, None) == "email"
    engine.back()
    assert walk(engine, "+380") is None


class Walk(RuleBasedStateMachine):
    """Somebody answers, skips, goes back, jumps and changes their mind in a form that depends on itself."""

    @initialize(made=forms(), data=st.data())
    def start(self, made, data):
        self.form = made
        self.kinds = {q.id: q.kind for q in made.questions}
        asked = [q for q in made.questions if q.asks]
        chosen = data.draw(st.lists(st.sampled_from(asked), unique_by=lambda q: q.id)) if asked else []
        sources = st.sampled_from([Source.ASKED, Source.FILE])
        known = {q.id: said(data.draw(VALUES[q.kind]), data.draw(sources)) for q in chosen}
        at = data.draw(st.sampled_from(["", None, *self.kinds]))
        self.engine = Engine(made, known, at)
        self.told = dict(known)

    def visible(self):
        return [q.id for q in self.engine.visible()]

    @precondition(lambda self: self.engine.at is not None)
    @rule(data=st.data())
    def answers(self, data):
        at = self.engine.at
        value = said(data.draw(VALUES[self.kinds[at]]))
        self.told[at] = value
        self.engine.answer(value)

    @precondition(lambda self: self.engine.at is not None)
    @rule()
    def skips(self):
        self.told.pop(self.engine.at, None)
        self.engine.answer(None)

    @rule()
    def goes_back(self):
        before, could = self.engine.at, self.engine.can_go_back()
        assert self.engine.back() is could
        if could:
            assert self.engine.at != before
        else:
            assert self.engine.at == before

    @rule(data=st.data())
    def jumps(self, data):
        target = data.draw(st.sampled_from([*self.kinds, "nowhere"]))
        before = self.engine.at
        went = self.engine.jump(target)
        assert went is (target in self.visible())
        assert self.engine.at == (target if went else before)

    @rule()
    def leaves_and_comes_back(self):
        self.engine = Engine(self.form, self.engine.answers, self.engine.at)

    @rule()
    def confirms_everything(self):
        """Forward through what is answered changes nothing and ends at the review."""
        before = dict(self.engine.answers)
        for _step in range(len(self.kinds) * 2 + 1):
            at = self.engine.at
            if at is None:
                break
            self.engine.answer(self.engine.answers.get(at))
        assert self.engine.at is None
        assert self.engine.answers == before

    @invariant()
    def nothing_is_lost(self):
        assert self.engine.answers == self.told

    @invariant()
    def only_what_is_visible_is_asked(self):
        visible = self.visible()
        assert self.engine.at is None or self.engine.at in visible
        position, total = self.engine.progress()
        assert total == len(visible)
        assert position == (total if self.engine.at is None else visible.index(self.engine.at) + 1)
        assert 0 <= position <= total

    @invariant()
    def hidden_answers_are_kept_and_do_not_count(self):
        effective = questionnaire.effective(self.form, self.engine.values)
        assert set(effective) == set(self.told) & set(self.visible())


TestWalk = Walk.TestCase
TestWalk.settings = settings(stateful_step_count=15)
