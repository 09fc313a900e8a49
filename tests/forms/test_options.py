import pytest
from hypothesis import given
from hypothesis import strategies as st

from support_cli.forms.model import Kind, Option
from support_cli.forms.options import Invalid, find_option
from support_cli.forms.values import read
from tests.making import HOSTILE, ask, is_clean, nasty_text
from tests.table import each

CONNECTION = ask(Kind.DROPDOWN, options=("Wi-Fi", "Cable (LAN)", "Mobile data, 5G"))
YES_NO = ask(Kind.DROPDOWN, options=("No", "Yes"))
SEVERAL = ask(Kind.DROPDOWN, options=("Phone", "E-mail", "Letter"), multiple=True)
BOXES = ask(Kind.CHECKBOXES, options=("I restarted it", "I looked at the lights"))
CONSENT = ask(Kind.CHECKBOXES, options=(Option("I agree", required=True),))
UKRAINIAN = {"Cable (LAN)": "Кабель", "Wi-Fi": "Вай-фай", "Yes": "Так", "No": "Ні"}


@each(
    ("question", "said", "stored"),
    [
        (CONNECTION, "Wi-Fi", "Wi-Fi"),
        (CONNECTION, "wifi", "Wi-Fi"),
        (CONNECTION, " WI FI ", "Wi-Fi"),
        (CONNECTION, "cable lan", "Cable (LAN)"),
        (CONNECTION, "Кабель", "Cable (LAN)"),
        (CONNECTION, "вайфай", "Wi-Fi"),
        (CONNECTION, "Mobile data, 5G", "Mobile data, 5G"),
        (CONNECTION, ["Wi-Fi"], "Wi-Fi"),
        (CONNECTION, "Wi-Fi\r\n", "Wi-Fi"),
        (YES_NO, True, "Yes"),
        (YES_NO, False, "No"),
        (YES_NO, "так", "Yes"),
        (YES_NO, "nie", "No"),
        (YES_NO, "Yes.", "Yes"),
        (ask(Kind.DROPDOWN, options=("1", "2", "3")), 2, "2"),
        (ask(Kind.DROPDOWN, options=("C", "C++", "C#")), "C++", "C++"),
        (SEVERAL, "Letter, Phone", ["Phone", "Letter"]),
        (SEVERAL, "letter\nphone\nphone", ["Phone", "Letter"]),
        (SEVERAL, ["e-mail"], ["E-mail"]),
        (SEVERAL, [], None),
        (ask(Kind.DROPDOWN, options=("a", "b, c"), multiple=True), "b, c", ["b, c"]),
        (BOXES, {"I restarted it": True, "I looked at the lights": False}, ["I restarted it"]),
        (BOXES, {"i restarted it": "yes", "I looked at the lights": "ні"}, ["I restarted it"]),
        (BOXES, {"I restarted it": "", "I looked at the lights": None}, None),
        (BOXES, "- I restarted it\n- I looked at the lights", ["I restarted it", "I looked at the lights"]),
        (CONSENT, True, ["I agree"]),
        (CONSENT, "tak", ["I agree"]),
        (CONSENT, 1, ["I agree"]),
        (CONSENT, "no", None),
        (CONSENT, False, None),
        (CONSENT, "i agree", ["I agree"]),
    ],
)
def test_a_choice_may_be_named_in_many_ways(question, said, stored):
    value = read(question, said, UKRAINIAN)
    assert value == stored
    assert read(question, value, UKRAINIAN) == stored


