"""A Markdown template filled in as a careful person would: what is not answered stays as the template has it."""

import re
from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from support_cli.base.text import clean_line, clean_text
from support_cli.forms.model import Form, Kind, Question, Value

_COMMENT = re.compile(r"[ \t]*<!--.*?(?:-->|\Z)[ \t]*(\n?)", re.DOTALL)
_TICK = re.compile(r"^([ \t]*[-*+][ \t]+\[)[ xX](\][ \t]+)(.*?)([ \t\r]*)$", re.MULTILINE)
_HEADING = re.compile(r"^(?: {0,3}#{1,6}(?:[ \t]|$)|[ \t]*(?:\*\*|__)[^*\n]+(?:\*\*|__)[ \t]*[:：]?)", re.MULTILINE)


def render_template(form: Form, answers: Mapping[str, Value]) -> str:
    """Fills in a Markdown template.

    Args:
        form: A form whose ``foreign`` is ``markdown``.
        answers: Values by question id.

    Returns:
        The template, with the answers in the place of its samples and remarks; with its line ends.
    """
    parts = []
    asked = [question for question in form.questions if question.source is not None]
    for number, question in enumerate(asked):
        source = question.source or ("", "", "")
        value = answers.get(question.id)
        if value is None or value in ("", []) or value == question.default:
            parts.append("".join(source))
            continue
        newline = "\r\n" if any("\r\n" in part for part in source) else "\n"
        last = number == len(asked) - 1 and not form.trailer
        before, own, after = (part.replace("\r\n", "\n") for part in source)
        filled = _filled(question, value, (before, own, after), last=last)
        if not own and not before and parts and not parts[-1].endswith("\n"):
            filled = "\n" + filled  # a place at the end of a template that ends without a line end
        parts.append(filled.replace("\n", newline) if newline != "\n" else filled)
    return "".join(parts) + form.trailer


def _filled(question: Question, value: Value, source: tuple[str, str, str], *, last: bool) -> str:
    before, own, after = source
    if question.on_form:
        before, after = without_remarks(before), _COMMENT.sub(r"\1", after)
    if question.kind is Kind.CHECKBOXES:
        ticked = value if isinstance(value, list) else [str(value)]

        def tick(match: re.Match[str]) -> str:
            mark = "x" if clean_line(match[3]) in ticked else " "
            return f"{match[1]}{mark}{match[2]}{match[3]}{match[4]}"

        return before + _TICK.sub(tick, own) + _closing(after, last=last)
    text = clean_text("\n".join(value) if isinstance(value, list) else str(value)).strip("\n")
    if question.kind is Kind.INPUT:
        blank = "" if before[-1:] in ("", " ", "\t") else " "
        return before + blank + text + after
    if question.render is not None:
        before, after = _safe_fence(before, after, text)
        before += "" if before.endswith("\n") else "\n"
        return before + text + "\n" + after
    if not own:
        # A heading with nothing below it: one blank line on both sides of the answer.
        lead = before.rstrip("\n") + "\n\n" if before.strip() else before
        return lead + text + "\n" + (after or ("" if last else "\n"))
    return before + text + _closing(after, last=last)


def _closing(after: str, *, last: bool) -> str:
    """What stands between an answer and the next heading, once remarks are gone: one blank line."""
    if last or after.strip():
        return after
    return "\n\n" if after.count("\n") > 2 else after


def own_heading(before: str) -> str:
    """The line that a question's answer stands under: the last heading before it, else the last line; trimmed."""
    lines = [line.strip() for line in without_remarks(before).split("\n") if line.strip()]
    headings = [line for line in lines if _HEADING.match(line)]
    return (headings or lines or [""])[-1]


def without_remarks(before: str) -> str:
    """Takes the comments out that belong to a question: those after the last heading before its answer."""
    headings = list(
        _HEADING.finditer(re.sub(r"<!--.*?(?:-->|\Z)", lambda m: "\0" * len(m[0]), before, flags=re.DOTALL))
    )
    start = headings[-1].start() if headings else 0
    own = before[start:]
    if "<!--" not in own:
        return before
    cleaned = _COMMENT.sub("", own)
    return before[:start] + re.sub(r"\n{3,}", "\n\n", cleaned)


