"""What a person may type on the pages and beside the files, and what they paste, read the same way by both screens.

English words are always understood, the words of the customer's language too, and single letters also where
the keyboard is set to Ukrainian or Russian.
"""

import re
from collections.abc import Sequence

import msgspec

from support_cli.base.i18n import N_, _, ngettext
from support_cli.base.text import clean_text
from support_cli.forms.options import says_yes
from support_cli.interview.prompter import Act, Choice, Edit, FileRow, ReviewPage, ReviewRow, StoryPage, StoryRow
from support_cli.interview.wording import latin_key, too_much


class Stay(Exception):
    """What was typed will not do; the text is one sentence to show while the field stays."""


_NUMBERING = re.compile(r"^\s*(?:\d{1,3}[.)]|[-*\u2022])\s+")


def pasted(text: str, *, steps: bool = False, multiline: bool = False, paths: bool = False) -> str:
    """What a paste puts into a field: harmless, and in one line where the field has one.

    Args:
        text: What was pasted.
        steps: Every line is a step; numbers and marks before several of them go.
        multiline: The field takes lines as they are.
        paths: Every line is a path; several are put into quotes where they need them.
    """
    text = clean_text(text)
    if steps:
        lines = [line for line in text.split("\n") if line.strip()]
        return "\n".join(_NUMBERING.sub("", line) for line in lines) if len(lines) > 1 else "".join(lines)
    if multiline:
        return text
    lines = [line.strip() for line in text.split("\n") if line.strip()] if "\n" in text else [text]
    if paths and len(lines) > 1:
        lines = [f'"{line}"' if " " in line and line[0] not in "\"'" and "\\" not in line else line for line in lines]
    return " ".join(lines)


class Files(msgspec.Struct, frozen=True):
    """What to do with the attachments.

    Attributes:
        verb: ``done``, ``add``, ``zip`` or ``drop``.
        index: Row that ``zip`` and ``drop`` mean, counted from 0.
        text: What was typed, for ``add``.
    """

    verb: str
    index: int = -1
    text: str = ""


# Words are written as they are typed: small, one word. Translators choose words that differ from each other.
_REVIEW = {
    "send": N_("send"),
    "write": N_("write"),
    "attach": N_("attach"),
    "preview": N_("preview"),
    "save": N_("save"),
}
_STORY = {"form": N_("form"), "tell": N_("tell"), "all": N_("all"), "save": N_("save")}
_FILES = {"zip": N_("zip"), "drop": N_("drop")}
_LETTERS = {
    "w": "write",
    "a": "attach",
    "p": "preview",
    "s": "save",
    "z": "zip",
    "d": "drop",
    "f": "form",
    "t": "tell",
    "l": "all",
}


def verb_of(text: str, verbs: dict[str, str]) -> str:
    """The English verb that a word or letter means, or an empty text."""
    said = text.strip().casefold()
    for verb, word in verbs.items():
        if said in (verb, _(word).casefold()):
            return verb
    letter = _LETTERS.get(latin_key(said), "") if len(said) == 1 else ""
    return letter if letter in verbs else ""


def review_words(page: ReviewPage) -> list[str]:
    """The words of the review page in the customer's language."""
    return [_(word) for verb, word in _REVIEW.items() if verb != "send" or page.can_send]


def file_words() -> tuple[str, str]:
    """The words for zipping and for leaving out, in the customer's language."""
    return _(_FILES["zip"]), _(_FILES["drop"])


def enter_action(page: ReviewPage) -> Act:
    """What Enter does on the review page: send where that is possible, else write files."""
    return Act("send" if page.can_send else "write")


def read_review(page: ReviewPage, text: str) -> Edit | Act:
    """Reads what was typed on the review page.

    Raises:
        Stay: If it is neither a command nor the number of an answer.
    """
    said = text.strip()
    if not said:
        return enter_action(page)
    verb = verb_of(said, _REVIEW)
    if verb == "send" and not page.can_send:
        raise Stay(_why_not(page))
    if verb:
        return Act(verb)
    return _numbered(page.rows, said)


def story_words(page: StoryPage) -> list[str]:
    """The words of the page about the story in the customer's language."""
    return [_(word) for verb, word in _STORY.items() if verb != "form" or page.changeable]


def read_story(page: StoryPage, text: str) -> Edit | Act:
    """Reads what was typed on the page about the story; nothing means that all is right.

    Raises:
        Stay: If it is neither a command nor the number of an answer.
    """
    said = text.strip()
    if not said:
        return Act("go")
    verb = verb_of(said, _STORY)
    if verb and (verb != "form" or page.changeable):
        return Act(verb)
    return _numbered(page.rows, said)


