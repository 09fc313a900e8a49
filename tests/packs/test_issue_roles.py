"""What questions of foreign forms mean."""

from support_cli.packs import issue_form
from support_cli.packs.model import Form, Kind, Role
from support_cli.packs.roles import explain, infer, role_of_words
from tests.making import ask, form
from tests.packs.issue_texts import BUG, POLISH, RUSSIAN, UKRAINIAN
from tests.table import each


def roles(text: str) -> dict[str, str]:
    loaded = issue_form.load(text, name="f.yml", form_id="f").form
    return {question.label: question.role for question in infer(loaded).questions if question.role is not None}


def test_english() -> None:
    assert roles(BUG) == {
        "Summary": Role.SUMMARY,
        "What happened?": Role.DETAILS,
        "Log output": Role.ERROR,
        "Version": Role.VERSION,
    }


def test_russian() -> None:
    assert roles(RUSSIAN) == {
        "Краткое описание": Role.SUMMARY,
        "Опишите проблему": Role.DETAILS,
        "Шаги для воспроизведения": Role.STEPS,
        "Ожидаемое поведение": Role.EXPECTED,
        "Фактический результат": Role.ACTUAL,
        "Текст ошибки": Role.ERROR,
        "Версия программы": Role.VERSION,
        "Операционная система": Role.ENVIRONMENT,
        "Номер телефона": Role.PHONE,
        "Кодекс поведения": Role.CONSENT,
    }


def test_ukrainian() -> None:
    assert roles(UKRAINIAN) == {
        "Що сталося?": Role.DETAILS,
        "Кроки для відтворення": Role.STEPS,
        "Очікувана поведінка": Role.EXPECTED,
        "Повідомлення про помилку": Role.ERROR,
        "Версія застосунку": Role.VERSION,
        "Середовище": Role.ENVIRONMENT,
        "Електронна пошта": Role.EMAIL,
        "Що ви вже пробували?": Role.TRIED,
    }


def test_polish() -> None:
    assert roles(POLISH) == {
        "Opis problemu": Role.DETAILS,
        "Kroki do odtworzenia": Role.STEPS,
        "Oczekiwane zachowanie": Role.EXPECTED,
        "Komunikat błędu": Role.ERROR,
        "Wersja aplikacji": Role.VERSION,
        "System operacyjny": Role.ENVIRONMENT,
        "Adres e-mail": Role.EMAIL,
        "Priorytet": Role.SEVERITY,
    }


@each(
    ("kind", "label"),
    [
        (Kind.INPUT, "Python version"),
        (Kind.INPUT, "Last known working version"),
        (Kind.INPUT, "Operating system version"),
        (Kind.INPUT, "Link to minimal reproduction"),
        (Kind.TEXTAREA, "Minimal reproducible code"),
        (Kind.DROPDOWN, "Can you reproduce this?"),
        (Kind.TEXTAREA, "Additional context"),
        (Kind.TEXTAREA, "Possible solution"),
        (Kind.INPUT, "Tool name"),
        (Kind.INPUT, "Phone model"),
        (Kind.CHECKBOXES, "Preflight checklist"),
        (
            Kind.TEXTAREA,
            "Describe the solution in a poem about the environment of birds and of everything else there is",
        ),
    ],
)
def test_what_only_sounds_like_one_gets_none(kind: Kind, label: str) -> None:
    assert explain(form(ask(kind, "x1", ("a",) if kind is Kind.DROPDOWN else ("b", "c"), label=label))) == []


def test_by_id_where_the_label_is_in_another_language() -> None:
    found = explain(
        form(ask(Kind.TEXTAREA, "steps-to-reproduce", label="重现步骤"), ask(Kind.TEXTAREA, "etcdLogs", label="日志"))
    )
    assert [(one.question, one.role, one.because) for one in found] == [
        ("steps-to-reproduce", Role.STEPS, "id"),
        ("etcdLogs", Role.ERROR, "id"),
    ]


def test_by_shape() -> None:
    mail = ask(Kind.INPUT, "contact", label="Contact details", placeholder="ex. email@example.com")
    story = ask(Kind.TEXTAREA, "a", label="お話", required=True)
    assert [(one.role, one.because) for one in explain(form(mail, story))] == [
        (Role.EMAIL, "shape"),
        (Role.DETAILS, "shape"),
    ]


def test_each_role_once_and_the_surer_one_wins() -> None:
    found = explain(
        form(
            ask(Kind.TEXTAREA, "a", label="What happened?"),
            ask(Kind.TEXTAREA, "b", label="Describe the bug"),
            ask(Kind.TEXTAREA, "c", label="Summary"),
        )
    )
    assert [(one.question, one.role) for one in found] == [("a", Role.ACTUAL), ("b", Role.DETAILS), ("c", Role.SUMMARY)]


def test_a_role_that_is_given_stays() -> None:
    made = infer(
        form(ask(Kind.INPUT, "a", label="Version", role=Role.SERIAL), ask(Kind.INPUT, "b", label="App version"))
    )
    assert [question.role for question in made.questions] == [Role.SERIAL, Role.VERSION]


def test_boxes_that_all_agree_are_a_consent() -> None:
    agree = ask(Kind.CHECKBOXES, "a", ("I agree to the rules", "I accept the terms"), label="Before you send")
    mixed = ask(Kind.CHECKBOXES, "b", ("I agree to the rules", "I searched"), label="Checks")
    assert [one.question for one in explain(form(agree))] == ["a"]
    assert explain(form(mixed)) == []


def test_a_form_without_any_stays_the_same() -> None:
    plain = Form(id="f", name="F", questions=(ask(Kind.INPUT, "x", label="Favourite colour"),))
    assert infer(plain) is plain


@each(
    ("heading", "role"),
    [("Steps to reproduce", Role.STEPS), ("**Очікуваний результат**", Role.EXPECTED), ("Thoughts", None), ("", None)],
)
def test_a_heading_by_itself(heading: str, role: Role | None) -> None:
    assert role_of_words(heading) is role
