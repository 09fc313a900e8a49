"""Text into the clipboard, through programs that stand in for those of a desktop, and a real terminal."""

import base64
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from support_cli.deliver.browser import open_mail
from support_cli.deliver.clipboard import Copied, copy

TEXT = "Немає інтернету\n\nGröße 日本\n"
ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(os.name == "nt", reason="the stand-ins are shell scripts")


def program(folder: Path, name: str, ends: int = 0) -> str:
    """A program that keeps what it was told and given."""
    path = folder / name
    path.write_text(f'#!/bin/sh\necho "$@" > {path}.words\ncat > {path}.input\nexit {ends}\n')
    path.chmod(0o755)
    return f"{folder}:/usr/bin:/bin"


@pytest.mark.parametrize(
    ("name", "environ", "words"),
    [
        ("wl-copy", {"WAYLAND_DISPLAY": "wayland-0"}, ""),
        ("xclip", {"DISPLAY": ":0"}, "-selection clipboard"),
        ("xsel", {"DISPLAY": ":0"}, "--clipboard --input"),
        ("clip.exe", {"WSL_DISTRO_NAME": "Debian"}, ""),
    ],
)
def test_the_program_of_the_desktop_gets_the_text_and_nothing_else_does(
    tmp_path: Path, name: str, environ: dict[str, str], words: str
) -> None:
    path = program(tmp_path, name)
    assert copy(TEXT, {**environ, "PATH": path}) is Copied.YES
    encoding = "utf-16" if name == "clip.exe" else "utf-8"
    assert (tmp_path / f"{name}.input").read_bytes().decode(encoding) == TEXT
    assert (tmp_path / f"{name}.words").read_text().strip() == words


def test_a_program_that_fails_is_followed_by_the_next_one(tmp_path: Path) -> None:
    program(tmp_path, "wl-copy", 1)
    path = program(tmp_path, "xsel")
    environ = {"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0", "PATH": path}
    assert copy(TEXT, environ) is Copied.YES
    assert (tmp_path / "xsel.input").exists()
    assert copy(TEXT, {"WAYLAND_DISPLAY": "wayland-0", "PATH": path, "TERM": "dumb"}) is Copied.NO


def test_over_ssh_the_terminal_is_asked(tmp_path: Path) -> None:
    path = program(tmp_path, "xclip")
    code = f"from support_cli.deliver.clipboard import copy; import os; print(copy({TEXT!r}, os.environ))"
    surroundings = {"SSH_TTY": "/dev/pts/9", "DISPLAY": ":10", "PATH": path, "TERM": "xterm", "PYTHONPATH": str(ROOT)}
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(sys.executable, [sys.executable, "-c", code], surroundings)
    seen = b""
    while True:
        try:
            piece = os.read(terminal, 4096)
        except OSError:
            break
        if not piece:
            break
        seen += piece
    os.waitpid(pid, 0)
    os.close(terminal)
    assert b"\x1b]52;c;" + base64.b64encode(TEXT.encode()) + b"\x07" in seen
    assert b"Copied.PERHAPS" in seen
    assert not (tmp_path / "xclip.input").exists(), "that clipboard is not the person's"


def test_without_a_terminal_nobody_has_it() -> None:
    code = f"from support_cli.deliver.clipboard import copy; print(copy({TEXT!r}, {{'TERM': 'xterm'}}))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, start_new_session=True
    )
    assert done.stdout.strip() == "Copied.NO"


def test_a_mail_program_opens_where_there_is_a_desktop(tmp_path: Path) -> None:
    path = program(tmp_path, "xdg-open")
    assert not open_mail("mailto:a@b.example", {"PATH": path})
    if sys.platform != "darwin":
        assert open_mail("mailto:a@b.example", {"PATH": path, "DISPLAY": ":0"})
        assert (tmp_path / "xdg-open.words").read_text().strip() == "mailto:a@b.example"
        program(tmp_path, "xdg-open", 3)
        assert not open_mail("mailto:a@b.example", {"PATH": path, "DISPLAY": ":0"})
