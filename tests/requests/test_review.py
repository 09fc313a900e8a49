"""What the review page shows of an answer."""

from support_cli.base import i18n
from support_cli.forms.model import Kind, Question
from support_cli.requests.review import value_text
from tests.table import each


@each(
    ("kind", "stored", "language", "shown"),
    [
        (Kind.DATE, "2026-12-04", "en", "2026-12-04 (Friday)"),
        (Kind.DATE, "2026-12-04", "uk", "2026-12-04 (пʼятниця)"),
        (Kind.DATE, "2026-12-04", "ru", "2026-12-04 (пятница)"),
        (Kind.DATE, "2026-12-04", "pl", "2026-12-04 (piątek)"),
        (Kind.TIME_WINDOW, "2026-12-04 18:00-20:00", "en", "2026-12-04 (Friday) 18:00-20:00"),
        (Kind.TIME_WINDOW, "18:00-20:00", "en", "18:00-20:00"),
        (Kind.INPUT, "2026-12-04", "en", "2026-12-04"),
    ],
)
def test_an_understood_day_is_shown_with_its_weekday(kind: Kind, stored: str, language: str, shown: str) -> None:
    before = i18n.current()
    i18n.activate(language)
    try:
        assert value_text(Question(id="day", kind=kind, label="When?"), stored, {}) == shown
    finally:
        i18n.activate(before)
