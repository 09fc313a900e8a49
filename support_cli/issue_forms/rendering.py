"""The body of an issue as the web form would have made it, to the byte.

Three flavours: ``issue`` (GitHub since 2025; of a form of Gitea's, what Gitea writes), ``issue-classic`` (GitHub 2021
to early 2025) and ``issue-gitea`` (Gitea and Forgejo, modules/issue/template). The rules for GitHub were read off
issues and the forms they came from; where nothing was seen, the choice is noted below.
"""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from urllib.parse import quote

from support_cli.base.finding import Finding, Level
from support_cli.base.i18n import _, ngettext
from support_cli.base.text import clean_line, clean_text, shorten
from support_cli.forms import questionnaire
from support_cli.forms.model import Form, Kind, Option, Question, Role, Value
from support_cli.forms.options import NO_RESPONSE, NONE
from support_cli.forms.request import Attachment
from support_cli.issue_forms.template import render_template

MOST_CHARACTERS = 65_536
_TITLE_WIDTH = 120
_MOST_TITLE = 256
# An address or a number to be reached at; no word on what is wrong, and a title is read by everybody.
_CONTACT = re.compile(r"\S+@\S+\.\S+|\+?\d[\d\s().\u2010-\u2015/-]{5,}", re.ASCII)


class Flavour(StrEnum):
    """Who shows the form."""

    TODAY = "issue"
    CLASSIC = "issue-classic"
    GITEA = "issue-gitea"


def render_issue(
    form: Form,
    answers: Mapping[str, Value],
    attachments: Sequence[Attachment] = (),
    flavour: Flavour | str = Flavour.TODAY,
) -> str:
    """Renders the body of an issue.

    Args:
        form: Any form; one of ours is written the way GitHub writes the same questions.
        answers: Values by question id; whatever is missing counts as left empty.
        attachments: Files; those that answer an ``upload`` question are named there.
        flavour: The web form to be like; without effect for a Markdown template.

    Returns:
        Markdown. Line ends are LF; in ``issue-classic`` those inside a text that was typed are CRLF.
    """
    if form.foreign == "markdown":
        return render_template(form, answers)
    flavour = _flavour(form, flavour)
    blocks = []
    for question in _written(form, answers):
        value = answers.get(question.id)
        if value is None and not question.on_form:
            value = question.default
        if question.kind is Kind.MARKDOWN:
            blocks.append(question.text + ("\n" if flavour is Flavour.GITEA else ""))
            continue
        files = [one for one in attachments if one.question == question.id]
        content = _content(question, value, files, flavour)
        blocks.append(f"### {question.label}\n\n{content}")
    if flavour is Flavour.GITEA:
        return "".join(block + "\n" for block in blocks)
    return "\n\n".join(blocks)


def _flavour(form: Form, flavour: Flavour | str) -> Flavour:
    """The way of writing that is meant: today's is that of the forge which shows the form."""
    flavour = Flavour(flavour)
    return Flavour.GITEA if flavour is Flavour.TODAY and form.foreign == "gitea" else flavour


def _written(form: Form, answers: Mapping[str, Value]) -> list[Question]:
    if not form.foreign:
        return [q for q in questionnaire.visible(form, answers) if q.on_document and not q.private]
    # Only Gitea lets a text to read stand in the document.
    return [q for q in form.questions if q.on_document and (q.asks or form.foreign == "gitea")]


def _content(question: Question, value: Value | None, files: Sequence[Attachment], flavour: Flavour) -> str:
    gitea = flavour is Flavour.GITEA
    if question.kind in (Kind.CHECKBOXES, Kind.CONFIRM):
        text = _boxes(question, value, flavour)
    elif question.kind is Kind.DROPDOWN:
        text = _choice(question, value, flavour)
    elif question.kind is Kind.UPLOAD:
        text = _files(value, files) or NO_RESPONSE
    else:
        typed = typed_text(value)
        if gitea:
            typed = typed.strip()
        text = _typed(typed, question.render, flavour)
    return text + "\n" if gitea else text


def typed_text(value: Value | None) -> str:
    """The text that a person would have typed to say a value: a list becomes numbered lines."""
    if value is None:
        return ""
    if isinstance(value, list):
        return "\n".join(f"{number}. {clean_text(item)}" for number, item in enumerate(value, 1))
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return clean_text(str(value))


def _typed(text: str, render: str | None, flavour: Flavour) -> str:
    if not text or (text == NO_RESPONSE and not render):
        # Only today's form keeps the fence around nothing.
        return f"```{render}\n\n```" if render and flavour is Flavour.TODAY else NO_RESPONSE
    if flavour is Flavour.CLASSIC:
        text = text.replace("\n", "\r\n")
    if not render:
        return text
    fence = "```"
    if flavour is Flavour.GITEA:
        runs = re.findall(r"^`{3,}", text, re.MULTILINE)
        fence = "`" * max(3, 1 + max(map(len, runs), default=0))
    end = "\n" if flavour is Flavour.CLASSIC else ""
    return f"{fence}{render}\n{text}\n{fence}{end}"


