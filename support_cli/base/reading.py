"""Reads what a person wrote: bytes become text or are refused, and no key counts twice.

Everything that comes from a person goes through here: answers files, tables, notes, standard input, values of flags.
A character is never replaced: text in an unknown encoding is refused, with the place and the way to mend it.
"""

import codecs
import os

from support_cli.base.errors import UsageError
from support_cli.base.i18n import _
from support_cli.base.text import clean_line, shorten

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""Byte order marks, longer ones before those that they begin with."""
_chosen = [""]


class EncodingError(UsageError):
    """Bytes that are not text in the encoding that they should have."""


class RepeatedKeyError(UsageError):
    """A key stands twice where each may stand once."""


def choose_encoding(name: str) -> None:
    """Makes text without a mark be read in this encoding from now on; an empty name means UTF-8.

    Raises:
        UsageError: If there is no such encoding of text.
    """
    if name:
        try:
            "".encode(name)
            b"".decode(name)
            codecs.lookup(name)
        except (LookupError, ValueError, UnicodeError):
            raise UsageError(
                _("“{name}” is not an encoding that is known here.").format(name=shorten(clean_line(name[:1000]), 60)),
                hint=_("For example: {example}").format(example="cp1251, cp1250, koi8-u, iso8859-2, utf-16-le"),
                where="--encoding",
            ) from None
    _chosen[0] = name


def encoding_of(start: bytes, default: str = "") -> str:
    """The encoding of a text, by the mark that its first bytes may be; else the default, the chosen one, or UTF-8."""
    return next((name for mark, name in _MARKS if start.startswith(mark)), default or _chosen[0] or "utf-8")


def decode(raw: bytes, name: str, default: str = "") -> str:
    """Decodes a text, without the mark that it may begin with.

    Args:
        raw: All of it.
        name: File, flag or question, for messages.
        default: Encoding of a text without a mark, whatever was chosen for this run's texts; empty for that one.

    Raises:
        EncodingError: If it is in another encoding.
    """
    encoding = encoding_of(raw[:4], default)
    try:
        text = raw.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise undecodable(name, line, encoding) from None
    if is_garbled(text):
        raise undecodable(name, 1, encoding)
    return text


def is_garbled(text: str) -> bool:
    """Whether a text was decoded in a wrong encoding without complaint: nobody writes NUL, or U+0004 again and again.

    Every second byte of UTF-16 is 0 in Latin letters and 4 in Cyrillic ones, and all of them are valid UTF-8.
    """
    return "\0" in text or ("\x04" in text and text.count("\x04") > len(text) // 5)


def undecodable(name: str, line: int, encoding: str) -> EncodingError:
    """The error for a text that is in another encoding from some line on."""
    known = "UTF-8" if encoding == "utf-8" else encoding
    return EncodingError(
        _("{name}, line {line}: this is not text in {encoding}.").format(name=name, line=line, encoding=known),
        hint=_("Save it as UTF-8, or name its encoding:  {flag}").format(flag="--encoding cp1251"),
        where=f"{name}:{line}",
    )


def decode_argument(text: str, name: str) -> str:
    """Decodes a word of the command line that Python could not read in the encoding of this place.

    Raises:
        EncodingError: If it is in another encoding.
    """
    if text.isascii() or not any("\udc80" <= sign <= "\udcff" for sign in text):
        return text
    return decode(os.fsencode(text), name)


def parse_json(text: str) -> object:
    """Reads JSON (RFC 8259).

    Raises:
        RepeatedKeyError: If an object has a key twice; Python would keep the last value and forget the other.
        ValueError: If it is no JSON, or nested too deeply.
    """
    import json  # a start without JSON does without

    try:
        return json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse)
    except RecursionError:
        raise ValueError(_("it is nested too deeply")) from None


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    record = dict(pairs)
    if len(record) != len(pairs):
        refuse_repeated([key for key, _value in pairs])
    return record


def _refuse(constant: str) -> object:
    raise ValueError(_("{word} is not JSON").format(word=constant))


def refuse_repeated(keys: list[str], where: str | None = None) -> None:
    """Checks that no key stands twice.

    Raises:
        RepeatedKeyError: If one does.
    """
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            raise RepeatedKeyError(
                _("“{key}” stands twice.").format(key=shorten(clean_line(key[:1000]), 60)),
                hint=_("Keep one of the two."),
                where=where,
            )
        seen.add(key)
