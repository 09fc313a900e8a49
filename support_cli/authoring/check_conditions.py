"""Conditions that cannot do what they are there for: dead branches, choices that change nothing.

``T002`` (unknown ids, forward references, unknown choices) comes from reading a form; of routes it can only be told
with all forms at hand, here.
"""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from support_cli.authoring.check_case import FormSource, PackSource, error, hint, listed, warning
from support_cli.base.finding import Finding
from support_cli.base.i18n import _
from support_cli.base.text import clean_line, shorten
from support_cli.forms import questionnaire
from support_cli.forms.model import (
    ALWAYS,
    All,
    AnyOf,
    Condition,
    Form,
    Kind,
    Matches,
    Not,
    Question,
    Route,
    Scalar,
    Value,
)
from support_cli.forms.options import Invalid, find_option
from support_cli.forms.questionnaire import named_in
from support_cli.forms.values import read
from support_cli.packs.yamltext import KeyPath

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


def check_form(source: FormSource) -> list[Finding]:
    """Looks at every ``when`` of a form."""
    reach = Reach(source.form)
    found: list[Finding] = []
    for question in source.form.questions:
        place = source.at(question, "when")
        found += _condition(
            reach,
            question.when,
            place,
            _("“{id}” is never asked: its condition can never hold.").format(id=question.id),
        )
        if question.when != ALWAYS and not reach.possible(Not(question.when)):
            found.append(hint("T012", place, _("This condition always holds, so it can go.")))
    for number, one in enumerate(source.form.self_help):
        place = source.where(("self_help", number, "when"))
        found += _condition(reach, one.when, place, _("These steps are never shown: their condition can never hold."))
    return found


def _condition(reach: Reach, when: Condition, place: str, dead: str) -> Iterator[Finding]:
    if when == ALWAYS:
        return
    if not reach.possible(when):
        yield warning("T010", place, dead)
        return
    for match, value in idle_values(reach, when):
        yield warning(
            "T011",
            place,
            _("“{value}” changes nothing here: “{id}” is never answered so where this condition is looked at.").format(
                value=shorten(clean_line(str(value)), 60), id=match.question
            ),
        )
    told = {match.question for match, _value in idle_values(reach, when)}
    for part in idle_parts(reach, when):
        if not named_in(part) & told:
            yield warning(
                "T011",
                place,
                _("One branch of “any” can never hold: {ids}.").format(ids=listed(sorted(named_in(part)))),
            )


def check_routes(source: PackSource) -> list[Finding]:
    """Looks at the routes with all forms at hand."""
    found: list[Finding] = []
    known: dict[str, list[Question]] = {}
    for one in source.forms:
        for question in one.form.questions:
            if question.asks:
                known.setdefault(question.id, []).append(question)
    reaches = [Reach(one.form) for one in source.forms]
    before: list[Condition] = []
    for number, route in enumerate(source.manifest.routes):
        path: KeyPath = ("routes", number, "when")
        faults = list(_unknown(source, route, path, known))
        found += faults
        if not faults and source.forms:
            found += _reachable(source, route, path, reaches, before)
        before.append(Not(route.when))
    return found


def _unknown(source: PackSource, route: Route, path: KeyPath, known: dict[str, list[Question]]) -> Iterator[Finding]:
    place = source.where(path)
    for name in sorted(named_in(route.when) - known.keys()):
        near = difflib.get_close_matches(name, known, 1, 0.6)
        message = _("“{key}” is not a question of any form.").format(key=name)
        if near:
            message += " " + _("Did you mean “{near}”?").format(near=near[0])
        yield error("T002", place, message, near[0] if near else None)
    for match in matches_in(route.when):
        questions = [question for question in known.get(match.question, ()) if question.options]
        for value in match.values:
            if questions and all(find_option(question.options, str(value)) is None for question in questions):
                labels = list(dict.fromkeys(option.label for q in questions for option in q.options))
                near = difflib.get_close_matches(str(value), labels, 1, 0.5)
                message = _("“{value}” is not one of the choices of “{id}”.").format(
                    value=shorten(clean_line(str(value)), 60), id=match.question
                )
                yield error("T002", place, message, near[0] if near else listed(labels))


def _reachable(
    source: PackSource, route: Route, path: KeyPath, reaches: list[Reach], before: list[Condition]
) -> Iterator[Finding]:
    place = source.where(path)
    if not any(reach.possible(route.when) for reach in reaches):
        yield warning("T010", place, _("No request ever takes this route: its condition can never hold."))
    elif not any(reach.possible(route.when, *before) for reach in reaches):
        yield warning("T010", place, _("No request ever takes this route: an earlier one takes them all."))
    else:
        parts = route.when.parts if isinstance(route.when, All) else (route.when,)
        for match in parts:
            for one in matches_in(match):
                for value in one.values:
                    alone = type(one)(one.question, (value,))
                    if len(one.values) > 1 and not any(reach.possible(alone, *before) for reach in reaches):
                        yield warning(
                            "T011",
                            place,
                            _(
                                "“{value}” changes nothing here: an earlier route takes it, or nobody can choose it."
                            ).format(value=shorten(clean_line(str(value)), 60)),
                        )
