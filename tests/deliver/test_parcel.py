"""A stored ticket comes out as it went in, whatever became of the files."""

import io
import tracemalloc
from typing import BinaryIO, cast

import pytest

from support_cli.base.addresses import Address
from support_cli.deliver.base import PermanentError
from support_cli.deliver.mail.message import AttachmentChangedError
from support_cli.deliver.parcel import Parcel, write
from support_cli.deliver.ticket import Ticket
from tests.deliver.making import Files, make_attachment, make_ticket
from tests.table import each

FILES = {"лог 日本.log": bytes(range(256)) * 300, "empty": b"", "../../etc/passwd": b"x", "ticket.json": b"{}"}


def packed(ticket: Ticket, files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    write(ticket, out, open_attachment=Files(files))
    return out.getvalue()


def full_ticket() -> Ticket:
    return make_ticket(
        "Тема €",
        {"text/plain": "a\n", "text/markdown": "**a**\n", "text/html": "<b>a</b>"},
        FILES,
        fields={"serial": "SN-1"},
        requester=Address("ann@example.org", "Änn"),
        request_json=b'{"support-request": 1}\n',
        queue="Billing",
        labels=("bug", "läbel"),
    )


def test_everything_comes_out_as_it_went_in() -> None:
    ticket = full_ticket()
    parcel = Parcel(io.BytesIO(packed(ticket, FILES)))
    for name in (
        "id",
        "created",
        "language",
        "subject",
        "bodies",
        "fields",
        "requester",
        "request_json",
        "queue",
        "labels",
    ):
        assert getattr(parcel.ticket, name) == getattr(ticket, name)
    contents = {}
    for attachment in parcel.ticket.attachments:
        with parcel.open(attachment) as reader:
            contents[attachment.name] = reader.read()
    assert contents == FILES


def test_no_path_of_this_computer_goes_along() -> None:
    parcel = Parcel(io.BytesIO(packed(full_ticket(), FILES)))
    assert [each.path for each in parcel.ticket.attachments] == ["files/1", "files/2", "files/3", "files/4"]


def test_the_same_ticket_gives_the_same_bytes() -> None:
    assert packed(full_ticket(), FILES) == packed(full_ticket(), FILES)


def test_a_file_that_changed_is_not_stored() -> None:
    ticket = make_ticket(files={"a": b"before"})
    for after in (b"after!", b"longer than before", b"short"):
        with pytest.raises(AttachmentChangedError):
            packed(ticket, {"a": after})


@each("cut", [0, 10, 1000, -30, -1])
def test_what_is_no_stored_ticket_is_said(cut: int) -> None:
    whole = packed(full_ticket(), FILES)
    for damaged in (whole[:cut], b"no zip at all", whole.replace(b'"support-ticket"', b'"support-ticker"')):
        with pytest.raises(PermanentError):
            Parcel(io.BytesIO(damaged))


def test_a_version_from_later_says_what_to_do() -> None:
    whole = packed(full_ticket(), {**FILES})
    later = whole.replace(b'"support-ticket": 1', b'"support-ticket": 2')
    with pytest.raises(PermanentError):
        Parcel(io.BytesIO(later))


class Pattern:
    """So many octets out of no memory."""

    def __init__(self, size: int) -> None:
        self.left = size

    def read(self, count: int = -1) -> bytes:
        count = min(count, self.left)
        self.left -= count
        return b"\x5a" * count

    def __enter__(self) -> BinaryIO:
        return cast("BinaryIO", self)

    def __exit__(self, *_error: object) -> None:
        """Nothing to close."""


def test_twenty_five_megabytes_take_no_memory(tmp_path: object) -> None:
    import hashlib
    import tempfile

    size = 25_000_000
    digest = hashlib.sha256(b"\x5a" * size).hexdigest()
    attachment = make_attachment("big", b"")
    attachment = type(attachment)(path="big", name="big", type="x/y", size=size, sha256=digest)
    ticket = make_ticket(attachments=(attachment,))
    with tempfile.TemporaryFile() as out:
        tracemalloc.start()
        try:
            write(ticket, out, open_attachment=lambda _attachment: Pattern(size))
            parcel, got = Parcel(out), 0
            with parcel.open(parcel.ticket.attachments[0]) as reader:
                while piece := reader.read(65536):
                    got += len(piece)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert got == size
    assert peak < 3_000_000
