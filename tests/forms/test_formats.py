"""The table of what people write for addresses, numbers, days and hours, and what becomes of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support_cli.forms.model import Kind
from support_cli.forms.options import Invalid
from support_cli.forms.values import is_email, plain_number, read
from tests.making import ask, is_clean, nasty_text
from tests.table import each

TAKEN = {
    Kind.EMAIL: [
        ("anna@example.org", "anna@example.org"),
        ("  Anna@EXAMPLE.Org ", "Anna@example.org"),
        ("Anna Smith <anna@example.org>", "anna@example.org"),
        ("mailto:anna@example.org", "anna@example.org"),
        ("anna+support@example.co.uk", "anna+support@example.co.uk"),
        ("anna@example.org.", "anna@example.org"),
        ("anna@example.org,", "anna@example.org"),
        ("o'brien@mail-host.example.org", "o'brien@mail-host.example.org"),
        ("пошта@приклад.укр", "пошта@приклад.укр"),
        ("क@भारत.भारत", "क@भारत.भारत"),
        ("anna@xn--80ak6aa92e.com", "anna@xn--80ak6aa92e.com"),
        ("root@localhost", "root@localhost"),
        ("anna@\x1b[1mexample.org", "anna@example.org"),
        ("İ@İx.org", "İ@i̇x.org"),
    ],
    Kind.PHONE: [
        ("+380441234567", "+380 44 123 4567"),
        ("00380441234567", "+380 44 123 4567"),
        ("00 380 44 123 45 67", "+380 44 123 4567"),
        ("+380 (44) 123-45-67", "+380 44 123 4567"),
        ("(+380) 44 123 45 67", "+380 44 123 4567"),
        ("+380.44.123.45.67", "+380 44 123 4567"),
        ("+380–44–123—45—67", "+380 44 123 4567"),
        ("＋380441234567", "+380 44 123 4567"),
        ("tel:+380-44-123-45-67", "+380 44 123 4567"),
        ("+44 (0)20 7946 0958", "+44 20 7946 0958"),
        ("+48 22 123 45 67", "+48 22 123 45 67"),
        ("+7 (912) 345-67-89", "+7 912 345-67-89"),
        ("+39 06 1234 5678", "+39 06 1234 5678"),
        ("+380 44 123 45 67 ext. 12", "+380 44 123 4567 ext. 12"),
        ("+380441234567 доб. 12", "+380 44 123 4567 ext. 12"),
        ("+380441234567, дод. 12", "+380 44 123 4567 ext. 12"),
        ("+48 22 123 45 67 wew. 5", "+48 22 123 45 67 ext. 5"),
        ("+380441234567x5", "+380 44 123 4567 ext. 5"),
        ("+380441234567\r\n", "+380 44 123 4567"),
    ],
    Kind.URL: [
        ("https://example.org/a?b=c#d", "https://example.org/a?b=c#d"),
        ("example.org", "https://example.org"),
        ("HTTP://Example.org:8080/", "HTTP://Example.org:8080/"),
        ("localhost:8000/x", "https://localhost:8000/x"),
        ("http://127.0.0.1:80", "http://127.0.0.1:80"),
        ("http://[::1]/", "http://[::1]/"),
        ("https://приклад.укр/шлях", "https://приклад.укр/шлях"),
    ],
    Kind.NUMBER: [
        ("5", 5),
        ("-5", -5),
        ("\N{MINUS SIGN}5", -5),
        ("+5", 5),
        ("5,5", 5.5),
        ("0,125", 0.125),
        ("1 000 000", 1_000_000),
        ("1\u00a0000,5", 1000.5),
        ("007", 7),
        (7, 7),
        (0.5, 0.5),
    ],
    Kind.DATE: [
        ("2026-11-21", "2026-11-21"),
        ("2026-1-2", "2026-01-02"),
        ("21.11.2026", "2026-11-21"),
        (" 1.2.2026 ", "2026-02-01"),
        ("2024-02-29", "2024-02-29"),
    ],
    Kind.TIME_WINDOW: [
        ("12-14", "12:00-14:00"),
        ("12:00–14:00", "12:00-14:00"),
        ("9.30 — 11", "09:30-11:00"),
        ("0-24", "00:00-24:00"),
        ("from 12 to 14", "12:00-14:00"),
        ("З 12 до 14", "12:00-14:00"),
        ("с 9:30 до 18:00", "09:30-18:00"),
        ("od 8 do 16", "08:00-16:00"),
        ("2026-11-21 12-14", "2026-11-21 12:00-14:00"),
        ("21.11.2026, 12-14", "2026-11-21 12:00-14:00"),
    ],
}
REFUSED = {
    Kind.EMAIL: {
        "anna": "is not an e-mail address, like anna@example.org",
        "anna@": "is not an e-mail address",
        "@example.org": "is not an e-mail address",
        "anna@example": "is not an e-mail address",
        "anna@example.c": "is not an e-mail address",
        "anna@@example.org": "is not an e-mail address",
        "anna@example..org": "is not an e-mail address",
        ".anna@example.org": "is not an e-mail address",
        "anna smith@example.org": "is not an e-mail address",
        '"anna smith"@example.org': "is not an e-mail address",
        "anna@[127.0.0.1]": "is not an e-mail address",
        "anna@127.0.0.1": "is not an e-mail address",
        "anna@-example.org": "is not an e-mail address",
        "anna@exa_mple.org": "is not an e-mail address",
        "anna@example.org, bob@example.org": "is not an e-mail address",
        "anna@example.org\nBcc: bob@example.org": "is not an e-mail address",
        "a" * 65 + "@example.org": "is not an e-mail address",
        "anna@" + "a" * 64 + ".org": "is not an e-mail address",
    },
    Kind.PHONE: {
        "044 123 45 67": "Please add the country code, like +380 44 123 45 67",
        "(044) 123-45-67": "Please add the country code",
        "8 (912) 345-67-89": "Please add the country code",
        "380441234567": "Please add the country code, like +380 44 123 4567",
        "+380": "is not a phone number with its country code",
        "+380 44 123 45": "is not a phone number with its country code",
        "+3804412345678901": "is not a phone number with its country code",
        "+999 123456789": "is not a phone number with its country code",
        "+1 800 FLOWERS": "is not a phone number with its country code",
        "+38O 44 123 45 67": "is not a phone number with its country code",
        "call me": "is not a phone number with its country code",
        "+380441234567 or +380671234567": "is not a phone number with its country code",
        "+380441234567, +380671234567": "is not a phone number with its country code",
        "+" + "1" * 300: "is not a phone number with its country code",
    },
    Kind.URL: {
        "ftp://example.org": "is not a web address, like https://example.org",
        "javascript:alert(1)": "is not a web address",
        "example": "is not a web address",
        "https://": "is not a web address",
        "https://.": "is not a web address",
        "https://exa mple.org": "is not a web address",
        "https://exam\nple.org": "is not a web address",
        "https://example.org:99999": "is not a web address",
        "http://[::1": "is not a web address",
        "http://300.1.1.1": "is not a web address",
        "see https://example.org": "is not a web address",
    },
    Kind.NUMBER: {
        "five": "“five” is not a number",
        "5 GB": "is not a number",
        "nan": "is not a number",
        "inf": "is not a number",
        "1e400": "is not a number",
        "1,000": "can be read in two ways; please write 1000 or 1.000",
        "1,000,000": "is not a number",
        "٣": "is not a number",
        "0x10": "is not a number",
        "9" * 40: "is not a number",
        "9" * 20: "is not a number that can be used here",
        float("nan"): "is not a number that can be used here",
        float("inf"): "is not a number that can be used here",
        10**400: "is not a number that can be used here",
        -(10**2000): "is not a number that can be used here",
        True: "This takes text, and yes or no was given",
    },
    Kind.DATE: {
        "2026-02-30": "There is no day “2026-02-30” in the calendar",
        "2026-13-01": "There is no day",
        "0000-01-01": "There is no day",
        "31.04.2026": "There is no day",
        "11/10/2026": "is not a date, like 2026-11-21 or 21.11.2026",
        "last summer": "is not a date",
        "2026-11-21T10:00": "is not a date",
        20261121: "is not a date",
    },
    Kind.TIME_WINDOW: {
        "14-9": "The window must end after it begins",
        "14-12": "The window must end after it begins",
        "12-12": "The window must end after it begins",
        "25-26": "is not a time window, like 12:00-14:00 or 2026-11-21 12-14",
        "12:60-13": "is not a time window",
        "12-24:30": "is not a time window",
        "after six": "is not a time window",
        "12": "is not a time window",
        "2026-02-30 12-14": "There is no day “2026-02-30” in the calendar",
        "12345678 12-14": "is not a time window",
    },
}


def rows(table):
    return [(kind, *row) for kind, many in table.items() for row in many]


def outcome(question, said):
    """The value that was read, or the sentence why not."""
    try:
        return read(question, said), ""
    except Invalid as refused:
        return None, refused.message


@each(("kind", "said", "stored"), rows(TAKEN))
def test_people_write_it_in_many_ways(kind, said, stored):
    value = read(ask(kind), said)
    assert value == stored
    assert type(value) is type(stored)
    assert read(ask(kind), value) == stored


@each(("kind", "said", "sentence"), rows({kind: list(many.items()) for kind, many in REFUSED.items()}))
def test_what_cannot_be_taken_is_explained(kind, said, sentence):
    with pytest.raises(Invalid) as refused:
        read(ask(kind), said)
    assert refused.value.code == "A003"
    assert sentence in refused.value.message
    assert len(refused.value.message) < 250
    assert is_clean(refused.value.message)


@each("kind", TAKEN)
def test_the_question_s_own_example_is_shown(kind):
    example = "\x1b[31mlike this"
    with pytest.raises(Invalid, match="like this") as refused:
        read(ask(kind, example=example), "?")
    assert is_clean(refused.value.message)


def test_limits_of_a_number_are_written_as_people_write_them():
    question = ask(Kind.NUMBER, minimum=0.5, maximum=1234567.0)
    assert read(question, "0.5") == 0.5
    with pytest.raises(Invalid, match=r"at least 0\.5\."):
        read(question, "0")
    with pytest.raises(Invalid, match=r"at most 1234567\."):
        read(question, "1234568")
    assert [plain_number(n) for n in (1e15, -3.0, 0.1, 2.25)] == ["1000000000000000", "-3", "0.1", "2.25"]


@given(st.sampled_from(sorted(TAKEN)), nasty_text)
def test_what_was_read_is_read_again_unchanged(kind, text):
    question = ask(kind)
    value, sentence = outcome(question, text)
    assert is_clean(f"{value} {sentence}")
    assert read(question, value) == value


@given(st.from_regex(r"\A(\+|00)?[0-9 ()./-]{3,18}( ext\.? ?[0-9]{1,4})?\Z"))
def test_phone_numbers_keep_their_digits(text):
    question = ask(Kind.PHONE)
    value, _sentence = outcome(question, text)
    if value is not None:
        assert read(question, value) == value
        assert value.startswith("+")
        assert {c for c in value if c.isdigit()} <= {c for c in text if c.isdigit()}


@given(
    st.from_regex(r"\A[a-zа-яё0-9.+'_-]{1,12}@[a-zа-я0-9.-]{1,20}\.[a-z]{2,6}\Z", fullmatch=True),
    st.sampled_from(["", " ", "\n", "<", ">", ",", "\x00", "@"]),
)
def test_an_address_that_is_taken_is_safe_in_a_header(address, extra):
    text = address[:3] + extra + address[3:]
    if is_email(text):
        assert not set(text) & set(" \r\n<>,;\x00")
        assert text.count("@") == 1


@given(st.integers(0, 24), st.integers(0, 59), st.integers(0, 24), st.integers(0, 59))
def test_a_window_ends_after_it_begins_or_goes_over_midnight(h1, m1, h2, m2):
    start, end = h1 * 60 + m1, h2 * 60 + m2
    text = f"{h1}:{m1:02}-{h2}:{m2:02}"
    if start < end <= 1440 or (17 * 60 <= start <= 1440 and end <= 12 * 60):
        assert read(ask(Kind.TIME_WINDOW), text) == f"{h1:02}:{m1:02}-{h2:02}:{m2:02}"
    else:
        with pytest.raises(Invalid):
            read(ask(Kind.TIME_WINDOW), text)


@given(st.dates())
def test_every_day_is_read_in_both_notations(day):
    iso = day.isoformat()
    assert read(ask(Kind.DATE), iso) == iso
    assert read(ask(Kind.DATE), f"{day.day}.{day.month}.{day.year:04}") == iso
