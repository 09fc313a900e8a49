"""One request in the making: what was asked for, what is known, and a trial of everything that could stop the end."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from support_cli import questionnaire
from support_cli.attachments import budget
from support_cli.checks.request import check
from support_cli.errors import AnswersError, AttachmentError, ExitCode
from support_cli.finding import Finding
from support_cli.i18n import ngettext
from support_cli.packs.model import Channel, Form, Kind
from support_cli.packs.pack import Pack
from support_cli.paths import expand
from support_cli.request import Answer, Attachment, Request, Source
from support_cli.ticket import Address, Ticket
from support_cli.workflow import answers as said_beside
from support_cli.workflow import issues, produce
from support_cli.workflow.bench import Bench
from support_cli.workflow.choose import DEFAULT_PACK, choose_form, find_pack, open_pack
from support_cli.workflow.produce import Made, Output

if TYPE_CHECKING:
    from support_cli.render.documents import Documents
    from support_cli.workflow.submit import Delivery

NEED_TRUST = ("installed", "package")
"""Where packs come from that are used only after somebody said yes."""
HEAD = 24_000
"""Octets that headers, bodies and the request part are expected to take before they are known."""


class NewOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What ``support new`` was told; every field is its flag."""

    form: str = ""
    pack: str = ""
    answers: str = ""
    body: str = ""
    set: tuple[str, ...] = ()
    attach: tuple[str, ...] = ()
    no_input: bool = False
    document: str = ""
    format: str = ""
    output: str = ""
    send: bool = False
    channel: str = ""
    to: str = ""
    dry_run: bool = False
    strict: bool = False
    strict_form: bool = False
    trust: str = ""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What a run ended with.

    Attributes:
        id: Id of the request.
        state: ``written``, ``saved`` (a draft), ``dry-run``, or a state of the outbox.
        subject: Subject of the ticket, or empty.
        files: Documents that were written.
        findings: What is weak about the request.
        request: The request, unless only a draft was saved.
        text: The document, when it goes to standard output.
        size: Weight of the encoded message in bytes.
        delivery: Where the message stands, if it was to be sent.
        opened: What became of an issue that went to the web.
        exit_code: What the program ends with.
    """

    id: str
    state: str
    subject: str = ""
    files: tuple[Made, ...] = ()
    findings: tuple[Finding, ...] = ()
    request: Request | None = None
    text: str = ""
    size: int = 0
    delivery: "Delivery | None" = None
    opened: issues.Opened | None = None
    exit_code: ExitCode = ExitCode.OK


class Work(msgspec.Struct, kw_only=True, dict=True):
    """One request in the making: the pack, the form, what is known so far, and where it shall go.

    ``refused`` says why values that were given cannot be taken; ``unfinished`` holds those values as text.
    ``again`` names secret questions of a draft, whose answers were not stored.
    """

    bench: Bench
    options: NewOptions
    pack: Pack
    form: Form
    outputs: list[Output]
    to: tuple[Address, ...]
    answers: dict[str, Answer] = {}
    attachments: list[Attachment] = []
    refused: tuple[Finding, ...] = ()
    at: str | None = ""
    unfinished: dict[str, str] = {}
    again: Sequence[str] = ()

    @property
    def texts(self) -> Mapping[str, str]:
        """The pack's texts in the customer's language."""
        return self.pack.texts(self.bench.language)

    def request(self, request_id: str, answers: Mapping[str, Answer], files: Sequence[Attachment]) -> Request:
        """The request as it stands."""
        return produce.make_request(
            request_id=request_id,
            created=self.bench.now(),
            language=self.bench.language,
            pack=self.pack,
            form=self.form,
            answers=answers,
            attachments=files,
            texts=self.texts,
        )

    def fresh_id(self) -> str:
        """An id for a request that has no draft."""
        from support_cli.cases.ids import new_id

        return new_id()

    def findings(
        self,
        answers: Mapping[str, Answer],
        files: Sequence[Attachment],
        troubles: Sequence[Finding] | None = None,
    ) -> list[Finding]:
        """Everything weak or wrong.

        Args:
            answers: What was said.
            files: What goes along.
            troubles: What is wrong with the files, where that is known already.
        """
        values = {key: answer.value for key, answer in answers.items()}
        uploads = {q.id: q.accept for q in self.form.questions if q.kind is Kind.UPLOAD and q.accept}
        if troubles is None:
            troubles = budget.check(files, self.pack.manifest.limits, HEAD, accept=uploads)
        if self.form.foreign:
            troubles = [*issues.problems(self.form, values, [one.document for one in self.outputs]), *troubles]
        return [*check(self.form, values, files, language=self.bench.language, texts=self.texts), *troubles]

    def language(self, answers: Mapping[str, Answer]) -> str:
        """Language of the documents."""
        _name, channel, _queue = self.route(answers)
        return produce.document_language(self.pack, channel, self.bench.language)

    def route(self, answers: Mapping[str, Answer]) -> tuple[str, Channel | None, str]:
        """Channel and queue."""
        values = questionnaire.effective(self.form, {key: answer.value for key, answer in answers.items()})
        return produce.route(self.pack, self.form, values, self.options.channel)

    def addressed(self, answers: Mapping[str, Answer]) -> tuple[Address, ...]:
        """Whom a message names: those of ``--to``, else the channel's, so that a written mail need only be sent."""
        _name, channel, _queue = self.route(answers)
        by_mail = channel is not None and channel.kind in produce.MAIL_KINDS
        return tuple(self.to) or (produce.addresses(channel.to) if channel is not None and by_mail else ())

    @cached_property
    def documents(self) -> "Documents":
        """What renders."""
        from support_cli.render.documents import Documents

        return Documents(open_pack(self.bench, DEFAULT_PACK), self.bench.cache.folder)

    def text(self, output: Output, request: Request, findings: Sequence[Finding]) -> str:
        """One document as text; not for ``eml``."""
        return produce.text_of(
            output,
            self.documents,
            self.pack,
            self.form,
            request,
            language=self.language(request.answers),
            findings=findings,
        )

    def ticket(self, request: Request, findings: Sequence[Finding]) -> Ticket:
        """The rendered request."""
        _name, channel, queue = self.route(request.answers)
        return self.documents.ticket(
            self.pack,
            self.form,
            request,
            language=produce.document_language(self.pack, channel, self.bench.language),
            findings=findings,
            queue=queue,
            public=channel is not None and channel.public,
        )


