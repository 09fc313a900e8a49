"""The packs that come along, opened once, and what the tests of them share."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path

from support_cli.base.cache import Cache
from support_cli.forms import questionnaire
from support_cli.forms.model import Form, Question, Value
from support_cli.forms.request import Answer, Consent, PackRef, Request
from support_cli.packs.load import builtin_names, builtin_root, open_folder
from support_cli.packs.pack import Pack
from support_cli.packs.tests import TestFile, read_test
from support_cli.render.documents import Documents

_FOLDER = tempfile.TemporaryDirectory(prefix="support-cli-tests-")  # gone when the tests are done
_CACHE = Cache(Path(_FOLDER.name))
ROOT = builtin_root()
PACKS: dict[str, Pack] = {name: open_folder(ROOT / name, _CACHE, origin="builtin") for name in builtin_names()}
FORMS: list[tuple[str, str]] = [(name, form) for name, pack in PACKS.items() for form in pack.form_ids()]
RENDERER = Documents(PACKS["general"], Path(_FOLDER.name))
CREATED = datetime(2026, 11, 21, 17, 20, tzinfo=UTC)


def questions() -> list[tuple[str, str, Question]]:
    """Every question: pack, form, question."""
    return [(name, form, q) for name, form in FORMS for q in PACKS[name].form(form).questions if q.asks]


def samples(name: str) -> dict[str, TestFile]:
    """The tests that a pack brings along."""
    return {path.stem: read_test(path.read_bytes(), path.name) for path in sorted((ROOT / name).glob("tests/*.yml"))}


def said(test: TestFile, name: str) -> tuple[Form, dict[str, Value]]:
    """The form of a test, and the answers that count."""
    pack = PACKS[name]
    form = pack.form(test.form or pack.form_ids()[0])
    understood = questionnaire.understand(form, test.answers, pack.texts(test.language))
    return form, questionnaire.effective(form, understood.values)


def request(name: str, form: Form, values: dict[str, Value], language: str) -> Request:
    """A request of these answers, in this language."""
    texts = PACKS[name].texts(language)
    return Request(
        id="7f3k9q2m",
        created=CREATED,
        language=language,
        pack=PackRef(name, "1.0.0"),
        form=form.id,
        answers={key: Answer(value) for key, value in values.items()},
        consents=tuple(
            Consent(question=q.id, wording=texts.get(q.label, q.label), given=True, language=language)
            for q in form.questions
            if values.get(q.id) is True
        ),
    )
