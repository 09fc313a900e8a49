"""``support send``: a request that lies somewhere is delivered."""

from collections.abc import Sequence

from support_cli.base.addresses import Address
from support_cli.base.i18n import _
from support_cli.base.text import clean_line
from support_cli.cases.records import Message
from support_cli.deliver.registry import TransportError
from support_cli.environment import Bench
from support_cli.forms.model import Channel
from support_cli.requests import produce
from support_cli.requests.by_hand import choose, hand_over
from support_cli.requests.finish import Finished, open_issue, record, stop_at, stop_if_unfit
from support_cli.requests.issues import Opened
from support_cli.requests.opening import all_findings, open_request
from support_cli.requests.options import NewOptions
from support_cli.requests.prepare import check_sending
from support_cli.requests.repeats import First, repeats_of, told
from support_cli.requests.submit import deliver
from support_cli.requests.work import Handed


def send(bench: Bench, name: str, options: NewOptions) -> Message | Handed | Opened:
    """Delivers a request file, plain answers, or a case.

    Returns:
        The message as it stands after the attempt, what the person has in hand, or what became of an issue.

    Raises:
        SupportError: If the request is incomplete, or nothing could be stored.
    """
    opened = open_request(bench, name, options)
    work, request = opened.work, opened.request
    opened.check_files()
    work.to = produce.addresses(options.to) if options.to else ()
    channel_name, channel, _queue = work.route(request.answers)
    to = produce.receivers(channel, work.to)
    try:
        check_sending(work, request.answers)
    except TransportError as error:
        channel_name = _by_hand(bench, error, to)
        channel = Channel(kind=channel_name)
    findings = all_findings(opened)
    stop_at(findings, strict=options.strict)
    done = Finished(work=work, request=request, findings=tuple(findings))
    stop_if_unfit(done)
    if opened.stored:
        return _hand_in(done, channel_name, channel, to)
    repeats = repeats_of(work, request, sends=produce.goes_by_itself(channel, work.to))
    first = repeats.claim()
    if first is not None and not repeats.wanted_again(first):
        bench.say(told(first, bench.now()))
        return _as_before(first)
    try:
        record(work, request, (), None)
        return _hand_in(done, channel_name, channel, to)
    except BaseException:
        repeats.release()
        raise


def _hand_in(done: Finished, name: str, channel: Channel | None, to: Sequence[Address]) -> Message | Handed | Opened:
    """Sends it on the way that was chosen."""
    work = done.work
    if channel is not None and channel.kind in produce.WEB_KINDS and not work.to:
        return open_issue(done, name, channel)
    if channel is not None and channel.kind in produce.BY_HAND:
        return hand_over(work.bench, done.ticket, name, channel, to)
    return deliver(work.bench, done.request, done.ticket, name, channel, work.to)


def _as_before(first: First) -> Message | Opened:
    """What became of the same request; without a message it is an issue of a platform's program."""
    return first.message or Opened(state="sent", url=first.case.line.url)


def _by_hand(bench: Bench, error: TransportError, to: Sequence[Address]) -> str:
    """The way on which the person sends it, where this program cannot.

    Raises:
        TransportError: If there is nobody to be asked, or they want none of these.
    """
    question = _("It cannot be sent from here. How do you want to send it to {to}?").format(
        to=", ".join(clean_line(one.address) for one in to)
    )
    way = choose(bench, question, _("Not now")) if bench.prompter is not None else ""
    if not way:
        raise error
    return way
