"""A Markdown template filled in as a careful person would: what is not answered stays as the template has it."""

import re
from collections.abc import Mapping

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
