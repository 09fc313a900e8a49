"""``support pack check``: every kind of fault is found, named by file and line, and a sound pack has none."""

import itertools
import re
import tomllib

import pytest

from support_cli.authoring import check_forms
from support_cli.authoring.check import FIXES, check, docs_folder
from support_cli.base.errors import UnusableError
from support_cli.base.finding import Level
from support_cli.distribution import signatures
from support_cli.distribution.zipped import build
from support_cli.packs import load, po
from support_cli.packs.files import FolderFiles
from tests.distribution.zips import write_folder
from tests.table import each, sample

MANIFEST = """\
pack: sound
version: 1.0.0
title: Sound desk
channels:
  mail: {kind: email, to: desk@example.org}
"""
FORM = """\
name: Trouble
description: Something is wrong.
require_any: [[email, phone]]
body:
  - type: dropdown
    id: topic
    attributes: {label: What is it about?, options: [Internet, Bill]}
    validations: {required: true}
  - type: dropdown
    id: connection
    when: {topic: [Internet]}
    attributes: {label: How are you connected?, options: [Wi-Fi, Cable]}
  - type: input
    id: summary
    role: summary
    attributes: {label: In one line}
    validations: {required: true}
  - {type: textarea, id: details, role: details, attributes: {label: Tell us}}
  - {type: email, id: email, role: email, why: The answer goes there., attributes: {label: Your e-mail}}
  - {type: phone, id: phone, role: phone, why: A call is faster., attributes: {label: Your phone}}
  - {type: upload, id: files, attributes: {label: Files}, validations: {accept: .png}}
"""
TEST = "answers: {topic: Bill}\nexpect: {errors: [A001 summary, A006 email]}\n"
PO = """\
msgid "{one}"
msgstr "{other}"
"""
SOUND = {"pack.yml": MANIFEST, "forms/trouble.yml": FORM, "tests/first.yml": TEST}
TEXTS = [
    "Sound desk",
    "Trouble",
    "Something is wrong.",
    "What is it about?",
    "Internet",
    "Bill",
    "How are you connected?",
    "Wi-Fi",
    "Cable",
    "In one line",
    "Tell us",
    "The answer goes there.",
    "Your e-mail",
    "A call is faster.",
    "Your phone",
    "Files",
]


def catalogue(**other):
    """A complete Ukrainian catalogue but for these."""
    lines = [f'msgid "{text}"\nmsgstr "{other.get(text, "укр " + text)}"\n' for text in TEXTS]
    return 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n' + "\n".join(lines)


@pytest.fixture
def found(bench, tmp_path):
    """Checks the sound pack with some files changed: (code, where) of every error and warning."""

    folders = (tmp_path / f"sound{number}" for number in itertools.count())

    def run(files=None, hints=False):
        root = write_folder(next(folders), {**SOUND, **(files or {})})
        result = check(bench(), str(root))
        assert all(one.fix for one in result.findings), result.findings
        return [(one.code, one.where) for one in result.findings if hints or one.level is not Level.HINT]

    return run


def test_a_sound_pack_has_nothing_to_find_fault_with(found):
    assert found({"locale/uk.po": catalogue()}, hints=True) == []


def body(text, to=FORM):
    return {"forms/trouble.yml": to + text}


def changed(old, new, text=FORM, name="forms/trouble.yml"):
    assert old in text
    return {name: text.replace(old, new)}


def manifest(text):
    return {"pack.yml": MANIFEST + text}


