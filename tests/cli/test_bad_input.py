"""Streams closed or full, folders that are gone, paths that no system takes: one sentence and the right code."""

import os
import subprocess
import sys

import pytest

from tests.table import each, sample

LONG = "x" * 5000


@each(
    "words",
    [
        ["pack", "info", LONG],
        ["new", LONG, "--no-input"],
        ["new", "--no-input", "--attach", LONG],
        ["new", "--no-input", "-o", LONG],
        ["new", "--no-input", "-f", LONG],
        ["new", "--no-input", "-t", LONG],
        ["new", "-p", LONG],
        ["render", LONG],
        ["cases", "show", LONG],
    ],
)
def test_a_name_that_no_system_takes_is_no_bug_of_ours(support, words):
    run = support(*words)
    assert run.code in (2, 3, 4)
    assert run.err.startswith("support: ")
    assert len(run.err) < 1500


def test_a_folder_that_may_not_be_entered_is_no_bug_of_ours(support, here, monkeypatch):
    real = os.stat

    def stat(path, *args, **kwargs):
        if "forbidden" in os.fsdecode(path if not isinstance(path, int) else ""):
            raise PermissionError(13, "Permission denied", os.fsdecode(path))
        return real(path, *args, **kwargs)

    monkeypatch.setattr(os, "stat", stat)
    run = support("new", "-p", str(here / "forbidden" / "pack"), "--no-input")
    assert run.code == 3
    assert "forbidden" in run.err
    assert "Permission denied" in run.err


def shell(line, **more):
    env = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    return subprocess.run(
        ["/bin/sh", "-c", line.replace("support", f"{sys.executable} -m support_cli")],
        capture_output=True, text=True, env={**env, **more}, check=False,
    )  # fmt: skip


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a device of Linux")
@pytest.mark.parametrize("words", sample(["config list", "config list --json", "--help"], every=3))
def test_a_full_disk_behind_standard_output(words):
    run = shell(f"support {words} >/dev/full")
    assert run.returncode == 3
    assert run.stderr.count("No space left on device") == 1
    assert run.stderr.startswith("support: ")
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize(
    ("line", "code"),
    sample(
        [
            ("support config list >&-", 0),
            ("support cases show zz 2>&-", 2),
            ("support cases show zz <&- >&- 2>&-", 2),
            ("support cases show zz 2>&1 | true", 0),
            ("support config list --json | true", 0),
        ],
        every=2,
    ),
)
def test_streams_that_nobody_holds_open(line, code):
    run = shell(line)
    assert (run.returncode, run.stderr) == (code, "")


def test_a_document_for_a_closed_standard_output(answers):
    run = shell(f"support new --no-input -a {answers} -o - >&-")
    assert run.returncode == 0
    assert "fault" not in run.stderr


def test_a_current_folder_that_is_gone(tmp_path):
    run = shell(f"mkdir {tmp_path}/gone && cd {tmp_path}/gone && rmdir {tmp_path}/gone && support cases list")
    assert run.returncode == 3
    assert run.stderr.startswith("support: The folder that you are in cannot be used")


def test_what_is_not_kept_is_not_said_to_be_kept(support, answers, home):
    (home / ".local/share/support-cli/support.db").mkdir(parents=True)
    run = support("new", "--no-input", "-a", str(answers))
    assert run.code == 0
    assert "not noted as a case" in run.err
    assert "kept as" not in run.err
