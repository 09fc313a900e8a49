"""Regular expressions that are compiled when they are first used: a start needs few of the many that there are."""

import re
from typing import Any, AnyStr, Generic, cast


class _Later(Generic[AnyStr]):
    """Stands for a compiled pattern and becomes one at the first question."""

    __slots__ = ("_flags", "_made", "_text")

    def __init__(self, text: AnyStr, flags: int) -> None:
        self._text: AnyStr = text
        self._flags = flags
        self._made: re.Pattern[AnyStr] | None = None

    def __getattr__(self, name: str) -> Any:
        if self._made is None:
            self._made = re.compile(self._text, self._flags)
        return getattr(self._made, name)


def later(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """As ``re.compile``, but the work is done at the first use; for module constants.

    Use the pattern's own methods: functions of ``re`` want a real pattern.
    """
    return cast("re.Pattern[AnyStr]", _Later(text, flags))
