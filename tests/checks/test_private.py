"""What should rather stay with the customer."""

from support_cli.base.finding import Level
from support_cli.forms.model import Kind, Question, Role
from tests.checks.making import findings, form_of
from tests.table import each


@each(
    ("text", "code", "value"),
    [
        ("card 4111 1111 1111 1111", "P001", "4111 1111 1111"),
        ("my password is hunter2x9", "P002", "hunter2x9"),
        ("token=9f8a7b6c5d4e3f2a1b0c", "P003", "9f8a7b6c5d4e"),
        ("PIN 4821", "P004", "4821"),
        ("PESEL 44051401359", "P005", "440514013"),
    ],
)
def test_warns_without_repeating_the_value(text: str, code: str, value: str) -> None:
    (found,) = [f for f in findings({"details": text}) if f.code[0] == "P"]
    assert (found.code, found.where, found.level) == (code, "details", Level.WARNING)
    assert value not in found.message + (found.fix or "")


def test_card_tail_helps_to_find_it() -> None:
    (found,) = [f for f in findings({"details": "card 4111 1111 1111 1111"}) if f.code == "P001"]
    assert "1111" in found.message


def test_steps_and_account_numbers_are_looked_at_too() -> None:
    found = findings({"steps": ["Open the page", "type the password: Kotik2019"], "account": "4111111111111111"})
    assert [(f.code, f.where) for f in found if f.code[0] == "P"] == [("P001", "account"), ("P002", "steps")]


def test_an_order_number_may_look_like_a_card() -> None:
    assert not [f for f in findings({"order": "4111111111111111"}) if f.code[0] == "P"]


def test_a_secret_question_was_asked_for_it() -> None:
    word = Question(id="word", kind=Kind.INPUT, label="Code word", secret=True)
    assert findings({"word": "password: Kotik2019"}, form=form_of(word)) == []


def test_a_private_question_may_ask_for_a_document() -> None:
    passport = Question(id="passport", kind=Kind.INPUT, label="Passport", private=True)
    assert findings({"passport": "паспорт МЕ 123456"}, form=form_of(passport), language="uk") == []


def test_one_warning_a_kind() -> None:
    found = findings({"details": "password: Kotik2019, password: Murka2020"})
    assert [f.code for f in found if f.code[0] == "P"] == ["P002"]


def test_error_text_is_searched_too() -> None:
    error = Question(id="error", kind=Kind.TEXTAREA, label="Log", role=Role.ERROR, render="shell")
    found = findings({"error": "GET https://user:s3cretPw@db.local/app failed"}, form=form_of(error))
    assert [f.code for f in found] == ["P002"]
