"""What both screens say about a question, in one place, so that they cannot drift apart.

Nothing here knows how a screen is drawn; everything from a pack or a person passes ``clean_text`` on its way.
"""

from collections.abc import Sequence

from support_cli.base.i18n import _, format_size, ngettext
from support_cli.base.text import clean_line, clean_text
from support_cli.forms.model import Kind, Question, Value
from support_cli.forms.values import may_lack
from support_cli.interview.prompter import Heading, Screen

MASK = "****"
_SHOW_HOW = (Kind.EMAIL, Kind.PHONE)
"""Types whose rules name an example of their own."""
BETWEEN = "; "
"""Stands between several things in an answer of one line."""
_GLANCE = 4
"""Most choices that need no search."""
_ENDS = tuple(".?!:…。？！：؟")
# Where the Latin letters of a one-letter command lie on the Ukrainian and Russian keyboards.
_SAME_KEY = str.maketrans("цфзыівяйаед", "wapssdzqftl")


def progress(heading: Heading) -> str:
    """``4 of 9``."""
    return _("{position} of {total}").format(position=heading.position, total=heading.total)


def standing(heading: Heading) -> str:
    """How far somebody is, and whether everything answered so far lies on the disk."""
    if not heading.total:
        return ""
    if heading.saved is None:
        return progress(heading)
    kept = _("saved") if heading.saved else _("not saved")
    return f"{progress(heading)} · {kept}"


def questions_left(count: int) -> str:
    """How many questions come after the story."""
    if not count:
        return _("Nothing else has to be asked.")
    return ngettext("{count} short question is left.", "{count} short questions are left.", count).format(count=count)


def labelled(label: str) -> str:
    """A label ready to stand before an answer: with a colon unless it is empty or ends in a mark of its own."""
    label = clean_line(label)
    return label if not label or label.endswith(_ENDS) else label + ":"


def numbered(choices: Sequence[tuple[str, str]]) -> list[str]:
    """Choices with their hints, one a line."""
    lines = []
    for number, (label, hint) in enumerate(choices, 1):
        line = f"{number}. {clean_line(label)}"
        lines.append(f"{labelled(line)} {clean_line(hint)}" if hint.strip() else line)
    return lines


def complaint(problem: str, question: Question) -> str:
    """One sentence under a field: what is wrong, and an example that would do where the sentence has none."""
    problem, example = clean_line(problem), clean_line(question.example)
    if not example or example in problem or question.kind in _SHOW_HOW:
        return problem
    return problem + " " + _("For example: {example}").format(example=example)


def origin(screen: Screen) -> str:
    """Where the text comes from that stands in the field before anybody typed; empty for an earlier answer."""
    if screen.unfinished is not None:
        return "" if screen.problem or screen.question.options else _("This is what you had typed so far.")
    if screen.adds:
        return _("This is noted already. Add below what else there is.")
    if screen.value is not None and screen.value_from:
        source = clean_line(screen.value_from)
        return _("Filled in {source}. Enter takes it; what you type takes its place.").format(source=source)
    return ""


def takes_steps(question: Question) -> bool:
    """Whether the answer is a list that is asked step by step."""
    return question.kind is Kind.STEPS


def takes_text(question: Question) -> bool:
    """Whether the answer is text of several lines."""
    return question.kind is Kind.TEXTAREA


def takes_choice(question: Question) -> bool:
    """Whether the answer is one of, or several of, a list."""
    return question.kind in (Kind.DROPDOWN, Kind.CHECKBOXES)


def takes_several(question: Question) -> bool:
    """Whether more than one of the list may be taken."""
    return question.kind is not Kind.DROPDOWN or question.multiple


def must_answer(question: Question) -> bool:
    """Whether an empty answer has to be looked at instead of being passed over."""
    return question.required or (question.kind is Kind.CHECKBOXES and any(o.required for o in question.options))


def label_of(question: Question, *, group: bool = False) -> str:
    """The label as it is shown, saying so where the answer may stay empty.

    Args:
        question: The question.
        group: It belongs to a group of which one needs an answer.
    """
    label = clean_text(question.label).strip()
    return label if group or must_answer(question) else _("{label} (optional)").format(label=label)


def as_text(value: Value | None) -> str:
    """A value as the text that a field starts with; the items of a list one a line."""
    if value is None:
        return ""
    if isinstance(value, list):
        return "\n".join(clean_line(item) for item in value)
    if isinstance(value, float):
        return f"{value:.15g}"
    return clean_text(str(value))


def as_line(question: Question, value: Value) -> str:
    """A value as one line, to be left behind once it was taken; secrets are masked."""
    if question.secret:
        return MASK
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        joined = "; " if takes_steps(question) else ", "
        return joined.join(clean_line(item) for item in value)
    return first_line(as_text(value))


def first_line(text: str) -> str:
    """The first line of a text, and how many more there are."""
    lines = [line for line in clean_text(text).split("\n") if line.strip()]
    if len(lines) < 2:
        return clean_line("".join(lines))
    rest = len(lines) - 1
    more = ngettext("(and {count} more line)", "(and {count} more lines)", rest).format(count=rest)
    return f"{clean_line(lines[0])} {more}"


def kind_hint(question: Question) -> str:
    """How an answer of this type is written, where that is not plain; empty otherwise."""
    hint = ""
    if question.kind is Kind.DATE:
        hint = _("A date, like 2026-11-21 or 21.11.2026.")
    elif question.kind is Kind.TIME_WINDOW:
        hint = _("From when to when, like 12:00-14:00 or 2026-11-21 12-14.")
    elif question.kind is Kind.PHONE:
        hint = _("With the country code, like +380 44 123 45 67.")
    if question.required and may_lack(question):
        hint += "\n" * bool(hint) + _("If you do not have it, write: {words}").format(words=_("I don't have it"))
    return hint


def search_text(count: int) -> str:
    """What stands in the empty field above a list; nothing where the list is seen at a glance."""
    if count <= _GLANCE:
        return ""
    return ngettext("type to search {count} choice", "type to search {count} choices", count).format(count=count)


def file_kind(media_type: str) -> str:
    """A media type in a word: ``image`` for ``image/png``, ``pdf`` for ``application/pdf``."""
    words = {"image": _("image"), "text": _("text"), "audio": _("sound"), "video": _("video")}
    main, _slash, sub = clean_line(media_type).partition("/")
    if main in words or not sub:
        return words.get(main, main)
    return _("file") if sub == "octet-stream" else sub.removeprefix("x-").rpartition(".")[2]


def used(used_bytes: int, allowed: int) -> str:
    """How much of the room for attachments is taken, ``6.1 MB of 10 MB used``, marked where it is too much."""
    text = _("{used} of {allowed} used").format(used=format_size(used_bytes), allowed=format_size(allowed))
    return "! " + text if used_bytes > allowed else text


def weight(size: int, limit: int) -> str:
    """What the message weighs as it is sent, ``about 8.2 MB of 14 MB``, marked where it is too much; empty for none."""
    if not size:
        return ""
    text = _("about {size} of {limit}").format(size=format_size(size), limit=format_size(limit))
    return "! " + text if size > limit else text


def too_much(used_bytes: int, allowed: int) -> str:
    """Says by how much the attachments are over the limit."""
    return _("The files are {excess} over what can be sent. Zip one, or leave one out.").format(
        excess=format_size(used_bytes - allowed)
    )


def latin_key(letter: str) -> str:
    """The Latin letter on the same key, for somebody whose keyboard is set to Ukrainian or Russian."""
    return letter.casefold().translate(_SAME_KEY)
