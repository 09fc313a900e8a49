"""``when``, from data to a condition. Nothing here can compute: there are no expressions."""

import difflib
from collections.abc import Sequence

from support_cli.base.finding import Finding, Level
from support_cli.base.i18n import _
from support_cli.base.text import clean_line, shorten
from support_cli.forms.model import ALWAYS, All, Answered, AnyOf, Condition, Kind, Matches, Not, Question, Scalar
from support_cli.forms.options import find_option
from support_cli.packs.shape import did_you_mean
from support_cli.packs.yamltext import KeyPath, Parsed

RESERVED = ("any", "not")
"""Keys of a condition that combine others, and are no ids."""


def named_in(when: object) -> set[str]:
    """The question ids that a condition names, as it is written down; whether a form has them is another matter."""
    if isinstance(when, list):
        return set().union(*(named_in(one) for one in when))
    if not isinstance(when, dict):
        return set()
    names: set[str] = set()
    for key, value in when.items():
        names |= named_in(value) if key in RESERVED else {str(key)}
    return names


class ConditionReader:
    """Reads the conditions of one file.

    Args:
        parsed: The file, for places.
        findings: Gets a ``T002`` finding for each fault.
    """

    def __init__(self, parsed: Parsed, findings: list[Finding]) -> None:
        self._parsed = parsed
        self._findings = findings

    def read(self, data: object, path: KeyPath, known: Sequence[Question], later: Sequence[str] = ()) -> Condition:
        """Reads one ``when``.

        Args:
            data: A mapping of question ids (or ``any``, ``not``) to accepted values.
            path: Where it stands.
            known: Questions that may be named: those asked before.
            later: Ids that exist but come later, for a better message.

        Returns:
            The condition; faulty parts are left out and noted.
        """
        if not isinstance(data, dict):
            self._fault(path, _("“when” takes a mapping of question ids to accepted values."))
            return ALWAYS
        parts: list[Condition] = []
        for key, value in data.items():
            here = (*path, key)
            if key == "any" and isinstance(value, list) and value:
                parts.append(AnyOf(tuple(self.read(one, (*here, i), known, later) for i, one in enumerate(value))))
            elif key == "any":
                self._fault(here, _("“any” takes a list of conditions of which one must hold."))
            elif key == "not" and isinstance(value, dict) and value:
                parts.append(Not(self.read(value, here, known, later)))
            elif key == "not":
                self._fault(here, _("“not” takes a condition that must not hold, as a mapping."))
            else:
                part = self._question(key, value, here, known, later)
                if part is not None:
                    parts.append(part)
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _question(
        self, key: str, value: object, path: KeyPath, known: Sequence[Question], later: Sequence[str]
    ) -> Condition | None:
        question = next((q for q in known if q.id == key and q.asks), None)
        if question is None:
            if key in later:
                message = _("“{key}” is asked later; a condition can only look back.")
                self._fault(path, message.format(key=shorten(clean_line(key), 60)))
                return None
            ids = [q.id for q in known if q.asks]
            near = difflib.get_close_matches(key, ids, 1, 0.6) or difflib.get_close_matches(key, RESERVED, 1, 0.6)
            message = _("“{key}” is not a question of this form.").format(key=shorten(clean_line(key), 60))
            self._fault(path, *did_you_mean(message, near))
            return None
        if isinstance(value, dict):
            if list(value) == ["answered"] and isinstance(value["answered"], bool):
                return Answered(key, value["answered"])
            self._fault(path, _("Only “answered: true” or “answered: false” can stand here."))
            return None
        values = value if isinstance(value, list) else [value]
        scalars = [one for one in values if isinstance(one, str | bool | int | float)]
        if not scalars or len(scalars) != len(values):
            self._fault(path, _("A condition takes a value or a list of values."))
            return None
        listed = isinstance(value, list)
        return Matches(
            key,
            tuple(self._value(question, one, (*path, i) if listed else path) for i, one in enumerate(scalars)),
        )

    def _value(self, question: Question, value: Scalar, path: KeyPath) -> Scalar:
        """Checks one accepted value; a choice becomes its exact label."""
        if question.kind is Kind.CONFIRM and not isinstance(value, bool):
            self._fault(path, _("A consent is compared with true or false."))
        elif question.options:
            return self._choice(question, value, path)
        elif question.kind is Kind.NUMBER and not _is_number(value):
            self._fault(path, _("“{id}” is a number, and is compared with numbers.").format(id=question.id))
        elif isinstance(value, bool) and question.kind in _TEXTS and question.label:
            # One without a label only stands for a question of which no more than the id is known.
            self._fault(path, _("Put “yes” and “no” in quotes where they are text."), f'"{"yes" if value else "no"}"')
        return value

    def _choice(self, question: Question, value: Scalar, path: KeyPath) -> Scalar:
        if isinstance(value, bool):
            self._fault(path, _("Put “yes” and “no” in quotes where they are choices."))
            return value
        option = find_option(question.options, str(value))
        if option is not None:
            return option.label
        labels = [o.label for o in question.options]
        said = shorten(clean_line(str(value)), 60)
        message = _("“{value}” is not one of the choices of “{id}”.").format(value=said, id=question.id)
        text, fix = did_you_mean(message, difflib.get_close_matches(str(value)[:200], labels, 1, 0.5))
        self._fault(path, text, fix or shorten(", ".join(labels), 200))
        return value

    def _fault(self, path: KeyPath, message: str, fix: str | None = None) -> None:
        self._findings.append(
            Finding(code="T002", level=Level.ERROR, where=self._parsed.where(path), message=message, fix=fix)
        )


_TEXTS = (Kind.INPUT, Kind.TEXTAREA, Kind.EMAIL, Kind.PHONE, Kind.URL, Kind.DATE, Kind.TIME_WINDOW, Kind.STEPS)


def _is_number(value: Scalar) -> bool:
    if isinstance(value, bool):
        return False
    try:
        return isinstance(float(value), float)
    except (ValueError, OverflowError):
        return False
