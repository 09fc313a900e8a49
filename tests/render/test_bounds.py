import pytest

from support_cli.base.errors import ExitCode
from support_cli.render.environment import TemplateProblem, Templates
from support_cli.render.meter import Limits
from tests.render.making import GENERAL, pack, problem
from tests.table import each


@each(
    "source",
    [
        # Every one ends on its own, and soon: nothing here may hang, flood or fill the memory.
        "{{ 'x' * 10**9 }}",
        "{{ 'x' * 1000000000 }}",
        "{{ 2**10**9 }}",
        "{% set n = 9999999999 %}{% for i in range(100) %}{{ n * n * n }}{% endfor %}",
        "{{ 1e308 * 10 }}",
        "{% for i in range(999) %}{% for j in range(999) %}{% for k in range(9) %}{% endfor %}{% endfor %}{% endfor %}",
        "{% for i in range(1000) %}{% for j in range(1000) if false %}{% endfor %}{% endfor %}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% macro m(n) %}{{ m(n + 1) }}{{ m(n + 1) }}{% endmacro %}{{ m(0) }}",
        "{% macro m(n) %}{% if n %}{% for i in range(99) %}{{ m(n-1) }}{% endfor %}{% endif %}{% endmacro %}{{ m(9) }}",
        "{% include 'u.txt.j2' %}",
        "{% include 't.txt.j2' %}",
        "{% extends 't.txt.j2' %}",
        "{% import 'u.txt.j2' as u %}",
        "{{ range(10000000)|join }}",
        "{{ range(0, 10**18)|length }}",
        "{{ '%1000000000d' % 1 }}",
        "{{ '%1000000000d'|format(1) }}",
        "{{ '{:1000000000}'.format(1) }}",
        "{{ ''.ljust(10**9) }}",
        "{{ a.center(1000000000) }}",
        "{{ a|center(1000000000) }}",
        "{{ a|indent(1000000000) }}",
        "{{ big|wrap(indent=big) }}",
        "{{ a|wrap(1000000000) }}",
        "{{ 1.5|round(-1000000000) }}",
        "{{ big|replace('', big) }}",
        "{{ big|replace('y', big) }}",
        "{{ range(1000)|join(big) }}",
        "{% for i in range(1000) %}{{ big }}{% endfor %}",
        "{% set all %}{% for i in range(1000) %}{{ big }}{% endfor %}{% endset %}",
        "{% macro twice(s, n) %}{% if n %}{{ twice(s ~ s, n - 1) }}{% endif %}{% endmacro %}{{ twice('xxxxx', 40) }}",
        "{% macro deep(s, n) %}{% if n %}{{ deep([s, s], n - 1) }}{% endif %}{% endmacro %}{{ deep('x', 50) }}",
        "{% macro deep(s, n) %}{% if n %}{{ deep({'a': s}, n - 1) }}{% endif %}{% endmacro %}{{ deep('x', 50) }}",
        "{% macro deep(s, n) %}{% if n %}{{ deep((s, s), n - 1) }}{% endif %}{% endmacro %}{{ deep('x', 50) }}",
        "{% macro long(l, n) %}{% if n %}{{ long(l + l, n - 1) }}{% endif %}{% endmacro %}{{ long(range(1000), 40) }}",
        "{{ " + "(" * 600 + "1" + ")" * 600 + " }}",
        "{{ " + "-" * 50_000 + "1 }}",
        "{{ " + "+".join(["1"] * 2_000) + " }}",
        "{{ " + "[" * 300 + "]" * 300 + " }}",
        "{% if a %}" * 300 + "{% endif %}" * 300,
        "{% for x in words %}" * 19 + "{% endfor %}" * 19,
        "{{ a" + ".b" * 6_000 + " }}",
        "{{ " + "9" * 10_000 + " }}",
        "x" * 300_000,
    ],
)
def test_a_template_that_wants_too_much_is_stopped(source):
    found = problem(source, u="{% include 'v.txt.j2' %}", v="{% include 'u.txt.j2' %}")
    assert found.exit_code is ExitCode.UNUSABLE
    assert found.message
    assert "t.txt.j2" in str(found.where) or "u.txt.j2" in str(found.where) or "v.txt.j2" in str(found.where)


def test_many_copies_of_one_long_answer_are_stopped_but_one_long_answer_is_not():
    long = {"a": "word " * 200_000}
    mine = Templates(pack({"t.txt.j2": "{{ a }}", "u.txt.j2": "{% for i in range(50) %}{{ a }}{% endfor %}"}), GENERAL)
    assert len(mine.render("t.txt.j2", long, "en")) == 1_000_000
    with pytest.raises(TemplateProblem):
        mine.render("u.txt.j2", long, "en")


def test_slices_and_copies_of_long_texts_are_paid_for():
    lines = "".join(f"{{% set b{i} = a[1:] %}}" for i in range(400))
    mine = Templates(pack({"t.txt.j2": lines}), GENERAL)
    with pytest.raises(TemplateProblem, match="too much text"):
        mine.render("t.txt.j2", {"a": "x" * 1_000_000}, "en")


def test_processor_time_is_limited_whatever_a_step_costs():
    mine = Templates(
        pack({"t.txt.j2": "{% for i in range(1000) %}{{ i }}{% endfor %}"}), GENERAL, limits=Limits(seconds=0.0)
    )
    with pytest.raises(TemplateProblem, match="too long"):
        mine.render("t.txt.j2", {}, "en")
