"""Issue forms: what a repository offers, the way back from a body, and the ways to the web."""

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from support_cli.attachments.inspect import open_unchanged
from support_cli.base import reading
from support_cli.base.errors import UsageError
from support_cli.base.finding import Finding, Level
from support_cli.base.i18n import _, ngettext
from support_cli.base.text import clean_line
from support_cli.deliver.browser import open_page
from support_cli.deliver.forge import IMAGES, Issue, create
from support_cli.distribution.choose import BLANK
from support_cli.environment import Bench
from support_cli.forms.model import Channel, Form, Kind, Value
from support_cli.forms.request import Answer, Request, Source
from support_cli.issue_forms.parse import parse_issue
from support_cli.issue_forms.rendering import MOST_CHARACTERS, file_markdown, render_title
from support_cli.issue_forms.rendering import problems as found
from support_cli.issue_forms.url import new_issue_url
from support_cli.packs.pack import Pack
from support_cli.requests import answers as said_beside


class Opened(msgspec.Struct, frozen=True):
    """What became of an issue.

    Attributes:
        state: ``prepared`` in the browser, or ``sent`` by the platform's program.
        url: Address that was opened, or of the new issue.
        left_out: Ids of answers that the address could not carry.
        too_long: Some were left out because of the length of the address.
        shown: A browser opened; if not, the person opens the address.
        labels: What the questions of ``left_out`` are called on the form.
        files: Names of the attachments, which only a person can add there.
        notes: What else a person should know, one sentence each.
    """

    state: str
    url: str
    left_out: tuple[str, ...] = ()
    too_long: bool = False
    shown: bool = True
    labels: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def say_faults(bench: Bench, pack: Pack, form: Form) -> None:
    """Says what is wrong with an issue form that is used all the same."""
    if pack.offer is None or form.id == BLANK:
        return
    errors = [f for f in pack.offer.load(form.id).findings if f.level is Level.ERROR]
    for finding in errors[:5]:
        bench.say(
            _("The form has a fault of its own, which does not stop you: {where}: {problem}").format(
                where=finding.where, problem=finding.message
            )
        )


def problems(form: Form, values: Mapping[str, Value], documents: Sequence[str]) -> list[Finding]:
    """What the web form's way of writing will spoil, in the flavour that is made."""
    return found(form, values, next((one for one in documents if one.startswith("issue")), "issue"))


def read_body(bench: Bench, form: Form, name: str, *, asks: bool) -> dict[str, Answer]:
    """Reads a rendered body into answers; what it does not tell for sure is said.

    Args:
        bench: The collaborators.
        form: The form that the answers are for.
        name: File, or ``-``.
        asks: Somebody will be asked: what is unclear is left open then, and taken at its likeliest otherwise.

    Raises:
        UsageError: If it cannot be read.
    """
    text = reading.decode(said_beside.read_bytes(name, bench.stdin, bench.cwd), name)
    parsed = parse_issue(form, text)
    unclear = {one.question for one in parsed.ambiguous}
    for one in parsed.ambiguous:
        bench.say(f"{one.question}: {one.message}")
    if unclear and not asks:
        bench.say(_("The likeliest reading was taken; say it with --set to be sure."))
        unclear = set()
    if parsed.leftover.strip():
        bench.say(_("This text of the body belongs to no question:") + "\n" + parsed.leftover.strip())
    return {key: Answer(value, Source.FILE) for key, value in parsed.answers.items() if key not in unclear}


def title_of(form: Form, request: Request) -> str:
    """The issue's title: what was typed, with the form's prefix; else the summary."""
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


def check(form: Form, request: Request, body: str, channel: Channel) -> None:
    """Finds out whether the platform's program would make an issue of it.

    Raises:
        UsageError: If it would not. In the browser the page says so.
    """
    if channel.kind == "browser":
        return

    if title_of(form, request) in ("", render_title(form, {})):
        question = form.questions[0]
        raise UsageError(
            _("An issue needs a title: answer “{label}”.").format(label=clean_line(question.label)),
            hint=f'--set {question.id}="..."',
        )
    most = (
        MOST_CHARACTERS if channel.kind == "gh" else 1_048_576
    )  # https://docs.gitlab.com/administration/instance_limits/
    if len(body) > most:
        raise UsageError(
            ngettext(
                "The text is {length} character long, and an issue takes {limit}.",
                "The text is {length} characters long, and an issue takes {limit}.",
                len(body),
            ).format(length=len(body), limit=most),
            hint=_("Attach long logs as files."),
        )


def submit(pack: Pack, form: Form, request: Request, body: str, channel: Channel) -> Opened:
    """Opens the web form with the answers in it, or lets the platform's program make the issue.

    Raises:
        SupportError: If it cannot be done; the request is kept.
    """
    title = title_of(form, request)
    files = tuple(file.name for file in request.attachments)
    if channel.kind != "browser":
        return _through_program(form, request, title, body, channel)

    offer = pack.offer
    platform = "github" if offer is None else "discussion" if offer.platform == "discussion" else offer.forge
    file = pack.form_file(form.id) if form.id in pack.form_ids() else ""
    values = {key: answer.value for key, answer in request.answers.items()}
    if not form.questions[0].on_document:
        values.pop(form.questions[0].id, None)
    made = new_issue_url(channel.url, form, values, form_file=file, title=title, platform=platform)
    asked = [form.question(one) for one in made.left_out]
    labels = tuple(clean_line(q.label) or q.id for q in asked if q is not None and q.kind is not Kind.UPLOAD)
    return Opened("prepared", made.url, made.left_out, made.too_long, open_page(made.url), labels, files)


def _through_program(form: Form, request: Request, title: str, body: str, channel: Channel) -> Opened:
    """Lets gh or glab make the issue; pictures go along where gh can attach them, of other files the text says so."""
    places: dict[str, str] = {}
    illustrated = body
    with tempfile.TemporaryDirectory(prefix="support-") as folder:
        for number, file in enumerate(request.attachments, 1):
            link = file_markdown(file.name, image=file.type.startswith("image/"))
            without = _("The file {name} could not be attached from the command line.").format(name=f"`{file.name}`")
            ending = Path(file.name).suffix.lower()
            if channel.kind == "gh" and ending in IMAGES:
                place = Path(folder) / f"{number}{ending}"
                with open_unchanged(file) as reader, place.open("wb") as writer:
                    shutil.copyfileobj(reader, writer)
                places[place.name] = file.name
                illustrated = illustrated.replace(link, f"![{link.partition('[')[2].rpartition(']')[0]}]({place.name})")
            else:
                illustrated = illustrated.replace(link, without)
            body = body.replace(link, without)
        issue = Issue(
            page=channel.url,
            title=title,
            body=body,
            labels=form.labels,
            assignees=form.assignees,
            type=form.issue_type or "",
            projects=form.projects,
            images=tuple(places),
            illustrated=illustrated,
        )
        made = create(channel.kind, issue, Path(folder))
    along = [places[name] for name in made.images]
    left = tuple(file.name for file in request.attachments if file.name not in along)
    return Opened("sent", made.url, files=left, notes=made.notes)
