"""The port between the interview and a screen: what may be drawn, and what may come back.

Two adapters implement it, ``terminal`` (the only file that knows questionary) and ``plain`` (ordinary
lines, for screen readers and dumb terminals); tests bring a scripted third. None of them decides
anything: which question comes next, and whether an answer will do, is the engine's and the
questionnaire's business.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec

from support_cli.base.errors import InterruptedRun
from support_cli.base.i18n import _
from support_cli.forms.model import Question, Value
from support_cli.forms.request import FileRow as FileRow  # noqa: PLC0414 - part of this port, made below it


class Leave(InterruptedRun):
    """The person wants to save and go (Ctrl-C, Ctrl-D, the word ``save``). Everything taken is already stored."""

    def __init__(self) -> None:
        super().__init__(_("Stopped."))


class Take(msgspec.Struct, frozen=True):
    """The person answered; ``raw`` has already passed ``Screen.check``."""

    raw: Value


class Back(msgspec.Struct, frozen=True):
    """The person wants the previous question; works while the field is invalid."""


class Skip(msgspec.Struct, frozen=True):
    """The person leaves an optional question empty (clears an earlier answer)."""


Reply = Take | Back | Skip


class Heading(msgspec.Struct, frozen=True, kw_only=True):
    """The line above a question: where am I, is it saved.

    Attributes:
        title: What this is about.
        position: Number of the question, from 1.
        total: How many there are, about; 0 for one that stands alone.
        saved: Everything answered so far lies on the disk; None where nothing is kept before the end.
    """

    title: str
    position: int
    total: int
    saved: bool | None = True


class Screen(msgspec.Struct, frozen=True, kw_only=True):
    """One question, ready to be drawn; every text is in the customer's language.

    Attributes:
        heading: Where the person is.
        question: The question with its texts translated; ``options`` carry the labels to show.
        notes: Readable text of the ``markdown`` items that stand before it, already free of control characters.
        value: The value the field starts with: an earlier answer, a prefill or a default; None for empty.
        value_from: Where a prefill comes from (``from your git settings``), shown beside it; empty for an earlier one.
        unfinished: A half-typed text of an earlier run, which goes into the field instead of ``value``.
        adds: The value was noted by the program; what is typed is added to it, on a line of its own.
        group: Says that one of a few questions, of which this is one, needs an answer; empty where none is open.
        decides: What else is asked, or where the request goes, depends on the answer: Enter alone does not skip it.
        problem: Why the earlier answer cannot stay, shown under the field at the start; empty if all is well.
        can_go_back: A previous question exists.
        check: Says in one sentence why a raw value will not do, or returns None.
        keep: Stores a half-typed text; cheap enough to call while typing.
    """

    heading: Heading
    question: Question
    check: Callable[[Value], str | None]
    keep: Callable[[str], None]
    notes: str = ""
    value: Value | None = None
    value_from: str = ""
    unfinished: str | None = None
    adds: bool = False
    group: str = ""
    decides: bool = False
    problem: str = ""
    can_go_back: bool = True


class Tray(Protocol):
    """The attachments while a person collects them. Nothing is ever dropped without being asked."""

    def rows(self) -> Sequence[FileRow]:
        """The files taken so far, in order."""

    def usage(self) -> tuple[int, int]:
        """Bytes used and bytes allowed in all (the tighter of the file total and the encoded message)."""

    def add(self, text: str) -> list[str]:
        """Takes what was typed, dropped or pasted: a path, several quoted paths, a pattern, a folder.

        Returns:
            One sentence for each thing that could not be taken, with the reason and what to do; empty when all were.
        """

    def drop(self, index: int) -> None:
        """Takes one file out again."""

    def zip(self, index: int) -> str:
        """Replaces one file by a zip of it.

        Returns:
            One sentence about the outcome.
        """


class FilesScreen(msgspec.Struct, frozen=True, kw_only=True):
    """The question for attachments."""

    heading: Heading
    question: Question
    tray: Tray
    notes: str = ""
    can_go_back: bool = True


class ReviewRow(msgspec.Struct, frozen=True, kw_only=True):
    """One answer on the review page.

    Attributes:
        number: What the person types to change it.
        question: Id of the question.
        label: Its label, in the customer's language.
        text: The answer as one readable text (may have several lines); empty when not answered.
        warnings: Sentences shown beside it.
        blocking: At least one of the warnings stops the request.
    """

    number: int
    question: str
    label: str
    text: str
    warnings: tuple[str, ...] = ()
    blocking: bool = False


class ReviewPage(msgspec.Struct, frozen=True, kw_only=True):
    """Everything said so far, before anything leaves the machine.

    Attributes:
        title: Where the request will go.
        rows: One for each question that can be asked, and one for files that no question asks for.
        size: Weight of the encoded message in bytes; 0 where no message is made.
        limit: Most bytes the receiver takes.
        target: What Enter does: an address, a desk, or ``write files``.
        can_send: A way to send is set up and nothing blocks.
        remarks: Warnings about the request as a whole.
    """

    title: str
    rows: tuple[ReviewRow, ...]
    size: int
    limit: int
    target: str
    can_send: bool
    remarks: tuple[str, ...] = ()


class StoryRow(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was understood from the story.

    Attributes:
        number: What the person types to change it.
        question: Id of the question that it answers.
        label: The question's label, in the customer's language.
        text: The answer as one readable text.
        quote: The customer's own words that it was taken from.
    """

    number: int
    question: str
    label: str
    text: str
    quote: str


class StoryPage(msgspec.Struct, frozen=True, kw_only=True):
    """What was understood from the story, before anything is asked.

    Attributes:
        heading: The form that was chosen, and whether the story is saved.
        rows: What was understood; empty where nothing could be.
        left: How many questions are still to be asked.
        changeable: There is another form to choose.
    """

    heading: Heading
    rows: tuple[StoryRow, ...]
    left: int
    changeable: bool


class Edit(msgspec.Struct, frozen=True):
    """Change the answer of this question, then come back here."""

    question: str


class Act(msgspec.Struct, frozen=True):
    """What to do next.

    Attributes:
        action: On the review page ``send``, ``write``, ``attach``, ``preview`` or ``save``; on the page about the story
            ``go``, ``tell``, ``form``, ``all`` or ``save``.
    """

    action: str


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a chooser.

    Attributes:
        key: What ``choose`` returns.
        label: What is shown.
        hint: Shown beside it.
        final: What it does cannot be undone. Then nothing is chosen by filtering: the final line is taken by its
            number or a typed yes, and Enter alone, like any no, takes the default, which must be harmless.
    """

    key: str
    label: str
    hint: str = ""
    final: bool = False


class Prompter(Protocol):
    """A screen. Every method may raise ``Leave``."""

    def ask(self, screen: Screen) -> Reply:
        """Draws one question and returns once the answer passes ``screen.check``, or the person goes back or skips."""

    def files(self, screen: FilesScreen) -> Reply:
        """Lets the person collect attachments; ``Take([])`` when done (the tray holds them)."""

    def review(self, page: ReviewPage) -> Edit | Act:
        """Draws the review page and returns what to do."""

    def story(self, page: StoryPage) -> Edit | Act:
        """Draws what was understood from the story and returns what to do."""

    def choose(self, title: str, choices: Sequence[Choice], default: str = "") -> str:
        """Asks for one of a few lines and returns its key; the one with the key ``back`` is what going back takes."""

    def read(self, title: str, text: str) -> None:
        """Shows a text of any length to be read, until the person has done so."""

    def say(self, text: str) -> None:
        """Shows a few lines that need no answer. The text is free of control characters."""
