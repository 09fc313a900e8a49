"""Answers to frequent questions that a pack brings along, found without a network.

An entry is a Markdown file with front matter (``title``, ``keywords``, ``when``); ``name.uk.md`` beside ``name.md`` is
its Ukrainian version. The search can be explained in a sentence: every word of the query is looked for among the
keywords (3 points), in the title (2) and in the text (1), inflected and mistyped words count a little less, and an
entry that only shares everyday words with the query is no answer.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path

import msgspec

from support_cli.base.finding import Finding
from support_cli.base.i18n import _, current
from support_cli.base.text import clean_line, clean_text, later
from support_cli.base.wordforms import is_everyday, likeness, stem, words_of
from support_cli.forms import questionnaire
from support_cli.forms.model import ALWAYS, Condition, Form, Kind, NotOurs, Question, Value
from support_cli.packs.conditions import ConditionReader, named_in
from support_cli.packs.errors import PackError
from support_cli.packs.faults import told
from support_cli.packs.yamltext import parse

_KEYWORD, _TITLE, _TEXT = 3.0, 2.0, 1.0
_LONGEST_QUERY = 60
_LONGEST_TEXT = 4_000
_WEAK = 0.4
"""An answer with less than this share of the best one's points is noise beside it."""
_NO_TEXTS: Mapping[str, str] = {}
_LANGUAGE = re.compile(r"(?P<name>.+)\.(?P<language>[a-z]{2,3}(?:[-_][A-Za-z]{2,4})?)")


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One answer.

    Attributes:
        name: File name without ending and language.
        title: The question that it answers.
        text: The answer, Markdown.
        keywords: Words and phrases that customers use for it, of all its language versions.
        when: Offered in an interview only while this holds.
        language: Language of title and text, or empty for the pack's own.
    """

    name: str
    title: str
    text: str
    keywords: tuple[str, ...] = ()
    when: Condition = ALWAYS
    language: str = ""


class Hit(msgspec.Struct, frozen=True):
    """An entry that fits, and its points."""

    entry: Entry
    score: float


def load_faq(files: Iterable[tuple[str, str]], language: str | None = None) -> list[Entry]:
    """Reads a pack's answers.

    An entry whose front matter cannot be read is still an answer: its first heading is its title. ``read_entry``
    tells its author what is wrong.

    Args:
        files: Names without ``.md`` (``router``, ``router.uk``) and contents.
        language: The customer's language, the active one by default; a version in it replaces the pack's own.

    Returns:
        One entry for each name, sorted by name.
    """
    wanted = language or current()
    chosen: dict[str, Entry] = {}
    keywords: dict[str, list[str]] = {}
    for name, text in files:
        try:
            entry = read_entry(name, text)
        except PackError:
            entry = _plain_entry(name, text)
        keywords.setdefault(entry.name, []).extend(entry.keywords)
        if entry.language not in ("", wanted):
            continue
        if entry.language or entry.name not in chosen:
            own = chosen.get(entry.name)
            # What a translation leaves out is what the original says.
            when = entry.when if own is None or entry.when != ALWAYS else own.when
            chosen[entry.name] = msgspec.structs.replace(entry, when=when)
        elif entry.when != ALWAYS and chosen[entry.name].when == ALWAYS:
            chosen[entry.name] = msgspec.structs.replace(chosen[entry.name], when=entry.when)
    return [
        msgspec.structs.replace(entry, keywords=tuple(dict.fromkeys(keywords[name])))
        for name, entry in sorted(chosen.items())
    ]


def read_entry(name: str, text: str) -> Entry:
    """Reads one file.

    Args:
        name: Its name without ``.md``; a language may follow a dot.
        text: Its content.

    Raises:
        PackError: If the front matter is missing or faulty, with the place.
    """
    head, body = _split(text)
    where = f"faq/{name}.md"
    if head is None:
        raise PackError(
            _("{name} has no front matter.").format(name=where),
            hint=_("Begin it with “---”, a line with “title:”, and “---” again."),
            where=f"{where}:1",
        )
    parsed = parse("\n" + head, name=where)
    data = parsed.data if isinstance(parsed.data, dict) else {}
    for key, value in data.items():
        if key not in ("title", "keywords", "when"):
            raise PackError(
                _("“{key}” is not known here; known are “title”, “keywords” and “when”.").format(key=key),
                where=parsed.where((key,)),
            )
        fits = isinstance(value, str | list) if key == "keywords" else isinstance(value, dict if key == "when" else str)
        if not fits or (isinstance(value, list) and not all(isinstance(one, str | int) for one in value)):
            raise PackError(_("“{key}” has the wrong type of value.").format(key=key), where=parsed.where((key,)))
    title = clean_line(str(data.get("title", "")))
    if not title:
        raise PackError(_("“title” is missing in {name}.").format(name=where), where=f"{where}:1")
    said = data.get("keywords", [])
    keywords = said.split(",") if isinstance(said, str) else [str(one) for one in said]
    when: Condition = ALWAYS
    if "when" in data:
        findings: list[Finding] = []
        known = [Question(id=key, kind=Kind.INPUT) for key in named_in(data["when"])]
        when = ConditionReader(parsed, findings).read(data["when"], ("when",), known)
        if findings:
            raise told(where, findings)
    own, language = _language(name)
    return Entry(
        name=own,
        title=title,
        text=clean_text(body).strip(),
        keywords=tuple(clean_line(one) for one in keywords if clean_line(one)),
        when=when,
        language=language,
    )


def _split(text: str) -> tuple[str | None, str]:
    text = clean_text(text).lstrip("\n")
    if not text.startswith("---\n"):
        return None, text
    head, end, body = text[4:].partition("\n---")
    return (head, body.partition("\n")[2]) if end else (None, text)


def _plain_entry(name: str, text: str) -> Entry:
    _head, body = _split(text)
    own, language = _language(name)
    title = next((line.lstrip("# ") for line in body.splitlines() if line.strip("# -")), own)
    return Entry(name=own, title=clean_line(title)[:200], text=body.strip(), language=language)


def _language(name: str) -> tuple[str, str]:
    found = _LANGUAGE.fullmatch(name)
    return (found["name"], found["language"].replace("_", "-").split("-")[0]) if found else (name, "")


def applies(entry: Entry, form: Form, answers: Mapping[str, Value]) -> bool:
    """Whether an entry may be offered while these answers stand."""
    return questionnaire.holds(entry.when, answers, questionnaire.choices_of(form))


class _Words:
    """An entry as the search sees it: phrases of keywords, words of the title, stems of the text."""

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self.keywords = [words for words in map(words_of, entry.keywords) if words]
        self.title = _telling(words_of(entry.title))
        self.text = {stem(word) for word in _telling(words_of(entry.text[:_LONGEST_TEXT]))}


@lru_cache(maxsize=4096)
def _prepared(entry: Entry) -> _Words:
    return _Words(entry)  # one interview searches the same answers several times


def _said(text: str) -> list[str]:
    """The words of a query; a compound (``SIM-card``) counts whole and in its parts."""
    said = words_of(text)[: _LONGEST_QUERY * 4]
    parts = words_of(text.replace("-", " "))[: _LONGEST_QUERY * 4] if "-" in text else []
    return said + [part for part in parts if part not in said]


_SYNONYM = 0.8
"""How surely a word of the same group (``synonyms.txt``) is meant; a slip of the finger counts 0.6."""


@cache
def _synonyms() -> Mapping[str, frozenset[int]]:
    """Stems to the groups that they stand in."""
    groups: dict[str, set[int]] = {}
    text = (Path(__file__).parent / "synonyms.txt").read_text(encoding="utf-8")
    for number, line in enumerate(text.splitlines()):
        for word in words_of(line) if line[:1] != "#" else ():
            groups.setdefault(stem(word), set()).add(number)
    return {one: frozenset(numbers) for one, numbers in groups.items()}


def _meant(word: str, wanted: str) -> float:
    """As ``likeness``, and nearly as much for two words of one group of synonyms."""
    alike = likeness(word, wanted)
    if alike >= _SYNONYM:
        return alike
    groups = _synonyms()
    mine = groups.get(stem(word))
    return _SYNONYM if mine and not mine.isdisjoint(groups.get(stem(wanted), ())) else alike


def _telling(words: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(word for word in words if not is_everyday(word)))


def search(entries: Sequence[Entry], words: str, language: str = "", limit: int = 3) -> list[Hit]:
    """Finds the entries that answer a question.

    Args:
        entries: What ``load_faq`` read.
        words: Anything the customer typed: a word, a question, a whole story.
        language: The customer's language; an entry in it wins over an equal one.
        limit: Most hits.

    Returns:
        The best first, each with at least one keyword, or two words or most of the query in title and text; empty
        where nothing fits.
    """
    said = _said(words)
    query = _telling(said)[:_LONGEST_QUERY]
    prepared = [_prepared(entry) for entry in entries]
    common = _too_common(prepared, query)
    hits = []
    for one in prepared:
        score = _score(one, said, query, common)
        if score:
            hits.append(Hit(one.entry, round(score + 0.01 * (one.entry.language == language), 2)))
    hits.sort(key=lambda hit: (-hit.score, hit.entry.name))
    return [hit for hit in hits[:limit] if hit.score >= _WEAK * hits[0].score]


def _too_common(prepared: Sequence[_Words], query: Sequence[str]) -> set[str]:
    """Words that most titles of a larger collection have ("internet" at a provider) point nowhere."""
    if len(prepared) < 4:
        return set()
    return {
        word
        for word in query
        if 2 * sum(any(likeness(word, t) >= 0.9 for t in one.title) for one in prepared) > len(prepared)
    }


def _score(one: _Words, said: Sequence[str], query: Sequence[str], common: set[str]) -> float:
    """Points of an entry; 0 when what it shares with the query is too little to be an answer."""
    by_keyword: dict[str, float] = {}
    for phrase in one.keywords:
        for word, points in _phrase_points(phrase, said, _meant).items():
            by_keyword[word] = max(points, by_keyword.get(word, 0.0))
    total, strong, weak = 0.0, 0, 0
    for word in dict.fromkeys([*query, *by_keyword]):
        if word in by_keyword:
            total += by_keyword[word]
            strong += 1
            continue
        share = 0.3 if word in common else 1.0
        in_title = _TITLE * max((_meant(word, t) for t in one.title), default=0.0)
        in_text = _TEXT if not in_title and stem(word) in one.text else 0.0
        total += share * (in_title + in_text)
        strong += bool(in_title) and word not in common
        weak += bool(in_text) and word not in common
    told = len([word for word in query if word not in common])
    if by_keyword or strong >= 2 or (strong and 2 * strong >= told) or (strong and strong + weak >= 3):
        return total
    return total if weak >= 2 and 3 * weak >= 2 * told else 0.0


def _phrase_points(
    phrase: Sequence[str], said: Sequence[str], alike: Callable[[str, str], float] = likeness
) -> dict[str, float]:
    """Points of the words of a keyword that was said; all its words must stand near each other."""
    found: dict[str, float] = {}
    places = []
    for wanted in phrase:
        points, place = max(((alike(word, wanted), -index) for index, word in enumerate(said)), default=(0.0, 0))
        if not points:
            return {}
        found[said[-place]] = _KEYWORD * points
        places.append(-place)
    return found if max(places) - min(places) <= len(phrase) + 2 else {}


_CLAUSE = later(r"[.,;:!?()\n\u2013\u2014]+|\s(?:but|а|но|але|проте|однак|ale|jednak)\s")
# What says that the thing is over or there again, so that the topic is no longer the trouble.
_BACK = frozenset(
    (
        "again", "back", "restored", "returned", "есть", "снова", "опять", "вернулся", "вернулось", "появился",
        "появилось", "включили", "дали", "є", "знову", "повернулось", "повернулося", "зявилось", "зявилося",
        "увімкнули", "znowu", "znow", "wrocil", "wrocilo", "juz", "przywrocili", "wlaczyli",
    )
)  # fmt: skip
# Before a phrase these make it the background of another trouble, or its purpose.
_ASIDE = frozenset(
    (
        "after", "before", "since", "for", "после", "до", "перед", "для", "після", "від", "po", "przed", "od", "dla",
    )
)  # fmt: skip
_DENIED = frozenset(("no", "not", "without", "не", "нет", "без", "немає", "нема", "nie", "bez"))
"""They deny a phrase ("no power cut"); of a thing alone ("no light") they say that it fails."""
_NOW = frozenset(["now", "already", "зараз", "вже", "тепер", "сейчас", "уже", "теперь", "teraz"])
_ARTICLES = frozenset(["the", "a", "an", "any"])


def not_ours(topics: Sequence[NotOurs], text: str, texts: Mapping[str, str] = _NO_TEXTS) -> NotOurs | None:
    """Finds the topic that the team cannot help with, if a text is about one.

    The words of a keyword have to stand together in one clause. What is denied, over ("the light is there again"), or
    only the background of another trouble ("after installing Windows the Internet is gone") is no such topic.

    Args:
        topics: What the manifest lists.
        text: The summary, or more.
        texts: Translations of the pack's texts; a keyword counts in both languages.

    Returns:
        The topic with the most words in the text, or None. A mistyped word is not enough: sending somebody away
        takes more certainty than offering an answer.
    """
    clauses: list[list[str]] = []
    for said in filter(None, map(_said, _CLAUSE.split(text.casefold()))):
        if _BACK.isdisjoint(said):
            clauses.append(said)
        elif clauses and all(
            word in _BACK or word in _NOW or word in clauses[-1] or is_everyday(word) for word in said
        ):
            clauses.pop()  # "the light was off, now it is back"
    best, points = None, 0.0
    for topic in topics:
        for keyword in (one for key in topic.keywords for one in (key, texts.get(key, key))):
            phrase = words_of(keyword)
            score = max((_together(phrase, said) for said in clauses), default=0.0) if phrase else 0.0
            if score > points:
                best, points = topic, score
    return best


def _together(phrase: Sequence[str], said: Sequence[str]) -> float:
    """Points of a phrase whose words all stand near each other in a clause; 0 for one that is set aside."""
    found = _phrase_points(phrase, said)
    if not found or min(found.values()) < 0.9 * _KEYWORD:
        return 0.0
    places = [said.index(word) for word in found]
    start = min(places)
    if said[0] in _ASIDE and not _DENIED.isdisjoint(said[max(places) + 1 :]):
        return 0.0  # "after I replaced the cracked screen there is no signal"
    before = [word for word in said[max(0, start - 2) : start] if word not in _ARTICLES][-1:]
    aside = _ASIDE | _DENIED if len(phrase) > 1 and phrase[0] not in _DENIED else _ASIDE
    return 0.0 if before and before[0] in aside else sum(found.values())
