"""Vague, either-or, same, mine."""

from support_cli.base.finding import Level
from support_cli.forms.model import Kind, Question
from tests.checks.making import codes, findings, form_of
from tests.table import each


def where(found: list, code: str) -> list[str]:
    return [f.where for f in found if f.code == code]


def test_vague_summary_and_details_are_both_asked_back() -> None:
    found = findings({"summary": "Nothing works", "details": "it does not work at all!!"})
    assert where(found, "W001") == ["summary", "details"]
    assert all(f.level is Level.WARNING for f in found if f.code == "W001")


def test_vague_answer_beside_a_full_one_is_let_be() -> None:
    story = "Since Monday the router restarts every ten minutes and the WAN light blinks red"
    assert "W001" not in codes({"summary": "Internet not working", "details": story})
    assert "W001" not in codes({"summary": "Router restarts", "details": story, "actual": "It does not work"})


def test_steps_do_not_say_what_happens() -> None:
    answers = {
        "summary": "Export fails",
        "steps": ["Open the invoice", "Click Export"],
        "expected": "A PDF with all twelve pages",
        "actual": "It does not work",
    }
    assert where(findings(answers), "W001") == ["actual"]


def test_summary_that_names_nothing_is_asked_for_a_subject() -> None:
    story = "Since Monday the router restarts every ten minutes and the WAN light blinks red"
    assert where(findings({"summary": "Help!!!", "details": story}), "W008") == ["summary"]
    assert where(findings({"summary": "Not working", "details": story}), "W008") == ["summary"]
    assert where(findings({"summary": "Good evening", "details": story}), "W009") == ["summary"]


def test_message_is_a_question_and_the_fix_a_flag() -> None:
    (found,) = [f for f in findings({"details": "nothing works"}) if f.code == "W001"]
    assert "What do you see" in found.message
    assert found.fix == "--set details=..."


LINK = Question(id="link", kind=Kind.INPUT, label="Wi-Fi or cable?")


@each("answer", ["yes", "Yes.", "YES!", "yes please", "no", "yep", "да", "tak"])
def test_yes_to_an_either_or(answer: str) -> None:
    assert "W002" in codes({"link": answer}, form=form_of(LINK), language="pl" if answer == "tak" else "ru")


@each("answer", ["Wi-Fi", "cable", "both", "1", "2", "I think cable", "neither", "yes, by cable"])
def test_answer_to_an_either_or(answer: str) -> None:
    assert "W002" not in codes({"link": answer}, form=form_of(LINK))


@each(
    ("label", "language", "answer"),
    [
        ("Вайфай чи кабель?", "uk", "так"),
        ("Это кредит или депозит?", "ru", "да"),
        ("Wi-Fi czy kabel?", "pl", "Tak."),
        ("Czy to Wi-Fi, czy kabel?", "pl", "nie"),
        ("Do you use Wi-Fi or a cable?", "en", "Yes"),
    ],
)
def test_either_or_in_every_language(label: str, language: str, answer: str) -> None:
    assert "W002" in codes(
        {"q": answer}, form=form_of(Question(id="q", kind=Kind.INPUT, label=label)), language=language
    )


@each(
    ("label", "language", "answer"),
    [
        ("Чи горить лампочка на роутері?", "uk", "так"),
        ("Czy lampka świeci?", "pl", "tak"),
        ("Did it help or not?", "en", "no"),
        ("Помогло или нет?", "ru", "да"),
        ("Do you have any logs or screenshots?", "en", "no"),
        ("Is the router on?", "en", "yes"),
        ("Order number", "en", "no"),
    ],
)
def test_yes_is_an_answer_to_a_plain_question(label: str, language: str, answer: str) -> None:
    form = form_of(Question(id="q", kind=Kind.INPUT, label=label))
    assert "W002" not in codes({"q": answer}, form=form, language=language)


def test_either_or_in_the_language_it_was_asked_in() -> None:
    form = form_of(Question(id="q", kind=Kind.INPUT, label="Connection"))
    assert "W002" in codes({"q": "так"}, form=form, language="uk", texts={"Connection": "Вайфай чи кабель"})


def test_expected_equals_actual() -> None:
    assert "W003" in codes({"expected": "The page opens.", "actual": "the page opens"})
    assert "W003" not in codes({"expected": "The page opens", "actual": "The page does not open"})
    assert "W003" not in codes({"expected": "-", "actual": "-"})


@each(
    ("name", "language"),
    [
        ("Mine", "en"),
        ("in my name", "en"),
        ("на мене", "uk"),
        ("На меня.", "ru"),
        ("na mnie", "pl"),
        ("ja", "pl"),
        ("сам", "uk"),
        ("yes", "en"),
        ("12345", "en"),
        ("tak", "pl"),
    ],
)
def test_mine_is_no_name(name: str, language: str) -> None:
    assert "W010" in codes({"name": name}, language=language)


@each("name", ["Ян", "Mei", "Sam", "Анна Мойсеєнко", "Minea Lind", "Ян Мой"])
def test_short_and_odd_names_are_names(name: str) -> None:
    assert "W010" not in codes({"name": name}, language="uk")


@each("answer", ["1", "2", "ok", "Wi-Fi", "-", "no", "yes", "ні", "n/a", "0", "5 GHz", "?"])
def test_short_true_answers_are_left_alone(answer: str) -> None:
    for question in ("details", "actual", "expected", "error", "version", "environment"):
        found = codes({question: answer}, language="uk")
        assert not any(code.startswith(("W", "P")) for code in found), question
