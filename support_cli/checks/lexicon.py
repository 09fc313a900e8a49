"""The word lists: one file a language, read when that language is first met.

A file is plain text: ``[section]``, then one word or phrase a line, ``#`` before a remark. What a section is for
is said where it is used.
"""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from support_cli.wordforms import Phrases, fold

_FOLDER = Path(__file__).parent / "words"
_CYRILLIC = ("uk", "ru")


class _Words:
    """One language's lists."""

    def __init__(self, language: str) -> None:
        self._lines: dict[str, list[str]] = {}
        lines: list[str] = []
        for line in fold((_FOLDER / f"{language}.txt").read_text(encoding="utf-8")).split("\n"):
            if line.startswith("["):
                lines = self._lines.setdefault(line.strip("[] "), [])
            elif line and line[0] != "#":
                lines.append(line)
        self._made: dict[str, Phrases] = {}

    def section(self, name: str) -> Phrases:
        found = self._made.get(name)
        if found is None:
            found = self._made[name] = Phrases(self._lines.get(name, ()))
        return found


class Lexicon:
    """The lists that count for one customer."""

    def __init__(self, languages: Sequence[str]) -> None:
        self._words = [_load(language) for language in languages]

    def lists(self, section: str) -> list[Phrases]:
        """A section's list in every language that counts."""
        return [words.section(section) for words in self._words]

    def within(self, section: str, words: Sequence[str]) -> bool:
        """Whether a text has a phrase of a section."""
        return any(phrases.within(words) for phrases in self.lists(section))

    def covers(self, section: str, words: Sequence[str]) -> bool:
        """Whether a text is a phrase of a section and nothing else."""
        return any(phrases.covers(words) for phrases in self.lists(section))

    def at(self, section: str, words: Sequence[str], index: int) -> int:
        """How many words the longest phrase of a section has that begins at a word; 0 for none."""
        return max(phrases.at(words, index) for phrases in self.lists(section))

    def spans(self, section: str, words: Sequence[str]) -> list[tuple[int, int]]:
        """Lists the places of a section's phrases, sorted."""
        return sorted({span for phrases in self.lists(section) for span in phrases.spans(words)})

    def repaired(self, sections: Sequence[str], words: Sequence[str]) -> list[str]:
        """Puts right the words that are one slip away from a word of the sections."""
        fixed = list(words)
        for section in sections:
            for phrases in self.lists(section):
                fixed = phrases.repaired(fixed)
        return fixed


@lru_cache(maxsize=8)
def _load(language: str) -> _Words:
    return _Words(language)


def lexicon_for(language: str, text: str) -> Lexicon:
    """Chooses the lists for a customer: the language's and English, and by the letters used its neighbours.

    A customer of a Ukrainian form may write Russian, and one with an English system Ukrainian or Polish; the
    letters say that much without guessing a language.

    Args:
        language: The language spoken with the customer.
        text: What was written.
    """
    languages = [language] if language in ("uk", "ru", "pl") else []
    if not text.isascii():
        if any("\u0400" <= c <= "\u04ff" for c in text):
            languages += [one for one in _CYRILLIC if one not in languages]
        elif "pl" not in languages and any(c in "ąćęłńśźżĄĆĘŁŃŚŹŻ" for c in text):
            languages.append("pl")
    return Lexicon([*languages, "en"])
