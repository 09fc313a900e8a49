"""Words compared the way people mean them: case, accents, hyphens and slips of the finger left aside.

Shared by the checks and the FAQ search. No language is guessed here: everything works on the letters alone.
"""

import re
from collections.abc import Iterable, Sequence

# Polish letters lose their strokes and dots because half of Poland types without them; hyphens and apostrophes
# go so that Wi-Fi is wifi, doesn't is doesnt, and зв'язок is звязок however the apostrophe was typed.
_FOLDED = str.maketrans("ёґąćęłńóśźż\u00a0\u202f", "егacelnoszz  ", "'’‘ʼ`´′-‐‑\u00ad\u200b\u200c\u200d\u0301")
_WORD = re.compile(r"[^\W_]+")
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")


def fold(text: str) -> str:
    """Folds case, accents, hyphens and apostrophes, so that equal words compare equal.

    Args:
        text: Anything.

    Returns:
        Lower-case text with the same words in the same order.
    """
    if not text.isascii() and any("\u0300" <= c <= "\u036f" for c in text):
        from unicodedata import normalize  # decomposed й and ї, as macOS pastes them

        text = normalize("NFC", text)
    return text.casefold().translate(_FOLDED)


def words_of(text: str) -> list[str]:
    """Lists the folded words of a text; a letter held down (``heeelp``) counts once."""
    return [_STRETCHED.sub(r"\1", word) for word in _WORD.findall(fold(text))]


class Phrases:
    """A list of words and phrases that can be looked up in a text.

    Args:
        lines: Phrases; a word that ends in ``*`` stands for every word that begins so.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        self._starts: dict[str, list[tuple[str, ...]]] = {}
        self._stems: dict[str, list[tuple[str, ...]]] = {}
        for line in lines:
            first, *rest = line.split()
            index = self._stems if first[-1] == "*" else self._starts
            index.setdefault(first.rstrip("*"), []).append(tuple(rest))
        self._lengths = sorted({len(stem) for stem in self._stems})

    def __bool__(self) -> bool:
        return bool(self._starts or self._stems)

    def at(self, words: Sequence[str], index: int) -> int:
        """How many words the longest phrase that begins at a word has; 0 for none."""
        word = words[index]
        found = list(self._starts.get(word, ()))
        for length in self._lengths:
            if length > len(word):
                break
            found += self._stems.get(word[:length], ())
        best = 0
        for rest in found:
            if len(rest) >= best and _follows(rest, words, index + 1):
                best = len(rest) + 1
        return best

    def spans(self, words: Sequence[str]) -> list[tuple[int, int]]:
        """Lists the places of the phrases in a text, as (first word, word after the last), none overlapping."""
        spans, index = [], 0
        while index < len(words):
            length = self.at(words, index)
            if length:
                spans.append((index, index + length))
            index += length or 1
        return spans

    def within(self, words: Sequence[str]) -> bool:
        """Whether a text has one of the phrases."""
        return any(self.at(words, index) for index in range(len(words)))

    def covers(self, words: Sequence[str]) -> bool:
        """Whether a text is one of the phrases and nothing else."""
        return bool(words) and self.at(words, 0) == len(words)

    def repaired(self, words: Sequence[str]) -> list[str]:
        """Puts right the words that are one slip away from a word of the list; the others stay as they are."""
        exact, stems = set(self._starts), set(self._stems)
        for rest in (rest for index in (self._starts, self._stems) for rests in index.values() for rest in rests):
            for part in rest:
                (stems if part[-1] == "*" else exact).add(part.rstrip("*"))
        return [word if len(word) < 5 else _repaired(word, exact, stems) for word in words]


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


def _follows(rest: Sequence[str], words: Sequence[str], index: int) -> bool:
    if index + len(rest) > len(words):
        return False
    for offset, part in enumerate(rest):
        word = words[index + offset]
        if not (word.startswith(part[:-1]) if part[-1] == "*" else word == part):
            return False
    return True


def slipped(typed: str, meant: str) -> bool:
    """Whether two words differ by exactly one slip: a letter wrong, lost, added, or two swapped.

    Args:
        typed: A folded word.
        meant: A folded word of at least five letters; shorter ones never match, they have too many neighbours.
    """
    if typed == meant or len(meant) < 5 or abs(len(typed) - len(meant)) > 1:
        return False
    start = 0
    shortest = min(len(typed), len(meant))
    while start < shortest and typed[start] == meant[start]:
        start += 1
    left, right = typed[start:], meant[start:]
    if len(left) == len(right):
        return left[1:] == right[1:] or (left[:2] == right[1::-1] and left[2:] == right[2:])
    return left[1:] == right or right[1:] == left
