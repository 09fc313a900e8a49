from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support_cli.base.cache import Cache
from support_cli.packs import load
from support_cli.packs.errors import PackError
from support_cli.packs.load import builtin_names, builtin_root, open_folder, read_texts

FORM = "name: Bug\nbody:\n- {type: input, id: summary, attributes: {label: Summary}}\n"
PO = """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "Summary"
msgstr "Коротко"

#, fuzzy
msgid "Details"
msgstr "Мабуть"

msgid "Empty"
msgstr ""

msgid "Red"
msgstr "\\u001b[31mЧервоний\u202e"
"""


def write(root, **files):
    for name, text in files.items():
        place = root / name.replace("__", "/").replace("_yml", ".yml").replace("_po", ".po").replace("_j2", ".txt.j2")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    return root


@pytest.fixture
def root(tmp_path):
    return write(
        tmp_path / "mypack",
        pack_yml="pack: mine\nversion: 1.2.0\nlanguage: en\n",
        forms__bug_yml=FORM,
        forms__idea_yml="name: Idea\nbody:\n- {type: textarea, attributes: {label: Idea}}\n",
        locale__uk_po=PO,
        templates__ticket_j2="{{ subject }}",
    )


@pytest.fixture
def cache(tmp_path):
    return Cache(tmp_path / "cache")


def test_forms_come_in_the_order_that_the_manifest_names_and_then_by_name(root, cache):
    write(root, forms__zero_yml=FORM, pack_yml="pack: mine\nforms: [zero, gone, idea]\n")
    assert open_folder(root, cache).form_ids() == ["zero", "idea", "bug"]


def test_a_pack_in_a_folder(root, cache):
    pack = open_folder(root, cache)
    assert (pack.manifest.name, pack.manifest.version, pack.origin, pack.where) == (
        "mine",
        "1.2.0",
        "folder",
        str(root),
    )
    assert pack.form_ids() == ["bug", "idea"]
    assert pack.form_file("bug") == "forms/bug.yml"
    assert pack.form("bug").questions[0].id == "summary"
    assert pack.template_names() == ("ticket.txt.j2",)
    assert pack.template("ticket.txt.j2") == "{{ subject }}"
    assert pack.template("no.txt.j2") is None
    assert pack.texts("en") == {}
    assert pack.texts("pl") == {}
    assert pack.texts("uk")["Summary"] == "Коротко"


def test_a_second_start_parses_nothing(root, cache, monkeypatch):
    first = open_folder(root, cache)
    form = first.form("bug")
    texts = first.texts("uk")

    def never(*_arguments, **_more):
        raise AssertionError("parsed again")

    monkeypatch.setattr("support_cli.packs.yamltext.parse", never)
    second = open_folder(root, cache)
    assert second.digest == first.digest
    assert second.form("bug") == form
    assert second.texts("uk") == texts


def test_a_change_is_seen_at_once(root, cache):
    before = open_folder(root, cache)
    before.form("bug")
    write(root, forms__bug_yml=FORM.replace("Summary", "Title"))
    after = open_folder(root, cache)
    assert after.digest != before.digest
    assert after.form("bug").questions[0].label == "Title"


@pytest.mark.parametrize("junk", [b"", b"junk", b"\xff" * 100, b"\xdc\x00\x10"])
def test_a_damaged_cache_does_no_harm(root, cache, junk):
    first = open_folder(root, cache)
    form, texts = first.form("bug"), first.texts("uk")
    for path in cache.folder.iterdir():
        path.write_bytes(junk)
    again = open_folder(root, cache)
    assert (again.digest, again.form("bug"), again.texts("uk")) == (first.digest, form, texts)


def test_no_cache_at_all(root):
    assert open_folder(root, Cache(None)).form("bug").name == "Bug"


