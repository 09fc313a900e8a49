"""The words of plain mode: commands, and which choice an answer names."""

import re
from collections.abc import Collection, Sequence

from support_cli.base.i18n import N_, _
from support_cli.base.text import clean_line
from support_cli.interview.commands import Stay


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
