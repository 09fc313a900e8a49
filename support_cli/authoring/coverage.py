"""What the tests of a pack have seen: both ways of each ``when``, each choice, each route."""

from collections.abc import Mapping

import msgspec

from support_cli.forms import questionnaire
from support_cli.forms.model import ALWAYS, Form, Value


class Branch(msgspec.Struct):
    """How often a question with a condition was asked, and left out."""

    asked: int = 0
    left_out: int = 0


class FormCoverage(msgspec.Struct):
    """What was seen of one form.

    Attributes:
        tests: How many tests fill it in.
        conditions: Id of each question with a condition to how often it went either way.
        choices: Question id to how often each choice was taken.
    """

    tests: int = 0
    conditions: dict[str, Branch] = {}
    choices: dict[str, dict[str, int]] = {}


class Coverage(msgspec.Struct):
    """What was seen of a pack; ``routes`` counts how often each was taken."""

    forms: dict[str, FormCoverage] = {}
    routes: list[int] = []

    def begin(self, form: Form) -> None:
        """Makes room for a form, so that what is never seen is known."""
        self.forms[form.id] = FormCoverage(
            conditions={q.id: Branch() for q in form.questions if q.when != ALWAYS},
            choices={q.id: {option.label: 0 for option in q.options} for q in form.questions if q.options},
        )

    def note(self, form: Form, values: Mapping[str, Value], route: int | None) -> None:
        """Notes what one request has seen.

        Args:
            form: The form.
            values: Answers of visible questions.
            route: Number of the route that was taken, or None.
        """
        seen = self.forms[form.id]
        seen.tests += 1
        shown = {question.id for question in questionnaire.shown(form, values)}
        for question_id, branch in seen.conditions.items():
            if question_id in shown:
                branch.asked += 1
            else:
                branch.left_out += 1
        for question_id, choices in seen.choices.items():
            value = values.get(question_id)
            for label in value if isinstance(value, list) else [value]:
                if isinstance(label, str) and label in choices:
                    choices[label] += 1
        if route is not None:
            self.routes[route] += 1

    def branches(self) -> tuple[int, int]:
        """How many ways of conditions were seen, and how many there are."""
        ways = [way for form in self.forms.values() for b in form.conditions.values() for way in (b.asked, b.left_out)]
        return sum(bool(way) for way in ways), len(ways)

    def taken(self) -> tuple[int, int]:
        """How many choices were taken, and how many there are."""
        counts = [n for form in self.forms.values() for choices in form.choices.values() for n in choices.values()]
        return sum(bool(n) for n in counts), len(counts)
