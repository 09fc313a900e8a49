"""The way back: from the body of an issue to the answers, and a word wherever the bytes do not tell.

A body that the web form made is read exactly, by all the ways in which its headings can be the form's; one that
was edited afterwards is read section by section, and what belongs nowhere is handed back.
"""

from collections.abc import Callable, Iterator, Mapping

import msgspec

from support_cli.base.i18n import _
from support_cli.base.text import clean_line, clean_text, shorten
from support_cli.forms.model import Form, Kind, Question, Role, Value
from support_cli.issue_forms.rendering import Flavour
from support_cli.issue_forms.sections import TextSection, split_sections
from support_cli.issue_forms.template_parse import parse_template
from support_cli.issue_forms.values import MOST_READINGS, Readings, plain, read_exact, read_loosely

_MOST_PLACES = 40


class Ambiguity(msgspec.Struct, frozen=True):
    """A question whose answer cannot be told for sure.

    Attributes:
        question: Its id.
        candidates: What it may be, the likeliest first; None for no answer. Empty: nothing fits.
        message: One sentence for the person who has to decide.
    """

    question: str
    candidates: tuple[Value | None, ...]
    message: str


class ParsedBody(msgspec.Struct, frozen=True):
    """What a body says.

    Attributes:
        answers: Values by question id; for an ambiguous one the likeliest.
        ambiguous: Questions to ask again.
        leftover: Text that belongs to no question, in its order; empty if there is none.
        exact: The body is what a web form made of these answers, to the byte but for line ends.
    """

    answers: dict[str, Value]
    ambiguous: tuple[Ambiguity, ...] = ()
    leftover: str = ""
    exact: bool = False


def parse_issue(form: Form, body: str, flavour: Flavour | str | None = None) -> ParsedBody:
    """Reads the body of an issue back into answers.

    Args:
        form: The form that it was written with, or is to be moved to.
        body: Markdown, any line ends.
        flavour: The web form that wrote it; found out by itself if None.
    """
    text = clean_text(body)
    if form.foreign == "markdown":
        read = parse_template(form, text)
        unclear = [question for question in form.questions if question.id in read.unclear]
        ambiguous = [_unclear(question, [read.answers.get(question.id)], several=False) for question in unclear]
        return ParsedBody(read.answers, tuple(ambiguous), read.leftover, read.complete and not ambiguous)
    questions = [q for q in form.questions if q.on_document and (q.asks or form.foreign == "gitea")]
    gitea = form.foreign == "gitea" if flavour is None else Flavour(flavour) is Flavour.GITEA
    bodies = [text.removesuffix("\n\n"), text] if gitea else [text, text.removesuffix("\n\n")]
    for one in bodies[:1] if flavour is not None or bodies[0] == bodies[1] else bodies:
        found = _Exact(questions, one).parse()
        if found is not None:
            return found
    return match_sections(form, split_sections(text))


class _Exact:
    """Tries every way in which the headings of a body can be those of the form, in its order."""

    def __init__(self, questions: list[Question], body: str) -> None:
        self.questions = questions
        self.body = body
        self.heads = [q.text if q.kind is Kind.MARKDOWN else f"### {q.label}\n\n" for q in questions]
        self.known: dict[tuple[int, int, int], Readings] = {}
        self.crowded = False

    def parse(self) -> ParsedBody | None:
        """Returns None if the form cannot have made this body."""
        if not self.questions:
            return ParsedBody({}, exact=True) if not self.body.strip() else None
        if not self.body.startswith(self.heads[0]):
            return None
        places = self._places()
        good = self._good(places)
        ways = []
        for way in self._ways(places, good, 0, 0):
            ways.append(way)
            if len(ways) == MOST_READINGS:
                break
        return self._collect(ways) if ways else None

    def _places(self) -> list[list[int]]:
        """For each question, where its block may begin (the two line ends before its heading)."""
        places = [[0]]
        for head in self.heads[1:]:
            wanted, found = "\n\n" + head, list[int]()
            at = self.body.find(wanted)
            while at >= 0 and len(found) < _MOST_PLACES:
                found.append(at)
                at = self.body.find(wanted, at + 1)
            self.crowded = self.crowded or at >= 0
            places.append(found)
        return places

    def _content_start(self, number: int, place: int) -> int:
        return place + len(self.heads[number]) + (2 if number else 0)

    def _readings(self, number: int, place: int, end: int) -> Readings:
        key = (number, place, end)
        if key not in self.known:
            start = self._content_start(number, place)
            question = self.questions[number]
            if end < start:
                self.known[key] = []
            elif question.kind is Kind.MARKDOWN:
                self.known[key] = [None] if not self.body[start:end].strip() else []
            else:
                self.known[key] = read_exact(question, self.body[start:end])
        return self.known[key]

    def _good(self, places: list[list[int]]) -> list[set[int]]:
        """Places from which the rest of the body can be read."""
        last = len(self.questions) - 1
        good: list[set[int]] = [set() for _question in self.questions]
        good[last] = {place for place in places[last] if self._readings(last, place, len(self.body))}
        for number in range(last - 1, -1, -1):
            for place in places[number]:
                if any(self._readings(number, place, after) for after in good[number + 1]):
                    good[number].add(place)
        return good

    def _ways(self, places: list[list[int]], good: list[set[int]], number: int, place: int) -> Iterator[list[Readings]]:
        if place not in good[number]:
            return
        if number == len(self.questions) - 1:
            yield [self._readings(number, place, len(self.body))]
            return
        for after in places[number + 1]:
            readings = self._readings(number, place, after) if after in good[number + 1] else []
            if readings:
                for rest in self._ways(places, good, number + 1, after):
                    yield [readings, *rest]

    def _collect(self, ways: list[list[Readings]]) -> ParsedBody:
        answers: dict[str, Value] = {}
        ambiguous = []
        for number, question in enumerate(self.questions):
            candidates: Readings = []
            for way in ways:
                candidates += [one for one in way[number] if one not in candidates]
            if candidates and candidates[0] is not None:
                answers[question.id] = candidates[0]
            if len(candidates) > 1:
                several = all(len(way[number]) > 1 for way in ways)
                ambiguous.append(_unclear(question, candidates, several=several))
        if self.crowded and not ambiguous:
            first = next(q for q in self.questions if q.asks)
            ambiguous.append(_unclear(first, [answers.get(first.id)], several=False))
        return ParsedBody(answers, tuple(ambiguous), exact=True)


