"""One record for everything that is weak or wrong about answers, files, wording or a pack."""

from enum import StrEnum

import msgspec


class Level(StrEnum):
    """How much a finding matters."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


class Finding(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something that a person may want to change before sending.

    Attributes:
        code: Stable code: ``A`` answers, ``F`` files, ``P`` privacy, ``W`` wording, ``M`` missing, ``T`` pack.
        level: An error stops the request, a warning only with ``--strict``, a hint never.
        where: Question id, file name, or place in a pack.
        message: One sentence in the customer's language.
        fix: What to do, as a flag or a sentence, or None.
    """

    code: str
    level: Level
    where: str
    message: str
    fix: str | None = None

    @property
    def advice(self) -> str:
        """The fix, where the message does not name it already; or empty."""
        return self.fix if self.fix and self.fix not in self.message else ""
