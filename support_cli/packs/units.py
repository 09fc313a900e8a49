"""Sizes, durations and versions as packs write them."""

import re

from support_cli.base.text import later

_SIZE = later(r"\s*(\d{1,12}(?:\.\d{1,6})?)\s*(B|[kK]B|KiB|MB|MiB|GB|GiB)?\s*")
_FACTORS = {"B": 1, "KB": 10**3, "KIB": 2**10, "MB": 10**6, "MIB": 2**20, "GB": 10**9, "GIB": 2**30}
_DURATION = later(r"\s*(\d{1,6})\s*(m|min|h|d|w)\s*")
_SECONDS = {"m": 60, "min": 60, "h": 3600, "d": 86400, "w": 7 * 86400}


def parse_size(text: str | int) -> int | None:
    """Reads a size.

    Args:
        text: ``10MB`` (10^6 bytes each), ``10MiB`` (2^20), ``500 kB``, or a number of bytes.

    Returns:
        Bytes, or None if it is no size.
    """
    if isinstance(text, int):
        return text if 0 <= text < 1 << 50 else None
    match = _SIZE.fullmatch(text)
    return None if match is None else int(float(match[1]) * _FACTORS[(match[2] or "B").upper()])


def parse_duration(text: str) -> int | None:
    """Reads a duration such as ``72h``, ``30min``, ``3d`` or ``2w``.

    Returns:
        Seconds, or None if it is no duration.
    """
    match = _DURATION.fullmatch(text)
    return None if match is None else int(match[1]) * _SECONDS[match[2]]


def satisfies(version: str, requirement: str) -> bool | None:
    """Whether a version meets a requirement such as ``>=1``, ``>=1.2,<2`` or ``1.4``.

    Returns:
        The answer, or None if the requirement cannot be read.
    """
    for part in filter(None, (part.strip() for part in requirement.split(","))):
        match = re.fullmatch(r"(>=|<=|==|>|<|)\s*(\d+(?:\.\d+)*)", part)
        if match is None:
            return None
        ours = [int(n) for n in re.findall(r"\d+", version)[:4]]
        theirs = [int(n) for n in match[2].split(".")]
        width = max(len(ours), len(theirs))
        a, b = (numbers + [0] * (width - len(numbers)) for numbers in (ours, theirs))
        holds = {">=": a >= b, "<=": a <= b, ">": a > b, "<": a < b, "==": a == b, "": a >= b}[match[1]]
        if not holds:
            return False
    return True
