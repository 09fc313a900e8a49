"""The questions of one of our forms, item by item, so that a fault in one hides none in another."""

import difflib
from collections.abc import Sequence
from typing import get_args

from support_cli.base.i18n import _, ngettext
from support_cli.forms.ids import parameterize, unique
from support_cli.forms.model import Kind, Option, Question, Role, Scalar, Value
from support_cli.forms.options import Invalid
from support_cli.forms.values import read
from support_cli.packs import schema
from support_cli.packs.conditions import RESERVED, ConditionReader
from support_cli.packs.faults import Faults, said
from support_cli.packs.shape import convert
from support_cli.packs.yamltext import Path

MOST_QUESTIONS = 500


class QuestionReader:
    """Reads a form's ``body``.

    Args:
        faults: Gets what is wrong.
    """

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self.conditions = ConditionReader(faults.parsed, faults.findings)
        self.taken: set[str] = set()
        self.named: set[str] = set()
        self.done: list[Question] = []

    def read(self, body: Sequence[object]) -> list[Question]:
        """Reads every item.

        Returns:
            A question for each item; for a faulty one, a stand-in without a label that later conditions may name.
        """
        if len(body) > MOST_QUESTIONS:
            message = ngettext(
                "A form has at most {count} question.", "A form has at most {count} questions.", MOST_QUESTIONS
            ).format(count=MOST_QUESTIONS)
            self.faults.fault(("body", MOST_QUESTIONS), message)
            body = body[:MOST_QUESTIONS]
        ids = [item["id"] for item in body if isinstance(item, dict) and isinstance(item.get("id"), str)]
        self.taken = set(ids)  # ids that the author gave come first; no made-up one takes their place
        for number, raw in enumerate(body):
            path: Path = ("body", number)
            item = self._convert(raw, path)
            if item is None:
                self.done.append(self._stand_in(raw, number))
            elif isinstance(item, schema.MarkdownItem):
                when = self.conditions.read(item.when, (*path, "when"), self.done, ids)
                made_up = unique("", self.taken, number + 1)
                self.done.append(Question(id=made_up, kind=Kind.MARKDOWN, text=item.attributes.value, when=when))
            else:
                self.done.append(self._question(item, path, number, ids))
        return self.done

    def _convert(self, raw: object, path: Path) -> schema.Item | None:
        """Converts by the item's type, so that messages speak of that type's keys only."""
        kinds = {kind.__struct_config__.tag: kind for kind in get_args(schema.Item)}
        wanted = raw.get("type") if isinstance(raw, dict) else None
        kind = kinds.get(wanted) if isinstance(wanted, str) else None
        if kind is not None:
            found: schema.Item | None = convert(self.faults.parsed, raw, kind, path, self.faults.findings)
            return found
        convert(self.faults.parsed, raw, schema.Item, path, self.faults.findings)  # type: ignore[arg-type]
        return None

    def _stand_in(self, raw: object, number: int) -> Question:
        data = raw if isinstance(raw, dict) else {}
        attributes = data.get("attributes")
        label = attributes.get("label") if isinstance(attributes, dict) else None
        given = data.get("id")
        if isinstance(given, str):
            self._once(given, ("body", number, "id"))
            return Question(id=given, kind=Kind.INPUT)
        made_up = parameterize(label) if isinstance(label, str) else ""
        kind = Kind.MARKDOWN if data.get("type") == "markdown" else Kind.INPUT
        return Question(id=unique(made_up, self.taken, number + 1), kind=kind)

    def _once(self, given: str, path: Path) -> None:
        if given in self.named:
            message = _("Another question has the id “{id}”.").format(id=said(given))
            self.faults.fault(path, message, code="T003")
        self.named.add(given)

    def _question(self, item: schema.Item, path: Path, number: int, later: Sequence[str]) -> Question:
        assert not isinstance(item, schema.MarkdownItem)  # noqa: S101 - told apart by the caller
        label = item.attributes.label.strip("\n")
        if not label.strip():
            self.faults.fault((*path, "attributes", "label"), _("A question needs a label."))
        if item.id is not None:
            self._once(item.id, (*path, "id"))
        if item.id in RESERVED:
            self.faults.fault((*path, "id"), _("“{id}” means something else in conditions.").format(id=item.id))
        options = self._options(item, path)
        rules: object = getattr(item, "validations", None)
        self._rules(rules, path)
        question = Question(
            id=item.id if item.id is not None else unique(parameterize(label), self.taken, number + 1),
            explicit_id=item.id is not None,
            kind=Kind(str(item.__struct_config__.tag)),
            label=label,
            description=item.attributes.description,
            placeholder=getattr(item.attributes, "placeholder", ""),
            example=item.example,
            why=item.why,
            required=getattr(rules, "required", False),
            options=options,
            multiple=getattr(item.attributes, "multiple", False),
            when=self.conditions.read(item.when, (*path, "when"), self.done, later),
            role=Role(item.role) if item.role is not None else None,
            secret=item.secret,
            private=item.private,
            render=getattr(item.attributes, "render", "") or None,
            min_length=getattr(rules, "min_length", None),
            max_length=getattr(rules, "max_length", None),
            pattern=getattr(rules, "pattern", None),
            pattern_message=getattr(rules, "message", ""),
            minimum=getattr(rules, "minimum", None),
            maximum=getattr(rules, "maximum", None),
            differs_from=item.differs_from,
            days=getattr(rules, "days", None) or "",
            accept=_endings(rules.accept) if isinstance(rules, schema.UploadRules) else (),
        )
        default = self._default(item, question, path)
        return question if default is None else _with_default(question, default)

    def _rules(self, rules: object, path: Path) -> None:
        here: Path = (*path, "validations")
        if isinstance(rules, schema.TextRules):
            low, high = rules.min_length or 0, rules.max_length
            if high is not None and low > high:
                self.faults.fault((*here, "min_length"), _("“min_length” is larger than “max_length”."))
            if rules.pattern is not None:
                self._pattern(rules.pattern, (*here, "pattern"))
            elif rules.message:
                self.faults.fault((*here, "message"), _("“message” belongs to a “pattern”, and there is none."))
        if (
            isinstance(rules, schema.NumberRules)
            and rules.minimum is not None
            and rules.maximum is not None
            and not rules.minimum <= rules.maximum
        ):
            self.faults.fault((*here, "minimum"), _("“minimum” is larger than “maximum”."))

    def _pattern(self, pattern: str, path: Path) -> None:
        from support_cli.base.expressions import PatternError, compiled

        try:
            compiled(pattern)
        except PatternError as error:
            self.faults.fault(path, str(error))

    def _options(self, item: schema.Item, path: Path) -> tuple[Option, ...]:
        if not isinstance(item, schema.DropdownItem | schema.CheckboxesItem):
            return ()
        here: Path = (*path, "attributes", "options")
        options: list[Option] = []
        for number, one in enumerate(item.attributes.options):
            option = (
                Option(one.strip())
                if isinstance(one, str)
                else Option(one.label.strip(), one.description, one.required, exclusive=one.exclusive)
            )
            if not option.label:
                self.faults.fault((*here, number), _("A choice is empty."))
            elif any(known.label == option.label for known in options):
                message = _("The choice “{label}” stands twice.").format(label=said(option.label))
                self.faults.fault((*here, number), message, code="T003")
            options.append(option)
        if not options:
            self.faults.fault(here, _("“options” needs at least one choice."))
        return tuple(options)

    def _default(self, item: schema.Item, question: Question, path: Path) -> Value | None:
        if isinstance(item, schema.DropdownItem) and item.attributes.default is not None:
            count = len(question.options)
            if item.attributes.default >= count:
                message = ngettext(
                    "“default” counts from 0, and there is {count} choice.",
                    "“default” counts from 0, and there are {count} choices.",
                    count,
                ).format(count=count)
                self.faults.fault((*path, "attributes", "default"), message, f"0 … {count - 1}")
                return None
            label = question.options[item.attributes.default].label
            return [label] if item.attributes.multiple else label
        value: Scalar = getattr(item.attributes, "value", "")
        try:
            return read(question, value)
        except Invalid:
            # ``pack check`` says why; here it would stop a form that can be asked.
            return value if question.kind is Kind.NUMBER else str(value)


def _with_default(question: Question, default: Value) -> Question:
    from msgspec.structs import replace

    return replace(question, default=default)


def _endings(accept: str | Sequence[str]) -> tuple[str, ...]:
    return tuple("." + ending.lstrip(".").lower() for ending in listed(accept))


def listed(value: str | Sequence[str]) -> tuple[str, ...]:
    """A list that may also be written as one text with commas."""
    parts = value.split(",") if isinstance(value, str) else value
    return tuple(part.strip() for part in parts if part.strip())


def nearest(name: str, known: Sequence[str]) -> list[str]:
    """The name that was probably meant, as a list of one or none."""
    return difflib.get_close_matches(name, known, 1, 0.6)
