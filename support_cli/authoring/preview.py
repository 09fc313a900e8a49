"""``support pack preview``: every form and every document of a pack, in every language, on one page.

The page is a single file without scripts, pictures or anything from elsewhere; what the pack's own HTML templates
make stands in frames that may do nothing.
"""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from support_cli.authoring.files import put
from support_cli.authoring.opening import FORM_ENDINGS, open_own
from support_cli.authoring.templates import FILE, MOMENT, sample_answers
from support_cli.authoring.test import REQUEST_ID
from support_cli.base import i18n
from support_cli.base.errors import SupportError, UsageError, of_one_item
from support_cli.base.i18n import _
from support_cli.base.labels import DOCUMENTS, label
from support_cli.base.markdown import readable
from support_cli.base.paths import expand
from support_cli.base.text import clean_line, clean_text
from support_cli.distribution.info import KINDS, describe, is_required, languages_of
from support_cli.environment import Bench
from support_cli.forms import questionnaire
from support_cli.forms.model import ALWAYS, Form, Kind, Option, Question, Value
from support_cli.forms.questionnaire import label_of, one_needed
from support_cli.forms.request import Answer, PackRef, Request
from support_cli.packs import tests
from support_cli.packs.pack import Pack
from support_cli.requests import produce
from support_cli.requests.options import NewOptions
from support_cli.requests.produce import Output
from support_cli.requests.work import Work

if TYPE_CHECKING:
    from support_cli.render.documents import Documents
    from support_cli.render.meter import Plain

Texts = Mapping[str, str]

_POLICY = (
    "script-src 'none'; object-src 'none'; connect-src 'none'; img-src 'none'; font-src 'none'; media-src 'none'; "
    "form-action 'none'; base-uri 'none'"
)
_STYLE = Path(__file__).with_name("preview.css")


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """One document: its text, or why there is none."""

    name: str
    format: str
    text: str = ""
    problem: str = ""


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """One form in one language, with its documents."""

    form: Form
    language: str
    texts: Texts
    papers: tuple[Paper, ...]


def page(pack: Pack, sheets: Sequence[Sheet]) -> str:
    """The whole page; words of ours stand in the language of the form that they belong to."""
    spoken = i18n.current()
    title = _text(f"{pack.manifest.title} {pack.manifest.version}")
    parts = [
        f'<!DOCTYPE html>\n<html lang="{_text(pack.manifest.language)}">\n<head>\n<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{title}</title>\n<style>\n{_STYLE.read_text('utf-8')}</style>\n</head>\n<body>",
        f"<header>\n<h1>{title}</h1>\n<p>{_text(pack.manifest.description)}</p>",
        f'<p class="soft">{_text(pack.manifest.name)} · {_text(pack.digest)}</p>',
        "<nav><ul>",
        *(f'<li><a href="#{_anchor(one)}">{_text(one.language)}: {_name(one)}</a></li>' for one in sheets),
        "</ul></nav>\n</header>\n<main>",
    ]
    try:
        for sheet in sheets:
            i18n.activate(i18n.match_language([sheet.language]))
            parts += _sheet_rows(pack, sheet)
    finally:
        i18n.activate(spoken)
    return "\n".join([*parts, "</main>\n</body>\n</html>\n"])


def _text(text: str) -> str:
    return escape(clean_line(text))


def _block(text: str) -> str:
    return escape(clean_text(text))


def _anchor(sheet: Sheet) -> str:
    return escape(f"{sheet.language}-{sheet.form.id}")


def _name(sheet: Sheet) -> str:
    return _text(sheet.texts.get(sheet.form.name, sheet.form.name))


def _sheet_rows(pack: Pack, sheet: Sheet) -> Iterator[str]:
    form, texts = sheet.form, sheet.texts
    yield f'<section lang="{_text(sheet.language)}" id="{_anchor(sheet)}">'
    yield f'<h2>{_name(sheet)} <span class="tag">{_text(sheet.language)}</span></h2>'
    if form.description:
        yield f"<p>{_block(readable(texts.get(form.description, form.description)))}</p>"
    points = (*pack.manifest.before_you_start, *form.before_you_start)
    if points:
        items = "".join(f"<li>{_text(texts.get(point, point))}</li>" for point in points)
        yield f'<div class="note"><p class="label">{_text(_("Before you start:"))}</p><ul>{items}</ul></div>'
    for group in form.require_any:
        members = [question for name in group if (question := form.question(name)) is not None]
        yield f'<p class="soft">{_text(one_needed(members, texts))}</p>'
    number = 0
    for question in form.questions:
        if not question.on_form:
            continue
        number += question.asks
        yield from _question(form, question, number, texts)
    yield from _self_help(form, texts)
    documents = _("Documents")
    yield f"<h3>{_text(documents)}</h3>"
    for paper in sheet.papers:
        yield _paper(paper)
    yield "</section>"


