"""Until when something was promised, as people say it."""

import pytest

from support_cli.base import i18n
from support_cli.base.errors import UsageError
from support_cli.requests.cases import read_moment
from tests.conftest import NOW  # Saturday, 21 November 2026, 18:20 +01:00
from tests.table import each


@each(
    ("said", "language", "meant"),
    [
        ("2026-11-27", "en", "2026-11-27T23:59:00+01:00"),
        ("2026-11-27 18:00", "en", "2026-11-27T18:00:00+01:00"),
        ("2026-11-27T18:00:00Z", "en", "2026-11-27T18:00:00+00:00"),
        ("72h", "en", "2026-11-24T18:20:00+01:00"),
        ("friday 18:00", "en", "2026-11-27T18:00:00+01:00"),
        ("Fri", "en", "2026-11-27T23:59:00+01:00"),
        ("saturday", "en", "2026-11-28T23:59:00+01:00"),
        ("tomorrow 9:30", "en", "2026-11-22T09:30:00+01:00"),
        ("20:00", "en", "2026-11-21T20:00:00+01:00"),
        ("пʼятниця 18:00", "uk", "2026-11-27T18:00:00+01:00"),
        ("п'ятниця", "uk", "2026-11-27T23:59:00+01:00"),
        ("пятница", "ru", "2026-11-27T23:59:00+01:00"),
        ("пт 18:00", "ru", "2026-11-27T18:00:00+01:00"),
        ("piątek, 18.00", "pl", "2026-11-27T18:00:00+01:00"),
        ("w środę o 15", "en", "2026-11-25T15:00:00+01:00"),
        ("завтра", "pl", "2026-11-22T23:59:00+01:00"),
        ("48 часов", "en", "2026-11-23T18:20:00+01:00"),
        ("21.12.2026 18:00", "uk", "2026-12-21T18:00:00+01:00"),
        ("soon", "en", None),
        ("", "en", None),
        ("friday 25:00", "en", None),
        ("9999-12-31T00:00+99:00", "en", None),
    ],
)
def test_moments_as_people_say_them(said: str, language: str, meant: str | None) -> None:
    i18n.activate(language)
    if meant is None:
        with pytest.raises(UsageError):
            read_moment(said, NOW, "--promised-by")
    else:
        assert read_moment(said, NOW, "--promised-by").isoformat() == meant
