"""The end of an interview or a scripted run: the request, its documents, and the record of both."""

import contextlib
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from support_cli.base.addresses import Address
from support_cli.base.errors import AttachmentError, ExitCode, SupportError
from support_cli.base.files import sync_folder
from support_cli.base.finding import Finding, Level
from support_cli.base.i18n import _, format_size
from support_cli.base.text import clean_line
from support_cli.cases.cases import Cases
from support_cli.cases.records import CaseReceipt, Document
from support_cli.deliver.ticket import Ticket
from support_cli.distribution.choose import pack_source
from support_cli.forms.model import Channel, Role
from support_cli.forms.questionnaire import labels_of
from support_cli.forms.request import Answer, Attachment, Request
from support_cli.forms.response_time import promise_of
from support_cli.requests import places, produce
from support_cli.requests.prepare import check_trust
from support_cli.requests.produce import Made, Output
from support_cli.requests.work import Outcome, Work, answers_error
from support_cli.requests.written import MessageWriter, TextWriter, Write, free_places, write_one

_SECRETS = ("P001", "P002", "P003", "P004", "P006")
"""Findings of what nobody else may read: cards, passwords, keys, codes, and files with such."""

if TYPE_CHECKING:
    from support_cli.cases.records import Document, Message
    from support_cli.requests.draft import DraftKeeper
    from support_cli.requests.issues import Opened
    from support_cli.requests.repeats import First


def preview(work: Work, request_id: str, answers: Mapping[str, Answer], files: Sequence[Attachment]) -> str:
    """The main document as it would be now, as text."""
    request = work.request(request_id, answers, files)
    output = Output("issue", "md") if work.form.foreign else Output("ticket", "txt")
    return work.text(output, request, work.findings(answers, files))


def finish(
    work: Work,
    answers: Mapping[str, Answer],
    files: Sequence[Attachment],
    findings: Sequence[Finding],
    keeper: "DraftKeeper | None",
    *,
    send: bool = False,
) -> Outcome:
    """Makes the request, and writes its documents or sends it.

    Raises:
        AttachmentError: If a file cannot go as it is.
        AnswersError: If answers are missing.
        FindingsStop: If ``--strict`` and anything is weak.
    """
    options = work.options
    stop_at(findings, strict=options.strict)
    done = Finished(work, work.request(keeper.id if keeper else work.fresh_id(), answers, files), tuple(findings))
    stop_if_heavy(done)
    if send:
        stop_if_unfit(done)
    if options.dry_run:
        return done.outcome("dry-run", text=done.text(work.outputs[0]))
    _name, channel, _queue = work.route(done.request.answers)
    sends = send and produce.goes_by_itself(channel, work.to)
    if not (sends or options.request_id):
        return _complete(done, keeper, send=send)
    from support_cli.requests.repeats import repeats_of

    repeats = repeats_of(work, done.request, sends=sends)
    first = repeats.claim()
    if first is not None and not repeats.wanted_again(first):
        return _as_before(done, first, keeper)
    try:
        return _complete(done, keeper, send=send)
    except BaseException:
        repeats.release()
        raise


def _complete(done: "Finished", keeper: "DraftKeeper | None", *, send: bool) -> Outcome:
    """Sends the request or writes its documents, and notes it as a case."""
    work = done.work
    if send:
        return _send(done, keeper)
    if work.options.output == "-":
        text = done.text(work.outputs[0])
        record(work, done.request, (), keeper)
        return done.outcome("written", text=text)
    made = write_documents(done)
    record(work, done.request, made, keeper)
    return done.outcome("written", files=tuple(made))


def _as_before(done: "Finished", first: "First", keeper: "DraftKeeper | None") -> Outcome:
    """What became of the same request when it was made; nothing is made now, and a draft of it is not needed."""
    work, case = done.work, first.case
    before = Finished(work, case.request, done.findings)
    if keeper is not None:
        from support_cli.cases.drafts import Drafts

        Drafts(work.bench.database()).delete(keeper.id)
        work.bench.resume = ""
    text = before.text(work.outputs[0]) if work.options.output == "-" else ""
    outcome = before.outcome(case.line.state.value, text=text, files=tuple(_still_there(case.documents)))
    outcome = msgspec.structs.replace(outcome, first_made=first.mark.at)
    return outcome if first.message is None else sent(outcome, first.message)


def _still_there(documents: "Sequence[Document]") -> Iterator[Made]:
    """The documents of a case that lie where they were written."""
    for one in documents:
        path = Path(one.path)
        if path.is_file():
            yield Made(one.name, one.format, one.path, path.stat().st_size, one.sha256)


def stop_at(findings: Sequence[Finding], *, strict: bool) -> None:
    """Ends here if something is wrong.

    Raises:
        AnswersError: If answers are missing.
        AttachmentError: If a file cannot go as it is.
        FindingsStop: If ``strict`` and anything is weak.
    """
    wrong = [f for f in findings if f.level is Level.ERROR]
    if [f for f in wrong if f.code.startswith("A")]:
        raise answers_error([f for f in wrong if f.code.startswith("A")])
    if wrong:
        raise AttachmentError(wrong[0].message, hint=wrong[0].fix, where=wrong[0].where)
    if strict and [f for f in findings if f.level is Level.WARNING]:
        raise FindingsStop(tuple(findings))


