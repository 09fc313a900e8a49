"""Addresses of mail servers."""

import pytest

from support_cli.deliver.mail.smtp_url import SmtpServer, SmtpUrlError, parse_smtp_url
from tests.table import each


@each(
    ("url", "server"),
    [
        ("smtp://localhost", SmtpServer(security="plain", host="localhost", port=25)),
        ("smtp://127.0.0.1:2525/", SmtpServer(security="plain", host="127.0.0.1", port=2525)),
        ("smtp://[::1]:2525", SmtpServer(security="plain", host="::1", port=2525)),
        ("smtp+starttls://mail.example.com", SmtpServer(security="starttls", host="mail.example.com", port=587)),
        ("SMTPS://Mail.Example.com", SmtpServer(security="tls", host="Mail.Example.com", port=465)),
        ("smtps://ann@desk.test@h:1", SmtpServer(security="tls", host="h", port=1, user="ann@desk.test")),
        ("smtps://ann%40desk.test@h", SmtpServer(security="tls", host="h", port=465, user="ann@desk.test")),
        ("smtps://%D0%B0%25@h", SmtpServer(security="tls", host="h", port=465, user="а%")),
        ("smtps://bücher.example", SmtpServer(security="tls", host="xn--bcher-kva.example", port=465)),
        (" smtps://h \n", SmtpServer(security="tls", host="h", port=465)),
    ],
)  # fmt: skip
def test_addresses_that_can_be_used(url: str, server: SmtpServer) -> None:
    assert parse_smtp_url(url) == server


@each(
    "url",
    [
        "", "mail.example.com", "smtp:/x", "http://x", "smtps://", "smtps://h:0", "smtps://h:65536", "smtps://h:x",
        "smtps://h/path", "smtps://h?x=1", "smtps://a b", "smtps://h\r\nx", "smtps://a%0d%0ab@h", "smtps://a\u202eb@h",
        "smtps://[nonsense]", "smtps://-h", "smtp://mail.example.com", "smtp://localhost.example.com", "smtp://127.evil.com",
    ],
)  # fmt: skip
def test_addresses_that_cannot(url: str) -> None:
    with pytest.raises(SmtpUrlError) as caught:
        parse_smtp_url(url)
    assert caught.value.hint
    assert caught.value.exit_code == 2


@each("url", ["smtps://ann:hunter22@h", "smtps://ann:hunter22@", "smtps://ann:hunter22@a b", "hunter22@h"])
def test_a_password_in_the_address_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(SmtpUrlError) as caught:
        parse_smtp_url(url)
    assert "hunter22" not in f"{caught.value.message} {caught.value.hint} {caught.value.where}"


def test_plain_text_to_elsewhere_must_be_allowed_by_name() -> None:
    with pytest.raises(SmtpUrlError, match="Without encryption"):
        parse_smtp_url("smtp://mail.example.com", allow_plain="other.example.com")
    assert parse_smtp_url("smtp://mail.example.com", allow_plain="Mail.example.com ").security == "plain"


def test_where_names_host_and_port_but_not_the_user() -> None:
    assert parse_smtp_url("smtps://ann@h").where == "h:465"
    assert parse_smtp_url("smtp://[::1]").where == "[::1]:25"
