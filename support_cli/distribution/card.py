"""What a person sees before trusting a pack: who made it, where it sends, what it asks that is personal."""

from collections.abc import Iterable

from support_cli.base.i18n import _
from support_cli.base.text import clean_line, shorten
from support_cli.distribution.changes import Change, differences, publisher_line, target
from support_cli.distribution.trust import face_of, sends
from support_cli.distribution.trusted import is_revoked, source_of, trusted_face
from support_cli.distribution.words import is_personal, label_of
from support_cli.environment import Bench
from support_cli.packs.pack import Pack

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
