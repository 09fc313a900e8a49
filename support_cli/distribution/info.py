"""``support pack list`` and ``info``: which packs there are, what one of them asks, and its parts in words."""

from collections.abc import Mapping, Sequence

import msgspec

from support_cli.base.errors import UsageError, of_one_item
from support_cli.base.i18n import N_, _
from support_cli.base.invocation import command_line
from support_cli.base.text import clean_line, shorten
from support_cli.distribution import python_package
from support_cli.distribution.choose import DEFAULT_PACK, PYTHON, installed_names, open_pack
from support_cli.distribution.lockfile import Installed
from support_cli.distribution.trusted import installed_record, is_trusted
from support_cli.environment import Bench
from support_cli.forms.model import (
    ALWAYS,
    All,
    Answered,
    AnyOf,
    Channel,
    Condition,
    Contact,
    Form,
    Kind,
    Limits,
    Matches,
    Not,
    Publisher,
    Question,
    Role,
    Route,
    Scalar,
    WorkingHours,
)
from support_cli.forms.options import find_option
from support_cli.packs import load
from support_cli.packs.errors import PackError
from support_cli.packs.pack import Pack

Texts = Mapping[str, str]
_NO_TEXTS: Texts = {}

KINDS = {
    Kind.MARKDOWN: N_("a text to read"),
    Kind.INPUT: N_("one line"),
    Kind.TEXTAREA: N_("several lines"),
    Kind.DROPDOWN: N_("a choice"),
    Kind.CHECKBOXES: N_("boxes to tick"),
    Kind.UPLOAD: N_("files"),
    Kind.EMAIL: N_("an e-mail address"),
    Kind.PHONE: N_("a phone number"),
    Kind.URL: N_("a web address"),
    Kind.NUMBER: N_("a number"),
    Kind.DATE: N_("a day"),
    Kind.TIME_WINDOW: N_("hours from and to"),
    Kind.STEPS: N_("steps, one a line"),
    Kind.CONFIRM: N_("a consent"),
}
"""What each type of question takes."""

_PERSONAL_KINDS = (Kind.EMAIL, Kind.PHONE)
_PERSONAL_ROLES = (
    Role.NAME,
    Role.EMAIL,
    Role.PHONE,
    Role.ACCOUNT,
    Role.ORDER,
    Role.SERIAL,
    Role.PREFERRED_CONTACT,
)


def is_personal(question: Question) -> bool:
    """Whether an answer is about a person rather than about what happened."""
    return (
        question.private
        or question.secret
        or question.kind in _PERSONAL_KINDS
        or question.role in _PERSONAL_ROLES
        or question.id == "contact_time"
    )


def label_of(question: Question, texts: Texts = _NO_TEXTS) -> str:
    """What a question is called, on one short line."""
    return shorten(clean_line(texts.get(question.label, question.label)), 80) or question.id


def describe(condition: Condition, form: Form | None, texts: Texts = _NO_TEXTS) -> str:
    """Says when a condition holds; empty for one that always does.

    Args:
        condition: The condition.
        form: The form whose questions it names; None to name them by their ids.
        texts: Translations of the pack's texts.
    """
    if isinstance(condition, All):
        return _chain(N_("{one} and {other}"), [describe(part, form, texts) for part in condition.parts])
    if isinstance(condition, AnyOf):
        return _chain(N_("{one}, or {other}"), [describe(part, form, texts) for part in condition.parts])
    if isinstance(condition, Not):
        part = condition.part
        if isinstance(part, Matches):
            return _matches(part, form, texts, N_("“{question}” is not {values}"), N_("“{question}” has no {values}"))
        if isinstance(part, Answered):
            return describe(Answered(part.question, not part.present), form, texts)
        return _("not so that {condition}").format(condition=describe(part, form, texts))
    if isinstance(condition, Answered):
        pattern = _("“{question}” is answered") if condition.present else _("“{question}” is not answered")
        return pattern.format(question=_name(condition.question, form, texts))
    return _matches(condition, form, texts, N_("“{question}” is {values}"), N_("“{question}” has {values}"))


def _matches(condition: Matches, form: Form | None, texts: Texts, one: str, several: str) -> str:
    question = form.question(condition.question) if form else None
    many = question is not None and (question.multiple or question.kind is Kind.CHECKBOXES)
    values = [_value(value, question, texts) for value in condition.values]
    return _(several if many else one).format(
        question=_name(condition.question, form, texts), values=_chain(N_("{one} or {other}"), values)
    )


