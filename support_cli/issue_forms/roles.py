"""What the questions of a foreign form mean, so that the profile, the checks and the desks can work with it.

Only what is reasonably sure gets a role, each role once. ``issue_forms.role_words`` holds the words.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

import msgspec

from support_cli.forms.model import Form, Kind, Question, Role
from support_cli.issue_forms import role_words_more as more
from support_cli.issue_forms.role_words import CONCEPTS, ELSEWHERE, IGNORED, RULES

_LINK = re.compile(r"\]\([^()\s]*\)|https?://\S+")
_WORD = re.compile(r"[^\W_]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_KINDS = {
    "line": (Kind.INPUT,),
    "area": (Kind.TEXTAREA,),
    "text": (Kind.INPUT, Kind.TEXTAREA),
    "choice": (Kind.DROPDOWN, Kind.INPUT),
    "boxes": (Kind.CHECKBOXES, Kind.DROPDOWN),
    "any": (Kind.INPUT, Kind.TEXTAREA, Kind.DROPDOWN, Kind.CHECKBOXES),
}
_BY_ID = 0.5
_BY_SHAPE = 1.0
_BY_OPTIONS = 8.0
_OF_CONTACT = (Role.EMAIL, Role.PHONE, Role.NAME, Role.PREFERRED_CONTACT)
# Han, Kana and Hangul: words without blanks between them, or with endings joined.
_JOINED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_LONGEST_LABEL = 300
_MOST_WORDS = 14


class Inference(NamedTuple):
    """One role that was found.

    Attributes:
        question: Id of the question.
        role: What it means.
        because: ``label``, ``id``, ``options`` or ``shape``: what gave it away.
    """

    question: str
    role: Role
    because: str


class _Rule(NamedTuple):
    role: Role
    weight: float
    wanted: frozenset[str]
    excluded: frozenset[str]
    longest: int


def infer(form: Form) -> Form:
    """Gives the questions of a foreign form their roles; those that have one keep it."""
    found = {one.question: one.role for one in explain(form)}
    if not found:
        return form
    questions = tuple(
        msgspec.structs.replace(question, role=found[question.id]) if question.id in found else question
        for question in form.questions
    )
    return msgspec.structs.replace(form, questions=questions)


def role_of_words(text: str, kind: Kind = Kind.TEXTAREA) -> Role | None:
    """What a heading means, taken by itself."""
    found = _by_words(text, kind)
    return max(found, key=lambda one: one[0])[1] if found else None


def explain(form: Form) -> list[Inference]:
    """Lists the roles that are found, in the form's order, with the reason."""
    given = {question.role for question in form.questions if question.role is not None}
    undecided = [q for q in form.questions if q.asks and q.on_form and q.role is None]
    candidates: list[tuple[float, int, Role, str]] = []
    for number, question in enumerate(undecided):
        candidates += [(weight, -number, role, because) for weight, role, because in _candidates(question)]
    chosen: dict[int, Inference] = {}
    for _weight, number, role, because in sorted(candidates, key=lambda one: one[:2], reverse=True):
        if role not in given and -number not in chosen:
            chosen[-number] = Inference(undecided[-number].id, role, because)
            given.add(role)
    if not given & {Role.DETAILS, Role.ACTUAL, Role.EXPECTED, Role.STEPS}:
        free = [n for n, question in enumerate(undecided) if n not in chosen and _free_text(question)]
        if len(free) == 1:
            chosen[free[0]] = Inference(undecided[free[0]].id, Role.DETAILS, "shape")
    return [chosen[number] for number in sorted(chosen)]


def _free_text(question: Question) -> bool:
    if question.kind is not Kind.TEXTAREA or not question.required or question.render is not None:
        return False
    return ELSEWHERE.isdisjoint(_concepts(_words(question.label)))


