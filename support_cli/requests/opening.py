"""REQUEST on a command line: a request file, plain answers with a pack, ``-``, or the first letters of an id."""

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from support_cli.attachments.inspect import recheck
from support_cli.attachments.secret_files import refuse_secrets
from support_cli.base.errors import UnusableError, UsageError
from support_cli.base.finding import Finding
from support_cli.base.i18n import _
from support_cli.base.invocation import command_line
from support_cli.base.paths import expand
from support_cli.cases.cases import Cases
from support_cli.cases.drafts import Drafts
from support_cli.cases.errors import IdError
from support_cli.cases.records import STORY
from support_cli.distribution.choose import choose_form, find_pack, open_pack
from support_cli.environment import Bench
from support_cli.forms import questionnaire
from support_cli.forms.model import Kind
from support_cli.forms.request import Answer, Attachment, PackRef, Request, Source
from support_cli.packs.pack import Pack
from support_cli.requests import answers as said_beside
from support_cli.requests import local_files, produce
from support_cli.requests.known import hints
from support_cli.requests.options import NewOptions
from support_cli.requests.work import Work

if TYPE_CHECKING:
    from support_cli.cases.records import Draft


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """A request with the pack that it was asked by.

    Attributes:
        work: The pack and form, for findings and documents.
        request: What was said.
        problems: Answers that could not be taken, and files that are not what they were.
        stored: It is a case on this machine.
        read_from: The file that it was read from; empty for a case or a draft of this machine.
    """

    work: Work
    request: Request
    problems: tuple[Finding, ...] = ()
    stored: bool = False
    read_from: str = ""

    def check_files(self) -> None:
        """Finds out whether the files that a request file names may go along.

        Raises:
            AttachmentError: If nobody says so, or one is a private key or the like.
        """
        bench, options = self.work.bench, self.work.options
        files = self.request.attachments if self.read_from else ()
        known = local_files.keep_known(bench, self.request, files)
        paths = [Path(one.path) for one in files if one not in known]
        if not local_files.may_go(bench, options, paths, self.read_from):
            raise local_files.NotAllowedError(_("These files are part of the request, so nothing is done with it."))
        refuse_secrets(paths, options.allow_files, bench.cwd)


def open_request(bench: Bench, name: str, options: NewOptions) -> Opened:
    """Opens what a command line calls REQUEST.

    Args:
        bench: The collaborators.
        name: A file, ``-``, or the first letters of the id of a case or draft.
        options: ``pack`` and ``form`` for plain answers; ``channel``, ``to``, ``document``, ``format``, ``output``.

    Raises:
        SupportError: If there is no such request, or it or its pack cannot be used.
    """
    path = bench.cwd / expand(name)
    if name == "-" or path.exists() or any(mark in name for mark in "/\\."):
        raw = said_beside.read_bytes(name if name == "-" else str(path), bench.stdin)
        opened = _from_file(bench, raw, name, options)
    else:
        opened = _from_store(bench, name, options)
    # Documents speak the customer's language, which is the request's, whatever is spoken here and now.
    opened.work.bench = msgspec.structs.replace(opened.work.bench, language=opened.request.language)
    return opened


def _from_file(bench: Bench, raw: bytes, name: str, options: NewOptions) -> Opened:
    given = said_beside.parse(raw, name)
    if given.request is None and not options.pack:
        raise UnusableError(
            _("{name} is not a request file.").format(name=name),
            hint=_("For plain answers name the pack with -p."),
            where=name,
        )
    ref = given.request.pack if given.request else PackRef("")
    wanted = options.form or (given.request.form if given.request else "")
    pack, form_id = find_pack(bench, options.pack or ref.name, wanted)
    form = choose_form(bench, pack, form_id)
    texts = pack.texts(given.request.language if given.request else bench.language)
    uploads = {q.id for q in form.questions if q.kind is Kind.UPLOAD}
    said = questionnaire.understand(form, {k: v for k, v in given.values.items() if k not in uploads}, texts)
    answers = {key: Answer(value, Source.FILE) for key, value in said.values.items()}
    files, changed = _files(said_beside.attachments_of(given), pack)
    work = Work(bench=bench, options=options, pack=pack, form=form, outputs=[], to=())
    if given.request is None:
        request = work.request(work.fresh_id(), answers, files)
    else:
        # Answers that no rule accepts are findings, but they were said: documents show them.
        kept = {**given.request.answers, **answers}
        request = msgspec.structs.replace(given.request, answers=kept, attachments=tuple(files))
    return Opened(work=work, request=request, problems=(*said.findings, *changed), read_from=name)


def _files(attachments: list[Attachment], pack: Pack) -> tuple[list[Attachment], list[Finding]]:
    kept, changed = recheck(attachments, pack.manifest.limits.file)
    gone = {one.where for one in changed}
    return [one for one in attachments if one in kept or one.name in gone], changed


def _from_store(bench: Bench, prefix: str, options: NewOptions) -> Opened:
    database = bench.database()
    try:
        case = Cases(database).get(prefix)
    except IdError as unknown_case:
        try:
            draft = Drafts(database).get(prefix)
        except IdError:
            raise unknown_case from None
        return _from_draft(bench, draft, options)
    request = case.request
    pack = open_pack(bench, options.pack or case.line.pack_source or request.pack.name)
    form = pack.form(options.form or request.form)
    work = Work(bench=bench, options=options, pack=pack, form=form, outputs=[], to=())
    _kept, changed = _files(list(request.attachments), pack)
    return Opened(work=work, request=request, problems=tuple(changed), stored=True)


def _from_draft(bench: Bench, draft: "Draft", options: NewOptions) -> Opened:
    if draft.about:
        raise UsageError(
            _("{id} is the draft of a follow-up, not a request.").format(id=draft.id),
            hint=command_line("resume", draft.id[:4]) + "\n" + command_line("render", draft.about[:4]),
        )
    pack = open_pack(bench, options.pack or draft.pack_source)
    form = pack.form(options.form or draft.form)
    request = produce.make_request(
        request_id=draft.id,
        created=draft.created,
        language=draft.language,
        pack=pack,
        form=form,
        answers={key: answer for key, answer in draft.answers.items() if not key.startswith(":")},
        attachments=draft.attachments,
        texts=pack.texts(draft.language),
        story=str(told.value) if (told := draft.answers.get(STORY)) is not None else "",
    )
    work = Work(bench=bench, options=options, pack=pack, form=form, outputs=[], to=())
    _kept, changed = _files(list(draft.attachments), pack)
    return Opened(work=work, request=request, problems=tuple(changed))


def all_findings(opened: Opened) -> list[Finding]:
    """Everything weak or wrong about a request, each thing once, and what its pack knows about it."""
    found = [*opened.problems, *opened.work.findings(opened.request.answers, opened.request.attachments)]
    seen: set[tuple[str, str]] = set()
    result = []
    for finding in found:
        if (finding.code, finding.where) not in seen:
            seen.add((finding.code, finding.where))
            result.append(finding)
    return [*result, *hints(opened.work.known, {key: answer.value for key, answer in opened.request.answers.items()})]


def document(opened: Opened, options: NewOptions) -> produce.Output:
    """Which document a ``render`` makes.

    Raises:
        UsageError: If several would be made.
    """
    target = options.output or "-"
    outputs = produce.choose_outputs(opened.work.form, options.document, options.format, target)
    if len(outputs) != 1:
        raise UsageError(_("Name one document with -t."), where="--document")
    return outputs[0]
