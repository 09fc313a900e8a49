"""Request Tracker, Redmine and Roundup as they really answer (``../shared/desks``)."""

import hashlib

import pytest

from support_cli.deliver.base import PermanentError, Reason, TemporaryError
from support_cli.deliver.desks.options import Login
from support_cli.deliver.ticket import Followed
from tests.deliver.desks.asking import NAMES, fresh_mark, make_desk_job
from tests.deliver.desks.targets import Target, readback

pytestmark = pytest.mark.desks

TEXT = "line one\n  indented\n\nÜmläut — end\n"


def lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.replace("\r\n", "\n").strip().split("\n")]


def test_everything_arrives_as_it_was_said(real: Target) -> None:
    files = {**NAMES, "empty.bin": b"", 'a"b\\c/d.txt': b"x" * 10}
    job = make_desk_job(files, fresh_mark())
    receipt = real.desk().deliver(job)
    found = readback(real.kind, receipt.ticket)
    assert found["subject"] == "Grüße: crash 日本 €"
    assert lines(found["body"])[: len(lines(TEXT))] == lines(TEXT)
    assert f"Request {job.request_id}" in found["body"]
    sent = {one["name"]: one["sha256"] for one in found["files"]}
    for name, octets in NAMES.items():
        assert sent[name] == hashlib.sha256(octets).hexdigest()
    assert "request.json" in sent
    odd = [digest for name, digest in sent.items() if name.endswith("d.txt")]
    assert odd == [hashlib.sha256(b"x" * 10).hexdigest()]
    # An empty file arrives, or it is said in the ticket and in the receipt that it did not.
    said = "empty.bin" in found["body"] and "empty.bin" in receipt.note
    assert ("empty.bin" in sent) is not said
    assert "did not keep" not in receipt.note
    if real.kind == "rt":
        assert (found["queue"], found["requestors"]) == ("Support", ["ann@example.org"])
        assert found["fields"] == {"Environment": ["Ubuntu 24.04 é"]}
    elif real.kind == "redmine":
        assert (found["tracker"], found["fields"]) == ("Support", {"Environment": "Ubuntu 24.04 é"})
    if real.kind != "rt":
        assert "Änn Lee <ann@example.org>" in found["body"]


def test_it_is_found_again_by_its_mark_and_nothing_else_is(real: Target) -> None:
    desk, mark = real.desk(), fresh_mark()
    first, second = make_desk_job({}, mark), make_desk_job({}, f"{mark}-follow-up-1")
    assert desk.find(first) is None
    later = desk.deliver(second)
    assert desk.find(first) is None
    earlier = desk.deliver(first)
    assert desk.find(first).ticket == earlier.ticket
    assert desk.find(second).ticket == later.ticket


def test_a_follow_up_is_added_to_its_ticket_once(real: Target) -> None:
    desk, mark = real.desk(), fresh_mark()
    first = desk.deliver(make_desk_job({}, mark))
    follows = Followed(first.ticket, first.url)
    files = {"лог файл.log": b"one more\n", "empty.bin": b""}
    job = make_desk_job(files, f"{mark}-follow-up-1", follows=follows, request_json=None)
    assert desk.find(job) is None
    receipt = desk.deliver(job)
    assert receipt.ticket == first.ticket
    assert desk.find(job).ticket == first.ticket
    other = make_desk_job({}, f"{mark}-follow-up-2", follows=follows, request_json=None)
    assert desk.find(other) is None
    found = readback(real.kind, first.ticket)
    assert "лог файл.log" in [one["name"] for one in found["files"]]


def test_the_largest_that_fits_goes_and_one_octet_more_is_said(real: Target) -> None:
    largest = 5 * 1024 * 1024 if real.kind == "redmine" else 25_000_000
    fits = b"".join(hashlib.sha256(b"%d" % n).digest() for n in range(largest // 32)).ljust(largest, b"\0")
    receipt = real.desk(timeout=120.0).deliver(make_desk_job({"fits.bin": fits}, fresh_mark()))
    (one, _json) = sorted(readback(real.kind, receipt.ticket)["files"], key=lambda file: str(file["name"]))
    assert (one["size"], one["sha256"]) == (largest, hashlib.sha256(fits).hexdigest())
    if real.kind == "redmine":
        receipt = real.desk().deliver(make_desk_job({"over.bin": fits + b"\0", "small.txt": b"s"}, fresh_mark()))
        found = readback(real.kind, receipt.ticket)
        assert sorted(file["name"] for file in found["files"]) == ["request.json", "small.txt"]
        assert "over.bin" in found["body"]
        assert "over.bin" in receipt.note


def test_a_long_subject_stands_whole_in_the_text(real: Target) -> None:
    subject = "Дуже довга тема " * 40
    receipt = real.desk().deliver(make_desk_job({}, fresh_mark(), subject=subject))
    found = readback(real.kind, receipt.ticket)
    whole = subject.strip()
    assert found["subject"] == whole or whole in found["body"]


def test_a_wrong_token_and_a_wrong_queue_are_told_apart(real: Target) -> None:
    assert real.desk().test()
    stranger = Target(real.kind, real.port, real.path, real.queue, Login("agent", "wr0ng-token"), real.settings)
    if real.kind == "rt":
        stranger.login = Login("", "1-31-wr0ng0wr0ng0wr0ng0wr0ng0wr0ng000")
    with pytest.raises(PermanentError) as failure:
        stranger.desk().deliver(make_desk_job({}, fresh_mark()))
    assert failure.value.reason is Reason.LOGIN
    assert "wr0ng" not in failure.value.message + failure.value.answer
    if real.kind != "roundup":
        lost = Target(real.kind, real.port, real.path, "no-such-queue", real.login, real.settings)
        with pytest.raises((PermanentError, TemporaryError)):
            lost.desk().deliver(make_desk_job({}, fresh_mark()))
