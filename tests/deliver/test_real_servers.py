"""Exim, aiosmtpd and Dovecot as they really answer (``../shared/desks``)."""

import itertools
import random
import time
from collections import Counter
from pathlib import Path

import pytest

from support_cli.base.addresses import Address
from support_cli.deliver.base import AmbiguousError, DeliveryError, Job, PermanentError, Reason, State, TemporaryError
from support_cli.deliver.mail.smtp import SmtpDeliverer
from support_cli.deliver.mail.smtp_url import parse_smtp_url
from support_cli.deliver.mail.smtp_wire import Timeouts
from tests.deliver.making import make_envelope, make_job, make_ticket, written
from tests.deliver.proxy import Fault, between
from tests.deliver.reading import body, read
from tests.deliver.servers import counted, delivered

pytestmark = pytest.mark.slow

CA = Path("/tmp/desks/pki/ca.pem")
FILES = {
    "Снимок экрана 日本.png": bytes(range(256)) * 40,
    "empty.txt": b"",
    "latin.txt": "Größe\r\n".encode("latin-1"),
    "lines.log": b"one\ntwo\r\nthree\rfour",
}
_numbers = itertools.count(random.randrange(10**9))


def mail(*receivers: str, size: int = 0, utf8: bool = False, **more: object) -> Job:
    """A message with every kind of attachment, under an id of its own."""
    message_id = f"<real.{next(_numbers)}@desk.test>"
    files = {"big.bin": random.randbytes(size)} if size else FILES
    to = tuple(Address(each) for each in receivers or ("support@desk.test",))
    octets = written(
        make_ticket("Немає інтернету", {"text/plain": "Добрий день!\n.\n"}, files=files),
        make_envelope(message_id=message_id, to=to),
        files=files,
    )
    return make_job(octets, message_id=message_id, receivers=tuple(each.address for each in to), utf8=utf8, **more)


def smtp(url: str, password: str = "s3cret p:ä€", **more: object) -> SmtpDeliverer:
    return SmtpDeliverer(parse_smtp_url(url), **({"password": lambda: password, "ca_file": CA} | more))  # type: ignore[arg-type]


def failing(url: str, job: Job, **more: object) -> DeliveryError:
    with smtp(url, **more) as deliverer, pytest.raises(DeliveryError) as caught:  # type: ignore[arg-type]
        deliverer.deliver(job)
    return caught.value


@pytest.mark.parametrize(
    "url",
    [
        "smtp://localhost:12528",
        "smtp://localhost:12525",
        "smtp+starttls://localhost:12525",
        "smtp+starttls://ann@desk.test@localhost:12587",
        "smtps://ann@desk.test@localhost:12465",
        "smtps://ann@desk.test@127.0.0.1:12465",
    ],
)
def test_exim_gets_everything_octet_for_octet(exim: dict[str, str], url: str) -> None:
    job = mail()
    with smtp(url) as deliverer:
        receipt = deliverer.deliver(job)

    assert receipt.state is State.SENT
    (octets,) = delivered(job.message_id, wait=10)
    message = read(octets)
    assert message["subject"] == "Немає інтернету"
    assert body(message) == "Добрий день!\n.\n"
    found = {part.get_filename(): part.get_payload(decode=True) for part in message.iter_attachments()}
    assert found == FILES


def test_dovecot_submission(dovecot: dict[str, str]) -> None:
    job = mail()
    with smtp("smtp+starttls://support@localhost:12588", "supportpass1") as deliverer:
        deliverer.deliver(job)
    assert len(delivered(job.message_id, wait=10)) == 1

    wrong = failing("smtp+starttls://support@localhost:12588", mail(), password="wrong")
    assert (type(wrong), wrong.reason) == (PermanentError, Reason.LOGIN)


def test_aiosmtpd_takes_the_login(aiosmtpd: dict[str, str]) -> None:
    with smtp("smtp+starttls://ann@desk.test@localhost:12600") as deliverer:
        assert deliverer.deliver(mail()).state is State.SENT
        assert "TLS" in deliverer.test()
    too_big = failing("smtp://localhost:12601", mail(size=1_000_000))
    assert (type(too_big), too_big.reason) == (PermanentError, Reason.SIZE)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("smtp+starttls://localhost:12527", "has expired"),
        ("smtp+starttls://localhost:12529", "belongs to another name"),
        ("smtp+starttls://localhost:12528", "offers no encryption"),
        ("smtps://localhost:12525", "does not speak TLS"),
    ],
)
def test_certificates_that_cannot_be_trusted(exim: dict[str, str], url: str, said: str) -> None:
    error = failing(url, mail())
    assert (type(error), error.reason) == (TemporaryError, Reason.TLS)
    assert said in error.message


def test_an_unknown_authority(exim: dict[str, str], tmp_path: Path) -> None:
    error = failing("smtps://ann@localhost:12465", mail(), ca_file=None)
    assert "authority that this computer does not know" in error.message
    assert "smtp.ca_file" in (error.hint or "")


@pytest.mark.parametrize("user", ["ann@desk.test", "nobody"])
def test_a_wrong_password_is_final(exim: dict[str, str], user: str) -> None:
    error = failing(f"smtps://{user}@localhost:12465", mail(), password="wrong pässword")
    assert (type(error), error.reason) == (PermanentError, Reason.LOGIN)
    assert "wrong" not in error.message


def test_a_login_that_is_missing(exim: dict[str, str]) -> None:
    error = failing("smtps://localhost:12465", mail())
    assert (type(error), error.reason) == (PermanentError, Reason.LOGIN)
    assert "only after a login" in error.message


