from datetime import UTC, datetime, timedelta, timezone

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from hypothesis import given
from hypothesis import strategies as st

from support_cli.base import i18n
from support_cli.base.i18n import (
    LANGUAGES,
    _,
    activate,
    environment_languages,
    format_datetime,
    format_size,
    match_language,
    ngettext,
)
from tests.making import nasty_text
from tests.table import each

PLURALS = {
    "uk": ["{count} файл", "{count} файли", "{count} файлів"],
    "ru": ["{count} файл", "{count} файла", "{count} файлов"],
    "pl": ["{count} plik", "{count} pliki", "{count} plików"],
}


@pytest.fixture
def catalogues(tmp_path, monkeypatch):
    """Small catalogues instead of the real ones."""
    for language, forms in PLURALS.items():
        catalogue = Catalog(locale=language)
        catalogue.add(("{count} file", "{count} files"), forms)
        catalogue.add("{name} is empty.", f"[{language}] {{name}}")
        place = tmp_path / language / "LC_MESSAGES"
        place.mkdir(parents=True)
        with (place / "support.mo").open("wb") as stream:
            write_mo(stream, catalogue)
    monkeypatch.setattr(i18n, "LOCALE_DIR", tmp_path)


@each(
    ("wanted", "language"),
    [
        ([], "en"),
        ([""], "en"),
        (["uk_UA.UTF-8"], "uk"),
        (["pl-PL"], "pl"),
        (["PL"], "pl"),
        (["ru@cyrillic"], "ru"),
        (["ru.KOI8-R"], "ru"),
        (["de_DE.UTF-8", "uk"], "uk"),
        (["de_DE.UTF-8"], "en"),
        (["C", "uk"], "en"),
        (["POSIX"], "en"),
        (["C.UTF-8"], "en"),
        (["be_BY", "ru_RU"], "ru"),
        (["ukrainian"], "en"),
    ],
)
def test_the_first_language_of_ours_is_taken(wanted, language):
    assert match_language(wanted) == language


@given(st.lists(nasty_text, max_size=4))
def test_any_wish_ends_in_a_language_of_ours(wanted):
    assert match_language(wanted) in LANGUAGES


@each(
    ("environ", "wanted"),
    [
        ({}, []),
        ({"LANG": "uk_UA.UTF-8"}, ["uk_UA.UTF-8"]),
        ({"LANG": "uk_UA.UTF-8", "LC_MESSAGES": "pl_PL"}, ["pl_PL"]),
        ({"LANG": "uk_UA.UTF-8", "LC_MESSAGES": "pl_PL", "LC_ALL": "ru_RU"}, ["ru_RU"]),
        ({"LANG": "uk_UA.UTF-8", "LC_ALL": ""}, ["uk_UA.UTF-8"]),
        ({"LANG": "en_GB", "LANGUAGE": "pl:uk"}, ["pl", "uk", "en_GB"]),
        ({"LANG": "C.UTF-8", "LANGUAGE": "pl"}, ["C.UTF-8"]),
        ({"LANGUAGE": "pl"}, []),
        ({"LC_NUMERIC": "uk_UA"}, []),
    ],
)
def test_the_environment_is_read_as_gettext_reads_it(environ, wanted):
    assert environment_languages(environ) == wanted


@each(
    ("language", "number", "text"),
    [
        ("en", 1, "1 file"), ("en", 2, "2 files"), ("en", 0, "0 files"), ("en", 21, "21 files"),
        ("uk", 1, "1 файл"), ("uk", 3, "3 файли"), ("uk", 5, "5 файлів"), ("uk", 11, "11 файлів"),
        ("uk", 21, "21 файл"), ("ru", 1, "1 файл"), ("ru", 4, "4 файла"), ("ru", 12, "12 файлов"),
        ("ru", 101, "101 файл"), ("ru", 0, "0 файлов"), ("pl", 1, "1 plik"), ("pl", 2, "2 pliki"),
        ("pl", 5, "5 plików"), ("pl", 21, "21 plików"), ("pl", 22, "22 pliki"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("catalogues")
def test_plural_forms(language, number, text):
    activate(language)
    assert ngettext("{count} file", "{count} files", number).format(count=number) == text


@pytest.mark.parametrize("language", PLURALS)
@pytest.mark.usefixtures("catalogues")
def test_every_later_message_speaks_the_language_that_was_chosen(language):
    activate(language)
    assert i18n.current() == language
    assert _("{name} is empty.").format(name="a") == f"[{language}] a"
    assert _("not translated") == "not translated"
    activate("en")
    assert _("{name} is empty.") == "{name} is empty."


def test_without_a_catalogue_it_is_english(monkeypatch, tmp_path):
    monkeypatch.setattr(i18n, "LOCALE_DIR", tmp_path)
    activate("uk")
    assert _("{name} is empty.") == "{name} is empty."


@each(
    ("size", "en", "uk", "pl"),
    [
        (0, "0 B", "0 Б", "0 B"),
        (999, "999 B", "999 Б", "999 B"),
        (1000, "1.0 kB", "1,0 кБ", "1,0 kB"),
        (9_949, "9.9 kB", "9,9 кБ", "9,9 kB"),
        (9_950, "10 kB", "10 кБ", "10 kB"),
        (48_211, "48 kB", "48 кБ", "48 kB"),
        (999_499, "999 kB", "999 кБ", "999 kB"),
        (999_500, "1.0 MB", "1,0 МБ", "1,0 MB"),
        (9_700_000, "9.7 MB", "9,7 МБ", "9,7 MB"),
        (14_200_000, "14.2 MB", "14,2 МБ", "14,2 MB"),
        (999_949_999, "1.0 GB", "1,0 ГБ", "1,0 GB"),
        (5_000_000_000_000, "5000.0 GB", "5000,0 ГБ", "5000,0 GB"),
    ],
)
def test_sizes_are_written_as_people_read_them(size, en, uk, pl):
    for language, text in {"en": en, "uk": uk, "ru": uk, "pl": pl}.items():
        assert format_size(size, language) == text.replace(" ", "\u00a0")
        activate(language)
        assert format_size(size) == format_size(size, language)


@given(st.integers(0, 10**13), st.integers(0, 10**13))
def test_a_larger_size_never_looks_smaller(one, other):
    def read(size):
        number, unit = format_size(size, "en").split("\u00a0")
        return float(number) * 1000 ** ["B", "kB", "MB", "GB"].index(unit)

    small, large = sorted((one, other))
    assert read(small) <= read(large)
    assert abs(read(large) - large) <= large * 0.051


@each(
    ("language", "text"),
    [
        ("en", "21 November 2026, 18:20 GMT+01:00"),
        ("uk", "21 листопада 2026, 18:20 GMT+01:00"),
        ("ru", "21 ноября 2026, 18:20 GMT+01:00"),
        ("pl", "21 listopada 2026, 18:20 GMT+01:00"),
    ],
)
def test_moments_are_written_with_their_offset(language, text):
    moment = datetime(2026, 11, 21, 18, 20, tzinfo=timezone(timedelta(hours=1)))
    assert format_datetime(moment, language) == text
    activate(language)
    assert format_datetime(moment) == text
    assert "GMT" in format_datetime(datetime(2026, 1, 1, tzinfo=UTC))
