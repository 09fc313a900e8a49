"""Reading a Markdown issue template as a form: front matter, then sections that become questions.

Sources: GitHub's "About issue and pull request templates", GitLab's "Description templates". A template is
text that people overwrite: every question keeps the bytes around its answer (``Question.source``), and all of
them with ``Form.trailer`` at the end are the template. Where people may write more than the questions ask for,
before a list or under it, there is a question that is not shown until it has an answer (``on_form`` is false), so
that what a finished text says there keeps its place.
"""

import re
from bisect import bisect_left
from typing import NamedTuple

import msgspec

from support_cli.base.finding import Finding, Level
from support_cli.base.i18n import _
from support_cli.base.text import clean_line, clean_text
from support_cli.forms.model import Form, Kind, Option, Question, Role, Value, parameterize, unique
from support_cli.issue_forms.blocks import Block, Section, sections
from support_cli.issue_forms.form import Scalars, read
from support_cli.issue_forms.messages import LoadedForm
from support_cli.issue_forms.roles import role_of_words
from support_cli.packs.errors import PackError, YamlError
from support_cli.packs.yamltext import Parsed, decode, parse

MAX_BYTES = 1 << 20
MOST_QUESTIONS = 500
_FRONT = re.compile(r"---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_WHOLE_FORM = re.compile(
    r"(?:---[ \t]*\n)?(?:#[^\n]*\n|[ \t]*\n){0,50}name[ \t]*:(?s:.*?)\nbody[ \t]*:[ \t]*\n[ \t]*-[ \t]"
)
_COMMENT = re.compile(r"<!--(.*?)(?:-->|\Z)", re.DOTALL)
_SKELETON = re.compile(r"(?:\d{1,3}[.)]|[-*+])\s*(?:…|\.{3})?")
_TICK = re.compile(r"[ \t]*[-*+][ \t]+\[([ xX])\][ \t]+(.*)")
# Tables and lists such as "- OS:" are to be filled in, not to be replaced.
_TO_FILL_IN = re.compile(
    r"^[ \t]*\|.*\||^[ \t]*[-*+][ \t]+[^\s:][^:\n]{0,60}:[ \t]*$"
    r"|^[^\s:-][^:\n]{0,60}:[ \t]*\n+[^\s:-][^:\n]{0,60}:[ \t]*$",
    re.MULTILINE,
)
# A list that counts, and words in brackets: samples to be overwritten.
_SAMPLE = re.compile(r"^[ \t]*\d{1,3}[.)](?:[ \t]|$)|^[ \t]*(?:[-*+][ \t]+)?\[[^\]\n]+\][ \t]*$", re.MULTILINE)
_LABELLED = re.compile(r"^[^\s:：#>|-][^:：\n]{0,60}[:：][ \t]*$", re.MULTILINE)
_TOLD = (Role.SUMMARY, Role.DETAILS, Role.STEPS, Role.EXPECTED, Role.ACTUAL)
_REMARK = re.compile(r"\s*<!--.*?(?:-->|\Z)", re.DOTALL)
_AFTER = re.compile(r"(?:\s|<!--.*?(?:-->|\Z))*", re.DOTALL)
_SPECIAL = ("check", "entry", "fence", "details")


def load(raw: str | bytes, *, name: str, form_id: str, title: str = "", front_matter: bool = True) -> LoadedForm:
    """Reads a Markdown template.

    Args:
        raw: The file's content.
        name: Its name, for messages.
        form_id: What the form is called.
        title: Name for the chooser where the front matter gives none.
        front_matter: The text may begin with one (GitHub's do, GitLab's do not).

    Returns:
        The form (``foreign`` is ``markdown``) and the findings.

    Raises:
        PackError: If it is too large, is no text, or its front matter is no YAML.
    """
    if len(raw) > MAX_BYTES:
        raise PackError(_("{name} is larger than such a file may be.").format(name=name), where=name)
    text = decode(raw, name) if isinstance(raw, bytes) else raw.removeprefix("\ufeff")
    newline = "\r\n" if "\r\n" in text else "\n"
    text = clean_text(text)
    front = _FRONT.match(text) if front_matter else None
    whole = front_matter and front is None and _WHOLE_FORM.match(text) is not None
    broken: list[Finding] = []
    try:
        parsed = parse(text if whole else text[: front.end(1)] if front else "", name=name)
    except YamlError as error:
        broken = [
            Finding(code="T150", level=Level.ERROR, where=error.where or name, message=error.message, fix=error.hint)
        ]
        parsed = Parsed(name)
    if isinstance(parsed.data, dict) and isinstance(parsed.data.get("body"), list):
        # A whole form that lies in a file of the wrong ending.
        loaded = read(parsed, text, form_id=form_id, platform="")
        message = _("This is an issue form in a Markdown file; GitHub reads forms from .yml and .yaml files only.")
        finding = Finding(code="T151", level=Level.WARNING, where=f"{name}:1:1", message=message)
        return LoadedForm(loaded.form, (*loaded.findings, finding))
    if front and not isinstance(parsed.data, dict) and not re.search(r"^name[ \t]*:", front[1], re.MULTILINE):
        front, broken = None, []  # two rules that happen to stand there
    header = _Header(parsed, text)
    form = _Reader(text[front.end() :] if front else text, newline).form(header, form_id, title or form_id)
    return LoadedForm(form, tuple(broken or header.findings()) if front else ())


