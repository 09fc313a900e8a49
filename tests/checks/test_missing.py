"""What the operator would have to ask."""

from support_cli.base.finding import Level
from support_cli.forms.model import Kind, Question, Role
from support_cli.forms.request import Attachment
from tests.checks.making import FORM, PICTURE, codes, findings, form_of
from tests.table import each

STORY = "The app closes when I open the cart"


def of(answers: dict, code: str, **more: object) -> list:
    return [f for f in findings(answers, **more) if f.code == code]  # type: ignore[arg-type]


def test_nothing_is_asked_of_an_empty_request() -> None:
    assert findings({}) == []


def test_answered_questions_are_not_asked_for() -> None:
    full = {
        "account": "4417-0083",
        "name": "Anna Smith",
        "phone": "+44 20 7946 0958",
        "email": "anna@shop.test",
        "summary": "App closes in the cart",
        "details": "The cart page flashes white and the app is gone.",
        "steps": ["Open the app", "Tap Cart"],
        "expected": "The cart with my two books",
        "actual": "The app is gone",
        "error": "none",
        "environment": "Samsung A54, Android 15",
        "version": "5.12.1",
        "tried": ["installed it again"],
        "outcome": "A way to order today",
        "began": "since Monday",
    }
    assert findings(full) == []


def test_skipped_questions_are_hints_that_name_the_flag() -> None:
    found = {f.code: f for f in findings({"details": STORY})}
    assert found["M001"].level is Level.HINT
    assert found["M001"].fix == "--set version=..."
    assert found["M003"].where == "began"
    assert found["M004"].where == "tried"
    assert {"M001", "M003", "M004", "M005", "M006", "M007", "M008", "M010", "M011"} <= set(found)


def test_only_what_the_form_asks_is_missed() -> None:
    form = form_of(Question(id="details", kind=Kind.TEXTAREA, label="Details", role=Role.DETAILS))
    assert findings({"details": STORY}, form=form) == []


def test_error_spoken_of_but_not_told() -> None:
    (found,) = of({"details": "An error pops up when I pay"}, "M002")
    assert (found.where, found.level) == ("error", Level.WARNING)
    assert of({"details": "An error pops up when I pay", "error": "Declined (51)"}, "M002") == []
    assert of({"details": "An error pops up when I pay"}, "M002", attachments=[PICTURE]) == []


def test_error_spoken_of_where_no_question_asks_for_it() -> None:
    form = form_of(Question(id="details", kind=Kind.TEXTAREA, label="Details", role=Role.DETAILS))
    (found,) = of({"details": "An error pops up when I pay"}, "M002", form=form)
    assert found.where == "details"


def test_no_way_to_be_reached() -> None:
    (found,) = of({"details": STORY}, "M005")
    assert found.level is Level.WARNING
    assert of({"details": STORY, "phone": "+44 20 7946 0958"}, "M005") == []
    assert of({"details": STORY + ", write to anna@shop.test"}, "M005") == []


def test_public_issue_needs_no_address() -> None:
    contact = Question(id="contact", kind=Kind.INPUT, label="Contact", role=Role.EMAIL)
    body = Question(id="what", kind=Kind.TEXTAREA, label="What happened?", role=Role.DETAILS)
    form = form_of(contact, body)
    assert "M005" in codes({"what": STORY}, form=form)
    from msgspec.structs import replace

    assert "M005" not in codes({"what": STORY}, form=replace(form, foreign="github"))


def test_the_way_that_is_preferred_has_to_be_open() -> None:
    form = form_of(
        Question(id="details", kind=Kind.TEXTAREA, label="Details", role=Role.DETAILS),
        Question(id="way", kind=Kind.DROPDOWN, label="How?", role=Role.PREFERRED_CONTACT),
        Question(id="phone", kind=Kind.PHONE, label="Phone", role=Role.PHONE),
        Question(id="email", kind=Kind.EMAIL, label="E-mail", role=Role.EMAIL),
    )
    reached = {"details": STORY, "phone": "+44 20 7946 0958"}
    (found,) = of({**reached, "way": "Поштою"}, "M005", form=form)
    assert (found.where, found.level) == ("email", Level.WARNING)
    assert "Поштою" in found.message
    assert "E-mail" in found.message
    for way in ("Call me", "E-mail or phone", "Messenger"):
        assert of({**reached, "way": way}, "M005", form=form) == []


