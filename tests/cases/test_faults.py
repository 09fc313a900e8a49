"""What happens to answers when the machine or the disk lets us down. Nothing here is simulated."""

import contextlib
import random
import resource
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from support_cli.base.errors import ExitCode
from support_cli.cases.cases import Cases
from support_cli.cases.database import open_database
from support_cli.cases.drafts import Drafts
from support_cli.cases.errors import StorageFull
from support_cli.cases.outbox import Outbox
from support_cli.forms.request import Answer
from tests.cases.making import NOW, child, child_arguments, environment, new_draft, new_request

# Says an answer's number only after it was taken; half-typed text and positions are saved in between, as in life.
TYPIST = """if True:
    import sys
    from pathlib import Path
    from support_cli.cases.database import open_database
    from support_cli.cases.drafts import Drafts
    from support_cli.forms.request import Answer
    from tests.cases.making import NOW
    drafts = Drafts(open_database(Path(sys.argv[1])))
    key, name = sys.argv[2:4]
    sys.stdout.write("ready\\n")
    sys.stdout.flush()
    for number in range(100_000):
        question = f"{name}{number}"
        drafts.set_position(key, question, NOW)
        drafts.save_unfinished(key, question, "half of " + question, NOW)
        drafts.save_answer(key, question, Answer(f"answer {question} " * 20), NOW)
        sys.stdout.write(question + "\\n")
        sys.stdout.flush()
"""


def answers_shown(out: str) -> list[str]:
    """What a typist said it had taken; a last line without its end had not been said in full."""
    return [line for line in out.split("\n")[:-1] if line != "ready"]


def kill_at_random(path: Path, runs: int, seed: int) -> int:
    """Kills a typist again and again; returns how many answers it had said were taken."""
    dice = random.Random(seed)
    with open_database(path) as database:
        key = new_draft(database).id
    taken = 0
    for run in range(runs):
        typist = child(TYPIST, path, key, f"r{run}q")
        assert typist.stdout
        assert typist.stdout.readline() == "ready\n"
        said = "".join(typist.stdout.readline() for _answer in range(dice.randrange(1, 5)))
        time.sleep(dice.random() * 0.01)
        typist.kill()
        out, err = typist.communicate()
        out = said + out
        assert err == ""
        assert typist.returncode == -signal.SIGKILL
        shown = answers_shown(out)
        taken += len(shown)
        with open_database(path) as database:
            assert database.notices == []
            draft = Drafts(database).get(key)
            missing = [q for q in shown if draft.answers[q] != Answer(f"answer {q} " * 20)]
            assert missing == []
            Drafts(database).acquire(key, NOW)  # the dead one does not hold it
            Drafts(database).release(key)
    assert not list(path.parent.glob("*damaged*"))
    return taken


def test_no_answer_is_lost_when_the_process_is_killed(path: Path) -> None:
    assert kill_at_random(path, 5, seed=1) > 5


@pytest.mark.slow
def test_no_answer_is_lost_in_two_hundred_kills(path: Path) -> None:
    assert kill_at_random(path, 200, seed=2) > 200


def test_two_processes_hammer_the_same_draft_and_lose_nothing(path: Path) -> None:
    with open_database(path) as database:
        key = new_draft(database).id
        typists = [child(TYPIST, path, key, name) for name in ("ann", "bob")]
        for number in range(12):  # and a third one, with whole drafts
            other = new_draft(database, summary=f"number {number}")
            Drafts(database).save_answer(key, f"me{number}", Answer(number), NOW)
            Drafts(database).delete(other.id)
        said = [line for typist in typists if typist.stdout for line in (typist.stdout.readline() for _ in range(5))]
        for typist in typists:
            typist.kill()
        told = [typist.communicate() for typist in typists]
        draft = Drafts(database).get(key)
    assert [err for _out, err in told] == ["", ""]
    shown = answers_shown("".join(said)) + [question for out, _err in told for question in answers_shown(out)]
    assert len(shown) >= 8
    assert {*shown, *(f"me{number}" for number in range(12))} <= set(draft.answers)