@pytest.mark.parametrize(
    ("receiver", "kind", "reason"),
    [
        ("busy@desk.test", TemporaryError, Reason.SERVER_ERROR),
        ("full@desk.test", TemporaryError, Reason.QUOTA),
        ("dropme@desk.test", PermanentError, Reason.REFUSED),
        ("rejectdata@desk.test", PermanentError, Reason.CONTENT),
        ("deferdata@desk.test", TemporaryError, Reason.SERVER_ERROR),
        ("unknown@desk.test", PermanentError, Reason.ADDRESS),
        ("somebody@elsewhere.example", PermanentError, Reason.ADDRESS),
    ],
)
def test_receivers_that_cannot_be_reached(
    exim: dict[str, str], receiver: str, kind: type[DeliveryError], reason: Reason
) -> None:
    error = failing("smtp://localhost:12525", mail(receiver))
    assert (type(error), error.reason) == (kind, reason), error.message


def test_the_size_limit_with_and_without_notice(exim: dict[str, str]) -> None:
    announced = failing("smtp://localhost:12525", mail(size=1_000_000))
    assert (type(announced), announced.reason) == (PermanentError, Reason.SIZE)
    assert "at most" in announced.message
    unannounced = failing("smtp://localhost:12528", mail(size=1_000_000))
    assert (type(unannounced), unannounced.reason) == (PermanentError, Reason.SIZE)


def test_greylisting_passes_on_the_second_try(exim: dict[str, str]) -> None:
    job = mail(sender=f"new{time.time_ns()}@desk.test")
    error = failing("smtp://localhost:12526", job)
    assert (type(error), error.reason) == (TemporaryError, Reason.GREYLISTED), error.message

    time.sleep(3.2)
    smtp("smtp://localhost:12526").deliver(job)
    assert len(delivered(job.message_id, wait=10)) == 1


def test_addresses_beyond_ascii(exim: dict[str, str]) -> None:
    job = mail("süpport@desk.test", utf8=True)
    smtp("smtp://localhost:12525").deliver(job)
    (octets,) = delivered(job.message_id, "suepport", wait=10)
    assert "To: süpport@desk.test".encode() in octets
    bare = failing("smtp://localhost:12528", mail("süpport@desk.test", utf8=True))
    assert (type(bare), bare.reason) == (PermanentError, Reason.UNSUPPORTED)


def test_blind_copies_arrive_and_are_not_seen(exim: dict[str, str]) -> None:
    message_id = f"<real.{next(_numbers)}@desk.test>"
    envelope = make_envelope(message_id=message_id, bcc=(Address("billing@desk.test"),))
    job = make_job(
        written(envelope=envelope), message_id=message_id, receivers=tuple(e.address for e in envelope.receivers)
    )
    smtp("smtp://localhost:12525").deliver(job)
    (seen,) = delivered(message_id, wait=10)
    (hidden,) = delivered(message_id, "billing", wait=10)
    for octets in (seen, hidden):
        headers = octets.split(b"\n\n")[0].split(b"\n")
        assert not any(b"billing" in line for line in headers if not line.lower().startswith((b"envelope-to", b"for ")))


def test_every_ending_of_a_broken_connection_is_told_truthfully(exim: dict[str, str]) -> None:
    told = fault_runs(60, seed=7)
    assert sum(told.values()) == 60
    # Otherwise the faults did not come where they matter.
    assert told["sent"]
    assert told["TemporaryError"]
    assert told["AmbiguousError, received 1"]


def fault_runs(runs: int, seed: int) -> Counter[str]:
    """Breaks connections at random places and compares what was said with what Exim has."""
    chance = random.Random(seed)
    sample = mail()
    with between(12528) as proxy:
        smtp(f"smtp://localhost:{proxy.port}").deliver(sample)
        whole = proxy.passed
    told: Counter[str] = Counter()
    outcomes: list[tuple[str, str]] = []
    for _run in range(runs):
        direction = chance.choice(["up", "down"])
        # The end of the conversation is where lies are made: half of all faults go there.
        total = whole[direction]
        after = chance.randrange(total) if chance.random() < 0.5 else total - chance.randrange(min(total, 60))
        kind = chance.choice(["close", "reset", "stall", "garbage"])
        job = mail()
        with between(12528, Fault(direction, after, kind)) as proxy:  # type: ignore[arg-type]
            deliverer = smtp(f"smtp://localhost:{proxy.port}", timeouts=Timeouts(2, 0.5, 0.5))
            try:
                outcome = deliverer.deliver(job).state.value
            except DeliveryError as error:
                outcome = type(error).__name__
        outcomes.append((job.message_id, outcome))
    # What Exim took is delivered by processes of its own: those that we were told of must all turn up.
    sent = {message_id for message_id, outcome in outcomes if outcome == "sent"}
    deadline = time.monotonic() + 20
    while not sent <= set(received := counted()) and time.monotonic() < deadline:
        time.sleep(0.2)
    time.sleep(1)
    received = counted()
    for message_id, outcome in outcomes:
        allowed = {"sent": (1,), AmbiguousError.__name__: (0, 1)}.get(outcome, (0,))
        assert received[message_id] in allowed, (message_id, outcome, received[message_id])
        told_of = f", received {received[message_id]}" if outcome == AmbiguousError.__name__ else ""
        told[f"{outcome}{told_of}"] += 1
    return told
