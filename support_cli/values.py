"""What a raw value means: typed text, a flag, a line of a file, all read by the same rules.

``read`` is the only way from something said to something stored, so a script cannot get past a rule that a
person at a prompt meets.
"""

import math
import re
from collections.abc import Callable, Mapping
from datetime import date

from support_cli.i18n import _
from support_cli.options import NO, YES, Invalid, kind_of, quote, read_boxes, read_choice
from support_cli.packs.model import Kind, Question, Value
from support_cli.text import clean_line, clean_text

MAX_TEXT = 100_000
MAX_ITEMS = 200
_PATTERN_SECONDS = 0.2
_NOTHING: Mapping[str, str] = {}


def read(question: Question, raw: object, texts: Mapping[str, str] = _NOTHING) -> Value | None:
    """Reads a raw value as an answer to a question.

    Args:
        question: The question in the pack's own language.
        raw: Text, a bool, a number, or a list of them.
        texts: Translations of the pack's texts, so that a choice may be named in the customer's language.

    Returns:
        The value to store, or None when nothing was said.

    Raises:
        Invalid: If it is no answer to this question.
    """
    if raw is None or (isinstance(raw, str) and not clean_text(raw).strip()) or raw in ([], {}, ()):
        return None
    choose = _CHOOSERS.get(question.kind)
    return choose(question, raw, texts) if choose else _READERS[question.kind](question, raw)


def _text(raw: object) -> str:
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        raise Invalid("A003", _("This takes text, and {kind} was given.").format(kind=kind_of(raw)))
    text = clean_text(str(raw))
    if len(text) > MAX_TEXT:
        raise Invalid(
            "A004",
            _("This is {length} characters long, and at most {limit} fit. Attach a long text as a file.").format(
                length=len(text), limit=MAX_TEXT
            ),
        )
    return text


def _checked(question: Question, text: str) -> str:
    length = len(text)
    if question.min_length is not None and length < question.min_length:
        raise Invalid("A004", _("Please write at least {count} characters.").format(count=question.min_length))
    if question.max_length is not None and length > question.max_length:
        raise Invalid(
            "A004",
            _("This is {length} characters long, and at most {limit} fit.").format(
                length=length, limit=question.max_length
            ),
        )
    if question.pattern is not None and not _matches(question.pattern, text):
        raise _format(question, _("This does not have the form that is expected here."))
    return text


def _matches(pattern: str, text: str) -> bool:
    import regex  # a pack's pattern is hostile, and this engine can be stopped

    try:
        return regex.fullmatch(pattern, text, timeout=_PATTERN_SECONDS) is not None
    except TimeoutError:
        return True  # the pack's fault, not the customer's
    except regex.error:
        return True


def _format(question: Question, message: str) -> Invalid:
    if question.example:
        message += " " + _("An example: {example}").format(example=question.example)
    return Invalid("A003", message)


def _read_line(question: Question, raw: object) -> Value | None:
    # A foreign form's body is compared to the byte: only the line ends go.
    text = _text(raw)
    line = text.replace("\n", " ") if question.pattern is None and "\n" in text else text
    return _checked(question, line.strip() if "\n" in text else line) or None


def _read_area(question: Question, raw: object) -> Value | None:
    if isinstance(raw, list | tuple) and all(isinstance(line, str | int | float) for line in raw):
        raw = "\n".join(str(line) for line in raw)
    return _checked(question, _text(raw))


def _read_email(question: Question, raw: object) -> Value:
    text = _text(raw).strip()
    name = re.fullmatch(r"[^<>]*<([^<>]+)>", text)
    address = name[1].strip() if name else text.removeprefix("mailto:")
    if not is_email(address):
        raise _format(question, _("{text} is not an e-mail address, like anna@example.org.").format(text=quote(text)))
    local, _at, domain = address.rpartition("@")
    return f"{local}@{domain.lower()}"


_LOCAL = re.compile(r"[^\s\x00-\x1f\x7f\"(),:;<>@\[\]\\.]+(?:\.[^\s\x00-\x1f\x7f\"(),:;<>@\[\]\\.]+)*")
_LABEL = re.compile(r"[^\W_](?:[\w-]{0,61}[^\W_])?")


def is_email(address: str) -> bool:
    """Whether it is a mailbox that mail can be sent to.

    RFC 5321 section 4.1.2 without quoted local parts and address literals, which customers never mean, with
    non-ASCII letters as in RFC 6531. (A library for this costs twice the start of the interpreter.)
    """
    local, at, domain = address.rpartition("@")
    if not at or len(local.encode("utf-8", "replace")) > 64 or len(domain) > 253:
        return False
    labels = domain.split(".")
    if len(labels) < 2 and domain.lower() != "localhost":
        return False
    if labels[-1].isdigit() or not all(_LABEL.fullmatch(label) for label in labels):
        return False
    return _LOCAL.fullmatch(local) is not None


