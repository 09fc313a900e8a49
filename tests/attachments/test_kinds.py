"""Types by content; names are only believed where they tell one kind of text from another."""

import io
import random
import subprocess
import sys
import zipfile
from pathlib import Path

from support_cli.attachments.inspect import examine
from tests.attachments.making import LOG, PNG
from tests.table import each


def _zip(*names: str, first: tuple[str, bytes] | None = None, padding: int = 0) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        if first:
            archive.writestr(zipfile.ZipInfo(first[0]), first[1])
        if padding:
            archive.writestr(zipfile.ZipInfo("media/film.mp4"), random.Random(1).randbytes(padding))
        for name in names:
            archive.writestr(name, "x" * 100)
    return out.getvalue()


def _ole(stream: str, *, at_sector: int = 0) -> bytes:
    """A compound file whose directory lies in a sector far behind ([MS-CFB] 2.2)."""
    head = bytearray(512)
    head[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    head[30:32] = (9).to_bytes(2, "little")
    head[48:52] = at_sector.to_bytes(4, "little")
    entry = "Root Entry".encode("utf-16-le").ljust(128, b"\0") + stream.encode("utf-16-le").ljust(128, b"\0")
    return bytes(head) + bytes(512 * at_sector) + entry + bytes(512 * 400)


def _ftyp(major: bytes, *compatible: bytes) -> bytes:
    brands = major + bytes(4) + b"".join(compatible)
    return (8 + len(brands)).to_bytes(4, "big") + b"ftyp" + brands + bytes(200)


RUSSIAN = "Интернет пропадает каждый вечер, роутер перезагружал три раза.\r\n" * 20
POLISH = "Zażółć gęślą jaźń. Wieczorem nie działa internet, router był restartowany.\r\n" * 20
OFFICE = "application/vnd.openxmlformats-officedocument"
CONTENT = "[Content_Types].xml"

CASES: dict[str, tuple[str, bytes, str]] = {
    "png named text": ("notes.txt", PNG, "image/png"),
    "jpeg": ("a.png", b"\xff\xd8\xff\xe1\x00\x10Exif\0\0" + bytes(50), "image/jpeg"),
    "webp": ("a", b"RIFF\x24\0\0\0WEBPVP8 " + bytes(40), "image/webp"),
    "heic": ("IMG_2041.jpg", _ftyp(b"heic", b"mif1", b"heic"), "image/heic"),
    "heic by a compatible brand": ("IMG_2041", _ftyp(b"mif1", b"mif1", b"heic"), "image/heic"),
    "tnef": ("winmail.dat", b"\x78\x9f\x3e\x22\x01\x00\x01\x06" + bytes(40), "application/ms-tnef"),
    "avif": ("a.heic", _ftyp(b"mif1", b"avif"), "image/avif"),
    "mp4": ("a", _ftyp(b"isom", b"mp42"), "video/mp4"),
    "quicktime": ("a", _ftyp(b"qt  "), "video/quicktime"),
    "pdf": ("a.doc", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "application/pdf"),
    "pdf behind junk": ("a", b"\0\0\0\n%PDF-1.4\n" + bytes(20), "application/pdf"),
    "program named text": (
        "readme.txt",
        b"MZ\x90\0\x03\0\0\0" + bytes(200),
        "application/vnd.microsoft.portable-executable",
    ),
    "ELF": ("a.log", b"\x7fELF\x02\x01\x01" + bytes(100), "application/x-executable"),
    "shell script": ("a.txt", b"#!/bin/sh\necho hello\n", "text/x-shellscript"),
    "env bash": ("a.txt", b"#!/usr/bin/env bash\necho hello\n", "text/x-shellscript"),
    "zip": ("a.docx", _zip("a.txt", "b/c.txt"), "application/zip"),
    "empty zip": ("a.zip", _zip(), "application/zip"),
    "docx": ("a.zip", _zip(CONTENT, "word/document.xml"), f"{OFFICE}.wordprocessingml.document"),
    "xlsx": ("a", _zip("xl/workbook.xml", CONTENT), f"{OFFICE}.spreadsheetml.sheet"),
    "large pptx, names only at its end": (
        "a",
        _zip(CONTENT, "ppt/presentation.xml", padding=300_000),
        f"{OFFICE}.presentationml.presentation",
    ),
    "docm": (
        "a.docx",
        _zip(CONTENT, "word/document.xml", "word/vbaProject.bin"),
        "application/vnd.ms-word.document.macroenabled.12",
    ),
    "odt": (
        "a",
        _zip("content.xml", first=("mimetype", b"application/vnd.oasis.opendocument.text")),
        "application/vnd.oasis.opendocument.text",
    ),
    "zip that declares itself something else": (
        "a",
        _zip("x", first=("mimetype", b"text/html")),
        "application/zip",
    ),
    "jar": ("a.zip", _zip("META-INF/MANIFEST.MF", "A.class"), "application/java-archive"),
    "doc": ("a", _ole("WordDocument"), "application/msword"),
    "xls with its directory far behind": ("a", _ole("Workbook", at_sector=300), "application/vnd.ms-excel"),
    "cut compound file": ("a.doc", _ole("WordDocument", at_sector=300)[:600], "application/x-ole-storage"),
    "gzip": ("a.log", b"\x1f\x8b\x08\0\0\0\0\0\0\x03" + bytes(30), "application/gzip"),
    "tar": ("a", b"a.txt".ljust(257, b"\0") + b"ustar\x0000" + bytes(300), "application/x-tar"),
    "sqlite": ("a", b"SQLite format 3\0" + bytes(100), "application/vnd.sqlite3"),
    "capture": ("a", b"\x0a\x0d\x0d\x0a\x1c\0\0\0M<+\x1a" + bytes(20), "application/x-pcapng"),
    "rare, known to puremagic": ("a", b"\0\x01\0\0\0\x0f\0\x80\0\x03\0\x70" + bytes(300), "font/ttf"),
    "utf-8": ("a.bin", RUSSIAN.encode(), "text/plain"),
    "utf-8, a character cut by the window": ("a", b"x" + "я".encode() * 100_000, "text/plain"),
    "utf-8 with a mark": ("a", "\ufeffПривет\n".encode(), "text/plain"),
    "utf-16 with a mark": ("a.log", RUSSIAN.encode("utf-16"), "text/plain"),
    "utf-16 without a mark": ("a", b"".join((b"reg export", b"")).decode().encode("utf-16-le") * 5, "text/plain"),
    "windows-1251": ("a.txt", RUSSIAN.encode("cp1251"), "text/plain"),
    "one word in windows-1251": ("a.txt", "явление".encode("cp1251"), "text/plain"),
    "cp866": ("a", RUSSIAN.encode("cp866"), "text/plain"),
    "koi8-r": ("a", RUSSIAN.encode("koi8-r"), "text/plain"),
    "windows-1250": ("a", POLISH.encode("cp1250"), "text/plain"),
    "shift-jis": ("a", ("インターネットに接続できません。\r\n" * 20).encode("shift-jis"), "text/plain"),
    "coloured log": ("a", b"\x1b[31merror\x1b[0m could not connect\r\n" * 50, "text/plain"),
    "log with a few NULs at the end": ("a.log", LOG + bytes(500), "text/plain"),
    "random": ("a.txt", random.Random(5).randbytes(5000), "application/octet-stream"),
    "NULs": ("a.txt", bytes(5000), "application/octet-stream"),
    "csv": ("a.CSV", b"a;b\n1;2\n", "text/csv"),
    "csv that is a picture": ("a.csv", PNG, "image/png"),
    "json": ("a.json", b'{"a": 1}', "application/json"),
    "not json": ("a.json", b"hello", "text/plain"),
    "html": ("a.txt", b"\n<!DOCTYPE HTML>\n<html>", "text/html"),
    "svg": ("a", b'<?xml version="1.0"?>\n<svg xmlns="x">', "image/svg+xml"),
    "a mail stays text, for message/rfc822 may not be base64": (
        "a.eml",
        b"From: a@b.test\nSubject: x\n\nhello\n",
        "text/plain",
    ),
    "a sentence that begins like a format": ("a", b"ID3 tags are broken.\n", "text/plain"),
    "another": ("a", b"BZh, MZ and RIFF are words too.\n", "text/plain"),
    "empty": ("a.png", b"", "text/plain"),
}


@each("case", CASES)
def test_type_is_what_is_in_it(tmp_path: Path, case: str) -> None:
    name, data, kind = CASES[case]
    (tmp_path / name).write_bytes(data)
    assert examine(tmp_path / name).type == kind


def test_common_files_cost_no_import_of_puremagic(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(PNG)
    (tmp_path / "a.log").write_bytes(LOG)
    script = (
        "import sys\nfrom pathlib import Path\nfrom support_cli.attachments.inspect import examine\n"
        "[examine(Path(name)) for name in sys.argv[1:]]\n"
        "sys.exit(any(name in sys.modules for name in ('puremagic', 'zipfile', 'difflib', 'email', 'tempfile')))"
    )
    subprocess.run([sys.executable, "-c", script, tmp_path / "a.png", tmp_path / "a.log"], check=True)
