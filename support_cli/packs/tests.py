"""The tests of a pack: answers, and what shall come of them (``tests/*.yml``)."""

import re
from typing import Annotated

import msgspec

from support_cli.base.finding import Finding
from support_cli.base.i18n import _
from support_cli.packs.errors import PackError
from support_cli.packs.faults import told
from support_cli.packs.schema import Text
from support_cli.packs.shape import convert
from support_cli.packs.units import parse_size
from support_cli.packs.yamltext import parse

DOCUMENT = re.compile(r"([a-z][a-z0-9-]*)(?:\.([a-z]{2,3}(?:-[A-Za-z]{2,4})?))?\.(md|html|txt|subject)")
"""``ticket.md``, or with a language ``ticket.pl.md``."""


class _Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A mapping without unknown keys."""


class FileSample(_Strict, frozen=True, kw_only=True):
    """A file that goes along; only its description is needed."""

    name: Text
    type: Text = "application/octet-stream"
    size: Text | int = "10kB"
    note: Text = ""
    question: Text = ""


class Expect(_Strict, frozen=True, kw_only=True):
    """What shall come of the answers; what is left out is not looked at, but errors always are."""

    findings: list[Text] | None = None
    errors: list[Text] = []
    asked: list[Text] = []
    not_asked: list[Text] = []
    channel: Text | None = None
    queue: Text | None = None
    documents: list[Annotated[str, msgspec.Meta(pattern="^" + DOCUMENT.pattern + "$")]] = []


class TestFile(_Strict, frozen=True, kw_only=True):
    """A file in ``tests/``."""

    __test__ = False  # pytest, too, looks for classes of this name

    answers: dict[str, object]
    about: Text = ""
    form: Text = ""
    language: Text = ""
    channel: Text = ""
    files: list[FileSample] = []
    expect: Expect = Expect()


def read_test(raw: bytes, name: str) -> TestFile:
    """Reads one test; the answers stay as they were written (a phone number is no sum).

    Raises:
        PackError: With one finding for each fault of the file.
    """
    parsed = parse(raw, name=name)
    findings: list[Finding] = []
    record = convert(parsed, parsed.data, TestFile, (), findings)
    if record is None:
        raise told(parsed.name, findings)
    for number, file in enumerate(record.files):
        if parse_size(file.size) is None:
            raise PackError(
                _("“{text}” is not a size.").format(text=file.size), where=parsed.where(("files", number, "size"))
            )
    plain = parse(raw, name=name, plain=True).data
    answers = plain.get("answers") if isinstance(plain, dict) else None
    return msgspec.structs.replace(record, answers=answers if isinstance(answers, dict) else {})
