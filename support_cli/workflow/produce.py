"""From answers to a request, and from a request to documents on disk or on standard output."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from support_cli import questionnaire
from support_cli.errors import UnusableError, UsageError
from support_cli.finding import Finding
from support_cli.i18n import _
from support_cli.packs.model import Channel, Form, Kind, Role
from support_cli.packs.pack import Pack
from support_cli.paths import expand
from support_cli.request import Answer, Attachment, Consent, PackRef, Request, dump_json
from support_cli.text import clean_line
from support_cli.ticket import Address, Ticket

if TYPE_CHECKING:
    from support_cli.deliver.message import Envelope
    from support_cli.render.documents import Documents

MAIL_KINDS = ("email", "mail")
"""Kinds of channels that are reached by mail."""

FORMATS = {
    "ticket": ("md", "html", "txt", "json", "yaml"),
    "email": ("eml", "txt", "html", "json", "yaml"),
    "issue": ("md", "json", "yaml"),
    "issue-classic": ("md", "json", "yaml"),
    "issue-gitea": ("md", "json", "yaml"),
    "chat": ("txt", "md", "json", "yaml"),
    "phone": ("txt", "md", "json", "yaml"),
    "follow-up": ("md", "txt", "html", "json", "yaml"),
    "escalation": ("md", "txt", "html", "json", "yaml"),
}
ENDINGS = {
    "eml": ("email", "eml"),
    "html": ("", "html"),
    "htm": ("", "html"),
    "txt": ("", "txt"),
    "md": ("", "md"),
    "json": ("", "json"),
    "yml": ("", "yaml"),
    "yaml": ("", "yaml"),
}


class OutputError(UnusableError):
    """A place cannot be written to."""


class Output(msgspec.Struct, frozen=True):
    """One document to make.

    Attributes:
        document: ``ticket``, ``email``, ``issue``...
        format: ``md``, ``html``, ``txt``, ``eml``, ``json``, ``yaml``.
    """

    document: str
    format: str


class Made(msgspec.Struct, frozen=True, omit_defaults=True):
    """One document that was written.

    Attributes:
        document: Which.
        format: In which format.
        path: Where it lies, absolute.
        size: Bytes.
        sha256: Hexadecimal digest of the content.
    """

    document: str
    format: str
    path: str
    size: int
    sha256: str


def choose_outputs(pack: Pack, form: Form, document: str, format_: str, target: str) -> list[Output]:
    """Decides which documents are made.

    Args:
        pack: The pack.
        form: The form; a foreign one renders ``issue`` by default.
        document: ``-t``, or empty.
        format_: ``-f``, or empty.
        target: ``-o``, or empty; a file's ending may say the format.

    Raises:
        UsageError: If the document or the format does not exist, or the two do not go together.
    """
    ending = Path(target).suffix.lstrip(".").lower() if target and target != "-" else ""
    if not document and not format_ and ending in ENDINGS and not target.endswith(("/", "\\")):
        document, format_ = ENDINGS[ending]
    if not document and format_ == "eml":
        document = "email"
    default = "issue" if form.foreign else "ticket"
    own = {name.split(".")[0] for name in _own_documents(pack)}
    known = {*FORMATS, *own}
    if document and document not in known:
        raise UsageError(
            _("There is no document “{document}”.").format(document=document),
            hint=", ".join(sorted(known)),
            where="--document",
        )
    if not document and not format_ and target != "-" and not ending:
        main = Output(default, "md")
        return [main] if form.foreign else [main, Output("email", "eml")]
    document = document or default
    allowed = FORMATS.get(document, ("md", "html", "txt", "json", "yaml"))
    if format_ and format_ not in allowed:
        raise UsageError(
            _("The document “{document}” has no format “{format}”.").format(document=document, format=format_),
            hint=", ".join(allowed),
            where="--format",
        )
    return [Output(document, format_ or allowed[0])]


def _own_documents(pack: Pack) -> list[str]:
    return [name for name in pack.template_names() if not name.startswith("_")]


def make_request(
    *,
    request_id: str,
    created: datetime,
    language: str,
    pack: Pack,
    form: Form,
    answers: Mapping[str, Answer],
    attachments: Sequence[Attachment],
    texts: Mapping[str, str],
) -> Request:
    """Makes the request: answers of visible questions only, and the consents with the wording that was shown."""
    values = {key: answer.value for key, answer in answers.items()}
    seen = questionnaire.visible(form, values)
    consents = tuple(
        Consent(question=q.id, wording=texts.get(q.label, q.label), given=values[q.id] is True, language=language)
        for q in seen
        if q.kind is Kind.CONFIRM and q.id in values
    )
    return Request(
        id=request_id,
        created=created,
        language=language,
        pack=PackRef(pack.manifest.name, pack.manifest.version, pack.digest),
        form=form.id,
        answers={q.id: answers[q.id] for q in seen if q.id in answers and q.kind is not Kind.UPLOAD},
        attachments=tuple(attachments),
        consents=consents,
    )


def route(pack: Pack, form: Form, values: Mapping[str, object], named: str = "") -> tuple[str, Channel | None, str]:
    """Finds where a request goes.

    Args:
        pack: The pack.
        form: The form.
        values: Answers of visible questions.
        named: Value of ``--channel``, or empty.

    Returns:
        Name of the channel (empty for none), the channel, and the queue.

    Raises:
        UsageError: If the named channel does not exist.
    """
    manifest = pack.manifest
    options = questionnaire.choices_of(form)
    said = {key: value for key, value in values.items() if isinstance(value, str | bool | int | float | list)}
    name, queue = "", form.route or ""
    for one in manifest.routes:
        if questionnaire.holds(one.when, said, options):
            name, queue = one.channel, one.queue or queue
            break
    if named:
        if named not in manifest.channels:
            raise UsageError(
                _("There is no channel “{name}” in this pack.").format(name=named),
                hint=", ".join(manifest.channels) or None,
                where="--channel",
            )
        name = named
    name = name or manifest.default_channel
    channel = manifest.channels.get(name)
    return name, channel, queue or (channel.queue if channel else "")


def document_language(pack: Pack, channel: Channel | None, spoken: str) -> str:
    """The receiver's language: the channel's, else the pack's ``reply_language``, else the customer's."""
    return (channel.language if channel else None) or pack.manifest.reply_language or spoken


def addresses(text: str) -> tuple[Address, ...]:
    """Reads addresses separated by commas, with or without display names.

    Raises:
        UsageError: If one of them is no address.
    """
    from support_cli.values import is_email

    found = []
    for part in filter(None, (one.strip() for one in text.split(","))):
        match = re.fullmatch(r"(.*?)\s*<([^<>]+)>", part)
        name, address = (match[1].strip(' "'), match[2].strip()) if match else ("", part)
        if not is_email(address):
            raise UsageError(_("“{text}” is not an e-mail address.").format(text=part[:80]))
        found.append(Address(address, name))
    return tuple(found)


def summary_of(request: Request, form: Form) -> str:
    """The summary, else the first text that was said, else the form's name; one line."""
    question = form.with_role(Role.SUMMARY)
    said = request.value(question.id) if question is not None else None
    if not isinstance(said, str):
        texts = (a.value for a in request.answers.values() if isinstance(a.value, str))
        said = next(texts, form.name)
    return clean_line(said)


