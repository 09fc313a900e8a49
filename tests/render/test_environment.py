import os
import sys

import pytest

from support_cli.render.environment import Templates
from tests.render.making import CONTEXT, GENERAL, pack, problem, render
from tests.table import each


@each(
    ("source", "expected"),
    [
        ("{{ a }} {{ facts.none }}{{ facts.items }}", "hello <b> kept"),
        ("{% for w in words %}{{ loop.index }}{{ w }}{% if not loop.last %},{% endif %}{% endfor %}", "1one,2two,3one"),
        ("{% for p in people if p.age %}{{ p.name }}{% endfor %}", "Anna"),
        ("{% for k, v in facts|items %}{{ k }}={{ v }};{% endfor %}", "items=kept;none=;"),
        ("{% for p in people %}{{ loop.previtem.name if not loop.first }}{% endfor %}", "Anna"),
        ("{% for w in words %}{{ loop.cycle('a', 'b') }}{% endfor %}", "aba"),
        ("{% for i in range(3) %}{{ i }}{% endfor %}", "012"),
        ("- {{ 'one\n\n> two'|md_line }}", "- one > two"),
        (
            "{{ words|unique|join('+') }} {{ words|length }} {{ words[0] }} {{ words[-1] }} {{ a[0:5] }}",
            "one+two 3 one one hello",
        ),
        (
            "{{ number * 2 + 1 }} {{ 7 // 2 }} {{ 7 % 2 }} {{ 1 / 4 }} {{ -number }} {{ 'a' ~ 1 }}{{ 'a' + 'b' }}",
            "7 3 1 0.25 -3 a1ab",
        ),
        ("{% macro m(x, y='z') %}<{{ x }}{{ y }}>{% endmacro %}{{ m('1') }}{{ m('1', y='2') }}", "<1z><12>"),
        ("{% macro m() %}[{{ caller() }}]{% endmacro %}{% call m() %}in{% endcall %}", "[in]"),
        ("{% set x %}caught {{ number }}{% endset %}{{ x|upper }}", "CAUGHT 3"),
        ("{% filter upper %}loud{% endfilter %}", "LOUD"),
        (
            "{% with x = 1 %}{{ x }}{% endwith %}{{ nothing|default('none') }}{% if nothing is defined %}no{% endif %}",
            "1none",
        ),
        ("{{ _('Hello {name}, {x}')|fill(name='Anna') }}", "Hello Anna, {x}"),
        ("{{ 48211|size }}", "48\N{NO-BREAK SPACE}kB"),
        ("{{ people|selectattr('age')|map('name')|join }}{{ people|rejectattr('age')|map('name')|join }}", "AnnaBob"),
        (
            "{{ (words|batch(2))[1]|first }} {{ 'ab'|replace('b', 'c') }} {{ 2.55|round(1) }} {{ '7x'|int }}",
            "one ac 2.5 0",
        ),
        ("{% raw %}{{ x }}{% endraw %}{# gone #}", "{{ x }}"),
    ],
)
def test_what_templates_of_packs_can_do(source, expected):
    assert render(source) == expected


def test_a_pack_builds_on_the_template_of_general_and_replaces_its_own_parts():
    mine = pack(
        {"ticket.txt.j2": '{% extends "general/ticket.txt.j2" %}{% block footer %}mine{{ super() }}{% endblock %}'}
    )
    source = GENERAL.template("ticket.txt.j2")
    assert source is not None
    names = Templates(mine, GENERAL).variables("general/ticket.txt.j2")
    assert {"headline", "sections", "files"} <= names
    assert Templates(mine, GENERAL).has("ticket.txt.j2")
    assert Templates(mine, GENERAL).has("email.txt.j2"), "what a pack lacks comes from general"
    assert not Templates(mine, GENERAL).has("nothing.txt.j2")


def test_a_pack_without_a_template_uses_the_one_of_general():
    other = pack({"mine.txt.j2": "A{% block x %}base{% endblock %}"}, name="general")
    mine = Templates(
        pack({"t.txt.j2": '{% extends "general/mine.txt.j2" %}{% block x %}mine {{ super() }}{% endblock %}'}), other
    )
    assert mine.render("t.txt.j2", {}, "en") == "Amine base"
    assert mine.render("mine.txt.j2", {}, "en") == "Abase"


def test_texts_are_translated_by_the_pack_first_then_by_general():
    texts = {"uk": {"Steps": "Кроки пакета"}}
    mine = Templates(pack({"t.txt.j2": "{{ _('Steps') }} {{ _('Files') }} {{ _('Untold') }}"}, texts), GENERAL)
    assert mine.render("t.txt.j2", {}, "uk") == "Кроки пакета Файли Untold"
    assert mine.render("t.txt.j2", {}, "en") == "Steps Files Untold"


def test_an_error_names_the_template_and_the_line():
    assert problem("one\ntwo\n{{ nothing }}").where == "t.txt.j2:3"
    assert problem("one\n{% if %}").where == "t.txt.j2:2"
    assert problem("one\n{% include 'lib.txt.j2' %}", lib="x\ny\n{{ a.upper() }}").where == "lib.txt.j2:3"
    assert "did you mean" in problem("{{ a|uper }}").message
    assert "a filter, like value|upper" in problem("{{ a.upper() }}").message
    assert "general/t.txt.j2" in problem("{% extends 't.txt.j2' %}").message


