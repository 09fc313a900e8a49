"""A request file of anybody's, read with suspicion."""

import re

import msgspec

from support_cli.base.errors import UnusableError
from support_cli.base.i18n import _, ngettext
from support_cli.base.invocation import command_line
from support_cli.base.text import clean_line, clean_text, later, shorten
from support_cli.forms.model import Value
from support_cli.forms.request import FORMAT_VERSION, Answer, PackRef, Request, RequestFile, Source


class RequestFileError(UnusableError):
    """A request file cannot be used."""


_NAME_OF_FILE = later(r"[^/\\:\x00-\x1f\x7f]{1,255}")
# What each place may hold, as (place, pattern); a pack is named, never pointed at.
_TEXTS = {
    "id": later(r"[A-Za-z0-9_-]{1,64}"),
    "language": later(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8})*"),
    "pack.name": later(r"[^/\\:~\s\x00-\x1f\x7f][^/\\:\x00-\x1f\x7f]{0,199}"),
    "pack.digest": later(r"(?:sha256:[0-9a-f]{64})?"),
    "form": later(r"[^\x00-\x1f\x7f]{1,200}"),
}
_FILE_TEXTS = {
    "path": later(r"[^\x00]{1,4096}"),
    "name": _NAME_OF_FILE,
    "type": later(r"[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}"),
    "sha256": later(r"[0-9a-f]{64}"),
}
_LARGEST = 1 << 53


def read_request(data: object, name: str) -> Request:
    """Turns what a request file holds into a request; nothing in it is believed.

    Texts lose what no terminal or header should get. Answers are not checked here: ``questionnaire.understand`` does
    that with the form at hand. Paths of attachments may lead anywhere, so whoever opens one compares its digest.

    Args:
        data: What a YAML, JSON or TOML reader made of the file.
        name: Its name, for messages.

    Raises:
        RequestFileError: If it does not follow the format; the message names the first fault, ``where`` its place.
    """
    try:
        record = msgspec.convert(data, RequestFile)
    except msgspec.ValidationError as error:
        message, _at, place = str(error).partition(" - at `$")
        raise _refused(name, place.strip("`").lstrip("."), _problem(message, place.strip("`").lstrip("."))) from None
    except (ValueError, OverflowError, RecursionError):
        raise _refused(name, "", _("it is nested too deeply, or far too large")) from None
    faults = _faults(record)
    if faults:
        raise _refused(name, *faults[0], more=len(faults) - 1)
    return Request(
        id=record.id,
        created=record.created,
        language=record.language,
        pack=PackRef(clean_line(record.pack.name), clean_line(record.pack.version), record.pack.digest),
        form=record.form,
        answers={clean_line(key): Answer(_harmless(value), Source.FILE) for key, value in record.answers.items()},
        attachments=tuple(
            msgspec.structs.replace(one, note=clean_text(one.note), original=clean_line(one.original))
            for one in record.attachments
        ),
        consents=tuple(msgspec.structs.replace(one, wording=clean_text(one.wording)) for one in record.consents),
        story=clean_text(record.story),
    )


def _harmless(value: Value) -> Value:
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, list):
        return [clean_text(one) for one in value]
    if isinstance(value, bool) or -_LARGEST <= value <= _LARGEST:
        return value
    return "…"  # no number that anybody means, nor one that JSON can hold


def _faults(record: RequestFile) -> list[tuple[str, str]]:
    """Place and problem of everything that has the right type and a wrong content."""
    said = {
        "id": record.id,
        "language": record.language,
        "pack.name": record.pack.name,
        "pack.digest": record.pack.digest,
        "form": record.form,
    }
    faults = [(place, _unfit(text)) for place, text in said.items() if not _fits(_TEXTS[place], text)]
    for number, one in enumerate(record.attachments):
        parts = {"path": one.path, "name": one.name, "type": one.type, "sha256": one.sha256}
        faults += [
            (f"attachments[{number}].{place}", _unfit(text))
            for place, text in parts.items()
            if not _fits(_FILE_TEXTS[place], text) or (place == "name" and text in (".", ".."))
        ]
        if not 0 <= one.size <= _LARGEST:
            faults.append((f"attachments[{number}].size", _unfit(str(one.size)[:40])))
    return faults


def _fits(pattern: re.Pattern[str], text: str) -> bool:
    return pattern.fullmatch(text) is not None and (text.isascii() or clean_text(text) == text)


def _unfit(text: str) -> str:
    return _("“{text}” is not allowed there").format(text=shorten(clean_line(text[:1000]), 60))


def _problem(message: str, place: str) -> str:
    """What msgspec says, in words of ours."""
    if message.startswith("Object missing required field"):
        return _("“{key}” is missing").format(key=message.split("`")[1])
    if message.startswith("Object contains unknown field"):
        return _("“{key}” is not known there").format(key=shorten(clean_line(message.split("`")[1]), 60))
    if place == "created":
        return _("“created” is a moment with its offset, like 2026-11-21T18:20:00+01:00")
    if place == "support-request":
        return _("it is written in a format of another version; this program reads version {version}").format(
            version=FORMAT_VERSION
        )
    if not place:
        return _("it is not a mapping")
    return _("a value has the wrong type ({problem})").format(problem=shorten(clean_line(message), 100))


def _refused(name: str, place: str, problem: str, more: int = 0) -> RequestFileError:
    shown = clean_line(name)
    text = _("{name} is not a request file: {problem}.").format(name=shown, problem=problem)
    if more:
        text += " " + ngettext("{count} more fault in it.", "{count} more faults in it.", more).format(count=more)
    return RequestFileError(
        text,
        where=f"{shown}, {clean_line(place)}" if place else shown,
        hint=_("{command} prints the format.").format(command=command_line("pack", "schema", "request")),
    )
