"""Issue forms: what a repository offers, the way back from a body, and the ways to the web."""

import shutil
from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from support_cli.errors import UsageError
from support_cli.finding import Finding, Level
from support_cli.i18n import _
from support_cli.packs.model import Channel, Form, Value
from support_cli.packs.pack import Pack
from support_cli.request import Answer, Request, Source
from support_cli.workflow import answers as said_beside
from support_cli.workflow.bench import Bench

if TYPE_CHECKING:
    from support_cli.packs.offer import Offer
    from support_cli.workflow.work import Work

WAYS = ("browser", "gh", "glab")
BLANK = "blank"


class Opened(msgspec.Struct, frozen=True):
    """What became of an issue.

    Attributes:
        state: ``prepared`` in the browser, or ``sent`` by the platform's program.
        url: Address that was opened, or of the new issue.
        left_out: Ids of answers that the address could not carry.
        too_long: Some were left out because of the length of the address.
    """

    state: str
    url: str
    left_out: tuple[str, ...] = ()
    too_long: bool = False


def choose_entry(bench: Bench, pack: Pack, offer: "Offer") -> Form:
    """Shows what a repository offers the way its platform does: forms, templates, links, a blank issue.

    Raises:
        Leave: A link was chosen: its address is shown, and there is nothing to fill in here.
    """
    from support_cli.interview.prompter import Choice, Leave
    from support_cli.markdown import readable

    assert bench.prompter is not None  # noqa: S101 - the caller asked
    entries = [entry for entry in offer.entries if not entry.trouble]
    for entry in offer.entries:
        if entry.trouble:
            bench.prompter().say(f"{entry.file}: {entry.trouble}")
    choices = [Choice(key=entry.id, label=readable(entry.name), hint=readable(entry.description)) for entry in entries]
    chosen = bench.prompter().choose(pack.manifest.title, choices, default=offer.default or choices[0].key)
    entry = next(one for one in entries if one.id == chosen)
    if entry.url:
        bench.prompter().say(f"{readable(entry.name)}: {entry.url}")
        raise Leave
    return blank_form() if entry.kind.value == BLANK else pack.form(chosen)


def blank_form() -> Form:
    """An issue without a form: a title and a text, which is the body as it is."""
    from support_cli.packs import issue_markdown
    from support_cli.packs.find import with_title

    form = issue_markdown.load("", name=BLANK, form_id=BLANK).form
    text = msgspec.structs.replace(form.questions[0], id="body", label=_("Text"), required=True)
    return with_title(msgspec.structs.replace(form, name=_("Blank issue"), questions=(text,)))


def say_faults(bench: Bench, pack: Pack, form: Form) -> None:
    """Says what is wrong with an issue form that is used all the same."""
    if pack.offer is None or form.id == BLANK:
        return
    errors = [f for f in pack.offer.load(form.id).findings if f.level is Level.ERROR]
    for finding in errors[:5]:
        bench.say(_("Warning: {where}: {problem}").format(where=finding.where, problem=finding.message))


def problems(work: "Work", values: Mapping[str, Value]) -> list[Finding]:
    """What the web form's way of writing will spoil."""
    from support_cli.render.issue import problems as found

    flavour = next((one.document for one in work.outputs if one.document.startswith("issue")), "issue")
    return found(work.form, values, flavour)


def take_body(work: "Work") -> None:
    """Reads a rendered body into answers; what it does not tell for sure is said, and asked again.

    Raises:
        UsageError: If it cannot be read, or in a script if it is ambiguous.
    """
    from support_cli.packs.yamltext import decode
    from support_cli.render.issue_parse import parse_issue

    name = work.options.body
    text = decode(said_beside.read_bytes(name, work.bench.stdin, work.bench.cwd), name)
    parsed = parse_issue(work.form, text)
    unclear = {one.question for one in parsed.ambiguous}
    for one in parsed.ambiguous:
        work.bench.say(f"{one.question}: {one.message}")
    if unclear and (work.bench.prompter is None or work.options.no_input):
        work.bench.say(_("The likeliest reading was taken; say it with --set to be sure."))
        unclear = set()
    work.answers = {key: Answer(value, Source.FILE) for key, value in parsed.answers.items() if key not in unclear}
    if parsed.leftover.strip():
        work.bench.say(_("This text of the body belongs to no question:") + "\n" + parsed.leftover.strip())


def title_of(form: Form, request: Request) -> str:
    """The issue's title: what was typed, with the form's prefix; else the summary."""
    from support_cli.render.issue import render_title

    values = {key: answer.value for key, answer in request.answers.items()}
    question = form.questions[0]
    typed = values.get(question.id) if not question.on_document else None
    typed = typed if isinstance(typed, str) and typed.strip() != form.title.strip() else ""
    others = {key: value for key, value in values.items() if key != question.id}
    return render_title(form, others, typed)


def check_way(channel: Channel) -> None:
    """Finds out before the first question whether the way exists.

    Raises:
        UsageError: If the platform's program is not installed.
    """
    if channel.kind != "browser" and shutil.which(channel.kind) is None:
        raise UsageError(
            _("The program “{program}” is not installed.").format(program=channel.kind),
            hint=_("--channel browser opens the web form with your answers in it."),
        )


def submit(work: "Work", request: Request, body: str, channel: Channel) -> Opened:
    """Opens the web form with the answers in it, or lets the platform's program make the issue.

    Raises:
        SupportError: If it cannot be done; the request is kept.
    """
    title = title_of(work.form, request)
    if channel.kind != "browser":
        from support_cli.deliver.forge import create

        url = create(channel.kind, channel.queue, title=title, body=body, labels=work.form.labels)
        return Opened("sent", url)
    from support_cli.deliver.browser import open_url
    from support_cli.render.issue_url import new_issue_url

    offer = work.pack.offer
    platform = offer.repository.platform if offer is not None and offer.repository is not None else "github"
    file = work.pack.form_file(work.form.id) if work.form.id in work.pack.form_ids() else ""
    values = {key: answer.value for key, answer in request.answers.items()}
    if not work.form.questions[0].on_document:
        values.pop(work.form.questions[0].id, None)
    made = new_issue_url(channel.url, work.form, values, form_file=file, title=title, platform=platform)
    open_url(made.url)
    return Opened("prepared", made.url, made.left_out, made.too_long)
