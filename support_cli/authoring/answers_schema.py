"""``support pack schema answers FORM``: JSON Schema of the answers to one form, so that an editor completes them.

What depends on other answers is said in JSON Schema's own words (``if``, ``then``), and as the form says it in
``x-when``.
"""

import re
from collections.abc import Mapping, Sequence

from support_cli.authoring.schema import DIALECT, Json
from support_cli.base.i18n import _
from support_cli.base.markdown import readable
from support_cli.base.text import clean_line
from support_cli.distribution.info import is_required
from support_cli.distribution.words import KINDS, describe, label_of
from support_cli.forms.model import (
    ALWAYS,
    All,
    Answered,
    AnyOf,
    Condition,
    Form,
    Kind,
    Matches,
    Not,
    Option,
    Question,
    Scalar,
)
from support_cli.forms.options import NO, YES, find_option

Texts = Mapping[str, str]
_WORDS: Json = {"type": ["string", "number"]}
_AGREED: list[object] = [True, *sorted(YES)]
_DATE = r"^\s*(\d{4}-\d{1,2}-\d{1,2}|\d{1,2}\.\d{1,2}\.\d{4})\s*$"


def answers_schema(form: Form, texts: Texts, pack_name: str) -> Json:
    """The JSON Schema of the answers to a form.

    Args:
        form: The form.
        texts: Translations of the pack's texts; choices are taken in both languages.
        pack_name: The pack, for the title.
    """
    asked = [question for question in form.questions if question.asks and question.on_form]
    maker = _Maker(form, texts)
    schema: Json = {
        "$schema": DIALECT,
        "title": f"{pack_name}: {clean_line(texts.get(form.name, form.name))}",
        "description": readable(texts.get(form.description, form.description)),
        "type": "object",
        "properties": {question.id: maker.property(question) for question in asked},
        "additionalProperties": False,
    }
    needed = [q for q in asked if is_required(q) and q.kind is not Kind.UPLOAD]
    always = [q.id for q in needed if q.when == ALWAYS]
    rules: list[Json] = [{"if": maker.asked(q), "then": maker.given(q)} for q in needed if q.when != ALWAYS]
    rules += [rule for group in form.require_any for rule in maker.group(group)]
    if always:
        schema["required"] = always
    if rules:
        schema["allOf"] = rules
    definitions = {_name(q): maker.schema(q.when) for q in form.questions if q.when != ALWAYS}
    if definitions:
        schema["$defs"] = definitions
    return schema


def when_data(condition: Condition) -> Json:
    """A condition as forms write it."""
    if isinstance(condition, Matches):
        values = list(condition.values)
        return {condition.question: values[0] if len(values) == 1 else values}
    if isinstance(condition, Answered):
        return {condition.question: {"answered": condition.present}}
    if isinstance(condition, Not):
        return {"not": when_data(condition.part)}
    if isinstance(condition, AnyOf):
        return {"any": [when_data(part) for part in condition.parts]}
    parts = [when_data(part) for part in condition.parts]
    keys = [key for part in parts for key in part]
    if len(set(keys)) < len(keys):  # one question twice: only “any” can hold both
        return {"not": {"any": [{"not": part} for part in parts]}}
    return {key: value for part in parts for key, value in part.items()}


def _name(question: Question) -> str:
    return f"asked-{question.id}"


