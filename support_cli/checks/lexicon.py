"""The word lists: one file a language, read when that language is first met.

A file is plain text: ``[section]``, then one word or phrase a line; a word that ends in ``*`` stands for every word
that begins so, and ``#`` opens a remark. What a section is for is said where it is used. All sections of a language
share one index, so that a text is gone through once, whatever is asked about it afterwards.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from support_cli.wordforms import fold, slipped

_FOLDER = Path(__file__).parent / "words"
_POLISH = frozenset("ąćęłńśźżĄĆĘŁŃŚŹŻ")
_UKRAINIAN = frozenset("іїєґІЇЄҐ")
_RUSSIAN = frozenset("ыэъёЫЭЪЁ")

_Index = dict[str, list[tuple[str, str]]]


class Marks:
    """Which phrases stand where in one text."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = words
        self._lengths: dict[str, dict[int, int]] = {}

    def add(self, section: str, start: int, length: int) -> None:
        """Notes a phrase; of two that begin at the same word the longer one counts."""
        lengths = self._lengths.setdefault(section, {})
        if length > lengths.get(start, 0):
            lengths[start] = length

    def __contains__(self, section: str) -> bool:
        return section in self._lengths

    def at(self, section: str, index: int) -> int:
        """How many words the phrase of a section has that begins at a word; 0 for none."""
        return self._lengths.get(section, {}).get(index, 0)

    def covers(self, section: str) -> bool:
        """Whether the text is one phrase of a section and nothing else."""
        return bool(self.words) and self.at(section, 0) == len(self.words)

    def spans(self, section: str) -> Iterator[tuple[int, int]]:
        """The places of a section's phrases as (first word, word after the last), none overlapping."""
        free = 0
        for start, length in sorted(self._lengths.get(section, {}).items()):
            if start >= free:
                free = start + length
                yield start, free


class Lexicon:
    """The lists that count for one customer."""

    def __init__(self, languages: Sequence[str]) -> None:
        self._indexes = [_load(language) for language in languages]

    def marks(self, words: Sequence[str]) -> Marks:
        """Finds every phrase of every section in a text."""
        marks = Marks(words)
        for exact, stems, lengths in self._indexes:
            for place, word in enumerate(words):
                if word in exact:
                    _take(marks, exact[word], place)
                for length in lengths:
                    if length > len(word):
                        break
                    found = stems.get(word[:length])
                    if found is not None:
                        _take(marks, found, place)
        return marks

    def repaired(self, sections: Sequence[str], words: Sequence[str]) -> list[str]:
        """Puts right the words that are one slip away from a word of the sections; the others stay as they are."""
        exact: set[str] = set()
        stems: set[str] = set()
        for known, beginnings, _lengths in self._indexes:
            exact |= _vocabulary(known, sections, exact, stems)
            stems |= _vocabulary(beginnings, sections, exact, stems)
        return [word if len(word) < 5 else _repaired(word, exact, stems) for word in words]


def _take(marks: Marks, found: Sequence[tuple[str, str]], place: int) -> None:
    for section, rest in found:
        if not rest:
            marks.add(section, place, 1)
            continue
        parts = rest.split()
        if _follows(parts, marks.words, place + 1):
            marks.add(section, place, len(parts) + 1)


def _follows(parts: Sequence[str], words: Sequence[str], index: int) -> bool:
    if index + len(parts) > len(words):
        return False
    for word, part in zip(words[index:], parts, strict=False):
        if not (word.startswith(part[:-1]) if part[-1] == "*" else word == part):
            return False
    return True


def _vocabulary(index: _Index, sections: Sequence[str], exact: set[str], stems: set[str]) -> set[str]:
    """First words of the sections' phrases; what follows them goes straight to where it belongs."""
    firsts = set()
    for first, found in index.items():
        for section, rest in found:
            if section in sections:
                firsts.add(first)
                for part in rest.split():
                    (stems if part[-1] == "*" else exact).add(part.rstrip("*"))
    return firsts


def _repaired(word: str, exact: set[str], stems: set[str]) -> str:
    if word in exact or any(word.startswith(stem) for stem in stems):
        return word
    for known in exact:
        if slipped(word, known):
            return known
    for stem in stems:
        if len(stem) >= 5 and any(slipped(word[: len(stem) + change], stem) for change in (0, 1, -1)):
            return stem
    return word


@lru_cache(maxsize=8)
def _load(language: str) -> tuple[_Index, _Index, list[int]]:
    """Reads a file: phrases by their first word, those by its beginning, and how long the beginnings are."""
    exact: _Index = {}
    stems: _Index = {}
    section = ""
    for line in fold((_FOLDER / f"{language}.txt").read_text(encoding="utf-8")).split("\n"):
        if not line or line[0] == "#":
            continue
        if line[0] == "[":
            section = line[1:-1]
            continue
        first, _blank, rest = line.partition(" ")
        entry = (section, rest)
        if first[-1] == "*":
            stems.setdefault(first[:-1], []).append(entry)
        else:
            exact.setdefault(first, []).append(entry)
    return exact, stems, sorted({len(stem) for stem in stems})


def lexicon_for(language: str, text: str) -> Lexicon:
    """Chooses the lists for a customer: the language's, and by the letters used its neighbours'.

    A customer of a Ukrainian form may write Russian, and one with an English system Ukrainian or Polish; the
    letters say that much without guessing a language. English counts wherever Latin letters stand.

    Args:
        language: The language spoken with the customer.
        text: What was written.
    """
    letters = set(text)
    languages = [language] if language in ("uk", "ru", "pl") else []
    if any("\u0400" <= c <= "\u04ff" for c in letters):
        ukrainian, russian = bool(letters & _UKRAINIAN), bool(letters & _RUSSIAN)
        if language == "uk" or ukrainian or not russian:
            languages.append("uk")
        if language == "ru" or russian or not ukrainian:
            languages.append("ru")
    elif letters & _POLISH:
        languages.append("pl")
    if language == "en" or any("a" <= c <= "z" or "A" <= c <= "Z" for c in letters):
        languages.append("en")
    return Lexicon(list(dict.fromkeys(languages)))
