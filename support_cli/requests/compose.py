"""``support new``: prepared, then asked or made from what was given."""

from support_cli.base.finding import Finding, Level
from support_cli.base.i18n import _
from support_cli.environment import Bench
from support_cli.forms import questionnaire
from support_cli.forms.request import Answer, Source
from support_cli.requests.finish import finish
from support_cli.requests.options import NewOptions
from support_cli.requests.prepare import prepare, with_defaults
from support_cli.requests.work import Outcome, Work, answers_error


def new(bench: Bench, options: NewOptions) -> Outcome:
    """Starts a request, interactively or from what was given.

    Raises:
        SupportError: With the exit code of what went wrong; what was typed is saved.
    """
    if bench.prompter is None or options.no_input:
        return scripted(prepare(bench, options), advised=bench.advises)
    from support_cli.requests import dialogue  # the screen's libraries cost a script nothing

    return dialogue.begin(bench, options)


def scripted(work: Work, *, advised: bool = False) -> Outcome:
    """Makes the request from what was given; nothing is asked.

    Args:
        work: What was given.
        advised: The findings tell what the pack knows about such a request; a batch does without.

    Raises:
        AnswersError: With everything that is missing or wrong.
        SupportError: If a file or the place to write to cannot be used.
    """
    bench = work.bench
    answers = dict(work.answers)
    if bench.prefill:
        for question in work.form.questions:
            entry = bench.profile.chosen().get(question.role) if question.role and question.id not in answers else None
            if entry is not None:
                said = questionnaire.understand(work.form, {question.id: entry.value}, work.texts)
                for key, value in said.values.items():
                    answers[key] = Answer(value, Source.PROFILE)
                    bench.say(_("From your profile: {id} = {value}").format(id=key, value=value))
    answers = with_defaults(work.form, answers)
    findings = work.findings(answers, work.attachments)
    told = {f.where for f in work.refused}
    missing = [f for f in findings if f.code.startswith("A") and f.level is Level.ERROR and f.where not in told]
    if work.refused or missing:
        raise answers_error([*work.refused, *missing])
    findings += _not_asked(work, answers)
    if advised:
        from support_cli.requests.known import hints

        findings += hints(work.known, {key: answer.value for key, answer in answers.items()})
    return finish(work, answers, work.attachments, findings, None, send=work.options.send)


def _not_asked(work: Work, answers: dict[str, Answer]) -> list[Finding]:
    """Answers that were given although nobody asks them now: said, because they are left out."""
    values = {key: answer.value for key, answer in answers.items()}
    kept = questionnaire.effective(work.form, values)
    return [
        Finding(
            code="A008",
            level=Level.WARNING,
            where=key,
            message=_("This is not asked after the other answers, so it is left out."),
        )
        for key, answer in answers.items()
        if key not in kept and answer.source in (Source.FLAG, Source.FILE)
    ]
