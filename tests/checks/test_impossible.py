"""Answers that cannot be true: days, mistyped mail domains, the dead number, choices that exclude each other."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from support_cli.base.cache import Cache
from support_cli.forms.model import Kind, Option, Question, Role
from support_cli.forms.options import Invalid
from support_cli.forms.values import read
from support_cli.packs import load
from tests.checks.making import codes, findings, form_of
from tests.table import each

_TODAY = date.today()
_YESTERDAY, _TOMORROW = ((_TODAY + timedelta(days=days)).isoformat() for days in (-2, 2))


@each(
    ("days", "value", "found"),
    [
        ("past", _TOMORROW, True),
        ("past", _YESTERDAY, False),
        ("past", _TODAY.isoformat(), False),
        ("future", _YESTERDAY, True),
        ("future", f"{_YESTERDAY} 12:00-14:00", True),
        ("future", f"{_TOMORROW} 12:00-14:00", False),
        ("future", "12:00-14:00", False),
        ("", _YESTERDAY, False),
    ],
)
def test_a_day_on_the_wrong_side_of_today_is_asked_about(days: str, value: str, found: bool) -> None:
    kind = Kind.DATE if len(value) == 10 else Kind.TIME_WINDOW
    form = form_of(Question(id="day", kind=kind, label="When?", days=days))
    assert ("W012" in codes({"day": value}, form=form)) is found


@each(
    ("address", "meant"),
    [
        ("ivan@gmial.com", "ivan@gmail.com"),
        ("ivan@gmail.con", "ivan@gmail.com"),
        ("ola@interai.pl", "ola@interia.pl"),
        ("ira@ukr.nte", "ira@ukr.net"),
        ("ivan@gmail.com", None),
        ("ivan@mail.com", None),
        ("ivan@acme.example", None),
    ],
)
def test_a_mistyped_mail_domain_is_asked_about(address: str, meant: str | None) -> None:
    form = form_of(Question(id="mail", kind=Kind.EMAIL, label="E-mail", role=Role.EMAIL))
    found = [finding for finding in findings({"mail": address}, form=form) if finding.code == "W013"]
    assert [finding.fix for finding in found] == ([f"--set mail={meant}"] if meant else [])


def test_the_number_in_question_is_none_to_call() -> None:
    form = form_of(
        Question(id="account", kind=Kind.INPUT, label="Which number is it about?", role=Role.ACCOUNT),
        Question(id="phone", kind=Kind.PHONE, label="Phone", role=Role.PHONE, differs_from="account"),
    )
    assert "W014" in codes({"account": "380441234567", "phone": "+380 44 123 4567"}, form=form)
    assert "W014" not in codes({"account": "380441234567", "phone": "+380 44 123 4568"}, form=form)


@each("summary", ["yes", "12345", "Так", "нет", "ok", "Добре.", "хорошо"])
def test_a_summary_that_says_nothing_is_none(summary: str) -> None:
    assert "W008" in codes({"summary": summary})


def test_a_choice_that_excludes_the_others_stands_alone() -> None:
    options = (Option("Power"), Option("Wi-Fi"), Option("No light at all", exclusive=True))
    question = Question(id="lights", kind=Kind.DROPDOWN, label="Lights", options=options, multiple=True)
    assert read(question, ["No light at all"]) == ["No light at all"]
    assert read(question, ["Power", "Wi-Fi"]) == ["Power", "Wi-Fi"]
    with pytest.raises(Invalid, match="none of the other"):
        read(question, ["Power", "No light at all"])


def test_each_day_of_the_built_in_packs_says_which_side_of_today_it_is(tmp_path: Path) -> None:
    """``contact_time`` is hours of any day, and a promised day may lie on either side."""
    for name in load.builtin_names():
        pack = load.open_folder(load.builtin_root() / name, Cache(tmp_path))
        for form in map(pack.form, pack.form_ids()):
            for question in form.questions:
                if question.kind in (Kind.DATE, Kind.TIME_WINDOW):
                    either = question.id in ("contact_time", "promised_on")
                    assert (question.days in ("past", "future")) is not either, (name, form.id, question.id)
