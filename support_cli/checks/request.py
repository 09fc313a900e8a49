"""Everything that is missing, weak or better left out of a request, in the order of its form.

Errors (``A``) come from the questionnaire; what is found here never stops a request: a warning asks to look again,
a hint says what the operator will probably ask.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from support_cli.base.finding import Finding, Level
from support_cli.base.i18n import N_, _
from support_cli.checks import missing, wording
from support_cli.checks.case import Case, note
from support_cli.forms import questionnaire
from support_cli.forms.model import Form, Kind, Role, Value
from support_cli.forms.request import Attachment
from support_cli.privacy.detect import find

# By ``HitKind``; the enumeration itself is imported only when there is a hit.
_KINDS = {
    "card": (
        "P001",
        N_("This looks like a whole card number ({masked}). Support never needs more than the last four digits."),
    ),
    "password": (
        "P002",
        N_("This looks like a password. Support never needs it: please take it out, and change it if others saw it."),
    ),
    "token": (
        "P003",
        N_("This looks like a secret key or token ({masked}). Please take it out, and revoke it if others saw it."),
    ),
    "private key": (
        "P003",
        N_("This looks like a private key. Please take it out, and replace it if others saw it."),
    ),
    "cookie": (
        "P003",
        N_("This looks like a cookie that opens your session. Please take it out, and sign out if others saw it."),
    ),
    "code": (
        "P004",
        N_("This looks like a PIN or a one-time code. Support never needs it: please take it out."),
    ),
    "document": (
        "P005",
        N_(
            "This looks like the number of a personal document ({masked})."
            " Please leave it out unless they asked for it."
        ),
    ),
}
_NUMBERED = frozenset([Role.ORDER, Role.SERIAL, Role.PHONE])


def check_private(case: Case) -> list[Finding]:
    """Finds P001 to P005 in free answers; a secret question was asked for its secret, so it is left alone."""
    findings = []
    for reply in case.replies.values():
        question, seen = reply.question, set()
        for hit in find(reply.text) if not question.secret else ():
            number = reply.text[hit.start : hit.end]
            if hit.kind == "card" and question.role in _NUMBERED and number.isdigit():
                continue  # an order or serial number may pass a card's check by chance
            if hit.kind in seen or (hit.kind == "document" and question.private):
                continue
            seen.add(hit.kind)
            code, message = _KINDS[hit.kind]
            findings.append(note(code, Level.WARNING, question, _(message).format(masked=hit.masked)))
    return findings


_NO_TEXTS: Mapping[str, str] = {}
_CHECKS = (
    wording.check_vague,
    wording.check_either_or,
    wording.check_same,
    wording.check_name,
    wording.check_steps,
    wording.check_sample,
    wording.check_tone,
    missing.check_missing,
    missing.check_impossible,
    check_private,
)


def check(
    form: Form,
    answers: Mapping[str, Value],
    attachments: Sequence[Attachment] = (),
    *,
    language: str = "en",
    texts: Mapping[str, str] = _NO_TEXTS,
    story: str = "",
    today: date | None = None,
) -> list[Finding]:
    """Looks a request over.

    Args:
        form: The form that was filled in.
        answers: Question id to value as stored; answers to hidden questions are ignored.
        attachments: Files that go along.
        language: Language spoken with the customer; its word lists count, and English ones always.
        texts: Translations of the pack's texts into that language.
        story: What was told before anything was asked; it counts as said.
        today: The day to compare days with; today's by default.

    Returns:
        ``A`` findings (errors), then ``P``, ``W`` and ``M`` findings (warnings and hints) of each question, in the
        form's order; the messages are in the active language of ``i18n``.
    """
    findings = questionnaire.check(form, answers, texts)
    findings += _without_files(form, answers, attachments, texts)
    case = Case(form, answers, attachments, language, texts, today or date.today(), story)
    wrong = {finding.where for finding in findings}
    for look in _CHECKS:
        findings += [f for f in look(case) if f.where not in wrong or f.code[0] == "P"]
    places = {question.id: number for number, question in enumerate(form.questions)}
    return sorted(findings, key=lambda f: (places.get(f.where, len(places)), "APWM".find(f.code[0]), f.code))


def _without_files(
    form: Form, answers: Mapping[str, Value], attachments: Sequence[Attachment], texts: Mapping[str, str]
) -> list[Finding]:
    """Files that the form requires; they are no answers, so the questionnaire cannot know of them."""
    return [
        Finding(
            code="A001",
            level=Level.ERROR,
            where=question.id,
            message=_("Not answered: {label}").format(label=texts.get(question.label, question.label).strip()),
            fix="--attach " + _("PATH"),
        )
        for question in questionnaire.visible(form, answers)
        if question.kind is Kind.UPLOAD
        and question.required
        and not any(file.question in (None, question.id) for file in attachments)
    ]
