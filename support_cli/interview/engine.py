"""The walk through a form, without any screen: next, answer, back, jump, progress.

The engine keeps every answer it was given, also of questions that became invisible; what is left out of a
request is decided by ``questionnaire.effective``. Defaults and prefills are never stored before somebody
accepted them, so they follow the answers that they depend on by themselves. What was said beforehand, by a flag or
in a file, is not asked again; going back reaches it all the same.

With a plan, the walk asks only what the plan names, in its order: after a story most of a form is known or not needed.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from support_cli.forms import questionnaire
from support_cli.forms.model import Form, Question, Value
from support_cli.forms.request import Answer, Source

Plan = Callable[[Mapping[str, Answer], Sequence[str]], Sequence[str]]
"""Names, by the answers and by what was asked, the questions that are left, in order; hidden ones are passed over."""


class Progress(NamedTuple):
    """Where the walk is: ``position`` of ``total``, both counting only what can still be asked."""

    position: int
    total: int


class Engine:
    """One interview.

    Attributes:
        form: The form that is walked.
        answers: Everything said so far, hidden answers included.
        at: Id of the question that is asked now; None on the review page.
        asked: With a plan, the questions that were asked, in order; none of them is asked again by itself.
    """

    def __init__(
        self,
        form: Form,
        answers: Mapping[str, Answer] | None = None,
        at: str | None = "",
        *,
        plan: Plan | None = None,
        asked: Sequence[str] = (),
    ) -> None:
        """Starts a walk.

        Args:
            form: The form.
            answers: Answers known before (flags, a file, a draft).
            at: Question to go on with; an empty text, or one that cannot be asked, for the first without a good
                answer; None for the review.
            plan: What is asked; without one, every visible question in the form's order.
            asked: Questions that were asked in an earlier run of this interview.
        """
        self.form = form
        self.plan = plan
        self.asked = list(asked)
        self.answers: dict[str, Answer] = dict(answers or {})
        # Questions visited since a jump, the current one last; empty on the ordinary walk.
        self._trail: list[str] = []
        self._then: str | None = None
        self._hidden_before: set[str] = set()
        self.at: str | None = None
        self.at = self._place(at)

    @property
    def values(self) -> dict[str, Value]:
        """Question id to value."""
        return {key: answer.value for key, answer in self.answers.items()}

    def visible(self) -> list[Question]:
        """The questions that can be asked now."""
        return questionnaire.visible(self.form, self.values)

    def current(self) -> Question | None:
        """The question to ask now; None when it is time for the review."""
        return None if self.at is None else self.form.question(self.at)

    def notes(self) -> list[str]:
        """Markdown of the items that stand between the question before and the current one."""
        texts: list[str] = []
        for question in questionnaire.shown(self.form, self.values):
            if question.id == self.at:
                return texts
            if question.asks:
                texts = []
            else:
                texts.append(question.text)
        return texts

    def closing_notes(self) -> list[str]:
        """Markdown of the items after the last question."""
        texts: list[str] = []
        for question in questionnaire.shown(self.form, self.values):
            texts = [] if question.asks else [*texts, question.text]
        return texts

    def answer(self, answer: Answer | None) -> None:
        """Stores the current question's answer (None: left empty) and moves on."""
        if self.at is None:
            return
        if answer is None:
            self.answers.pop(self.at, None)
        else:
            self.answers[self.at] = answer
        self._move_on(self.at)

    def _place(self, wanted: str | None) -> str | None:
        """A question that was wished for, if it can be asked; else the first that has no good answer."""
        questions = self.visible()
        if wanted is None or any(q.id == wanted for q in questions):
            return wanted
        if self.plan is not None:
            return next(iter(self.planned()), None)
        return next((q.id for q in questions if not self._settled(q)), None)

    def planned(self) -> list[str]:
        """With a plan, the questions that are still to be asked."""
        if self.plan is None:
            return []
        ids = {q.id for q in self.visible()}
        return [
            one
            for one in self.plan(self.answers, self.asked)
            if one in ids and one not in self.asked and one != self.at
        ]

    def ask_all(self) -> None:
        """Drops the plan: every question of the form is asked from here on, from the first without a good answer."""
        self.plan = None
        self._trail = []
        self.at = self._place("")

    def _settled(self, question: Question) -> bool:
        """Whether it has an answer with which nothing is wrong."""
        answer = self.answers.get(question.id)
        return answer is not None and not questionnaire.problems_of(question, answer.value)

    def _given(self, question: Question) -> bool:
        """Whether it was well answered before the interview began."""
        return self._settled(question) and self.answers[question.id].source >= Source.FILE

    def _move_on(self, done: str) -> None:
        questions = self.visible()
        ids = [q.id for q in questions]
        after = questions[ids.index(done) + 1 :] if done in ids else questions
        if not self._trail:
            self.at = next((q.id for q in after if not self._given(q)), None) if self.plan is None else self._next(done)
            return
        # One answer was mended: ask only what became visible by it and has no answer yet.
        opened = [q.id for q in after if q.id in self._hidden_before and q.id not in self.answers]
        if opened:
            self._trail.append(opened[0])
            self.at = opened[0]
        else:
            self._come_back()

    def _next(self, done: str) -> str | None:
        """With a plan: the question that was asked after this one, else the first that the plan names now."""
        if done not in self.asked:
            self.asked.append(done)
        ids = {q.id for q in self.visible()}
        again = [one for one in self.asked[self.asked.index(done) + 1 :] if one in ids]
        return next(iter([*again, *self.planned()]), None)

    def back(self) -> bool:
        """Goes to the question before; from the answer that is being mended, to where the jump began.

        Returns:
            Whether there was a place to go to.
        """
        if self._trail:
            self._trail.pop()
            if self._trail:
                self.at = self._trail[-1]
            else:
                self._come_back()
            return True
        before = self._before()
        if before is None:
            return False
        self.at = before
        return True

    def can_go_back(self) -> bool:
        """Whether ``back`` leads anywhere."""
        return bool(self._trail) or self._before() is not None

    def _before(self) -> str | None:
        ids = [q.id for q in self.visible()]
        if self.plan is not None:
            ids = [one for one in self.asked if one in ids]
        index = ids.index(self.at) if self.at in ids else len(ids)
        return ids[index - 1] if index > 0 else None

    def _come_back(self) -> None:
        self._trail = []
        self.at = self._place(self._then)

    def jump(self, question_id: str, then: str | None = None) -> bool:
        """Goes to one question and comes back after its answer.

        Args:
            question_id: The question.
            then: Where to come back to: another question, or None for the review.

        Returns:
            Whether that question can be asked now.
        """
        ids = [q.id for q in self.visible()]
        if question_id not in ids:
            return False
        self._hidden_before = {q.id for q in self.form.questions} - set(ids)
        self._trail = [question_id]
        self._then = then
        self.at = question_id
        return True

    def progress(self) -> Progress:
        """``4 of 12``: the current question among those that can be asked now, or that the plan asks."""
        ids = [q.id for q in self.visible()]
        if self.plan is not None:
            ids = [one for one in self.asked if one in ids]
            ids += [self.at] if self.at is not None and self.at not in ids else []
            ids += self.planned()
        return Progress(ids.index(self.at) + 1 if self.at in ids else len(ids), len(ids))
