"""The interview with a person: begun, gone on with, and brought to its end."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from support_cli import i18n
from support_cli.attachments import budget
from support_cli.attachments.tray import FileTray
from support_cli.errors import InterruptedRun, SupportError, UnusableError, UsageError
from support_cli.i18n import _
from support_cli.interview.engine import Engine
from support_cli.interview.prompter import Choice, Leave, Prompter
from support_cli.packs.model import Kind
from support_cli.workflow import by_hand, places, produce
from support_cli.workflow.advice import Advice
from support_cli.workflow.bench import Bench
from support_cli.workflow.choose import open_pack, pack_source
from support_cli.workflow.draft import DraftKeeper
from support_cli.workflow.finish import finish, preview
from support_cli.workflow.interview import Talk
from support_cli.workflow.overview import draft_title
from support_cli.workflow.prepare import named_addresses, prepare, try_templates
from support_cli.workflow.work import HEAD, NewOptions, Outcome, Work

if TYPE_CHECKING:
    from support_cli.cases.drafts import Drafts
    from support_cli.cases.records import Draft


def begin(bench: Bench, options: NewOptions) -> Outcome:
    """Begins an interview, or goes on with a draft that waits when nothing was said on the command line.

    Raises:
        SupportError: With the exit code of what went wrong; what was typed is saved.
    """
    assert bench.prompter is not None  # noqa: S101 - the caller asked
    draft = _waiting(bench, options)
    if draft is not None:
        return resume(bench, draft.id, options)
    work = prepare(bench, options)
    drafts = _drafts(bench)
    draft = drafts.create(
        pack=work.request("", {}, []).pack,
        pack_source=pack_source(work.pack),
        form=work.form.id,
        language=bench.language,
        now=bench.now(),
    )
    keeper = DraftKeeper(drafts, draft, bench.prompter(), bench.now, persistent=bench.database().persistent)
    bench.resume = f"support resume {draft.id[:4]}"
    for question in work.form.questions:
        if question.id in work.answers:
            keeper.answer(question, work.answers[question.id])
    if work.attachments:
        keeper.attachments(work.attachments)
    _introduce(work, bench.prompter())
    return _interactive(work, keeper, drafts)


def _interactive(work: Work, keeper: DraftKeeper, drafts: "Drafts") -> Outcome:
    bench = work.bench
    talk = _talk(work, keeper)
    engine = talk.engine
    try:
        for question_id in work.again:
            if engine.jump(question_id, then=engine.at):
                talk.ask_current()
        while True:
            action = talk.hold()
            if action == "solved":
                return _spared(talk, drafts, bench)
            if action == "save":
                bench.say(_saved_line(engine, keeper))
                return Outcome(id=keeper.id, state="saved")
            try:
                outcome = finish(
                    work, engine.answers, talk.tray.attachments, talk.review(), keeper, send=action == "send"
                )
                return outcome if talk.can_send else by_hand.offer(work, outcome)
            except Leave:
                raise
            except SupportError as error:
                # The work is done; only its end failed. The review page stays open.
                bench.say(error.message + ("\n" + error.hint if error.hint else ""))
    except (Leave, KeyboardInterrupt, EOFError):
        raise left(engine, keeper) from None


def _spared(talk: Talk, drafts: "Drafts", bench: Bench) -> Outcome:
    """Nobody need be written to; the person says whether the draft is of any more use."""
    keeper = talk.keeper
    wish = talk.prompter.choose(
        _("Good. Nothing is sent. What shall become of what you wrote?"),
        [
            Choice(key="delete", label=_("Delete it")),
            Choice(key="keep", label=_("Keep it, in case the trouble comes back")),
        ],
        default="delete",
    )
    if wish == "keep":
        bench.say(_saved_line(talk.engine, keeper))
        return Outcome(id=keeper.id, state="saved")
    drafts.delete(keeper.id)
    bench.resume = ""
    bench.say(_("The draft was deleted, and nothing was sent."))
    return Outcome(id=keeper.id, state="solved")


def _talk(work: Work, keeper: DraftKeeper) -> Talk:
    bench = work.bench
    assert bench.prompter is not None  # noqa: S101 - the caller asked
    manifest = work.pack.manifest
    engine = Engine(work.form, work.answers, work.at)
    tray = FileTray(
        manifest.limits,
        folder=bench.made,
        cwd=bench.cwd,
        other=HEAD,
        question=next((q for q in work.form.questions if q.kind is Kind.UPLOAD), None),
        attachments=work.attachments,
        changed=keeper.attachments,
    )
    texts = work.texts
    title = texts.get(manifest.title, manifest.title)
    name = texts.get(work.form.name, work.form.name)
    target = _target(work)
    return Talk(
        engine=engine,
        prompter=bench.prompter(),
        keeper=keeper,
        tray=tray,
        texts=texts,
        title=title if title == name else f"{title} · {name}",
        review=lambda: work.findings(engine.answers, tray.attachments, tray.problems()),
        weigh=lambda: 0 if work.form.foreign else budget.message_size(tray.attachments, HEAD),
        target=target,
        can_send=bool(target),
        limit=manifest.limits.message,
        preview=lambda: preview(work, keeper.id, engine.answers, tray.attachments),
        advice=Advice(work.known, bench.prompter(), engine.values if work.resumed else {}),
        offers=bench.profile.offers() if bench.prefill else {},
        troubles={f.where: f.message for f in work.refused},
        unfinished=work.unfinished,
    )


def _target(work: Work) -> str:
    """Whom Enter sends to, in words; empty where nothing can be sent and files are written."""
    from support_cli.workflow.submit import check_way

    if work.pack.offer is not None and not work.options.channel and "browser" in work.pack.manifest.channels:
        work.options = msgspec.structs.replace(work.options, channel="browser")
    name, channel, _queue = work.route(work.answers)
    if channel is not None and channel.kind in produce.WEB_KINDS:
        return _("the web form in your browser") if channel.kind == "browser" else channel.kind
    if channel is not None and channel.kind in produce.BY_HAND:
        return _("your mail program") if channel.kind == "mailto" else _("the clipboard")
    try:
        check_way(work.bench, name, channel, work.to)
    except UsageError:
        return ""
    return ", ".join(one.address for one in produce.receivers(channel, work.to))


def left(engine: Engine, keeper: DraftKeeper) -> InterruptedRun:
    """The person went away in the middle."""
    return InterruptedRun(_saved_line(engine, keeper))


def _saved_line(engine: Engine, keeper: DraftKeeper) -> str:
    command = f"support resume {keeper.id[:4]}"
    if not keeper.saved:
        return (
            _("Not everything could be saved.")
            + " "
            + _("Go on with what is there:  {command}").format(command=command)
        )
    if engine.at is None:
        return _("Saved at the review. Go on any time:  {command}").format(command=command)
    position, total = engine.progress()
    return _("Saved at question {position} of {total}. Go on any time:  {command}").format(
        position=position, total=total, command=command
    )


def _introduce(work: Work, prompter: Prompter) -> None:
    """Says what helps before the first question: what to have at hand, who does not help with what."""
    points = (*work.pack.manifest.before_you_start, *work.form.before_you_start)
    if points:
        texts = work.texts
        lines = [_("Before you start:")] + [f"  - {texts.get(point, point)}" for point in points]
        prompter.say("\n".join([*lines, _("You can stop at any question; what you said is kept until you come back.")]))


def _drafts(bench: Bench) -> "Drafts":
    from support_cli.cases.drafts import Drafts

    return Drafts(bench.database())


def _waiting(bench: Bench, options: NewOptions) -> "Draft | None":
    """Asks whether to go on with a draft that waits, when nothing else was said."""
    if options != NewOptions():
        return None
    drafts = _drafts(bench).list()
    if not drafts or bench.prompter is None:
        return None
    newest = drafts[0]
    choices = [
        Choice(
            key="resume",
            label=_("Go on with it"),
            hint=newest.progress,
        ),
        Choice(key="new", label=_("Start a new one")),
    ]
    title = _("A request is waiting to be finished: {title}").format(title=draft_title(newest))
    return newest if bench.prompter().choose(title, choices, default="resume") == "resume" else None


def resume(bench: Bench, prefix: str, options: NewOptions) -> Outcome:
    """Goes on with a draft.

    Raises:
        UsageError: Without a terminal, where nobody can answer.
        SupportError: If there is no such draft, or its pack is gone.
    """
    if bench.prompter is None or options.no_input:
        raise UsageError(
            _("Going on with a draft needs a terminal."), hint="support cases list; support render DRAFT -f yaml"
        )
    drafts = _drafts(bench)
    draft = drafts.get(prefix) if prefix else _only(drafts.list())
    bench.resume = f"support resume {draft.id[:4]}"
    bench.language = draft.language
    i18n.activate(i18n.match_language([draft.language]))
    try:
        pack = open_pack(bench, draft.pack_source)
        form = pack.form(draft.form)
    except SupportError as error:
        raise UnusableError(
            _("The draft is safe, but its pack cannot be used: {problem}").format(problem=error.message),
            hint=error.hint,
            where=error.where,
        ) from None
    prompter = bench.prompter()
    draft = _hold(bench, drafts, draft)
    if pack.digest != draft.pack.digest:
        prompter.say(_("The questions have changed since; your answers are kept where they still fit."))
    known = {q.id for q in form.questions}
    work = Work(
        bench=bench,
        options=options,
        pack=pack,
        form=form,
        outputs=produce.choose_outputs(form, options.document, options.format, options.output),
        to=named_addresses(pack, options),
        answers={key: answer for key, answer in draft.answers.items() if key in known},
        attachments=list(draft.attachments),
        at=draft.position,
        again=[one for one in draft.secrets if form.question(one) is not None],
        unfinished=dict(draft.unfinished),
        resumed=True,
    )
    places.check_place(options.output or bench.output, bench.cwd)
    try_templates(work)
    keeper = DraftKeeper(drafts, draft, prompter, bench.now, persistent=bench.database().persistent)
    return _interactive(work, keeper, drafts)


def _only(drafts: "Sequence[Draft]") -> "Draft":
    if not drafts:
        raise UsageError(_("No draft is waiting."), hint="support new")
    if len(drafts) > 1:
        lines = "\n".join(f"  support resume {d.id[:4]}   {draft_title(d)}   {d.progress}" for d in drafts[:10])
        raise UsageError(_("Several drafts are waiting; name one of them."), hint=lines)
    return drafts[0]


def _hold(bench: Bench, drafts: "Drafts", draft: "Draft") -> "Draft":
    """Takes the draft for this process; where another one has it open, the person decides."""
    from support_cli.cases.errors import DraftOpenElsewhere

    assert bench.prompter is not None  # noqa: S101 - the caller asked
    try:
        drafts.acquire(draft.id, bench.now())
    except DraftOpenElsewhere as error:
        choices = [
            Choice(key="copy", label=_("Go on with a copy")),
            Choice(key="take", label=_("Go on with it here")),
            Choice(key="leave", label=_("Stop here")),
        ]
        wish = bench.prompter().choose(error.message, choices, default="copy")
        if wish == "leave":
            raise Leave from None
        if wish == "take":
            drafts.acquire(draft.id, bench.now(), force=True)
            return draft
        copy = drafts.copy(draft.id, bench.now())
        bench.resume = f"support resume {copy.id[:4]}"
        return copy
    return draft
