"""Where sentences begin and end, and which language a text is written in."""

from hypothesis import given
from hypothesis import strategies as st

from support_cli.understanding.sentences import LANGUAGES, detect_language, split_sentences
from tests.table import each


@each(
    ("language", "text"),
    [
        ("en", "The router blinks red since Monday."),
        ("en", "my phone wont charge"),
        ("pl", "Nie działa internet od wczoraj"),
        ("pl", "nie dziala internet od wczoraj, prosze o pomoc"),
        ("pl", "po burzy"),
        ("pl", 'Wyskakuje mi "Connection refused by the server, please try again"'),
        ("ru", "Не работает интернет со вчерашнего дня"),
        ("ru", "деньги списали, а товар так и не пришел"),
        ("uk", "Не працює інтернет від учора"),
        ("uk", "телефон не заряджається"),
        ("uk", "картку заблокували, а гроші зняли"),
        (
            "ru",
            "Приложение вылетает:\n```\nTraceback (most recent call last):\n  the file was not found\n```",
        ),
    ],
)
def test_language_is_told_from_the_text(language: str, text: str) -> None:
    for assumed in ("", *LANGUAGES):
        assert detect_language(text, assumed) == language


@each(
    "text",
    [
        "",
        "+380 50 123 45 67",
        "ok",
        "Интернет",
        "Der Drucker funktioniert nicht mehr, seit gestern druckt er nur noch leere Seiten aus",
        "Bonjour, mon imprimante ne fonctionne plus depuis hier",
        "インターネットが使えません",
    ],
)
def test_other_languages_and_too_little_are_not_guessed(text: str) -> None:
    assert detect_language(text) == ""


@each(
    ("text", "assumed", "language"),
    [
        ("4417-0083", "pl", "pl"),
        ("Samsung A32", "pl", "pl"),
        ("Интернет", "uk", "uk"),
        ("Интернет", "en", ""),
        ("Wi-Fi", "ru", ""),
    ],
)
def test_what_is_assumed_counts_only_in_its_own_letters(text: str, assumed: str, language: str) -> None:
    assert detect_language(text, assumed) == language


@each(
    ("text", "sentences"),
    [
        ("It broke. Then it smoked! Help?", ["It broke.", "Then it smoked!", "Help?"]),
        ("света нет. роутер не горит.вчера был", ["света нет.", "роутер не горит.вчера был"]),
        ("Света нет.Роутер не горит", ["Света нет.", "Роутер не горит"]),
        ("Version 2.4.1 on 02.12.2026 at 18:00 p.m. fails.", ["Version 2.4.1 on 02.12.2026 at 18:00 p.m. fails."]),
        ("Mr. Smith came at 6 p.m. He left.", ["Mr. Smith came at 6 p.m.", "He left."]),
        ("Живу на ул. Садовой, д. 5. Жду.", ["Живу на ул. Садовой, д. 5.", "Жду."]),
        ("Працює до 18 год. Далі ні.", ["Працює до 18 год.", "Далі ні."]),
        ("1. Open the app\n2. Press Save. It hangs", ["1. Open the app", "2. Press Save.", "It hangs"]),
        ("It was in 2025. Since then it works.", ["It was in 2025.", "Since then it works."]),
        ("No stop\nat all", ["No stop", "at all"]),
        (
            "This line was broken by a mail program because it had become too long\nfor the window. Next.",
            ["This line was broken by a mail program because it had become too long\nfor the window.", "Next."],
        ),
        ("Log:\n```\na. B. C\n```\nEnd", ["Log:", "```\na. B. C\n```", "End"]),
        ("He said “no.” Then left…", ["He said “no.”", "Then left…"]),
        ("", []),
        (" \n ", []),
    ],
)
def test_sentences(text: str, sentences: list[str]) -> None:
    assert [sentence.text for sentence in split_sentences(text)] == sentences


@given(st.text(alphabet='aБі. !?\n`1-()"«»…pm', max_size=60))
def test_nothing_but_blanks_lies_between_sentences(text: str) -> None:
    position = 0
    for start, end, sentence in split_sentences(text):
        assert text[start:end] == sentence
        assert not text[position:start].strip()
        position = end
    assert not text[position:].strip()
