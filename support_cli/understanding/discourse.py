"""Whether a long text tells how to reproduce a problem and what should have happened: a small logistic regression.

Each sentence is weighed by the discourse concepts in it (somebody acts, something should be, somebody saw something,
under a condition, ...), the kind of heading above it and its layout; then the whole text by its best sentences. The
weights lie in ``discourse.json``; ``python -m tools.train_discourse`` makes them.
"""

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from math import exp
from pathlib import Path
from typing import NamedTuple, cast

from support_cli.base.text import later
from support_cli.base.wordforms import words_of
from support_cli.understanding.lexicon import Marks, lexicon_for
from support_cli.understanding.sentences import Sentence, split_sentences

SUBJECTS = ("steps", "expected")
"""What a text can be asked about; each has weights of its own."""
CONCEPTS = (
    "actions", "expecting", "showing", "contrast", "negation", "condition", "reproducing", "person", "tried", "time",
    "error_talk", "environment", "outcome", "nothing_works", "crash", "expected",
)  # fmt: skip
"""Sections of the word lists that tell what a sentence does."""
_AT_START = frozenset(["actions", "expecting", "showing", "condition", "negation", "person", "reproducing"])
_PAIRS = (
    ("actions", "person"), ("actions", "condition"), ("expecting", "negation"), ("expecting", "showing"),
    ("showing", "negation"), ("showing", "contrast"), ("actions", "expecting"), ("person", "expecting"),
)  # fmt: skip
_LOOKED_AT, _SENTENCES = 12_000, 250
"""Characters and sentences that are weighed; a report is told long before that."""
_LONG_LIST = 3
_HEADINGS: Mapping[str, re.Pattern[str]] = {
    "steps": later(r"steps?|reproduc|how to|шаг|воспроизв|крок|відтвор|krok|odtworz"),
    "expected": later(r"expect|should|desired|ожида|должн|очіку|має бути|oczek|powinn"),
    "actual": later(
        r"actual|instead|what happen|current|observed|фактич|происход|фактичн|відбува|rzeczywist|aktualn|faktyczn"
    ),
    "environment": later(
        r"environment|version|system|platform|device|browser|os|окружени|верси|оточенн|версі|środowisk|wersj"
    ),
    "error": later(r"error|traceback|log|output|message|debug|ошибк|лог|помилк|журнал|błąd|bled|komunikat"),
    "tried": later(r"tried|workaround|пробовал|обход|пробув|спроб|próbow|obejści"),
    "code": later(r"code|example|sample|command|код|пример|команд|приклад|kod|przykład"),
    "before": later(r"precondition|prerequisit|setup|config|предуслов|передумов|warunki|конфиг|налаштув"),
    "description": later(r"describ|descript|bug|summary|problem|описан|опис|суть|проблем|opis|podsumow"),
    "more": later(r"additional|anything|context|note|screenshot|attach|дополн|вложен|скрин|додат|dodatk|załącz|uwag"),
}
_HEADING = later(r"#{1,6}\s|\*\*.{2,60}\*\*:?$|.{2,60}:$|_{2}.{2,60}_{2}:?$")
_NUMBERED = later(r"\s*(?:\(?\d{1,2}[.)]|#\d{1,2}[.:)]?|(?i:step|шаг|крок|krok)\s?\d{1,2})\s*\S")
_INLINE = later(r"(?:^|\s)1[.)]\s?\S.*?\s2[.)]\s?\S")
_BULLET = later(r"\s*[-*•+–—]\s+\S")
_FIELD = later(
    r"\s*[-*•+–—]?\s*\**[\w ./()-]{1,40}\**\s*(?:[:=]|==|\s)\s*v?\d+\.\d|\s*[-*•+–—]?\s*\**[\w./()-]{2,30}\**\s*:\s*\S"
)
_PROMPT = later(r"\s*(?:[$#%] |>>> |In \[\d+\]:|PS .*> |C:\\.*> |[\w.-]+@[\w.-]+.*[$#] |~.*\$ )\S")
_COMMAND = later(
    r"\s*(?:sudo|pip3?|npm|yarn|cargo|git|docker|curl|wget|python3?|conda|pylint|django-admin|bat|rg|fd|make|cat|echo|cd"
    r"|cp|ls) [\w./-]"
)
_SETUP = later(
    r"\s*(?:import \w|from \S+ import|use [\w:]+|#include|fn main|def \w|async fn|fn \w|class \w|struct \w|#\[|pub )"
)
_STATEMENT = later(
    r"\s*(?:let |for .*:\s*$|with .*:\s*$|print\(|println!|assert|return |[\w.\[\]'\"]+ = \S"
    r"|\w[\w.]*\(.*\)\s*;?\s*(?:[#/].*)?$|\.\w+\()|.*[{};]\s*$"
)
_TRACE = later(
    r"\s*(?:Traceback|File \"|at \S+\(|thread '|error(?:\[|:)|warning:|\w+Error\b|\w+Exception"
    r"|\[?(?:WARN|DEBUG|INFO|ERROR)\b|\d{4}-\d\d-\d\d[T ]\d|Compiling |Finished |Running |USAGE"
    r"|For more information|\[ +\w+::)"
)
_MENU = later(r"\S\s*(?:->|→|=>|»|\s>)\s*\S")
_SPAN = later(r"`[\w./-]+ [^`\n]{1,200}`")
_QUOTED = later(r"[«“„\"'`][^»”\"'`\n]{2,60}[»”\"'`]")
_URL = later(r"https?://|www\.")
# A person does something: захожу, нажать, зайдіть, kliknąłem; English ones are in the lists.
_VERB = later(
    r".{2,}(?:аю|яю|ити|ати|іти|ать|ить|еть|ять|ться|тись|тися|ала|ила|айте|ите|іть|йте|alem|ilem|ylem|alam|ilam|uje|owac|nac|isc"
    r"|amy|imy|ajcie|ijcie|zyc|wic|sac|ac)$"
)
_COUNTED = (
    "numbered", "fenced:plain", "fenced:code", "fenced:setup", "fenced:shell", "span", "fenced:trace", "prompt",
    "command", "setup", "statement", "trace", "expecting", "expected", "actions", "reproducing",
    "expecting+negation", "contrast",
)  # fmt: skip
_TALLY = ((1, "1"), (3, "3"))
_LENGTHS = ((420, "420"), (1_000, "1000"), (2_500, "2500"))


