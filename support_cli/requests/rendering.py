"""``support render``: one document of a request that may be incomplete, and then says so."""

from collections.abc import Mapping

import msgspec

from support_cli.base.finding import Finding
from support_cli.environment import Bench
from support_cli.forms.questionnaire import labels_of
from support_cli.requests import places, produce
from support_cli.requests.follow_up_form import ESCALATION, FOLLOW_UP
from support_cli.requests.opening import Opened, all_findings, document, open_request
from support_cli.requests.options import NewOptions
from support_cli.requests.produce import Made
from support_cli.requests.thread import context_of, look_back
from support_cli.requests.written import MessageWriter, TextWriter, Write, write_one


class Rendered(msgspec.Struct, frozen=True, kw_only=True):
    """What was made.

    Attributes:
        id: Id of the request.
        text: The document, for standard output; empty when it went to a file or was streamed.
        made: The file that was written, or None.
        findings: What is weak about the request.
        labels: What the form's questions are called in the person's language, by their ids.
    """

    id: str
    text: str = ""
    made: Made | None = None
    findings: tuple[Finding, ...] = ()
    labels: Mapping[str, str] = {}


def render(bench: Bench, name: str, options: NewOptions) -> Rendered:
    """Renders one document.

    Raises:
        SupportError: If the request, its pack or the place to write to cannot be used.
    """
    opened = open_request(bench, name, options)
    work, request = opened.work, opened.request
    labels = labels_of(work.form, work.texts)
    if options.to:
        work.to = produce.addresses(options.to)
    output = document(opened, options)
    findings = tuple(all_findings(opened))
    if output.format == "eml":
        opened.check_files()
        ticket, to = work.ticket(request, findings), work.addressed(request.answers)
        if options.output in ("", "-"):
            produce.write_eml(ticket, to, None, bench.stdout())
            return Rendered(id=request.id, findings=findings, labels=labels)
        write: Write = MessageWriter(ticket, to)
    else:
        text = _followed(opened, output) or work.text(output, request, findings)
        if options.output in ("", "-"):
            return Rendered(id=request.id, text=text, findings=findings, labels=labels)
        write = TextWriter(text)
    place = places.place_of(output, options.output, bench.cwd, places.file_stem(request, work.form), 1)
    named = not place.is_dir() and place.name in options.output
    made = write_one(output, place, write, replace=named)
    return Rendered(id=request.id, made=made, findings=findings, labels=labels)


def _followed(opened: Opened, output: produce.Output) -> str:
    """A follow-up of a case that is stored here knows what happened since; empty for anything else."""
    if not opened.stored or output.document not in (FOLLOW_UP, ESCALATION) or output.format in produce.REQUEST_FILE:
        return ""

    work, request = opened.work, opened.request
    return work.documents.render(
        work.pack,
        work.form,
        request,
        document=output.document,
        format=output.format,
        language=work.language(request.answers),
        case=context_of(look_back(work.bench, request.id), work.bench.now()),
    )
