"""Answers that an operator would ask back about, and which of two things an answer names.

Both are judged by word lists alone: an answer is vague only when every word of it is on the lists for its subject, so
that one word of substance is enough to be believed.
"""

from collections.abc import Sequence
from enum import StrEnum

from support_cli.base.text import later
from support_cli.base.wordforms import words_of
from support_cli.forms.model import Kind, Question, Role
from support_cli.understanding.lexicon import Marks, lexicon_for


class Vague(StrEnum):
    """What a vague answer lacks; the better question asks for exactly this."""

    SYMPTOM = "symptom"
    ERROR = "error"
    MODEL = "model"
    OFTEN = "often"
    WISH = "wish"
    STEPS = "steps"
    WHEN = "when"
    TRIED = "tried"
    VERSION = "version"
    PLACE = "place"
    AMOUNT = "amount"
    NAME = "name"


_BY_ROLE = {
    Role.DETAILS: Vague.SYMPTOM,
    Role.ACTUAL: Vague.SYMPTOM,
    Role.ERROR: Vague.ERROR,
    Role.ENVIRONMENT: Vague.MODEL,
    Role.OUTCOME: Vague.WISH,
    Role.STEPS: Vague.STEPS,
    Role.TRIED: Vague.TRIED,
    Role.VERSION: Vague.VERSION,
    Role.NAME: Vague.NAME,
}
_BY_LABEL = (
    (Vague.OFTEN, later(r"(?i)how often|frequen|как часто|частот|як часто|jak częst|częstotl")),
    (Vague.PLACE, later(r"(?i)\baddress|\bадрес|adres")),
    (Vague.AMOUNT, later(r"(?i)how much|amount|\bsum\b|сколько денег|сумм|скільки грошей|\bсум[аи]\b|kwot|ile pien")),
    (Vague.WHEN, later(r"(?i)since when|when did|beg[ia]n|с как(?:ого|их)|когда нач|коли поч|відколи|od kiedy")),
    (Vague.NAME, later(r"(?i)whose name|in the name of|holder|на чь[её] имя|на кого|на чиє ім|na kogo|czyje nazwisko")),
)  # fmt: skip
_LISTS: dict[Vague, tuple[str, ...]] = {
    Vague.SYMPTOM: ("vague_symptom", "nothing_works", "problem"),
    Vague.ERROR: ("vague_error", "error_talk"),
    Vague.MODEL: ("vague_model",),
    Vague.OFTEN: ("vague_often",),
    Vague.WISH: ("vague_wish",),
    Vague.STEPS: ("vague_steps",),
    Vague.WHEN: ("vague_when",),
    Vague.TRIED: ("vague_tried",),
    Vague.VERSION: ("vague_version",),
    Vague.PLACE: ("vague_place",),
    Vague.AMOUNT: ("vague_amount",),
    Vague.NAME: ("mine",),
}
"""Lists of which a vague answer has at least one word."""
_PADDING = ("filler", "booster", "greeting", "yes", "person", "unsure")
_SUBJECT = "subject"
_LONGEST = 10
_FREE = frozenset([Kind.INPUT, Kind.TEXTAREA, Kind.STEPS])

_KINDS_OF_CHOICE = (
    "is_own", "is_provider", "is_indoors", "is_outdoors", "is_me", "is_other", "is_money", "is_voucher", "is_whole",
    "is_damaged", "is_wireless", "is_cable", "is_once", "is_always", "is_done", "is_not_yet",
)  # fmt: skip


def subject_of(question: Question, label: str = "") -> Vague | None:
    """What a vague answer to a question would lack; None where any answer will do.

    Args:
        question: A question; only free text can be vague, so choices, dates and numbers have no subject.
        label: Its label in the customer's language, looked at besides the pack's own.
    """
    if question.kind not in _FREE or question.render or question.secret:
        return None
    if question.role is not None:
        return _BY_ROLE.get(question.role)
    asked = f"{question.id.replace('_', ' ')} {question.label} {label}"
    return next((subject for subject, pattern in _BY_LABEL if pattern.search(asked)), None)


def vagueness(subject: Vague | None, answer: str, language: str = "") -> Vague | None:
    """Judges an answer.

    Args:
        subject: What was asked for, of ``subject_of``.
        answer: What was said.
        language: The language spoken with the customer; the answer's own counts besides.

    Returns:
        The subject, if the answer says nothing of it that an operator could use; else None. Numbers, quotations, names
        and whatever is on no list count as substance.
    """
    if subject is None or any(c.isdigit() or c in '«„“"`' for c in answer):
        return None
    words = words_of(answer)
    if not words or len(words) > _LONGEST:
        return None
    marks = lexicon_for(language, answer).marks(words)
    lists = _LISTS[subject]
    padding = (*_PADDING, _SUBJECT) if subject in (Vague.SYMPTOM, Vague.ERROR) else _PADDING
    covered, hit = _covered(marks, lists, padding)
    return subject if hit and covered else None


def _covered(marks: Marks, lists: Sequence[str], padding: Sequence[str]) -> tuple[bool, bool]:
    """Whether phrases of the lists cover every word, and whether one is of the first lists."""
    hit, place = False, 0
    while place < len(marks.words):
        vague = max(marks.at(name, place) for name in lists)
        padded = max(marks.at(name, place) for name in padding)
        if not vague and not padded:
            return False, hit
        hit = hit or vague > 0
        place += max(vague, padded)
    return True, hit


def choose(options: Sequence[str], answer: str, language: str = "") -> str | None:
    """Tells which option of an either-or an answer names, in the option's own words or in others.

    ``My own`` is meant by "we bought it at the market", ``Not yet`` by a bare "no"; "yes", "both", "no idea", a
    question and anything by which two options could be meant name none of them.

    Args:
        options: The options as the customer sees them, two or more.
        answer: What was said.
        language: The language spoken with the customer.

    Returns:
        One of the options, or None: ask in other words, or keep the answer as it is.
    """
    words = words_of(answer)
    lexicon = lexicon_for(language, " ".join((answer, *options)))
    marks = lexicon.marks(words)
    if not words or answer.rstrip().endswith("?") or "unsure" in marks:
        return None
    meant = []
    for option in options:
        named = words_of(option)
        own = lexicon.marks(named)
        kinds = [kind for kind in _KINDS_OF_CHOICE if _names(own, kind)]
        if _says(marks, named) or any(_names(marks, kind) for kind in kinds):
            meant.append(option)
    return meant[0] if len(meant) == 1 else None


def _names(marks: Marks, kind: str) -> bool:
    """Whether a phrase of a kind stands there and is not denied."""
    return any(kind == "is_not_yet" or not _is_denied(marks, start) for start, _end in marks.spans(kind))


def _is_denied(marks: Marks, start: int) -> bool:
    return any(marks.at("negation", place) for place in (start - 1, start - 2))


def _says(marks: Marks, option: list[str]) -> bool:
    """Whether an option's own words stand in an answer, not denied."""
    size, words = len(option), marks.words
    starts = [start for start in range(len(words) - size + 1) if size and words[start : start + size] == option]
    return any(not _is_denied(marks, start) for start in starts)
