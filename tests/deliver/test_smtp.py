"""SMTP: what is said to the server, and that every ending is told truthfully."""

import base64
import contextlib
import hashlib
import io
import itertools
import os
import socket
import subprocess
import sys
import threading
import time
import traceback
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.smtp import SINK
from support_cli.base.addresses import AddressError
from support_cli.deliver.base import AmbiguousError, DeliveryError, PermanentError, Reason, State, TemporaryError
from support_cli.deliver.mail.headers import dot_stuffed
from support_cli.deliver.mail.smtp import SmtpDeliverer
from support_cli.deliver.mail.smtp_url import parse_smtp_url
from support_cli.deliver.mail.smtp_wire import Timeouts
from tests.deliver.making import make_job
from tests.deliver.serving import DROP, STALL, Server, decoded, serving
from tests.table import each

PATIENT, IMPATIENT = Timeouts(20, 20, 20), Timeouts(5, 0.3, 0.3)
PASSWORD = "s3cret p:ä€"
OFFERS = "250-desk\r\n250-{}\r\n250 8BITMIME"


def smtp(server: Server, user: str = "", **more: object) -> SmtpDeliverer:
    url = server.url.replace("://", f"://{user}@") if user else server.url
    return SmtpDeliverer(parse_smtp_url(url), **({"timeouts": PATIENT} | more))  # type: ignore[arg-type]


def test_a_message_arrives_as_it_was_stored() -> None:
    octets = b"Subject: dots\r\n\r\n.\r\n..two\r\nFrom here\r\nno end"
    with serving() as server, smtp(server) as deliverer:
        receipt = deliverer.deliver(make_job(octets))

    (received,) = server.messages
    assert received.replace(b"\r\n..", b"\r\n.") == octets + b"\r\n"
    assert server.lines[1] == f"MAIL FROM:<ann@desk.test> SIZE={len(octets)}"
    assert server.lines[2] == "RCPT TO:<support@desk.test>"
    assert receipt.state is State.SENT
    assert receipt.answer == "250 ok id=1"
    assert receipt.digest.startswith("sha256:")
    assert receipt.to == "support@desk.test"


@given(
    st.lists(st.sampled_from([b".", b"\r\n", b"a", b"\r\n.\r\n", b"\r", b"\n", b""]), max_size=12),
    st.lists(st.integers(0, 40), max_size=6),
)
def test_dots_are_doubled_wherever_the_pieces_are_cut(words: list[bytes], cuts: list[int]) -> None:
    whole = b"".join(words)
    places = sorted({0, len(whole), *(cut for cut in cuts if cut < len(whole))})
    pieces = [whole[start:end] for start, end in itertools.pairwise(places)]

    stuffed = b"".join(dot_stuffed(pieces))

    assert stuffed == b"".join(dot_stuffed([whole]))
    assert b"\r\n.\r\n" not in b"\r\n" + stuffed
    assert ("\r\n" + stuffed.decode()).replace("\r\n.", "\r\n").removeprefix("\r\n") in (
        whole.decode(),
        whole.decode() + "\r\n",
    )


