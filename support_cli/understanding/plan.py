"""What is asked after a story: what is missing, in the order in which an operator would ask."""

from collections.abc import Mapping, Sequence

import msgspec

from support_cli.forms import questionnaire
from support_cli.forms.model import Form, Kind, Question, Role, Value

_DRAFTED = (Role.SUMMARY, Role.DETAILS)
"""Made from the story itself."""


def after_story(form: Form) -> Form:
    """The form as it is for somebody who told a story: fewer questions are required."""
    plan = form.story
    if plan.required is None:
        return form
    kept = frozenset(plan.required)
    questions = tuple(
        q if not q.required or q.id in kept or q.role in _DRAFTED or q.kind is Kind.CONFIRM
        else msgspec.structs.replace(q, required=False)
        for q in form.questions
    )  # fmt: skip
    return msgspec.structs.replace(form, questions=questions)


def what_to_ask(form: Form, answers: Mapping[str, Value], asked: Sequence[str] = ()) -> list[str]:
    """Lists the questions that are still to be asked after a story, the most useful first.

    Consents are left out: they stand together on a page of their own.

    Args:
        form: As ``after_story`` made it.
        answers: What is known.
        asked: What was asked already; of the questions that are merely useful, those count.
    """
    shown = [q for q in questionnaire.visible(form, answers) if q.kind not in (Kind.CONFIRM, Kind.UPLOAD)]
    ids = {q.id: q for q in shown}
    missing = [q.id for q in shown if _is_missing(q, answers)]
    for group in form.require_any:
        members = [one for one in group if one in ids]
        if members and not any(one in answers for one in members) and not set(members) & set(missing):
            missing += [one for one in members if one not in asked][:1]  # who has no phone is asked for the e-mail
    left = form.story.most - sum(one in form.story.ask and one not in missing for one in asked)
    useful = [one for one in form.story.ask if one in ids and one not in answers and one not in missing]
    useful = [one for one in useful if one not in asked][: max(left, 0)]
    order = {one: place for place, one in enumerate(form.story.ask)}
    place = {q.id: number for number, q in enumerate(shown)}
    return sorted(dict.fromkeys([*missing, *useful]), key=lambda one: (order.get(one, len(order)), place.get(one, 0)))


def consents(form: Form, answers: Mapping[str, Value]) -> list[Question]:
    """The consents that are still open, required ones first."""
    shown = [q for q in questionnaire.visible(form, answers) if q.kind is Kind.CONFIRM and q.id not in answers]
    return sorted(shown, key=lambda one: not one.required)


def draft_texts(form: Form, story: str, summary: str) -> dict[str, Value]:
    """The answers that are made from the story itself: its words as the details, a line of them as the summary."""
    drafted: dict[str, Value] = {}
    for question in form.questions:
        if question.role is Role.DETAILS and question.kind in (Kind.TEXTAREA, Kind.INPUT):
            most = question.max_length or len(story)
            drafted[question.id] = story if len(story) <= most else story[: most - 1] + "…"
        if question.role is Role.SUMMARY:
            most = question.max_length or 100
            drafted[question.id] = summary[:most]
    return drafted


def _is_missing(question: Question, answers: Mapping[str, Value]) -> bool:
    return question.id not in answers and question.required and question.role not in _DRAFTED