_KINDS_OF_LINES = (
    ("field", _FIELD), ("prompt", _PROMPT), ("command", _COMMAND), ("setup", _SETUP), ("statement", _STATEMENT),
    ("trace", _TRACE),
)  # fmt: skip
_FENCED_LINES = 80
_SHELLS = frozenset(["shell", "console", "bash", "sh", "zsh", "fish", "powershell", "cmd", "bat"])


class Told(NamedTuple):
    """What a text tells, each as a probability from 0 to 1.

    Attributes:
        steps: It tells how to get there: steps, code, a command.
        expected: It tells what should have happened.
        cyrillic: It is written in Cyrillic letters.
    """

    steps: float
    expected: float
    cyrillic: bool

    @property
    def has_steps(self) -> bool:
        """Whether nobody needs to ask for steps; the limits are where the false alarms of each script are few."""
        return self.steps >= (0.45 if self.cyrillic else 0.22)

    @property
    def has_expected(self) -> bool:
        """Whether nobody needs to ask what should have happened."""
        return self.expected >= 0.45


def tells(text: str, language: str = "") -> Told:
    """Weighs a whole text.

    Args:
        text: A report, best of some hundred characters and more; only its first 12,000 count.
        language: The language spoken with the customer; the text's own counts besides.
    """
    return weigh(text, language, _weights())


def weigh(text: str, language: str, weights: Mapping[str, Mapping[str, Mapping[str, float]]]) -> Told:
    """As ``tells``, by given weights: part (``sentence``, ``text``), subject, feature."""
    sentences = sentence_features(text, language)
    told = {}
    for subject in SUBJECTS:
        likely = [probability(weights["sentence"][subject], features) for features in sentences]
        told[subject] = probability(weights["text"][subject], text_features(text, sentences, likely))
    return Told(told["steps"], told["expected"], _is_cyrillic(text))


def _is_cyrillic(text: str) -> bool:
    return any("\u0400" <= c <= "\u04ff" for c in text[:400])


def probability(weights: Mapping[str, float], features: Iterable[str]) -> float:
    """Logistic regression over features that are there or not."""
    total = sum(weights.get(feature, 0.0) for feature in features)
    return 1 / (1 + exp(-max(-30.0, min(30.0, total))))


@cache
def _weights() -> dict[str, dict[str, dict[str, float]]]:
    data = json.loads((Path(__file__).parent / "discourse.json").read_text(encoding="utf-8"))
    return cast("dict[str, dict[str, dict[str, float]]]", data)


def sentence_features(text: str, language: str = "") -> list[list[str]]:
    """Lists the features of each sentence of a text, in order."""
    text = text[:_LOOKED_AT]
    sentences = split_sentences(text)[:_SENTENCES]
    words = [[] if _is_fenced(sentence) else words_of(sentence.text) for sentence in sentences]
    marks = lexicon_for(language, text).marks([word for said in words for word in said])
    found: list[list[str]] = []
    first, heading, before, fences = 0, "none", "", 0
    numbers = _run_lengths([bool(_NUMBERED.match(sentence.text)) for sentence in sentences])
    bullets = _run_lengths([bool(_BULLET.match(sentence.text)) for sentence in sentences])
    for index, (sentence, said) in enumerate(zip(sentences, words, strict=True)):
        features = ["bias", f"under:{heading}", *_layout(sentence, numbers[index], bullets[index])]
        features += _place(index, len(sentences), before)
        if _is_fenced(sentence):
            features.append(f"fence:{min(fences, 2)}")
            fences += 1
        if said:
            features += _concepts(marks, first, first + len(said), said)
        kind = _heading_kind(sentence, said)
        if kind:
            heading = kind
            features.append("heading")
        before = sentence.text
        first += len(said)
        found.append(features)
    return found


