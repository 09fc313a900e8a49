"""What a message weighs on the wire, and what of it is not taken."""

import base64
import io
from contextlib import contextmanager
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from support_cli.attachments.budget import check, encoded_size, message_size, room_for, takes
from support_cli.attachments.names import safe_name
from support_cli.base.addresses import Address
from support_cli.base.finding import Level
from support_cli.deliver.mail.message import Envelope, write
from support_cli.deliver.ticket import Ticket
from support_cli.forms.model import Limits
from support_cli.forms.request import Attachment
from tests.attachments.making import digest, record
from tests.table import each

WIDE = Limits(files=1000, file=10**12, total=10**12, message=10**12)
PROGRAM = "application/vnd.microsoft.portable-executable"


@given(st.binary(max_size=2000))
def test_encoded_size_is_that_of_base64_in_lines_with_crlf(data: bytes) -> None:
    assert encoded_size(len(data)) == len(base64.encodebytes(data).replace(b"\n", b"\r\n"))


@each(("size", "octets"), [(0, 0), (1, 6), (57, 78), (58, 84), (10_000_000, 13_684_214)])
def test_encoded_size_of_known_files(size: int, octets: int) -> None:
    assert encoded_size(size) == octets


def _on_the_wire(attachments: list[Attachment]) -> int:
    """Octets of a real message; the files are full of zeros."""

    @contextmanager
    def open_attachment(attachment: Attachment):
        yield io.BytesIO(bytes(attachment.size))

    ticket = Ticket(
        id="7f3k9q2m",
        created=datetime(2026, 11, 21, tzinfo=UTC),
        language="en",
        subject="No internet",
        bodies={"text/plain": "Hello.\n", "text/html": "<p>Hello."},
        attachments=tuple(attachments),
    )
    envelope = Envelope(
        sender=Address("ann@desk.test"),
        to=(Address("support@desk.test"),),
        message_id="<1@desk.test>",
        date=ticket.created,
    )
    out = io.BytesIO()
    write(ticket, envelope, out, open_attachment=open_attachment)
    return len(out.getvalue())


FILES = st.lists(st.tuples(st.text(max_size=100).map(safe_name), st.integers(0, 3000)), max_size=5)


def _zeros(files: list[tuple[str, int]]) -> list[Attachment]:
    return [
        Attachment(path=name, name=name, type="application/octet-stream", size=size, sha256=digest(bytes(size)))
        for name, size in files
    ]


@given(FILES)
def test_a_real_message_is_never_heavier_than_promised(files: list[tuple[str, int]]) -> None:
    attachments = _zeros(files)
    other = _on_the_wire([])
    real, promised = _on_the_wire(attachments), message_size(attachments, other)
    assert real <= promised
    assert promised - real <= sum(400 + 10 * len(name.encode()) for name, _ in files)  # and not far from it


@given(FILES, st.integers(0, 30_000))
def test_what_passes_the_check_really_fits(files: list[tuple[str, int]], limit: int) -> None:
    attachments = _zeros(files)
    limits = Limits(files=4, file=2500, total=6000, message=limit)
    errors = [finding for finding in check(attachments, limits, _on_the_wire([])) if finding.level == "error"]
    if not errors:
        assert len(files) <= 4
        assert all(size <= 2500 for _name, size in files)
        assert sum(size for _name, size in files) <= 6000
        assert _on_the_wire(attachments) <= limit


@given(
    st.lists(st.integers(0, 10_000_000), max_size=8),
    st.integers(0, 50_000_000),
    st.integers(0, 50_000_000),
    st.integers(0, 100_000),
)
def test_within_the_room_that_is_shown_nothing_is_too_big(
    sizes: list[int], total: int, message: int, other: int
) -> None:
    files = [record(f"{n}.log", size) for n, size in enumerate(sizes)]
    limits = Limits(files=100, file=10**9, total=total, message=message)
    used, room = sum(sizes), room_for(files, limits, other)
    found = {finding.code for finding in check(files, limits, other)} & {"F003", "F005"}
    if used <= room and used:
        assert not found
    if used > room + 57 * (len(sizes) + 2):
        assert found


@given(st.lists(st.integers(1, 20_000_000), min_size=1, max_size=6), st.integers(0, 10_000))
def test_leaving_out_the_file_that_is_named_would_do(sizes: list[int], other: int) -> None:
    files = [record(f"{n}.png", size, "image/png") for n, size in enumerate(sizes)]
    limits = Limits(file=10**9)
    for finding in check(files, limits, other):
        if finding.fix and finding.fix.startswith("Leaving out "):
            name = finding.fix.split()[2]
            rest = [file for file in files if file.name != name]
            assert finding.code not in {again.code for again in check(rest, limits, other)}


Said = tuple[str, str, str, str | None]


def said(attachments: list[Attachment], limits: Limits, other: int = 0, **more) -> list[Said]:
    found = check(attachments, limits, other, **more)
    return [(f.code, f.where, f.message.replace("\u00a0", " "), f.fix) for f in found]


