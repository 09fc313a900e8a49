"""The interview with a person: nothing said is lost, whatever happens on the way."""

import json
from pathlib import Path

import pytest

from support_cli.base.errors import AnswersError, ExitCode, InterruptedRun, UsageError
from support_cli.cases.cases import Cases
from support_cli.cases.drafts import Drafts
from support_cli.cases.errors import StorageFull
from support_cli.cases.outbox import Outbox
from support_cli.environment import Mail
from support_cli.forms.model import Role
from support_cli.interview.prompter import Act, Edit, Leave
from support_cli.requests.compose import new
from support_cli.requests.dialogue import resume
from support_cli.requests.options import NewOptions
from tests.requests.scripted import BACK, LEAVE, SKIP, Person

ALL = (
    ("connection", "Wi-Fi"),
    ("router", "Mine"),
    ("summary", "Internet drops"),
    ("details", "Every evening at eight.\nThe lamp is red."),
    ("steps", ["open the page", "wait"]),
    ("email", "Anna@Example.org"),
    ("phone", SKIP),
    ("code", "swordfish"),
    ("attachments", []),
    ("consent", True),
)


def options(pack: Path, **more: object) -> NewOptions:
    return NewOptions(pack=str(pack), **more)


@pytest.mark.parametrize("how", ["named", "the only one", "one of two", "waiting"])
def test_what_was_begun_line_by_line_goes_on_so(bench, pack, database, how):
    def asked_by(person, *, plain):
        one = bench(person, plain=plain)
        one.prompter = lambda: screens.append(one.plain) or person
        return one

    screens = []
    for _time in range(2 if how == "one of two" else 1):
        with pytest.raises(InterruptedRun):
            new(asked_by(Person(*ALL[:1], ("router", LEAVE)), plain=True), options(pack))
    draft = Drafts(database).list()[0].id
    screens.clear()
    steps = {"one of two": [("choose", draft)], "waiting": [("choose", "resume")]}.get(how, [])
    again = asked_by(Person(*steps, ("router", LEAVE)), plain=False)
    with pytest.raises(InterruptedRun):
        new(again, NewOptions()) if how == "waiting" else resume(again, draft if how == "named" else "", NewOptions())
    assert set(screens) == {True}


def test_of_a_group_that_needs_one_answer_none_says_that_it_is_optional(bench, pack):
    person = Person(*ALL[:5], ("email", SKIP), ("phone", "+380441234567"), *ALL[7:], ("review", "write"))
    new(bench(person), options(pack))
    mail, phone = (one for one in person.screens if one.question.id in ("email", "phone"))
    assert mail.group == phone.group == "At least one of these is needed: Mail, Phone."
    assert (mail.question.required, phone.question.required) == (False, True)
    assert phone.check("") == "This needs an answer."
    answered = Person(*ALL, ("review", "write"))
    new(bench(answered), options(pack))
    phone = next(one for one in answered.screens if one.question.id == "phone")
    assert (phone.group, phone.question.required) == ("", False)


def test_what_others_depend_on_is_not_skipped_by_enter_alone(bench, pack):
    person = Person(*ALL, ("review", "write"))
    new(bench(person), options(pack))
    assert [one.question.id for one in person.screens if one.decides] == ["connection"]


def test_an_interview_ends_with_a_ticket_and_a_message_in_the_current_folder(bench, pack, work_folder, database):
    person = Person(*ALL, ("review", "write"))
    outcome = new(bench(person), options(pack))
    person.done()
    assert sorted(p.name for p in work_folder.iterdir()) == [
        "2026-11-21-internet-drops.eml",
        "2026-11-21-internet-drops.md",
    ]
    assert "Every evening at eight." in (work_folder / "2026-11-21-internet-drops.md").read_text("utf-8")
    assert outcome.state == "written"
    assert Cases(database).get(outcome.id).line.title == "Internet drops"
    assert Drafts(database).list() == ()


def test_the_address_is_normalised_and_shown_back(bench, pack):
    person = Person(*ALL, ("review", "write"))
    new(bench(person), options(pack))
    shown = {row.question: row.text for row in person.pages[0].rows}
    assert shown["email"] == "Anna@example.org"
    assert shown["code"] == "••••"


