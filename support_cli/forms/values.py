"""What a raw value means: typed text, a flag, a line of a file, all read by the same rules.

``read`` is the only way from something said to something stored, so a script cannot get past a rule that a
person at a prompt meets. Reading what was stored changes nothing.
"""

from collections.abc import Callable, Mapping, Sequence

import msgspec

from support_cli.base.i18n import _, ngettext
from support_cli.base.patterns import later
from support_cli.base.text import clean_line, clean_text
from support_cli.forms import formats
from support_cli.forms.formats import (
    MAX_TEXT,
    text_of,
    wrong_form,
)
from support_cli.forms.formats import is_email as is_email  # noqa: PLC0414 - part of this room's interface
from support_cli.forms.model import Kind, Question, Role, Value
from support_cli.forms.options import Invalid, quote, read_boxes, read_choice, says_lacking, says_yes, written

MAX_ITEMS = 200
_NOTHING: Mapping[str, str] = {}


def read(question: Question, raw: object, texts: Mapping[str, str] = _NOTHING) -> Value | None:
    """Reads a raw value as an answer to a question.

    Args:
        question: The question in the pack's own language.
        raw: Text, a bool, a number, or a list of them.
        texts: Translations of the pack's texts, so that a choice may be named in the customer's language, and the
            pack's own words about a wrong answer are in it.

    Returns:
        The value to store, or None when nothing was said.

    Raises:
        Invalid: If it is no answer to this question.
    """
    if raw is None or (isinstance(raw, str) and not clean_text(raw).strip()) or raw in ([], {}, ()):
        return None
    if question.pattern_message in texts:
        question = msgspec.structs.replace(question, pattern_message=texts[question.pattern_message])
    choose = _CHOOSERS.get(question.kind)
    if choose:
        return choose(question, raw, texts)
    try:
        return _READERS[question.kind](question, raw)
    except Invalid:
        if may_lack(question) and isinstance(raw, str) and says_lacking(raw):
            return clean_line(raw)
        raise


def may_lack(question: Question) -> bool:
    """Whether "I don't have it" answers a question too: it asks for a number that not everybody has at hand."""
    shaped = question.pattern is not None or question.kind is not Kind.INPUT
    return shaped and question.role in (Role.ACCOUNT, Role.ORDER, Role.SERIAL)


def _checked(question: Question, text: str) -> str:
    length = len(text)
    if question.min_length is not None and length < question.min_length:
        raise Invalid(
            "A004",
            ngettext(
                "Please write at least {count} character.",
                "Please write at least {count} characters.",
                question.min_length or 0,
            ).format(count=question.min_length),
        )
    if question.max_length is not None and length > question.max_length:
        raise Invalid(
            "A004",
            ngettext(
                "This is {length} characters long, and at most {limit} fits.",
                "This is {length} characters long, and at most {limit} fit.",
                question.max_length or 0,
            ).format(length=length, limit=question.max_length),
        )
    if question.pattern is not None and not _matches(question.pattern, text):
        if question.pattern_message:
            raise Invalid("A003", clean_line(question.pattern_message))
        raise wrong_form(question, _("This does not have the form that is expected here."))
    return text


def _matches(pattern: str, text: str) -> bool:
    from support_cli.base import expressions

    return expressions.matches(pattern, text) is not False  # one that cannot be used is the pack's fault


def _read_line(question: Question, raw: object) -> Value | None:
    # A foreign form's body is compared to the byte: only tabs and line ends around it go: no such field holds them.
    text = text_of(raw).replace("\t", " ")
    if "\n" in text:
        lines = [part.strip() for part in text.split("\n") if part.strip()]
        if len(lines) > 1:
            message = ngettext(
                "This takes one line, and {count} was given: {first} …",
                "This takes one line, and {count} were given: {first} …",
                len(lines),
            )
            raise Invalid("A003", message.format(count=len(lines), first=quote(lines[0])))
        text = "".join(lines)
    return _checked(question, text)


def _read_area(question: Question, raw: object) -> Value | None:
    if isinstance(raw, list | tuple):
        text = text_of("\n".join(text_of(line) for line in _few(raw)))
        return _checked(question, text) if text.strip() else None
    return _checked(question, text_of(raw))


def _few(items: Sequence[object]) -> Sequence[object]:
    """The list itself, unless it is longer than any list of ours."""
    if len(items) > MAX_TEXT:
        raise Invalid(
            "A004",
            ngettext(
                "This is a list of {count}, and at most {limit} fits.",
                "This is a list of {count}, and at most {limit} fit.",
                MAX_TEXT,
            ).format(count=len(items), limit=MAX_TEXT),
        )
    return items


_BULLET = later(r"\s*(?:\d{1,3}[.)]|[-*\u2022\u2013])\s+")
_NUMBER = later(r"\s*(\d{1,3})[.)](?!\d)\s*")


def _read_steps(_question: Question, raw: object) -> Value | None:
    if isinstance(raw, list | tuple):
        steps = [clean_line(text_of(line)) for line in _few(raw)]
    else:
        steps = [clean_line(_BULLET.sub("", line, count=1)) for line in text_of(raw).split("\n")]
    steps = _without_numbers([step for step in steps if step])
    if len(steps) > MAX_ITEMS:
        raise Invalid(
            "A004",
            ngettext(
                "These are {count} steps, and at most {limit} fits.",
                "These are {count} steps, and at most {limit} fit.",
                MAX_ITEMS,
            ).format(count=len(steps), limit=MAX_ITEMS),
        )
    text_of("\n".join(steps))
    return list(steps) or None


def _without_numbers(steps: list[str]) -> list[str]:
    """Takes the numbers off a list that counts itself, 1, 2, 3: we write them anew."""
    while steps:
        found = [_NUMBER.match(step) for step in steps]
        if any(match is None or int(match[1]) != number for number, match in enumerate(found, 1)):
            break
        steps = [step for step in (_NUMBER.sub("", step, count=1) for step in steps) if step]
    return steps


def _read_confirm(_question: Question, raw: object) -> Value:
    if isinstance(raw, bool):
        return raw
    said = says_yes(clean_text(written(raw) or ""))
    if said is None:
        raise Invalid("A003", _("Please answer yes or no."))
    return said


def _read_upload(_question: Question, raw: object) -> Value | None:
    names = _few(raw) if isinstance(raw, list | tuple) else [raw]
    return [name for name in (text_of(name).replace("\n", " ") for name in names) if name.strip()] or None


def _read_nothing(_question: Question, _raw: object) -> Value | None:
    raise Invalid("A005", _("This is a text to read, not a question."))


_CHOOSERS: dict[Kind, Callable[[Question, object, Mapping[str, str]], Value | None]] = {
    Kind.DROPDOWN: read_choice,
    Kind.CHECKBOXES: read_boxes,
}
_READERS: dict[Kind, Callable[[Question, object], Value | None]] = {
    Kind.MARKDOWN: _read_nothing,
    Kind.INPUT: _read_line,
    Kind.TEXTAREA: _read_area,
    Kind.UPLOAD: _read_upload,
    Kind.EMAIL: formats.read_email,
    Kind.PHONE: formats.read_phone,
    Kind.URL: formats.read_url,
    Kind.NUMBER: formats.read_number,
    Kind.DATE: formats.read_date,
    Kind.TIME_WINDOW: formats.read_window,
    Kind.STEPS: _read_steps,
    Kind.CONFIRM: _read_confirm,
}
