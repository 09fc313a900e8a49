"""``support pack schema``: JSON Schema (draft 2020-12) of everything that people write by hand, for their editors."""

import contextlib
import re
import shlex
from collections.abc import Mapping, Sequence
from typing import cast

import msgspec

from support_cli.authoring.skeleton import skeleton
from support_cli.base.errors import UsageError
from support_cli.base.i18n import _
from support_cli.base.invocation import command_line
from support_cli.base.markdown import readable
from support_cli.base.text import clean_line
from support_cli.distribution.choose import choose_form, find_pack, pack_source
from support_cli.distribution.info import KINDS, describe, is_required, label_of
from support_cli.environment import Bench
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
from support_cli.forms.request import RequestFile
from support_cli.packs import schema, tests
from support_cli.packs.pack import Pack

HELP: dict[str, str] = {
    # pack.yml
    "PackFile": "The manifest of a pack.",
    "PackFile.pack": "Name of the pack: Latin letters, digits, -, _ and dots.",
    "PackFile.version": "Version of the pack, like 1.2.0. In quotes if it has a single dot.",
    "PackFile.requires": "Versions of support-cli that the pack works with, like >=1.",
    "PackFile.language": "Language that the pack's own texts are written in.",
    "PackFile.reply_language": "Language that the team reads; documents are made in it. The customer's by default.",
    "PackFile.title": "What customers see as the name of the pack.",
    "PackFile.description": "Whom the pack is for, in a sentence.",
    "PackFile.publisher": "Who made the pack.",
    "PackFile.limits": "What the receiver takes.",
    "PackFile.contacts": "Ways to reach the team without this program.",
    "PackFile.respond_within": "Promised time until an answer: 72h, 30min, 3d.",
    "PackFile.working_hours": "When somebody is there to answer; promised time passes only then.",
    "WorkingHoursFile.open": "Days and hours: mon-fri 9:00-18:00, sat 10:00-14:00.",
    "WorkingHoursFile.timezone": "Time zone of these hours, like Europe/Kyiv; the customer's by default.",
    "WorkingHoursFile.closed": "Days on which nobody works, like 2026-12-25.",
    "PackFile.escalation": "Channel that takes what a supervisor shall look at; the request's own by default.",
    "PackFile.channels": "Places that requests can go to, by name.",
    "PackFile.routes": "Which requests go where; the first that fits counts.",
    "PackFile.default_channel": "Where a request goes that no route fits; the first channel if it is left out.",
    "PackFile.not_ours": "Topics that the team cannot help with, and where to go instead.",
    "PackFile.forms": "Ids of the forms in the order in which customers see them; the others follow by name.",
    "PackFile.before_you_start": "What a customer should have at hand before the first question.",
    "PublisherFile.name": "Name of the team or company.",
    "PublisherFile.url": "Their web site.",
    "PublisherFile.key": "Their public key, the line that pack keygen prints.",
    "LimitsFile.files": "Most files.",
    "LimitsFile.file": "Largest single file: 10MB (10^6 bytes each), 10MiB (2^20), or bytes.",
    "LimitsFile.total": "Largest sum of all files.",
    "LimitsFile.message": "Largest encoded message as it goes over the wire: files weigh 1.37 times as much there.",
    "LimitsFile.refuse": "File name endings that are never taken, like exe.",
    "LimitsFile.accept": "The only file name endings that are taken; all if it is left out.",
    "ContactFile.kind": "What it is.",
    "ContactFile.value": "The number or address.",
    "ContactFile.hours": "When somebody is there.",
    "ContactFile.note": "What helps: the waiting time, the best days.",
    "ChannelFile.kind": "email, file, or the name of a desk.",
    "ChannelFile.to": "Addresses that an email channel sends to.",
    "ChannelFile.url": "Address of the desk.",
    "ChannelFile.queue": "Queue of the desk where no route says another.",
    "ChannelFile.language": "Language that this receiver reads.",
    "ChannelFile.public": "Everybody can read what is sent there, so private answers stay out.",
    "RouteFile.when": "The route is taken when this holds; always if it is left out.",
    "RouteFile.channel": "Name of a channel; the default one if it is left out.",
    "RouteFile.queue": "Queue of the channel.",
    "NotOursFile.keywords": "Words by which the topic is recognised in a summary.",
    "NotOursFile.answer": "Where to go with it instead.",
    # forms
    "FormFile.name": "Name of the form in the chooser.",
    "FormFile.description": "One line for the chooser.",
    "FormFile.title": "Prefix of the issue's title.",
    "FormFile.labels": "Labels that an issue gets.",
    "FormFile.assignees": "Who an issue is given to.",
    "FormFile.projects": "Projects that an issue is put in.",
    "FormFile.type": "Type of the issue.",
    "FormFile.body": "The questions and texts, in the order in which they are asked.",
    "FormFile.require_any": "Groups of question ids, of each of which at least one must be answered.",
    "FormFile.route": "Queue that requests of this form go to where no route says another.",
    "FormFile.respond_within": "Promised time until an answer: 72h, 30min, 3d.",
    "FormFile.before_you_start": "What a customer should have at hand for this form, after what pack.yml says.",
    "FormFile.self_help": "Steps that a customer can try before sending.",
    "FormFile.story": "What is asked of somebody who told a story.",
    "StoryFile.first": "The story is asked for before anything else.",
    "StoryFile.required": "Questions that stay required after a story; all of them by default.",
    "StoryFile.ask": "Questions that an operator would still ask after a story, the most useful first.",
    "StoryFile.most": "How many of those are asked, besides what is required.",
    "CuesFile.forms": "Form to phrases that tell that a story is about it.",
    "CuesFile.options": "Question to option to phrases that mean it.",
    "PackFile.offer": "A story that was told without naming a pack may choose this one.",
    "SelfHelpFile.title": "What the steps are good for.",
    "SelfHelpFile.steps": "What to do, one thing a line.",
    "SelfHelpFile.when": "The steps are shown when this holds.",
    "MarkdownAttributes.value": "The text, as Markdown.",
    "OptionFile.label": "The choice; in the pack's language it is also what is stored.",
    "OptionFile.description": "A hint shown beside it.",
    "OptionFile.required": "The box must be ticked before the request may go.",
    "type": "Type of the question.",
    "id": "Short name that conditions, templates and answers use; made of the label if it is left out.",
    "when": "The question is asked when this holds.",
    "why": "One line: why this is asked.",
    "role": "What the answer means, whatever the question is called.",
    "secret": "Masked while it is typed, and never kept in a draft.",
    "private": "Never sent to a channel that everybody can read.",
    "example": "An answer that would do; quoted when another one is refused.",
    "attributes": "What is shown.",
    "validations": "What an answer must look like.",
    "label": "What is asked.",
    "description": "A hint below the question, as Markdown.",
    "placeholder": "A sample inside the empty field.",
    "value": "What the field holds to begin with.",
    "render": "Language of the code that the answer is: log, shell, json.",
    "options": "The choices.",
    "multiple": "Several choices may be taken.",
    "default": "Number of the choice to begin with, counted from 0.",
    "required": "It cannot stay empty.",
    "min_length": "Fewest characters.",
    "max_length": "Most characters.",
    "pattern": "Regular expression that the whole answer must match.",
    "TextRules.message": "What a customer is told whose answer does not match the pattern.",
    "minimum": "Smallest number.",
    "maximum": "Largest number.",
    "differs_from": "Id of a question whose answer this one should not repeat.",
    "days": "“past” for a day that has come already, “future” for one that is still to come.",
    "exclusive": "The choice goes with none of the others.",
    "accept": "File name endings that are taken, like .png.",
    "collect": "Names of the collectors.",
    # tests
    "TestFile.about": "What the test is there to show.",
    "TestFile.form": "Form that is filled in; not needed if the pack has one only.",
    "TestFile.language": "Language of the customer; the pack's own if it is left out.",
    "TestFile.answers": "Question ids (or labels) to answers.",
    "TestFile.files": "Files that go along, as far as they need to be known.",
    "TestFile.channel": "Channel that the customer named, as with --channel.",
    "TestFile.expect": "What shall come of it.",
    "Expect.findings": "Codes of all warnings and hints, like W001 or “M003 version”; not looked at if left out.",
    "Expect.errors": "Codes or question ids of all errors; none if it is left out.",
    "Expect.asked": "Ids of questions that are asked.",
    "Expect.not_asked": "Ids of questions that are not asked.",
    "Expect.channel": "Channel that it goes to.",
    "Expect.queue": "Queue that it goes to.",
    "Expect.documents": "Documents that are compared with the files beside: ticket.md, chat.uk.txt.",
    "FileSample.name": "Its name.",
    "FileSample.type": "Its media type.",
    "FileSample.size": "Its size: 48kB.",
    "FileSample.note": "What it shows.",
    "FileSample.question": "Id of the question that it answers.",
    # requests
    "RequestFile": "Everything that a customer said, once.",
    "Consent.question": "Id of the question.",
    "Consent.wording": "What was agreed to, word for word.",
    "Consent.given": "Whether it was agreed to.",
    "Consent.language": "Language of the wording.",
    "RequestFile.support-request": "Version of this format.",
    "RequestFile.id": "Id of the request.",
    "RequestFile.created": "When the interview began.",
    "RequestFile.language": "Language that was spoken with the customer.",
    "RequestFile.pack": "The pack that asked.",
    "RequestFile.form": "Id of the form.",
    "RequestFile.answers": "Question ids to answers.",
    "RequestFile.attachments": "Files that go along.",
    "RequestFile.story": "What the customer told before anything was asked, word for word.",
    "RequestFile.consents": "Consents, with the wording that was shown.",
}


