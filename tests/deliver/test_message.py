"""The message as others read it."""

import hashlib
import io
import json
import tracemalloc
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support_cli.base.addresses import Address, AddressError
from support_cli.base.text import clean_line, clean_text
from support_cli.deliver.mail.message import (
    AttachmentChangedError,
    MessageError,
    is_international,
    measure,
    new_message_id,
    write,
)
from support_cli.forms.request import Attachment
from tests.deliver.making import Files, make_attachment, make_envelope, make_ticket, written
from tests.deliver.reading import assert_wire_form, body, read
from tests.table import each

# Everything that Unicode has, with what breaks mail more often than chance would bring it up.
NASTY = st.sampled_from(
    [
        *("\r\n", "\r", "\n", "\n.\n", "\nFrom here", "From ", " \n", "\t\n", "\x00", "\x1b[31m", "\u202e", "\u2028"),
        *(
            "=?utf-8?Q?x?=",
            "?=",
            "=",
            '"',
            "\\",
            ";",
            ",",
            "%41",
            "--=_",
            "Bcc: a@b.c",
            "\xa0",
            "  ",
            "é",
            "日本語",
            "👍🏽",
        ),
        *("x" * 90, "x" * 1200, "y " * 700),
    ]
)
TEXT = st.lists(st.one_of(NASTY, st.text(max_size=20)), max_size=8).map("".join)
# What a file name may hold on a disk, save what headers.file_name takes out.
NAMES = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"], exclude_characters="/\u202a\u202b\u202c\u202d\u202e"
                      "\u2066\u2067\u2068\u2069\ufeff\ufff9\ufffa\ufffb"),
        st.sampled_from("'\"\\%*;=?é日👍  "),
    ),
    min_size=1, max_size=120,
).filter(lambda name: name.strip(" ."))  # fmt: skip


def squeezed(name: str) -> str:
    """Python before 3.13.2 keeps the blank between the encoded-words of a long name (cpython issue 128110)."""
    return name if len(name.encode()) <= 30 else name.replace(" ", "")


@given(subject=TEXT, name=TEXT, plain=TEXT, html=TEXT)
def test_subject_names_and_bodies_come_back_as_they_were(subject: str, name: str, plain: str, html: str) -> None:
    octets = written(
        make_ticket(subject, {"text/plain": plain, "text/html": html}),
        make_envelope(sender=Address("ann@desk.test", name), to=(Address("support@desk.test", name), Address("x@y.z"))),
    )

    assert_wire_form(octets)
    message = read(octets)
    assert message["subject"] == clean_line(subject)
    assert squeezed(message["from"].addresses[0].display_name) == squeezed(clean_line(name))
    assert [each.addr_spec for each in message["to"].addresses] == ["support@desk.test", "x@y.z"]
    assert body(message, "plain") == clean_text(plain)
    assert body(message, "html") == clean_text(html)
    assert message["bcc"] is None


@given(files=st.dictionaries(NAMES, st.binary(max_size=400), min_size=1, max_size=3))
def test_attachments_come_back_octet_for_octet(files: dict[str, bytes]) -> None:
    ticket = make_ticket(files=files)
    octets = written(ticket, files=files)

    assert_wire_form(octets)
    found = [(part.get_filename(), part.get_payload(decode=True)) for part in read(octets).iter_attachments()]
    assert found == [(name.strip(), data) for name, data in files.items()]  # Python's reader strips blanks
    assert measure(ticket, make_envelope()) == len(octets)


@each(
    ("name", "shown"),
    [
        ("../../etc/passwd", ".._.._etc_passwd"),
        ("a\r\nBcc: evil@x.y\r\n.txt", "a Bcc: evil@x.y .txt"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("\x1b[31mred.txt", "red.txt"),
        ("..", "file"),
        ("", "file"),
        ("nul\x00.txt", "nul.txt"),
    ],
)
def test_file_names_bring_nothing_along(name: str, shown: str) -> None:
    octets = written(make_ticket(attachments=(make_attachment(name, b"x"),)), files={name: b"x"})

    (part,) = read(octets).iter_attachments()
    assert part.get_filename() == shown
    assert b"\r\nBcc" not in octets


def test_the_parts_lie_as_receivers_expect_them() -> None:
    octets = written(
        make_ticket(
            bodies={"text/html": "<p>x</p>", "text/plain": "x"},
            files={"a.bin": b"\x00\xff"},
            request_json='{"summary": "Привіт"}\n'.encode(),
        ),
        files={"a.bin": b"\x00\xff"},
    )

    message = read(octets)
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "application/octet-stream",
        "application/json",
    ]
    last = list(message.iter_attachments())[-1]
    assert last.get_filename() == "request.json"
    assert json.loads(last.get_payload(decode=True)) == {"summary": "Привіт"}
    assert message["x-support-request-id"] == "7f3k9q2m"
    assert message["mime-version"] == "1.0"
    assert message["message-id"] == "<7f3k9q2m.0123456789abcdef@desk.test>"
    assert message["date"] == "Sat, 21 Nov 2026 18:20:00 +0100"


