"""What plain mode says: questions, help, files and the review page as ordinary lines.

A line is one thought, so that a screen reader can be stopped after it; nothing is drawn and nothing aligned.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from support_cli.base.i18n import N_, _, format_size, ngettext
from support_cli.base.text import clean_line, clean_text
from support_cli.forms.model import Kind, Option, Question, Value
from support_cli.interview.commands import Stay, blocking, file_words, review_words, story_words
from support_cli.interview.prompter import FileRow, FilesScreen, Heading, ReviewPage, Screen, StoryPage
from support_cli.interview.wording import (
    MASK,
    as_line,
    as_text,
    file_kind,
    first_line,
    kind_hint,
    label_of,
    labelled,
    must_answer,
    numbered,
    progress,
    questions_left,
    takes_choice,
    takes_several,
    takes_steps,
    takes_text,
    used,
    weight,
)


@dataclass(eq=False, repr=False)
class Visit:
    """One question.

    Attributes:
        screen: The question.
        many: It takes several lines.
        verbs: The commands that make sense here, which are named.
        words: The commands that are understood: such a word is never taken for an answer.
        options: The choices that are shown.
        start: What Enter alone takes, or None.
        lines: What was typed so far, for an answer of several lines.
        told: The answer was named by a number or kept, so that it is worth saying what was taken.
    """

    screen: Screen
    many: bool = field(init=False)
    verbs: list[str] = field(init=False)
    words: list[str] = field(init=False)
    options: list[Option] = field(init=False)
    start: Value | None = field(init=False)
    lines: list[str] = field(init=False)
    told: bool = False

    def __post_init__(self) -> None:
        screen, question = self.screen, self.screen.question
        self.many = (takes_text(question) or takes_steps(question)) and not question.secret
        self.options = [option for option in question.options if option.on_form]
        self.start, self.lines = screen.value, []
        half = None if question.secret else screen.unfinished
        if half is not None and self.many:
            self.start, self.lines = None, clean_text(half).strip("\n").split("\n") if half.strip() else []
        elif screen.adds and self.many:
            self.start, self.lines = None, as_text(screen.value).split("\n")
        elif half is not None and not self.options:
            self.start = clean_text(half).replace("\n", " ")
        if self.start in ("", []):
            self.start = None
        self.verbs = ["back"] if screen.can_go_back else []
        self.verbs += [] if must_answer(question) else ["skip"]
        self.verbs += [
            "help",
            "save" if screen.heading.saved is not None else "stop",
            *(["clear"] if self.many else []),
        ]
        self.words = ["back", "skip", *self.verbs]

    def keep(self, rest: str = "") -> None:
        """Stores what was typed so far.

        Args:
            rest: A line that was not ended.
        """
        question = self.screen.question
        if not self.options and not question.secret and question.kind is not Kind.CONFIRM:
            self.screen.keep("\n".join([*self.lines, *([rest] if rest else [])]))


class NotListed(Stay):
    """What was said names no choice."""


# Translators choose words that differ from each other; the English ones are always understood.
_WORDS = {
    "back": N_("back"),
    "skip": N_("skip"),
    "help": N_("help"),
    "save": N_("save"),
    "stop": N_("stop"),
    "clear": N_("clear"),
}


def shown(verbs: Collection[str]) -> str:
    """The commands in the customer's language, in one line."""
    return ", ".join(_(word) for verb, word in _WORDS.items() if verb in verbs)


def command(line: str, verbs: Collection[str]) -> str:
    """The command that a line is, or an empty text; with a backslash before it a word is no command."""
    said = line.strip().casefold()
    for verb, word in _WORDS.items():
        if verb in verbs and said in (verb, _(word).casefold()):
            return verb
    return ""


def literal(line: str, verbs: Collection[str]) -> str:
    """Takes the backslash away that marks a word as an answer."""
    rest = line.strip().removeprefix("\\")
    return rest if line.strip().startswith("\\") and (command(rest, verbs) or rest == ".") else line


def pick(text: str, labels: Sequence[str], first_number: int = 1) -> int:
    """Finds the choice that a number or some words name.

    The exact label wins over the number, the beginning of one label over a part of it.

    Args:
        text: What was said.
        labels: The choices.
        first_number: Number of the first one.

    Returns:
        An index.

    Raises:
        NotListed: If it names none.
        Stay: If it names several.
    """
    said = clean_line(text).casefold()
    folded = [label.casefold() for label in labels]
    if said in folded:
        return folded.index(said)
    number = re.fullmatch(r"#?(\d{1,6})[.)]?", said, re.ASCII)
    if number and 0 <= int(number[1]) - first_number < len(labels):
        return int(number[1]) - first_number
    for found in (
        [i for i, label in enumerate(folded) if said and label.startswith(said)],
        [i for i, label in enumerate(folded) if said and said in label],
    ):
        if len(found) == 1:
            return found[0]
        if found and not number:
            numbers = ", ".join(str(i + first_number) for i in found)
            raise Stay(
                _("“{text}” fits several: {numbers}. Please type one number.").format(text=text, numbers=numbers)
            )
    raise NotListed(_("“{text}” is not in the list. Please type a number.").format(text=clean_line(text)))