# Stage at which something happens, what, and what is true then.
ENDINGS = [
    ({"GREETING": DROP}, TemporaryError, Reason.CONNECTION),
    ({"GREETING": STALL}, TemporaryError, Reason.TIMEOUT),
    ({"GREETING": "SSH-2.0-OpenSSH_9.2"}, TemporaryError, Reason.SERVER_ERROR),
    ({"GREETING": "\x00\xff" * 9000}, TemporaryError, Reason.SERVER_ERROR),
    ({"GREETING": "220-x\r\n" * 500}, TemporaryError, Reason.SERVER_ERROR),
    ({"GREETING": "554 no service"}, PermanentError, Reason.REFUSED),
    ({"GREETING": "421 too busy"}, TemporaryError, Reason.CONNECTION),
    ({"EHLO": DROP}, TemporaryError, Reason.CONNECTION),
    ({"EHLO": "250-a\r\n251 b"}, TemporaryError, Reason.SERVER_ERROR),
    ({"MAIL": DROP}, TemporaryError, Reason.CONNECTION),
    ({"MAIL": STALL}, TemporaryError, Reason.TIMEOUT),
    ({"MAIL": "452 4.3.1 no room"}, TemporaryError, Reason.QUOTA),
    ({"MAIL": "530 5.7.0 Authentication required"}, PermanentError, Reason.LOGIN),
    ({"MAIL": "552 5.3.4 too big"}, PermanentError, Reason.SIZE),
    ({"MAIL": "553 5.1.8 sender unknown"}, PermanentError, Reason.ADDRESS),
    ({"RCPT": DROP}, TemporaryError, Reason.CONNECTION),
    ({"RCPT": "550 5.1.1 Unknown user"}, PermanentError, Reason.ADDRESS),
    ({"RCPT": "550 relay not permitted"}, PermanentError, Reason.ADDRESS),
    ({"RCPT": "552 5.2.2 mailbox full"}, PermanentError, Reason.QUOTA),
    ({"RCPT": "450 4.2.0 Greylisted, see http://example.com"}, TemporaryError, Reason.GREYLISTED),
    ({"RCPT": "451 4.7.1 Please try again later"}, TemporaryError, Reason.GREYLISTED),
    ({"RCPT": "450 4.3.2 try again later"}, TemporaryError, Reason.SERVER_ERROR),
    ({"RCPT": "452 4.2.2 Mailbox full"}, TemporaryError, Reason.QUOTA),
    ({"RCPT": "451 4.7.28 rate limit exceeded"}, TemporaryError, Reason.RATE_LIMITED),
    ({"RCPT": "550 5.7.1 Go away\r\n" + DROP}, PermanentError, Reason.REFUSED),
    ({"DATA": "554 5.7.1 no"}, PermanentError, Reason.CONTENT),
    ({"DATA": DROP}, TemporaryError, Reason.CONNECTION),
    ({"DATA": "250 what"}, TemporaryError, Reason.SERVER_ERROR),
    ({"BODY": DROP}, TemporaryError, Reason.CONNECTION),
    ({"END": "552 5.2.3 too big"}, PermanentError, Reason.SIZE),
    ({"END": "550 5.7.1 content"}, PermanentError, Reason.CONTENT),
    ({"END": "554 5.6.0 broken"}, PermanentError, Reason.UNSUPPORTED),
    ({"END": "451 4.3.0 scanner down"}, TemporaryError, Reason.SERVER_ERROR),
    ({"END": "421 4.3.0 going down"}, TemporaryError, Reason.CONNECTION),
    ({"END": DROP}, AmbiguousError, Reason.UNCLEAR),
    ({"END": STALL}, AmbiguousError, Reason.UNCLEAR),
    ({"END": "hello?"}, AmbiguousError, Reason.UNCLEAR),
    ({"END": "334 VXNlcg=="}, AmbiguousError, Reason.UNCLEAR),
    ({"END": "25" + DROP}, AmbiguousError, Reason.UNCLEAR),
]


@each(("answers", "kind", "reason"), ENDINGS)
def test_every_ending_is_told_truthfully(answers: dict[str, str], kind: type[DeliveryError], reason: Reason) -> None:
    committed: list[int] = []
    octets = b"Subject: x\r\n\r\n" + (b"x" * 900 + b"\r\n") * 4_000
    with (
        serving(**({"EHLO": "250 desk"} | answers)) as server,
        smtp(server, timeouts=IMPATIENT if STALL in answers.values() else PATIENT) as deliverer,
        pytest.raises(DeliveryError) as caught,
    ):
        deliverer.deliver(make_job(octets, before_commit=lambda: committed.append(1)))

    assert type(caught.value) is kind, caught.value
    assert caught.value.reason is reason
    assert caught.value.exit_code == (5 if kind is PermanentError else 6)
    # Whoever dies before the commit has delivered nothing; what is ambiguous always comes after it.
    assert bool(committed) == ("END" in answers)
    assert bool(server.messages) == (kind is AmbiguousError)
    assert caught.value.message.endswith(".") or caught.value.answer
    assert str(server.port) in (caught.value.where or "")


