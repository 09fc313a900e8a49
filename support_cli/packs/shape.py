"""From parsed YAML to a typed record, with every fault named by file, line and column, and a suggestion."""

import difflib
import re
from collections.abc import Iterable, Sequence
from enum import EnumMeta
from typing import Any, NamedTuple, TypeVar, get_args

import msgspec

from support_cli.base.finding import Finding, Level
from support_cli.base.i18n import N_, _, quoted
from support_cli.base.text import clean_line, shorten
from support_cli.packs.yamltext import KeyPath, Parsed


class Fault(NamedTuple):
    """One complaint of msgspec's.

    Attributes:
        message: Its text without the place.
        path: Where the fault stands in the document.
        place: The mapping that a key is missing from or unknown to, or the value, counted from ``data``.
        data: The part of the document that is converted.
        kind: The type that it is converted to.
    """

    message: str
    path: KeyPath
    place: KeyPath
    data: object
    kind: Any


def words(fault: Fault) -> tuple[str, str | None]:
    """Says what is wrong and what to do about it.

    Returns:
        One sentence, and the key or value that was probably meant, or advice, or None.
    """
    what = subject(fault.path)
    value = _look_up(fault.data, fault.place)
    for pattern, tell in _TELLERS:
        found = re.match(pattern, fault.message)
        if found:
            return tell(fault, found, what, value)
    return _("{what} cannot be used.").format(what=what), None


def subject(path: KeyPath) -> str:
    """Names what stands at a place: a key, an item of a list, or the whole file."""
    if not path:
        return _("The file")
    last = path[-1]
    if isinstance(last, str):
        return quoted(shorten(clean_line(last), 60))
    parent = next((step for step in reversed(path) if isinstance(step, str)), "")
    return _("Item {number} of “{key}”").format(number=last + 1, key=clean_line(parent))


def shape_name(value: object) -> str:
    """What msgspec calls the type of a value."""
    if value is None:
        return "null"
    names = {bool: "bool", int: "int", float: "float", str: "str", list: "array", dict: "object"}
    return names.get(type(value), "?")


def did_you_mean(text: str, near: Sequence[str]) -> tuple[str, str | None]:
    """Adds a suggestion to a sentence, when there is one."""
    if not near:
        return text, None
    return text + " " + _("Did you mean “{near}”?").format(near=near[0]), near[0]


def _look_up(data: object, path: KeyPath) -> object:
    for step in path:
        try:
            data = data[step]  # type: ignore[index]
        except (KeyError, IndexError, TypeError):
            return None
    return data


_SHAPES = {
    "str": N_("text"),
    "bool": N_("true or false"),
    "int": N_("a number"),
    "float": N_("a number"),
    "array": N_("a list"),
    "list": N_("a list"),
    "tuple": N_("a list"),
    "object": N_("a mapping"),
    "dict": N_("a mapping"),
    "null": N_("empty"),
    "NoneType": N_("empty"),
}


def _wrong_shape(fault: Fault, found: re.Match[str], what: str, value: object) -> tuple[str, str | None]:
    kinds = [part.strip() for part in found[1].split("|")]
    wanted = list(dict.fromkeys(_(_SHAPES.get(part, part)) for part in kinds if part != "null"))
    shapes = _(" or ").join(wanted)
    if value is None:
        text = _("{what} must be {wanted}, and nothing stands there.").format(what=what, wanted=shapes)
        return text, _("Give it a value, or take the line out.")
    got = _(_SHAPES.get(found[2], found[2]))
    text = _("{what} must be {wanted}, not {got}.").format(what=what, wanted=shapes, got=got)
    if found[2] in ("bool", "int", "float") and "str" in kinds:
        return text, _("Put the value in quotes.")
    if fault.path[-1:] == ("default",):
        return text, _("It is the place of the choice, counted from 0.")
    if isinstance(value, str) and "array" in kinds:
        return text, f"[{shorten(clean_line(value), 60)}]"
    return text, None


def _limit(_fault: Fault, found: re.Match[str], what: str, _value: object) -> tuple[str, str | None]:
    if found[1] == ">=":
        return _("{what} must be at least {limit}.").format(what=what, limit=found[2]), None
    return _("{what} must be at most {limit}.").format(what=what, limit=found[2]), None


_FORMS = {
    "id": N_("Only Latin letters, digits, “-” and “_”."),
    "pack": N_("Only small Latin letters, digits, “.”, “-” and “_”, with a letter or digit first."),
    "language": N_("A language as in “en”, “uk” or “pt-BR”."),
    "reply_language": N_("A language as in “en”, “uk” or “pt-BR”."),
}


def _wrong_form(fault: Fault, _found: re.Match[str], what: str, value: object) -> tuple[str, str | None]:
    advice = _FORMS.get(str(fault.path[-1])) if fault.path else None
    text = _("“{value}” cannot be used for {what}.").format(value=shorten(clean_line(str(value)), 60), what=what)
    return text, _(advice) if advice else None


def _wrong_choice(fault: Fault, _found: re.Match[str], what: str, value: object) -> tuple[str, str | None]:
    options = _choices(fault)
    said = shorten(clean_line(str(value)), 60)
    text = _("“{value}” is not a value that {what} can have.").format(value=said, what=what)
    near = difflib.get_close_matches(said.lower(), options, 1, 0.5)
    if near:
        return did_you_mean(text, near)
    return text, _("One of: {choices}.").format(choices=", ".join(options)) if options else None


def _missing(_fault: Fault, found: re.Match[str], _what: str, _value: object) -> tuple[str, str | None]:
    return _("The key “{key}” is missing.").format(key=found[1]), None


