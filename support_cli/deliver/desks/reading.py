"""Reading what desks answer: nothing of it is taken on trust."""

from collections.abc import Iterator

from support_cli.base.text import clean_line, shorten

_LONGEST = 200


def at(data: object, path: str) -> object:
    """What stands at a dotted path (``ticket.id``, ``items.0.key``), or None; an empty path is the whole."""
    for part in filter(None, path.split(".")):
        if isinstance(data, dict):
            data = data.get(part)
        elif isinstance(data, list) and part.isdigit():
            data = data[int(part)] if int(part) < len(data) else None
        else:
            return None
    return data


def text_at(data: object, path: str) -> str:
    """Text or a number as one short line; empty where there is neither."""
    value = at(data, path)
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return shorten(clean_line(str(value)), _LONGEST)


def long_text_at(data: object, path: str) -> str:
    """Text of any length as it is, or empty."""
    value = at(data, path)
    return value if isinstance(value, str) else ""


def rows(data: object, path: str = "") -> Iterator[object]:
    """The elements of a list, or nothing."""
    value = at(data, path)
    if isinstance(value, list):
        yield from value


def link(text: str) -> str:
    """An address for people to open, or empty where it is none."""
    text = clean_line(text)
    return text if text.startswith(("https://", "http://")) and " " not in text and len(text) <= 500 else ""
