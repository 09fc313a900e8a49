"""A person made of a script: answers by the question's id, and complains about what was not asked or not used."""

from collections.abc import Callable, Sequence
from typing import Any

from support_cli.interview.prompter import (
    Act,
    Back,
    Choice,
    Edit,
    FilesScreen,
    Leave,
    Reply,
    ReviewPage,
    Screen,
    Skip,
    StoryPage,
    Take,
)

BACK, SKIP, LEAVE = object(), object(), object()


class Person:
    """Answers a list of ``(question id, what)`` in order; ``review``, ``understood`` and ``choose`` are steps too.

    ``what`` is a value, BACK, SKIP, LEAVE, an exception to raise, or a function of the screen that returns one of them.
    """

    def __init__(self, *steps: tuple[str, Any], otherwise: Callable[[Screen], Any] | None = None) -> None:
        self.steps = list(steps)
        self.otherwise = otherwise
        self.asked: list[str] = []
        self.said: list[str] = []
        self.pages: list[ReviewPage] = []
        self.stories: list[StoryPage] = []
        self.screens: list[Screen] = []
        self.refused: list[tuple[str, str]] = []

    def _next(self, name: str, screen: Any) -> Any:
        self.asked.append(name)
        if self.steps and self.steps[0][0] == name:
            what = self.steps.pop(0)[1]
        elif self.otherwise is not None:
            what = self.otherwise(screen)
        else:
            raise AssertionError(f"{name} was asked, and the script says {self.steps[:1]}")
        if callable(what):
            what = what(screen)
        if what is LEAVE:
            raise Leave
        if isinstance(what, BaseException):
            raise what
        return what

    def ask(self, screen: Screen) -> Reply:
        if screen.question.id == ":story" and not (self.steps and self.steps[0][0] == ":story"):
            return Skip()  # who tells no story is asked question by question
        self.screens.append(screen)
        while True:
            what = self._next(screen.question.id, screen)
            if what is BACK:
                return Back()
            if what is SKIP:
                return Skip()
            if isinstance(what, str):
                screen.keep(what)
            problem = screen.check(what)
            if problem is None:
                return Take(what)
            self.refused.append((screen.question.id, problem))

    def files(self, screen: FilesScreen) -> Reply:
        what = self._next(screen.question.id, screen)
        if what is BACK:
            return Back()
        if what is SKIP:
            return Skip()
        for text in what:
            self.said += screen.tray.add(text)
        return Take([])

    def review(self, page: ReviewPage) -> Edit | Act:
        self.pages.append(page)
        what = self._next("review", page)
        return what if isinstance(what, Edit | Act) else Act(what)

    def story(self, page: StoryPage) -> Edit | Act:
        self.stories.append(page)
        what = self._next("understood", page)
        return what if isinstance(what, Edit | Act) else Act(what)

    def choose(self, title: str, choices: Sequence[Choice], default: str = "") -> str:
        what = self._next("choose", (title, choices, default))
        assert what in [choice.key for choice in choices], (what, choices)
        return str(what)

    def read(self, title: str, text: str) -> None:
        self.said.append(text)

    def say(self, text: str) -> None:
        self.said.append(text)

    def done(self) -> None:
        """Nothing of the script may be left."""
        assert not self.steps, f"never asked: {self.steps}"
