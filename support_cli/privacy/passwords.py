"""Passwords that are given as such: ``password: Kotik2019``, ``мой пароль kotik2019``, ``hasło to Zima2024!``."""

import re
from itertools import pairwise

from support_cli.privacy.hits import Hit, HitKind, mask

_KEY = re.compile(
    r"(?:pass(?:word|wd|phrase|code)s?|(?<![^\W_])pass(?=[\"']?\s?[:=])|(?<![^\W_])pwd"
    r"|(?<![^\W_])ключ(?:\s\w{2,4})?\s(?:wi-?fi|вай-?фа\w{1,2})|(?<![^\W_])(?:wi-?fi|network)\skey|klucz\swi-?fi"
    r"|пассворд\w{0,2}|парол[ьяюіеи]\w{0,2}|has[łl](?:o|a|em))(?![^\W_]|_|-)",
    re.IGNORECASE,
)
_WITH_NAME = (
    r"(?i)\s{1,3}(?:от|від|к|до|для|на|у|в|for|to|of|at|on|do|od|dla)"
    r"\s{1,3}(?:[^\W\d][\w-]{0,19}\s{1,3}){0,2}?[\w-]{1,20}"
)
_JOINED = r"[-—–]|is|was|це|это|ото|такий же|такой же|такий самий|такий|такой|to|jest|був|был"
_GIVEN = rf"(?i)[\"'”»]?\s{{0,3}}(?:[:=]|(?<=\s)(?:{_JOINED})(?=\s))\s{{0,3}}"
_VALUE = (
    r"\"([^\"\n]{1,80})\"|'([^'\n]{1,80})'|«([^»\n]{1,80})»|„([^”\n]{1,80})”|“([^”\n]{1,80})”|([^\s\"'«»„“”]{1,128})"
)
_BARE = 6
"""The group of ``_VALUE`` that is a word without quotes."""
_BACKWARDS = (
    r"(?i)(?<!\S)(\S{6,40})\s(?:is|це|это|to|-|—|–)\s(?:my\s|the\s|мій\s|мой\s|moje\s)?(?:password|пароль|hasło)\b"
)
_DENIED = ("not ", "не ", "nie ", "does", "isn", "was ", "is ", "has ", "fail", "reject", "wrong", "never", "no longer")
_LINE = 120
_FOLDER = ("/", "~", "\\", ".")
"""How a folder begins: ``PWD=/srv`` is where a program runs."""
_EMPTY = frozenset(["none", "null", "true", "false", "nil", "undefined", "string", "yes", "no", "так", "да", "tak"])


def find(text: str) -> list[Hit]:
    """Finds passwords."""
    hits = []
    for key in _KEY.finditer(text):
        place = _after(text, key.start(), key.end())
        if place is not None and not (key[0].lower() == "pwd" and text.startswith(_FOLDER, place[0])):
            hits.append(_hit(text, *place))
    for match in re.finditer(_BACKWARDS, text):
        if _looks_secret(match[1], bar=1):
            hits.append(_hit(text, match.start(1), match.end(1)))
    return hits


def _hit(text: str, start: int, end: int) -> Hit:
    return Hit(HitKind.PASSWORD, start, end, mask(text[start:end]))


def _after(text: str, key_start: int, start: int) -> tuple[int, int] | None:
    """Where the value after a key word stands, or None when the word is only spoken of."""
    end = text.find("\n", start, start + _LINE)
    end = min(len(text), start + _LINE) if end < 0 else end
    flag = text[max(0, key_start - 2) : key_start] == "--"
    given = re.compile(_GIVEN).match(text, start, end)
    found = _value(text, given.end() if given else start, end, given[0] if given else "", flag=flag)
    if found is None:
        # "пароль от роутера: ...", "password to the router ..."
        named = re.compile(_WITH_NAME).match(text, start, end)
        if named is not None:
            given = re.compile(_GIVEN).match(text, named.end(), end)
            found = _value(text, given.end() if given else named.end(), end, given[0] if given else "", flag=False)
            if found and not given and text[found[1] : end].lstrip(" ,\"'").startswith(_DENIED):
                return None  # "password for root2024 not accepted": a name, not a value
    return found


