"""Regular expressions of packs and foreign forms, which may come from anybody.

The engine of ``regex`` stops a match when its time is up, but not the making of an expression: ``a{999999999}`` takes
all memory before the first character is compared. So what is asked to be made is weighed before, roughly and from
above, and what could call itself or guess (recursion, fuzzy matches, lists) is not taken at all.
"""

import re
from typing import TYPE_CHECKING

import regex

from support_cli.base.i18n import _, ngettext

if TYPE_CHECKING:
    import regex

LONGEST = 1000
HEAVIEST = 5000
"""Most single things that an expression may come to when its repeats are written out."""
SECONDS = 0.2

_REPEAT = re.compile(r"\{(\d*)(,?)(\d*)\}")
_FUZZY = re.compile(r"\{[^{}]*[eids][^{}]*[<=,+][^{}]*\}|\{[eids]\}")
_SELF = re.compile(r"\(\?(?:R|[+-]?\d|&|P>)|\(\*")
_GROUP = re.compile(r"\((?:\?(?:#[^)]*|P?<[^>]*>|[^:)=!<>|]*[:=!|>)]?|<[=!]))?")
_NAMED = re.compile(r"\\[pPxNgkL](?:\{[^}]*\}|<[^>]*>)?")


class PatternError(ValueError):
    """An expression is none, or is more than any form needs."""


def compiled(pattern: str) -> "regex.Pattern[str]":
    """Makes an expression that somebody else wrote.

    Args:
        pattern: The expression.

    Raises:
        PatternError: With a sentence that says why it is not taken.
    """
    if len(pattern) > LONGEST:
        raise PatternError(
            ngettext(
                "A pattern has at most {limit} character.", "A pattern has at most {limit} characters.", LONGEST
            ).format(limit=LONGEST)
        )
    if _SELF.search(pattern) or _FUZZY.search(pattern) or "\\L<" in pattern:
        raise PatternError(_("Recursion, fuzzy matches and named lists are not taken in a pattern."))
    if _weight(pattern) > HEAVIEST:
        raise PatternError(_("This pattern repeats too much."))
    try:
        return regex.compile(pattern)
    except (regex.error, RecursionError, OverflowError, MemoryError) as error:
        problem = str(error) or type(error).__name__
        raise PatternError(
            _("This pattern is not a regular expression: {problem}.").format(problem=problem.rstrip("."))
        ) from None


def matches(pattern: str, text: str) -> bool | None:
    """Whether a whole text fits an expression; None where the expression is not taken or takes too long."""
    try:
        return compiled(pattern).fullmatch(text, timeout=SECONDS) is not None
    except (PatternError, TimeoutError, RecursionError, MemoryError, OverflowError):
        return None


def _weight(pattern: str) -> int:
    """Counts single things, those that are repeated as often as they may be; nested repeats multiply."""
    sums = [0]  # of each group that is open
    last = 0
    at = 0
    while at < len(pattern):
        sign = pattern[at]
        repeat = _REPEAT.match(pattern, at) if sign == "{" else None
        if repeat is not None and (repeat[1] or repeat[3]):
            times = max(int(number[:9]) if number else 0 for number in (repeat[1], repeat[3]))
            sums[-1] += last * max(times - 1, 0)
            last *= max(times, 1)
            at = repeat.end()
        elif sign == "(":
            opened = _GROUP.match(pattern, at)
            at = opened.end() if opened else at + 1
            if not (opened and opened[0].endswith(")")):  # flags and comments are closed by now
                sums.append(0)
            last = 0
        elif sign == ")":
            last = (sums.pop() if len(sums) > 1 else 0) + 1
            sums[-1] += last
            at += 1
        elif sign in "*+?|^$":
            at += 1
        else:
            at = _end_of_one(pattern, at)
            last = 1
            sums[-1] += 1
    return sum(sums)


def _end_of_one(pattern: str, at: int) -> int:
    """Where one character, escape or set of characters ends."""
    if pattern[at] == "\\":
        named = _NAMED.match(pattern, at)
        return max(named.end() if named else 0, at + 2)
    if pattern[at] != "[":
        return at + 1
    at += 2 if pattern[at + 1 : at + 2] == "^" else 1
    at += pattern[at : at + 1] == "]"
    while at < len(pattern) and pattern[at] != "]":
        at += 2 if pattern[at] == "\\" else 1
    return at + 1