def test_leaving_keeps_every_answer_and_resume_goes_on_at_the_same_question(bench, pack, database):
    person = Person(*ALL[:4], ("steps", LEAVE))
    first = bench(person)
    with pytest.raises(InterruptedRun) as left:
        new(first, options(pack))
    draft = Drafts(database).list()[0]
    assert f"support resume {draft.id[:4]}" in left.value.message
    assert "Saved at question 5 of 10" in left.value.message
    again = Person(*ALL[4:], ("review", "write"))
    outcome = resume(bench(again), draft.id[:4], NewOptions())
    again.done()
    assert outcome.request.value("details") == "Every evening at eight.\nThe lamp is red."
    assert outcome.id == draft.id


def test_a_half_typed_text_comes_back(bench, pack, database):
    def type_and_go(screen):
        screen.keep("I was just about to sa")
        return LEAVE

    with pytest.raises(InterruptedRun):
        new(bench(Person(*ALL[:3], ("details", type_and_go))), options(pack))
    again = Person(("details", lambda screen: screen.unfinished + "y it"), *ALL[4:], ("review", "write"))
    outcome = resume(bench(again), "", NewOptions())
    assert outcome.request.value("details") == "I was just about to say it"


def test_attachments_come_back_with_the_draft(bench, pack, work_folder, database):
    (work_folder / "lamp.txt").write_text("red", "utf-8")
    with pytest.raises(InterruptedRun):
        new(bench(Person(*ALL[:8], ("attachments", ["lamp.txt"]), ("consent", LEAVE))), options(pack))
    outcome = resume(bench(Person(("code", "x"), ("consent", True), ("review", "write"))), "", NewOptions())
    assert [a.name for a in outcome.request.attachments] == ["lamp.txt"]


def test_an_attachment_that_vanished_meanwhile_is_said_and_not_dropped(bench, pack, work_folder, database):
    (work_folder / "lamp.txt").write_text("red", "utf-8")
    with pytest.raises(InterruptedRun):
        new(bench(Person(*ALL[:8], ("attachments", ["lamp.txt"]), ("consent", LEAVE))), options(pack))
    (work_folder / "lamp.txt").unlink()
    person = Person(("code", "x"), ("consent", True), ("review", "write"), ("review", "save"))
    resume(bench(person), "", NewOptions())
    assert any("lamp.txt" in remark for remark in person.pages[0].remarks)
    assert [a.name for a in Drafts(database).list()[0].attachments] == ["lamp.txt"]


def test_a_secret_answer_is_in_no_file_and_is_asked_again(bench, pack, home, database):
    with pytest.raises(InterruptedRun):
        new(bench(Person(*ALL[:8], ("attachments", LEAVE))), options(pack))
    for file in (home / "data").rglob("*"):
        assert b"swordfish" not in (file.read_bytes() if file.is_file() else b"")
    person = Person(("code", "swordfish"), ("attachments", []), ("consent", True), ("review", "write"))
    resume(bench(person), "", NewOptions())
    person.done()


def test_back_works_from_any_question_and_keeps_later_answers(bench, pack):
    person = Person(
        *ALL[:4],
        ("steps", BACK),
        ("details", BACK),
        ("summary", lambda screen: screen.value + " often"),
        ("details", lambda screen: screen.value),
        *ALL[4:],
        ("review", "write"),
    )
    outcome = new(bench(person), options(pack))
    assert outcome.request.value("summary") == "Internet drops often"
    assert outcome.request.value("details") == "Every evening at eight.\nThe lamp is red."


def test_an_answer_that_became_invisible_stays_in_the_draft_and_out_of_the_request(bench, pack, database):
    person = Person(*ALL, ("review", Edit("connection")), ("connection", "Cable"), ("review", "save"))
    new(bench(person), options(pack))
    assert Drafts(database).list()[0].answers["router"].value == "Mine"
    outcome = resume(bench(Person(("code", "x"), ("review", "write"))), "", NewOptions())
    assert outcome.request.value("router") is None
    assert outcome.request.value("connection") == "Cable"


