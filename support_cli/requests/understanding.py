"""``support understand``, and a story that comes with a new request."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property

import msgspec

from support_cli.base.text import clean_line, shorten
from support_cli.distribution.choose import DEFAULT_PACK, installed_names, open_pack
from support_cli.environment import Bench
from support_cli.forms.model import Form, Question, Value
from support_cli.packs import knowledge, load
from support_cli.packs.pack import Pack
from support_cli.requests.answers import read_story
from support_cli.understanding.cues import NO_CUES, Cues, read_cues
from support_cli.understanding.plan import after_story, draft_texts, what_to_ask
from support_cli.understanding.sentences import split_sentences
from support_cli.understanding.story import (
    Candidate,
    FormWords,
    Story,
    Understood,
    choose_forms,
    form_words,
    understand,
)

_GREETING = re.compile(
    r"(?i)^(?:hi|hello|hey|dear\s[\w ]+|good (?:morning|afternoon|evening)|добрий день|доброго дня|вітаю|здравствуйте"
    r"|добрый день|привет"
    r"|dzień dobry|witam|cześć|szanowni państwo)\W*$"
)
_LONGEST_SUMMARY = 100
_CLOSE = 0.75
"""A form whose score is at least this share of the best one's is offered beside it."""


class Reading(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """What was made of a story.

    Attributes:
        story: The story.
        pack: The pack that fits best.
        form: The form, with what is required after a story.
        candidates: The forms that may fit, the best first.
        found: Question id to what was understood.
        ask: What would be asked now, in order.
    """

    story: Story
    pack: Pack
    form: Form
    candidates: tuple[Candidate, ...]
    found: dict[str, Understood]
    ask: tuple[str, ...]

    @property
    def unsure(self) -> bool:
        """Whether the second form fits nearly as well."""
        scores = [one.score for one in self.candidates[:2]]
        return len(scores) == 2 and scores[1] >= _CLOSE * scores[0]

    @cached_property
    def sure(self) -> dict[str, Value]:
        """The answers that may be filled."""
        return {key: one.value for key, one in self.found.items() if one.sure}

    @cached_property
    def drafted(self) -> dict[str, Value]:
        """Summary and details, made from the story itself."""
        return draft_texts(self.form, self.story.whole, summary_of(self.story.text))


def cues_of(pack: Pack) -> Cues:
    """The customers' own words of a pack."""
    record = pack.cues()
    return NO_CUES if record is None else read_cues(record.forms, record.options)


def packs_on_offer(bench: Bench) -> list[Pack]:
    """The packs that a story may choose when none was named, the default one last."""
    packs = [open_pack(bench, name) for name in (*load.builtin_names(), *installed_names(bench))]
    return [pack for pack in packs if pack.manifest.offer or pack.manifest.name == DEFAULT_PACK]


def _translator(pack: Pack, language: str) -> Callable[[str], str]:
    texts = pack.texts(language)
    return lambda text: texts.get(text, text)


class StoryReader:
    """Reads stories by the forms of some packs; what it learns of a pack is kept for the next story.

    Args:
        packs: The packs whose forms a story may belong to.
        today: The day on which stories are told.
        language: Language to assume where a text does not tell.
        regions: Countries whose telephone numbers are tried first (ISO 3166).
    """

    def __init__(self, packs: Sequence[Pack], today: date, *, language: str = "", regions: Sequence[str] = ()) -> None:
        self.packs = packs
        self.today = today
        self._language = language
        self._regions = regions
        self._cues = {pack.manifest.name: cues_of(pack) for pack in packs}
        self._forms: dict[str, list[FormWords]] = {}

    def read(self, text: str, *, form_id: str = "", known: Mapping[str, Value] | None = None) -> Reading:
        """Reads a story.

        Args:
            text: What was told.
            form_id: The form of the only pack, where it was named.
            known: Answers that are known otherwise.
        """
        story = Story(text, self.today, language=self._language, regions=self._regions)
        ranked = choose_forms(story, self._words(story.language))
        if form_id or not ranked:
            pack = self.packs[0]
            form = pack.form(form_id or pack.form_ids()[0])
        else:
            pack = next(one for one in self.packs if one.manifest.name == ranked[0].pack)
            form = pack.form(ranked[0].form)
        form = after_story(form)
        texts = pack.texts(story.language or self._language)
        found = understand(story, form, self._cues[pack.manifest.name], texts)
        reading = Reading(story=story, pack=pack, form=form, candidates=tuple(ranked), found=found, ask=())
        values = {**reading.drafted, **{key: one.value for key, one in found.items()}, **(known or {})}
        offered = {key for key, one in found.items() if not one.sure}
        ask = [one for one in what_to_ask(form, values) if one not in offered]
        return msgspec.structs.replace(reading, ask=tuple(ask))

    def _words(self, language: str) -> list[FormWords]:
        if language not in self._forms:
            self._forms[language] = [one for pack in self.packs for one in self._words_of(pack, language)]
        return self._forms[language]

    def _words_of(self, pack: Pack, language: str) -> Iterator[FormWords]:
        cues = self._cues[pack.manifest.name]
        spoken = dict.fromkeys([language or pack.manifest.language, pack.manifest.language])
        translate = [_translator(pack, one) for one in spoken]
        for form_id in pack.form_ids():
            form = pack.form(form_id)
            if not form.foreign and form.story.first:
                yield form_words(pack.manifest.name, form, cues, translate, general=not cues.forms.get(form_id))


def summary_of(text: str) -> str:
    """A line that says what a story is about: its first sentence that is no greeting."""
    for sentence in split_sentences(text):
        line = clean_line(sentence.text)
        if not _GREETING.match(line):
            return shorten(line.rstrip(" .!"), _LONGEST_SUMMARY)
    return shorten(clean_line(text), _LONGEST_SUMMARY)


class Explained(msgspec.Struct, frozen=True):
    """What ``support understand`` tells.

    Attributes:
        reading: What was made of the story.
        not_ours: Where to go instead, where the story is somebody else's matter; else empty.
    """

    reading: Reading
    not_ours: str

    @property
    def questions(self) -> list[Question]:
        """The questions that would be asked, in order."""
        return [one for name in self.reading.ask if (one := self.reading.form.question(name)) is not None]

    def as_json(self) -> dict[str, object]:
        """The record that ``--json`` prints; offsets count characters."""
        reading = self.reading
        topic = reading.found.get("topic")
        fields = {
            name: {
                "value": one.value,
                "span": list(one.spans[0]) if len(one.spans) == 1 else [list(span) for span in one.spans],
                "sure": one.sure,
            }
            for name, one in reading.found.items()
        }
        return {
            "language": reading.story.language,
            "pack": reading.pack.manifest.name,
            "form": reading.form.id,
            "also": [[one.pack, one.form] for one in reading.candidates[1:2]] if reading.unsure else [],
            "topic": topic.value if topic is not None else None,
            "not_ours": self.not_ours or None,
            "fields": fields,
            "ask": list(reading.ask),
            "followup": {},
        }


def explain(bench: Bench, name: str, named: str) -> Explained:
    """Reads a story from a file and says what it tells.

    Args:
        bench: The collaborators.
        name: The file, or ``-``.
        named: The pack, or empty.

    Raises:
        SupportError: If the file or the pack cannot be used.
    """
    text = read_story(name, bench.stdin, bench.cwd)
    packs = [open_pack(bench, named)] if named else packs_on_offer(bench)
    reading = StoryReader(packs, bench.now().date(), language=bench.language).read(text)
    texts = reading.pack.texts(bench.language)
    topic = knowledge.not_ours(reading.pack.manifest.not_ours, text, texts)
    return Explained(reading, texts.get(topic.answer, topic.answer) if topic is not None else "")
