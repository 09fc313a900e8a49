"""Screens made by hand, and a tray that needs no disk."""

from collections.abc import Callable
from typing import Any

from support_cli.forms.model import Kind, Option, Question, Value
from support_cli.forms.options import Invalid
from support_cli.forms.questionnaire import problems_of
from support_cli.forms.values import read
from support_cli.interview.prompter import (
    FileRow,
    FilesScreen,
    Heading,
    ReviewPage,
    ReviewRow,
    Screen,
    StoryPage,
    StoryRow,
)

HEADING = Heading(title="Internet provider", position=4, total=9)
CONNECTIONS = (
    Option(label="Wi-Fi", description="without a cable"),
    Option(label="Cable", description="a wire to the computer"),
    Option(label="Mobile network"),
)


def checker(question: Question) -> Callable[[Value], str | None]:
    """The rules that the interview applies."""

    def check(raw: Value) -> str | None:
        try:
            value = read(question, raw)
        except Invalid as problem:
            return problem.message
        found = problems_of(question, value)
        return found[0].message if found else None

    return check


class Kept(list[str]):
    """What was kept while typing."""


def asking(kind: Kind = Kind.INPUT, kept: Kept | None = None, **fields: Any) -> Screen:
    """A screen; fields of ``Screen`` and of ``Question`` alike."""
    on_screen = {k: fields.pop(k) for k in list(fields) if k in Screen.__struct_fields__}
    fields.setdefault("label", "What happened?")
    question = Question(id="it", kind=kind, **fields)
    on_screen.setdefault("heading", HEADING)
    on_screen.setdefault("check", checker(question))
    return Screen(question=question, keep=(kept if kept is not None else Kept()).append, **on_screen)


class Shelf:
    """A tray that takes every name ending in a known suffix."""

    def __init__(self, *rows: FileRow, allowed: int = 10_000_000) -> None:
        self.files = list(rows)
        self.allowed = allowed
        self.asked: list[str] = []

    def rows(self) -> list[FileRow]:
        return list(self.files)

    def usage(self) -> tuple[int, int]:
        return sum(row.size for row in self.files), self.allowed

    def add(self, text: str) -> list[str]:
        self.asked.append(text)
        if "missing" in text:
            return [f"{text} was not found."]
        name = text.strip('"').rpartition("/")[2]
        self.files.append(FileRow(name=name, type="text/plain", size=1_000_000))
        return []

    def drop(self, index: int) -> None:
        del self.files[index]

    def zip(self, index: int) -> str:
        old = self.files[index]
        self.files[index] = FileRow(name=old.name + ".zip", type="zip", size=old.zipped or old.size)
        return f"{old.name}.zip is smaller now."


PHOTO = FileRow(name="screenshot.png", type="image/png", size=400_000)
LOG = FileRow(name="router.log", type="text/plain", size=5_700_000, zipped=300_000)


def collecting(tray: Shelf, **fields: Any) -> FilesScreen:
    """A screen for attachments."""
    on_screen = {k: fields.pop(k) for k in list(fields) if k in FilesScreen.__struct_fields__}
    question = Question(id="files", kind=Kind.UPLOAD, label="Files", **fields)
    return FilesScreen(heading=HEADING, question=question, tray=tray, **on_screen)


def reviewing(**fields: Any) -> ReviewPage:
    """A review page."""
    rows = (
        ReviewRow(number=1, question="name", label="Name", text="Olena Petrenko"),
        ReviewRow(
            number=2, question="tried", label="Tried", text="restarted\nchanged the cable", warnings=("which lights?",)
        ),
        ReviewRow(number=3, question="visit", label="Visit", text=""),
    )
    given = {
        "title": "Your request",
        "rows": rows,
        "size": 8_200_000,
        "limit": 14_000_000,
        "target": "support@example.org",
        "can_send": True,
    }
    return ReviewPage(**{**given, **fields})


def understood(**fields: Any) -> StoryPage:
    """A page about a story."""
    rows = (
        StoryRow(number=1, question="actual", label="What happens", text="no internet at all", quote="no internet"),
        StoryRow(
            number=2, question="began", label="Since", text="Monday, 30 November 2026", quote="since yesterday evening"
        ),
        StoryRow(number=3, question="account", label="Account", text="4417-0083", quote="4417-0083"),
    )
    given = {
        "heading": Heading(title="No connection · Internet provider", position=0, total=0),
        "rows": rows,
        "left": 3,
        "changeable": True,
    }
    return StoryPage(**{**given, **fields})
