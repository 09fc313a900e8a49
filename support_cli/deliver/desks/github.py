"""GitHub issues (docs.github.com/en/rest/issues/issues, API version 2022-11-28).

GitHub takes no files from programs: they are named in the text and in the receipt. A body has at most 65,536
characters, a title 256. Labels and assignees are dropped without a word unless the token may write. A search by text
lags behind; the list of issues does not, so a ticket is looked for in that.

The address is the repository's own (``https://github.com/owner/repo``), GitHub Enterprise included, or that of the
API. Settings: ``labels``, ``assignees`` (separated by commas), ``type``.
"""

from collections.abc import Mapping
from urllib.parse import quote, urlsplit

from support_cli.base.i18n import _
from support_cli.deliver.base import Job, PermanentError, Reason
from support_cli.deliver.desks.base import Desk, Made, since
from support_cli.deliver.desks.files import Files
from support_cli.deliver.desks.options import DeskOptions, Login
from support_cli.deliver.desks.reading import at, link, long_text_at, rows, text_at
from support_cli.deliver.desks.wording import carries, mark_of, plain, requester_line, subject
from support_cli.deliver.http.body import json_body
from support_cli.deliver.ticket import Followed, Ticket

_TITLE, _BODY = 256, 65_536
_PAGE, _PAGES = 100, 20


class GitHub(Desk):
    """Makes issues in a repository."""

    kind = "github"
    goes_on = True

    def api_url(self, options: DeskOptions) -> str:
        """The API of the repository whose page is named."""
        parts = urlsplit(options.url.strip())
        path = parts.path.strip("/").removesuffix(".git").removesuffix("/issues")
        name = path if path.count("/") == 1 else options.queue.strip("/")
        if "repos/" in f"{path}/":
            return options.url
        options.required("queue", name)
        if parts.hostname in ("github.com", "www.github.com", "api.github.com"):
            return f"https://api.github.com/repos/{name}"
        return f"{parts.scheme}://{parts.netloc}/api/v3/repos/{name}"

    def headers(self, login: Login) -> Mapping[str, str]:
        """A personal access token with "Issues: write"."""
        return {
            "Accept": "application/vnd.github+json",
            "X-GitHub-Api-Version": "2022-11-28",
            "Authorization": f"Bearer {login.secret}",
        }

    def make(self, job: Job, ticket: Ticket) -> Made:
        """One request."""
        options = self.options
        files = Files(job, ticket, request=False)
        files.drop_all(_("GitHub takes no files from programs; add them on the page of the issue."))
        title, whole = subject(ticket, _TITLE)
        notes = [*whole, *requester_line(ticket, public=options.public), *files.left]
        text, cut = plain(ticket, mark_of(job), notes, kind="text/markdown", most=_BODY)
        issue: dict[str, object] = {"title": title, "body": text}
        labels = list(dict.fromkeys([*ticket.labels, *options.words("labels")]))
        if labels:
            issue["labels"] = labels
        if assignees := options.words("assignees"):
            issue["assignees"] = assignees
        if kind := options.text("type"):
            issue["type"] = kind
        answer = self.client.call("POST", "/issues", body=json_body(issue), commit=job)
        data = answer.data()
        if not text_at(data, "number"):
            raise self.doubtful(answer.said())
        given = {text_at(row, "name") or text_at(row, "") for row in rows(data, "labels")}
        lost = [label for label in labels if label not in given]
        if lost:
            cut = [*cut, _("GitHub left out labels: {names}.").format(names=", ".join(lost))]
        return _made(data, *files.left, *cut)

    def look(self, job: Job, ticket: Ticket) -> Made | None:
        """Among the issues that changed since the request was made."""
        mark = mark_of(job)
        for page in range(1, _PAGES + 1):
            answer = self.client.get(
                "/issues",
                [
                    ("state", "all"),
                    ("sort", "created"),
                    ("direction", "desc"),
                    ("since", f"{since(ticket):%Y-%m-%dT%H:%M:%SZ}"),
                    ("per_page", str(_PAGE)),
                    ("page", str(page)),
                ],
            )
            data = self.listed(answer)
            for issue in data:
                if carries(long_text_at(issue, "body"), mark):
                    return _made(issue)
            if len(data) < _PAGE:
                return None
        raise self.too_many()

    def add(self, job: Job, ticket: Ticket, follows: Followed) -> Made:
        """A comment (docs.github.com/en/rest/issues/comments)."""
        files = Files(job, ticket, request=False)
        files.drop_all(_("GitHub takes no files from programs; add them on the page of the issue."))
        text, cut = plain(ticket, mark_of(job), files.left, kind="text/markdown", most=_BODY)
        number = follows.number.removeprefix("#")
        path = f"/issues/{quote(number, safe='')}/comments"
        answer = self.client.call("POST", path, body=json_body({"body": text}), commit=job)
        if not text_at(answer.data(), "id"):
            raise self.doubtful(answer.said())
        return Made(number=follows.number, url=link(text_at(answer.data(), "html_url")), notes=(*files.left, *cut))

    def look_in(self, job: Job, ticket: Ticket, follows: Followed) -> Made | None:
        """Among the comments that are new since the follow-up was written."""
        number = quote(follows.number.removeprefix("#"), safe="")
        begin = f"{since(ticket):%Y-%m-%dT%H:%M:%SZ}"
        answer = self.client.get(f"/issues/{number}/comments", [("since", begin), ("per_page", str(_PAGE))])
        data = answer.data()
        if not isinstance(data, list):
            raise self.cannot_be_read(answer)
        for comment in data:
            if carries(long_text_at(comment, "body"), mark_of(job)):
                return Made(number=follows.number, url=link(text_at(comment, "html_url")))
        if len(data) >= _PAGE:
            raise self.too_many()
        return None

    def try_login(self) -> str:
        """Reads the repository."""
        answer = self.client.get("")
        name = text_at(answer.data(), "full_name")
        if not name:
            raise self.cannot_be_read(answer)
        if at(answer.data(), "has_issues") is False or at(answer.data(), "archived") is True:
            raise PermanentError(
                _("The repository {name} takes no issues.").format(name=name),
                reason=Reason.ADDRESS,
                where=self.place.where,
            )
        return ""


def _made(data: object, *notes: str) -> Made:
    return Made(number=f"#{text_at(data, 'number')}", url=link(text_at(data, "html_url")), notes=notes)
