"""One question while plain mode asks it: what stands there already, and what was typed so far."""

from dataclasses import dataclass, field

from support_cli.base.text import clean_text
from support_cli.forms.model import Kind, Option, Value
from support_cli.interview.prompter import Screen
from support_cli.interview.wording import as_text, must_answer, takes_steps, takes_text


@dataclass(eq=False, repr=False)
class Visit:
    """One question.

    Attributes:
        screen: The question.
        many: It takes several lines.
        verbs: The commands that make sense here, which are named.
        words: The commands that are understood: such a word is never taken for an answer.
        options: The choices that are shown.
        start: What Enter alone takes, or None.
        lines: What was typed so far, for an answer of several lines.
        told: The answer was named by a number or kept, so that it is worth saying what was taken.
    """

    screen: Screen
    many: bool = field(init=False)
    verbs: list[str] = field(init=False)
    words: list[str] = field(init=False)
    options: list[Option] = field(init=False)
    start: Value | None = field(init=False)
    lines: list[str] = field(init=False)
    told: bool = False

    def __post_init__(self) -> None:
        screen, question = self.screen, self.screen.question
        self.many = (takes_text(question) or takes_steps(question)) and not question.secret
        self.options = [option for option in question.options if option.on_form]
        self.start, self.lines = screen.value, []
        half = None if question.secret else screen.unfinished
        if half is not None and self.many:
            self.start, self.lines = None, clean_text(half).strip("\n").split("\n") if half.strip() else []
        elif screen.adds and self.many:
            self.start, self.lines = None, as_text(screen.value).split("\n")
        elif half is not None and not self.options:
            self.start = clean_text(half).replace("\n", " ")
        if self.start in ("", []):
            self.start = None
        self.verbs = ["back"] if screen.can_go_back else []
        self.verbs += [] if must_answer(question) else ["skip"]
        self.verbs += [
            "help",
            "save" if screen.heading.saved is not None else "stop",
            *(["clear"] if self.many else []),
        ]
        self.words = ["back", "skip", *self.verbs]

    def keep(self, rest: str = "") -> None:
        """Stores what was typed so far.

        Args:
            rest: A line that was not ended.
        """
        question = self.screen.question
        if not self.options and not question.secret and question.kind is not Kind.CONFIRM:
            self.screen.keep("\n".join([*self.lines, *([rest] if rest else [])]))
