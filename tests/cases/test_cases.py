import os
import sqlite3
from pathlib import Path

import msgspec
import pytest

from support_cli.cases.cases import Cases
from support_cli.cases.database import Database, open_database
from support_cli.cases.errors import IdError, WrongState
from support_cli.cases.outbox import Outbox
from support_cli.cases.records import CaseReceipt, CaseState, Document, JournalKind
from support_cli.forms.request import Attachment, RequestFile, dump_json
from tests.cases.making import NOW, child, everything_in, later, new_case, new_draft, new_request
from tests.table import each

RECEIPT = CaseReceipt(at=NOW, channel="mail", to="support@example.org", message_id="<1@x>", ticket="4711")


def states(database: Database) -> dict[str, str]:
    return {line.id: str(line.state) for line in Cases(database).list()}


def test_a_case_comes_back_whole_in_another_run(path: Path) -> None:
    request = new_request("7f3k9q2m", summary="Інтернет зникає", details="щовечора")
    document = Document(at=NOW, name="ticket", format="md", path="/home/ann/2026-11-21-internet.md")
    with open_database(path) as database:
        cases = Cases(database)
        cases.create(request, title="Інтернет\nзникає", now=NOW, promised_by=later(60))
        cases.add_documents("7f3k", [document], later(1))
        cases.add_receipt("7f3k", RECEIPT)
    with open_database(path) as database:
        case = Cases(database).get("7f")
    assert dump_json(case.request) == dump_json(request)
    assert (case.line.title, case.line.promised_by, case.line.ticket) == ("Інтернет зникає", later(60), "4711")
    assert case.documents == (document,)
    assert case.receipts == (RECEIPT,)
    assert [entry.kind for entry in case.journal] == ["created", "document", "sent"]
    assert msgspec.json.decode(msgspec.json.encode(case.line))["state"] == "sent"


def test_the_state_follows_from_what_happened(database: Database) -> None:
    cases, outbox = Cases(database), Outbox(database)
    new_case(database)
    seen = [states(database)["7f3k9q2m"]]

    def note() -> None:
        seen.append(states(database)["7f3k9q2m"])

    cases.add_receipt("7f", CaseReceipt(at=later(1), channel="file", delivered=False))
    note()
    outbox.add("7f3k9q2m", "mail", [b"x"], later(2))
    note()
    claimed = outbox.claim(later(3))
    assert claimed
    note()
    outbox.record_sent(claimed, later(4), ticket="47", url="https://desk.example/47")
    note()
    cases.add_reply("7f", "We look into it.", later(5), operator="Olha")
    note()
    outbox.add("7f3k9q2m", "mail", [b"y"], later(6), purpose="follow-up-1")
    note()
    claimed = outbox.claim(later(7))
    assert claimed
    outbox.record_sent(claimed, later(8))
    note()
    cases.close("7f", later(9), "works again")
    note()
    cases.reopen("7f", later(10))
    note()
    assert seen == [
        "written",
        "written",
        "queued",
        "queued",
        "sent",
        "answered",
        "queued",
        "sent",
        "closed",
        "sent",
    ]
    case = cases.get("7f")
    assert (case.line.ticket, case.line.url) == ("47", "https://desk.example/47")
    assert [entry.kind for entry in case.journal] == [
        "created",
        "document",
        "queued",
        "sent",
        "reply",
        "queued",
        "sent",
        "closed",
        "reopened",
    ]


def test_a_refused_request_is_written_again_and_the_reason_is_in_the_journal(database: Database) -> None:
    outbox = Outbox(database)
    new_case(database)
    outbox.add("7f3k9q2m", "mail", [b"x"], NOW)
    claimed = outbox.claim(NOW)
    assert claimed
    outbox.record_refused(claimed, later(1), code="550", reason="No such user \x1b[31mhere\x1b[0m")
    assert states(database) == {"7f3k9q2m": "written"}
    entry = Cases(database).get("").journal[-1]
    assert (entry.kind, entry.text) == (JournalKind.REFUSED, "No such user here")


def test_a_note_keeps_who_promised_what_by_when(database: Database) -> None:
    cases = Cases(database)
    new_case(database)
    cases.add_note(
        "7f", "Called back.\nA technician comes.", later(1), operator="Olha", promised_by=later(90), number="T-9"
    )
    case = cases.get("7f")
    entry = case.journal[-1]
    assert (entry.text, entry.operator) == ("Called back.\nA technician comes.", "Olha")
    assert (entry.promised_by, entry.number) == (later(90), "T-9")
    assert (case.line.promised_by, case.line.ticket) == (later(90), "T-9")
    cases.add_note("7f", "no promise, no number", later(2))
    assert cases.get("7f").line.promised_by == later(90)


