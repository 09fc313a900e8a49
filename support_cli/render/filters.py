"""The filters that templates may use, and no others. None of them can make much out of little.

Each takes the scope of the rendering, the value, and its arguments; ``sandbox`` weighs what goes in and what comes
out. Where a filter could make a long text of a short one, it asks ``scope.allow`` before it makes it.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from support_cli.base.i18n import format_size
from support_cli.render import markdown, plain

_TEST_NAMES = (
    "defined undefined none in eq equalto ne lt le gt ge odd even divisibleby string number boolean true false"
    " mapping sequence"
)
TESTS = frozenset(_TEST_NAMES.split())
_MOST_COLUMNS = 500
_MOST_PARTS = 2000


class Scope(Protocol):
    """The rendering that a filter runs in.

    Attributes:
        language: Language of the document.
        autoescape: The template makes HTML.
        translate: Looks a text up in that language.
        allow: Refuses a text of so many characters if that is too long.
    """

    language: str
    autoescape: bool
    translate: Callable[[str], str]
    allow: Callable[[int], None]

    def undefined(self, value: object) -> bool:
        """Whether a name was read that has no value."""


class FilterMisuse(ValueError):
    """A filter was given what it cannot take; the text is for the pack's author."""


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    raise FilterMisuse("this filter takes text")


def _list(value: object) -> Sequence[object]:
    if isinstance(value, (list, tuple)):
        return value
    raise FilterMisuse("this filter takes a list")


def _number(value: object, least: int = 0, most: int = _MOST_COLUMNS) -> int:
    if isinstance(value, int) and least <= value <= most:
        return value
    raise FilterMisuse(f"a number from {least} to {most} is needed here")


def _marked(scope: Scope, parts: Sequence[object], separator: str) -> str:
    """Joins texts; in HTML what is not marked as HTML already is escaped."""
    texts = [_text(part) for part in parts]
    scope.allow(sum(map(len, texts)) + len(separator) * len(texts))
    if scope.autoescape:
        from markupsafe import Markup, escape

        return Markup(escape(separator)).join(escape(text) for text in texts)  # noqa: S704 - escaped here
    return separator.join(texts)


def _default(scope: Scope, value: object, other: object = "", empty: bool = False) -> object:
    return other if scope.undefined(value) or (empty and not value) else value


def _key(item: object, path: str) -> object:
    for step in path.split("."):
        item = item.get(step, "") if isinstance(item, Mapping) else ""
    return item


def _map(_scope: Scope, value: object, attribute: str) -> object:
    return [_key(item, attribute) for item in _list(value)]


def _matching(keep: bool) -> Callable[..., object]:
    def select(_scope: Scope, value: object, attribute: str = "", *wanted: object) -> object:
        def fits(item: object) -> bool:
            found = _key(item, attribute) if attribute else item
            return found in wanted if wanted else bool(found)

        return [item for item in _list(value) if fits(item) is keep]

    return select


def _replace(scope: Scope, value: object, old: str, new: str) -> str:
    text, old = _text(value), _text(old)
    scope.allow(len(text) + (text.count(old) if old else len(text)) * len(_text(new)))
    return text.replace(old, new)


def _truncate(_scope: Scope, value: object, length: int = 100) -> str:
    from support_cli.base.text import shorten

    return shorten(_text(value), _number(length, 2, 100_000))


def _indent(scope: Scope, value: object, width: int = 4, first: bool = False) -> str:
    text, blank = _text(value), " " * _number(width)
    scope.allow(len(text) + (text.count("\n") + 1) * len(blank))
    lines = text.split("\n")
    moved = [blank + line if line and (first or number) else line for number, line in enumerate(lines)]
    return type(text)("\n").join(moved)


def _code(scope: Scope, value: object, width: int = 4) -> str:
    """Moves every line in, empty ones included, so that nothing takes them for space between paragraphs."""
    text, blank = _text(value), " " * _number(width)
    scope.allow(len(text) + (text.count("\n") + 1) * len(blank))
    return "\n".join(blank + line for line in text.split("\n"))


def _fill(scope: Scope, value: object, **named: object) -> str:
    """Puts values into a text's named placeholders, as in ``{{ _("From {name}")|fill(name=who) }}``."""
    parts = re.split(r"(\{\w+\})", _text(value))
    return _marked(scope, [named.get(part[1:-1], part) if part[:1] == "{" else part for part in parts], "")


