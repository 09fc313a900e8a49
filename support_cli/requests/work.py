"""One request in the making: what was asked for, what is known, and a trial of everything that could stop the end."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from support_cli.attachments import budget
from support_cli.base.addresses import Address
from support_cli.base.errors import AnswersError, ExitCode
from support_cli.base.finding import Finding
from support_cli.base.i18n import ngettext
from support_cli.cases.ids import new_id
from support_cli.checks.request import check
from support_cli.deliver.ticket import Ticket
from support_cli.distribution.choose import DEFAULT_PACK, open_pack
from support_cli.environment import Bench
from support_cli.forms import questionnaire
from support_cli.forms.model import Channel, Form, Kind
from support_cli.forms.request import Answer, Attachment, Request
from support_cli.packs.pack import Pack
from support_cli.privacy.files import check_files
from support_cli.render.documents import Documents
from support_cli.requests import produce
from support_cli.requests.answers import FileReference
from support_cli.requests.options import NewOptions
from support_cli.requests.produce import Made, Output

if TYPE_CHECKING:
    from support_cli.render.documents import Documents
    from support_cli.requests.issues import Opened
    from support_cli.requests.known import Known
    from support_cli.requests.submit import Delivery
    from support_cli.requests.understanding import Reading

HEAD = 24_000
"""Octets that headers, bodies and the request part are expected to take before they are known."""


class Handed(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a person has in hand now.

    Attributes:
        id: Id of the request.
        state: Always ``prepared``: the customer sends it.
        way: ``mailto``, ``clipboard``, or ``screen`` where neither could be had.
        to: Whom it is for, as shown to people, or empty.
        told: What was done and what is left to do, in whole sentences.
        url: Address that was opened, or empty.
        text: What has to be copied from the screen, or empty.
        attach: Names of the files that have to be attached by hand.
    """

    id: str
    state: str
    way: str
    to: str
    told: tuple[str, ...]
    url: str = ""
    text: str = ""
    attach: tuple[str, ...] = ()


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What a run ended with.

    Attributes:
        id: Id of the request.
        state: ``written``, ``saved`` (a draft), ``dry-run``, or a state of the outbox.
        subject: Subject of the ticket, or empty.
        files: Documents that were written.
        findings: What is weak about the request.
        labels: What the form's questions are called in the person's language, by their ids.
        request: The request, unless only a draft was saved.
        text: The document, when it goes to standard output.
        size: Weight of the encoded message in bytes.
        delivery: Where the message stands, if it was to be sent.
        opened: What became of an issue that went to the web.
        respond_within: Promised seconds until an answer, or None.
        promised_by: When that is over, if it is sent now; only where it passes in working hours.
        sooner: How to reach the team without waiting for it, or empty.
        handed: What was prepared for the person to send.
        kept: The request can be looked at as a case; not so where the database could not be written.
        first_made: Nothing was made now: this is what became of the same request at that moment; else None.
        exit_code: What the program ends with.
    """

    id: str
    state: str
    subject: str = ""
    files: tuple[Made, ...] = ()
    findings: tuple[Finding, ...] = ()
    labels: Mapping[str, str] = {}
    request: Request | None = None
    text: str = ""
    size: int = 0
    delivery: "Delivery | None" = None
    opened: "Opened | None" = None
    respond_within: int | None = None
    promised_by: datetime | None = None
    sooner: str = ""
    handed: Handed | None = None
    kept: bool = True
    first_made: datetime | None = None
    exit_code: ExitCode = ExitCode.OK


class Work(msgspec.Struct, kw_only=True, dict=True):
    """One request in the making: the pack, the form, what is known so far, and where it shall go.

    ``referenced`` are the files that an answers file names. ``refused`` says why values that were given cannot be
    taken; ``unfinished`` holds those values as text.
    ``story`` is what was told before anything was asked; the form then requires only what its plan says.
    ``again`` names secret questions of a draft, whose answers were not stored; ``resumed`` says that there is a draft,
    and ``kept`` that nothing failed when it became a case. ``reading`` is what was made of the story, and ``asked``
    names the questions that were asked after it in an earlier run.
    """

    bench: Bench
    options: NewOptions
    pack: Pack
    form: Form
    outputs: list[Output]
    to: tuple[Address, ...]
    answers: dict[str, Answer] = {}
    attachments: list[Attachment] = []
    referenced: tuple[FileReference, ...] = ()
    refused: tuple[Finding, ...] = ()
    at: str | None = ""
    unfinished: dict[str, str] = {}
    again: Sequence[str] = ()
    resumed: bool = False
    kept: bool = True
    story: str = ""
    reading: "Reading | None" = None
    asked: Sequence[str] = ()

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
            story=self.story,
        )

    def fresh_id(self) -> str:
        """An id for a request that has no draft."""
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
            from support_cli.requests import issues

            troubles = [*issues.problems(self.form, values, [one.document for one in self.outputs]), *troubles]
        found = check(
            self.form,
            values,
            files,
            language=self.bench.language,
            texts=self.texts,
            story=self.story,
            today=self.bench.now().date(),
        )
        most = self.pack.manifest.limits.file
        if going := [file for file in files if file.size <= most]:  # what is too large does not go
            found += check_files(going)
        return [*found, *troubles]

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
        return produce.receivers(channel, self.to)

    @cached_property
    def known(self) -> "Known":
        """What the pack knows that may spare the request."""
        from support_cli.requests.known import Known

        return Known(self.pack, self.form, self.texts, self.bench.language, self.bench.cache)

    @cached_property
    def documents(self) -> "Documents":
        """What renders."""
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
        ticket = self.documents.ticket(
            self.pack,
            self.form,
            request,
            language=produce.document_language(self.pack, channel, self.bench.language),
            findings=findings,
            queue=queue,
            public=channel is not None and channel.public,
        )
        return produce.for_channel(ticket, channel)


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