@each(
    ("source", "reason"),
    [
        ("{{ a|fill(1) }}", "is given what it does not take"),
        ("{{ words|join(1, 2, 3) }}", "is given what it does not take"),
        ("{{ a|md_line(3) }}", "is given what it does not take"),
        ("{{ a is divisibleby(0) }}", "is given what it does not take"),
        ("{{ a|nosuch }}", 'there is no filter "nosuch".'),
        ("{{ a is nosuch }}", 'there is no test "nosuch".'),
        ("{% block a %}{% endblock %}{% block a %}{% endblock %}", 'there is another block "a".'),
    ],
)
def test_an_error_is_told_without_names_of_ours(source, reason):
    found = problem(source)
    assert reason in found.message
    assert not [name for name in ("_fill", "lambda", "positional", "File ", "Error") if name in found.message]


def test_html_escapes_whatever_is_no_html_already():
    made = render(
        "<p>{{ a }}</p>{{ a ~ '<i>' }}{{ ['<u>', a]|join('<') }}"
        "{% macro m(x) %}<q>{{ x }}</q>{% endmacro %}{{ m(a) }}{{ m(a) ~ a }}{{ 'x<' + m(a) }}"
        "{{ '{n} <'|fill(n=a) }}{{ a|lines }}{{ m(a)|indent(3) }}{% set s %}<s>{{ a }}</s>{% endset %}{{ s }}"
        "{{ a|upper }}{{ a|wrap }}{{ a|md }}{{ a|fence }}{{ a|replace('h', '<h>') }}{{ a[0:9] }}{{ a|e }}",
        name="t.html.j2",
    )
    for tag in ("<p>", "</p>", "<q>", "</q>", "<s>", "</s>"):
        made = made.replace(tag, "")
    assert "<" not in made


def test_compiled_templates_are_kept_and_used(tmp_path):
    folder = tmp_path / "cache" / "templates"
    mine = pack({"t.txt.j2": "{{ a }}!"})
    assert Templates(mine, GENERAL, folder).render("t.txt.j2", CONTEXT, "en") == "hello <b>!"
    (kept,) = folder.iterdir()
    if os.name == "posix":
        assert folder.stat().st_mode & 0o777 == 0o700
        assert kept.stat().st_mode & 0o777 == 0o600
    before = kept.stat().st_mtime_ns
    assert Templates(mine, GENERAL, folder).render("t.txt.j2", CONTEXT, "en") == "hello <b>!"
    assert kept.stat().st_mtime_ns == before, "it was compiled a second time"
    Templates(pack({"t.txt.j2": "{{ a }}?"}), GENERAL, folder).render("t.txt.j2", CONTEXT, "en")
    assert len(list(folder.iterdir())) == 2, "another source is another file"


@pytest.mark.parametrize("damage", [b"", b"x", b"\0" * 200, None])
def test_a_damaged_cache_is_as_good_as_none(tmp_path, damage):
    mine = pack({"t.txt.j2": "{{ a }}!"})
    Templates(mine, GENERAL, tmp_path).render("t.txt.j2", CONTEXT, "en")
    (kept,) = tmp_path.iterdir()
    content = kept.read_bytes()
    kept.write_bytes(content[:-1] if damage is None else damage)
    assert Templates(mine, GENERAL, tmp_path).render("t.txt.j2", CONTEXT, "en") == "hello <b>!"
    assert kept.read_bytes() == content


@pytest.mark.parametrize("what", ["folder", "file", "link"])
def test_code_that_others_could_have_written_is_not_run(tmp_path, what):
    if os.name != "posix":
        assert sys.platform == "win32"  # there the folder lies in the user's profile
        return
    folder = tmp_path / "cache"
    mine = pack({"t.txt.j2": "mine"})
    Templates(pack({"t.txt.j2": "theirs"}), GENERAL, folder).render("t.txt.j2", {}, "en")
    (theirs,) = folder.iterdir()
    Templates(mine, GENERAL, folder).render("t.txt.j2", {}, "en")
    (kept,) = set(folder.iterdir()) - {theirs}
    kept.write_bytes(theirs.read_bytes())
    assert Templates(mine, GENERAL, folder).render("t.txt.j2", {}, "en") == "theirs", "the ruse works in our own folder"
    if what == "folder":
        folder.chmod(0o777)
    elif what == "file":
        kept.chmod(0o666)
    else:
        kept.unlink()
        kept.symlink_to(theirs)
    assert Templates(mine, GENERAL, folder).render("t.txt.j2", {}, "en") == "mine"


def test_a_cache_that_cannot_be_written_changes_nothing(tmp_path):
    (tmp_path / "file").write_text("")
    mine = Templates(pack({"t.txt.j2": "{{ a }}!"}), GENERAL, tmp_path / "file" / "cache")
    assert mine.render("t.txt.j2", CONTEXT, "en") == "hello <b>!"
