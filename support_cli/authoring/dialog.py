"""A few questions to a pack's author, on the screen that customers have."""

from collections.abc import Callable, Sequence

from support_cli.base.i18n import _
from support_cli.forms.model import Kind, Question, Value
from support_cli.interview.prompter import Back, Choice, Heading, Prompter, Screen, Skip, Take


class Dialog:
    """Asks one line after the other.

    Args:
        prompter: The screen.
        title: First line of every screen.
        total: How many questions there are, about.
    """

    def __init__(self, prompter: Prompter, title: str, total: int) -> None:
        self._prompter = prompter
        self._title = title
        self._total = total
        self._position = 0

    def line(
        self,
        label: str,
        *,
        hint: str = "",
        default: str = "",
        example: str = "",
        optional: bool = False,
        secret: bool = False,
        check: Callable[[str], str | None] = lambda _text: None,
    ) -> str:
        """Asks for one line of text.

        Args:
            label: The question.
            hint: What helps to answer it.
            default: What the field starts with.
            example: An answer that would do.
            optional: It may stay empty.
            secret: What is typed is masked.
            check: Says what is wrong with a text, or returns None.

        Raises:
            Leave: If the person wants to go.
        """
        self._position += 1
        question = Question(
            id="answer",
            kind=Kind.INPUT,
            label=label,
            description=hint,
            placeholder=example,
            example=example,
            required=not optional,
            secret=secret,
        )

        def judge(raw: Value) -> str | None:
            text = str(raw) if secret else str(raw).strip()
            return check(text) if text or optional else _("This needs an answer.")

        while True:
            reply = self._prompter.ask(
                Screen(
                    heading=Heading(title=self._title, position=self._position, total=self._total, saved=None),
                    question=question,
                    value=default or None,
                    can_go_back=False,
                    check=judge,
                    keep=lambda _text: None,
                )
            )
            if isinstance(reply, Take):
                return str(reply.raw) if secret else str(reply.raw).strip()
            if isinstance(reply, Skip) and optional:
                return ""
            assert isinstance(reply, Back | Skip)  # noqa: S101 - there is nothing to go back to: asked again

    def end(self) -> None:
        """Leaves the last answer behind on the screen."""
        self._prompter.say("")

    def choose(self, label: str, choices: Sequence[Choice], default: str) -> str:
        """Asks for one of a few lines and returns its key.

        Raises:
            Leave: If the person wants to go.
        """
        self._position += 1
        return self._prompter.choose(label, choices, default=default)