def test_editing_from_the_review_comes_back_to_it_and_asks_what_was_opened(bench, pack):
    person = Person(
        ("connection", "Cable"),
        *ALL[2:],
        ("review", Edit("connection")),
        ("connection", "wifi"),
        ("router", "Yours"),
        ("review", "write"),
    )
    outcome = new(bench(person), options(pack))
    assert outcome.request.value("router") == "Yours"


def test_an_invalid_answer_stays_in_the_field_with_a_sentence(bench, pack):
    steps = list(ALL)
    steps[5:6] = [("email", "nobody@"), ("email", "anna@example.org")]
    person = Person(*steps, ("review", "write"))
    new(bench(person), options(pack))
    assert person.refused[0][0] == "email"
    assert "anna@example.org" in person.refused[0][1]


def test_yes_to_an_either_or_is_refused_kindly(bench, pack):
    person = Person(("connection", "yes"), *ALL, ("review", "write"))
    new(bench(person), options(pack))
    assert "Wi-Fi, Cable" in person.refused[0][1]


def test_what_is_missing_takes_the_person_to_the_question(bench, pack):
    steps = [step if step[0] != "email" else ("email", SKIP) for step in ALL]
    person = Person(*steps, ("review", "write"), ("email", "anna@example.org"), ("review", "write"))
    outcome = new(bench(person), options(pack))
    assert outcome.request.value("email") == "anna@example.org"
    assert any("At least one of these" in text for text in person.said)


def test_what_the_command_line_says_is_not_asked(bench, pack):
    person = Person(*ALL[3:], ("review", "write"))
    outcome = new(bench(person), options(pack, set=("connection=cable", "summary=By flag")))
    assert outcome.request.value("summary") == "By flag"


def test_a_wrong_flag_value_is_asked_again_with_its_reason(bench, pack):
    person = Person(("connection", lambda s: s.problem and "Cable"), *ALL[2:], ("review", "write"))
    new(bench(person), options(pack, set=("connection=yes",)))
    assert "which one" in person.screens[0].problem


def test_contact_details_are_offered_again_and_never_taken_without_showing(bench, pack, home):
    new(bench(Person(*ALL, ("review", "write"))), options(pack))
    person = Person(*ALL[:5], ("email", lambda s: s.value), *ALL[6:], ("review", "write"))
    new(bench(person), options(pack))
    offered = next(s for s in person.screens if s.question.id == "email")
    assert (offered.value, offered.value_from) == ("Anna@example.org", "from the last time")
    stored = json.loads((home / "profile.json").read_text("utf-8"))
    assert stored["email"]["origin"] == "last"
    # A script gets none of it.
    with pytest.raises(AnswersError) as missing:
        new(bench(), options(pack, no_input=True, set=("connection=cable", "summary=x", "consent=yes")))
    assert [f.where for f in missing.value.findings] == ["email"]


def test_what_was_set_on_purpose_a_script_gets_and_is_told(bench, pack):
    made = bench()
    made.profile.put(Role.EMAIL, "set@example.org")
    new(made, options(pack, no_input=True, set=("connection=cable", "summary=x", "consent=yes")))
    assert any("set@example.org" in line for line in made.environ["said"])


def test_a_full_disk_asks_what_to_do_and_loses_nothing(bench, pack, database, monkeypatch):
    whole = Drafts.save_answer
    failing = [True]

    def full(self, draft_id, question_id, answer, now):
        if question_id == "summary" and failing:
            failing.pop()
            raise StorageFull("The disk is full.", hint="Make room.")
        return whole(self, draft_id, question_id, answer, now)

    monkeypatch.setattr(Drafts, "save_answer", full)
    person = Person(*ALL[:3], ("choose", "again"), ("details", LEAVE))
    with pytest.raises(InterruptedRun):
        new(bench(person), options(pack))
    assert Drafts(database).list()[0].answers["summary"].value == "Internet drops"


def test_an_interview_goes_on_without_saving_if_the_person_says_so(bench, pack, database, monkeypatch):
    def full(self, *_args, **_more):
        raise StorageFull("The disk is full.", hint="Make room.")

    monkeypatch.setattr(Drafts, "save_answer", full)
    person = Person(ALL[0], ("choose", "unsaved"), *ALL[1:], ("review", "write"))
    outcome = new(bench(person), options(pack))
    assert outcome.request.value("summary") == "Internet drops"
    assert not person.screens[2].heading.saved


