"""Our own forms and manifests: from YAML to the model, with every fault at once."""

from collections.abc import Sequence
from typing import get_args

import msgspec

from support_cli import __version__
from support_cli.finding import Finding, Level
from support_cli.i18n import _
from support_cli.packs import schema
from support_cli.packs.conditions import ConditionReader
from support_cli.packs.errors import PackError
from support_cli.packs.ids import parameterize, unique
from support_cli.packs.model import (
    Channel,
    Contact,
    Form,
    Kind,
    Limits,
    Manifest,
    NotOurs,
    Option,
    Publisher,
    Question,
    Role,
    Route,
    Scalar,
    SelfHelp,
    Value,
)
from support_cli.packs.shape import convert
from support_cli.packs.units import parse_duration, parse_size, satisfies
from support_cli.packs.yamltext import Parsed, Path

_RESERVED = ("any", "not")


class _Reader:
    """Collects the faults of one file."""

    def __init__(self, parsed: Parsed) -> None:
        self.parsed = parsed
        self.findings: list[Finding] = []
        for path, _place in parsed.duplicates:
            self.fault(path, _("“{key}” stands twice in this mapping.").format(key=path[-1]))

    def fault(self, path: Path, message: str, fix: str | None = None, code: str = "T001") -> None:
        self.findings.append(
            Finding(code=code, level=Level.ERROR, where=self.parsed.where(path), message=message, fix=fix)
        )

    def stop_on_faults(self) -> None:
        if not self.findings:
            return
        first = self.findings[0]
        more = len(self.findings) - 1
        raise PackError(
            first.message,
            where=first.where,
            hint=first.fix if not more else _("{count} more faults in this file.").format(count=more),
            findings=self.findings,
        )

    def size(self, text: str | int, path: Path) -> int:
        size = parse_size(text)
        if size is None:
            self.fault(path, _("“{text}” is not a size.").format(text=text), "10MB, 500kB, 10MiB")
        return size or 0

    def duration(self, text: str, path: Path) -> int | None:
        seconds = parse_duration(text) if text else None
        if text and seconds is None:
            self.fault(path, _("“{text}” is not a duration.").format(text=text), "72h, 30min, 3d")
        return seconds


def read_form(parsed: Parsed, form_id: str) -> Form:
    """Reads one of our forms.

    Args:
        parsed: The file's YAML.
        form_id: The file's stem.

    Raises:
        PackError: With one finding for each fault of the file.
    """
    reader = _Reader(parsed)
    data = parsed.data
    if not isinstance(data, dict):
        reader.fault((), _("A form is a mapping with “name” and “body”."))
        reader.stop_on_faults()
        raise AssertionError
    body = data.get("body")
    head = convert(parsed, {**data, "body": []}, schema.FormFile, (), reader.findings)
    if not isinstance(body, list) or not body:
        reader.fault(("body",), _("“body” must be a list of questions."))
        body = []
    questions = _Questions(reader).read(body)
    if not any(q.asks for q in questions) and not reader.findings:
        reader.fault(("body",), _("This form has nothing to ask."))
    if head is None:
        reader.stop_on_faults()
        raise AssertionError
    ids = {q.id for q in questions if q.asks}
    for number, group in enumerate(head.require_any):
        for name in group:
            if name not in ids:
                reader.fault(
                    ("require_any", number), _("“{key}” is not a question of this form.").format(key=name), code="T002"
                )
    conditions = ConditionReader(parsed, reader.findings)
    form = Form(
        id=form_id,
        name=head.name,
        description=head.description,
        questions=tuple(questions),
        title=head.title,
        labels=_list(head.labels),
        assignees=_list(head.assignees),
        projects=_list(head.projects),
        issue_type=head.type or None,
        require_any=tuple(tuple(group) for group in head.require_any),
        route=head.route or None,
        respond_within=reader.duration(head.respond_within, ("respond_within",)),
        self_help=tuple(
            SelfHelp(
                steps=tuple(one.steps),
                title=one.title,
                when=conditions.read(one.when, ("self_help", number, "when"), questions),
            )
            for number, one in enumerate(head.self_help)
        ),
    )
    reader.stop_on_faults()
    return form


def _list(value: str | Sequence[str]) -> tuple[str, ...]:
    parts = value.split(",") if isinstance(value, str) else value
    return tuple(part.strip() for part in parts if part.strip())


