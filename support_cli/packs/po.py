"""Translations of a pack as translators keep them: PO files, read, brought up to date, and compiled to MO.

The format is GNU gettext's ("The Format of PO Files", "The Format of GNU MO Files"); Babel reads and writes the
former. A compiled file says in its head which PO file it was made of, so that a stale one is never used.
"""

import hashlib
import io
import json
import re
import struct
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileError, read_po, write_po

from support_cli.base.i18n import _
from support_cli.base.text import clean_text
from support_cli.forms.model import Form, Kind, Manifest, Question
from support_cli.packs.errors import PackError
from support_cli.packs.yamltext import KeyPath

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
    path: KeyPath
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


def _of_question(question: Question, path: KeyPath) -> Iterator[Text]:
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


def _said(text: str, path: KeyPath, note: str) -> Iterator[Text]:
    if text.strip():
        yield Text(text, path, bool(_WORD.search(_ADDRESS.sub("", text))), note)


_MAGIC = 0x950412DE
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z]{2,4})?")
_STAMP = "X-Compiled-From"


class PoEntry(NamedTuple):
    """One text with its translation.

    Attributes:
        text: The original.
        translation: Empty if there is none.
        fuzzy: Somebody has to look at it again.
        line: Where it stands.
    """

    text: str
    translation: str
    fuzzy: bool
    line: int


class Message(NamedTuple):
    """A text to be translated, with the files that it stands in and notes for translators.

    Attributes:
        needed: A customer would miss a translation.
    """

    text: str
    files: tuple[str, ...]
    notes: tuple[str, ...]
    needed: bool = True


def read(raw: bytes, name: str) -> list[PoEntry]:
    """Reads a PO file.

    Raises:
        PackError: If it is none.
    """
    try:
        catalogue = read_po(io.BytesIO(raw), abort_invalid=True)
    except PoFileError as error:
        line = f":{error.lineno + 1}" if isinstance(getattr(error, "lineno", None), int) else ""
        problem = str(error).split(" on ")[0]
        raise PackError(
            _("{name} is not a PO file: {problem}.").format(name=name, problem=problem), where=name + line
        ) from None
    except (UnicodeDecodeError, LookupError, ValueError) as error:
        raise PackError(_("{name} is not a PO file: {problem}.").format(name=name, problem=error), where=name) from None
    return [
        PoEntry(message.id, message.string, message.fuzzy, message.lineno or 1)
        for message in catalogue
        if message.id and isinstance(message.id, str) and isinstance(message.string, str)
    ]


def collect(texts: Iterable[tuple[str, Text]]) -> list[Message]:
    """Puts texts of several files together: each once, in order, with everything that is known of it."""
    files: dict[str, dict[str, None]] = {}
    notes: dict[str, dict[str, None]] = {}
    needed: set[str] = set()
    for name, one in texts:
        if one.needed:
            needed.add(one.text)
        files.setdefault(one.text, {})[name] = None
        notes.setdefault(one.text, {}).update({one.note: None} if one.note else {})
    return [Message(text, tuple(files[text]), tuple(notes[text]), text in needed) for text in files]


def update(known: bytes | None, messages: Iterable[Message], language: str, name: str) -> bytes:
    """Brings a PO file up to date: order and places of the pack, translations kept, gone ones put aside.

    Args:
        known: The file as it is, or None to begin one.
        messages: Everything to be translated.
        language: The file's language.
        name: Its name, for messages.

    Returns:
        The new file. A new text that is much like a gone one gets its translation, marked fuzzy.

    Raises:
        PackError: If the file is no PO file.
    """
    locale = Catalog(locale=language.replace("-", "_"), charset="utf-8") if _LANGUAGE.fullmatch(language) else None
    if locale is None or locale.locale is None:
        raise PackError(_("“{language}” is not a language.").format(language=language[:40]), hint="uk, ru, pl")
    template = Catalog(charset="utf-8", fuzzy=False)
    for message in messages:
        template.add(message.text, locations=[(file, 0) for file in message.files], auto_comments=list(message.notes))
    for added in template:
        added.flags.difference_update(("python-format", "python-brace-format"))
    catalogue = locale
    if known is not None:
        read(known, name)  # its faults are told as such
        catalogue = read_po(io.BytesIO(known), locale=language.replace("-", "_"))
    catalogue.update(template)
    out = io.BytesIO()
    write_po(out, catalogue, width=100, omit_header=True, include_lineno=False)
    return (_head(known, language, locale.plural_forms) + "\n").encode() + out.getvalue()