INTERRUPTED = """if True:
    import random, signal, sys, time
    from pathlib import Path
    from support_cli.cases.database import open_database
    from support_cli.cases.drafts import Drafts
    from support_cli.forms.request import Answer
    from tests.cases.making import NOW
    drafts, key = Drafts(open_database(Path(sys.argv[1]))), sys.argv[2]
    dice = random.Random(3)
    taken, interrupted, began, armed = [], 0, set(), False

    def interrupt(number, frame):
        if armed:
            raise KeyboardInterrupt

    signal.signal(signal.SIGALRM, interrupt)
    number = 0
    while number < 1000 or interrupted < 20:
        number += 1
        try:
            armed = True
            signal.setitimer(signal.ITIMER_REAL, 1e-6 + dice.random() * 0.0006)
            drafts.save_answer(key, f"q{number}", Answer("x"), NOW)
            armed = False
            taken.append(f"q{number}")
        except KeyboardInterrupt:
            armed = False
            interrupted += 1
    signal.setitimer(signal.ITIMER_REAL, 0)
    drafts.save_answer(key, "last", Answer("x"), NOW)
    answers = drafts.get(key).answers
    missing = [question for question in taken if question not in answers]
    print(interrupted, len(answers), missing, "last" in answers, len(drafts.history(key)))
"""


def test_interruptions_at_any_moment_leave_everything_usable_and_nothing_twice(path: Path) -> None:
    with open_database(path) as database:
        key = new_draft(database).id
        out, err = child(INTERRUPTED, path, key).communicate()
    assert err == ""
    interrupted, found, missing, last, said = out.split(" ")
    assert int(interrupted) > 10
    assert (missing, last) == ("[]", "True")
    assert int(said) == int(found)


