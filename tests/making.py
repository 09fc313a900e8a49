"""Questions and forms for tests, in as few words as possible, and text as hostile people send it."""

import re
from functools import cache

from hypothesis import strategies as st

from support_cli.forms.model import ALWAYS, All, Answered, AnyOf, Condition, Form, Kind, Matches, Not, Option, Question

HOSTILE = {
    "nothing": "",
    "blanks": " \t\r\n\u00a0",
    "nul": "a\x00b",
    "only nul": "\x00\x00",
    "half a pair": "a\ud800b\udc00",
    "overridden": "exe\u202egnp.\u2066x\u2069",
    "escape": "\x1b[31mred\x1b[0m \x1b]0;title\x07 \x9b1m \x1b]8;;http://x\x1b\\link",
    "endless escape": "\x1b]0;the rest of the text stays",
    "crlf": "one\r\nBcc: everybody@example.org\rtwo\x85three\u2028four",
    "form feed": "page one\x0cpage two\x0bline",
    "mark": "\ufeffhello",
    "long": "x" * 300_000,
    "long blanks": "a" + " " * 300_000,
    "many lines": "\n".join(["1. again"] * 30_000),
    "digits": "9" * 10_000,
    "brackets": "[" * 5000,
    "braces": "{{ 7 * 7 }} {% raw %} ${x} %s {name}",
}

_UNCLEAN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
"""Characters that never reach a terminal, a header or a document."""

nasty_text = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("\x00\x07\x08\x1b\x9b\x9c\x9d[]m0;\\\r\n\t \u202e\u2028\ufeff\ud800\udfff'\"<>&:-#,.@+@12390"),
    ),
    max_size=80,
)


def is_clean(text: str) -> bool:
    """Whether a text holds nothing that could harm a terminal, a header or a file."""
    return _UNCLEAN.search(text) is None


def ask(kind: Kind, question_id: str = "q", options: tuple[str | Option, ...] = (), **more: object) -> Question:
    """A question of a type."""
    made = tuple(o if isinstance(o, Option) else Option(o) for o in options)
    return Question(id=question_id, kind=kind, label=str(more.pop("label", question_id)), options=made, **more)  # type: ignore[arg-type]


def form(*questions: Question, **more: object) -> Form:
    """A form of these questions."""
    return Form(id="f", name="F", questions=questions, **more)  # type: ignore[arg-type]


def line(question_id: str, when: Condition = ALWAYS, **more: object) -> Question:
    """A question for one line."""
    return ask(Kind.INPUT, question_id, when=when, **more)


scalars = st.sampled_from(["Wi-Fi", "wifi", "Bill", "5", "", True, False, 5, 0, 1.5])


@cache
def conditions(count):
    """Conditions over the questions ``q0`` to ``q{count - 1}``."""
    if not count:
        return st.just(ALWAYS)
    names = st.sampled_from([f"q{number}" for number in range(count)])
    return st.recursive(
        st.one_of(
            st.just(ALWAYS),
            st.builds(Matches, names, st.lists(scalars, min_size=1, max_size=3).map(tuple)),
            st.builds(Answered, names, st.booleans()),
        ),
        lambda inner: st.one_of(
            st.builds(All, st.lists(inner, max_size=2).map(tuple)),
            st.builds(AnyOf, st.lists(inner, max_size=2).map(tuple)),
            st.builds(Not, inner),
        ),
        max_leaves=3,
    )


KINDS = st.sampled_from([Kind.INPUT, Kind.DROPDOWN, Kind.CHECKBOXES, Kind.CONFIRM, Kind.NUMBER, Kind.MARKDOWN])


@st.composite
def forms(draw):
    """Forms whose questions depend on those before them."""
    questions = []
    for number, kind in enumerate(draw(st.lists(KINDS, min_size=1, max_size=6))):
        options = ("Wi-Fi", "Bill") if kind in (Kind.DROPDOWN, Kind.CHECKBOXES) else ()
        when = draw(conditions(number))
        questions.append(ask(kind, f"q{number}", options=options, required=draw(st.booleans()), when=when))
    return form(*questions)


VALUES = {
    Kind.INPUT: st.sampled_from(["Wi-Fi", "5", "x"]),
    Kind.DROPDOWN: st.sampled_from(["Wi-Fi", "Bill"]),
    Kind.CHECKBOXES: st.lists(st.sampled_from(["Wi-Fi", "Bill"]), min_size=1, max_size=2, unique=True).map(sorted),
    Kind.CONFIRM: st.booleans(),
    Kind.NUMBER: st.sampled_from([5, 0, 1.5]),
}


@st.composite
def answered_forms(draw):
    """A form and answers to some of its questions."""
    made = draw(forms())
    asking = [one for one in made.questions if one.asks]
    chosen = draw(st.lists(st.sampled_from(asking), unique_by=lambda one: one.id)) if asking else []
    return made, {one.id: draw(VALUES[one.kind]) for one in chosen}