def _is_fenced(sentence: Sentence) -> bool:
    return sentence.text.startswith(("```", "~~~"))


def _run_lengths(flags: list[bool]) -> list[int]:
    """For each place the number of flags in a row that it belongs to."""
    lengths, start = [0] * len(flags), 0
    for index, flag in enumerate([*flags, False]):
        if not flag:
            lengths[start:index] = [index - start] * (index - start)
            start = index + 1
    return lengths


def _layout(sentence: Sentence, numbered: int, bulleted: int) -> list[str]:
    text = sentence.text
    if _is_fenced(sentence):
        return _fenced(text)
    features = []
    if numbered:
        features += ["numbered", "numbered:list" if numbered >= _LONG_LIST else "numbered:few"]
    if bulleted:
        features += ["bullet", "bullet:list" if bulleted >= _LONG_LIST else "bullet:few"]
    features += [name for name, pattern in _KINDS_OF_LINES if pattern.match(text)]
    for name, pattern in (("span", _SPAN), ("menu", _MENU), ("quoted", _QUOTED), ("url", _URL), ("inline", _INLINE)):
        if pattern.search(text):
            features.append(name)
    if text[-1] in ":?":
        features.append("colon" if text[-1] == ":" else "question")
    return features


def _fenced(text: str) -> list[str]:
    """Features of a block of code by what its lines are."""
    lines = [line for line in text.split("\n")[1:_FENCED_LINES] if line.strip(" `~")]
    features = ["fenced", "fenced:long" if len(lines) > 10 else "fenced:short"]
    for name, pattern in _KINDS_OF_LINES:
        count = sum(1 for line in lines if pattern.match(line))
        if count:
            features.append(f"fenced:{name}")
        if count > len(lines) / 3:
            features.append(f"fenced:mostly {name}")
    tag = text[3:20].split("\n", maxsplit=1)[0].strip("`~ {.").casefold()
    features.append("fenced:shell" if tag in _SHELLS else "fenced:language" if tag.isalpha() else "fenced:untold")
    if not {"fenced:mostly trace", "fenced:mostly field"} & set(features):
        features.append("fenced:plain")
        if "fenced:statement" in features or "fenced:setup" in features:
            features.append("fenced:code")
    return features


def _place(index: int, count: int, before: str) -> list[str]:
    features = ["first"] if index == 0 else [f"third:{3 * index // count}"]
    if before.endswith(":"):
        features.append("after colon")
    return features


def _concepts(marks: Marks, first: int, end: int, words: list[str]) -> list[str]:
    """Features of the words from ``first`` to ``end`` of the text."""
    size = len(words)
    features = ["words:3" if size <= 3 else "words:8" if size <= 8 else "words:20" if size <= 20 else "words:more"]
    here = {name: marks.first(name, first, end) for name in CONCEPTS}
    for name, place in here.items():
        if place is not None:
            features.append(name)
            if place - first <= 1 and name in _AT_START:
                features.append(f"{name} first")
    features += [f"{one}+{other}" for one, other in _PAIRS if here[one] is not None and here[other] is not None]
    verbs = [place for place, word in enumerate(words) if _VERB.match(word)]
    if verbs:
        features.append("verb first" if verbs[0] <= 1 else "verb")
    return features


def _heading_kind(sentence: Sentence, words: list[str]) -> str:
    """The kind of what stands under a heading; empty for a sentence that is none."""
    if not words or len(words) > 8 or not _HEADING.match(sentence.text):
        return ""
    line = sentence.text.casefold()
    for kind, pattern in _HEADINGS.items():
        if pattern.search(line):
            return kind
    return "other"


def text_features(text: str, sentences: list[list[str]], likely: list[float]) -> list[str]:
    """Lists the features of a whole text: how likely its best sentences are, and its layout.

    Args:
        text: The text.
        sentences: Features of its sentences.
        likely: For each sentence how likely it is about the subject.
    """
    best = sorted(likely, reverse=True)[:3]
    features = ["bias"]
    for rank, one in enumerate(best):
        features += [f"best{rank}>{limit}" for limit in (0.1, 0.2, 0.35, 0.5, 0.7, 0.85) if one > limit]
    for name in _COUNTED:
        count = sum(1 for one in sentences if name in one)
        features += [f"{name}>={label}" for least, label in _TALLY if count >= least]
    features += [f"length>{label}" for least, label in _LENGTHS if len(text) > least]
    if _is_cyrillic(text):
        features.append("cyrillic")
    if any("under:steps" in one or "inline" in one for one in sentences):
        features.append("announced steps")
    if any("under:expected" in one for one in sentences):
        features.append("announced expected")
    return features
