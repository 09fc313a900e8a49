from hypothesis import given
from hypothesis import strategies as st

from support_cli.base.finding import Finding, Level
from support_cli.forms.model import Answered, Kind, Matches, Not, Role
from support_cli.render.context import build, parts_of
from support_cli.render.environment import Translator
from tests.render.making import GENERAL, attachment, consent, form, pack, question, request
from tests.table import each

FORM = form(
    question("summary", Kind.INPUT, required=True),
    question("details"),
    question("steps", Kind.STEPS),
    question("email", Kind.EMAIL, private=True),
    question("phone", Kind.PHONE, private=True),
    question("colour", Kind.DROPDOWN, options=["Red", "Blue"], label="Which colour?"),
    question("sizes", Kind.DROPDOWN, options=["S", "M"], multiple=True),
    question("wifi", Kind.DROPDOWN, options=["Wi-Fi", "Cable"], when=Matches("colour", ("Red",))),
    question("count", Kind.NUMBER),
    question("visit", Kind.TIME_WINDOW),
    question("pay", Kind.CONFIRM, label="A visit may be charged."),
    question("photo", Kind.UPLOAD),
    require_any=(("email", "phone"),),
)
TEXTS = {
    "uk": {"Red": "Червоний", "Which colour?": "Який колір?", "A visit may be charged.": "Виїзд може бути платним."}
}


def context(answers=None, *, of=FORM, language="en", findings=(), public=False, **more):
    mine = pack(texts=TEXTS)
    made = request(answers, **more)
    return build(
        made, of, mine, findings, language=language, translate=Translator(mine, GENERAL, language), public=public
    )


def plain(value) -> bool:
    if isinstance(value, dict):
        return all(isinstance(key, str) and plain(part) for key, part in value.items())
    if isinstance(value, list):
        return all(map(plain, value))
    return type(value) in (str, int, float, bool)


def placed(found) -> dict[str, list[str]]:
    return {name: [e["id"] for e in one["entries"]] for name, one in found["sections"].items() if one["entries"]}


def test_every_question_and_role_is_there_even_without_any_answer():
    found = context()
    assert set(found["answers"]) == {q.id for q in FORM.questions}
    assert set(found["roles"]) == {role.value for role in Role}
    assert found["answers"]["steps"] == []
    assert found["answers"]["summary"] == ""
    assert found["answers"]["pay"] is False
    assert placed(found) == {}
    assert found["headline"] == "A form"
    assert plain(found)


def test_each_answer_stands_in_exactly_one_section():
    answers = {
        "summary": "It drops", "details": "Every evening.", "steps": ["a", "b"], "email": "a@b.example",
        "colour": "Red", "sizes": ["S", "M"], "wifi": "Cable", "count": 3.0, "visit": "12:00-14:00", "pay": True,
        "gone": "old answer", "gone-list": ["x", "y"],
    }  # fmt: skip
    found = context(answers)
    assert placed(found) == {
        "who": ["email", "visit"],
        "problem": ["details"],
        "steps": ["steps"],
        "more": ["colour", "sizes", "wifi", "count", "gone", "gone-list"],
    }
    assert [c["text"] for c in found["consents"]] == ["A visit may be charged."]
    assert found["answers"]["count"] == "3"
    assert plain(found)


def test_a_second_question_with_the_same_role_is_not_lost():
    two = form(
        question("details"),
        question("again", role=Role.DETAILS),
        question("summary"),
        question("more", role=Role.SUMMARY),
    )
    found = context({"details": "one", "again": "two", "summary": "s", "more": "t"}, of=two)
    assert placed(found) == {"problem": ["details"], "more": ["again", "more"]}
    assert found["roles"]["details"] == "one"


def test_nothing_is_said_twice():
    assert placed(context({"summary": "It drops", "details": "It drops"})) == {}
    assert placed(context({"details": "It drops"})) == {}


def test_a_summary_too_long_for_a_headline_is_kept_whole():
    long = "word " * 60
    found = context({"summary": long.strip()})
    assert len(found["headline"]) <= 120
    assert found["sections"]["problem"]["entries"][0]["text"] == long.strip()


def test_choices_and_labels_are_shown_in_the_readers_language():
    found = context({"colour": "Red"}, language="uk")
    (entry,) = found["sections"]["more"]["entries"]
    assert (entry["label"], entry["text"]) == ("Який колір?", "Червоний")
    assert found["sections"]["more"]["title"] == "Інші відповіді"
    assert found["answers"]["colour"] == "Червоний"


