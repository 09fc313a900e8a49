"""What is shown at the end of a run."""

import os
import shutil
from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from support_cli.base.errors import ExitCode
from support_cli.base.finding import Finding, Level
from support_cli.base.i18n import _, format_ago, format_size, ngettext
from support_cli.base.invocation import command_line
from support_cli.base.labels import DOCUMENTS, label
from support_cli.base.text import cells, clean_line
from support_cli.cli import console
from support_cli.cli.context import Context
from support_cli.cli.guard import exit_now
from support_cli.forms.request import to_file

if TYPE_CHECKING:  # what only some commands need
    from support_cli.requests.rendering import Rendered
    from support_cli.requests.work import Outcome


def print_outcome(outcome: "Outcome", context: Context) -> None:
    """Shows what a request ended with: documents on standard output, the rest on standard error."""
    left = outcome.delivery is not None or outcome.opened is not None
    if context.flags.json and console.told_as_json(outcome_json(outcome), otherwise_said=left):
        if outcome.exit_code:
            exit_now(outcome.exit_code)
        return
    if outcome.text:
        console.product_exact(outcome.text)
    if not context.asks:  # at a prompt the review page has shown them
        say_findings(outcome.findings, outcome.labels, context)
    if outcome.first_made is not None:
        _say_repeated(outcome, context)
    if outcome.state == "dry-run":
        context.say(
            _("Nothing was written, stored or sent. The message would be {size}.").format(
                size=format_size(outcome.size)
            )
        )
        return
    if outcome.delivery is not None:
        from support_cli.cli.delivery_printing import sentences

        context.say(sentences(outcome.delivery))
    if outcome.opened is not None:
        from support_cli.cli.delivery_printing import say_opened

        say_opened(outcome.opened, outcome.id, context)
    if outcome.handed is not None:
        from support_cli.cli.delivery_printing import print_handed

        print_handed(outcome.handed, context)
    if outcome.files:
        _say_written(outcome, context)
        if outcome.state == "written" and not (outcome.delivery or outcome.opened or outcome.handed):
            context.say(_("Nothing has been sent: these files are for you to hand in."))
        if outcome.delivery is None and (files := files_of(outcome)):
            context.say(console.files_line(files))
    if (
        outcome.kept
        and outcome.state not in ("saved", "solved")
        and (outcome.files or outcome.delivery or outcome.opened or outcome.handed)
    ):
        command = command_line("cases", "show", outcome.id[:4])
        context.say(_("Your request is kept as {id}. Later:  {command}").format(id=outcome.id, command=command))
        _say_promise(outcome, context)
    if outcome.exit_code:
        exit_now(outcome.exit_code)


def _say_repeated(outcome: "Outcome", context: Context) -> None:
    """Says that nothing was made, because the same request is there."""
    assert outcome.first_made is not None  # noqa: S101 - the caller asked
    since = format_ago(context.now() - outcome.first_made)
    context.say(_("The same request was made {ago}, so it is not made again.").format(ago=since))
    if outcome.delivery is not None:
        context.say(_("To send it once more all the same:  {flag}").format(flag="--request-id NEW-KEY"))


def _say_promise(outcome: "Outcome", context: Context) -> None:
    """When an answer comes, and whom to ask who cannot wait for it."""
    state = outcome.delivery.state if outcome.delivery is not None else outcome.state
    if outcome.respond_within and state != "refused":
        context.say(_promise(outcome, state))
        if state == "written":
            command = command_line("cases", "note", outcome.id[:4], "--sent")
            context.say(_("When you have sent it, say so and you will be reminded:  {command}").format(command=command))
    if outcome.sooner:
        context.say(_("If it cannot wait:  {contact}").format(contact=outcome.sooner))


