"""``support pack schema``: JSON Schema (draft 2020-12) of everything that people write by hand, for their editors."""

import re
from collections.abc import Mapping
from typing import cast

import msgspec

from support_cli.authoring.schema_help import HELP
from support_cli.base.errors import UsageError
from support_cli.base.i18n import _
from support_cli.forms.request import RequestFile
from support_cli.packs import schema, tests

DIALECT = "https://json-schema.org/draft/2020-12/schema"
Json = dict[str, object]
KINDS: dict[str, tuple[type[msgspec.Struct], str]] = {
    "pack": (schema.PackFile, "pack.yml of support-cli"),
    "form": (schema.FormFile, "Form of support-cli"),
    "test": (tests.TestFile, "Test of a pack of support-cli"),
    "request": (RequestFile, "Request of support-cli"),
}
_SCALAR: Json = {"type": ["string", "boolean", "number"]}
_WHEN: Json = {
    "title": "Condition",
    "description": (
        "Question ids to accepted values. All must hold; a list is any of; {answered: true} asks for presence; "
        "“any” takes a list of conditions, “not” one."
    ),
    "type": "object",
    "properties": {
        "any": {"type": "array", "items": {"$ref": "#/$defs/When"}, "description": "At least one of these holds."},
        "not": {"$ref": "#/$defs/When", "description": "This does not hold."},
    },
    "additionalProperties": {
        "anyOf": [
            _SCALAR,
            {"type": "array", "items": _SCALAR, "minItems": 1},
            {
                "type": "object",
                "properties": {"answered": {"type": "boolean"}},
                "required": ["answered"],
                "additionalProperties": False,
            },
        ]
    },
}


def publish(kind: str) -> Json:
    """The JSON Schema of a kind of file.

    Args:
        kind: ``pack``, ``form``, ``test`` or ``request``.

    Raises:
        UsageError: If there is no such kind.
    """
    if kind not in KINDS:
        raise UsageError(
            _("There is no schema “{name}”.").format(name=kind[:40]),
            hint=", ".join([*KINDS, "answers FORM"]),
        )
    struct, title = KINDS[kind]
    extra = (schema.ChannelFile,) if kind == "pack" else ()
    (root, *_rest), definitions = msgspec.json.schema_components(
        [struct, *extra], schema_hook=lambda _kind: {"$comment": "anything"}, ref_template="#/$defs/{name}"
    )
    named = {name.lstrip("_"): cast("Json", one) for name, one in definitions.items()}
    for name, one in named.items():
        _explain(name, one)
    if kind in ("pack", "form"):
        named["When"] = _WHEN
    if kind == "pack":
        properties = cast("Json", named["PackFile"]["properties"])
        cast("Json", properties["channels"])["additionalProperties"] = {"$ref": "#/$defs/ChannelFile"}
    if kind == "request":
        created = cast("dict[str, Json]", named["RequestFile"]["properties"])["created"]
        created["format"] = "date-time"
    top = named.pop(cast("str", root["$ref"]).rpartition("/")[2])
    return {"$schema": DIALECT, **top, "title": title, "$defs": named}


def _explain(name: str, one: Json) -> None:
    """Gives a definition and each of its keys a description, and conditions their own."""
    text = str(one.get("description", ""))
    said = _attributes(text)
    if text:
        one["description"] = HELP.get(name) or _plain(re.split(r"\s+Attributes:\n", text)[0])
    properties = cast("dict[str, Json]", one.get("properties", {}))
    for key, value in properties.items():
        about = HELP.get(f"{name}.{key}") or said.get(key) or HELP.get(key)
        if key == "when":
            properties[key] = {"$ref": "#/$defs/When", "description": about or ""}
        elif about:
            value["description"] = about
        if isinstance(value.get("description"), str):
            value["description"] = _plain(str(value["description"]))


def _attributes(docstring: str) -> Mapping[str, str]:
    """What a docstring says of each attribute."""
    _head, _mark, section = docstring.partition("Attributes:\n")
    found: dict[str, str] = {}
    for match in re.finditer(r"^ {4,8}(\w+): (.+(?:\n {9,}.+)*)", section, re.MULTILINE):
        found[match[1]] = " ".join(match[2].split())
    return found


def _plain(text: str) -> str:
    return " ".join(text.replace("``", "").split())
