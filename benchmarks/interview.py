"""The first question on a screen, and the time from an answer to the next question, on a real terminal.

Run ``python -m benchmarks.interview`` (``--peers``: cookiecutter and copier beside it; ``--env FOLDER``: an environment
that is there already). Programs take turns; a question counts as shown when the last letter of it has arrived. What
an answer takes here includes its commit to the disk.
"""

import contextlib
import fcntl
import os
import pty
import random
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
from pathlib import Path
from statistics import median

from benchmarks.start import arguments, environment

QUESTIONS = 12
PATIENCE = 60.0
"""Seconds after which a program is taken to have stopped."""


def label(number: int) -> str:
    """What a question says; no two have a beginning in common."""
    return f"{number:03} is asked here"


def material(folder: Path) -> None:
    """Writes the same questions three times: for us, for cookiecutter and for copier."""
    questions = "".join(
        f"  - {{type: input, id: q{n}, attributes: {{label: {label(n)}}}}}\n" for n in range(1, QUESTIONS + 1)
    )
    (folder / "pack" / "forms").mkdir(parents=True)
    (folder / "pack" / "pack.yml").write_text("pack: asking\nversion: 1.0.0\n", "utf-8")
    (folder / "pack" / "forms" / "form.yml").write_text(f"name: Form\ndescription: x\nbody:\n{questions}", "utf-8")
    (folder / "cookie" / "{{cookiecutter.name}}").mkdir(parents=True)
    asked = ", ".join(f'"q{n}": "x"' for n in range(1, QUESTIONS + 1))
    prompts = ", ".join(f'"q{n}": "{label(n)}"' for n in range(1, QUESTIONS + 1))
    text = f'{{{asked}, "name": "made", "__prompts__": {{{prompts}}}}}'
    (folder / "cookie" / "cookiecutter.json").write_text(text, "utf-8")
    (folder / "copy").mkdir()
    asked = "".join(f"q{n}:\n  type: str\n  help: {label(n)}\n" for n in range(1, QUESTIONS + 1))
    (folder / "copy" / "copier.yml").write_text(asked, "utf-8")


def commands(programs: Path, folder: Path, peers: bool) -> dict[str, list[str]]:
    """What is run, by name."""
    found = {"support": [str(programs / "support"), "new", "-p", str(folder / "pack")]}
    if peers:
        found["cookiecutter"] = [str(programs / "cookiecutter"), "-o", str(folder / "out"), str(folder / "cookie")]
        found["copier"] = [str(programs / "copier"), "copy", str(folder / "copy"), str(folder / "out")]
    return found


class Terminal:
    """A program on a terminal of 100 by 30."""

    def __init__(self, command: list[str], env: dict[str, str], cwd: Path) -> None:
        self.begun = time.perf_counter()
        self.pid, self.master = pty.fork()
        if not self.pid:
            os.chdir(cwd)
            os.execve(command[0], command, env)
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
        self.seen = b""

    def wait_for(self, text: str) -> float:
        """Reads until a text has arrived; returns the moment."""
        end = time.perf_counter() + PATIENCE
        while text.encode() not in self.seen:
            if not select.select([self.master], [], [], max(end - time.perf_counter(), 0))[0]:
                sys.exit(f"never shown: {text}\n{self.seen[-2000:].decode('utf-8', 'replace')}")
            piece = os.read(self.master, 65536)
            self.seen += piece
            for _asked in range(piece.count(b"\x1b[6n")):  # where the cursor is, as every terminal tells
                os.write(self.master, b"\x1b[5;1R")
        return time.perf_counter()

    def answer(self, text: str) -> None:
        """Types a line."""
        self.seen = b""
        os.write(self.master, text.encode() + b"\r")

    def close(self) -> None:
        """Ends the program."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.master)


def ask(command: list[str], env: dict[str, str], cwd: Path) -> tuple[float, list[float]]:
    """Seconds until the first question, and of each answer until the next one."""
    terminal = Terminal(command, env, cwd)
    try:
        first = terminal.wait_for(label(1)) - terminal.begun
        steps = []
        for number in range(2, QUESTIONS + 1):
            time.sleep(0.05)  # a program that is still drawing is not asked yet
            begun = time.perf_counter()
            terminal.answer(f"answer {number}")
            steps.append(terminal.wait_for(label(number)) - begun)
        return first, steps
    finally:
        terminal.close()


def main() -> int:
    """Measures and prints the table."""
    wish = arguments("benchmarks.interview", runs=10)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        programs = wish.env / "bin" if wish.env else environment(folder / "env", wish.peers)
        material(folder)
        env = {"HOME": name, "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TERM": "xterm-256color"}
        work = commands(programs, folder, wish.peers)
        base: list[float] = []
        firsts: dict[str, list[float]] = {key: [] for key in work}
        steps: dict[str, list[float]] = {key: [] for key in work}
        for turn in range(wish.runs + 1):
            for key in random.sample(list(work), len(work)):
                first, times = ask(work[key], env, folder)
                begun = time.perf_counter()
                subprocess.run([programs / "python", "-c", "pass"], check=True, env=env)
                if turn:  # the first fills caches
                    base.append(time.perf_counter() - begun)
                    firsts[key].append(first)
                    steps[key] += times
    print(f"base: python -c pass, {median(base) * 1000:.1f} ms; medians of {wish.runs} runs, {QUESTIONS} questions\n")
    print(f"{'':14}{'first question / base':>24}{'answer to next question, ms':>30}{'slowest tenth':>16}")
    for key, times in steps.items():
        tenth = sorted(times)[len(times) * 9 // 10]
        print(f"{key:14}{median(firsts[key]) / median(base):24.1f}{median(times) * 1000:30.1f}{tenth * 1000:16.1f}")
    print(f"{'goal':14}{17:24}{40:30}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
