"""How packs and their forms are shown."""

from collections.abc import Mapping, Sequence

import msgspec

from support_cli.base.i18n import _, format_size, ngettext
from support_cli.base.invocation import command_line
from support_cli.base.labels import CHANNELS, CONTACTS, ORIGINS, ROLES, label
from support_cli.base.text import clean_line
from support_cli.cli import console
from support_cli.cli.context import Context
from support_cli.distribution.info import Looked, PackLine, is_required, languages_of, record
from support_cli.distribution.lockfile import Installed
from support_cli.distribution.words import KINDS, describe, is_personal, label_of
from support_cli.forms.model import ALWAYS, Form, Manifest

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
