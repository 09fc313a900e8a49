"""What the checks look at: every visible question with what was said, as text and as folded words."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from support_cli import questionnaire
from support_cli.checks.lexicon import Lexicon, lexicon_for
from support_cli.finding import Finding, Level
from support_cli.packs.model import Form, Kind, Question, Role, Value
from support_cli.request import Attachment
from support_cli.wordforms import words_of

_MAX_LOOKED_AT = 8_000
"""Characters of one answer that are looked at word by word; a log of a megabyte is no wording."""

FREE = frozenset([Kind.INPUT, Kind.TEXTAREA, Kind.STEPS])
IDENTITY = frozenset([Role.NAME, Role.EMAIL, Role.PHONE, Role.ACCOUNT, Role.ORDER, Role.SERIAL, Role.PREFERRED_CONTACT])


class Reply(NamedTuple):
    """One free answer.

    Attributes:
        question: What was asked.
        text: What was said; steps stand on lines of their own.
        words: Its folded words, of the first 8,000 characters.
    """

    question: Question
    text: str
    words: list[str]


class Case:
    """One request under the eyes of the checks.

    Attributes:
        form: The form.
        visible: The questions that can be asked now, in order.
        values: Question id to value, of visible questions only.
        replies: Question id to reply, of free answers only.
        texts: Translations of the pack's texts.
        attachments: Files that go along.
    """

    def __init__(
        self,
        form: Form,
        answers: Mapping[str, Value],
        attachments: Sequence[Attachment],
        language: str,
        texts: Mapping[str, str],
    ) -> None:
        self.form = form
        self.visible = questionnaire.visible(form, answers)
        self.values = {q.id: answers[q.id] for q in self.visible if q.id in answers}
        self.texts = texts
        self.attachments = attachments
        self.language = language
        self.replies = {q.id: _reply(q, self.values[q.id]) for q in self.visible if _is_free(q, self.values)}

    @cached_property
    def lexicon(self) -> Lexicon:
        """The word lists that count here."""
        return lexicon_for(self.language, "".join(r.text[:_MAX_LOOKED_AT] for r in self.replies.values()))

    def with_role(self, role: Role) -> list[Question]:
        """The visible questions that have a role."""
        return [q for q in self.visible if q.role is role]

    def said(self, role: Role) -> Reply | None:
        """The first free answer to a question of a role."""
        return next((r for r in self.replies.values() if r.question.role is role), None)

    @cached_property
    def story(self) -> list[Reply]:
        """The free answers that tell what happened: all but names, numbers and ways to be reached."""
        return [r for r in self.replies.values() if r.question.role not in IDENTITY and not r.question.secret]

    def tells(self, section: str, besides: Iterable[Role] = ()) -> bool:
        """Whether the story has a phrase of a section, answers of some roles left aside."""
        left_out = tuple(besides)
        return any(self.lexicon.within(section, r.words) for r in self.story if r.question.role not in left_out)

    def label(self, question: Question) -> str:
        """A question's label in the customer's language."""
        return self.texts.get(question.label, question.label).strip().rstrip(":?") or question.id


def _is_free(question: Question, values: Mapping[str, Value]) -> bool:
    return question.kind in FREE and isinstance(values.get(question.id), str | list)


def _reply(question: Question, value: Value) -> Reply:
    text = "\n".join(value) if isinstance(value, list) else str(value)
    return Reply(question, text, words_of(text[:_MAX_LOOKED_AT]))


def note(code: str, level: Level, question: Question, message: str, fix: str | None = None) -> Finding:
    """Makes the finding that a check has about a question; the flag that answers it is the fix."""
    return Finding(code=code, level=level, where=question.id, message=message, fix=fix or f"--set {question.id}=...")