class _Header:
    """Front matter: name, about, title, labels, assignees, type; whatever else stands there is left alone."""

    def __init__(self, parsed: Parsed, text: str) -> None:
        self.parsed = parsed
        self.scalars = Scalars(parsed, text)
        self.data: dict[str, object] = parsed.data if isinstance(parsed.data, dict) else {}

    def line(self, key: str) -> str:
        return clean_line(self.scalars.value(self.data.get(key), (key,)))

    def title(self) -> str:
        title, line = self.data.get("title"), self.line("title")
        return line + (" " if line and isinstance(title, str) and title.endswith(" ") else "")

    def names(self, key: str) -> tuple[str, ...]:
        value = self.data.get(key)
        if isinstance(value, list):
            found = [self.scalars.item(one, (key, number)) for number, one in enumerate(value)]
        else:
            found = self.scalars.value(value, (key,)).split(",")
        return tuple(dict.fromkeys(one for one in map(clean_line, found) if one))

    def findings(self) -> list[Finding]:
        missing = [key for key in ("name", "about") if not self.line(key)]
        if self.line("description"):
            missing = [key for key in missing if key != "about"]
        return [
            Finding(
                code="T150",
                level=Level.WARNING,
                where=self.parsed.where(()),
                message=_("The front matter has no “{key}”, and GitHub leaves such a template out.").format(key=key),
            )
            for key in missing
        ]


class _Slot(NamedTuple):
    """A question and the place of its answer in the template; ``close`` is where its block ends."""

    start: int
    end: int
    close: int
    question: Question