def written(known: Mapping[str, str]) -> bytes:
    """Translations as the entries of a PO file without a head."""
    entries = [
        f"msgid {json.dumps(text, ensure_ascii=False)}\nmsgstr {json.dumps(translation, ensure_ascii=False)}\n"
        for text, translation in known.items()
    ]
    return "\n".join(entries).encode()


def _head(known: bytes | None, language: str, plurals: str) -> str:
    """The head of the file as it was, or one without anything that changes by itself."""
    text = (known or b"").decode("utf-8", "replace").replace("\r\n", "\n")
    if re.search(r'^msgid ""\nmsgstr ""\n"', text, re.MULTILINE):
        return text.partition("\n\n")[0] + "\n"
    lines = [
        f"Language: {language}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=UTF-8",
        "Content-Transfer-Encoding: 8bit",
        f"Plural-Forms: {plurals}",
    ]
    return 'msgid ""\nmsgstr ""\n' + "".join(f'"{line}\\n"\n' for line in lines)


def stamp_of(raw: bytes) -> str:
    """What a compiled file says of the PO file that it was made of."""
    return "sha256:" + hashlib.sha256(raw).hexdigest()


def compile_mo(raw: bytes, name: str) -> bytes:
    """Compiles a PO file: what is translated and not fuzzy.

    Raises:
        PackError: If it is no PO file.
    """
    texts = {one.text: one.translation for one in read(raw, name) if one.translation and not one.fuzzy}
    head = f"Content-Type: text/plain; charset=UTF-8\n{_STAMP}: {stamp_of(raw)}\n"
    pairs = sorted((key.encode(), value.encode()) for key, value in {"": head, **texts}.items())
    count = len(pairs)
    at = 28 + 16 * count
    tables: tuple[bytearray, bytearray] = (bytearray(), bytearray())
    strings = bytearray()
    for side in (0, 1):
        for pair in pairs:
            tables[side].extend(struct.pack("<II", len(pair[side]), at + len(strings)))
            strings += pair[side] + b"\0"
    return struct.pack("<7I", _MAGIC, 0, count, 28, 28 + 8 * count, 0, at) + tables[0] + tables[1] + bytes(strings)


def read_mo(raw: bytes, name: str) -> tuple[dict[str, str], str]:
    """Reads a compiled file.

    Returns:
        Original to translation, and the stamp of the PO file that it was made of (empty if unknown).

    Raises:
        PackError: If it is none.
    """
    try:
        order = "<" if struct.unpack_from("<I", raw)[0] == _MAGIC else ">"
        magic, revision, count, first, second = struct.unpack_from(order + "5I", raw)
        if magic != _MAGIC or revision >> 16 > 1 or count * 16 > len(raw):
            raise ValueError
        texts = {}
        for number in range(count):
            key, value = (
                _string(raw, *struct.unpack_from(order + "II", raw, table + 8 * number)) for table in (first, second)
            )
            texts[key] = value
    except (struct.error, ValueError):
        raise PackError(_("{name} is not a compiled translation.").format(name=name), where=name) from None
    stamp = re.search(rf"^{_STAMP}: (\S+)$", texts.pop("", ""), re.MULTILINE)
    return {key: clean_text(value) for key, value in texts.items() if "\0" not in key and value}, (
        stamp[1] if stamp else ""
    )


def _string(raw: bytes, length: int, at: int) -> str:
    if at + length > len(raw):
        raise ValueError
    return raw[at : at + length].decode("utf-8")


def placeholders(text: str) -> set[str]:
    """Names in braces that a template fills in."""
    return set(re.findall(r"\{(\w+)\}", text))


def fresh(compiled: bytes, source: bytes | None, name: str) -> Mapping[str, str] | None:
    """The texts of a compiled file, if it was made of this very PO file or stands alone; else None."""
    try:
        texts, stamp = read_mo(compiled, name)
    except PackError:
        if source is None:
            raise
        return None
    return texts if source is None or stamp == stamp_of(source) else None