DIALECT = "https://json-schema.org/draft/2020-12/schema"
Json = dict[str, object]
FILE_KINDS: dict[str, tuple[type[msgspec.Struct], str]] = {
    "pack": (schema.PackFile, "pack.yml of support-cli"),
    "form": (schema.FormFile, "Form of support-cli"),
    "test": (tests.TestFile, "Test of a pack of support-cli"),
    "request": (RequestFile, "Request of support-cli"),
}
_SCALAR: Json = {"type": ["string", "boolean", "number"]}
_WHEN: Json = {
    "title": "Condition",
    "description": (
        "Question ids to accepted values. All must hold; a list is any of; {answered: true} asks for presence; "
        "“any” takes a list of conditions, “not” one."
    ),
    "type": "object",
    "properties": {
        "any": {"type": "array", "items": {"$ref": "#/$defs/When"}, "description": "At least one of these holds."},
        "not": {"$ref": "#/$defs/When", "description": "This does not hold."},
    },
    "additionalProperties": {
        "anyOf": [
            _SCALAR,
            {"type": "array", "items": _SCALAR, "minItems": 1},
            {
                "type": "object",
                "properties": {"answered": {"type": "boolean"}},
                "required": ["answered"],
                "additionalProperties": False,
            },
        ]
    },
}


