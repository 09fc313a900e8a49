import hashlib
import os

import pytest
from hypothesis import given

from support_cli.packs.errors import PackError
from support_cli.packs.files import MAX_FILE, FolderFiles, check_name, digest_of
from tests.making import is_clean, nasty_text
from tests.table import each


@pytest.fixture
def pack(tmp_path):
    (tmp_path / "forms").mkdir()
    (tmp_path / "pack.yml").write_bytes(b"pack: a\n")
    (tmp_path / "forms" / "bug.yml").write_bytes(b"name: Bug\n")
    return FolderFiles(tmp_path)


def refusal(do, *arguments):
    with pytest.raises(PackError) as refused:
        do(*arguments)
    assert is_clean(refused.value.message)
    return refused.value.message


@each("name", ["pack.yml", "forms/bug report.yml", "locale/uk.po", "a/b/c/d.md", "звіт.yml", "..a", "a..b"])
def test_names_inside_a_pack(name):
    assert check_name(name) == name


@each(
    "name",
    ["", "/", "/etc/passwd", "../secret", "a/../../secret", "a/./b", "a//b", "a/", ".", "..", "C:/x", "c:x", "a\\b",
     "..\\x", "a\x00b", "a\nb", "a\x1b[31m", "a\u202eb", "a\udcffb", "a" * 256, "/".join("a" * 30)],
)  # fmt: skip
def test_names_that_lead_out_or_deceive_are_refused(name):
    assert "is not a file name inside a pack" in refusal(check_name, name)


@given(nasty_text)
def test_a_name_that_is_taken_stays_inside(name):
    try:
        check_name(name)
    except PackError as refused:
        assert is_clean(refused.message)  # noqa: PT017
        return
    assert is_clean(name)
    assert not os.path.isabs(name)
    assert os.path.normpath(name) == name
    assert not name.startswith("../")


def test_files_are_listed_and_read(pack):
    (pack.root / ".git").mkdir()
    (pack.root / ".git" / "config").write_text("x")
    (pack.root / "__pycache__").mkdir()
    (pack.root / "__pycache__" / "x.pyc").write_text("x")
    (pack.root / "forms" / ".hidden.yml").write_text("x")
    assert pack.names("") == ["pack.yml"]
    assert pack.names("forms") == ["forms/bug.yml"]
    assert pack.names("faq") == []
    assert pack.names("pack.yml") == []
    assert [(name, size) for name, size, _time in pack.listing()] == [("forms/bug.yml", 10), ("pack.yml", 8)]
    assert pack.read("forms/bug.yml") == b"name: Bug\n"


def test_what_is_not_there_or_no_file(pack):
    assert "does not exist" in refusal(pack.read, "no.yml")
    assert "is not a regular file" in refusal(pack.read, "forms")
    assert "is not a file name inside a pack" in refusal(pack.read, "../x")


def test_a_file_that_is_too_large_is_not_read(pack):
    with pack.path("pack.yml").open("wb") as stream:
        stream.truncate(MAX_FILE + 1)
    assert "is larger than a file of a pack may be" in refusal(pack.read, "pack.yml")
    with pack.path("pack.yml").open("wb") as stream:
        stream.truncate(MAX_FILE)
    assert len(pack.read("pack.yml")) == MAX_FILE


def test_links_are_no_files_of_a_pack(pack, tmp_path_factory):
    secret = tmp_path_factory.mktemp("elsewhere") / "secret.yml"
    secret.write_text("password: x")
    pack.path("forms/link.yml").symlink_to(secret)
    assert pack.names("forms") == ["forms/bug.yml"]
    assert "is not a regular file" in refusal(pack.read, "forms/link.yml")
    assert "link.yml is not a regular file" in refusal(pack.listing)
    pack.path("forms/link.yml").unlink()
    pack.path("faq").symlink_to(secret.parent)
    assert "faq is not a regular file" in refusal(pack.listing)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes on this system")
def test_a_pipe_does_not_block(pack):
    os.mkfifo(pack.path("forms/pipe.yml"))
    assert pack.names("forms") == ["forms/bug.yml"]
    assert "is not a regular file" in refusal(pack.read, "forms/pipe.yml")
    assert "is not a regular file" in refusal(pack.listing)


def test_names_on_disk_that_no_pack_may_have(pack):
    (pack.root / "forms" / "a\x1b[31m.yml").write_text("x")
    assert "is not a file name inside a pack" in refusal(pack.listing)


def test_a_folder_with_too_many_files(pack, monkeypatch):
    monkeypatch.setattr("support_cli.packs.files.MAX_FILES", 3)
    for number in range(4):
        (pack.root / f"{number}.md").write_text("x")
    assert "holds too many files for a pack" in refusal(pack.listing)


def test_the_digest_covers_every_name_and_every_byte():
    contents = [("pack.yml", b"a"), ("forms/f.yml", b"b")]
    digest = digest_of(contents)
    assert digest == digest_of(contents[::-1])
    assert digest not in (
        digest_of([("pack.yml", b"a"), ("forms/g.yml", b"b")]),
        digest_of([("pack.yml", b"a"), ("forms/f.yml", b"c")]),
        digest_of([("pack.yml", b"a")]),
        digest_of([("pack.yml", b"b"), ("forms/f.yml", b"a")]),
    )
    line = f"p\0{hashlib.sha256(b'x').hexdigest()}\n".encode()
    assert digest_of([("p", b"x")]) == "sha256:" + hashlib.sha256(line).hexdigest()