def _promise(outcome: "Outcome", state: str) -> str:
    """When an answer comes: a moment where the team has working hours, else a number of hours."""
    if outcome.promised_by is not None and state == "sent":
        moment = outcome.promised_by.astimezone()
        return _("They answer by {moment}.").format(moment=f"{moment:%Y-%m-%d %H:%M}")
    count = -(-(outcome.respond_within or 0) // 3600)
    if state == "sent":
        text = ngettext("They answer within {count} hour.", "They answer within {count} hours.", count)
    else:
        text = ngettext(
            "Once it is sent, they answer within {count} hour.",
            "Once it is sent, they answer within {count} hours.",
            count,
        )
    return text.format(count=count)


def _say_written(outcome: "Outcome", context: Context) -> None:
    notes = {
        "eml": _("open it in your mail program and press send")
        if outcome.delivery is None
        else _("a copy of the message"),
        "md": _("the ticket"),
        "json": _("the request file"),
        "yaml": _("the request file"),
    }
    rows: list[list[str]] = []
    for made in outcome.files:
        usual = made.document in ("ticket", "email") or made.format in ("json", "yaml")
        note = notes.get(made.format) if usual else None
        rows.append([_("Written:") if not rows else "", short_path(made.path), note or _called(made.document)])
    table = console.columns(rows, gap=2, indent="")
    if max(map(cells, table.split("\n"))) >= shutil.get_terminal_size().columns:
        # Names made of long summaries: what to do with a file stands below its name.
        notes_below = [row for head, path, note in rows for row in ([head, path], ["", "  " + note])]
        table = console.columns(notes_below, gap=2, indent="")
    context.say(table)


def _called(document: str) -> str:
    return label(DOCUMENTS, document)


def files_of(outcome: "Outcome") -> dict[str, int]:
    """The files of a request that was written as a mail, which holds them: name to bytes."""
    if outcome.request is None or not any(made.format == "eml" for made in outcome.files):
        return {}
    return {one.name: one.size for one in outcome.request.attachments}


def short_path(path: str) -> str:
    """A path as it is seen from here."""
    try:
        relative = os.path.relpath(path)
    except ValueError:  # another drive on Windows
        return path
    return path if relative.startswith("..") else relative


def severities() -> dict[Level, str]:
    """The word for each level."""
    return {Level.ERROR: _("Error"), Level.WARNING: _("Warning"), Level.HINT: _("Hint")}


def finding_line(finding: Finding) -> str:
    """A finding as one line; the words for the levels as wide as each other."""
    marks = severities()
    word = marks[finding.level].ljust(max(map(len, marks.values())))
    return f"{finding.code} {word} {clean_line(finding.where)}: {clean_line(finding.message)}"


def finding_text(finding: Finding, labels: Mapping[str, str]) -> str:
    """What is weak, at which question or file unless the sentence names it already, and on a second line the fix.

    Args:
        finding: The finding.
        labels: What the questions are called, by their ids.
    """
    where = clean_line(labels.get(finding.where, finding.where))
    message = clean_line(finding.message)
    colon = "" if where.endswith(("?", ":", ".", "!")) else ":"
    text = message if where in message else f"{where}{colon} {message}"
    return text + (f"\n  {finding.advice}" if finding.advice else "")


def say_findings(findings: tuple[Finding, ...], labels: Mapping[str, str], context: Context) -> None:
    """Shows what is weak about a request, errors first."""
    marks = severities()
    for level in (Level.ERROR, Level.WARNING, Level.HINT):
        for finding in findings:
            if finding.level is level and (level is not Level.HINT or context.flags.verbose):
                context.say(f"{marks[level]} {finding.code} · {finding_text(finding, labels)}")


def outcome_json(outcome: "Outcome") -> dict[str, object]:
    """The outcome as stable, untranslated JSON."""
    record: dict[str, object] = {
        "id": outcome.id,
        "state": outcome.state,
        "subject": outcome.subject,
        "size": outcome.size,
        "files": [
            {"document": m.document, "format": m.format, "path": m.path, "size": m.size, "sha256": m.sha256}
            for m in outcome.files
        ],
        "findings": [findings_json(f) for f in outcome.findings],
    }
    if outcome.request is not None:
        record["request"] = msgspec.to_builtins(to_file(outcome.request))
    if outcome.respond_within is not None:
        record["respond_within"] = outcome.respond_within
    if outcome.first_made is not None:
        record["first_made"] = outcome.first_made.isoformat()
    if outcome.opened is not None:
        record["opened"] = msgspec.to_builtins(outcome.opened)
    if outcome.delivery is not None:
        record["delivery"] = msgspec.to_builtins(outcome.delivery)
    if outcome.handed is not None:
        from support_cli.cli.delivery_printing import handed_json

        record["handed"] = handed_json(outcome.handed)
    if outcome.text:
        record["text"] = outcome.text
    return record


def findings_json(finding: Finding) -> dict[str, object]:
    """A finding with every key present."""
    return {
        "code": finding.code,
        "level": finding.level.value,
        "where": finding.where,
        "message": finding.message,
        "fix": finding.fix,
    }


def print_findings(findings: list[Finding], request_id: str, context: Context, *, strict: bool) -> None:
    """Shows findings as the product of ``check`` and ends with 1 where they stop a request."""
    bad = any(f.level is Level.ERROR or (strict and f.level is Level.WARNING) for f in findings)
    if context.flags.json:
        console.product_json({"id": request_id, "ok": not bad, "findings": [findings_json(f) for f in findings]})
    else:
        for finding in findings:
            fix = f"\n      {finding.advice}" if finding.advice else ""
            console.product(finding_line(finding) + fix)
        if not findings:
            context.say(_("No problems were found."))
    if bad:
        exit_now(ExitCode.FINDINGS)


def print_rendered(rendered: "Rendered", context: Context) -> None:
    """Shows a document, or where it was written, and what the request still lacks."""
    if context.flags.json:
        record: dict[str, object] = {"id": rendered.id, "text": rendered.text}
        if rendered.made is not None:
            record["file"] = msgspec.to_builtins(rendered.made)
        record["findings"] = [findings_json(f) for f in rendered.findings]
        console.product_json(record)
        return
    if rendered.made is not None:
        context.say(_("Written:") + "  " + short_path(rendered.made.path))
    elif rendered.text:
        console.product_exact(rendered.text)
    say_findings(tuple(f for f in rendered.findings if f.level is Level.ERROR), rendered.labels, context)
