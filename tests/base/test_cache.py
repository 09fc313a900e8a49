import os
import stat

import pytest

from support_cli.base.cache import Cache
from support_cli.base.files import write_private


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


posix = pytest.mark.skipif(os.name != "posix", reason="modes and owners are POSIX's")


def test_what_is_kept_is_found_again(tmp_path):
    cache = Cache(tmp_path / "a" / "cache")
    assert cache.get("form", "1") is None
    cache.put("form", "1", b"content")
    assert cache.get("form", "1") == b"content"
    assert cache.get("text", "1") is None
    cache.put("form", "1", b"newer")
    assert Cache(tmp_path / "a" / "cache").get("form", "1") == b"newer"
    assert len(list((tmp_path / "a" / "cache").iterdir())) == 1


def test_without_a_folder_nothing_is_kept():
    cache = Cache(None)
    cache.put("form", "1", b"content")
    assert cache.get("form", "1") is None


def test_no_failure_is_ever_shown(tmp_path):
    (tmp_path / "file").write_text("in the way")
    cache = Cache(tmp_path / "file" / "cache")
    cache.put("form", "1", b"content")
    assert cache.get("form", "1") is None
    (tmp_path / "cache").mkdir()
    cache = Cache(tmp_path / "cache")
    cache.put("form", "1", b"a")
    (path,) = (tmp_path / "cache").iterdir()
    path.unlink()
    path.mkdir()
    cache.put("form", "1", b"content")
    assert cache.get("form", "1") is None


@posix
def test_it_is_nobody_else_s_business(tmp_path):
    cache = Cache(tmp_path / "cache")
    cache.put("form", "1", b"content")
    assert mode(tmp_path / "cache") == 0o700
    assert [mode(path) for path in (tmp_path / "cache").iterdir()] == [0o600]


@posix
def test_a_folder_that_is_open_to_others_is_closed(tmp_path):
    (tmp_path / "cache").mkdir(mode=0o755)
    cache = Cache(tmp_path / "cache")
    assert cache.get("form", "1") is None
    assert mode(tmp_path / "cache") == 0o700


@posix
def test_a_folder_of_somebody_else_is_not_believed(tmp_path, monkeypatch):
    folder = tmp_path / "cache"
    Cache(folder).put("form", "1", b"content")
    monkeypatch.setattr(os, "geteuid", lambda: folder.stat().st_uid + 1)
    cache = Cache(folder)
    assert cache.get("form", "1") is None
    cache.put("form", "2", b"more")
    assert len(list(folder.iterdir())) == 1


def test_old_things_go_when_there_are_too_many(tmp_path, monkeypatch):
    monkeypatch.setattr("support_cli.base.cache._MOST_FILES", 10)
    cache = Cache(tmp_path)
    for number in range(11):
        cache.put("form", str(number), b"x")
        for path in tmp_path.glob(f"*-{number}"):
            os.utime(path, (number, number))
    assert len(list(tmp_path.iterdir())) <= 10
    assert cache.get("form", "9") == b"x"
    assert cache.get("form", "0") is None


def test_a_private_file_is_whole_or_not_there(tmp_path):
    path = tmp_path / "deep" / "er" / "file"
    write_private(path, b"one")
    assert path.read_bytes() == b"one"
    with pytest.raises(TypeError):
        write_private(path, "not bytes")
    assert path.read_bytes() == b"one"
    assert list(path.parent.iterdir()) == [path]


@posix
def test_a_private_file_behind_a_link_leaves_the_link(tmp_path):
    (tmp_path / "real").write_text("old")
    os.chmod(tmp_path / "real", 0o644)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write_private(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"
    assert mode(tmp_path / "real") == 0o600
