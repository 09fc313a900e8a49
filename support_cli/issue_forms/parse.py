"""The way back: from the body of an issue to the answers, and a word wherever the bytes do not tell.

A body that the web form made is read exactly, by all the ways in which its headings can be the form's; one that
was edited afterwards is read section by section, and what belongs nowhere is handed back.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from urllib.parse import unquote

import msgspec

from support_cli.base.i18n import _
from support_cli.base.text import clean_line, clean_text, shorten
from support_cli.forms.model import Form, Kind, Question, Role, Value
from support_cli.forms.options import NO_RESPONSE, NONE
from support_cli.issue_forms.rendering import Flavour
from support_cli.issue_forms.template import parse_template

_ATX = re.compile(r" {0,3}(#{1,6})[ \t]+(\S.*)")
_BOLD = re.compile(r"(?:\*\*|__)([^*\n]{1,200})(?:\*\*|__)[ \t]*[:：]?")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_LONG = 1000
_BOLD_LEVEL = 7


class TextSection(msgspec.Struct, frozen=True):
    """One heading and the text up to the next.

    Attributes:
        title: The heading's words; empty for what stands before the first one.
        level: 1 to 6, 7 for a line in bold type, 0 for what stands before the first heading.
        text: The text below it.
        whole: Heading and text as they stand.
    """

    title: str
    level: int
    text: str
    whole: str


def split_sections(body: str) -> list[TextSection]:
    """Splits a Markdown text at its headings; a ``#`` inside code is none.

    Args:
        body: LF line ends.
    """
    found: list[TextSection] = []
    title, level, start, below = "", 0, 0, 0
    place, fence = 0, ""
    for line in body.split("\n"):
        words, rank = ("", 0) if fence or len(line) > _LONG else heading(line)
        if rank:
            found.append(TextSection(title, level, body[below:place], body[start:place]))
            title, level, start, below = words, rank, place, min(place + len(line) + 1, len(body))
        fence = _fence_after(line, fence)
        place += len(line) + 1
    found.append(TextSection(title, level, body[below:], body[start:]))
    return [section for section in found if section.level or section.whole.strip()]


def heading(line: str) -> tuple[str, int]:
    """The words and the level of a heading; level 0 for any other line."""
    atx = _ATX.fullmatch(line)
    if atx:
        words = atx[2].rstrip()
        closed = words.rstrip("#")
        return (closed.rstrip() if closed.endswith((" ", "\t")) else words), len(atx[1])
    bold = _BOLD.fullmatch(line.strip()) if line.startswith(("*", "_")) else None
    return (bold[1].strip().rstrip(":：").strip(), _BOLD_LEVEL) if bold else ("", 0)


def _fence_after(line: str, fence: str) -> str:
    """The fence that is open after a line, given the one open before it."""
    mark = _FENCE.match(line[:_LONG])
    if not mark:
        return fence
    if not fence:
        return mark[1]
    closes = mark[1][0] == fence[0] and len(mark[1]) >= len(fence) and not line[mark.end() :].strip()
    return "" if closes else fence


Readings = list[Value | None]
MOST_READINGS = 8
_FILE = re.compile(r"!?\[((?:\\.|[^\[\]\\])*)\]\(([^()\s]*)\)")
_BOX = re.compile(r"[ \t]*[-*+][ \t]+\[([ xX])\][ \t]*(.*?)[ \t]*")


def read_exact(question: Question, content: str) -> Readings:
    """Reads a block as a web form wrote it, in any of the three flavours."""
    if question.kind is Kind.DROPDOWN:
        return _several(question, content) if question.multiple else _one(question, content)
    if question.kind in (Kind.CHECKBOXES, Kind.CONFIRM):
        return _boxes(question, content)
    if question.kind is Kind.UPLOAD:
        return _files(content)
    if question.render:
        return _fenced(question.render, content)
    if content == NO_RESPONSE:
        return [None]
    if not content or (question.kind is Kind.INPUT and "\n" in content):
        return []
    return [content]


def _fenced(render: str, content: str) -> Readings:
    if content == NO_RESPONSE:
        return [None]
    fence = re.match(r"`{3,}", content)
    if fence is None:
        return []
    head, tail = fence[0] + render + "\n", "\n" + fence[0]
    # The classic form adds one line end after the fence.
    body = content[:-1] if content.endswith(tail + "\n") else content
    if not body.startswith(head) or not body.endswith(tail) or len(body) < len(head) + len(tail) - 1:
        return []
    inner = body[len(head) : -len(tail)] if len(body) >= len(head) + len(tail) else ""
    return [inner or None]


def _one(question: Question, content: str) -> Readings:
    found: Readings = [option.label for option in question.options if option.label == content]
    if question.listed:
        found += [option.label for option in question.options if f"- {option.label}" == content]
    if content in (NONE, NO_RESPONSE):
        found.append(None)
    return found


def _several(question: Question, content: str) -> Readings:
    if content == NO_RESPONSE:
        return [None]
    labels = [option.label for option in question.options]
    ways: Readings = []
    if question.listed:
        ways += _joined([f"- {label}" for label in labels], content, "\n", labels)
    return ways + _joined(labels, content, ", ", labels)


def _joined(written: Sequence[str], content: str, glue: str, labels: Sequence[str]) -> Readings:
    """Every choice of options, in their order, that makes this text when joined."""
    numbers = {text: number for number, text in enumerate(written)}
    ends = [*(found.start() for found in re.finditer(f"(?={re.escape(glue)})", content)), len(content)]
    most = 1 + max((text.count(glue) for text in written), default=0)
    after_glue = [0, *(end + len(glue) for end in ends[:-1])]
    # For each place where an option may begin: the ones that fit and leave a rest that can be read, and their ends.
    fits: dict[int, list[tuple[int, int]]] = {}
    for place in sorted(set(after_glue), reverse=True):
        first = bisect_left(ends, place)
        found = []
        for end in ends[first : first + 2 * most]:
            number = numbers.get(content[place:end])
            following = fits.get(end + len(glue), [])
            if number is not None and (end == len(content) or any(one > number for one, _end in following)):
                found.append((number, end))
        fits[place] = found
    ways: Readings = []
    stack: list[tuple[int, int, list[str]]] = [(0, -1, [])]
    while stack and len(ways) < MOST_READINGS:
        place, before, chosen = stack.pop()
        for number, end in fits.get(place, []):
            if number > before and end == len(content):
                ways.append([*chosen, labels[number]])
            elif number > before:
                stack.append((end + len(glue), number, [*chosen, labels[number]]))
    return ways


def _boxes(question: Question, content: str) -> Readings:
    labels = [option.label for option in question.options if option.on_document]
    if question.kind is Kind.CONFIRM:
        labels = [question.label]
    place, ticked = 0, []
    for number, label in enumerate(labels):
        head, tail = "\n- [" if number else "- [", f"] {label}"
        mark = content[place + len(head) : place + len(head) + 1]
        if mark not in (" ", "x", "X") or not content.startswith(f"{head}{mark}{tail}", place):
            return []
        ticked += [label] if mark != " " else []
        place += len(head) + 1 + len(tail)
    if place != len(content):
        return []
    if question.kind is Kind.CONFIRM:
        return [True if ticked else None]
    return [ticked or None]


def _files(content: str) -> Readings:
    if content == NO_RESPONSE:
        return [None]
    found = [_FILE.fullmatch(line) for line in content.split("\n")]
    if not all(found):
        return []
    return [[_file_name(match) for match in found if match]]


def _file_name(match: re.Match[str]) -> str:
    shown = re.sub(r"\\(.)", r"\1", match[1])
    return shown or unquote(match[2]).rsplit("/", 1)[-1]


def read_loosely(question: Question, content: str) -> tuple[Readings, str]:
    """Reads a block that people changed afterwards, or that another form made.

    Returns:
        The readings, and what was written there and is none of them.
    """
    text = content.strip("\n")
    if text.strip() in ("", NO_RESPONSE):
        return [None], ""
    if question.kind is Kind.CHECKBOXES:
        return _loose_boxes(question, text)
    if question.kind is Kind.DROPDOWN:
        return _loose_choice(question, text.strip())
    if question.kind is Kind.UPLOAD:
        return (found, "") if (found := _files(text.strip())) else ([None], text)
    fence = re.fullmatch(r"(`{3,})[^`\n]*\n(.*?)\n?\1[ \t]*", text, re.DOTALL)
    if question.render and fence:
        return [fence[2] or None], ""
    if question.kind is Kind.INPUT and "\n" in text:
        first, _end, rest = text.strip().partition("\n")
        return [first.strip()], rest.strip("\n")
    return [text], ""


def plain(text: str) -> str:
    """A text for comparison: case, blanks and marks do not count."""
    return " ".join(re.sub(r"[*_`]", "", text).casefold().split())


def _loose_choice(question: Question, text: str) -> tuple[Readings, str]:
    if text == NONE and all(option.label != NONE for option in question.options):
        return [None], ""
    exact = _several(question, text) if question.multiple else _one(question, text)
    if exact:
        return exact, ""
    by_text = {plain(option.label): option.label for option in question.options}
    parts = re.split(r",\s*|\n\s*(?:[-*+]\s+)?", re.sub(r"^[-*+]\s+", "", text)) if question.multiple else [text]
    known = [by_text[plain(part)] for part in parts if plain(part) in by_text]
    rest = ", ".join(part for part in parts if plain(part) not in by_text)
    if not known:
        return [], text
    ordered = [option.label for option in question.options if option.label in known]
    return [ordered if question.multiple else ordered[0]], rest


def _loose_boxes(question: Question, text: str) -> tuple[Readings, str]:
    by_text = {plain(option.label): option.label for option in question.options}
    ticked, rest = set(), []
    for line in text.split("\n"):
        box = _BOX.fullmatch(line) if len(line) < 5000 else None
        if box and plain(box[2]) in by_text:
            if box[1] != " ":
                ticked.add(by_text[plain(box[2])])
        elif line.strip():
            rest.append(line)
    chosen = [option.label for option in question.options if option.label in ticked]
    return [chosen or None], "\n".join(rest)


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
