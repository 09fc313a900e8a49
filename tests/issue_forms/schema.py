"""The verdict of the public JSON schema of issue forms and of the chooser's config.yml, without a schema engine.

The schema (https://json.schemastore.org/github-issue-forms.json) is stricter than GitHub in places (languages
of ``render``, empty texts) and laxer in others (clashing names); ``packs.issue_rules`` tells what GitHub says.
"""

import re
from collections.abc import Callable

from support_cli.issue_forms.items import known_language

Check = Callable[[object, str], list[str]]
_ID = re.compile(r"[a-zA-Z0-9_-]+")
_ASSIGNEE = re.compile(r"[a-zA-Z0-9](?:-?[a-zA-Z0-9])*")


def schema_errors(data: object) -> list[str]:
    """Says where an issue form breaks the public JSON schema.

    Args:
        data: The form as parsed YAML or JSON.

    Returns:
        One English sentence for each fault, each beginning with its place; empty for a valid form.
    """
    return _object(
        {
            "name": _text(1),
            "description": _text(1),
            "title": _text(1),
            "labels": _one_or_many(_text(1)),
            "projects": _array(_text(0)),
            "assignees": _one_or_many(_assignee),
            "type": _text(1),
            "body": _array(_item, least=1),
        },
        required=("name", "description", "body"),
    )(data, "form")


def config_errors(data: object) -> list[str]:
    """Says where a chooser's config.yml breaks the public JSON schema; as ``schema_errors``."""
    link = _object({"name": _text(1), "url": _address, "about": _text(1)}, required=("name", "url", "about"))
    return _object({"blank_issues_enabled": _boolean, "contact_links": _array(link, least=1)})(data, "config")


def _text(least: int) -> Check:
    def check(value: object, place: str) -> list[str]:
        if not isinstance(value, str):
            return [f"{place}: must be a string"]
        return [] if len(value) >= least else [f"{place}: must not be empty"]

    return check


def _boolean(value: object, place: str) -> list[str]:
    return [] if isinstance(value, bool) else [f"{place}: must be a boolean"]


def _integer(value: object, place: str) -> list[str]:
    whole = (isinstance(value, int) and not isinstance(value, bool)) or (
        isinstance(value, float) and value == value // 1
    )
    return [] if whole else [f"{place}: must be an integer"]


def _assignee(value: object, place: str) -> list[str]:
    if isinstance(value, str) and len(value) <= 39 and _ASSIGNEE.fullmatch(value):
        return []
    return [f"{place}: must be a user name"]


def _address(value: object, place: str) -> list[str]:
    return [] if isinstance(value, str) and re.match(r"https?://", value) else [f"{place}: must be a web address"]


def _identifier(value: object, place: str) -> list[str]:
    if isinstance(value, str) and _ID.fullmatch(value):
        return []
    return [f"{place}: must consist of letters, digits, - and _"]


def _language(value: object, place: str) -> list[str]:
    if isinstance(value, str) and known_language(value, exact=True):
        return []
    return [f"{place}: must be the name of a language"]


def _array(each: Check, *, least: int = 0, unique: bool = False) -> Check:
    def check(value: object, place: str) -> list[str]:
        if not isinstance(value, list):
            return [f"{place}: must be an array"]
        errors = [] if len(value) >= least else [f"{place}: must not be empty"]
        texts = [one for one in value if isinstance(one, str)]  # the schema wants texts wherever it wants them unique
        if unique and len(set(texts)) < len(texts):
            errors.append(f"{place}: must be unique")
        for number, one in enumerate(value):
            errors += each(one, f"{place}[{number}]")
        return errors

    return check


def _one_or_many(each: Check) -> Check:
    many = _array(each, least=1, unique=True)
    return lambda value, place: many(value, place) if isinstance(value, list) else each(value, place)


def _object(keys: dict[str, Check], *, required: tuple[str, ...] = ()) -> Check:
    def check(value: object, place: str) -> list[str]:
        if not isinstance(value, dict):
            return [f"{place}: must be an object"]
        errors = [f"{place}: `{key}` is missing" for key in required if key not in value]
        for key, one in value.items():
            known = keys.get(key)
            errors += known(one, f"{place}.{key}") if known else [f"{place}: `{key}` is not a permitted key"]
        return errors

    return check


_LABEL: dict[str, Check] = {"label": _text(1), "description": _text(0)}
_LINE: dict[str, Check] = {**_LABEL, "placeholder": _text(0), "value": _text(1)}
_BOX = _object({"label": _text(1), "required": _boolean}, required=("label",))
_CHOICES = _array(_text(1), least=1, unique=True)
_RULES = _object({"required": _boolean})
_UPLOAD_RULES = _object({"required": _boolean, "accept": _text(0)})
_ATTRIBUTES = {
    "markdown": _object({"value": _text(1)}, required=("value",)),
    "textarea": _object({**_LINE, "render": _language}, required=("label",)),
    "input": _object(_LINE, required=("label",)),
    "dropdown": _object(
        {**_LABEL, "multiple": _boolean, "options": _CHOICES, "default": _integer}, required=("label", "options")
    ),
    "checkboxes": _object({**_LABEL, "options": _array(_BOX, least=1)}, required=("label", "options")),
    "upload": _object(_LABEL, required=("label",)),
}


def _item(value: object, place: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{place}: must be an object"]
    kind = value.get("type")
    if not isinstance(kind, str) or kind not in _ATTRIBUTES:
        return [f"{place}.type: is not a valid input type" if "type" in value else f"{place}: `type` is missing"]
    keys: dict[str, Check] = {"type": _text(1), "attributes": _ATTRIBUTES[kind]}
    if kind != "markdown":
        keys["id"] = _identifier
    if kind not in ("markdown", "checkboxes"):
        keys["validations"] = _UPLOAD_RULES if kind == "upload" else _RULES
    return _object(keys, required=("attributes",))(value, place)