class _Maker:
    """Makes the parts of one form's schema."""

    def __init__(self, form: Form, texts: Texts) -> None:
        self.form = form
        self.texts = texts

    def told(self, text: str) -> str:
        return self.texts.get(text, text)

    def property(self, question: Question) -> Json:
        """What an answer looks like, and what an editor says of it."""
        parts = [
            readable(self.told(question.description)),
            _("Why we ask: {why}").format(why=clean_line(self.told(question.why))) if question.why else "",
        ]
        if question.when != ALWAYS:
            when = describe(question.when, self.form, self.texts)
            parts.append(_("Only when {condition}.").format(condition=when))
        value: Json = {
            "title": label_of(question, self.texts),
            "description": "\n".join(filter(None, parts)) or _(KINDS[question.kind]),
            **self.value(question),
        }
        if not _always_needed(question):
            value = _or_nothing(value)
        samples = list(dict.fromkeys(self.told(text) for text in (question.example, question.placeholder) if text))
        if samples and not question.options:
            value["examples"] = samples
        if question.when != ALWAYS:
            value["x-when"] = when_data(question.when)
        if question.role is not None:
            value["x-role"] = question.role.value
        return value

    def value(self, question: Question) -> Json:
        """The type of an answer."""
        kind = question.kind
        if question.options:
            return self.choices(question)
        if kind is Kind.CONFIRM:
            return {"enum": _AGREED} if _always_needed(question) else {"enum": [*_AGREED, False, *sorted(NO), None]}
        if kind in (Kind.STEPS, Kind.UPLOAD):
            return {"anyOf": [{"type": "array", "items": _WORDS}, _WORDS]}
        if kind is Kind.NUMBER:
            limits = {"minimum": question.minimum, "maximum": question.maximum}
            return {**_WORDS, **{key: limit for key, limit in limits.items() if limit is not None}}
        if kind is Kind.DATE:
            return {"type": "string", "pattern": _DATE}
        if kind in (Kind.EMAIL, Kind.PHONE, Kind.URL, Kind.TIME_WINDOW):
            return {"type": "string", **({"format": "email"} if kind is Kind.EMAIL else {})}
        return self.text(question)

    def text(self, question: Question) -> Json:
        several = question.kind is Kind.TEXTAREA
        value: Json = {"type": ["string", "number", *(["array"] if several else [])]}
        if question.min_length:
            value["minLength"] = question.min_length
        if question.max_length is not None:
            value["maxLength"] = question.max_length
        if question.pattern is not None:
            value["pattern" if _simple(question.pattern) else "x-pattern"] = f"^(?:{question.pattern})$"
        return value

    def choices(self, question: Question) -> Json:
        """The choices with their titles in the customer's language, which are taken as well."""
        one: Json = {"anyOf": [choice for option in question.options for choice in self.choice(option)]}
        if not question.multiple and question.kind is not Kind.CHECKBOXES:
            return one
        several: list[object] = [{"type": "array", "items": one, "uniqueItems": True}, one]
        if len(question.options) == 1:
            several.append({"type": "boolean"})
        return {"anyOf": several}

    def choice(self, option: Option) -> list[Json]:
        shown = self.told(option.label)
        about = {"title": clean_line(shown)}
        if option.description:
            about["description"] = clean_line(self.told(option.description))
        found: list[Json] = [{"const": option.label, **about}]
        return found if shown == option.label else [*found, {"const": shown, **about}]

    def present(self, question_id: str) -> Json:
        """Something is answered."""
        return {"required": [question_id], "properties": {question_id: {"not": {"enum": [None, "", []]}}}}

    def given(self, question: Question) -> Json:
        """What a required question needs once it is asked: an answer, or a consent."""
        if question.kind is not Kind.CONFIRM:
            return self.present(question.id)
        return {"required": [question.id], "properties": {question.id: {"enum": _AGREED}}}

    def asked(self, question: Question) -> Json:
        """The question is asked."""
        return {"$ref": f"#/$defs/{_name(question)}"} if question.when != ALWAYS else {}

    def schema(self, condition: Condition) -> Json:
        """A condition in the words of JSON Schema; an answer to a question that is not asked counts as none."""
        if isinstance(condition, All | AnyOf):
            parts = [self.schema(part) for part in condition.parts]
            if isinstance(condition, All):
                return {"allOf": parts} if parts else {}
            return {"anyOf": parts} if parts else {"not": {}}
        if isinstance(condition, Not):
            return {"not": self.schema(condition.part)}
        question = self.form.question(condition.question)
        if isinstance(condition, Answered):
            state = self.both(self.present(condition.question), question)
            return state if condition.present else {"not": state}
        values = [form for value in condition.values for form in self.ways(question, value)]
        one: Json = {"enum": list({(type(value), value): value for value in values}.values())}
        state = {"anyOf": [one, {"type": "array", "contains": one}]}
        return self.both({"required": [condition.question], "properties": {condition.question: state}}, question)

    def both(self, state: Json, question: Question | None) -> Json:
        if question is None or question.when == ALWAYS:
            return state
        return {"allOf": [state, self.asked(question)]}

    def ways(self, question: Question | None, value: Scalar) -> Sequence[Scalar]:
        """The ways in which an answer can be written."""
        if isinstance(value, bool):
            return [value, *sorted(YES if value else NO)]
        option = find_option(question.options, str(value)) if question else None
        if option is not None:
            return [option.label, self.told(option.label)]
        return [value] if isinstance(value, str) else [value, str(value)]

    def group(self, group: Sequence[str]) -> list[Json]:
        """At least one of a group is answered, if any of it is asked."""
        members = [q for name in group if (q := self.form.question(name)) is not None]
        if not members:
            return []
        answered: Json = {"anyOf": [self.both(self.present(q.id), q) for q in members]}
        if any(q.when == ALWAYS for q in members):
            return [answered]
        return [{"if": {"anyOf": [self.asked(q) for q in members]}, "then": answered}]


def _always_needed(question: Question) -> bool:
    return is_required(question) and question.when == ALWAYS and question.kind is not Kind.UPLOAD


def _or_nothing(value: Json) -> Json:
    """The same, or nothing: a line of a skeleton that nobody filled in."""
    if isinstance(value.get("anyOf"), list):
        return {**value, "anyOf": [*value["anyOf"], {"type": "null"}]}  # type: ignore[misc]
    if "enum" in value:
        return value
    kinds = value["type"]
    return {**value, "type": [*(kinds if isinstance(kinds, list) else [kinds]), "null"]}


def _simple(pattern: str) -> bool:
    """Whether editors, which know JavaScript's expressions, read a pattern as we do."""
    try:
        re.compile(pattern)
    except re.error:
        return False
    return re.search(r"\(\?(?!:)|\\[pPXKGRhN]|[*+?}]\+|&&|\[\[", pattern) is None
