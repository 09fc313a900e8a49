"""Answers as a reader sees them: cleaned, in their language, prose told from what must be kept as it is."""

import re
from typing import NamedTuple

from support_cli.base.patterns import later
from support_cli.base.text import clean_line, clean_text
from support_cli.forms.model import Kind, Question, Role, Value
from support_cli.render.layout import Entry, Translate, colon
from support_cli.render.meter import Plain

_FENCE = later(r"[ \t]{0,3}(`{3,}|~{3,})[ \t]*([\w+#.-]*)[ \t]*")
_INDENTED = later(r"(?:\t| {2,})\S")
_LOG = later(
    r"\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d|\[?\d\d[:.]\d\d[:.]\d\d"
    r"|(?:Traceback|at [\w.$<>]+\(|\w+(?:Error|Exception):)|\$ \S"
    r"|(?:ERROR|WARN(?:ING)?|INFO|DEBUG|FATAL)\b|[\w.-]+ ?= ?\S+$|[{}<>\[\]]+;?$"
)

_SHORT = 200
_MOST_ITEMS = 1000
_LISTED = (Kind.STEPS, Kind.CHECKBOXES, Kind.UPLOAD)


def entry_of(question: Question, value: Value | None, translate: Translate) -> Entry:
    """One question with its answer, as templates see it.

    Args:
        question: The question.
        value: Its answer, or None; of any type, for a request file may be older than its form.
        translate: Looks texts up in the reader's language.
    """
    shown = _shown(question, value, translate)
    text = _text(question, shown, value, translate)
    code = is_code(question, text)
    label = clean_line(translate(question.label))
    return {
        "id": question.id,
        "label": label,
        "colon": colon(label),
        "link": _link(question.kind, text),
        "kind": question.kind.value,
        "role": question.role.value if question.role else "",
        "private": question.private,
        "answered": value is not None and bool(text.strip()),
        "value": shown,
        "text": text,
        "items": list(shown) if isinstance(shown, list) else [],
        "code": code,
        "language": question.render or "",
        "parts": parts_of(text, code),
        "short": not code and question.kind is not Kind.STEPS and "\n" not in text and len(text) <= _SHORT,
    }


def stray(key: str, value: Value, translate: Translate) -> Entry:
    """An answer whose question the form does not have (any more)."""
    kind = Kind.STEPS if isinstance(value, list) else Kind.TEXTAREA
    return entry_of(Question(id=clean_line(key), kind=kind, label=key), value, translate)


def _shown(question: Question, value: Value | None, translate: Translate) -> "str | bool | list[Plain]":
    listed = question.kind in _LISTED or question.multiple
    if value is None:
        return [] if listed else question.kind is not Kind.CONFIRM and ""
    if isinstance(value, bool):
        return value if question.kind is Kind.CONFIRM else translate.shared("yes" if value else "no")
    items = [_one(question, item, translate) for item in (value if isinstance(value, list) else [value])]
    if listed:
        return [*items[:_MOST_ITEMS], *(["\n".join(items[_MOST_ITEMS:])] if len(items) > _MOST_ITEMS else [])]
    return "\n".join(items)


def _one(question: Question, value: str | float, translate: Translate) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value)
    if any(option.label == text for option in question.options):
        return clean_line(translate(text))
    return clean_text(text).strip("\n").rstrip()


def _text(question: Question, shown: "str | bool | list[Plain]", value: Value | None, translate: Translate) -> str:
    if isinstance(shown, list):
        items = [str(item) for item in shown]
        line = ", ".join(items)
        return line if question.kind is not Kind.STEPS and len(line) <= _SHORT else "\n".join(items)
    if isinstance(shown, bool):
        return "" if value is None else translate.shared("yes" if shown else "no")
    return shown


def _link(kind: Kind, text: str) -> str:
    """An address that a mail program or a phone opens, for what is certain to be one."""
    if kind is Kind.EMAIL and re.fullmatch(r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,190}", text):
        return "mailto:" + text
    if kind is Kind.PHONE and re.fullmatch(r"\+[\d ()-]{5,30}", text, re.ASCII):
        return "tel:" + re.sub(r"[^+\d]", "", text)
    return ""


def is_code(question: Question, text: str) -> bool:
    """Whether a whole answer is kept as it is: the form says so, or it is an error text of several lines."""
    if not text.strip():
        return False
    if question.render:
        return True
    return question.role is Role.ERROR and "\n" in text.strip()


class _Part(NamedTuple):
    """A stretch of an answer: prose, or code with the language that its fence named."""

    code: bool
    text: str
    language: str = ""


def parts_of(text: str, code: bool) -> list[Plain]:
    """Cuts an answer into prose and code.

    Fences that people put around code are taken out; a paragraph of indented or log-like lines is code too.

    Args:
        text: The answer.
        code: All of it is code.

    Returns:
        Dictionaries with ``code``, ``text`` and ``language``, in order; no empty ones.
    """
    if not text.strip():
        return []
    found: list[_Part] = []
    fenced = _fenced(text)
    if code:
        found = fenced if len(fenced) == 1 else [_Part(True, text.strip("\n"))]
        found = [part._replace(code=True) for part in found]
    for part in [] if code else fenced:
        if part.code:
            found.append(part)
            continue
        for paragraph in re.split(r"\n(?:[ \t]*\n)+", part.text.strip("\n")):
            looks = _looks_like_code(paragraph)
            if found and found[-1].code is looks and not found[-1].language:
                found[-1] = _Part(looks, f"{found[-1].text}\n\n{paragraph}")
            else:
                found.append(_Part(looks, paragraph))
    return [
        {"code": part.code, "text": part.text if part.code else part.text.strip(), "language": part.language}
        for part in found
        if part.text.strip()
    ]


def _fenced(text: str) -> list[_Part]:
    """Tells what stands between fences from the rest. A fence around nothing is only text."""
    parts: list[_Part] = []
    lines: list[str] = []
    opening, language, marks = "", "", ""

    def end(*, closing: str = "") -> None:
        body = "\n".join(lines)
        if opening and body.strip():
            parts.append(_Part(True, body.strip("\n"), language))
        else:
            rest = "\n".join(line for line in (opening, body, closing) if line)
            if parts and not parts[-1].code:
                parts[-1] = _Part(False, f"{parts[-1].text}\n{rest}")
            elif rest.strip():
                parts.append(_Part(False, rest))
        lines.clear()

    for line in text.split("\n"):
        fence = _FENCE.fullmatch(line)
        if not marks and fence:
            end()
            opening, marks, language = line, fence[1], fence[2]
        elif marks and fence and not fence[2] and fence[1].startswith(marks):
            end(closing=line)
            opening = marks = language = ""
        else:
            lines.append(line)
    end()
    return parts


def _looks_like_code(paragraph: str) -> bool:
    lines = [line for line in paragraph.split("\n") if line.strip()]
    if len(lines) < 2:
        return False
    marked = sum(1 for line in lines if _INDENTED.match(line) or _LOG.match(line.strip()))
    return marked * 2 >= len(lines) and not all(re.match(r"\s*(?:[-*\u2022]|\d+[.)])\s", line) for line in lines)
