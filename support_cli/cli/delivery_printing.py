"""How deliveries look."""

from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec

from support_cli.base.errors import ExitCode
from support_cli.base.i18n import _, ngettext
from support_cli.base.invocation import command_line
from support_cli.base.labels import MESSAGE_STATES, label
from support_cli.cases.records import Message, MessageState
from support_cli.cli import console
from support_cli.cli.context import Context
from support_cli.cli.guard import exit_now
from support_cli.deliver.base import Reason
from support_cli.requests.issues import Opened
from support_cli.requests.outbox import list_messages
from support_cli.requests.submit import Delivery, code_of, told
from support_cli.requests.work import Handed


def sentences(delivery: Delivery) -> str:
    """Where a message stands, in words: what happened, why, and what to do."""
    files = console.files_line(delivery.files) if delivery.files else ""
    lines = [_first(delivery), _ticket(delivery), files, delivery.message, *delivery.hint.split("\n")]
    if delivery.state == "queued":
        command = command_line("outbox", "retry", delivery.id)
        if delivery.uncertain:
            lines.append(_("Send it all the same:  {command}").format(command=command))
        else:
            moment = datetime.fromisoformat(delivery.next_attempt_at).astimezone()
            time = (
                f"{moment:%H:%M}" if moment.date() == datetime.now().astimezone().date() else f"{moment:%Y-%m-%d %H:%M}"
            )
            after = _("After {time}:  {command}").format(time=time, command=command_line("outbox", "flush"))
            lines.append(after + "   " + _("now:  {command}").format(command=command))
    if delivery.state == "refused":
        # The stored bytes stay as they are: what is wrong with them is mended by making them anew.
        anew = delivery.reason in (Reason.ADDRESS, Reason.SIZE, Reason.CONTENT)
        command = command_line("send", delivery.request) if anew else command_line("outbox", "retry", delivery.id)
        lines.append(_("When that is mended:  {command}").format(command=command))
    if delivery.sent_at:  # the receipt
        lines.append(f"{datetime.fromisoformat(delivery.sent_at).astimezone():%Y-%m-%d %H:%M} · {delivery.digest}")
    return "\n  ".join(filter(None, lines))


def _first(delivery: Delivery) -> str:
    to = delivery.to or delivery.channel
    text = {
        "queued": _("{id}: it is not sent yet, and waits in the outbox."),
        "sending": _("{id}: another run of support is sending it to {to}."),
        "sent": _("{id}: sent to {to}."),
        "written": _("{id}: written, not sent."),
        "refused": _("{id}: refused; {to} did not get it."),
        "cancelled": _("{id}: cancelled; it will not be sent to {to}."),
    }[delivery.state]
    if delivery.state == "sent":
        text = {
            Reason.PARTLY.value: _("{id}: sent, but not everybody got it."),
            Reason.HANDED_ON.value: _("{id}: handed over, to be sent to {to}."),
        }.get(delivery.reason, text)
    if delivery.uncertain:
        text = {
            "queued": _("{id}: it is not known whether it arrived; it waits in the outbox."),
            "refused": _("{id}: refused; an earlier attempt may have reached {to}."),
            "cancelled": _("{id}: cancelled; an earlier attempt may have reached {to}."),
        }.get(delivery.state, text)
    return text.format(id=delivery.id, to=to)


def _ticket(delivery: Delivery) -> str:
    """Where it can be found: the number and the link that the receiver gave, or the file."""
    number = _("Ticket {number}").format(number=delivery.ticket) if delivery.ticket else ""
    return "  ".join(filter(None, [number, delivery.url]))


def print_delivery(message: Message, context: Context) -> None:
    """Shows where a message stands, and ends with the code that says so."""
    delivery = told(message)
    if not context.flags.json or not console.told_as_json(delivery):
        _say(delivery, context)
    if code := code_of(message):
        exit_now(code)