def test_a_refusal_in_the_middle_of_a_message_is_heard() -> None:
    octets = b"x" * 70 + b"\r\n"
    with (
        serving(EHLO="250 desk", BODY="552 5.3.4 larger than we take\r\n" + DROP) as server,
        smtp(server) as deliverer,
        pytest.raises(DeliveryError) as caught,
    ):
        deliverer.deliver(make_job(octets * 200_000))

    # The system may throw away what was received before the reset; then at least nothing is claimed.
    assert (type(caught.value), caught.value.reason) in (
        (PermanentError, Reason.SIZE),
        (TemporaryError, Reason.CONNECTION),
    )


@each(
    ("answer", "seconds"),
    [
        ("450 4.7.1 Greylisted for 300 seconds", 300),
        ("451 greylisting: try again in 5 minutes", 300),
        ("450 4.2.0 graylisted, 00:04:59 left", 299),
        ("450 greylisted", None),
        ("450 greylisted for 99999 hours", 86400),
    ],
)
def test_the_wait_that_a_server_asks_for_is_kept(answer: str, seconds: float | None) -> None:
    with serving(RCPT=answer) as server, smtp(server) as deliverer, pytest.raises(TemporaryError) as caught:
        deliverer.deliver(make_job())
    assert caught.value.reason is Reason.GREYLISTED
    assert caught.value.retry_after == seconds


def test_nobody_listening_is_no_connection() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"smtp://127.0.0.1:{probe.getsockname()[1]}"
        with pytest.raises(TemporaryError) as caught:
            SmtpDeliverer(parse_smtp_url(url)).deliver(make_job())
    assert caught.value.reason is Reason.CONNECTION


def test_a_server_that_drips_is_not_waited_for_forever() -> None:
    def drip(listener: socket.socket) -> None:
        connection, _peer = listener.accept()
        with contextlib.suppress(OSError):
            while True:
                connection.sendall(b"2")
                time.sleep(0.05)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=drip, args=(listener,), daemon=True).start()
        url = f"smtp://127.0.0.1:{listener.getsockname()[1]}"
        with pytest.raises(TemporaryError) as caught:
            SmtpDeliverer(parse_smtp_url(url), timeouts=IMPATIENT).deliver(make_job())
    assert caught.value.reason is Reason.TIMEOUT


def test_the_size_is_asked_before_anything_is_sent() -> None:
    with serving(EHLO=OFFERS.format("SIZE 1000")) as server, smtp(server) as deliverer:
        with pytest.raises(PermanentError, match=r"has 2\.0.kB.* takes 1\.0.kB at most") as caught:
            deliverer.deliver(make_job(b"x" * 2000))
        assert caught.value.reason is Reason.SIZE
        assert not any(line.startswith("MAIL") for line in server.lines)
        assert deliverer.deliver(make_job(b"x" * 100)).state is State.SENT
        assert server.connections == 1


@each("stated", ["SIZE", "SIZE 0", "SIZE abc", "SIZE " + "9" * 40])
def test_a_size_that_says_nothing_limits_nothing(stated: str) -> None:
    with serving(EHLO=OFFERS.format(stated)) as server, smtp(server) as deliverer:
        assert deliverer.deliver(make_job()).state is State.SENT


