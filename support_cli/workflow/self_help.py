"""The pack's own steps, offered before anybody is written to; what was tried is noted in the request."""

from collections.abc import Mapping

from support_cli import questionnaire
from support_cli.i18n import _
from support_cli.interview.prompter import Choice, Prompter
from support_cli.markdown import readable
from support_cli.packs.model import Form, Kind, Question, Value
from support_cli.request import Answer, Source


class SelfHelp:
    """Offers a form's steps.

    Attributes:
        tried: Steps that the person has tried, in their language.
    """

    def __init__(self, form: Form, prompter: Prompter, texts: Mapping[str, str]) -> None:
        self._form = form
        self._prompter = prompter
        self._texts = texts
        self.tried: list[str] = []

    def solved(self, values: Mapping[str, Value]) -> bool:
        """Shows every list of steps whose condition holds, and asks what came of it; True once one helped."""
        fitting = questionnaire.effective(self._form, values)
        options = questionnaire.choices_of(self._form)
        for one in self._form.self_help:
            if not questionnaire.holds(one.when, fitting, options):
                continue
            steps = [self._texts.get(step, step) for step in one.steps]
            title = self._texts.get(one.title, one.title) or _("This often helps:")
            lines = [f"  {number}. {readable(step)}" for number, step in enumerate(steps, 1)]
            self._prompter.say("\n".join([readable(title), *lines]))
            wish = self._prompter.choose(
                _("Would you like to try that first? Everything is saved."),
                [
                    Choice(key="go", label=_("Go on to the review")),
                    Choice(key="tried", label=_("I have tried it, it did not help")),
                    Choice(key="solved", label=_("It helped, nothing need be sent")),
                ],
                default="go",
            )
            if wish == "solved":
                return True
            if wish == "tried":
                self.tried += steps
        return False

    def noted(self, question: Question, known: Answer | None) -> Answer:
        """The answer about what was tried, with these steps behind what was said before."""
        said = known.value if known is not None else []
        before = said if isinstance(said, list) else [line for line in str(said).split("\n") if line.strip()]
        lines = [*before, *self.tried]
        return Answer(lines if question.kind is Kind.STEPS else "\n".join(lines), Source.ASKED)
