"""What a raw value means: typed text, a flag, a line of a file, all read by the same rules.

``read`` is the only way from something said to something stored, so a script cannot get past a rule that a
person at a prompt meets. Reading what was stored changes nothing.
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from ipaddress import ip_address
from typing import TYPE_CHECKING, Literal
from unicodedata import category
from urllib.parse import urlsplit

import msgspec

from support_cli.base.addresses import is_address
from support_cli.base.i18n import _, ngettext
from support_cli.base.text import clean_line, clean_text, later
from support_cli.forms.model import Kind, Question, Role, Value
from support_cli.forms.options import Invalid, kind_of, quote, read_boxes, read_choice, says_lacking, says_yes, written

if TYPE_CHECKING:
    import phonenumbers  # 17 ms, for those who give a phone number

MAX_TEXT = 100_000


def text_of(raw: object) -> str:
    """What was said, as harmless text.

    Raises:
        Invalid: If it is no text and no number, or longer than ``MAX_TEXT`` characters.
    """
    said = written(raw)
    if said is None:
        raise Invalid("A003", _("This takes text, and {kind} was given.").format(kind=kind_of(raw)))
    text = clean_text(said)
    if len(text) > MAX_TEXT:
        raise Invalid(
            "A004",
            ngettext(
                "This is {length} characters long, and at most {limit} fits. Attach a long text as a file.",
                "This is {length} characters long, and at most {limit} fit. Attach a long text as a file.",
                MAX_TEXT,
            ).format(length=len(text), limit=MAX_TEXT),
        )
    return text


def wrong_form(question: Question, message: str) -> Invalid:
    """``A003`` with the question's own example of an answer that would do, unless the message has it."""
    example = clean_line(question.example)
    if example not in message:
        message += " " + _("For example: {example}").format(example=example)
    return Invalid("A003", message)


def _line_of(raw: object) -> str:
    return " ".join(text_of(raw).split())


# --- e-mail -----------------------------------------------------------------------------------------------------------

_LOCAL = later(r"[^\s\x00-\x1f\x7f\"(),:;<>@\[\]\\.]+(?:\.[^\s\x00-\x1f\x7f\"(),:;<>@\[\]\\.]+)*")


def read_email(question: Question, raw: object) -> str:
    """An e-mail address; ``Anna <anna@example.org>`` and ``mailto:`` are taken off, the domain becomes lower case."""
    text = _line_of(raw)
    named = re.fullmatch(r"[^<>]*<([^<>]+)>[.,;]?", text)
    address = (named[1] if named else text).strip()
    if address[:7].lower() == "mailto:":
        address = address[7:]
    local, at, domain = address.rstrip(".,;").rpartition("@")
    address = f"{local}{at}{domain.lower()}"
    if not is_email(address):
        example = clean_line(question.example) or "anna@example.org"
        message = _("{text} is not an e-mail address, like {example}.").format(text=quote(text), example=example)
        raise Invalid("A003", message)
    return address


def is_email(address: str) -> bool:
    """Whether it is a mailbox that mail can be sent to.

    RFC 5321 section 4.1.2 without quoted local parts and address literals, which customers never mean, with
    non-ASCII letters as in RFC 6531. (A library for this costs twice the start of the interpreter.)
    """
    local, at, domain = address.rpartition("@")
    if not at or _LOCAL.fullmatch(local) is None or not _is_host(domain) or not is_address(address):
        return False
    return domain.lower() == "localhost" or len(domain.rpartition(".")[2]) > 1


def _is_host(host: str) -> bool:
    """A host name of RFC 1123 with letters of any script (RFC 5890), not an address of numbers."""
    labels = host.split(".")
    if len(host) > 253 or (len(labels) < 2 and host.lower() != "localhost") or labels[-1].isdigit():
        return False
    return all(_is_label(label) for label in labels)


def _is_label(label: str) -> bool:
    if not 0 < len(label) <= 63 or label[0] == "-" or label[-1] == "-":
        return False
    if label.replace("-", "").isalnum():
        return True

    return all(c == "-" or c.isalnum() or category(c)[0] == "M" for c in label)


# --- phone ------------------------------------------------------------------------------------------------------------

