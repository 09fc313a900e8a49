"""What the pack knows, offered where it can spare a request; what was read and tried is noted in the request."""

from collections.abc import Mapping, Sequence

from support_cli.i18n import _
from support_cli.interview.prompter import Choice, Prompter
from support_cli.knowledge import Entry
from support_cli.markdown import readable
from support_cli.packs.model import Form, Kind, Question, Role, SelfHelp, Value
from support_cli.request import Answer, Source
from support_cli.workflow.known import Known


class Advice:
    """Offers what is known, each thing once; whoever does not want it presses Enter.

    Attributes:
        noted: What was read or tried and did not help, in the customer's language, since the last ``note``.
    """

    def __init__(self, known: Known, prompter: Prompter, values: Mapping[str, Value]) -> None:
        """Begins an interview.

        Args:
            known: What there is to offer.
            prompter: The screen.
            values: What was answered in an earlier run of the interview, which is not commented on again.
        """
        self._known = known
        self._prompter = prompter
        self._heard = self._text(values)
        self._offered: set[str] = set()
        self._steps_shown = False
        self.noted: list[str] = []

    def early(self, values: Mapping[str, Value]) -> bool:
        """Comments on a story that is new or has changed: whose matter it is, and answers that fit.

        Returns:
            Whether the request is no longer needed.
        """
        text = self._text(values)
        if text == self._heard:
            return False
        self._heard = text
        return self._elsewhere(values) or self._answered(values)

    def late(self, values: Mapping[str, Value]) -> bool:
        """Shows, once and before the review, every list of steps that fits; True once one of them helped."""
        if self._steps_shown:
            return False
        self._steps_shown = True
        return any(self._tried(one) for one in self._known.steps(values))

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
        before = said if isinstance(said, list) else [line for line in str(said).split("\n") if line.strip()]
        lines = [*before, *(one for one in self.noted if one not in before)]
        self.noted = []
        return question, Answer(_joined(question, lines), Source.ASKED)

    def _text(self, values: Mapping[str, Value]) -> tuple[str, object]:
        return self._known.story(values), self._known.topic(values)

    def _elsewhere(self, values: Mapping[str, Value]) -> bool:
        topic = self._known.not_ours(values)
        if topic is None or topic.answer in self._offered:
            return False
        self._offered.add(topic.answer)
        wish = self._prompter.choose(
            _("This may be a matter for somebody else:") + "\n" + self._known.told(topic),
            [
                Choice(key="go", label=_("Go on with the request")),
                Choice(key="stop", label=_("Stop here, nothing need be sent")),
            ],
            default="go",
        )
        return wish == "stop"

    def _answered(self, values: Mapping[str, Value]) -> bool:
        found = [one for one in self._known.answers(values) if one.name not in self._offered]
        self._offered |= {one.name for one in found}
        while found:
            entry = self._pick(found)
            if entry is None:
                return False
            found.remove(entry)
            self._prompter.say("\n".join(["", entry.title, readable(entry.text), ""]))
            if self._solved():
                return True
            self.noted.append(_("Read “{title}”; it did not help").format(title=entry.title))
        return False

    def _pick(self, found: Sequence[Entry]) -> Entry | None:
        wish = self._prompter.choose(
            _("Perhaps this is answered already:"),
            [
                Choice(key="go", label=_("Go on with the request")),
                *(Choice(key=one.name, label=_("Read: {title}").format(title=one.title)) for one in found),
            ],
            default="go",
        )
        return next((one for one in found if one.name == wish), None)

    def _solved(self) -> bool:
        wish = self._prompter.choose(
            _("Did that solve it?"),
            [
                Choice(key="no", label=_("No, go on with the request")),
                Choice(key="yes", label=_("Yes, nothing need be sent")),
            ],
            default="no",
        )
        return wish == "yes"

    def _tried(self, help_: SelfHelp) -> bool:
        lines = [f"  {number}. {step}" for number, step in enumerate(help_.steps, 1)]
        self._prompter.say("\n".join([help_.title or _("This often helps:"), *lines]))
        wish = self._prompter.choose(
            _("Would you like to try that first? Everything is saved."),
            [
                Choice(key="go", label=_("Go on with the request")),
                Choice(key="tried", label=_("I have tried it, it did not help")),
                Choice(key="solved", label=_("It helped, nothing need be sent")),
            ],
            default="go",
        )
        if wish == "tried":
            done = _("Followed the steps “{title}”; it did not help").format(title=help_.title)
            self.noted += [done] if help_.title else help_.steps
        return wish == "solved"


def _joined(question: Question, lines: Sequence[str]) -> Value:
    if question.kind is Kind.STEPS:
        return list(lines)
    return ("\n" if question.kind is Kind.TEXTAREA else "; ").join(lines)