def test_overdue_is_what_was_promised_and_did_not_come(database: Database) -> None:
    cases = Cases(database)
    for key in ("late", "intime", "answered", "closed", "nothing"):
        request = new_request(key, summary=key)
        cases.create(request, title=key, now=NOW, promised_by=None if key == "nothing" else later(60))
        cases.add_receipt(key, RECEIPT)
    cases.add_note("intime", "a little later", later(1), promised_by=later(120))
    cases.add_reply("answered", "yes", later(1))
    cases.close("closed", later(1))
    assert [line.id for line in cases.list(overdue_at=later(60.5))] == ["late"]
    assert {line.id for line in cases.list(states={CaseState.SENT})} == {"late", "intime", "nothing"}
    assert len(cases.list(limit=2)) == 2
    assert cases.list(pack="other") == ()


def test_the_list_begins_with_what_happened_last(database: Database) -> None:
    new_case(database, "aaaa")
    new_case(database, "bbbb")
    Cases(database).add_note("aaaa", "x", later(1))
    assert [line.id for line in Cases(database).list()] == ["aaaa", "bbbb"]


def test_the_same_request_twice_is_one_case_and_a_changed_one_keeps_the_former(database: Database) -> None:
    first = new_case(database, details="one")
    assert new_case(database, details="one") == first
    changed = new_case(database, details="two")
    assert changed.request.value("details") == "two"
    assert [entry.kind for entry in changed.journal] == ["created", "changed"]
    former = database.files / changed.journal[-1].file
    assert msgspec.json.decode(former.read_bytes(), type=RequestFile).answers["details"] == "one"


def test_a_file_whose_name_is_no_text_can_be_stored(database: Database) -> None:
    attachment = Attachment(path="/tmp/\udcff.png", name="x.png", type="image/png", size=1, sha256="")
    request = msgspec.structs.replace(new_request("7f3k9q2m"), attachments=(attachment,))
    Cases(database).create(request, title="t", now=NOW)
    document = Document(at=NOW, name="ticket", format="md", path="/tmp/\udcff/t.md")
    Cases(database).add_documents("7f", [document], NOW)
    case = Cases(database).get("7f")
    assert case.request.attachments == (attachment,)
    assert case.documents == (document,)


@each(
    ("words", "found"),
    [
        (["ІНТЕРНЕТ"], ["uk"]),
        (["елка"], ["ru"]),
        (["zażółć", "GĘŚLĄ"], ["pl"]),
        (["zazolc"], []),
        (["geslą"], ["pl"]),
        (["router.log"], ["pl"]),
        (["olha"], ["ru"]),
        (["4711"], ["uk"]),
        (["щовечора", "зникає"], ["uk"]),
        (["щовечора", "елка"], []),
        (["%"], []),
        ([], []),
        ([" "], []),
    ],
)
def test_search_finds_words_in_any_script_wherever_they_were_said(
    database: Database, words: list[str], found: list[str]
) -> None:
    cases = Cases(database)
    new_case(database, "uk", "Інтернет зникає", details="щовечора о\nдев'ятій")
    cases.add_receipt("uk", RECEIPT)
    new_case(database, "ru", "Ёлка не горит")
    cases.add_note("ru", "called", NOW, operator="Olha")
    log = Attachment(path="/x/router.log", name="router.log", type="text/plain", size=1, sha256="")
    request = msgspec.structs.replace(new_request("pl", summary="Zażółć gęślą jaźń"), attachments=(log,))
    cases.create(request, title="jaźń", now=NOW)
    assert [line.id for line in cases.search(words)] == found


def test_a_case_is_found_by_its_ticket_and_by_the_mail_that_was_sent(database: Database) -> None:
    cases, outbox = Cases(database), Outbox(database)
    new_case(database, "aaaa")
    new_case(database, "bbbb")
    cases.add_receipt("aaaa", RECEIPT)
    outbox.add("bbbb", "mail", [b"x"], NOW, message_id="<2@x>")
    assert [line.id for line in cases.with_ticket("4711")] == ["aaaa"]
    assert cases.with_ticket("") == ()
    assert [line.id for line in cases.with_message_id("<1@x>")] == ["aaaa"]
    assert [line.id for line in cases.with_message_id("<2@x>")] == ["bbbb"]
    assert cases.with_message_id("") == ()


def test_a_case_that_is_not_there(database: Database) -> None:
    draft = new_draft(database)
    with pytest.raises(IdError) as caught:
        Cases(database).get(draft.id)
    assert caught.value.hint == f"It is still a draft: support resume {draft.id}"
    with pytest.raises(IdError, match="There is no case"):
        Cases(database).get("")
    case = new_case(database)
    with pytest.raises(IdError) as caught:
        Cases(database).add_note("7f3x", "x", NOW)
    assert caught.value.candidates == (case.id,)


