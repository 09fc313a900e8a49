import hashlib
import os
import tracemalloc
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from support_cli.cases import outbox_rows
from support_cli.cases.cases import Cases
from support_cli.cases.database import Database, open_database
from support_cli.cases.errors import AlreadyStored, DatabaseError, IdError, LeaseLost, MessageDamaged, WrongState
from support_cli.cases.outbox import Outbox
from support_cli.cases.records import Claimed, Envelope, MessageState
from tests.cases.making import NOW, child, later, new_case

MAIL = b"Subject: x\r\n\r\nHello\r\n"


def claim(outbox: Outbox, minutes: float = 0) -> Claimed:
    claimed = outbox.claim(later(minutes))
    assert claimed
    return claimed


@pytest.fixture
def outbox(database: Database) -> Outbox:
    return Outbox(database, random=lambda: 0.5)


def test_a_message_comes_back_byte_for_byte_in_another_run(path: Path) -> None:
    envelope: Envelope = {"from": "ann@example.org", "to": ["a@example.org", "ü@example.org"], "eight_bit": True}
    content = bytes(range(256)) * 100
    with open_database(path) as database:
        stored = Outbox(database).add(
            "7f3k9q2m", "mail", [content[:999], b"", content[999:]], NOW, envelope=envelope, message_id="<1@x>"
        )
    with open_database(path) as database:
        message = Outbox(database).get("7f3k")
        assert message == stored
        with Outbox(database).open(message) as file:
            assert file.read() == content
        assert (database.files / message.file).stat().st_mode & 0o777 == 0o600
    assert message.id == "7f3k9q2m-1"
    assert (message.state, message.uncertain, message.attempts) == (MessageState.QUEUED, False, 0)
    assert (message.envelope, message.message_id, message.size) == (envelope, "<1@x>", len(content))
    assert message.digest == f"sha256:{hashlib.sha256(content).hexdigest()}"


def test_twenty_five_megabytes_pass_through_with_little_memory(outbox: Outbox) -> None:
    def pieces() -> Iterator[bytes]:
        for number in range(400):
            yield number.to_bytes(4) * 16_384

    tracemalloc.start()
    message = outbox.add("7f3k9q2m", "mail", pieces(), NOW)
    with outbox.open(message) as file:
        read = 0
        while chunk := file.read(65_536):
            read += len(chunk)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert read == message.size == 26_214_400
    assert peak < 2_000_000


@pytest.mark.parametrize("damage", ["changed", "cut", "missing"])
def test_bytes_that_are_not_those_that_were_stored_are_not_handed_out(
    database: Database, outbox: Outbox, damage: str
) -> None:
    message = outbox.add("7f3k9q2m", "mail", [MAIL], NOW)
    path = database.files / message.file
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(MAIL.replace(b"Hello", b"Hullo") if damage == "changed" else MAIL[:-1])
    with pytest.raises(MessageDamaged) as caught:
        outbox.open(message)
    assert caught.value.hint == "Make it again from the case: support send 7f3k9q2m"


def test_sent_once_with_a_receipt(database: Database, outbox: Outbox) -> None:
    new_case(database)
    outbox.add("7f3k9q2m", "mail", [MAIL], NOW, message_id="<1@x>")
    claimed = claim(outbox)
    assert claimed.message.attempts == 1
    assert outbox.claim(NOW) is None
    message = outbox.record_sent(claimed, later(1), to="support@example.org", ticket="47", url="https://d/47")
    assert (message.state, message.sent_at, message.ticket, message.url) == ("sent", later(1), "47", "https://d/47")
    assert outbox.claim(later(10_000)) is None
    [receipt] = Cases(database).get("7f3k").receipts
    assert (receipt.to, receipt.digest, receipt.message_id) == ("support@example.org", message.digest, "<1@x>")
    assert receipt.delivered


