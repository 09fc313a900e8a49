"""The polite address that a letter to a person begins with, where the name says enough for one; else a neutral one.

A wrong form of address is worse than a plain greeting, so gender is taken from what cannot mislead: the
patronymic in Russian and Ukrainian, a surname of the -ski kind in Polish. Ukrainian addresses people in the vocative
(Український правопис 2019, §§ 87 and 93); names whose form the rules do not give for certain get the greeting.
"""

import re
from itertools import pairwise

from support_cli.base.patterns import later

_NEUTRAL = {"uk": "Добрий день", "ru": "Здравствуйте", "pl": "Dzień dobry"}
_HIS = later(r"(?:ович|евич|ьич|[кмт]ич|оглы)$", re.IGNORECASE)
_HERS = later(r"(?:овна|евна|ична|кызы)$", re.IGNORECASE)
_HIS_IN_A = frozenset(("никита", "илья", "лука", "фома", "кузьма", "савва", "данила", "гаврила"))
_RUSSIAN = ("Уважаемый", "Уважаемая")
_HIS_UK = later(r"(?:ович|[йї]ович|[кмтл]{1,2}[иі]ч)$", re.IGNORECASE)
_HERS_UK = later(r"(?:[ії]вна|[кмтл]{1,2}[иі]вна)$", re.IGNORECASE)
_HIS_IN_A_UK = frozenset(("микола", "ілля", "микита", "лука", "хома", "кузьма", "сава", "данила", "гаврила", "ярема"))
_UKRAINIAN = ("Шановний", "Шановна")
_CALLED = {
    "ігор": "Ігорю", "лазар": "Лазарю", "федір": "Федоре", "сидір": "Сидоре", "антін": "Антоне", "яків": "Якове",
    "прокіп": "Прокопе", "леонід": "Леоніде", "гліб": "Глібе", "лев": "Леве", "олег": "Олеже",
    "любов": "Любове", "ілля": "Ілле",
}  # fmt: skip
"""Vocatives of first names that no rule of ``_called`` gives."""


def greeting(name: str, language: str) -> str:
    """Forms the address of a letter, without a mark at its end.

    Args:
        name: The person's name as they wrote it, surname first or last; may be empty.
        language: Language of the letter.

    Returns:
        ``Уважаемая Анна Ивановна``, ``Шановна Олено Петрівно``, ``Szanowny Panie``, ``Dear Anna Smith``, or a neutral
        greeting.
    """
    words = name.split()
    if language == "en":
        return f"Dear {' '.join(words)}" if words else "Hello"
    if language == "pl":
        return _polish(words)
    if language == "ru" and (found := _patronymic(words, _HIS, _HERS, _HIS_IN_A)) is not None:
        first, patronymic, hers = found
        return f"{_RUSSIAN[hers]} {first} {patronymic}"
    if language == "uk" and (found := _patronymic(words, _HIS_UK, _HERS_UK, _HIS_IN_A_UK)) is not None:
        first, patronymic, hers = found
        called = _called(first, hers)
        if called:
            return f"{_UKRAINIAN[hers]} {called} {patronymic[:-1] + 'о' if hers else patronymic + 'у'}"
    return _NEUTRAL.get(language, "Hello")


def _patronymic(
    words: list[str], his: re.Pattern[str], hers: re.Pattern[str], his_in_a: frozenset[str]
) -> tuple[str, str, bool] | None:
    """Finds first name, patronymic and whether it is a woman's; None where that is not certain."""
    for first, second in pairwise(words):
        is_hers = hers.search(second) is not None
        if not is_hers and not his.search(second):
            continue
        in_a = first[-1].casefold() in "ая"
        known = first.casefold() in his_in_a
        if (in_a and not known) is is_hers or (is_hers and first.casefold() == "любов"):
            return first, second, is_hers
    return None


def _called(name: str, hers: bool) -> str:
    """The vocative of a Ukrainian first name, or an empty text where no rule gives it for certain."""
    known = _CALLED.get(name.casefold())
    if known:
        return known
    stem, end = name[:-1], name[-1].casefold()
    before = stem[-1:].casefold()
    if end == "а":
        return stem + "о"
    if end == "я":
        return stem + ("є" if before in "аеиіоуєю" else "ю")
    if hers:
        return ""
    if end in "йь":
        return stem + "ю"
    if end == "о":
        return stem + ("у" if before == "к" else "е")
    if end in "гкх":
        return name + "у"
    return name + "е" if end in "бвдзлмнпрстф" and before not in "ії" else ""


def _polish(words: list[str]) -> str:
    if len(words) > 1:
        last = words[-1].casefold()
        if last.endswith(("ski", "cki", "dzki")):
            return "Szanowny Panie"
        if last.endswith(("ska", "cka", "dzka")):
            return "Szanowna Pani"
    return _NEUTRAL["pl"]
