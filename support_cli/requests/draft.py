"""One draft while it is written: every change is on the disk before the next question is drawn.

A disk that is full, or a database that went away, does not end the interview: the person is asked whether to try
again, to go on without saving, or to stop, and nothing that was said is thrown away meanwhile.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from support_cli.base.errors import SupportError
from support_cli.base.i18n import _
from support_cli.forms.model import Question
from support_cli.forms.request import Answer, Attachment
from support_cli.interview.prompter import Choice, Leave, Prompter

if TYPE_CHECKING:
    from support_cli.cases.drafts import Drafts
    from support_cli.cases.records import Draft


class DraftKeeper:
    """Writes one draft.

    Attributes:
        id: The draft's id.
        saved: Whether everything said so far is on the disk.
    """

    def __init__(
        self,
        drafts: "Drafts",
        draft: "Draft",
        prompter: Prompter | None,
        now: Callable[[], datetime],
        *,
        persistent: bool = True,
    ) -> None:
        self._drafts = drafts
        self._prompter = prompter
        self._now = now
        self.id = draft.id
        self.saved = persistent
        self._persistent = persistent
        self._give_up = False

    def answer(self, question: Question, answer: Answer | None) -> None:
        """Stores an answer, or that there is none; of a secret one only that it was given."""
        if answer is None:
            self._store(lambda: self._drafts.clear_answer(self.id, question.id, self._now()))
        elif question.secret:
            self._store(lambda: self._drafts.mark_secret(self.id, question.id, self._now()))
        else:
            self._store(lambda: self._drafts.save_answer(self.id, question.id, answer, self._now()))

    def unfinished(self, question: Question, text: str) -> None:
        """Stores a half-typed text. What cannot be stored now is tried again at the next key."""
        if question.secret or self._give_up:
            return
        try:
            self._drafts.save_unfinished(self.id, question.id, text, self._now())
        except SupportError:
            self.saved = False

    def position(self, question_id: str | None, progress: str) -> None:
        """Stores where to go on."""
        if not self._give_up:
            self._store(lambda: self._drafts.set_position(self.id, question_id, self._now(), progress=progress))

    def attachments(self, attachments: Sequence[Attachment]) -> None:
        """Stores which files were collected."""
        self._store(lambda: self._drafts.save_attachments(self.id, tuple(attachments), self._now()))

    def _store(self, write: Callable[[], None]) -> None:
        while not self._give_up:
            try:
                write()
            except SupportError as error:
                self.saved = False
                if self._prompter is None:
                    raise
                title = error.message + (" " + error.hint if error.hint else "")
                action = self._prompter.choose(
                    title,
                    [
                        Choice(key="again", label=_("Try again")),
                        Choice(key="unsaved", label=_("Go on without saving"), final=True),
                        Choice(key="leave", label=_("Stop here"), final=True),
                    ],
                    default="again",
                )
                if action == "leave":
                    raise Leave from None
                self._give_up = action == "unsaved"
            else:
                self.saved = self._persistent
                return
