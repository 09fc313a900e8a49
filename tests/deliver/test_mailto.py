"""mailto: addresses, read back by Python's own tools."""

import re
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support_cli.base.addresses import Address, AddressError
from support_cli.base.text import clean_line, clean_text
from support_cli.deliver.mail.mailto import MailtoError, mailto
from tests.deliver.making import make_ticket
from tests.table import each

TO = (Address("support@desk.test", "Support"),)


def opened(url: str) -> tuple[list[str], dict[str, str]]:
    """What a mail program reads: RFC 6068 knows no ``+`` for a blank."""
    parts = urlsplit(url)
    assert parts.scheme == "mailto"
    fields = dict(field.split("=", 1) for field in parts.query.split("&") if field)
    return [unquote(each) for each in parts.path.split(",")], {name: unquote(text) for name, text in fields.items()}


@given(subject=st.text(max_size=40), text=st.text(max_size=120))
def test_subject_and_text_come_back(subject: str, text: str) -> None:
    made = mailto(make_ticket(subject, {"text/plain": text}), TO)

    assert re.fullmatch(r"mailto:[!-~]*", made.url)
    assert not set(made.url) & set('"<>\\^`{|}# ')
    to, fields = opened(made.url)
    assert to == ["support@desk.test"]
    assert fields.get("subject", "") == clean_line(subject)
    assert fields.get("body", "") == clean_text(text).replace("\n", "\r\n")
    assert not made.cut


@each("text", ["слово " * 2000, "漢字" * 3000, "x" * 100_000, "line\n" * 3000, "👍🏽" * 900])
@each("limit", [400, 2000, 8000])
def test_long_texts_are_cut_whole_characters_and_say_so(text: str, limit: int) -> None:
    made = mailto(make_ticket("Привіт", {"text/plain": text}), TO, limit=limit)

    assert made.cut
    assert limit // 2 < len(made.url) <= limit
    body = opened(made.url)[1]["body"]
    assert body.endswith("[The text goes on in the attached file.]")
    assert text.replace("\n", "\r\n").startswith(body.removesuffix("\r\n\r\n[The text goes on in the attached file.]"))
    assert made.cut


def test_receivers_cannot_add_fields() -> None:
    made = mailto(
        make_ticket("a&bcc=evil@x.y?body=%0D"),
        (Address("a&b=c?d%e+f@desk.test"), Address("süpport@bücher.example"), Address('"a,b"@desk.test')),
    )

    to, fields = opened(made.url)
    assert to == ["a&b=c?d%e+f@desk.test", "süpport@xn--bcher-kva.example", '"a,b"@desk.test']
    assert set(fields) == {"subject", "body"}
    assert fields["subject"] == "a&bcc=evil@x.y?body=%0D"
    assert "bcc=" not in made.url
    with pytest.raises(AddressError):
        mailto(make_ticket(), (Address("a@b.c?bcc=x@y.z"),))


def test_too_many_receivers_for_a_link() -> None:
    many = tuple(Address(f"somebody{number}@desk.test") for number in range(200))
    with pytest.raises(MailtoError) as caught:
        mailto(make_ticket(), many)
    assert caught.value.hint


def test_the_files_that_it_cannot_carry_are_named() -> None:
    made = mailto(make_ticket(files={"Знімок.png": b"x", "log.txt": b"y"}), TO)
    assert made.attach == ("Знімок.png", "log.txt")