def test_some_receivers_may_be_refused_but_never_put_off() -> None:
    def answer(line: str) -> str:
        return "550 5.1.1 unknown" if "gone" in line else "450 4.3.2 later" if "busy" in line else "250 ok"

    with serving(RCPT=answer) as server, smtp(server) as deliverer:
        receipt = deliverer.deliver(make_job(receivers=("support@desk.test", "gone@desk.test")))
        assert receipt.to == "support@desk.test"
        assert receipt.refused == {"gone@desk.test": "550 5.1.1 unknown"}

        with pytest.raises(TemporaryError, match="busy@desk"):
            deliverer.deliver(make_job(receivers=("support@desk.test", "busy@desk.test")))
        with pytest.raises(PermanentError, match="gone@desk"):
            deliverer.deliver(make_job(receivers=("gone@desk.test", "ann@desk.test"), cc=("ann@desk.test",)))
        assert len(server.messages) == 1
        assert deliverer.deliver(make_job()).state is State.SENT
        assert server.connections == 1


def test_many_messages_go_over_one_connection_as_long_as_the_server_lets_them() -> None:
    counted: list[int] = []

    def answer(_line: str) -> str:
        counted.append(1)
        return "421 too many messages" + "\r\n" + DROP if len(counted) % 10 == 0 else "250 ok"

    with serving(MAIL=answer) as server, smtp(server) as deliverer:
        for _turn in range(50):
            deliverer.deliver(make_job())

    assert len(server.messages) == 50
    assert server.connections <= 7


def test_a_connection_that_went_stale_is_renewed() -> None:
    with serving() as server, smtp(server) as deliverer:
        deliverer.deliver(make_job())
        for connection in server._open:
            connection.shutdown(socket.SHUT_RDWR)
        deliverer.deliver(make_job())
    assert len(server.messages) == 2


@each("offer", ["PLAIN LOGIN", "LOGIN", "login plain", "=PLAIN"])
def test_logins_in_any_script(offer: str) -> None:
    asked: list[int] = []

    def password() -> str:
        asked.append(1)
        return "s3cret p:a\u0308€"  # typed on a keyboard that composes

    line = f"AUTH{offer}" if offer.startswith("=") else f"AUTH {offer}"
    with serving(EHLO=OFFERS.format(line)) as server, smtp(server, "ann@desk.test", password=password) as deliverer:
        deliverer.deliver(make_job())
        deliverer.deliver(make_job())

    said = next(line for line in server.lines if line.startswith("AUTH"))
    way, *rest = said.split()[1:]
    words = decoded(rest[0]).split("\0")[1:] if way == "PLAIN" else [decoded(each) for each in rest]
    assert words == ["ann@desk.test", PASSWORD]
    assert asked == [1]


def test_oauth_tokens() -> None:
    with serving(EHLO=OFFERS.format("AUTH PLAIN XOAUTH2")) as server:
        smtp(server, "ann@desk.test", token=lambda: "ya29.token\n").deliver(make_job())
        assert decoded(server.lines[1].split()[2]) == "user=ann@desk.test\1auth=Bearer ya29.token\1\1"

    def refuse(line: str) -> str:
        return "535 5.7.8 expired" if len(line.split()) > 3 or line.endswith(" ") else "334 eyJzdGF0dXMiOiI0MDEifQ=="

    with serving(EHLO=OFFERS.format("AUTH XOAUTH2"), AUTH=refuse) as server, pytest.raises(PermanentError) as caught:
        smtp(server, "ann@desk.test", token=lambda: "ya29.token").deliver(make_job())
    assert caught.value.reason is Reason.LOGIN


@pytest.mark.parametrize(("answer", "kind"), [("535 5.7.8 no", PermanentError), ("454 4.7.0 later", TemporaryError)])
def test_a_login_that_fails(answer: str, kind: type[DeliveryError]) -> None:
    with serving(AUTH=answer) as server, pytest.raises(kind):
        smtp(server, "ann", password=lambda: PASSWORD).deliver(make_job())