def _chain(pattern: str, parts: Sequence[str]) -> str:
    parts = [part for part in parts if part]
    if not parts:
        return ""
    chained = parts[0]
    for part in parts[1:]:
        chained = _(pattern).format(one=chained, other=part)
    return chained


def _name(question_id: str, form: Form | None, texts: Texts) -> str:
    question = form.question(question_id) if form else None
    return label_of(question, texts).rstrip(":?") if question else clean_line(question_id)


def _value(value: Scalar, question: Question | None, texts: Texts) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    option = find_option(question.options, str(value)) if question else None
    label = option.label if option else str(value)
    return _("“{text}”").format(text=clean_line(texts.get(label, label)))


class PackLine(msgspec.Struct, frozen=True, kw_only=True):
    """One pack of the list.

    Attributes:
        name: Its name.
        version: Its version.
        title: What it is for, in its own language.
        origin: ``builtin``, ``installed``, or ``package`` for one that a Python package brings.
        source: Where it was installed from, or empty.
        trusted: It may be used and say where requests go, without a question.
        language: The one it is written in.
        languages: All that customers can be asked in.
        forms: Ids of its forms.
        problem: Why it cannot be used, or empty.
        heading: The title in the customer's language; no part of the data.
    """

    name: str
    version: str = ""
    title: str = ""
    origin: str = "builtin"
    source: str = ""
    trusted: bool = True
    language: str = ""
    languages: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    problem: str = ""
    heading: str = ""


class QuestionInfo(msgspec.Struct, frozen=True, kw_only=True):
    """One question.

    Attributes:
        id: Its id.
        type: Its type, as forms write it.
        label: What is asked.
        required: It may not stay empty while it is visible.
        personal: The answer is about a person.
        private: Not sent to a channel that everybody can read.
        secret: Masked, and never stored in a draft.
        role: What the answer means, or None.
        inferred: The role was found by us (issue forms).
        why: Why it is asked.
        choices: What can be chosen.
        when: Asked only when this holds; None for always.
    """

    id: str
    type: str
    label: str
    required: bool
    personal: bool
    private: bool
    secret: bool
    role: str | None
    inferred: bool
    why: str
    choices: tuple[str, ...]
    when: Condition | None


class FormInfo(msgspec.Struct, frozen=True, kw_only=True):
    """One form."""

    id: str
    name: str
    description: str
    kind: str
    route: str
    respond_within: int | None
    labels: tuple[str, ...]
    require_any: tuple[tuple[str, ...], ...]
    questions: tuple[QuestionInfo, ...]


class PackInfo(msgspec.Struct, frozen=True, kw_only=True):
    """One pack, in its own language; sizes in bytes, durations in seconds."""

    name: str
    version: str
    title: str
    description: str
    publisher: Publisher
    origin: str
    where: str
    digest: str
    trusted: bool
    installed: Installed | None
    language: str
    languages: tuple[str, ...]
    reply_language: str | None
    respond_within: int | None
    working_hours: WorkingHours | None
    limits: Limits
    contacts: tuple[Contact, ...]
    channels: dict[str, Channel]
    routes: tuple[Route, ...]
    default_channel: str
    escalation: str
    before_you_start: tuple[str, ...]
    documents: tuple[str, ...]
    personal: tuple[str, ...]
    forms: tuple[FormInfo, ...]


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """What was found under a name.

    Attributes:
        pack: The pack.
        forms: All its forms, or the one that was named.
        one: A single form was named, or the pack has no other.
        trusted: It may be used and say where requests go, without a question.
        installed: What is noted about an installed one.
    """

    pack: Pack
    forms: tuple[Form, ...]
    one: bool
    trusted: bool = True
    installed: Installed | None = None


def languages_of(pack: Pack) -> tuple[str, ...]:
    """Languages that customers can be asked in, the pack's own first."""
    own = pack.manifest.language
    names = pack.files.names("locale") if pack.files else []
    found = dict.fromkeys(name.removeprefix("locale/")[:-3] for name in names if name.endswith((".po", ".mo")))
    return (own, *(language for language in found if language != own))


