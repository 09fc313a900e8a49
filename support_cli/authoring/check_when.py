"""Whether a condition can ever hold, found without a customer.

The questions that a condition depends on are walked in the form's order; each takes, in turn, every kind of answer
that a condition could tell apart: the values that are named somewhere, one that is not, and none where none is
allowed. Branches in which the condition cannot hold any more are left at once.
"""

from collections.abc import Iterator, Mapping, Sequence

from support_cli.forms import questionnaire
from support_cli.forms.model import All, AnyOf, Condition, Form, Kind, Matches, Not, Question, Scalar, Value
from support_cli.forms.options import Invalid, find_option
from support_cli.forms.questionnaire import named_in
from support_cli.forms.values import read

_BUDGET = 20_000
_MOST_SUBSETS = 64
_OTHER = "\N{REPLACEMENT CHARACTER}"
"""Stands for an answer that no condition names."""


class GaveUp(Exception):
    """There are too many combinations to be sure."""


class Reach:
    """Answers questions about the conditions of one form."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self._options = questionnaire.choices_of(form)
        self._by_id = {question.id: question for question in form.questions}

    def possible(self, *conditions: Condition) -> bool:
        """Whether there are answers with which all the conditions hold; True where that is too much to find out."""
        goal = conditions[0] if len(conditions) == 1 else All(conditions)
        needed = self._needed(goal)
        domains = {q.id: self._domain(q, self._named(goal, needed)) for q in needed}
        cut = any(_is_several(q) and len(domains[q.id]) > _MOST_SUBSETS for q in needed)
        try:
            return self._walk(needed, 0, {}, goal, domains, [_BUDGET]) or cut
        except GaveUp:
            return True

    def _needed(self, goal: Condition) -> list[Question]:
        """The questions that a condition depends on, whether they are shown included, in the form's order."""
        wanted: set[str] = set()
        todo = list(named_in(goal))
        while todo:
            one = todo.pop()
            if one in wanted or one not in self._by_id:
                continue
            wanted.add(one)
            todo += named_in(self._by_id[one].when)
        return [question for question in self._form.questions if question.id in wanted]

    def _named(self, goal: Condition, needed: Sequence[Question]) -> dict[str, list[Scalar]]:
        """The values that the conditions at stake name, by question."""
        found: dict[str, list[Scalar]] = {}
        for condition in (goal, *(question.when for question in needed)):
            for match in matches_in(condition):
                found.setdefault(match.question, []).extend(match.values)
        return found

    def _domain(self, question: Question, named: Mapping[str, Sequence[Scalar]]) -> list[Value | None]:
        """Every kind of answer that a question can have while it is asked."""
        values = named.get(question.id, ())
        if not (question.on_form and question.asks):
            return [None]
        if question.kind is Kind.CONFIRM:
            return [True] if question.required else [True, False, None]
        if question.options:
            exact = {option.label for option in question.options}
            labels = {str(value) for value in values if str(value) in exact}
            others = (find_option(question.options, value) for value in {*map(str, values)} - labels)
            labels |= {option.label for option in others if option is not None}
            named_labels = [option.label for option in question.options if option.label in labels]
            rest = next((option.label for option in question.options if option.label not in labels), None)
            if _is_several(question):
                return _subsets(question, named_labels, rest)
            found: list[Value | None] = [*named_labels, *([rest] if rest is not None else [])]
        else:
            found = [*dict.fromkeys(v for v in (_admitted(question, value) for value in values) if v is not None)]
            found.append([_OTHER] if question.kind in (Kind.STEPS, Kind.UPLOAD) else _OTHER)
        return found if question.required and question.kind is not Kind.UPLOAD else [*found, None]

    def _walk(
        self,
        needed: Sequence[Question],
        at: int,
        answers: dict[str, Value],
        goal: Condition,
        domains: Mapping[str, list[Value | None]],
        budget: list[int],
    ) -> bool:
        budget[0] -= 1
        if budget[0] < 0:
            raise GaveUp
        state = _holds(goal, answers, {question.id for question in needed[at:]}, self._options)
        if state is not None:
            return state
        question = needed[at]
        if not questionnaire.holds(question.when, answers, self._options):
            return self._walk(needed, at + 1, answers, goal, domains, budget)
        for value in domains[question.id]:
            further = answers if value is None else {**answers, question.id: value}
            if self._walk(needed, at + 1, further, goal, domains, budget):
                return True
        return False


def _is_several(question: Question) -> bool:
    return question.multiple or question.kind is Kind.CHECKBOXES


def _subsets(question: Question, named: Sequence[str], rest: str | None) -> list[Value | None]:
    """Combinations of choices, small ones first; boxes that must be ticked are in all of them."""
    must = [option.label for option in question.options if option.required]
    free = [label for label in (*named, *([rest] if rest is not None else [])) if label not in must]
    found: list[Value | None] = []
    for size in range(len(free) + 1):
        for chosen in _combinations(free, size):
            both = {*must, *chosen}
            found.append([o.label for o in question.options if o.label in both] or None)
            if len(found) >= _MOST_SUBSETS:  # the longer list tells that not all of them are there
                return [*found, [option.label for option in question.options]]
    return [one for one in found if one is not None or not question.required]


def _combinations(items: Sequence[str], size: int) -> Iterator[tuple[str, ...]]:
    from itertools import combinations

    return combinations(items, size)


def _admitted(question: Question, value: Scalar) -> Value | None:
    """A value that a condition names, if the question takes it."""
    try:
        said = read(question, value)
    except Invalid:
        return None
    return value if said == value or str(said) == str(value) else None


def _holds(
    condition: Condition, answers: Mapping[str, Value], open_: set[str], options: Mapping[str, tuple[object, ...]]
) -> bool | None:
    """Whether a condition holds; None while that depends on questions that are still open."""
    if isinstance(condition, All | AnyOf):
        decisive = isinstance(condition, AnyOf)
        unsure = False
        for part in condition.parts:
            state = _holds(part, answers, open_, options)
            if state is decisive:
                return decisive
            unsure = unsure or state is None
        return None if unsure else not decisive
    if isinstance(condition, Not):
        state = _holds(condition.part, answers, open_, options)
        return None if state is None else not state
    if condition.question in open_:
        return None
    return questionnaire.holds(condition, answers, options)  # type: ignore[arg-type]


def matches_in(condition: Condition) -> Iterator[Matches]:
    """Every comparison inside a condition."""
    if isinstance(condition, Matches):
        yield condition
    elif isinstance(condition, All | AnyOf):
        for part in condition.parts:
            yield from matches_in(part)
    elif isinstance(condition, Not):
        yield from matches_in(condition.part)


def idle_values(reach: Reach, condition: Condition) -> list[tuple[Matches, Scalar]]:
    """Values that can never make a condition hold, because the answer is never so when it is looked at."""
    found = []
    parts = condition.parts if isinstance(condition, All) else (condition,)
    for part in parts:
        others = [one for one in parts if one is not part]
        for match in matches_in(part):
            if len(match.values) < 2 and match is part:
                continue
            for value in match.values:
                alone = Matches(match.question, (value,))
                if not reach.possible(alone, *(others if match is part else ())):
                    found.append((match, value))
    return found


def idle_parts(reach: Reach, condition: Condition) -> list[Condition]:
    """Parts of an ``any`` that can never hold beside the rest of the condition."""
    found: list[Condition] = []
    parts = condition.parts if isinstance(condition, All) else (condition,)
    for part in parts:
        if isinstance(part, AnyOf):
            others = [one for one in parts if one is not part]
            found += [one for one in part.parts if not reach.possible(one, *others)]
    return found