_EXTENSION = later(
    r"[\s,;]*(?:(?:ext|extn|extension|доб|дод|внутр|вн|wew|w)\.?|,,|;ext=|#|x)[\s:]*(\d{1,7})$", re.IGNORECASE
)
_DIALLED = later(r"[+\uff0b]*[\d\s().\u00b7/\u2010-\u2015\u2212-]+")


def read_phone(question: Question, raw: object) -> str:
    """A phone number with its country code, written the international way (``+380 44 123 4567``)."""
    import phonenumbers

    said = _line_of(raw)
    text = re.sub(r"^tel:\s*", "", said, flags=re.IGNORECASE)
    extension = _EXTENSION.search(text)
    body = text[: extension.start()] if extension else text
    body = re.sub(r"^[(\s]*(?:00|\+|\uff0b)[\s)]*", "+", body.replace("(0)", ""))
    hint = clean_line(question.example) or "+380 44 123 45 67"
    wrong = _("{text} is not a phone number with its country code, like {example}.")
    if len(body) > 60 or not _DIALLED.fullmatch(body):
        raise Invalid("A003", wrong.format(text=quote(said), example=hint))
    if not body.startswith("+"):
        meant = _dialled("+" + body) if body.strip(" (")[:1] != "0" else None
        if meant is not None and phonenumbers.is_valid_number(meant):
            hint = phonenumbers.format_number(meant, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
        raise Invalid("A003", _("Please add the country code, like {example}.").format(example=hint))
    number = _dialled(body + (f" ext. {extension[1]}" if extension else ""))
    shown = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL) if number else ""
    if not number or _dialled(shown) != number:  # a row of noughts means less each time it is read
        raise Invalid("A003", wrong.format(text=quote(said), example=hint))
    return shown


def _dialled(text: str) -> "phonenumbers.PhoneNumber | None":
    import phonenumbers

    try:
        number = phonenumbers.parse(text, None)
    except phonenumbers.NumberParseException:
        return None
    # A number that rings only within its town (IS_POSSIBLE_LOCAL_ONLY) has lost its area code.
    reason = phonenumbers.is_possible_number_with_reason(number)
    return number if reason == phonenumbers.ValidationResult.IS_POSSIBLE else None


# --- web address ------------------------------------------------------------------------------------------------------


def read_url(question: Question, raw: object) -> str:
    """A web address; without a scheme it is ``https``."""
    text = text_of(raw).strip()
    address = text if "://" in text else "https://" + text
    if any(c.isspace() for c in text) or not _is_web_address(address):
        raise wrong_form(question, _("{text} is not a web address, like https://example.org.").format(text=quote(text)))
    return address


def _is_web_address(address: str) -> bool:
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        if parts.port == 0 or parts.scheme not in ("http", "https"):
            return False
        if ":" in host or host.rpartition(".")[2].isdigit():
            return bool(ip_address(host))
    except ValueError:
        return False
    return _is_host(host.removesuffix("."))


# --- number -----------------------------------------------------------------------------------------------------------

_LARGEST = 10**15


def read_number(question: Question, raw: object) -> int | float:
    """A number; blanks may group its digits, and a comma may stand for the point."""
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        number: int | float = raw
    else:
        number = _number(question, text_of(raw))
    if abs(number) > _LARGEST or math.isnan(number):
        text = quote(written(raw) or "")
        raise wrong_form(question, _("{text} is not a number that can be used here.").format(text=text))
    if question.minimum is not None and number < question.minimum:
        raise Invalid("A003", _("It must be at least {limit}.").format(limit=plain_number(question.minimum)))
    if question.maximum is not None and number > question.maximum:
        raise Invalid("A003", _("It must be at most {limit}.").format(limit=plain_number(question.maximum)))
    return number


def _number(question: Question, said: str) -> int | float:
    text = re.sub(r"[\s_]", "", said).replace("\N{MINUS SIGN}", "-")
    if not re.fullmatch(r"[+-]?\d{1,30}([.,]\d{1,30})?", text, re.ASCII):
        raise wrong_form(question, _("{text} is not a number.").format(text=quote(said)))
    if re.fullmatch(r"[+-]?[1-9]\d{0,2},\d{3}", text):
        raise Invalid(
            "A003",
            _("{text} can be read in two ways; please write {one} or {other}.").format(
                text=quote(said), one=text.replace(",", ""), other=text.replace(",", ".")
            ),
        )
    return float(text.replace(",", ".")) if re.search(r"[.,]", text) else int(text)


