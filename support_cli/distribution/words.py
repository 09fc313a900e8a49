"""What a pack means, in words that its author or a customer reads: conditions, types, personal data."""

from collections.abc import Mapping, Sequence

from support_cli.base.i18n import N_, _
from support_cli.base.text import clean_line, shorten
from support_cli.forms.model import All, Answered, AnyOf, Condition, Form, Kind, Matches, Not, Question, Role, Scalar
from support_cli.forms.options import find_option

Texts = Mapping[str, str]
_NO_TEXTS: Texts = {}

KINDS = {
    Kind.MARKDOWN: N_("a text to read"),
    Kind.INPUT: N_("one line"),
    Kind.TEXTAREA: N_("several lines"),
    Kind.DROPDOWN: N_("a choice"),
    Kind.CHECKBOXES: N_("boxes to tick"),
    Kind.UPLOAD: N_("files"),
    Kind.EMAIL: N_("an e-mail address"),
    Kind.PHONE: N_("a phone number"),
    Kind.URL: N_("a web address"),
    Kind.NUMBER: N_("a number"),
    Kind.DATE: N_("a day"),
    Kind.TIME_WINDOW: N_("hours from and to"),
    Kind.STEPS: N_("steps, one a line"),
    Kind.CONFIRM: N_("a consent"),
}
"""What each type of question takes."""

_PERSONAL_KINDS = (Kind.EMAIL, Kind.PHONE)
_PERSONAL_ROLES = (
    Role.NAME,
    Role.EMAIL,
    Role.PHONE,
    Role.ACCOUNT,
    Role.ORDER,
    Role.SERIAL,
    Role.PREFERRED_CONTACT,
)


def is_personal(question: Question) -> bool:
    """Whether an answer is about a person rather than about what happened."""
    return (
        question.private
        or question.secret
        or question.kind in _PERSONAL_KINDS
        or question.role in _PERSONAL_ROLES
        or question.id == "contact_time"
    )


def label_of(question: Question, texts: Texts = _NO_TEXTS) -> str:
    """What a question is called, on one short line."""
    return shorten(clean_line(texts.get(question.label, question.label)), 80) or question.id


def describe(condition: Condition, form: Form | None, texts: Texts = _NO_TEXTS) -> str:
    """Says when a condition holds; empty for one that always does.

    Args:
        condition: The condition.
        form: The form whose questions it names; None to name them by their ids.
        texts: Translations of the pack's texts.
    """
    if isinstance(condition, All):
        return _chain(N_("{one} and {other}"), [describe(part, form, texts) for part in condition.parts])
    if isinstance(condition, AnyOf):
        return _chain(N_("{one}, or {other}"), [describe(part, form, texts) for part in condition.parts])
    if isinstance(condition, Not):
        part = condition.part
        if isinstance(part, Matches):
            return _matches(part, form, texts, N_("“{question}” is not {values}"), N_("“{question}” has no {values}"))
        if isinstance(part, Answered):
            return describe(Answered(part.question, not part.present), form, texts)
        return _("not so that {condition}").format(condition=describe(part, form, texts))
    if isinstance(condition, Answered):
        pattern = _("“{question}” is answered") if condition.present else _("“{question}” is not answered")
        return pattern.format(question=_name(condition.question, form, texts))
    return _matches(condition, form, texts, N_("“{question}” is {values}"), N_("“{question}” has {values}"))


def _matches(condition: Matches, form: Form | None, texts: Texts, one: str, several: str) -> str:
    question = form.question(condition.question) if form else None
    many = question is not None and (question.multiple or question.kind is Kind.CHECKBOXES)
    values = [_value(value, question, texts) for value in condition.values]
    return _(several if many else one).format(
        question=_name(condition.question, form, texts), values=_chain(N_("{one} or {other}"), values)
    )


def _chain(pattern: str, parts: Sequence[str]) -> str:
    parts = [part for part in parts if part]
    if not parts:
        return ""
    chained = parts[0]
    for part in parts[1:]:
        chained = _(pattern).format(one=chained, other=part)
    return chained


def _name(question_id: str, form: Form | None, texts: Texts) -> str:
    question = form.question(question_id) if form else None
    return label_of(question, texts).rstrip(":?") if question else clean_line(question_id)


def _value(value: Scalar, question: Question | None, texts: Texts) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    option = find_option(question.options, str(value)) if question else None
    label = option.label if option else str(value)
    return _("“{text}”").format(text=clean_line(texts.get(label, label)))
