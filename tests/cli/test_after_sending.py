"""After bytes have left, the only outcomes are sent, queued and refused; what can refuse does so before."""

import itertools
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from support_cli.base.errors import UnusableError
from support_cli.cases.outbox import Outbox
from support_cli.cli import console
from tests.cli.conftest import Run
from tests.deliver.serving import Server, serving

Support = Callable[..., Run]
ABROAD = "müller@bücher.example"
WRITTEN = "müller@xn--bcher-kva.example"
OFFERS = "250-mail.desk.test\r\n250-SMTPUTF8\r\n250 8BITMIME"
BARE = "250 mail.desk.test"
PLACES = {
    "From": ("--set", f"email={ABROAD}", "--to", "desk@example.org"),
    "To": ("--to", ABROAD),
    "Reply-To": ("--set", f"email={ABROAD}", "--to", "desk@example.org"),
}
"""Where an internationalised address may stand, and what puts it there."""


@pytest.fixture
def new(support: Support, answers: Path) -> Support:
    """Makes a request, each time another one although it says the same."""
    keys = map(str, itertools.count())
    return lambda *words: support("new", "--no-input", "-a", str(answers), "--request-id", next(keys), *words)


def through(server: Server | None, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    monkeypatch.setenv("SUPPORT_SMTP_URL", server.url if server is not None else "smtp://127.0.0.1:1")
    if place == "Reply-To":
        monkeypatch.setenv("SUPPORT_MAIL_SENDER", "program@example.org")
    else:
        monkeypatch.delenv("SUPPORT_MAIL_SENDER", raising=False)


@pytest.mark.parametrize("place", PLACES)
def test_an_internationalised_address_is_sent_queued_or_refused_wherever_it_stands(
    new: Support, support: Support, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    with serving(EHLO=OFFERS) as server:
        through(server, monkeypatch, place)
        run = new("--send", "--json", *PLACES[place])
        assert (run.code, run.json["state"], run.err) == (0, "sent", "")
        assert any(line.endswith("SMTPUTF8") for line in server.lines)
        (octets,) = server.messages
    head = octets.partition(b"\r\n\r\n")[0].decode("utf-8")
    assert any(line.startswith(f"{place}:") and WRITTEN in line for line in head.split("\r\n"))
    with serving(EHLO=BARE) as server:
        through(server, monkeypatch, place)
        run = new("--send", "--json", *PLACES[place])
        assert (run.code, run.json["delivery"]["reason"], server.messages) == (5, "unsupported", [])
    through(None, monkeypatch, place)
    run = new("--send", "--json", *PLACES[place])
    assert (run.code, run.json["state"]) == (6, "queued")
    assert "not sent yet" in new("--send", *PLACES[place]).err


@pytest.mark.parametrize("document", ["md", "html", "txt", "eml", "json", "yaml"])
def test_every_document_can_be_made_with_an_internationalised_address(new: Support, here: Path, document: str) -> None:
    name = f"r.{document}"
    assert new("--set", f"email={ABROAD}", "-o", name).code == 0
    assert ABROAD in (here / name).read_text("utf-8") or WRITTEN in (here / name).read_text("utf-8")
    assert [one.name for one in here.iterdir()] == [name]
    printed = new("--set", f"email={ABROAD}", "-t", "email" if document in ("eml", "html") else "ticket",
                  "-f", document, "-o", "-")  # fmt: skip
    assert printed.code == 0
    assert ABROAD in printed.out or WRITTEN in printed.out


@pytest.mark.skipif(os.name == "nt", reason="the stand-in is a shell script")
def test_a_sendmail_program_gets_it_as_it_is(new: Support, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = here / "sendmail"
    program.write_text('#!/bin/sh\nprintf "%s\\n" "$@" > words\ncat > message\n', "utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("SUPPORT_MAIL_TRANSPORT", "sendmail")
    monkeypatch.setenv("SUPPORT_MAIL_SENDMAIL", str(program))
    assert new("--send", *PLACES["To"]).code == 0
    assert (here / "words").read_text("utf-8").split("\n")[-2] == WRITTEN


PACK = "pack: odd\nversion: 1.0.0\ntitle: Odd\nchannels:\n  mail: {kind: email, to: nobody at all}\n"
FORM = """
name: Odd
description: x
body:
  - {type: input, id: summary, role: summary, attributes: {label: In one line}}
"""


def test_a_packs_bad_address_is_said_before_anything_is_made_and_stops_no_document_that_is_no_mail(
    support: Support, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "odd" / "forms").mkdir(parents=True)
    (here / "odd" / "pack.yml").write_text(PACK, "utf-8")
    (here / "odd" / "forms" / "odd.yml").write_text(FORM, "utf-8")
    words = ("new", "-p", "odd", "--no-input", "--set", "summary=It stops at night")
    assert support(*words, "-o", "r.md").code == 0
    for more in (("-o", "r.eml"), (), ("--send",)):
        monkeypatch.setenv("SUPPORT_SMTP_URL", "smtp://127.0.0.1:1")
        run = support(*words, *more)
        assert (run.code, "nobody at all" in run.err) == (2, True), more
    assert sorted(one.name for one in here.iterdir()) == ["odd", "r.md"]
    assert support("outbox", "list", "--all", "--json").json == []


def test_settings_that_cannot_send_are_said_before_anything_is_stored(
    new: Support, support: Support, monkeypatch: pytest.MonkeyPatch
) -> None:
    for url, sender in (("smtp://", ""), ("gopher://x", ""), ("smtp://127.0.0.1:1", "a@b.c, d@e.f")):
        monkeypatch.setenv("SUPPORT_SMTP_URL", url)
        monkeypatch.setenv("SUPPORT_MAIL_SENDER", sender)
        assert new("--send", "--to", "desk@example.org").code == 2, (url, sender)
    assert support("outbox", "list", "--all", "--json").json == []


def test_what_became_of_a_message_is_said_where_standard_output_is_full(
    new: Support, support: Support, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_text: str) -> None:
        raise console.Unwritable("The disk is full.")

    to = ("--send", "--to", "desk@example.org", "--json")
    monkeypatch.setenv("SUPPORT_SMTP_URL", "smtp://127.0.0.1:1")
    waiting = new(*to).json["delivery"]["id"]
    monkeypatch.setattr(console, "product", full)
    with serving() as server:
        monkeypatch.setenv("SUPPORT_SMTP_URL", server.url)
        for run in (new(*to), support("outbox", "retry", waiting, "--json")):
            assert run.code == 0
            assert "The disk is full." in run.err
            assert "sent to desk@example.org" in run.err
        assert len(server.messages) == 2
    with serving(RCPT="550 5.1.1 unknown") as server:
        monkeypatch.setenv("SUPPORT_SMTP_URL", server.url)
        assert new(*to).code == 5
    assert support("config", "list", "--json").code == 3


def test_what_became_of_a_message_is_told_where_it_cannot_be_recorded(
    new: Support, support: Support, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_outbox: Outbox, *_words: object, **_more: object) -> None:
        raise UnusableError("The disk is full.")

    for name in ("record_sent", "record_temporary", "record_ambiguous", "record_refused"):
        monkeypatch.setattr(Outbox, name, full)
    for answer, code, said in (
        ("250 ok", 6, "not known whether it arrived"),
        ("450 later", 6, "not sent yet"),
        ("550 no", 5, "refused; desk@example.org did not get it"),
    ):
        with serving(END=answer) as server:
            monkeypatch.setenv("SUPPORT_SMTP_URL", server.url)
            run = new("--send", "--to", "desk@example.org")
            assert (run.code, said in run.err, "The disk is full." in run.err) == (code, True, True), run.err
