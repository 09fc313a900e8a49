"""``support cases follow-up`` and ``escalate``: only what is new is asked, and what was said before is quoted.

A follow-up is an interview like any other (a draft, a review, documents or the outbox); it ends as another message of
the same case, in the same thread, on the same way.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from support_cli.base import i18n
from support_cli.base.errors import SupportError, UnusableError
from support_cli.base.finding import Finding
from support_cli.base.i18n import _, format_size
from support_cli.base.invocation import command_line
from support_cli.cases.cases import Cases
from support_cli.cases.outbox import Outbox
from support_cli.cases.records import CaseLine, CaseState, JournalEntry, JournalKind, Message
from support_cli.distribution.choose import open_pack
from support_cli.environment import Bench
from support_cli.forms.request import Answer, Attachment
from support_cli.interview.prompter import Choice
from support_cli.requests import answers as said_beside
from support_cli.requests import by_hand, places, produce
from support_cli.requests.continued import Continued, ContinuedWork, way_of
from support_cli.requests.draft import DraftKeeper
from support_cli.requests.finish import documents_of, sent, stop_at, stop_if_heavy, write_documents
from support_cli.requests.follow_up_form import FOLLOW_UP, pack_of
from support_cli.requests.options import NewOptions
from support_cli.requests.outbox import attempt
from support_cli.requests.prepare import take_files, take_given, with_defaults
from support_cli.requests.produce import Made, Output
from support_cli.requests.submit import store, store_ticket
from support_cli.requests.thread import Past, look_back
from support_cli.requests.walk import begun, hold, interactive, keeper_of, open_drafts
from support_cli.requests.work import Outcome, answers_error

if TYPE_CHECKING:
    from support_cli.cases.records import Draft
    from support_cli.requests.repeats import Repeats

_ENTRIES = {FOLLOW_UP: JournalKind.FOLLOW_UP}
_WAITING = (CaseState.SENT, CaseState.QUEUED, CaseState.ANSWERED, CaseState.WRITTEN)


def follow_up(bench: Bench, kind: str, prefix: str, options: NewOptions) -> Outcome:
    """Writes once more about a request that was sent.

    Args:
        bench: The collaborators.
        kind: ``follow-up`` or ``escalation``.
        prefix: First letters of the case; empty for the one that is overdue, or the only one.
        options: As for a new request, without a form.

    Raises:
        SupportError: With the exit code of what went wrong; what was typed is saved.
    """
    past = look_back(bench, _which(bench, prefix))
    asks = bench.prompter is not None and not options.no_input
    if asks:
        begun = [one for one in open_drafts(bench).list() if one.about == past.case.id and one.form == kind]
        if begun:
            bench.say(_("You had begun this; it goes on where you left it."))
            return resume_follow_up(bench, begun[0], options)
    work = _prepare(bench, kind, past, options)
    given = said_beside.Given()
    if options.answers:
        given = said_beside.parse(said_beside.read_bytes(options.answers, bench.stdin, bench.cwd), options.answers)
    take_given(work, given)
    take_files(work, given)
    if options.send:
        work.check_way()
    else:
        places.check_place(options.output or bench.output, bench.cwd)
    return _asked(work) if asks else _scripted(work)


def resume_follow_up(bench: Bench, draft: "Draft", options: NewOptions) -> Outcome:
    """Goes on with a follow-up that was begun.

    Raises:
        SupportError: If the case or its pack is gone.
    """
    assert bench.prompter is not None  # noqa: S101 - the caller asked
    drafts = open_drafts(bench)
    bench.plain |= draft.plain
    draft = hold(bench, drafts, draft)
    bench.resume = command_line("resume", draft.id[:4])
    bench.language = draft.language
    i18n.activate(i18n.match_language([draft.language]))
    work = _prepare(bench, draft.form, look_back(bench, draft.about), options)
    work.answers, work.attachments = dict(draft.answers), list(draft.attachments)
    work.at, work.unfinished, work.resumed = draft.position, dict(draft.unfinished), True
    keeper = keeper_of(bench, drafts, draft)
    return interactive(work, keeper, drafts, _Ending(work))


def _which(bench: Bench, prefix: str) -> str:
    """The case that is meant: the one named, else the one that is overdue, else the one that the person chooses."""
    cases = Cases(bench.database())
    if prefix:
        return cases.find(prefix)
    waiting = cases.list(states=_WAITING)
    overdue = [line for line in waiting if line.overdue(bench.now())]
    if len(overdue or waiting) == 1:
        return (overdue or waiting)[0].id
    if bench.prompter is None or not waiting:
        return cases.find(prefix)
    offered = sorted(waiting[:20], key=lambda line: not line.overdue(bench.now()))
    return bench.prompter().choose(_("Which case is it about?"), [_choice(line) for line in offered])


def _choice(line: CaseLine) -> Choice:
    return Choice(key=line.id, label=f"{line.id[:4]}  {line.title}", hint=line.ticket)


def _prepare(bench: Bench, kind: str, past: Past, options: NewOptions) -> ContinuedWork:
    """The pack and the way, before the first question.

    Raises:
        UnusableError: If the pack is gone.
    """
    line = past.case.line
    try:
        pack = open_pack(bench, options.pack or line.pack_source or line.pack)
        form = pack.form(line.form)
    except SupportError as error:
        raise UnusableError(
            _("The case is safe, but its pack cannot be used: {problem}").format(problem=error.message),
            hint="\n".join(filter(None, [error.hint, _("Name another place of it with -p.")])),
            where=error.where,
        ) from None
    own = pack_of(pack, form, answered=past.case.line.state is CaseState.ANSWERED)
    way = way_of(pack, form, past, kind, options)
    return ContinuedWork(
        bench=bench,
        options=options,
        pack=own,
        form=own.form(kind),
        outputs=_outputs(kind, options),
        to=way.to,
        past=past,
        way=way,
        about_pack=pack,
        about_form=form,
    )


def _outputs(kind: str, options: NewOptions) -> list[Output]:
    if options.format == "eml" or not (options.format or options.output):
        return [Output(kind, "eml")]
    if options.output.endswith(".eml"):
        return [Output(kind, "eml")]
    known = [one for one in produce.FORMATS[kind] if one not in produce.REQUEST_FILE]
    ending = options.output.rpartition(".")[2]
    return [Output(kind, options.format or (ending if ending in known else known[0]))]


def _asked(work: ContinuedWork) -> Outcome:
    bench, case = work.bench, work.past.case
    assert bench.prompter is not None  # noqa: S101 - the caller asked
    drafts = open_drafts(bench)
    draft = drafts.create(
        case.request.pack, case.line.pack_source, work.form.id, bench.language, bench.now(), case.id, plain=bench.plain
    )
    keeper = begun(work, drafts, draft)
    bench.prompter().say(work.introduction())
    return interactive(work, keeper, drafts, _Ending(work))


def _scripted(work: ContinuedWork) -> Outcome:
    if work.refused:
        raise answers_error(work.refused)
    answers = with_defaults(work.form, work.answers)
    findings = work.findings(answers, work.attachments)
    return _finish(work, answers, work.attachments, findings, None, send=work.options.send)


class _Ending:
    """How the interview of a follow-up ends."""

    def __init__(self, work: ContinuedWork) -> None:
        self.work = work

    def target(self) -> str:
        return self.work.target()

    def preview(self, _id: str, answers: Mapping[str, Answer], files: Sequence[Attachment]) -> str:
        return self.work.done(answers, files, ()).text(Output(self.work.form.id, "txt"))

    def finish(
        self,
        answers: Mapping[str, Answer],
        files: Sequence[Attachment],
        findings: Sequence[Finding],
        keeper: DraftKeeper,
        *,
        send: bool,
    ) -> Outcome:
        outcome = _finish(self.work, answers, files, findings, keeper, send=send)
        if self.work.target():
            return outcome
        done = self.work.done(answers, files, findings)
        return by_hand.offer(self.work.bench, outcome, self.work.way.to, lambda: done.ticket)


def _finish(
    work: ContinuedWork,
    answers: Mapping[str, Answer],
    files: Sequence[Attachment],
    findings: Sequence[Finding],
    keeper: DraftKeeper | None,
    *,
    send: bool,
) -> Outcome:
    """Writes or sends it, and notes it in the case.

    Raises:
        SupportError: If it cannot be written or stored; then nothing was noted, and the draft is still there.
    """
    options, bench = work.options, work.bench
    stop_at(findings, strict=options.strict)
    done = work.done(answers, files, findings)
    stop_if_heavy(done)
    if options.dry_run:
        return done.outcome("dry-run", text=done.text(work.outputs[0]))
    draft_id = keeper.id if keeper else ""
    if not (send or options.request_id):
        return _complete(done, "", draft_id, send=False)
    purpose = _purpose(Outbox(bench.database()).list(request_id=done.request.id), work.form.id)
    repeats = _repeats_of(done, purpose, sends=send and work.way.by_hand is None)
    first = repeats.claim()
    if first is not None and not repeats.wanted_again(first):
        if draft_id:
            open_drafts(bench).delete(draft_id)
            bench.resume = ""
        before = msgspec.structs.replace(done.outcome("written"), first_made=first.mark.at)
        return before if first.message is None else sent(before, first.message)
    try:
        return _complete(done, purpose, draft_id, send=send)
    except BaseException:
        repeats.release()
        raise


def _repeats_of(done: Continued, purpose: str, *, sends: bool) -> "Repeats":
    """Knows a follow-up again by what it says."""
    from support_cli.requests import repeats

    way, request = done.way, done.request
    said = (request.id, done.work.form.id, done.message, done.answered, repeats.files_of(request))
    content = repeats.digest(*said, way.name, repeats.addresses_of(way.to))
    key = repeats.checked_key(done.work.options.request_id)
    return repeats.Repeats(done.work.bench, request.id, content, key=key, purpose=purpose, sends=sends)


def _complete(done: Continued, purpose: str, draft_id: str, *, send: bool) -> Outcome:
    work, options, bench = done.work, done.work.options, done.work.bench
    if send:
        work.check_way()
        made = tuple(write_documents(done)) if options.output or options.format else ()
        ready = done.outcome("queued", files=made)
        if (channel := work.way.by_hand) is None:
            return _send(done, purpose, ready, draft_id)
        _note(done, made, draft_id)
        bench.resume = ""
        handed = by_hand.hand_over(bench, done.ticket, work.way.name, channel, work.way.to)
        return msgspec.structs.replace(ready, state=handed.state, handed=handed)
    if options.output == "-":
        text = done.text(work.outputs[0])
        if draft_id:  # a script that prints a letter has not turned to anybody yet
            _note(done, (), draft_id)
        return done.outcome("written", text=text)
    made = tuple(write_documents(done))
    _note(done, made, draft_id)
    bench.resume = ""
    return done.outcome("written", files=made)


def _send(done: Continued, purpose: str, ready: Outcome, draft_id: str) -> Outcome:
    """Stores the message, notes the follow-up and ends its draft in one moment; then tries to send it."""
    bench, way, request = done.work.bench, done.way, done.request
    with bench.database().transaction():
        if way.desk is not None:
            message = store_ticket(bench, request, done.ticket, way.desk, purpose=purpose)
        else:
            message = store(bench, request, done.ticket, way.name, way.to, purpose=purpose, thread=done.thread)
        _note(done, (), draft_id)
    bench.resume = ""
    return sent(ready, attempt(bench, message.id))


def _purpose(messages: Sequence[Message], kind: str) -> str:
    """``follow-up-1``, ``escalation-2``: each is stored once, and its mark tells the desk which one it is."""
    return f"{kind}-{1 + sum(one.purpose.startswith(kind) for one in messages)}"


def _note(done: Continued, made: Sequence[Made], draft_id: str) -> None:
    bench, case_id = done.work.bench, done.request.id
    now = bench.now()
    cases = Cases(bench.database())
    files = [f"{file.name} ({format_size(file.size)})" for file in done.request.attachments]
    text = "\n".join(filter(None, [done.message, *files]))
    kind = _ENTRIES.get(done.work.form.id, JournalKind.ESCALATION)
    cases.add_follow_up(case_id, JournalEntry(at=now, kind=kind, text=text), draft_id=draft_id)
    if made:
        cases.add_documents(case_id, documents_of(made, now), now)
