"""Words compared the way people mean them: case, accents, hyphens and slips of the finger left aside.

Shared by the checks and the FAQ search. No language is guessed here: everything works on the letters alone.
"""

from support_cli.patterns import later

# Polish letters lose their strokes and dots because half of Poland types without them; hyphens and apostrophes
# go so that Wi-Fi is wifi, doesn't is doesnt, and зв'язок is звязок however the apostrophe was typed.
_LETTERS = tuple(zip("ёґąćęłńóśźż\u00a0\u202f", "егacelnoszz  ", strict=True))
_DROPPED = "'’‘ʼ`´′-‐‑\u00ad\u200b\u200c\u200d\u0301"
_COMBINING = later("[\u0300-\u036f]")
_WORD = later(r"[^\W_]+")
_STRETCHED = later(r"([^\W\d_])\1\1+")


def fold(text: str) -> str:
    """Folds case, accents, hyphens and apostrophes, so that equal words compare equal.

    Args:
        text: Anything.

    Returns:
        Lower-case text with the same words in the same order.
    """
    if text.isascii():
        return text.casefold().replace("'", "").replace("`", "").replace("-", "")
    if _COMBINING.search(text):
        from unicodedata import normalize  # decomposed й and ї, as macOS pastes them

        text = normalize("NFC", text)
    text = text.casefold()
    # str.translate looks every letter up; most of these are in no text at all.
    for letter, plain in _LETTERS:
        if letter in text:
            text = text.replace(letter, plain)
    for letter in _DROPPED:
        if letter in text:
            text = text.replace(letter, "")
    return text


def words_of(text: str) -> list[str]:
    """Lists the folded words of a text; a letter held down (``heeelp``) counts once."""
    return _WORD.findall(_STRETCHED.sub(r"\1", fold(text)))


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
