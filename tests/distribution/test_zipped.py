"""A pack in a zip: what is taken, and everything that is refused."""

import contextlib
import io
import os
import random
import stat
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support_cli.base.cache import Cache
from support_cli.distribution.zipped import MAX_TOTAL, ZipError, ZipFiles, build, open_zip, read_file
from support_cli.packs.errors import PackError
from support_cli.packs.files import MAX_FILE, MAX_FILES, FolderFiles
from support_cli.packs.load import builtin_root, open_folder
from tests.distribution.zips import TINY, entry, make_zip, write_folder
from tests.table import each

NO_CACHE = Cache(None)


def refused(content: bytes) -> str:
    with pytest.raises(ZipError) as caught:
        ZipFiles(content, "x.zip")
    assert "support pack build" in (caught.value.hint or "")
    return caught.value.message


def test_a_zip_is_the_same_pack_as_its_folder(tmp_path: Path) -> None:
    root = builtin_root() / "software"
    place = tmp_path / "software.zip"
    place.write_bytes(build(FolderFiles(root)))

    zipped, folder = open_zip(place, NO_CACHE), open_folder(root, NO_CACHE)

    assert zipped.digest == folder.digest
    assert zipped.manifest == folder.manifest
    assert [zipped.form(one) for one in zipped.form_ids()] == [folder.form(one) for one in folder.form_ids()]
    assert zipped.texts("uk") == folder.texts("uk")
    assert zipped.template_names() == folder.template_names()
    assert zipped.origin == "zip"


def test_the_digest_is_remembered_and_right(tmp_path: Path) -> None:
    place = tmp_path / "tiny.zip"
    place.write_bytes(make_zip())
    cache = Cache(tmp_path / "cache")
    first = open_zip(place, cache).digest
    assert open_zip(place, cache).digest == first
    place.write_bytes(make_zip({**TINY, "faq/one.md": "x"}))
    assert open_zip(place, cache).digest != first


def test_building_twice_gives_the_same_bytes_whatever_times_and_modes(tmp_path: Path) -> None:
    one = write_folder(tmp_path / "one", {**TINY, "faq/ß.md": "\r\nkept\r\n"})
    other = write_folder(tmp_path / "other", dict(reversed([*TINY.items(), ("faq/ß.md", "\r\nkept\r\n")])))
    write_folder(other, {".git/config": "x", "__pycache__/a.pyc": "x", "forms/.ask.yml.swp": "x"})
    os.utime(other / "pack.yml", (1, 1))
    (other / "pack.yml").chmod(0o600)

    content = build(FolderFiles(one))

    assert content == build(FolderFiles(other))
    assert content == build(ZipFiles(content, "x.zip"))
    with zipfile.ZipFile(io.BytesIO(content)) as found:
        assert found.namelist() == ["faq/ß.md", "forms/ask.yml", "pack.yml"]
        assert found.read("faq/ß.md") == b"\r\nkept\r\n"


def test_a_zip_with_everything_in_one_folder_opens_as_code_hosts_make_them(tmp_path: Path) -> None:
    place = tmp_path / "main.zip"
    files = {f"mypack-main/{name}": content for name, content in TINY.items()}
    place.write_bytes(make_zip({"mypack-main/": b"", **files, "__MACOSX/mypack-main/._pack.yml": b"x"}))
    assert open_zip(place, NO_CACHE).form("ask").name == "Ask"


def test_a_zip_made_by_others_opens(tmp_path: Path) -> None:
    place = tmp_path / "tiny.zip"
    place.write_bytes(make_zip(compression=zipfile.ZIP_DEFLATED))
    assert open_zip(place, NO_CACHE).manifest.title == "Tiny"


def test_a_zip_without_a_manifest_is_no_pack(tmp_path: Path) -> None:
    place = tmp_path / "x.zip"
    place.write_bytes(make_zip({"forms/ask.yml": "x"}))
    with pytest.raises(PackError, match=r"holds no pack\.yml"):
        open_zip(place, NO_CACHE)


@each(
    "name",
    [
        "../evil.yml",
        "forms/../../evil.yml",
        "/etc/passwd",
        "C:/evil.yml",
        "forms\\..\\evil.yml",
        "forms/./ask.yml",
        "forms//ask.yml",
        "forms/a\nb.yml",
        "forms/\x1b[31mred.yml",
        "..",
        "../",
        "forms/file:stream",
    ],
)
def test_names_that_lead_out_are_refused(name: str) -> None:
    assert "is not a file name inside a pack" in refused(make_zip(TINY, (entry(name), b"x")))


@each(
    "name",
    ["forms/CON.yml", "aux", "forms/lpt1.yml", "forms/nul/x.yml", "forms/trailing.", "forms/blank ", "a?.yml", "a|b"],
)
def test_names_that_windows_cannot_have_are_refused(name: str) -> None:
    assert "cannot have on every system" in refused(make_zip(TINY, (entry(name), b"x")))