def test_numbers_that_no_cache_can_hold(root, cache):
    item = "- {type: number, id: n, attributes: {label: N, value: 123456789012345678901234567890}}\n"
    write(root, forms__bug_yml=FORM + item)
    for _start in (1, 2):
        assert open_folder(root, cache).form("bug").questions[1].default == 123456789012345678901234567890


def test_faults_name_the_file_and_the_place(root, cache):
    write(root, forms__bug_yml=FORM.replace("label:", "lable:"))
    with pytest.raises(PackError) as refused:
        open_folder(root, cache).form("bug")
    assert refused.value.where == f"{root / 'forms' / 'bug.yml'}:3:43"
    assert refused.value.findings[0].fix == "label"
    write(root, pack_yml="pack: mine\ntitel: x\n")
    with pytest.raises(PackError) as refused:
        open_folder(root, cache)
    assert refused.value.where == f"{root / 'pack.yml'}:2:1"


def test_a_fault_in_one_form_leaves_the_others_alone(root, cache):
    write(root, forms__bug_yml="name: [")
    assert open_folder(root, cache).form("idea").name == "Idea"


def test_a_form_that_is_not_there(root, cache):
    with pytest.raises(PackError, match=r"There is no form “bgu” in this pack\.") as refused:
        open_folder(root, cache).form("bgu")
    assert refused.value.hint == "Did you mean “bug”?"
    with pytest.raises(PackError) as refused:
        open_folder(root, cache).form("\x1b[31mweather\u202e")
    assert refused.value.hint == "bug, idea"
    assert "“weather”" in refused.value.message


def test_a_folder_that_is_no_pack(tmp_path, cache):
    with pytest.raises(PackError, match=r"pack\.yml does not exist"):
        open_folder(tmp_path, cache)
    with pytest.raises(PackError, match="cannot be read"):
        open_folder(tmp_path / "nowhere", cache)


def test_a_template_name_cannot_lead_out(root, cache):
    (root.parent / "secret.txt").write_text("secret")
    with pytest.raises(PackError, match="is not a file name inside a pack"):
        open_folder(root, cache).template("../../secret.txt")


def test_translations_that_are_no_text_yet_are_left_out():
    texts = read_texts(PO.encode(), "uk.po")
    assert texts["Summary"] == "Коротко"
    assert "Details" not in texts
    assert "Empty" not in texts
    assert "\u202e" not in texts["Red"]


@given(
    st.one_of(
        st.binary(max_size=80),
        st.lists(
            st.sampled_from(
                ["msgid ", "msgstr ", '"a"', '"', "\n", "#, fuzzy\n", "msgctxt ", "\\", "[0]", "\x1b", "Ї"]
            ),
            max_size=20,
        ).map(lambda parts: "".join(parts).encode()),
    )
)
def test_any_bytes_are_translations_or_a_refusal(raw):
    try:
        texts = read_texts(raw, "x.po")
    except PackError as error:
        assert "x.po" in (error.where or error.message)  # noqa: PT017
    else:
        assert all(isinstance(one, str) for pair in texts.items() for one in pair)


def test_the_built_in_packs_are_found_in_a_checkout_and_in_a_wheel(monkeypatch, tmp_path):
    assert {"general", "software"} <= set(builtin_names())
    assert builtin_root().name == "templates"
    write(tmp_path / "builtin" / "mine", pack_yml="pack: mine\n")
    monkeypatch.setattr(load, "_HERE", tmp_path)
    assert builtin_root() == tmp_path / "builtin"
    assert builtin_names() == ["mine"]


@pytest.mark.parametrize("name", ["general", "software"])
def test_the_built_in_packs_open_with_all_their_forms(name, cache):
    pack = open_folder(builtin_root() / name, cache, origin="builtin")
    assert pack.manifest.name == name
    for form_id in pack.form_ids():
        form = pack.form(form_id)
        assert all(q.id == q.role.value for q in form.questions if q.role is not None), "the id is the role's name"
    assert Path(pack.where).is_dir()
