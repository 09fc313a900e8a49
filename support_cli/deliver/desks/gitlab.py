"""GitLab issues (docs.gitlab.com/api/issues, docs.gitlab.com/api/project_markdown_uploads).

Files are uploaded to the project first; each upload answers with the Markdown that shows it, which goes into the
text. Descriptions have at most 1,048,576 characters, titles 255.

The address is the project's own (``https://gitlab.com/group/project``) or that of the API. Settings: ``labels``,
``confidential: true``, ``type`` (``issue``, ``incident``), ``set.NAME: value`` for any parameter.
"""

import re
from collections.abc import Mapping
from urllib.parse import quote, urlsplit

from support_cli.deliver.base import Job, PermanentError
from support_cli.deliver.desks.base import Desk, Made
from support_cli.deliver.desks.files import Files
from support_cli.deliver.desks.options import DeskOptions, Login
from support_cli.deliver.desks.reading import link, long_text_at, text_at
from support_cli.deliver.desks.wording import carries, mark_of, plain, requester_line, subject
from support_cli.deliver.http.body import OCTETS, json_body, multipart
from support_cli.deliver.ticket import Followed, Ticket

_TITLE, _TEXT = 255, 1_048_576


class GitLab(Desk):
    """Makes issues in a project."""

    kind = "gitlab"
    goes_on = True

    def api_url(self, options: DeskOptions) -> str:
        """The API of the project whose page is named."""
        parts = urlsplit(options.url.strip())
        path = re.sub(r"/-/.*|\.git\Z", "", parts.path.strip("/"))
        if "api/v4/projects/" in path:
            return options.url
        name = options.required("queue", path or options.queue.strip("/"))
        return f"{parts.scheme}://{parts.netloc}/api/v4/projects/{quote(name, safe='')}"

    def headers(self, login: Login) -> Mapping[str, str]:
        """A personal, project or group access token with the scope ``api``."""
        return {"PRIVATE-TOKEN": login.secret}

    def make(self, job: Job, ticket: Ticket) -> Made:
        """Uploads, then the issue."""
        options = self.options
        files = Files(job, ticket)
        shown = self._uploaded(files)
        title, whole = subject(ticket, _TITLE)
        notes = [*whole, *requester_line(ticket, public=options.public), *shown, *files.left]
        text, cut = plain(ticket, mark_of(job), notes, kind="text/markdown", most=_TEXT)
        issue: dict[str, object] = {"title": title, "description": text, **options.below("set")}
        if labels := list(dict.fromkeys([*ticket.labels, *options.words("labels")])):
            issue["labels"] = ",".join(labels)
        if options.text("confidential"):
            issue["confidential"] = options.text("confidential") == "true"
        if kind := options.text("type"):
            issue["issue_type"] = kind
        answer = self.client.call("POST", "/issues", body=json_body(issue), commit=job)
        if not text_at(answer.data(), "iid"):
            raise self.doubtful(answer.said())
        return _made(answer.data(), *files.left, *cut)

    def look(self, job: Job, ticket: Ticket) -> Made | None:
        """By the mark in the description; GitLab searches the database itself, without lag."""
        del ticket
        mark = mark_of(job)
        answer = self.client.get("/issues", [("search", mark), ("in", "description"), ("per_page", "100")])
        data = self.listed(answer)
        for issue in data:
            if carries(long_text_at(issue, "description"), mark):
                return _made(issue)
        if len(data) >= 100:
            raise self.too_many()
        return None

    def add(self, job: Job, ticket: Ticket, follows: Followed) -> Made:
        """A note (docs.gitlab.com/api/notes, "Create an issue note")."""
        files = Files(job, ticket)
        shown = self._uploaded(files)
        text, cut = plain(ticket, mark_of(job), [*shown, *files.left], kind="text/markdown", most=_TEXT)
        answer = self.client.call("POST", _notes(follows), body=json_body({"body": text}), commit=job)
        if not text_at(answer.data(), "id"):
            raise self.doubtful(answer.said())
        return Made(number=follows.number, url=follows.url, notes=(*files.left, *cut))

    def look_in(self, job: Job, ticket: Ticket, follows: Followed) -> Made | None:
        """Among the newest notes."""
        del ticket
        answer = self.client.get(_notes(follows), [("sort", "desc"), ("order_by", "created_at"), ("per_page", "100")])
        mark = mark_of(job)
        notes = self.listed(answer)
        if any(carries(long_text_at(row, "body"), mark) for row in notes):
            return Made(number=follows.number, url=follows.url)
        if len(notes) >= 100:
            raise self.too_many()
        return None

    def try_login(self) -> str:
        """Reads the project."""
        answer = self.client.get("")
        if not text_at(answer.data(), "id"):
            raise self.cannot_be_read(answer)
        return ""

    def _uploaded(self, files: Files) -> list[str]:
        """The files that are there, as GitLab shows them in a text."""
        shown: list[str] = []
        for upload in list(files.wanted):
            try:
                answer = self.client.call("POST", "/uploads", body=multipart([], [("file", upload)], OCTETS))
            except PermanentError as error:
                files.refused(upload, error)
                continue
            shown.append(self.id_in(answer, "markdown"))
        return shown


def _notes(follows: Followed) -> str:
    return f"/issues/{quote(follows.number.removeprefix('#'), safe='')}/notes"


def _made(data: object, *notes: str) -> Made:
    return Made(number=f"#{text_at(data, 'iid')}", url=link(text_at(data, "web_url")), notes=notes)
