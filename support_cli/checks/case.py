"""What the checks look at: every visible question with what was said, as text and as folded words."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from support_cli.base.finding import Finding, Level
from support_cli.base.wordforms import words_of
from support_cli.forms import questionnaire
from support_cli.forms.model import Form, Kind, Question, Role, Value
from support_cli.forms.request import Attachment
from support_cli.understanding.lexicon import Lexicon, Marks, lexicon_for

if TYPE_CHECKING:
    from support_cli.understanding.discourse import Told

LOOKED_AT = 8_000
"""Characters of one answer that are looked at word by word; a log of a megabyte is no wording."""

REPORT = 420
"""Characters of a report; a list, a block of code or several paragraphs make one of any length."""
_ITEM = r"^\s*(?:\d{1,2}[.)]|[-*•])\s+\S"
_LISTED = rf"(?m){_ITEM}.*\n(?s:.*){_ITEM}|^\s*```|(?s:\S\s*\n\s*\n\s*\S.*\n\s*\n\s*\S)"
_NO_REPORT = frozenset([Role.TRIED, Role.EXPECTED, Role.OUTCOME])

FREE = frozenset([Kind.INPUT, Kind.TEXTAREA, Kind.STEPS])
IDENTITY = frozenset([Role.NAME, Role.EMAIL, Role.PHONE, Role.ACCOUNT, Role.ORDER, Role.SERIAL, Role.PREFERRED_CONTACT])


class Reply:
    """One free answer.

    Attributes:
        question: What was asked.
        text: What was said; steps stand on lines of their own.
        words: Its folded words, of the first 8,000 characters.
        marks: Which phrases of the word lists stand in it.
    """

    def __init__(self, question: Question, value: Value, lexicon: Lexicon) -> None:
        self.question = question
        self.text = "\n".join(value) if isinstance(value, list) else str(value)
        self.words = words_of(self.text[:LOOKED_AT])
        self.marks: Marks = lexicon.marks(self.words)


_STORY = Question(id="story", kind=Kind.TEXTAREA, label="", role=Role.DETAILS)
"""Stands for the story that a request began with, which answers no question of the form."""


class Case:
    """One request under the eyes of the checks.

    Attributes:
        form: The form.
        language: The language spoken with the customer.
        visible: The questions that can be asked now, in order.
        values: Question id to value, of visible questions only.
        replies: Question id to reply, of free answers only.
        texts: Translations of the pack's texts.
        attachments: Files that go along.
        lexicon: The word lists that count here.
        today: The day on which it is looked at.
    """

    def __init__(
        self,
        form: Form,
        answers: Mapping[str, Value],
        attachments: Sequence[Attachment],
        language: str,
        texts: Mapping[str, str],
        today: date,
        story: str = "",
    ) -> None:
        self.form = form
        self.language = language
        self.visible = questionnaire.visible(form, answers)
        self.values = {q.id: answers[q.id] for q in self.visible if q.id in answers}
        self.texts = texts
        self.today = today
        self.attachments = attachments
        free = [q for q in self.visible if _is_free(q, self.values)]
        self.lexicon = lexicon_for(language, "".join(str(self.values[q.id])[:LOOKED_AT] for q in free))
        self.replies = {q.id: Reply(q, self.values[q.id], self.lexicon) for q in free}
        if story and not any(reply.question.role is Role.DETAILS for reply in self.replies.values()):
            self.replies[_STORY.id] = Reply(_STORY, story, self.lexicon)

    def with_role(self, role: Role) -> list[Question]:
        """The visible questions that have a role."""
        return [q for q in self.visible if q.role is role]

    def answered(self, role: Role) -> bool:
        """Whether a question of a role has an answer."""
        return any(q.id in self.values for q in self.with_role(role))

    def said(self, role: Role) -> Reply | None:
        """The first free answer to a question of a role."""
        return next((r for r in self.replies.values() if r.question.role is role), None)

    @cached_property
    def story(self) -> list[Reply]:
        """The free answers that tell what happened: all but names, numbers and ways to be reached."""
        return [r for r in self.replies.values() if r.question.role not in IDENTITY and not r.question.secret]

    @cached_property
    def told(self) -> "Told | None":
        """What a long story tells, by the regression; None for a short one, which the word lists judge."""
        text = "\n\n".join(reply.text[:LOOKED_AT] for reply in self.story if reply.question.role not in _NO_REPORT)
        if len(text) < REPORT and not re.search(_LISTED, text):
            return None
        from support_cli.understanding.discourse import tells  # its weights are read only where a text is long

        return tells(text, self.language)

    def tells(self, section: str, besides: Iterable[Role] = ()) -> bool:
        """Whether the story has a phrase of a section, answers of some roles left aside."""
        left_out = tuple(besides)
        return any(section in r.marks for r in self.story if r.question.role not in left_out)

    def marks(self, text: str) -> Marks:
        """Which phrases of the word lists stand in a text that is no answer."""
        return lexicon_for(self.language, text).marks(words_of(text))

    def label(self, question: Question) -> str:
        """A question's label in the customer's language."""
        return self.texts.get(question.label, question.label).strip().rstrip(":?") or question.id


def _is_free(question: Question, values: Mapping[str, Value]) -> bool:
    return question.kind in FREE and isinstance(values.get(question.id), str | list)


def note(code: str, level: Level, question: Question, message: str, fix: str | None = None) -> Finding:
    """Makes the finding that a check has about a question; the flag that answers it is the fix."""
    return Finding(code=code, level=level, where=question.id, message=message, fix=fix or f"--set {question.id}=...")
