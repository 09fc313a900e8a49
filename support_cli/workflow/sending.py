"""``support send``: a request that lies somewhere is delivered."""

from typing import TYPE_CHECKING

from support_cli.cases.records import Message
from support_cli.workflow import produce
from support_cli.workflow.bench import Bench
from support_cli.workflow.finish import record, stop_at
from support_cli.workflow.opening import all_findings, open_request
from support_cli.workflow.prepare import check_trust
from support_cli.workflow.submit import check_way, deliver
from support_cli.workflow.work import NewOptions

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
    opened.check_files()
    work.to = produce.addresses(options.to) if options.to else ()
    channel_name, channel, _queue = work.route(request.answers)
    check_trust(work)
    check_way(bench, channel_name, channel, work.to)
    findings = all_findings(opened)
    stop_at(findings, strict=options.strict)
    if not opened.stored:
        record(work, request, (), None)
    ticket = work.ticket(request, findings)
    if channel is not None and channel.kind in produce.BY_HAND:
        from support_cli.workflow.by_hand import hand_over

        return hand_over(bench, ticket, channel_name, channel, produce.receivers(channel, work.to))
    return deliver(bench, request, ticket, channel_name, channel, work.to)