def _wrap(scope: Scope, value: object, width: int = plain.WIDTH, indent: str = "", first: str | None = None) -> str:
    text = _text(value)
    scope.allow(len(text) + len(text) // 2 * (len(indent) + 1))
    return plain.wrap(text, _number(width, 20), indent, first)


def _lines(_scope: Scope, value: object) -> object:
    """In HTML: text whose line ends are kept as breaks."""
    from markupsafe import Markup, escape

    return Markup("<br>\n").join(escape(line) for line in _text(value).split("\n"))


def _few(texts: list[str]) -> list[str]:
    """Keeps a list of texts within what a template can walk through, without losing any of them."""
    return texts if len(texts) <= _MOST_PARTS else [*texts[:_MOST_PARTS], "\n".join(texts[_MOST_PARTS:])]


def _paragraphs(_scope: Scope, value: object) -> object:
    return _few([part.strip("\n") for part in re.split(r"\n[ \t]*(?:\n[ \t]*)+", _text(value)) if part.strip()])


def _spell(_scope: Scope, value: object) -> str:
    """Sets long runs of digits apart in groups of three, to be read aloud."""

    def grouped(found: re.Match[str]) -> str:
        return " ".join(found[0][start : start + 3] for start in range(0, len(found[0]), 3))

    return re.sub(r"\d{5,}", grouped, _text(value))


def _pieces(_scope: Scope, value: object, limit: int = 400) -> object:
    """Cuts one text, or each of a list, into pieces of at most so many characters; empty ones are left out."""
    texts = value if isinstance(value, (list, tuple)) else [value]
    return _few([piece for text in texts for piece in _cut(_text(text), _number(limit, 40, 10_000))])


def _cut(text: str, limit: int) -> list[str]:
    """Cuts at line or sentence ends where there are any, else at blanks."""
    rest, pieces = text.strip(), []
    while len(rest) > limit:
        window = rest[: limit + 1]
        cut = max(window.rfind("\n"), max((window.rfind(end) + 1 for end in (". ", "! ", "? ", "; ")), default=0))
        if cut < limit // 3:
            cut = window.rfind(" ")
        if cut < limit // 3:
            cut = limit
        pieces.append(rest[:cut].strip())
        rest = rest[cut:].strip()
    return [piece for piece in (*pieces, rest) if piece]


def _sort(_scope: Scope, value: object, attribute: str = "") -> object:
    return sorted(_list(value), key=lambda item: str(_key(item, attribute) if attribute else item).casefold())


def _unique(_scope: Scope, value: object) -> object:
    found: list[object] = []
    seen: set[str] = set()
    for item in _list(value):
        if repr(item) not in seen:
            seen.add(repr(item))
            found.append(item)
    return found


def _length(_scope: Scope, value: object) -> int:
    if isinstance(value, (str, list, tuple, dict)):
        return len(value)
    raise FilterMisuse("this filter takes text, a list or a mapping")


def _items(_scope: Scope, value: object) -> object:
    if isinstance(value, Mapping):
        return [[key, item] for key, item in value.items()]
    raise FilterMisuse("this filter takes a mapping")


def _batch(_scope: Scope, value: object, size: int) -> object:
    items, size = list(_list(value)), _number(size, 1)
    return [items[start : start + size] for start in range(0, len(items), size)]


def _end(which: int) -> Callable[..., object]:
    def pick(_scope: Scope, value: object) -> object:
        if isinstance(value, (str, list, tuple)):
            return value[which] if value else ""
        raise FilterMisuse("this filter takes text or a list")

    return pick


def _int(_scope: Scope, value: object) -> int:
    try:
        return int(float(_text(value)[:20]))
    except (ValueError, OverflowError):
        return 0


def _round(_scope: Scope, value: object, digits: int = 0) -> float:
    if isinstance(value, (int, float)):
        return round(float(value), _number(digits, 0, 10))
    raise FilterMisuse("this filter takes a number")


def _escape(_scope: Scope, value: object) -> object:
    from markupsafe import escape

    return escape(_text(value))


def _salutation(scope: Scope, value: object) -> str:
    from support_cli.render.salutation import greeting

    return greeting(_text(value), scope.language)


def _of_text(function: Callable[[str], str]) -> Callable[..., object]:
    return lambda _scope, value: function(_text(value))


FILTERS: Mapping[str, Callable[..., object]] = {
    "default": _default,
    "d": _default,
    "join": lambda scope, value, separator="": _marked(scope, _list(value), _text(separator)),
    "map": _map,
    "select": _matching(True),
    "reject": _matching(False),
    "selectattr": _matching(True),
    "rejectattr": _matching(False),
    "first": _end(0),
    "last": _end(-1),
    "length": _length,
    "count": _length,
    "list": lambda _scope, value: list(_list(value)),
    "items": _items,
    "sort": _sort,
    "unique": _unique,
    "reverse": lambda _scope, value: list(_list(value))[::-1],
    "batch": _batch,
    "upper": _of_text(str.upper),
    "lower": _of_text(str.lower),
    "capitalize": _of_text(lambda text: text[:1].upper() + text[1:]),
    "title": _of_text(str.title),
    "trim": _of_text(str.strip),
    "string": _of_text(str),
    "replace": _replace,
    "truncate": _truncate,
    "indent": _indent,
    "code": _code,
    "fill": _fill,
    "int": _int,
    "round": _round,
    "escape": _escape,
    "e": _escape,
    "size": lambda scope, value: format_size(_number(value, 0, 2**62), scope.language),
    "md": lambda _scope, value, indent=0: markdown.escape_block(_text(value), " " * _number(indent, 0, 20)),
    "md_line": lambda _scope, value: markdown.escape_line(" ".join(_text(value).split())),
    "md_cell": lambda _scope, value: markdown.escape_cell(_text(value)),
    "fence": lambda _scope, value, language="", indent=0: markdown.fenced(
        _text(value), _text(language), " " * _number(indent, 0, 20)
    ),
    "lines": _lines,
    "paragraphs": _paragraphs,
    "wrap": _wrap,
    "underline": lambda _scope, value, mark="─": plain.underline(_text(value), _text(mark)[:1]),
    "spell": _spell,
    "pieces": _pieces,
    "salutation": _salutation,
}
