"""Choices: which option a text names, and what an either-or takes for an answer."""

import difflib
from collections.abc import Mapping, Sequence

from support_cli.base.i18n import _, quoted
from support_cli.base.text import clean_line, clean_text, shorten
from support_cli.forms.model import Option, Question, Value

_NOTHING: Mapping[str, str] = {}
NONE = "None"
NO_RESPONSE = "_No response_"
_MOST_DIGITS = 400
_MOST_NAMED = 8

YES = frozenset(["yes", "y", "true", "on", "1", "так", "т", "да", "д", "tak", "t"])
NO = frozenset(["no", "n", "false", "off", "0", "ні", "н", "нет", "nie"])


LACKING = frozenset(
    [
        *("i don't have it", "i do not have it", "don't have it", "i don't have one", "i don't know"),
        *("не маю", "немає", "у мене немає", "у мене його немає", "не знаю"),
        *("нет", "у меня нет", "у меня его нет"),
        *("nie mam", "nie mam go", "nie mam numeru", "nie znam", "nie wiem", "brak"),
    ]
)
"""What people say who do not have a number that is asked for."""


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
    return quoted(shorten(clean_line(text[:1000]), 60))


def kind_of(raw: object) -> str:
    """Names the shape of a value that is no text."""
    if isinstance(raw, bool):
        return _("yes or no")
    if isinstance(raw, Mapping):
        return _("a mapping")
    return _("a list") if isinstance(raw, list | tuple) else _("something else")


def written(raw: object) -> str | None:
    """Writes a text or a number as text; None for everything else.

    A whole number of more digits than Python writes (``sys.set_int_max_str_digits``) is cut to its sign.
    """
    if isinstance(raw, str):
        return raw
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        return None
    if isinstance(raw, int) and raw.bit_length() > _MOST_DIGITS * 3:
        return "-…" if raw < 0 else "…"
    return str(raw)


def says_yes(text: str) -> bool | None:
    """Whether a text is a plain yes or no in one of our languages; None when it is neither."""
    said = text.strip().rstrip(".!").casefold()
    return True if said in YES else False if said in NO else None


def says_lacking(text: str) -> bool:
    """Whether a text says that somebody does not have what is asked for."""
    said = clean_line(text).rstrip(".!").casefold().replace("’", "'")
    return said in LACKING or said == _("I don't have it").casefold()