CASES = {
    "a key that nobody knows": (manifest("titel: x\n"), "T001", "pack.yml:6:1"),
    "broken YAML": (changed("name: Trouble", "name: 'Trouble"), "T001", "forms/trouble.yml:"),
    "an unknown id": (
        changed("when: {topic: [Internet]}", "when: {topik: [Internet]}"),
        "T002",
        "forms/trouble.yml:11",
    ),
    "a forward reference": (
        changed("when: {topic: [Internet]}", "when: {summary: x}"),
        "T002",
        "forms/trouble.yml:11",
    ),
    "an unknown choice": (
        changed("when: {topic: [Internet]}", "when: {topic: [Internt]}"),
        "T002",
        "forms/trouble.yml:11",
    ),
    "two questions of one id": (changed("id: details", "id: summary"), "T003", "forms/trouble.yml:18"),
    "a dead branch": (
        body("  - {type: input, id: x, when: {topic: [Bill], connection: [Cable]}, attributes: {label: X}}\n"),
        "T010",
        "forms/trouble.yml:22:",
    ),
    "a choice that changes nothing": (
        body(
            "  - {type: input, id: x, when: {topic: [Bill, Internet], connection: [Cable]}, attributes: {label: X}}\n"
        ),
        "T011",
        "forms/trouble.yml:22:",
    ),
    "a branch of any that is dead": (
        body(
            "  - {type: input, id: x, when: {any: [{topic: {answered: false}}, {connection: [Cable]}]}"
            ", attributes: {label: X}}\n"
        ),
        "T011",
        "forms/trouble.yml:22",
    ),
    "self-help that never shows": (
        body("self_help: [{steps: [Try again.], when: {topic: [Bill], connection: [Cable]}}]\n"),
        "T010",
        "forms/trouble.yml:22",
    ),
    "an unknown form in the order": (manifest("forms: [truble]\n"), "T002", "pack.yml:6"),
    "a form twice in the order": (manifest("forms: [trouble, trouble]\n"), "T003", "pack.yml:6"),
    "a route that no form can take": (
        manifest("routes: [{when: {topic: [Bill], connection: [Cable]}, channel: mail}]\n"),
        "T010",
        "pack.yml:6",
    ),
    "a route behind one that takes everything": (
        manifest("routes: [{channel: mail}, {when: {topic: [Bill]}, channel: mail}]\n"),
        "T010",
        "pack.yml:6",
    ),
    "a choice that an earlier route takes": (
        manifest(
            "routes: [{when: {topic: [Bill]}, channel: mail}, {when: {topic: [Bill, Internet]}, channel: mail}]\n"
        ),
        "T011",
        "pack.yml:6",
    ),
    "an unknown id in a route": (manifest("routes: [{when: {topik: [Bill]}, channel: mail}]\n"), "T002", "pack.yml:6"),
    "an unknown choice in a route": (
        manifest("routes: [{when: {topic: [Bil]}, channel: mail}]\n"),
        "T002",
        "pack.yml:6",
    ),
    "no summary": (changed("    role: summary\n", ""), "T020", "forms/trouble.yml:1:1"),
    "a role twice": (
        body("  - {type: textarea, id: more, role: details, attributes: {label: More}}\n"),
        "T021",
        "forms/trouble.yml:1:1",
    ),
    "a label twice": (changed("label: Tell us", "label: In one line"), "T022", "forms/trouble.yml:1:1"),
    "a group that always holds": (
        changed(
            "attributes: {label: Your e-mail}}", "attributes: {label: Your e-mail}, validations: {required: true}}"
        ),
        "T023",
        "forms/trouble.yml:3",
    ),
    "a group of one": (changed("[[email, phone]]", "[[email]]"), "T023", "forms/trouble.yml:3"),
    "a secret that is sent": (
        body("  - {type: input, id: code, secret: true, attributes: {label: Code word}}\n"),
        "T024",
        "forms/trouble.yml:22",
    ),
    "personal without a reason": (changed("why: A call is faster., ", ""), "T025", "forms/trouble.yml:20"),
    "an address that is not checked": (changed("{type: email, id", "{type: input, id"), "T026", "forms/trouble.yml:19"),
    "a default that its own rules refuse": (
        body("  - {type: number, id: n, attributes: {label: N, value: 3}, validations: {minimum: 5}}\n"),
        "T027",
        "forms/trouble.yml:22",
    ),
    "a sample that its own rules refuse": (
        body("  - {type: date, id: d, example: some day, attributes: {label: D}}\n"),
        "T027",
        "forms/trouble.yml:22:",
    ),
    "words about a pattern that is not there": (
        body("  - {type: input, id: p, attributes: {label: P}, validations: {message: No.}}\n"),
        "T001",
        "forms/trouble.yml:22",
    ),
    "a pattern that takes very long": (
        body("  - {type: input, id: p, attributes: {label: P}, validations: {pattern: '(a|aa)+$'}}\n"),
        "T028",
        "forms/trouble.yml:22",
    ),
    "a file larger than all": (manifest("limits: {file: 20MB}\n"), "T040", "pack.yml:6"),
    "a message too small for the files": (manifest("limits: {message: 10MB}\n"), "T041", "pack.yml:6"),
    "an ending taken and refused": (manifest("limits: {accept: [png, jpg], refuse: [jpg]}\n"), "T042", "pack.yml:6"),
    "files that the limits refuse": (manifest("limits: {refuse: [png]}\n"), "T043", "forms/trouble.yml:21"),
    "files where none are taken": (manifest("limits: {files: 0}\n"), "T043", "forms/trouble.yml:21"),
    "a channel nobody routes to": (
        changed("  mail:", "  post: {kind: email, to: post@example.org}\n  mail:", MANIFEST, "pack.yml")
        | {"pack.yml": MANIFEST + "  post: {kind: email, to: post@example.org}\n"},
        "T044",
        "pack.yml:6",
    ),
    "a channel without an address": (changed(", to: desk@example.org", "", MANIFEST, "pack.yml"), "T045", "pack.yml:5"),
    "a kind of channel that nobody knows": (
        changed("kind: email", "kind: emial", MANIFEST, "pack.yml"),
        "T045",
        "pack.yml:5",
    ),
    "a desk without an address": (
        changed("kind: email, to: desk@example.org", "kind: zammad", MANIFEST, "pack.yml"),
        "T045",
        "pack.yml:5",
    ),
    "a wrong address": (changed("desk@example.org", "desk", MANIFEST, "pack.yml"), "T045", "pack.yml:5"),
    "a desk without protection": (
        changed(
            "kind: email, to: desk@example.org", "kind: zammad, url: http://desk.example.org", MANIFEST, "pack.yml"
        ),
        "T045",
        "pack.yml:5",
    ),
    "a description of a desk that cannot work": (
        changed(
            "kind: email, to: desk@example.org",
            "kind: http, url: https://desk.example.org, answer: {id: nr}, body: {text: '{txet}'}",
            MANIFEST,
            "pack.yml",
        ),
        "T045",
        "pack.yml:5",
    ),
    "a password in a pack": (
        changed(
            "kind: email, to: desk@example.org",
            "kind: zammad, url: https://desk.example.org, token: abc",
            MANIFEST,
            "pack.yml",
        ),
        "T045",
        "pack.yml:5",
    ),
    "personal answers in public": (
        changed("to: desk@example.org", "to: desk@example.org, public: true", MANIFEST, "pack.yml"),
        "T046",
        "forms/trouble.yml:19",
    ),
    "a publisher's key that is none": (manifest("publisher: {key: abc}\n"), "T047", "pack.yml:6"),
    "a contact that is no address": (manifest("contacts: [{kind: email, value: desk}]\n"), "T048", "pack.yml:6"),
    "a template that is wrong": ({"templates/ticket.md.j2": "{% if %}"}, "T060", "templates/ticket.md.j2:1"),
    "a name that templates do not have": (
        {"templates/ticket.md.j2": "a\n{{ sumary }}"},
        "T061",
        "templates/ticket.md.j2:2",
    ),
    "a question that no form has": (
        {"templates/chat.txt.j2": "{{ answers.detials }}"},
        "T061",
        "templates/chat.txt.j2:1",
    ),
    "HTML that acts": ({"templates/email.html.j2": "<script>x</script>"}, "T063", "templates/email.html.j2:1"),
    "an answer in an attribute": (
        {"templates/email.html.j2": "<p class={{ roles.details }}>x</p>"},
        "T063",
        "templates/email.html.j2",
    ),
    "a template that nobody uses": ({"templates/tickets.md.j2": "x"}, "T064", "templates/tickets.md.j2"),
    "a translation that is missing": ({"locale/uk.po": catalogue(Bill="")}, "T070", "locale/uk.po:20"),
    "a translation of a text that is gone": (
        {"locale/uk.po": catalogue() + '\nmsgid "Gone"\nmsgstr "x"\n'},
        "T071",
        "locale/uk.po:53",
    ),
    "a file of translations that is never read": ({"locale/en.po": catalogue()}, "T071", "locale/en.po"),
    "a fuzzy translation": (
        {"locale/uk.po": catalogue().replace('msgid "Bill"', '#, fuzzy\nmsgid "Bill"')},
        "T072",
        "locale/uk.po:2",
    ),
    "a placeholder that is lost": (
        {"templates/ticket.md.j2": '{{ _("From {x}")|fill(x=headline) }}'}
        | {"locale/uk.po": catalogue() + '\nmsgid "From {x}"\nmsgstr "Від"\n'},
        "T073",
        "locale/uk.po:53",
    ),
    "two choices with one translation": ({"locale/uk.po": catalogue(Bill="укр Internet")}, "T074", "locale/uk.po"),
    "a file that is no PO file": ({"locale/uk.po": "hello\n"}, "T075", "locale/uk.po"),
    "documents in a language that is not there": (manifest("reply_language: pl\n"), "T077", "pack.yml:6"),
    "a stale compiled file": (
        {"locale/uk.po": catalogue(), "locale/uk.mo": po.compile_mo(catalogue(Bill="x").encode(), "x")},
        "T078",
        "locale/uk.mo",
    ),
    "an answer without a title": ({"faq/a.md": "Just text."}, "T080", "faq/a.md:1"),
    "an answer that nobody finds": (
        {"faq/a.md": "---\ntitle: How do I?\nkeywords: ['...']\n---\nText.\n"},
        "T081",
        "faq/a.md",
    ),
    "keywords that never match": (
        {"faq/a.md": "---\ntitle: Restart the router\nkeywords: [restart, '...']\n---\nText.\n"},
        "T081",
        "faq/a.md",
    ),
    "an answer about an unknown question": (
        {"faq/a.md": "---\ntitle: Restart the router\nwhen: {topik: x}\n---\nText.\n"},
        "T002",
        "faq/a.md",
    ),
    "a text that ends at a #": (
        changed("    attributes: {label: In one line}\n", "    attributes:\n      label: Issue #5\n"),
        "T004",
        "forms/trouble.yml:17:14",
    ),
    "a size without its unit": (manifest("limits: {file: 8}\n"), "T050", "pack.yml:6"),
    "a setting that a mail channel does not have": (
        changed("to: desk@example.org", "to: desk@example.org, route: first", MANIFEST, "pack.yml"),
        "T051",
        "pack.yml:5",
    ),
    "a queue of a form that goes by mail": (
        changed("name: Trouble\n", "name: Trouble\nroute: First line\n"),
        "T051",
        "forms/trouble.yml:2",
    ),
    "a block that fills nothing": (
        {"templates/ticket.md.j2": '{% extends "general/ticket.md.j2" %}\n{% block sumary %}x{% endblock %}'},
        "T065",
        "templates/ticket.md.j2:2",
    ),
    "a template in another encoding": (
        {"templates/ticket.md.j2": "Тема\n".encode("cp1251")},
        "T060",
        "templates/ticket.md.j2:1",
    ),
    "an answer in another encoding": (
        {"faq/a.md": "---\ntitle: Тема\n---\nx\n".encode("cp1251")},
        "T001",
        "faq/a.md:2",
    ),
    "a quote that is not closed": (
        {"locale/uk.po": catalogue().replace('"укр Bill"', '"укр Bill')},
        "T075",
        "locale/uk.po:21",
    ),
    "two questions with one translation": (
        {"locale/uk.po": catalogue(**{"Tell us": "укр In one line"})},
        "T074",
        "locale/uk.po:",
    ),
    "an answer without a translation": (
        {"locale/uk.po": catalogue(), "faq/a.md": "---\ntitle: Restart the router\n---\nText.\n"},
        "T083",
        "faq/a.md",
    ),
    "an answer without a translation that others have": (
        {
            "faq/a.md": "---\ntitle: Restart the router\n---\nText.\n",
            "faq/b.md": "---\ntitle: Pay the bill\n---\nText.\n",
            "faq/b.uk.md": "---\ntitle: Оплата рахунку\n---\nТекст.\n",
        },
        "T083",
        "faq/a.md",
    ),
    "a key that tests do not have": (
        {"tests/first.yml": TEST.replace("expect:", "expcet:")},
        "T001",
        "tests/first.yml:2",
    ),
    "a question that a test's form does not have": (
        {"tests/first.yml": TEST.replace("topic:", "topik:")},
        "T002",
        "tests/first.yml:1",
    ),
    "a test of a form that is not there": ({"tests/first.yml": "form: truble\n" + TEST}, "T002", "tests/first.yml:1"),
    "a topic that is never recognised": (
        manifest("not_ours: [{keywords: ['...'], answer: Ask them.}]\n"),
        "T082",
        "pack.yml:6",
    ),
}


