"""``support pack preview``: every form and every document of a pack, in every language, on one page.

The page is a single file without scripts, pictures or anything from elsewhere; what the pack's own HTML templates
make stands in frames that may do nothing.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from support_cli.authoring.files import put
from support_cli.authoring.opening import FORM_ENDINGS, open_own
from support_cli.authoring.preview_page import Paper, Sheet, page
from support_cli.authoring.samples import FILE, sample_answers
from support_cli.authoring.templates import MOMENT
from support_cli.authoring.test import REQUEST_ID
from support_cli.base import i18n
from support_cli.base.errors import SupportError, UsageError, of_one_item
from support_cli.base.i18n import _
from support_cli.base.paths import expand
from support_cli.distribution.info import languages_of
from support_cli.environment import Bench
from support_cli.forms.model import Form, Kind, Value
from support_cli.forms.request import Answer, PackRef, Request
from support_cli.packs import tests
from support_cli.packs.pack import Pack
from support_cli.requests import produce
from support_cli.requests.produce import Output
from support_cli.requests.work import NewOptions, Work

if TYPE_CHECKING:
    from support_cli.render.documents import Documents
    from support_cli.render.meter import Plain


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
    import tempfile

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
    from support_cli.forms import questionnaire

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
    from support_cli.render.kinds import DOCUMENTS

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
