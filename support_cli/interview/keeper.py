"""Half-typed text on its way to the disk: often enough to lose nothing, seldom enough to cost nothing."""

import asyncio
from collections.abc import Callable

from support_cli.base.errors import SupportError

PAUSE = 0.3
"""Seconds between two writes at most."""


class Keeper:
    """Keeps the text of one field.

    Attributes:
        trouble: Why the last write failed, or an empty text.
    """

    def __init__(self, keep: Callable[[str], None], start: str) -> None:
        """Begins with a text that is known to be stored, or was never typed.

        Args:
            keep: Stores a text.
            start: What the field starts with.
        """
        self._keep = keep
        self._kept = self._text = start
        self._timer: asyncio.TimerHandle | None = None
        self.trouble = ""

    def typed(self, text: str) -> None:
        """Takes the newest text; it is written within ``PAUSE`` seconds. Needs a running event loop."""
        self._text = text
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(PAUSE, self.try_flush)

    def try_flush(self) -> None:
        """Writes now what is not written yet; a failure is remembered in ``trouble``, and typing goes on."""
        try:
            self.flush()
        except SupportError as problem:
            # The person is told; leaving the field tries once more.
            self.trouble = problem.message
        else:
            self.trouble = ""

    def forget(self) -> None:
        """Writes nothing more: the text has become an answer."""
        if self._timer:
            self._timer.cancel()
            self._timer = None
        self._kept = self._text

    def flush(self) -> None:
        """Writes now what is not written yet."""
        if self._timer:
            self._timer.cancel()
            self._timer = None
        if self._text != self._kept:
            self._keep(self._text)
            self._kept = self._text

    def store(self, text: str) -> None:
        """Writes this text now."""
        self._text = text
        self.flush()