@each("name", CASES)
def test_a_fault_is_found_where_it_is_and_brings_no_others(found, name):
    files, code, where = CASES[name]
    results = found(files)
    assert {one for one, _place in results} == {code}
    assert any(place.startswith(where) for _code, place in results), results


WHOLE = {
    **SOUND,
    "pack.yml": MANIFEST + "routes: [{when: {connection: [Wi-Fi]}, channel: mail}]\nforms: [trouble, idea]\n",
    "forms/idea.yml": "name: Idea\nbody:\n"
    "  - {type: textarea, id: idea, role: summary, attributes: {label: Your idea}}\n",
    "templates/ticket.md.j2": (
        '{% extends "general/ticket.md.j2" %}\n{% block notice %}{{ _("From the desk") }} '
        '{{ answers.topic|default("") }}{% include "part.j2" %}{% endblock %}\n'
    ),
    "templates/part.j2": '{{ _("Part of it") }}',
    "faq/router.md": "---\ntitle: Restart the router\nwhen: {topic: Internet}\n---\nText.\n",
    "faq/router.uk.md": "---\ntitle: Перезапуск роутера\n---\nТекст.\n",
    "tests/first.yml": "form: trouble\n" + TEST,
    "tests/idea.yml": "form: idea\nanswers: {idea: x}\n",
    "locale/uk.po": catalogue()
    + "".join(
        f'\nmsgid "{text}"\nmsgstr "укр {text}"\n' for text in ("Idea", "Your idea", "From the desk", "Part of it")
    ),
}
"""A pack with everything in it, so that whatever depends on a broken file is there."""

