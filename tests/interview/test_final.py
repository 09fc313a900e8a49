"""Questions of which one answer cannot be undone: no filter, no slip of the hand, in any language, on any screen."""

import ast
import io
from pathlib import Path

import pytest

import support_cli
from support_cli.base import i18n
from support_cli.interview.plain import PlainPrompter
from support_cli.interview.prompter import Choice
from tests.interview.desk import Desk
from tests.table import each

CHOICES = [Choice(key="keep", label="Zachowaj"), Choice(key="delete", label="Usuń na zawsze", final=True)]
NO = ["", " ", "n", "no", "nie", "ні", "нет", "н", "N", "Nie."]
YES = ["2", "yes", "tak", "так", "да", "Tak"]
NEITHER = ["Usuń", "na", "delete", "u", "zawsze", "3", "0", "keep", "т", "Т", "t"]
CANNOT_BE_UNDONE = {"attach", "delete", "unsaved", "leave", "send", "trust"}
"""Keys of choices that throw away what somebody wrote, let a pack say where it goes, or send something."""
HARMLESS = {
    "", "again", "back", "clipboard", "copy", "file", "files", "go", "keep", "keyring", "mailto", "new", "no", "resume",
    "solved", "stop", "take", "tried", "without", "yes",
}  # fmt: skip


def plain(*lines, choices=CHOICES):
    said = io.StringIO()
    return PlainPrompter(io.StringIO("".join(f"{line}\n" for line in lines)), said).choose("Usunąć?", choices, "keep")


@each("answer, key", [*((word, "keep") for word in NO), *((word, "delete") for word in YES)])
def test_no_and_nothing_keep_and_only_yes_or_the_number_deletes(answer, key):
    assert plain(answer) == key
    with Desk(80, 24) as desk:
        desk.start(lambda prompter: prompter.choose("Usunąć?", CHOICES, "keep"))
        assert desk.press(*([answer] if answer else []), "enter").result() == key


@each("answer", NEITHER)
def test_words_of_the_lines_choose_nothing(answer):
    assert plain(answer, "") == "keep"
    with Desk(80, 24) as desk:
        desk.start(lambda prompter: prompter.choose("Usunąć?", CHOICES, "keep"))
        desk.press(answer, "enter").sees("Enter alone takes Zachowaj.")
        assert desk.press("ctrl-u", "enter").result() == "keep"


def test_arrows_do_not_lead_to_what_cannot_be_undone(desk):
    desk.start(lambda prompter: prompter.choose("Usunąć?", CHOICES, "keep"))
    desk.sees("1. Zachowaj", "2. Usuń na zawsze")
    assert desk.press("down", "enter").result() == "keep"


def test_yes_chooses_nothing_where_several_answers_cannot_be_undone():
    choices = [*CHOICES, Choice(key="leave", label="Wyjdź", final=True)]
    assert plain("tak", "", choices=choices) == "keep"
    assert plain("3", choices=choices) == "leave"


@pytest.mark.parametrize("language", ["uk", "ru", "pl"])
def test_yes_and_no_are_named_in_the_language_of_the_person(language):
    i18n.activate(language)
    yes, no = i18n._("yes"), i18n._("no")
    assert (plain(yes), plain(no)) == ("delete", "keep")


def calls(name):
    """Every call of a function of that name in the program, with the file that it stands in."""
    root = Path(support_cli.__file__).parent
    for file in sorted(root.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == name:
                yield file, node


def test_every_choice_of_the_program_was_looked_at():
    """A new choice belongs into one of the two lists, and one that cannot be undone has to say so."""
    for file, node in calls("Choice"):
        words = {word.arg: word.value for word in node.keywords}
        key = words["key"]
        if isinstance(key, ast.Constant):
            assert key.value in CANNOT_BE_UNDONE | HARMLESS, (file, key.value)
            final = "final" in words
            # To stop where everything is stored loses nothing; only where storing failed it does.
            allowed = key.value == "leave" and file.name == "walk.py"
            assert final == (key.value in CANNOT_BE_UNDONE) or allowed, (file, key.value)