def stop_if_heavy(done: "Finished") -> None:
    """Ends here if the message would be more than the receiver takes.

    Raises:
        AttachmentError: If so.
    """
    limit = done.work.pack.manifest.limits.message
    if done.request.attachments and done.size > limit:
        message = _("The message would be {size}; the limit is {limit}: {over} too much.")
        over = done.size - limit
        raise AttachmentError(
            message.format(size=format_size(done.size), limit=format_size(limit), over=format_size(over))
        )


def stop_if_unfit(done: "Finished") -> None:
    """Ends here if it must not go where it would go.

    Raises:
        UsageError: If an issue could not be made of it.
        FindingsStop: If everybody could read a password or the like there, and nobody is there who saw the warning.
    """
    work = done.work
    _name, channel, _queue = work.route(done.request.answers)
    if channel is None or work.to:
        return
    if channel.kind in produce.WEB_KINDS:
        from support_cli.requests import issues

        issues.check(work.form, done.request, done.text(Output("issue", "md")), channel)
    secrets = [finding for finding in done.findings if finding.code in _SECRETS]
    asks = work.bench.prompter is not None and not work.options.no_input
    if secrets and channel.public and channel.kind != "browser" and not asks:
        message = _("Everybody could read it there: {problem}").format(problem=secrets[0].message)
        raise FindingsStop(done.findings, message, where=secrets[0].where)


class Finished(msgspec.Struct, dict=True):
    """A finished request and what is made of it, each thing when it is asked for.

    Attributes:
        work: Where it comes from.
        request: What was said.
        findings: What is weak about it.
        thread: Message-IDs that it goes on with, oldest first.
    """

    work: Work
    request: Request
    findings: tuple[Finding, ...]
    thread: tuple[str, ...] = ()

    @cached_property
    def ticket(self) -> Ticket:
        """The rendered request."""
        return self.work.ticket(self.request, self.findings)

    @cached_property
    def to(self) -> tuple[Address, ...]:
        """Whom a message names; nobody where none is made, so that an address keeps back no other document."""
        mailed = self.work.options.send or any(output.format == "eml" for output in self.work.outputs)
        return self.work.addressed(self.request.answers) if mailed else ()

    @property
    def subject(self) -> str:
        """The ticket's subject; of an issue its title."""
        if not self.work.form.foreign:
            return self.ticket.subject
        from support_cli.requests import issues

        return issues.title_of(self.work.form, self.request)

    @cached_property
    def size(self) -> int:
        """Octets of the encoded message; of an issue without files, which is not mailed, those of its text."""
        if self.work.form.foreign and not self.request.attachments:
            return len(self.text(Output("issue", "md")).encode("utf-8"))
        return produce.weigh(self.ticket, self.to)

    def text(self, output: Output) -> str:
        """One document as text."""
        if output.format != "eml":
            return self.work.text(output, self.request, self.findings)
        buffer = io.BytesIO()
        produce.write_eml(self.ticket, self.to, None, buffer, self.thread)
        return buffer.getvalue().decode("utf-8")  # beyond ASCII only in an address

    @property
    def stem(self) -> str:
        """Name for files, without ending."""
        return places.file_stem(self.request, self.work.form)

    def outcome(self, state: str, *, text: str = "", files: tuple[Made, ...] = ()) -> Outcome:
        """What the run ends with."""
        return Outcome(
            kept=self.work.kept,
            id=self.request.id,
            state=state,
            subject=self.subject,
            files=files,
            findings=self.findings,
            labels=labels_of(self.work.form, self.work.texts),
            request=self.request,
            text=text,
            size=self.size,
            respond_within=self.work.form.respond_within or self.work.pack.manifest.respond_within,
            promised_by=self._promised_by(),
            sooner=self._sooner(),
        )

    def _promised_by(self) -> datetime | None:
        """When the promised time is over, where it passes only while somebody is there."""
        promise = promise_of(self.work.pack.manifest, self.work.form)
        return promise.due(self.work.bench.now()) if promise and promise.hours else None

    def _sooner(self) -> str:
        """The first way to reach the team that says when somebody is there."""
        texts = self.work.texts
        reach = next((one for one in self.work.pack.manifest.contacts if one.hours), None)
        return "" if reach is None else clean_line(f"{reach.value} ({texts.get(reach.hours, reach.hours)})")


def sent(ready: Outcome, message: "Message") -> Outcome:
    """What a run ends with that tried to send.

    Args:
        ready: What else is told, made before anything left: from then on nothing may fail.
        message: The message as it stands after the attempt.
    """
    from support_cli.requests.submit import code_of, told

    return msgspec.structs.replace(ready, state=message.state.value, delivery=told(message), exit_code=code_of(message))