def plain_number(number: float) -> str:
    """Writes a number as people do: no exponent, no point without digits after it."""
    if not math.isfinite(number):
        return str(number)
    return str(int(number)) if number == int(number) else f"{number:.10f}".rstrip("0")


# --- day and hours ----------------------------------------------------------------------------------------------------

_DATES = (
    later(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})"),
    later(r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})"),
)
_WINDOW = later(
    r"(?:(?P<date>\d{4}-\d{1,2}-\d{1,2}|\d{1,2}\.\d{1,2}\.\d{4})\s*,?\s+)?"
    r"(?:(?:from|between|з|із|с|від|от|od)\s+)?(?P<h1>\d{1,2})(?:[:.](?P<m1>\d\d))?"
    r"\s*(?:[-\u2010-\u2015\u2212]|(?:to|till|until|and|до|do)\s)\s*"
    r"(?:(?P<h2>\d{1,2})(?:[:.](?P<m2>\d\d))?)?",
    re.IGNORECASE,
)


def _day(question: Question, text: str) -> str | None:
    """A day as ``2026-11-21``; None when the text does not look like one."""
    match = next((found for pattern in _DATES if (found := pattern.fullmatch(text))), None)
    if match is None:
        return None
    try:
        return date(int(match["y"]), int(match["m"]), int(match["d"])).isoformat()
    except ValueError:
        raise wrong_form(question, _("There is no day {text} in the calendar.").format(text=quote(text))) from None


def read_date(question: Question, raw: object) -> str:
    """A day, ``2026-11-21``, ``21.11.2026`` or in words (``вчора``, ``w piątek``); stored as the first (ISO 8601)."""
    text = _line_of(raw)
    found = _day(question, text)
    if found is None:
        from support_cli.forms.spoken_dates import read_day

        meant = read_day(text, date.today(), _side(question))
        if meant is None:
            message = _("{text} is not a date, like 2026-11-21 or 21.11.2026.")
            raise wrong_form(question, message.format(text=quote(text)))
        return meant.isoformat()
    return found


def _side(question: Question) -> Literal["past", "future", ""]:
    return "past" if question.days == "past" else "future" if question.days == "future" else ""


def read_window(question: Question, raw: object) -> str:
    """A day, hours, or both, as figures or in words (``завтра после 18``).

    Returns:
        ``12:00-14:00``, ``18:00-`` with an open end, ``22:00-04:00`` over midnight, each with or without a day before
        it (``2026-11-21 12:00-14:00``), or a day alone; 24:00 ends a day.
    """
    text = _line_of(raw)
    match = _WINDOW.fullmatch(text)
    day = _day(question, match["date"] if match and match["date"] else text) or ""
    start = _minutes(match["h1"], match["m1"]) if match else None
    end = _minutes(match["h2"], match["m2"]) if match and match["h2"] else None
    if start is None or (match and match["h2"] and end is None):
        if day and not match:
            return day
        from support_cli.forms.spoken_dates import read_window as read_words

        meant = None if match else read_words(text, date.today(), _side(question) or "future")
        if meant is None:
            message = _("{text} is not a time window, like 12:00-14:00 or 2026-11-21 12-14.")
            raise wrong_form(question, message.format(text=quote(text)))
        on, hours = meant
        day = on.isoformat() if on else ""
        if hours is None:
            return day
        start, end = hours
    if end is not None and end <= start and not (start >= _EVENING and end <= _MORNING):
        raise Invalid("A003", _("The window must end after it begins."))
    return f"{day} {_clock(start)}-{'' if end is None else _clock(end)}".strip()


_EVENING, _MORNING = 17 * 60, 12 * 60
"""A window over midnight begins in the evening and ends before noon; any other that ends first is a slip."""


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _minutes(hours: str, minutes: str | None) -> int | None:
    """Minutes since midnight; None when no clock shows that."""
    total = int(hours) * 60 + int(minutes or 0)
    return total if int(minutes or 0) < 60 and total <= 24 * 60 else None


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
    Kind.EMAIL: read_email,
    Kind.PHONE: read_phone,
    Kind.URL: read_url,
    Kind.NUMBER: read_number,
    Kind.DATE: read_date,
    Kind.TIME_WINDOW: read_window,
    Kind.STEPS: _read_steps,
    Kind.CONFIRM: _read_confirm,
}
