"""``support cases export``: everything about a case in one zip that a stranger can read.

    README.txt        what it is about, what happened, and what lies here
    request.json      the request
    case.json         journal, receipts, messages and what is known of them, for programs
    messages/         what was sent, to the byte
    replies/          what came back, as it came
    attachments/      the files, where they are still what was attached
    documents/        what was written for the customer, where it still is

The same case gives the same bytes: entries in order, their time that of the request.
"""

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import msgspec

from support_cli.attachments.inspect import stale
from support_cli.attachments.names import safe_name, unique_name
from support_cli.base.errors import UsageError
from support_cli.base.files import is_device
from support_cli.base.i18n import _, format_size
from support_cli.base.labels import CASE_STATES, DOCUMENTS, JOURNAL, MESSAGE_STATES, label
from support_cli.base.paths import expand
from support_cli.base.text import clean_line
from support_cli.cases.cases import Cases
from support_cli.cases.removal import CaseExport
from support_cli.deliver.writing import new_file, writable_folder
from support_cli.environment import Bench
from support_cli.forms.request import dump_json
from support_cli.requests.thread import note_of


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One file of the zip.

    Attributes:
        name: Its name, with ``/``.
        note: What it is, in words.
        size: Bytes.
        sha256: Hexadecimal digest.
    """

    name: str
    note: str
    size: int
    sha256: str


class Exported(msgspec.Struct, frozen=True, kw_only=True):
    """What was made.

    Attributes:
        id: Id of the case.
        path: Where the zip lies, absolute; empty when it was streamed.
        files: What is in it, the index left out.
        missing: What should be in it and could not be had, a sentence each.
    """

    id: str
    path: str
    files: tuple[Entry, ...]
    missing: tuple[str, ...]


def export_case(bench: Bench, prefix: str, output: str) -> Exported:
    """Writes everything about a case into a zip for its owner only, or streams it.

    Args:
        bench: The collaborators.
        prefix: First letters of the case.
        output: File or folder; ``-`` for standard output; empty for the current folder.

    Raises:
        UsageError: If a zip should be shown on a terminal.
        WriteError: If it cannot be written.
    """
    found = Cases(bench.database()).export(prefix)
    streamed = output == "-"
    if streamed and bench.stdout().isatty():
        raise UsageError(_("A zip cannot be shown here; name a file with -o."), where="--output")
    with tempfile.TemporaryFile() as whole:  # a zip is written back and forth, which a pipe does not allow
        entries, missing = _write(bench, found, cast("BinaryIO", whole))
        whole.seek(0)
        if streamed:
            shutil.copyfileobj(whole, bench.stdout())
            return Exported(id=found.case.id, path="", files=entries, missing=missing)
        place = bench.cwd / expand(output) if output else bench.cwd
        if not output or place.is_dir() or output.endswith(("/", "\\")):
            place /= f"{found.case.request.created:%Y-%m-%d}-{found.case.id}.zip"
        writable_folder(place.parent)
        # What is no regular file was named on purpose; another name that is taken stays as it is.
        with new_file(place, replace=is_device(place) or place.is_symlink()) as file:
            shutil.copyfileobj(whole, file.out)
    return Exported(id=found.case.id, path=str(file.path.absolute()), files=entries, missing=missing)


def _write(bench: Bench, found: CaseExport, out: BinaryIO) -> tuple[tuple[Entry, ...], tuple[str, ...]]:
    made = max(found.case.request.created, found.case.request.created.replace(year=1980))
    moment = (made.year, made.month, made.day, made.hour, made.minute, made.second)
    entries: list[Entry] = []
    missing: list[str] = []

    def put(name: str, note: str, content: BinaryIO | bytes) -> None:
        info = ZipInfo(name, date_time=moment)
        info.compress_type, info.external_attr, info.create_system = ZIP_DEFLATED, 0o600 << 16, 3
        digest, size = hashlib.sha256(usedforsecurity=False), 0
        with archive.open(info, "w", force_zip64=True) as member:
            for piece in _pieces(content):
                member.write(piece)
                digest.update(piece)
                size += len(piece)
        entries.append(Entry(name=name, note=note, size=size, sha256=digest.hexdigest()))

    with ZipFile(out, "w") as archive:
        put("request.json", _("the request"), dump_json(found.case.request))
        put("case.json", _("the same as data"), _as_data(found))
        for name, note, path in _stored(found):
            with path.open("rb") as content:
                put(name, note, content)
        for name, note, path in _elsewhere(found, missing):
            with path.open("rb") as content:
                put(name, note, content)
        put("README.txt", "", _readme(bench, found, entries, missing).encode("utf-8"))
    return tuple(entries[:-1]), tuple(missing)


def _pieces(content: BinaryIO | bytes) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    while piece := content.read(1 << 16):
        yield piece


def _as_data(found: CaseExport) -> bytes:
    case = found.case
    record = {
        "case": case.line,
        "journal": case.journal,
        "receipts": case.receipts,
        "documents": case.documents,
        "messages": found.messages,
    }
    return msgspec.json.format(msgspec.json.encode(record), indent=2) + b"\n"


def _stored(found: CaseExport) -> Iterator[tuple[str, str, Path]]:
    """Messages and replies, under names that say what they are."""
    for number, message in enumerate(found.messages, 1):
        if message.file in found.files:
            path = found.files[message.file]
            name = f"messages/{number:02}-{safe_name(message.purpose)}{path.suffix}"
            yield (
                name,
                _("message {id}, {state}").format(id=message.id, state=label(MESSAGE_STATES, message.state)),
                path,
            )
    for number, entry in enumerate((one for one in found.case.journal if one.file in found.files), 1):
        note = f"{entry.at:%Y-%m-%d %H:%M} UTC {clean_line(entry.operator)}".strip()
        path = found.files[entry.file]
        yield f"replies/{number:02}-{safe_name(entry.kind)}{path.suffix}", note, path


def _elsewhere(found: CaseExport, missing: list[str]) -> Iterator[tuple[str, str, Path]]:
    """The customer's own files and documents, as far as they are still what they were."""
    taken: list[str] = []
    for attachment in found.case.request.attachments:
        if changed := stale(attachment):
            missing.append(changed.message)
            continue
        taken.append(unique_name(safe_name(attachment.name), taken))
        yield f"attachments/{taken[-1]}", clean_line(attachment.note), Path(attachment.path)
    taken = []
    for document in found.case.documents:
        path = Path(document.path)
        if not path.is_file() or (document.sha256 and _digest(path) != document.sha256):
            missing.append(_("{name} is not there any more, or was changed.").format(name=clean_line(document.path)))
            continue
        taken.append(unique_name(safe_name(path.name), taken))
        yield f"documents/{taken[-1]}", label(DOCUMENTS, document.name), path


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def _readme(bench: Bench, found: CaseExport, entries: list[Entry], missing: list[str]) -> str:
    """The index, in the language that is spoken."""
    case, now = found.case, bench.now()
    line = case.line
    head = [
        (_("Case"), line.id),
        (_("State"), label(CASE_STATES, line.state)),
        (_("Made"), line.created.isoformat(" ", "minutes")),
        (_("Pack"), f"{line.pack} · {line.form}"),
        (_("Ticket"), " ".join(filter(None, [line.ticket, line.url]))),
        (_("Promised by"), line.promised_by.isoformat(" ", "minutes") if line.promised_by else ""),
    ]
    parts = [clean_line(line.title), "\n".join(f"{name}: {value}" for name, value in head if value)]
    parts.append(_("What lies here") + "\n" + "\n".join(_row(one) for one in entries))
    if missing:
        parts.append(_("What could not be had") + "\n" + "\n".join(f"  {one}" for one in missing))
    history = [f"  [{label(JOURNAL, entry.kind)}] {note_of(entry, now)}".rstrip(" :") for entry in case.journal]
    parts.append(_("What happened") + "\n" + "\n".join(history))
    return "\n\n".join(parts) + "\n"


def _row(entry: Entry) -> str:
    note = f"  {entry.note}" if entry.note else ""
    return f"  {entry.name}  {format_size(entry.size)}{note}\n    sha256:{entry.sha256}"
