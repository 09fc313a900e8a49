"""What is shown before a pack is trusted: whom it sends to, and what another version changes for the customer."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from support_cli.base.i18n import N_, _, format_size, ngettext
from support_cli.base.labels import CHANNELS, label
from support_cli.base.text import clean_line, shorten
from support_cli.distribution.info import KINDS, is_personal, is_required, label_of, languages_of
from support_cli.distribution.lockfile import STAYS, Face, face_of, sends
from support_cli.distribution.trusted import is_revoked, source_of, trusted_face
from support_cli.environment import Bench
from support_cli.forms.model import Channel, Form, Limits, Publisher, Question
from support_cli.packs.pack import Pack

Texts = Mapping[str, str]


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One difference between two versions of a pack.

    Attributes:
        kind: ``destination``, ``publisher``, ``key``, ``form``, ``question``, ``limits``, ``language``, ``promise``,
            ``contact``, ``route``, ``document`` or ``version``.
        where: Channel, form, ``form.question``, limit or language that it is about; may be empty.
        message: What is different, in the customer's language.
        loud: It has to be agreed to before the new version is used.
    """

    kind: str
    where: str
    message: str
    loud: bool = False


def compare(old: Pack, new: Pack, language: str) -> list[Change]:
    """Lists what is different, the loud first.

    Args:
        old: The version that is in use.
        new: The version that would be.
        language: The customer's.

    Raises:
        PackError: If a form of either cannot be read.
    """
    texts = new.texts(language)
    return [
        *differences(face_of(old.manifest), face_of(new.manifest)),
        *_forms(old, new, texts),
        *_limits(old.manifest.limits, new.manifest.limits),
        *_languages(old, new),
        *_rest(old, new),
    ]


def target(channel: Channel) -> str:
    """Where a channel sends to, on one line."""
    if channel.kind in STAYS:
        return _("a file on this computer")
    words = [label(CHANNELS, channel.kind), channel.to, channel.url, channel.queue]
    words += [f"{name}={value}" for name, value in sorted(channel.settings.items())]
    if channel.public:
        words.append("(" + _("everybody can read it") + ")")
    return shorten(clean_line(" ".join(filter(None, words))), 200)


def publisher_line(publisher: Publisher) -> str:
    """Who made a pack, as it says itself."""
    return clean_line(" · ".join(filter(None, (publisher.name, publisher.url)))) or _("not named")


def differences(before: Face, after: Face) -> Iterator[Change]:
    """What is different about publisher, key and destinations: all of it has to be agreed to."""
    for name in dict.fromkeys((*before.channels, *after.channels)):
        one, other = before.channels.get(name), after.channels.get(name)
        if one == other:
            continue
        if other is None:
            message = _("Nothing goes to {old} any more.").format(old=target(one) if one else "")
        elif one is None:
            message = _("Requests can go to {new}, which is new.").format(new=target(other))
        else:
            message = _("Requests go to {new} instead of {old}.").format(new=target(other), old=target(one))
        yield Change(kind="destination", where=clean_line(name), message=message, loud=True)
    made, makes = publisher_line(before.publisher), publisher_line(after.publisher)
    if made != makes:
        message = _("The publisher is {new} instead of {old}.").format(new=makes, old=made)
        yield Change(kind="publisher", where="publisher", message=message, loud=True)
    if before.publisher.key != after.publisher.key:
        message = _("The publisher's key is another one: {new}.").format(
            new=shorten(clean_line(after.publisher.key), 60) or _("none")
        )
        yield Change(kind="key", where="publisher.key", message=message, loud=True)


def _forms(old: Pack, new: Pack, texts: Texts) -> Iterator[Change]:
    before, after = old.form_ids(), new.form_ids()
    for name in before:
        if name not in after:
            message = _("There is no form “{name}” any more.").format(name=_told(old.form(name).name, texts))
            yield Change(kind="form", where=name, message=message)
    for name in after:
        form = new.form(name)
        if name in before:
            yield from _form(old.form(name), form, texts)
        else:
            count = sum(question.asks for question in form.questions)
            message = ngettext(
                "There is a new form “{name}” with {count} question.",
                "There is a new form “{name}” with {count} questions.",
                count,
            ).format(name=_told(form.name, texts), count=count)
            yield Change(kind="form", where=name, message=message)


