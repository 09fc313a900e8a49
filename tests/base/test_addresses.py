"""Addresses and domains."""

import pytest

from support_cli.base.addresses import Address, AddressError, ascii_domain, needs_utf8, parse_address, wire_address
from support_cli.forms.values import is_email
from tests.table import each


@each(
    ("domain", "written"),
    [
        ("desk.test", "desk.test"),
        ("Desk.Test", "Desk.Test"),
        ("localhost", "localhost"),
        ("desk.test.", "desk.test"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER.example", "xn--bcher-kva.example"),
        ("bu\u0308cher.example", "xn--bcher-kva.example"),
        ("faß.de", "xn--fa-hia.de"),  # not fass.de, which is somebody else
        ("βόλος.com", "xn--nxasmm1c.com"),
        ("пошта.укр", "xn--80a1acn3a.xn--j1amh"),
        ("例え。テスト", "xn--r8jz45g.xn--zckzah"),
        ("ｄｅｓｋ．ｔｅｓｔ", "desk.test"),
        ("[127.0.0.1]", "[127.0.0.1]"),
        ("[IPv6:::1]", "[IPv6:::1]"),
    ],
)
def test_domains_as_dns_knows_them(domain: str, written: str) -> None:
    assert ascii_domain(domain) == written


@each(
    "domain",
    ["", ".", "a..b", "-a.b", "a-.b", "a b", "a_b.c", "a" * 64, "é" * 64, ".".join(["a" * 60] * 5), "a\u202e.b",
     "a\r\n.b", "a/b", "[::1]", "[x]", "\u0301a.b", "a\u200db.c", "☃.net"],
)  # fmt: skip
def test_domains_that_are_none(domain: str) -> None:
    with pytest.raises(AddressError):
        ascii_domain(domain)


@each(
    "address",
    ["ann@desk.test", "ann.lee+tag@desk.test", "o'brien@desk.test", "a!#$%&'*+/=?^_`{|}~-@b.c", '"ann lee"@desk.test',
     '"a\\"b"@desk.test', "ann@[127.0.0.1]", "ANN@desk.test"],
)  # fmt: skip
def test_addresses_are_kept_as_they_are(address: str) -> None:
    assert wire_address(address) == address


@each(
    "address",
    ["", "@", "ann", "ann@", "@b.c", "a@b@c.d", ".a@b.c", "a.@b.c", "a..b@c.d", "a b@c.d", " a@b.c", "a@b.c ",
     "<a@b.c>", "a@b.c,d@e.f", "a\r\n@b.c", "a\0@b.c", "a\u202e@b.c", "a\u00a0b@c.d", "a\u200bb@c.d", '"a@b.c',
     "x" * 65 + "@b.c", "é" * 33 + "@b.c", "a;b@c.d", "a(b)@c.d", '"a\r\nb"@c.d'],
)  # fmt: skip
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(AddressError) as caught:
        wire_address(address)
    assert "\r" not in caught.value.message


def test_letters_beyond_ascii_before_the_at_sign() -> None:
    assert wire_address("олена@пошта.укр") == "олена@xn--80a1acn3a.xn--j1amh"
    assert needs_utf8([Address("a@b.c"), Address("олена@b.c")])
    assert not needs_utf8([Address("a@пошта.укр", "Олена")])


@each(
    ("text", "address"),
    [
        ("ann@desk.test", Address("ann@desk.test")),
        (" Ann Lee <ann@desk.test> ", Address("ann@desk.test", "Ann Lee")),
        ('"Lee, \\"Ann\\"" <ann@desk.test>', Address("ann@desk.test", 'Lee, "Ann"')),
        ("Олена<ann@desk.test>", Address("ann@desk.test", "Олена")),
        ("<ann@desk.test>", Address("ann@desk.test")),
    ],
)
def test_addresses_as_people_write_them(text: str, address: Address) -> None:
    assert parse_address(text) == address


@each("text", ["", "Ann", "Ann <ann@desk.test", "Ann <>", "a@b.c, d@e.f", "Ann <a@b.c> x"])
def test_what_people_write_and_is_no_address(text: str) -> None:
    with pytest.raises(AddressError):
        parse_address(text)


def test_what_is_taken_as_an_answer_is_never_refused_as_an_address() -> None:
    """Every letter, in every part of an address: the question's rule is that of the message."""
    for number in [*range(0x3000), *range(0x3000, 0x110000, 97)]:
        letter = chr(number)
        if "\ud800" <= letter <= "\udfff":
            continue
        for address in (f"a{letter}b@example.org", f"ab@a{letter}b.org", f"ab@{letter}.org", f"ab@b.a{letter}"):
            if is_email(address):
                wire_address(address)