def _send(done: Finished, keeper: "DraftKeeper | None") -> Outcome:
    """Sends; what cannot be sent now lies in the outbox. Documents are written only where they were asked for."""
    work = done.work
    check_trust(work)
    name, channel, _queue = work.route(done.request.answers)
    asked = bool(work.options.output or work.options.document or work.options.format)
    made = tuple(write_documents(done)) if asked else ()
    ready = done.outcome("queued", files=made)
    record(work, done.request, made, keeper)
    ready = msgspec.structs.replace(ready, kept=work.kept)
    if channel is not None and channel.kind in produce.WEB_KINDS:
        opened = open_issue(done, name, channel)
        return msgspec.structs.replace(ready, state=opened.state, opened=opened)
    if channel is not None and channel.kind in produce.BY_HAND:
        from support_cli.requests.by_hand import hand_over

        handed = hand_over(work.bench, done.ticket, name, channel, produce.receivers(channel, work.to))
        return msgspec.structs.replace(ready, state=handed.state, handed=handed)
    from support_cli.requests.submit import deliver

    return sent(ready, deliver(work.bench, done.request, done.ticket, name, channel, work.to))


def open_issue(done: Finished, name: str, channel: Channel) -> "Opened":
    """Opens the web form, or lets the platform's program make the issue, and notes in the case what became of it."""
    from support_cli.requests import issues

    opened = issues.submit(done.work.pack, done.work.form, done.request, done.text(Output("issue", "md")), channel)
    _note_opened(done.work, done.request.id, name, opened)
    return opened


def _note_opened(work: Work, case_id: str, channel: str, opened: "Opened") -> None:
    """The receipt of an issue; that of a web form says that the person has to press the button."""
    sent = opened.state == "sent"
    number = opened.url.rstrip("/").rpartition("/")[2] if sent else ""
    receipt = CaseReceipt(
        at=work.bench.now(),
        channel=channel,
        to=opened.url.partition("?")[0],
        ticket=f"#{number}" if number.isdigit() else "",
        url=opened.url if sent else "",
        delivered=sent,
    )
    with contextlib.suppress(SupportError):  # the request could not be noted as a case, which was said
        Cases(work.bench.database()).add_receipt(case_id, receipt)


class FindingsStop(SupportError):
    """The checks found something that stops the run: with ``--strict`` any warning.

    Attributes:
        findings: What they found.
    """

    exit_code = ExitCode.FINDINGS

    def __init__(self, findings: tuple[Finding, ...], message: str = "", *, where: str | None = None) -> None:
        super().__init__(message or _("There are warnings, and --strict stops at them."), where=where)
        self.findings = findings


def write_documents(done: Finished) -> list[Made]:
    """Writes each document under a name made from date and summary, never over another file.

    A file that was named on purpose with ``-o`` is replaced, and what was there stays beside it as ``NAME~``.

    Raises:
        WriteError: If a document cannot be written; those written before stay.
    """
    work = done.work
    bench, options = work.bench, work.options
    target = options.output or bench.output
    made: list[Made] = []
    wanted = [places.place_of(one, target, bench.cwd, done.stem, len(work.outputs)) for one in work.outputs]
    named = len(wanted) == 1 and bool(options.output) and wanted[0].name == Path(options.output).name
    if not named:
        wanted = free_places(wanted)
    writers: list[Write] = [
        MessageWriter(done.ticket, done.to, done.thread) if one.format == "eml" else TextWriter(done.text(one))
        for one in work.outputs
    ]  # all of them before the first is written: what cannot be made leaves no others behind
    try:
        for output, place, write in zip(work.outputs, wanted, writers, strict=True):
            made.append(write_one(output, place, write, replace=named, sync=False))
    finally:  # one wait for the names of all of them
        for folder in {Path(one.path).parent for one in made}:
            sync_folder(folder)
    return made


def documents_of(made: Sequence[Made], now: datetime) -> "list[Document]":
    """What was written, as a case keeps it."""
    return [Document(at=now, name=m.document, format=m.format, path=m.path, sha256=m.sha256) for m in made]


def record(work: Work, request: Request, made: Sequence[Made], keeper: "DraftKeeper | None") -> None:
    """Turns the draft into a case, and keeps contact details for the next time.

    The documents are there by now: a database that cannot be written is said, and ends nothing.
    """
    bench = work.bench
    try:
        now = bench.now()
        database = bench.database()
        cases = Cases(database)
        title = places.summary_of(request, work.form)
        documents = documents_of(made, now)
        with database.transaction():  # one wait for the disk
            promise = promise_of(work.pack.manifest, work.form)
            if keeper is not None:
                cases.create_from_draft(keeper.id, request, title=title, now=now, promise=promise)
            else:
                secrets = [q.id for q in work.form.questions if q.secret]
                source = pack_source(work.pack)
                cases.create(request, title=title, now=now, secrets=secrets, pack_source=source, promise=promise)
            if documents:
                cases.add_documents(request.id, documents, now)
        if keeper is not None:
            bench.resume = ""
        details: dict[Role, str] = {}
        for question in work.form.questions:
            value = request.value(question.id)
            if question.role is not None and isinstance(value, str) and not question.secret:
                details[question.role] = value
        if bench.prefill and keeper is not None:
            bench.profile.remember(details)
    except SupportError as error:
        work.kept = False
        bench.say(_("The request was made, but not noted as a case: {problem}").format(problem=error.message))