def _form(old: Form, new: Form, texts: Texts) -> Iterator[Change]:
    if old == new:
        return
    before = {question.id: question for question in old.questions if question.asks}
    after = {question.id: question for question in new.questions if question.asks}
    for key, question in before.items():
        if key not in after:
            message = _("“{question}” is asked no more.").format(question=label_of(question, texts))
            yield Change(kind="question", where=f"{new.id}.{key}", message=message)
    found = False
    for key, question in after.items():
        messages = _question(before[key], question, texts) if key in before else [_new(question, texts)]
        for message in messages:
            found = True
            yield Change(kind="question", where=f"{new.id}.{key}", message=message)
    if not found and before.keys() == after.keys():
        message = _("The form “{name}” has other texts or rules.").format(name=_told(new.name, texts))
        yield Change(kind="form", where=new.id, message=message)


def _new(question: Question, texts: Texts) -> str:
    label = label_of(question, texts)
    if is_personal(question):
        return _("“{question}” is asked now; the answer is personal.").format(question=label)
    return _("“{question}” is asked now.").format(question=label)


def _question(old: Question, new: Question, texts: Texts) -> list[str]:
    """What is different about one question, a sentence each."""
    if old == new:
        return []
    label = label_of(new, texts)
    said = []
    if old.label != new.label:
        said.append(_("“{old}” reads “{question}” now.").format(old=label_of(old, texts), question=label))
    if old.kind is not new.kind:
        said.append(_("“{question}” takes {kind} now.").format(question=label, kind=_(KINDS[new.kind])))
    if is_required(old) != is_required(new):
        must, may = N_("“{question}” has to be answered now."), N_("“{question}” may stay empty now.")
        said.append(_(must if is_required(new) else may).format(question=label))
    if old.private and not new.private:
        said.append(_("The answer to “{question}” is kept from public places no more.").format(question=label))
    before, after = ([option.label for option in one.options] for one in (old, new))
    for pattern, labels in (
        (_("“{question}” can be answered with: {choices}."), [one for one in after if one not in before]),
        (_("“{question}” can no more be answered with: {choices}."), [one for one in before if one not in after]),
    ):
        if labels and before and after:
            choices = ", ".join(_told(one, texts) for one in labels[:8]) + (" …" if len(labels) > 8 else "")
            said.append(pattern.format(question=label, choices=choices))
    if old.when != new.when:
        said.append(_("“{question}” is asked in other cases than before.").format(question=label))
    return said or [_("“{question}” has other hints or rules.").format(question=label)]


def _limits(old: Limits, new: Limits) -> Iterator[Change]:
    names = {
        "files": _("Files at most: {old}, now {new}."),
        "file": _("One file at most: {old}, now {new}."),
        "total": _("All files at most: {old}, now {new}."),
        "message": _("The message at most: {old}, now {new}."),
        "refuse": _("Files that are not taken: {old}, now {new}."),
        "accept": _("The only files that are taken: {old}, now {new}."),
    }
    for name, pattern in names.items():
        one, other = getattr(old, name), getattr(new, name)
        if one != other:
            message = pattern.format(old=_limit(name, one), new=_limit(name, other))
            yield Change(kind="limits", where=name, message=message)


def _limit(name: str, value: int | Sequence[str]) -> str:
    if isinstance(value, int):
        return str(value) if name == "files" else format_size(value)
    return clean_line(", ".join(value)) or _("no rule")


def _languages(old: Pack, new: Pack) -> Iterator[Change]:
    before, after = languages_of(old), languages_of(new)
    for language in dict.fromkeys((*before, *after)):
        if (language in before) != (language in after):
            pattern = _("It speaks “{language}” now.") if language in after else _("It speaks “{language}” no more.")
            yield Change(kind="language", where=language, message=pattern.format(language=clean_line(language)))
    if before[0] != after[0]:
        message = _("It is written in “{language}” now.").format(language=after[0])
        yield Change(kind="language", where=after[0], message=message)