def _choice(question: Question, value: Value | None, flavour: Flavour) -> str:
    chosen = chosen_labels(question, value)
    if not chosen:
        # Several choices, none taken, today: not seen yet; taken to be as it was.
        return NONE if flavour is Flavour.TODAY and not question.multiple else NO_RESPONSE
    if question.listed and flavour is Flavour.GITEA:
        return "\n".join(f"- {label}" for label in chosen)
    return ", ".join(chosen)


def chosen_labels(question: Question, value: Value | None) -> list[str]:
    """Labels of the options taken, in the form's order, then whatever is none of them."""
    given = value if isinstance(value, list) else [] if value in (None, "") else [str(value)]
    known = [option.label for option in question.options if option.label in given]
    return known + [clean_text(one) for one in given if one not in known]


def _boxes(question: Question, value: Value | None, flavour: Flavour) -> str:
    tick = "X" if flavour is Flavour.CLASSIC else "x"
    options: Sequence[Option] = question.options
    if question.kind is Kind.CONFIRM:
        options = (Option(question.label),)
        value = [question.label] if value is True else []
    ticked = value if isinstance(value, list) else [str(value)] if value else []
    lines = [f"- [{tick if o.label in ticked else ' '}] {o.label}" for o in options if o.on_document]
    return "\n".join(lines)


def _files(value: Value | None, files: Sequence[Attachment]) -> str:
    """Markdown for uploaded files, one a line. What GitHub itself writes was not seen yet."""
    if files:
        return "\n".join(file_markdown(one.name, image=one.type.startswith("image/")) for one in files)
    names = value if isinstance(value, list) else [str(value)] if value else []
    return "\n".join(file_markdown(re.split(r"[/\\]", name)[-1]) for name in names)


def file_markdown(name: str, *, image: bool | None = None) -> str:
    """A link to a file that lies beside the text, or the image itself."""
    name = clean_line(name)
    if image is None:
        image = re.search(r"\.(?:png|gif|jpe?g|svg|webp)$", name, re.IGNORECASE) is not None
    shown = re.sub(r"([\[\]\\])", r"\\\1", name)
    return f"{'!' if image else ''}[{shown}]({quote(name, safe='-_.~')})"


def render_title(form: Form, answers: Mapping[str, Value], summary: str = "") -> str:
    """Makes the title of an issue: the form's prefix, then a summary.

    Args:
        form: The form; ``<title>`` in its prefix is where the summary goes.
        answers: Values by question id.
        summary: What the person typed for it; else the answer that is a summary, else the beginning of the details.

    Returns:
        One line of at most 256 characters; the prefix alone where nothing was said.
    """
    words = clean_line(summary)
    for role in (Role.SUMMARY, Role.DETAILS, Role.ACTUAL):
        question = form.with_role(role)
        if not words and question is not None:
            said = typed_text(answers.get(question.id)).split("\n")
            lines = [line for line in said if re.search(r"\w", line) and not _CONTACT.fullmatch(line.strip())]
            words = shorten(clean_line(lines[0].lstrip("#>-* ")), _TITLE_WIDTH) if lines else ""
    prefix = form.title
    if prefix.strip() and words.casefold().startswith(prefix.strip().casefold()):
        prefix = ""
    place = re.search(r"<\s*[Tt]itle\s*>", prefix)
    if place:
        return (prefix[: place.start()] + words + prefix[place.end() :]).strip()[:_MOST_TITLE]
    glue = "" if not prefix or not words or prefix[-1].isspace() else " "
    return (prefix + glue + words).strip()[:_MOST_TITLE]


def problems(form: Form, answers: Mapping[str, Value], flavour: Flavour | str = Flavour.TODAY) -> list[Finding]:
    """Says what the web form's way of writing will spoil; the bytes stay as they are.

    Returns:
        Warnings: ``W101`` a fence inside a code block, ``W102`` choices that cannot be told apart again,
        ``W103`` a text longer than an issue may be.
    """
    found = []
    gitea = _flavour(form, flavour) is Flavour.GITEA
    for question in form.questions if form.foreign and form.foreign != "markdown" else ():
        value = answers.get(question.id)
        if value is None or not question.on_document:
            continue
        if question.render and not gitea and re.search(r"^ {0,3}`{3,}\s*$", typed_text(value), re.MULTILINE):
            message = _("A line of ``` ends the code block of “{label}” too early.").format(label=_name(question))
            found.append(_warning("W101", question, message, _("Indent it by four blanks, or take it out.")))
        if question.multiple and any(", " in label for label in chosen_labels(question, value)):
            message = _("A choice of “{label}” holds a comma, so the text alone does not say what was chosen.").format(
                label=_name(question)
            )
            found.append(_warning("W102", question, message, None))
    length = len(render_issue(form, answers, (), flavour))
    if length > MOST_CHARACTERS:
        message = ngettext(
            "The text is {length} character long, and an issue takes {limit}.",
            "The text is {length} characters long, and an issue takes {limit}.",
            length,
        ).format(length=length, limit=MOST_CHARACTERS)
        fix = _("Attach long logs as files.")
        found.append(Finding(code="W103", level=Level.WARNING, where=form.id, message=message, fix=fix))
    return found


def _warning(code: str, question: Question, message: str, fix: str | None) -> Finding:
    return Finding(code=code, level=Level.WARNING, where=question.id, message=message, fix=fix)


def _name(question: Question) -> str:
    return clean_line(question.label) or question.id