def test_one_body_alone_needs_no_wrapper() -> None:
    assert read(written()).get_content_type() == "text/plain"
    assert (
        read(written(make_ticket(bodies={"text/plain": "a"}, request_json=b"{}"))).get_content_type()
        == "multipart/mixed"
    )
    assert body(read(written(make_ticket(bodies={"text/markdown": "# a"})))) == "# a\n"
    assert read(written(make_ticket(bodies={}))).get_content_type() == "text/plain"


@each(
    ("given_type", "sent"),
    [
        ("image/png", "image/png"),
        ("Image/PNG", "image/png"),
        ("application/x-tar+gzip", "application/x-tar+gzip"),
        ("text/plain", "application/octet-stream"),
        ("message/rfc822", "application/octet-stream"),
        ("multipart/mixed; boundary=x", "application/octet-stream"),
        ("image/png\r\nX-Evil: 1", "application/octet-stream"),
        ("", "application/octet-stream"),
        ("картинка/png", "application/octet-stream"),
    ],
)
def test_media_types_are_tokens_or_octets(given_type: str, sent: str) -> None:
    octets = written(make_ticket(attachments=(make_attachment("a", b"x", given_type),)), files={"a": b"x"})

    (part,) = read(octets).iter_attachments()
    assert part.get_content_type() == sent
    assert b"X-Evil" not in octets


def test_blind_copies_are_nowhere_in_the_message() -> None:
    hidden = make_envelope(to=(), bcc=(Address("secret@desk.test", "Secret"),))

    octets = written(envelope=hidden)

    assert b"ecret" not in octets
    assert read(octets)["to"] == "undisclosed-recipients:;"
    assert [each.address for each in hidden.receivers] == ["secret@desk.test"]


def test_follow_ups_are_threaded_and_bad_ids_left_out() -> None:
    old = [f"<{number}@desk.test>" for number in range(40)]
    envelope = make_envelope(in_reply_to=old[-1], references=(*old, "<evil@x>\r\nBcc: a@b.c", "no id"))

    message = read(written(envelope=envelope))

    assert message["in-reply-to"] == "<39@desk.test>"
    assert message["references"].split() == [old[0], *old[-20:]]
    assert read(written(envelope=make_envelope(in_reply_to="<a b@c>")))["in-reply-to"] is None


def test_the_same_ticket_gives_the_same_octets() -> None:
    assert written(files={"a": b"x"}) == written(files={"a": b"x"})


def test_text_that_quotes_the_boundary_does_not_end_the_part() -> None:
    first = written(make_ticket(request_json=b"{}"))
    mark = read(first).get_boundary()

    again = written(make_ticket(bodies={"text/plain": f"--{mark}--\n\nstill here\n"}, request_json=b"{}"))

    assert body(read(again)) == f"--{mark}--\n\nstill here\n"


def test_written_tells_size_and_digest_of_the_octets() -> None:
    out = io.BytesIO()
    result = write(make_ticket(), make_envelope(), out, open_attachment=Files({}))

    assert result.size == len(out.getvalue())
    assert result.sha256 == hashlib.sha256(out.getvalue()).hexdigest()


@each("now", [b"", b"other", b"longer than it was"])
def test_a_file_that_changed_is_not_sent(now: bytes) -> None:
    ticket = make_ticket(files={"log.txt": b"as it"})

    with pytest.raises(AttachmentChangedError, match=r"log\.txt has changed"):
        write(ticket, make_envelope(), io.BytesIO(), open_attachment=Files({"log.txt": now}))


@each("bad", ["", "x", "<a@b>\r\nBcc: x@y.z", "<a b@c>", "<é@b>", "<" + "a" * 300 + "@b>"])
def test_a_malformed_message_id_is_refused(bad: str) -> None:
    with pytest.raises(MessageError):
        written(envelope=make_envelope(message_id=bad))


