"""``support pack``: the group, and the commands of whoever uses packs; those of authors are in ``pack_author``."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from support_cli.base.errors import ExitCode
from support_cli.base.i18n import _, format_size, ngettext
from support_cli.base.invocation import command_line
from support_cli.base.labels import CHANNELS, CONTACTS, ORIGINS, ROLES, label
from support_cli.base.paths import expand
from support_cli.base.text import clean_line
from support_cli.cli import console, flags, pack_author
from support_cli.cli.context import Context
from support_cli.cli.flags import open_context
from support_cli.cli.guard import exit_now
from support_cli.cli.parser import group_app
from support_cli.distribution.changes import Change
from support_cli.distribution.info import (
    KINDS,
    Looked,
    PackLine,
    describe,
    is_personal,
    is_required,
    label_of,
    languages_of,
    record,
)
from support_cli.distribution.install import Brought
from support_cli.distribution.lockfile import Installed
from support_cli.distribution.manage import Trusted
from support_cli.forms.model import ALWAYS, Form, Manifest

if TYPE_CHECKING:
    from support_cli.distribution.web import Web

Texts = Mapping[str, str]
_MOST_CHOICES = 12


def print_packs(lines: Sequence[PackLine], context: Context) -> None:
    """Shows the packs there are."""
    if context.flags.json:
        console.product_json([{k: v for k, v in msgspec.to_builtins(one).items() if k != "heading"} for one in lines])
        return
    rows = [
        [
            line.name,
            line.version,
            label(ORIGINS, line.origin),
            _state(line),
            ", ".join(line.languages),
            ", ".join(line.forms[:6]),
        ]
        for line in lines
    ]
    console.product(console.columns(rows, gap=2, indent=""))
    context.say(_("More about one of them:  {command}").format(command=command_line("pack", "info", "PACK")))


def _state(line: PackLine) -> str:
    """What a pack is for, or why it cannot be used so."""
    return clean_line(
        line.problem or (line.heading if line.trusted else _("{title} (not trusted yet)").format(title=line.heading))
    )


def print_info(found: Looked, context: Context) -> None:
    """Shows what a pack asks, takes and does; of a single form, every question."""
    if context.flags.json:
        console.product_json(record(found))
        return
    pack, manifest = found.pack, found.pack.manifest
    texts = pack.texts(context.language)
    parts = [f"{manifest.name} {manifest.version} · {_told(manifest.title, texts)}"]
    if manifest.description:
        parts.append(_told(manifest.description, texts))
    rows = _facts(found, texts)
    parts.append(console.columns(rows, gap=3, indent=""))
    if found.one and found.forms:
        parts.append(_form(found.forms[0], texts))
    else:
        counts = [sum(q.asks and q.on_form for q in form.questions) for form in found.forms]
        questions = [ngettext("{count} question", "{count} questions", n).format(count=n) for n in counts]
        forms = [[form.id, _told(form.name, texts), said] for form, said in zip(found.forms, questions, strict=True)]
        parts.append(_("Forms") + "\n" + console.columns(forms))
    console.product("\n\n".join(parts))


def _told(text: str, texts: Texts) -> str:
    return clean_line(texts.get(text, text))


def _facts(found: Looked, texts: Texts) -> list[list[str]]:
    pack, manifest = found.pack, found.pack.manifest
    publisher = " · ".join(filter(None, (manifest.publisher.name, manifest.publisher.url, manifest.publisher.key)))
    labels = dict.fromkeys(label_of(q, texts) for form in found.forms for q in form.questions if is_personal(q))
    rows = [
        [_("Publisher"), clean_line(publisher) or _("not named")],
        [_("Folder"), clean_line(pack.where)],
        *([[_("Comes from"), clean_line(_came(found.installed))]] if found.installed else []),
        [_("Digest"), pack.digest],
        *([] if found.trusted else [[_("Trust"), _("not trusted yet")]]),
        [_("Languages"), ", ".join(languages_of(pack))],
        [_("Limits"), _limits(manifest)],
        *_destinations(found, texts),
        [_("Personal data"), ", ".join(labels) or _("none is asked")],
    ]
    if manifest.respond_within:
        rows.append([_("Answers within"), hours(manifest.respond_within)])
    for contact in manifest.contacts:
        line = " · ".join(filter(None, (contact.value, _told(contact.hours, texts), _told(contact.note, texts))))
        rows.append([_("Contact"), f"{label(CONTACTS, contact.kind)}: {clean_line(line)}"])
    return rows


def _came(record: Installed) -> str:
    """Where an installed pack came from, and what proves it."""
    parts = [record.source, record.release, record.commit[:12], _("signed") if record.key else _("not signed")]
    return " · ".join(filter(None, parts))


def hours(seconds: int) -> str:
    """A duration in days or hours."""
    count = seconds // 3600
    if count >= 48 and count % 24 == 0:
        return ngettext("{count} day", "{count} days", count // 24).format(count=count // 24)
    return ngettext("{count} hour", "{count} hours", count).format(count=count)


def _limits(manifest: Manifest) -> str:
    limits = manifest.limits
    said = ngettext("{count} file", "{count} files", limits.files).format(count=limits.files)
    said = _("{files}, each up to {file}, together {total}, the message {message}").format(
        files=said, file=format_size(limits.file), total=format_size(limits.total), message=format_size(limits.message)
    )
    if limits.accept:
        said += "; " + _("only {types}").format(types=", ".join(limits.accept))
    if limits.refuse:
        said += "; " + _("not {types}").format(types=", ".join(limits.refuse))
    return said


def _destinations(found: Looked, texts: Texts) -> list[list[str]]:
    manifest = found.pack.manifest
    if not manifest.channels:
        return [[_("Goes to"), _("nowhere by itself: documents are written, and the customer sends them")]]
    rows = []
    for name, channel in manifest.channels.items():
        target = " ".join(filter(None, (label(CHANNELS, channel.kind), channel.to, channel.url, channel.queue)))
        extra = " · " + _("everybody can read it") if channel.public else ""
        main = " · " + _("default") if name == manifest.default_channel else ""
        rows.append([_("Goes to"), clean_line(f"{name}: {target}{main}{extra}")])
    everything = Form(id="", name="", questions=tuple({q.id: q for f in found.forms for q in f.questions}.values()))
    for route in manifest.routes:
        when = describe(route.when, everything, texts) or _("always")
        rows.append([_("Route"), clean_line(f"{when}: {route.channel or manifest.default_channel} {route.queue}")])
    return rows


def _form(form: Form, texts: Texts) -> str:
    lines = [f"{form.id} · {_told(form.name, texts)}"]
    if form.description:
        lines.append(_told(form.description, texts))
    number = 0
    for question in form.questions:
        if not (question.asks and question.on_form):
            continue
        number += 1
        role = label(ROLES, question.role.value) if question.role else ""
        notes = [
            question.id,
            _(KINDS[question.kind]),
            _("required") if is_required(question) else "",
            (_("seems to be: {role}") if form.foreign else _("role: {role}")).format(role=role) if role else "",
            _("private") if question.private else "",
            _("secret") if question.secret else "",
        ]
        lines.append(f"{number:3}. {label_of(question, texts)}")
        lines.append("     " + " · ".join(filter(None, notes)))
        if question.options:
            labels = [_told(option.label, texts) for option in question.options]
            lines.append("     " + " | ".join(labels[:_MOST_CHOICES] + ["…"] * (len(labels) > _MOST_CHOICES)))
        if question.when != ALWAYS:
            lines.append("     " + _("only when {condition}").format(condition=describe(question.when, form, texts)))
        if question.why:
            lines.append("     " + _("why: {reason}").format(reason=_told(question.why, texts)))
    return "\n".join(lines)


def print_brought(brought: Brought, context: Context) -> None:
    """Shows what was installed."""
    if context.flags.json:
        console.product_json(brought)
        return
    context.say(_line(brought))
    _changes(brought.changes, context)
    if brought.state == "added":
        context.say(_("Use it:  {command}").format(command=command_line("new", "-p", brought.name)))


def print_updates(updates: Iterable[Brought], context: Context) -> None:
    """Shows what became of each pack, as it comes; ends with 1 if there is something newer, with 3 if one failed."""
    done: list[Brought] = []
    for one in updates:
        done.append(one)
        if not context.flags.json:
            if one.state == "failed":
                console.talk(_line(one))
            else:
                context.say(_line(one))
            _changes(one.changes, context)
    if context.flags.json:
        console.product_json(done)
    elif not done:
        context.say(_("No packs are installed."))
    states = {one.state for one in done}
    if "failed" in states:
        exit_now(ExitCode.UNUSABLE)
    if "available" in states:
        exit_now(ExitCode.FINDINGS)


def _line(one: Brought) -> str:
    release = f" ({clean_line(one.release)})" if one.release and one.release.removeprefix("v") != one.version else ""
    versions = one.version if one.before in ("", one.version) else f"{one.before} → {one.version}"
    said = {
        "added": _("Installed: {pack}"),
        "updated": _("Updated: {pack}"),
        "current": _("Up to date: {pack}"),
        "available": _("There is another version: {pack}"),
        "failed": _("Not updated: {pack}"),
    }[one.state]
    line = said.format(pack=f"{one.name} {clean_line(versions)}{release}")
    if one.problem:
        line += "".join(f"\n  {text}".rstrip() for text in [one.problem, *(one.hint or "").splitlines()])
    return line


def _changes(changes: Sequence[Change], context: Context) -> None:
    if changes:
        context.say("\n".join(("  !! " if change.loud else "  ") + change.message for change in changes))


def print_removed(record: Installed, context: Context) -> None:
    """Says what was removed."""
    if context.flags.json:
        console.product_json(record)
        return
    context.say(_("Removed: {pack}").format(pack=f"{record.name} {clean_line(record.version)}"))
    context.say(_("To have it again:  {command}").format(command=command_line("pack", "add", record.source)))


def print_trusted(trusted: Trusted, context: Context) -> None:
    """Says whether a pack is trusted now."""
    if context.flags.json:
        console.product_json(trusted)
        return
    name = f"{trusted.name} {clean_line(trusted.version)}"
    if trusted.trusted:
        said = _("Trusted: {pack}") if trusted.changed else _("It is trusted already: {pack}")
    else:
        said = _("Trusted no more: {pack}") if trusted.changed else _("It was not trusted: {pack}")
    context.say(said.format(pack=name))


app = group_app(_("Packs: what support teams ask, and where it goes."))
app.registered_commands += pack_author.app.registered_commands


@app.command("list", help=_("List the packs there are."))
def list_() -> None:
    """Parses, reads, prints."""
    from support_cli.distribution.info import list_packs

    context = open_context(no_input=True)
    print_packs(list_packs(context.bench), context)


@app.command(help=_("What a pack or form asks, and where requests go."))
def info(
    name: Annotated[str, typer.Argument(metavar="PACK|FORM", help=_("A pack, or a form."))] = "",
    pack: flags.PackName = "",
) -> None:
    """Parses, reads, prints."""
    from support_cli.distribution.info import look

    context = open_context(no_input=True)
    print_info(look(context.bench, name, pack), context)


_Key = Annotated[
    str,
    typer.Option("--key", "-k", metavar="FILE.pub", help=_("Public key that must have signed it: a file or a line.")),
]
_Pre = Annotated[bool, typer.Option("--pre", help=_("Count pre-releases too."))]


def _web(context: "Context") -> "Web":
    """How this machine reaches the web."""
    from support_cli.cli.channels import proxy_for
    from support_cli.distribution.install import web_of

    ca_file = context.settings.desk.ca_file
    return web_of(expand(ca_file) if ca_file else None, proxy_for)


@app.command(help=_("Install a pack from a folder, a zip (file or https), git, or a Python package."))
def add(
    source: Annotated[
        str,
        typer.Argument(
            metavar="SOURCE",
            help=_("FOLDER, FILE.zip, https://host/pack.zip, git+https://host/x.git@v1#folder, or python:NAME."),
        ),
    ],
    key: _Key = "",
    pre: _Pre = False,
    trust: flags.Trust = "",
    no_input: flags.NoInput = False,
) -> None:
    """Parses, installs, prints."""
    from support_cli.distribution.install import Wish
    from support_cli.distribution.manage import add as install

    context = open_context(no_input=no_input)
    wish = Wish(key=key, trust=trust, prereleases=pre, no_input=no_input)
    print_brought(install(context.bench, _web(context), source, wish), context)


@app.command(help=_("Bring installed packs up to date; says what is different for the customer."))
def update(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help=_("An installed pack; all of them by default."))] = "",
    check: Annotated[
        bool, typer.Option("--check", help=_("Only look; ends with 1 if there is anything newer."))
    ] = False,
    key: _Key = "",
    pre: _Pre = False,
    trust: flags.Trust = "",
    no_input: flags.NoInput = False,
) -> None:
    """Parses, updates, prints."""
    from support_cli.distribution.install import Wish
    from support_cli.distribution.manage import update as bring

    context = open_context(no_input=no_input)
    wish = Wish(key=key, trust=trust, prereleases=pre, no_input=no_input)
    print_updates(bring(context.bench, _web(context), name, wish, check=check), context)


@app.command(help=_("Remove an installed pack."))
def remove(
    name: Annotated[str, typer.Argument(metavar="NAME", help=_("An installed pack."))],
) -> None:
    """Parses, removes, prints."""
    from support_cli.distribution.manage import remove as take_away

    context = open_context(no_input=True)
    print_removed(take_away(context.bench, name), context)


@app.command(help=_("Look at who made a pack and where it sends, and trust it; or trust it no more."))
def trust(
    name: Annotated[str, typer.Argument(metavar="PACK", help=_("An installed pack, a folder, a zip, or python:NAME."))],
    digest: flags.Trust = "",
    revoke: Annotated[bool, typer.Option("--revoke", help=_("Trust it no more."))] = False,
    no_input: flags.NoInput = False,
) -> None:
    """Parses, asks, prints."""
    from support_cli.distribution.install import Wish
    from support_cli.distribution.manage import trust as agree

    context = open_context(no_input=no_input)
    print_trusted(agree(context.bench, name, Wish(trust=digest, no_input=no_input), revoke=revoke), context)