def test_a_deleted_case_is_in_no_file_any_more(path: Path) -> None:
    with open_database(path) as database:
        cases, outbox = Cases(database), Outbox(database)
        other = new_case(database, "other", "kept", details="kept words " * 50)
        outbox.add("other", "mail", [b"kept message"], NOW)
        new_case(database, "doomed", "xyzzy title", details="xyzzy words " * 2000)
        new_case(database, "doomed", "xyzzy title", details="xyzzy changed " * 2000)
        cases.add_note("doomed", "xyzzy note", NOW, operator="xyzzy", number="xyzzy-1")
        cases.add_reply("doomed", "xyzzy reply", NOW, message=[b"Subject: xyzzy\r\n"])
        cases.add_documents("doomed", [Document(at=NOW, name="t", format="md", path="/tmp/xyzzy.md")], NOW)
        outbox.add("doomed", "xyzzy", [b"Subject: xyzzy\r\n"], NOW, envelope={"to": ["xyzzy@example.org"]})
        (database.files / ".partial-doomed-0123").write_bytes(b"xyzzy, half written")
        assert b"xyzzy" in everything_in(path.parent)
        assert cases.delete("doom") is True
        assert b"xyzzy" not in everything_in(path.parent)
        assert [line.id for line in cases.list()] == ["other"]
        assert cases.get("other").request == other.request
        assert len(outbox.list()) == 1
    assert b"xyzzy" not in everything_in(path.parent)
    assert b"kept message" in everything_in(path.parent)


def test_what_another_window_holds_back_is_gone_when_that_one_ends(path: Path) -> None:
    with open_database(path) as database:
        new_case(database, "doomed", "xyzzy")
        other = sqlite3.connect(path)
        other.execute("BEGIN")
        other.execute("SELECT * FROM cases").fetchall()
        assert Cases(database).delete("doomed") is False
        other.close()
    open_database(path).close()
    assert b"xyzzy" not in everything_in(path.parent)


def test_a_file_that_could_not_be_deleted_goes_the_next_time(path: Path) -> None:
    with open_database(path) as database:
        new_case(database, "doomed")
        new_case(database, "other")
        Outbox(database).add("doomed", "mail", [b"xyzzy"], NOW)
        [stuck] = database.files.iterdir()
        stuck.unlink()
        stuck.mkdir()  # as good as a file that Windows keeps open
        Cases(database).delete("doomed")
        assert stuck.exists()
        stuck.rmdir()
        stuck.touch()
        Cases(database).delete("other")
        assert not stuck.exists()


def test_a_case_is_not_deleted_while_its_message_is_being_sent(database: Database, path: Path) -> None:
    new_case(database)
    Outbox(database).add("7f3k9q2m", "mail", [b"x"], NOW)
    sender = child(
        "import sys\n"
        "from pathlib import Path\n"
        "from support_cli.cases.database import open_database\n"
        "from support_cli.cases.outbox import Outbox\n"
        "from tests.cases.making import NOW\n"
        "claimed = Outbox(open_database(Path(sys.argv[1]))).claim(NOW)\n"
        "print(claimed.message.id, flush=True); sys.stdin.read()",
        path,
        stdin=-1,
    )
    assert sender.stdout
    assert sender.stdout.readline() == "7f3k9q2m-1\n"
    with pytest.raises(WrongState, match="is being sent right now"):
        Cases(database).delete("7f3k")
    assert len(list(database.files.iterdir())) == 1
    sender.kill()
    sender.communicate()
    Cases(database).delete("7f3k")
    assert Outbox(database).list() == ()


def test_an_export_has_everything(database: Database) -> None:
    cases, outbox = Cases(database), Outbox(database)
    new_case(database, details="d")
    new_case(database, "other")
    outbox.add("other", "mail", [b"not this one"], NOW)
    message = outbox.add("7f3k9q2m", "mail", [b"the bytes"], NOW)
    reply = cases.add_reply("7f", "yes", NOW, message=[b"Subject: ", b"Re\r\n"])
    export = cases.export("7f3k")
    assert export.case == cases.get("7f3k")
    assert export.messages == (message,)
    assert {name: path.read_bytes() for name, path in export.files.items()} == {
        message.file: b"the bytes",
        reply.file: b"Subject: Re\r\n",
    }
    os.unlink(database.files / message.file)
    assert list(cases.export("7f3k").files) == [reply.file]


def test_hundreds_of_cases_in_one_transaction_are_listed_and_searched(database: Database) -> None:
    with database.transaction():
        for number in range(300):
            new_case(database, f"c{number:05d}", f"case {number}", details="word " * 50)
    assert len(Cases(database).list()) == 300
    assert [line.id for line in Cases(database).search(["case 299"])] == ["c00299"]
