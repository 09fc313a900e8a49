"""Translations: extracted, kept, compiled, read; and the skeleton of answers in them."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support_cli.authoring.extract import compile_texts, extract
from support_cli.authoring.init import Wishes, init
from support_cli.authoring.schema import make_skeleton
from support_cli.base.cache import Cache
from support_cli.base.errors import UnusableError, UsageError
from support_cli.packs import load, po
from support_cli.packs.errors import PackError
from support_cli.packs.load import open_folder
from support_cli.requests import answers as said_beside
from support_cli.requests.compose import new
from support_cli.requests.options import NewOptions
from tests.distribution.zips import TINY, write_folder

FORM = TINY["forms/ask.yml"].replace("label: What is it about?", "placeholder: '4417-0083'\n      label: What is it?")
PACK = {**TINY, "forms/ask.yml": FORM, "templates/ticket.md.j2": '{{ _("Of the desk") }} {{ _("Files") }}'}


@pytest.fixture
def desk(bench, tmp_path):
    write_folder(tmp_path / "tiny", PACK)
    return bench(cwd=tmp_path)


def catalogue(tmp_path, language="uk"):
    return {one.text: one for one in po.read((tmp_path / "tiny" / "locale" / f"{language}.po").read_bytes(), "x")}


def translate(tmp_path, text, translation):
    place = tmp_path / "tiny" / "locale" / "uk.po"
    old = f'msgid "{text}"\nmsgstr ""'
    content = place.read_text("utf-8")
    assert old in content
    place.write_text(content.replace(old, f'msgid "{text}"\nmsgstr "{translation}"'), "utf-8")


def test_translators_get_every_text_that_a_reader_would_miss(desk, tmp_path):
    (made,) = extract(desk, "tiny", ["uk"])
    # “Files” is translated by the pack general, and a number is the same everywhere.
    assert set(catalogue(tmp_path)) == {"Tiny", "Ask", "What is it?", "Of the desk"}
    assert (made.texts, made.open) == (4, 4)
    content = (tmp_path / "tiny" / "locale" / "uk.po").read_text("utf-8")
    assert "#. question\n#: forms/ask.yml\n" in content
    assert 'Language: uk\\n"' in content


def test_a_language_that_is_added_to_a_new_pack_is_translated_already(bench, tmp_path):
    desk = bench(cwd=tmp_path)
    init(desk, Wishes(folder="new", title="Desk", languages="uk", to="a@example.org"))
    (polish, ukrainian) = extract(desk, "new", ["pl"])
    assert (polish.language, polish.open, ukrainian.open) == ("uk", 0, 1)  # only the title is the author's own


def test_extracting_again_changes_nothing(desk, tmp_path):
    extract(desk, "tiny", ["uk", "pl"])
    translate(tmp_path, "Ask", "Запитати")
    before = (tmp_path / "tiny" / "locale" / "uk.po").read_bytes()
    assert [one.language for one in extract(desk, "tiny", [])] == ["pl", "uk"]
    assert (tmp_path / "tiny" / "locale" / "uk.po").read_bytes() == before


def test_a_changed_text_keeps_its_old_translation_as_a_proposal(desk, tmp_path):
    extract(desk, "tiny", ["uk"])
    translate(tmp_path, "What is it?", "Про що це?")
    write_folder(tmp_path / "tiny", {"forms/ask.yml": FORM.replace("What is it?", "What is it")})
    extract(desk, "tiny", [])
    entry = catalogue(tmp_path)["What is it"]
    assert (entry.translation, entry.fuzzy) == ("Про що це?", True)
    assert open_folder(tmp_path / "tiny", Cache(None)).texts("uk") == {}


def test_languages_must_be_named_and_known(desk):
    with pytest.raises(UsageError, match="Name the languages"):
        extract(desk, "tiny", [])
    with pytest.raises(UsageError, match="is written in"):
        extract(desk, "tiny", ["en"])
    with pytest.raises(PackError, match="is not a language"):
        extract(desk, "tiny", ["klingon"])
    with pytest.raises(PackError, match="is not a language"):
        extract(desk, "tiny", ["../uk"])


def test_only_a_folder_of_ones_own_is_written_to(desk):
    with pytest.raises(UnusableError, match="folder of yours"):
        extract(desk, "general", ["de"])


def test_compiled_texts_are_read_while_they_are_those_of_the_po_file(desk, tmp_path):
    extract(desk, "tiny", ["uk"])
    translate(tmp_path, "Ask", "Запитати")
    made = compile_texts(desk, "tiny")
    assert made.ok
    assert made.paths == (str(tmp_path / "tiny" / "locale" / "uk.mo"),)
    assert {one.code for one in made.findings} == {"T070"}
    place = tmp_path / "tiny" / "locale" / "uk.po"
    assert open_folder(tmp_path / "tiny", Cache(None)).texts("uk") == {"Ask": "Запитати"}
    place.write_text(place.read_text("utf-8").replace("Запитати", "Питати"), "utf-8")
    assert open_folder(tmp_path / "tiny", Cache(None)).texts("uk") == {"Ask": "Питати"}
    place.unlink()
    assert open_folder(tmp_path / "tiny", Cache(None)).texts("uk") == {"Ask": "Запитати"}


def test_a_language_with_an_error_is_not_compiled(desk, tmp_path):
    write_folder(tmp_path / "tiny", {"locale/uk.po": "hello\n", "locale/pl.po": 'msgid "Ask"\nmsgstr "Zapytaj"\n'})
    made = compile_texts(desk, "tiny")
    assert not made.ok
    assert made.paths == (str(tmp_path / "tiny" / "locale" / "pl.mo"),)


def test_without_translations_there_is_nothing_to_compile(desk):
    with pytest.raises(PackError, match="no translations"):
        compile_texts(desk, "tiny")


def test_gettext_reads_what_was_compiled(tmp_path):
    import gettext
    import io

    raw = (load.builtin_root() / "general" / "locale" / "uk.po").read_bytes()
    compiled = po.compile_mo(raw, "uk.po")
    theirs = gettext.GNUTranslations(io.BytesIO(compiled))
    texts, stamp = po.read_mo(compiled, "uk.mo")
    assert stamp == po.stamp_of(raw)
    assert len(texts) > 100
    assert all(theirs.gettext(text) == translation for text, translation in texts.items())


@given(st.dictionaries(st.text(min_size=1), st.text(min_size=1), max_size=6))
def test_any_text_survives_compiling(texts):
    import json

    lines = [
        f"msgid {json.dumps(a, ensure_ascii=False)}\nmsgstr {json.dumps(b, ensure_ascii=False)}\n"
        for a, b in texts.items()
    ]
    raw = "\n".join(lines).encode("utf-8", "surrogatepass")
    try:
        entries = po.read(raw, "x.po")
    except PackError:
        return
    found, _stamp = po.read_mo(po.compile_mo(raw, "x.po"), "x.mo")
    wanted = {one.text for one in entries if one.translation and "\0" not in one.text}
    assert set(found) == wanted


@given(st.binary(max_size=200), st.integers(0, 400))
def test_a_damaged_compiled_file_ends_in_a_sentence(noise, place):
    compiled = bytearray(po.compile_mo(b'msgid "Ask"\nmsgstr "Q"\n', "x.po"))
    compiled[place % len(compiled) : place % len(compiled) + len(noise)] = noise
    with contextlib.suppress(PackError):  # anything else would be a traceback for the customer
        texts, _stamp = po.read_mo(bytes(compiled), "x.mo")
        assert all(isinstance(one, str) for pair in texts.items() for one in pair)


@pytest.mark.parametrize("name", load.builtin_names())
def test_a_skeleton_of_every_form_reads_back_and_asks_for_what_is_missing(bench, tmp_path, name):
    pack = load.open_folder(load.builtin_root() / name, bench().cache)
    for language in ("en", "uk", "ru", "pl"):
        one = bench(language=language)
        for form_id in pack.form_ids():
            form = pack.form(form_id)
            made = make_skeleton(one, form_id, name)
            read = said_beside.parse(made.text.encode(), "a.yml")
            assert list(read.values) == [q.id for q in form.questions if q.asks and q.on_form]
            assert set(read.values.values()) == {None}
            for question in form.questions:
                label = pack.texts(language).get(question.label, question.label)
                assert not question.asks or label.split()[0] in made.text


def test_a_skeleton_that_was_filled_in_makes_the_request(bench, work_folder):
    one = bench(language="uk")
    text = make_skeleton(one, "general", "general").text
    assert "support new general -p general --lang uk -a FILE" in text
    filled = {
        "topic": "Рахунок або договір",
        "name": "Шевченко Іван",
        "email": "ivan@example.net",
        "summary": "Рахунок двічі",
        "details": '"Прийшов: двічі"',
        "tried": "\n  - Подзвонив\n  - Написав",
        "consent": "yes",
    }
    for key, value in filled.items():
        assert f"\n{key}:\n" in text
        text = text.replace(f"\n{key}:\n", f"\n{key}: {value}\n")
    (work_folder / "a.yml").write_text(text, "utf-8")
    outcome = new(one, NewOptions(form="general", pack="general", answers=str(work_folder / "a.yml"), no_input=True))
    assert outcome.state == "written"
    assert outcome.request is not None
    assert outcome.request.value("topic") == "Bill or contract"
    assert outcome.request.value("tried") == ["Подзвонив", "Написав"]
    assert outcome.request.value("details") == "Прийшов: двічі"


def test_one_of_several_forms_has_to_be_named(bench):
    with pytest.raises(UsageError, match="name one of them"):
        make_skeleton(bench(), "", "software")


def test_ids_that_yaml_would_take_for_something_else_are_quoted(bench, tmp_path):
    body = "\n".join(
        f"  - {{type: input, id: '{one}', attributes: {{label: '{one} x'}}}}" for one in ("yes", "1", "-a")
    )
    write_folder(tmp_path / "odd", {"pack.yml": "pack: odd\n", "forms/a.yml": f"name: A\nbody:\n{body}\n"})
    text = make_skeleton(bench(cwd=tmp_path), "a", "odd").text
    assert list(said_beside.parse(text.encode(), "a.yml").values) == ["yes", "1", "-a"]
