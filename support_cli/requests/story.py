"""A new request that begins with a story: it is told once, shown as it was understood, and little is asked after it.

The story lies in the draft under an id of its own before anything is made of it, half-typed too. What it surely says
fills the form; the person looks it over on one page, and only what is missing is asked then, with a few things more.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from support_cli.base.errors import InterruptedRun
from support_cli.base.i18n import _
from support_cli.base.text import clean_line, shorten
from support_cli.cases.records import STORY
from support_cli.distribution.choose import DEFAULT_PACK, find_pack, open_pack, pack_source
from support_cli.environment import Bench
from support_cli.forms.model import Form, Kind, Question, Role
from support_cli.forms.request import Answer, Attachment, Source
from support_cli.interview.prompter import (
    Choice,
    Edit,
    Heading,
    Leave,
    Screen,
    Skip,
    StoryPage,
    StoryRow,
)
from support_cli.packs.pack import Pack
from support_cli.requests.draft import DraftKeeper
from support_cli.requests.interview import Talk
from support_cli.requests.options import NewOptions
from support_cli.requests.prepare import prepare
from support_cli.requests.review import translate, value_text
from support_cli.requests.understanding import Reading, StoryReader, packs_on_offer
from support_cli.requests.walk import saved_as, store_answers
from support_cli.requests.work import Work

if TYPE_CHECKING:
    from support_cli.cases.drafts import Drafts
    from support_cli.cases.records import Draft

UNDERSTOOD = ":understood"
"""Position of a draft whose story is told and not looked over yet."""
ALL = ":all"
"""In a draft: the person wanted to be asked everything."""
_LONGEST_QUOTE = 60


def story_question() -> Question:
    """The one question before all others."""
    return Question(
        id=STORY,
        kind=Kind.TEXTAREA,
        label=_("What happened? Tell it as you would tell a friend."),
        description=_("What you say here is not asked again. Leave it empty to be asked question by question."),
    )


def all_questions() -> Question:
    """Stands for the wish to be asked everything."""
    return Question(id=ALL, kind=Kind.CONFIRM, label="")


def comes_first(bench: Bench, options: NewOptions) -> Pack | None:
    """The pack that a story is told to, where one is told before the questions.

    Returns:
        None where answers or a form were given on the command line, and for the forms of other platforms.
    """
    if options.form or options.answers or options.set or options.body or options.story:
        return None
    pack, form_id = find_pack(bench, options.pack, "", strict=options.strict_form)
    forms = [] if form_id or pack.offer is not None else [pack.form(one) for one in pack.form_ids()]
    return pack if any(_asks_what_happened(form) for form in forms) else None


def _asks_what_happened(form: Form) -> bool:
    told = form.with_role(Role.DETAILS) or form.with_role(Role.SUMMARY)
    return told is not None and form.story.first and not form.foreign


class StoryTelling:
    """The beginning of one request, from the empty field to the page about what was understood.

    Args:
        bench: The collaborators.
        options: What the command line asks for.
        keeper: The draft.
        drafts: All drafts.
        attachments: Files collected so far; they stay, whatever form is chosen.

    Attributes:
        changed: What the person said otherwise than it was understood; it stays when more is told.
    """

    def __init__(
        self,
        bench: Bench,
        options: NewOptions,
        keeper: DraftKeeper,
        drafts: "Drafts",
        attachments: Sequence[Attachment],
    ) -> None:
        assert bench.prompter is not None  # noqa: S101 - the caller asked
        self.bench = bench
        self.options = options._replace(attach=(), story="")  # both were read
        self.keeper = keeper
        self.drafts = drafts
        self.prompter = bench.prompter()
        self.attachments = list(attachments)
        self.changed: dict[str, Answer] = {}

    def ask(self, title: str, *, told: str = "", unfinished: str | None = None) -> str:
        """Asks for the story; empty where the person would rather be asked question by question.

        Raises:
            InterruptedRun: If they leave; what they typed is saved.
        """
        question = story_question()
        self.keeper.position(STORY, _("the story"))
        try:
            reply = self.prompter.ask(
                Screen(
                    heading=Heading(title=title, position=1, total=0, saved=self.keeper.saved),
                    question=question,
                    value=told or None,
                    unfinished=unfinished,
                    can_go_back=False,
                    check=lambda _raw: None,
                    keep=lambda text: self.keeper.unfinished(question, text),
                )
            )
        except (Leave, KeyboardInterrupt, EOFError):
            raise self.left() from None
        text = "" if isinstance(reply, Skip) else str(getattr(reply, "raw", "") or "").strip()
        self.keeper.answer(question, Answer(text, Source.ASKED) if text else None)
        return text

    def left(self) -> InterruptedRun:
        """The person went away before the first question."""
        return InterruptedRun(saved_as(self.keeper, _("What you told is saved. Go on any time:  {command}")))

    def choose(self, reading: Reading) -> tuple[Pack, str]:
        """The form that the story belongs to; where two fit about as well, the person says which."""
        if not reading.unsure:
            return reading.pack, reading.form.id
        best = [(self._pack(reading, one.pack), one.form) for one in reading.candidates[:2]]
        return self._pick(_("What is it about?"), best)

    def another(self, pack: Pack) -> tuple[Pack, str]:
        """Lets the person choose another form."""
        forms = [(one, form_id) for one in self.offered(pack) for form_id in one.form_ids()]
        return self._pick(_("Which form fits?"), forms)

    def prepare(self, text: str, pack: Pack, form_id: str) -> Work:
        """Tries everything with the form that was chosen, and fills in what the story surely says."""
        usual = self.bench.default_pack or DEFAULT_PACK
        named = self.options.pack or ("" if pack_source(pack) == usual else pack_source(pack))
        work = prepare(self.bench, self.options._replace(pack=named, form=form_id, told=text))
        work.answers |= {key: one for key, one in self.changed.items() if work.form.question(key) is not None}
        work.attachments = list(self.attachments)
        self.drafts.set_form(
            self.keeper.id,
            pack=work.request("", {}, []).pack,
            pack_source=pack_source(work.pack),
            form=work.form.id,
            now=self.bench.now(),
        )
        store_answers(work, self.keeper)
        return work

    def read(self, text: str, pack: Pack) -> Reading:
        """Reads the story by the forms that may fit."""
        reader = StoryReader(self.offered(pack), self.bench.now().date(), language=self.bench.language)
        return reader.read(text)

    def offered(self, pack: Pack) -> list[Pack]:
        """The packs whose forms a story may choose: the one that was named, else all that let themselves be offered."""
        return [pack] if self.options.pack or self.bench.default_pack else packs_on_offer(self.bench)

    def _pack(self, reading: Reading, name: str) -> Pack:
        return reading.pack if reading.pack.manifest.name == name else open_pack(self.bench, name)

    def _pick(self, title: str, forms: Sequence[tuple[Pack, str]]) -> tuple[Pack, str]:
        choices = []
        for number, (pack, form_id) in enumerate(forms):
            texts = pack.texts(self.bench.language)
            form = pack.form(form_id)
            name = texts.get(form.name, form.name)
            choices.append(
                Choice(
                    key=str(number),
                    label=f"{texts.get(pack.manifest.title, pack.manifest.title)} · {name}",
                    hint=texts.get(form.description, form.description),
                )
            )
        try:
            return forms[int(self.prompter.choose(title, choices, default="0"))]
        except (Leave, KeyboardInterrupt, EOFError):
            raise self.left() from None


def look_over(talk: Talk, work: Work, *, changeable: bool) -> str:
    """Shows what was understood until the person goes on; what they change is asked right there.

    Args:
        talk: The interview.
        work: The request in the making.
        changeable: There is another form to choose.

    Returns:
        ``go``, ``all`` (questions of the form), ``tell`` (more), ``form`` (another one) or ``save``.
    """
    while True:
        reply = talk.prompter.story(story_page(talk, work, changeable=changeable))
        if not isinstance(reply, Edit):
            return reply.action
        if talk.engine.jump(reply.question, then=talk.engine.at):
            talk.ask_current()


def story_page(talk: Talk, work: Work, *, changeable: bool) -> StoryPage:
    """What was understood: each answer with the words of the story that it was taken from."""
    found = work.reading.found if work.reading is not None else {}
    rows: list[StoryRow] = []
    for question in talk.engine.visible():
        answer = talk.engine.answers.get(question.id)
        if answer is None or question.id not in found:
            continue
        shown = translate(question, talk.texts)
        spans = found[question.id].spans if answer.source is Source.STORY else ()
        quote = " … ".join(clean_line(work.story[start:end]) for start, end in spans[:2])
        rows.append(
            StoryRow(
                number=len(rows) + 1,
                question=question.id,
                label=shown.label,
                text=value_text(question, answer.value, talk.texts),
                quote=shorten(quote, _LONGEST_QUOTE),
            )
        )
    return StoryPage(
        heading=Heading(title=talk.title, position=1, total=0, saved=talk.keeper.saved),
        rows=tuple(rows),
        left=len(talk.engine.planned()) + (talk.engine.at is not None),
        changeable=changeable,
    )


def go_on(work: Work, draft: "Draft", told: str) -> None:
    """Puts a request that began with a story back to where its draft was left: what was asked is not asked again."""
    work.story = told
    if ALL in draft.answers:
        return
    reader = StoryReader([work.pack], work.bench.now().date(), language=work.bench.language)
    known = {key: answer.value for key, answer in work.answers.items()}
    work.reading = reader.read(told, form_id=work.form.id, known=known)
    work.form = work.reading.form
    answered = [key for key, answer in draft.answers.items() if answer.source is Source.ASKED]
    work.asked = [one for one in (*answered, *draft.skipped) if work.form.question(one) is not None]


def told_in(draft: "Draft") -> str:
    """The story that a draft began with, or an empty text."""
    answer = draft.answers.get(STORY)
    return str(answer.value) if answer is not None else ""
