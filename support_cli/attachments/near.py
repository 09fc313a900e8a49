"""Names that are near to one that does not exist."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from support_cli.attachments.names import displayable

_MOST = 5000


def same_look(path: Path) -> Path | None:
    """Finds the one file whose name looks the same.

    A Mac writes a narrow blank before "PM" and a letter with its accent as two characters; whoever types such a
    name, or pastes it from a chat, cannot know.

    Returns:
        The file, or None when there is none or more than one.
    """
    wanted = _look(path.name)
    same = [name for name in _names_in(path.parent) if _look(name) == wanted]
    return path.parent / same[0] if len(same) == 1 else None


def near_names(path: Path) -> list[str]:
    """Up to three names in the same folder that are like this one, fit to be shown, the likest first."""
    from difflib import SequenceMatcher, get_close_matches

    wanted = _look(path.name).casefold()
    by_look = {_look(name).casefold(): name for name in _names_in(path.parent)}
    near = get_close_matches(wanted, by_look, n=3, cutoff=0.6)
    likeness = {look: SequenceMatcher(None, look, wanted).ratio() for look in near}
    # The same ending makes everything a little alike: what is far behind the best is no help.
    return [displayable(by_look[look]) for look, ratio in likeness.items() if ratio > max(likeness.values()) - 0.15]


def _look(name: str) -> str:
    if name.isascii():
        return name
    from unicodedata import normalize

    return re.sub(r"\s", " ", normalize("NFC", name))


def _names_in(folder: Path) -> Iterator[str]:
    try:
        with os.scandir(folder) as entries:
            for _count, entry in zip(range(_MOST), entries, strict=False):
                yield entry.name
    except (OSError, ValueError):
        return
