"""The one traversal of a form: what is visible, what is missing, what was said.

The interview, plain mode, scripts, drafts, request files and checks all ask here, so that no mode can ask a
hidden question or skip a rule.
"""

import difflib
from collections.abc import Mapping, Sequence

import msgspec

from support_cli.base.finding import Finding, Level
from support_cli.base.i18n import _
from support_cli.base.text import clean_line, shorten
from support_cli.forms.model import (
    All,
    Answered,
    AnyOf,
    Condition,
    Form,
    Kind,
    Matches,
    Not,
    Option,
    Question,
    Role,
    Route,
    Scalar,
    Value,
)
from support_cli.forms.options import NONE, Invalid, find_option
from support_cli.forms.values import read

Texts = Mapping[str, str]
_NO_TEXTS: Texts = {}
WAYS = {
    Role.EMAIL: ("mail", "пошт", "почт", "poczt"),
    Role.PHONE: ("phone", "call", "телефон", "дзвін", "дзвон", "звон", "telefon"),
}
"""Parts of words that name a way to reach somebody, in the languages that packs are written in."""


def named_in(condition: Condition) -> set[str]:
    """Ids of the questions that a condition names."""
    if isinstance(condition, Matches | Answered):
        return {condition.question}
    if isinstance(condition, Not):
        return named_in(condition.part)
    return set().union(*(named_in(part) for part in condition.parts))


def holds(condition: Condition, answers: Mapping[str, Value], options: Mapping[str, tuple[Option, ...]]) -> bool:
    """Whether a condition holds.

    Args:
        condition: The condition.
        answers: Values of the questions that are visible.
        options: Question id to its choices, so that ``wifi`` in a condition means ``Wi-Fi``.
    """
    if isinstance(condition, All):
        return not condition.parts or all(holds(part, answers, options) for part in condition.parts)
    if isinstance(condition, AnyOf):
        return any(holds(part, answers, options) for part in condition.parts)
    if isinstance(condition, Not):
        return not holds(condition.part, answers, options)
    value = answers.get(condition.question)
    if isinstance(condition, Answered):
        return (value is not None) == condition.present
    choices = options.get(condition.question, ())
    given = value if isinstance(value, list) else [] if value is None else [value]
    return any(_same(wanted, one, choices) for wanted in condition.values for one in given)


def _same(wanted: Scalar, given: Scalar, choices: tuple[Option, ...]) -> bool:
    if isinstance(wanted, bool) or isinstance(given, bool):
        return wanted is given
    if wanted == given:
        return True
    if isinstance(given, str):
        option = find_option(choices, str(wanted))
        return str(wanted) == given if option is None else option.label == given
    try:
        return isinstance(wanted, str) and float(wanted) == given
    except ValueError:
        return False


def choices_of(form: Form) -> dict[str, tuple[Option, ...]]:
    """Question id to its choices."""
    return {q.id: q.options for q in form.questions if q.options}


def shown(form: Form, answers: Mapping[str, Value]) -> list[Question]:
    """Lists what can be shown now, ``markdown`` items included, in the form's order.

    An answer to a question that is itself hidden counts as absent. A place of a Markdown template that nobody is
    asked about comes up once something stands there.
    """
    options = choices_of(form)
    counted: dict[str, Value] = {}
    result = []
    for question in form.questions:
        written = question.source is not None and question.id in answers
        if not (question.on_form or written) or not holds(question.when, counted, options):
            continue
        result.append(question)
        value = answers.get(question.id)
        if value is not None and question.asks:
            counted[question.id] = value
    return result


def visible(form: Form, answers: Mapping[str, Value]) -> list[Question]:
    """Lists the questions that can be asked now, in the form's order."""
    return [question for question in shown(form, answers) if question.asks]


def effective(form: Form, answers: Mapping[str, Value]) -> dict[str, Value]:
    """The answers that belong into a request: those of visible questions."""
    return {q.id: answers[q.id] for q in visible(form, answers) if q.id in answers}


class Said(msgspec.Struct, frozen=True):
    """What a set of raw values turned out to say.

    Attributes:
        values: Question id to value, visible or not.
        findings: One for each value that could not be taken.
    """

    values: dict[str, Value]
    findings: tuple[Finding, ...]


def understand(form: Form, raw: Mapping[str, object], texts: Texts = _NO_TEXTS) -> Said:
    """Reads raw values, keyed by question id or exact label, by the rules that a prompt applies.

    Returns:
        What could be taken, and an ``A`` finding for everything that could not.
    """
    by_label: dict[str, Question] = {}
    for question in form.questions:
        for label in (question.label, texts.get(question.label)):
            if label and question.asks:
                by_label.setdefault(label, question)
                by_label.setdefault(label.strip(), question)
    values: dict[str, Value] = {}
    findings = []
    for key, said in raw.items():
        target = form.question(key) or by_label.get(key)
        if target is None or not target.asks:
            findings.append(_unknown(form, key, texts))
            continue
        try:
            value = read(target, said, texts)
        except Invalid as problem:
            findings.append(_finding(problem.code, target, problem.message))
        else:
            if value is None and form.foreign and target.kind is Kind.DROPDOWN and said == NONE:
                value = NONE  # what the web form itself offers, and what its body then says
            if value is not None:
                values[target.id] = value
    return Said(values, tuple(findings))


