"""How much one rendering may do: counted, so that no template can hang, flood or exhaust a machine.

Everything that a template does is paid for before or as it happens (loops by the size of their body, calls,
filters, every text made). The count is the same on every platform and machine; a limit on processor time
stands behind it.
"""

import time
from typing import TypeAlias

import msgspec

Plain: TypeAlias = "str | int | float | bool | list[Plain] | dict[str, Plain]"
"""What a template may see, and nothing else."""

MAX_ITEMS = 10_000
MAX_DEPTH = 32
_PLACE = 8  # what one item of a list weighs besides itself, in characters: about what it takes of the memory
_STEPS_BETWEEN_LOOKS = 1000  # at the clock: asking it costs more than a step


class LimitReached(Exception):
    """A rendering wanted more than it may have; the text says of what, in English, for the pack's author."""


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Ceilings for one rendering.

    Attributes:
        output: Most characters of a document, and of any one text on the way.
        made: Most characters of all texts made on the way.
        steps: Most units of work; one is about one node of a template evaluated once.
        depth: Most macros, blocks and calls inside one another.
        seconds: Most processor time.
    """

    output: int = 2_000_000
    made: int = 8_000_000
    steps: int = 1_000_000
    depth: int = 60
    seconds: float = 5.0

    def widened(self, characters: int) -> "Limits":
        """The same limits for a context of so many characters: a long answer is no fault of the template."""
        return msgspec.structs.replace(
            self,
            output=self.output + 3 * characters,
            made=self.made + 12 * characters,
            steps=self.steps + characters // 8,
            seconds=self.seconds + characters / 200_000,
        )


class Meter:
    """Counts one rendering against its limits."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._steps = limits.steps
        self._made = limits.made
        self._depth = 0
        self._end = time.thread_time() + limits.seconds
        self._next_look = limits.steps - _STEPS_BETWEEN_LOOKS

    def spend(self, steps: int, characters: int = 0) -> None:
        """Pays for work and for text.

        Raises:
            LimitReached: If nothing is left of either, or of the time.
        """
        self._steps -= steps
        self._made -= characters
        if self._steps < 0:
            raise LimitReached("it does too much work (a loop that is too long, or endless)")
        if self._made < 0:
            raise LimitReached("it makes too much text")
        if self._steps < self._next_look:
            self._next_look = self._steps - _STEPS_BETWEEN_LOOKS
            if time.thread_time() > self._end:
                raise LimitReached("it takes too long")

    def allow(self, characters: int) -> None:
        """Refuses a text before it is made.

        Raises:
            LimitReached: If it would be longer than a whole document may be.
        """
        if characters > self._limits.output:
            raise LimitReached("it makes a text that is too long")

    def text(self, characters: int) -> None:
        """Pays for a text that was just made.

        Raises:
            LimitReached: If it is too long, or nothing is left.
        """
        if characters > self._limits.output:
            raise LimitReached("it makes a text that is too long")
        self.spend(1 + (characters >> 8), characters)

    def sized(self, value: object) -> None:
        """Pays for a value that was just made.

        Raises:
            LimitReached: If it is too large, too deep, or nothing is left.
        """
        self.text(len(value) if isinstance(value, str) else weigh(value, self._limits.output))

    def enter(self) -> None:
        """Goes one call deeper.

        Raises:
            LimitReached: If calls are nested too deep.
        """
        self._depth += 1
        if self._depth > self._limits.depth:
            raise LimitReached("its macros or includes call each other without end")

    def leave(self) -> None:
        """Comes back from a call."""
        self._depth -= 1


def weigh(value: object, most: int, depth: int = 0) -> int:
    """Counts the characters of a value, containers included (each of their items as eight more).

    Args:
        value: A plain value; anything else weighs 1.
        most: Counting stops soon after this figure.
        depth: How deep inside a container the value lies.

    Returns:
        The weight; more than ``most`` if it is larger than that.

    Raises:
        LimitReached: If containers are nested too deep or hold too many items.
    """
    if isinstance(value, str):
        return len(value)
    if not isinstance(value, (list, tuple, dict)):
        return 1
    if depth > MAX_DEPTH:
        raise LimitReached("it nests lists too deep")
    if len(value) > MAX_ITEMS:
        raise LimitReached("it makes a list that is too long")
    total = _PLACE * len(value)
    parts = list(value.items()) if isinstance(value, dict) else value
    for part in parts:
        total += weigh(part, most, depth + 1)
        if total > most:
            break
    return total