def _numbered(rows: Sequence[ReviewRow] | Sequence[StoryRow], said: str) -> Edit:
    """The answer whose number was typed.

    Raises:
        Stay: If it is no number, or none of these.
    """
    number = re.fullmatch(r"#?\s*(\d{1,6})\.?", said, re.ASCII)
    for row in rows:
        if number and row.number == int(number[1]):
            return Edit(row.question)
    if number and rows:
        raise Stay(
            _("There is no answer {number} here; they go from {first} to {last}.").format(
                number=number[1], first=rows[0].number, last=rows[-1].number
            )
        )
    raise Stay(_("That is neither one of the commands nor the number of an answer."))


def asks_finally(choices: Sequence[Choice]) -> bool:
    """Whether one of the choices cannot be undone, so that ``read_final`` has to read the answer."""
    return any(choice.final for choice in choices)


def final_hint(choices: Sequence[Choice], default: str) -> str:
    """Says how such a question is answered."""
    label = next(choice.label for choice in choices if choice.key == default)
    if sum(choice.final for choice in choices) > 1:
        return _("Type a number. Enter alone takes {label}.").format(label=label)
    return _("Type a number, {yes} or {no}. Enter alone takes {label}.").format(yes=_("yes"), no=_("no"), label=label)


_OTHER_LAYOUT = ("т", "t")
"""What the key of n types in Ukrainian and Russian, and t, that of tak: one letter is no yes that cannot be undone."""


def read_final(choices: Sequence[Choice], default: str, text: str) -> str:
    """Reads the answer to a question of which one answer cannot be undone.

    Returns:
        The key of a choice: the default for nothing and for no, the only final one for yes, else the one with that
        number.

    Raises:
        Stay: If it is anything else.
    """
    said = text.strip()
    number = re.fullmatch(r"#?(\d{1,6})[.)]?", said, re.ASCII)
    if number and 1 <= int(number[1]) <= len(choices):
        return choices[int(number[1]) - 1].key
    answer = False if not said else None if number or said.casefold() in _OTHER_LAYOUT else says_yes(said)
    if answer is False:
        return default
    final = [choice.key for choice in choices if choice.final]
    if answer and len(final) == 1:
        return final[0]
    raise Stay(final_hint(choices, default))


def blocking(page: ReviewPage) -> str:
    """Says which answers stop the request, or an empty text."""
    numbers = [str(row.number) for row in page.rows if row.blocking]
    if not numbers:
        return ""
    return ngettext(
        "Answer {numbers} has to be changed before this can be sent.",
        "Answers {numbers} have to be changed before this can be sent.",
        len(numbers),
    ).format(numbers=", ".join(numbers))


def _why_not(page: ReviewPage) -> str:
    return blocking(page) or _("No way of sending is set up here; the request can be written into files.")


def read_files(rows: Sequence[FileRow], text: str) -> Files:
    """Reads what was typed beside the files: nothing for done, ``z 2``, ``d 2``, else something to add.

    Raises:
        Stay: If a row is meant that is not there.
    """
    said = text.strip()
    if not said:
        return Files("done")
    match = re.fullmatch(r"(\w+)(?:\s+#?(\d{1,6}))?", said)
    verb = verb_of(match[1], _FILES) if match else ""
    if not match or not verb:
        return Files("add", text=text)
    if match[2]:
        index = int(match[2]) - 1
        if not 0 <= index < len(rows):
            raise Stay(_("There is no file {number} in the list.").format(number=match[2]))
        return Files(verb, index)
    fitting = [i for i, row in enumerate(rows) if verb == "drop" or row.zipped is not None]
    if len(fitting) == 1:
        return Files(verb, fitting[0])
    if not rows:
        raise Stay(_("There is no file in the list yet."))
    raise Stay(_("Which one? Please add its number, like {example}.").format(example=f"{match[1]} 1"))


def not_done(rows: Sequence[FileRow], usage: tuple[int, int], required: bool) -> str:
    """Says why the files cannot stay as they are, or an empty text."""
    for number, row in enumerate(rows, 1):
        if row.trouble:
            return _("File {number} cannot be sent like this: {trouble}").format(number=number, trouble=row.trouble)
    if rows and usage[0] > usage[1]:
        return too_much(*usage)
    if required and not rows:
        return _("At least one file is needed here.")
    return ""
