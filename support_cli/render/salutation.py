"""The polite address that a letter to a person begins with, where the name says enough for one; else a neutral one.

A wrong form of address is worse than a plain greeting, so gender is taken from what cannot mislead: the
patronymic in Russian, a surname of the -ski kind in Polish.
"""

import re
from itertools import pairwise

from support_cli.patterns import later

_NEUTRAL = {"uk": "Добрий день", "ru": "Здравствуйте", "pl": "Dzień dobry"}
_HIS = later(r"(?:ович|евич|ьич|[кмт]ич|оглы)$", re.IGNORECASE)
_HERS = later(r"(?:овна|евна|ична|кызы)$", re.IGNORECASE)
_HIS_IN_A = frozenset(("никита", "илья", "лука", "фома", "кузьма", "савва", "данила", "гаврила"))
_RUSSIAN = ("Уважаемый", "Уважаемая")


def greeting(name: str, language: str) -> str:
    """Forms the address of a letter, without a mark at its end.

    Args:
        name: The person's name as they wrote it, surname first or last; may be empty.
        language: Language of the letter.

    Returns:
        ``Уважаемая Анна Ивановна``, ``Szanowny Panie``, ``Dear Anna Smith``, or a neutral greeting.
    """
    words = name.split()
    if language == "en":
        return f"Dear {' '.join(words)}" if words else "Hello"
    if language == "pl":
        return _polish(words)
    if language == "ru":
        found = _patronymic(words)
        if found is not None:
            first, patronymic, hers = found
            return f"{_RUSSIAN[hers]} {first} {patronymic}"
    return _NEUTRAL.get(language, "Hello")


def _patronymic(words: list[str]) -> tuple[str, str, bool] | None:
    """Finds first name, patronymic and whether it is a woman's; None where that is not certain."""
    for first, second in pairwise(words):
        hers = _HERS.search(second) is not None
        if not hers and not _HIS.search(second):
            continue
        in_a = first[-1].casefold() in "ая"
        if in_a is hers or (not hers and first.casefold() in _HIS_IN_A):
            return first, second, hers
    return None


def _polish(words: list[str]) -> str:
    if len(words) > 1:
        last = words[-1].casefold()
        if last.endswith(("ski", "cki", "dzki")):
            return "Szanowny Panie"
        if last.endswith(("ska", "cka", "dzka")):
            return "Szanowna Pani"
    return _NEUTRAL["pl"]