def pick_several(text: str, labels: Sequence[str]) -> list[int]:
    """Finds the choices that a line names: ``1,3``, ``1 3``, or labels with commas between them.

    Raises:
        Stay: If a part names no choice, or several.
    """
    if clean_line(text).casefold() in [label.casefold() for label in labels]:
        return [pick(text, labels)]
    between = r"[\s,;]+" if re.fullmatch(r"[\d\s,;]+", text, re.ASCII) else r"[,;]"
    parts = [part for part in re.split(between, text) if part.strip()]
    return sorted({pick(part, labels) for part in parts})


def question_lines(visit: Visit) -> list[str]:
    """A question: what is asked, how to answer, what stands there already, and the commands."""
    screen, question = visit.screen, visit.screen.question
    lines = [_asked(screen.heading, question, group=bool(screen.group)), *_paragraphs(question.description)]
    lines += filter(None, [clean_line(screen.group)])
    if screen.heading.saved is False:
        lines.append(_("Your answers are not being saved just now."))
    lines += numbered([(_with_mark(o.label, o.required), o.description) for o in visit.options])
    return [*lines, *how_to(question), *_there_already(visit), _commands(visit.verbs)]


def _asked(heading: Heading, question: Question, *, group: bool = False) -> str:
    label = label_of(question, group=group)
    if not heading.total:
        return label
    return _("Question {progress}. {label}").format(progress=progress(heading), label=label)


def _with_mark(label: str, required: bool) -> str:
    mark = _("required")
    return f"{label} ({mark})" if required else label


def _paragraphs(text: str) -> list[str]:
    return [line for line in clean_text(text).split("\n") if line.strip()]


def _commands(verbs: Sequence[str]) -> str:
    return _("You can type: {words}.").format(words=shown(verbs))


def how_to(question: Question) -> list[str]:
    """How an answer of this type is given."""
    lines = [hint] if (hint := kind_hint(question)) else []
    if question.secret:
        lines.append(_("What you type is not shown, and it is not kept in the draft."))
    elif question.kind is Kind.CONFIRM:
        lines.append(_("Type {yes} or {no}.").format(yes=_("yes"), no=_("no")))
    elif takes_choice(question) and takes_several(question):
        lines.append(_("Type one number or several, like 1,3."))
    elif takes_choice(question):
        lines.append(_("Type a number or the words."))
    elif takes_steps(question) and question.description.strip():
        lines.append(_("An empty line or a dot ends the list."))
    elif takes_steps(question):
        lines.append(_("One step a line, in the order in which you did them; an empty line or a dot ends."))
    elif takes_text(question):
        lines.append(_("An empty line or a dot alone ends your answer; what you paste keeps its empty lines."))
    return lines


def _there_already(visit: Visit) -> list[str]:
    screen = visit.screen
    if visit.lines:
        noted = screen.adds and screen.unfinished is None
        said = [_("Noted already:") if noted else _("So far you had written:"), *visit.lines]
        return [
            *said,
            _("Go on typing, or take it with an empty line. To begin anew, type {word}.").format(word=shown(["clear"])),
        ]
    if visit.start is None:
        return []
    keeps = _("Enter alone keeps it.")
    if screen.question.secret:
        return [_("Your answer so far: {answer}").format(answer=MASK), keeps]
    if takes_text(screen.question):
        said = ["", *as_text(visit.start).split("\n")]
    else:
        said = [as_line(screen.question, visit.start)]
    answer = "\n".join(said)
    if screen.adds:
        return [_("Noted already:"), *said, _("Enter alone keeps it; what you type is added.")]
    source = clean_line(screen.value_from)
    if source and screen.unfinished is None:
        return [_("Filled in {source}: {answer}").format(source=source, answer=answer), keeps]
    return [_("Your answer so far: {answer}").format(answer=answer), keeps]


def lines_taken(count: int) -> str:
    """Says what a paste brought into a text."""
    return ngettext(
        "{count} pasted line is taken. Type on, or end with an empty line.",
        "{count} pasted lines are taken. Type on, or end with an empty line.",
        count,
    ).format(count=count)


