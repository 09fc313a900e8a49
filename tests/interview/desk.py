"""A terminal without a terminal: keys are pressed by name, and what is on the screen can be read.

The prompter draws through the toolkit's real terminal output into a screen emulator; it runs in a thread, so
that a test can look at the screen between two keys, as a person does.
"""

import threading
from collections.abc import Callable
from typing import Any

import pyte
from prompt_toolkit.application import create_app_session
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.input.typeahead import get_typeahead
from prompt_toolkit.output.vt100 import Vt100_Output

from support_cli.interview.terminal import TerminalPrompter

KEYS = {
    "enter": "\r",
    "alt-enter": "\x1b\r",
    "f1": "\x1bOP",
    "f2": "\x1bOQ",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "home": "\x1b[H",
    "left": "\x1b[D",
    "page-down": "\x1b[6~",
    "page-up": "\x1b[5~",
    "tab": "\t",
    "shift-tab": "\x1b[Z",
    "space": " ",
    "backspace": "\x7f",
    **{f"ctrl-{letter}": chr(ord(letter) - 96) for letter in "abcdefghijklmnopqrstuvwxyz"},
}
PATIENCE = 30.0


class Paper:
    """The stream behind the screen: feeds the emulator and keeps every byte."""

    encoding = "utf-8"

    def __init__(self, columns: int, rows: int) -> None:
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.Stream(self.screen)
        self.raw = ""
        self.drawn = threading.Condition()
        self._lines: dict[int, str] = {}

    def display(self) -> list[str]:
        """The lines of the screen; only those that changed are put together anew."""
        screen = self.screen
        for row in screen.dirty:
            line = screen.buffer[row]
            self._lines[row] = "".join([line[column].data for column in range(screen.columns)]).rstrip()
        screen.dirty.clear()
        return [self._lines[row] for row in range(screen.lines)]

    def clear(self, columns: int, rows: int) -> None:
        """Forgets all that was written."""
        self.screen.resize(rows, columns)
        self.screen.reset()
        self.raw = ""

    def write(self, text: str) -> int:
        with self.drawn:
            self.raw += text
            self._stream.feed(text.replace("\r\n", "\n").replace("\n", "\r\n"))
            self.drawn.notify_all()
        return len(text)

    def flush(self) -> None:
        pass

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        raise OSError("no file")


class Desk:
    """One person at one terminal."""

    def __init__(self, columns: int = 80, rows: int = 24, *, color: bool = True, editor: str | None = None) -> None:
        self.columns, self.rows = columns, rows
        self._color, self._editor = color, editor
        self._context = create_pipe_input()
        self._pipe = self._context.__enter__()
        self.paper = Paper(columns, rows)
        self.output = Vt100_Output(self.paper, lambda: Size(self.rows, self.columns), term="xterm")
        self.prompter = self._new_prompter()
        self._thread: threading.Thread | None = None
        self._outcome: list[Any] = []
        self._seen = (-1, "")

    def __enter__(self) -> "Desk":
        return self

    def __exit__(self, *_error: object) -> None:
        self._leave()
        self._context.__exit__(None, None, None)

    def _new_prompter(self) -> TerminalPrompter:
        return TerminalPrompter(output=self.output, color=self._color, editor=self._editor)

    def _leave(self) -> None:
        if self._thread and self._thread.is_alive():
            self._pipe.send_text("\x03")
            self._thread.join(PATIENCE)

    def clear(self, columns: int = 80, rows: int = 24) -> "Desk":
        """Gives the desk to another person: nothing is asked, nothing is typed ahead, the screen is empty."""
        self._leave()
        self._pipe.read_keys()
        self._pipe.flush_keys()
        get_typeahead(self._pipe)
        self.columns, self.rows = columns, rows
        self.paper.clear(columns, rows)
        self._seen = (-1, "")
        stages = self.prompter._stages
        self.prompter = self._new_prompter()
        self.prompter._stages = stages  # to make the toolkit's application takes longer than most tests
        return self

    def start(self, call: Callable[[TerminalPrompter], Any]) -> "Desk":
        """Begins something that asks."""
        self._outcome = []

        def run() -> None:
            try:
                with create_app_session(input=self._pipe, output=self.output):
                    self._outcome = ["returned", call(self.prompter)]
            except BaseException as error:
                self._outcome = ["raised", error]
            with self.paper.drawn:
                self.paper.drawn.notify_all()

        self._thread = threading.Thread(target=run, daemon=True)
        self._thread.start()
        return self

    def ask(self, screen: Any) -> "Desk":
        """Begins a question."""
        return self.start(lambda prompter: prompter.ask(screen))

    def press(self, *names: str) -> "Desk":
        """Presses keys by name; anything that is no name is typed."""
        self._send("".join(KEYS.get(name, name) for name in names))
        return self

    def paste(self, text: str) -> "Desk":
        """Pastes as terminals do that bracket it."""
        self._send(f"\x1b[200~{text}\x1b[201~")
        return self

    def _send(self, text: str) -> None:
        for start in range(0, len(text), 1000):  # a pipe takes 4096 bytes whole, of more it may take a part
            self._pipe.send_text(text[start : start + 1000])

    def hang_up(self) -> None:
        """Closes the terminal."""
        self._pipe.close()

    def text(self) -> str:
        """What is on the screen now."""
        with self.paper.drawn:
            if self._seen[0] != len(self.paper.raw):
                self._seen = len(self.paper.raw), "\n".join(self.paper.display()).rstrip()
            return self._seen[1]

    def sees(self, *texts: str) -> "Desk":
        """Waits until the screen shows all of it."""
        self._wait(lambda: all(text in self.text() for text in texts), f"{texts} is not on the screen")
        return self

    def sees_no(self, *texts: str) -> "Desk":
        """Waits until the screen shows none of it."""
        self._wait(lambda: not any(text in self.text() for text in texts), f"{texts} stays on the screen")
        return self

    def _wait(self, holds: Callable[[], bool], complaint: str) -> None:
        with self.paper.drawn:
            # What has ended draws nothing more.
            self.paper.drawn.wait_for(lambda: holds() or bool(self._outcome), PATIENCE)
            if not holds():
                raise AssertionError(f"{complaint}:\n{self.text()}\noutcome: {self._outcome}")

    def result(self) -> Any:
        """What it ended with.

        Raises:
            BaseException: What it raised.
        """
        assert self._thread is not None
        self._thread.join(PATIENCE)
        if not self._outcome:
            raise AssertionError(f"it still asks:\n{self.text()}")
        if self._outcome[0] == "raised":
            raise self._outcome[1]
        return self._outcome[1]