def _plain(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def find_option(options: Sequence[Option], said: str, texts: Mapping[str, str] = _NOTHING) -> Option | None:
    """Finds the option that a text names.

    The exact label in the pack's language wins, for that is what is stored; then the exact label in the
    customer's; then the same letters and digits whatever their case (``wifi`` is ``Wi-Fi``). A text that
    fits several options names none of them.
    """
    for option in options:
        if said == option.label:
            return option
    found = [o for o in options if said == texts.get(o.label)]
    if not found:
        wanted = _plain(said[:1000])
        found = [o for o in options if wanted and wanted in (_plain(o.label), _plain(texts.get(o.label, "")))]
    return found[0] if len(found) == 1 else None


def _find(question: Question, text: str, texts: Mapping[str, str]) -> Option | None:
    found = find_option(question.options, text, texts) or find_option(question.options, text.strip(), texts)
    if found is not None:
        return found
    # An unquoted ``yes`` of YAML, or "tak" where the choices are Yes and No; "1" might count the choices.
    said = _word(text)
    same = [o for o in question.options if said is not None and said in (_word(o.label), _word(texts.get(o.label, "")))]
    return same[0] if len(same) == 1 else None


def _word(text: str) -> bool | None:
    return says_yes(text) if len(text.strip()) > 1 else None


def _one_of(question: Question, said: object, texts: Mapping[str, str]) -> str:
    if isinstance(said, bool):
        said = "yes" if said else "no"
    raw = written(said)
    if raw is None:
        raise Invalid("A002", _("This takes one of the choices, and {kind} was given.").format(kind=kind_of(said)))
    text = clean_text(raw)
    option = _find(question, text, texts)
    if option is not None:
        return option.label
    labels = [clean_line(texts.get(o.label, o.label)) for o in question.options if o.on_form]
    shown = ", ".join(shorten(label, 60) for label in labels[:_MOST_NAMED])
    shown += ", …" if len(labels) > _MOST_NAMED else ""
    if says_yes(text) is not None:
        raise Invalid(
            "A002",
            _("“{text}” does not say which one. Please choose: {choices}.").format(
                text=clean_line(text), choices=shown
            ),
        )
    near = _nearest(clean_line(text[:200]), question.options, texts)
    if near:
        raise Invalid(
            "A002",
            _("{text} is not one of the choices. Did you mean “{near}”?").format(text=quote(text), near=near),
        )
    raise Invalid("A002", _("{text} is not one of the choices: {choices}.").format(text=quote(text), choices=shown))


def _nearest(said: str, options: Sequence[Option], texts: Mapping[str, str]) -> str | None:
    shown = {o.label: clean_line(texts.get(o.label, o.label)) for o in options if o.on_form}
    names = {name.casefold(): label for label, own in shown.items() for name in (label, own)}
    near = difflib.get_close_matches(said.casefold(), names, 1, 0.6)
    return shown[names[near[0]]] if near else None


def _several_of(question: Question, raw: object, texts: Mapping[str, str]) -> list[str]:
    if isinstance(raw, str) and _find(question, raw, texts) is None:
        parts = [part for part in clean_text(raw).split("\n") if part.strip()]
        if len(parts) == 1 and _find(question, parts[0], texts) is None:
            parts = [part for part in parts[0].split(",") if part.strip()]
        raw = parts
    items = raw if isinstance(raw, list | tuple) else [raw]
    chosen = {_one_of(question, item, texts) for item in items}
    alone = next((option.label for option in question.options if option.exclusive and option.label in chosen), None)
    if alone is not None and len(chosen) > 1:
        raise Invalid(
            "A002", _("{option} goes with none of the other choices.").format(option=quote(texts.get(alone, alone)))
        )
    return [o.label for o in question.options if o.label in chosen]


def read_choice(question: Question, raw: object, texts: Mapping[str, str]) -> Value | None:
    """Reads the answer of a dropdown: one label, or with ``multiple`` a list in the form's order."""
    if question.multiple:
        return _several_of(question, raw, texts) or None
    if isinstance(raw, list | tuple):
        if len(raw) != 1:
            raise Invalid("A002", _("Only one choice can be taken here."))
        raw = raw[0]
    # What issue forms of GitHub write, and let people pick, where nothing was chosen.
    if raw in (NONE, NO_RESPONSE) and not question.required and find_option(question.options, str(raw), texts) is None:
        return None
    return _one_of(question, raw, texts)


def read_boxes(question: Question, raw: object, texts: Mapping[str, str]) -> Value | None:
    """Reads the labels of the boxes that are ticked, in the form's order.

    Args:
        question: The question.
        raw: Labels as a list or a text, a mapping of labels to yes or no, or, for a single box, yes or no.
        texts: Translations of the pack's texts.
    """
    if isinstance(raw, Mapping):
        ticked = []
        for label, mark in raw.items():
            text = written(mark)
            said = mark if isinstance(mark, bool) else None if text is None else says_yes(text)
            if said is None and mark not in (None, ""):
                raise Invalid("A002", _("Each box takes yes or no."))
            if said:
                ticked.append(label)
            else:
                _one_of(question, label, texts)
        raw = ticked
    elif len(question.options) == 1 and not isinstance(raw, list | tuple):
        said = raw if isinstance(raw, bool) else says_yes(written(raw) or "")
        if said is not None and find_option(question.options, written(raw) or "", texts) is None:
            return [question.options[0].label] if said else None
    return _several_of(question, raw, texts) or None
