"""Moments as people say them: a date, a weekday, tomorrow, in three days."""

import re
from datetime import datetime, timedelta

from support_cli import i18n
from support_cli.errors import UsageError
from support_cli.i18n import N_, _
from support_cli.packs.units import parse_duration

_SAMPLES = "2026-11-21, 2026-11-21 14:00, friday 18:00, 72h, 3d"
_TODAY, _TOMORROW = N_("today"), N_("tomorrow")


def read_moment(text: str, now: datetime, where: str) -> datetime:
    """Reads a moment in the future or, as a date, any.

    Args:
        text: ``2026-11-21``, ``2026-11-21 14:00``, ``72h``, ``friday 18:00`` or ``tomorrow``, the words in English or
            in the active language; without a time it is the end of that day.
        now: Aware moment, whose offset counts where none is said.
        where: Flag that it stands behind.

    Raises:
        UsageError: If it is none of these.
    """
    seconds = parse_duration(text)
    if seconds is not None:
        return now + timedelta(seconds=seconds)
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        found = _by_words(text, now, where)
    if re.fullmatch(r"\s*[\d-]+\s*", text):
        found = found.replace(hour=23, minute=59)
    return found if found.tzinfo else found.replace(tzinfo=now.tzinfo)


def _by_words(text: str, now: datetime, where: str) -> datetime:
    match = re.fullmatch(r"\s*([^\W\d_]+)?\.?,?\s*(?:(\d{1,2})[:.](\d\d))?\s*", re.sub("['’]", "ʼ", text.lower()))
    days = None if match is None else _days_until(match[1] or "", now)
    hour, minute = (23, 59) if match is None or match[2] is None else (int(match[2]), int(match[3]))
    if days is None or not text.strip() or hour > 23 or minute > 59:
        raise UsageError(
            _("“{text}” is neither a date nor a duration.").format(text=text[:40]), hint=_SAMPLES, where=where
        )
    return (now + timedelta(days=days)).replace(hour=hour, minute=minute, second=0, microsecond=0)


def _days_until(word: str, now: datetime) -> int | None:
    """Days from today to a day by its name; a weekday is the next one, today's is in a week."""
    if word in ("", "today", _(_TODAY)):
        return 0
    if word in ("tomorrow", _(_TOMORROW)):
        return 1
    from babel.dates import get_day_names

    for language in dict.fromkeys(["en", i18n.current()]):
        for width in ("wide", "abbreviated", "short"):
            for number, name in get_day_names(width, locale=language).items():
                if word == name.lower().rstrip("."):
                    return int(number - now.weekday() - 1) % 7 + 1
    return None