def test_the_same_thing_is_not_stored_twice(database: Database, outbox: Outbox) -> None:
    first = outbox.add("7f3k9q2m", "mail", [MAIL], NOW)
    with pytest.raises(AlreadyStored) as caught:
        outbox.add("7f3k9q2m", "mail", [b"another rendering"], NOW)
    assert caught.value.message_id == first.id
    assert caught.value.message == "This was stored before, as message 7f3k9q2m-1: waits in the outbox."
    assert len(list(database.files.iterdir())) == 1
    assert outbox.add("7f3k9q2m", "desk", [MAIL], NOW).id == "7f3k9q2m-2"
    assert outbox.add("7f3k9q2m", "mail", [MAIL], NOW, purpose="follow-up-1").id == "7f3k9q2m-3"
    outbox.cancel(first.id, NOW)
    again = outbox.add("7f3k9q2m", "mail", [MAIL], NOW)
    assert again.id == "7f3k9q2m-4"
    with pytest.raises(WrongState):
        outbox.retry(first.id, NOW)


def test_three_terminals_that_flush_at_once_send_each_message_once(path: Path) -> None:
    with open_database(path) as database:
        for number in range(20):
            Outbox(database).add(f"aaaaaa{number:02d}", "mail", [MAIL], NOW)
    code = """if True:
        import sys
        from pathlib import Path
        from support_cli.cases.database import open_database
        from support_cli.cases.outbox import Outbox
        from tests.cases.making import NOW
        outbox = Outbox(open_database(Path(sys.argv[1])))
        sys.stdin.readline()
        while claimed := outbox.claim(NOW):
            print(claimed.message.id)
            outbox.record_sent(claimed, NOW)
    """
    senders = [child(code, path, stdin=-1) for _number in range(3)]
    told = []
    for sender in senders:
        assert sender.stdin
        sender.stdin.write("go\n")
        sender.stdin.flush()
    for sender in senders:
        out, err = sender.communicate()
        assert err == ""
        told += out.split()
    assert sorted(told) == [f"aaaaaa{number:02d}-1" for number in range(20)]


def test_two_terminals_that_store_the_same_thing_at_once_store_it_once(path: Path) -> None:
    open_database(path).close()
    code = """if True:
        import sys
        from pathlib import Path
        from support_cli.cases.database import open_database
        from support_cli.cases.errors import AlreadyStored
        from support_cli.cases.outbox import Outbox
        from tests.cases.making import NOW
        outbox = Outbox(open_database(Path(sys.argv[1])))
        sys.stdin.readline()
        for number in range(10):
            try:
                print(outbox.add(f"aaaaaa{number:02d}", "mail", [b"x" * 100], NOW).id)
            except AlreadyStored:
                pass
    """
    writers = [child(code, path, stdin=-1) for _number in range(3)]
    for writer in writers:
        assert writer.stdin
        writer.stdin.write("go\n")
        writer.stdin.flush()
    told = [writer.communicate() for writer in writers]
    assert [err for _out, err in told] == ["", "", ""]
    ids = [line for out, _err in told for line in out.split()]
    assert sorted(ids) == [f"aaaaaa{number:02d}-1" for number in range(10)]
    with open_database(path) as database:
        assert len(list(database.files.iterdir())) == 10


def test_a_sender_that_is_killed_leaves_an_uncertain_message(path: Path) -> None:
    with open_database(path) as database:
        outbox = Outbox(database)
        outbox.add("7f3k9q2m", "mail", [MAIL], NOW)
        code = (
            "import sys\n"
            "from pathlib import Path\n"
            "from support_cli.cases.database import open_database\n"
            "from support_cli.cases.outbox import Outbox\n"
            "from tests.cases.making import NOW\n"
            "print(Outbox(open_database(Path(sys.argv[1]))).claim(NOW).message.state, flush=True); sys.stdin.read()"
        )
        sender = child(code, path, stdin=-1)
        assert sender.stdout
        assert sender.stdout.readline() == "sending\n"
        assert outbox.claim(later(1000)) is None  # alive: however long it takes
        with pytest.raises(WrongState, match="is being sent"):
            outbox.claim(NOW, "7f")
        with pytest.raises(WrongState, match="is being sent"):
            outbox.cancel("7f", NOW)
        sender.kill()
        sender.communicate()
        [message] = outbox.recover(later(1))
        assert (message.state, message.uncertain, message.reason_code) == ("queued", True, "interrupted")
        again = claim(outbox, 1)
        assert again.message.uncertain
        assert again.message.attempts == 2
        assert not outbox.record_sent(again, later(2)).uncertain


