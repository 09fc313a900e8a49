"""Jira Cloud (developer.atlassian.com/cloud/jira/platform/rest/v3, "Issues", "Issue attachments", "Issue search").

The issue is made first, files are attached to it one by one: should that break off, the next attempt finds the issue
and adds what is missing. The text is a document in Atlassian's format, at most 32,767 characters. An issue is looked
for among those that we made since the request; Jira's search is seconds to minutes behind what was written
(developer.atlassian.com/cloud/jira/platform/search-and-reconcile), so that "not there" is believed late.

Settings: ``type`` (``Task`` unless named), ``priority`` (and ``priority.ANSWER``), ``labels``, ``field.ID: role`` and
``set.ID: value`` (``customfield_10010``); the queue is the key of a project.
"""

import contextlib
from collections.abc import Iterator, Mapping
from urllib.parse import quote

from support_cli.base.i18n import _
from support_cli.deliver.base import AmbiguousError, DeliveryError, Job, PermanentError, TemporaryError
from support_cli.deliver.desks.base import Desk, Made, basic, since
from support_cli.deliver.desks.files import Files
from support_cli.deliver.desks.options import Login
from support_cli.deliver.desks.reading import at, rows, text_at
from support_cli.deliver.desks.wording import carries, mark_of, plain, requester_line, subject
from support_cli.deliver.http.body import Upload, json_body, multipart
from support_cli.deliver.ticket import Ticket

_API = "/rest/api/3"
_SUMMARY, _TEXT = 255, 32_000
_PAGES = 20
NO_CHECK = {"X-Atlassian-Token": "no-check"}


class Jira(Desk):
    """Makes issues in a project of Jira."""

    kind = "jira"
    settles = 1800

    def headers(self, login: Login) -> Mapping[str, str]:
        """Address and API token of an Atlassian account."""
        return {"Authorization": basic(login)}

    def make(self, job: Job, ticket: Ticket) -> Made:
        """The issue, then its files."""
        files = Files(job, ticket)
        title, whole = subject(ticket, _SUMMARY)
        notes = [*whole, *requester_line(ticket, public=self.options.public), *files.left]
        text, cut = plain(ticket, mark_of(job), notes, most=_TEXT)
        key = self._create(job, ticket, title, text)
        return self._completed(key, files, files.wanted, cut)

    def look(self, job: Job, ticket: Ticket) -> Made | None:
        """Among our own issues that are new since the request was made; missing files are added."""
        mark = mark_of(job)
        for issue in self._ours(ticket):
            if carries("\n".join(_texts(at(issue, "fields.description"))), mark):
                there = [(text_at(one, "filename"), text_at(one, "size")) for one in rows(issue, "fields.attachment")]
                files = Files(job, ticket)
                missing = [each for each in files.wanted if (each.name, str(each.size)) not in there]
                try:
                    return self._completed(text_at(issue, "key"), files, missing, [])
                except AmbiguousError as error:
                    raise TemporaryError(error.message, reason=error.reason, where=error.where) from None
        return None

    def try_login(self) -> str:
        """Reads who we are, and the project."""
        name = self.id_in(self.client.get(f"{_API}/myself"), "displayName")
        if self.options.queue:
            self.client.get(f"{_API}/project/{quote(self.options.queue, safe='')}")
        return name

    def _create(self, job: Job, ticket: Ticket, title: str, text: str) -> str:
        options = self.options
        fields: dict[str, object] = {
            "project": {"key": options.required("queue", ticket.queue or options.queue)},
            "summary": title,
            "issuetype": {"name": options.text("type", "Task")},
            "description": document(text),
            **options.fields(ticket),
        }
        if labels := [label.replace(" ", "-") for label in [*ticket.labels, *options.words("labels")]]:
            fields["labels"] = list(dict.fromkeys(labels))
        if priority := options.mapped("priority", "severity", ticket):
            fields["priority"] = {"name": priority}
        answer = self.client.call("POST", f"{_API}/issue", body=json_body({"fields": fields}), commit=job)
        key = text_at(answer.data(), "key")
        if not key:
            raise self.doubtful(answer.said())
        return key

    def _attach(self, key: str, upload: Upload) -> None:
        path = f"{_API}/issue/{quote(key, safe='')}/attachments"
        self.client.call("POST", path, body=multipart([], [("file", upload)]), headers=NO_CHECK)

    def _completed(self, key: str, files: Files, missing: list[Upload], notes: list[str]) -> Made:
        """Adds files to an issue that is there.

        Raises:
            AmbiguousError: The issue is there, files are missing.
        """
        before = len(files.left)
        for upload in list(missing):
            try:
                self._attach(key, upload)
            except PermanentError as error:  # whatever is wrong with the file, the issue is there
                files.drop(upload, error.message)
            except DeliveryError as error:
                raise AmbiguousError(
                    _("{ticket} is there, but not all of its files: {problem}").format(
                        ticket=key, problem=error.message
                    ),
                    reason=error.reason,
                    where=error.where,
                ) from None
        if late := files.left[before:]:
            with contextlib.suppress(DeliveryError):  # it stands in the receipt as well
                body = json_body({"body": document("\n\n".join(late))})
                self.client.call("POST", f"{_API}/issue/{quote(key, safe='')}/comment", body=body)
        url = f"{self.place.where}/browse/{quote(key, safe='')}"
        return Made(number=key, url=url, notes=(*files.left, *notes))

    def _ours(self, ticket: Ticket) -> Iterator[object]:
        query = f'creator = currentUser() AND created >= "{since(ticket):%Y-%m-%d}" ORDER BY created DESC'
        token = ""
        for _page in range(_PAGES):
            answer = self.client.get(
                f"{_API}/search/jql",
                [("jql", query), ("fields", "description,attachment"), ("maxResults", "100")]
                + ([("nextPageToken", token)] if token else []),
            )
            yield from self.listed(answer, "issues")
            token = text_at(answer.data(), "nextPageToken")
            if not token:
                return
        raise self.too_many()


def document(text: str) -> dict[str, object]:
    """Plain text in Atlassian's document format.

    developer.atlassian.com/cloud/jira/platform/apis/document/structure
    """
    blocks = []
    for paragraph in text.strip("\n").split("\n\n"):
        content: list[dict[str, object]] = []
        for number, line in enumerate(paragraph.split("\n")):
            content += [{"type": "hardBreak"}] if number else []
            content += [{"type": "text", "text": line}] if line else []
        blocks.append({"type": "paragraph", "content": content})
    return {"type": "doc", "version": 1, "content": blocks}


def _texts(node: object, depth: int = 0) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict) and depth < 50:
        if isinstance(node.get("text"), str):
            yield node["text"]
        for child in rows(node, "content"):
            yield from _texts(child, depth + 1)
