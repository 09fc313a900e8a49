"""Versions, in the order in which they were meant.

Read as PEP 440 ("Summary of permitted suffixes and relative ordering") and SemVer 2.0.0 (section 11) write them; where
the two agree, so does this. Whatever is neither is compared by its words and numbers, and lies before every version.
"""

import re

_RELEASE = re.compile(r"[vV]?(\d{1,9}(?:\.\d{1,9}){0,7})")
_SUFFIX = re.compile(r"[-._]?(dev|alpha|a|beta|b|preview|pre|rc|c|post|rev|r)(?![a-z])[-._]?(\d{1,9})?", re.IGNORECASE)
_IDENTIFIERS = re.compile(r"-[A-Za-z][0-9A-Za-z-]*(?:\.[0-9A-Za-z-]+)*")
_BUILD = re.compile(r"\+[0-9A-Za-z.-]+$")
_RANKS = {"dev": -5, "a": -3, "alpha": -3, "b": -2, "beta": -2, "c": -1, "rc": -1, "pre": -1, "preview": -1}
_OTHER, _END, _POST = -4, 0, 1
_LONGEST = 100

Part = tuple[int, int, str]
Key = tuple[int, tuple[int, ...], tuple[Part, ...]]


def is_version(text: str) -> bool:
    """Whether a text, such as the name of a tag, is a version: ``1.2``, ``v1.2.0-rc.1``, ``1.2.0b2``."""
    return _read(text) is not None


def is_prerelease(text: str) -> bool:
    """Whether a version comes before the release that it is named after."""
    found = _read(text)
    return found is not None and any(part[0] < _END for part in found[1])


def key(text: str) -> Key:
    """What versions are sorted by.

    Args:
        text: A version, or anything.

    Returns:
        Greater for newer; what is no version is smaller than every version.
    """
    found = _read(text)
    if found is not None:
        return 1, found[0], found[1]
    words = re.findall(r"\d{1,9}|[^\W\d]+", text[:_LONGEST])
    return 0, (), tuple((1, int(word), "") if word.isdigit() else (0, 0, word.casefold()) for word in words)


def is_older(one: str, other: str) -> bool:
    """Whether the first version comes before the second."""
    return key(one) < key(other)


def _read(text: str) -> tuple[tuple[int, ...], tuple[Part, ...]] | None:
    match = _RELEASE.match(text) if len(text) <= _LONGEST and text.isascii() else None
    if match is None:
        return None
    rest = _BUILD.sub("", text[match.end() :])
    parts: list[Part] = []
    at = 0
    while suffix := _SUFFIX.match(rest, at):
        parts.append((_RANKS.get(suffix[1].lower(), _POST), int(suffix[2] or 0), ""))
        at = suffix.end()
    if at < len(rest):
        if not _IDENTIFIERS.fullmatch(rest):
            return None
        parts = [_identifier(word) for word in rest[1:].split(".")]
    numbers = [int(number) for number in match[1].split(".")]
    while len(numbers) > 1 and not numbers[-1]:
        numbers.pop()
    return tuple(numbers), (*parts, (_END, 0, ""))


def _identifier(word: str) -> Part:
    known = _RANKS.get(word.lower())
    if known is not None:
        return known, 0, ""
    return (_OTHER, int(word), "") if word.isdigit() and len(word) < 10 else (_OTHER, 0, word)
