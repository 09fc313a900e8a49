import pytest

from support_cli.render.salutation import greeting


@pytest.mark.parametrize(
    ("name", "language", "expected"),
    [
        ("Иван Иванович Иванов", "ru", "Уважаемый Иван Иванович"),
        ("Смирнова Анна Ильинична", "ru", "Уважаемая Анна Ильинична"),
        ("Лев Ильич", "ru", "Уважаемый Лев Ильич"),
        ("Никита Сергеевич Орлов", "ru", "Уважаемый Никита Сергеевич"),
        ("Мария Абрамович", "ru", "Здравствуйте"),
        ("Иванов Иван", "ru", "Здравствуйте"),
        ("", "ru", "Здравствуйте"),
        ("Jan Kowalski", "pl", "Szanowny Panie"),
        ("Anna Maria Zawadzka", "pl", "Szanowna Pani"),
        ("Alex Nowak", "pl", "Dzień dobry"),
        ("Ковальчук Олена Петрівна", "uk", "Добрий день"),
        ("Anna  Smith", "en", "Dear Anna Smith"),
        (" ", "en", "Hello"),
        ("Anna", "de", "Hello"),
    ],
)
def test_a_person_is_addressed_as_the_name_allows(name, language, expected):
    assert greeting(name, language) == expected
