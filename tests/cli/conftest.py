"""Running the program in this process, as a script would."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from typer.testing import CliRunner

from support_cli import __main__  # noqa: F401 - the module that a console script names
from support_cli.cli.app import app

ANSWERS = {
    "topic": "Internet or TV",
    "name": "Anna Smith",
    "email": "anna@example.org",
    "summary": "No connection since Monday",
    "details": "The lamp is red. Restarting helps for an hour.",
    "tried": "restarted the router",
    "consent": True,
}


class Run(NamedTuple):
    """What a run printed and ended with."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def support(here: Path) -> Callable[..., Run]:
    """Runs ``support WORDS...`` without a terminal."""

    def run(*words: str, stdin: str | bytes = b"") -> Run:
        result = CliRunner().invoke(app, [str(word) for word in words], input=stdin)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Run(result.exit_code, result.stdout, result.stderr)

    return run


@pytest.fixture
def answers(here: Path) -> Path:
    """A file that answers everything the general pack must know."""
    path = here.parent / "answers.json"
    path.write_text(json.dumps(ANSWERS), "utf-8")
    return path