def _safe_fence(before: str, after: str, text: str) -> tuple[str, str]:
    """Lengthens the fence around an answer that has fences itself."""
    longest = max((len(run) for run in re.findall(r"^ {0,3}(`{3,})", text, re.MULTILINE)), default=0)
    opened = re.search(r"(`{3,})([^`\n]*\n)\Z", before)
    closed = re.match(r"( {0,3})(`{3,})", after)
    if not opened or not closed or longest < len(opened[1]):
        return before, after
    fence = "`" * (longest + 1)
    return before[: opened.start()] + fence + opened[2], closed[1] + fence + after[closed.end() :]


_REMARK = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_READ_TICK = re.compile(r"^[ \t]*[-*+][ \t]+\[([ xX])\][ \t]+(.*?)[ \t]*$", re.MULTILINE)
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})[^\n]*\n?", re.MULTILINE)


class ReadTemplate(NamedTuple):
    """What a filled-in template says.

    Attributes:
        answers: Values by question id, those of places that nobody is asked about included.
        unclear: Ids of questions whose answers hold a heading of the template, or stand beside one that does.
        complete: Every part of the template was found in its place.
        leftover: Text that no question and no place could take; empty if there is none.
    """

    answers: dict[str, Value]
    unclear: list[str]
    complete: bool
    leftover: str


def parse_template(form: Form, body: str) -> ReadTemplate:
    """Reads the answers out of a filled-in template.

    What belongs to no question goes to the next place of the template that takes any text, so that rendering the
    answers again loses nothing.

    Args:
        form: A form whose ``foreign`` is ``markdown``.
        body: LF line ends.
    """
    asked = [question for question in form.questions if question.source is not None]
    template = {
        line.strip()
        for text in (*("".join(question.source or ()) for question in asked), form.trailer)
        for line in text.split("\n")
    }
    found = _places(asked, body)
    end, behind = _trailer(form, body, found)
    answers: dict[str, Value] = {}
    complete = all(one is not None or not _anchors(question)[0] for one, question in zip(found, asked, strict=True))
    first = next((one[0] for one in found if one is not None), end)
    stray = _own_words(body[:first], template)
    for number, question in enumerate(asked):
        rest, value = "", None
        here = found[number]
        if here is not None:
            stop = next((one[0] for one in found[number + 1 :] if one is not None), end)
            text = body[here[1] : stop]
            value, rest = _read(question, text) if question.on_form else (_own_words(text, template) or None, "")
        if stray and _takes_all(question) and not isinstance(value, list):
            value, stray = "\n\n".join([stray, str(value)] if value else [stray]), ""
        if value is not None:
            answers[question.id] = value
        rest = _own_words(rest, template)
        stray = "\n\n".join(part for part in (stray, rest) if part)
    strays = [part for part in (stray, _own_words(behind, template)) if part]
    last = next((question for question in reversed(asked) if _takes_all(question)), None)
    if strays and last is not None:
        said = answers.get(last.id)
        answers[last.id] = "\n\n".join([said, *strays] if isinstance(said, str) else strays)
        strays = []
    return ReadTemplate(answers, _unclear(asked, found, body), complete, "\n\n".join(strays))


def _places(asked: list[Question], body: str) -> list[tuple[int, int] | None]:
    """For each question, where what stands before its answer begins and ends; None if it is not there.

    A place that directly follows an answer has nothing of its own to be found by, and is None too.
    """
    found: list[tuple[int, int] | None] = []
    anchors = [_anchors(question) for question in asked]
    place = 0
    for number, question in enumerate(asked):
        one = None
        if anchors[number][0] or (number == 0 and question.on_form):
            one = _find(body, anchors[number], place)
        elif question.kind is Kind.CHECKBOXES or question.render is not None:
            # Known by what it is made of, between here and what comes next.
            later = (_find(body, one, place) for one in anchors[number + 1 :] if one[0])
            limit = next((one[0] for one in later if one), len(body))
            shape = (_FENCE if question.render is not None else _READ_TICK).search(body, place, limit)
            one = (shape.start(), shape.start()) if shape else None
        found.append(one)
        place = one[1] if one else place
    return found


