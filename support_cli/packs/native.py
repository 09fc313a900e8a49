"""Our own forms and manifests: from YAML to the model, with every fault at once."""

import difflib
import re
from collections.abc import Sequence
from datetime import date
from typing import get_args

import msgspec
from msgspec.structs import replace

from support_cli import __version__
from support_cli.base.expressions import PatternError, compiled
from support_cli.base.i18n import _, ngettext
from support_cli.base.text import later
from support_cli.forms.model import (
    Channel,
    Contact,
    Form,
    Kind,
    Limits,
    Manifest,
    NotOurs,
    OpenHours,
    Option,
    Publisher,
    Question,
    Role,
    Route,
    Scalar,
    SelfHelp,
    StoryPlan,
    Value,
    WorkingHours,
    parameterize,
    unique,
)
from support_cli.forms.options import Invalid
from support_cli.forms.values import read
from support_cli.packs import schema
from support_cli.packs.conditions import RESERVED, ConditionReader, named_in
from support_cli.packs.faults import Faults, said
from support_cli.packs.schema import WorkingHoursFile
from support_cli.packs.shape import convert
from support_cli.packs.units import satisfies
from support_cli.packs.yamltext import KeyPath, Parsed

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
            path: KeyPath = ("body", number)
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

    def _convert(self, raw: object, path: KeyPath) -> schema.Item | None:
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

    def _once(self, given: str, path: KeyPath) -> None:
        if given in self.named:
            message = _("Another question has the id “{id}”.").format(id=said(given))
            self.faults.fault(path, message, code="T003")
        self.named.add(given)

    def _question(self, item: schema.Item, path: KeyPath, number: int, later: Sequence[str]) -> Question:
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

    def _rules(self, rules: object, path: KeyPath) -> None:
        here: KeyPath = (*path, "validations")
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

    def _pattern(self, pattern: str, path: KeyPath) -> None:
        try:
            compiled(pattern)
        except PatternError as error:
            self.faults.fault(path, str(error))

    def _options(self, item: schema.Item, path: KeyPath) -> tuple[Option, ...]:
        if not isinstance(item, schema.DropdownItem | schema.CheckboxesItem):
            return ()
        here: KeyPath = (*path, "attributes", "options")
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

    def _default(self, item: schema.Item, question: Question, path: KeyPath) -> Value | None:
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


_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LINE = later(r"\s*([a-z]{3}(?:\s*[-,]\s*[a-z]{3}){0,13})\s+(\d{1,2}:\d\d)\s*[-–]\s*(\d{1,2}:\d\d)\s*")
_SAMPLE = "mon-fri 9:00-18:00"


def read_working_hours(faults: Faults, record: WorkingHoursFile) -> WorkingHours | None:
    """Reads working hours; what cannot be read is noted as a fault.

    Returns:
        None where they never are open, which is a fault too.
    """
    path: KeyPath = ("working_hours",)
    taken: list[OpenHours] = []
    for number, line in enumerate(record.open):
        hours = _read(line)
        place = (*path, "open", number)
        if hours is None:
            faults.fault(place, _("“{text}” are no days and hours.").format(text=said(line)), _SAMPLE)
        elif any(_overlap(hours, other) for other in taken):
            faults.fault(place, _("“{text}” overlaps with other hours of the same day.").format(text=said(line)))
        else:
            taken.append(hours)
    if not record.open:
        faults.fault((*path, "open"), _("Working hours need days and hours."), _SAMPLE)
    for number, day in enumerate(record.closed):
        if not _is_day(day):
            faults.fault((*path, "closed", number), _("“{text}” is not a day.").format(text=said(day)), "2026-12-25")
    if not taken:
        return None
    ordered = tuple(sorted(taken, key=lambda one: one.opens))
    return WorkingHours(open=ordered, timezone=record.timezone, closed=tuple(record.closed))


def _read(line: str) -> OpenHours | None:
    match = _LINE.fullmatch(line.lower())
    if match is None:
        return None
    days, opens, closes = _days(match[1]), _minutes(match[2]), _minutes(match[3])
    if not days or opens is None or closes is None or opens >= closes:
        return None
    return OpenHours(days=days, opens=opens, closes=closes)