def _value(text: str, start: int, end: int, given: str, *, flag: bool) -> tuple[int, int] | None:
    """The word at a place if, after what joins it to the key word (``:``, ``is`` or nothing), it is a password."""
    found = re.compile(r"\s{0,3}(?:" + _VALUE + ")").match(text, start, end)
    if found is None or (not given and not text[start : start + 1].isspace()):
        return None
    group = found.lastindex or 0
    value, place = found[group], found.start(group)
    quoted = group != _BARE
    if not quoted:
        value = value.rstrip(".,;:)]}") or value
    if _is_blank(value):
        return None
    rest = text[place + len(value) : end].strip(" \t.,;!)»”\"'}")
    explicit = given.strip(" \"'”»") in (":", "=")
    span = place, place + len(value)
    if _looks_secret(value, bar=0 if explicit or flag else 1 if given else 2):
        return span
    if explicit and len(value) >= 4 and (quoted or (not rest and not _speaks(value))):
        return span  # nothing follows on the line, so the word itself is meant: "пароль: солнышко"
    if value.isdigit() and 4 <= len(value) <= 40 and (given or (len(value) <= 12 and not rest[:1].isalpha())):
        return span
    return span if flag and len(value) >= 4 and not value.startswith("-") else None


def _looks_secret(value: str, *, bar: int) -> bool:
    """Letters and digits mixed as nobody writes words.

    Args:
        value: The word.
        bar: How sure it must look: 0 after ``password:``, 1 after ``password is``, 2 straight after ``password``, where
            an ordinary word may follow too (``password Windows10 asks for``).
    """
    digits = sum(c.isdigit() for c in value)
    letters = sum(c.isalpha() for c in value)
    signs = sum(c in "!@#$%^&*_+=?~" for c in value.rstrip("!?"))
    if re.fullmatch(r"v?\d+(?:[.:/-]\d+)+\w{0,4}", value) or value.startswith(("http://", "https://")):
        return False
    if bar == 0:
        return len(value) >= 4 and (bool(digits and letters) or bool(signs and letters) or digits >= 4)
    if len(value) < 6 or not letters:
        return False
    if bar == 1:
        return bool(digits)
    if re.fullmatch(r"[^\W\d]+-?\d{1,2}", value):
        return False
    return digits >= 3 or bool(digits and signs) or bool(digits and _switches(value) >= 2)


def _switches(value: str) -> int:
    return sum(a.isdigit() != b.isdigit() for a, b in pairwise(value))


def _speaks(value: str) -> bool:
    """A word that tells about a password instead of being one, in any of the languages."""
    word = value.casefold()
    return word.startswith(_TELLING) or not any(c.isalnum() for c in word)


_TELLING = (
    "not", "wrong", "incorrect", "invalid", "reject", "accept", "expire", "requir", "forg", "reset", "change",
    "hidden", "remov", "redact", "mask", "secret", "correct", "unknown", "empty", "blank", "lost", "same", "fail",
    "error", "field", "works", "missing", "protected", "denied", "locked", "blocked", "enabled", "disabled", "sent",
    "set", "default", "невер", "невір", "неправ", "прав", "верн", "вірн", "забы", "забу", "скры", "прихов", "устар",
    "застар", "заблок", "измен", "змін", "сброс", "скин", "восст", "віднов", "прише", "прийш", "прихо", "приня",
    "прийн", "введ", "ввод", "ошиб", "помил", "неизв", "невід", "отсут", "відсут", "просит", "просить", "требу",
    "вимаг", "работа", "працю", "действ", "дійс", "старый", "старий", "новый", "новий", "секрет", "нужен", "потріб",
    "подход", "підход", "удал", "видал", "знаю", "помню", "памят", "пам'ят", "есть", "прошу", "niepr", "niepo",
    "popraw", "prawid", "błęd", "bled", "zapom", "ukry", "zmien", "wygas", "zablok", "odrzuc", "wpis", "przysz",
    "wymag", "działa", "dziala", "nieznan", "brak", "puste", "stare", "nowe", "tajne", "usun", "podane",
)  # fmt: skip


def _is_blank(value: str) -> bool:
    """A mask, a placeholder, a variable or a call: nothing that opens a door."""
    inner = value.strip("*•xX.…#_-?<>[](){}$% \t")
    if len(inner) < 2 or value[0] in "<[{($%&" or "(" in value or value.casefold() in _EMPTY:
        return True
    return "***" in value or "•••" in value or "{{" in value
