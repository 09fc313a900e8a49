"""Other people's mail readers: notmuch (GMime), mblaze, ripMIME; and SpamAssassin's judgement of the form."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import msgspec
import pytest

from support_cli.base.addresses import Address
from tests.deliver.making import make_attachment, make_envelope, make_ticket, written

pytestmark = pytest.mark.slow

PROGRAMS = {"notmuch": "notmuch", "mshow": "mblaze", "ripmime": "ripmime", "spamassassin": "spamassassin"}
SUBJECTS = [
    "No internet since this morning",
    "[desk.test #47] Немає інтернету з самого ранку, роутер блимає червоним (LOS), код 42",
    "é日本語が" * 25,  # two octets and then only threes: no piece of base64 comes out even
    "👩‍👩‍👧 emoji 👍🏽 and " + "x" * 200,
    "a=?utf-8?Q?b?= c ?= =?",
]
FILES = {
    "plain.png": bytes(range(256)) * 300,
    "Снимок экрана 2026-11-21 о 18.20.00 з дуже довгою назвою.png": b"\x00\xff" * 5000,
    "スクリーンショット 日本語.png": b"png",
    'quote\'and "more"; 50%.log': b"From here\n.\r\n\r\n--=_\n",
    "blanks  in  it.txt": b"\n",
    "empty.txt": b"",
    "e\u0301 decomposed.bin": b"\r",
    "👍🏽.jpg": os.urandom(1000),
    "request (1).json": b"{}",
    "n" * 200 + ".txt": b"long name",
    "рядки.txt": "  Ü\r\nж\n\n.\nFrom x".encode(),
}
TYPES = {".png": "image/png", ".txt": "text/plain", ".json": "application/json", ".jpg": "image/jpeg"}


@pytest.fixture(scope="module", autouse=True)
def programs() -> None:
    missing = [package for program, package in PROGRAMS.items() if shutil.which(program) is None]
    assert not missing, f"These mail readers are missing; install them: {' '.join(missing)}"


def message(subject: str, name: str = "Олена Коваленко") -> bytes:
    files = [
        msgspec.structs.replace(
            make_attachment(name, data, TYPES.get(Path(name).suffix, "application/zip")),
            charset="utf-8" if data and name.endswith(".txt") else "",
        )
        for name, data in FILES.items()
    ]
    return written(
        make_ticket(
            subject,
            {"text/plain": "Добрий день!\n\nFrom me\n.\n" + "long line " * 300, "text/html": "<p>Добрий день!</p>\n"},
            attachments=tuple(files),
            request_json=b'{"support-request": 1}\n',
        ),
        make_envelope(sender=Address("ann@desk.test", name), to=(Address("support@desk.test", 'Desk, "Inc."'),)),
        files=FILES,
    )


EXPECTED = FILES | {"request.json": b'{"support-request": 1}\n'}


def run(*command: str, **more: object) -> bytes:
    return subprocess.run(command, check=True, capture_output=True, timeout=120, **more).stdout  # type: ignore[call-overload, no-any-return]


@pytest.fixture
def eml(tmp_path: Path) -> Path:
    path = tmp_path / "letter.eml"
    path.write_bytes(message(SUBJECTS[1]))
    return path


class Notmuch:
    def __init__(self, folder: Path, octets: bytes) -> None:
        for name in ("cur", "new", "tmp"):
            (folder / "mail" / name).mkdir(parents=True)
        (folder / "mail" / "cur" / "1:2,S").write_bytes(octets)
        (folder / "config").write_text(
            f"[database]\npath={folder}/mail\n[user]\nname=x\nprimary_email=x@y.z\n[new]\ntags=new\n"
        )
        self.environment = {**os.environ, "NOTMUCH_CONFIG": str(folder / "config"), "HOME": str(folder)}
        run("notmuch", "new", env=self.environment)
        self.shown = json.loads(run("notmuch", "show", "--format=json", "*", env=self.environment))[0][0][0]

    @property
    def headers(self) -> dict[str, str]:
        return dict(self.shown["headers"])

    def files(self) -> dict[str, bytes]:
        found = {}
        parts = list(self.shown["body"])
        while parts:
            part = parts.pop()
            if isinstance(part.get("content"), list):
                parts += part["content"]
            if "filename" in part:
                found[part["filename"]] = run(
                    "notmuch", "show", f"--part={part['id']}", "--format=raw", "*", env=self.environment
                )
        return found


@pytest.mark.parametrize("subject", SUBJECTS)
@pytest.mark.parametrize("name", ["Олена Василівна Коваленко-Преображенська-Заболотна", 'O\'Brien, Ann "x"'])
def test_notmuch_shows_headers_whole(tmp_path: Path, subject: str, name: str) -> None:
    shown = Notmuch(tmp_path, message(subject, name)).headers

    assert shown["Subject"] == subject
    assert re.sub(r'["\\]', "", shown["From"]) == f"{name} <ann@desk.test>".replace('"', "")


def test_notmuch_saves_every_file(tmp_path: Path) -> None:
    assert Notmuch(tmp_path, message("x")).files() == EXPECTED


@pytest.mark.parametrize("subject", SUBJECTS)
def test_mblaze_shows_the_subject(tmp_path: Path, subject: str) -> None:
    (tmp_path / "letter.eml").write_bytes(message(subject))
    shown = run("mhdr", "-d", "-h", "subject", str(tmp_path / "letter.eml"), env={**os.environ, "LC_ALL": "C.UTF-8"})
    assert shown.decode().strip() == subject


def extracted(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_mblaze_saves_every_file(eml: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    run("mshow", "-x", str(eml), cwd=folder, env={**os.environ, "LC_ALL": "C.UTF-8"})
    assert {name: data for name, data in extracted(folder).items() if name in EXPECTED} == EXPECTED


def test_ripmime_saves_every_file(eml: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    run("ripmime", "-i", str(eml), "-d", str(folder))
    # It may write a file twice when the name is very long; none is missing or differs.
    assert {name: data for name, data in extracted(folder).items() if name in EXPECTED} == EXPECTED


def test_spamassassin_finds_nothing_wrong_with_the_form(eml: Path) -> None:
    judged = run("spamassassin", "-L", "-t", stdin=eml.open("rb"), env={**os.environ, "HOME": str(eml.parent)}).decode(
        "utf-8", "replace"
    )
    report = judged[judged.rindex("Content analysis details:") :]
    score = re.search(r"\((-?[\d.]+) points", report)
    assert score is not None
    assert float(score[1]) <= 0.5, report
    for rule in (
        "MISSING_MID", "MISSING_DATE", "MISSING_FROM", "INVALID_DATE", "INVALID_MSGID", "MIME_HEADER_CTYPE_ONLY",
        "OBFU", "BASE64",
    ):  # fmt: skip
        assert rule not in report
