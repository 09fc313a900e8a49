"""Attachments are looked through: which file, which lines, what of; never the value."""

import io
import zipfile
from pathlib import Path

from support_cli.attachments.inspect import examine
from support_cli.base.finding import Level
from support_cli.privacy.files import check_files, stretches
from tests.table import each

ORDINARY = "2026-12-01 09:30:12 kernel: usb 1-1: new device number 7\n"
KEY = "-----BEGIN RSA PRIVATE KEY-----\n" + "MIIEpAIBAAKCAQEA7bq1\n" * 20 + "-----END RSA PRIVATE KEY-----\n"


def _found(path: Path) -> list[str]:
    return [found.message for found in check_files([examine(path)])]


@each(
    ("encoding", "secret", "words"),
    [
        ("utf-8", "db password=Kotik2019\n", "password"),
        ("utf-16", "db password=Kotik2019\n", "password"),
        ("utf-8", KEY, "private key"),
        ("utf-8", "Cookie: session=8f7a6b5c4d3e\n", "session cookie"),
        ("utf-8", "card 4111 1111 1111 1111\n", "card number"),
        ("utf-8", "PIN: 4821\n", "PIN or one-time code"),
        ("utf-8", "SSN 078-05-1120\n", "number of a personal document"),
        ("utf-8", "api_key = 9f8a7b6c5d4e3f2a1b0c\n", "key or token"),
    ],
)
def test_line_and_kind(tmp_path: Path, encoding: str, secret: str, words: str) -> None:
    log = tmp_path / f"{encoding} {words.replace(' ', '')}.log"
    log.write_text(ORDINARY * 6 + secret + ORDINARY, encoding)
    (found,) = check_files([examine(log)])
    assert (found.code, found.level, found.where) == ("P006", Level.WARNING, log.name)
    assert found.message.endswith(f": {words}.")
    assert f"(line {8 if secret == KEY else 7})" in found.message
    assert not any(part in found.message for part in ("Kotik", "MIIE", "8f7a", "4111", "4821", "078-", "9f8a"))


def test_an_ordinary_log_is_not_complained_about(tmp_path: Path) -> None:
    log = tmp_path / "router.log"
    log.write_text(ORDINARY * 2_000)
    assert _found(log) == []


def test_far_in_a_long_log_the_line_is_right(tmp_path: Path) -> None:
    log = tmp_path / "router.log"
    log.write_text(ORDINARY * 12_000 + "password=Kotik2019\n" + ORDINARY * 3)
    assert _found(log) == ["router.log holds what nobody else should read (line 12001): password."]


def test_members_of_an_archive(tmp_path: Path) -> None:
    bundle = tmp_path / "logs.zip"
    with zipfile.ZipFile(bundle, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ok.log", ORDINARY)
        archive.writestr("settings/.env", "API_TOKEN=9f8a7b6c5d4e3f2a1b0c\n")
    assert _found(bundle) == ["logs.zip: settings/.env holds what nobody else should read (line 1): key or token."]


def test_a_broken_archive_and_a_file_that_is_gone_are_left_to_others(tmp_path: Path) -> None:
    broken = tmp_path / "logs.zip"
    broken.write_bytes(b"PK\x03\x04" + b"x" * 60)
    log = tmp_path / "a.log"
    log.write_text("password=Kotik2019\n")
    gone = examine(log)
    log.unlink()
    assert check_files([examine(broken), gone]) == []


def test_a_private_key_is_not_parted_and_nothing_is_lost() -> None:
    for before in (262_100, 262_144, 200_000):
        text = "x" * (before - 1) + "\n" + KEY + ORDINARY
        parts = list(stretches(io.BytesIO(text.encode())))
        assert "".join(parts) == text
        assert [part for part in parts if KEY in part]


def test_a_line_without_end_takes_bounded_memory() -> None:
    parts = list(stretches(io.BytesIO(b"a" * 5_000_000)))
    assert sum(map(len, parts)) == 5_000_000
    assert max(map(len, parts)) <= 1_500_000
