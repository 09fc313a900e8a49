"""SOURCE: what each way of writing it means, and what is never asked."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support_cli.distribution.source import Source, SourceError, SourceKind, parse
from tests.distribution.zips import TINY, make_zip, write_folder
from tests.making import is_clean, nasty_text
from tests.table import each

GIT, WEB = SourceKind.GIT, SourceKind.WEB


@each(
    ("text", "kind", "address", "ref", "folder"),
    [
        ("https://host.example/pack.zip", WEB, "https://host.example/pack.zip", "", ""),
        ("https://host.example/get?id=7&x=@a", WEB, "https://host.example/get?id=7&x=@a", "", ""),
        ("http://127.0.0.1:8000/pack.zip", WEB, "http://127.0.0.1:8000/pack.zip", "", ""),
        ("https://host.example/o/x.git", GIT, "https://host.example/o/x.git", "", ""),
        ("https://host.example/o/x.git@v1", GIT, "https://host.example/o/x.git", "v1", ""),
        ("git+https://host.example/o/x.git@v1#sub/folder", GIT, "https://host.example/o/x.git", "v1", "sub/folder"),
        ("git+https://host.example/o/x.git#subdirectory=a", GIT, "https://host.example/o/x.git", "", "a"),
        (
            "git+https://host.example/o/x.git@feature/new-form",
            GIT,
            "https://host.example/o/x.git",
            "feature/new-form",
            "",
        ),
        ("git+https://host.example/@team/x.git@1.0", GIT, "https://host.example/@team/x.git", "1.0", ""),
        ("git+https://host.example/o/x@main#p", GIT, "https://host.example/o/x", "main", "p"),
        ("ssh://git@host.example:22/o/x.git@v2", GIT, "ssh://git@host.example:22/o/x.git", "v2", ""),
        ("git+ssh://git@host.example/o/x", GIT, "ssh://git@host.example/o/x", "", ""),
        ("git@host.example:o/x.git@0123abc#p", GIT, "git@host.example:o/x.git", "0123abc", "p"),
        ("python:acme", SourceKind.PYTHON, "acme", "", ""),
        ("acme", SourceKind.PYTHON, "acme", "", ""),
    ],
)
def test_ways_to_write_a_source(text, kind, address, ref, folder, tmp_path):
    found = parse(text, tmp_path)
    assert found == Source(kind=kind, address=address, ref=ref, folder=folder)
    assert parse(found.text, tmp_path) == found


def test_folders_zips_and_repositories_of_this_machine(tmp_path):
    write_folder(tmp_path / "pack", TINY)
    (tmp_path / "pack.zip").write_bytes(make_zip())
    (tmp_path / "bare.git" / "objects").mkdir(parents=True)
    (tmp_path / "bare.git" / "HEAD").write_text("ref: refs/heads/main\n")
    (tmp_path / "clone" / ".git").mkdir(parents=True)
    kinds = {name: parse(name, tmp_path) for name in ("pack", "pack/pack.yml", "pack.zip", "bare.git", "./clone")}
    assert [one.kind for one in kinds.values()] == ["folder", "folder", "zip", "git", "git"]
    assert kinds["pack"].address == kinds["pack/pack.yml"].address == str(tmp_path / "pack")
    uri = (tmp_path / "bare.git").as_uri()
    for text in (f"git+{uri}@v1#sub", f"{uri}@v1#sub"):
        found = parse(text, Path("/elsewhere"))
        assert (found.kind, found.address, found.ref, found.folder) == (GIT, str(tmp_path / "bare.git"), "v1", "sub")
        assert parse(found.text, Path("/elsewhere")) == found
    assert parse((tmp_path / "pack.zip").as_uri(), tmp_path).kind is SourceKind.ZIP
    assert not any(one.remote for one in kinds.values())


@each(
    "text",
    [
        "",
        "-",
        "--upload-pack=touch /tmp/x",
        "git+--upload-pack=x",
        "ext::sh -c id",
        "git+ext::sh -c id",
        "fd::3",
        "git+fd::3/x",
        "transport::https://host.example/x.git",
        "git://host.example/x.git",
        "git+git://host.example/x.git",
        "ftp://host.example/pack.zip",
        "rsync://host.example/x.git",
        "javascript:alert(1)",
        "data:application/zip;base64,UEsDBA==",
        "http://host.example/pack.zip",
        "git+http://host.example/x.git",
        "http://127.0.0.1.host.example/pack.zip",
        "https://user:secret@host.example/pack.zip",
        "git+https://token@host.example/x.git",
        "ssh://git:secret@host.example/x.git",
        "ssh://-oProxyCommand=id/x.git",
        "ssh://git@-oProxyCommand=id/x.git",
        "ssh://-l@host.example/x.git",
        "git@-oProxyCommand=id:x.git",
        "-oProxyCommand=id@host.example:x.git",
        "git@host.example:--upload-pack=id",
        "git+https://host.example/x.git@--upload-pack=id",
        "git+https://host.example/x.git@a..b",
        "git+https://host.example/x.git@a b",
        "git+https://host.example/x.git@refs^{}",
        "git+https://host.example/x.git@",
        "git+https://host.example/x.git#../up",
        "git+https://host.example/x.git#/etc/../..",
        "git+https://host.example/x.git#a\\b",
        "git+https://host.example/x.git?a=b",
        "git+file://other.example/x.git",
        "git+file:///nowhere/x.git",
        "https://host.example/pack.zip#sub",
        "https:///pack.zip",
        "https://ho st.example/pack.zip",
        "https://host.example:99999/pack.zip",
        "https://host.example/pack\n.zip",
        "https://host.example/\x1b[31m.zip",
        "python:../acme",
        "python:",
        "./nowhere",
        "no such thing",
        "~nobody-has-this-name/x",
        "x" * 3000,
    ],
)
def test_what_is_never_asked(text, tmp_path):
    with pytest.raises(SourceError) as caught:
        parse(text, tmp_path)
    error = caught.value
    assert error.exit_code == 3
    assert error.message.endswith(".")
    assert is_clean(error.message)
    assert "secret" not in error.message + str(error.where)


def test_a_folder_without_a_pack_is_named(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(SourceError, match=r"holds no pack\.yml"):
        parse("empty", tmp_path)


@given(nasty_text | st.text("git+htps:/@#.-a", max_size=30))
def test_any_text_is_a_source_or_an_error(tmp_path_factory, text):
    folder = tmp_path_factory.getbasetemp()
    try:
        found = parse(text, folder)
    except SourceError:
        return
    assert not found.address.startswith("-")
    assert not found.ref.startswith("-")
    assert ".." not in found.folder.split("/")