def schema_of_kind(kind: str) -> Json:
    """The JSON Schema of a kind of file.

    Args:
        kind: ``pack``, ``form``, ``test`` or ``request``.

    Raises:
        UsageError: If there is no such kind.
    """
    if kind not in FILE_KINDS:
        raise UsageError(
            _("There is no schema “{name}”.").format(name=kind[:40]),
            hint=", ".join([*FILE_KINDS, "answers FORM"]),
        )
    struct, title = FILE_KINDS[kind]
    extra = (schema.ChannelFile,) if kind == "pack" else ()
    (root, *_rest), definitions = msgspec.json.schema_components(
        [struct, *extra], schema_hook=lambda _kind: {"$comment": "anything"}, ref_template="#/$defs/{name}"
    )
    named = {name.lstrip("_"): cast("Json", one) for name, one in definitions.items()}
    for name, one in named.items():
        _explain(name, one)
    if kind in ("pack", "form"):
        named["When"] = _WHEN
    if kind == "pack":
        properties = cast("Json", named["PackFile"]["properties"])
        cast("Json", properties["channels"])["additionalProperties"] = {"$ref": "#/$defs/ChannelFile"}
    if kind == "request":
        created = cast("dict[str, Json]", named["RequestFile"]["properties"])["created"]
        created["format"] = "date-time"
    top = named.pop(cast("str", root["$ref"]).rpartition("/")[2])
    return {"$schema": DIALECT, **top, "title": title, "$defs": named}


