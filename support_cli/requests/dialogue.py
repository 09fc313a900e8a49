"""The interview with a person: begun, gone on with, and brought to its end."""

import contextlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from support_cli.base import i18n
from support_cli.base.addresses import Address, AddressError
from support_cli.base.errors import SupportError, UnusableError, UsageError
from support_cli.base.finding import Finding
from support_cli.base.i18n import _
from support_cli.base.invocation import command_line
from support_cli.cases.records import STORY
from support_cli.distribution.choose import choose_form, open_pack, pack_source
from support_cli.environment import Bench
from support_cli.forms.request import Answer, Attachment, Source
from support_cli.interview.prompter import Choice, Leave, Prompter
from support_cli.packs.pack import Pack
from support_cli.requests import by_hand, places, produce, story
from support_cli.requests.draft import DraftKeeper
from support_cli.requests.finish import finish, preview
from support_cli.requests.follow_up import resume_follow_up
from support_cli.requests.options import NewOptions
from support_cli.requests.overview import draft_title
from support_cli.requests.prepare import named_addresses, prepare, try_templates
from support_cli.requests.submit import check_way
from support_cli.requests.walk import begun, hold, interactive, keeper_of, open_drafts, talk_of
from support_cli.requests.work import Outcome, Work

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
    pack = story.comes_first(bench, options)
    if pack is not None:
        return _tell(bench, options, pack)
    work = prepare(bench, options)
    drafts = open_drafts(bench)
    keeper = begun(work, drafts, _new_draft(bench, drafts, work))
    if work.reading is not None:
        keeper.answer(story.story_question(), Answer(work.story, Source.FILE))
        return _look_over(story.StoryTelling(bench, options, keeper, drafts, work.attachments), work, work.story)
    _introduce(work, bench.prompter())
    return interactive(work, keeper, drafts, RequestEnding(work))


def _new_draft(bench: Bench, drafts: "Drafts", work: Work) -> "Draft":
    return drafts.create(
        pack=work.request("", {}, []).pack,
        pack_source=pack_source(work.pack),
        form=work.form.id,
        language=bench.language,
        now=bench.now(),
        plain=bench.plain,
    )


def _tell(bench: Bench, options: NewOptions, pack: Pack) -> Outcome:
    """Begins with the story; who would rather be asked gets the form's questions one by one."""
    drafts = open_drafts(bench)
    work = prepare(bench, options._replace(form=pack.form_ids()[0]))
    keeper = begun(work, drafts, _new_draft(bench, drafts, work))
    telling = story.StoryTelling(bench, options, keeper, drafts, work.attachments)
    text = telling.ask(work.texts.get(pack.manifest.title, pack.manifest.title))
    return _told(telling, pack, text)


def _told(telling: "story.StoryTelling", pack: Pack, text: str) -> Outcome:
    bench, keeper, drafts = telling.bench, telling.keeper, telling.drafts
    if text:
        pack, form_id = telling.choose(telling.read(text, pack))
        return _look_over(telling, telling.prepare(text, pack, form_id), text)
    try:
        form_id = choose_form(bench, pack, "").id
    except (Leave, KeyboardInterrupt, EOFError):
        raise telling.left() from None
    work = telling.prepare("", pack, form_id)
    _introduce(work, telling.prompter)
    return interactive(work, keeper, drafts, RequestEnding(work))


def _look_over(telling: "story.StoryTelling", work: Work, text: str) -> Outcome:
    """Shows what was understood, until the person goes on to what is left to ask."""
    keeper, drafts = telling.keeper, telling.drafts
    while True:
        ending = RequestEnding(work)
        talk = talk_of(work, keeper, ending)
        keeper.position(story.UNDERSTOOD, _("the story"))
        try:
            several = not telling.options.pack or len(work.pack.form_ids()) > 1
            wish = story.look_over(talk, work, changeable=several)
        except (Leave, KeyboardInterrupt, EOFError):
            raise telling.left() from None
        telling.changed |= {key: one for key, one in talk.engine.answers.items() if one.source is Source.ASKED}
        if wish == "save":
            telling.bench.say(telling.left().message)
            return Outcome(id=keeper.id, state="saved")
        if wish == "tell":
            text = telling.ask(talk.title, told=text) or text
            pack, form_id = telling.choose(telling.read(text, work.pack))
            work = telling.prepare(text, pack, form_id)
        elif wish == "form":
            pack, form_id = telling.another(work.pack)
            work = telling.prepare(text, pack, form_id)
        else:
            if wish == "all":
                keeper.answer(story.all_questions(), Answer(True, Source.NOTED))
                talk.engine.ask_all()
            _introduce(work, telling.prompter)
            return interactive(work, keeper, drafts, ending, talk)


