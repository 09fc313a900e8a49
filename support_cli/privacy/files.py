"""What should not be sent, in attachments: text files, and text files inside of zip archives."""

import codecs
import zlib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import IO, TYPE_CHECKING, NamedTuple

from support_cli.attachments.inspect import open_to_prove
from support_cli.base.errors import AttachmentError
from support_cli.base.finding import Finding, Level
from support_cli.base.i18n import N_, _, ngettext
from support_cli.base.text import clean_line
from support_cli.forms.request import Attachment
from support_cli.privacy.detect import find

if TYPE_CHECKING:
    from support_cli.privacy.hits import HitKind

_STRETCH = 1 << 18
"""Bytes that are read at once; a stretch ends with a line, and a private key is not parted."""
_LONGEST = 1 << 20
_MOST_MEMBERS, _LARGEST_MEMBER = 1_000, 1 << 28
_TOLD = 5
"""Lines that a finding names."""
_TEXTS = ("text/", "application/json", "application/xml", "application/x-yaml", "application/yaml", "message/")
_TEXT_ENDINGS = (
    ".log", ".txt", ".json", ".xml", ".yml", ".yaml", ".ini", ".cfg", ".conf", ".env", ".csv", ".md", ".html", ".har",
    ".properties", ".toml", ".sh", ".bat", ".ps1", ".pem", ".key", ".eml", ".out", ".err", ".trace",
)  # fmt: skip
_KINDS: dict[str, str] = {
    "card": N_("card number"),
    "password": N_("password"),
    "token": N_("key or token"),
    "private key": N_("private key"),
    "cookie": N_("session cookie"),
    "code": N_("PIN or one-time code"),
    "document": N_("number of a personal document"),
}
"""By ``HitKind``: what stands in a finding."""


class Place(NamedTuple):
    """Where something was found: member of an archive (empty for the file itself), line from 1, and kind."""

    member: str
    line: int
    kind: "HitKind"


def check_files(files: Sequence[Attachment]) -> list[Finding]:
    """Finds P006 in attachments that are text: which lines, and what of; never the value.

    A file that cannot be read is not complained about here: what examines attachments does that.
    """
    findings = []
    for file in files:
        places = _places(file.path, file.size, file.sha256, file.name, file.type, file.charset)
        for member in dict.fromkeys(place.member for place in places):
            lines = sorted({place.line for place in places if place.member == member})
            kinds = {place.kind.value for place in places if place.member == member}
            message = ngettext(
                "{name} holds what nobody else should read (line {lines}): {kinds}.",
                "{name} holds what nobody else should read (lines {lines}): {kinds}.",
                min(len(lines), _TOLD),
            )
            told = ", ".join([*map(str, lines[:_TOLD]), *["…"] * (len(lines) > _TOLD)])
            message = message.format(
                name=f"{file.name}: {clean_line(member)}" if member else file.name,
                lines=told,
                kinds=", ".join(_(words) for kind, words in _KINDS.items() if kind in kinds),
            )
            fix = _("Take it out of the file and add the file again.")
            findings.append(Finding(code="P006", level=Level.WARNING, where=file.name, message=message, fix=fix))
    return findings


@lru_cache(maxsize=64)
def _places(path: str, size: int, sha256: str, name: str, type_: str, charset: str) -> tuple[Place, ...]:
    """What a file holds; looked at once while it stays the same."""
    file = Attachment(path=path, name=name, type=type_, size=size, sha256=sha256, charset=charset)
    try:
        with open_to_prove(file) as content:
            if type_ == "application/zip":
                return tuple(_in_archive(content))
            if charset or type_.startswith(_TEXTS):
                return tuple(Place("", *place) for place in find_in_lines(content))
    except (AttachmentError, OSError):
        pass
    return ()


def _in_archive(content: IO[bytes]) -> Iterator[Place]:
    import zipfile

    try:
        with zipfile.ZipFile(content) as archive:
            for member in archive.infolist()[:_MOST_MEMBERS]:
                if member.flag_bits & 1 or not member.filename.lower().endswith(_TEXT_ENDINGS):
                    continue
                with archive.open(member) as text:
                    yield from (Place(member.filename, *place) for place in find_in_lines(text, _LARGEST_MEMBER))
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, ValueError, EOFError):
        return


def find_in_lines(content: IO[bytes], most: int | None = None) -> Iterator[tuple[int, "HitKind"]]:
    """Looks through a stream of text in flat memory.

    Args:
        content: UTF-8, or UTF-16 with its mark; bytes that are neither are passed over.
        most: Bytes after which to stop.

    Yields:
        Line from 1, and what stands there.
    """
    line = 1
    for stretch in stretches(content, most):
        for hit in find(stretch):
            yield line + stretch.count("\n", 0, hit.start + (stretch[hit.start] == "\n")), hit.kind
        line += stretch.count("\n")


def stretches(content: IO[bytes], most: int | None = None) -> Iterator[str]:
    """Cuts a stream of text at ends of lines, where no private key is parted."""
    first = content.read(_STRETCH)
    encoding = "utf-16" if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8"
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    kept, read = "", 0
    while first and (most is None or read < most):
        read += len(first)
        kept += decoder.decode(first)
        first = content.read(_STRETCH)
        end = kept.rfind("\n") + 1
        begin = kept.rfind("-----BEGIN ")
        if begin >= 0 and len(kept) - begin < _STRETCH and kept.find("-----END ", begin) < 0:
            end = kept.rfind("\n", 0, begin) + 1
        if not end and len(kept) >= _LONGEST:
            end = len(kept)
        if end:
            yield kept[:end]
            kept = kept[end:]
    if kept:
        yield kept