def _days(text: str) -> tuple[int, ...]:
    """``mon-fri, sun`` as numbers; nothing if one of them is no day. A range may go over Sunday."""
    found: set[int] = set()
    for part in re.split(r"\s*,\s*", text):
        ends = re.split(r"\s*-\s*", part)
        if len(ends) > 2 or any(end not in _DAYS for end in ends):
            return ()
        first, last = _DAYS.index(ends[0]), _DAYS.index(ends[-1])
        found.update(number % 7 for number in range(first, last + (7 if last < first else 0) + 1))
    return tuple(sorted(found))


def _minutes(text: str) -> int | None:
    hours, minutes = map(int, text.split(":"))
    total = hours * 60 + minutes
    return total if minutes < 60 and total <= 24 * 60 else None


def _overlap(one: OpenHours, other: OpenHours) -> bool:
    return bool(set(one.days) & set(other.days)) and one.opens < other.closes and other.opens < one.closes


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def read_form(parsed: Parsed, form_id: str) -> Form:
    """Reads one of our forms.

    Args:
        parsed: The file's YAML.
        form_id: The file's stem.

    Raises:
        PackError: With one finding for each fault of the file.
    """
    faults = Faults(parsed)
    data = parsed.data
    if not isinstance(data, dict):
        faults.fault((), _("A form is a mapping with “name” and “body”."))
        faults.stop()
        raise AssertionError
    body = data.get("body")
    head = convert(parsed, {**data, "body": []}, schema.FormFile, (), faults.findings)
    if not isinstance(body, list) or not body:
        faults.fault(("body",), _("“body” must be a list of questions."))
        body = []
    questions = QuestionReader(faults).read(body)
    if body and not any(q.asks for q in questions):
        faults.fault(("body",), _("This form has nothing to ask."))
    if head is None:
        faults.stop()
        raise AssertionError
    _check_groups(faults, head.require_any, [q.id for q in questions if q.asks])
    conditions = ConditionReader(parsed, faults.findings)
    form = Form(
        id=form_id,
        before_you_start=tuple(head.before_you_start),
        story=_read_story(faults, head.story, [q.id for q in questions if q.asks]),
        name=head.name,
        description=head.description,
        questions=tuple(questions),
        title=head.title,
        labels=listed(head.labels),
        assignees=listed(head.assignees),
        projects=listed(head.projects),
        issue_type=head.type or None,
        require_any=tuple(tuple(group) for group in head.require_any),
        route=head.route or None,
        respond_within=faults.duration(head.respond_within, ("respond_within",)),
        self_help=tuple(
            SelfHelp(
                steps=tuple(one.steps),
                title=one.title,
                when=conditions.read(one.when, ("self_help", number, "when"), questions),
            )
            for number, one in enumerate(head.self_help)
        ),
    )
    faults.stop()
    return form


def _read_story(faults: Faults, record: schema.StoryFile, ids: list[str]) -> StoryPlan:
    for key, names in (("required", record.required or []), ("ask", record.ask)):
        for index, name in enumerate(names):
            if name not in ids:
                message = _("“{key}” is not a question of this form.").format(key=said(name))
                faults.unlike(("story", key, index), message, nearest(name, ids), "T002")
    required = None if record.required is None else tuple(record.required)
    return StoryPlan(first=record.first, required=required, ask=tuple(record.ask), most=record.most)


def read_cues(parsed: Parsed) -> schema.CuesFile:
    """Reads ``cues.yml``.

    Raises:
        PackError: With one finding for each fault of the file.
    """
    faults = Faults(parsed)
    record = convert(parsed, parsed.data, schema.CuesFile, (), faults.findings)
    faults.stop()
    return record or schema.CuesFile()


def _check_groups(faults: Faults, groups: list[list[str]], ids: list[str]) -> None:
    for number, group in enumerate(groups):
        if not group:
            faults.fault(("require_any", number), _("A group needs at least one question."), code="T002")
        for index, name in enumerate(group):
            if name not in ids:
                message = _("“{key}” is not a question of this form.").format(key=said(name))
                faults.unlike(("require_any", number, index), message, nearest(name, ids), "T002")


