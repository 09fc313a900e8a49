import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from support_cli.forms import questionnaire
from support_cli.forms.model import Kind, Role
from support_cli.forms.options import Invalid
from support_cli.forms.values import MAX_ITEMS, is_email, read
from tests.making import HOSTILE, ask, is_clean, nasty_text
from tests.table import each

ASKING = [kind for kind in Kind if kind is not Kind.MARKDOWN]
LINES = (Kind.INPUT, Kind.EMAIL, Kind.PHONE, Kind.URL, Kind.DATE, Kind.TIME_WINDOW)
raw_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), nasty_text),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(nasty_text, inner, max_size=3)),
    max_leaves=6,
)


def question_of(kind):
    options = ("Wi-Fi", "Cable", "Yes") if kind in (Kind.DROPDOWN, Kind.CHECKBOXES) else ()
    return ask(kind, options=options)


@each("said", ["I don't have it", "i don’t have it.", "не маю", "У меня нет", "nie mam", "нет", "немає", "brak"])
def test_who_does_not_have_a_number_may_say_so(said):
    for kind, role in ((Kind.INPUT, Role.ORDER), (Kind.PHONE, Role.ACCOUNT), (Kind.NUMBER, Role.SERIAL)):
        question = replace(ask(kind, required=True), role=role, pattern="[0-9]+" if kind is Kind.INPUT else None)
        assert read(question, said) == said
        assert questionnaire.problems_of(question, said) == []
        for other in (replace(question, role=None), replace(question, role=Role.PHONE)):
            with pytest.raises(Invalid):
                read(other, said)
        with pytest.raises(Invalid):
            read(question, "I have it somewhere")


def texts_in(value):
    return [value] if isinstance(value, str) else value if isinstance(value, list) else []


@given(st.sampled_from(ASKING), raw_values)
def test_anything_is_read_or_refused_and_never_read_twice_differently(kind, raw):
    question = question_of(kind)
    try:
        value = read(question, raw)
    except Invalid as refused:
        assert refused.code in ("A002", "A003", "A004")  # noqa: PT017
        assert is_clean(refused.message)  # noqa: PT017
        return
    assert read(question, value) == value
    assert value not in ("", [], {})
    for text in texts_in(value):
        assert is_clean(text)
        assert not (kind in LINES and set(text) & set("\n\t"))


@each("kind", ASKING)
def test_hostile_text_is_taken_harmlessly_or_refused_in_one_sentence(kind):
    question = question_of(kind)
    for name, text in HOSTILE.items():
        try:
            value = read(question, text)
        except Invalid as refused:
            assert is_clean(refused.message), name  # noqa: PT017
            assert "\n" not in refused.message, name  # noqa: PT017
        else:
            assert all(is_clean(one) for one in texts_in(value)), name
            assert len(str(value)) <= 100_000, name


@each("kind", ASKING)
def test_nothing_said_is_no_answer(kind):
    for raw in (None, "", " \t\r\n", "\x00\x1b[0m", [], {}, ()):
        assert read(question_of(kind), raw) is None


@pytest.mark.parametrize("kind", [Kind.INPUT, Kind.TEXTAREA])
def test_text_stays_as_it_was_written(kind):
    text = "  two  blanks, “quotes”, п'ять, 😀, {{ 7*7 }}, %s, trailing "
    assert read(ask(kind), text) == text
    assert read(ask(kind), 7) == "7"
    assert read(ask(kind), 1.5) == "1.5"


def test_several_lines_keep_their_indentation():
    assert read(ask(Kind.TEXTAREA), "if x:\r\n\ty()\r\n\r\n  z") == "if x:\n\ty()\n\n  z"
    assert read(ask(Kind.TEXTAREA), ["one", 2, "three"]) == "one\n2\nthree"
    assert read(ask(Kind.TEXTAREA), ["", " "]) is None


@each(
    ("pasted", "line"),
    [
        ("Internet drops\r\n", "Internet drops"),
        ("\n\n  Internet drops \n\n", "Internet drops"),
        ("a\tb", "a b"),
    ],
)
@each("pattern", [None, ".*"])
def test_line_ends_around_a_line_are_no_part_of_it(pasted, line, pattern):
    assert read(ask(Kind.INPUT, pattern=pattern), pasted) == line


@each(
    ("pasted", "sentence"),
    [
        ("Internet\r\ndrops", "This takes one line, and 2 were given: “Internet” …"),
        ("Internet \n\n  drops\n", "This takes one line, and 2 were given: “Internet” …"),
        ("a\n\tb\nc", "This takes one line, and 3 were given: “a” …"),
        ("Subject\r\nBcc: everybody@example.org", "This takes one line, and 2 were given: “Subject” …"),
    ],
)
@each("pattern", [None, ".*"])
def test_several_lines_are_never_joined_to_one(pasted, sentence, pattern):
    with pytest.raises(Invalid) as caught:
        read(ask(Kind.INPUT, pattern=pattern), pasted)
    assert caught.value.message == sentence


