"""One field while it is on the screen: what the keys change, and what ends it.

Nothing here draws or reads keys; ``keys`` calls it, ``panel`` shows its sentences, ``terminal`` runs it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from prompt_toolkit.application import Application
from prompt_toolkit.buffer import Buffer

from support_cli.base.i18n import _
from support_cli.interview.choices import ChoiceList
from support_cli.interview.commands import Stay, pasted
from support_cli.interview.keeper import Keeper
from support_cli.interview.panel import Panel
from support_cli.interview.paths import Completion
from support_cli.interview.prompter import Leave

T = TypeVar("T")


class OpenEditor:
    """The person wants to go on in an editor."""


@dataclass(eq=False, repr=False)
class Live(Generic[T]):
    """One field, and the text in it.

    Attributes:
        panel: The texts around it.
        take: Turns the text into what ends the field, or raises ``Stay``. It is called again while a sentence is
            shown, so it must not change anything.
        text: What the field holds; at first what it starts with.
        back: What ends the field when the person goes back; None where there is nothing to go back to.
        keeper: Stores half-typed text, or None.
        choices: The list under it, or None.
        complete: Completes what stands before the cursor, on Tab; or None.
        scroll: Moves the text under it by that many lines; or None.
        multiline: Enter begins a new line.
        steps: Every line is one step; Enter in an empty one ends the field.
        secret: What is typed is masked.
        paths: A pasted line is a path.
        offered: The text is an offer: what is typed at its end takes its place, until the text or the place changes.
        editor: Ctrl+E opens an editor.
        kept: What was answered is still there after leaving.
        placeholder: Shown in the empty field.
        enter: Says what the ending key does now: ``done``, ``skip``.
        candidates: What Tab could complete to.
    """

    panel: Panel
    take: Callable[[str], T]
    text: str = ""
    back: T | None = None
    keeper: Keeper | None = None
    choices: ChoiceList | None = None
    complete: Callable[[str], Completion] | None = None
    scroll: Callable[[int], None] | None = None
    multiline: bool = False
    steps: bool = False
    secret: bool = False
    paths: bool = False
    offered: bool = False
    editor: bool = False
    kept: bool = True
    placeholder: str = ""
    enter: Callable[[], str] = lambda: _("done")
    candidates: Sequence[str] = ()

    def submit(self, app: Application[Any]) -> None:
        """Ends the field if the text will do, else says why it will not."""
        try:
            result = self.take(self.text)
        except Stay as problem:
            self.panel.notice = ""
            self.panel.message = str(problem)
            return
        finish(app, result)

    def go_back(self, app: Application[Any]) -> None:
        """Goes back, whatever the field holds."""
        if self.back is None:
            self.panel.notice = _("There is nothing before this to go back to.")
            return
        finish(app, self.back)

    def insert(self, buffer: Buffer, text: str) -> None:
        """Puts typed or pasted text into the field; it takes the place of an offer, which nobody has to delete."""
        if self.offered and buffer.cursor_position == len(buffer.text):
            buffer.text = ""
        buffer.insert_text(text)

    def pasted(self, text: str) -> str:
        """What a paste puts into this field."""
        return pasted(text, steps=self.steps, multiline=self.multiline, paths=self.paths)

    def changed(self, buffer: Buffer) -> None:
        """Follows the text: keeps it, narrows the list, and takes away what no longer holds."""
        self.text = buffer.text
        self.offered = False
        self.panel.notice = self.panel.source = ""
        self.candidates = ()
        if self.choices:
            self.choices.narrow(self.text)
        if self.keeper:
            self.keeper.typed(self.text)
            if self.keeper.trouble:
                self.panel.notice = _("What you type cannot be saved just now: {reason}").format(
                    reason=self.keeper.trouble
                )
        self.look_again()

    def look_again(self) -> None:
        """Takes the sentence under the field away, or replaces it, now that the answer may have changed."""
        if not self.panel.message:
            return
        try:
            self.take(self.text)
        except Stay as problem:
            self.panel.message = str(problem)
        else:
            self.panel.message = ""

    def tab(self, buffer: Buffer) -> None:
        """Completes what stands before the cursor, or shows what it could become."""
        if self.complete is None:
            return
        found = self.complete(buffer.document.text_before_cursor)
        if found.remove:
            buffer.delete_before_cursor(found.remove)
        if found.insert:
            buffer.insert_text(found.insert)
        self.candidates = found.candidates

    def edited(self, text: str) -> None:
        """Takes the text that came back from the editor."""
        self.text = text
        self.panel.message = self.panel.source = ""
        if self.keeper:
            self.keeper.store(text)


def finish(app: Application[Any], result: object) -> None:
    """Ends the field once; further keys of the same burst are left for the next field."""
    if app.future is not None and not app.future.done():
        app.exit(result=result)


def leave(app: Application[Any]) -> None:
    """Ends the field with ``Leave``."""
    if app.future is not None and not app.future.done():
        app.exit(exception=Leave())
