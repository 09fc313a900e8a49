"""No key or state of ours is shown to people as programs know it."""

import re

import pytest

from support_cli.base import i18n, labels
from support_cli.base.i18n import LANGUAGES
from support_cli.cases.profile import KEPT
from support_cli.cases.records import CaseState, JournalKind, MessageState
from support_cli.deliver.credentials import Known
from support_cli.forms.model import Role
from support_cli.packs.schema import ContactFile
from support_cli.render.documents import DOCUMENTS, ISSUES
from tests.cli.conftest import ANSWERS
from tests.table import each
from tools.catalogues import unseen

TRANSLATED = [language for language in LANGUAGES if language != "en"]
ENUMERATIONS = {
    "CASE_STATES": set(CaseState),
    "MESSAGE_STATES": set(MessageState),
    "JOURNAL": set(JournalKind),
    "CONTACTS": set(ContactFile.__annotations__["kind"].__args__),
    "ROLES": set(Role),
    "DOCUMENTS": {*DOCUMENTS, *ISSUES, "request"},
    "STORES": {"keyring", "file", "command"},
}
SAME = {"chat", "terminal", "program", "e-mail"}
"""Words that are the same in Polish, or in English."""


@each(("table", "keys"), list(ENUMERATIONS.items()))
def test_every_value_of_an_enumeration_has_a_name_in_every_language(table, keys):
    named = getattr(labels, table)
    assert set(named) == {str(key) for key in keys}
    for language in TRANSLATED:
        i18n.activate(language)
        for key, text in named.items():
            assert labels.label(named, key) != text or text in SAME, (language, key)


def test_a_value_that_is_not_known_is_shown_as_it_is():
    assert labels.label(labels.CONTACTS, "pager") == "pager"


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_screen_shows_a_key(support, here, language):
    keys = {str(key) for keys in ENUMERATIONS.values() for key in keys} | {*labels.CHECKED, *labels.FOLDERS}
    keys -= {"chat", "terminal", "program", "file", "email", "order"}  # also Polish, or part of a path or a command
    support("profile", "set", "preferred_contact", "Phone")
    given = [word for key, value in ANSWERS.items() for word in ("--set", f"{key}={value}")]
    case = support("new", "--no-input", *given, "--lang", language, "--json").json["id"][:4]
    support("cases", "note", case, "Called", "--who", "Olena")
    shown = {
        "contacts": support("contacts", "-p", "bank", "--lang", language).out,
        "profile": support("profile", "show", "--lang", language).out,
        "doctor": support("doctor", "--lang", language).out,
        "folders": support("config", "path", "--lang", language).out,
        "cases": support("cases", "list", "--lang", language).out,
        "case": support("cases", "show", case, "--lang", language).out,
        "pack": support("pack", "info", "internet-provider", "--lang", language).out,
        "outbox": support("outbox", "list", "--all", "--lang", language).out,
    }
    for document, formats in DOCUMENTS.items():
        if document in ("chat", "phone"):
            run = support("new", "--no-input", *given, "-t", document, "-f", formats[0], "--lang", language)
            assert run.code == 0, run.err
            shown[document] = run.err.split(".txt")[1].strip().split("\n")[0]
    for screen, text in shown.items():
        assert text.strip() or screen == "outbox", screen
        words = set(re.findall(r"(?<![\w./@-])[a-z][a-z_-]+(?![\w./@=-])", re.sub(r"support [a-z -]+", "", text)))
        assert not words & keys, (screen, words & keys)


def test_a_detail_is_set_by_its_name_in_every_language(support):
    for language in LANGUAGES:
        for role in KEPT:
            i18n.activate(language)
            name = labels.label(labels.ROLES, role.value)
            value = {"email": "anna@example.org", "phone": "+380441234567"}.get(role.value, "Anna Smith")
            assert support("profile", "set", name, value, "--lang", language).code == 0
            assert set(support("profile", "show", "--json").json) >= {role.value}


@each(
    ("code", "seen"),
    [
        ('x = _("known")', True),
        ("x = f\"{_('known')}\"", True),
        ("x = f\"{_('hidden')}\"", False),
        ('x = _("known" + y)', False),
        ('x = _(f"known {y}")', False),
        ('x = _("known".format(y))', False),
        ("x = _(TABLE[y])", True),
        ("x = _(TABLE.get(y, y))", True),
        ("x = i18n._(f'{y}')", False),
        ("x = ngettext(one, many, 3)", False),
    ],
)
def test_whatever_extraction_cannot_see_fails_the_build(tmp_path_factory, code, seen):
    folder = tmp_path_factory.mktemp("code")
    (folder / "one.py").write_text(code + "\n", "utf-8")
    assert (unseen(folder, {"known"}) == []) == seen


def test_the_stores_of_a_channel_are_those_that_are_named():
    assert set(re.findall(r"``(\w+)``", Known.__doc__.split("store:")[1].split("\n")[0])) == set(labels.STORES)
