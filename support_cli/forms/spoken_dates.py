"""Days, hours and moments as people say them, in four languages: "п'ятниця 18:00", "w środę o 15", "завтра после 18".

Read only where a plain date did not do; the one file that imports dateparser.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Literal, NamedTuple

import dateparser
from babel.dates import get_day_names

from support_cli.base.wordforms import fold, likeness, words_of

Side = Literal["past", "future", ""]
"""Which side of today a day without a year, or a weekday, lies on; empty for the nearer one."""


class Hours(NamedTuple):
    """A part of a day.

    Attributes:
        start: Minutes since midnight.
        end: Minutes since midnight, less than ``start`` beyond the next midnight; None for an open end.
    """

    start: int
    end: int | None

    def __str__(self) -> str:
        end = "" if self.end is None else _clock(self.end)
        return f"{_clock(self.start)}-{end}"


_HOUR = (
    r"(?P<h{0}>\d{{1,2}})(?:[:.](?P<m{0}>\d\d)(?!\d|\.\d))?\s*(?P<p{0}>[ap]\.?m\b\.?)?"
    r"(?:\s*(?:h|год\w*|час\w*|ч|godz\w*)\b\.?)?"
)
_RANGE = (
    r"(?:\b(?:from|between|з|із|зі|с|со|від|от|od|между|між|między|w godz\w*\.?|о|at)\s+)?(?<![\d.:/])"
    + _HOUR.format(1)
    + r"\s*(?:[-\u2010-\u2015\u2212]|\b(?:to|till|until|and|до|do|a|и|і|та|i)\b)\s*" + _HOUR.format(2) + r"(?![\d.:/])"
)  # fmt: skip
_OPEN = (
    r"\b(?:after|past|from|since|після|после|позже|пізніше|с|з|від|от|od|po)\s+" + _HOUR.format(1)
    + r"(?![\d.:/])\s*-?|(?<![\d.:/])" + _HOUR.format(2) + r"\s*-\s*$"
)  # fmt: skip
_UNTIL = (
    r"\b(?:before|by|until|till|до|do|przed|перед|не позже|не пізніше)\s+" + _HOUR.format(1) + r"(?![\d.:/]|\s*[^\W\d])"
)
_AT = r"\b(?:at|о|об|в|у|o|by|before|до|do|przed|after|після|после|po|godz\w*\.?|ok\.)\s+"
_POINT = (
    rf"(?:{_AT})?(?<![\d.:/-])(?P<h1>\d{{1,2}}):(?P<m1>\d\d)\s*(?P<p1>[ap]\.?m\b\.?)?(?![\d:])"
    rf"|(?:{_AT})?(?<![\d.:/-])(?P<h2>\d{{1,2}})(?:\.(?P<m2>\d\d))?\s*(?P<p2>[ap]\.?m\b\.?)"
    rf"|{_AT}(?P<h3>\d{{1,2}})(?:[.](?P<m3>\d\d))?(?P<p3>)(?![\d.:/])(?:\s*(?:год\w*|час\w*|h|ч)\b\.?)?\s*$"
    r"|(?<=[^\W\d]|,)\s+(?P<h4>\d{1,2})\.(?P<m4>00|1[3-9]|[2-5]\d)(?P<p4>)\s*$"  # no month has these numbers
)
_BEFORE = (
    r"^(?:on|by|this|the|w|we|в|во|у|на|o|об|od|від|з|с|со|z|ze|until|до|do|since|from|dnia|day|день|эту|цю|tę|ten)\s+"
)
_LAST = r"^(?:last|previous|прошл\w+|минул\w+|zeszł\w+|zeszl\w+|ubiegł\w+|ubiegl\w+|poprzedni\w*)\s+"
_NEXT = (
    r"^(?:next|coming|следующ\w+|ближайш\w+|наступн\w+|найближч\w+|przyszł\w+|przyszl\w+|następn\w+|nastepn\w+"
    r"|najbliższ\w+)\s+"
)
_NUMBERS: Mapping[str, str] = {
    word: str(number)
    for number, words in enumerate(
        (
            "a an one один одну одна jeden jedną jedna", "two два дві две dwa dwie", "three три trzy",
            "four чотири четыре cztery", "five п'ять пять pięć piec", "six шість шесть sześć szesc",
            "seven сім семь siedem", "ten десять dziesięć dziesiec",
        ),
        1,
    )
    for word in words.split()
}  # fmt: skip
_NUMBERS = {**_NUMBERS, "ten": "10", "десять": "10", "dziesięć": "10", "dziesiec": "10"}
_UNITS = (
    r"(?:h|hours?|days?|weeks?|d|дн\w+|день|тижд\w+|тижн\w+|год\w*|недел\w+|час\w*|dni|dzień|dzien|tydzień|tygodn\w+"
    r"|godzin\w*)"
)
_DAY_MONTH = r"(?P<d>\d{1,2})[./](?P<m>\d{1,2})(?:[./](?P<y>\d{4}|\d\d))?\.?"
_WITH_NAME = (
    r"\d{1,2}(?:st|nd|rd|th|-?го|-?е|-?ого)?\.?\s+[^\W\d]{3,}\.?(?:,?\s+\d{4}(?:\s*(?:г|р|року|года|r)\.?)?)?"
    r"|[^\W\d]{3,}\.?\s+\d{1,2}(?:st|nd|rd|th)?(?:,?\s+\d{4})?"
)
_NEAR = frozenset(
    (
        "today", "tonight", "tomorrow", "yesterday", "day after tomorrow", "day before yesterday", "сегодня", "завтра",
        "вчера", "послезавтра", "позавчера", "сьогодні", "вчора", "учора", "післязавтра", "позавчора", "dziś", "dzis",
        "dzisiaj", "jutro", "wczoraj", "pojutrze", "przedwczoraj",
    )
)  # fmt: skip
"""Words that name a day by themselves; the library finds days in other words where nobody meant one."""
_PART_OF_DAY = (
    r"\s+(?:(?:in|at|during|w|у|в)\s+)?(?:the\s+)?(?:morning|afternoon|evening|night|утром|днём|днем|вечером|ночью|вранці|зранку"
    r"|уранці|вдень|удень|ввечері|увечері|вночі|уночі|rano|po południu|po poludniu|wieczorem|nocy)$"
)
"""What is said behind a day when only the day counts."""
_INFLECTED: Mapping[str, int] = {"wtorku": 1, "piatku": 4, "niedzieli": 6, "niedziele": 6}
"""Weekdays (folded) that look too little like their names; Monday is 0."""
_LONGEST = 60


def read_day(text: str, today: date, side: Side = "") -> date | None:
    """Reads a day.

    Args:
        text: ``21 November``, ``вчора``, ``w piątek``, ``21.12``, ``3 дня назад``.
        today: The day it is.
        side: Where a weekday or a day without a year lies.

    Returns:
        The day, or None where it is none or could be two.
    """
    said = re.sub(_PART_OF_DAY, "", _tidy(text))
    return _day(said, today, side) if said and len(said) <= _LONGEST else None


def read_moment(text: str, now: datetime) -> datetime | None:
    """Reads a moment to come: a day with or without a time, or a time from now; a bare day ends at 23:59.

    Args:
        text: ``п'ятниця 18:00``, ``48 часов``, ``завтра``, ``w środę o 15``.
        now: The moment it is, with or without an offset, which is kept.
    """
    said = _tidy(text)
    if not said or len(said) > _LONGEST:
        return None
    if re.fullmatch(rf"(?:через|за|in|za|within|протягом|в течение)?\s*\d{{1,4}}\s*{_UNITS}", said):
        seconds = _elapsed(said)
        return None if seconds is None else now + seconds
    minutes, rest = _point(said)
    day = _day(rest, now.date(), "future") if rest else now.date()
    if day is None:
        return None
    moment = datetime.combine(day, _wall(23 * 60 + 59 if minutes is None else minutes), tzinfo=now.tzinfo)
    return moment + timedelta(days=1) if not rest and moment < now else moment


def read_window(text: str, today: date, side: Side = "future") -> tuple[date | None, Hours | None] | None:
    """Reads a window: a day, hours, or both.

    Args:
        text: ``завтра после 18``, ``02.12 18-20``, ``22:00-04:00``, ``piątek``, ``after 6pm``.
        today: The day it is.
        side: Where a weekday or a day without a year lies.

    Returns:
        The day or None, and the hours or None, at least one of them; None where it is no window.
    """
    said = _tidy(text)
    if not said or len(said) > _LONGEST:
        return None
    iso = re.match(r"\d{4}-\d\d-\d\d\b", said)
    hours, rest = _hours(said[iso.end() :].strip() if iso else said)
    rest = f"{iso[0]} {rest}".strip() if iso else rest
    day = _day(rest, today, side) if rest else None
    if (rest and day is None) or (day is None and hours is None):
        return None
    return day, hours


def _tidy(text: str) -> str:
    """Small letters, one kind of apostrophe, and figures for number words: ``za dwa dni`` is ``za 2 dni``."""
    said = " ".join(text.casefold().replace("’", "'").replace("ʼ", "'").replace("`", "'").split())
    said = re.sub(r"(\d(?:st|nd|rd|th)) of ", r"\1 ", said)
    said = re.sub(r"\bnoon\b", "12:00", re.sub(r"(\d)-?(?:ого|го|е)\b", r"\1", said))
    elapsed = re.fullmatch(rf"((?:за|через|in|za)\s+)?(?:(\S+)\s+)?({_UNITS})(\s+(?:ago|назад|тому|temu))?", said)
    if elapsed is None or not (elapsed[1] or elapsed[4]):
        return said
    count = _NUMBERS.get(elapsed[2] or "", elapsed[2] or "1")
    return f"{elapsed[1] or ''}{count} {elapsed[3]}{elapsed[4] or ''}"


def _hours(said: str) -> tuple[Hours | None, str]:
    """The hours in a text and what is left without them."""
    for pattern, shape in ((_RANGE, "range"), (_OPEN, "open"), (_UNTIL, "until")):
        match = re.search(pattern, said)
        if match is None:
            continue
        found = _span(match.groupdict(), shape, match[0].startswith(("after", "past")))
        if found is not None:
            return found, _without(said, match)
    return None, said


def _span(parts: Mapping[str, str | None], shape: str, english: bool) -> Hours | None:
    if shape == "range":
        later = _minutes(parts, "2")
        start = _minutes({**parts, "p1": parts["p1"] or _borrowed(parts)}, "1")
        if start is None or later is None or start == later:
            return None
        return Hours(start, later)
    which = "1" if parts.get("h1") else "2"
    minutes = _minutes(parts, which)
    if minutes is None:
        return None
    if english and shape == "open" and 60 <= minutes <= 7 * 60 and not parts.get(f"p{which}"):
        minutes += 12 * 60  # "after 6" is in the evening
    return Hours(minutes, None) if shape == "open" else Hours(0, minutes)


def _borrowed(parts: Mapping[str, str | None]) -> str | None:
    """``3-5 pm`` is in the afternoon both times; ``9-5 pm`` is not."""
    first, last = int(parts["h1"] or 0), int(parts["h2"] or 0)
    return parts["p2"] if first < last else None


def _point(said: str) -> tuple[int | None, str]:
    """A time of day in a text as minutes, and what is left without it."""
    match = re.search(_POINT, said)
    if match is None:
        return None, said
    which = next(number for number in "1234" if match[f"h{number}"] is not None)
    minutes = _minutes(match.groupdict(), which)
    return (None, said) if minutes is None else (minutes, _without(said, match))


def _without(said: str, match: re.Match[str]) -> str:
    return f"{said[: match.start()]} {said[match.end() :]}".strip(" ,;")


def _minutes(parts: Mapping[str, str | None], number: str) -> int | None:
    hour, minute = int(parts[f"h{number}"] or 0), int(parts.get(f"m{number}") or 0)
    half = (parts.get(f"p{number}") or "")[:1]
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    total = hour * 60 + minute
    return total if minute < 60 and total <= 24 * 60 else None


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _wall(minutes: int) -> time:
    return time(*divmod(min(minutes, 24 * 60 - 1), 60))


def _day(said: str, today: date, side: Side) -> date | None:
    said = re.sub(_BEFORE, "", said.strip(" ,."))
    for pattern, other in ((_LAST, "past"), (_NEXT, "future")):
        if re.match(pattern, said):
            rest = re.sub(pattern, "", said)
            weekday = _weekday(rest)
            if weekday is not None:
                return _nearest(weekday, today, "past" if other == "past" else "future")
            return None  # "next week" is no day
    iso = re.fullmatch(r"(\d{4})-(\d\d?)-(\d\d?)", said)
    if iso:
        return _made(*map(int, iso.groups()))
    numeric = re.fullmatch(_DAY_MONTH, said)
    if numeric:
        return _numeric(numeric, said, today, side)
    weekday = _weekday(said)
    if weekday is not None:
        return _nearest(weekday, today, side or "future")
    if re.fullmatch(r"[^\W\d]+\.? \d{1,2}", said) and _weekday(said.split()[0]) is not None:
        return None  # "Friday 18" is an hour or a day of the month
    if said in _NEAR or re.fullmatch(rf"{_WITH_NAME}|.*\b\d{{1,3}}\s*{_UNITS}\b.*", said):
        return _by_library(said, today, side)
    return None


def _numeric(match: re.Match[str], said: str, today: date, side: Side) -> date | None:
    day, month = int(match["d"]), int(match["m"])
    if "/" in said and day <= 12 and month <= 12 and day != month:
        return None  # the tenth of November, or the eleventh of October: nobody can tell
    if "/" in said and month > 12:
        day, month = month, day
    year = match["y"]
    if year:
        return _made(int(year) if len(year) == 4 else 2000 + int(year), month, day)
    years = [_made(today.year + change, month, day) for change in (-1, 0, 1)]
    return _on_side([one for one in years if one is not None], today, side)


def _on_side(days: list[date], today: date, side: Side) -> date | None:
    if side == "past":
        days = [one for one in days if one <= today]
    elif side == "future":
        days = [one for one in days if one >= today]
    return min(days, key=lambda one: abs((one - today).days), default=None)


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _weekday(said: str) -> int | None:
    """The number of a weekday, Monday 0, by its name in any case and width of four languages."""
    words = words_of(said)
    if len(words) != 1 or len(words[0]) < 2:
        return None
    if words[0] in _INFLECTED:
        return _INFLECTED[words[0]]
    for language in ("en", "uk", "ru", "pl"):
        for width in ("wide", "abbreviated", "short"):
            for number, name in get_day_names(width, locale=language).items():
                known = fold(name).rstrip(".")
                if words[0] == known or (width == "wide" and likeness(words[0], known) >= 0.9):
                    return int(number)
    return None


def _nearest(weekday: int, today: date, side: Side) -> date:
    """The next one, in a week where it is today; the last one before today for the past."""
    if side == "past":
        return today - timedelta(days=(today.weekday() - weekday - 1) % 7 + 1)
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def _elapsed(said: str) -> timedelta | None:
    base = datetime(2026, 1, 1)
    found = _parse(re.sub(r"^за\s", "через ", re.sub(r"^(?:within|протягом|в течение)\s", "", said)), base, "future")
    return found - base if found is not None and found > base else None


def _by_library(said: str, today: date, side: Side) -> date | None:
    said = re.sub(r"^за\s+(?=тиждень|\d)", "через ", said)
    base = datetime.combine(today, time(12))
    found = _parse(said, base, side)
    if found is None:
        return None
    if not side and re.fullmatch(_WITH_NAME, said) and not re.search(r"\d{4}", said):
        years = [_made(found.year + change, found.month, found.day) for change in (-1, 0, 1)]
        return _on_side([one for one in years if one is not None], today, side)
    return found.date()


def _parse(said: str, base: datetime, side: Side) -> datetime | None:
    settings: dict[str, Any] = {
        "RELATIVE_BASE": base,
        "PREFER_DATES_FROM": side or "current_period",
        "DATE_ORDER": "DMY",
        "REQUIRE_PARTS": ["day"],
        "RETURN_AS_TIMEZONE_AWARE": False,
    }
    cyrillic = any("\u0400" <= c <= "\u04ff" for c in said)
    try:
        return dateparser.parse(said, languages=["uk", "ru"] if cyrillic else ["en", "pl"], settings=settings)
    except (ValueError, OverflowError, TypeError, RecursionError):
        return None  # a year beyond the calendar, for one
