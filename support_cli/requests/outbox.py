"""The outbox as a person works with it."""

import contextlib
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import msgspec

from support_cli.base.errors import InterruptedRun, SupportError, of_one_item
from support_cli.base.i18n import _
from support_cli.base.invocation import command_line
from support_cli.cases.cases import Cases
from support_cli.cases.errors import IdError, LeaseLost, WrongState
from support_cli.cases.outbox import Outbox
from support_cli.cases.records import Claimed, JournalKind, Message, MessageState
from support_cli.deliver.base import (
    AmbiguousError,
    Deliverer,
    DeliveryError,
    Job,
    PermanentError,
    Reason,
    Receipt,
    State,
    TemporaryError,
)
from support_cli.deliver.credentials import CredentialError
from support_cli.deliver.parcel import Parcel
from support_cli.deliver.registry import DESKS, DeskAddress
from support_cli.environment import Bench

_CLOSED = (Reason.DNS, Reason.TLS, Reason.LOGIN)
"""What stops a whole way and not only one message: a wrong password must not be tried with every message again."""


class Ways:
    """The deliverers of one run, each made when it is first needed; a context manager that closes them."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._made: dict[bytes, Deliverer] = {}
        self._closed: dict[bytes, DeliveryError] = {}
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> "Ways":
        return self

    def __exit__(self, *_error: object) -> None:
        self._stack.close()

    def of(self, message: Message) -> Deliverer:
        """The deliverer for a message.

        Raises:
            TemporaryError: If this way turned out to be closed in this run.
            SupportError: If this machine is not set up for it.
        """
        address = address_of(message)
        key = msgspec.json.encode(address)
        if (closed := self._closed.get(key)) is not None:
            raise TemporaryError(closed.message, reason=closed.reason, answer=closed.answer, hint=closed.hint)
        if key not in self._made:
            made = self._bench.mail.make() if address is None else self._bench.desk(address)
            self._made[key] = self._stack.enter_context(contextlib.closing(made))
        return self._made[key]

    def failed(self, message: Message, error: DeliveryError) -> None:
        """Takes note of an attempt that failed: the messages after it need not find out what it did."""
        if error.reason in _CLOSED:
            self._closed[msgspec.json.encode(address_of(message))] = error


def address_of(message: Message) -> DeskAddress | None:
    """The desk that a stored message is for; None for mail."""
    envelope = message.envelope
    kind, settings = envelope.get("kind"), envelope.get("settings")
    if not isinstance(kind, str) or kind not in DESKS:
        return None
    return DeskAddress(
        channel=message.channel,
        kind=kind,
        url=str(envelope.get("url") or ""),
        queue=str(envelope.get("queue") or ""),
        settings=settings if isinstance(settings, dict) else {},
        public=envelope.get("public") is True,
    )


def attempt(bench: Bench, message_id: str, *, sure: bool = False, anyway: bool = False) -> Message:
    """Tries to send one message now, whether or not its time has come.

    Args:
        bench: The collaborators.
        message_id: The message.
        sure: The person wants it sent although an earlier attempt may have arrived and nobody can be asked.
        anyway: The person wants it sent although the receiver, which can be asked, has not said that it is not there.

    Returns:
        The message as it stands afterwards.
    """
    outbox = Outbox(bench.database())
    with Ways(bench) as ways:
        claimed = outbox.claim(bench.now(), message_id)
        return outbox.get(message_id) if claimed is None else _try(bench, outbox, ways, claimed, sure, anyway)


def send_waiting(bench: Bench, *, early: bool = False) -> Iterator[Message]:
    """Tries every message whose time has come, over one connection where the server allows it.

    Args:
        bench: The collaborators.
        early: Those whose time has not come, too, each once.

    Yields:
        Each message as it stands after its attempt.
    """
    outbox = Outbox(bench.database())
    outbox.recover(bench.now())
    waiting = outbox.list(states=(MessageState.QUEUED,)) if early else ()
    with Ways(bench) as ways:
        for message in waiting:
            with contextlib.suppress(WrongState, IdError):  # another window was faster
                claimed = outbox.claim(bench.now(), message.id)
                if claimed is not None:
                    yield _try(bench, outbox, ways, claimed)
        while not early and (claimed := outbox.claim(bench.now())) is not None:
            yield _try(bench, outbox, ways, claimed)


def _try(
    bench: Bench, outbox: Outbox, ways: Ways, claimed: Claimed, sure: bool = False, anyway: bool = False
) -> Message:
    """One attempt; whatever ends it, an outcome is recorded."""
    committing = False

    def before_commit() -> None:
        nonlocal committing
        outbox.mark_committing(claimed, bench.now())
        committing = True

    def noted(
        record: Callable[..., Message],
        code: Reason,
        reason: str,
        *,
        state: MessageState = MessageState.QUEUED,
        doubt: bool = False,
        retry_after: float | None = None,
    ) -> Message:
        """Records an outcome other than success; one that a full disk cannot take is told all the same."""
        more = {} if retry_after is None else {"retry_after": timedelta(seconds=retry_after)}
        try:
            return record(claimed, bench.now(), code=code.value, reason=reason, **more)
        except LeaseLost:
            return outbox.get(claimed.message.id)
        except SupportError as error:
            return msgspec.structs.replace(
                claimed.message,
                state=state,
                attempts=claimed.message.attempts + 1,
                uncertain=claimed.message.uncertain or doubt,
                reason_code=code.value,
                reason=f"{reason}\n{error.message}",
            )

    def broken_off(reason: str, code: Reason = Reason.PROGRAM) -> Message:
        if committing:  # it may have left, or surely has
            return noted(outbox.record_ambiguous, Reason.UNCLEAR, reason, doubt=True)
        return noted(outbox.record_temporary, code, reason)

    try:
        outbox.mark_preparing(claimed)
        deliverer = ways.of(claimed.message)
        with _job(outbox, claimed.message, before_commit, bench.now()) as job:
            if claimed.message.uncertain:
                if deliverer.can_be_asked:
                    there = _asked(deliverer, job, anyway)
                    if there is not None:
                        return _sent(bench, outbox, claimed, there)
                    claimed = outbox.confirm_absent(claimed, bench.now())
                elif not (sure or bench.mail.resend_unclear):
                    reason = _("An earlier attempt may have arrived, and the server cannot be asked.")
                    return noted(outbox.record_ambiguous, Reason.UNCLEAR, reason, doubt=True)
            return _sent(bench, outbox, claimed, deliverer.deliver(job))
    except LeaseLost:  # somebody else goes on with it, and records what becomes of it
        return outbox.get(claimed.message.id)
    except TemporaryError as error:
        ways.failed(claimed.message, error)
        return noted(outbox.record_temporary, error.reason, _why(error), retry_after=error.retry_after)
    except AmbiguousError as error:
        return noted(outbox.record_ambiguous, error.reason, _why(error), doubt=True, retry_after=error.retry_after)
    except PermanentError as error:
        ways.failed(claimed.message, error)
        return noted(outbox.record_refused, error.reason, _why(error), state=MessageState.REFUSED)
    except InterruptedRun:  # somebody was asked for a password, and left
        broken_off(_("The attempt was broken off."))
        command = command_line("outbox", "retry", claimed.message.id)
        raise InterruptedRun(_("Stopped. The message waits:  {command}").format(command=command)) from None
    except SupportError as error:
        # Something on this side: a password, a certificate file, or a disk that could not take the receipt.
        return broken_off(_why(error), Reason.LOGIN if isinstance(error, CredentialError) else Reason.PROGRAM)
    except Exception as error:  # a fault of ours with this message is no reason to leave the others behind it
        return broken_off(of_one_item(error).message)
    except BaseException:
        broken_off(_("The attempt was broken off."))
        raise


def _asked(deliverer: Deliverer, job: Job, anyway: bool) -> Receipt | None:
    """What the receiver says of an earlier attempt; with ``anyway``, saying nothing counts as not having it."""
    try:
        return deliverer.find(job)
    except TemporaryError:
        if anyway:
            return None
        raise


def _why(error: SupportError) -> str:
    """The sentence, and below it what to do; ``submit.told`` takes them apart again."""
    return f"{error.message}\n{error.hint or ''}".strip()


def _reserve(receipt: Receipt) -> str:
    """What keeps a message that left from having simply arrived, as a word, or nothing."""
    if receipt.refused:
        return Reason.PARTLY.value
    return Reason.HANDED_ON.value if receipt.state is State.HANDED_ON else ""


def _sent(bench: Bench, outbox: Outbox, claimed: Claimed, receipt: Receipt) -> Message:
    message = outbox.record_sent(
        claimed,
        bench.now(),
        to=receipt.to,
        ticket=receipt.ticket,
        url=receipt.url,
        code=_reserve(receipt),
        note=receipt.note,
        delivered=receipt.state is not State.WRITTEN,
    )
    if receipt.note:
        with contextlib.suppress(SupportError):  # the request may have no case; the note is shown with the message
            Cases(bench.database()).add_note(message.request_id, receipt.note, bench.now(), kind=JournalKind.DELIVERY)
    return message


@contextlib.contextmanager
def _job(outbox: Outbox, message: Message, before_commit: Callable[[], None], now: datetime) -> Iterator[Job]:
    """What a deliverer gets; a desk's ticket is read out of its parcel, which stays open meanwhile."""
    envelope = message.envelope
    named = envelope.get("receivers")
    job = Job(
        id=message.id,
        request_id=message.request_id,
        message_id=message.message_id,
        open=lambda: outbox.open(message),
        size=message.size,
        digest=message.digest,
        sender=str(envelope.get("sender") or ""),
        receivers=tuple(named) if isinstance(named, list) else (),
        utf8=envelope.get("utf8") is True,
        doubted_for=abs((now - message.doubted_at).total_seconds()) if message.doubted_at else None,
        before_commit=before_commit,
    )
    if address_of(message) is None:
        yield job
        return

    with outbox.open(message) as stream:
        parcel = Parcel(stream)
        yield msgspec.structs.replace(job, ticket=parcel.ticket, open_attachment=parcel.open)


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
        yield from send_waiting(bench, early=early)
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
    return attempt(bench, outbox.retry(prefix, bench.now()).id, sure=True, anyway=anyway)


def cancel(bench: Bench, prefix: str) -> Message:
    """Takes a message out."""
    return Outbox(bench.database()).cancel(prefix, bench.now())
