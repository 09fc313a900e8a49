"""Plain mode at a real terminal: what is typed, what is pasted, and what neither may do."""

import codecs
import os
import pty
import re
import select
import termios
import threading
import time

import pytest

from support_cli.forms.model import Kind
from support_cli.interview.plain import PlainPrompter
from support_cli.interview.prompter import Act, Back, Choice, Edit, Leave, Skip, Take
from tests.interview.making import CONNECTIONS, Kept, Shelf, asking, collecting, reviewing, understood
from tests.table import each

PATIENCE = 10.0
BLOCK = "It fails.\n\nsave\n.\nback\nFor a week.\n"
PAGES = [
    ("What now? ", lambda prompter: prompter.review(reviewing()), Edit("name")),
    ("What now? ", lambda prompter: prompter.story(understood()), Edit("actual")),
    (
        "Answer: ",
        lambda prompter: prompter.choose("Which?", [Choice(key="a", label="A"), Choice(key="b", label="B")], "b"),
        "a",
    ),
    (
        "Answer: ",
        lambda prompter: prompter.choose(
            "Sure?", [Choice(key="a", label="A", final=True), Choice(key="b", label="B")], "b"
        ),
        "a",
    ),
    ("Answer: ", lambda prompter: prompter.ask(asking(Kind.DROPDOWN, options=CONNECTIONS)), Take("Wi-Fi")),
    ("Answer: ", lambda prompter: prompter.ask(asking(Kind.CHECKBOXES, options=CONNECTIONS)), Take(["Wi-Fi"])),
]


class Terminal:
    """Plain mode in a thread, its terminal in ours."""

    def __init__(self, encoding="utf-8"):
        self.encoding = encoding
        self.master, self.slave = pty.openpty()
        self.before = termios.tcgetattr(self.slave)
        self.reader = os.fdopen(os.dup(self.slave), encoding=encoding)
        self.writer = os.fdopen(os.dup(self.slave), "w", encoding=encoding)
        self.prompter = PlainPrompter(self.reader, self.writer)
        self.decoder = codecs.getincrementaldecoder(encoding)()
        self.said = ""
        self.outcome = []
        self.thread = None

    def start(self, call):
        def run():
            try:
                self.outcome.append(call(self.prompter))
            except BaseException as error:
                self.outcome.append(error)

        self.thread = threading.Thread(target=run, daemon=True)
        self.thread.start()
        return self

    def ask(self, *screens):
        return self.start(lambda prompter: [prompter.ask(screen) for screen in screens])

    def listen(self, seconds):
        if select.select([self.master], [], [], seconds)[0]:
            self.said += self.decoder.decode(os.read(self.master, 65536)).replace("\r\n", "\n")

    def sees(self, text):
        end = time.monotonic() + PATIENCE
        while text not in self.said:
            assert time.monotonic() < end, f"{text!r} was not said:\n{self.said}\n{self.outcome}"
            self.listen(0.05)
        self.said = self.said.partition(text)[2]
        return self

    def waits(self, holds):
        end = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < end, f"it never came:\n{self.said}\n{self.outcome}"
            self.listen(0.01)
        return self

    def type(self, text):
        data = text.replace("\n", "\r").encode(self.encoding)
        while data:
            data = data[os.write(self.master, data[:500]) :]
            self.listen(0)
        return self

    def paste(self, text):
        """As a terminal that was told to mark what is pasted."""
        return self.type(f"\x1b[200~{text}\x1b[201~")

    def result(self):
        self.thread.join(PATIENCE)
        assert self.outcome, "it still asks:\n" + self.said
        assert termios.tcgetattr(self.slave) == self.before
        if isinstance(self.outcome[0], BaseException):
            raise self.outcome[0]
        return self.outcome[0]

    def close(self):
        if self.thread and self.thread.is_alive():
            os.write(self.master, b"\x15\x04")
            self.thread.join(PATIENCE)
        for one in (self.reader, self.writer):
            one.close()
        os.close(self.master)
        os.close(self.slave)


