"""Steps that tell of no action (W004): "it does not work" is no step, "open the app" is one."""

import re

from support_cli.checks.case import LOOKED_AT, Case, Reply, note
from support_cli.finding import Finding, Level
from support_cli.i18n import _
from support_cli.packs.model import Kind, Role

# A menu path, a command, a key, an address, something quoted: an action without a verb.
_SIGN = (
    r"(?im)->|→|=>|\S\s?[>/\\]\s?\S|^\s*[$#>]\s|`|\s--?[a-z]|#\d|https?:|www\."
    r"|\b(?:ctrl|alt|cmd|shift|enter|tab|esc|f\d{1,2})\b"
)
_QUOTED = r"[«“„\"'][^»”\"'\n]{2,60}[»”\"']"
# What people do, as they tell it: "захожу", "нажать", "зайдіть", "kliknąłem". Nouns that end alike are rare in steps.
_VERBS = {
    "cyrillic": (
        "аю", "яю", "юю", "ити", "ати", "іти", "ать", "ить", "еть", "ять", "ться", "ався", "алась", "ився",
        "илась", "ілась", "ился", "айте", "ите", "іть", "йте", "уйте",
    ),
    "latin": (
        "alem", "ilem", "ylem", "elem", "alam", "ilam", "ylam", "elam", "uje", "owac", "ywac", "nac", "isc",
        "ujemy", "amy", "imy", "ajcie", "ijcie",
    ),
}  # fmt: skip
_NO_VERBS = frozenset(
    (
        "опять", "память", "площадь", "часть", "думаю", "считаю", "понимаю", "полагаю", "желаю", "гадаю",
        "вважаю", "памятаю", "бажаю",
    )
)  # fmt: skip
_NOUNS = ("ость", "ість", "osc")


def check_steps(case: Case) -> list[Finding]:
    """Finds W004."""
    findings = []
    for reply in case.replies.values():
        if _is_asked_for_steps(reply) and not _acts(reply):
            message = _("These steps do not say what you do. Write what you open, press or type, one thing a line.")
            findings.append(note("W004", Level.WARNING, reply.question, message))
    return findings


def _is_asked_for_steps(reply: Reply) -> bool:
    question = reply.question
    if question.role is Role.TRIED:  # "moved the router", "asked the neighbours": whatever was done counts
        return False
    return question.kind is Kind.STEPS or question.role is Role.STEPS


def _acts(reply: Reply) -> bool:
    words, text = reply.words, reply.text[:LOOKED_AT]
    if not words or (len(words) <= 2 and all(len(word) <= 2 for word in words)):
        return True  # "1", "ok": too little to judge
    # "Does not open" is said of the thing, not of the person.
    failing = {index for start, end in reply.marks.spans("nothing_works") for index in range(start, end)}
    if any(start not in failing for start, _end in reply.marks.spans("actions")):
        return True
    if any(_is_verb(word) for index, word in enumerate(words) if index not in failing):
        return True
    return re.search(_SIGN, text) is not None or re.search(_QUOTED, text) is not None


def _is_verb(word: str) -> bool:
    if len(word) < 5 or word in _NO_VERBS or word.endswith(_NOUNS):
        return False
    return word.endswith(_VERBS["latin" if word.isascii() else "cyrillic"])
