"""Steps that tell of no action (W004): "it does not work" is no step, "open the app" is one."""

import re

from support_cli.checks.case import Case, Reply, note
from support_cli.finding import Finding, Level
from support_cli.i18n import _
from support_cli.packs.model import Kind, Role

_MANY = 8
# A menu path, a command, a key, an address, something quoted: an action without a verb.
_SIGN = re.compile(
    r"->|→|=>|\S\s?[>/\\]\s?\S|^\s*[$#>]\s|`|\s--?[a-z]|https?:|www\.|\b(?:ctrl|alt|cmd|shift|enter|tab|esc|f\d{1,2})\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[«“„\"'][^»”\"'\n]{2,60}[»”\"']")
# What people do, as they tell it: "захожу", "нажать", "зайдіть", "kliknąłem". Nouns that end alike are rare in steps.
_FIRST_PERSON = {
    "uk": re.compile(r"(?:аю|яю|юю|ити|ати|іти|увати|ився|илась|алась|ався|айте|іть|йте|уйте)$"),
    "ru": re.compile(r"(?:аю|яю|ать|ить|еть|ять|ться|айте|ите|йте|уйте|ался|алась|ился|илась)$"),
    "pl": re.compile(r"(?:alem|ilem|ylem|alam|ilam|ylam|elam|elem|uje|owac|nac|isc|ywac|ujemy|amy|imy|ajcie|ijcie)$"),
}
_NO_VERBS = frozenset(
    [
        "опять",
        "память",
        "площадь",
        "сеть",
        "часть",
        "мать",
        "знать",
        "нить",
        "може",
        "ведь",
        "думаю",
        "считаю",
        "понимаю",
        "гадаю",
        "вважаю",
        "памятаю",
        "желаю",
        "бажаю",
        "полагаю",
    ]
)


def check_steps(case: Case) -> list[Finding]:
    """Finds W004."""
    findings = []
    for reply in case.replies.values():
        if (reply.question.kind is Kind.STEPS or reply.question.role is Role.STEPS) and not _acts(case, reply):
            message = _("These steps do not say what you do. Write what you open, press or type, one thing a line.")
            findings.append(note("W004", Level.WARNING, reply.question, message))
    return findings


def _acts(case: Case, reply: Reply) -> bool:
    words = reply.words
    if not words or (len(words) <= 2 and all(len(word) <= 2 for word in words)):
        return True  # "1", "ok": too little to judge
    if _SIGN.search(reply.text[:8000]) or _QUOTED.search(reply.text[:8000]):
        return True
    quiet = _without_failures(case, words)
    if any(case.lexicon.at("actions", quiet, index) for index in range(len(quiet))):
        return True
    return any(_is_verb(word) for word in quiet)


def _without_failures(case: Case, words: list[str]) -> list[str]:
    """Leaves out "does not open": a verb that is said of the thing, not of the person."""
    kept, at = [], 0
    for start, end in case.lexicon.spans("nothing_works", words):
        kept += words[at:start]
        at = max(at, end)
    return kept + words[at:]


def _is_verb(word: str) -> bool:
    if len(word) < 5 or word in _NO_VERBS or word.endswith(("ость", "ість", "osc")):
        return False
    if word.isascii():
        return bool(_FIRST_PERSON["pl"].search(word))
    return bool(_FIRST_PERSON["uk"].search(word) or _FIRST_PERSON["ru"].search(word))