def file_stem(request: Request, form: Form) -> str:
    """Name for files, made from date and summary: ``2026-11-21-internet-drops``, letters of any script kept."""
    text = summary_of(request, form)
    words = re.findall(r"[^\W_]+", unicodedata.normalize("NFC", text).lower())
    stem = ""
    for word in words:
        if len((stem + word).encode()) > 60:
            break
        stem += "-" + word
    return f"{request.created:%Y-%m-%d}{stem or '-' + request.id}"


def check_place(target: str, cwd: Path) -> None:
    """Tries before the first question whether documents can be written where they shall go.

    Raises:
        OutputError: If not.
    """
    import os

    if target == "-":
        return
    path = (cwd / expand(target)) if target else cwd
    folder = path if path.is_dir() or target.endswith(("/", "\\")) else path.parent if target else path
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    if not folder.is_dir():
        raise OutputError(_("{path} is not a folder.").format(path=folder), where="--output")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise OutputError(
            _("Documents cannot be written to {path}.").format(path=folder),
            hint=_("Name another place with -o."),
            where="--output",
        )


def place_of(output: Output, target: str, cwd: Path, stem: str, count: int) -> Path:
    """Where a document goes.

    Args:
        output: The document.
        target: Value of ``--output``: a file, a folder, or empty for the current one.
        cwd: The current folder.
        stem: Name without ending.
        count: How many documents are written.
    """
    path = cwd / expand(target) if target else cwd
    as_folder = not target or path.is_dir() or target.endswith(("/", "\\")) or count > 1
    if not as_folder:
        return path
    name = stem if output.document in ("ticket", "email", "issue") else f"{stem}-{output.document}"
    return path / f"{name}.{output.format}"


def text_of(
    output: Output,
    documents: "Documents",
    pack: Pack,
    form: Form,
    request: Request,
    *,
    language: str,
    findings: Sequence[Finding] = (),
) -> str:
    """One document as text; not for ``eml``."""
    if output.format == "json":
        return dump_json(request).decode()
    if output.format == "yaml":
        return dump_yaml(request)
    if output.document.startswith("issue"):
        from support_cli.render.issue import render_issue

        values = {key: answer.value for key, answer in request.answers.items()}
        return render_issue(form, values, request.attachments, output.document)
    return documents.render(
        pack, form, request, document=output.document, format=output.format, language=language, findings=findings
    )


def dump_yaml(request: Request) -> str:
    """The request file as YAML."""
    import yaml

    data = msgspec.json.decode(dump_json(request))
    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    return str(yaml.dump(data, Dumper=dumper, allow_unicode=True, sort_keys=False, width=100))


def write_eml(ticket: Ticket, to: Sequence[Address], sender: Address | None, out: BinaryIO) -> tuple[int, str]:
    """Writes a ticket as a message, as a stream.

    Returns:
        Its size in bytes and the hexadecimal SHA-256.
    """
    from support_cli.attachments.inspect import open_unchanged
    from support_cli.deliver.message import write

    written = write(ticket, envelope_of(ticket, to, sender, draft=True), out, open_attachment=open_unchanged)
    return written.size, written.sha256


def envelope_of(
    ticket: Ticket, to: Sequence[Address], sender: Address | None = None, *, draft: bool = False
) -> "Envelope":
    """Who writes to whom; a customer without an address gets one that nobody can answer."""
    from support_cli.deliver.message import Envelope, new_message_id

    author = sender or ticket.requester or Address(f"{ticket.id}@customer.invalid", "")
    domain = author.address.rpartition("@")[2]
    return Envelope(
        sender=author,
        to=tuple(to),
        message_id=new_message_id(ticket.id, domain),
        date=ticket.created,
        draft=draft,
        reply_to=(ticket.requester,) if sender and ticket.requester and sender != ticket.requester else (),
    )


def weigh(ticket: Ticket, to: Sequence[Address]) -> int:
    """Octets of the encoded message, without reading the attachments."""
    from support_cli.deliver.message import measure

    return measure(ticket, envelope_of(ticket, to, draft=True))