def read_manifest(parsed: Parsed) -> Manifest:
    """Reads ``pack.yml``.

    Raises:
        PackError: With one finding for each fault of the file.
    """
    faults = Faults(parsed)
    record = convert(parsed, parsed.data, schema.PackFile, (), faults.findings)
    if record is None:
        faults.stop()
        raise AssertionError
    if record.requires:
        fits = satisfies(__version__, record.requires)
        if fits is None:
            faults.fault(("requires",), _("“requires” must look like “>=1”."))
        elif not fits:
            faults.fault(
                ("requires",),
                _("This pack needs support-cli {wanted}, and this is {version}.").format(
                    wanted=record.requires, version=__version__
                ),
                "pip install --upgrade support-cli",
            )
    limits = Limits(
        files=record.limits.files,
        file=faults.size(record.limits.file, ("limits", "file")),
        total=faults.size(record.limits.total, ("limits", "total")),
        message=faults.size(record.limits.message, ("limits", "message")),
        refuse=tuple(ending.lower().lstrip(".") for ending in record.limits.refuse),
        accept=tuple(ending.lower().lstrip(".") for ending in record.limits.accept),
    )
    channels = {name: _channel(faults, name, one) for name, one in record.channels.items()}
    for key, name in (("default_channel", record.default_channel), ("escalation", record.escalation)):
        if name and name not in channels:
            message = _("“{name}” is not one of the channels.").format(name=said(name))
            faults.unlike((key,), message, nearest(name, list(channels)))
    manifest = Manifest(
        name=record.pack,
        version=record.version,
        requires=record.requires,
        language=record.language,
        reply_language=record.reply_language,
        title=record.title or record.pack,
        description=record.description,
        publisher=Publisher(name=record.publisher.name, url=record.publisher.url, key=record.publisher.key),
        limits=limits,
        contacts=tuple(Contact(kind=c.kind, value=c.value, hours=c.hours, note=c.note) for c in record.contacts),
        respond_within=faults.duration(record.respond_within, ("respond_within",)),
        working_hours=read_working_hours(faults, record.working_hours) if record.working_hours else None,
        channels=channels,
        routes=_routes(faults, record, channels),
        default_channel=record.default_channel or next((name for name in channels if name != record.escalation), ""),
        escalation=record.escalation,
        not_ours=tuple(NotOurs(keywords=tuple(n.keywords), answer=n.answer) for n in record.not_ours),
        before_you_start=tuple(record.before_you_start),
        forms=tuple(record.forms),
        offer=record.offer,
    )
    faults.stop()
    return manifest


def _channel(faults: Faults, name: str, data: dict[str, object]) -> Channel:
    path: KeyPath = ("channels", name)
    record = convert(faults.parsed, data, schema.ChannelFile, path, faults.findings)
    if record is None:
        return Channel(kind="")
    own = {field.encode_name for field in msgspec.structs.fields(schema.ChannelFile)}
    settings = _flat({key: value for key, value in data.items() if key not in own})
    return Channel(
        kind=record.kind,
        to=", ".join(listed(record.to)),
        url=record.url,
        queue=record.queue,
        language=record.language,
        public=record.public,
        settings=settings,
    )


def _flat(data: object, prefix: str = "") -> dict[str, str | bool | int | float]:
    """A channel's own settings by dotted name: ``{"field": {"x": 1}}`` and ``{"field.x": 1}`` are the same."""
    if isinstance(data, str | bool | int | float):
        return {prefix: data}
    pairs = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return {
        name: value
        for key, below in pairs
        for name, value in _flat(below, f"{prefix}.{key}" if prefix else str(key)).items()
    }


def _routes(faults: Faults, record: schema.PackFile, channels: dict[str, Channel]) -> tuple[Route, ...]:
    routes = []
    for number, route in enumerate(record.routes):
        if route.channel and route.channel not in channels:
            message = _("“{name}” is not one of the channels.").format(name=said(route.channel))
            faults.unlike(("routes", number, "channel"), message, nearest(route.channel, list(channels)))
        # Which questions a route may name is known only with a form at hand: ``pack check`` looks.
        names = [Question(id=key, kind=Kind.INPUT) for key in named_in(route.when)]
        when = ConditionReader(faults.parsed, faults.findings).read(route.when, ("routes", number, "when"), names)
        routes.append(Route(when=when, channel=route.channel, queue=route.queue))
    return tuple(routes)
