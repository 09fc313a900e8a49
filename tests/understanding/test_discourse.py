"""Whether a report tells its steps and what was expected; a short complete request is left in peace."""

from support_cli.understanding.discourse import tells
from tests.checks.making import codes
from tests.table import each

_STEPS = {
    "en": "1. Open the invoice list\n2. Press Export\n3. Choose a folder and press Save",
    "ru": "1. Открыть список счетов\n2. Нажать «Экспорт»\n3. Выбрать папку и нажать «Сохранить»",
    "uk": "1. Відкрити список рахунків\n2. Натиснути «Експорт»\n3. Вибрати теку і натиснути «Зберегти»",
    "pl": "1. Otworzyć listę faktur\n2. Nacisnąć „Eksport”\n3. Wybrać folder i nacisnąć „Zapisz”",
}
_EXPECTED = {
    "en": "The file should be saved with all its lines, as I would expect from an export.",
    "ru": "Файл должен сохраниться со всеми строками, я ожидал увидеть его в папке.",
    "uk": "Файл має зберегтися з усіма рядками, я очікував побачити його в теці.",
    "pl": "Plik powinien zapisać się ze wszystkimi wierszami, spodziewałem się go w folderze.",
}
_REST = {
    "en": "Export loses lines\n\nThe last line is missing in the file.\n\nWindows 11, version 4.2.1 (64-bit)",
    "ru": "При экспорте теряются строки\n\nВ файле нет последней строки.\n\nWindows 11, версия 4.2.1 (64-bit)",
    "uk": "Під час експорту губляться рядки\n\nУ файлі немає останнього рядка.\n\nWindows 11, версія 4.2.1 (64-bit)",
    "pl": "Eksport gubi wiersze\n\nW pliku brakuje ostatniego wiersza.\n\nWindows 11, wersja 4.2.1 (64-bit)",
}


@each("language", list(_REST))
def test_a_report_is_asked_only_for_what_it_lacks(language: str) -> None:
    rest, steps, expected = _REST[language], _STEPS[language], _EXPECTED[language]
    assert {"M007", "M008"} <= codes({"details": rest}, language=language)
    assert "M008" not in codes({"details": f"{rest}\n\n{steps}"}, language=language)
    assert "M007" not in codes({"details": f"{rest}\n\n{expected}"}, language=language)
    assert not {"M007", "M008"} & codes({"details": f"{rest}\n\n{steps}\n\n{expected}"}, language=language)


def test_code_to_run_is_as_good_as_steps() -> None:
    story = "Sums are wrong\n\n```python\nimport ledger\nledger.add(1, 2)\n```\n\nIt prints 4.\n\nVersion 4.2.1"
    assert "M008" not in codes({"details": story})


@each("text", ["", " ", "\n```\n", "```" * 3000, "1. " * 5000, "a: b\n" * 4000, "Ы" * 20_000])
def test_any_text_is_weighed(text: str) -> None:
    told = tells(text)
    assert 0 <= told.steps <= 1
    assert 0 <= told.expected <= 1


_COMPLETE = (
    ("en", "Contract 55-20981, Ruth Calder. No internet since 7 this morning, neither Wi-Fi nor cable. "
     "Only Power is lit. I unplugged it for a minute. Call me on 07400 123777, Thursday 9-13."),
    ("en", "Card ending 8812: 64.20 GBP taken by 'Zenlo Games' on 28 November, I never bought anything there. "
     "I've blocked the card. Please refund it. Maria Holt, maria.holt@example.org."),
    ("en", "Order 104-7781, I sent the jacket back on 10 November. It reached you on the 14th and the money "
     "is not back. Please refund it to my card. Ann Poole, ann@example.org"),
    ("ru", "Номер +7 912 000-11-22, 27 ноября списали 300 рублей за подписку «Музыка», я её не подключал. "
     "Подписку отключил сам. Прошу вернуть деньги. Олег Дроздов, пишите на oleg@example.ru"),
    ("ru", "Стиральная машина Hallam W7, серийный HW7-110284. При отжиме стучит и останавливается, ошибка E18, "
     "со вторника. Фильтр почистил. Прошу прислать мастера. Пётр Ильин, +7 912 000 55 66."),
    ("uk", "Договір 3310-557. Від понеділка швидкість 5 Мбіт замість 100, і по кабелю, і по вайфаю. "
     "Роутер перезавантажувала, мій, TP-Link Archer C6. Олена Гнатюк, +380 50 000 12 34."),
    ("uk", "28 листопада двічі списали 1250 грн за квитки, картка *3301. Писав у магазин, отримали один платіж. "
     "Прошу повернути зайві гроші. Роман Сидоренко, roman@example.com"),
    ("pl", "Zamowienie 104-9912, czajnik przyszedl z peknieta pokrywka, karton caly. Prosze o wymiane. Ewa Lis, "
     "ewa.lis@example.pl, najlepiej mailem."),
    ("pl", "Od środy telefon nie ma zasięgu w domu, ul. Polna 4, Lipno. Numer 500 100 200, Pixel 7, Android 15. "
     "Karta w drugim telefonie tak samo. Jan Wrona, jan.wrona@example.pl"),
)  # fmt: skip


@each(("language", "story"), _COMPLETE)
def test_a_short_complete_request_gets_no_finding(language: str, story: str) -> None:
    for spoken in (language, "en"):
        assert codes({"details": story}, language=spoken) == set()