def _unclear(question: Question, candidates: Readings, *, several: bool) -> Ambiguity:
    label = shorten(clean_line(question.label), 60) or question.id
    if several:
        message = _("The text does not say which choices of “{label}” were taken: some of them hold commas.")
    else:
        message = _("A heading of the form stands inside an answer, so it is not clear where “{label}” ends.")
    return Ambiguity(question.id, tuple(candidates), message.format(label=label))


def match_sections(
    form: Form, sections: list[TextSection], role_of: Callable[[str], Role | None] | None = None
) -> ParsedBody:
    """Shares the sections of any text out to the questions of a form.

    Args:
        form: The form to fill in.
        sections: From ``split_sections``.
        role_of: Says what a heading means, to move an issue to a form with other headings; None to go by labels only.
    """
    taken: dict[str, list[str]] = {}
    leftover, stray = [], []
    current: str | None = None
    by_label = _labels(form)
    for section in sections:
        question = by_label.get(plain(section.title)) if section.title else None
        if question is None and role_of is not None and section.title:
            role = role_of(section.title)
            question = form.with_role(role) if role is not None else None
        if question is not None and question.asks:
            taken.setdefault(question.id, []).append(section.text)
            current = question.id
        elif section.whole.strip():
            leftover.append(section.whole.strip("\n"))
            if current is not None:
                stray.append((current, section))
    return _shared_out(form, taken, leftover, stray)


def _labels(form: Form) -> Mapping[str, Question]:
    found: dict[str, Question] = {}
    for question in form.questions:
        if question.asks:
            found.setdefault(plain(question.label), question)
    return found


def _shared_out(
    form: Form, taken: dict[str, list[str]], leftover: list[str], stray: list[tuple[str, TextSection]]
) -> ParsedBody:
    answers: dict[str, Value] = {}
    ambiguous = []
    for question in form.questions:
        texts = taken.get(question.id)
        if not texts:
            continue
        readings: Readings = []
        for text in texts:
            found, rest = read_loosely(question, text)
            readings += [one for one in found if one not in readings]
            if rest.strip():
                leftover.append(rest.strip("\n"))
        label = shorten(clean_line(question.label), 60) or question.id
        value = readings[0] if readings else None
        if value is not None:
            answers[question.id] = value
        inside = [section for owner, section in stray if owner == question.id]
        if not readings:
            message = _("What stands under “{label}” is none of its choices.").format(label=label)
            ambiguous.append(Ambiguity(question.id, (), message))
        elif len(readings) > 1:
            message = _("“{label}” stands in the text more than once, with different answers.").format(label=label)
            ambiguous.append(Ambiguity(question.id, tuple(readings[:MOST_READINGS]), message))
        elif inside and question.kind in (Kind.TEXTAREA, Kind.STEPS) and (value is None or isinstance(value, str)):
            own = [value] if isinstance(value, str) else []
            whole = "\n\n".join([*own, *(section.whole.strip("\n") for section in inside)])
            candidates: tuple[Value | None, ...] = (value, whole)
            if not texts[0].strip():
                # Nothing stands under the heading itself, so what follows is surely the answer.
                answers[question.id] = whole
                candidates = (whole, None)
                leftover = [one for one in leftover if one not in {section.whole.strip("\n") for section in inside}]
            message = _("The heading “{heading}” is no question of this form; it may belong to “{label}”.").format(
                heading=shorten(inside[0].title, 60), label=label
            )
            ambiguous.append(Ambiguity(question.id, candidates, message))
    return ParsedBody(answers, tuple(ambiguous), "\n\n".join(leftover))
