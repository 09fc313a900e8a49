"""Answers that nobody will ever find, and topics that are never recognised."""

from collections.abc import Collection, Iterator, Sequence

from support_cli.authoring.check_case import PackSource, error, listed, warning
from support_cli.authoring.check_conditions import Reach
from support_cli.base.finding import Finding
from support_cli.base.i18n import _
from support_cli.base.text import clean_line
from support_cli.base.wordforms import is_everyday, stem, words_of
from support_cli.forms.model import ALWAYS, NotOurs
from support_cli.forms.questionnaire import named_in
from support_cli.packs import knowledge
from support_cli.packs.errors import PackError


def check_faq(
    source: PackSource, files: Sequence[tuple[str, str]], names: Collection[str], languages: Sequence[str]
) -> list[Finding]:
    """Looks at a pack's answers to frequent questions.

    Args:
        source: The pack.
        files: Names without ``.md`` and contents.
        names: Those of all answers, also of files that cannot be read.
        languages: Those that the rest of the pack is translated into.
    """
    found: list[Finding] = []
    entries = []
    for name, text in files:
        try:
            entries.append(knowledge.read_entry(name, text))
        except PackError as problem:
            place = problem.where or f"faq/{name}.md"
            found += problem.findings or [error("T080", place, problem.message, problem.hint)]
    spoken = sorted({*languages, *(entry.language for entry in entries if entry.language)})
    for entry in entries:
        place = f"faq/{entry.name}{'.' + entry.language if entry.language else ''}.md"
        if not entry.text:
            found.append(error("T080", place, _("This answer is empty.")))
        if entry.language and entry.name not in names:
            message = _("This is a translation of an answer that the pack does not have.")
            found.append(warning("T081", place, message, f"faq/{entry.name}.md"))
        if entry.when != ALWAYS and source.forms and source.whole:
            known = {q.id for one in source.forms for q in one.form.questions if q.asks}
            unknown = sorted(named_in(entry.when) - known)
            if unknown:
                message = _("“{key}” is not a question of any form.").format(key=unknown[0])
                found.append(error("T002", place, message))
            elif not any(Reach(one.form).possible(entry.when) for one in source.forms):
                message = _("This answer is never offered: its condition can never hold.")
                found.append(warning("T010", place, message))
        missing = [one for one in spoken if not entry.language and f"{entry.name}.{one}" not in names]
        if missing:
            message = _("Who reads {languages} gets this answer in the pack's own language: there is no {file}.")
            file = f"faq/{entry.name}.{missing[0]}.md"
            found.append(warning("T083", place, message.format(languages=listed(missing), file=file), file))
    return [*found, *_never_found(files, entries)]


def _never_found(files: Sequence[tuple[str, str]], written: Sequence[knowledge.Entry]) -> Iterator[Finding]:
    """Looks each answer up by its own title and keywords, among the answers of its language."""
    spoken = dict.fromkeys(entry.language or "-" for entry in written)
    readings = {language: _Rivals(knowledge.load_faq(files, language)) for language in spoken}
    for entry in written:
        rivals = readings[entry.language or "-"]
        ways = [*entry.keywords, entry.title]
        lost = [word for word in ways if not rivals.finds(entry.name, word)]
        place = f"faq/{entry.name}{'.' + entry.language if entry.language else ''}.md"
        idle = [word for word in lost if word in entry.keywords]
        if len(lost) == len(ways):
            message = _("Nobody finds this answer: neither its title nor its keywords lead to it.")
            yield warning("T081", place, message)
        elif idle:
            yield warning("T081", place, _("These keywords never match: {words}.").format(words=listed(idle)))


class _Rivals:
    """The answers of one language, to try their own words on.

    Words that few other answers have find their answer; only where many have them the search itself is asked, once
    for the same words. To ask it always would take a million comparisons for a thousand answers.
    """

    FEW = 3

    def __init__(self, entries: Sequence[knowledge.Entry]) -> None:
        self._entries = {entry.name: entry for entry in entries}
        self._found: dict[frozenset[str], set[str]] = {}
        # Every keyword and title by its number, to the entry that has it; stems to the numbers of where they stand.
        self._names: list[str] = []
        self._by_stem: dict[str, set[int]] = {}
        for entry in entries:
            for words in (*entry.keywords, entry.title):
                for one in map(stem, words_of(words)):
                    self._by_stem.setdefault(one, set()).add(len(self._names))
                self._names.append(entry.name)

    def finds(self, name: str, words: str) -> bool:
        """Whether an answer is among the first that its own words find."""
        said = words_of(words)
        if all(is_everyday(word) for word in said):
            return bool(knowledge.search([self._entries[name]], words))
        stems = frozenset(map(stem, said))
        places = set.intersection(*sorted((self._by_stem.get(one, set()) for one in stems), key=len))
        alike = {self._names[place] for place in places}
        if len(alike) <= self.FEW:
            return True
        if stems not in self._found:
            entries = [self._entries[one] for one in sorted(alike)]
            self._found[stems] = {hit.entry.name for hit in knowledge.search(entries, words, limit=self.FEW)}
        return name in self._found[stems]


def check_topics(source: PackSource) -> list[Finding]:
    """Looks at the topics that a team cannot help with."""
    topics = source.manifest.not_ours
    found = []
    for number, topic in enumerate(topics):
        place = source.where(("not_ours", number))
        idle = [word for word in topic.keywords if knowledge.not_ours([topic], word) is None]
        if len(idle) == len(topic.keywords):
            found.append(warning("T082", place, _("This topic is never recognised: its keywords never match.")))
        elif idle:
            found.append(warning("T082", place, _("These keywords never match: {words}.").format(words=listed(idle))))
        taken = _taken(topics[:number], topic)
        if taken:
            message = _("These keywords belong to an earlier topic already: {words}.").format(words=listed(taken))
            found.append(warning("T082", place, message))
    return found


def _taken(before: Sequence[NotOurs], topic: NotOurs) -> list[str]:
    earlier = {clean_line(word).casefold() for one in before for word in one.keywords}
    return [word for word in topic.keywords if clean_line(word).casefold() in earlier]
