"""The interview: the engine's walk, drawn by a prompter, kept by a draft."""

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field

import msgspec

from support_cli.attachments.tray import FileTray
from support_cli.base.finding import Finding, Level
from support_cli.base.i18n import _, ngettext
from support_cli.base.markdown import readable
from support_cli.cases.profile import ORIGINS, Entry
from support_cli.forms import questionnaire
from support_cli.forms.model import Kind, Question, Role, Value
from support_cli.forms.options import Invalid
from support_cli.forms.request import Answer, Source
from support_cli.forms.values import read
from support_cli.interview.engine import Engine
from support_cli.interview.prompter import (
    Act,
    Back,
    Edit,
    FilesScreen,
    Heading,
    Prompter,
    ReviewPage,
    Screen,
    Skip,
)
from support_cli.requests.advice import Advice
from support_cli.requests.draft import DraftKeeper
from support_cli.requests.review import Texts, files_question, from_shown, review_rows, to_shown, translate


@dataclass
class Talk:
    """One interview in progress.

    Attributes:
        engine: The walk.
        prompter: The screen.
        keeper: The draft.
        tray: The attachments.
        texts: Translations of the pack's texts into the customer's language.
        title: First line of every screen.
        offers: Contact details that may be offered, by role.
        troubles: Question id to why a value given beforehand cannot stay.
        unfinished: Question id to half-typed text.
        likely: Question id to what the story probably says, which its field starts with.
        deciding: Ids of the questions on whose answers others, or the way of the request, depend.
        closed: The text after the last question was shown.
        last: Id of the question that was asked last.
        review: Makes the findings for the review page.
        weigh: Weight of the encoded message in bytes; 0 where none is made.
        target: What Enter does on the review page, in words.
        can_send: Whether a way to send is set up.
        limit: Most bytes that the receiver takes.
        preview: Makes the main document as it would be now.
        advice: What the pack knows about such troubles.
    """

    engine: Engine
    prompter: Prompter
    keeper: DraftKeeper
    tray: FileTray
    texts: Texts
    title: str
    review: Callable[[], list[Finding]]
    weigh: Callable[[], int]
    target: str
    can_send: bool
    limit: int
    preview: Callable[[], str]
    advice: Advice
    offers: Mapping[Role, Entry] = field(default_factory=dict)
    troubles: dict[str, str] = field(default_factory=dict)
    unfinished: dict[str, str] = field(default_factory=dict)
    deciding: Set[str] = frozenset()
    likely: Mapping[str, Value] = field(default_factory=dict)
    closed: bool = False
    last: str = ""

    def hold(self) -> str:
        """Asks until the review page ends the interview.

        Returns:
            ``send``, ``write``, ``save``, or ``solved`` when what the pack knows was enough.

        Raises:
            Leave: If the person wants to go; everything said is stored.
        """
        while True:
            self.keeper.position(self.engine.at, self.progress_text())
            wish = self.advise(self.advice.early)
            if not wish:
                if self.ask_current():
                    continue
                wish = self.advise(self.advice.late)
            if wish == "back":
                self.engine.jump(self.last, then=self.engine.at)
                continue
            if wish:
                return wish
            self.say_closing()
            action = self.act(self.prompter.review(self.page()))
            if action:
                return action

    def ask_current(self) -> bool:
        """Asks the question at which the walk stands; False at the review."""
        question = self.engine.current()
        if question is None:
            return False
        self.last = question.id
        self.ask(question)
        return True

    def advise(self, offer: Callable[[Mapping[str, Value]], str]) -> str:
        """Offers what the pack knows, and keeps what was read or tried as an answer.

        Returns:
            What the person wants next; see ``Advice.early``.
        """
        wish = offer(self.engine.values)
        if wish:
            return wish
        noted = self.advice.note(self.engine.form, self.engine.answers)
        if noted is not None:
            question, answer = noted
            self.keeper.answer(question, answer)
            self.engine.answers[question.id] = answer
        return ""

    def say_closing(self) -> None:
        """Shows, once, the text of the form that stands after its last question."""
        closing = readable("\n\n".join(self.texts.get(text, text) for text in self.engine.closing_notes()))
        if closing and not self.closed:
            self.prompter.say(closing)
        self.closed = True

    def progress_text(self) -> str:
        """``4 of 12``, for lists."""
        position, total = self.engine.progress()
        return _("{position} of {total}").format(position=position, total=total)

    def heading(self) -> Heading:
        """The line above a question."""
        position, total = self.engine.progress()
        return Heading(title=self.title, position=position, total=total, saved=self.keeper.saved)

    def ask(self, question: Question) -> None:
        """Asks one question and stores what was said before anything else happens."""
        shown = translate(question, self.texts)
        notes = readable("\n\n".join(self.texts.get(text, text) for text in self.engine.notes()))
        if question.kind is Kind.UPLOAD:
            self.collect(shown, notes)
            return
        value, origin = self.suggestion(question)
        told = msgspec.structs.replace(question, example=shown.example)  # which a refusal quotes
        group = questionnaire.open_group(self.engine.form, self.engine.values, question)
        if group and group[-1] == question:  # those before it were left empty
            told, shown = (msgspec.structs.replace(one, required=True) for one in (told, shown))
        reply = self.prompter.ask(
            Screen(
                heading=self.heading(),
                question=shown,
                notes=notes,
                value=to_shown(question, shown, value),
                value_from=origin,
                unfinished=self.unfinished.get(question.id),
                adds=self.is_noted(question),
                group=questionnaire.one_needed(group, self.texts) if group else "",
                decides=question.id in self.deciding and question.kind is Kind.DROPDOWN and not question.multiple,
                problem=self.troubles.get(question.id, ""),
                can_go_back=self.engine.can_go_back(),
                check=lambda raw: self.trouble(told, from_shown(question, shown, raw)),
                keep=lambda text: self.half_typed(question, text),
            )
        )
        if isinstance(reply, Back):
            self.engine.back()
            return
        self.unfinished.pop(question.id, None)
        self.troubles.pop(question.id, None)
        answer = None
        if not isinstance(reply, Skip):
            said = read(question, from_shown(question, shown, reply.raw), self.texts)
            answer = None if said is None else Answer(said, Source.ASKED)
        self.keeper.answer(question, answer)
        self.engine.answer(answer)

    def is_noted(self, question: Question) -> bool:
        """Whether the answer so far was written down by the program and not seen by the person."""
        known = self.engine.answers.get(question.id)
        return known is not None and known.source is Source.NOTED

    def half_typed(self, question: Question, text: str) -> None:
        """Keeps a text that is still being typed."""
        if text:
            self.unfinished[question.id] = text
        else:
            self.unfinished.pop(question.id, None)
        self.keeper.unfinished(question, text)

    def trouble(self, question: Question, raw: Value) -> str | None:
        """Why a raw value will not do, in one sentence."""
        try:
            value = read(question, raw, self.texts)
        except Invalid as problem:
            return problem.message
        found = questionnaire.problems_of(question, value, self.texts)
        if not found:
            return None
        if found[0].code == "A001":
            return _("This needs an answer.")
        if question.kind is Kind.CONFIRM:
            return _("Without this consent the request cannot go on.")
        if question.kind is Kind.CHECKBOXES and found[0].code == "A007":
            return _boxes(question, value)
        return found[0].message

    def suggestion(self, question: Question) -> tuple[Value | None, str]:
        """What the field starts with: the answer so far, a contact detail, or the form's default."""
        known = self.engine.answers.get(question.id)
        if known is not None:
            return known.value, ""
        if question.id in self.likely:
            return self.likely[question.id], _("from your story")
        offer = self.offers.get(question.role) if question.role is not None else None
        if offer is not None and not question.secret:
            try:
                value = read(question, offer.value, self.texts)
            except Invalid:
                value = None
            if value is not None:
                return value, _(ORIGINS[offer.origin])
        return question.default, ""

    def collect(self, shown: Question, notes: str = "") -> None:
        """Lets the person attach files."""
        self.tray.turn_to(shown)
        reply = self.prompter.files(
            FilesScreen(
                heading=self.heading(),
                question=shown,
                notes=notes,
                tray=self.tray,
                can_go_back=self.engine.can_go_back(),
            )
        )
        if self.engine.at is None:
            return
        if isinstance(reply, Back):
            self.engine.back()
            return
        taken = [a.name for a in self.tray.attachments if a.question in (None, shown.id)]
        self.engine.answer(Answer(taken, Source.ASKED) if taken and not isinstance(reply, Skip) else None)

    def page(self) -> ReviewPage:
        """The review page."""
        findings = self.review()
        rows = review_rows(self.engine, self.tray.attachments, self.texts, findings)
        named = {row.question for row in rows}
        blocked = any(f.level is Level.ERROR for f in findings)
        return ReviewPage(
            title=_("Your request · nothing has been sent yet"),
            rows=rows,
            size=self.weigh(),
            limit=self.limit,
            target=self.target or _("write files"),
            can_send=self.can_send and not blocked,
            remarks=(*(f"{f.where}: {f.message}" for f in findings if f.where not in named), *self.may_ask()),
        )

    def may_ask(self) -> list[str]:
        """After a story, in one line: what the team would have asked too, and was not told."""
        if self.engine.plan is None:
            return []
        wanted = (self.engine.form.question(one) for one in self.engine.form.story.ask)
        visible = {question.id for question in self.engine.visible()}
        left = [one for one in wanted if one is not None and one.id in visible and one.id not in self.engine.answers]
        if not left:
            return []
        labels = ", ".join(translate(one, self.texts).label for one in left)
        return [_("They may still ask: {labels}").format(labels=labels)]

    def act(self, wish: Edit | Act) -> str:
        """Does what the review page was asked for; an action's name when it ends the interview."""
        if isinstance(wish, Edit):
            if not self.engine.jump(wish.question):
                self.attach()
            return ""
        if wish.action == "attach":
            self.attach()
            return ""
        if wish.action == "preview":
            self.prompter.read(_("This is how it would look."), self.preview())
            return ""
        if wish.action in ("send", "write"):
            blocking = [f for f in self.review() if f.level is Level.ERROR]
            if blocking:
                self.prompter.say("\n".join(dict.fromkeys(f.message for f in blocking)))
                self.engine.jump(blocking[0].where)
                return ""
        return wish.action

    def attach(self) -> None:
        """Opens the attachments from the review page, whether or not the form asks for them."""
        for question in self.engine.visible():
            if question.kind is Kind.UPLOAD:
                self.engine.jump(question.id)
                return
        self.collect(files_question())


def _boxes(question: Question, value: Value | None) -> str:
    """Which boxes have to be ticked, by the numbers that they have on the screen: their texts stand there already."""
    ticked = value if isinstance(value, list) else []
    shown = [option for option in question.options if option.on_form]
    due = [str(number) for number, one in enumerate(shown, 1) if one.required and one.label not in ticked]
    return ngettext("Box {numbers} has to be ticked.", "Boxes {numbers} have to be ticked.", len(due)).format(
        numbers=", ".join(due)
    )
