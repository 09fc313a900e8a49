"""The outbox as a person works with it."""

import time
from collections.abc import Iterator

from support_cli.cases.outbox import Outbox
from support_cli.cases.records import Message, MessageState
from support_cli.environment import Bench
from support_cli.requests import attempt

WAITING = (MessageState.QUEUED, MessageState.SENDING, MessageState.REFUSED)
_LONGEST_PAUSE = 60.0


def list_messages(bench: Bench, *, everything: bool) -> tuple[Message, ...]:
    """Lists messages, oldest first; without ``everything`` only those that are not done with."""
    outbox = Outbox(bench.database())
    return outbox.list() if everything else outbox.list(states=WAITING)


def flush(bench: Bench, *, watch: bool, early: bool = False) -> Iterator[Message]:
    """Sends what is due, or with ``early`` all that waits; with ``watch`` goes on until it is stopped."""
    outbox = Outbox(bench.database())
    while True:
        yield from attempt.flush(bench, early=early)
        early = False
        if not watch:
            return
        due = outbox.next_due_at()
        pause = _LONGEST_PAUSE if due is None else (due - bench.now()).total_seconds()
        time.sleep(min(max(pause, 1.0), _LONGEST_PAUSE))


def retry(bench: Bench, prefix: str, *, anyway: bool = False) -> Message:
    """Sends one message now.

    Saying so is the permission to send what may have arrived where nobody can be asked; a desk that can be asked has
    to say that it does not have it, unless the person wants it sent ``anyway``.
    """
    outbox = Outbox(bench.database())
    return attempt.attempt(bench, outbox.retry(prefix, bench.now()).id, sure=True, anyway=anyway)


def cancel(bench: Bench, prefix: str) -> Message:
    """Takes a message out."""
    return Outbox(bench.database()).cancel(prefix, bench.now())