def prepare(bench: Bench, options: NewOptions) -> Work:
    """Tries, before the first question, everything that could stop the end, and reads what was given.

    Raises:
        SupportError: If anything named cannot be used.
    """
    given = said_beside.Given()
    if options.answers:
        raw = said_beside.read_bytes(options.answers, bench.stdin, bench.cwd)
        given = said_beside.parse(raw, options.answers)
    return prepare_given(bench, options, given)


def prepare_given(bench: Bench, options: NewOptions, given: said_beside.Given, like: Work | None = None) -> Work:
    """The same with the answers at hand.

    Args:
        bench: The collaborators.
        options: What was asked for.
        given: The answers.
        like: Work that was prepared with the same pack and form, and need not be again.
    """
    if like is None:
        named, form_id = options.pack, options.form
        if given.request is not None:
            named, form_id = named or given.request.pack.name, form_id or given.request.form
        pack, form_id = find_pack(bench, named, form_id, strict=options.strict_form)
        if options.trust or pack.origin in NEED_TRUST:
            from support_cli.workflow.pack_consent import before_use

            before_use(bench, pack, options.trust, no_input=options.no_input)
        form = choose_form(_silent(bench, options), pack, form_id)
        outputs = produce.choose_outputs(pack, form, options.document, options.format, options.output)
        work = Work(bench=bench, options=options, pack=pack, form=form, outputs=outputs, to=receivers(pack, options))
        if form.foreign:
            issues.say_faults(bench, pack, form)
        if options.send:
            check_sending(work)
        else:
            produce.check_place(options.output or bench.output, bench.cwd)
        try_templates(work)
    else:
        work = Work(bench=bench, options=options, pack=like.pack, form=like.form, outputs=like.outputs, to=like.to)
        work.documents = like.documents
    if options.body:
        asks = bench.prompter is not None and not options.no_input
        work.answers = issues.read_body(bench, work.form, options.body, asks=asks)
    _take_given(work, given)
    _take_files(work, said_beside.attachments_of(given))
    return work


def _silent(bench: Bench, options: NewOptions) -> Bench:
    if not options.no_input:
        return bench
    return msgspec.structs.replace(bench, prompter=None)


def receivers(pack: Pack, options: NewOptions) -> tuple[Address, ...]:
    """The addresses of ``--to``; also finds out now whether ``--channel`` exists.

    Raises:
        UsageError: If either cannot be used.
    """
    produce.route(pack, Form(id="", name=""), {}, options.channel)
    return produce.addresses(options.to) if options.to else ()


