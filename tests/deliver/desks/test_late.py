"""A desk that takes the ticket after our patience has ended, while the customer tries again at once."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from support_cli.cases.database import Database
from support_cli.cases.outbox import Outbox
from support_cli.cases.records import Message, MessageState
from support_cli.deliver.desks.options import Login
from support_cli.requests import outbox as person
from tests.deliver.desks.counting import Clock, outbox_at
from tests.deliver.desks.loopback import Asked, Reply, Server, answering
from tests.deliver.desks.runs import bench_for, store
from tests.deliver.desks.targets import Target

MARK = "7f3k9q2m"


class LateDesk:
    """Takes the first ticket when it is told to, and every other one at once."""

    def __init__(self) -> None:
        self.tickets: list[str] = []
        self.refuses_to_say = False
        self.go_on, self.done = threading.Event(), threading.Event()
        self._first = True

    def __call__(self, asked: Asked) -> Reply:
        if asked.method == "GET":
            found = [{"id": number, "text": text} for number, text in enumerate(self.tickets, 1)]
            return Reply(403, {}) if self.refuses_to_say else Reply(200, found)
        first, self._first = self._first, False
        if first:
            self.go_on.wait(30)
        if not first or not self.refuses_to_say:
            self.tickets.append(asked.json["text"])
        if first:
            self.done.set()
        return Reply(201, {"id": len(self.tickets)})


class Customer:
    """Somebody with one ticket for a desk, and no patience."""

    def __init__(self, database: Database, server: Server) -> None:
        lookup = f"{server.url}/list?q={{mark}}"
        settings = {"body.text": "{text}", "answer.id": "id", "lookup.match": "text", "lookup.url": lookup}
        self.where = Target("http", server.port, "/tickets", "", Login("", "token"), settings)
        self.database, self.clock = database, Clock()
        store(database, self.where, server.port, MARK)

    def tries(self, timeout: float = 10.0, *, anyway: bool = False) -> Message:
        return person.retry(bench_for(self.database, self.where, self.clock, timeout), MARK, anyway=anyway)

    def waits(self, minutes: int) -> None:
        self.clock.ahead += timedelta(minutes=minutes)


@pytest.fixture
def desk() -> LateDesk:
    return LateDesk()


@pytest.fixture
def customer(desk: LateDesk, tmp_path: Path) -> Iterator[Customer]:
    with answering(desk) as server, outbox_at(tmp_path) as database:
        yield Customer(database, server)
        desk.go_on.set()


def test_a_ticket_that_comes_late_comes_once(desk: LateDesk, customer: Customer) -> None:
    assert customer.tries(0.3).uncertain
    for _time in range(3):
        again = customer.tries()
        assert (again.state, again.uncertain, again.reason_code) == (MessageState.QUEUED, True, "unclear")
        assert "does not have it yet" in again.reason
        customer.waits(3)
    assert not desk.tickets
    desk.go_on.set()
    assert desk.done.wait(10)
    found = customer.tries()
    assert (found.state, found.ticket, found.uncertain) == (MessageState.SENT, "1", False)
    assert len(desk.tickets) == 1


def test_a_ticket_that_never_comes_is_sent_anew_in_the_end(desk: LateDesk, customer: Customer) -> None:
    assert customer.tries(0.3).uncertain
    customer.waits(9)
    assert customer.tries().uncertain
    customer.waits(2)
    assert customer.tries().state is MessageState.SENT
    assert len(desk.tickets) == 1


def test_what_a_killed_sender_handed_over_is_waited_for(desk: LateDesk, customer: Customer) -> None:
    outbox, now = Outbox(customer.database), customer.clock()
    claimed = outbox.claim(now)
    assert claimed is not None
    outbox.mark_preparing(claimed)
    outbox.mark_committing(claimed, now)
    customer.database.write(lambda connection: connection.execute("UPDATE messages SET owner = NULL"))
    outbox.recover(now + timedelta(minutes=1))
    desk.go_on.set()
    assert customer.tries().uncertain
    assert not desk.tickets
    customer.waits(11)  # counted from the moment of handing over
    assert customer.tries().state is MessageState.SENT


def test_a_desk_that_refuses_to_say_is_for_the_customer_to_decide(desk: LateDesk, customer: Customer) -> None:
    desk.refuses_to_say = True
    assert customer.tries(0.3).uncertain
    customer.waits(60)
    again = customer.tries()
    assert (again.state, again.uncertain) == (MessageState.QUEUED, True)
    assert customer.tries(anyway=True).state is MessageState.SENT
    assert len(desk.tickets) == 1


def test_a_pack_may_say_how_long_its_desk_takes(desk: LateDesk, customer: Customer) -> None:
    customer.where.settings["settle"] = "30"
    assert customer.tries(0.3).uncertain
    customer.waits(1)
    assert customer.tries().state is MessageState.SENT


def test_a_clock_that_was_wrong_keeps_nothing_back(desk: LateDesk, customer: Customer) -> None:
    customer.clock.ahead = timedelta(days=4000)
    assert customer.tries(0.3).uncertain
    customer.clock.ahead = timedelta()
    assert customer.tries().state is MessageState.SENT
