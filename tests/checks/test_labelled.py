"""What people really write, labelled by hand in four languages: the checks must agree with every label."""

from tests.checks.labelled import read, read_stories
from tests.checks.labelled.judging import RULES, judge
from tests.checks.making import codes
from tests.table import each

_LANGUAGES = ("en", "uk", "ru", "pl")
_ASKED = {"M001", "M002", "M003", "M004", "M009", "M010"}


@each("section", RULES)
@each("language", _LANGUAGES)
def test_label_and_finding_agree(language: str, section: str) -> None:
    answers = read(language)[section]
    assert len(answers) >= 2
    assert [answer for answer in answers if not judge(section, answer, language)] == []


@each(("language", "missing", "story"), read_stories())
def test_story_is_asked_only_for_what_it_lacks(language: str, missing: set[str], story: str) -> None:
    found = codes({"details": story}, language=language)
    assert found & _ASKED == missing
    assert not any(code.startswith(("W", "P")) for code in found)


def test_neighbour_languages_are_understood() -> None:
    assert "W001" in codes({"details": "ничего не работает"}, language="uk")
    assert "W001" in codes({"details": "нічого не працює"}, language="en")
    assert "W001" in codes({"details": "nothing works"}, language="pl")
    assert "W001" in codes({"details": "u mnie nic nie działa"}, language="en")


_STROKES = str.maketrans("ąćęłńóśźżĄĆĘŁŃÓŚŹŻ", "acelnoszzACELNOSZZ")


@each("language", _LANGUAGES)
def test_polish_without_its_letters_is_read_whatever_language_is_spoken(language: str) -> None:
    written = {story for own, _missing, story in read_stories() if own == "pl"}
    assert len(written) >= 5
    for story in written:
        expected = codes({"details": story}, language="pl") & _ASKED
        assert codes({"details": story.translate(_STROKES)}, language=language) & _ASKED == expected, story
