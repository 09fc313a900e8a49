"""The filters that templates may use, and no others. None of them can make much out of little.

Each takes the scope of the rendering, the value, and its arguments; ``sandbox`` weighs what goes in and what comes
out. Where a filter could make a long text of a short one, it asks ``scope.allow`` before it makes it.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Protocol

from markupsafe import Markup, escape

from support_cli.base.i18n import format_size
from support_cli.base.text import later, shorten
from support_cli.render import plain

_NEUTRAL = {"uk": "Добрий день", "ru": "Здравствуйте", "pl": "Dzień dobry"}
_HIS = later(r"(?:ович|евич|ьич|[кмт]ич|оглы)$", re.IGNORECASE)
_HERS = later(r"(?:овна|евна|ична|кызы)$", re.IGNORECASE)
_HIS_IN_A = frozenset(("никита", "илья", "лука", "фома", "кузьма", "савва", "данила", "гаврила"))
_RUSSIAN = ("Уважаемый", "Уважаемая")
_HIS_UK = later(r"(?:ович|[йї]ович|[кмтл]{1,2}[иі]ч)$", re.IGNORECASE)
_HERS_UK = later(r"(?:[ії]вна|[кмтл]{1,2}[иі]вна)$", re.IGNORECASE)
_HIS_IN_A_UK = frozenset(("микола", "ілля", "микита", "лука", "хома", "кузьма", "сава", "данила", "гаврила", "ярема"))
_UKRAINIAN = ("Шановний", "Шановна")
_CALLED = {
    "ігор": "Ігорю", "лазар": "Лазарю", "федір": "Федоре", "сидір": "Сидоре", "антін": "Антоне", "яків": "Якове",
    "прокіп": "Прокопе", "леонід": "Леоніде", "гліб": "Глібе", "лев": "Леве", "олег": "Олеже",
    "любов": "Любове", "ілля": "Ілле",
}  # fmt: skip
"""Vocatives of first names that no rule of ``_called`` gives."""


def greeting(name: str, language: str) -> str:
    """Forms the address of a letter, without a mark at its end.

    Args:
        name: The person's name as they wrote it, surname first or last; may be empty.
        language: Language of the letter.

    Returns:
        ``Уважаемая Анна Ивановна``, ``Шановна Олено Петрівно``, ``Szanowny Panie``, ``Dear Anna Smith``, or a neutral
        greeting.
    """
    words = name.split()
    if language == "en":
        return f"Dear {' '.join(words)}" if words else "Hello"
    if language == "pl":
        return _polish(words)
    if language == "ru" and (found := _patronymic(words, _HIS, _HERS, _HIS_IN_A)) is not None:
        first, patronymic, hers = found
        return f"{_RUSSIAN[hers]} {first} {patronymic}"
    if language == "uk" and (found := _patronymic(words, _HIS_UK, _HERS_UK, _HIS_IN_A_UK)) is not None:
        first, patronymic, hers = found
        called = _called(first, hers)
        if called:
            return f"{_UKRAINIAN[hers]} {called} {patronymic[:-1] + 'о' if hers else patronymic + 'у'}"
    return _NEUTRAL.get(language, "Hello")


def _patronymic(
    words: list[str], his: re.Pattern[str], hers: re.Pattern[str], his_in_a: frozenset[str]
) -> tuple[str, str, bool] | None:
    """Finds first name, patronymic and whether it is a woman's; None where that is not certain."""
    for first, second in pairwise(words):
        is_hers = hers.search(second) is not None
        if not is_hers and not his.search(second):
            continue
        in_a = first[-1].casefold() in "ая"
        known = first.casefold() in his_in_a
        if (in_a and not known) is is_hers or (is_hers and first.casefold() == "любов"):
            return first, second, is_hers
    return None


def _called(name: str, hers: bool) -> str:
    """The vocative of a Ukrainian first name, or an empty text where no rule gives it for certain."""
    known = _CALLED.get(name.casefold())
    if known:
        return known
    stem, end = name[:-1], name[-1].casefold()
    before = stem[-1:].casefold()
    if end == "а":
        return stem + "о"
    if end == "я":
        return stem + ("є" if before in "аеиіоуєю" else "ю")
    if hers:
        return ""
    if end in "йь":
        return stem + "ю"
    if end == "о":
        return stem + ("у" if before == "к" else "е")
    if end in "гкх":
        return name + "у"
    return name + "е" if end in "бвдзлмнпрстф" and before not in "ії" else ""