def test_no_password_shows_anywhere_even_where_the_server_repeats_it() -> None:
    encoded = base64.b64encode(f"\0ann\0{PASSWORD}".encode()).decode()
    with serving(AUTH=f"535 bad login {PASSWORD} {encoded}") as server, pytest.raises(PermanentError) as caught:
        smtp(server, "ann", password=lambda: PASSWORD).deliver(make_job())

    shown = "".join(traceback.format_exception(caught.value)) + caught.value.message + caught.value.answer
    assert PASSWORD not in shown
    assert encoded not in shown
    assert "***" in shown


def test_logins_that_cannot_be() -> None:
    with serving(EHLO="250 desk") as server, pytest.raises(PermanentError, match="no way to log in"):
        smtp(server, "ann", password=lambda: PASSWORD).deliver(make_job())
    with serving() as server, pytest.raises(PermanentError, match="no password"):
        smtp(server, "ann").deliver(make_job())


def test_internationalised_addresses_need_a_server_that_carries_them() -> None:
    job = make_job(receivers=("süpport@bücher.example",), utf8=True)
    with serving(EHLO=OFFERS.format("SMTPUTF8")) as server:
        smtp(server).deliver(job)
        assert server.lines[1].endswith(" BODY=8BITMIME SMTPUTF8")
        assert server.lines[2] == "RCPT TO:<süpport@xn--bcher-kva.example>"
    with serving(EHLO="250 desk") as server, pytest.raises(PermanentError) as caught:
        smtp(server).deliver(job)
    assert caught.value.reason is Reason.UNSUPPORTED


def test_a_server_with_manners_of_its_own() -> None:
    strange = {
        "GREETING": "220-Willkommen \xfc\r\n220-\r\n220",
        "EHLO": "521 no such thing here",
        "HELO": "250\tmoin",
        "MAIL": "200 fine",
        "RCPT": "252-cannot say\r\n252 but will try",
        "DATA": "354-go\n354 on",
        "END": "226",
    }
    with serving(**strange) as server:  # type: ignore[arg-type]
        receipt = SmtpDeliverer(parse_smtp_url(server.url)).deliver(make_job())
    assert receipt.state is State.SENT
    assert len(server.messages) == 1


def test_a_server_that_knows_no_ehlo() -> None:
    with serving(EHLO="502 what") as server:
        assert smtp(server).deliver(make_job()).state is State.SENT
    assert server.lines[1].startswith("HELO ")
    assert server.lines[2] == "MAIL FROM:<ann@desk.test>"


@each("bad", ["a@b.c>\r\nRCPT TO:<x@y.z", "a b@c.d", "x@y.z> SIZE=1", ""])
def test_addresses_bring_no_command_along(bad: str) -> None:
    with serving() as server:
        for job in (make_job(receivers=(bad,)), make_job(sender=bad)):
            with pytest.raises(AddressError):
                smtp(server).deliver(job)
        assert not any(line.startswith("MAIL") for line in server.lines)


def test_damage_found_while_sending_ends_without_the_dot() -> None:
    with serving() as server, smtp(server) as deliverer:
        with pytest.raises(PermanentError, match="damaged"):
            deliverer.deliver(make_job(digest="sha256:00"))
        assert deliverer.deliver(make_job()).state is State.SENT
    assert len(server.messages) == 1
    assert server.connections == 2


def test_whatever_fails_before_the_commit_has_delivered_nothing() -> None:
    def fail() -> None:
        raise KeyboardInterrupt

    with serving() as server, smtp(server) as deliverer:
        with pytest.raises(KeyboardInterrupt):
            deliverer.deliver(make_job(before_commit=fail))
        deliverer.close()
    assert server.messages == []


def test_encryption_that_is_not_offered_is_not_done_without() -> None:
    with serving() as server:
        url = f"smtp+starttls://ann@127.0.0.1:{server.port}"
        with pytest.raises(TemporaryError, match="offers no encryption") as caught:
            SmtpDeliverer(parse_smtp_url(url), password=lambda: PASSWORD).deliver(make_job())
        assert caught.value.reason is Reason.TLS
        assert [line.split()[0] for line in server.lines] == ["EHLO"]


