"""An interview on the screen, whatever it is for: held until it is ended, saved or left."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from support_cli.attachments import budget
from support_cli.attachments.tray import FileTray
from support_cli.base.errors import InterruptedRun, SupportError
from support_cli.base.finding import Finding
from support_cli.base.i18n import _
from support_cli.base.invocation import command_line
from support_cli.cases.drafts import Drafts
from support_cli.cases.errors import DraftOpenElsewhere
from support_cli.environment import Bench
from support_cli.forms import questionnaire
from support_cli.forms.model import Form, Kind
from support_cli.forms.request import Answer, Attachment
from support_cli.interview.engine import Engine
from support_cli.interview.prompter import Choice, Leave
from support_cli.requests.advice import Advice
from support_cli.requests.draft import DraftKeeper
from support_cli.requests.interview import Talk
from support_cli.requests.work import HEAD, Outcome, Work
from support_cli.understanding.plan import consents, what_to_ask

if TYPE_CHECKING:
    from support_cli.cases.drafts import Drafts
    from support_cli.cases.records import Draft


class Ending(Protocol):
    """What becomes of the answers: a new request, or a follow-up to one."""

    def target(self) -> str:
        """Whom Enter sends to, in words; empty where nothing can be sent and files are written."""

    def preview(self, request_id: str, answers: Mapping[str, Answer], files: Sequence[Attachment]) -> str:
        """The main document as it would be now, as text."""

    def finish(
        self,
        answers: Mapping[str, Answer],
        files: Sequence[Attachment],
        findings: Sequence[Finding],
        keeper: DraftKeeper,
        *,
        send: bool,
    ) -> Outcome:
        """Writes or sends it; whatever it raises leaves the review page open."""


def keeper_of(bench: Bench, drafts: "Drafts", draft: "Draft") -> DraftKeeper:
    """Keeps a draft from now on; every exit names the command that goes on with it."""
    assert bench.prompter is not None  # noqa: S101 - the caller asked
    bench.resume = command_line("resume", draft.id[:4])
    return DraftKeeper(drafts, draft, bench.prompter(), bench.now, persistent=bench.database().persistent)


def begun(work: Work, drafts: "Drafts", draft: "Draft") -> DraftKeeper:
    """Keeps a new draft; what was said on the command line is in it from the start."""
    keeper = keeper_of(work.bench, drafts, draft)
    store_answers(work, keeper)
    if work.attachments:
        keeper.attachments(work.attachments)
    return keeper


def store_answers(work: Work, keeper: DraftKeeper) -> None:
    """Stores what is known before anything is asked."""
    for question in work.form.questions:
        if question.id in work.answers:
            keeper.answer(question, work.answers[question.id])


def interactive(work: Work, keeper: DraftKeeper, drafts: "Drafts", ending: Ending, talk: Talk | None = None) -> Outcome:
    """Asks until the person sends, writes, saves or leaves.

    Args:
        work: The request in the making.
        keeper: Its draft.
        drafts: All drafts.
        ending: What becomes of the answers.
        talk: The interview, if it has begun already.

    Raises:
        InterruptedRun: If they leave; everything said is stored.
    """
    bench = work.bench
    talk = talk or talk_of(work, keeper, ending)
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
                files, findings = talk.tray.attachments, talk.review()
                return ending.finish(engine.answers, files, findings, keeper, send=action == "send")
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
        _("Good. Nothing is sent. What should happen to what you wrote?"),
        [
            Choice(key="keep", label=_("Keep it, in case the trouble comes back")),
            Choice(key="delete", label=_("Delete it"), final=True),
        ],
        default="keep",
    )
    if wish != "delete":
        bench.say(_saved_line(talk.engine, keeper))
        return Outcome(id=keeper.id, state="saved")
    drafts.delete(keeper.id)
    bench.resume = ""
    bench.say(_("The draft was deleted, and nothing was sent."))
    return Outcome(id=keeper.id, state="solved")


def talk_of(work: Work, keeper: DraftKeeper, ending: Ending) -> Talk:
    """The interview about a request; after a story it asks only what is still missing."""
    bench = work.bench
    assert bench.prompter is not None  # noqa: S101 - the caller asked
    manifest = work.pack.manifest
    plan = (lambda answers, asked: _left_to_ask(work.form, answers, asked)) if work.reading is not None else None
    engine = Engine(work.form, work.answers, work.at, plan=plan, asked=work.asked)
    tray = FileTray(
        manifest.limits,
        folder=bench.made,
        cwd=bench.cwd,
        other=HEAD,
        uploads=[question for question in work.form.questions if question.kind is Kind.UPLOAD],
        attachments=work.attachments,
        changed=keeper.attachments,
    )
    texts = work.texts
    title = texts.get(manifest.title, manifest.title)
    name = texts.get(work.form.name, work.form.name)
    target = ending.target()
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
        preview=lambda: ending.preview(keeper.id, engine.answers, tray.attachments),
        advice=Advice(
            work.known,
            bench.prompter(),
            engine.values if work.resumed else {},
            steps_shown=work.resumed and work.at is None,
        ),
        deciding=questionnaire.deciding(work.form, manifest.routes),
        offers=bench.profile.offers() if bench.prefill else {},
        likely={} if work.reading is None else {k: one.value for k, one in work.reading.found.items() if not one.sure},
        troubles={f.where: f.message for f in work.refused},
        unfinished=work.unfinished,
    )


def _left_to_ask(form: Form, answers: Mapping[str, Answer], asked: Sequence[str]) -> list[str]:
    values = {key: answer.value for key, answer in answers.items()}
    return [*what_to_ask(form, values, asked), *(question.id for question in consents(form, values))]


def left(engine: Engine, keeper: DraftKeeper) -> InterruptedRun:
    """The person went away in the middle."""
    return InterruptedRun(_saved_line(engine, keeper))


def _saved_line(engine: Engine, keeper: DraftKeeper) -> str:
    if engine.at is None:
        return saved_as(keeper, _("Saved at the review. Go on any time:  {command}"))
    position, total = engine.progress()
    text = _("Saved at question {position} of {total}. Go on any time:  {command}")
    return saved_as(keeper, text.format(position=position, total=total, command="{command}"))


def saved_as(keeper: DraftKeeper, text: str) -> str:
    """What is said of a draft that is left: that it is saved, or that not everything is.

    Args:
        keeper: The draft.
        text: The sentence where everything is saved, with ``{command}`` for what goes on with it.
    """
    if not keeper.saved:
        text = _("Not everything could be saved.") + " " + _("Go on with what is there:  {command}")
    return text.format(command=command_line("resume", keeper.id[:4]))


def open_drafts(bench: Bench) -> "Drafts":
    """The drafts of this machine."""
    return Drafts(bench.database())


def hold(bench: Bench, drafts: "Drafts", draft: "Draft") -> "Draft":
    """Takes the draft for this process; where another one has it open, the person decides."""
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
        bench.resume = command_line("resume", copy.id[:4])
        return copy
    return draft
