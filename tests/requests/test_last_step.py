"""Where nothing can be sent from here, every door that sends offers the mail program and the clipboard."""

from collections.abc import Callable

import pytest

from support_cli.cases.cases import Cases
from support_cli.cases.outbox import Outbox
from support_cli.deliver.clipboard import Copied
from support_cli.deliver.registry import TransportError
from support_cli.environment import Bench
from support_cli.requests.cases import delete_case
from support_cli.requests.compose import new
from support_cli.requests.follow_up import follow_up
from support_cli.requests.options import NewOptions
from support_cli.requests.sending import send
from support_cli.requests.work import Handed, Outcome
from tests.requests.scripted import LEAVE, SKIP, Person

GIVEN = ("connection=Cable", "summary=Internet drops", "email=ann@example.org", "consent=yes")
TO = "desk@example.org"


@pytest.fixture(autouse=True)
def no_desktop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("support_cli.deliver.browser.open_mail", lambda _url, _environ: False)
    monkeypatch.setattr("support_cli.deliver.clipboard.copy", lambda _text, _environ: Copied.NO)


@pytest.fixture
def case(bench: Callable[..., Bench], pack) -> str:  # type: ignore[no-untyped-def]
    """A request that was written into files."""
    return new(bench(), NewOptions(pack=str(pack), set=GIVEN, no_input=True)).id


def of_new(made: Bench, case: str, pack: str) -> Outcome:
    del case
    return new(made, NewOptions(pack=pack, set=(*GIVEN, "details=x", "steps=x", "phone=+380 44 123 45 67"), to=TO))


def of_follow_up(made: Bench, case: str, pack: str) -> Outcome:
    del pack
    return follow_up(made, "escalation", case, NewOptions(to=TO))


def of_send(made: Bench, case: str, pack: str) -> Handed:
    del pack
    sent = send(made, case, NewOptions(to=TO))
    assert isinstance(sent, Handed)
    return sent


REVIEW = ("review", "write")
DOORS = {
    of_new: (REVIEW,),
    of_follow_up: (("news", "Nobody called."), ("attachments", SKIP), REVIEW),
    of_send: (),
}


@pytest.mark.parametrize("way", ["mailto", "clipboard"])
@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
def test_every_door_offers_the_last_step(bench, case, pack, database, door, way) -> None:  # type: ignore[no-untyped-def]
    offered: list[str] = []
    person = Person(
        *DOORS[door],
        ("choose", lambda shown: offered.extend(choice.key for choice in shown[1]) or way),
        otherwise=lambda _screen: SKIP,
    )
    ended = door(bench(person), case, str(pack))
    assert offered == ["", "mailto", "clipboard"]
    handed = ended if isinstance(ended, Handed) else ended.handed
    assert (handed.way, handed.to) == ("screen", TO)
    assert "Internet drops" in handed.text
    assert Outbox(database).list() == ()
    assert [receipt.delivered for receipt in Cases(database).get(handed.id).receipts] == [False]


def test_send_without_anybody_or_with_no_wish_says_what_to_set_up(bench, case, database) -> None:  # type: ignore[no-untyped-def]
    for person in (None, Person(("choose", "")), Person(("choose", LEAVE))):
        with pytest.raises(TransportError):
            send(bench(person), case, NewOptions(to=TO))
    assert Outbox(database).list() == ()


def test_a_follow_up_may_be_told_the_way(bench, case) -> None:  # type: ignore[no-untyped-def]
    options = NewOptions(to=TO, channel="clipboard", send=True, no_input=True, set=("news=Nobody called.",))
    outcome = follow_up(bench(), "escalation", case, options)
    assert (outcome.state, outcome.handed.way) == ("prepared", "screen")
    assert "Nobody called." in outcome.handed.text


@pytest.mark.parametrize("wish", ["keep", "case", "documents", "both, by flag"])
def test_who_deletes_a_case_is_asked_about_its_documents(bench, work_folder, case: str, wish: str) -> None:
    before = sorted(work_folder.iterdir())
    assert before
    answers = {"keep": ("keep",), "case": ("delete", "keep"), "documents": ("delete", "delete")}.get(wish, ("delete",))
    person = Person(*(("choose", answer) for answer in answers))
    deleted = delete_case(bench(person), case, sure=False, documents=wish == "both, by flag")
    assert (deleted.id, person.steps) == ("" if wish == "keep" else case, [])
    assert sorted(work_folder.iterdir()) == (before if wish in ("keep", "case") else [])
    if wish in ("case", "documents"):
        assert all(path.name in " ".join(person.said) for path in before)
