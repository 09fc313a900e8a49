"""What is said about the words of a command line, and the flags that every command understands."""

import json
import os
import subprocess
import sys

import pytest

from support_cli.cli.app import COMMANDS
from support_cli.cli.parser import built
from tests.table import each


@each(
    ("words", "said"),
    [
        (
            ["new", "--nope"],
            ["There is no option --nope.", "Usage: support new [OPTIONS] [FORM]", "support new --help"],
        ),
        (["new", "--plian"], ["There is no option --plian.", "Did you mean “--plain”?"]),
        (["--plian"], ["There is no option --plian.", "Did you mean “--plain”?", "support --help"]),
        (["new", "--ans", "x"], ["There is no option --ans.", "Did you mean “--answers”?"]),
        (["new", "--s"], ["There is no option --s.", "Usage:"]),
        (["new", "--st"], ["There are: --story, --strict, --strict-form"]),
        (["cases", "esc"], ["There is no command “esc”.", "Did you mean “escalate”?"]),
        (["cases", "shwo", "x"], ["There is no command “shwo”.", "Did you mean “show”?", "support cases --help"]),
        (["cases", "qqqq"], ["There is no command “qqqq”.", "There are: list, show, note"]),
        (["cases", "--quiet"], ["A command is missing after “support cases”.", "There are: list, show, note"]),
        (["check"], ["REQUEST is missing:"]),
        (["pack", "sign", "x.zip"], ["--key FILE is missing: The secret key."]),
        (["check", "x", "--form"], ["The option --form needs a value: FORM"]),
        (["faq", "--json=3"], ["The option --json takes no value."]),
        (["config", "get", "a", "b"], ["This word is not expected here: b"]),
        (["config", "get", "a", "b", "\x1b[31mc"], ["These words are not expected here: b c"]),
        (["--lang", "klingon", "doctor"], ["“klingon” is not a language of this program.", "en, uk, ru, pl"]),
        (["cases", "list", "--lang", "\x1b[31mde"], ["“de” is not a language of this program."]),
    ],
)
def test_one_sentence_and_what_to_type_instead(support, words, said):
    run = support(*words)
    assert (run.code, run.out) == (2, "")
    assert "\x1b" not in run.err
    assert run.err.startswith("support: ")
    for text in said:
        assert text in run.err, run.err


@pytest.mark.parametrize(
    "words", [["--json", "nope"], ["cases", "--json", "nope"], ["new", "--nope", "--json"], ["--json", "--nope"]]
)
def test_complaints_are_json_too(support, words):
    run = support(*words)
    assert run.code == 2
    assert run.json["error"]["name"] == "usage"


def test_every_command_understands_the_same_flags(here):
    del here
    wanted = {"--lang", "--json", "--plain", "--quiet", "--verbose", "--help"}

    def walk(command, words):
        ctx = command.make_context(words[-1], [], resilient_parsing=True)
        missing = wanted - {name for param in command.get_params(ctx) for name in param.opts}
        assert not missing, (words, missing)
        for name, child in getattr(command, "commands", {}).items():
            walk(child, [*words, name])

    for entry in COMMANDS:
        module = __import__(f"support_cli.cli.{entry.module}", fromlist=["app"])
        walk(built(module.app), ["support", entry.name])


@pytest.mark.parametrize(
    "words",
    [
        ["--lang", "uk", "config", "list"],
        ["config", "--lang=uk", "list"],
        ["config", "list", "--lang", "uk_UA.UTF-8"],
        ["--lang", "pl", "config", "list", "--lang", "uk"],
    ],
)
def test_a_flag_counts_wherever_it_stands_and_the_last_one_wins(support, words):
    assert "Мова програми" in support(*words).out
    # and the next run has forgotten it
    assert "Language of the program" in support("config", "list").out


def test_json_counts_before_the_command_too(support):
    assert json.loads(support("--json", "config", "path").out).keys() == {"settings", "data", "cache"}
    assert support("-q", "config", "set", "pack", "bank").err == ""


@each(
    ("language", "words", "said"),
    [
        ("uk", ["--help"], ["Використання:", "Параметри:", "Команди:", "Показати цю довідку"]),
        ("ru", ["check", "--help"], ["Использование:", "Аргументы:", "[обязательно]"]),
        ("pl", ["cases", "--nope"], ["Nie ma opcji --nope.", "Użycie:"]),
    ],
)
def test_help_and_complaints_speak_the_customers_language(language, words, said):
    run = subprocess.run(
        [sys.executable, "-m", "support_cli", *words],
        env={**os.environ, "LANG": f"{language}.UTF-8", "LC_ALL": "", "LANGUAGE": ""}, capture_output=True, check=False,
    )  # fmt: skip
    text = (run.stdout + run.stderr).decode("utf-8")
    for part in said:
        assert part in text, text
    for english in ("Usage", "Options", "Commands", "Show this", "required", "no option"):
        assert english not in text


def test_commands_below_a_command_are_completed():
    run = subprocess.run(
        [sys.executable, "-m", "support_cli"],
        env={**os.environ, "_SUPPORT_COMPLETE": "complete_bash", "COMP_WORDS": "support cases ", "COMP_CWORD": "2"},
        capture_output=True, check=False,
    )  # fmt: skip
    assert run.stdout.decode().split()[:3] == ["list", "show", "note"]


def test_help_speaks_the_language_of_the_settings(support):
    support("config", "set", "lang", "uk")
    run = subprocess.run([sys.executable, "-m", "support_cli", "--help"], capture_output=True, check=False)
    assert "Використання:" in run.stdout.decode("utf-8")


HEAVY = {
    "msgspec", "jinja2", "yaml", "sqlite3", "questionary", "prompt_toolkit", "rich", "pydantic", "babel", "tomllib",
    "ssl",
}  # fmt: skip


@pytest.mark.parametrize("words", [["--version"], ["--help"], ["new", "--help"], ["new", "--nope"], ["nope"]])
def test_help_and_complaints_load_nothing_heavy(words):
    lines = f"import sys; sys.argv[1:] = {words}", "try:", " from support_cli.__main__ import main; main()"
    code = "\n".join([*lines, "finally:", " print('loaded', *sys.modules)"])
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    loaded = run.stdout.rpartition("loaded")[2].split()
    assert ("support_cli.cli.parser" in loaded) is (words != ["--version"])
    assert not HEAVY & set(loaded)


def test_a_group_alone_shows_what_there_is(support):
    def groups(command, words):
        if hasattr(command, "commands"):
            yield words
            for name, child in command.commands.items():
                yield from groups(child, [*words, name])

    found = []
    for entry in COMMANDS:
        module = __import__(f"support_cli.cli.{entry.module}", fromlist=["app"])
        found += groups(built(module.app), [entry.name])
    assert {"cases", "outbox", "config", "config channel"} < {" ".join(words) for words in found}
    for words in found:
        run = support(*words)
        assert (run.code, run.err) == (0, ""), words
        assert run.out == support(*words, "--help").out


def test_a_word_that_is_no_options_beginning_suggests_none_that_is_far(support):
    for words in (("--ans", "x"), ("cases", "--ans"), ("doctor", "--ans")):
        run = support(*words)
        assert (run.code, "--lang”?" in run.err) == (2, False), run.err
    assert "“--answers”?" in support("new", "--ans", "x").err
    assert "“--lang”?" in support("cases", "list", "--lagn", "uk").err