def test_the_wording_that_was_shown_is_told_beside_the_readers_own():
    given = [consent("Виїзд може бути платним.", language="uk", question="pay")]
    (told,) = context({"pay": True}, consents=tuple(given))["consents"]
    assert told == {"text": "A visit may be charged.", "shown": "Виїзд може бути платним.", "given": True}
    (told,) = context({"pay": True}, language="uk", consents=tuple(given))["consents"]
    assert told == {"text": "Виїзд може бути платним.", "shown": "", "given": True}
    (told,) = context({"pay": False}, consents=(consent("No fee.", False, question="old"),))["consents"][1:]
    assert told == {"text": "No fee.", "shown": "", "given": False}


def test_private_answers_stay_out_of_a_public_place():
    found = context({"email": "a@b.example", "phone": "+380 44 123 45 67", "summary": "s"}, public=True)
    assert "a@b.example" not in repr(found)
    assert "+380" not in repr(found)


def test_what_is_missing_and_unknown_is_named_as_the_reader_knows_it():
    found = context(
        {"colour": "Blue"},
        findings=[
            Finding(code="M001", level=Level.HINT, where="version", message="x"),
            Finding(code="M003", level=Level.HINT, where="began", message="x"),
            Finding(code="M006", level=Level.HINT, where="colour", message="x"),
            Finding(code="M009", level=Level.WARNING, where="details", message="x"),
            Finding(code="M099", level=Level.HINT, where="elsewhere", message="Say more."),
            Finding(code="W001", level=Level.HINT, where="steps", message="x"),
        ],
    )
    assert found["incomplete"] is True
    assert found["missing"] == ["Summary", "E-mail / Phone"]
    assert found["unknown"] == ["Version", "Since when", "Which colour?", "Files that show it", "Say more."]
    assert context({"summary": "s", "email": "a@b.example"})["incomplete"] is False


def test_hidden_questions_are_not_missing():
    later = form(
        question("summary"),
        question("details", required=True, when=Answered("summary", True)),
        question("version", required=True, when=Not(Answered("summary", True))),
    )
    assert context({"summary": "s"}, of=later)["missing"] == ["What happens"]


@each(
    ("answer", "parts"),
    [
        ("just\ntwo lines", [(False, "just\ntwo lines")]),
        ("see:\n\n    a = 1\n    b = 2\n\nthat is all",
         [(False, "see:"), (True, "    a = 1\n    b = 2"), (False, "that is all")]),
        ("see:\n```\n# x\n\n\ny\n```\nend", [(False, "see:"), (True, "# x\n\n\ny"), (False, "end")]),
        ("see:\n```", [(False, "see:\n```")]),
        ("```\n```\nsee", [(False, "```\n```\nsee")]),
        ("````` x\n```\ny\n`````", [(True, "```\ny")]),
        ("see:\n~~~ log\nx\n```\n", [(False, "see:"), (True, "x\n```")]),
        ("2026-11-21 18:20 down\n2026-11-21 18:25 up\n\n2026-11-22 18:20 down\n2026-11-22 18:22 up",
         [(True, "2026-11-21 18:20 down\n2026-11-21 18:25 up\n\n2026-11-22 18:20 down\n2026-11-22 18:22 up")]),
        ("1. first\n2. second", [(False, "1. first\n2. second")]),
        ("  - one\n  - two", [(False, "- one\n  - two")]),
    ],
)  # fmt: skip
def test_logs_are_told_from_prose(answer, parts):
    found = context({"details": answer, "summary": "s"})
    (entry,) = found["sections"]["problem"]["entries"]
    assert [(p["code"], p["text"]) for p in entry["parts"]] == parts


LINES = st.sampled_from(
    ["```", "``` py", "~~~", "````", "    x = 1", "prose", "", "- item", "2026-11-21 18:20 up", "`a`", " ```", "$ ls"]
)


@given(st.lists(LINES, max_size=12).map("\n".join))
def test_no_word_of_an_answer_is_lost_between_prose_and_code(answer):
    parts = parts_of(answer, code=False)
    kept = "".join(f"{part['language']}{part['text']}" for part in parts)
    assert "".join(filter(str.isalnum, kept)) == "".join(filter(str.isalnum, answer))
    assert parts_of(answer, code=True) or not answer.strip()


def test_text_from_outside_is_cleaned_everywhere():
    nasty = "a\x1b[31mb\u202ec\x00\r\nd"
    of = form(question("details", label=nasty), question("free", label=nasty))
    found = build(
        request(
            {"details": nasty, "free": nasty, "old": nasty},
            attachments=(attachment(nasty, nasty),),
            consents=(consent(nasty),),
        ),
        of,
        pack(),
        [Finding(code="M001", level=Level.HINT, where="nowhere", message=nasty)],
        language="en",
        translate=Translator(pack(), GENERAL, "en"),
    )
    assert not set("\x1b\u202e\x00\r") & set("".join(texts(found)))


def texts(value):
    if isinstance(value, dict):
        for key, part in value.items():
            yield key
            yield from texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from texts(part)
    elif isinstance(value, str):
        yield value
