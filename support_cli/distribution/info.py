"""``support pack list`` and ``info``: which packs there are, and what one of them asks, takes and does."""

import msgspec

from support_cli.base.errors import UsageError, of_one_item
from support_cli.base.i18n import _
from support_cli.base.invocation import command_line
from support_cli.distribution.choose import DEFAULT_PACK, PYTHON, installed_names, open_pack
from support_cli.distribution.lockfile import Installed
from support_cli.distribution.trusted import installed_record, is_trusted
from support_cli.distribution.words import is_personal, label_of
from support_cli.environment import Bench
from support_cli.forms.model import (
    ALWAYS,
    Channel,
    Condition,
    Contact,
    Form,
    Limits,
    Publisher,
    Question,
    Route,
    WorkingHours,
)
from support_cli.packs import load
from support_cli.packs.errors import PackError
from support_cli.packs.pack import Pack


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
    from support_cli.distribution import python_package

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