class _Reader:
    """Finds the questions of one template."""

    def __init__(self, text: str, newline: str) -> None:
        self.text = text
        self.newline = newline
        self.taken: set[str] = set()
        self.slots: list[_Slot] = []
        self.nested = ""  # the label of the line just above a check list
        self.notes: list[tuple[int, str]] = []

    def form(self, header: _Header, form_id: str, title: str) -> Form:
        name = header.line("name") or title
        found = sections(self.text)
        for number, section in enumerate(found):
            if len(self.slots) < MOST_QUESTIONS:
                self._section(section, found[number + 1] if number + 1 < len(found) else None)
        if not any(slot.question.on_form for slot in self.slots):
            self._whole(name)
        elif not any(_takes_all(slot.question) for slot in self.slots):
            self._ask_for_the_main_text()
        questions, trailer = self._with_sources([section.heading for section in found])
        return Form(
            id=form_id,
            name=name,
            description=header.line("about") or header.line("description"),
            questions=questions,
            foreign="markdown",
            title=header.title(),
            labels=header.names("labels"),
            assignees=header.names("assignees"),
            projects=header.names("projects"),
            issue_type=header.line("type") or None,
            trailer=trailer,
        )

    def _section(self, section: Section, following: Section | None) -> None:
        heading = section.heading
        blocks = _content(section.blocks)
        title = _label(heading.title) if heading else ""
        runs = _runs(blocks)
        if runs:
            self._special(title, heading, blocks, runs)
        elif heading is None or not title:
            self._unlabelled(heading, blocks)
        elif following and following.heading and following.heading.level > heading.level and not blocks:
            self._note(heading.start, [], title)
            self._place(title, heading.end)
        else:
            start = blocks[0].start if blocks else heading.end
            self._prose(title, start, self._end(blocks) if blocks else heading.end)

    def _unlabelled(self, heading: Block | None, blocks: list[Block]) -> None:
        """What stands under no words: read out, and asked only where it is plainly to be filled in."""
        prose = _COMMENT.sub("", self._cut(blocks))
        lines = [line for line in prose.split("\n") if line.strip()]
        if 2 * sum(any(one.search(line) for one in (_TO_FILL_IN, _SAMPLE, _LABELLED)) for line in lines) > len(lines):
            remarks = [block for block in blocks if block.kind == "comment"]
            self._prose(_short(self._hint(remarks[:1])) or _("Description"), blocks[0].start, self._end(blocks))
            return
        self._note(blocks[0].start if blocks else 0, blocks, "")
        self._place("", blocks[-1].end if blocks else heading.end if heading else 0)

    def _special(self, title: str, heading: Block | None, blocks: list[Block], runs: list[list[Block]]) -> None:
        at = 0
        for number, run in enumerate(runs):
            if len(self.slots) >= MOST_QUESTIONS:
                return
            first = blocks.index(run[0], at)
            before, at = blocks[at:first], blocks.index(run[-1], first) + 1
            remarks = [block for block in before if block.kind == "comment"]
            own: list[Block] = []
            if number == 0 and title and run[0].kind == "details" and len(remarks) >= 2:
                # Remarks for the section itself, then one for what is folded below.
                cut = before.index(remarks[-1])
                own, before = before[:cut], before[cut:]
            elif self._to_be_told(title if number == 0 else "", before, run[0].kind):
                own, before = before, []
            if own or (number == 0 and not before and self._to_be_told(title, [], run[0].kind)):
                words = _short(self._hint(own)) or _("Description")
                start = own[0].start if own else run[0].start
                self._prose(title if number == 0 and title else words, start, self._end(own) if own else start)
            elif number == 0:
                if run[0].kind == "entry" and heading is not None:
                    self._note(heading.start, before, title)
                self._place(title, (before or run)[0].start)
            self._run(run, title, before, first=number == 0, named=len(runs) > 1 or len(remarks) != 1)
            self._place(title, run[-1].end)
        rest = blocks[at:]
        if any(block.kind == "comment" for block in rest) or _SAMPLE.search(self._cut(rest)):
            hint = self._hint(rest)
            words = _short(hint) if "\n" not in hint else ""
            while rest[0].kind == "blank":
                rest = rest[1:]
            self.slots.pop()  # this place is the question's own
            label = _("More under “{heading}”").format(heading=title) if title else _("Description")
            self._prose(words or label, rest[0].start, self._end(rest))

    def _run(self, run: list[Block], title: str, before: list[Block], *, first: bool, named: bool) -> None:
        """Asks for one check list, one piece of code, or the lines of one list."""
        hint = self._hint(before)
        words = _short(hint) if not first or not title else ""
        label = run[0].title if run[0].kind == "details" and named else ""
        if run[0].kind == "check" and self.nested and not before and self.text[run[0].start] in " \t":
            # The line just above is the list's label, not a question of its own.
            self.taken -= {slot.question.id for slot in self.slots[-2:]}
            del self.slots[-2:]
            label = self.nested
        label = label or words or title or run[0].title
        self.nested = ""
        if run[0].kind == "entry":
            for block in run:
                if len(self.slots) >= MOST_QUESTIONS:
                    break
                self._entry(block, title)
                if block is not run[-1]:
                    self._place(block.title, block.end)
            self.nested = _label(run[-1].title) if run[-1].slot[0] == run[-1].slot[1] else ""
        elif run[0].kind == "check":
            self._checks(run, label or _("Checklist"), hint)
        else:
            self._code(run[0], label or _("Checklist"), hint)

    def _to_be_told(self, title: str, before: list[Block], kind: str) -> bool:
        """Whether a part above a list or code is a place to write at, not only words about what follows."""
        text = self._cut(before)
        if _SAMPLE.search(_COMMENT.sub("", text)):
            return True
        if kind != "entry":
            return False
        asks = any(mark in one for one in _COMMENT.findall(text) for mark in "?\uff1f")
        return asks or (bool(title) and role_of_words(title) in _TOLD)

    def _end(self, blocks: list[Block]) -> int:
        """Where the words of these blocks end."""
        return blocks[0].start + len(self._cut(blocks).rstrip("\n"))

    def _place(self, title: str, at: int) -> None:
        """A place where people may write although nothing asks them to."""
        if len(self.slots) >= MOST_QUESTIONS or (self.slots and self.slots[-1].close > at):
            return
        label = _("More under “{heading}”").format(heading=title) if title else _("More text")
        self._add(Kind.TEXTAREA, label, "", at, at, on_form=False)

    def _ask_for_the_main_text(self) -> None:
        """Makes one of the places a question, for a template that asks for particulars only."""
        places = [number for number, slot in enumerate(self.slots) if not slot.question.on_form]
        remarks = {number: found for number in places if (found := _REMARK.match(self.text, self.slots[number].start))}
        if not places:
            return
        number = min(remarks, default=places[-1])
        slot = self.slots[number]
        end = remarks[number].end() if number in remarks else slot.end
        hint = self._hint([Block("comment", slot.start, end)]) if end > slot.start else ""
        label = _short(hint) or _("Description")
        question = msgspec.structs.replace(
            slot.question,
            id=unique(parameterize(label), self.taken, number),
            label=label,
            description=hint,
            on_form=True,
        )
        self.slots[number] = _Slot(slot.start, end, end, question)

    def _cut(self, blocks: list[Block]) -> str:
        return self.text[blocks[0].start : blocks[-1].end] if blocks else ""

    def _hint(self, blocks: list[Block]) -> str:
        """What a part of a template says to its reader, without the marks of a comment."""
        text = self._cut(blocks)
        parts = [*_COMMENT.findall(text), _COMMENT.sub("", text)]
        return "\n\n".join(part for part in (one.strip("-").strip() for one in parts) if re.search(r"\w", part))

    def _note(self, place: int, blocks: list[Block], title: str) -> None:
        hint = self._hint(blocks)
        words = "\n\n".join(part for part in (f"## {title}" if title else "", hint) if part)
        if words:
            self.notes.append((place, words))

    def _prose(self, title: str, start: int, end: int) -> None:
        text = self.text[start:end]
        prose = _COMMENT.sub("", text).strip()
        hints = [one.strip("-").strip() for one in _COMMENT.findall(text)]
        default, placeholder = None, ""
        if prose and all(_SKELETON.fullmatch(line.strip()) for line in prose.split("\n") if line.strip()):
            placeholder = prose
        elif _TO_FILL_IN.search(prose):
            default = prose
        elif re.search(r"\w", prose):
            hints.append(prose)
        hint = "\n\n".join(one for one in hints if re.search(r"\w", one))
        self._add(Kind.TEXTAREA, title, hint, start, end, default=default, placeholder=placeholder)

    def _entry(self, block: Block, group: str) -> None:
        start, end = block.slot
        example = _COMMENT.sub(r"\1", self.text[start:end]).strip().strip("[]").strip()
        label = _label(block.title)
        # What happened is seldom said in one line, whatever room the template leaves.
        kind = Kind.TEXTAREA if role_of_words(label) in _TOLD[1:] else Kind.INPUT
        self._add(kind, label, group, start, end, placeholder=example)

    def _checks(self, run: list[Block], label: str, hint: str) -> None:
        start = run[0].start
        ticks = [(found[1] != " ", clean_line(found[2])) for found in map(_TICK.match, self._lines(run)) if found]
        labels = list(dict.fromkeys(text for _ticked, text in ticks if text))
        default = list(dict.fromkeys(text for ticked, text in ticks if ticked and text))
        options = tuple(Option(text) for text in labels)
        end = self._end(run)
        self._add(Kind.CHECKBOXES, label, hint, start, end, options=options, default=default or None)

    def _lines(self, run: list[Block]) -> list[str]:
        return [self.text[block.start : block.end].rstrip("\n") for block in run if block.kind == "check"]

    def _code(self, block: Block, label: str, hint: str) -> None:
        start, end = block.slot
        sample = self.text[start:end].strip("\n")
        self._add(Kind.TEXTAREA, label, hint, start, end, block.end, placeholder=sample, render=block.language)

    def _whole(self, name: str) -> None:
        """A template of prose or remarks only: one question for all of it."""
        self.notes, self.slots, self.taken = [], [], set()
        stripped = self.text.strip("\n")
        start = self.text.find(stripped) if stripped else 0
        prose = _COMMENT.sub("", stripped).strip()
        hint = "\n\n".join(one.strip("-").strip() for one in _COMMENT.findall(stripped))
        self._add(Kind.TEXTAREA, name, hint, start, start + len(stripped), default=prose or None)

    def _add(
        self,
        kind: Kind,
        label: str,
        description: str,
        start: int,
        end: int,
        close: int = 0,
        *,
        options: tuple[Option, ...] = (),
        default: Value | None = None,
        placeholder: str = "",
        render: str | None = None,
        on_form: bool = True,
    ) -> None:
        question = Question(
            id=unique(parameterize(label[:100]), self.taken, len(self.slots) + 1),
            kind=kind,
            label=label,
            description=description,
            placeholder=placeholder,
            options=options,
            default=default,
            render=render,
            explicit_id=False,
            on_form=on_form,
        )
        self.slots.append(_Slot(start, end, max(end, close), question))

    def _with_sources(self, headings: list[Block | None]) -> tuple[tuple[Question, ...], str]:
        """Shares the text between the answers out: to the answer before it, or the one after."""
        starts = [heading.start for heading in headings if heading]
        questions: list[Question] = []
        notes = list(self.notes)
        done = 0
        for number, slot in enumerate(self.slots):
            while notes and notes[0][0] <= slot.start:
                questions.append(
                    Question(id=f"#{len(questions)}", kind=Kind.MARKDOWN, text=notes.pop(0)[1], on_document=False)
                )
            limit = self.slots[number + 1].start if number + 1 < len(self.slots) else len(self.text)
            following = bisect_left(starts, slot.close)
            limit = min(limit, starts[following]) if following < len(starts) else limit
            follows = _AFTER.match(self.text, slot.close, limit)
            after = follows.end() if follows else slot.close
            if after < limit:
                # More of the same section comes: only the line ends belong to this answer.
                rest = self.text[slot.close : after]
                after = slot.close + len(rest) - len(rest.lstrip("\n"))
            source = (self.text[done : slot.start], self.text[slot.start : slot.end], self.text[slot.end : after])
            questions.append(_with_source(slot.question, tuple(map(self._bytes, source))))
            done = after
        questions += [
            Question(id=f"#{len(questions) + more}", kind=Kind.MARKDOWN, text=words, on_document=False)
            for more, (_place, words) in enumerate(notes)
        ]
        return tuple(questions), self._bytes(self.text[done:])

    def _bytes(self, text: str) -> str:
        return text if self.newline == "\n" else text.replace("\n", self.newline)


