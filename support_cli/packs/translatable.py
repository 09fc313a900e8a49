"""Which texts of a pack a customer reads, and where they stand: what translators get."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from support_cli.forms.model import Form, Kind, Manifest, Question
from support_cli.packs.yamltext import Path

_WORD = re.compile(r"[^\W\d_]{3,}")
_ADDRESS = re.compile(r"\S+@\S+|(?:https?://|www\.)\S+")
_SAME_EVERYWHERE = (Kind.EMAIL, Kind.PHONE, Kind.URL, Kind.NUMBER, Kind.DATE, Kind.TIME_WINDOW)


class Text(NamedTuple):
    """One text.

    Attributes:
        text: As the author wrote it: what translations hang on.
        path: Where it stands in its file.
        needed: A customer would miss a translation; samples of numbers and addresses are the same everywhere.
        note: What it is, for translators, in English.
    """

    text: str
    path: Path
    needed: bool = True
    note: str = ""


def of_manifest(manifest: Manifest) -> Iterator[Text]:
    """Texts of ``pack.yml``."""
    yield from _said(manifest.title, ("title",), "title of the pack")
    yield from _said(manifest.description, ("description",), "description of the pack")
    for number, point in enumerate(manifest.before_you_start):
        yield from _said(point, ("before_you_start", number), "to have at hand before one starts")
    for number, contact in enumerate(manifest.contacts):
        yield from _said(contact.hours, ("contacts", number, "hours"), "hours of a contact")
        yield from _said(contact.note, ("contacts", number, "note"), "note to a contact")
    for number, topic in enumerate(manifest.not_ours):
        for keyword in topic.keywords:
            yield from _said(keyword, ("not_ours", number, "keywords"), "word by which a topic is recognised")
        yield from _said(topic.answer, ("not_ours", number, "answer"), "where to go with a topic instead")


def of_form(form: Form) -> Iterator[Text]:
    """Texts of a form."""
    yield from _said(form.name, ("name",), "name of the form")
    yield from _said(form.description, ("description",), "description of the form")
    for number, point in enumerate(form.before_you_start):
        yield from _said(point, ("before_you_start", number), "to have at hand before one starts")
    for number, one in enumerate(form.self_help):
        yield from _said(one.title, ("self_help", number, "title"), "title of steps to try")
        for step in one.steps:
            yield from _said(step, ("self_help", number, "steps"), "step to try")
    for number, question in enumerate(form.questions):
        yield from _of_question(question, ("body", number))


def _of_question(question: Question, path: Path) -> Iterator[Text]:
    inside = (*path, "attributes")
    yield from _said(question.text, (*inside, "value"), "text to read (Markdown)")
    yield from _said(question.label, (*inside, "label"), "question")
    yield from _said(question.description, (*inside, "description"), "hint (Markdown)")
    yield from _said(question.why, (*path, "why"), "why this is asked")
    yield from _said(
        question.pattern_message, (*path, "validations", "message"), "said of an answer that does not match"
    )
    words = question.kind not in _SAME_EVERYWHERE
    for text, place in ((question.placeholder, (*inside, "placeholder")), (question.example, (*path, "example"))):
        yield from (one._replace(needed=one.needed and words) for one in _said(text, place, "sample of an answer"))
    for option in question.options:
        yield from _said(option.label, (*inside, "options"), "choice")
        yield from _said(option.description, (*inside, "options"), "hint to a choice")


def _said(text: str, path: Path, note: str) -> Iterator[Text]:
    if text.strip():
        yield Text(text, path, bool(_WORD.search(_ADDRESS.sub("", text))), note)
