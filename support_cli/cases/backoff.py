"""When to try again."""

import os
from collections.abc import Callable
from datetime import timedelta

FIRST = timedelta(minutes=1)
LONGEST = timedelta(hours=4)
"""RFC 5321, 4.5.4.1 wants at least half an hour between attempts once the first few have failed."""

LONGEST_ASKED = timedelta(days=7)
"""However long a server asks us to wait."""


def fraction() -> float:
    """A number from 0 up to 1 by chance from the system; ``random`` loads too much for a start."""
    return int.from_bytes(os.urandom(6)) / 2**48


def delay(attempts: int, retry_after: timedelta | None, random: Callable[[], float]) -> timedelta:
    """How long to wait after an attempt that failed for now.

    Twice as long each time (1, 2, 4, ... minutes, at most four hours), a fifth more or less, so that many messages do
    not come back at once. A time that the server named (Retry-After, RFC 9110, 10.2.3) is kept to, and up to a tenth
    added.

    Args:
        attempts: Attempts so far, this one included.
        retry_after: What the server asked for.
        random: Returns a number from 0 up to 1.
    """
    if retry_after is not None and retry_after > timedelta():
        return min(retry_after, LONGEST_ASKED) * (1 + random() / 10)
    doubled = FIRST * (1 << min(max(attempts, 1) - 1, 16))
    return min(doubled, LONGEST) * (0.8 + 0.4 * random())
