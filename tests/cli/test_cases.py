"""A case as its customer follows it: replies, reminders, the way to a supervisor, and the end."""

import hashlib
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from typer.testing import CliRunner

from support_cli.cli.app import app
from tests.conftest import NOW

PACK = """
pack: desk
title: The desk
respond_within: 2h
working_hours: {open: ["mon-fri 9:00-18:00"], timezone: Europe/Kyiv}
escalation: chief
channels:
  mail: {kind: email, to: support@desk.example}
  chief: {kind: email, to: chief@desk.example}
"""
FORM = """
name: Trouble
body:
  - {type: input, id: summary, role: summary, attributes: {label: In one line}, validations: {required: true}}
  - {type: textarea, id: details, role: details, attributes: {label: What happens}}
  - {type: email, id: email, role: email, attributes: {label: E-mail}}
  - {type: confirm, id: consent, attributes: {label: You may call me}}
"""
SAID = ("-s", "summary=Internet drops", "-s", "details=Every evening at eight.", "-s", "email=ann@home.example")


@pytest.fixture
def sent(support, here, monkeypatch, clock) -> dict[str, str]:
    """A request that was sent, by a pack that lies in a folder."""
    pack = here.parent / "pack"
    (pack / "forms").mkdir(parents=True)
    (pack / "pack.yml").write_text(PACK, "utf-8")
    (pack / "forms" / "trouble.yml").write_text(FORM, "utf-8")
    program, taken = here.parent / "sendmail", here.parent / "taken"
    taken.mkdir()
    program.write_text(f'#!/bin/sh\nexec cat > "{taken}/$(ls {taken} | wc -l).eml"\n', "utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("SUPPORT_MAIL_TRANSPORT", "sendmail")
    monkeypatch.setenv("SUPPORT_MAIL_SENDMAIL", str(program))
    digest = support("pack", "info", "../pack", "--json").json["digest"]
    words = ("-p", "../pack", *SAID, "-s", "consent=yes", "--no-input", "--send", "--trust", digest, "--json")
    run = support("new", *words)
    assert run.code == 0, run
    clock.shift(timedelta(minutes=1))
    return run.json["delivery"]


def reply(here: Path, *fields: str, body: str = "Restart it, please.", name: str = "reply.eml") -> Path:
    path = here / name
    path.write_bytes("\r\n".join(["From: Olha <olha@desk.example>", *fields, "", body]).encode())
    return path


def state(support) -> str:
    return support("cases", "list", "--json").json[0]["state"]


def test_a_promise_counts_in_working_hours_from_the_moment_it_was_sent(support, sent, clock):
    [line] = support("cases", "list", "--json").json
    assert line["promised_by"] == "2026-11-23T09:00:00Z"  # sent on a Saturday: Monday, 11:00 in Kyiv
    assert not line["overdue"]
    assert "waits for an answer" in support("cases", "list").out
    assert [c["id"] for c in support("cases", "list", "--state", "waiting", "--json").json] == [line["id"]]
    clock.move_to(NOW + timedelta(days=3))
    assert "overdue since 2026-11-23" in support("cases", "list").out
    assert [c["id"] for c in support("cases", "list", "--state", "overdue", "--json").json] == [line["id"]]
    assert support("cases", "list", "--state", "waiting", "--json").json == []
    assert f"support cases follow-up {line['id'][:4]}" in support("cases", "show", "").out
    home = support().out
    assert "Internet drops" in home
    assert f"support cases follow-up {line['id'][:4]}" in home
    assert support("--json").json["overdue"][0]["id"] == line["id"]


def test_the_receipt_says_what_went_where_and_when(support, sent):
    shown = support("cases", "show", "").out
    for what in ("mail", "support@desk.example", sent["digest"], sent["message_id"], "You agreed: You may call me"):
        assert what in shown
    assert sent["to"] == "support@desk.example"
    assert {"id", "state", "channel", "attempts", "reason", "message_id", "ticket", "url", "digest"} <= set(sent)


@pytest.mark.parametrize("way", ["message", "subject", "named", "stdin"])
def test_a_reply_finds_its_case_and_answers_it(support, here, sent, way):
    case = sent["request"]
    fields = {
        "message": (f"In-Reply-To: {sent['message_id']}", "Subject: Re: [desk.test #47] drops"),
        "subject": (f"Subject: Re: [Trouble] Internet drops ({case}) [desk.test #47]",),
        "named": ("Subject: Re: [desk.test #47] drops",),
        "stdin": (f"References: <other@x> {sent['message_id']}", "RT-Ticket: desk.test #47"),
    }[way]
    path = reply(here, *fields)
    if way == "stdin":
        run = support("cases", "add-reply", "-", "--json", stdin=path.read_bytes())
    else:
        run = support("cases", "add-reply", path.name, *([case[:4]] if way == "named" else []), "--json")
    assert run.code == 0, run
    assert (run.json["id"], run.json["state"], run.json["ticket"]) == (case, "answered", "47")
    shown = support("cases", "show", case).out
    assert "│ Restart it, please." in shown
    assert "Olha" in shown
    again = support("cases", "add-reply", path.name)
    assert "there already" in again.err
    assert len(support("cases", "show", case, "--json").json["journal"]) == 5  # no second reply


def test_a_later_reply_is_found_by_the_number_that_an_automatic_one_told(support, here, sent):
    auto = reply(here, f"In-Reply-To: {sent['message_id']}", "Auto-Submitted: auto-replied", "Subject: [issue47] Hello")
    run = support("cases", "add-reply", auto.name)
    assert "A machine wrote this" in run.err
    assert "47" in run.err
    assert state(support) == "sent"
    answer = reply(here, "Subject: Re: [issue47] drops", name="second.eml")
    assert support("cases", "add-reply", answer.name, "--json").json["state"] == "answered"


def test_a_reply_that_fits_no_case_names_the_command_that_takes_it(support, here, sent):
    path = reply(here, "Subject: Re: something else [#9]")
    run = support("cases", "add-reply", path.name)
    assert run.code == 2
    assert f"support cases add-reply FILE {sent['request'][:4]}" in run.err
    assert state(support) == "sent"
    assert support("cases", "add-reply", "nowhere.eml").code == 2
    (here / "photo.png").write_bytes(b"\x89PNG\r\n")
    assert "not a saved mail" in support("cases", "add-reply", "photo.png").err


def test_a_closed_case_is_opened_again(support, sent):
    support("cases", "close", "", "settled")
    assert support("cases", "reopen", "", "not settled", "--json").json["state"] == "sent"
    assert support("cases", "list", "--state", "open", "--json").json


def taken(here: Path) -> list[EmailMessage]:
    """The messages that left, oldest first."""
    files = sorted((here.parent / "taken").iterdir(), key=lambda path: int(path.stem))
    return [message_from_bytes(path.read_bytes(), policy=default) for path in files]


def words_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return " ".join(body.get_content().split())


def test_a_follow_up_goes_on_in_the_thread_and_quotes_what_was_said(support, here, sent, clock):
    clock.move_to(NOW + timedelta(days=3))
    answer = reply(
        here, f"In-Reply-To: {sent['message_id']}", "Message-ID: <a1@desk>", "Subject: Re: [desk.test #47] x"
    )
    assert support("cases", "add-reply", answer.name).code == 0
    clock.shift(timedelta(minutes=1))
    (here / "lamp.log").write_text("red\n")
    news = ("-s", "answered=Yes, but the problem is still there", "-s", "news=It drops at nine too.")
    run = support("cases", "follow-up", "--no-input", *news, "--attach", "lamp.log", "--send", "--json")
    assert run.code == 0, run
    first, second = taken(here)
    assert second["To"] == first["To"] == "support@desk.example"
    assert second["Subject"].startswith("Re: [desk.test #47] [Trouble] Internet drops (")
    assert second["In-Reply-To"] == "<a1@desk>"
    assert second["References"].split() == [first["Message-ID"], "<a1@desk>"]
    assert second["Message-ID"] != first["Message-ID"]
    assert second["Date"].datetime == NOW + timedelta(days=3, minutes=1)
    said = words_of(second)
    for words in (
        "the problem is still there",
        "It drops at nine too.",
        "| Restart it, please.",
        "Every evening at eight",
    ):
        assert words in said
    assert [part.get_filename() for part in second.iter_attachments()] == ["lamp.log"]
    [line] = support("cases", "list", "--json").json
    assert (line["state"], line["overdue"]) == ("sent", False)  # they have time again
    shown = support("cases", "show", "").out
    assert "│ It drops at nine too." in shown
    assert "│ lamp.log" in shown


def test_render_knows_what_happened_since(support, here, sent, clock):
    answer = reply(here, f"In-Reply-To: {sent['message_id']}", "Subject: Re: [desk.test #47] x")
    support("cases", "add-reply", answer.name)
    assert "| Restart it, please." in support("render", sent["request"], "-t", "follow-up").out
    assert "Promised until: 2026-11-23" in support("render", sent["request"], "-t", "escalation").out


def test_what_is_said_after_sending_is_what_is_waited_for(support, here, sent):
    run = support("cases", "follow-up", "--no-input", "--send", "--lang", "en")
    assert "They answer by 2026-11-23 " in run.err  # and not within two hours, on a Saturday


def test_a_follow_up_without_news_asks_how_things_stand(support, here, sent, clock):
    clock.move_to(NOW + timedelta(days=3))
    assert support("cases", "follow-up", "--no-input", "--send").code == 0
    said = words_of(taken(here)[1])
    assert "on 2026-11-21 I wrote to you about this: Internet drops" in said
    assert "An answer was promised until 2026-11-23" in said
    assert "I have had no answer yet." in said
    assert taken(here)[1]["In-Reply-To"] == sent["message_id"]


def test_a_supervisor_gets_the_whole_story(support, here, sent, clock):
    support("cases", "note", "", "will", "call", "back", "--operator", "Olha", "--promised-by", "2026-11-24T18:00")
    clock.move_to(NOW + timedelta(days=5))
    run = support("cases", "escalate", "--no-input", "-s", "news=Nobody called.", "--send", "--json")
    assert run.code == 0, run
    message = taken(here)[1]
    assert message["To"] == "chief@desk.example"
    assert message["Subject"].startswith("For a supervisor: [Trouble] Internet drops")
    assert message["References"] == sent["message_id"]
    said = words_of(message)
    for words in ("Written on: 2026-11-21", "2026-11-23", "2026-11-24 18:00", "Olha: will call back", "Nobody called."):
        assert words in said
    kinds = [entry["kind"] for entry in support("cases", "show", "", "--json").json["journal"]]
    assert "escalation" in kinds


def test_a_follow_up_can_be_written_instead_and_tried(support, here, sent):
    run = support("cases", "follow-up", "--no-input", "-s", "news=More", "--dry-run", "--json")
    assert (run.code, run.json["state"]) == (0, "dry-run")
    run = support("cases", "follow-up", "--no-input", "-s", "news=More", "-f", "txt", "-o", "-")
    assert "More" in run.out
    run = support("cases", "follow-up", "--no-input", "-s", "news=More", "--json")
    [made] = run.json["files"]
    message = message_from_bytes(Path(made["path"]).read_bytes(), policy=default)
    assert message["In-Reply-To"] == sent["message_id"]
    assert Path(made["path"]).name == "2026-11-21-internet-drops-follow-up.eml"
    assert len(taken(here)) == 1


def test_what_cannot_be_taken_is_said_and_noted_nowhere(support, here, sent):
    run = support("cases", "follow-up", "--no-input", "-s", "nonsense=x", "--send")
    assert run.code == 2
    assert "nonsense" in run.err
    assert support("cases", "follow-up", "zzzz", "--no-input").code == 2
    assert "follow-up" not in [entry["kind"] for entry in support("cases", "show", "", "--json").json["journal"]]


def test_a_closed_case_is_open_again_after_a_follow_up(support, here, sent):
    support("cases", "close", "")
    assert support("cases", "follow-up", sent["request"], "--no-input", "--send").code == 0
    assert state(support) == "sent"


def test_an_export_holds_everything_and_says_what_is_what(support, here, sent, clock):
    (here / "lamp.log").write_text("red\n")
    answer = reply(here, f"In-Reply-To: {sent['message_id']}", "Subject: ../../[desk.test #47]")
    support("cases", "add-reply", answer.name)
    clock.shift(timedelta(minutes=1))
    support("cases", "follow-up", "--no-input", "--attach", "lamp.log", "--send")
    run = support("cases", "export", "", "--json")
    assert run.code == 0, run
    path = Path(run.json["path"])
    assert path.name == f"2026-11-21-{sent['request']}.zip"
    assert path.stat().st_mode & 0o777 == 0o600
    again = support("cases", "export", "", "-o", "second.zip")
    assert (here / "second.zip").read_bytes() == path.read_bytes(), again
    with ZipFile(path) as archive:
        assert archive.namelist() == [
            "request.json",
            "case.json",
            "messages/01-request.eml",
            "messages/02-follow-up-1.eml",
            "replies/01-reply.eml",
            "README.txt",
        ]
        message = archive.read("messages/01-request.eml")
        assert f"sha256:{hashlib.sha256(message).hexdigest()}" == sent["digest"]
        assert archive.read("replies/01-reply.eml") == answer.read_bytes()
        index = archive.read("README.txt").decode()
        digest = hashlib.sha256(answer.read_bytes()).hexdigest()
    for words in ("Internet drops", "47", "messages/01-request.eml", f"sha256:{digest}", "Olha: Restart it, please."):
        assert words in index


def test_an_export_names_what_is_gone_and_goes_to_a_pipe_too(support, here, answers):
    (here / "lamp.log").write_text("red\n")
    (here / "gone.log").write_text("x\n")
    case = support("new", "-a", answers, "--attach", "*.log", "--no-input", "--json").json["id"]
    (here / "gone.log").unlink()
    run = support("cases", "export", case, "-o", "out.zip")
    assert "gone.log" in run.err
    with ZipFile(here / "out.zip") as archive:
        names = archive.namelist()
        assert "attachments/lamp.log" in names
        assert "attachments/gone.log" not in names
        assert any(name.startswith("documents/") and name.endswith(".md") for name in names)
        assert "gone.log" in archive.read("README.txt").decode()
    result = CliRunner().invoke(app, ["cases", "export", case, "-o", "-"])
    assert ZipFile(BytesIO(result.stdout_bytes)).testzip() is None


def test_what_was_made_of_a_file_goes_with_its_case(support, here, answers, home):
    (here / "logs").mkdir()
    (here / "logs" / "lamp.log").write_text("red\n" * 1000)
    support("new", "-a", answers, "--attach", "logs", "--no-input")
    case = support("cases", "show", "", "--json").json
    made = Path(case["request"]["attachments"][0]["path"])
    assert made.is_relative_to(home) == (made.suffix == ".zip")
    copied = support("new", "-a", answers, "--attach", made, "--no-input", "--json").json["id"]
    support("cases", "delete", case["id"], "--yes")
    assert made.exists()
    support("cases", "delete", copied, "--yes")
    assert made.exists() == (made.suffix != ".zip")


def test_a_deleted_case_is_nowhere_any_more(support, here, sent, home):
    answer = reply(here, f"In-Reply-To: {sent['message_id']}", body="Restart the purple elephant.")
    support("cases", "add-reply", answer.name)
    support("cases", "follow-up", "--no-input", "-s", "news=The purple elephant again.")
    data = home / ".local/share/support-cli"
    assert any(b"purple" in path.read_bytes() for path in data.rglob("*") if path.is_file())
    assert support("cases", "delete", "", "--yes").code == 0
    for path in data.rglob("*"):
        if path.is_file():
            kept = path.read_bytes()
            assert b"purple" not in kept, path
            assert sent["request"].encode() not in kept, path


def test_what_was_sent_by_hand_is_waited_for_too(support, sent, clock):
    run = support("new", "-p", "../pack", *SAID, "--no-input")
    assert "support cases note" in run.err
    case = support("cases", "list", "--state", "written", "--json").json[0]["id"]
    assert support("cases", "note", case).code == 2
    run = support("cases", "note", case, "--sent", "--json")
    assert (run.json["state"], run.json["promised_by"]) == ("sent", "2026-11-23T09:00:00Z")
    noted = support(
        "cases", "note", case, "--operator", "Olha", "--number", "47", "--promised-by", "friday 18:00", "--json"
    )
    assert (noted.json["ticket"], noted.json["promised_by"][:10]) == ("47", "2026-11-27")


def test_a_letter_that_a_script_prints_is_no_event_of_the_case(support, answers):
    case = support("new", "--no-input", "-a", str(answers), "--json").json["id"]
    before = support("cases", "show", case, "--json").json
    for kind in ("follow-up", "escalate"):
        run = support("cases", kind, case, "--no-input", "-s", "news=Nobody has answered", "-o", "-")
        assert "Nobody has answered" in run.out, run.err
        assert support("cases", "show", case, "--json").json == before
        assert (
            support("cases", kind, case, "--no-input", "-s", "news=Nobody has answered", "-o", f"{kind}.txt").code == 0
        )
        after = support("cases", "show", case, "--json").json
        assert after != before
        before = after


def test_home_tells_of_requests_that_nobody_has_sent(support, answers):
    made = support("new", "-a", answers, "--no-input", "--json").json["id"]
    command = f"support cases note {made[:4]} --sent"
    home = support().out
    assert "1 request was written and is not marked as sent." in home
    assert command in home
    assert support("--json").json["written"] == [{"id": made, "title": "No connection since Monday"}]
    assert support(*command.split()[1:]).code == 0
    assert "not marked as sent" not in support().out
    for number in range(7):
        support("new", "-a", answers, "-s", f"summary=Nothing works since day {number}", "--no-input")
    home = support().out
    assert "7 requests were written and are not marked as sent." in home
    assert home.count("--sent") == 5


def test_who_writes_documents_hears_that_nothing_was_sent(support, here, answers):
    for words in ((), ("-o", "mine.md"), ("-t", "email")):
        assert "Nothing has been sent" in support("new", "-a", answers, "--no-input", *words).err


@pytest.mark.parametrize("too", [True, False])
def test_documents_of_a_deleted_case_are_named_and_deleted_on_demand(support, here, answers, too):
    run = support("new", "-a", answers, "--no-input", "--json").json
    [ticket], [mail] = here.glob("*.md"), here.glob("*.eml")
    mail.write_text("I went on with this one.", "utf-8")
    gone = support("cases", "delete", run["id"], "--yes", *(["--documents"] if too else []))
    assert gone.code == 0
    assert (ticket.exists(), mail.exists()) == (not too, True)
    assert f"Deleted: {run['id']}" in gone.err
    still = gone.err.partition("still there:")[2]
    assert (ticket.name in still, mail.name in still) == (not too, True)
