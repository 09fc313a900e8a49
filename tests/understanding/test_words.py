"""The word lists themselves, and what hostile text does to the checks."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import support_cli.understanding
from support_cli.base.wordforms import fold, slipped, words_of
from support_cli.understanding.lexicon import lexicon_for
from tests.checks.making import findings
from tests.table import each

_FOLDER = Path(support_cli.understanding.__file__).parent / "words"
_LANGUAGES = ("en", "uk", "ru", "pl")


def sections(language: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    name = ""
    for line in (_FOLDER / f"{language}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            name = line
            found[name] = []
        elif line and not line.startswith("#"):
            found[name].append(line)
    return found


@each("language", _LANGUAGES)
def test_every_language_has_every_section(language: str) -> None:
    lists = sections(language)
    assert lists.keys() == sections("en").keys()
    assert all(lists.values())


@each("language", _LANGUAGES)
def test_every_line_can_be_found_again(language: str) -> None:
    for name, lines in sections(language).items():
        assert len(lines) == len(set(lines)), name
        for line in (line for line in lines if line[0] != "!"):
            words = words_of(line.replace("*", ""))
            assert name.strip("[]") in lexicon_for(language, line).marks(words), (name, line)


@each(
    ("section", "said", "excepted"),
    [
        ("account_talk", "мой аккаунт", "пробовал под другим аккаунтом"),
        ("account_talk", "мого акаунту", "зайшов під іншим акаунтом"),
        ("account_talk", "numer konta", "z innego konta"),
        ("account_talk", "my account", "the same with another account"),
        ("error_talk", "wyskakuje błąd", "liczy błędnie"),
        ("error_talk", "выдаёт ошибку", "не отображает ошибку"),
        ("error_talk", "показує помилку", "не показує помилку"),
        ("order_talk", "my order", "ordering by date"),
        ("order_talk", "мой заказ", "заказное письмо"),
        ("file_talk", "see the attached photo", "wrong pdf output"),
    ],
)
def test_words_of_another_class_are_not_taken_for_it(section: str, said: str, excepted: str) -> None:
    for text, found in ((said, True), (excepted, False)):
        assert (section in lexicon_for("", text).marks(words_of(text))) is found, text


def test_words_are_compared_as_they_are_meant() -> None:
    assert words_of("Wi-Fi, DOESN'T heeeelp; зв’язок Ещё") == ["wifi", "doesnt", "help", "звязок", "еще"]
    assert fold("Nie DZIAŁA") == fold("nie dziala")
    assert words_of("и\u0306од") == words_of("йод")


@each(("typed", "meant"), [("nothign", "nothing"), ("працюе", "працює"), ("dzaiala", "dziaala")])
def test_one_slip(typed: str, meant: str) -> None:
    assert slipped(typed, meant)


@each(("one", "other"), [("nothing", "nothing"), ("cat", "car"), ("", "hello"), ("slow", "slot")])
def test_no_slip(one: str, other: str) -> None:
    assert not slipped(one, other)


@given(st.text(max_size=400), st.text(max_size=60), st.sampled_from((*_LANGUAGES, "de")))
def test_any_text_is_survived(details: str, summary: str, language: str) -> None:
    summary = " ".join(summary.split())
    for finding in findings({"details": details, "summary": summary, "steps": [summary, details]}, language=language):
        assert finding.level != "error"
        assert finding.where


@pytest.mark.slow
@pytest.mark.parametrize(
    "text", ["a" * 100_000, "1 " * 50_000, "не " * 30_000, "password: " * 9_000, "\n" * 100_000, "(" * 90_000]
)
def test_long_text_is_survived(text: str) -> None:
    assert all(finding.level != "error" for finding in findings({"details": text}))