def test_identifier_that_the_story_is_about() -> None:
    (found,) = of({"details": "My order has not arrived"}, "M006")
    assert (found.where, found.level) == ("order", Level.WARNING)
    (hint,) = of({"details": STORY}, "M006")
    assert hint.level is Level.HINT
    assert of({"details": "My order 1042291 has not arrived"}, "M006") == []
    assert of({"details": STORY, "account": "4417-0083"}, "M006") == []


def test_a_late_parcel_has_no_version() -> None:
    found = codes({"details": "The courier left my order with a neighbour", "order": "104-2291"})
    assert not found & {"M001", "M008", "M010"}


def test_a_parcel_in_an_app_may_have_one() -> None:
    assert "M001" in codes({"details": "The app crashes when I track the parcel"})


def test_file_spoken_of_is_attached_or_asked_for() -> None:
    (found,) = of({"details": "See the attached screenshot"}, "M009")
    assert found.fix == "--attach PATH"
    assert of({"details": "See the attached screenshot"}, "M009", attachments=[PICTURE]) == []


def test_when_is_found_by_label_in_a_foreign_form() -> None:
    since = Question(id="q7", kind=Kind.INPUT, label="When did it first happen?")
    call = Question(id="q8", kind=Kind.INPUT, label="When may we call you?")
    details = Question(id="details", kind=Kind.TEXTAREA, label="Details", role=Role.DETAILS)
    assert [f.where for f in of({"details": STORY}, "M003", form=form_of(details, since, call))] == ["q7"]
    assert of({"details": STORY}, "M003", form=form_of(details, call)) == []


def test_hidden_and_wrong_questions_are_not_asked_twice() -> None:
    from support_cli.forms.model import Matches

    version = Question(id="version", kind=Kind.INPUT, label="Version", role=Role.VERSION, required=True)
    hidden = Question(
        id="error", kind=Kind.TEXTAREA, label="Error", role=Role.ERROR, when=Matches("details", ("something else",))
    )
    details = Question(id="details", kind=Kind.TEXTAREA, label="Details", role=Role.DETAILS)
    found = findings({"details": "The app hangs"}, form=form_of(details, version, hidden))
    assert [(f.code, f.where) for f in found] == [("A001", "version")]


def test_findings_follow_the_form() -> None:
    found = findings({"details": "nothing works, my password is hunter2x9", "summary": "help"})
    order = [q.id for q in FORM.questions]
    places = [order.index(f.where) for f in found]
    assert places == sorted(places)


def test_an_unrelated_file_does_not_tell_the_error() -> None:
    zipped = Attachment(path="/p/a.zip", name="a.zip", type="application/zip", size=1, sha256="0" * 64)
    assert of({"details": "An error pops up when I pay"}, "M002", attachments=[zipped]) != []


@each(
    ("text", "language"),
    [
        ("Не показує помилки, просто зависає.", "uk"),
        ("Не выводит ошибку, просто белый экран.", "ru"),
        ("Nie pokazuje błędu, tylko się zawiesza.", "pl"),
        ("No error is shown, it just hangs.", "en"),
    ],
)
def test_who_says_that_no_error_is_shown_is_not_asked_for_it(text: str, language: str) -> None:
    assert "M002" not in codes({"details": text}, language=language)


@each(
    "said", ["It says Error 0x61 then.", "Pojawia się Błąd 0x61.", "Появляется ошибка 0x4.", "Помилка 0x61 на екрані."]
)
def test_a_short_code_of_an_error_tells_it(said: str) -> None:
    assert "M002" not in codes({"details": said})