def _explain(name: str, one: Json) -> None:
    """Gives a definition and each of its keys a description, and conditions their own."""
    text = str(one.get("description", ""))
    said = _attributes(text)
    if text:
        one["description"] = HELP.get(name) or _plain(re.split(r"\s+Attributes:\n", text)[0])
    properties = cast("dict[str, Json]", one.get("properties", {}))
    for key, value in properties.items():
        about = HELP.get(f"{name}.{key}") or said.get(key) or HELP.get(key)
        if key == "when":
            properties[key] = {"$ref": "#/$defs/When", "description": about or ""}
        elif about:
            value["description"] = about
        if isinstance(value.get("description"), str):
            value["description"] = _plain(str(value["description"]))


def _attributes(docstring: str) -> Mapping[str, str]:
    """What a docstring says of each attribute."""
    _head, _mark, section = docstring.partition("Attributes:\n")
    found: dict[str, str] = {}
    for match in re.finditer(r"^ {4,8}(\w+): (.+(?:\n {9,}.+)*)", section, re.MULTILINE):
        found[match[1]] = " ".join(match[2].split())
    return found


def _plain(text: str) -> str:
    return " ".join(text.replace("``", "").split())


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
        if not isinstance(value, str):
            return [value, str(value)]
        if question is not None and question.kind is Kind.NUMBER:
            with contextlib.suppress(ValueError):
                return [value, float(value)]  # JSON Schema knows 5 and 5.0 as one number
        return [value]

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


class Skeleton(msgspec.Struct, frozen=True, kw_only=True):
    """A file of answers to fill in."""

    pack: str
    form: str
    language: str
    text: str


def publish(bench: Bench, kind: str, form: str, named: str) -> Json:
    """The JSON Schema of a kind of file, or of the answers to a form.

    Args:
        bench: The collaborators.
        kind: ``answers``, or what ``schema_of_kind`` takes.
        form: The form, for ``answers``.
        named: Value of ``--pack``.

    Raises:
        UsageError: If there is no such kind, or a form is named where none is meant.
        PackError: If the pack or form cannot be used.
    """
    if kind == "answers":
        pack, chosen = _form(bench, form, named)
        return answers_schema(chosen, pack.texts(bench.language), pack.manifest.name)
    if form or named:
        raise UsageError(
            _("Only answers have a form."), hint=command_line("pack", "schema", "answers", form or named), where="FORM"
        )  # fmt: skip
    return schema_of_kind(kind)


def _form(bench: Bench, form: str, named: str) -> tuple[Pack, Form]:
    pack, form_id = find_pack(bench, named, form)
    return pack, choose_form(msgspec.structs.replace(bench, prompter=None), pack, form_id)


def make_skeleton(bench: Bench, form: str, named: str) -> Skeleton:
    """A form as a file of answers, in the language that is spoken.

    Raises:
        UsageError: If one of several forms has to be named.
        PackError: If the pack or form cannot be used.
    """
    pack, chosen = _form(bench, form, named)
    by_name = shlex.quote(named or pack_source(pack))
    text = skeleton(pack, chosen, by_name, bench.language, pack.texts(bench.language))
    return Skeleton(pack=pack.manifest.name, form=chosen.id, language=bench.language, text=text)