def test_text_smuggled_in_before_encryption_is_not_taken() -> None:
    with serving(EHLO="250 STARTTLS", STARTTLS="220 go\r\n250 injected") as server:
        server.answers["EHLO"] = "250-desk\r\n250 STARTTLS"
        with pytest.raises(TemporaryError) as caught:
            SmtpDeliverer(parse_smtp_url(f"smtp+starttls://127.0.0.1:{server.port}")).deliver(make_job())
    assert caught.value.reason is Reason.TLS


def test_plain_text_on_a_port_that_should_be_encrypted() -> None:
    with serving() as server, pytest.raises(TemporaryError, match="does not speak TLS") as caught:
        SmtpDeliverer(parse_smtp_url(f"smtps://127.0.0.1:{server.port}")).deliver(make_job())
    assert caught.value.reason is Reason.TLS


def test_answers_cannot_touch_the_terminal() -> None:
    with (
        serving(RCPT="550 5.1.1 \x1b[31mred\x07\u202e " + "x" * 2000) as server,
        pytest.raises(PermanentError) as caught,
    ):
        smtp(server).deliver(make_job())
    assert "\x1b" not in caught.value.message
    assert "\u202e" not in caught.value.message
    assert len(caught.value.message) < 500


def test_a_server_cannot_be_asked() -> None:
    with serving() as server, pytest.raises(TemporaryError):
        smtp(server).find(make_job())


def test_trying_the_way_sends_nothing() -> None:
    with serving() as server, smtp(server, "ann", password=lambda: PASSWORD) as deliverer:
        said = deliverer.test()
    assert "login of ann was accepted" in said
    assert "1.0\xa0MB" in said
    assert not {"MAIL", "RCPT", "DATA"} & {line.split()[0] for line in server.lines}