@each(
    ("raw", "sentence"),
    [
        (True, "This takes text, and yes or no was given"),
        (["a"], "This takes text, and a list was given"),
        ({"a": 1}, "This takes text, and a mapping was given"),
        (object(), "This takes text, and something else was given"),
        ("x" * 100_001, "100001 characters long, and at most 100000 fit. Attach a long text as a file"),
    ],
)
def test_what_is_no_text_is_named(raw, sentence):
    with pytest.raises(Invalid) as refused:
        read(ask(Kind.INPUT), raw)
    assert sentence in refused.value.message


def test_lengths_are_counted_in_characters():
    question = ask(Kind.INPUT, min_length=3, max_length=5)
    assert read(question, "їжак") == "їжак"
    with pytest.raises(Invalid, match="at least 3 characters") as refused:
        read(question, "їж")
    assert refused.value.code == "A004"
    with pytest.raises(Invalid, match="6 characters long, and at most 5 fit"):
        read(question, "їжачок")


def test_a_pattern_must_match_the_whole_text():
    question = ask(Kind.INPUT, pattern=r"\d{4}-\d{4}", example="4417-0083")
    assert read(question, "4417-0083") == "4417-0083"
    with pytest.raises(Invalid, match=r"is expected here\. For example: 4417-0083") as refused:
        read(question, "no 4417-0083")
    assert refused.value.code == "A003"


@each("pattern", [r"(a|aa)+$", "(unclosed", r"(?P<x>a)(?P=y)", "(" * 500 + ")" * 500])
def test_a_bad_pattern_is_not_the_customer_s_fault(pattern):
    assert read(ask(Kind.INPUT, pattern=pattern), "a" * 60 + "!") == "a" * 60 + "!"


@each(
    ("raw", "steps"),
    [
        ("open the app\nlog in\n\nlook", ["open the app", "log in", "look"]),
        ("1. open\r\n2. log in\r\n3. look", ["open", "log in", "look"]),
        ("1) open\n2) look", ["open", "look"]),
        ("1.open\n2.look", ["open", "look"]),
        ("- open\n* look\n• wait\n– call", ["open", "look", "wait", "call"]),
        (["1. open", "2. look"], ["open", "look"]),
        (["1. 1. open", "2. 2. look"], ["open", "look"]),
        (["open", "2. look"], ["open", "2. look"]),
        ("3.5 mm jack\n2 x click", ["3.5 mm jack", "2 x click"]),
        (["2026 was fine", "10. of May"], ["2026 was fine", "10. of May"]),
        (["  open \n the app", "", "\x1b[1mlook\x1b[0m"], ["open the app", "look"]),
        (["only this"], ["only this"]),
        ("1.\n2.", None),
        ([1, 2.5], ["1", "2.5"]),
    ],
)
def test_steps_lose_the_numbers_they_were_pasted_with(raw, steps):
    value = read(ask(Kind.STEPS), raw)
    assert value == steps
    assert read(ask(Kind.STEPS), value) == steps


@each(
    ("raw", "sentence"),
    [
        (["x"] * (MAX_ITEMS + 1), "These are 201 steps, and at most 200 fit"),
        (["x" * 1000] * 150, "at most 100000 fit"),
        ([["nested"]], "This takes text, and a list was given"),
        ({"1": "open"}, "This takes text, and a mapping was given"),
        (["x"] * 100_001, "This is a list of 100001"),
    ],
)
def test_too_many_steps_are_refused(raw, sentence):
    with pytest.raises(Invalid) as refused:
        read(ask(Kind.STEPS), raw)
    assert sentence in refused.value.message


@each(
    ("raw", "given"),
    [(True, True), (False, False), ("yes", True), ("Так", True), ("tak.", True), (" ДА ", True), (1, True),
     ("no", False), ("ні", False), ("Nie!", False), (0, False), ("off", False), ("on\r\n", True)],
)  # fmt: skip
def test_a_consent_is_a_plain_yes_or_no(raw, given):
    assert read(ask(Kind.CONFIRM), raw) is given


@each("raw", ["perhaps", "yes, but", ["yes"], {"yes": True}, 2, 1.0, 10**2000, "y" * 100_000])
def test_a_consent_is_never_guessed(raw):
    with pytest.raises(Invalid, match="Please answer yes or no"):
        read(ask(Kind.CONFIRM), raw)


def test_file_names_are_a_list():
    assert read(ask(Kind.UPLOAD), "a.png") == ["a.png"]
    assert read(ask(Kind.UPLOAD), ["a.png", "", "b\n.png"]) == ["a.png", "b .png"]


def test_a_text_to_read_takes_no_answer():
    with pytest.raises(Invalid) as refused:
        read(ask(Kind.MARKDOWN), "hello")
    assert refused.value.code == "A005"


def test_addresses_can_be_asked_about_alone():
    assert is_email("anna@example.org")
    assert not is_email("anna")


def test_a_pack_says_in_its_own_words_what_does_not_match() -> None:
    asked = ask(Kind.TEXTAREA, pattern="(?!.*4111).*", pattern_message="No card numbers.")
    assert read(asked, "my card") == "my card"
    for texts, sentence in (({}, "No card numbers."), ({"No card numbers.": "Bez kart."}, "Bez kart.")):
        with pytest.raises(Invalid) as caught:
            read(asked, "4111", texts)
        assert (caught.value.code, caught.value.message) == ("A003", sentence)
