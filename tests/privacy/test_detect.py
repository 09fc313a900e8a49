"""Finding secrets: kind and exact place; and everything that only looks like one."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support_cli.privacy.detect import find
from support_cli.privacy.hits import HitKind
from support_cli.privacy.typed import luhn
from tests.table import each


@each(
    ("text", "kind", "value"),
    [
        ("card 4111 1111 1111 1111 exp 12/28", HitKind.CARD, "4111 1111 1111 1111"),
        ("карта 4111-1111-1111-1111", HitKind.CARD, "4111-1111-1111-1111"),
        ("4111111111111111", HitKind.CARD, "4111111111111111"),
        ("amex 3782 822463 10005", HitKind.CARD, "3782 822463 10005"),
        ("мир 2200 0000 0000 0004", HitKind.CARD, "2200 0000 0000 0004"),
        ("password: Kotik2019", HitKind.PASSWORD, "Kotik2019"),
        ('{"password": "correct horse battery"}', HitKind.PASSWORD, "correct horse battery"),
        ("DB_PASSWORD=abc123", HitKind.PASSWORD, "abc123"),
        ("мой пароль kotik2019, логин anna", HitKind.PASSWORD, "kotik2019"),
        ("пароль від роутера Kotik2019", HitKind.PASSWORD, "Kotik2019"),
        ("пароль от вайфая: солнышко", HitKind.PASSWORD, "солнышко"),
        ("hasło to Zima2024!", HitKind.PASSWORD, "Zima2024!"),
        ("mysql --password hunter22 -u root", HitKind.PASSWORD, "hunter22"),
        ("postgres://user:s3cret@host/db", HitKind.PASSWORD, "s3cret"),
        ("ghp_abcdefghijklmnopqrstuvwxyz0123456789", HitKind.TOKEN, "ghp_abcdefghijklmnopqrstuvwxyz0123456789"),
        ("Authorization: Bearer abc123def456ghi789jkl", HitKind.TOKEN, "abc123def456ghi789jkl"),
        ("Authorization: Basic dXNlcjpwYXNz", HitKind.TOKEN, "dXNlcjpwYXNz"),
        ("api_key = 9f8a7b6c5d4e3f2a1b0c", HitKind.TOKEN, "9f8a7b6c5d4e3f2a1b0c"),
        ("PIN: 4821", HitKind.CODE, "4821"),
        ("CVV2 123", HitKind.CODE, "123"),
        ("код из смс — 482913", HitKind.CODE, "482913"),
        ("482913 это код из смс", HitKind.CODE, "482913"),
        ("kod SMS 123456", HitKind.CODE, "123456"),
        ("паспорт серия 4510 номер 123456", HitKind.DOCUMENT, "4510 номер 123456"),
        ("SSN 078-05-1120", HitKind.DOCUMENT, "078-05-1120"),
        ("469538 is your verification code for the shop", HitKind.CODE, "469538"),
        ("Your Example code is 744444", HitKind.CODE, "744444"),
        ("Set-Cookie: session=8f7a6b5c4d3e; Path=/", HitKind.COOKIE, "8f7a6b5c4d3e"),
        ("curl -u anna:Kotik2019 https://desk.test", HitKind.PASSWORD, "Kotik2019"),
        ("https://desk.test/a?access_token=9f8a7b6c5d4e3f2a", HitKind.TOKEN, "9f8a7b6c5d4e3f2a"),
        ("X-Api-Key: 9f8a7b6c5d4e3f2a", HitKind.TOKEN, "9f8a7b6c5d4e3f2a"),
        ('if (password == "Kotik2019")', HitKind.PASSWORD, "Kotik2019"),
        (
            "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDqawK",
            HitKind.TOKEN,
            "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDqawK",
        ),
    ],
)
def test_place_and_kind(text: str, kind: HitKind, value: str) -> None:
    (hit,) = find(text)
    assert (hit.kind, text[hit.start : hit.end]) == (kind, value)
    assert value not in hit.masked


def test_of_a_private_key_the_first_and_last_line_stay() -> None:
    key = "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\n-----END RSA PRIVATE KEY-----"
    (hit,) = find(f"here:\n{key}\nthanks")
    assert hit.kind == HitKind.PRIVATE_KEY
    assert key[hit.start - 6 : hit.end - 6] == "\nMIIEpAIBAAKCAQEA\n"


@each(
    "text",
    [
        "order 4111111111111111",
        "IMEI 356938035643809",
        "ICCID 8938003990012345678",
        "+380 44 123 45 67",
        "4111 1111 1111 1112",
        "PL61 1090 1014 0000 0712 1981 2874",
        "UA21 3223 1300 0002 6007 2335 6600 1",
        "EAN 4006381333931",
        "1700000000000 1700000000001",
        "password = os.environ['DB']",
        "password: ${PASSWORD}",
        "password=<redacted>",
        "password: ********",
        "password_policy: strong",
        "password for Windows10 laptop",
        "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "the token is invalid",
        "пароль 3 раза",
        "SMS to 5433",
        "pinned 1234 tabs",
        "PIN locked after 3 attempts",
        "код товара 123456",
        "passport control app",
        "a PRIVATE KEY is missing",
        "3.14159265358979",
        "2026-11-21T18:20:00.123456789012",
        "TTY=pts/0 ; PWD=/home/anna ; USER=root",
        "token_url = https://desk.test/token",
        "password_file: conf/desk.pem",
        "Bad activity token: android.os.BinderProxy@2bd79ce",
        "pass2: 320.000MB/s transfers",
        "SECRET=`etcdctl get /desk_secret`",
        '{"password": "    "}',
        "ghp_ is how these tokens begin",
        "https://desk.test/viewtopic.php?t=61911",
        "Feature: Basic Features=0xda0400",
    ],
)
def test_only_looks_like_one(text: str) -> None:
    assert find(text) == []


@each(
    ("text", "kind", "value"),
    [
        ("inet 192.168.1.7/24 brd", HitKind.ADDRESS, "192.168.1.7"),
        ("addr fe80::c6b3:1ff:fecd:467f", HitKind.ADDRESS, "fe80::c6b3:1ff:fecd:467f"),
        ("ether aa:bb:cc:dd:ee:ff", HitKind.ADDRESS, "aa:bb:cc:dd:ee:ff"),
        ("MAC 0012.3456.789a", HitKind.ADDRESS, "0012.3456.789a"),
        ("open /home/anna/.profile", HitKind.USER, "anna"),
        ("C:\\Users\\anna\\log.txt", HitKind.USER, "anna"),
        ("to anna@example.org now", HitKind.EMAIL, "anna@example.org"),
        ("Paid to DE89370400440532013000.", HitKind.ACCOUNT, "DE89370400440532013000"),
        ("host=db1.example.org", HitKind.HOST, "db1.example.org"),
    ],
)
def test_personal_data_only_where_it_is_asked_for(text: str, kind: HitKind, value: str) -> None:
    assert find(text) == []
    assert [(hit.kind, text[hit.start : hit.end]) for hit in find(text, personal=True)] == [(kind, value)]


@each(
    "text", ["version 10.0.2.15", "std::cafe::Babe", "2026-12-01 09:30:12:44", "user root", "/home/ubuntu/x", "main.py"]
)
def test_not_personal(text: str) -> None:
    assert find(text, personal=True) == []


def test_in_a_long_log_the_place_is_right() -> None:
    ordinary = (
        "2026-12-01 09:30:12 kernel: usb 1-1: new device number 7 using ehci-platform, key pressed, signal 9\n" * 200
    )
    text = f"{ordinary}export API_TOKEN=9f8a7b6c5d4e3f2a1b0c\n{ordinary}"
    (hit,) = find(text)
    assert text[hit.start : hit.end] == "9f8a7b6c5d4e3f2a1b0c"


def test_several_in_order() -> None:
    text = "login anna, password: Kotik2019, card 4111 1111 1111 1111, PIN 4821"
    assert [hit.kind for hit in find(text)] == [HitKind.PASSWORD, HitKind.CARD, HitKind.CODE]


@each(("number", "fits"), [("4111111111111111", True), ("4111111111111112", False), ("0", True)])
def test_check_digit(number: str, fits: bool) -> None:
    assert luhn(number) is fits


@given(st.text(max_size=300))
def test_any_text_is_survived(text: str) -> None:
    hits = find(text)
    assert all(0 <= hit.start < hit.end <= len(text) for hit in hits)
    assert all(a.end <= b.start for a, b in pairwise(hits))


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        "a" * 100_000,
        "1" * 100_000,
        "4111 " * 20_000,
        "password: " * 9_000,
        "code 1234 " * 10_000,
        "eyJ" * 33_000,
        "-----BEGIN PRIVATE KEY-----" * 3_000,
        "passport" + " - " * 30_000,
        "://a:" * 20_000,
    ],
)
def test_long_text_is_survived(text: str) -> None:
    assert all(hit.end <= len(text) for hit in find(text))
