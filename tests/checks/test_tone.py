"""Shouting, insults, walls of text: hints, and never for what was pasted."""

from support_cli.base.finding import Level
from support_cli.forms.model import Kind, Question, Role
from tests.checks.making import codes, findings, form_of


def test_tone_is_only_hinted_at() -> None:
    found = findings({"details": "You idiots, the router restarts every ten minutes since Monday"})
    assert [f.level for f in found if f.code == "W006"] == [Level.HINT]


def test_wall_of_text_and_the_same_in_paragraphs() -> None:
    sentence = "On Monday the connection was lost again and I went to look at the lights of the box in the hall. "
    wall = sentence * 12
    assert "W007" in codes({"details": wall})
    assert "W007" not in codes({"details": "\n\n".join([sentence * 3] * 4)})
    assert "W007" not in codes({"details": sentence * 3})


def test_a_log_is_no_wall_and_no_shouting() -> None:
    log = "\n".join(f"2026-11-21 ERROR CONNECTION REFUSED BY REMOTE HOST NUMBER {n}" for n in range(60))
    error = Question(id="error", kind=Kind.TEXTAREA, label="Error", role=Role.ERROR)
    code = Question(id="log", kind=Kind.TEXTAREA, label="Log", render="shell")
    assert not codes({"error": log, "log": log}, form=form_of(error, code)) & {"W006", "W007"}
    assert "W007" not in codes({"details": "x" * 20_000})


def test_loud_summary() -> None:
    assert "W006" in codes({"summary": "INTERNET HAS BEEN DOWN SINCE MONDAY"})


def test_insults_are_known_in_every_form_and_what_is_told_of_others_is_none() -> None:
    for insult in (
        "Ви там подуріли? Інтернету немає з понеділка.",
        "Шахраї ви, а не провайдер, зняли гроші двічі",
        "Вы совсем оборзели, третий день нет интернета",
        "Вы мошенники, списали деньги дважды",
        "Złodzieje, pobraliście opłatę dwa razy w listopadzie",
        "Banda złodziei, internetu nie ma od poniedziałku",
    ):
        assert "W006" in codes({"details": insult}), insult
    for told in (
        "Złodzieje ukradli mi telefon w poniedziałek, proszę zablokować kartę",
        "Мне звонили мошенники и просили код из сообщения",
        "Мені телефонували шахраї й просили код",
    ):
        assert "W006" not in codes({"details": told}), told