def test_too_big_a_file_can_be_left_out_and_nothing_else_is(bench, pack, work_folder):
    (work_folder / "big.bin").write_bytes(bytes(range(256)) * 6000)
    (work_folder / "small.txt").write_text("x", "utf-8")

    def attach_then_drop(screen):
        screen.tray.add("big.bin")
        assert "1.0 MB" in screen.tray.rows()[0].trouble.replace("\N{NO-BREAK SPACE}", " ")
        screen.tray.drop(0)
        return ["small.txt"]

    person = Person(*ALL[:8], ("attachments", attach_then_drop), ("consent", True), ("review", "write"))
    outcome = new(bench(person), options(pack))
    assert [a.name for a in outcome.request.attachments] == ["small.txt"]


def test_files_belong_to_the_question_that_was_answered_with_them(bench, pack, work_folder):
    with (pack / "forms" / "trouble.yml").open("a", encoding="utf-8") as stream:
        stream.write("  - {type: upload, id: logs, attributes: {label: Logs}}\n")
    for name in ("lamp.txt", "router.txt"):
        (work_folder / name).write_text(name, "utf-8")
    person = Person(
        *ALL[:8], ("attachments", ["lamp.txt"]), *ALL[9:], ("logs", ["router.txt"]), ("review", "write")
    )  # fmt: skip
    outcome = new(bench(person), options(pack))
    assert [(a.name, a.question) for a in outcome.request.attachments] == [
        ("lamp.txt", "attachments"),
        ("router.txt", "logs"),
    ]
    shown = {row.question: row.text for row in person.pages[0].rows}
    assert (shown["attachments"], shown["logs"]) == ("lamp.txt", "router.txt")


def test_the_preview_waits_until_it_was_read(bench, pack):
    person = Person(*ALL, ("review", Act("preview")), ("review", "write"))
    new(bench(person), options(pack))
    assert any("Every evening at eight." in text for text in person.said)


def test_two_requests_of_one_day_do_not_overwrite_each_other(bench, pack, work_folder):
    for _turn in range(2):
        new(bench(Person(*ALL, ("review", "write"))), options(pack))
    assert sorted(p.name for p in work_folder.iterdir()) == [
        "2026-11-21-internet-drops-2.eml",
        "2026-11-21-internet-drops-2.md",
        "2026-11-21-internet-drops.eml",
        "2026-11-21-internet-drops.md",
    ]


def test_a_waiting_draft_is_offered(bench, pack, database):
    with pytest.raises(InterruptedRun):
        new(bench(Person(*ALL[:3], ("details", LEAVE))), options(pack))
    person = Person(("choose", "resume"), ("details", LEAVE))
    with pytest.raises(InterruptedRun):
        new(bench(person), NewOptions())
    person.done()


def test_of_several_drafts_the_person_says_which(bench, pack, database):
    for summary in ("First of two", "Second of two"):
        with pytest.raises(InterruptedRun):
            new(bench(Person(*ALL[:2], ("summary", summary), ("details", LEAVE))), options(pack))
    labels = []

    def pick(offer):
        labels.extend(choice.label for choice in offer[1])
        return offer[1][labels.index("First of two")].key

    person = Person(("choose", pick), ("details", LEAVE))
    with pytest.raises(InterruptedRun) as left:
        resume(bench(person), "", NewOptions())
    assert sorted(labels) == ["First of two", "Second of two"]
    assert "question 4 of 10" in left.value.message


def test_resume_needs_somebody_to_ask(bench):
    with pytest.raises(UsageError) as error:
        resume(bench(), "", NewOptions())
    assert error.value.exit_code is ExitCode.USAGE


def test_a_pack_that_is_gone_leaves_the_draft_safe(bench, pack, database):
    with pytest.raises(InterruptedRun):
        new(bench(Person(*ALL[:3], ("details", LEAVE))), options(pack))
    (pack / "pack.yml").unlink()
    with pytest.raises(Exception, match="draft is safe"):
        resume(bench(Person()), "", NewOptions())
    assert len(Drafts(database).list()) == 1


