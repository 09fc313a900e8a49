"""From parsed YAML to a typed record, with every fault named by file, line and column, and a suggestion."""

import re
from typing import TypeVar

import msgspec

from support_cli.base.finding import Finding, Level
from support_cli.packs.shape_words import Fault, shape_name, words
from support_cli.packs.yamltext import Parsed, Path

T = TypeVar("T")
_MOST_FAULTS = 50
_AT = re.compile(r" - at `(?:key in )?\$(.*)`$")
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]")


def convert(parsed: Parsed, data: object, kind: type[T], path: Path, findings: list[Finding]) -> T | None:
    """Converts a part of a document, collecting every fault rather than the first.

    A fault is noted, its place taken out, and the rest tried again.

    Args:
        parsed: The document, for places.
        data: The part of ``parsed.data`` at ``path``; left as it is.
        kind: A msgspec struct, or a union of them told apart by ``type``.
        path: Where the part stands.
        findings: Gets one ``T001`` finding for each fault, in no particular order.

    Returns:
        The record, or None if there was any fault.
    """
    removed: set[Path] = set()
    meant: set[Path] = set()
    clean = True
    for _attempt in range(_MOST_FAULTS):
        try:
            record = msgspec.convert(_without(data, (), removed), kind, strict=True)
        except msgspec.ValidationError as error:
            clean = False
            message, place = _split(str(error), data, removed)
            missing = re.match(r"Object missing required field `(.+?)`", message)
            unknown = re.match(r"Object contains unknown field `(.*)`", message)
            target = (*place, unknown[1]) if unknown else place
            if missing and (*place, missing[1]) in removed | meant:
                # Its fault is told already (a wrong value, or a slip in the key): the whole mapping goes.
                target = place
            else:
                text, fix = words(Fault(message, (*path, *target), place, data, kind))
                findings.append(
                    Finding(code="T001", level=Level.ERROR, where=parsed.where((*path, *target)), message=text, fix=fix)
                )
                if unknown and fix:
                    meant.add((*place, fix))
                if missing:
                    meant.add((*place, missing[1]))
                    target = place
            if not target or target in removed:
                return None
            removed.add(target)
        except (ValueError, OverflowError, RecursionError):
            text, fix = words(Fault("", path, (), data, kind))
            findings.append(Finding(code="T001", level=Level.ERROR, where=parsed.where(path), message=text, fix=fix))
            return None
        else:
            return record if clean else None
    return None


def _without(data: object, here: Path, removed: set[Path]) -> object:
    """The data without the places that are known to be wrong."""
    if not removed:
        return data
    if isinstance(data, dict):
        return {k: _without(v, (*here, k), removed) for k, v in data.items() if (*here, k) not in removed}
    if isinstance(data, list):
        return [_without(v, (*here, i), removed) for i, v in enumerate(data) if (*here, i) not in removed]
    return data


def _split(text: str, data: object, removed: set[Path]) -> tuple[str, Path]:
    """Takes msgspec's message apart, the place being told in the data as it was written."""
    match = _AT.search(text)
    if match is None:
        return text, ()
    message = text[: match.start()]
    place: Path = ()
    for step in _STEP.finditer(match[1]):
        if step[1] is not None:
            key: str | int | None = step[1]
        elif step[2] != "...":
            left = [i for i in range(len(data) if isinstance(data, list) else 0) if (*place, i) not in removed]
            key = left[int(step[2])] if int(step[2]) < len(left) else None
        else:
            key = _guilty(data, message, place, removed)
        if key is None:
            break
        place = (*place, key)
        data = _inside(data, key)
    return message, place


def _guilty(data: object, message: str, place: Path, removed: set[Path]) -> str | None:
    """The key of a free mapping whose value is meant; msgspec names it ``...``."""
    got = re.search(r"got `(\w+)", message)
    if not isinstance(data, dict) or got is None:
        return None
    return next((k for k, v in data.items() if shape_name(v) == got[1] and (*place, k) not in removed), None)


def _inside(data: object, key: str | int) -> object:
    if isinstance(data, dict):
        return data.get(key)
    return data[key] if isinstance(data, list) and isinstance(key, int) and key < len(data) else None
