"""Completion of a path on Tab, also inside quotes and behind other paths."""

import os
from collections.abc import Sequence
from typing import NamedTuple

from prompt_toolkit.completion import CompleteEvent, PathCompleter
from prompt_toolkit.document import Document

from support_cli.base.text import clean_line


class Completion(NamedTuple):
    """What Tab does to the text before the cursor.

    Attributes:
        remove: Characters to take away before the cursor.
        insert: What to put there.
        candidates: Names that it could become, if there are several.
    """

    remove: int = 0
    insert: str = ""
    candidates: Sequence[str] = ()


def complete_path(before: str) -> Completion:
    """Completes the path that ends at the cursor, as far as it is certain.

    A name with blanks is put into quotes. Names with control characters are left out: they could not be shown.

    Args:
        before: The text before the cursor.
    """
    quote, tokens = _last_path(before)
    for token in tokens:
        found = _names(token)
        if found:
            break
    else:
        return Completion()
    common = _common([rest for rest, _ in found])
    only = len(found) == 1
    if only and found[0][1].endswith("/"):
        common += os.sep
    candidates = () if only else tuple(name for _, name in found)
    if not common:
        return Completion(candidates=candidates)
    if quote or " " not in token + common:
        closing = quote if only and not common.endswith(os.sep) else ""
        return Completion(0, common + closing, candidates)
    whole = os.path.expanduser(token) + common  # noqa: PTH111 - half a path, kept as it was typed
    return Completion(len(token), f'"{whole}' + ('"' if only and not whole.endswith(os.sep) else ""), candidates)


def _names(token: str) -> list[tuple[str, str]]:
    """What is left to type, and the name to show, for each file that fits."""
    completer = PathCompleter(expanduser=True)
    hidden = token.replace(os.sep, "/").rpartition("/")[2].startswith(".")
    found = []
    for completion in completer.get_completions(Document(token), CompleteEvent()):
        name = completion.display_text
        if clean_line(name) == name and (hidden or not name.startswith(".")):
            found.append((completion.text, name))
    return found


def _common(texts: Sequence[str]) -> str:
    first, last = min(texts), max(texts)
    same = 0
    while same < min(len(first), len(last)) and first[same] == last[same]:
        same += 1
    return first[:same]


def _last_path(before: str) -> tuple[str, list[str]]:
    """The quote that is open, if any, and what may be the path that is being typed, best guess first."""
    quote, start = "", 0
    for place, char in enumerate(before):
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'" and (place == 0 or before[place - 1] == " "):
            quote, start = char, place + 1
    if quote:
        return quote, [before[start:]]
    whole = before.lstrip()
    last = before.rpartition(" ")[2]
    return "", [whole, last] if last != whole else [whole]
