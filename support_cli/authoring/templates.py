"""A pack's templates, looked at: their syntax trees first, then every document once with awkward answers."""

import difflib
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from support_cli.authoring.check_case import error, warning
from support_cli.base.errors import SupportError
from support_cli.base.finding import Finding
from support_cli.base.i18n import _
from support_cli.forms import questionnaire
from support_cli.forms.model import Form, Kind, Question, Value
from support_cli.forms.options import Invalid
from support_cli.forms.request import Answer, Attachment, Consent, PackRef, Request
from support_cli.forms.values import read
from support_cli.packs.errors import PackError
from support_cli.packs.pack import Pack
from support_cli.render.documents import DOCUMENTS, ActivePage, Documents
from support_cli.render.environment import TemplateProblem, Templates
from support_cli.render.lint import context_of, look

_NO_TEXTS: Mapping[str, str] = {}
_SAMPLES: dict[Kind, tuple[object, ...]] = {
    Kind.EMAIL: ("anna@example.org",),
    Kind.PHONE: ("+380 44 123 45 67", "+48 22 123 45 67"),
    Kind.URL: ("https://example.org/page",),
    Kind.DATE: ("2026-11-21",),
    Kind.TIME_WINDOW: ("12:00-14:00",),
    Kind.CONFIRM: (True,),
    Kind.STEPS: (["...", "..."],),
}

FILE = Attachment(
    path="photo.jpg", name="photo.jpg", type="image/jpeg", size=482_113, sha256="5f" * 32, note="", question=None
)
"""A file that nobody has to have."""


def sample_value(question: Question, texts: Mapping[str, str] = _NO_TEXTS) -> Value | None:
    """An answer that the question's own rules take, in the customer's language; None where none is found."""
    if question.kind is Kind.UPLOAD:
        return None
    if question.options:
        labels = [option.label for option in question.options if option.required] or [question.options[0].label]
        several = question.kind is Kind.CHECKBOXES or question.multiple
        return labels if several else question.options[0].label
    number = question.minimum if question.minimum is not None else min(question.maximum or 2, 2)
    written = [texts.get(text, text) for text in (question.example, question.placeholder) if text]
    candidates = (
        *([written] if question.kind is Kind.STEPS and written else written),
        *([number] if question.kind is Kind.NUMBER else ()),
        *_SAMPLES.get(question.kind, ("...", "A1", "1" * (question.min_length or 4))),
    )
    for candidate in candidates:
        try:
            value = read(question, candidate)
        except Invalid:
            continue
        if value is not None:
            return value
    return None


def sample_answers(form: Form, texts: Mapping[str, str] = _NO_TEXTS) -> dict[str, Value]:
    """Sample answers to every question that is asked while they are given."""
    answers: dict[str, Value] = {}
    for question in form.questions:
        value = sample_value(question, texts) if question.asks else None
        if value is not None and question in questionnaire.visible(form, answers):
            answers[question.id] = value
    return answers


def everything(form: Form) -> dict[str, Value]:
    """Something for every question, whether it would be asked or not: what a template can meet."""
    return {q.id: value for q in form.questions if q.asks and (value := sample_value(q)) is not None}


MOMENT = datetime(2026, 11, 21, 17, 20, tzinfo=UTC)
_CODES = {"name": "T061", "key": "T061", "answer": "T062", "html": "T063", "block": "T065"}
_AWKWARD = "x onclick=alert(1) '\"><script>alert(1)</script>{{ 7*7 }} `~~~` | <!-- \n# x\n\n```"


class TemplateFindings(msgspec.Struct, frozen=True):
    """What is wrong with the templates, and the texts that translators need of them."""

    findings: tuple[Finding, ...] = ()
    messages: tuple[str, ...] = ()


def trial(pack: Pack, form: Form, answers: dict[str, Value]) -> Request:
    """A request as it might be, with a file and consents."""
    consents = tuple(
        Consent(question=q.id, wording=q.label, given=True, language=pack.manifest.language)
        for q in form.questions
        if q.kind is Kind.CONFIRM and q.id in answers
    )
    return Request(
        id="7f3k9q2m",
        created=MOMENT,
        language=pack.manifest.language,
        pack=PackRef(pack.manifest.name, pack.manifest.version),
        form=form.id,
        answers={key: Answer(value) for key, value in answers.items()},
        attachments=(FILE,) if answers else (),
        consents=consents,
    )


