"""A disk without room takes nothing away: what was saved can be read, and what cannot be saved is said."""

import resource
from contextlib import contextmanager


@contextmanager
def full_disk():
    """No file may get a byte longer (``ulimit -f``), as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


READING = ["", "cases list", "cases list lamp", "cases show {id}", "outbox list", "check {id}", "render {id}"]
WRITING = ["cases note {id} hello", "cases close {id}", "cases delete {id} --yes", "send {id} --to a@example.org"]


def test_on_a_full_disk_what_is_there_is_shown_and_what_is_not_saved_is_said(support, answers):
    made = support("new", "-a", answers, "--no-input", "--json").json["id"]
    for command in (*READING, *WRITING):
        words = command.format(id=made).split()
        usual = support(*words) if command in READING else None
        with full_disk():
            run = support(*words)
        if usual is not None:
            assert (command, run.code, run.out) == (command, usual.code, usual.out)
            assert "The disk is full: nothing can be saved" in run.err, command
        else:
            assert (command, run.code in (2, 3)) == (command, True), run
    assert [line["state"] for line in support("cases", "list", "--json").json] == ["written"]
