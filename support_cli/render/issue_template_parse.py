"""Reading a filled-in Markdown template back: what stands between the parts that nobody changes."""

import re
from collections import Counter
from typing import NamedTuple

from support_cli.packs.model import Form, Kind, Question, Value
from support_cli.render.issue_template import own_heading, without_remarks
from support_cli.text import clean_line

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_TICK = re.compile(r"^[ \t]*[-*+][ \t]+\[([ xX])\][ \t]+(.*?)[ \t]*$", re.MULTILINE)


class ReadTemplate(NamedTuple):
    """What a filled-in template says.

    Attributes:
        answers: Values by question id.
        unclear: Ids of questions whose answers hold a heading of the template, or stand beside one that does.
        complete: Every part of the template was found in its place.
        leftover: Text before the template begins.
    """

    answers: dict[str, Value]
    unclear: list[str]
    complete: bool
    leftover: str


def parse_template(form: Form, body: str) -> ReadTemplate:
    """Reads the answers out of a filled-in template.

    Args:
        form: A form whose ``foreign`` is ``markdown``.
        body: LF line ends.
    """
    asked = [question for question in form.questions if question.source is not None]
    answers: dict[str, Value] = {}
    unclear: list[str] = []
    leftover, complete, place = "", True, 0
    anchors = [_anchors(question) for question in asked]
    headings = [own_heading((question.source or ("", "", ""))[0].replace("\r\n", "\n")) for question in asked]
    several = Counter(headings)
    lines = Counter(line.strip() for line in body.split("\n"))
    for number, question in enumerate(asked):
        found = _find(body, anchors[number], place)
        if found is None:
            complete = False
            continue
        start, inside = found
        code = _code(body, inside) if question.render is not None else None
        if number == 0 and body[:start].strip():
            leftover = body[:start].strip("\n")
        if code is not None:
            text, inside = code
            sample = (question.source or ("", "", ""))[1].replace("\r\n", "\n")
            value: Value | None = None if text in ("", sample.strip("\n")) else text
        else:
            end = _end(body, anchors[number + 1 :], inside, form.trailer.replace("\r\n", "\n").strip())
            value = _value(question, body[inside:end])
        if value is not None:
            answers[question.id] = value
        if headings[number] and lines[headings[number]] > several[headings[number]]:
            unclear += [one.id for one in asked[max(0, number - 1) : number + 1]]
        place = inside
    return ReadTemplate(answers, list(dict.fromkeys(unclear)), complete, leftover)


def _anchors(question: Question) -> list[str]:
    """What stands before an answer: with its remarks, or without them; empty where nothing need stand there."""
    before = (question.source or ("", "", ""))[0].replace("\r\n", "\n")
    if question.render is not None:
        before = before.rstrip("\n").rpartition("\n")[0]  # the fence itself grows with what is inside
    bare = without_remarks(before).strip("\n")
    found = [before.strip("\n"), bare, bare.rsplit("\n", 1)[-1]]
    return list(dict.fromkeys(one if one.strip() else "" for one in found))


def _find(body: str, anchors: list[str], place: int) -> tuple[int, int] | None:
    for anchor in anchors:
        at = body.find(anchor, place)
        while at > 0 and body[at - 1] != "\n" and anchor:
            at = body.find(anchor, at + 1)
        if at >= 0:
            return at, at + len(anchor)
    return None


def _end(body: str, later: list[list[str]], place: int, trailer: str) -> int:
    for anchors in later:
        found = _find(body, [anchor for anchor in anchors if anchor], place)
        if found:
            return found[0]
    at = body.rfind(trailer) if trailer else -1
    return at if at >= place else len(body)


def _code(body: str, place: int) -> tuple[str, int] | None:
    """The first code block from a place on, and where it ends."""
    opened = re.compile(r"^ {0,3}(`{3,}|~{3,})[^\n]*\n?", re.MULTILINE).search(body, place)
    if opened is None:
        return None
    closing = re.compile(rf"^ {{0,3}}{opened[1][0]}{{{len(opened[1])},}}[ \t]*$", re.MULTILINE)
    closed = closing.search(body, opened.end())
    end = closed.start() if closed else len(body)
    return body[opened.end() : end].strip("\n"), closed.end() if closed else end


def _value(question: Question, text: str) -> Value | None:
    source = question.source or ("", "", "")
    own, after = source[1].replace("\r\n", "\n"), source[2].replace("\r\n", "\n")
    if question.kind is Kind.CHECKBOXES:
        ticked = {clean_line(found[2]) for found in _TICK.finditer(text) if found[1] != " "}
        return [option.label for option in question.options if option.label in ticked] or None
    if question.kind is Kind.INPUT:
        value = text.split("\n", 1)[0].strip()
        return None if value in ("", own.strip()) else value
    tail = after.strip()
    value = text.strip("\n")
    if tail and value.endswith(tail):
        value = value[: -len(tail)].rstrip("\n")
    if value.strip() == own.strip():
        return question.default if question.default is not None and not _COMMENT.search(own) else None
    return value if _COMMENT.sub("", value).strip() else None
