"""Conditions that cannot do what they are there for: dead branches, choices that change nothing.

``T002`` (unknown ids, forward references, unknown choices) comes from reading a form; of routes it can only be told
with all forms at hand, here.
"""

import difflib
from collections.abc import Iterator

from support_cli.authoring.check_case import FormSource, PackSource, error, hint, listed, warning
from support_cli.authoring.check_when import Reach, idle_parts, idle_values, matches_in
from support_cli.base.finding import Finding
from support_cli.base.i18n import _
from support_cli.base.text import clean_line, shorten
from support_cli.forms.model import ALWAYS, All, Condition, Not, Question, Route
from support_cli.forms.options import find_option
from support_cli.forms.questionnaire import named_in
from support_cli.packs.yamltext import Path


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
        path: Path = ("routes", number, "when")
        faults = list(_unknown(source, route, path, known))
        found += faults
        if not faults and source.forms:
            found += _reachable(source, route, path, reaches, before)
        before.append(Not(route.when))
    return found


def _unknown(source: PackSource, route: Route, path: Path, known: dict[str, list[Question]]) -> Iterator[Finding]:
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
    source: PackSource, route: Route, path: Path, reaches: list[Reach], before: list[Condition]
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