@each(
    ("question", "said", "sentence"),
    [
        (CONNECTION, "yes", "“yes” does not say which one. Please choose: Вай-фай, Кабель, Mobile data, 5G"),
        (CONNECTION, False, "“no” does not say which one"),
        (CONNECTION, "wyfi", "“wyfi” is not one of the choices. Did you mean “Вай-фай”?"),
        (CONNECTION, "WI-FY", "Did you mean “Вай-фай”?"),
        (CONNECTION, "кабел", "Did you mean “Кабель”?"),
        (CONNECTION, "pigeon", "“pigeon” is not one of the choices: Вай-фай, Кабель, Mobile data, 5G"),
        (CONNECTION, ["Wi-Fi", "Cable (LAN)"], "Only one choice can be taken here"),
        (CONNECTION, {"Wi-Fi": True}, "This takes one of the choices, and a mapping was given"),
        (CONNECTION, [["Wi-Fi"]], "This takes one of the choices, and a list was given"),
        (CONNECTION, 10**2000, "is not one of the choices"),
        (CONNECTION, float("nan"), "“nan” is not one of the choices"),
        (ask(Kind.DROPDOWN, options=("1", "2", "3")), "yes", "does not say which one"),
        (ask(Kind.DROPDOWN, options=("C", "C++", "C#")), "c*", "Did you mean “C"),
        (YES_NO, "1", "does not say which one"),
        (YES_NO, "maybe", "is not one of the choices"),
        (SEVERAL, "Phone, pigeon", "“pigeon” is not one of the choices"),
        (SEVERAL, "yes", "does not say which one"),
        (SEVERAL, ["Phone", None], "This takes one of the choices, and something else was given"),
        (BOXES, True, "does not say which one"),
        (BOXES, {"I restarted it": "perhaps"}, "Each box takes yes or no"),
        (BOXES, {"I restartd it": False}, "Did you mean “I restarted it”?"),
        (ask(Kind.DROPDOWN, options=()), "anything", "is not one of the choices"),
    ],
)
def test_what_names_no_choice_is_explained(question, said, sentence):
    with pytest.raises(Invalid) as refused:
        read(question, said, UKRAINIAN)
    assert refused.value.code == "A002"
    assert sentence in refused.value.message


def test_the_stored_label_wins_over_a_translation_that_looks_the_same():
    question = ask(Kind.DROPDOWN, options=("Line", "Cable"))
    texts = {"Line": "Cable", "Cable": "Wire"}
    assert read(question, "Cable", texts) == "Cable"
    assert read(question, "Wire", texts) == "Cable"


def test_a_name_that_two_choices_share_names_neither():
    options = (Option("Router A"), Option("Router B"))
    texts = {"Router A": "Router", "Router B": "Router"}
    assert find_option(options, "Router", texts) is None
    assert find_option(options, "Router B", texts) == options[1]
    assert find_option((Option("A-1"), Option("A1")), "a 1") is None


def test_many_choices_are_not_all_recited():
    question = ask(Kind.DROPDOWN, options=tuple(f"Choice number {n} " + "x" * 100 for n in range(500)))
    with pytest.raises(Invalid) as refused:
        read(question, "?")
    assert refused.value.message.count("Choice") == 8
    assert len(refused.value.message) < 700


def test_a_choice_that_is_not_shown_is_not_offered():
    question = ask(Kind.DROPDOWN, options=("Seen", Option("Unseen", on_form=False)))
    with pytest.raises(Invalid) as refused:
        read(question, "?")
    assert "Unseen" not in refused.value.message


@each("question", [CONNECTION, SEVERAL, BOXES, CONSENT])
def test_hostile_text_is_no_choice(question):
    for name, text in HOSTILE.items():
        if name in ("nothing", "blanks", "only nul"):
            assert read(question, text) is None
            continue
        with pytest.raises(Invalid) as refused:
            read(question, text)
        assert is_clean(refused.value.message), name
        assert len(refused.value.message) < 300, name


def test_hostile_labels_are_shown_harmlessly():
    question = ask(Kind.DROPDOWN, options=("\x1b[31mred\u202e", "\x07bell"))
    with pytest.raises(Invalid) as refused:
        read(question, "green")
    assert is_clean(refused.value.message)


@given(
    st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=6, unique=True),
    st.booleans(),
    st.one_of(nasty_text, st.booleans(), st.integers(), st.floats(), st.lists(nasty_text, max_size=3)),
    st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=5),
)
def test_only_labels_are_ever_stored(labels, multiple, said, texts):
    for question in (
        ask(Kind.DROPDOWN, options=tuple(labels), multiple=multiple),
        ask(Kind.CHECKBOXES, options=tuple(labels)),
    ):
        try:
            value = read(question, said, texts)
        except Invalid:
            continue
        assert value is None or set(value if isinstance(value, list) else [value]) <= set(labels)


@given(st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=6, unique=True), st.data())
def test_every_exact_label_is_taken(labels, data):
    label = data.draw(st.sampled_from(labels))
    texts = data.draw(st.dictionaries(st.sampled_from(labels), st.sampled_from(labels)))
    question = ask(Kind.DROPDOWN, options=tuple(labels))
    assert find_option(question.options, label, texts) == Option(label)