def help_lines(question: Question, verbs: Sequence[str]) -> list[str]:
    """What ``help`` says: why this is asked, an example, how to answer, and what the commands do."""
    lines = [_("Why we ask: {why}").format(why=clean_line(question.why))] if question.why.strip() else []
    lines += _paragraphs(question.description)
    for sample in dict.fromkeys((question.example.strip(), question.placeholder.strip())):
        if sample:
            lines.append(_("For example: {example}").format(example=clean_text(sample)))
    return [*lines, *how_to(question), *verb_lines(verbs)]


def verb_lines(verbs: Sequence[str]) -> list[str]:
    """What each command does, and how to give its word as an answer."""
    meanings = {
        "back": _("goes to the question before"),
        "skip": _("leaves this one empty"),
        "clear": _("throws away what you typed for this question"),
        "save": _("saves everything and leaves; you are told how to go on"),
        "stop": _("leaves; nothing is kept"),
    }
    lines = [f"{labelled(shown([verb]))} {meaning}." for verb, meaning in meanings.items() if verb in verbs]
    example = shown(["back"])
    lines += [_("A backslash alone stands for an empty line.")] if "clear" in verbs else []
    return [*lines, _("To answer with such a word, put a backslash before it, like \\{word}.").format(word=example)]


def files_intro(screen: FilesScreen, verbs: Sequence[str]) -> list[str]:
    """The question for attachments, and how files are given."""
    zipping, leaving_out = file_words()
    return [
        _asked(screen.heading, screen.question),
        *_paragraphs(screen.question.description),
        _("Type a path, or several in quotes, and press Enter. An empty line ends."),
        _("To replace file 1 by a zip of it, type {zip} 1; to leave it out, type {drop} 1.").format(
            zip=zipping, drop=leaving_out
        ),
        _commands(verbs),
    ]


def files_lines(rows: Sequence[FileRow], usage: tuple[int, int]) -> list[str]:
    """The files so far, one a line, with what has to be said about them."""
    lines = [_("There is no file yet.")] if not rows else []
    zipping = file_words()[0]
    for number, row in enumerate(rows, 1):
        lines.append(f"{number}. {clean_line(row.name)}, {file_kind(row.type)}, {format_size(row.size)}")
        if row.trouble:
            lines.append(warning(row.trouble))
        if row.remark:
            lines.append(clean_line(row.remark))
        if row.zipped is not None:
            size, how = format_size(row.zipped), f"{zipping} {number}"
            lines.append(_("Zipped it would be {size}: type {command}").format(size=size, command=how))
    return [*lines, used(*usage).removeprefix("! ")]


def warning(text: str) -> str:
    """A warning in a word instead of a mark."""
    return _("Warning: {text}").format(text=clean_line(text))


def review_lines(page: ReviewPage) -> list[str]:
    """The review page: every answer with its number, and its warnings after it."""
    lines = [clean_line(page.title), *filter(None, [weight(page.size, page.limit).removeprefix("! ")])]
    for row in page.rows:
        answer = first_line(row.text) or _("(empty)")
        lines.append(f"{row.number}. {labelled(row.label)} {answer}")
        for text in row.warnings:
            lines.append(
                _("Has to be changed: {text}").format(text=clean_line(text)) if row.blocking else warning(text)
            )
    lines += [warning(remark) for remark in page.remarks]
    return [*lines, *filter(None, [blocking(page)])]


def story_lines(page: StoryPage) -> list[str]:
    """What was understood from the story, each answer with its number and the words that it was taken from."""
    lines = [clean_line(page.heading.title)]
    lines.append(_("What I understood") if page.rows else _("Your story is kept as it is."))
    for row in page.rows:
        answer, quote = first_line(row.text), clean_line(row.quote)
        line = f"{row.number}. {labelled(row.label)} {answer}"
        lines.append(line if not quote or quote == answer else f"{line} (“{quote}”)")
    return [*lines, questions_left(page.left)]


def story_words_lines(page: StoryPage, verbs: Sequence[str]) -> list[str]:
    """What can be done from the page about the story."""
    words = ", ".join([*story_words(page), shown(verbs)])
    how = _("Enter alone means that it is right.") if page.rows else _("Enter alone goes on.")
    return [how, _("Type the number of an answer to change it, or: {words}.").format(words=words)]


def review_words_lines(page: ReviewPage, verbs: Sequence[str]) -> list[str]:
    """What can be done from the review page."""
    target = clean_line(page.target)
    enter = (
        _("Enter alone sends it to {target}.").format(target=target)
        if page.can_send
        else _("Enter alone writes it into files.")
    )
    words = ", ".join([*review_words(page), shown(verbs)])
    return [enter, _("Type the number of an answer to change it, or: {words}.").format(words=words)]
