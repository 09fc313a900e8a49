"""One thing found that should not be sent, and how it is made unreadable."""

from enum import StrEnum

import msgspec

_BULLETS = "••••"


class HitKind(StrEnum):
    """What was found."""

    CARD = "card"
    PASSWORD = "password"  # noqa: S105 - a name
    TOKEN = "token"  # noqa: S105 - a name
    CODE = "code"
    DOCUMENT = "document"
    COOKIE = "cookie"
    PRIVATE_KEY = "private key"
    ACCOUNT = "account"
    EMAIL = "e-mail"
    ADDRESS = "network address"
    HOST = "host"
    USER = "user"


class Hit(msgspec.Struct, frozen=True):
    """One place.

    Attributes:
        kind: What it is.
        start: First character of the value (not of the words before it).
        end: The character after its last.
        masked: The value made unreadable; only cards, keys and documents show their last characters.
    """

    kind: HitKind
    start: int
    end: int
    masked: str


def mask(value: str, *, shown: int = 0) -> str:
    """Replaces a value by bullets and at most its last characters; nothing of a short value is shown."""
    tail = "".join(c for c in value if c.isalnum())[-shown:] if shown else ""
    return f"{_BULLETS} {tail}" if tail and len(value) > 3 * shown else _BULLETS
