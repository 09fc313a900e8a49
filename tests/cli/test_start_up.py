"""What a start loads: counted, because the time that it takes cannot be."""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

from platformdirs import PlatformDirs

from support_cli.base.paths import xdg_folders
from support_cli.cli.context import APP

OURS = 116
"""Files of this program that the scripted main job may read. A new feature loads its file when it is used."""
ALL = 325
"""Lines of ``-X importtime``: the interpreter, Typer, msgspec, Jinja and SQLite are 212 of them (3.13: 213)."""
LIBRARIES = {"typer", "annotated_doc", "shellingham", "msgspec", "jinja2", "markupsafe", "sqlite3"}
NEVER = {
    "questionary", "prompt_toolkit", "rich", "pydantic", "keyring", "yaml", "babel", "phonenumbers", "puremagic",
    "cryptography", "regex", "tomlkit", "platformdirs", "socket", "ssl", "http", "smtplib", "email", "asyncio",
    "logging", "html", "zoneinfo", "zipfile", "secrets", "concurrent", "xml", "csv", "tomllib", "dataclasses",
}  # fmt: skip


def imported(*words: str) -> list[str]:
    """Names of what a run imports, in order."""
    command = [sys.executable, "-X", "importtime", "-m", "support_cli", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    lines = [line for line in done.stderr.splitlines() if line.startswith("import time:")]
    return [line.rpartition("|")[2].strip() for line in lines][1:]


def test_the_scripted_main_job_loads_little(answers: Path, tmp_path: Path) -> None:
    log = tmp_path / "router.log"
    log.write_bytes(b"2026-11-21 20:00:01 link down\n" * 3000)
    words = ("new", "--no-input", "-q", "-a", str(answers), "--attach", str(log), "-o", f"{tmp_path}/")
    imported(*words)  # parses the pack and compiles its templates, once
    names = imported(*words)

    tops = Counter(name.partition(".")[0] for name in names)
    outside = {name for name in tops if name not in sys.stdlib_module_names and not name.startswith("_")}
    assert outside - LIBRARIES - {"support_cli", "sitecustomize", "usercustomize", "typing_extensions", "org"} == set()
    assert NEVER & tops.keys() == set()
    assert tops["support_cli"] <= OURS, [name for name in names if name.startswith("support_cli")]
    assert len(names) <= ALL, names


def test_folders_are_those_of_platformdirs(monkeypatch, tmp_path: Path) -> None:
    cases = (
        {},
        {"XDG_CONFIG_HOME": str(tmp_path / "c"), "XDG_DATA_HOME": str(tmp_path / "d"), "XDG_CACHE_HOME": "/x/"},
        {"XDG_CONFIG_HOME": "relative", "XDG_DATA_HOME": "", "XDG_CACHE_HOME": "~/cache"},
    )
    for case in cases:
        for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
            monkeypatch.delenv(name, raising=False)
        for name, value in case.items():
            monkeypatch.setenv(name, value)
        dirs = PlatformDirs(APP, appauthor=False)
        known = xdg_folders(APP, os.environ)
        if sys.platform == "linux":
            assert known == tuple(map(Path, (dirs.user_config_dir, dirs.user_data_dir, dirs.user_cache_dir)))
    monkeypatch.delenv("HOME", raising=False)
    assert xdg_folders(APP, os.environ) is None