@pytest.fixture
def terminal(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    one = Terminal()
    yield one
    one.close()


@pytest.fixture(params=["marked", "not marked"])
def paste(request, terminal, monkeypatch):
    """Pastes into a terminal that marks it, and into one that does not."""
    if request.param == "marked":
        return terminal.paste
    monkeypatch.setenv("TERM", "dumb")
    return terminal.type


def test_a_pasted_block_is_one_answer(terminal, paste):
    kept = Kept()
    terminal.ask(asking(Kind.TEXTAREA, kept), asking(label="Since when?")).sees("Answer: ")
    paste(BLOCK + "The end")
    terminal.sees("The end").type("\n").sees("7 pasted lines are taken.")
    terminal.type("typed\n").waits(lambda: kept[-1].endswith("typed")).type(".\n")
    terminal.sees("Since when?").sees("Answer: ").type("Monday\n")
    assert terminal.result() == [Take(BLOCK + "The end\ntyped"), Take("Monday")]


@each("end", ["\n", ".\n"])
def test_a_paste_that_ends_in_empty_lines_is_ended_by_what_is_typed(end):
    for marked in (True, False):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("TERM", "xterm" if marked else "dumb")
            terminal = Terminal()
            terminal.ask(asking(Kind.TEXTAREA)).sees("Answer: ")
            if marked:
                terminal.paste("one\n\ntwo\n\n\n").sees("two").type("\n")
            else:
                terminal.type("one\n\ntwo\n\n\n")
            terminal.sees("lines are taken").type(end)
            assert terminal.result() == [Take("one\n\ntwo")]
            terminal.close()


@each("kind", [Kind.INPUT, Kind.NUMBER, Kind.EMAIL, Kind.CONFIRM, Kind.DROPDOWN, Kind.CHECKBOXES])
def test_in_a_field_of_one_line_a_paste_never_answers_the_next_question(kind):
    options = CONNECTIONS if kind in (Kind.DROPDOWN, Kind.CHECKBOXES) else ()
    screens = asking(kind, options=options, check=lambda _raw: None), asking(label="Second?")
    for marked in (True, False):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("TERM", "xterm" if marked else "dumb")
            terminal = Terminal()
            terminal.ask(*screens).sees("Answer: ")
            (terminal.paste if marked else terminal.type)("one\n\nback\nsave")
            terminal.sees("save").type("\n")
            if kind in (Kind.CONFIRM, Kind.CHECKBOXES):
                terminal.sees("Answer: ").type("yes\n" if kind is Kind.CONFIRM else "1\n")
            terminal.sees("Second?").sees("Answer: ").type("two\n")
            first, second = terminal.result()
            assert second == Take("two")
            assert kind in (Kind.CONFIRM, Kind.CHECKBOXES) or first == Take("one back save")
            terminal.close()


@each("prompt, call, chosen", PAGES)
def test_a_paste_into_a_page_chooses_nothing(prompt, call, chosen):
    for marked in (True, False):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("TERM", "xterm" if marked else "dumb")
            terminal = Terminal()
            terminal.start(call).sees(prompt)
            (terminal.paste if marked else terminal.type)("one\nsave\n\nsend\nyes\n9")
            terminal.sees("9").type("\n")
            terminal.sees(prompt).type("1\n")
            assert terminal.result() == chosen
            terminal.close()


def test_pasted_steps_lose_their_numbers(terminal, paste):
    terminal.ask(asking(Kind.STEPS)).sees("Step 1: ")
    paste("1. open it\n2. back\n\n3. wait")
    terminal.sees("wait").type("\n").sees("Step 4: ").type("\n")
    assert terminal.result() == [Take(["open it", "back", "wait"])]


def test_pasted_paths_are_files_and_no_commands(terminal, paste):
    shelf = Shelf()
    terminal.start(lambda prompter: prompter.files(collecting(shelf))).sees("File: ")
    paste("/tmp/my photo.png\n/tmp/save")
    terminal.sees("save").type("\n").sees("File: ").type("\n")
    assert terminal.result() == Take([])
    assert shelf.asked == ['"/tmp/my photo.png" /tmp/save']


def test_a_command_that_is_pasted_is_an_answer(terminal):
    terminal.ask(asking()).sees("Answer: ").paste("save").sees("save").type("\n")
    assert terminal.result() == [Take("save")]


def test_a_line_of_any_length_comes_whole(terminal):
    text = "слово " * 2000 + "end"
    terminal.ask(asking(check=lambda _raw: None)).sees("Answer: ").type(text).sees("end").type("\n")
    assert terminal.result() == [Take(text)]


@each(
    "keys, answer",
    [
        ("wrogn\x7f\x7fng\n", "wrong"),
        ("e\u0301\x7fx\n", "x"),
        ("nothing\x15one two\x17three\n", "one three"),
        ("up\x1b[A\x1bOA\x1b[1;5D\n", "up"),
        ("a\x1bb\x00\x07\n", "ab"),
        ("\x7f\x15\x17a\n", "a"),
        ("日本\x7f語\n", "日語"),
        ("half\x04 way\n", "half way"),
    ],
)
def test_a_line_can_be_mended(keys, answer):
    terminal = Terminal()
    terminal.ask(asking()).sees("Answer: ").type(keys)
    assert terminal.result() == [Take(answer)]
    terminal.close()


def test_what_was_being_typed_is_kept(terminal):
    terminal.before[3] &= ~termios.ISIG  # Ctrl+C comes as a key: this process is not the terminal's
    termios.tcsetattr(terminal.slave, termios.TCSANOW, terminal.before)
    kept = Kept()
    terminal.ask(asking(Kind.TEXTAREA, kept)).sees("Answer: ").type("one\n").sees("\n").type("half a tho\x03")
    with pytest.raises(Leave):
        terminal.result()
    assert kept == ["one", "one\nhalf a tho"]
    terminal.ask(asking(Kind.CONFIRM, kept)).sees("Answer: ").type("ye\x03")
    terminal.thread.join(PATIENCE)
    assert len(kept) == 2


def test_the_end_of_input_leaves(terminal):
    terminal.ask(asking()).sees("Answer: ").type("\x04")
    with pytest.raises(Leave):
        terminal.result()


def test_a_secret_is_not_shown(terminal):
    terminal.ask(asking(secret=True)).sees("Answer: ").paste("hunter2").type("\n")
    assert terminal.result() == [Take("hunter2")]
    terminal.start(lambda prompter: prompter.say("next")).sees("next")
    assert "hunter2" not in terminal.said


def test_enter_that_was_held_down_sends_nothing(terminal):
    terminal.type("\n\n\n")
    terminal.start(lambda prompter: prompter.review(reviewing())).sees("What now? ").type("w\n")
    assert terminal.result() == Act("write")


@each("word, reply", [("back\n", Back()), ("skip\n", Skip()), ("\n", Skip())])
def test_words_that_are_typed_are_commands(word, reply):
    terminal = Terminal()
    terminal.ask(asking()).sees("Answer: ").type(word)
    assert terminal.result() == [reply]
    terminal.close()


def test_another_encoding_is_read_and_shown():
    terminal = Terminal("koi8-r")
    terminal.ask(asking()).sees("Answer: ").type("нет связи").sees("нет связи").type("\n")
    assert terminal.result() == [Take("нет связи")]
    terminal.close()


def test_marks_are_asked_for_while_a_line_is_typed_only(terminal):
    terminal.ask(asking()).sees("\x1b[?2004h").type("one\n").sees("\x1b[?2004l")
    assert terminal.result() == [Take("one")]
    assert not re.search("\x1b(?!\\[\\?2004[hl])", terminal.said)