def test_memory_does_not_grow_with_the_message() -> None:
    line = b"x" * 76 + b"\r\n"
    size = len(line) * 320_000  # 25 MB
    digest = hashlib.sha256()
    for _turn in range(320):
        digest.update(line * 1000)

    class Lines(io.RawIOBase):
        left = 320_000

        def read(self, count: int = -1) -> bytes:
            taken = min(max(count // len(line), 1), self.left)
            self.left -= taken
            return line * taken

    job = make_job(open=Lines, size=size, digest=f"sha256:{digest.hexdigest()}")
    with subprocess.Popen([sys.executable, "-c", SINK], stdout=subprocess.PIPE, text=True) as sink:
        assert sink.stdout is not None
        deliverer = SmtpDeliverer(parse_smtp_url(f"smtp://127.0.0.1:{sink.stdout.readline().strip()}"))
        tracemalloc.start()
        receipt = deliverer.deliver(job)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        deliverer.close()
        sink.kill()

    assert receipt.size == size
    assert peak < 2_000_000


def test_progress_is_told() -> None:
    seen: list[int] = []
    with serving(EHLO="250 desk") as server:
        smtp(server).deliver(
            make_job(os.urandom(300_000).replace(b"\r", b"").replace(b"\n", b""), progress=seen.append)
        )
    assert len(seen) > 3
    assert seen == sorted(seen)


# --- Words out of turn ------------------------------------------------------------------------------


@each(
    "answers",
    [
        {"DATA": "354 go\r\n250 ok", "END": "554 spam"},
        {"DATA": "354 go\r\n250 ok", "END": "250 ok"},
        {"RCPT": "250 ok\r\n354 go", "DATA": "554 no"},
        {"MAIL": "250 ok\r\n250 ok", "RCPT": "550 nobody"},
        {"EHLO": "250 desk\r\n250 ok", "MAIL": "550 no"},
        {"GREETING": "220 hello\r\n250 desk\r\n250 ok"},
    ],
)
def test_what_was_not_asked_is_never_an_answer(answers: dict[str, str]) -> None:
    # Long enough that what was said too early has arrived before the end of the message.
    job = make_job(b"Subject: x\r\n\r\n" + b"line\r\n" * 120_000)
    with serving(**answers) as server, smtp(server) as deliverer, pytest.raises(TemporaryError) as failure:
        deliverer.deliver(job)
    assert "answered before it was asked" in failure.value.message


def test_a_last_answer_that_is_followed_by_another_leaves_doubt() -> None:
    with (
        serving(END="250 ok\r\n554 spam") as server,
        smtp(server) as deliverer,
        pytest.raises(AmbiguousError, match="It may have taken the message"),
    ):
        deliverer.deliver(make_job(b"Subject: x\r\n\r\nbody\r\n"))


def test_a_refusal_in_the_middle_is_told_as_one() -> None:
    with (
        serving(DATA="354 go\r\n552 too large") as server,
        smtp(server) as deliverer,
        pytest.raises(PermanentError, match="too large"),
    ):
        deliverer.deliver(make_job(b"Subject: x\r\n\r\n" + b"line\r\n" * 120_000))


@each("answers", [{"DATA": "250 ok"}, {"MAIL": "354 go"}, {"RCPT": "334 more"}, {"GREETING": "354 go"}])
def test_an_answer_to_something_else_is_not_repeated_as_a_refusal(answers: dict[str, str]) -> None:
    with serving(**answers) as server, smtp(server) as deliverer, pytest.raises(TemporaryError) as failure:
        deliverer.deliver(make_job())
    assert "does not answer like a mail server" in failure.value.message
    assert "ok" not in failure.value.message


def test_a_login_that_wants_encryption_first_is_said() -> None:
    offers = "250-desk\r\n250 STARTTLS"
    with (
        serving(EHLO=offers) as server,
        smtp(server, "ann", password=lambda: PASSWORD) as deliverer,
        pytest.raises(PermanentError, match="only over an encrypted connection") as failure,
    ):
        deliverer.deliver(make_job())
    assert "smtp+starttls://ann@127.0.0.1" in (failure.value.hint or "")


@each("answers", [{"MAIL": "530 5.7.0 Must issue a STARTTLS command first"}, {"AUTH": "538 5.7.11 STARTTLS first"}])
def test_a_server_that_wants_encryption_first_is_said(answers: dict[str, str]) -> None:
    with (
        serving(**answers) as server,
        smtp(server, "ann" if "AUTH" in answers else "", password=lambda: PASSWORD) as deliverer,
        pytest.raises(PermanentError, match="only over an encrypted connection") as failure,
    ):
        deliverer.deliver(make_job())
    assert "smtp+starttls://" in (failure.value.hint or "")


def test_each_of_several_receivers_is_told_as_what_became_of_it() -> None:
    def receivers(line: str) -> str:
        return "550 5.1.1 unknown" if "gone" in line else "452 4.2.2 full" if "full" in line else "250 ok"

    everybody = ("support@desk.test", "gone@desk.test", "second@desk.test", "gone2@desk.test")
    with serving(RCPT=receivers) as server, smtp(server) as deliverer:
        receipt = deliverer.deliver(make_job(receivers=everybody))
        assert receipt.to == "support@desk.test, second@desk.test"
        assert dict(receipt.refused) == {each: "550 5.1.1 unknown" for each in everybody if "gone" in each}
        with pytest.raises(TemporaryError, match=r"mailbox of full@desk\.test"):
            deliverer.deliver(make_job(receivers=(*everybody, "full@desk.test")))
        with pytest.raises(PermanentError, match=r"gone@desk\.test"):
            deliverer.deliver(make_job(receivers=("gone@desk.test", "gone2@desk.test")))
    assert len(server.messages) == 1
