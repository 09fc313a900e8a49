"""What the pack knows, offered where it can spare a request; what was read and tried is noted in the request."""

from collections.abc import Mapping

from support_cli.base.i18n import _
from support_cli.base.markdown import readable
from support_cli.forms.model import Form, Kind, Question, Role, SelfHelp, Value
from support_cli.forms.request import Answer, Source
from support_cli.interview.prompter import Choice, Prompter
from support_cli.interview.wording import BETWEEN
from support_cli.requests.known import Known


class Advice:
    """Offers what is known, each thing once; whoever does not want it presses Enter.

    Attributes:
        noted: What was read or tried and did not help, in the customer's language, since the last ``note``.
    """

    def __init__(
        self, known: Known, prompter: Prompter, values: Mapping[str, Value], *, steps_shown: bool = False
    ) -> None:
        """Begins an interview.

        Args:
            known: What there is to offer.
            prompter: The screen.
            values: What was answered in an earlier run of the interview, which is not commented on again.
            steps_shown: The steps that often help were shown in an earlier run.
        """
        self._known = known
        self._prompter = prompter
        self._heard = self._text(values)
        self._offered: set[str] = set()
        self._steps_shown = steps_shown
        self.noted: list[str] = []

    def early(self, values: Mapping[str, Value]) -> str:
        """Comments on a story that is new or has changed: whose matter it is, and answers that fit.

        Returns:
            ``solved`` when the request is no longer needed, ``back`` to change the last answer, else nothing.
        """
        text = self._text(values)
        if text == self._heard:
            return ""
        self._heard = text
        return self._elsewhere(values) or self._answered(values)

    def late(self, values: Mapping[str, Value]) -> str:
        """Shows, once and before the review, every list of steps that fits.

        Returns:
            As ``early``.
        """
        if self._steps_shown:
            return ""
        for one in self._known.steps(values):
            wish = self._tried(one)
            if wish:
                return wish
        self._steps_shown = True
        return ""

    def note(self, form: Form, answers: Mapping[str, Answer]) -> tuple[Question, Answer] | None:
        """The answer about what was tried, with what was noted behind what was said before.

        Returns:
            The question and its new answer; None where there is nothing new, or the form does not ask.
        """
        question = form.with_role(Role.TRIED)
        if question is None or question.options or not self.noted:
            return None
        known = answers.get(question.id)
        said = known.value if known is not None else []
        apart = "\n" if question.kind is Kind.TEXTAREA else BETWEEN
        before = said if isinstance(said, list) else [line for line in str(said).split(apart) if line.strip()]
        lines = [*before, *(one for one in self.noted if one not in before)]
        self.noted = []
        return question, Answer(lines if question.kind is Kind.STEPS else apart.join(lines), Source.NOTED)

    def _text(self, values: Mapping[str, Value]) -> tuple[str, object]:
        return self._known.story(values), self._known.topic(values)

    def _elsewhere(self, values: Mapping[str, Value]) -> str:
        topic = self._known.not_ours(values)
        if topic is None or topic.answer in self._offered:
            return ""
        wish = self._ask(
            _("This may be a matter for somebody else:") + "\n" + self._known.told(topic),
            Choice(key="go", label=_("Go on with the request")),
            Choice(key="solved", label=_("Stop here, nothing need be sent")),
        )
        if wish != "back":
            self._offered.add(topic.answer)
        return wish

    def _answered(self, values: Mapping[str, Value]) -> str:
        found = [one for one in self._known.answers(values) if one.name not in self._offered]
        while found:
            wish = self._ask(
                _("Perhaps this is answered already:"),
                Choice(key="go", label=_("Go on with the request")),
                *(Choice(key=f"read {n}", label=_("Read: {title}").format(title=e.title)) for n, e in enumerate(found)),
            )
            if not wish.startswith("read "):
                self._offered |= {one.name for one in found if wish != "back"}
                return wish
            entry = found[int(wish.removeprefix("read "))]
            self._prompter.say("\n".join(["", entry.title, readable(entry.text), ""]))
            wish = self._ask(
                _("Did that solve it?"),
                Choice(key="go", label=_("No, go on with the request")),
                Choice(key="solved", label=_("Yes, nothing need be sent")),
                back=_("Back to the list"),
            )
            if wish == "solved":
                return wish
            if wish != "back":
                found.remove(entry)
                self._offered.add(entry.name)
                self.noted.append(_("Read “{title}”; it did not help").format(title=entry.title))
        return ""

    def _tried(self, help_: SelfHelp) -> str:
        lines = [f"  {number}. {step}" for number, step in enumerate(help_.steps, 1)]
        self._prompter.say("\n".join([help_.title or _("This often helps:"), *lines]))
        wish = self._ask(
            _("Would you like to try that first? Everything is saved."),
            Choice(key="go", label=_("Go on with the request")),
            Choice(key="tried", label=_("I have tried it, it did not help")),
            Choice(key="solved", label=_("It helped, nothing need be sent")),
        )
        if wish != "tried":
            return wish
        done = _("Followed the steps “{title}”; it did not help").format(title=help_.title)
        self.noted += [done] if help_.title else help_.steps
        return ""

    def _ask(self, title: str, *choices: Choice, back: str = "") -> str:
        """Asks what to do; going on, which is what Enter does, is nothing."""
        label = back or _("Back, to change my answer")
        wish = self._prompter.choose(title, [*choices, Choice(key="back", label=label)], default="go")
        return "" if wish == "go" else wish