def look_at_templates(pack: Pack, general: Pack, forms: Sequence[Form], cache: Path | None = None) -> TemplateFindings:
    """Looks at all templates of a pack, and makes every document where they are sound.

    Args:
        pack: The pack.
        general: The built-in pack with the bases of all documents.
        forms: Its forms.
        cache: Folder for compiled templates, or None.
    """
    found = read_templates(pack, general, forms)
    if not _own(pack) or not forms or any(one.code in ("T060", "T061", "T063") for one in found.findings):
        return found
    findings = (*found.findings, *_rehearse(pack, general, forms, cache))
    return TemplateFindings(tuple(dict.fromkeys(findings)), found.messages)


def read_templates(pack: Pack, general: Pack, forms: Sequence[Form]) -> TemplateFindings:
    """Reads all templates of a pack, without making a document."""
    names = _own(pack)
    if not names:
        return TemplateFindings()

    templates = Templates(pack, general)
    samples = [context_of(templates, pack, form, trial(pack, form, everything(form))) for form in forms]
    findings: list[Finding] = []
    messages: list[str] = []
    used: set[str] = set()
    for name in names:
        try:
            report = look(templates, name, samples)
        except TemplateProblem as problem:
            findings.append(error("T060", _place(problem, name), problem.message))
            continue
        except PackError as problem:  # not text
            findings.append(error("T060", f"templates/{name}{_lines(problem)}", problem.message, problem.hint))
            continue
        used |= {target.removeprefix("general/") for target in report.uses if target != f"general/{name}"}
        messages += [message.text for message in report.messages]
        for fault in report.faults:
            place = f"templates/{name}:{fault.line}"
            make = warning if fault.kind in ("answer", "block") else error
            findings.append(make(_CODES[fault.kind], place, fault.message, fault.fix))
    known = {f"{document}.{format_}.j2" for document, formats in DOCUMENTS.items() for format_ in formats}
    if not any(one.code == "T060" for one in findings):  # what cannot be read may use them
        findings += [_unused(name, known) for name in names if name not in known | used]
    return TemplateFindings(tuple(dict.fromkeys(findings)), tuple(dict.fromkeys(messages)))


def _own(pack: Pack) -> list[str]:
    return [name for name in pack.template_names() if name.endswith(".j2")]


def _unused(name: str, known: set[str]) -> Finding:
    near = difflib.get_close_matches(name, sorted(known), 1, 0.6)
    message = _("No document is made of this template, and no other template uses it.")
    return warning("T064", f"templates/{name}", message, near[0] if near else None)


def _rehearse(pack: Pack, general: Pack, forms: Sequence[Form], cache: Path | None) -> list[Finding]:
    """Makes every document of every form, without answers, with samples, and with answers that try to break it."""
    documents = Documents(general, cache)
    findings: list[Finding] = []
    for form in forms:
        awkward: dict[str, Value] = {
            q.id: [_AWKWARD] if q.kind is Kind.STEPS else _AWKWARD
            for q in form.questions
            if q.kind in (Kind.INPUT, Kind.TEXTAREA, Kind.STEPS, Kind.URL, Kind.EMAIL, Kind.PHONE)
        }
        for answers in ({}, everything(form), awkward):
            request = trial(pack, form, answers)
            for document, formats in DOCUMENTS.items():
                for format_ in formats:
                    try:
                        documents.render(
                            pack,
                            form,
                            request,
                            document=document,
                            format=format_,
                            language=pack.manifest.language,
                            case={"notes": ["..."], "ticket": "4711", "sent": "2026-11-20"},
                        )
                    except SupportError as problem:
                        code = "T063" if isinstance(problem, ActivePage) else "T060"
                        findings.append(error(code, _place(problem, f"{document}.{format_}.j2"), problem.message))
    return findings


def _lines(problem: SupportError) -> str:
    """Line and column of a problem, with the colons before them."""
    found = re.search(r"(?::\d+){1,2}$", problem.where or "")
    return found[0] if found else ""


def _place(problem: SupportError, name: str) -> str:
    where = problem.where or name
    return where if where.startswith("general/") else f"templates/{where}"
