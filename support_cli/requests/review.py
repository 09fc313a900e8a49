"""Questions and answers as the customer reads them, and the rows of the review page."""

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from support_cli.base.finding import Finding, Level
from support_cli.base.i18n import _, format_weekday
from support_cli.base.markdown import readable
from support_cli.base.text import clean_text
from support_cli.forms.model import Kind, Option, Question, Value
from support_cli.forms.request import Attachment
from support_cli.interview.engine import Engine
from support_cli.interview.prompter import ReviewRow

Texts = Mapping[str, str]


def translate(question: Question, texts: Texts) -> Question:
    """The question with its texts in the customer's language."""

    def t(text: str) -> str:
        return clean_text(texts.get(text, text))

    return msgspec.structs.replace(
        question,
        label=t(question.label).strip(),
        description=readable(texts.get(question.description, question.description)),
        placeholder=t(question.placeholder),
        example=t(question.example),
        why=t(question.why),
        options=tuple(
            Option(readable(texts.get(o.label, o.label)), t(o.description), o.required, exclusive=o.exclusive)
            for o in question.options
            if o.on_form
        ),
    )


def to_shown(question: Question, shown: Question, value: Value | None) -> Value | None:
    """A stored value with its choices as they are shown."""
    if value is None:
        return None
    on_form = [o for o in question.options if o.on_form]
    return _renamed(value, {o.label: s.label for o, s in zip(on_form, shown.options, strict=False)})


def from_shown(question: Question, shown: Question, raw: Value) -> Value:
    """The way back: choices as the form has them, whatever a screen made of their labels."""
    on_form = [o for o in question.options if o.on_form]
    return _renamed(raw, {s.label: o.label for o, s in zip(on_form, shown.options, strict=False)})


def _renamed(value: Value, names: Mapping[str, str]) -> Value:
    if isinstance(value, list):
        return [names.get(one, one) for one in value]
    return names.get(value, value) if isinstance(value, str) else value


def value_text(question: Question, value: Value, texts: Texts) -> str:
    """A value as readable text in the customer's language."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        if question.kind is Kind.STEPS:
            return "\n".join(f"{number}. {step}" for number, step in enumerate(value, 1))
        return ", ".join(texts.get(one, one).strip() for one in value)
    text = str(value)
    if question.kind in (Kind.DATE, Kind.TIME_WINDOW):
        return _with_weekday(text)
    return texts.get(text, text) if question.options else text


def _with_weekday(text: str) -> str:
    """A day or a window with the name of its weekday behind the day: what was understood of ``w piątek``."""
    day, _blank, hours = text.partition(" ")
    try:
        name = format_weekday(date.fromisoformat(day))
    except ValueError:
        return text
    return f"{day} ({name}) {hours}".rstrip()


def files_question() -> Question:
    """What stands for the attachments where the form does not ask for any."""
    return Question(id="attachments", kind=Kind.UPLOAD, label=_("Files"))


def review_rows(
    engine: Engine, files: Sequence[Attachment], texts: Texts, findings: Sequence[Finding]
) -> tuple[ReviewRow, ...]:
    """One row for each question that can be asked, and one for files that no question asks for."""
    questions = engine.visible()
    if files and all(question.kind is not Kind.UPLOAD for question in questions):
        questions.append(files_question())
    rows = []
    for number, question in enumerate(questions, 1):
        mine = [f for f in findings if f.where == question.id]
        rows.append(
            ReviewRow(
                number=number,
                question=question.id,
                label=texts.get(question.label, question.label).strip(),
                text=_answer_text(engine, question, files, texts),
                warnings=tuple(f.message for f in mine),
                blocking=any(f.level is Level.ERROR for f in mine),
            )
        )
    return tuple(rows)


def _answer_text(engine: Engine, question: Question, files: Sequence[Attachment], texts: Texts) -> str:
    if question.kind is Kind.UPLOAD:
        others = {q.id for q in engine.visible() if q.kind is Kind.UPLOAD and q.id != question.id}
        return ", ".join(file.name for file in files if file.question not in others)
    answer = engine.answers.get(question.id)
    if answer is None:
        return ""
    return "••••" if question.secret else value_text(question, answer.value, texts)
