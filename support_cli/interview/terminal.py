"""The screen for people at a terminal: one question at a time, redrawn in place. The only file that knows questionary.

Talk goes to standard error; standard output is left to the product. A line with the answer is left behind when
the next thing is drawn, which is after the answer was stored: what looks taken is taken.
"""

import sys
from collections.abc import Sequence
from typing import TextIO, TypeVar, cast

import questionary
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.layout.processors import ConditionalProcessor, TabsProcessor
from prompt_toolkit.output import ColorDepth, Output, create_output
from prompt_toolkit.renderer import print_formatted_text
from prompt_toolkit.styles import Style

from support_cli.base.errors import SupportError
from support_cli.base.i18n import _
from support_cli.base.text import cells, clean_line, clean_text
from support_cli.interview.choices import ChoiceList, Item
from support_cli.interview.commands import asks_finally, final_hint, read_final
from support_cli.interview.editor import EditorFailed, edit
from support_cli.interview.fields import field_for
from support_cli.interview.keys import key_hints, leave_help
from support_cli.interview.live import Live, OpenEditor
from support_cli.interview.pages import files_field, review_field, review_lines, story_field, story_lines
from support_cli.interview.panel import STYLE, Line, Panel, joined
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
from support_cli.interview.stage import Stage, forget_enters, is_gone
from support_cli.interview.wording import as_line, labelled, numbered, search_text
from support_cli.interview.wrap import cut, room, wrap

T = TypeVar("T")


