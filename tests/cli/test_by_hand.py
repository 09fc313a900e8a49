"""Ways on which the customer takes the last step: said plainly, and never counted as sent."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.cli.conftest import Run
from tests.deliver.test_clipboard import program

Support = Callable[..., Run]


@pytest.fixture
def desktop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A desktop with a clipboard and a mail program."""
    for name in ("xclip", "xdg-open"):
        monkeypatch.setenv("PATH", program(tmp_path, name))
    monkeypatch.setenv("DISPLAY", ":0")
    for name in ("WAYLAND_DISPLAY", "SSH_TTY", "SSH_CONNECTION"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without any of it."""
    monkeypatch.setenv("TERM", "dumb")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "SSH_TTY", "SSH_CONNECTION", "WSL_DISTRO_NAME", "TERMUX_VERSION"):
        monkeypatch.delenv(name, raising=False)


def written(support: Support, run: Run) -> None:
    """The case says that nobody has it yet."""
    case = support("cases", "show", run.json["id"], "--json").json
    assert (case["state"], [one["delivered"] for one in case["receipts"]]) == ("written", [False])
    assert support("outbox", "list", "--all", "--json").json == []


def test_the_mail_program_opens_filled_in(support: Support, answers: Path, desktop: Path, here: Path) -> None:
    (here / "log.txt").write_text("x")
    words = ("new", "--no-input", "-a", answers, "--send", "--channel", "mailto", "--attach", "log.txt")
    nobody = support(*words)
    assert (nobody.code, "no address to send this to" in nobody.err) == (2, True)
    run = support(*words, "--to", "desk@example.org", "--json")
    assert run.code == 0
    assert (run.json["state"], run.json["handed"]["way"], run.json["handed"]["attach"]) == (
        "prepared",
        "mailto",
        ["log.txt"],
    )
    url = (desktop / "xdg-open.words").read_text()
    assert url.startswith("mailto:desk@example.org?subject=")
    assert "No connection since Monday" in unquote(url)
    written(support, run)
    said = support(*words, "--to", "desk@example.org")
    assert "Nothing is sent until you send it there" in said.err
    assert "Attach this file by hand: log.txt" in said.err


def test_the_clipboard_gets_the_text(support: Support, answers: Path, desktop: Path) -> None:
    made = support("new", "--no-input", "-a", answers, "-f", "json", "-o", "r.json", "--json")
    run = support("send", "r.json", "--channel", "clipboard", "--json")
    assert (run.code, run.json["way"], run.json["state"]) == (0, "clipboard", "prepared")
    assert "No connection since Monday" in (desktop / "xclip.input").read_text()
    written(support, made)
    said = support("send", "r.json", "--channel", "clipboard", "--to", "desk@example.org")
    assert "Copied: the request as text" in said.err
    assert "Paste it into a message to desk@example.org" in said.err


@pytest.mark.parametrize("channel", ["mailto", "clipboard"])
def test_where_there_is_neither_the_text_is_printed(
    support: Support, answers: Path, channel: str, nothing: None
) -> None:
    run = support(
        "new", "--no-input", "-a", answers, "--send", "--channel", channel, "--to", "desk@example.org", "--quiet"
    )
    assert run.code == 0
    assert run.out.startswith("[Internet or TV] No connection since Monday")
    assert "The lamp is red" in run.out


def test_a_pack_may_name_them(support: Support, here: Path) -> None:
    support("pack", "init", "desk", "--no-input")
    manifest = here / "desk" / "pack.yml"
    channels = "channels:\n  web: {kind: clipboard}\n  typo: {kind: clipbord}\n"
    text = manifest.read_text("utf-8").replace("kind: email", "kind: mailto").replace("channels:\n", channels)
    manifest.write_text(text, "utf-8")
    wrong = [
        one["message"] for one in support("pack", "check", "desk", "--json").json["findings"] if one["code"] == "T045"
    ]
    assert len(wrong) == 1
    assert "clipbord" in wrong[0]