def test_new_message_ids_carry_the_request_and_never_repeat() -> None:
    one, two = (new_message_id("7f3k9q2m", "bücher.example") for _ in range(2))

    assert one != two
    assert one.startswith("<7f3k9q2m.")
    assert one.endswith("@xn--bcher-kva.example>")
    for domain in ("", "a b", "[IPv6:::1]", "x" * 300):
        written(envelope=make_envelope(message_id=new_message_id("\r\n<>", domain)))


def test_addresses_beyond_ascii_need_smtputf8() -> None:
    envelope = make_envelope(to=(Address("süpport@bücher.example"),))
    assert is_international(envelope)
    assert not is_international(make_envelope(to=(Address("support@bücher.example"),)))

    octets = written(envelope=envelope)

    assert "To: süpport@xn--bcher-kva.example\r\n".encode() in octets
    assert measure(make_ticket(), envelope) == len(octets)


@each("field", ["sender", "to", "cc", "bcc", "reply_to"])
@each("bad", ["a@b.c\r\nBcc: x@y.z", "a\u202e@b.c", "a b@c.d", "nobody", "a@b.c\x00", "a@b_c.d"])
def test_addresses_that_are_none_are_refused_everywhere(field: str, bad: str) -> None:
    address = Address(bad) if field == "sender" else (Address(bad),)
    with pytest.raises(AddressError):
        written(envelope=make_envelope(**{field: address}))


def test_dates_carry_their_offset() -> None:
    west = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone(-timedelta(hours=3, minutes=30)))
    assert read(written(envelope=make_envelope(date=west)))["date"] == "Fri, 02 Jan 2026 03:04:05 -0330"


@pytest.mark.slow
def test_memory_does_not_grow_with_the_attachments() -> None:
    peaks = []
    for size in (3_000_000, 30_000_000):
        attachment = Attachment(path="z", name="z", type="image/png", size=size, sha256="")
        tracemalloc.start()
        write(make_ticket(attachments=(attachment,)), make_envelope(), _Sink(), open_attachment=_zeros)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    assert max(peaks) < 2_000_000
    assert peaks[1] < peaks[0] * 1.1 + 10_000


class _Sink(io.RawIOBase):
    def write(self, octets: object) -> int:
        return len(octets)  # type: ignore[arg-type]


@contextmanager
def _zeros(attachment: Attachment):  # type: ignore[no-untyped-def]
    left = attachment.size

    class Reader:
        def read(self, size: int) -> bytes:
            nonlocal left
            taken = min(size, left)
            left -= taken
            return bytes(taken)

    yield Reader()


def test_a_message_that_the_customer_sends_is_a_draft_and_need_name_nobody() -> None:
    octets = written(envelope=make_envelope(to=(), draft=True))

    assert read(octets)["X-Unsent"] == "1"
    assert "To" not in read(octets)


def test_text_says_that_it_is_text_where_that_cannot_change_a_byte() -> None:
    rows = [
        ("app.log", "text/plain", "utf-8", "text/plain"),
        ("rows.csv", "text/csv", "utf-8", "text/csv"),
        ("old.txt", "text/plain", "", "application/octet-stream"),
        ("page.html", "text/html", "utf-8", "application/octet-stream"),
        ("x.bin", "application/octet-stream", "", "application/octet-stream"),
    ]
    data = "12:00 ж\r\n.\n\nFrom x\r".encode()
    files = [
        msgspec.structs.replace(make_attachment(name, data, kind), charset=charset)
        for name, kind, charset, _shown in rows
    ]
    ticket = make_ticket(attachments=tuple(files))
    octets = written(ticket, files={name: data for name, *_rest in rows})
    assert measure(ticket, make_envelope()) == len(octets)
    for part, (_name, _kind, _charset, shown) in zip(read(octets).iter_attachments(), rows, strict=True):
        assert part.get_content_type() == shown
        assert part.get_payload(decode=True) == data
        assert part.get_content_charset() == ("utf-8" if shown.startswith("text/") else None)


def test_who_hands_it_in_is_named_where_it_is_not_the_author() -> None:
    assert read(written(envelope=make_envelope(submitter=Address("a@corp.example"))))["sender"] == "a@corp.example"
    assert read(written())["sender"] is None