class TerminalPrompter:
    """Asks at a terminal. Implements ``Prompter``."""

    def __init__(self, output: Output | TextIO | None = None, *, color: bool = True, editor: str | None = None) -> None:
        """Prepares the screen; nothing is drawn yet.

        Args:
            output: Where to draw; standard error by default.
            color: False draws without colours; bold and dim stay.
            editor: Command of the person's editor for long answers; None for none.
        """
        self._output = output if isinstance(output, Output) else create_output(output or sys.stderr)
        # To ask the terminal for the cursor's place costs a round trip for every question, and the toolkit prints
        # a warning where nothing answers; a screen that is not full does without.
        if hasattr(self._output, "enable_cpr"):
            self._output.enable_cpr = False
        self._depth = None if color else ColorDepth.DEPTH_1_BIT
        self._style = Style.from_dict(STYLE)
        self._editor = editor or ""
        self._taken: list[tuple[str, str]] = []
        self._noted = ""
        self._stages: dict[bool, tuple[Stage, questionary.Question]] = {}

    def ask(self, screen: Screen) -> Reply:
        """Draws one question; see ``Prompter.ask``."""
        self._settle()
        self._note(screen.notes)
        live = field_for(screen, bool(self._editor))
        self._lift(live.panel)
        reply = self._show(live)
        if isinstance(reply, Take):
            self._taken.append((screen.question.label, as_line(screen.question, reply.raw)))
        elif isinstance(reply, Skip):
            self._taken.append((screen.question.label, _("(left empty)")))
        return reply

    def files(self, screen: FilesScreen) -> Reply:
        """Collects attachments; see ``Prompter.files``."""
        self._settle()
        self._note(screen.notes)
        text, notice = "", ""
        problems: list[str] = []
        while True:
            live = files_field(screen, text, problems, notice)
            self._lift(live.panel)
            command = self._show(live)
            if isinstance(command, Back):
                return command
            text, notice, problems = "", "", []
            rows = screen.tray.rows()
            if command.verb == "done":
                names = ", ".join(clean_line(row.name) for row in rows) or _("no files")
                self._taken.append((screen.question.label, names))
                return Take([])
            try:
                if command.verb == "zip":
                    notice = screen.tray.zip(command.index)
                elif command.verb == "drop":
                    notice = _("{name} was left out.").format(name=rows[command.index].name)
                    screen.tray.drop(command.index)
                else:
                    problems = screen.tray.add(command.text)
                    # What was refused stays in the field to be mended, unless a part of it was taken.
                    text = command.text if problems and len(screen.tray.rows()) == len(rows) else ""
            except Leave:  # from a question about a disk that is full, asked on the way
                raise
            except SupportError as error:
                problems, text = [error.message, *filter(None, [error.hint])], command.text
            except KeyboardInterrupt:
                raise Leave from None

    def review(self, page: ReviewPage) -> Edit | Act:
        """Draws the review page; see ``Prompter.review``."""
        self._settle()
        live = review_field(page)
        size = self._output.get_size()
        if not live.panel.fits(size.columns, size.rows):
            # Longer than the screen: ordinary lines, which can be scrolled back to.
            self._print(review_lines(page, room(size.columns)))
            live.panel.over = None
        forget_enters()
        return self._show(live)

    def story(self, page: StoryPage) -> Edit | Act:
        """Draws what was understood from the story; see ``Prompter.story``."""
        self._settle()
        live = story_field(page)
        self._lift(live.panel)
        size = self._output.get_size()
        if not live.panel.fits(size.columns, size.rows):
            self._print(story_lines(page, room(size.columns)))
            live.panel.over = None
        return self._show(live)

    def choose(self, title: str, choices: Sequence[Choice], default: str = "") -> str:
        """Asks for one of a few lines; see ``Prompter.choose``.

        An answer that was given just before is not shown as taken yet: this may be about not being able to store it.
        """
        keys = [choice.key for choice in choices]
        if asks_finally(choices):
            return self._choose_finally(title, choices, default)
        listed = ChoiceList(
            [Item(choice.label, choice.hint) for choice in choices],
            pointed=keys.index(default) if default in keys else 0,
        )

        def take(_text: str) -> str:
            listed.must_fit()
            return keys[listed.pointed or 0]

        panel = Panel(label=clean_text(title).strip(), under=listed.lines)
        live: Live[str] = Live(panel, take, choices=listed, placeholder=search_text(len(choices)), kept=False)
        live.back = "back" if "back" in keys else None
        panel.keys = lambda: key_hints(live, why=False)
        panel.help = leave_help(kept=False)
        self._lift(panel)
        key = self._show(live)
        if len(choices) > 1:
            self._taken.append((title, choices[keys.index(key)].label))
        return key

    def _choose_finally(self, title: str, choices: Sequence[Choice], default: str) -> str:
        """Asks where one answer cannot be undone: nothing is pointed at, and letters choose nothing."""
        panel = Panel(
            label=clean_text(title).strip(),
            hints=[*numbered([(choice.label, choice.hint) for choice in choices]), final_hint(choices, default)],
        )
        live: Live[str] = Live(panel, lambda text: read_final(choices, default, text), kept=False)
        panel.keys = lambda: key_hints(live, why=False)
        panel.help = leave_help(kept=False)
        self._lift(panel)
        key = self._show(live)
        self._taken.append((title, next(choice.label for choice in choices if choice.key == key)))
        return key

    def read(self, title: str, text: str) -> None:
        """Shows a text, to be scrolled where it is longer than the screen; see ``Prompter.read``."""
        self._settle()
        body = clean_text(text).strip("\n")
        top = 0

        def drawn(width: int, rows: int) -> list[Line]:
            nonlocal top
            lines = wrap(body, width)
            top = max(0, min(top, len(lines) - rows))
            return [[("", line)] for line in lines[top : top + rows]]

        def scroll(lines: int) -> None:
            nonlocal top
            top += lines

        panel = Panel(label=clean_line(title), under=drawn)
        live: Live[bool] = Live(panel, lambda _text: True, back=True, scroll=scroll, kept=False)
        panel.keys = lambda: [(_("Arrows"), _("scroll")), ("Enter", _("back"))]
        self._show(live)

    def say(self, text: str) -> None:
        """Shows a few lines; see ``Prompter.say``."""
        self._settle()
        width = room(self._output.get_size().columns)
        self._print([[("", line)] for line in wrap(clean_text(text), width)])

    def _show(self, live: Live[T]) -> T:
        """Runs a field to its end, with visits to the editor in between."""
        while True:
            result = self._run(live)
            if not isinstance(result, OpenEditor):
                if live.keeper:
                    live.keeper.flush() if result is live.back else live.keeper.forget()
                return result
            if live.keeper:
                live.keeper.flush()
            try:
                live.edited(edit(live.text, self._editor, self._descriptor()))
            except EditorFailed as failed:
                live.panel.notice = str(failed)

    def _run(self, live: Live[T]) -> T | OpenEditor:
        if live.steps not in self._stages:
            stage = Stage()
            question = questionary.text(
                "1." if live.steps else ">",
                qmark="",
                instruction="",
                multiline=cast("bool", stage.multiline),
                is_password=stage.secret,
                placeholder=stage.placeholder,
                prompt_continuation=stage.margin,
                reserve_space_for_menu=0,
                include_default_pygments_style=False,
                input_processors=[ConditionalProcessor(TabsProcessor(char1=" ", char2=" "), stage.tabbed)],
                erase_when_done=True,
                style=self._style,
                color_depth=self._depth,
                output=self._output,
            )
            stage.take(question.application)
            self._stages[live.steps] = stage, question
        stage, question = self._stages[live.steps]
        return stage.run(live, question.unsafe_ask)

    def _descriptor(self) -> int | None:
        try:
            return self._output.fileno()
        except (OSError, NotImplementedError, AttributeError):
            return None

    def _lift(self, panel: Panel) -> None:
        """Prints a label and hints that would not leave room for the field as ordinary lines above it."""
        size = self._output.get_size()
        if panel.too_long_above(size.columns, size.rows):
            width = room(size.columns)
            self._print([[], *([("class:label", line)] for line in wrap(panel.label, width))])
            self._print([[("", line)] for hint in panel.hints for line in wrap(hint, width)])
            panel.label, panel.hints = cut(panel.label.split("\n")[0], width), ()

    def _note(self, text: str) -> None:
        """Prints what a form says between its questions, once, as ordinary lines."""
        if text.strip() and text != self._noted:
            self._noted = text
            self.say("\n" + text.strip("\n"))

    def _settle(self) -> None:
        """Leaves the last answers behind, now that they are stored."""
        width = room(self._output.get_size().columns)
        taken, self._taken = self._taken, []
        for label, answer in taken:
            before = cut(labelled(label), max(width // 2, width - cells(answer) - 1))
            before += " " if before else ""
            self._print([[("class:dim", before), ("", cut(clean_line(answer), width - cells(before)))]])

    def _print(self, lines: Sequence[Line]) -> None:
        # Straight to the renderer: the toolkit's own shortcut builds all its styles anew for every call.
        text = FormattedText([*joined(lines), ("", "\n")])
        try:
            print_formatted_text(self._output, text, self._style, color_depth=self._depth)
        except OSError as reason:
            if is_gone(reason):
                raise Leave from None
            raise
