"""Templates looked at without rendering them: names that do not exist, HTML that acts, texts for translators."""

import pytest

from support_cli.forms.model import Kind
from support_cli.render.environment import TemplateProblem, Templates
from support_cli.render.lint import context_of, look
from tests.render.making import GENERAL, SOFTWARE, attachment, consent, form, pack, question, request
from tests.table import each

FORM = form(
    question("summary", Kind.INPUT),
    question("steps", Kind.STEPS),
    question("name", Kind.INPUT),
    question("consent", Kind.CONFIRM),
    question("topic", Kind.DROPDOWN, options=("A", "B")),
)
ANSWERS = {"summary": "x", "steps": ["a", "b"], "name": "Anna", "consent": True, "topic": "A"}
OTHER = form(question("summary", Kind.INPUT))


def report(source, name="t.txt.j2", forms=(FORM,), **others):
    made = pack({name: source, **{f"{key}.txt.j2": text for key, text in others.items()}})
    templates = Templates(made, GENERAL)
    samples = []
    for one in forms:
        answers = {key: value for key, value in ANSWERS.items() if one.question(key)}
        trial = request(answers, attachments=(attachment("a.png", "x"),), consents=(consent("I agree"),))
        samples.append(context_of(templates, made, one, trial))
    return look(templates, name, samples)


def faults(source, **more):
    return [(one.kind, one.line, one.fix) for one in report(source, **more).faults]


@each(
    ("source", "expected"),
    [
        ("{{ headlin }}", ("name", 1, "headline")),
        ("\n{% if unknwon %}x{% endif %}", ("name", 2, "unknown")),
        ("{{ nothing_like_it }}", ("name", 1, None)),
        ("{{ roles.sumary }}", ("key", 1, "summary")),
        ("{{ roles['sumary'] }}", ("key", 1, "summary")),
        ("{{ request.idd }}", ("key", 1, "id")),
        ("{{ sections.who.entrys }}", ("key", 1, "entries")),
        ("{% for e in sections.who.entries %}\n{{ e.labl }}{% endfor %}", ("key", 2, "label")),
        ("{% for f in files %}{{ f.nam }}{% endfor %}", ("key", 1, "name")),
        ("{% for q in questions|selectattr('answered') %}{{ q.txt }}{% endfor %}", ("key", 1, "text")),
        ("{% set r = roles %}{{ r.emial }}", ("key", 1, "email")),
        ("{% with s = sections.steps %}{{ s.titel }}{% endwith %}", ("key", 1, "title")),
        ("{{ (questions|first).lable }}", ("key", 1, "label")),
        ("{{ questions[0].lable }}", ("key", 1, "label")),
        ("{{ answers.sumary }}", ("key", 1, "summary")),
        ("{{ headline.text }}", ("key", 1, None)),
        ("{{ consents.text }}", ("key", 1, None)),
        ("{% for c in consents %}{{ c.wording }}{% endfor %}", ("key", 1, None)),
        ("{% block a %}{{ roles.nmae }}{% endblock %}", ("key", 1, "name")),
        ("{{ case.tiket }}", ("key", 1, "ticket")),
        ("{{ roles.nam|default('x') ~ roles.nmae }}", ("key", 1, "name")),
    ],
)
def test_what_does_not_exist_is_named_with_its_line(source, expected):
    assert faults(source) == [expected]


@each(
    "source",
    [
        "{{ headline }} {{ roles.name }} {{ request.day }} {{ answers.summary }} {{ answers.steps|join }}",
        "{% for e in sections.problem.entries %}{{ loop.index }} {{ e.label }}{{ e.colon }} {{ e.text }}{% endfor %}",
        "{% for e in questions %}{% for p in e.parts %}{{ p.text }}{{ p.code }}{% endfor %}{% endfor %}",
        "{% macro m(a, b=2) %}{{ a.anything }}{{ b }}{% endmacro %}{{ m(roles) }}",
        "{% set x %}text{% endset %}{{ x }}",
        "{% for a in unknown %}{{ a }}{% else %}-{% endfor %}",
        "{{ answers.nickname|default('') }}{% if answers.nickname is defined %}x{% endif %}",
        "{{ nickname|d('x') }}",
        "{% import 'other.txt.j2' as o %}{{ o.thing() }}",
        "{% from 'other.txt.j2' import thing as t %}{{ t() }}",
        "{% filter upper %}{{ headline }}{% endfilter %}",
        "{{ _('Hello') }} {{ range(3)|join }}",
        "{% for f in files if f.note %}{{ f.note }}{% endfor %}",
        "{% for n, e in sections|items %}{{ e.title }}{% endfor %}",
        "{% macro m() %}{{ caller(1) }}{% endmacro %}{% call(x) m() %}{{ x.y }}{% endcall %}",
    ],
)
def test_what_exists_is_left_alone(source):
    assert faults(source, other="{% macro thing() %}x{% endmacro %}") == []


def test_a_question_that_some_forms_do_not_have_is_named():
    (kind, _line, fix), *rest = faults("{{ answers.name }}", forms=(FORM, OTHER))
    assert (kind, fix, rest) == ("answer", "answers.name|default('')", [])
    assert faults("{{ answers.summary }}{{ answers.name|default('') }}", forms=(FORM, OTHER)) == []


@each(
    "source",
    [
        "<script>alert(1)</script>",
        "{% if roles.name %}<p onclick='x()'>{% else %}<p>{% endif %}",
        "<img src='https://example.org/p.png'>",
        "<p {{ headline }}>",
        "{% block a %}<form action='x'>{% endblock %}",
        "<style>@import 'x'</style>",
    ],
)
def test_html_that_acts_is_found_even_where_no_answer_leads(source):
    assert [kind for kind, _line, _fix in faults(source, name="ticket.html.j2")][:1] == ["html"]


def test_html_that_shows_is_left_alone():
    source = "<a href='{{ roles.email }}'>{{ headline }}</a><table><tr><td style='color: red'>x</td></tr></table>"
    assert faults(source, name="ticket.html.j2") == []
    assert faults("<script>", name="ticket.txt.j2") == []


def test_texts_and_other_templates_are_collected():
    found = report(
        "{% extends 'general/ticket.md.j2' %}\n{% block a %}{{ _('One {x}')|fill(x=1) }}{{ _(headline) }}{% endblock %}"
    )
    assert [(one.text, one.line) for one in found.messages] == [("One {x}", 2)]
    assert found.uses == {"general/ticket.md.j2"}


def test_what_cannot_be_read_at_all_is_said():
    with pytest.raises(TemplateProblem, match=r"t\.txt\.j2"):
        report("{% for %}")
    with pytest.raises(TemplateProblem, match="no filter"):
        report("{{ headline|safe }}")


@pytest.mark.parametrize("built_in", [GENERAL, SOFTWARE])
def test_templates_of_ours_have_no_faults(built_in):
    templates = Templates(built_in, GENERAL)
    one = built_in.form(built_in.form_ids()[0])
    sample = context_of(templates, built_in, one, request({}, form=one.id))
    for name in GENERAL.template_names():
        assert look(Templates(GENERAL, GENERAL), name, [sample]).faults == [], name
