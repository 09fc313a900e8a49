"""Addresses that open the web form with answers already in it.

Sources: GitHub, "Creating an issue from a URL query" (``template``, ``title``, ``body``, and text fields of issue
forms by id) and "Syntax for GitHub's form schema" (the same for discussion forms); GitLab, "Using a URL with
prefilled values" (``issue[title]``, ``issue[description]``); Gitea, "Issue and Pull Request Templates" (``title``,
``body``).
"""

from collections.abc import Mapping
from urllib.parse import quote, urlencode

import msgspec

from support_cli.forms.model import Form, Kind, Question, Value
from support_cli.issue_forms.items import prefill_name
from support_cli.issue_forms.rendering import Flavour, render_issue, typed_text

LONGEST = 8192
# GitHub answers 414 beyond this. Fields cannot have these names: they mean something else in the address.
_RESERVED = frozenset(["template", "title", "body", "labels", "milestone", "assignees", "projects", "type"])
_TEXT = (Kind.INPUT, Kind.TEXTAREA, Kind.EMAIL, Kind.PHONE, Kind.URL, Kind.NUMBER, Kind.DATE)


class Url(msgspec.Struct, frozen=True):
    """An address for a browser.

    Attributes:
        url: The address.
        left_out: Ids of answered questions that are not in it, in the form's order.
        too_long: Some of them would have fitted but for the length of the address.
    """

    url: str
    left_out: tuple[str, ...] = ()
    too_long: bool = False


def new_issue_url(
    base: str,
    form: Form,
    answers: Mapping[str, Value],
    *,
    form_file: str = "",
    title: str = "",
    platform: str = "github",
    limit: int = LONGEST,
) -> Url:
    """Makes the address of a new issue.

    Labels, assignees and type come from the form itself, which the page applies by its name; asking for them in the
    address needs rights that a reporter rarely has, and GitHub answers 404 without them.

    Args:
        base: Address of the repository, such as ``https://github.com/owner/name``.
        form: The form.
        answers: Values by question id.
        form_file: Name of the form's file in the folder of templates.
        title: The issue's title.
        platform: ``github``, ``gitlab``, ``gitea``, or ``discussion`` for a form of GitHub's discussions.
        limit: Most characters of the address.
    """
    base = base.rstrip("/")
    if platform == "gitlab":
        return _whole(f"{base}/-/issues/new", {"issue[title]": title}, "issue[description]", form, answers, limit)
    if platform == "discussion":
        # A category's form lies in a file that is called like the category.
        category = form_file.rpartition(".")[0].lower()
        return _fields(f"{base}/discussions/new", {"category": category, "title": title}, form, answers, limit)
    page = f"{base}/issues/new"
    if platform == "gitea":
        # A body given in the address takes the place of a template.
        return _whole(page, {"title": title}, "body", form, answers, limit, Flavour.GITEA)
    if form.foreign != "github" or not form_file:
        return _whole(page, {"template": form_file, "title": title}, "body", form, answers, limit)
    return _fields(page, {"template": form_file, "title": title}, form, answers, limit)


def _fields(page: str, head: Mapping[str, str], form: Form, answers: Mapping[str, Value], limit: int) -> Url:
    """One parameter for each text field; choices, boxes and files cannot be filled in by an address."""
    address = _join(page, head)
    asked = [q for q in form.questions if q.asks and answers.get(q.id) not in (None, "", [])]
    names = _names(form)
    fitting: dict[str, str] = {}
    for question in asked:
        if question.kind in _TEXT and question.id in names and answers[question.id] != question.default:
            fitting[question.id] = _join("", {names[question.id]: typed_text(answers[question.id])})[1:]
    taken: set[str] = set()
    length = len(address)
    # Short answers first: one long log must not push out ten short lines.
    for question_id in sorted(fitting, key=lambda one: len(fitting[one])):
        if length + 1 + len(fitting[question_id]) <= limit:
            taken.add(question_id)
            length += 1 + len(fitting[question_id])
    parts = [fitting[q.id] for q in asked if q.id in taken]
    shown = {q.id for q in asked if answers[q.id] == q.default and q.kind in (*_TEXT, Kind.DROPDOWN)}
    left_out = tuple(q.id for q in asked if q.id not in taken and q.id not in shown)
    glue = "&" if "?" in address else "?"
    return Url(address + (glue + "&".join(parts) if parts else ""), left_out, len(taken) < len(fitting))


def _names(form: Form) -> dict[str, str]:
    """Names of the parameters: the id that the author gave, else the parameterized label, if nothing else has it."""
    wanted = {q.id: q.id if q.explicit_id else prefill_name(q.label[:500]) for q in form.questions if q.asks}
    names = list(wanted.values())
    return {key: name for key, name in wanted.items() if name and name not in _RESERVED and names.count(name) == 1}


def _whole(
    page: str,
    head: Mapping[str, str],
    key: str,
    form: Form,
    answers: Mapping[str, Value],
    limit: int,
    flavour: Flavour = Flavour.TODAY,
) -> Url:
    """The whole text as one parameter, or none of it."""
    address = _join(page, {**head, key: render_issue(form, answers, (), flavour)})
    if len(address) <= limit:
        files = [q.id for q in form.questions if q.kind is Kind.UPLOAD and answers.get(q.id)]
        return Url(address, tuple(files))
    asked: list[Question] = [q for q in form.questions if q.asks and answers.get(q.id) not in (None, "", [])]
    return Url(_join(page, head), tuple(q.id for q in asked), too_long=True)


def _join(page: str, parameters: Mapping[str, str]) -> str:
    given = {key: value for key, value in parameters.items() if value}
    return f"{page}?{urlencode(given, quote_via=quote, safe='')}" if given else page
