"""The names that may stand after a code fence and colour it, for ``render``."""

from functools import cache
from pathlib import Path


@cache
def _names() -> frozenset[str]:
    lines = (Path(__file__).parent / "languages.txt").read_text(encoding="utf-8").splitlines()
    names = [line for line in lines if not line.startswith("#")]
    return frozenset(names) | frozenset(name.lower() for name in names)


def known_language(name: str, *, exact: bool = False) -> bool:
    """Whether GitHub colours a code block by this name.

    Args:
        name: Such as ``shell``.
        exact: Only the spellings that the public JSON schema lists: the name itself, in lower case, or an alias.
    """
    return name in _names() or (not exact and name.lower() in _names())
