"""Steps that tell of no action (W004): asked for where something is to be repeated, never of what was tried."""

from support_cli.checks.request import check
from support_cli.forms.model import Form, Kind, Question, Role
from tests.table import each

STEPS = Question(id="steps", kind=Kind.STEPS, label="Steps", role=Role.STEPS)
TRIED = Question(id="tried", kind=Kind.STEPS, label="What have you already tried?", role=Role.TRIED)
FORM = Form(id="form", name="Form", questions=(STEPS, TRIED))


def codes(question: str, line: str, language: str) -> list[str]:
    return [one.code for one in check(FORM, {question: [line]}, language=language) if one.where == question]


@each(
    ("language", "line"),
    [
        ("en", "compared the number on the receipt"),
        ("en", "charged it overnight"),
        ("en", "nothing yet"),
        ("uk", "звірила номер на квитанції"),
        ("uk", "переставив роутер у коридор"),
        ("ru", "спросила соседей"),
        ("pl", "zresetowałem router"),
    ],
)
def test_whatever_was_tried_counts(language: str, line: str) -> None:
    assert "W004" not in codes("tried", line, language)


@each(("language", "line"), [("en", "it does not work"), ("uk", "не працює"), ("pl", "nie działa")])
def test_steps_that_are_none_are_asked_for_again(language: str, line: str) -> None:
    assert "W004" in codes("steps", line, language)
