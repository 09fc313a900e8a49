"""A file that is refused for its size is not read for that, whatever the door."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import ANSWERS, Run

Support = Callable[..., Run]
MB = 1_000_000
LARGE = 40 * MB
"""More than the general pack takes; as a file with a hole it takes no room."""


@pytest.fixture(params=["data.bin", "app.log"])
def large(request: pytest.FixtureRequest, here: Path) -> Path:
    path = here / request.param
    with path.open("wb") as file:
        file.write(b"a line of a log\n" * 20_000 if request.param == "app.log" else b"\x00\x01\x02")
        file.truncate(LARGE)
    return path


@pytest.fixture
def octets(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How much was read by the descriptors of files, piece by piece; texts are not looked through."""
    pieces: list[int] = []
    read = os.read

    def counting(descriptor: int, size: int) -> bytes:
        data = read(descriptor, size)
        pieces.append(len(data))
        return data

    monkeypatch.setattr(os, "read", counting)
    monkeypatch.setattr("support_cli.privacy.files.stretches", lambda *_arguments: pytest.fail("it is looked through"))
    return pieces


def new(support: Support, here: Path, name: str) -> Run:
    return support("new", "-a", here.parent / "answers.json", "--attach", name, "--no-input")


def follow_up(support: Support, here: Path, name: str) -> Run:
    assert support("new", "-a", here.parent / "answers.json", "--no-input").code == 0
    return support("cases", "follow-up", "--no-input", "-s", "news=It is still so.", "--attach", name)


def batch(support: Support, here: Path, name: str) -> Run:
    (here / "many.jsonl").write_text(json.dumps({**ANSWERS, "attach": name}), "utf-8")
    return support("batch", "many.jsonl", "--allow-files", here)


def request_file(here: Path, name: str) -> Path:
    path = here / "request.json"
    file = {"path": str(here / name), "name": name, "type": "text/plain", "size": LARGE, "sha256": "ab" * 32}
    pack = {"name": "general", "version": "1.0.0", "digest": "sha256:" + "ab" * 32}
    request = {"support-request": 1, "id": "7f3k9q2m", "created": "2026-11-21T18:20:00Z", "language": "en"}
    request |= {"pack": pack, "form": "general", "answers": ANSWERS, "attachments": [file]}
    path.write_text(json.dumps(request), "utf-8")
    return path


def check(support: Support, here: Path, name: str) -> Run:
    return support("check", request_file(here, name))


def from_request(support: Support, here: Path, name: str) -> Run:
    return support("new", "-a", request_file(here, name), "--allow-files", here, "--no-input")


@pytest.mark.parametrize("door", [new, follow_up, batch, check, from_request])
def test_what_is_too_large_is_refused_without_reading_it(
    support: Support, here: Path, answers: Path, large: Path, octets: list[int], door: Callable[..., Run]
) -> None:
    run = door(support, here, large.name)
    assert run.code == (1 if door is check else 4), run
    said = " ".join((run.out + run.err).split())  # no-break spaces and ends of lines, too
    assert f"{large.name} is 40.0 MB; a file may be at most 10.0 MB: 30.0 MB too much." in said
    assert sum(octets) < 2 * MB


def test_a_line_that_is_longer_than_answers_can_be_stops_no_other(support: Support, here: Path) -> None:
    lines = ["{" + "x" * (9 << 20), json.dumps(ANSWERS), "y" * (4 << 20)]
    (here / "many.jsonl").write_text("\n".join(lines), "utf-8")
    run = support("batch", "many.jsonl")
    assert run.code == 2
    assert [f"many.jsonl:{number} is larger than answers can be" in run.err for number in (1, 2, 3)] == [
        True,
        False,
        True,
    ]
    assert "1 request made, 2 failed." in run.err
    (here / "many.csv").write_text("summary,details\n" + "y" * (4 << 20) + ",x\n", "utf-8")
    assert "many.csv:2 is larger than answers can be" in support("batch", "many.csv").err
