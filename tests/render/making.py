"""Packs, forms and requests made inline."""

import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from support_cli.base.cache import Cache
from support_cli.forms.model import Form, Kind, Manifest, Option, Question, Role
from support_cli.forms.request import Answer, Attachment, Consent, PackRef, Request
from support_cli.packs.load import builtin_root, open_folder
from support_cli.packs.pack import Pack
from support_cli.render.environment import TemplateProblem, Templates

_FOLDER = tempfile.TemporaryDirectory(prefix="support-cli-tests-")  # gone when the tests are done
CACHE = Cache(Path(_FOLDER.name))
GENERAL = open_folder(builtin_root() / "general", CACHE, origin="builtin")
SOFTWARE = open_folder(builtin_root() / "software", CACHE, origin="builtin")
CREATED = datetime(2026, 11, 21, 17, 20, tzinfo=UTC)


def pack(
    templates: Mapping[str, str] | None = None,
    texts: Mapping[str, Mapping[str, str]] | None = None,
    name: str = "mine",
    language: str = "en",
    origin: str = "folder",
) -> Pack:
    """A pack with these templates and translations (language to texts)."""
    return Pack(
        Manifest(name=name, version="1.2.0", title=name, language=language),
        digest="sha256:0",
        where=name,
        origin=origin,
        form_names={},
        read_form=lambda _form: Form(id="x", name="x"),
        read_template=dict(templates or {}).get,
        read_texts=lambda wanted: (texts or {}).get(wanted, {}),
    )


def question(id_: str, kind: Kind = Kind.TEXTAREA, **more: Any) -> Question:
    """A question; its role is its id where such a role exists."""
    if id_ in set(Role):
        more.setdefault("role", Role(id_))
    more.setdefault("label", id_.capitalize())
    more["options"] = tuple(Option(label) for label in more.get("options", ()))
    return Question(id=id_, kind=kind, **more)


def form(*questions: Question, **more: Any) -> Form:
    return Form(id="form", name="A form", questions=questions, **more)


def request(answers: Mapping[str, Any] | None = None, *, language: str = "en", **more: Any) -> Request:
    values = {key: Answer(value) for key, value in (answers or {}).items()}
    more.setdefault("pack", PackRef("mine", "1.2.0"))
    more.setdefault("form", "form")
    return Request(id="7f3k9q2m", created=CREATED, language=language, answers=values, **more)


def attachment(name: str, note: str = "", size: int = 48_211) -> Attachment:
    return Attachment(path=f"/home/anna/{name}", name=name, type="image/png", size=size, sha256="0a" * 32, note=note)


def consent(wording: str, given: bool = True, language: str = "en", question: str = "consent") -> Consent:
    return Consent(question=question, wording=wording, given=given, language=language)


CONTEXT = {
    "a": "hello <b>",
    "words": ["one", "two", "one"],
    "people": [{"name": "Anna", "age": 3}, {"name": "Bob", "age": 0}],
    "facts": {"items": "kept", "none": ""},
    "number": 3,
    "true_one": True,
    "big": "y" * 10_000,
}


def render(source: str, name: str = "t.txt.j2", language: str = "en", **others: str) -> str:
    templates = {name: source, **{f"{key}.txt.j2": text for key, text in others.items()}}
    return Templates(pack(templates), GENERAL).render(name, CONTEXT, language)


def problem(source: str, name: str = "t.txt.j2", **others: str) -> TemplateProblem:
    with pytest.raises(TemplateProblem) as caught:
        render(source, name, **others)
    return caught.value