def _unknown(fault: Fault, found: re.Match[str], _what: str, _value: object) -> tuple[str, str | None]:
    key = found[1]
    said = shorten(clean_line(key), 60)
    here = _structs_at(fault.kind, fault.place, fault.data)
    own = _names(here)
    inner = {
        name: field.encode_name
        for struct in here
        for field in _fields(struct)
        for name in _names(_structs_in(field.type))
    }
    if key in inner:
        text = _("“{key}” belongs under “{parent}”.").format(key=said, parent=inner[key])
        return text, inner[key]
    text = _("“{key}” is not a key that is known here.").format(key=said)
    near = difflib.get_close_matches(key, sorted(own), 1, 0.65)
    if near:
        return did_you_mean(text, near)
    around = _structs_at(fault.kind, fault.place[:-1], fault.data) if fault.place else []
    if key in _names(around):
        return _("“{key}” belongs one level further out.").format(key=said), None
    for struct in around:
        for field in _fields(struct):
            if key in _names(_structs_in(field.type)):
                text = _("“{key}” belongs under “{parent}”.").format(key=said, parent=field.encode_name)
                return text, field.encode_name
    near = difflib.get_close_matches(key, sorted(inner), 1, 0.65)
    if near:
        return did_you_mean(text, near)
    return text, _("Known here: {names}.").format(names=", ".join(sorted(own))) if own else None


_TELLERS = (
    (r"Object contains unknown field `(.*)`", _unknown),
    (r"Object missing required field `(.+?)`", _missing),
    (r"Expected `(.+)`, got `(\w+)`", _wrong_shape),
    (r"Expected `\w+` (>=|<=) (\S+)", _limit),
    (r"Expected `str` matching regex", _wrong_form),
    (r"Invalid (?:enum )?value", _wrong_choice),
)


# --- the types that a place can have ----------------------------------------------------------------------------------


def _fields(struct: Any) -> tuple[Any, ...]:
    return msgspec.structs.fields(struct)


def _structs_in(kind: Any) -> list[Any]:
    """The structs that a type may be itself, or holds in a list."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return [kind]
    return [struct for part in get_args(kind) for struct in _structs_in(part)]


def _names(structs: Iterable[Any]) -> set[str]:
    names: set[str] = set()
    for struct in structs:
        names |= {field.encode_name for field in _fields(struct)}
        if struct.__struct_config__.tag_field:
            names.add(struct.__struct_config__.tag_field)
    return names


def _structs_at(kind: Any, place: KeyPath, data: object) -> list[Any]:
    """The structs that the mapping at a place may be; of tagged ones, the one that its ``type`` names."""
    structs = _narrowed(_structs_in(kind), data)
    for step in place:
        data = _look_up(data, (step,))
        if isinstance(step, int):
            structs = _narrowed(structs, data)
            continue
        inside = [field.type for struct in structs for field in _fields(struct) if field.encode_name == step]
        structs = _narrowed([struct for part in inside for struct in _structs_in(part)], data)
    return structs


def _narrowed(structs: list[Any], data: object) -> list[Any]:
    if not isinstance(data, dict) or len(structs) < 2:
        return structs
    return [s for s in structs if s.__struct_config__.tag in (None, data.get("type"))] or structs


def _choices(fault: Fault) -> list[str]:
    name = str(fault.path[-1]) if fault.path else ""
    structs = _structs_at(fault.kind, fault.place[:-1], fault.data)
    if name == "type":
        return sorted(str(struct.__struct_config__.tag) for struct in structs)
    for field in (field for struct in structs for field in _fields(struct) if field.encode_name == name):
        for part in (field.type, *get_args(field.type)):
            if isinstance(part, EnumMeta):
                return [member.value for member in part]  # type: ignore[var-annotated]
        return [value for value in get_args(field.type) if isinstance(value, str)]
    return []


T = TypeVar("T")
_MOST_FAULTS = 50
_AT = re.compile(r" - at `(?:key in )?\$(.*)`$")
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]")


def convert(parsed: Parsed, data: object, kind: type[T], path: KeyPath, findings: list[Finding]) -> T | None:
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
    removed: set[KeyPath] = set()
    meant: set[KeyPath] = set()
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


def _without(data: object, here: KeyPath, removed: set[KeyPath]) -> object:
    """The data without the places that are known to be wrong."""
    if not removed:
        return data
    if isinstance(data, dict):
        return {k: _without(v, (*here, k), removed) for k, v in data.items() if (*here, k) not in removed}
    if isinstance(data, list):
        return [_without(v, (*here, i), removed) for i, v in enumerate(data) if (*here, i) not in removed]
    return data


def _split(text: str, data: object, removed: set[KeyPath]) -> tuple[str, KeyPath]:
    """Takes msgspec's message apart, the place being told in the data as it was written."""
    match = _AT.search(text)
    if match is None:
        return text, ()
    message = text[: match.start()]
    place: KeyPath = ()
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


def _guilty(data: object, message: str, place: KeyPath, removed: set[KeyPath]) -> str | None:
    """The key of a free mapping whose value is meant; msgspec names it ``...``."""
    got = re.search(r"got `(\w+)", message)
    if not isinstance(data, dict) or got is None:
        return None
    return next((k for k, v in data.items() if shape_name(v) == got[1] and (*place, k) not in removed), None)


def _inside(data: object, key: str | int) -> object:
    if isinstance(data, dict):
        return data.get(key)
    return data[key] if isinstance(data, list) and isinstance(key, int) and key < len(data) else None