def check_sending(work: Work) -> None:
    """Finds out whether the request could be sent.

    Raises:
        UsageError: If not.
        UntrustedError: If the pack says where, and nobody agreed to that.
    """
    from support_cli.workflow.submit import check_way

    check_trust(work)
    name, channel, _queue = work.route(work.answers)
    if channel is not None and channel.kind in issues.WAYS:
        issues.check_way(channel)
    else:
        check_way(work.bench, name, channel, work.to)


def check_trust(work: Work) -> None:
    """Finds out whether the pack may say where a request goes, and asks the first time.

    Raises:
        UntrustedError: If nobody said yes.
    """
    if work.pack.origin != "builtin":
        from support_cli.workflow.pack_consent import before_sending

        before_sending(work.bench, work.pack, work.to, work.options.trust, no_input=work.options.no_input)


def try_templates(work: Work) -> None:
    """Renders a trial request, so that a broken template is found now and not after the last question.

    What was tried once need not be tried again: the digest tells whether anything changed.
    """
    if work.form.foreign:
        return
    language = work.language({})
    key = f"{work.pack.digest.removeprefix('sha256:')}-{work.form.id}-{language}"
    if work.bench.cache.get("rehearsed", key) is None:
        trial = work.request("trial", {}, [])
        work.documents.rehearse(work.pack, work.form, trial, language=language)
        work.bench.cache.put("rehearsed", key, b"")


def _take_given(work: Work, given: said_beside.Given) -> None:
    given = said_beside.merge_flags(given, work.form, work.options.set, work.bench.stdin, work.bench.cwd)
    values = dict(given.values)
    uploads = [q.id for q in work.form.questions if q.kind is Kind.UPLOAD]
    for name in uploads:
        if name in values:
            paths = values.pop(name)
            work.options = _attach_also(work.options, paths if isinstance(paths, list) else [paths], given.base)
    said = questionnaire.understand(work.form, values, work.texts)
    work.refused = said.findings
    unknown = tuple(f for f in said.findings if f.code == "A005")
    if unknown and work.bench.prompter is not None and not work.options.no_input:
        raise answers_error(unknown)
    for key, raw in values.items():
        if isinstance(raw, str) and any(f.where == key for f in said.findings):
            work.unfinished[key] = raw
    work.answers |= {key: Answer(value, _source(work.form, key, given)) for key, value in said.values.items()}


def _source(form: Form, key: str, given: said_beside.Given) -> Source:
    if key in given.sources:
        return given.sources[key]
    question = form.question(key)
    return given.sources.get(question.label if question else "", Source.FILE)


def _attach_also(options: NewOptions, paths: Sequence[object], base: Path) -> NewOptions:
    more = tuple(str(base / expand(str(path))) for path in paths if path)
    return msgspec.structs.replace(options, attach=(*more, *options.attach))


def _take_files(work: Work, before: Sequence[Attachment]) -> None:
    """Examines the files named; in a script, any that cannot be taken ends the run."""
    from support_cli.attachments.expand import expand
    from support_cli.attachments.inspect import examine, recheck
    from support_cli.attachments.names import unique_name

    kept, changed = recheck(before)
    if changed:
        raise AttachmentError(changed[0].message, hint=changed[0].fix, where=changed[0].where)
    found = list(kept)
    question = next((q for q in work.form.questions if q.kind is Kind.UPLOAD), None)
    for text in work.options.attach:
        expansion = expand(text, cwd=work.bench.cwd, split=False)
        for problem in expansion.problems:
            raise AttachmentError(problem.message, hint=problem.hint or None, where="--attach")
        for note in expansion.notes:
            work.bench.say(note.message)
        for path in expansion.paths:
            one = examine(path, question=question.id if question else None, folder=work.bench.made)
            if all(one.path != other.path for other in found):
                found.append(msgspec.structs.replace(one, name=unique_name(one.name, [f.name for f in found])))
    work.attachments = found


def answers_error(findings: Sequence[Finding]) -> AnswersError:
    """One error for every answer that is missing or wrong, each with the flag that mends it."""
    count = len(findings)
    if all(f.code in ("A001", "A006", "A007") for f in findings):
        message = ngettext("{count} answer is missing:", "{count} answers are missing:", count).format(count=count)
    else:
        message = ngettext(
            "{count} answer is missing or cannot be used:", "{count} answers are missing or cannot be used:", count
        ).format(count=count)
    return AnswersError(message, tuple(findings))
