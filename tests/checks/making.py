"""A form with every role, and one answer looked at through it."""

from collections.abc import Mapping, Sequence

from support_cli.base.finding import Finding
from support_cli.checks.request import check
from support_cli.forms.model import Form, Kind, Question, Role, Value
from support_cli.forms.request import Attachment

_KINDS = {
    Role.SUMMARY: Kind.INPUT,
    Role.STEPS: Kind.STEPS,
    Role.TRIED: Kind.STEPS,
    Role.VERSION: Kind.INPUT,
    Role.ENVIRONMENT: Kind.INPUT,
    Role.ACCOUNT: Kind.INPUT,
    Role.ORDER: Kind.INPUT,
    Role.NAME: Kind.INPUT,
    Role.EMAIL: Kind.EMAIL,
    Role.PHONE: Kind.PHONE,
}
ROLES = [
    Role.ACCOUNT,
    Role.ORDER,
    Role.NAME,
    Role.PHONE,
    Role.EMAIL,
    Role.SUMMARY,
    Role.DETAILS,
    Role.STEPS,
    Role.EXPECTED,
    Role.ACTUAL,
    Role.ERROR,
    Role.ENVIRONMENT,
    Role.VERSION,
    Role.TRIED,
    Role.OUTCOME,
]
FORM = Form(
    id="everything",
    name="Everything",
    questions=(
        *(
            Question(id=role.value, kind=_KINDS.get(role, Kind.TEXTAREA), label=role.value.title(), role=role)
            for role in ROLES
        ),
        Question(id="began", kind=Kind.INPUT, label="Since when?"),
    ),
)


def form_of(*questions: Question) -> Form:
    """A form of a few questions."""
    return Form(id="few", name="Few", questions=questions)


def findings(
    answers: Mapping[str, Value],
    *,
    form: Form = FORM,
    language: str = "en",
    attachments: Sequence[Attachment] = (),
    texts: Mapping[str, str] | None = None,
) -> list[Finding]:
    """What the checks find."""
    return check(form, answers, attachments, language=language, texts=texts or {})


def codes(
    answers: Mapping[str, Value],
    *,
    form: Form = FORM,
    language: str = "en",
    attachments: Sequence[Attachment] = (),
    texts: Mapping[str, str] | None = None,
) -> set[str]:
    """The codes of what the checks find."""
    return {f.code for f in findings(answers, form=form, language=language, attachments=attachments, texts=texts)}


PICTURE = Attachment(path="/p/s.png", name="s.png", type="image/png", size=1, sha256="0" * 64)
