"""Text that nobody wrote for this request: an untouched template, a copied example, keys hit at random (W005)."""

import re

from support_cli.checks.case import FREE, Case, Reply, note
from support_cli.finding import Finding, Level
from support_cli.i18n import _
from support_cli.packs.model import Kind, Question, Role
from support_cli.wordforms import words_of

_ASKS = r"your|insert|enter|describe|fill|write|опиши|опишіть|введ|укаж|вкаж|ваш|впиш|wpisz|opisz|podaj|twoj|twój"
_BLANKS = rf"\[(?:{_ASKS})[^\]\n]{{0,80}}\](?!\()|<(?:{_ASKS})[^>\n]{{0,60}}>"
_OPEN_STEP = (
    r"(?i)\s*(?:\d{1,2}[.)]|[-*])?\s*(?:go to|click on|scroll down to|run|перейти в|перейти до|нажать на)"
    r"\s*['\"`«]?\s*(?:\.{2,}|…)+\s*['\"`»]?\s*"
)
_TAGS = "details|summary|br|p|img|code|pre|b|i|a|hr|li|ul|ol|table|tr|td|th|div|span|sub|sup|kbd|h[1-6]|!--"
_STORY = frozenset([Role.SUMMARY, Role.DETAILS, Role.STEPS, Role.EXPECTED, Role.ACTUAL, Role.TRIED, Role.OUTCOME])
_UNIQUE = frozenset([Role.ACCOUNT, Role.ORDER, Role.SERIAL, Role.PHONE, Role.EMAIL])
_FEW = 4


def check_sample(case: Case) -> list[Finding]:
    """Finds W005."""
    findings = []
    for question in case.visible:
        value = case.values.get(question.id)
        if value is None:
            continue
        reply = case.replies.get(question.id)
        if reply is not None and (_is_template(case, reply) or _is_copied(case, question, reply) or _is_junk(reply)):
            level = Level.WARNING
            message = _("This looks like sample text. Please put it into your own words, or leave it out.")
        elif isinstance(value, str) and _is_sample_number(case, question, value):
            level = Level.HINT  # by chance it may be true
            message = _("This is the sample that was shown. Is it really yours?")
        else:
            continue
        findings.append(note("W005", level, question, message))
    return findings


def _is_template(case: Case, reply: Reply) -> bool:
    """The prefilled text was left as it is, or lines of it that ask to be replaced are still there."""
    question, text = reply.question, reply.text
    default = question.default
    if isinstance(default, str) and question.kind is Kind.TEXTAREA and _is_a_text(default):
        for original in {default, case.texts.get(default, default)}:
            if words_of(original) == reply.words:
                return True
            gaps = [line for line in original.splitlines() if _has_gap(line)]
            if any(line.strip() and line.strip() in {mine.strip() for mine in text.splitlines()} for line in gaps):
                return True
    if question.render or question.role is Role.ERROR:
        return False
    if (".." in text or "…" in text) and any(re.fullmatch(_OPEN_STEP, line) for line in text.splitlines()):
        return True
    if ("<" in text or "[" in text) and re.search(_BLANKS, text, re.IGNORECASE):
        return True
    return "template" in reply.marks


def _is_a_text(default: str) -> bool:
    """A prefilled ``latest`` may well be the answer; several lines or a gap to fill are a template."""
    return len(words_of(default)) >= _FEW or "\n" in default.strip() or _has_gap(default)


def _has_gap(line: str) -> bool:
    return bool(re.search(rf"\.{{3}}|…|_{{3,}}|<(?!/?(?:{_TAGS})\b)[^<>\n]{{2,40}}>|\[[^\[\]\n]{{3,60}}\](?!\()", line))


def _is_copied(case: Case, question: Question, reply: Reply) -> bool:
    """The greyed sample or the example was typed off; a short one (``Windows 11``) may be the truth."""
    if question.role not in _STORY:
        return False
    for source in (question.placeholder, question.example):
        for sample in {source, case.texts.get(source, source)}:
            words = words_of(sample)
            if len(words) >= _FEW and words == reply.words:
                return True
    description = words_of(question.description)
    return len(description) >= _FEW and description == reply.words


def _is_junk(reply: Reply) -> bool:
    """Keys hit at random, or "test", where a story is asked for. Bare numbers and signs may be answers."""
    question = reply.question
    if question.kind not in FREE or not (
        question.role in _STORY or (question.role is None and question.kind is Kind.TEXTAREA)
    ):
        return False
    if not reply.words:
        return question.required and not any(c.isalnum() for c in reply.text)
    if reply.marks.covers("junk"):
        return True
    letters = "".join(c for c in reply.text[:200].casefold() if c.isalnum())
    return len(letters) >= 4 and len(set(letters)) <= 2 and letters.isalpha() and len(reply.text.strip()) >= 4


def _is_sample_number(case: Case, question: Question, value: str) -> bool:
    samples = {
        one for source in (question.placeholder, question.example) for one in (source, case.texts.get(source, source))
    }
    if question.role in _UNIQUE or question.kind in (Kind.EMAIL, Kind.PHONE):
        if question.kind is Kind.PHONE:
            return len(_digits(value)) >= 7 and _digits(value) in {_digits(sample) for sample in samples}
        return len(value.strip()) >= 4 and value.strip().casefold() in {sample.strip().casefold() for sample in samples}
    return False


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdigit())