class RequestEnding:
    """How the interview of a new request ends.

    Args:
        work: The request in the making.
    """

    def __init__(self, work: Work) -> None:
        self.work = work
        self._target = _target(work)

    def target(self) -> str:
        """Whom Enter sends to, in words; empty where nothing can be sent and files are written."""
        return self._target

    def preview(self, request_id: str, answers: Mapping[str, Answer], files: Sequence[Attachment]) -> str:
        """The main document as it would be now."""
        return preview(self.work, request_id, answers, files)

    def finish(
        self,
        answers: Mapping[str, Answer],
        files: Sequence[Attachment],
        findings: Sequence[Finding],
        keeper: DraftKeeper,
        *,
        send: bool,
    ) -> Outcome:
        """Makes the request; where nothing can be sent from here, other ways to hand it in are offered."""
        outcome = finish(self.work, answers, files, findings, keeper, send=send)
        request = outcome.request
        if self._target or request is None:
            return outcome
        to: tuple[Address, ...] = ()
        with contextlib.suppress(AddressError):  # one of the pack's: what was asked for is written all the same
            to = self.work.addressed(request.answers)
        return by_hand.offer(self.work.bench, outcome, to, lambda: self.work.ticket(request, outcome.findings))


def _target(work: Work) -> str:
    if work.pack.offer is not None and not work.options.channel and "browser" in work.pack.manifest.channels:
        work.options = work.options._replace(channel="browser")
    name, channel, _queue = work.route(work.answers)
    if channel is not None and channel.kind in produce.WEB_KINDS:
        return _("the web form in your browser") if channel.kind == "browser" else f"{channel.url} ({channel.kind})"
    if channel is not None and channel.kind in produce.BY_HAND:
        return _("your mail program") if channel.kind == "mailto" else _("the clipboard")
    by_mail = channel is None or channel.kind in produce.MAIL_KINDS or bool(work.to)
    if by_mail and not work.bench.mail.transport:
        return ""  # and nothing that sends is loaded before the first question

    try:
        check_way(work.bench, name, channel, work.to)
    except UsageError:
        return ""
    return ", ".join(one.address for one in produce.receivers(channel, work.to)) or name


def _introduce(work: Work, prompter: Prompter) -> None:
    """Says what helps before the first question: what to have at hand, who does not help with what."""
    points = (*work.pack.manifest.before_you_start, *work.form.before_you_start)
    if points:
        texts = work.texts
        lines = [_("Before you start:")] + [f"  - {texts.get(point, point)}" for point in points]
        prompter.say("\n".join([*lines, _("You can stop at any question; what you said is kept until you come back.")]))


def _waiting(bench: Bench, options: NewOptions) -> "Draft | None":
    """Asks whether to go on with a draft that waits, when nothing else was said."""
    if options != NewOptions():
        return None
    drafts = open_drafts(bench).list()
    if not drafts or bench.prompter is None:
        return None
    newest = drafts[0]
    bench.plain |= newest.plain
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
            _("Going on with a draft needs a terminal."),
            hint=command_line("cases", "list") + "\n" + command_line("render", "DRAFT", "-f", "yaml"),
        )
    drafts = open_drafts(bench)
    draft = drafts.get(prefix) if prefix else _pick(bench, drafts.list())
    bench.plain |= draft.plain
    if draft.about:
        return resume_follow_up(bench, draft, options)
    bench.resume = command_line("resume", draft.id[:4])
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
    draft = hold(bench, drafts, draft)
    told = story.told_in(draft)
    if draft.position in (STORY, story.UNDERSTOOD):
        keeper = keeper_of(bench, drafts, draft)
        telling = story.StoryTelling(bench, options, keeper, drafts, draft.attachments)
        if draft.position == STORY:
            title = pack.texts(bench.language).get(pack.manifest.title, pack.manifest.title)
            told = telling.ask(title, told=told, unfinished=draft.unfinished.get(STORY))
            return _told(telling, pack, told)
        telling.changed = {key: one for key, one in draft.answers.items() if one.source is Source.ASKED}
        return _look_over(telling, telling.prepare(told, pack, form.id), told)
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
    if told:
        story.go_on(work, draft, told)
    places.check_place(options.output or bench.output, bench.cwd)
    try_templates(work)
    keeper = keeper_of(bench, drafts, draft)
    return interactive(work, keeper, drafts, RequestEnding(work))


def _pick(bench: Bench, drafts: "Sequence[Draft]") -> "Draft":
    """The draft that waits; where several do, the person says which one."""
    if not drafts:
        raise UsageError(_("No draft is waiting."), hint=command_line("new"))
    if len(drafts) == 1:
        return drafts[0]
    assert bench.prompter is not None  # noqa: S101 - the caller asked
    bench.plain |= drafts[0].plain
    choices = [Choice(key=one.id, label=draft_title(one), hint=f"{one.id[:4]} · {one.progress}") for one in drafts]
    wish = bench.prompter().choose(_("Which one would you like to go on with?"), choices, default=drafts[0].id)
    return next(one for one in drafts if one.id == wish)
