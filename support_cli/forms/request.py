"""The request: one customer's answers, and the file that it travels in.

A request has no I/O and no status: where it lies is its status.
"""

from datetime import datetime
from enum import IntEnum
from typing import Annotated, Literal

import msgspec

from support_cli.forms.model import Value

FORMAT_VERSION = 1


class Source(IntEnum):
    """Where an answer came from; a higher one wins.

    ``NOTED`` is what the program wrote down for the customer, until they have seen it.
    """

    DEFAULT = 0
    PROFILE = 10
    STORY = 15
    NOTED = 20
    ASKED = 30
    FILE = 40
    FLAG = 50


class Answer(msgspec.Struct, frozen=True):
    """A value and where it came from."""

    value: Value
    source: Source = Source.ASKED


class PackRef(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which pack, exactly, asked.

    Attributes:
        name: The pack's name.
        version: Its version.
        digest: ``sha256:`` and the hexadecimal digest of its content.
    """

    name: str
    version: str = "0"
    digest: str = ""


class Attachment(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A file that goes along.

    Attributes:
        path: Where it lies, absolute, or relative to the request file.
        name: File name that the receiver sees.
        type: Media type by content.
        size: Bytes.
        sha256: Hexadecimal digest.
        question: Id of the upload question that it answers, or None.
        charset: ``utf-8`` if it is text, and all of it is UTF-8.
        note: What it shows, in the customer's words.
        original: Name and size of what it was made from (``router.log, 5.7 MB, zipped``), or empty.
    """

    path: str
    name: str
    type: str
    size: int
    sha256: str
    question: str | None = None
    charset: str = ""
    note: str = ""
    original: str = ""


class FileRow(msgspec.Struct, frozen=True, kw_only=True):
    """One attachment on the screen; sizes are bytes.

    Attributes:
        zipped: Size it would have if zipped, or None where that would not help.
        trouble: Why it cannot stay as it is (too big by how much, refused type), or empty.
        remark: Something worth knowing that does not stop it (a link was followed), or empty.
    """

    name: str
    type: str
    size: int
    zipped: int | None = None
    trouble: str = ""
    remark: str = ""


class Consent(msgspec.Struct, frozen=True, kw_only=True):
    """A consent with the wording that was shown."""

    question: str
    wording: str
    given: bool
    language: str = "en"


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a customer said, once.

    Attributes:
        id: Eight characters, unique to this request.
        created: Aware moment when it was finished, which is the date of its documents; of a draft, when that was begun.
        language: Language that was spoken with the customer.
        pack: The pack that asked.
        form: Id of the form within the pack.
        answers: Question id to answer; only questions that were visible.
        attachments: Files that go along.
        consents: Consents with their wording.
        story: What the customer told before anything was asked, word for word; empty where nobody told one.
    """

    id: str
    created: datetime
    language: str
    pack: PackRef
    form: str
    answers: dict[str, Answer]
    attachments: tuple[Attachment, ...] = ()
    consents: tuple[Consent, ...] = ()
    story: str = ""

    def value(self, question_id: str) -> Value | None:
        """The value of an answer, or None."""
        answer = self.answers.get(question_id)
        return None if answer is None else answer.value


class RequestFile(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A request as it is written down; the schema ``support pack schema request`` prints."""

    version: Literal[1] = msgspec.field(name="support-request")
    id: str
    created: Annotated[datetime, msgspec.Meta(tz=True)]
    language: str
    pack: PackRef
    form: str
    answers: dict[str, Value]
    attachments: list[Attachment] = []
    consents: list[Consent] = []
    story: str = ""


def to_file(request: Request) -> RequestFile:
    """Turns a request into the record that is written down."""
    return RequestFile(
        version=1,
        id=request.id,
        created=request.created,
        language=request.language,
        pack=request.pack,
        form=request.form,
        answers={key: answer.value for key, answer in request.answers.items()},
        attachments=list(request.attachments),
        consents=list(request.consents),
        story=request.story,
    )


def from_file(record: RequestFile) -> Request:
    """Turns a record of our own back into a request; every answer's source is ``FILE``.

    What comes from outside goes through ``request_reading.read_request``.
    """
    return Request(
        id=record.id,
        created=record.created,
        language=record.language,
        pack=record.pack,
        form=record.form,
        answers={key: Answer(value, Source.FILE) for key, value in record.answers.items()},
        attachments=tuple(record.attachments),
        consents=tuple(record.consents),
        story=record.story,
    )


def dump_json(request: Request) -> bytes:
    """Writes a request file as indented JSON, UTF-8, with a newline at the end."""
    return msgspec.json.format(msgspec.json.encode(to_file(request)), indent=2) + b"\n"