SLIPS = {
    "forms/trouble.yml": ("id: summary", "di: summary"),
    "forms/idea.yml": ("textarea", "textara"),
    "pack.yml": ("channels:", "chanels:"),
    "templates/ticket.md.j2": ("{% endblock %}", "{% endblok %}"),
    "templates/part.j2": ("{{ _(", "{{ _(("),
    "faq/router.md": ("title:", "titel:"),
    "faq/router.uk.md": ("---\nТекст", "--\nТекст"),
    "tests/first.yml": ("answers:", "anwsers:"),
    "locale/uk.po": ('msgid "Idea"', 'msgdi "Idea"'),
}


def test_a_whole_pack_has_nothing_to_find_fault_with(found):
    assert found(WHOLE, hints=True) == []


@each("name", [*SLIPS])
def test_one_typo_is_one_finding_whatever_depends_on_the_file(found, name):
    assert SLIPS.keys() == {one for one in WHOLE if one != "tests/idea.yml"}
    old, new = SLIPS[name]
    assert old in WHOLE[name]
    results = found({**WHOLE, name: WHOLE[name].replace(old, new, 1)}, hints=True)
    assert [place.partition(":")[0] for _code, place in results] == [name]


@each("name", [*SLIPS])
def test_a_file_in_another_encoding_is_one_finding(found, name):
    results = found({**WHOLE, name: WHOLE[name].encode() + "\n# помилка".encode("cp1251")}, hints=True)
    assert {place.partition(":")[0] for _code, place in results} == {name}


