"""What the review page shows: every answer with what is weak about it, and the files."""

from collections.abc import Sequence

from support_cli.base.finding import Finding, Level
from support_cli.base.i18n import _
from support_cli.forms.model import Kind, Question
from support_cli.forms.request import Attachment
from support_cli.interview.engine import Engine
from support_cli.interview.prompter import ReviewRow
from support_cli.requests.showing import Texts, value_text


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
