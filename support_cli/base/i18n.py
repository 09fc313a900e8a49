"""The language that we speak: gettext catalogues, sizes and dates.

Message ids are English sentences with named placeholders (``_("{name} is empty").format(name=...)``), so
translators may reorder them. Babel is imported only where a date or a number is written out.
"""

import gettext as _gettext
import os
import sys
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path

LANGUAGES = ("en", "uk", "ru", "pl")
LOCALE_DIR = Path(__file__).parent.parent / "locale"


class _State:
    language = "en"
    catalogue: _gettext.NullTranslations = _gettext.NullTranslations()


def match_language(wanted: Iterable[str]) -> str:
    """Picks the first language of ours among the wanted ones.

    Args:
        wanted: Language tags or POSIX locale names (``uk_UA.UTF-8``, ``pl-PL``, ``ru@x``), best first.

    Returns:
        A member of ``LANGUAGES``; ``en`` when none fits.
    """
    for tag in wanted:
        base = tag.strip().lower()
        for mark in "-_.@":
            base = base.partition(mark)[0]
        if base in LANGUAGES:
            return base
        if base in ("c", "posix"):
            return "en"
    return "en"


def environment_languages(environ: Mapping[str, str] = os.environ) -> list[str]:
    """Lists what the environment asks for, as gettext(3) ranks it: LANGUAGE, LC_ALL, LC_MESSAGES, LANG.

    On Windows, where none of them is set by itself, it is the language of the desktop.
    """
    wanted: list[str] = []
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environ.get(name):
            # LANGUAGE counts only where a locale other than C is set (gettext manual, "Locale Environment Variables").
            if environ.get("LANGUAGE") and environ[name].split(".")[0] not in ("C", "POSIX"):
                wanted += environ["LANGUAGE"].split(":")
            wanted.append(environ[name])
            break
    if not wanted and sys.platform == "win32":
        import ctypes
        import locale

        wanted.append(locale.windows_locale.get(ctypes.windll.kernel32.GetUserDefaultUILanguage(), "en"))
    return wanted


def activate(language: str) -> None:
    """Makes every later ``_()`` speak this language (a member of ``LANGUAGES``)."""
    _State.language = language
    _State.catalogue = (
        _gettext.NullTranslations()
        if language == "en"
        else _gettext.translation("support", LOCALE_DIR, [language], fallback=True)
    )


def current() -> str:
    """The language that is active now."""
    return _State.language


def _(message: str) -> str:
    """Translates one message."""
    return _State.catalogue.gettext(message)


def ngettext(singular: str, plural: str, number: int) -> str:
    """Translates a message whose form depends on a number."""
    return _State.catalogue.ngettext(singular, plural, number)


def N_(message: str) -> str:  # noqa: N802 - the field's name for "mark, translate later"
    """Marks a message of a table for the catalogues; the table's reader translates it."""
    return message


_QUOTES = {"en": ("“", "”"), "uk": ("«", "»"), "ru": ("«", "»"), "pl": ("„", "”")}


def quoted(text: str) -> str:
    """Puts text into the quotation marks of the active language."""
    opening, closing = _QUOTES[_State.language]
    return f"{opening}{text}{closing}"


def format_size(size: int, language: str | None = None) -> str:
    """Writes a size the way people read it: ``512 B``, ``48 kB``, ``9.7 MB`` (1 MB = 10^6 bytes).

    Args:
        size: Bytes.
        language: Language of the decimal sign and the unit; the active one by default.
    """
    language = language or _State.language
    units = _SIZE_UNITS.get(language, _SIZE_UNITS["en"])
    if size < 1000:
        return f"{size}\N{NO-BREAK SPACE}{units[0]}"
    value, unit = float(size), 0
    while value >= 999.5 and unit < 3:
        value, unit = value / 1000, unit + 1
    text = f"{value:.1f}" if value < 9.95 or unit >= 2 else f"{value:.0f}"
    if language != "en":
        text = text.replace(".", ",")
    return f"{text}\N{NO-BREAK SPACE}{units[unit]}"


def format_ago(since: timedelta) -> str:
    """Writes how long ago something was, in the active language: ``2 minutes ago``."""
    from babel.dates import format_timedelta

    return format_timedelta(-max(since, timedelta(seconds=1)), add_direction=True, locale=_State.language)


_SIZE_UNITS = {
    "en": ("B", "kB", "MB", "GB"),
    "uk": ("Б", "кБ", "МБ", "ГБ"),
    "ru": ("Б", "кБ", "МБ", "ГБ"),
    "pl": ("B", "kB", "MB", "GB"),
}


def format_datetime(moment: datetime, language: str | None = None, *, weekday: bool = False) -> str:
    """Writes a moment in the customer's language, to the minute, with its offset or with its weekday."""
    from babel.dates import format_datetime as babel_datetime

    pattern = "EEEE, d MMMM y, HH:mm" if weekday else "d MMMM y, HH:mm ZZZZ"
    return babel_datetime(moment, pattern, locale=language or _State.language)


def format_weekday(day: date) -> str:
    """Writes the weekday of a day in the active language: ``Friday``."""
    from babel.dates import format_date

    return format_date(day, "cccc", locale=_State.language)
