"""Sample answers: what a form looks like when somebody has filled it in, for previews and for looking at templates."""

from collections.abc import Mapping

from support_cli.forms import questionnaire
from support_cli.forms.model import Form, Kind, Question, Value
from support_cli.forms.options import Invalid
from support_cli.forms.request import Attachment
from support_cli.forms.values import read

_NO_TEXTS: Mapping[str, str] = {}
_SAMPLES: dict[Kind, tuple[object, ...]] = {
    Kind.EMAIL: ("anna@example.org",),
    Kind.PHONE: ("+380 44 123 45 67", "+48 22 123 45 67"),
    Kind.URL: ("https://example.org/page",),
    Kind.DATE: ("2026-11-21",),
    Kind.TIME_WINDOW: ("12:00-14:00",),
    Kind.CONFIRM: (True,),
    Kind.STEPS: (["...", "..."],),
}

FILE = Attachment(
    path="photo.jpg", name="photo.jpg", type="image/jpeg", size=482_113, sha256="5f" * 32, note="", question=None
)
"""A file that nobody has to have."""


def sample_value(question: Question, texts: Mapping[str, str] = _NO_TEXTS) -> Value | None:
    """An answer that the question's own rules take, in the customer's language; None where none is found."""
    if question.kind is Kind.UPLOAD:
        return None
    if question.options:
        labels = [option.label for option in question.options if option.required] or [question.options[0].label]
        several = question.kind is Kind.CHECKBOXES or question.multiple
        return labels if several else question.options[0].label
    number = question.minimum if question.minimum is not None else min(question.maximum or 2, 2)
    written = [texts.get(text, text) for text in (question.example, question.placeholder) if text]
    candidates = (
        *([written] if question.kind is Kind.STEPS and written else written),
        *([number] if question.kind is Kind.NUMBER else ()),
        *_SAMPLES.get(question.kind, ("...", "A1", "1" * (question.min_length or 4))),
    )
    for candidate in candidates:
        try:
            value = read(question, candidate)
        except Invalid:
            continue
        if value is not None:
            return value
    return None


def sample_answers(form: Form, texts: Mapping[str, str] = _NO_TEXTS) -> dict[str, Value]:
    """Sample answers to every question that is asked while they are given."""
    answers: dict[str, Value] = {}
    for question in form.questions:
        value = sample_value(question, texts) if question.asks else None
        if value is not None and question in questionnaire.visible(form, answers):
            answers[question.id] = value
    return answers


def everything(form: Form) -> dict[str, Value]:
    """Something for every question, whether it would be asked or not: what a template can meet."""
    return {q.id: value for q in form.questions if q.asks and (value := sample_value(q)) is not None}