HELP = """
self_help:
  - title: Switch it off and on
    when: {connection: [wifi]}
    steps: [Unplug the router, Wait a minute]
"""


def with_help(pack: Path) -> Path:
    form = pack / "forms" / "trouble.yml"
    text = form.read_text("utf-8") + "  - {type: steps, id: tried, role: tried, attributes: {label: Tried}}\n" + HELP
    form.write_text(text, "utf-8")
    return pack


def test_steps_that_often_help_are_offered_and_what_was_tried_goes_into_the_request(bench, pack):
    person = Person(*ALL, ("tried", ["prayed"]), ("choose", "tried"), ("review", "write"))
    outcome = new(bench(person), options(with_help(pack)))
    assert any("Unplug the router" in text for text in person.said)
    assert outcome.request.value("tried") == ["prayed", "Followed the steps “Switch it off and on”; it did not help"]


def test_when_they_helped_nothing_is_sent_and_nothing_left(bench, pack, work_folder, database):
    person = Person(*ALL, ("tried", SKIP), ("choose", "solved"), ("choose", "delete"))
    assert new(bench(person), options(with_help(pack))).state == "solved"
    assert Drafts(database).list() == ()
    assert list(work_folder.iterdir()) == []


def test_steps_for_another_case_are_not_offered(bench, pack):
    person = Person(("connection", "Cable"), *ALL[2:], ("tried", SKIP), ("review", "write"))
    new(bench(person), options(with_help(pack)))
    person.done()


def test_leaving_at_the_question_of_trust_leaves_and_keeps_the_draft(bench, pack, database, home):
    with (pack / "pack.yml").open("a", encoding="utf-8") as stream:
        stream.write("channels: {mail: {kind: email, to: desk@example.org}}\n")
    person = Person(*ALL, ("review", "send"), ("choose", LEAVE))
    with pytest.raises(InterruptedRun) as left:
        new(bench(person, mail=Mail("file", lambda: None), packs=home / "packs"), options(pack))
    assert "support resume" in left.value.message
    assert len(Drafts(database).list()) == 1


@pytest.mark.parametrize(("wish", "names"), [("without", []), ("attach", ["lamp.txt"])])
def test_files_that_an_answers_file_names_are_taken_when_the_person_says_so(bench, pack, work_folder, wish, names):
    (work_folder / "lamp.txt").write_text("red", "utf-8")
    (work_folder / "given.json").write_text(json.dumps({"attachments": ["lamp.txt"]}), "utf-8")
    person = Person(("choose", wish), *ALL, ("review", "write"))
    outcome = new(bench(person), options(pack, answers="given.json"))
    person.done()
    assert str(work_folder / "lamp.txt") in person.said[0]
    assert [one.name for one in outcome.request.attachments] == names


def test_enter_attaches_nothing(bench, pack, work_folder):
    (work_folder / "lamp.txt").write_text("red", "utf-8")
    (work_folder / "given.json").write_text(json.dumps({"attachments": ["lamp.txt"]}), "utf-8")
    person = Person(("choose", lambda shown: LEAVE if shown[2] == "without" and shown[1][1].final else "attach"))
    with pytest.raises(Leave):
        new(bench(person), options(pack, answers="given.json"))


@pytest.mark.parametrize("wish", ["keep", "send"])
def test_who_sends_the_same_once_more_is_asked(bench, pack, database, wish):
    def closed():
        raise UsageError("No way leads there.")  # it lies in the outbox

    def made(*steps):
        person = Person(*ALL, ("review", "send"), *steps)
        outcome = new(bench(person, mail=Mail("smtp", closed)), options(pack, to="desk@example.org"))
        person.done()
        return outcome

    shown = []
    first = made()
    second = made(("choose", lambda asked: shown.append(asked) or wish))
    title, choices, default = shown[0]
    assert f"The same request was sent 1 second ago: {first.id}." in title
    assert (default, [choice.final for choice in choices]) == ("keep", [False, True])
    assert (second.id == first.id) is (wish == "keep")
    assert (second.first_made is None) is (wish == "send")
    assert len(Outbox(database).list()) == 1 + (wish == "send")
    assert Drafts(database).list() == ()
