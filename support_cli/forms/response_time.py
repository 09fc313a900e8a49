"""The promise of an answer: until when, by the hours in which the team works."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo

import msgspec

from support_cli.forms.model import Form, Manifest, WorkingHours

_LONGEST = 3660
"""Days after which a promise that never ends is counted by the clock instead."""


class Promise(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How soon an answer is promised.

    Attributes:
        seconds: Time until the answer.
        hours: The only hours in which that time passes; None for all of them.
    """

    seconds: int
    hours: WorkingHours | None = None

    def due(self, start: datetime) -> datetime:
        """The moment (UTC) by which the answer is promised.

        Hours are those of the clock on the wall where the team works, so a day on which that clock is changed has an
        hour more or less. What is sent while the team is away counts from its next opening.

        Args:
            start: Aware moment at which the request was sent.
        """
        left = timedelta(seconds=self.seconds)
        begin = start.astimezone(UTC)
        if self.hours is None:
            return begin + left
        zone = _zone(self.hours.timezone) or start.tzinfo or UTC
        for opens, closes in _open_from(self.hours, begin.astimezone(zone).date(), zone):
            opens = max(opens, begin)  # noqa: PLW2901 - the part of it that is still to come
            if opens < closes:
                if left <= closes - opens:
                    return opens + left
                left -= closes - opens
        return begin + timedelta(seconds=self.seconds)


def promise_of(manifest: Manifest, form: Form) -> Promise | None:
    """What a pack promises to requests of a form, or None."""
    seconds = form.respond_within or manifest.respond_within
    return Promise(seconds=seconds, hours=manifest.working_hours) if seconds else None


def _open_from(hours: WorkingHours, day: date, zone: tzinfo) -> Iterator[tuple[datetime, datetime]]:
    """When the team is there, as pairs of moments (UTC), from a day on."""
    for _number in range(_LONGEST):
        if day.isoformat() not in hours.closed:
            for one in hours.open:
                if day.weekday() in one.days:
                    yield _moment(day, one.opens, zone), _moment(day, one.closes, zone)
        day += timedelta(days=1)


def _moment(day: date, minutes: int, zone: tzinfo) -> datetime:
    """A time of the wall clock as a moment (UTC); 24:00 is the next midnight."""
    days, rest = divmod(minutes, 24 * 60)
    wall = datetime.combine(day + timedelta(days=days), time(rest // 60, rest % 60), tzinfo=zone)
    return wall.astimezone(UTC)


def _zone(name: str) -> tzinfo | None:
    """A time zone by its name; None where this machine does not know it (Windows comes without a list of zones)."""
    if not name:
        return None
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError):  # not there; a folder; ".." in the name
        return None


def is_zone(name: str) -> bool:
    """Whether a time zone of this name is known here."""
    return _zone(name) is not None