class _Questions:
    """Reads the body, item by item, so that a fault in one hides none in another."""

    def __init__(self, reader: _Reader) -> None:
        self.reader = reader
        self.conditions = ConditionReader(reader.parsed, reader.findings)
        self.taken: set[str] = set()
        self.done: list[Question] = []

    def read(self, body: Sequence[object]) -> list[Question]:
        later = [str(item["id"]) for item in body if isinstance(item, dict) and item.get("id")]
        for number, raw in enumerate(body):
            path: Path = ("body", number)
            item = self.convert(raw, path)
            if item is None:
                # A placeholder keeps later conditions on it from looking wrong too.
                if isinstance(raw, dict) and isinstance(raw.get("id"), str):
                    self.done.append(Question(id=raw["id"], kind=Kind.INPUT))
                continue
            if isinstance(item, schema.MarkdownItem):
                self.done.append(
                    Question(
                        id=unique("", self.taken, number + 1),
                        kind=Kind.MARKDOWN,
                        text=item.attributes.value,
                        when=self.conditions.read(item.when, (*path, "when"), self.done, later),
                    )
                )
                continue
            self.done.append(self.question(item, path, number, later))
        return self.done

    def convert(self, raw: object, path: Path) -> schema.Item | None:
        """Converts by the item's type, so that messages speak of that type's keys only."""
        kinds = {kind.__struct_config__.tag: kind for kind in get_args(schema.Item)}
        if isinstance(raw, dict) and raw.get("type") in kinds:
            found: schema.Item | None = convert(self.reader.parsed, raw, kinds[raw["type"]], path, self.reader.findings)
            return found
        convert(self.reader.parsed, raw, schema.Item, path, self.reader.findings)  # type: ignore[arg-type]
        return None

    def question(self, item: schema.Item, path: Path, number: int, later: Sequence[str]) -> Question:
        assert not isinstance(item, schema.MarkdownItem)  # noqa: S101 - told apart by the caller
        label = item.attributes.label.strip("\n")
        if not label.strip():
            self.reader.fault((*path, "attributes", "label"), _("A question needs a label."))
        if item.id in self.taken:
            self.reader.fault((*path, "id"), _("Another question has the id “{id}”.").format(id=item.id), code="T003")
        if item.id in _RESERVED:
            self.reader.fault((*path, "id"), _("“{id}” means something else in conditions.").format(id=item.id))
        kind = Kind(str(item.__struct_config__.tag))
        options = self.options(item, path)
        rules: object = getattr(item, "validations", None)
        self.rules(rules, path)
        return Question(
            id=unique(item.id or parameterize(label), self.taken, number + 1),
            explicit_id=item.id is not None,
            kind=kind,
            label=label,
            description=item.attributes.description,
            placeholder=getattr(item.attributes, "placeholder", ""),
            example=item.example,
            why=item.why,
            required=getattr(rules, "required", False),
            options=options,
            multiple=getattr(item.attributes, "multiple", False),
            default=self.default(item, options, path),
            when=self.conditions.read(item.when, (*path, "when"), self.done, later),
            role=Role(item.role) if item.role is not None else None,
            secret=item.secret,
            private=item.private,
            render=getattr(item.attributes, "render", "") or None,
            min_length=getattr(rules, "min_length", None),
            max_length=getattr(rules, "max_length", None),
            pattern=getattr(rules, "pattern", None),
            minimum=getattr(rules, "minimum", None),
            maximum=getattr(rules, "maximum", None),
            accept=_endings(rules.accept) if isinstance(rules, schema.UploadRules) else (),
        )

    def rules(self, rules: object, path: Path) -> None:
        if isinstance(rules, schema.TextRules):
            low, high = rules.min_length or 0, rules.max_length
            if high is not None and low > high:
                self.reader.fault((*path, "validations"), _("“min_length” is larger than “max_length”."))
            if rules.pattern is not None:
                import regex

                try:
                    regex.compile(rules.pattern)
                except regex.error as error:
                    message = _("This pattern is no regular expression: {problem}.").format(problem=error)
                    self.reader.fault((*path, "validations", "pattern"), message)
        if (
            isinstance(rules, schema.NumberRules)
            and rules.minimum is not None
            and rules.maximum is not None
            and rules.minimum > rules.maximum
        ):
            self.reader.fault((*path, "validations"), _("“minimum” is larger than “maximum”."))

    def options(self, item: schema.Item, path: Path) -> tuple[Option, ...]:
        if not isinstance(item, schema.DropdownItem | schema.CheckboxesItem):
            return ()
        here: Path = (*path, "attributes", "options")
        options = []
        for one in item.attributes.options:
            if isinstance(one, str):
                options.append(Option(one.strip()))
            else:
                options.append(Option(one.label.strip(), one.description, one.required))
        if not options:
            self.reader.fault(here, _("“options” needs at least one choice."))
        labels = [option.label for option in options]
        for label in sorted({label for label in labels if labels.count(label) > 1}):
            self.reader.fault(here, _("The choice “{label}” stands twice.").format(label=label), code="T003")
        if not all(labels):
            self.reader.fault(here, _("A choice is empty."))
        return tuple(options)

    def default(self, item: schema.Item, options: tuple[Option, ...], path: Path) -> Value | None:
        if isinstance(item, schema.DropdownItem) and item.attributes.default is not None:
            if item.attributes.default >= len(options):
                message = _("“default” counts from 0, and there are {count} choices.").format(count=len(options))
                self.reader.fault((*path, "attributes", "default"), message)
                return None
            label = options[item.attributes.default].label
            return [label] if item.attributes.multiple else label
        value: Scalar = getattr(item.attributes, "value", "")
        return None if value == "" else value