def _question(form: Form, question: Question, number: int, texts: Texts) -> Iterator[str]:
    when = ""
    if question.when != ALWAYS:
        said = _("Only when {condition}.").format(condition=describe(question.when, form, texts))
        when = f'<p class="when">{_text(said)}</p>'
    if not question.asks:
        yield f'<div class="note">{when}<p>{_block(readable(texts.get(question.text, question.text)))}</p></div>'
        return
    marks = [
        _("required") if is_required(question) else "",
        _("private") if question.private else "",
        _("secret") if question.secret else "",
    ]
    tags = "".join(f'<span class="tag">{_text(mark)}</span>' for mark in marks if mark)
    label = f'<span class="label">{number}. {_text(label_of(question, texts))}</span>'
    yield f'<div class="question">{when}<p>{label}{tags}</p>'
    if question.description:
        yield f"<p>{_block(readable(texts.get(question.description, question.description)))}</p>"
    if question.why:
        yield f'<p class="soft why">{_text(texts.get(question.why, question.why))}</p>'
    yield _field(question, texts)
    yield "</div>"


def _field(question: Question, texts: Texts) -> str:
    """The empty field, or the choices."""
    if question.options:
        many = " many" if question.multiple or question.kind is Kind.CHECKBOXES else ""
        items = "".join(_option(option, texts) for option in question.options if option.on_form)
        return f'<ul class="options{many}">{items}</ul>'
    if question.kind is Kind.CONFIRM:
        return f'<ul class="options"><li>{_text(_("yes"))}</li><li>{_text(_("no"))}</li></ul>'
    sample = question.placeholder or question.example
    shown = texts.get(sample, sample) or _(KINDS[question.kind])
    default = question.default
    if isinstance(default, str):
        shown = texts.get(default, default)
    long = " long" if question.kind in (Kind.TEXTAREA, Kind.STEPS) else ""
    return f'<div class="field{long}">{_block(shown)}</div>'


def _option(option: Option, texts: Texts) -> str:
    label = _text(readable(texts.get(option.label, option.label)))
    if option.required:
        label += f' <span class="tag">{_text(_("required"))}</span>'
    if option.description:
        label += f' <span class="soft">{_text(texts.get(option.description, option.description))}</span>'
    return f"<li>{label}</li>"


def _self_help(form: Form, texts: Texts) -> Iterator[str]:
    for one in form.self_help:
        title = texts.get(one.title, one.title) or _("What often helps")
        yield f'<div class="note"><p class="label">{_text(title)}</p>'
        if one.when != ALWAYS:
            said = _("Only when {condition}.").format(condition=describe(one.when, form, texts))
            yield f'<p class="when">{_text(said)}</p>'
        yield "<ol>" + "".join(f"<li>{_text(texts.get(step, step))}</li>" for step in one.steps) + "</ol></div>"


def _paper(paper: Paper) -> str:
    name = _text(label(DOCUMENTS, paper.name))
    title = f"<summary>{name} · {_text(paper.format)}</summary>"
    if paper.problem:
        return f'<details open>{title}<p class="problem">{_text(paper.problem)}</p></details>'
    if paper.format == "html":
        # A frame that may do nothing: no scripts, no forms, no way out.
        body = f'<iframe sandbox="" loading="lazy" title="{name}" srcdoc="{_block(paper.text)}"></iframe>'
    else:
        body = f"<pre>{_block(paper.text)}</pre>"
    return f"<details>{title}{body}</details>"


class Previewed(msgspec.Struct, frozen=True, kw_only=True):
    """A preview that was made.

    Attributes:
        path: The page; empty when it goes to standard output.
        text: The page itself, only for standard output.
        forms: How many forms are on it.
        documents: How many documents.
        problems: Documents that could not be made, one sentence each.
    """

    path: str = ""
    text: str = ""
    forms: int = 0
    documents: int = 0
    problems: tuple[str, ...] = ()