def test_uncertainty_ends_only_with_the_receivers_word(outbox: Outbox) -> None:
    outbox.add("7f3k9q2m", "mail", [MAIL], NOW)
    message = outbox.record_ambiguous(claim(outbox), NOW, code="dropped", reason="lost after the body")
    assert (message.state, message.uncertain) == ("queued", True)
    # The next attempt does not even connect: that says nothing about the first.
    message = outbox.record_temporary(claim(outbox, 60), later(60), code="refused", reason="no connection")
    assert message.uncertain
    claimed = outbox.confirm_absent(claim(outbox, 120), later(120))
    assert not claimed.message.uncertain
    message = outbox.record_temporary(claimed, later(121), code="450", reason="greylisted")
    assert not message.uncertain


def test_what_was_refused_or_cancelled_after_an_uncertain_end_stays_uncertain(outbox: Outbox) -> None:
    for key in ("aaaa", "bbbb"):
        outbox.add(key, "mail", [MAIL], NOW)
        outbox.record_ambiguous(claim(outbox), NOW, code="x", reason="")
    refused = outbox.record_refused(claim(outbox, 60), later(60), code="550", reason="no")
    cancelled = outbox.cancel("bbbb" if refused.request_id == "aaaa" else "aaaa", later(60))
    assert (refused.uncertain, cancelled.uncertain) == (True, True)
    assert outbox.retry(refused.id, later(61)).uncertain


def test_a_late_success_counts_unless_another_attempt_began(database: Database, outbox: Outbox) -> None:
    new_case(database)
    outbox.add("7f3k9q2m", "mail", [MAIL], NOW)
    claimed = claim(outbox)
    foreign = '{"pid": 1, "host": "laptop", "started": "x"}'
    database.write(lambda connection: connection.execute("UPDATE messages SET owner = ?", (foreign,)))
    assert outbox.recover(later(10)) == ()
    renewed = outbox.renew(claimed, later(10))
    assert renewed.until == later(25)
    assert outbox.recover(later(24)) == ()
    assert [message.id for message in outbox.recover(later(26))] == ["7f3k9q2m-1"]
    with pytest.raises(LeaseLost):
        outbox.record_temporary(claimed, later(27), code="x", reason="")
    with pytest.raises(LeaseLost):
        outbox.renew(claimed, later(27))
    assert outbox.record_sent(claimed, later(28)).state == "sent"


def test_a_success_beside_another_attempt_is_not_forgotten(database: Database, outbox: Outbox) -> None:
    new_case(database)
    outbox.add("7f3k9q2m", "mail", [MAIL], NOW)
    first = claim(outbox)
    database.write(lambda connection: connection.execute("UPDATE messages SET owner = NULL"))
    second = claim(outbox, 1)
    with pytest.raises(LeaseLost):
        outbox.record_sent(first, later(2), ticket="47")
    assert [receipt.ticket for receipt in Cases(database).get("").receipts] == ["47"]
    # So that the other one, should it fail, asks before it sends again.
    assert outbox.record_temporary(second, later(3), code="x", reason="").uncertain


def test_it_waits_longer_each_time_and_as_long_as_it_was_asked_to(outbox: Outbox) -> None:
    outbox.add("7f3k9q2m", "mail", [MAIL], NOW)
    now, waits = NOW, []
    for _attempt in range(11):
        claimed = outbox.claim(now)
        assert claimed
        message = outbox.record_temporary(claimed, now, code="x", reason="later")
        waits.append((message.next_attempt_at - now) / timedelta(minutes=1))
        assert outbox.claim(message.next_attempt_at - timedelta(seconds=1)) is None
        assert outbox.next_due_at() == message.next_attempt_at
        now = message.next_attempt_at
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 240, 240, 240]
    asked = outbox.record_temporary(
        claim(outbox, 9999), later(9999), code="429", reason="", retry_after=timedelta(hours=9)
    )
    assert asked.next_attempt_at == later(9999) + timedelta(hours=9.45)


