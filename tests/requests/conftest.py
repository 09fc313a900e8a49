"""A bench with everything real but the person and the clock."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from support_cli.base.cache import Cache
from support_cli.cases.database import Database, open_database
from support_cli.cases.profile import Profile
from support_cli.environment import Bench, Mail
from tests.conftest import NOW
from tests.requests.scripted import Person

FORM = """
name: Trouble
description: x
require_any: [[email, phone]]
body:
  - {type: dropdown, id: connection, attributes: {label: How, options: [Wi-Fi, Cable]}, validations: {required: true}}
  - type: dropdown
    id: router
    when: {connection: [wifi]}
    attributes: {label: Whose router, options: [Mine, Yours]}
  - {type: input, id: summary, role: summary, attributes: {label: In one line}, validations: {required: true}}
  - {type: textarea, id: details, role: details, attributes: {label: Tell us}}
  - {type: steps, id: steps, role: steps, attributes: {label: Steps}}
  - {type: email, id: email, role: email, attributes: {label: Mail}}
  - {type: phone, id: phone, role: phone, attributes: {label: Phone}}
  - {type: input, id: code, secret: true, attributes: {label: Code word}}
  - {type: upload, id: attachments, attributes: {label: Files}}
  - {type: confirm, id: consent, role: consent, attributes: {label: I agree}, validations: {required: true}}
"""
PACK = """
pack: trouble
version: 1.0.0
title: Trouble desk
limits: {files: 3, file: 1MB, total: 1MB, message: 2MB, refuse: [exe]}
"""


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A small pack in a folder."""
    folder = tmp_path / "trouble"
    (folder / "forms").mkdir(parents=True)
    (folder / "pack.yml").write_text(PACK, "utf-8")
    (folder / "forms" / "trouble.yml").write_text(FORM, "utf-8")
    return folder


@pytest.fixture
def database(home: Path, ready_database: Callable[[Path], None]) -> Iterator[Database]:
    path = home / "data" / "support.db"
    ready_database(path)
    with open_database(path, now=NOW) as opened:
        yield opened


@pytest.fixture
def work_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "here"
    folder.mkdir()
    return folder


@pytest.fixture
def bench(home: Path, cache_folder: Path, database: Database, work_folder: Path) -> Callable[..., Bench]:
    """Makes a bench, with a person or without."""

    def make(person: Person | None = None, **more: object) -> Bench:
        said: list[str] = []
        made = home / "made"
        made.mkdir(exist_ok=True)
        fields: dict[str, object] = {
            "cache": Cache(cache_folder / "support-cli"),
            "cwd": work_folder,
            "made": made,
            "now": lambda: NOW,
            "language": "en",
            "database": lambda: database,
            "prompter": (lambda: person) if person else None,
            "say": said.append,
            "stdin": lambda: b"",
            "stdout": lambda: None,
            "profile": Profile(home / "profile.json", git=None),
            "mail": Mail("", lambda: None),
        }
        result = Bench(**{**fields, **more})
        result.environ = {"said": said}  # what was told to the person, for the test
        return result

    return make
