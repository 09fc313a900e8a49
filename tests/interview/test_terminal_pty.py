"""The terminal screen on a real pseudo-terminal: signals, hang-up, size, and what is left of the terminal."""

import contextlib
import fcntl
import json
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import textwrap
import time
from pathlib import Path

import pyte
import pytest

ROOT = Path(__file__).parents[2]
CHILD = """
    import json, signal, sys
    from support_cli.interview.prompter import Leave
    from support_cli.interview.terminal import TerminalPrompter
    from support_cli.forms.model import Kind
    from tests.interview.making import asking

    class Stopped(Exception):
        pass

    def stop(number, frame):
        raise Stopped

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGHUP, stop)

    class Disk(list):
        def append(self, text):
            open(sys.argv[1], "w", encoding="utf-8").write(text)

    prompter = TerminalPrompter(sys.stderr)
    try:
        for label in ("First?", "Second?"):
            reply = prompter.ask(asking(Kind.TEXTAREA, Disk(), label=label))
            print(json.dumps(repr(reply)), flush=True)
    except (Leave, Stopped) as end:
        print(json.dumps(type(end).__name__), flush=True)
"""


class Terminal:
    """A child on a pseudo-terminal: its talk on our screen, its product in a pipe."""

    def __init__(self, kept: Path, columns: int = 80, rows: int = 24) -> None:
        self.master, slave = pty.openpty()
        self.resize(columns, rows)
        self.before = termios.tcgetattr(slave)
        self.slave = slave
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        environ = {**os.environ, "TERM": "xterm-256color", "PYTHONPATH": str(ROOT)}
        self.child = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(CHILD), str(kept)],
            stdin=slave,
            stdout=subprocess.PIPE,
            stderr=slave,
            cwd=ROOT,
            env=environ,
            start_new_session=True,
        )

    def resize(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self.screen.display).rstrip()

    def sees(self, *texts: str) -> None:
        end = time.monotonic() + 20
        while not all(text in self.text() for text in texts):
            if time.monotonic() > end:
                raise AssertionError(f"{texts} is not on the screen:\n{self.text()}")
            if select.select([self.master], [], [], 0.05)[0]:
                self._stream.feed(os.read(self.master, 65536))

    def type(self, text: str) -> None:
        os.write(self.master, text.encode())

    def product(self) -> list[str]:
        assert self.child.stdout
        lines = self.child.stdout.read().decode().splitlines()
        self.child.wait(20)
        return [json.loads(line) for line in lines]

    def is_as_before(self) -> bool:
        return termios.tcgetattr(self.slave) == self.before

    def close(self) -> None:
        if self.child.poll() is None:
            self.child.kill()
        self.child.wait()
        for descriptor in (self.master, self.slave):
            with contextlib.suppress(OSError):
                os.close(descriptor)


@pytest.fixture
def kept(tmp_path):
    return tmp_path / "kept"


@pytest.fixture
def terminal(kept):
    one = Terminal(kept)
    yield one
    one.close()


def test_talk_and_product_go_different_ways(terminal):
    terminal.sees("First?")
    terminal.type("restarted\x1b\r")
    terminal.sees("First? restarted", "Second?")
    terminal.type("\x03")
    assert terminal.product() == ["Take(raw='restarted')", "Leave"]
    assert terminal.is_as_before()


def test_sigterm_gives_the_terminal_back_and_keeps_what_was_typed(terminal, kept):
    terminal.sees("First?")
    terminal.type("half a tho")
    terminal.sees("half a tho")
    terminal.child.send_signal(signal.SIGTERM)
    assert terminal.product() == ["Stopped"]
    assert kept.read_text(encoding="utf-8") == "half a tho"
    assert terminal.is_as_before()


@pytest.mark.slow
def test_sigint_from_outside_leaves(terminal, kept):
    terminal.sees("First?")
    terminal.type("half")
    terminal.sees("half")
    terminal.child.send_signal(signal.SIGINT)
    assert terminal.product() == ["Leave"]
    assert kept.read_text(encoding="utf-8") == "half"


def test_a_closed_terminal_keeps_what_was_typed(terminal, kept):
    terminal.sees("First?")
    terminal.type("half")
    terminal.sees("half")
    os.close(terminal.slave)
    os.close(terminal.master)
    assert terminal.product()[0] in ("Leave", "Stopped")
    assert kept.read_text(encoding="utf-8") == "half"


@pytest.mark.slow
def test_kill_loses_at_most_the_last_moment(terminal, kept):
    terminal.sees("First?")
    terminal.type("half a thought")
    terminal.sees("half a thought")
    end = time.monotonic() + 10
    while not (kept.exists() and kept.read_text(encoding="utf-8")) and time.monotonic() < end:
        time.sleep(0.02)
    terminal.child.kill()
    assert "half a thought".startswith(kept.read_text(encoding="utf-8"))
    assert kept.read_text(encoding="utf-8")


@pytest.mark.slow
def test_another_size_is_followed(terminal):
    terminal.sees("First?")
    terminal.type("words")
    terminal.sees("words")
    terminal.screen.resize(24, 40)
    terminal.resize(40, 24)
    terminal.child.send_signal(signal.SIGWINCH)
    terminal.sees("4 of 9 · saved\n\nFirst?", "Ctrl+B back\nCtrl+C save and leave   F1 help")
    terminal.type("\x03")
    assert terminal.product() == ["Leave"]