@each(
    "line",
    [
        *(
            "label: Issue # 5",
            "label: Issue  # a remark",
            'label: "Issue #5"',
            "label: Issue#5",
            "id: x #5",
            "# label: a #5",
        ),
        *("- id: x #5", "- 'Issue #5'", "label: |\n  Issue #5\n  more #6", "label: >-\n  Issue #5", "label: {a: b #5"),
    ],
)
def test_a_remark_is_no_slip(line):
    assert list(check_forms.check_yaml("x.yml", line)) == []


@each("line", ["label: Issue #5", "- Issue #5", "  - label: Issue #5", "title: a b #c # d", "- {x: 1}\n- Bill #7"])
def test_a_text_that_yaml_cuts_is_a_slip(line):
    assert [one.code for one in check_forms.check_yaml("x.yml", line)] == ["T004"]


def test_every_fault_of_every_file_is_told_at_once(found):
    files = changed("when: {topic: [Internet]}", "when: {topik: [Internet]}") | {
        "pack.yml": MANIFEST + "titel: x\n",
        "forms/other.yml": "name: Other\nbody: []\n",
    }
    places = {where.partition(":")[0] for _code, where in found(files)}
    assert places == {"pack.yml", "forms/trouble.yml", "forms/other.yml"}


def test_a_pack_without_forms_is_told_so(bench, tmp_path):
    root = write_folder(tmp_path / "empty", {"pack.yml": MANIFEST})
    assert [one.code for one in check(bench(), str(root)).findings if one.level is Level.ERROR] == ["T005"]


