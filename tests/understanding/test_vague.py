"""Answers that need a better question, and what an answer to an either-or means."""

from support_cli.forms.model import Kind, Question, Role
from support_cli.understanding.vague import Vague, choose, subject_of, vagueness
from tests.checks.making import codes, form_of
from tests.table import each

_VAGUE = {
    Vague.SYMPTOM: ("it is buggy", "nothing works", "глючит", "проверьте пожалуйста", "хочу мастера", "погано працює",
                    "коли прийде майстер", "źle działa", "zle dziala", "when will the technician come"),
    Vague.ERROR: ("yes, a window pops up", "something in English", "ну вылезла какая-то ошибка", "якесь віконце",
                  "jakiś komunikat", "код какой-то, не помню"),
    Vague.MODEL: ("an ordinary laptop", "мой старый телефон", "звичайний роутер", "zwykły telewizor", "tv"),
    Vague.OFTEN: ("from time to time", "по-разному", "час від часу", "co jakiś czas", "often"),
    Vague.WISH: ("do something", "примите меры", "зробіть щось", "rozwiążcie problem", "please help me"),
    Vague.STEPS: ("I just use it", "ничего особенного", "як завжди", "po prostu korzystam"),
    Vague.WHEN: ("a while ago", "давно уже", "нещодавно", "od jakiegoś czasu"),
    Vague.TRIED: ("everything", "всё пробовал", "усе можливе", "wszystkiego próbowałem"),
    Vague.VERSION: ("the latest one", "последняя", "найновіша", "najnowsza"),
    Vague.PLACE: ("at home", "у меня дома", "вдома", "u mnie w domu"),
    Vague.AMOUNT: ("a lot of money", "много денег", "багато", "dużo"),
    Vague.NAME: ("me", "на меня", "на мене", "na mnie"),
}  # fmt: skip
_GOOD = {
    Vague.SYMPTOM: ("The screen stays black", "Экран чёрный", "Екран чорний", "Ekran jest czarny"),
    Vague.ERROR: ("E4", "“Access denied”", "Доступ запрещён", "немає звʼязку з сервером", "Brak połączenia z serwerem"),
    Vague.MODEL: ("Pixel 7", "телевизор Samsung", "роутер Keenetic", "laptop Lenovo"),
    Vague.OFTEN: ("every evening", "каждый день", "щодня", "3 razy dziennie", "twice a day"),
    Vague.WISH: ("a refund", "верните деньги", "поверніть гроші", "proszę o zwrot pieniędzy", "replace it"),
    Vague.STEPS: ("I press Save", "нажимаю Сохранить", "натискаю Зберегти", "klikam Zapisz"),
    Vague.WHEN: ("yesterday", "после грозы", "з понеділка", "w zeszłym tygodniu"),
    Vague.TRIED: ("restarted it", "перезагрузил роутер", "міняв кабель", "wymieniłem kabel"),
    Vague.VERSION: ("5.1", "v2", "beta"),
    Vague.PLACE: ("Hexford, 22 Quarry Lane", "Львів, Кленова", "ул. Садовая, дача"),
    Vague.AMOUNT: ("about 300", "1150 грн"),
    Vague.NAME: ("Ruth Calder", "Мария Ивановна", "Jan Wrona"),
}  # fmt: skip


def test_every_subject_is_tried() -> None:
    assert set(_VAGUE) == set(_GOOD) == set(Vague)


@each(("subject", "answers"), _VAGUE.items())
def test_vague(subject: Vague, answers: tuple[str, ...]) -> None:
    assert [answer for answer in answers if vagueness(subject, answer) is not subject] == []


@each(("subject", "answers"), _GOOD.items())
def test_short_true_answers_are_believed(subject: Vague, answers: tuple[str, ...]) -> None:
    assert [answer for answer in answers if vagueness(subject, answer)] == []


def test_what_was_asked_tells_what_is_missing() -> None:
    role = Question(id="wish", kind=Kind.TEXTAREA, label="What do you ask for?", role=Role.OUTCOME)
    label = Question(id="rate", kind=Kind.INPUT, label="How often does it happen?")
    choice = Question(id="rate", kind=Kind.DROPDOWN, label="How often does it happen?")
    assert [subject_of(question) for question in (role, label, choice)] == [Vague.WISH, Vague.OFTEN, None]
    assert subject_of(Question(id="x", kind=Kind.INPUT, label="Rate"), "Як часто?") is Vague.OFTEN


def test_a_vague_answer_gets_one_finding_with_the_better_question() -> None:
    form = form_of(Question(id="rate", kind=Kind.INPUT, label="How often?"))
    assert codes({"rate": "sometimes"}, form=form) == {"W011"}
    assert codes({"rate": "sometimes, 3 of 10"}, form=form) == set()


@each(
    ("options", "answer", "meant"),
    [
        (["Wi-Fi", "Cable"], "yes", None),
        (["Wi-Fi", "Cable"], "the cable", "Cable"),
        (["Wi-Fi", "Cable"], "not by cable", None),
        (["Wi-Fi", "Кабель"], "через вайфай", "Wi-Fi"),
        (["Wi-Fi", "Kabel"], "i tak i tak", None),
        (["The provider's", "My own"], "we bought it ourselves", "My own"),
        (["The provider's", "My own"], "your technician brought it", "The provider's"),
        (["The provider's", "My own"], "no idea", None),
        (["Operatora", "Mój"], "kupiłem w sklepie", "Mój"),
        (["Indoors", "Outdoors"], "in the kitchen", "Indoors"),
        (["Indoors", "Outdoors"], "neither, in the car", None),
        (["В помещении", "На улице"], "стою во дворе", "На улице"),
        (["Blocked already", "Not yet"], "no", "Not yet"),
        (["Уже заблоковано", "Ще ні"], "заблокував одразу", "Уже заблоковано"),
        (["Гроші", "Ваучер"], "бонусами теж можна", "Ваучер"),
        (["На меня", "На другого"], "на мужа", "На другого"),
        (["Once", "Every time"], "every other time", None),
        (["Целая", "Повреждена"], "коробку не видел", None),
        (["Cały", "Uszkodzony"], "zgnieciony róg", "Uszkodzony"),
        (["Whole", "Damaged"], "whole outside, torn inside", None),
        (["Whole", "Damaged"], "is it whole?", None),
        (["Whole", "Damaged"], "", None),
        ([], "yes", None),
    ],
)
def test_either_or(options: list[str], answer: str, meant: str | None) -> None:
    assert choose(options, answer) == meant
