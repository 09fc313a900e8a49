"""What questions of foreign forms mean."""

from support_cli.forms.model import Form, Kind, Role
from support_cli.issue_forms import form as issue_form
from support_cli.issue_forms.roles import explain, infer, role_of_words
from tests.issue_forms.texts import BUG, POLISH, RUSSIAN, UKRAINIAN
from tests.making import ask, form
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
        form(
            ask(Kind.TEXTAREA, "steps-to-reproduce", label="Yeniden üretme adımları"),
            ask(Kind.TEXTAREA, "etcdLogs", label="Günlük"),
        )
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


LANGUAGES = {
    "de": """
        details Fehlerbeschreibung|details Beschreibung des Problems|details Was ist passiert?
        steps Schritte zur Reproduktion|steps Wie lässt sich der Fehler reproduzieren?
        expected Erwartetes Verhalten|actual Tatsächliches Verhalten|actual Aktuelles Ergebnis
        error Fehlermeldung|error Logs|version= Programmversion|environment= Betriebssystem|environment Umgebung
        summary= Zusammenfassung|severity= Schweregrad|email= E-Mail|phone= Telefonnummer|name= Vor- und Nachname
        order= Bestellnummer|serial= Seriennummer|account= Kundennummer|tried Was haben Sie bereits versucht?
        .= Browserversion|. Weitere Informationen|.= Häufigkeit""",
    "fr": """
        details Description du problème|details Que s’est-il passé ?|details Décrivez le bogue
        steps Étapes pour reproduire|steps Comment reproduire le problème ?|expected Comportement attendu
        actual Comportement observé|actual Résultat actuel|error Message d’erreur|error Journaux|version= Version
        environment= Système d’exploitation|environment Environnement|severity= Gravité
        email= Adresse électronique|phone= Numéro de téléphone|name= Nom et prénom|order= Numéro de commande
        serial= Numéro de série|account= Numéro de client|tried Qu’avez-vous déjà essayé ?
        . Informations complémentaires|.= Version du navigateur""",
    "es": """
        details Descripción del problema|details ¿Qué ocurrió?|steps Pasos para reproducir el error
        steps ¿Cómo reproducirlo?|expected Comportamiento esperado|actual Comportamiento actual
        actual Resultado obtenido|error Mensaje de error|error Registros|version= Versión
        environment= Sistema operativo|environment Entorno|summary= Resumen|severity= Gravedad
        email= Correo electrónico|phone= Número de teléfono|name= Nombre y apellidos|order= Número de pedido
        serial= Número de serie|account= Número de cliente|tried ¿Qué ha intentado?|. Información adicional
        .= Frecuencia""",
    "pt": """
        details Descrição do problema|details O que aconteceu?|details Descreva o erro
        steps Passos para reproduzir|steps Como reproduzir?|expected Comportamento esperado
        actual Comportamento atual|error Mensagem de erro|version= Versão|environment= Sistema operacional
        environment Ambiente|summary= Resumo|severity= Gravidade|phone= Número de telefone|name= Nome completo
        order= Número do pedido|serial= Número de série|tried O que você já tentou?|. Informações adicionais""",
    "zh": """
        details 问题描述|details 發生了什麼？|details 描述|steps 重现步骤|steps 如何复现|expected 预期行为
        expected 期望结果|actual 实际行为|actual 當前結果|error 错误信息|error 相关日志|version= 软件版本
        environment= 操作系统|environment 运行环境|summary= 标题|severity= 严重程度|email= 电子邮箱
        phone= 联系电话|name= 姓名|order= 订单编号|tried 尝试过的解决方法|.= 浏览器版本|. 补充信息|.= 重现链接
        . 复现视频""",
    "ja": """
        details 不具合の内容|details 何が起きましたか？|details 問題の説明|steps 再現手順|steps 再現方法
        expected 期待する動作|expected 期待される結果|actual 実際の動作|error エラーメッセージ|error ログ
        version= バージョン|environment= オペレーティングシステム|environment 動作環境|summary= 件名
        severity= 重大度|email= メールアドレス|phone= 電話番号|name= お名前|order= 注文番号|serial= シリアル番号
        . その他の情報|. 再現動画""",
    "ko": """
        details 버그 설명|details 무슨 일이 발생했나요?|steps 재현 단계|steps 재현 방법|expected 예상 동작
        expected 기대 결과|actual 실제 동작|error 오류 메시지|error 로그|version= 버전|environment= 운영체제
        environment 실행 환경|summary= 제목|severity= 심각도|email= 이메일 주소|phone= 전화번호|name= 성명
        order= 주문 번호|tried 시도한 해결 방법|. 추가 정보|. 재현 영상""",
}  # fmt: skip
"""Labels by language, each with its role (``.`` for none); ``=`` marks one of an ``input``, the rest are areas."""


@each("language", list(LANGUAGES))
def test_labels_of_further_languages(language: str) -> None:
    rows = [row.strip().partition(" ") for row in LANGUAGES[language].strip().replace("\n", "|").split("|")]
    found = []
    for role, _blank, label in rows:
        kind = Kind.INPUT if role.endswith("=") else Kind.TEXTAREA
        means = role_of_words(label, kind)
        found.append((label, means.value if means else "."))
    assert found == [(label, role.rstrip("=")) for role, _blank, label in rows]


@each(
    ("kind", "id_", "label"),
    [
        (Kind.DROPDOWN, "impact", "Usage Frequency"),
        (Kind.DROPDOWN, "severity", "How often does it happen?"),
        (Kind.TEXTAREA, "steps", "Reproduction Video"),
        (Kind.TEXTAREA, "reproduction", "Screenshots or screencast"),
        (Kind.TEXTAREA, "details", "Contact Details"),
        (Kind.TEXTAREA, "contact-details", "Contact Details"),
        (Kind.TEXTAREA, "description", "Additional information"),
        (Kind.TEXTAREA, "c", "Customer details"),
        (Kind.INPUT, "name", "Lint Name"),
    ],
)
def test_what_only_sounds_alike_has_no_role(kind: Kind, id_: str, label: str) -> None:
    asked = (
        ask(kind, id_, ("a", "b"), label=label, required=True)
        if kind is Kind.DROPDOWN
        else ask(kind, id_, label=label, required=True)
    )
    assert explain(form(asked)) == []
