"""A follow-up with a person: an interview like any other, of which nothing is lost."""

import pytest

from support_cli.base.errors import InterruptedRun
from support_cli.cases.cases import Cases
from support_cli.cases.drafts import Drafts
from support_cli.cases.outbox import Outbox
from support_cli.environment import Mail
from support_cli.requests.compose import new
from support_cli.requests.dialogue import resume
from support_cli.requests.follow_up import follow_up
from support_cli.requests.options import NewOptions
from tests.requests.scripted import LEAVE, SKIP, Person

GIVEN = ("connection=Cable", "summary=Internet drops", "email=ann@example.org", "consent=yes")


@pytest.fixture
def case(bench, pack) -> str:
    """A request that was written into files."""
    return new(bench(), NewOptions(pack=str(pack), set=GIVEN, no_input=True)).id


def test_only_what_is_new_is_asked_and_the_draft_ends_with_the_follow_up(bench, case, database, work_folder):
    person = Person(("answered", "No, nothing"), ("news", "It is worse."), ("attachments", SKIP), ("review", "write"))
    outcome = follow_up(bench(person), "follow-up", "", NewOptions())
    person.done()
    assert "It is about: Internet drops" in person.said[0]
    assert (outcome.id, outcome.state) == (case, "written")
    [file] = outcome.files
    assert "It is worse." in (work_folder / file.path).read_text("ascii")
    assert Drafts(database).list() == ()
    [entry] = [entry for entry in Cases(database).get(case).journal if entry.kind == "follow-up"]
    assert entry.text == "It is worse."


def test_leaving_keeps_it_and_resume_and_follow_up_both_go_on_with_it(bench, case, database):
    person = Person(("answered", "No, nothing"), ("news", LEAVE))
    with pytest.raises(InterruptedRun, match="support resume"):
        follow_up(bench(person), "follow-up", case, NewOptions())
    [draft] = Drafts(database).list()
    assert (draft.about, draft.form) == (case, "follow-up")
    person = Person(("news", lambda screen: screen.keep("half a sen") or LEAVE))
    with pytest.raises(InterruptedRun):
        resume(bench(person), draft.id, NewOptions())
    person = Person(("news", lambda screen: f"{screen.unfinished}tence"), ("attachments", SKIP), ("review", "write"))
    follow_up(bench(person), "follow-up", case, NewOptions())
    person.done()
    assert Drafts(database).list() == ()
    assert "half a sentence" in [entry.text for entry in Cases(database).get(case).journal]


def test_a_follow_up_that_cannot_be_stored_leaves_the_draft(bench, case, database, monkeypatch):
    def full(*_args: object, **_more: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("support_cli.cases.files.os.fsync", full)
    mail = Mail("smtp", lambda: None)
    person = Person(("news", "Nobody called."), ("attachments", SKIP), ("review", "send"), ("review", "save"))
    b = bench(person, mail=mail)
    follow_up(b, "escalation", case, NewOptions(to="chief@example.org"))
    person.done()
    assert any("space" in line or "room" in line for line in b.environ["said"])
    assert [draft.form for draft in Drafts(database).list()] == ["escalation"]
    assert Outbox(database).list() == ()
    assert "escalation" not in [entry.kind for entry in Cases(database).get(case).journal]


def test_message_note_and_draft_are_one_thing(bench, case, database, monkeypatch):
    """Whatever dies between storing the message and noting it: nothing is sent that the case does not know of."""
    monkeypatch.setattr(Cases, "add_follow_up", lambda *_args, **_more: 1 / 0)
    person = Person(("news", "Nobody called."), ("attachments", SKIP), ("review", "send"))
    with pytest.raises(ZeroDivisionError):
        follow_up(
            bench(person, mail=Mail("smtp", lambda: None)), "escalation", case, NewOptions(to="chief@example.org")
        )
    assert Outbox(database).list() == ()
    assert [draft.answers["news"].value for draft in Drafts(database).list()] == ["Nobody called."]


def test_the_case_takes_its_follow_ups_along_when_it_is_deleted(bench, case, database):
    with pytest.raises(InterruptedRun):
        follow_up(bench(Person(("answered", LEAVE))), "follow-up", case, NewOptions())
    Cases(database).delete(case)
    assert Drafts(database).list() == ()
