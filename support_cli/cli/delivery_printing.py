"""How deliveries look."""

from collections.abc import Iterator, Sequence

import msgspec

from support_cli.cases.records import Message
from support_cli.cli import console
from support_cli.cli.context import Context
from support_cli.cli.guard import exit_now
from support_cli.errors import ExitCode
from support_cli.i18n import N_, _
from support_cli.workflow.submit import Delivery, code_of, told

STATES = {
    "queued": N_("waits in the outbox"),
    "sending": N_("is being sent"),
    "sent": N_("sent"),
    "refused": N_("refused"),
    "cancelled": N_("cancelled"),
}


def sentence(delivery: Delivery) -> str:
    """Where a message stands, in words."""
    parts = [f"{delivery.id}: {_(STATES[delivery.state])}"]
    if delivery.ticket or delivery.url:
        parts.append(" ".join(filter(None, [delivery.ticket, delivery.url])))
    if delivery.message:
        parts.append(delivery.message)
    if delivery.state == "queued":
        command = f"support outbox {'retry ' + delivery.id if delivery.uncertain else 'flush'}"
        parts.append(_("Try again:  {command}").format(command=command))
    return "  ".join(parts)


def print_delivery(message: Message, context: Context) -> None:
    """Shows where a message stands, and ends with the code that says so."""
    delivery = told(message)
    if context.flags.json:
        console.product_json(delivery)
    else:
        context.say(sentence(delivery))
    if code := code_of(message):
        exit_now(code)


def print_deliveries(messages: Sequence[Message], context: Context) -> None:
    """Shows a list of messages."""
    if context.flags.json:
        console.product_json([msgspec.to_builtins(told(message)) for message in messages])
        return
    if not messages:
        context.say(_("Nothing waits in the outbox."))
    rows = []
    for delivery in map(told, messages):
        rows.append([delivery.id, _(STATES[delivery.state]), delivery.channel, delivery.message])
    if rows:
        console.product(console.columns(rows, indent=""))


def print_flush(messages: Iterator[Message], context: Context) -> None:
    """Shows each message after its attempt; ends with the gravest code."""
    worst, done = ExitCode.OK, []
    for message in messages:
        code = code_of(message)
        worst = code if worst is ExitCode.OK or code is ExitCode.REFUSED else worst
        done.append(told(message))
        if not context.flags.json:
            context.say(sentence(done[-1]))
    if context.flags.json:
        console.product_json([msgspec.to_builtins(one) for one in done])
    elif not done:
        context.say(_("Nothing is due."))
    if worst:
        exit_now(worst)
