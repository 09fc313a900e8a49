"""Every command that is told can be pasted and run."""

import ast
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from support_cli.authoring.check import FIXES
from support_cli.base import invocation
from support_cli.base.invocation import command_line
from support_cli.cli.app import COMMANDS, app
from support_cli.cli.parser import built
from tests.table import each

ROOT = Path(__file__).parents[2]
NAMES = "|".join(entry.name for entry in COMMANDS)
TOLD = re.compile(rf"\bsupport (?:{NAMES}|--help)\b")


def trees():
    for path in sorted((ROOT / "support_cli").rglob("*.py")):
        yield path.relative_to(ROOT), ast.parse(path.read_text("utf-8"))


def docstrings(tree) -> set[int]:
    """The lines of texts that stand by themselves."""
    return {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}


def words_of(node: ast.expr) -> list[str]:
    """The words of an argument of ``command_line``, an example in the place of what is computed."""
    if isinstance(node, ast.Constant):
        return [node.value]
    if ast.unparse(node) == "language":
        return ["uk"]
    if isinstance(node, ast.Starred):
        return ["-p", "general"]
    if isinstance(node, ast.IfExp):
        return words_of(node.body)
    if isinstance(node, ast.BoolOp):
        return words_of(node.values[-1])
    return ["7f3k"]


def told() -> list[tuple[str, list[str]]]:
    """Every command that the program can tell: where it is made, and its words."""
    found = []
    for path, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "command_line":
                found.append((f"{path}:{node.lineno}", [word for one in node.args for word in words_of(one)]))
    found += [
        (f"fix {code}", found.split())
        for code, text in FIXES.items()
        for found in re.findall(r"\{support\} ([^”]+)", text)
    ]
    return found


def parse(words: list[str]) -> None:
    """Reads a command line with the program's own parser, and runs nothing."""
    command = built(app)
    context = command.make_context("support", list(words))
    while hasattr(command, "resolve_command") and (rest := [*context._protected_args, *context.args]):
        name, command, args = command.resolve_command(context, rest)
        context = command.make_context(name, args, parent=context)


def test_every_command_that_is_told_is_one_that_the_program_takes():
    commands = told()
    assert len(commands) > 60
    for place, words in commands:
        if words == ["--help"]:
            continue
        try:
            parse(words)
        except (Exception, SystemExit) as error:
            pytest.fail(f"{place}: {' '.join(words)}: {error!r}")


def test_commands_are_put_together_in_one_place_only():
    for path, tree in trees():
        texts = docstrings(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in texts:
                found = TOLD.search(node.value)
                assert not found or path.name == "signatures.py", f"{path}:{node.lineno}: {node.value}"


def test_no_translation_names_a_command_of_its_own():
    for path in sorted((ROOT / "support_cli" / "locale").rglob("*.po")):
        lines = path.read_text("utf-8").split("\n")
        assert [line for line in lines if TOLD.search(line)] == []


@each(
    "words",
    [
        ("new", "-p", "my packs/acme's"),
        ("render", "x; rm -rf ~"),
        ("cases", "show", "7f3k"),
        ("resume", "", "$HOME"),
        ("new", "форма"),
    ],
)
def test_a_command_means_the_same_to_the_shell(words):
    assert shlex.split(command_line(*words)) == ["support", *filter(None, words)]


def test_commands_begin_as_the_program_was_started(monkeypatch):
    monkeypatch.setattr(invocation._State, "name", "acme-support")
    assert command_line("resume", "7f3k") == "acme-support resume 7f3k"
    monkeypatch.setattr(invocation._State, "start", "python3 dev.py support")
    assert command_line("resume", "7f3k") == "python3 dev.py support resume 7f3k"
    said = CliRunner().invoke(app, ["resume"]).stderr
    assert "acme-support: " in said
    assert "python3 dev.py support" in said


def test_a_run_from_a_clone_tells_commands_that_work_there(tmp_path):
    run = subprocess.run(
        [sys.executable, "-m", "support_cli", "cases", "list"], check=True, capture_output=True, text=True, cwd=ROOT,
        env={"HOME": str(tmp_path), "USERPROFILE": str(tmp_path), "SUPPORT_STARTED_AS": "python3 dev.py support"},
    )  # fmt: skip
    assert "python3 dev.py support new" in run.stderr
    assert 'os.environ["SUPPORT_STARTED_AS"]' in (ROOT / "dev.py").read_text("utf-8")
