"""File names: what the receiver may see, and what may be shown on a screen.

A name comes from a stranger's disk and goes to another stranger's: it must not leave a folder, turn the reading
direction, break a header, or be one that Windows cannot store.
"""

import os
import re
from collections.abc import Iterable
from unicodedata import normalize

from support_cli.base.text import clean_line, clean_text, later, shorten

MAX_BYTES = 180
"""Longest visible name in UTF-8; file systems take 255, and ``(2)`` and ``.zip`` still have to fit."""

# Separators, and what Windows does not store ("Naming Files, Paths, and Namespaces", learn.microsoft.com).
_ILLEGAL = later(r'[<>:"/\\|?*]')
# Marks that turn the direction or have no width; the joiners stay, because scripts and emoji need them.
_INVISIBLE = later("[\u061c\u200b\u200e\u200f\u2060-\u2064]")
# The superscript digits count as well (same page).
_RESERVED = later(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])", re.IGNORECASE)


def displayable(raw: str | os.PathLike[str]) -> str:
    """Makes a path or typed text fit to stand in a sentence: one harmless line of at most 160 characters.

    Bytes that are not UTF-8 (lone surrogates in Python) become U+FFFD.
    """
    return shorten(clean_line(_whole(os.fspath(raw))), 160)


def quoted(path: str | os.PathLike[str]) -> str:
    """A path as a command line takes it, fit to be shown."""
    shown = displayable(path)
    return f'"{shown}"' if " " in shown else shown


def safe_name(raw: str) -> str:
    """Makes a file name that every receiver can store and that cannot deceive.

    Args:
        raw: A name from a disk, possibly with lone surrogates for bytes that are not UTF-8.

    Returns:
        A name in normal form C without separators, controls, direction marks or outer dots and blanks, not
        reserved by Windows, of at most ``MAX_BYTES`` octets with its ending kept; ``file`` when nothing is left.
    """
    text = _whole(raw)
    if not text.isascii():
        text = _INVISIBLE.sub("", normalize("NFC", text))
    text = re.sub(r"[\n\t]", " ", clean_text(text))
    text = re.sub(r"^[\s.]+|[\s.]+\Z", "", _ILLEGAL.sub("_", text))
    text = _cut(text, MAX_BYTES) or "file"
    if _RESERVED.fullmatch(text.split(".")[0].rstrip(" ")):
        text = f"_{text}"
    return text


def split_ending(name: str) -> tuple[str, str]:
    """Splits a name into stem and ending with its dot; ``.tar.gz`` and its kin stay in one piece."""
    stem, dot, ending = name.rpartition(".")
    if not stem or not 0 < len(ending) <= 16 or " " in ending:
        return name, ""
    if stem.lower().endswith(".tar") and len(stem) > 4:
        return stem[:-4], f"{stem[-4:]}{dot}{ending}"
    return stem, f"{dot}{ending}"


def unique_name(name: str, taken: Iterable[str]) -> str:
    """Gives a name that no other attachment has, whatever the case: ``photo.png``, ``photo (2).png``.

    Args:
        name: A safe name.
        taken: The names already in the request.
    """
    used = {other.casefold() for other in taken}
    stem, ending = split_ending(name)
    candidate, number = name, 1
    while candidate.casefold() in used:
        number += 1
        candidate = f"{stem} ({number}){ending}"
    return candidate


def ending_of(name: str) -> str:
    """The last ending of a name in small letters without the dot, or empty."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def _whole(text: str) -> str:
    if text.isprintable():
        return text
    return re.sub("[\ud800-\udfff]", "\N{REPLACEMENT CHARACTER}", text)


def _cut(text: str, most: int) -> str:
    if len(text.encode()) <= most:
        return text
    stem, ending = split_ending(text)
    room = most - len(ending.encode())
    return stem.encode()[:room].decode("utf-8", "ignore").rstrip() + ending
