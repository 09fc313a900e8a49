"""Cues: the customers' own words for a form or an option, and where a text holds them.

A cue is a phrase: words in order, ``wifi|wlan`` for either, ``slow*`` for any ending, ``...`` for up to three words
between. Words are compared folded (case, accents, apostrophes and hyphens do not matter). A phrase that is negated
("not blocked yet", "нет красной лампочки") does not count, unless the negation is a part of it.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from support_cli.base.text import later
from support_cli.base.wordforms import fold

_WORD = later(r"[^\W_]+(?:['’‘ʼ`´-][^\W_]+)*")
_GAP = 3
_REACH = 2
_NEGATIONS = frozenset([
    "no", "not", "never", "without", "cannot", "cant", "dont", "doesnt", "didnt", "isnt",
    "wasnt", "arent", "hasnt", "havent", "wont",
    "не", "нет", "без", "никогда", "ни", "ні", "немає", "нема", "ніколи", "nie", "bez", "nigdy", "brak", "ani",
])  # fmt: skip


class Word(NamedTuple):
    """A word where it stands: folded, with the offsets of the original."""

    text: str
    start: int
    end: int


Part = tuple[tuple[str, ...], tuple[str, ...]]
Phrase = tuple[Part | None, ...]
"""One entry a word: what it may be, and what it may begin with; None for a gap."""


class Cues(NamedTuple):
    """The cues of a pack.

    Attributes:
        forms: Form id to phrases.
        options: Question id to label to phrases.
    """

    forms: Mapping[str, Sequence[Phrase]]
    options: Mapping[str, Mapping[str, Sequence[Phrase]]]


NO_CUES = Cues({}, {})


class Said:
    """The words of a text, and where each stands.

    Attributes:
        words: The words in order.
    """

    def __init__(self, words: Sequence[Word]) -> None:
        self.words = words
        self._places: dict[str, list[int]] = {}
        for index, word in enumerate(words):
            self._places.setdefault(word.text, []).append(index)

    def places(self, part: Part) -> list[int]:
        """Where a word of a phrase stands, in order."""
        exact, begins = part
        found = [index for word in exact for index in self._places.get(word, ())]
        if begins:
            found += [index for word, places in self._places.items() if word.startswith(begins) for index in places]
        return sorted(found)


def words(text: str) -> list[Word]:
    """The words of a text."""
    return [Word(fold(found[0]), found.start(), found.end()) for found in _WORD.finditer(text)]


def phrase(text: str) -> Phrase:
    """Reads one cue."""
    parts: list[Part | None] = []
    for part in text.split():
        if part == "...":
            parts.append(None)
            continue
        options = [fold(option) for option in part.split("|") if option]
        exact = tuple(option for option in options if not option.endswith("*"))
        begins = tuple(option.rstrip("*") for option in options if option.endswith("*"))
        parts.append((exact, begins))
    return tuple(parts)


def read_cues(forms: Mapping[str, Sequence[str]], options: Mapping[str, Mapping[str, Sequence[str]]]) -> Cues:
    """Makes the cues of a pack from what its ``cues.yml`` says."""
    return Cues(
        {name: [phrase(one) for one in cues] for name, cues in forms.items()},
        {
            question: {label: [phrase(one) for one in cues] for label, cues in labels.items()}
            for question, labels in options.items()
        },
    )


def found_in(cue: Phrase, said: Said) -> Iterator[tuple[int, int, bool]]:
    """Where a cue stands.

    Yields:
        First word, word after the last, and whether it is negated.
    """
    first = cue[0] if cue else None
    for start in said.places(first) if first is not None else ():
        end = _match(cue, 1, said.words, start + 1)
        if end is not None:
            yield start, end, _negated(cue, said.words, start, end)


def _match(cue: Phrase, at: int, said: Sequence[Word], index: int) -> int | None:
    while at < len(cue):
        part = cue[at]
        if part is None:
            for skip in range(_GAP + 1):
                end = _match(cue, at + 1, said, index + skip)
                if end is not None:
                    return end
            return None
        if index >= len(said):
            return None
        word = said[index].text
        if word not in part[0] and not (part[1] and word.startswith(part[1])):
            return None
        at, index = at + 1, index + 1
    return index


def _negated(cue: Phrase, said: Sequence[Word], start: int, end: int) -> bool:
    if any(part is not None and not _NEGATIONS.isdisjoint(part[0]) for part in cue):
        return False
    return any(word.text in _NEGATIONS for word in said[max(0, start - _REACH) : end])
