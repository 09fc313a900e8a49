"""Things the tests of this room are made from."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from support_cli.cases.cases import Cases
from support_cli.cases.database import Database
from support_cli.cases.drafts import Drafts
from support_cli.cases.records import Case, Draft
from support_cli.forms.request import Answer, PackRef, Request, Source

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 21, 18, 20, tzinfo=UTC)
PACK = PackRef("internet-provider", "1.2.0", "sha256:" + "ab" * 32)
MINUTE = timedelta(minutes=1)


def later(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def new_draft(database: Database, **answers: str) -> Draft:
    drafts = Drafts(database)
    draft = drafts.create(PACK, "internet-provider", "no-internet", "uk", NOW)
    for question, text in answers.items():
        drafts.save_answer(draft.id, question, Answer(text), NOW)
    return drafts.get(draft.id)


def new_request(key: str, **answers: str) -> Request:
    return Request(
        id=key,
        created=NOW,
        language="uk",
        pack=PACK,
        form="no-internet",
        answers={question: Answer(text, Source.ASKED) for question, text in answers.items()},
    )


def new_case(database: Database, key: str = "7f3k9q2m", title: str = "Internet drops", **answers: str) -> Case:
    return Cases(database).create(new_request(key, summary=title, **answers), title=title, now=NOW)


def everything_in(folder: Path) -> bytes:
    """The bytes of every file below a folder."""
    return b"\0".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}


def child_arguments(code: str, *arguments: object) -> list[str]:
    return [sys.executable, "-c", code, *map(str, arguments)]


def child(code: str, *arguments: object, **options: object) -> subprocess.Popen[str]:
    """Starts a Python of its own that runs ``code`` with our package importable."""
    return subprocess.Popen(
        child_arguments(code, *arguments),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
        **options,  # type: ignore[call-overload]
    )