def preview(bench: Bench, name: str, output: str, form_id: str = "") -> Previewed:
    """Makes the page.

    Args:
        bench: The collaborators.
        name: The pack.
        output: A file, ``-`` for standard output, or empty for a new file among the temporary ones.
        form_id: Only this form; all of them by default.

    Raises:
        PackError: If the pack or a form cannot be used.
        OutputError: If the page cannot be written.
    """
    pack = open_own(bench, name)
    ids = [form_id] if form_id else pack.form_ids()
    if not ids:
        raise UsageError(_("This pack has no form."), where=pack.where)
    forms = [pack.form(one) for one in ids]
    spoken = i18n.current()
    kept: list[Documents] = []
    try:
        sheets = [_sheet(bench, pack, form, language, kept) for language in languages_of(pack) for form in forms]
    finally:
        i18n.activate(spoken)
    text = page(pack, sheets)
    papers = [paper for sheet in sheets for paper in sheet.papers]
    made = Previewed(
        forms=len(forms), documents=len(papers), problems=tuple(dict.fromkeys(p.problem for p in papers if p.problem))
    )
    if output == "-":
        return msgspec.structs.replace(made, text=text)
    path = bench.cwd / expand(output) if output else _temporary(pack)
    if path.is_dir():
        path /= f"{pack.manifest.name}.html"
    put(path, text.encode("utf-8", "replace"), replace=bool(output))
    return msgspec.structs.replace(made, path=str(path))


def _temporary(pack: Pack) -> Path:
    name = "".join(c if c.isalnum() or c in "-_" else "-" for c in pack.manifest.name)
    return Path(tempfile.mkdtemp(prefix="support-preview-")) / f"{name}.html"


def _sheet(bench: Bench, pack: Pack, form: Form, language: str, kept: "list[Documents]") -> Sheet:
    """One form in one language; ``kept`` holds the templates that are compiled already."""
    i18n.activate(i18n.match_language([language]))
    texts = pack.texts(language)
    own = msgspec.structs.replace(bench, prompter=None, language=language, now=lambda: MOMENT, output="")
    work = Work(bench=own, options=NewOptions(), pack=pack, form=form, outputs=[], to=())
    if kept:
        work.documents = kept[0]
    else:
        kept.append(work.documents)
    values = _from_tests(pack, form, language) or sample_answers(form, texts)
    uploads = any(question.kind is Kind.UPLOAD for question in form.questions)
    request = produce.make_request(
        request_id=REQUEST_ID,
        created=MOMENT,
        language=language,
        pack=pack,
        form=form,
        answers={key: Answer(value) for key, value in values.items()},
        attachments=[FILE] if uploads else [],
        texts=texts,
    )
    request = msgspec.structs.replace(request, pack=PackRef(pack.manifest.name, pack.manifest.version))
    return Sheet(form=form, language=language, texts=texts, papers=tuple(_papers(work, request, language)))


def _from_tests(pack: Pack, form: Form, language: str) -> dict[str, Value]:
    """The answers of the first test in this language that fills in this form, if the pack has one."""
    if pack.files is None:
        return {}
    for name in pack.files.names("tests"):
        if not name.endswith(FORM_ENDINGS):
            continue
        try:
            test = tests.read_test(pack.files.read(name), name)
        except SupportError:
            continue
        one_form = len(pack.form_ids()) == 1
        if (test.form or (form.id if one_form else "")) != form.id or test.expect.errors:
            continue
        if (test.language or pack.manifest.language) == language:
            return questionnaire.understand(form, test.answers, pack.texts(language)).values
    return {}


def _papers(work: Work, request: Request, language: str) -> list[Paper]:
    """Every document in every format."""
    from support_cli.render.documents import DOCUMENTS

    if work.form.foreign:
        wanted = [Output(name, "md") for name in ("issue", "issue-classic", "issue-gitea")]
    else:
        wanted = [Output(name, format_) for name, formats in DOCUMENTS.items() for format_ in formats]
    findings = work.findings(request.answers, request.attachments)
    papers = []
    for one in wanted:
        try:
            if work.form.foreign:
                text = work.text(one, request, findings)
            else:
                text = work.documents.render(
                    work.pack, work.form, request, document=one.document, format=one.format, language=language,
                    findings=findings, case=_later(),
                )  # fmt: skip
        except Exception as error:
            fault = of_one_item(error)
            where = f"{fault.where}: " if fault.where else ""
            papers.append(Paper(name=one.document, format=one.format, problem=where + fault.message))
        else:
            papers.append(Paper(name=one.document, format=one.format, text=text))
    return papers


def _later() -> "dict[str, Plain]":
    """What happened since, for follow-ups and escalations."""
    return {"sent": "2026-11-18", "ticket": "4711", "promised": "2026-11-20", "message": "", "notes": []}
