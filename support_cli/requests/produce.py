"""From answers to a request, and from a request to documents on disk or on standard output."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from support_cli.attachments.inspect import open_to_prove
from support_cli.base.addresses import Address, parse_address
from support_cli.base.errors import UsageError
from support_cli.base.finding import Finding
from support_cli.base.i18n import _
from support_cli.base.paths import expand
from support_cli.base.text import clean_line, shorten
from support_cli.deliver.mail.message import Envelope, measure, new_message_id, write
from support_cli.deliver.ticket import Ticket
from support_cli.forms import questionnaire
from support_cli.forms.model import Channel, Form, Kind
from support_cli.forms.request import Answer, Attachment, Consent, PackRef, Request, dump_json
from support_cli.packs.pack import Pack
from support_cli.render.documents import DOCUMENTS, ISSUES

if TYPE_CHECKING:
    from support_cli.deliver.mail.message import Envelope
    from support_cli.render.documents import Documents

MAIL_KINDS = ("email", "mail")
"""Kinds of channels that are reached by mail."""
WEB_KINDS = ("browser", "gh", "glab")
"""Kinds of channels that an issue goes by: a web form, or the program of its platform."""

BY_HAND = ("mailto", "clipboard")
"""Kinds of channels on which the customer takes the last step; ``--channel`` knows them where the pack has none."""

REQUEST_FILE = ("json", "yaml")
"""Formats of the request itself, which every document can be asked for as."""
FORMATS = {
    **{name: (*(one for one in formats if one != "subject"), *REQUEST_FILE) for name, formats in DOCUMENTS.items()},
    "email": ("eml", "txt", "html", *REQUEST_FILE),
    **dict.fromkeys(ISSUES, ("md", *REQUEST_FILE)),
}
"""What ``-t`` takes and what ``-f`` takes with it, the first being the default."""
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


def choose_outputs(form: Form, document: str, format_: str, target: str) -> list[Output]:
    """Decides which documents are made.

    Args:
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
    if document and document not in FORMATS:
        raise UsageError(
            _("There is no document “{document}”.").format(document=shorten(clean_line(document[:1000]), 60)),
            hint=", ".join(sorted(FORMATS)),
            where="--document",
        )
    named = expand(target)
    one_only = target == "-" or (named.exists() and not named.is_dir())
    if not document and not format_ and not one_only and not ending:
        main = Output(default, "md")
        return [main] if form.foreign else [main, Output("email", "eml")]
    document = document or default
    allowed = FORMATS[document]
    if format_ and format_ not in allowed:
        raise UsageError(
            _("The document “{document}” has no format “{format}”.").format(
                document=document, format=shorten(clean_line(format_[:1000]), 60)
            ),
            hint=", ".join(allowed),
            where="--format",
        )
    return [Output(document, format_ or allowed[0])]


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
    story: str = "",
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
        story=story,
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
    if named in BY_HAND and named not in manifest.channels:
        usual = manifest.channels.get(name or manifest.default_channel, Channel(kind=named))
        return named, msgspec.structs.replace(usual, kind=named), queue
    if named:
        if named not in manifest.channels and named in WEB_KINDS and (unknown := unknown_server(pack)):
            raise unknown
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


def for_channel(ticket: Ticket, channel: Channel | None) -> Ticket:
    """A ticket as a channel wants it: the request file goes along unless ``attach_request: false``."""
    unwanted = channel is not None and channel.settings.get("attach_request") is False
    return msgspec.structs.replace(ticket, request_json=None) if unwanted else ticket


def unknown_server(pack: Pack) -> UsageError | None:
    """The error where issue forms lie in a clone whose server has but a short name here; None for anything else."""
    repository = pack.offer.repository if pack.offer is not None else None
    if repository is None or not repository.alias:
        return None
    text = _("The clone comes from {host}:{page}, and which server {host} is cannot be told from your SSH settings.")
    return UsageError(
        text.format(host=repository.host, page=f"{repository.owner}/{repository.name}"),
        hint=_("Name it in full:  {command}").format(command="git remote set-url origin git@SERVER:OWNER/NAME.git"),
        where="--channel",
    )


def document_language(pack: Pack, channel: Channel | None, spoken: str) -> str:
    """The receiver's language: the channel's, else the pack's ``reply_language``, else the customer's."""
    return (channel.language if channel else None) or pack.manifest.reply_language or spoken


def addresses(text: str) -> tuple[Address, ...]:
    """Reads addresses separated by commas, with or without display names; a comma inside quotes separates nothing.

    Raises:
        AddressError: If one of them is no address.
    """
    parts = re.findall(r'(?:"(?:\\.|[^"\\])*"|[^,])+', text)
    return tuple(parse_address(part) for part in parts if part.strip())


def receivers(channel: Channel | None, to: Sequence[Address]) -> tuple[Address, ...]:
    """The addresses that a mail goes to: those named, else those of a channel that is reached by mail."""
    by_mail = channel is not None and channel.kind in (*MAIL_KINDS, *BY_HAND)
    return tuple(to) or (addresses(channel.to) if channel is not None and by_mail else ())


def goes_by_itself(channel: Channel | None, to: Sequence[Address]) -> bool:
    """Whether this program or one that it starts sends a request; on other ways the customer takes the last step."""
    if channel is None or channel.kind in BY_HAND:
        return channel is None
    return bool(to) or channel.kind != "browser"


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
        from support_cli.issue_forms.rendering import render_issue

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


def write_eml(
    ticket: Ticket, to: Sequence[Address], sender: Address | None, out: BinaryIO, thread: Sequence[str] = ()
) -> tuple[int, str]:
    """Writes a ticket as a message, as a stream; ``thread`` as in ``envelope_of``.

    Returns:
        Its size in bytes and the hexadecimal SHA-256.
    """
    written = write(
        ticket, envelope_of(ticket, to, sender, draft=True, thread=thread), out, open_attachment=open_to_prove
    )
    return written.size, written.sha256


def envelope_of(
    ticket: Ticket,
    to: Sequence[Address],
    sender: Address | None = None,
    *,
    draft: bool = False,
    thread: Sequence[str] = (),
) -> "Envelope":
    """Who writes to whom; a customer without an address gets one that nobody can answer.

    Args:
        ticket: What is said.
        to: Whom it goes to.
        sender: Who sends it, if not the requester.
        draft: The customer sends it themselves.
        thread: Message-IDs that it goes on with, oldest first.
    """
    author = sender or ticket.requester or Address(f"{ticket.id}@customer.invalid", "")
    domain = author.address.rpartition("@")[2]
    return Envelope(
        sender=author,
        to=tuple(to),
        message_id=new_message_id(ticket.id, domain),
        date=ticket.created,
        draft=draft,
        in_reply_to=thread[-1] if thread else None,
        references=tuple(thread),
        reply_to=(ticket.requester,) if sender and ticket.requester and sender != ticket.requester else (),
    )


def weigh(ticket: Ticket, to: Sequence[Address]) -> int:
    """Octets of the encoded message, without reading the attachments."""
    return measure(ticket, envelope_of(ticket, to, draft=True))
