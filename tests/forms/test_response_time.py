"""Until when an answer is promised, by the clock on the wall where the team works."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from support_cli.forms.model import OpenHours, WorkingHours
from support_cli.forms.response_time import Promise
from tests.table import each

KYIV, NEW_YORK = ZoneInfo("Europe/Kyiv"), ZoneInfo("America/New_York")
WEEK = (0, 1, 2, 3, 4)
OFFICE = WorkingHours(
    open=(OpenHours(days=WEEK, opens=540, closes=1080), OpenHours(days=(5,), opens=600, closes=840)),
    timezone="Europe/Kyiv",
    closed=("2026-12-25",),
)


def at(text: str, zone: ZoneInfo = KYIV) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@each(
    ("hours", "sent", "due"),
    [
        (2, at("2026-11-20 10:00"), at("2026-11-20 12:00")),  # a Friday
        (2, at("2026-11-20 17:00"), at("2026-11-21 11:00")),  # an hour on Friday, an hour on Saturday
        (8, at("2026-11-20 17:00"), at("2026-11-23 12:00")),  # Saturday has four, Sunday none
        (1, at("2026-11-22 03:00"), at("2026-11-23 10:00")),  # sent while nobody is there
        (1, at("2026-11-20 18:00"), at("2026-11-21 11:00")),  # at closing time
        (9, at("2026-11-20 09:00"), at("2026-11-20 18:00")),  # ends with the day
        (2, at("2026-12-24 17:00"), at("2026-12-26 11:00")),  # a day off in between
        (2, at("2026-11-20 04:00", NEW_YORK), at("2026-11-20 13:00")),  # 11:00 in Kyiv
    ],
)
def test_time_passes_only_while_somebody_is_there(hours: int, sent: datetime, due: datetime) -> None:
    assert Promise(seconds=hours * 3600, hours=OFFICE).due(sent) == due.astimezone(UTC)


def test_a_night_on_which_the_clock_is_changed() -> None:
    nights = WorkingHours(open=(OpenHours(days=tuple(range(7)), opens=0, closes=1440),), timezone="Europe/Kyiv")
    spring, autumn = at("2026-03-29 00:00"), at("2026-10-25 00:00")
    day = Promise(seconds=24 * 3600, hours=nights)
    assert day.due(spring) == at("2026-03-30 01:00").astimezone(UTC)  # that day had 23 hours
    assert day.due(autumn) == at("2026-10-25 23:00").astimezone(UTC)
    office = Promise(seconds=9 * 3600, hours=OFFICE)
    assert office.due(at("2026-03-27 12:00")) == at("2026-03-28 13:00").astimezone(UTC)
    assert office.due(at("2026-03-28 13:00")) == at("2026-03-30 17:00").astimezone(UTC)


def test_plain_hours_hours_without_a_known_zone_and_days_that_never_come() -> None:
    sent = at("2026-11-20 17:00")
    assert Promise(seconds=72 * 3600).due(sent) == sent.astimezone(UTC) + timedelta(days=3)
    here = WorkingHours(open=OFFICE.open, timezone="Nowhere/At all")
    assert Promise(seconds=7200, hours=here).due(sent) == at("2026-11-21 11:00").astimezone(UTC)
    never = WorkingHours(open=(OpenHours(days=(), opens=0, closes=60),))
    assert Promise(seconds=60, hours=never).due(sent) == sent.astimezone(UTC) + timedelta(minutes=1)