def _endings(accept: str | Sequence[str]) -> tuple[str, ...]:
    return tuple("." + ending.lstrip(".").lower() for ending in _list(accept))


def read_manifest(parsed: Parsed) -> Manifest:
    """Reads ``pack.yml``.

    Raises:
        PackError: With one finding for each fault of the file.
    """
    reader = _Reader(parsed)
    data = parsed.data
    record = convert(parsed, data, schema.PackFile, (), reader.findings)
    if record is None:
        reader.stop_on_faults()
        raise AssertionError
    if record.requires:
        fits = satisfies(__version__, record.requires)
        if fits is None:
            reader.fault(("requires",), _("“requires” must look like “>=1”."))
        elif not fits:
            reader.fault(
                ("requires",),
                _("This pack needs support-cli {wanted}, and this is {version}.").format(
                    wanted=record.requires, version=__version__
                ),
                "pip install --upgrade support-cli",
            )
    limits = Limits(
        files=record.limits.files,
        file=reader.size(record.limits.file, ("limits", "file")),
        total=reader.size(record.limits.total, ("limits", "total")),
        message=reader.size(record.limits.message, ("limits", "message")),
        refuse=tuple(ending.lower().lstrip(".") for ending in record.limits.refuse),
        accept=tuple(ending.lower().lstrip(".") for ending in record.limits.accept),
    )
    channels = {name: _channel(reader, name, one) for name, one in record.channels.items()}
    if record.default_channel and record.default_channel not in channels:
        reader.fault(
            ("default_channel",), _("“{name}” is not one of the channels.").format(name=record.default_channel)
        )
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
        respond_within=reader.duration(record.respond_within, ("respond_within",)),
        channels=channels,
        routes=_routes(reader, record, channels),
        default_channel=record.default_channel or next(iter(channels), ""),
        not_ours=tuple(NotOurs(keywords=tuple(n.keywords), answer=n.answer) for n in record.not_ours),
        before_you_start=tuple(record.before_you_start),
    )
    reader.stop_on_faults()
    return manifest


def _channel(reader: _Reader, name: str, data: dict[str, object]) -> Channel:
    path: Path = ("channels", name)
    record = convert(reader.parsed, data, schema.ChannelFile, path, reader.findings)
    if record is None:
        return Channel(kind="")
    own = {field.encode_name for field in msgspec.structs.fields(schema.ChannelFile)}
    settings = {
        key: value for key, value in data.items() if key not in own and isinstance(value, str | bool | int | float)
    }
    return Channel(
        kind=record.kind,
        to=", ".join(_list(record.to)),
        url=record.url,
        queue=record.queue,
        language=record.language,
        public=record.public,
        settings=settings,
    )


def _routes(reader: _Reader, record: schema.PackFile, channels: dict[str, Channel]) -> tuple[Route, ...]:
    routes = []
    for number, route in enumerate(record.routes):
        if route.channel and route.channel not in channels:
            message = _("“{name}” is not one of the channels.").format(name=route.channel)
            reader.fault(("routes", number, "channel"), message)
        # Which questions a route may name is known only with a form at hand: ``pack check`` looks.
        names = [Question(id=key, kind=Kind.INPUT) for key in _named(route.when)]
        when = ConditionReader(reader.parsed, reader.findings).read(route.when, ("routes", number, "when"), names)
        routes.append(Route(when=when, channel=route.channel, queue=route.queue))
    return tuple(routes)


def _named(when: object) -> set[str]:
    if isinstance(when, list):
        return set().union(*(_named(one) for one in when))
    if not isinstance(when, dict):
        return set()
    names: set[str] = set()
    for key, value in when.items():
        names |= _named(value) if key in _RESERVED else {key}
    return names
