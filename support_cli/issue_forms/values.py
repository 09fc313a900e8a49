"""What a rendered block says: the reverse of one block of ``render.issue``.

Each reader returns every value that is written like this: none for a text that the form cannot have made, one
where it is clear, more where the bytes alone do not tell.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from urllib.parse import unquote

from support_cli.forms.model import Kind, Question, Value
from support_cli.forms.options import NO_RESPONSE, NONE

Readings = list[Value | None]
MOST_READINGS = 8
_FILE = re.compile(r"!?\[((?:\\.|[^\[\]\\])*)\]\(([^()\s]*)\)")
_BOX = re.compile(r"[ \t]*[-*+][ \t]+\[([ xX])\][ \t]*(.*?)[ \t]*")


def read_exact(question: Question, content: str) -> Readings:
    """Reads a block as a web form wrote it, in any of the three flavours."""
    if question.kind is Kind.DROPDOWN:
        return _several(question, content) if question.multiple else _one(question, content)
    if question.kind in (Kind.CHECKBOXES, Kind.CONFIRM):
        return _boxes(question, content)
    if question.kind is Kind.UPLOAD:
        return _files(content)
    if question.render:
        return _fenced(question.render, content)
    if content == NO_RESPONSE:
        return [None]
    if not content or (question.kind is Kind.INPUT and "\n" in content):
        return []
    return [content]


def _fenced(render: str, content: str) -> Readings:
    if content == NO_RESPONSE:
        return [None]
    fence = re.match(r"`{3,}", content)
    if fence is None:
        return []
    head, tail = fence[0] + render + "\n", "\n" + fence[0]
    # The classic form adds one line end after the fence.
    body = content[:-1] if content.endswith(tail + "\n") else content
    if not body.startswith(head) or not body.endswith(tail) or len(body) < len(head) + len(tail) - 1:
        return []
    inner = body[len(head) : -len(tail)] if len(body) >= len(head) + len(tail) else ""
    return [inner or None]


def _one(question: Question, content: str) -> Readings:
    found: Readings = [option.label for option in question.options if option.label == content]
    if question.listed:
        found += [option.label for option in question.options if f"- {option.label}" == content]
    if content in (NONE, NO_RESPONSE):
        found.append(None)
    return found


def _several(question: Question, content: str) -> Readings:
    if content == NO_RESPONSE:
        return [None]
    labels = [option.label for option in question.options]
    ways: Readings = []
    if question.listed:
        ways += _joined([f"- {label}" for label in labels], content, "\n", labels)
    return ways + _joined(labels, content, ", ", labels)


def _joined(written: Sequence[str], content: str, glue: str, labels: Sequence[str]) -> Readings:
    """Every choice of options, in their order, that makes this text when joined."""
    numbers = {text: number for number, text in enumerate(written)}
    ends = [*(found.start() for found in re.finditer(f"(?={re.escape(glue)})", content)), len(content)]
    most = 1 + max((text.count(glue) for text in written), default=0)
    after_glue = [0, *(end + len(glue) for end in ends[:-1])]
    # For each place where an option may begin: the ones that fit and leave a rest that can be read, and their ends.
    fits: dict[int, list[tuple[int, int]]] = {}
    for place in sorted(set(after_glue), reverse=True):
        first = bisect_left(ends, place)
        found = []
        for end in ends[first : first + 2 * most]:
            number = numbers.get(content[place:end])
            following = fits.get(end + len(glue), [])
            if number is not None and (end == len(content) or any(one > number for one, _end in following)):
                found.append((number, end))
        fits[place] = found
    ways: Readings = []
    stack: list[tuple[int, int, list[str]]] = [(0, -1, [])]
    while stack and len(ways) < MOST_READINGS:
        place, before, chosen = stack.pop()
        for number, end in fits.get(place, []):
            if number > before and end == len(content):
                ways.append([*chosen, labels[number]])
            elif number > before:
                stack.append((end + len(glue), number, [*chosen, labels[number]]))
    return ways


def _boxes(question: Question, content: str) -> Readings:
    labels = [option.label for option in question.options if option.on_document]
    if question.kind is Kind.CONFIRM:
        labels = [question.label]
    place, ticked = 0, []
    for number, label in enumerate(labels):
        head, tail = "\n- [" if number else "- [", f"] {label}"
        mark = content[place + len(head) : place + len(head) + 1]
        if mark not in (" ", "x", "X") or not content.startswith(f"{head}{mark}{tail}", place):
            return []
        ticked += [label] if mark != " " else []
        place += len(head) + 1 + len(tail)
    if place != len(content):
        return []
    if question.kind is Kind.CONFIRM:
        return [True if ticked else None]
    return [ticked or None]


def _files(content: str) -> Readings:
    if content == NO_RESPONSE:
        return [None]
    found = [_FILE.fullmatch(line) for line in content.split("\n")]
    if not all(found):
        return []
    return [[_file_name(match) for match in found if match]]


def _file_name(match: re.Match[str]) -> str:
    shown = re.sub(r"\\(.)", r"\1", match[1])
    return shown or unquote(match[2]).rsplit("/", 1)[-1]


def read_loosely(question: Question, content: str) -> tuple[Readings, str]:
    """Reads a block that people changed afterwards, or that another form made.

    Returns:
        The readings, and what was written there and is none of them.
    """
    text = content.strip("\n")
    if text.strip() in ("", NO_RESPONSE):
        return [None], ""
    if question.kind is Kind.CHECKBOXES:
        return _loose_boxes(question, text)
    if question.kind is Kind.DROPDOWN:
        return _loose_choice(question, text.strip())
    if question.kind is Kind.UPLOAD:
        return (found, "") if (found := _files(text.strip())) else ([None], text)
    fence = re.fullmatch(r"(`{3,})[^`\n]*\n(.*?)\n?\1[ \t]*", text, re.DOTALL)
    if question.render and fence:
        return [fence[2] or None], ""
    if question.kind is Kind.INPUT and "\n" in text:
        first, _end, rest = text.strip().partition("\n")
        return [first.strip()], rest.strip("\n")
    return [text], ""


def plain(text: str) -> str:
    """A text for comparison: case, blanks and marks do not count."""
    return " ".join(re.sub(r"[*_`]", "", text).casefold().split())


def _loose_choice(question: Question, text: str) -> tuple[Readings, str]:
    if text == NONE and all(option.label != NONE for option in question.options):
        return [None], ""
    exact = _several(question, text) if question.multiple else _one(question, text)
    if exact:
        return exact, ""
    by_text = {plain(option.label): option.label for option in question.options}
    parts = re.split(r",\s*|\n\s*(?:[-*+]\s+)?", re.sub(r"^[-*+]\s+", "", text)) if question.multiple else [text]
    known = [by_text[plain(part)] for part in parts if plain(part) in by_text]
    rest = ", ".join(part for part in parts if plain(part) not in by_text)
    if not known:
        return [], text
    ordered = [option.label for option in question.options if option.label in known]
    return [ordered if question.multiple else ordered[0]], rest


def _loose_boxes(question: Question, text: str) -> tuple[Readings, str]:
    by_text = {plain(option.label): option.label for option in question.options}
    ticked, rest = set(), []
    for line in text.split("\n"):
        box = _BOX.fullmatch(line) if len(line) < 5000 else None
        if box and plain(box[2]) in by_text:
            if box[1] != " ":
                ticked.add(by_text[plain(box[2])])
        elif line.strip():
            rest.append(line)
    chosen = [option.label for option in question.options if option.label in ticked]
    return [chosen or None], "\n".join(rest)
