"""Our own forms and manifests: from YAML to the model, with every fault at once."""

import msgspec

from support_cli import __version__
from support_cli.base.i18n import _
from support_cli.forms.model import (
    Channel,
    Contact,
    Form,
    Kind,
    Limits,
    Manifest,
    NotOurs,
    Publisher,
    Question,
    Route,
    SelfHelp,
    StoryPlan,
)
from support_cli.packs import schema
from support_cli.packs.conditions import ConditionReader, named_in
from support_cli.packs.faults import Faults, said
from support_cli.packs.native_questions import QuestionReader, listed, nearest
from support_cli.packs.shape import convert
from support_cli.packs.units import satisfies
from support_cli.packs.working_hours import read_working_hours
from support_cli.packs.yamltext import Parsed, Path


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
    path: Path = ("channels", name)
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
