"""What a pack knows about a request without anybody being asked: whose matter it is, answers, steps that often help."""

import contextlib
import shlex
from collections.abc import Mapping
from functools import cached_property

import msgspec

from support_cli.base.cache import Cache
from support_cli.base.finding import Finding, Level
from support_cli.base.i18n import _
from support_cli.base.markdown import readable
from support_cli.base.text import clean_line
from support_cli.environment import Bench
from support_cli.forms import questionnaire
from support_cli.forms.model import Form, NotOurs, Role, SelfHelp, Value
from support_cli.packs import knowledge
from support_cli.packs.pack import Pack


class FaqAnswer(msgspec.Struct, frozen=True):
    """One answer that fits.

    Attributes:
        name: Name of the entry in the pack.
        title: Its title.
        text: The answer, readable in a terminal.
        score: How well it fits; the best first.
    """

    name: str
    title: str
    text: str
    score: float


def search_pack(bench: Bench, pack: Pack, words: str) -> list[FaqAnswer]:
    """Searches a pack's answers; without words, all of them in order."""
    entries = knowledge.load_faq(pack.faq())
    if not words.strip():
        return [FaqAnswer(one.name, one.title, one.text, 0.0) for one in entries]
    hits = knowledge.search(entries, words, bench.language)
    return [FaqAnswer(hit.entry.name, hit.entry.title, hit.entry.text, hit.score) for hit in hits]


_TOLD = (Role.SUMMARY, Role.DETAILS)
"""Where a customer says what it is about in words of their own."""
_TOPIC = "topic"
"""Id of the question that routes; what is chosen there says what it is about, too."""
_MOST = 3


class Known(msgspec.Struct, dict=True, frozen=True):
    """The knowledge of one pack, seen from one form.

    Attributes:
        pack: The pack.
        form: The form.
        texts: The pack's texts in the customer's language.
        language: That language.
        cache: Keeps what was read from the pack's files.
    """

    pack: Pack
    form: Form
    texts: Mapping[str, str]
    language: str
    cache: Cache

    def story(self, values: Mapping[str, Value]) -> str:
        """What the customer told in words of their own, so far; nothing where the form is not one of the pack's.

        Who follows up has asked already, and is not sent to the frequent questions.
        """
        if self.form.id not in self.pack.form_ids():
            return ""
        told = questionnaire.effective(self.form, values)
        return "\n".join(str(told[q.id]) for q in self.form.questions if q.role in _TOLD and q.id in told)

    def topic(self, values: Mapping[str, Value]) -> Value:
        """What was chosen where the form asks what it is about, or an empty text."""
        return questionnaire.effective(self.form, values).get(_TOPIC, "")

    def not_ours(self, values: Mapping[str, Value]) -> NotOurs | None:
        """The topic that the team cannot help with, if the request is about one."""
        topics = self.pack.manifest.not_ours
        if not topics:
            return None
        return knowledge.not_ours(topics, f"{self.topic(values)}\n{self.story(values)}", self.texts)

    def answers(self, values: Mapping[str, Value]) -> list[knowledge.Entry]:
        """Answers to frequent questions that fit the story, the best first, three at most."""
        story = self.story(values)
        if not story.strip():
            return []
        fitting = questionnaire.effective(self.form, values)
        offered = [one for one in self._entries if knowledge.applies(one, self.form, fitting)]
        return [hit.entry for hit in knowledge.search(offered, story, self.language, _MOST)]

    def steps(self, values: Mapping[str, Value]) -> list[SelfHelp]:
        """The lists of steps whose condition holds, in the customer's language, ready to be read."""
        fitting = questionnaire.effective(self.form, values)
        options = questionnaire.choices_of(self.form)
        return [
            SelfHelp(
                title=readable(self.texts.get(one.title, one.title)),
                steps=tuple(readable(self.texts.get(step, step)) for step in one.steps),
            )
            for one in self.form.self_help
            if questionnaire.holds(one.when, fitting, options)
        ]

    def told(self, topic: NotOurs) -> str:
        """Where to go with a topic instead, in the customer's language."""
        return readable(self.texts.get(topic.answer, topic.answer))

    @cached_property
    def _entries(self) -> list[knowledge.Entry]:
        """From the cache, because the front matter of many files takes a script longer than its own work."""
        if self.form.foreign:
            return []
        key = f"{self.pack.digest.removeprefix('sha256:')}-{self.language}"
        kept = self.cache.get("faq", key)
        if kept is not None:
            with contextlib.suppress(msgspec.MsgspecError):
                return msgspec.json.decode(kept, type=list[knowledge.Entry])
        entries = knowledge.load_faq(self.pack.faq(), self.language)
        self.cache.put("faq", key, msgspec.json.encode(entries))
        return entries


def hints(known: Known, values: Mapping[str, Value]) -> list[Finding]:
    """What a person would have been offered, for a run that offers nothing (``K``); hints stop no request."""
    told = next((q.id for q in known.form.questions if q.role in _TOLD and q.id in values), "")
    if not told:
        return []
    found = []
    topic = known.not_ours(values)
    if topic is not None:
        found.append(_hint("K001", told, clean_line(known.told(topic))))
    for entry in known.answers(values):
        message = _("This may be answered already: “{title}”.").format(title=entry.title)
        found.append(
            _hint("K002", told, message, shlex.join(["support", "faq", "-p", known.pack.manifest.name, entry.title]))
        )
    for help_ in known.steps(values):
        message = _("This often helps: {steps}").format(steps=" ".join(map(clean_line, help_.steps)))
        found.append(_hint("K003", told, message))
    return found


def _hint(code: str, where: str, message: str, fix: str | None = None) -> Finding:
    return Finding(code=code, level=Level.HINT, where=where, message=message, fix=fix)
