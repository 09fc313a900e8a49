"""Any sequence of what can happen to messages: the outbox agrees with a model of it, and nothing is sent twice."""

import os
import subprocess
import sys
from datetime import datetime, timedelta

import hypothesis.strategies as st
import msgspec
from hypothesis import settings
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, precondition, rule

from support_cli.cases.database import open_in_memory
from support_cli.cases.errors import AlreadyStored, LeaseLost, WrongState
from support_cli.cases.lease import Owner, this_process
from support_cli.cases.outbox import Outbox
from support_cli.cases.records import Claimed, MessageState
from tests.cases.making import NOW


class Model(msgspec.Struct):
    """What we believe about one message. ``delivered`` counts how often a receiver got it."""

    state: str = "queued"
    uncertain: bool = False
    attempts: int = 0
    token: str = ""
    due: datetime = NOW


def dead_process() -> Owner:
    ended = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    return msgspec.structs.replace(this_process(), pid=int(ended.stdout), started="")


DEAD = dead_process()
REQUESTS = st.sampled_from(["aaaa", "bbbb"])
PURPOSES = st.sampled_from(["request", "follow-up-1"])
LIVING = {"queued", "sending", "sent"}


class OutboxMachine(RuleBasedStateMachine):
    messages = Bundle("messages")
    claims = Bundle("claims")

    def __init__(self) -> None:
        super().__init__()
        self.database = open_in_memory()
        self.outbox = Outbox(self.database, random=lambda: 0.5)
        self.model: dict[str, Model] = {}
        self.now = NOW

    def teardown(self) -> None:
        self.database.close()

    def purpose_of(self, key: str) -> tuple[str, str]:
        message = self.outbox.get(key)
        return message.request_id, message.purpose

    @rule(minutes=st.integers(0, 300))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(target=messages, request=REQUESTS, purpose=PURPOSES)
    def add(self, request: str, purpose: str) -> str:
        there = [
            key
            for key, model in self.model.items()
            if self.purpose_of(key) == (request, purpose) and model.state in LIVING
        ]
        try:
            key = self.outbox.add(request, "mail", [b"x"], self.now, purpose=purpose).id
        except AlreadyStored as error:
            key = error.message_id
            assert there == [key]
            return key
        assert there == []
        assert key not in self.model
        self.model[key] = Model(due=self.now)
        return key

    @rule(target=claims)
    def claim_next(self) -> Claimed | None:
        due = [key for key, model in self.model.items() if model.state == "queued" and model.due <= self.now]
        claimed = self.outbox.claim(self.now)
        if claimed is None:
            assert due == []
            return None
        assert claimed.message.id in due
        assert self.model[claimed.message.id].due == min(self.model[key].due for key in due)
        return self.claimed(claimed)

    @rule(target=claims, key=messages)
    def claim_one(self, key: str) -> Claimed | None:
        model = self.model[key]
        try:
            claimed = self.outbox.claim(self.now, key)
        except WrongState:
            assert model.state != "queued"
            return None
        assert model.state == "queued"
        assert claimed
        return self.claimed(claimed)

    def claimed(self, claimed: Claimed) -> Claimed:
        model = self.model[claimed.message.id]
        model.state, model.token, model.attempts = "sending", claimed.token, model.attempts + 1
        assert claimed.message.uncertain == model.uncertain
        return claimed

    def holds(self, claimed: Claimed) -> bool:
        model = self.model[claimed.message.id]
        return model.state == "sending" and model.token == claimed.token

    @rule(claimed=claims)
    def sent(self, claimed: Claimed | None) -> None:
        if claimed is None:
            return
        key = claimed.message.id
        model = self.model[key]
        same = [
            other
            for other in self.model
            if other != key and self.model[other].state in LIVING and self.purpose_of(other) == self.purpose_of(key)
        ]
        counts = model.token == claimed.token and (
            model.state in ("sending", "queued") or (model.state == "cancelled" and not same)
        )
        try:
            self.outbox.record_sent(claimed, self.now)
        except LeaseLost:
            assert not counts
            if model.state in ("queued", "sending", "refused"):
                model.uncertain = True
            return
        assert counts
        model.state, model.uncertain = "sent", False

    @rule(claimed=claims, outcome=st.sampled_from(["temporary", "ambiguous", "refused", "absent"]))
    def other_outcome(self, claimed: Claimed | None, outcome: str) -> None:
        if claimed is None:
            return
        model, mine = self.model[claimed.message.id], self.holds(claimed)
        try:
            if outcome == "absent":
                self.outbox.confirm_absent(claimed, self.now)
            elif outcome == "temporary":
                model.due = self.outbox.record_temporary(claimed, self.now, code="c", reason="r").next_attempt_at
            elif outcome == "ambiguous":
                model.due = self.outbox.record_ambiguous(claimed, self.now, code="c", reason="r").next_attempt_at
            else:
                self.outbox.record_refused(claimed, self.now, code="c", reason="r")
        except LeaseLost:
            assert not mine
            return
        assert mine
        if outcome == "absent":
            model.uncertain = False
            return
        model.state = "refused" if outcome == "refused" else "queued"
        model.uncertain = model.uncertain or outcome == "ambiguous"

    @rule(claimed=claims)
    def sender_dies(self, claimed: Claimed | None) -> None:
        if claimed is None or not self.holds(claimed):
            return
        text = msgspec.json.encode(DEAD).decode()
        self.database.write(
            lambda connection: connection.execute(
                "UPDATE messages SET owner = ? WHERE id = ?", (text, claimed.message.id)
            )
        )
        [message] = self.outbox.recover(self.now)
        assert message.id == claimed.message.id
        model = self.model[message.id]
        model.state, model.uncertain, model.due = "queued", True, self.now

    @precondition(lambda self: self.model)
    @rule(key=messages)
    def cancel(self, key: str) -> None:
        model = self.model[key]
        try:
            self.outbox.cancel(key, self.now)
        except WrongState:
            assert model.state not in ("queued", "refused")
            return
        assert model.state in ("queued", "refused")
        model.state = "cancelled"

    @rule(key=messages)
    def retry(self, key: str) -> None:
        model = self.model[key]
        taken = any(
            self.model[other].state in LIVING and self.purpose_of(other) == self.purpose_of(key)
            for other in self.model
            if other != key
        )
        try:
            self.outbox.retry(key, self.now)
        except WrongState:
            assert taken or model.state in ("sending", "sent")
            return
        assert not taken
        assert model.state in ("queued", "refused", "cancelled")
        model.state, model.due = "queued", self.now

    @invariant()
    def agrees(self) -> None:
        for message in self.outbox.list():
            model = self.model[message.id]
            assert (str(message.state), message.uncertain, message.attempts) == (
                model.state,
                model.uncertain,
                model.attempts,
            )
            with self.outbox.open(message) as file:
                assert file.read() == b"x"
        assert len(self.outbox.list()) == len(self.model)

    @invariant()
    def one_living_message_for_each_purpose(self) -> None:
        living = [(message.request_id, message.purpose) for message in self.outbox.list() if message.state in LIVING]
        assert len(living) == len(set(living))

    @invariant()
    def one_sender_at_a_time(self) -> None:
        owned = self.database.read(
            lambda connection: connection.execute("SELECT state, owner IS NOT NULL FROM messages").fetchall()
        )
        assert all((state == MessageState.SENDING) == bool(held) for state, held in owned)


OutboxMachine.TestCase.settings = settings(stateful_step_count=30)
TestOutboxMachine = OutboxMachine.TestCase


def test_the_dead_process_is_dead() -> None:
    assert DEAD.pid != os.getpid()