def test_waiting_is_spread_and_never_shorter_than_asked() -> None:
    minute, spread = (
        timedelta(minutes=1),
        [outbox_rows.delay(3, None, lambda share=share: share) for share in (0.0, 0.999)],
    )
    assert 3 * minute < spread[0] < 4 * minute < spread[1] < 5 * minute
    assert outbox_rows.delay(1, 5 * minute, lambda: 0.0) == 5 * minute
    assert outbox_rows.delay(1, timedelta(days=900), lambda: 0.0) == timedelta(days=7)
    assert outbox_rows.delay(1, timedelta(seconds=-5), lambda: 0.5) == minute
    assert outbox_rows.delay(10**6, None, lambda: 0.5) == outbox_rows.LONGEST


def test_a_clock_that_was_wrong_once_puts_nothing_off_for_years(outbox: Outbox) -> None:
    outbox.add("7f3k9q2m", "mail", [MAIL], NOW + timedelta(days=4000))
    assert outbox.claim(NOW)


def test_asked_for_by_name_its_time_need_not_have_come(outbox: Outbox) -> None:
    outbox.add("aaaa", "mail", [MAIL], NOW, not_before=later(60))
    outbox.add("bbbb", "mail", [MAIL], NOW, not_before=later(30))
    assert outbox.claim(NOW) is None
    claimed = outbox.claim(NOW, "aa")
    assert claimed
    assert claimed.message.request_id == "aaaa"
    assert outbox.claim(later(31)) is not None


def test_cancel_and_retry(database: Database, outbox: Outbox) -> None:
    new_case(database)
    message = outbox.add("7f3k9q2m", "mail", [MAIL], NOW)
    assert outbox.cancel("7f", later(1)).state == "cancelled"
    with pytest.raises(WrongState) as caught:
        outbox.cancel("7f", later(1))
    assert caught.value.message == "Message 7f3k9q2m-1: cancelled."
    assert outbox.claim(later(2)) is None
    assert (database.files / message.file).exists()
    assert outbox.retry("7f", later(3)).next_attempt_at == later(3)
    outbox.record_sent(claim(outbox, 4), later(4))
    for change in (outbox.cancel, outbox.retry):
        with pytest.raises(WrongState, match=": sent"):
            change("7f", later(5))
    kinds = [entry.kind for entry in Cases(database).get("").journal]
    assert kinds == ["created", "queued", "cancelled", "sent"]


def test_what_is_listed(outbox: Outbox) -> None:
    for minute, key in enumerate(("aaaa", "bbbb", "cccc")):
        outbox.add(key, "mail", [MAIL], later(minute))
    outbox.record_refused(claim(outbox, 5), later(5), code="552", reason="too big")
    assert [message.request_id for message in outbox.list()] == ["aaaa", "bbbb", "cccc"]
    assert [message.reason_code for message in outbox.list(states={MessageState.REFUSED})] == ["552"]
    assert [message.id for message in outbox.list(request_id="cccc")] == ["cccc-1"]
    with pytest.raises(IdError, match="No message has an id that begins with “zz”"):
        outbox.get("zz")


@pytest.mark.parametrize("key", ["../../etc/x", "a-b", "A", "con", "x" * 300, "ї", ""])
def test_an_id_of_another_program_names_no_other_place(database: Database, outbox: Outbox, key: str) -> None:
    message = outbox.add(key, "mail", [MAIL], NOW)
    with outbox.open(message) as file:
        assert file.read() == MAIL
    new_case(database, key)
    other = outbox.add("a", "mail", [MAIL], NOW)
    assert outbox.get(message.id) == message
    Cases(database).delete(key)
    assert [entry.name for entry in database.files.iterdir()] == [other.file]


def test_half_a_character_where_there_can_be_none_is_explained(outbox: Outbox) -> None:
    with pytest.raises(DatabaseError, match="broken character"):
        outbox.add("7f3k9q2m", "mail \ud83d", [MAIL], NOW)


def test_an_interrupted_store_leaves_a_partial_that_is_cleared_later(database: Database, outbox: Outbox) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"x"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        outbox.add("7f3k9q2m", "mail", pieces(), NOW)
    assert list(database.files.iterdir()) == []
    old, young = database.files / ".partial-aaaa-1", database.files / ".partial-bbbb-1"
    old.touch()
    young.touch()
    os.utime(old, (1, 1))
    message = outbox.add("7f3k9q2m", "mail", [b"x"], NOW)
    assert {entry.name for entry in database.files.iterdir()} == {young.name, message.file}