def test_a_question_that_some_forms_do_not_have_is_told_of(found):
    other = "name: Idea\nbody:\n  - {type: textarea, id: idea, role: summary, attributes: {label: Idea}}\n"
    template = {"templates/chat.txt.j2": "{{ answers.topic }}", "forms/idea.yml": other}
    # With the other form the document really fails.
    assert found(template) == [("T060", "templates/chat.txt.j2:1"), ("T062", "templates/chat.txt.j2:1")]
    template["templates/chat.txt.j2"] = "{{ answers.topic|default('') }}"
    assert found(template) == []


@each(
    ("files", "code", "where"),
    [
        (
            body("  - {type: input, id: x, when: {topic: {answered: true}}, attributes: {label: X}}\n"),
            "T012",
            "forms/trouble.yml:22:",
        ),
        (changed("title: Sound desk\n", "", MANIFEST, "pack.yml"), "T049", "pack.yml"),
        (changed("version: 1.0.0\n", "", MANIFEST, "pack.yml"), "T049", "pack.yml"),
        ({"locale/cs.po": catalogue()}, "T076", "locale/cs.po"),
    ],
)
def test_what_may_be_meant_so_is_a_hint(found, files, code, where):
    ((told, place),) = found(files, hints=True)
    assert (told, place.startswith(where)) == (code, True)


def test_hints_are_no_reason_to_stop(bench, tmp_path):
    root = write_folder(tmp_path / "bare", {**SOUND, "notes.txt": "x", "README.md": "x"})
    (root / "tests" / "first.yml").unlink()
    result = check(bench(), str(root))
    assert [(one.code, one.where) for one in result.findings] == [("T091", "notes.txt"), ("T090", "tests")]
    assert result.ok(strict=True)