def _trailer(form: Form, body: str, found: list[tuple[int, int] | None]) -> tuple[int, str]:
    """Where the end of the template begins in the body, and what was written behind it."""
    trailer = form.trailer.replace("\r\n", "\n").strip()
    at = body.rfind(trailer) if trailer else -1
    last = max((one[1] for one in found if one is not None), default=0)
    return (at, body[at + len(trailer) :]) if at >= last and trailer else (len(body), "")


def _unclear(asked: list[Question], found: list[tuple[int, int] | None], body: str) -> list[str]:
    headings = [own_heading((question.source or ("", "", ""))[0].replace("\r\n", "\n")) for question in asked]
    several = Counter(headings)
    lines = Counter(line.strip() for line in body.split("\n"))
    unclear: list[str] = []
    for number, heading in enumerate(headings):
        if found[number] is not None and heading and lines[heading] > several[heading]:
            above = [one.id for one in asked[:number] if one.on_form]
            below = [one.id for one in asked[number:] if one.on_form]
            unclear += [*above[-1:], *below[:1]]
    return list(dict.fromkeys(unclear))


def _takes_all(question: Question) -> bool:
    return question.kind is Kind.TEXTAREA and question.render is None


def _own_words(text: str, template: set[str]) -> str:
    """A text without the lines that the template has itself."""
    lines = [line.rstrip() for line in text.split("\n")]
    kept = ["" if line.strip() in template else line for line in lines]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip("\n")


def _anchors(question: Question) -> list[str]:
    """What stands before an answer: with its remarks, or without them; empty where nothing need stand there."""
    before = (question.source or ("", "", ""))[0].replace("\r\n", "\n")
    if question.render is not None:
        before = before.rstrip("\n").rpartition("\n")[0]  # the fence itself grows with what is inside
    bare = without_remarks(before).strip("\n")
    found = [before.strip("\n"), bare, bare.rsplit("\n", 1)[-1], bare.rsplit("\n", 1)[-1].strip()]
    return list(dict.fromkeys(one if one.strip() else "" for one in found))


def _find(body: str, anchors: list[str], place: int) -> tuple[int, int] | None:
    for anchor in anchors:
        at = body.find(anchor, place)
        while at > 0 and anchor and body[body.rfind("\n", 0, at) + 1 : at].strip():
            at = body.find(anchor, at + 1)
        if at >= 0:
            return at, at + len(anchor)
    return None


def _code(text: str) -> tuple[str, str, str] | None:
    """The first code block of a text, and what stands before and behind it."""
    opened = _FENCE.search(text)
    if opened is None:
        return None
    closing = re.compile(rf"^ {{0,3}}{opened[1][0]}{{{len(opened[1])},}}[ \t]*$", re.MULTILINE)
    closed = closing.search(text, opened.end())
    end = closed.start() if closed else len(text)
    return text[opened.end() : end].strip("\n"), text[: opened.start()], text[closed.end() :] if closed else ""


def _read(question: Question, text: str) -> tuple[Value | None, str]:
    """Reads what stands at a question: its value, and what is not part of it."""
    source = question.source or ("", "", "")
    before, own, after = (part.replace("\r\n", "\n") for part in source)
    if question.kind is Kind.CHECKBOXES:
        labels = {option.label for option in question.options}
        ticked = {clean_line(found[2]) for found in _READ_TICK.finditer(text) if found[1] != " "}
        rest = _READ_TICK.sub(lambda found: "" if clean_line(found[2]) in labels else found[0], text)
        return [option.label for option in question.options if option.label in ticked] or None, rest
    if question.kind is Kind.INPUT:
        line, _end, rest = text.partition("\n")
        value = (line.replace(own, "") if own.startswith("<!--") else line).strip()
        return None if value in ("", own.strip()) else value, rest
    code = _code(text) if question.render is not None else None
    if code is not None:
        value, above, below = code
        return None if value in ("", own.strip("\n")) else value, f"{above}\n\n{below}"
    tail = after.strip()
    value = text.strip("\n")
    if tail and value.endswith(tail):
        value = value[: -len(tail)].rstrip("\n")
    if value.strip() == own.strip():
        return question.default if question.default is not None and not _REMARK.search(own) else None, ""
    said = value
    for remark in _REMARK.findall(before + own + after):
        said = said.replace(remark, "")
    return value if said.strip() else None, ""
