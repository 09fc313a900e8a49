"""Choices: which option a text names, and what an either-or takes for an answer."""

import difflib
from collections.abc import Mapping, Sequence

from support_cli.i18n import _
from support_cli.packs.model import Option, Question, Value
from support_cli.text import clean_line, clean_text, shorten

_NOTHING: Mapping[str, str] = {}

YES = frozenset(["yes", "y", "true", "on", "1", "так", "т", "да", "д", "tak", "t"])
NO = frozenset(["no", "n", "false", "off", "0", "ні", "н", "нет", "nie"])


class Invalid(Exception):
    """A value that will not do.

    Attributes:
        code: A code of the ``A`` series.
        message: One sentence in the customer's language.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def quote(text: str) -> str:
    """Quotes what was said, cut to a length that fits into a sentence."""
    return "“" + shorten(clean_line(text), 60) + "”"


def kind_of(raw: object) -> str:
    """Names the shape of a value that is no text."""
    if isinstance(raw, bool):
        return _("yes or no")
    if isinstance(raw, dict):
        return _("a mapping")
    return _("a list") if isinstance(raw, list | tuple) else _("something else")


def _plain(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def find_option(options: Sequence[Option], said: str, texts: Mapping[str, str] = _NOTHING) -> Option | None:
    """Finds the option that a text names.

    The exact label wins, in the pack's language or the customer's; then the same letters and digits whatever
    their case (``wifi`` is ``Wi-Fi``), if only one option has them.
    """
    for option in options:
        if said in (option.label, texts.get(option.label)):
            return option
    wanted = _plain(said)
    found = [o for o in options if wanted and wanted in (_plain(o.label), _plain(texts.get(o.label, "")))]
    return found[0] if len(found) == 1 else None


def _one_of(question: Question, said: object, texts: Mapping[str, str]) -> str:
    if isinstance(said, bool):
        said = "yes" if said else "no"
    text = clean_text(str(said)) if isinstance(said, str | int | float) else None
    if text is None:
        raise Invalid("A002", _("This takes one of the choices, and {kind} was given.").format(kind=kind_of(said)))
    option = find_option(question.options, text, texts) or find_option(question.options, text.strip(), texts)
    if option is not None:
        return option.label
    labels = [texts.get(o.label, o.label).strip() for o in question.options]
    shown = ", ".join(labels[:8]) + (", …" if len(labels) > 8 else "")
    if text.strip().casefold() in YES | NO:
        raise Invalid(
            "A002",
            _("“{text}” does not say which one. Please choose: {choices}.").format(text=text.strip(), choices=shown),
        )
    near = difflib.get_close_matches(text.strip(), labels, 1, 0.6)
    if near:
        raise Invalid(
            "A002",
            _("{text} is not one of the choices. Did you mean “{near}”?").format(text=quote(text), near=near[0]),
        )
    raise Invalid("A002", _("{text} is not one of the choices: {choices}.").format(text=quote(text), choices=shown))


def _several_of(question: Question, raw: object, texts: Mapping[str, str]) -> list[str]:
    if isinstance(raw, str) and find_option(question.options, raw, texts) is None:
        parts = [part for part in raw.split("\n") if part.strip()]
        if len(parts) == 1 and find_option(question.options, raw.strip(), texts) is None:
            parts = [part for part in raw.split(",") if part.strip()]
        raw = parts
    items = raw if isinstance(raw, list | tuple) else [raw]
    chosen = {_one_of(question, item, texts) for item in items}
    return [o.label for o in question.options if o.label in chosen]


def read_choice(question: Question, raw: object, texts: Mapping[str, str]) -> Value | None:
    """Reads the answer of a dropdown: one label, or with ``multiple`` a list in the form's order."""
    if question.multiple:
        return _several_of(question, raw, texts) or None
    if isinstance(raw, list | tuple):
        if len(raw) != 1:
            raise Invalid("A002", _("Only one choice can be taken here."))
        raw = raw[0]
    return _one_of(question, raw, texts)


def read_boxes(question: Question, raw: object, texts: Mapping[str, str]) -> Value | None:
    """Reads the labels of the boxes that are ticked, in the form's order."""
    if isinstance(raw, Mapping):
        raw = [label for label, ticked in raw.items() if ticked not in (False, None, "false", "no", "")]
        if not raw:
            return None
    if len(question.options) == 1 and not isinstance(raw, list | tuple):
        said = str(raw).strip().casefold()
        if said in NO:
            return None
        if said in YES:
            return [question.options[0].label]
    return _several_of(question, raw, texts) or None