def list_packs(bench: Bench) -> list[PackLine]:
    """Lists the packs that a name is enough for: those that came along, the installed, those of Python packages."""
    names = [*load.builtin_names(), *installed_names(bench)]
    brought = [f"{PYTHON}{name}" for name in python_package.names() if name not in names]
    return [_line(bench, name) for name in [*names, *brought]]


def _line(bench: Bench, name: str) -> PackLine:
    origin = "package" if name.startswith(PYTHON) else "installed" if name not in load.builtin_names() else "builtin"
    try:
        pack = open_pack(bench, name)
        trusted, installed = is_trusted(bench, pack), installed_record(bench, pack)
    except Exception as error:
        return PackLine(name=name, origin=origin, problem=of_one_item(error).message, trusted=False)
    manifest = pack.manifest
    return PackLine(
        source=installed.source if installed else name if name.startswith(PYTHON) else "",
        trusted=trusted,
        name=manifest.name,
        version=manifest.version,
        title=manifest.title,
        heading=pack.texts(bench.language).get(manifest.title, manifest.title),
        origin=pack.origin,
        language=manifest.language,
        languages=languages_of(pack),
        forms=tuple(pack.form_ids()),
    )


def look(bench: Bench, name: str, named: str = "") -> Looked:
    """Finds a pack, or one form of one.

    Args:
        bench: The collaborators.
        name: A pack, or a form of the pack that is named or set.
        named: Value of ``--pack``, or empty.

    Raises:
        PackError: If there is no such pack or form, or it cannot be used.
        UsageError: If nothing is named.
    """
    if not name and not named:
        raise UsageError(_("Name a pack or a form."), hint=command_line("pack", "list"))
    if named:
        return _look(bench, open_pack(bench, named), name)
    try:
        return _look(bench, open_pack(bench, name), "")
    except PackError:
        default = open_pack(bench, bench.default_pack or DEFAULT_PACK)
        if not default.find(name):
            raise
        return _look(bench, default, name)


def _look(bench: Bench, pack: Pack, form_id: str) -> Looked:
    ids = [form_id] if form_id else pack.form_ids()
    return Looked(
        pack=pack,
        forms=tuple(pack.form(one) for one in ids),
        one=bool(form_id) or len(ids) == 1,
        trusted=is_trusted(bench, pack),
        installed=installed_record(bench, pack),
    )


def record(found: Looked) -> PackInfo:
    """What was found, as data."""
    pack, manifest = found.pack, found.pack.manifest
    return PackInfo(
        name=manifest.name,
        version=manifest.version,
        title=manifest.title,
        description=manifest.description,
        publisher=manifest.publisher,
        origin=pack.origin,
        where=pack.where,
        digest=pack.digest,
        trusted=found.trusted,
        installed=found.installed,
        language=manifest.language,
        languages=languages_of(pack),
        reply_language=manifest.reply_language,
        respond_within=manifest.respond_within,
        working_hours=manifest.working_hours,
        limits=manifest.limits,
        contacts=manifest.contacts,
        channels=manifest.channels,
        routes=manifest.routes,
        default_channel=manifest.default_channel,
        escalation=manifest.escalation,
        before_you_start=manifest.before_you_start,
        documents=tuple(name.removesuffix(".j2") for name in pack.template_names()),
        personal=tuple(dict.fromkeys(label_of(q) for form in found.forms for q in form.questions if is_personal(q))),
        forms=tuple(_form(one) for one in found.forms),
    )


def _form(form: Form) -> FormInfo:
    return FormInfo(
        id=form.id,
        name=form.name,
        description=form.description,
        kind=form.foreign or "support",
        route=form.route or "",
        respond_within=form.respond_within,
        labels=form.labels,
        require_any=form.require_any,
        questions=tuple(_question(one, bool(form.foreign)) for one in form.questions if one.asks and one.on_form),
    )


def _question(question: Question, foreign: bool) -> QuestionInfo:
    return QuestionInfo(
        id=question.id,
        type=question.kind.value,
        label=question.label.strip(),
        required=is_required(question),
        personal=is_personal(question),
        private=question.private,
        secret=question.secret,
        role=question.role.value if question.role else None,
        inferred=foreign and question.role is not None,
        why=question.why,
        choices=tuple(option.label for option in question.options),
        when=None if question.when == ALWAYS else question.when,
    )


def is_required(question: Question) -> bool:
    """Whether a question, once it is asked, cannot stay empty."""
    return question.required or any(option.required for option in question.options)