def test_every_limit_says_by_how_much_and_what_would_help() -> None:
    files = [record("router.log", 5_700_000), record("IMG.JPG", 14_200_000, "image/jpeg"), record("empty.txt", 0)]
    assert [(code, where, message, (fix or "").replace("\u00a0", " ")) for code, where, message, fix in said(
        files, Limits(files=2), 20_000
    )] == [
        (
            "F002", "IMG.JPG", "IMG.JPG is 14.2 MB; a file may be at most 10.0 MB: 4.2 MB too much.",
            "Save a smaller copy of the picture and add that, or leave it out.",
        ),
        (
            "F008", "empty.txt", "empty.txt is empty.",
            "If it should hold something, save it again in the program that made it.",
        ),
        (
            "F001", "attachments", "3 files are attached; 2 files are taken.",
            "Leave 1 file out, or put several into one zip.",
        ),
        (
            "F003", "attachments", "All files together are 19.9 MB; the limit is 10.0 MB: 9.9 MB too much.",
            "Leaving out IMG.JPG (14.2 MB) would do.",
        ),
        (
            "F005", "attachments",
            "The message would be 27.3 MB as it is sent; the limit is 14.0 MB: 13.3 MB too much.",
            "Leaving out IMG.JPG (14.2 MB) would do.",
        ),
    ]  # fmt: skip


def test_what_arrives_but_cannot_be_opened_is_said() -> None:
    for kind in ("image/heic", "image/heif", "application/ms-tnef"):
        (found,) = check([record("IMG_1", 1000, kind)], Limits(), 0)
        assert (found.code, found.level, found.where) == ("F009", Level.WARNING, "IMG_1"), kind
        assert found.fix


def test_nothing_to_say_about_what_fits() -> None:
    assert said([record("a.log", 9_999_999)], Limits(), 20_000) == []
    assert said([], Limits()) == []


def test_a_byte_too_much_is_too_much() -> None:
    assert (
        said([record(size=1001)], Limits(file=1000))[0][2]
        == "a.log is 1.0 kB; a file may be at most 1.0 kB: 1 B too much."
    )
    assert said([record(size=1000)], Limits(file=1000)) == []


def test_a_text_that_is_too_long_by_itself() -> None:
    assert said([], Limits(message=1000), 1500) == [
        (
            "F005",
            "attachments",
            "The message would be 1.5 kB as it is sent; the limit is 1.0 kB: 500 B too much.",
            "Shorten the text.",
        )
    ]


@each(
    ("name", "kind", "refuse", "refused"),
    [
        ("setup.exe", PROGRAM, ("exe",), True),
        ("setup.EXE", PROGRAM, (".exe",), True),
        ("readme.txt", PROGRAM, ("exe",), True),
        ("readme.txt", PROGRAM, ("bat", "scr"), True),
        ("readme.txt", "text/plain", ("exe",), False),
        ("run.bat", "text/plain", ("exe", "bat"), True),
        ("bat", "text/plain", ("bat",), False),
        ("report.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ("zip",), False),
        ("photos.dat", "application/zip", ("zip",), True),
        ("IMG_1", "image/heic", ("heic",), True),
        ("a.tar.gz", "application/gzip", ("tar.gz",), True),
        ("a.gz", "application/gzip", ("zip",), False),
        ("a.docx", "application/vnd.ms-word.document.macroenabled.12", ("docm",), True),
    ],
)
def test_refused_by_name_or_by_content(name: str, kind: str, refuse: tuple[str, ...], refused: bool) -> None:
    limits = Limits(refuse=refuse)
    assert [code for code, *_ in said([record(name, kind=kind)], limits)] == (["F004"] if refused else [])
    assert takes(name, kind, limits) is not refused


@each(
    ("name", "kind", "taken"),
    [
        ("a.png", "image/png", True),
        ("A.PNG", "image/png", True),
        ("a.log", "text/plain", True),
        ("a.png", "image/jpeg", True),
        ("a.jpg", "image/jpeg", False),
        ("png", "image/png", False),
        ("a.png", PROGRAM, False),
        ("a.png", "application/x-executable", False),
    ],
)
def test_accepted_kinds_of_a_question_and_of_a_receiver(name: str, kind: str, taken: bool) -> None:
    file = record(name, kind=kind, question="shots")
    expected = [] if taken else ["F006"]
    assert [code for code, *_ in said([file], Limits(), accept={"shots": (".png", ".log")})] == expected
    assert [code for code, *_ in said([file], Limits(), accept={"other": (".txt",)})] == []
    assert [code for code, *_ in said([file], Limits(accept=("png", "log")))] == expected
    assert takes(name, kind, Limits(), (".png", "*.log")) is taken


def test_a_zip_is_advised_only_where_zips_are_taken() -> None:
    file = record("a.txt", question="q")
    assert said([file], WIDE, accept={"q": (".png", ".zip")})[0][3] == "Zip it, or leave it out."
    assert said([file], WIDE, accept={"q": (".png",)})[0][3] == "Save it in one of these formats, or leave it out."
