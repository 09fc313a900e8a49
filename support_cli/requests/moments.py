"""Moments as people say them: a date, a weekday, tomorrow, in three days."""

import re
from datetime import datetime, timedelta

from support_cli.base.errors import UsageError
from support_cli.base.i18n import _
from support_cli.packs.units import parse_duration

_SAMPLES = "2026-11-21, 2026-11-21 14:00, friday 18:00, 72h, 3d"


def read_moment(text: str, now: datetime, where: str) -> datetime:
    """Reads a moment in the future or, as a date, any.

    Args:
        text: ``2026-11-21``, ``2026-11-21 14:00``, ``72h``, ``friday 18:00``, ``завтра`` or ``w środę o 15``, the
            words in any of the four languages; without a time it is the end of that day.
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
    from support_cli.forms.spoken_dates import read_moment as read_words

    found = read_words(text, now)
    if found is None:
        raise UsageError(
            _("“{text}” is neither a date nor a duration.").format(text=text[:40]), hint=_SAMPLES, where=where
        )
    return found.replace(second=0, microsecond=0)