def _rest(old: Pack, new: Pack) -> Iterator[Change]:
    one, other = old.manifest, new.manifest
    if (one.respond_within, one.working_hours) != (other.respond_within, other.working_hours):
        hours = (other.respond_within or 0) // 3600
        promised = ngettext(
            "An answer is promised within {hours} hour now.", "An answer is promised within {hours} hours now.", hours
        )
        message = promised.format(hours=hours) if other.respond_within else _("No answer is promised any more.")
        yield Change(kind="promise", where="respond_within", message=message)
    if one.contacts != other.contacts:
        values = ", ".join(clean_line(contact.value) for contact in other.contacts) or "–"
        message = _("Other ways to reach the team: {contacts}.").format(contacts=shorten(values, 200))
        yield Change(kind="contact", where="contacts", message=message)
    if (one.routes, one.default_channel) != (other.routes, other.default_channel):
        message = _("Which request goes to which of the pack's places is decided in another way.")
        yield Change(kind="route", where="routes", message=message)
    names = dict.fromkeys((*old.template_names(), *new.template_names()))
    for name in names:
        if old.template(name) != new.template(name):
            message = _("The document {name} looks different.").format(name=clean_line(name.removesuffix(".j2")))
            yield Change(kind="document", where=name, message=message)


def _told(text: str, texts: Texts) -> str:
    return shorten(clean_line(texts.get(text, text)), 80)


_MOST = 40


def card(
    bench: Bench,
    pack: Pack,
    *,
    source: str = "",
    signer: str = "",
    stranger: str = "",
    known: bool = False,
    revoked: bool = False,
) -> list[str]:
    """Describes a pack that somebody has to agree to, a line each.

    Args:
        bench: The collaborators.
        pack: The pack.
        source: Where it comes from, if not from where it lies.
        signer: Name of the key that signed it, if that is proven.
        stranger: Name of the key of a signature that proves nothing.
        known: Another version of it was trusted before.
        revoked: It was trusted before, and is no more.

    Raises:
        PackError: If a form of the pack cannot be read.
    """
    manifest = pack.manifest
    texts = pack.texts(bench.language)
    title = clean_line(texts.get(manifest.title, manifest.title))
    head = _("The pack:") if known else _("This pack was never used here:")
    head = _("You trusted this pack once, and do no more:") if revoked else head
    lines = [
        f"{head} {clean_line(manifest.name)} {clean_line(manifest.version)} · {title}",
        _row(_("Publisher"), publisher_line(manifest.publisher)),
        _row(_("Signature"), _signature(pack, signer, stranger)),
        _row(_("Comes from"), clean_line(source or pack.where)),
    ]
    if sends(manifest):
        lines += [_row(_("Goes to"), f"{clean_line(name)}: {target(one)}") for name, one in manifest.channels.items()]
    else:
        lines.append(_row(_("Goes to"), _("nowhere by itself: documents are written, and the customer sends them")))
    lines.append(_row(_("Personal data"), personal(bench, pack) or _("none is asked")))
    lines.append(_row(_("Digest"), pack.digest))
    return lines


def lines_about(bench: Bench, pack: Pack) -> list[str]:
    """The same for a pack that is at hand, after what is different since somebody agreed to it."""
    if pack.origin == "installed":
        return card(bench, pack, source=source_of(bench, pack), known=True, revoked=is_revoked(bench, pack))
    before = trusted_face(bench, pack)
    loud = alarm(differences(before, face_of(pack.manifest))) if before is not None else []
    return [*loud, *card(bench, pack, known=before is not None, revoked=is_revoked(bench, pack))]


def personal(bench: Bench, pack: Pack) -> str:
    """The questions of all forms whose answers are about a person."""
    texts = pack.texts(bench.language)
    forms = (pack.form(form_id) for form_id in pack.form_ids())
    labels = dict.fromkeys(label_of(q, texts) for form in forms for q in form.questions if q.asks and is_personal(q))
    names = list(labels)
    return ", ".join(names[:_MOST]) + (" …" if len(names) > _MOST else "")


def alarm(changes: Iterable[Change]) -> list[str]:
    """The differences that have to be agreed to, marked without colours."""
    loud = [change for change in changes if change.loud]
    if not loud:
        return []
    head = _("LOOK CLOSELY. This version is not the one that you trusted:")
    return [head, *(f"  !! {one.message}" for one in loud), ""]


def _signature(pack: Pack, signer: str, stranger: str) -> str:
    if signer:
        return _("the signature fits, by the key {key}").format(key=signer)
    if stranger:
        return _("by the key {key}, which the pack does not name: it proves nothing").format(key=stranger)
    if pack.manifest.publisher.key:
        return _("none, although the pack names a key: {key}").format(
            key=shorten(clean_line(pack.manifest.publisher.key), 60)
        )
    return _("none: nobody vouches for who made it")


def _row(name: str, text: str) -> str:
    return f"  {name}: {text}"
