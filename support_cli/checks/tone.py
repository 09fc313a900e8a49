"""How it reads: shouting, insults (W006) and walls of text (W007). A polite hint, never more."""

import re

from support_cli.checks.case import Case, note
from support_cli.finding import Finding, Level
from support_cli.i18n import _
from support_cli.packs.model import Kind, Role

_LOUD_ROW = 6
"""Words in capital letters, one after another, that are shouting in any text; codes and names come in fewer."""
_LOUD_SHARE = 0.8
_LOUD_LEAST, _LOUD_LETTERS = 3, 20
_WALL_LETTERS = 1000
_WALL_WORDS = 120


def check_tone(case: Case) -> list[Finding]:
    """Finds W006 and W007."""
    findings = []
    for reply in case.replies.values():
        question = reply.question
        if question.render or question.secret or question.role is Role.ERROR:
            continue  # pasted, not said
        if "insult" in reply.marks:
            message = _("Strong words may get in the way of quick help. Would you like to put it more calmly?")
            findings.append(note("W006", Level.HINT, question, message))
        elif is_shouting(reply.text):
            message = _("Capital letters all through read like shouting. Ordinary letters are read sooner.")
            findings.append(note("W006", Level.HINT, question, message))
        if question.kind is Kind.TEXTAREA and is_wall(reply.text):
            message = _("This is one long block. Short paragraphs with an empty line between them are answered sooner.")
            findings.append(note("W007", Level.HINT, question, message))
    return findings


def is_shouting(text: str) -> bool:
    """Whether a text, apart from what it quotes and from codes, is written in capital letters.

    Args:
        text: An answer; a few words in capitals (``NOT``, ``HP LASERJET``, ``ERR_TIMEOUT``) are none of our business.
    """
    if len(text) < _LOUD_LETTERS or sum(map(str.isupper, text)) < _LOUD_LETTERS:
        return False
    said = re.sub(r"«[^»\n]*»|„[^”\n]*”|“[^”\n]*”|\"[^\"\n]*\"|`[^`\n]*`", " ", text[:8000])
    words = [w for w in re.findall(r"[^\s,.;:!?()]+", said) if any(c.isalpha() for c in w)]
    long_words = [w for w in words if len(w) >= 3]
    shouted = [w for w in long_words if w.isupper() and w.isalpha()]
    if (
        len(words) > _LOUD_LEAST <= len(shouted)
        and len(shouted) >= _LOUD_SHARE * len(long_words)
        and sum(map(len, shouted)) >= _LOUD_LETTERS
    ):
        return True
    row: list[str] = []
    for word in words:
        row = [*row, word] if word.isalpha() and word.isupper() else []
        if len(row) >= _LOUD_ROW and sum(map(len, row)) >= _LOUD_LETTERS:
            return True
    return False


def is_wall(text: str) -> bool:
    """Whether a paragraph is longer than anybody reads in one breath: 1,000 characters and 120 words."""
    return any(
        len(paragraph) >= _WALL_LETTERS and len(paragraph.split(None, _WALL_WORDS)) > _WALL_WORDS
        for paragraph in text.split("\n")
    )
