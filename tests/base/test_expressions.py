"""Patterns from anybody: those that forms need work, and none can hang or fill the memory."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support_cli.base.expressions import HEAVIEST, PatternError, _weight, compiled, matches
from support_cli.forms.model import Kind
from support_cli.forms.options import Invalid
from support_cli.forms.values import read
from tests.making import ask
from tests.table import each

GOOD = {
    r"\d{4}-\d{4}": "4417-0083",
    r"[A-Z]{2}\d{6,12}": "PL123456",
    r"(?i)[a-f0-9]{2}(?::[a-f0-9]{2}){5}": "AA:bb:cc:00:11:22",
    r"(?P<year>20\d\d)-(?:0[1-9]|1[0-2])": "2026-11",
    r"\p{L}+(?:[ '-]\p{L}+)*": "Анна-Марія",
    r"[^]]+": "anything",
    r"(?:[^@\s]+)@(?:\w+\.)+\w{2,}": "anna@mail.example.org",
    r"a{b}": "a{b}",
    r"\{[0-9]{1,3}\}": "{12}",
    r".{1,2000}": "x" * 2000,
    r"(?=.*\d)(?!0)\w+": "a1",
    r"(?x) \d+ (?# a comment ) ": "12",
    r"": "",
}

HEAVY = [
    "a{999999999}",
    "a{0,999999999}",
    "a{999999999,}",
    "(?:a{99999}){99999}",
    "(?:(?:(?:a?){100}){100}){100}b",
    "((((((((((a{9}){9}){9}){9}){9}){9}){9}){9}){9}){9})",
    "(?P<n>[a-z]{3000}){3000}",
    "(?i:x{80}){80}",
    "(?:[]a]{80}){80}",
    r"(?:\p{L}{80}){80}",
    "(?<=a{80}){80}",
    "a" * 1001,
    "(?R)?a",
    "(a(?1)?)+b",
    "(?P<x>a(?&x)?)",
    "(?P<x>a(?P>x)?)",
    "(?:abcdef){e<=5}",
    "(?:abc){i,d,s}",
    "(?:abc){e}",
    "(?:abc){1<=e<=30}",
    r"\L<names>",
]

SLOW = [r"(a+)+$", r"(a|aa)+$", r"(?:a|b|ab)*c", r"(.*)(.*)(.*)(.*)(.*)(.*)(.*)x", r"(?:(?:a?){70}){70}b", r"(a*)*b"]


@each(("pattern", "text"), GOOD.items())
def test_patterns_that_forms_need(pattern, text):
    assert matches(pattern, text) is True
    assert matches(pattern, text + "\n☠]") is False


@each("pattern", HEAVY)
def test_patterns_that_could_fill_the_memory_are_never_made(pattern):
    with pytest.raises(PatternError):
        compiled(pattern)
    assert matches(pattern, "aaaa") is None


@each("pattern", ["(", "a**", "[", "(?P<x>a)(?P<x>b", "(?<", "a{2,1}", "(" * 500, "\\", "(?P=y)"])
def test_what_is_no_pattern(pattern):
    with pytest.raises(PatternError) as caught:
        compiled(pattern)
    assert str(caught.value).endswith(".")


@each("pattern", SLOW)
def test_patterns_that_would_never_end_are_stopped_and_the_answer_is_kept(pattern):
    text = "a" * 3000 + "!"
    try:
        assert read(ask(Kind.TEXTAREA, pattern=pattern), text) == text
    except Invalid:
        assert matches(pattern, text) is False


@each("pattern", HEAVY)
def test_a_pattern_that_is_not_taken_is_not_the_customer_s_fault(pattern):
    assert read(ask(Kind.INPUT, pattern=pattern), "an answer") == "an answer"


@given(st.text("ab01,{}()[]^\\?*+|:<>=!P#ide-", max_size=30))
def test_any_text_is_a_pattern_or_an_error(pattern):
    matches(pattern, "aaab01")


@given(
    st.recursive(st.just("a"), lambda inner: st.tuples(inner, st.integers(1, 9)).map(lambda t: f"(?:{t[0]}){{{t[1]}}}"))
)
def test_the_weight_is_never_less_than_what_is_written_out(pattern):
    product = 1
    for number in re.findall(r"\{(\d)\}", pattern):
        product *= int(number)
    assert _weight(pattern) >= product
    if product > HEAVIEST:
        with pytest.raises(PatternError):
            compiled(pattern)
