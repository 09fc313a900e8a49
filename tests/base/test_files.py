"""The one writer of files: private, whole or not at all, through links and devices; and nothing else writes."""

import ast
import os
import stat
from pathlib import Path

import pytest

import support_cli
from support_cli.base import files


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(params=[0o000, 0o022, 0o077, 0o777])
def umask(request):
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def test_files_and_folders_are_the_owners_alone_whatever_the_umask(tmp_path, umask):
    path = tmp_path / "a" / "b" / "c.json"
    files.write_private(path, b"{}")
    assert (mode(path), mode(path.parent), mode(tmp_path / "a")) == (0o600, 0o700, 0o700)


def test_a_failure_leaves_what_was_there_and_nothing_else(tmp_path):
    path = tmp_path / "a.txt"
    files.write_private(path, b"before")

    def interrupted():
        with files.new_file(path) as file:
            file.out.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert path.read_bytes() == b"before"
    assert os.listdir(tmp_path) == ["a.txt"]


def test_a_link_stays_a_link_and_its_target_is_written(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real" / "a.txt")
    files.write_private(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real" / "a.txt").read_bytes() == b"new"


def test_a_file_that_another_program_has_open_is_waited_for(tmp_path, monkeypatch):
    (tmp_path / "new").write_bytes(b"x")
    tries = []
    replace = Path.replace

    def busy(self, target):
        tries.append(target)
        if len(tries) < 3:
            raise PermissionError(13, "in use")
        return replace(self, target)

    monkeypatch.setattr(files.os, "name", "nt")
    monkeypatch.setattr(Path, "replace", busy)
    monkeypatch.setattr(files.time, "sleep", lambda _seconds: None)
    assert files.move_over(tmp_path / "new", tmp_path / "old") == tmp_path / "old"
    assert len(tries) == 3


# --- One place --------------------------------------------------------------------------------------

MOVES = {"replace", "rename", "renames", "link"}
ALLOWED = {
    "base/files.py": "the one writer",
    "deliver/writing.py": "a name that is taken is kept; on file systems without links too",
    "cases/damage.py": "sets a damaged database aside",
    "distribution/store.py": "moves whole folders of packs",
    "authoring/init.py": "moves a new pack's folder",
}


def test_no_other_place_moves_files_over_files():
    root = Path(support_cli.__file__).parent
    found = set()
    for path in sorted(root.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in MOVES):
                continue
            owner = ast.unparse(node.func.value)
            # str.replace and struct.replace have two positional arguments, or keywords; a path's has one.
            if owner == "os" or (node.func.attr != "link" and len(node.args) == 1 and not node.keywords):
                found.add(path.relative_to(root).as_posix())
    assert found <= set(ALLOWED), found - set(ALLOWED)