def test_warnings_stop_where_that_is_asked_for(bench, tmp_path):
    root = write_folder(tmp_path / "warned", {**SOUND, **changed("    role: summary\n", "")})
    result = check(bench(), str(root))
    assert result.ok()
    assert not result.ok(strict=True)


def test_a_zip_is_checked_like_its_folder(bench, tmp_path):
    root = write_folder(tmp_path / "sound", {**SOUND, **manifest("limits: {file: 20MB}\n")})
    place = tmp_path / "sound.zip"
    place.write_bytes(build(FolderFiles(root)))
    assert check(bench(), str(place)).findings == check(bench(), str(root)).findings


def test_a_zip_with_a_broken_manifest_is_checked_too(bench, tmp_path):
    root = write_folder(tmp_path / "sound", {**SOUND, **manifest("titel: x\n")})
    place = tmp_path / "sound.zip"
    place.write_bytes(build(FolderFiles(root)))
    assert [one.code for one in check(bench(), str(place)).findings] == ["T001"]


def test_a_key_of_minisign_is_a_publishers_key(found):
    assert found(manifest(f"publisher: {{name: x, key: {signatures.new_key().public.text}}}\n")) == []


def test_receivers_are_written_as_sending_takes_them(found):
    for to in ("Help desk <desk@example.org>", "desk@example.org,two@example.org", "'\"Desk, north\" <d@example.org>'"):
        assert found({**SOUND, "pack.yml": MANIFEST.replace("desk@example.org", to)}) == [], to


def test_what_is_no_pack_is_said(bench, tmp_path):
    with pytest.raises(UnusableError):
        check(bench(), "nowhere")
    with pytest.raises(UnusableError):
        check(bench(), str(tmp_path))


def test_issue_forms_are_checked_by_github_rules(bench, tmp_path):
    form = "name: Bug\ndescription: x\nbody:\n  - type: input\n    id: a b\n    attributes: {label: A}\n"
    root = write_folder(tmp_path, {".github/ISSUE_TEMPLATE/bug.yml": form})
    result = check(bench(), str(root))
    assert result.forms == 1
    assert all(re.fullmatch(r"T1\d\d", one.code) for one in result.findings)
    assert result.findings


@pytest.mark.parametrize("name", sample(load.builtin_names(), every=8))
def test_packs_of_ours_are_sound(bench, name):
    result = check(bench(), name)
    assert [one for one in result.findings if one.level is not Level.HINT] == []


def test_the_chooser_beside_issue_forms_is_checked_too(bench, tmp_path):
    folder = ".github/ISSUE_TEMPLATE/"
    form = "name: Trouble\ndescription: x\nbody:\n  - {type: input, id: a, attributes: {label: A}}\n"
    files = {folder + "bug.yml": form, folder + "other.yml": form, folder + "config.yml": "contact_link: []\n"}
    result = check(bench(), str(write_folder(tmp_path, files)))
    assert result.forms == 2
    assert {one.code for one in result.findings} == {"T161", "T152"}
    assert any(one.where.endswith("config.yml:1:1") for one in result.findings)
    write_folder(tmp_path, {folder + "config.yml": "", folder + "other.yml": "name: Other\nbody: [\n"})
    ((code, where),) = [(one.code, one.where) for one in check(bench(), str(tmp_path)).findings]
    assert code == "T001"
    assert re.search(r"other\.yml:\d+:\d+$", where)


def test_pages_that_advice_names_are_there():
    pages = {page for text in FIXES.values() for page in re.findall(r"\{docs\}/([\w-]+\.md)", text)}
    assert pages
    assert [page for page in pages if not (docs_folder() / page).is_file()] == []
    packed = tomllib.loads((load.builtin_root().parent / "pyproject.toml").read_text("utf-8"))
    included = packed["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert {f"docs/{page}" for page in pages} <= included.keys()
