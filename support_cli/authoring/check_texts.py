"""What is wrong with a pack's translations: missing, left over, uncertain, with other placeholders, ambiguous."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from support_cli.authoring.check_case import PackSource, error, warning
from support_cli.base.finding import Finding
from support_cli.base.i18n import _, ngettext
from support_cli.base.text import clean_line, shorten
from support_cli.forms.model import ALWAYS
from support_cli.packs.po import PoEntry, placeholders

_MOST = 8
"""Findings of one kind in one language; the rest is counted."""


class Wanted(NamedTuple):
    """Texts of a pack.

    Attributes:
        texts: Each text of manifest and forms to whether a customer would miss its translation.
        messages: Texts of the pack's templates; those that ``general`` translates need none.
        extra: Texts that may be translated as well.
        whole: These are all texts of the pack; if not, none is called left over.
    """

    texts: Mapping[str, bool]
    messages: frozenset[str]
    extra: frozenset[str] = frozenset()
    whole: bool = True


def check_texts(
    source: PackSource, place: str, entries: Sequence[PoEntry], wanted: Wanted, shared: Mapping[str, str]
) -> list[Finding]:
    """Looks at one language.

    Args:
        source: The pack.
        place: The PO file.
        entries: What it holds.
        wanted: What it should hold.
        shared: What ``general`` translates into this language.
    """
    known = {entry.text: entry for entry in entries}
    found = [
        *_missing(place, known, wanted, shared),
        *(_left_over(place, entries, wanted) if wanted.whole else ()),
        *_uncertain(place, entries),
        *_placeholders(place, entries),
    ]
    used = {entry.text: entry for entry in entries if entry.translation and not entry.fuzzy}
    return found + list(_ambiguous(source, place, used))


def _missing(place: str, known: Mapping[str, PoEntry], wanted: Wanted, shared: Mapping[str, str]) -> Iterator[Finding]:
    texts = [text for text, needed in wanted.texts.items() if needed]
    texts += sorted(text for text in wanted.messages - wanted.texts.keys() if text not in shared)
    missing = [text for text in texts if not (text in known and known[text].translation)]
    for text in missing[:_MOST]:
        yield warning("T070", _at(place, known.get(text)), _("Not translated: “{text}”").format(text=_quoted(text)))
    if len(missing) > _MOST:
        more = len(missing) - _MOST
        message = ngettext("{count} more text is not translated.", "{count} more texts are not translated.", more)
        yield warning("T070", _at(place, known.get(missing[_MOST])), message.format(count=more))


def _left_over(place: str, entries: Sequence[PoEntry], wanted: Wanted) -> Iterator[Finding]:
    used = wanted.texts.keys() | wanted.messages | wanted.extra
    gone = [entry for entry in entries if entry.text not in used]
    for entry in gone[:_MOST]:
        message = _("The pack does not have this text any more: “{text}”").format(text=_quoted(entry.text))
        yield warning("T071", _at(place, entry), message)
    if len(gone) > _MOST:
        more = len(gone) - _MOST
        message = ngettext("{count} more text is left over.", "{count} more texts are left over.", more)
        yield warning("T071", _at(place, gone[_MOST]), message.format(count=more))


def _uncertain(place: str, entries: Sequence[PoEntry]) -> Iterator[Finding]:
    for entry in entries:
        if entry.fuzzy:
            message = _("This translation is marked as fuzzy and not used: “{text}”").format(text=_quoted(entry.text))
            yield warning("T072", _at(place, entry), message)


def _placeholders(place: str, entries: Sequence[PoEntry]) -> Iterator[Finding]:
    for entry in entries:
        if not entry.translation:
            continue
        left_out = placeholders(entry.text) - placeholders(entry.translation)
        unknown = placeholders(entry.translation) - placeholders(entry.text)
        if left_out:
            message = _("The translation leaves out {name}: “{text}”")
            name = ", ".join(f"{{{one}}}" for one in sorted(left_out))
            yield error("T073", _at(place, entry), message.format(name=name, text=_quoted(entry.translation)))
        elif unknown:
            message = _("The translation has {name}, which the text does not have: “{text}”")
            name = ", ".join(f"{{{one}}}" for one in sorted(unknown))
            yield error("T073", _at(place, entry), message.format(name=name, text=_quoted(entry.translation)))


def _ambiguous(source: PackSource, place: str, used: Mapping[str, PoEntry]) -> Iterator[Finding]:
    """Choices of one question, and questions of one form, that only the translation makes the same."""
    for one in source.forms:
        for question in one.form.questions:
            message = _("Two choices of “{id}” have the same translation: “{text}”")
            for text, entry in _same([option.label for option in question.options], used):
                yield error("T074", _at(place, entry), message.format(id=question.id, text=_quoted(text)))
        message = _("Two questions of the form “{id}” have the same translation: “{text}”")
        for text, entry in _same([q.label for q in one.form.questions if q.asks and q.when == ALWAYS], used):
            yield error("T074", _at(place, entry), message.format(id=one.form.id, text=_quoted(text)))


def _same(labels: Sequence[str], used: Mapping[str, PoEntry]) -> Iterator[tuple[str, PoEntry | None]]:
    """Translations that labels of different words have, with the entry of the last one."""
    first: dict[str, str] = {}
    for label in dict.fromkeys(labels):
        entry = used.get(label)
        text = clean_line(entry.translation if entry else label).casefold()
        other = first.setdefault(text, label)
        if clean_line(other).casefold() != clean_line(label).casefold():
            yield text, entry or used.get(other)


def _at(place: str, entry: PoEntry | None) -> str:
    return f"{place}:{entry.line}" if entry else place


def _quoted(text: str) -> str:
    return shorten(clean_line(text), 70)