def _polish(words: list[str]) -> str:
    if len(words) > 1:
        last = words[-1].casefold()
        if last.endswith(("ski", "cki", "dzki")):
            return "Szanowny Panie"
        if last.endswith(("ska", "cka", "dzka")):
            return "Szanowna Pani"
    return _NEUTRAL["pl"]


_INLINE = later(
    r"\\(?=[!-/:-@\[-`{-~]|$)"  # a backslash that would escape something
    r"|`"
    r"|(?<!\s)\*+|\*+(?=[^\s*])"  # stars that touch a word
    r"|_+"
    r"|~~+|(?<=\S)~"
    r"|<(?=[A-Za-z/!?])"
    r"|&(?=#?\w+;)",
    re.MULTILINE,
)
_LINE_START = later(
    r"(?P<number>\d{1,9})(?=[.)](?:\s|$))"  # ordered list
    r"|(?P<mark>\#{1,6}(?=\s|$)|>|[-+*](?=\s|$)|=+\s*$|\[|[|:]?[-|:\s]*-[-|:\s]*$|(?:_\s*){3,}$|~~~)"
)
_CLOSING_HASHES = later(r"(?:(?<=\s)|^)(?=#+\s*$)")
_CELL_PIPE = later(r"\|")
_BACKTICKS = later(r"`+")


def escape_line(text: str) -> str:
    """Escapes text that stands inside a line (after a label or a heading's mark)."""
    escaped = _INLINE.sub(_escape_inline, text)
    if "](" in text or "][" in text:
        escaped = re.sub(r"[\[\]]", r"\\\g<0>", escaped)
    return _CLOSING_HASHES.sub(r"\\", escaped)


def escape_start(text: str) -> str:
    """Escapes text that begins a line: as ``escape_line``, and nothing at its start opens a block."""
    found = _LINE_START.match(text)
    escaped = escape_line(text)
    if found is None:
        return escaped
    if found["number"]:
        return found["number"] + "\\" + escaped[found.end() :]
    return escaped if escaped.startswith("\\") else "\\" + escaped


def escape_block(text: str, indent: str = "") -> str:
    """Escapes prose of several lines: its lines stay lines, its paragraphs paragraphs.

    Args:
        text: Prose with LF line ends.
        indent: What stands before every line but the first, so that the text stays inside a list item.

    Returns:
        Markdown; lines that go on in the same paragraph end in two blanks (a hard line break).
    """
    paragraphs = []
    for paragraph in re.split(r"\n[ \t]*(?:\n[ \t]*)+", text.strip()):
        lines = [escape_start(line.strip()) for line in paragraph.split("\n")]
        paragraphs.append(f"  \n{indent}".join(line for line in lines if line))
    return f"\n\n{indent}".join(part for part in paragraphs if part)


def escape_cell(text: str) -> str:
    """Escapes text for a cell of a table: one line, no bars of its own."""
    return _CELL_PIPE.sub(r"\\|", escape_line(" ".join(text.split())))


def fenced(text: str, language: str = "", indent: str = "") -> str:
    """Puts text into a code block whose fence is longer than any run of backticks in it.

    Args:
        text: Kept as it is, but for blank lines at both ends.
        language: A word after the fence, or empty; anything but a plain word is left out.
        indent: What stands before every line but the first.
    """
    fence = "`" * max(3, 1 + max((len(run) for run in _BACKTICKS.findall(text)), default=0))
    info = language if re.fullmatch(r"[A-Za-z0-9+#._-]{1,30}", language) else ""
    lines = [fence + info, *text.strip("\n").split("\n"), fence]
    return "\n".join(indent + line if number and line else line for number, line in enumerate(lines))


def _escape_inline(found: re.Match[str]) -> str:
    run = found[0]
    if run[0] == "_":
        text, start, end = found.string, found.start(), found.end()
        before, after = text[start - 1 : start], text[end : end + 1]
        inside_word = before.isalnum() and after.isalnum()
        alone = (not before or before.isspace()) and (not after or after.isspace())
        if inside_word or alone:
            return run
    return "".join("\\" + character for character in run)


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
    return escape(_text(value))


def _salutation(scope: Scope, value: object) -> str:

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
    "md": lambda _scope, value, indent=0: escape_block(_text(value), " " * _number(indent, 0, 20)),
    "md_line": lambda _scope, value: escape_line(" ".join(_text(value).split())),
    "md_cell": lambda _scope, value: escape_cell(_text(value)),
    "fence": lambda _scope, value, language="", indent=0: fenced(
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
