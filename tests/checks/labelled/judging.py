"""How each section of the labelled answers is put to the checks, and which codes it must and must not get."""

from typing import NamedTuple

from support_cli.forms.model import Value
from tests.checks.making import codes

_W = frozenset({f"W{n:03}" for n in range(1, 11)})
_P = frozenset({f"P{n:03}" for n in range(1, 6)})


class Rule(NamedTuple):
    """Question that a section's answers go to; the codes of which one must (or none may) be found."""

    question: str
    codes: frozenset[str]
    wanted: bool


def _rule(question: str, found: str | frozenset[str], wanted: bool) -> Rule:
    return Rule(question, frozenset(found.split()) if isinstance(found, str) else found, wanted)


RULES = {
    "vague": _rule("details", "W001", True),
    "told": _rule("details", _W, False),
    "summary_vague": _rule("summary", "W001 W008 W009", True),
    "summary_fine": _rule("summary", _W, False),
    "insult": _rule("details", "W006", True),
    "calm": _rule("details", "W006", False),
    "loud": _rule("details", "W006", True),
    "quiet": _rule("details", "W006", False),
    "no_steps": _rule("steps", "W004", True),
    "steps": _rule("steps", _W, False),
    "error_untold": _rule("details", "M002", True),
    "error_told": _rule("details", "M002", False),
    "when_told": _rule("details", "M003", False),
    "when_untold": _rule("details", "M003", True),
    "tried_told": _rule("details", "M004", False),
    "tried_untold": _rule("details", "M004", True),
    "version_told": _rule("details", "M001", False),
    "version_untold": _rule("details", "M001", True),
    "file_missing": _rule("details", "M009", True),
    "file_none": _rule("details", "M009", False),
    "secret": _rule("details", _P, True),
    "harmless": _rule("details", _P, False),
}


def judge(section: str, answer: str, language: str) -> bool:
    """Whether the checks say about an answer what its label says."""
    rule = RULES[section]
    value: Value = answer.split(" / ") if rule.question == "steps" else answer
    return bool(codes({rule.question: value}, language=language) & rule.codes) == rule.wanted
