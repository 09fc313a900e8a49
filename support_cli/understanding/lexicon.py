"""The word lists: one file a language, read when that language is first met.

A file is plain text: ``[section]``, then one word or phrase a line; a word that ends in ``*`` stands for every word
that begins so, ``!`` excepts a word or phrase from its section (``!another account``), and ``#`` opens a remark. What a
section is for is said where it is used.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from support_cli.base.wordforms import fold, slipped
from support_cli.understanding.sentences import LANGUAGES, detect_language

_FOLDER = Path(__file__).parent / "words"
_POLISH = frozenset("ąćęłńśźżĄĆĘŁŃŚŹŻ")
_UKRAINIAN = frozenset("іїєґІЇЄҐ")
_RUSSIAN = frozenset("ыэъёЫЭЪЁ")
_SHORT = 80
"""Characters of a text whose words may be Polish although nothing tells so."""
_SHORTEST_STEM, _LONGEST_STEM = 2, 16


class Marks:
    """Which phrases stand where in one text.

    Attributes:
        words: The text's folded words.
    """

    def __init__(self, words: Sequence[str]) -> None:
        self.words = words
        self._lengths: dict[str, dict[int, int]] = {}

    def add(self, section: str, start: int, length: int) -> None:
        """Notes a phrase; of two that begin at the same word the longer one counts."""
        lengths = self._lengths.setdefault(section, {})
        if length > lengths.get(start, 0):
            lengths[start] = length

    def discard(self, section: str, start: int, length: int) -> None:
        """Takes out the phrases of a section that begin within an excepted phrase."""
        lengths = self._lengths.get(section, {})
        for place in range(start, start + length):
            lengths.pop(place, None)
        if not lengths:
            self._lengths.pop(section, None)

    def __contains__(self, section: str) -> bool:
        return section in self._lengths

    def at(self, section: str, index: int) -> int:
        """How many words the phrase of a section has that begins at a word; 0 for none."""
        return self._lengths.get(section, {}).get(index, 0)

    def first(self, section: str, start: int, end: int) -> int | None:
        """The first word in a range of words where a phrase of a section begins, or None."""
        return min((place for place in self._lengths.get(section, ()) if start <= place < end), default=None)

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


class _Words:
    """One language's lists: single words by section, phrases by their first word (``прац*`` stays as written)."""

    def __init__(self, language: str) -> None:
        self.single: dict[str, set[str]] = {}
        self.phrases: dict[str, list[tuple[str, str]]] = {}
        self.excepted: list[tuple[str, list[list[str]]]] = []
        text = fold((_FOLDER / f"{language}.txt").read_text(encoding="utf-8"))
        for part in text.split("\n[")[1:]:
            section, _end, body = part.partition("]\n")
            lines = body.split("\n")
            excepted = [line[1:] for line in lines if line[:1] == "!"]
            if excepted:
                self.excepted.append((section, [line.split() for line in excepted]))
            # Remarks and phrases may stay in the set: no word has a blank in it.
            self.single[section] = set(lines)
            for line in lines:
                if " " in line and line[0] not in "#!":
                    first, _blank, rest = line.partition(" ")
                    self.phrases.setdefault(first, []).append((section, rest))


class Lexicon:
    """The lists that count for one customer."""

    def __init__(self, languages: Sequence[str]) -> None:
        self._languages = languages

    def marks(self, words: Sequence[str]) -> Marks:
        """Finds every phrase of every section in a text."""
        marks = Marks(words)
        places: dict[str, list[int]] = {}
        for place, word in enumerate(words):
            places.setdefault(word, []).append(place)
            for length in range(_SHORTEST_STEM, min(len(word), _LONGEST_STEM) + 1):
                places.setdefault(word[:length] + "*", []).append(place)
        for language in self._languages:
            known = _load(language)
            for section, single in known.single.items():
                for word in single & places.keys():
                    for place in places[word]:
                        marks.add(section, place, 1)
            for word in known.phrases.keys() & places.keys():
                for section, phrase in known.phrases[word]:
                    rest = phrase.split()
                    for place in places[word]:
                        if _follows(rest, words, place + 1):
                            marks.add(section, place, len(rest) + 1)
        for language in self._languages:
            for section, excepted in _load(language).excepted:
                for parts in excepted if section in marks else ():
                    for place in places.get(parts[0], ()):
                        if _follows(parts[1:], words, place + 1):
                            marks.discard(section, place, len(parts))
        return marks

    def repaired(self, sections: tuple[str, ...], words: Sequence[str]) -> list[str]:
        """Puts right the words that are one slip away from a word of the sections; the others stay as they are."""
        known: set[str] = set()
        for language in self._languages:
            known |= _vocabulary(language, sections)
        exact = {word for word in known if word[-1] != "*"}
        stems = {word[:-1] for word in known if word[-1] == "*"}
        return [word if len(word) < 5 else _repaired(word, exact, stems) for word in words]


def _follows(parts: Sequence[str], words: Sequence[str], index: int) -> bool:
    if index + len(parts) > len(words):
        return False
    for word, part in zip(words[index : index + len(parts)], parts, strict=True):
        if not (word.startswith(part[:-1]) if part[-1] == "*" else word == part):
            return False
    return True


@lru_cache(maxsize=8)
def _vocabulary(language: str, sections: tuple[str, ...]) -> set[str]:
    """Words of the sections, also those within phrases; beginnings only if too long to be anything else."""
    words: set[str] = set()
    for section in sections:
        for line in _load(language).single.get(section, ()):
            if line[:1] not in ("#", "!"):
                words.update(line.split())
    return {word for word in words if word[-1] != "*" or len(word) > 5}


def _repaired(word: str, exact: set[str], stems: set[str]) -> str:
    if word in exact or any(word.startswith(stem) for stem in stems):
        return word
    for known in exact:
        if slipped(word, known):
            return known
    for stem in stems:
        if any(slipped(word[: len(stem) + change], stem) for change in (0, 1, -1)):
            return stem
    return word


@lru_cache(maxsize=8)
def _load(language: str) -> _Words:
    return _Words(language)


def lexicon_for(language: str, text: str) -> Lexicon:
    """Chooses the lists for a text: of the language it is written in and of the one spoken with the customer.

    A customer of a Ukrainian form may write Russian, and one with an English system Polish without its letters. Where
    the text is too short to tell, both languages of its letters count; English counts wherever Latin letters stand.

    Args:
        language: The language spoken with the customer.
        text: What was written.
    """
    told = detect_language(text, language)
    languages = [told, language]
    letters = set(text)
    if any("\u0400" <= c <= "\u04ff" for c in letters):
        ukrainian, russian = bool(letters & _UKRAINIAN), bool(letters & _RUSSIAN)
        if ukrainian or not russian:
            languages.append("uk")
        if russian or not ukrainian:
            languages.append("ru")
    elif letters & _POLISH or (not told and len(text) < _SHORT):
        languages.append("pl")
    if any("a" <= c <= "z" or "A" <= c <= "Z" for c in letters):
        languages.append("en")
    return Lexicon([one for one in dict.fromkeys(languages) if one in LANGUAGES])
