"""``support pack init``: what it makes passes its own check and tests, in every language, and overwrites nothing."""

import io
import itertools

import pytest

from support_cli.authoring.check import check
from support_cli.authoring.dialog import Dialog
from support_cli.authoring.init import ADDRESS, KINDS, LANGUAGES, Wishes, init, scalar
from support_cli.authoring.test import run_tests
from support_cli.base.errors import UsageError
from support_cli.interview.plain import PlainPrompter
from support_cli.interview.prompter import Leave
from support_cli.packs.load import open_folder
from support_cli.requests.places import OutputError
from tests.requests.scripted import LEAVE, SKIP, Person
from tests.table import each, sample


@pytest.mark.parametrize(("kind", "language"), sample(itertools.product(KINDS, LANGUAGES), every=5))
def test_a_new_pack_passes_its_own_check_and_tests(bench, tmp_path, kind, language):
    one = bench(cwd=tmp_path)
    begun = init(one, Wishes(folder="new", kind=kind, language=language))
    assert check(one, "new").findings == ()
    run = run_tests(one, "new")
    assert run.ok, run.tests
    assert run.coverage.branches()[0] == run.coverage.branches()[1]
    assert set(begun.languages) == set(LANGUAGES) - {language}
    assert {name.partition("/")[0] for name in begun.files} == {
        "pack.yml", "forms", "templates", "locale", "faq", "tests",
    }  # fmt: skip
    assert any(name.endswith(".ticket.md") for name in begun.files)


def test_a_new_pack_speaks_the_language_it_is_written_in(bench, tmp_path):
    one = bench(cwd=tmp_path)
    init(one, Wishes(folder="нова", kind="shop", language="uk"))
    pack = open_folder(tmp_path / "нова", one.cache)
    assert pack.form("request").name == "Замовлення"
    assert pack.texts("en")["Замовлення"] == "An order"
    assert pack.manifest.name == "my-pack"


def test_what_is_not_said_is_guessed_without_a_person(bench, tmp_path):
    begun = init(bench(cwd=tmp_path), Wishes(folder="deep/Nordic-Lights"))
    assert (begun.name, begun.title, begun.kind, begun.to) == ("nordic-lights", "Nordic lights", "service", ADDRESS)


def test_flags_are_taken(bench, tmp_path):
    wishes = Wishes(
        folder="x", name="acme", title="Acme: “help” # desk", kind="software", languages="uk,pl", to="help@acme.example"
    )
    begun = init(bench(cwd=tmp_path), wishes)
    pack = open_folder(tmp_path / "x", bench().cache)
    assert pack.manifest.title == "Acme: “help” # desk"
    assert pack.manifest.channels["mail"].to == "help@acme.example"
    assert begun.languages == ("uk", "pl")


def test_a_person_is_asked_and_wrong_answers_stay_in_the_field(bench, tmp_path):
    person = Person(
        ("choose", "shop"),
        ("answer", "Fine Jackets"),
        ("answer", lambda screen: screen.value),
        ("choose", "pl"),
        ("answer", lambda _screen: SKIP),
        ("answer", "nobody"),
        ("answer", "help@jackets.example"),
    )
    one = bench(person, cwd=tmp_path)
    begun = init(one, Wishes(folder="jackets"))
    assert (begun.kind, begun.title, begun.name, begun.language) == ("shop", "Fine Jackets", "jackets", "pl")
    assert begun.languages == ()
    assert begun.to == "help@jackets.example"
    assert person.refused == [("answer", "“nobody” is not an e-mail address.")]
    assert check(one, "jackets").findings == ()


def test_who_leaves_in_the_middle_has_made_nothing(bench, tmp_path):
    with pytest.raises(Leave):
        init(bench(Person(("choose", "shop"), ("answer", LEAVE)), cwd=tmp_path), Wishes(folder="new"))
    assert list(tmp_path.glob("*new*")) == []


@pytest.mark.parametrize("there", ["file", "folder", "link"])
def test_nothing_is_overwritten(bench, tmp_path, there):
    place = tmp_path / "new"
    if there == "file":
        place.write_text("mine")
    elif there == "folder":
        place.mkdir()
        (place / "mine.txt").write_text("mine")
    else:
        place.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OutputError, match="is there already"):
        init(bench(cwd=tmp_path), Wishes(folder="new"))
    assert not (tmp_path / "elsewhere").exists()
    assert sum(1 for one in tmp_path.iterdir() if one.name.startswith(".pack")) == 0


def test_an_empty_folder_is_filled(bench, tmp_path):
    (tmp_path / "new").mkdir()
    init(bench(cwd=tmp_path / "new"), Wishes(folder="."))
    assert check(bench(cwd=tmp_path), "new").findings == ()
    assert sorted(one.name for one in tmp_path.iterdir()) == ["here", "new"]


@pytest.mark.parametrize(
    ("more", "where"),
    [
        ({"kind": "zoo"}, "--kind"),
        ({"name": "Ä b"}, "--name"),
        ({"to": "nobody"}, "--to"),
        ({"language": "de"}, "--lang"),
        ({"languages": "de"}, "--languages"),
        ({"languages": "en", "language": "en"}, "--languages"),
    ],
)
def test_wrong_wishes_are_refused_before_anything_is_made(bench, tmp_path, more, where):
    with pytest.raises(UsageError) as caught:
        init(bench(cwd=tmp_path), Wishes(folder="new", **more))
    assert caught.value.where == where
    assert not (tmp_path / "new").exists()


@each("text", ["no", "a: b", "- a", "a #b", "{x}", '"q"', "1.10", "", "'", "Ні", "a, b", "[a", "null"])
@each("listed", [False, True])
def test_any_text_stands_in_yaml_as_it_is(text, listed):
    from support_cli.packs.yamltext import parse

    written = scalar(text, listed)
    assert parse(f"a: [{written}]" if listed else f"a: {written}", name="x").data == {"a": [text] if listed else text}


def test_what_is_asked_needs_an_answer_and_is_not_called_an_address():
    written = io.StringIO()
    dialog = Dialog(PlainPrompter(io.StringIO("\nhelp@example.org\n"), written), "A new pack", 1)
    assert dialog.line("Where to?", check=lambda text: f"“{text}” is wrong." if "@" not in text else None)
    assert "This needs an answer." in written.getvalue()
    assert "“” is wrong." not in written.getvalue()
