"""Ids for questions whose author gave none."""

import re
import unicodedata


def parameterize(label: str) -> str:
    """Makes an id of a label the way GitHub does (Rails' ``parameterize``), keeping letters of every script.

    Args:
        label: Any text.

    Returns:
        Lower-case words joined by ``-``; empty if the label has no letter and no digit.
    """
    plain = "".join(_plain(c) for c in unicodedata.normalize("NFC", label))
    return re.sub(r"-{2,}", "-", re.sub(r"[^\w]+", "-", plain.casefold())).strip("-")


def _plain(character: str) -> str:
    base = unicodedata.normalize("NFKD", character)[0]
    return base if base.isascii() else character  # é is e, but й stays й


def unique(wanted: str, taken: set[str], number: int) -> str:
    """Makes an id unique in its form and notes it as taken.

    Args:
        wanted: The id wished for; may be empty.
        taken: Ids that are in use; gets the new one.
        number: Position of the question, from 1, for one without any name.
    """
    base = wanted or f"question-{number}"
    name, count = base, 2
    while name in taken:
        name, count = f"{base}-{count}", count + 1
    taken.add(name)
    return name
