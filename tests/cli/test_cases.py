"""A case as its customer follows it: replies, reminders, the way to a supervisor, and the end."""

from datetime import timedelta
from pathlib import Path

import pytest

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
        "subject": (f"Subject: Re: [desk] Internet drops ({case}) [desk.test #47]",),
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