def test_a_name_with_a_hidden_end_is_refused() -> None:
    content = make_zip(TINY, (entry("forms/ask2.ymlXevil"), b"x")).replace(b"ask2.ymlXevil", b"ask2.yml\0evil")
    assert "is not a file name" in refused(content)


@each("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFIFO, stat.S_IFSOCK, stat.S_IFDIR])
def test_links_and_devices_are_refused(kind: int) -> None:
    assert "is not a regular file" in refused(make_zip(TINY, (entry("forms/x.yml", mode=kind | 0o777), b"/etc/passwd")))


def test_a_link_in_the_clothes_of_a_folder_is_refused() -> None:
    assert "is not a regular file" in refused(make_zip(TINY, (entry("faq/", mode=stat.S_IFLNK | 0o777), b"/etc")))


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_unusual_compression_is_refused(compression: int) -> None:
    assert "not read here" in refused(make_zip(TINY, (entry("a.txt", compress_type=compression), b"x" * 99)))


def test_encrypted_members_are_refused() -> None:
    content = bytearray(make_zip())
    at = content.index(b"PK\x01\x02")
    content[at + 8] |= 1
    assert "encrypted" in refused(bytes(content))


@each(
    ("one", "other"),
    [
        ("forms/a.yml", "forms/A.yml"),
        ("forms/stra\u00dfe.yml", "forms/strasse.yml"),
        ("forms/\u00e9.yml", "forms/e\u0301.yml"),
        ("faq/a.md", "FAQ/b.md"),
        ("faq", "FAQ/b.md"),
        ("faq/x", "faq/x/y"),
    ],
)
def test_files_that_would_be_one_on_other_systems_are_refused(one: str, other: str) -> None:
    assert "would be the same file" in refused(make_zip({**TINY, one: "1", other: "2"}))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_stands_twice_is_refused() -> None:
    assert "would be the same file" in refused(make_zip(TINY, (entry("pack.yml"), b"pack: other\n")))


def test_a_giant_file_is_refused_without_unpacking_it() -> None:
    giant = entry("faq/big.md", compress_type=zipfile.ZIP_DEFLATED)
    content = make_zip(TINY, (giant, bytes(MAX_FILE + 1)))
    assert len(content) < 10_000
    assert "larger than a file of a pack may be" in refused(content)


def test_many_large_files_are_refused_by_their_sum() -> None:
    count = MAX_TOTAL // MAX_FILE + 1
    parts = [(entry(f"faq/{n}.md", compress_type=zipfile.ZIP_DEFLATED), bytes(MAX_FILE)) for n in range(count)]
    content = make_zip(TINY, *parts)
    assert len(content) < 200_000
    assert "larger than a pack may be" in refused(content)


def test_too_many_files_are_refused() -> None:
    assert "too many files" in refused(make_zip({f"faq/{n}": b"" for n in range(MAX_FILES + 1)}))


def test_a_member_that_lies_about_its_size_is_refused_when_it_is_read() -> None:
    content = bytearray(make_zip(TINY, (entry("faq/a.md", compress_type=zipfile.ZIP_DEFLATED), bytes(1_500_000))))
    directory = content.index(b"PK\x01\x02", content.index(b"faq/a.md") + 8)
    at = content.index(b"faq/a.md", directory) - 46
    struct.pack_into("<L", content, at + 24, 10)  # the uncompressed size, APPNOTE 4.3.12
    with pytest.raises(PackError, match="damaged"):
        ZipFiles(bytes(content), "x.zip").read("faq/a.md")


@each("content", [b"", b"PK\x03\x04", b"PK\x05\x06" + bytes(10), b"hello", make_zip()[:-30]])
def test_what_is_no_zip_says_so(content: bytes) -> None:
    assert "not a readable zip" in refused(content)


def test_places_that_are_no_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ZipError, match="not a regular file"):
        read_file(tmp_path)
    with pytest.raises(ZipError, match="cannot be read"):
        read_file(tmp_path / "missing.zip")
    (tmp_path / "big.zip").write_bytes(bytes(101))
    with pytest.raises(ZipError, match="larger than a pack may be"):
        read_file(tmp_path / "big.zip", most=100)


def test_asking_for_what_is_not_there_is_refused() -> None:
    files = ZipFiles(make_zip(), "x.zip")
    with pytest.raises(PackError, match="does not exist"):
        files.read("forms/none.yml")
    with pytest.raises(PackError, match="not a file name"):
        files.read("../x")
    assert files.names("faq") == []


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=6), st.randoms())
def test_damage_anywhere_ends_in_a_sentence(changes: list[tuple[int, int]], chance: random.Random) -> None:
    content = bytearray(make_zip(compression=chance.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])))
    for place, value in changes:
        content[place % len(content)] = value
    with contextlib.suppress(PackError):  # anything else would be a traceback for whoever got the zip
        files = ZipFiles(bytes(content), "x.zip")
        for name, _size, _time in files.listing():
            files.read(name)