def _read_phone(question: Question, raw: object) -> Value:
    import phonenumbers

    text = _text(raw).strip()
    if text[:2] == "00":
        text = "+" + text[2:]
    hint = question.example or "+380 44 123 45 67"
    if not text.lstrip("( ").startswith("+"):
        raise Invalid("A003", _("Please add the country code, like {example}.").format(example=hint))
    try:
        number = phonenumbers.parse(text, None)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        raise Invalid(
            "A003",
            _("{text} is not a phone number with its country code, like {example}.").format(
                text=quote(text), example=hint
            ),
        )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def _read_url(question: Question, raw: object) -> Value:
    from urllib.parse import urlsplit

    text = _text(raw).strip()
    candidate = text if "://" in text else "https://" + text
    try:
        parts = urlsplit(candidate)
        host = parts.hostname or ""
        _port = parts.port
    except ValueError:
        host, parts = "", None
    if (
        parts is None
        or parts.scheme not in ("http", "https")
        or ("." not in host and host != "localhost")
        or " " in text
    ):
        raise _format(question, _("{text} is not a web address, like https://example.org.").format(text=quote(text)))
    return candidate


def _read_number(question: Question, raw: object) -> Value:
    number: int | float
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        number = raw
    else:
        text = re.sub(r"[\s\u00a0\u202f_]", "", _text(raw)).replace("\N{MINUS SIGN}", "-")
        if not re.fullmatch(r"[+-]?\d{1,30}([.,]\d{1,30})?", text, re.ASCII):
            raise _format(question, _("{text} is not a number.").format(text=quote(str(raw))))
        number = float(text.replace(",", ".")) if re.search(r"[.,]", text) else int(text)
    if not math.isfinite(number) or abs(number) > 1e15:
        raise _format(question, _("{text} is not a number that makes sense here.").format(text=quote(str(raw)[:40])))
    if question.minimum is not None and number < question.minimum:
        raise Invalid("A003", _("It must be at least {limit}.").format(limit=f"{question.minimum:g}"))
    if question.maximum is not None and number > question.maximum:
        raise Invalid("A003", _("It must be at most {limit}.").format(limit=f"{question.maximum:g}"))
    return number


_DATES = (
    re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})"),
    re.compile(r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})"),
)


def _date(text: str) -> str | None:
    for pattern in _DATES:
        match = pattern.fullmatch(text.strip())
        if match:
            try:
                return date(int(match["y"]), int(match["m"]), int(match["d"])).isoformat()
            except ValueError:
                return None
    return None


def _read_date(question: Question, raw: object) -> Value:
    text = _text(raw)
    found = _date(text)
    if found is None:
        raise _format(question, _("{text} is not a date, like 2026-11-21 or 21.11.2026.").format(text=quote(text)))
    return found


_WINDOW = re.compile(
    r"(?:(?P<date>[\d.-]{8,10})\s*,?\s+)?(?P<h1>\d{1,2})(?:[:.](?P<m1>\d\d))?\s*[-\u2013\u2014]\s*"
    r"(?P<h2>\d{1,2})(?:[:.](?P<m2>\d\d))?"
)


def _read_window(question: Question, raw: object) -> Value:
    text = _text(raw).strip()
    match = _WINDOW.fullmatch(text)
    wrong = _format(
        question, _("{text} is not a time window, like 12:00-14:00 or 2026-11-21 12-14.").format(text=quote(text))
    )
    if match is None:
        raise wrong
    start = int(match["h1"]) * 60 + int(match["m1"] or 0)
    end = int(match["h2"]) * 60 + int(match["m2"] or 0)
    if start > 1440 or end > 1440 or int(match["m1"] or 0) > 59 or int(match["m2"] or 0) > 59:
        raise wrong
    if end <= start:
        raise Invalid("A003", _("The window must end after it begins."))
    day = ""
    if match["date"]:
        found = _date(match["date"])
        if found is None:
            raise wrong
        day = found + " "
    return f"{day}{start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}"


_NUMBERING = re.compile(r"\s*(?:\d{1,3}[.)]|[-*\u2022])\s+")


def _read_steps(_question: Question, raw: object) -> Value | None:
    lines = raw if isinstance(raw, list | tuple) else _text(raw).split("\n")
    steps: list[str] = []
    for line in lines:
        step = clean_line(_text(line))
        # Only a list that arrives as one text still carries its numbers.
        step = step if isinstance(raw, list | tuple) else _NUMBERING.sub("", step, count=1)
        if step:
            steps.append(step)
    if len(steps) > MAX_ITEMS:
        raise Invalid(
            "A004", _("These are {count} steps, and at most {limit} fit.").format(count=len(steps), limit=MAX_ITEMS)
        )
    return steps or None


def _read_confirm(_question: Question, raw: object) -> Value:
    if isinstance(raw, bool):
        return raw
    said = str(raw).strip().casefold()
    if said in YES:
        return True
    if said in NO:
        return False
    raise Invalid("A003", _("Please answer yes or no."))


def _read_upload(_question: Question, raw: object) -> Value | None:
    names = raw if isinstance(raw, list | tuple) else [raw]
    return [_text(name) for name in names] or None


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
    Kind.EMAIL: _read_email,
    Kind.PHONE: _read_phone,
    Kind.URL: _read_url,
    Kind.NUMBER: _read_number,
    Kind.DATE: _read_date,
    Kind.TIME_WINDOW: _read_window,
    Kind.STEPS: _read_steps,
    Kind.CONFIRM: _read_confirm,
    Kind.DIAGNOSTICS: _read_area,
}
