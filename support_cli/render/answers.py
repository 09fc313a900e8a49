"""Telling prose from what must be kept as it is: logs, error texts, configuration."""

import re

from support_cli.packs.model import Kind, Question, Role
from support_cli.render.meter import Plain

_FENCE = re.compile(r"[ \t]{0,3}(`{3,}|~{3,})[ \t]*[\w+#.-]*[ \t]*")
_INDENTED = re.compile(r"(?:\t| {2,})\S")
_LOG = re.compile(
    r"\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d|\[?\d\d[:.]\d\d[:.]\d\d"
    r"|(?:Traceback|at [\w.$<>]+\(|\w+(?:Error|Exception):)|\$ \S"
    r"|(?:ERROR|WARN(?:ING)?|INFO|DEBUG|FATAL)\b|[\w.-]+ ?= ?\S+$|[{}<>\[\]]+;?$"
)


def is_code(question: Question, text: str) -> bool:
    """Whether a whole answer is kept as it is: the form says so, or it is an error text of several lines."""
    if not text.strip():
        return False
    if question.render or question.kind is Kind.DIAGNOSTICS:
        return True
    return question.role is Role.ERROR and "\n" in text.strip()


def parts_of(text: str, code: bool) -> list[Plain]:
    """Cuts an answer into prose and code.

    Fences that people put around code are taken out; a paragraph of indented or log-like lines is code too.

    Args:
        text: The answer.
        code: All of it is code.

    Returns:
        Dictionaries with ``code`` and ``text``, in order; no empty ones.
    """
    if not text.strip():
        return []
    if code:
        return [{"code": True, "text": _unfenced(text.strip("\n"))}]
    found: list[tuple[bool, str]] = []
    for fenced, chunk in _chunks(text):
        if fenced:
            found.append((True, chunk.strip("\n")))
            continue
        for paragraph in re.split(r"\n(?:[ \t]*\n)+", chunk.strip("\n")):
            looks = _looks_like_code(paragraph)
            if found and found[-1][0] is looks:
                found[-1] = (looks, found[-1][1] + "\n\n" + paragraph)
            else:
                found.append((looks, paragraph))
    return [{"code": looks, "text": part if looks else part.strip()} for looks, part in found if part.strip()]


def _unfenced(text: str) -> str:
    lines = text.split("\n")
    opening = _FENCE.fullmatch(lines[0])
    if len(lines) > 2 and opening and lines[-1].strip() == opening[1]:
        return "\n".join(lines[1:-1])
    return text


def _chunks(text: str) -> list[tuple[bool, str]]:
    chunks: list[tuple[bool, list[str]]] = [(False, [])]
    closing = ""
    for line in text.split("\n"):
        fence = _FENCE.fullmatch(line)
        if closing:
            if fence and line.strip().startswith(closing) and not line.strip().strip(closing[0]):
                closing = ""
                chunks.append((False, []))
            else:
                chunks[-1][1].append(line)
        elif fence:
            closing = fence[1]
            chunks.append((True, []))
        else:
            chunks[-1][1].append(line)
    return [(fenced, "\n".join(lines)) for fenced, lines in chunks]


def _looks_like_code(paragraph: str) -> bool:
    lines = [line for line in paragraph.split("\n") if line.strip()]
    if len(lines) < 2:
        return False
    marked = sum(1 for line in lines if _INDENTED.match(line) or _LOG.match(line.strip()))
    return marked * 2 >= len(lines) and not all(re.match(r"\s*(?:[-*\u2022]|\d+[.)])\s", line) for line in lines)