def handed_json(handed: Handed) -> dict[str, object]:
    """What a person has in hand, without the sentences, which are translated."""
    record: dict[str, object] = msgspec.to_builtins(handed)
    del record["told"]
    return record


def print_handed(handed: Handed, context: Context) -> None:
    """Shows what the person has in hand; a text that is to be copied from the screen is the product."""
    if context.flags.json:
        console.product_json(handed_json(handed))
        return
    context.say("\n".join(handed.told))
    if handed.text:
        console.product(handed.text)


def print_sent(sent: Message | Handed | Opened, request: str, context: Context) -> None:
    """Shows what became of ``support send``."""
    if isinstance(sent, Handed):
        print_handed(sent, context)
    elif isinstance(sent, Opened):
        if not context.flags.json or not console.told_as_json(msgspec.to_builtins(sent)):
            say_opened(sent, request, context)
    else:
        print_delivery(sent, context)


def print_deliveries(messages: Sequence[Message], context: Context) -> None:
    """Shows a list of messages."""
    if context.flags.json:
        console.product_json([msgspec.to_builtins(told(message)) for message in messages])
        return
    if not messages:
        context.say(_("Nothing waits in the outbox."))
        return
    rows = [[one.id, label(MESSAGE_STATES, one.state), one.channel, one.message] for one in map(told, messages)]
    console.product(console.columns(rows, indent=""))


def print_flush(messages: Iterator[Message], context: Context, *, watch: bool) -> None:
    """Shows each message after its attempt; ends with the gravest code.

    Args:
        messages: As they come.
        context: How to show them.
        watch: There may never be an end: with ``--json``, a line each.
    """
    worst, done = ExitCode.OK, []
    for message in messages:
        code = code_of(message)
        worst = code if worst is ExitCode.OK or code is ExitCode.REFUSED else worst
        delivery = told(message)
        if not context.flags.json:
            _say(delivery, context)
        elif watch:
            console.product(msgspec.json.encode(delivery).decode())
        if not watch:
            done.append(delivery)
    if context.flags.json:
        if not console.told_as_json(done):
            for delivery in done:
                _say(delivery, context)
    elif not done:
        context.say(_nothing_due(context))
    if worst:
        exit_now(worst)


def _say(delivery: Delivery, context: Context) -> None:
    """Shows where a message stands; a refusal is an error, and said even with ``--quiet``."""
    show = console.talk if delivery.state == "refused" else context.say
    show(sentences(delivery))


def _nothing_due(context: Context) -> str:
    waiting = sum(message.state is MessageState.QUEUED for message in list_messages(context.bench, everything=False))
    if not waiting:
        return _("Nothing waits in the outbox.")
    text = ngettext(
        "Nothing is due; {count} message waits for its time. Try now:  {command}",
        "Nothing is due; {count} messages wait for their time. Try now:  {command}",
        waiting,
    )
    return text.format(count=waiting, command=command_line("outbox", "flush", "--now"))


def say_opened(opened: Opened, request_id: str, context: Context) -> None:
    """What became of an issue, and what is left to do."""
    if opened.state == "sent":
        context.say(_("The issue is there:  {url}").format(url=opened.url))
    elif opened.shown:
        context.say(_("The web form is open in your browser; look at it and press the button there."))
    else:
        context.say(_("No browser could be opened. Open this address, and press the button there:"))
        console.product(opened.url)
    labels = ", ".join(opened.labels)
    if labels and opened.too_long:
        context.say(_("An address cannot hold all of it. Paste these yourself: {names}").format(names=labels))
        context.say(_("The whole text:  {command}").format(command=command_line("render", request_id[:4])))
    elif labels:
        context.say(_("An address cannot carry these; fill them in there: {names}").format(names=labels))
    for note in opened.notes:
        context.say(note)
    if opened.files:
        context.say(
            _("Files cannot go this way; drag them into the page: {names}").format(names=", ".join(opened.files))
        )
