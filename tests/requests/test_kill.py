"""kill -9 at any moment of a real session: no answer is lost that had been shown as taken.

``KILLS=200 python3 dev.py test --all tests/requests/test_kill.py`` runs it as often as that.
"""

import contextlib
import os
import random
import re
import select
import signal
import sys
import time
from pathlib import Path

import pytest

from support_cli.cases.cases import Cases
from support_cli.cases.database import open_database
from support_cli.cases.drafts import Drafts
from tests.conftest import NOW

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name == "nt", reason="pseudo-terminals are POSIX")]
KILLS = int(os.environ.get("KILLS", "24"))
QUESTIONS = 8
FORM = "name: Many\nbody:\n" + "".join(
    f"  - {{type: input, id: q{n}, attributes: {{label: Question {n}}}, validations: {{required: true}}}}\n"
    for n in range(1, QUESTIONS + 1)
)
_ANSI = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[()][0-9A-B]|\x1b[=>]")


class Session:
    """``support new`` in a pseudo-terminal."""

    def __init__(self, pack: Path, home: Path, *words: str) -> None:
        import pty

        self.seen = ""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(home)
            for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
                signal.signal(number, signal.SIG_DFL)  # whatever started the tests may have had them ignored
            env = {**os.environ, "HOME": str(home), "TERM": "xterm", "LANG": "C.UTF-8", "PYTHONPATH": os.getcwd()}
            env["PYTHONPATH"] = str(Path(__file__).resolve().parents[2])
            command = [sys.executable, "-m", "support_cli", "new", "-p", str(pack), *words]
            os.execve(sys.executable, command, env)

    def read(self, until: float) -> None:
        """Reads what is shown, until a moment."""
        while (left := until - time.monotonic()) > 0:
            ready, _w, _x = select.select([self.fd], [], [], left)
            if not ready:
                return
            try:
                piece = os.read(self.fd, 65536)
            except OSError:
                return
            if not piece:
                return
            self.seen += _ANSI.sub("", piece.decode("utf-8", "replace"))
            return

    def type(self, text: str) -> None:
        with contextlib.suppress(OSError):
            os.write(self.fd, text.encode())

    def end(self, number: int = signal.SIGKILL) -> int:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)
        deadline = time.monotonic() + 30
        done, status = 0, 0
        while not done and time.monotonic() < deadline:
            self.read(time.monotonic() + 0.05)
            done, status = os.waitpid(self.pid, os.WNOHANG)
        os.close(self.fd)
        assert done, f"it goes on after signal {number}"
        return os.waitstatus_to_exitcode(status)


def reached(seen: str, plain: bool) -> int:
    """How many questions were drawn."""
    pattern = r"Question (\d+) of" if plain else r"(\d+) of \d+ · saved"
    return max((int(n) for n in re.findall(pattern, seen)), default=0)


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = tmp_path / "many"
    (folder / "forms").mkdir(parents=True)
    (folder / "pack.yml").write_text("pack: many\nversion: 1.0.0\n", "utf-8")
    (folder / "forms" / "many.yml").write_text(FORM, "utf-8")
    return folder


def play(session: Session, plain: bool, seconds: float) -> int:
    """Answers each question once it is drawn, until the time is over; returns how many were drawn."""
    end, answered = time.monotonic() + seconds, 0
    while time.monotonic() < end and answered < QUESTIONS:
        session.read(min(end, time.monotonic() + 0.05))
        if reached(session.seen, plain) > answered:
            answered += 1
            session.type(f"answer {answered}\r" if not plain else f"answer {answered}\n")
    return reached(session.seen, plain)


@pytest.mark.parametrize("plain", [True, False], ids=["plain", "terminal"])
def test_killed_at_random_moments_no_answer_shown_as_taken_is_lost(pack, tmp_path, plain):
    generator = random.Random(7)
    lost, kept = [], 0
    for turn in range(KILLS // 2):
        home = tmp_path / f"home{turn}"
        home.mkdir()
        for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
            os.environ.pop(name, None)
        session = Session(pack, home, *(["--plain"] if plain else []))
        drawn = play(session, plain, generator.uniform(0.5, 4.0))
        session.end()
        drawn = max(drawn, reached(session.seen, plain))
        database = next(home.rglob("support.db"), None)
        if drawn < 2 or database is None:
            assert drawn < 2
            continue
        with open_database(database, now=NOW) as opened:
            (draft,) = Drafts(opened).list()
            for number in range(1, drawn):
                kept += 1
                answer = draft.answers.get(f"q{number}")
                if answer is None or answer.value != f"answer {number}":
                    lost.append((turn, number))
    how = "plain" if plain else "terminal"
    print(f"\nkill -9, {how}: {KILLS // 2} runs, {kept} answers shown as taken, {len(lost)} lost")
    assert lost == []
    assert kept > 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
@pytest.mark.parametrize("plain", [True, False], ids=["plain", "terminal"])
def test_a_signal_saves_says_how_to_go_on_and_ends_with_130(pack, tmp_path, plain, number):
    home = tmp_path / "home"
    home.mkdir()
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        os.environ.pop(name, None)
    session = Session(pack, home, *(["--plain"] if plain else []))
    while reached(session.seen, plain) < 1:
        session.read(time.monotonic() + 0.1)
    session.type("answer 1\n" if plain else "answer 1\r")
    while reached(session.seen, plain) < 2:
        session.read(time.monotonic() + 0.1)
    assert session.end(number) == 130
    with open_database(next(home.rglob("support.db")), now=NOW) as opened:
        (draft,) = Drafts(opened).list()
        assert draft.answers["q1"].value == "answer 1"
    assert f"support resume {draft.id[:4]}" in session.seen


def test_scripted_runs_killed_at_random_moments_leave_whole_files_or_none(pack, tmp_path):
    import subprocess

    generator = random.Random(11)
    words = [sys.executable, "-m", "support_cli", "new", "-p", str(pack), "--no-input"]
    words += [word for n in range(1, QUESTIONS + 1) for word in ("-s", f"q{n}=answer {n}")]
    done = 0
    for turn in range(KILLS // 2):
        home = tmp_path / f"home{turn}"
        home.mkdir()
        env = {**os.environ, "HOME": str(home), "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
        for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
            env.pop(name, None)
        child = subprocess.Popen(words, cwd=home, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(generator.uniform(0.1, 1.5))
        child.kill()
        child.wait()
        for file in home.glob("2*"):
            text = file.read_text("utf-8")
            assert f"answer {QUESTIONS}" in text, (turn, file)
            done += 1
        if database := next(home.rglob("support.db"), None):
            with open_database(database, now=NOW) as opened:
                for line in Cases(opened).list():
                    assert Cases(opened).get(line.id).request.value("q8") == "answer 8"
    assert done > 0