def _unknown(form: Form, key: str, texts: Texts) -> Finding:
    said = shorten(clean_line(key[:1000]), 80)
    names = {name.casefold(): q.id for q in form.questions if q.asks for name in (label_of(q, texts), q.label, q.id)}
    near = difflib.get_close_matches(said.casefold(), names, 1, 0.6)
    message = _("“{key}” is not a question of this form.").format(key=said)
    meant = names[near[0]] if near else None
    if meant:
        message += " " + _("Did you mean “{near}”?").format(near=meant)
    return Finding(code="A005", level=Level.ERROR, where=said, message=message, fix=meant)


def check(form: Form, answers: Mapping[str, Value], texts: Texts = _NO_TEXTS) -> list[Finding]:
    """Lists what is missing or wrong among answers already read, all at once.

    Returns:
        ``A`` findings, in the form's order, ``require_any`` groups last.
    """
    findings = []
    seen = visible(form, answers)
    for question in seen:
        findings += problems_of(question, answers.get(question.id), texts)
    ids = {question.id: question for question in seen}
    for group in form.require_any:
        members = [ids[name] for name in group if name in ids]
        if members and not any(q.id in answers for q in members):
            findings.append(
                Finding(
                    code="A006",
                    level=Level.ERROR,
                    where=members[0].id,
                    message=one_needed(members, texts),
                    fix=f"--set {members[0].id}=...",
                )
            )
    return findings


def problems_of(question: Question, value: Value | None, texts: Texts = _NO_TEXTS) -> list[Finding]:
    """Lists what is wrong with one visible question's value: missing, a box not ticked, no longer valid."""
    if value is None:
        boxes = _due(question, ())
        if boxes:
            return [_finding("A007", question, _not_ticked(boxes, texts))]
        if question.required and question.kind is not Kind.UPLOAD:
            message = _("Not answered: {label}").format(label=label_of(question, texts))
            return [_finding("A001", question, message)]
        return []
    try:
        taken = read(question, value, texts)
    except Invalid as problem:
        return [_finding(problem.code, question, problem.message)]
    if taken is None:
        return problems_of(question, None, texts)
    if question.kind is Kind.CONFIRM and taken is not True and question.required:
        message = _("This consent is needed to go on: {label}").format(label=label_of(question, texts))
        return [_finding("A007", question, message)]
    boxes = _due(question, taken if isinstance(taken, list) else ())
    return [_finding("A007", question, _not_ticked(boxes, texts))] if boxes else []


def _due(question: Question, ticked: Sequence[str]) -> list[Option]:
    """Boxes that must be ticked and are not; one that is not shown cannot be."""
    if question.kind is not Kind.CHECKBOXES:
        return []
    return [o for o in question.options if o.required and o.on_form and o.label not in ticked]


def _not_ticked(boxes: list[Option], texts: Texts) -> str:
    labels = (clean_line(texts.get(o.label, o.label)) for o in boxes)
    return _("Please tick: {label}").format(label="; ".join(labels))


def way_named(choice: str) -> Role | None:
    """The way to reach somebody that an answer names, ``EMAIL`` or ``PHONE``; None for another, or for both."""
    named = [role for role, words in WAYS.items() if any(word in choice.casefold() for word in words)]
    return named[0] if len(named) == 1 else None


def deciding(form: Form, routes: Sequence[Route] = ()) -> set[str]:
    """Ids of the questions whose answers decide what else is asked, which steps are shown or where a request goes."""
    conditions = [question.when for question in form.questions]
    conditions += [steps.when for steps in form.self_help]
    conditions += [route.when for route in routes]
    return set().union(*map(named_in, conditions))


def open_group(form: Form, answers: Mapping[str, Value], question: Question) -> list[Question]:
    """The questions of a ``require_any`` group that this one could still answer for; empty where none needs it."""
    ids = {one.id: one for one in visible(form, answers)}
    for group in form.require_any:
        members = [ids[name] for name in group if name in ids]
        others = [one for one in members if one.id != question.id]
        if question.id in group and len(members) > 1 and not any(one.id in answers for one in others):
            return members
    return []


def one_needed(group: Sequence[Question], texts: Texts) -> str:
    """Says that one of a few questions has to be answered."""
    labels = ", ".join(label_of(question, texts) for question in group)
    return _("At least one of these is needed: {labels}.").format(labels=labels)


def label_of(question: Question, texts: Texts) -> str:
    """What a question is called, on one line."""
    return clean_line(texts.get(question.label, question.label)) or question.id


def labels_of(form: Form, texts: Texts) -> dict[str, str]:
    """What the questions of a form are called, by their ids."""
    return {question.id: label_of(question, texts) for question in form.questions}


def _finding(code: str, question: Question, message: str) -> Finding:
    flag = "--attach " + _("PATH") if question.kind is Kind.UPLOAD else f"--set {question.id}=..."
    return Finding(code=code, level=Level.ERROR, where=question.id, message=message, fix=flag)