@contextlib.contextmanager
def no_file_beyond(size: int) -> Iterator[None]:
    """What ``ulimit -f`` does: every write that would make a file longer fails."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_takes_nothing_that_was_saved_and_the_answer_can_be_saved_later(path: Path) -> None:
    with open_database(path) as database:
        drafts, draft = Drafts(database), new_draft(database, summary="saved before")
        room = path.with_name("support.db-wal").stat().st_size + 20_000
        long = Answer("a long story " * 10_000)
        with no_file_beyond(room):
            with pytest.raises(StorageFull) as caught:
                drafts.save_answer(draft.id, "details", long, NOW)
            assert drafts.get(draft.id).answers == {"summary": Answer("saved before")}
            drafts.save_answer(draft.id, "short", Answer("fits"), NOW)
        error = caught.value
        assert error.exit_code is ExitCode.UNUSABLE
        assert f"this was not saved: the answer to “details” in draft {draft.id}." in error.message
        assert error.hint == "What was saved before is safe. Make some room, then try again."
        assert error.unsaved == long
        assert error.retry
        error.retry()
    with open_database(path) as database:
        draft = Drafts(database).get(draft.id)
        assert list(draft.answers) == ["summary", "short", "details"]
        assert draft.answers["details"] == long
        assert database.notices == []


def test_a_full_disk_while_a_message_is_stored_leaves_nothing_half(path: Path) -> None:
    with open_database(path) as database:
        outbox = Outbox(database)
        with no_file_beyond(100_000), pytest.raises(StorageFull) as caught:
            outbox.add("7f3k9q2m", "mail", (b"x" * 10_000 for _number in range(100)), NOW)
        assert "this was not saved: the message" in caught.value.message
        assert outbox.list() == ()
        assert list(database.files.iterdir()) == []
        outbox.add("7f3k9q2m", "mail", [b"x"], NOW)


def test_a_disk_that_is_full_from_the_start_is_explained_and_not_taken_for_damage(path: Path) -> None:
    with no_file_beyond(0), pytest.raises(StorageFull) as caught:
        open_database(path)
    assert str(path.parent) in caught.value.message
    with open_database(path) as database:
        assert database.notices == []
        key = new_draft(database).id
    with no_file_beyond(0), pytest.raises(StorageFull):
        open_database(path)
    with open_database(path) as database:
        assert database.notices == []
        assert Drafts(database).get("").id == key


def test_finishing_on_a_full_disk_leaves_the_draft(path: Path) -> None:
    with open_database(path) as database:
        draft = new_draft(database, summary="s")
        request = new_request(draft.id, summary="s", details="long " * 20_000)
        room = path.with_name("support.db-wal").stat().st_size + 20_000
        with no_file_beyond(room), pytest.raises(StorageFull) as caught:
            Cases(database).create_from_draft(draft.id, request, title="s", now=NOW)
        assert caught.value.unsaved == request
        assert Drafts(database).get("").id == draft.id
        assert Cases(database).list() == ()
        Cases(database).create_from_draft(draft.id, request, title="s", now=NOW)
        assert Drafts(database).list() == ()


@pytest.mark.slow
def test_a_real_file_system_that_is_full(tmp_path: Path) -> None:
    """On a disk of one megabyte (root or user name spaces needed to mount it)."""
    code = """if True:
        import sys
        from pathlib import Path
        from support_cli.cases.database import open_database
        from support_cli.cases.drafts import Drafts
        from support_cli.cases.errors import StorageFull
        from support_cli.forms.request import Answer
        from tests.cases.making import NOW, new_draft
        folder = Path(sys.argv[1])
        taken = 0
        with open_database(folder / "support.db") as database:
            draft = new_draft(database)
            try:
                while True:
                    Drafts(database).save_answer(draft.id, f"q{taken}", Answer("x" * 5000), NOW)
                    taken += 1
            except StorageFull as error:
                print(error.message)
        try:
            with open_database(folder / "support.db") as database:
                print(taken, len(Drafts(database).get("").answers), database.notices)
        except StorageFull as error:
            print(error.message)
    """
    mount = tmp_path / "small"
    mount.mkdir()
    script = f'mount -t tmpfs -o size=1m none "{mount}" && exec "$@"'
    run = subprocess.run(
        ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, "sh", *child_arguments(code, mount)],
        capture_output=True,
        text=True,
        env=environment(),
        check=False,
    )
    assert run.stderr == ""
    first, second = run.stdout.splitlines()
    assert first.startswith("The disk is full, so this was not saved: the answer to “q")
    taken, found, notices = second.split(" ", 2)
    assert int(taken) > 20
    assert (taken, "[]") == (found, notices)


# A sender and its receiver: what is written to the receiver's file has been delivered.
SENDER = """if True:
    import os, sys
    from pathlib import Path
    from support_cli.cases.database import open_database
    from support_cli.cases.outbox import Outbox
    from tests.cases.making import NOW
    outbox = Outbox(open_database(Path(sys.argv[1])))
    receiver = os.open(sys.argv[2], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    delivered = Path(sys.argv[2]).read_text()
    sys.stdout.write("ready\\n")
    sys.stdout.flush()
    for number in range(100_000):
        message = outbox.add(f"{sys.argv[3]}q{number}", "desk", [b"content " * 1000], NOW)
        sys.stdout.write(message.id + "\\n")
        sys.stdout.flush()
        while claimed := outbox.claim(NOW):
            key = claimed.message.id
            if claimed.message.uncertain and key + "\\n" in delivered:  # ask before sending again
                outbox.record_sent(claimed, NOW)
                continue
            with outbox.open(claimed.message) as file:
                assert file.read() == b"content " * 1000
            os.write(receiver, (key + "\\n").encode())
            outbox.record_sent(claimed, NOW)
"""


def kill_senders(path: Path, runs: int, seed: int) -> list[str]:
    """Kills a sender again and again, lets the last one finish; returns what the receiver got, in order."""
    dice, received, stored = random.Random(seed), path.with_name("received"), []
    open_database(path).close()
    for run in range(runs):
        sender = child(SENDER, path, received, f"r{run}")
        assert sender.stdout
        assert sender.stdout.readline() == "ready\n"
        said = "".join(sender.stdout.readline() for _message in range(dice.randrange(1, 5)))
        time.sleep(dice.random() * 0.01)
        sender.kill()
        out, err = sender.communicate()
        assert err == ""
        stored += answers_shown(said + out)
    got = received.read_text().split()
    with open_database(path) as database:
        outbox = Outbox(database)
        while claimed := outbox.claim(NOW):
            assert claimed.message.uncertain or claimed.message.id not in got
            if claimed.message.id not in got:
                got.append(claimed.message.id)
            outbox.record_sent(claimed, NOW)
        assert {message.state for message in outbox.list()} == {"sent"}
        assert set(stored) <= {message.id for message in outbox.list()}
    assert set(stored) <= set(got)
    return got


@pytest.mark.slow
def test_no_message_is_lost_or_sent_twice_when_senders_are_killed(path: Path) -> None:
    got = kill_senders(path, 5, seed=5)
    assert len(got) == len(set(got)) > 5


@pytest.mark.slow
def test_no_message_is_lost_or_sent_twice_in_two_hundred_kills(path: Path) -> None:
    got = kill_senders(path, 200, seed=6)
    assert len(got) == len(set(got)) > 200


def test_a_thread_that_types_while_another_sends(path: Path) -> None:
    with open_database(path) as database:
        drafts, draft, outbox = Drafts(database), new_draft(database), Outbox(database)
        done = threading.Event()

        def send() -> None:
            for number in range(10):
                outbox.add(f"aaaaaa{number:02d}", "mail", [b"x" * 100_000], NOW)
                claimed = outbox.claim(NOW)
                assert claimed
                outbox.record_sent(claimed, NOW)
            done.set()

        sender = threading.Thread(target=send)
        sender.start()
        number = 0
        while not done.is_set() or number < 10:
            drafts.save_answer(draft.id, f"q{number}", Answer("x"), NOW)
            number += 1
        sender.join()
        assert len(drafts.get("").answers) == number
        assert {message.state for message in outbox.list()} == {"sent"}
