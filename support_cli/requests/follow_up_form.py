"""What a follow-up asks: only what is new. The questions are ours, whatever pack the request came from."""

from collections.abc import Mapping

import msgspec

from support_cli.base.i18n import N_, _
from support_cli.forms.model import Form, Kind, Option, Question, Role
from support_cli.packs.pack import Pack

FOLLOW_UP, ESCALATION = "follow-up", "escalation"
"""Ids of the two forms, which are the names of their documents and purposes too."""

NONE = N_("No, nothing")
ANSWERED = {
    NONE: "none",
    N_("Yes, but the problem is still there"): "unhelpful",
    N_("Yes, and this is what they asked for"): "here",
}
"""Choices of the question whether an answer came, to the words that templates know."""

_FILES = Question(id="attachments", kind=Kind.UPLOAD, label=N_("New files"))
FORMS = {
    FOLLOW_UP: Form(
        id=FOLLOW_UP,
        name=N_("Follow-up"),
        questions=(
            Question(
                id="answered",
                kind=Kind.DROPDOWN,
                label=N_("Has an answer come?"),
                options=tuple(Option(one) for one in ANSWERED),
                default=NONE,
            ),
            Question(
                id="news",
                kind=Kind.TEXTAREA,
                role=Role.DETAILS,
                label=N_("What is new since?"),
                description=N_("Only what you have not said yet; your request and the last answer are quoted."),
            ),
            _FILES,
        ),
    ),
    ESCALATION: Form(
        id=ESCALATION,
        name=N_("To a supervisor"),
        questions=(
            Question(
                id="news",
                kind=Kind.TEXTAREA,
                role=Role.DETAILS,
                label=N_("What should a supervisor know?"),
                description=N_("Your request, the dates, what was promised and what you noted are quoted."),
            ),
            _FILES,
        ),
    ),
}


def pack_of(pack: Pack, form: Form, *, answered: bool) -> Pack:
    """A pack that asks our questions and is the other one in everything else.

    Args:
        pack: The pack of the request.
        form: The form of the request, whose promise holds for what follows it, too.
        answered: An answer has come, so that "no" is not suggested.
    """
    return Pack(
        pack.manifest,
        digest=pack.digest,
        where=pack.where,
        origin=pack.origin,
        form_names=dict.fromkeys(FORMS, ""),
        read_form=lambda name: _form(name, form, answered=answered),
        read_template=pack.template,
        read_texts=lambda language: {**pack.texts(language), **_texts()},
        template_names=pack.template_names(),
        files=pack.files,
    )


def _form(name: str, about: Form, *, answered: bool) -> Form:
    form = msgspec.structs.replace(FORMS[name], respond_within=about.respond_within)
    if not answered:
        return form
    questions = tuple(msgspec.structs.replace(q, default=None) if q.id == "answered" else q for q in form.questions)
    return msgspec.structs.replace(form, questions=questions)


def _texts() -> Mapping[str, str]:
    """Our questions in the active language."""
    found = {}
    for form in FORMS.values():
        for text in (form.name, *(t for q in form.questions for t in (q.label, q.description))):
            found[text] = _(text) if text else ""
        found |= {one.label: _(one.label) for q in form.questions for one in q.options}
    return found
