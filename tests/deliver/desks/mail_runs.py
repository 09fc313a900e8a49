"""Deliveries by SMTP to a real Exim over a bad line.

A mail server cannot be asked: where an attempt left doubt, the customer is told and nothing is sent again by itself;
when the customer wants it sent again, it may come twice, and that is what was said.
"""

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from support_cli.cases.database import Database
from support_cli.cases.outbox import Outbox
from support_cli.cases.records import Message, MessageState
from support_cli.deliver.mail.smtp import SmtpDeliverer
from support_cli.deliver.mail.smtp_url import parse_smtp_url
from support_cli.deliver.mail.smtp_wire import Timeouts
from support_cli.environment import Bench, Mail
from support_cli.requests import outbox as attempt
from tests.deliver import servers
from tests.deliver.desks.asking import fresh_mark
from tests.deliver.desks.counting import FILES, Clock, Table, make_bench, outbox_at
from tests.deliver.desks.faults import Fault
from tests.deliver.desks.smtp_faults import KINDS, mail_between
from tests.deliver.making import make_envelope, make_ticket, written
from tests.deliver.reading import read

PORT = 12525
SPOOL = servers.RUNNING / "exim" / "spool" / "main" / "input"
Killer = Callable[[Path, str, timedelta, random.Random | None], None]


def bench_for(database: Database, clock: Clock, port: int, timeout: float = 30.0) -> Bench:
    def make() -> SmtpDeliverer:
        return SmtpDeliverer(parse_smtp_url(f"smtp://localhost:{port}"), timeouts=Timeouts(timeout, timeout, timeout))

    return make_bench(database, clock, mail=Mail("smtp", make))


def store(database: Database, mark: str) -> Message:
    """Stores a mail as sending does."""
    message_id = f"<{mark}.runs@desk.test>"
    octets = written(make_ticket(f"Grüße 日本 {mark}", files=FILES), make_envelope(message_id=message_id), FILES)
    return Outbox(database).add(
        mark,
        "mail",
        [octets],
        datetime.now(UTC),
        envelope={"kind": "email", "sender": "ann@desk.test", "receivers": ["support@desk.test"], "utf8": False},
        message_id=message_id,
    )


def received(message_id: str, at_least: int = 0) -> list[bytes]:
    """What lies in the mailbox, once Exim has nothing more to do; waits for so many."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        busy = any(path.name.endswith("-H") for path in SPOOL.rglob("*")) if SPOOL.exists() else False
        found = servers.delivered(message_id)
        if not busy and len(found) >= at_least:
            return found
        time.sleep(0.05)
    return servers.delivered(message_id)


def run(folder: Path, table: Table, rng: random.Random, turn: int, killer: Killer | None) -> None:
    """One delivery, with a fault or a killed sender; half of the customers wait, half of them send again."""
    kind = "kill -9" if killer else list(KINDS)[turn % len(KINDS)]
    mark, name = fresh_mark(), f"exim: {kind}"
    table.runs[name] += 1
    clock, wants_it_again = Clock(), rng.random() < 0.5
    with mail_between(PORT, Fault(kind, 0, rng.choice([1, 1, 2]))) as proxy, outbox_at(folder) as database:
        message = store(database, mark)
        for number in range(6):
            if killer:
                killer(folder, "exim", clock.ahead, rng if number < 5 and not message.uncertain else None)
                outbox = Outbox(database)
                outbox.recover(clock())
                message = outbox.get(mark)
                time.sleep(0.2)
            else:
                bench = bench_for(database, clock, proxy.port, 0.5 if number == 0 and "stalled" in kind else 30.0)
                (message,) = attempt.send_waiting(bench)
                proxy.settle()
            table.attempts[name] += 1
            table.last_step[name] += number == 0 and not killer
            table.doubtful[name] += message.uncertain
            judge(message, len(received(message.message_id, proxy.committed)), table, name)
            if message.state is not MessageState.QUEUED or message.uncertain:
                break
            clock.ahead += timedelta(days=8)
        again = message.uncertain and wants_it_again
        if message.uncertain:
            message = doubt(database, clock, message, table, name, again)
    finish(message, table, name, most=2 if again else 1)


def doubt(database: Database, clock: Clock, message: Message, table: Table, name: str, again: bool) -> Message:
    """Nothing is sent by itself any more; the customer may want it."""
    before = len(received(message.message_id))
    clock.ahead += timedelta(days=8)
    bench = bench_for(database, clock, PORT)
    for _time in range(2):
        (message,) = attempt.send_waiting(bench)
        clock.ahead += timedelta(days=8)
    if len(received(message.message_id)) != before or not message.uncertain:
        table.untrue[name] += 1
        table.words.append(f"{name}: sent again although nobody wanted it")
    if again:
        message = attempt.attempt(bench, message.id, sure=True)
        found = len(received(message.message_id, before + 1))
        table.chosen[name] += found > 1
        if (message.state, found) != (MessageState.SENT, before + 1):
            table.untrue[name] += 1
            table.words.append(f"{name}: {message.state} after it was wanted, {before} before and {found} now")
    return message


def judge(message: Message, count: int, table: Table, name: str) -> None:
    """Compares what we say with what lies in the mailbox."""
    allowed = {MessageState.SENT: (1,), MessageState.QUEUED: (0, 1) if message.uncertain else (0,)}
    if count not in allowed.get(message.state, ()):
        table.untrue[name] += 1
        table.words.append(f"{name}: said {message.state} {message.reason!r}, {count} arrived")


def finish(message: Message, table: Table, name: str, *, most: int) -> None:
    found = received(message.message_id)
    if len(found) > most:
        table.doubled[name] += 1
    told = message.state is MessageState.SENT or (message.state is MessageState.QUEUED and message.uncertain)
    whole = all(
        {part.get_filename(): part.get_payload(decode=True) for part in read(octets).iter_attachments()} == FILES
        for octets in found
    )
    if not told or not whole or (message.state is MessageState.SENT and not found):
        table.lost[name] += 1
        table.words.append(f"{name}: ended as {message.state}: {message.reason}; {len(found)} arrived")
