"""``support send``: a request that lies somewhere is delivered."""

from typing import TYPE_CHECKING

from support_cli.cases.records import Message
from support_cli.errors import AttachmentError
from support_cli.finding import Level
from support_cli.workflow import produce
from support_cli.workflow.bench import Bench
from support_cli.workflow.finish import FindingsStop, record
from support_cli.workflow.opening import all_findings, open_request
from support_cli.workflow.prepare import check_trust
from support_cli.workflow.submit import check_way, deliver
from support_cli.workflow.work import NewOptions, answers_error

if TYPE_CHECKING:
    from support_cli.workflow.by_hand import Handed


def send(bench: Bench, name: str, options: NewOptions) -> "Message | Handed":
    """Delivers a request file, plain answers, or a case.

    Returns:
        The message as it stands after the attempt, or what the person has in hand.

    Raises:
        SupportError: If the request is incomplete, or nothing could be stored.
    """
    opened = open_request(bench, name, options)
    work, request = opened.work, opened.request
    work.to = produce.addresses(options.to) if options.to else ()
    channel_name, channel, _queue = work.route(request.answers)
    check_trust(work)
    check_way(bench, channel_name, channel, work.to)
    findings = all_findings(opened)
    wrong = [f for f in findings if f.level is Level.ERROR]
    missing = [f for f in wrong if f.code.startswith("A")]
    if missing:
        raise answers_error(missing)
    if wrong:
        raise AttachmentError(wrong[0].message, hint=wrong[0].fix, where=wrong[0].where)
    if options.strict and any(f.level is Level.WARNING for f in findings):
        raise FindingsStop(tuple(findings))
    if not opened.stored:
        record(work, request, (), None)
    ticket = work.ticket(request, findings)
    if channel is not None and channel.kind in produce.BY_HAND:
        from support_cli.workflow.by_hand import hand_over

        return hand_over(bench, ticket, channel_name, channel, produce.receivers(channel, work.to))
    return deliver(bench, request, ticket, channel_name, channel, work.to)