def _with_source(question: Question, source: tuple[str, ...]) -> Question:
    before, own, after = source
    return msgspec.structs.replace(question, source=(before, own, after))


def _takes_all(question: Question) -> bool:
    """Whether a story fits in: a text of any length that is no code."""
    return question.on_form and question.kind is Kind.TEXTAREA and question.render is None


def _content(blocks: list[Block]) -> list[Block]:
    """The part of a section that an answer may take the place of: no quick actions, rules and blanks at its ends."""
    actions = [number for number, block in enumerate(blocks) if block.kind == "action"]
    end = actions[0] if actions else len(blocks)
    while end and blocks[end - 1].kind in ("blank", "rule"):
        end -= 1
    start = 0
    while start < end and blocks[start].kind == "blank":
        start += 1
    return blocks[start:end]


def _runs(blocks: list[Block]) -> list[list[Block]]:
    """The parts of a section that are questions by their form: check lists, entries, code."""
    entries = [number for number, block in enumerate(blocks) if block.kind == "entry"]
    clean = bool(entries) and all(block.kind in (*_SPECIAL, "blank", "comment") for block in blocks[entries[0] :])
    runs: list[list[Block]] = []
    last = ""
    for block in blocks:
        if block.kind in _SPECIAL and (block.kind != "entry" or clean):
            if block.kind == last and block.kind in ("check", "entry"):
                runs[-1].append(block)
            else:
                runs.append([block])
            last = block.kind
        elif block.kind != "blank":
            last = "" if last != "entry" else last
    return runs


def _label(title: str) -> str:
    """The words of a heading, as a question's label."""
    plain = re.sub(r"(\*\*|__)(.+?)\1", r"\2", clean_line(_COMMENT.sub("", title)))
    return plain.rstrip(":：").strip()


def _short(text: str) -> str:
    """The last line of a text that stands before a question, if it is short enough to name it."""
    last = _label(text.strip().rsplit("\n", 1)[-1].lstrip("#>-* ")) if text.strip() else ""
    return last if 0 < len(last) <= 80 else ""
