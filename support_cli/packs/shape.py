"""From parsed YAML to a typed record, with every fault named by file, line and column, and a suggestion."""

import difflib
import re
from typing import Any, TypeVar

import msgspec

from support_cli.finding import Finding, Level
from support_cli.i18n import _
from support_cli.packs.yamltext import Parsed, Path
from support_cli.text import clean_line, shorten

T = TypeVar("T")
_MOST_FAULTS = 25
_AT = re.compile(r" - at `(?:key in )?\$(.*)`$")
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]")


def convert(parsed: Parsed, data: object, kind: type[T], path: Path, findings: list[Finding]) -> T | None:
    """Converts a part of a document, collecting every fault rather than the first.

    A fault is noted, its place taken out, and the rest tried again.

    Args:
        parsed: The document, for places.
        data: The part of ``parsed.data`` at ``path``; left as it is.
        kind: A msgspec struct.
        path: Where the part stands.
        findings: Gets one ``T001`` finding for each fault.

    Returns:
        The record, or None if there was any fault.
    """
    rest = data
    seen: set[tuple[Path, str]] = set()
    pruned: set[Path] = set()
    suggested: set[Path] = set()
    clean = True
    for _attempt in range(_MOST_FAULTS):
        try:
            record = msgspec.convert(rest, kind, strict=True)
        except msgspec.ValidationError as error:
            clean = False
            message, place = _split(str(error))
            missing = re.match(r"Object missing required field `(.+?)`", message)
            unknown = re.match(r"Object contains unknown field `(.*)`", message)
            target = (*place, unknown[1]) if unknown else place
            if missing and ((*place, missing[1]) in pruned or (*place, missing[1]) in suggested):
                target = place  # the fault is already told: take the whole mapping out
            elif (target, message) not in seen:
                findings.append(_finding(parsed, (*path, *target), message, _look_up(data, target), kind))
                if unknown and findings[-1].fix:
                    suggested.add((*place, findings[-1].fix))
            seen.add((target, message))
            pruned.add(target)
            if not target:
                return None
            rest = _without(rest, target)
        except (ValueError, OverflowError, RecursionError):
            findings.append(_finding(parsed, path, "", data, kind))
            return None
        else:
            return record if clean else None
    return None


def _split(text: str) -> tuple[str, Path]:
    match = _AT.search(text)
    if match is None:
        return text, ()
    steps: list[str | int] = []
    for step in _STEP.finditer(match[1]):
        if step[2] == "...":
            break
        steps.append(int(step[2]) if step[2] else step[1])
    return text[: match.start()], tuple(steps)


def _look_up(data: object, path: Path) -> object:
    for step in path:
        try:
            data = data[step]  # type: ignore[index]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def _without(data: object, path: Path) -> object:
    if isinstance(data, dict):
        copy: dict[str, object] = dict(data)
        if len(path) == 1:
            copy.pop(str(path[0]), None)
        elif str(path[0]) in copy:
            copy[str(path[0])] = _without(copy[str(path[0])], path[1:])
        return copy
    if isinstance(data, list) and isinstance(path[0], int) and path[0] < len(data):
        index = path[0]
        if len(path) == 1:
            return [*data[:index], *data[index + 1 :]] if index == len(data) - 1 else [*data[:index]]
        return [*data[:index], _without(data[index], path[1:]), *data[index + 1 :]]
    return data


def _finding(parsed: Parsed, path: Path, message: str, value: object, kind: type) -> Finding:
    text, fix = _words(message, path, value, kind)
    return Finding(code="T001", level=Level.ERROR, where=parsed.where(path), message=text, fix=fix)


def _words(message: str, path: Path, value: object, kind: type) -> tuple[str, str | None]:
    name = str(path[-1]) if path else ""
    unknown = re.match(r"Object contains unknown field `(.*)`", message)
    if unknown:
        known = sorted(_field_names(kind))
        near = difflib.get_close_matches(unknown[1], known, 1, 0.6)
        text = _("“{key}” is not a key that is known here.").format(key=clean_line(unknown[1])[:60])
        return (text + " " + _("Did you mean “{near}”?").format(near=near[0]), near[0]) if near else (text, None)
    missing = re.match(r"Object missing required field `(.+?)`", message)
    if missing:
        return _("The key “{key}” is missing.").format(key=missing[1]), None
    expected = re.match(r"Expected `(.+)`, got `(.+)`", message)
    if expected:
        got = _SHAPES.get(expected[2].split(" ")[0], expected[2])
        wanted = " / ".join(_SHAPES.get(part.strip(), part.strip()) for part in expected[1].split("|"))
        text = _("“{key}” must be {wanted}, not {got}.").format(key=name, wanted=wanted, got=got)
        plain = expected[2] in ("bool", "int", "float") and "str" in expected[1]
        return text, _("Put the value in quotes.") if plain else None
    choice = re.match(r"Invalid (?:enum )?value '?(.*?)'?$", message)
    if choice:
        options = _choices(kind, name)
        near = difflib.get_close_matches(choice[1], options, 1, 0.5)
        text = _("“{value}” is no value that “{key}” can have.").format(value=shorten(choice[1], 60), key=name)
        if near:
            return text + " " + _("Did you mean “{near}”?").format(near=near[0]), near[0]
        return text, _("One of: {choices}.").format(choices=", ".join(options)) if options else None
    if "matching regex" in message:
        return _("“{value}” cannot be used for “{key}”.").format(
            value=shorten(clean_line(str(value)), 60), key=name
        ), _("Only Latin letters, digits, “-” and “_”.")
    return _("“{key}” cannot be used: {problem}.").format(key=name, problem=message or "?"), None


_SHAPES = {
    "str": "text",
    "bool": "true or false",
    "int": "a number",
    "float": "a number",
    "array": "a list",
    "object": "a mapping",
    "null": "empty",
}


def _structs(kind: Any) -> list[Any]:
    found: list[Any] = []
    queue = [kind]
    while queue:
        one = queue.pop()
        if isinstance(one, type) and issubclass(one, msgspec.Struct):
            if one not in found:
                found.append(one)
                queue += [field.type for field in msgspec.structs.fields(one)]
        else:
            queue += list(getattr(one, "__args__", ()))
    return found


def _field_names(kind: type) -> set[str]:
    # Keys of the neighbourhood: a suggestion may also name the mapping that the key belongs to.
    names = {"type"}
    for struct in _structs(kind):
        names |= {field.encode_name for field in msgspec.structs.fields(struct)}
    return names


def _choices(kind: type, name: str) -> list[str]:
    from enum import EnumMeta
    from typing import get_args

    if name == "type":
        tags = [struct.__struct_config__.tag for struct in _structs(kind)]
        return sorted(tag for tag in tags if isinstance(tag, str))
    for struct in _structs(kind):
        for field in msgspec.structs.fields(struct):
            if field.encode_name == name:
                for part in (field.type, *get_args(field.type)):
                    if isinstance(part, EnumMeta):
                        return [name.lower() for name in part.__members__]
                literal = [value for value in get_args(field.type) if isinstance(value, str)]
                if literal:
                    return literal
    return []
