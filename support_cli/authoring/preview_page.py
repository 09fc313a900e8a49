"""The page of ``support pack preview``, as HTML."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path

import msgspec

from support_cli.base import i18n
from support_cli.base.i18n import _
from support_cli.base.labels import DOCUMENTS, label
from support_cli.base.markdown import readable
from support_cli.base.text import clean_line, clean_text
from support_cli.distribution.info import is_required
from support_cli.distribution.words import KINDS, describe
from support_cli.forms.model import ALWAYS, Form, Kind, Option, Question
from support_cli.forms.questionnaire import label_of, one_needed
from support_cli.packs.pack import Pack

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
            parts += _sheet(pack, sheet)
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


def _sheet(pack: Pack, sheet: Sheet) -> Iterator[str]:
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