def _candidates(question: Question) -> list[tuple[float, Role, str]]:
    found = [(weight, role, "label") for weight, role in _by_words(question.label, question.kind)]
    if question.explicit_id:
        by_id = _by_words(_CAMEL.sub(" ", question.id[:_LONGEST_LABEL]), question.kind)
        elsewhere = not ELSEWHERE.isdisjoint(_concepts(_words(question.label)))
        found += [
            (weight - _BY_ID, role, "id")
            for weight, role in by_id
            if role is not Role.CONSENT and (not elsewhere or role in _OF_CONTACT)
        ]
    if question.kind is Kind.INPUT and re.search(r"\w@\w+\.\w", question.placeholder[:_LONGEST_LABEL]):
        found.append((_BY_SHAPE, Role.EMAIL, "shape"))
    if question.kind is Kind.CHECKBOXES and all("agree" in _concepts(_words(o.label)) for o in question.options):
        found.append((_BY_OPTIONS, Role.CONSENT, "options"))
    return found


def _words(text: str) -> list[str]:
    """The words of a label that count: lower case, no links, no articles."""
    plain = unicodedata.normalize("NFC", _LINK.sub(" ", text[:_LONGEST_LABEL])).casefold().replace("ё", "е")
    for apart, together in (("e-mail", "email"), ("м'я", "мя"), ("м’я", "мя"), ("зв'яз", "звяз"), ("зв’яз", "звяз")):
        plain = plain.replace(apart, together)
    return [word for word in _WORD.findall(plain) if word not in _table()[2]]


def _by_words(text: str, kind: Kind) -> list[tuple[float, Role]]:
    words = _words(text)
    if not words or len(words) > _MOST_WORDS:
        return []
    concepts = _concepts(words)
    best: dict[Role, float] = {}
    for rule in _rules().get(kind, ()):
        if (
            rule.wanted <= concepts
            and len(words) <= rule.longest
            and rule.weight > best.get(rule.role, 0)
            and rule.excluded.isdisjoint(concepts)
        ):
            best[rule.role] = rule.weight
    return [(weight, role) for role, weight in best.items()]


def _concepts(words: Iterable[str]) -> set[str]:
    exact, prefixes, _ignored = _table()
    found: set[str] = set()
    for word in words:
        found |= exact.get(word, frozenset())
        for length in range(2, len(word) + 1):
            found |= prefixes.get(word[:length], frozenset())
        if _JOINED.search(word):
            for part, concepts in _parts().items():
                if part in word:
                    found |= concepts
    return found


def _entries() -> Iterable[tuple[str, str]]:
    """Every word of every language with its idea."""
    for concepts in (CONCEPTS, *more.ALL):
        for concept, words in concepts.items():
            for word in words.split():
                yield word, concept


@cache
def _table() -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]], frozenset[str]]:
    """Words to concepts, beginnings of words to concepts, and the words that do not count."""
    exact: dict[str, frozenset[str]] = {}
    prefixes: dict[str, frozenset[str]] = {}
    for word, concept in _entries():
        table = prefixes if word.endswith("*") else exact
        key = word.rstrip("*").casefold()
        table[key] = table.get(key, frozenset()) | {concept}
    return exact, prefixes, frozenset((IGNORED + more.IGNORED).split()) - frozenset(exact)


@cache
def _parts() -> dict[str, frozenset[str]]:
    """What is looked for anywhere in a word that is written without blanks."""
    found: dict[str, frozenset[str]] = {}
    for word, concept in _entries():
        if _JOINED.search(word):
            found[word] = found.get(word, frozenset()) | {concept}
    return found


@cache
def _rules() -> dict[Kind, list[_Rule]]:
    found: dict[Kind, list[_Rule]] = {}
    for line in RULES.strip().splitlines():
        text, _mark, longest = line.partition("<")
        text, _mark, excluded = text.partition(" - ")
        role, weight, kinds, *wanted = text.split()
        rule = _Rule(
            Role(role),
            float(weight),
            frozenset(wanted),
            frozenset(excluded.split()),
            int(longest) if longest.strip() else _MOST_WORDS,
        )
        for kind in _KINDS[kinds]:
            found.setdefault(kind, []).append(rule)
    return found
