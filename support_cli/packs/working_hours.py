"""``working_hours`` of a manifest: from ``mon-fri 9:00-18:00`` to days and minutes."""

import re
from datetime import date

from support_cli.base.i18n import _
from support_cli.base.patterns import later
from support_cli.forms.model import OpenHours, WorkingHours
from support_cli.packs.faults import Faults, said
from support_cli.packs.schema import WorkingHoursFile
from support_cli.packs.yamltext import Path

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LINE = later(r"\s*([a-z]{3}(?:\s*[-,]\s*[a-z]{3}){0,13})\s+(\d{1,2}:\d\d)\s*[-–]\s*(\d{1,2}:\d\d)\s*")
_SAMPLE = "mon-fri 9:00-18:00"


def read_working_hours(faults: Faults, record: WorkingHoursFile) -> WorkingHours | None:
    """Reads working hours; what cannot be read is noted as a fault.

    Returns:
        None where they never are open, which is a fault too.
    """
    path: Path = ("working_hours",)
    taken: list[OpenHours] = []
    for number, line in enumerate(record.open):
        hours = _read(line)
        place = (*path, "open", number)
        if hours is None:
            faults.fault(place, _("“{text}” are no days and hours.").format(text=said(line)), _SAMPLE)
        elif any(_overlap(hours, other) for other in taken):
            faults.fault(place, _("“{text}” overlaps with other hours of the same day.").format(text=said(line)))
        else:
            taken.append(hours)
    if not record.open:
        faults.fault((*path, "open"), _("Working hours need days and hours."), _SAMPLE)
    for number, day in enumerate(record.closed):
        if not _is_day(day):
            faults.fault((*path, "closed", number), _("“{text}” is not a day.").format(text=said(day)), "2026-12-25")
    if not taken:
        return None
    ordered = tuple(sorted(taken, key=lambda one: one.opens))
    return WorkingHours(open=ordered, timezone=record.timezone, closed=tuple(record.closed))


def _read(line: str) -> OpenHours | None:
    match = _LINE.fullmatch(line.lower())
    if match is None:
        return None
    days, opens, closes = _days(match[1]), _minutes(match[2]), _minutes(match[3])
    if not days or opens is None or closes is None or opens >= closes:
        return None
    return OpenHours(days=days, opens=opens, closes=closes)


def _days(text: str) -> tuple[int, ...]:
    """``mon-fri, sun`` as numbers; nothing if one of them is no day. A range may go over Sunday."""
    found: set[int] = set()
    for part in re.split(r"\s*,\s*", text):
        ends = re.split(r"\s*-\s*", part)
        if len(ends) > 2 or any(end not in _DAYS for end in ends):
            return ()
        first, last = _DAYS.index(ends[0]), _DAYS.index(ends[-1])
        found.update(number % 7 for number in range(first, last + (7 if last < first else 0) + 1))
    return tuple(sorted(found))


def _minutes(text: str) -> int | None:
    hours, minutes = map(int, text.split(":"))
    total = hours * 60 + minutes
    return total if minutes < 60 and total <= 24 * 60 else None


def _overlap(one: OpenHours, other: OpenHours) -> bool:
    return bool(set(one.days) & set(other.days)) and one.opens < other.closes and other.opens < one.closes


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
