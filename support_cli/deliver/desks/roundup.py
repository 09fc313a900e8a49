"""Roundup by its REST API (roundup-tracker.org/docs/rest.html).

Files and the message are made first, then the issue at an address that works once ("Post Once Exactly"): a
request that some proxy repeats makes no second issue. The message carries the mark as its ``messageid``; an issue is
found again by it. An empty file is refused (405), a file without a name, too (409).

Settings: ``priority`` (and ``priority.ANSWER``), ``queue_field`` (the property that takes the queue, such as
``keyword``), ``field.NAME: role`` and ``set.NAME: value`` for any property.
"""

import re
from collections.abc import Mapping
from urllib.parse import quote

from support_cli.deliver.base import Job, PermanentError
from support_cli.deliver.desks.base import Desk, Made, basic
from support_cli.deliver.desks.files import Files
from support_cli.deliver.desks.options import Login
from support_cli.deliver.desks.reading import text_at
from support_cli.deliver.desks.wording import mark_of, plain, requester_line, subject
from support_cli.deliver.http.body import OCTETS, json_body, multipart
from support_cli.deliver.ticket import Followed, Ticket

_API = "/rest/data"
_TITLE = 500


class Roundup(Desk):
    """Makes issues in a Roundup tracker."""

    kind = "roundup"
    goes_on = True

    def headers(self, login: Login) -> Mapping[str, str]:
        """User and password; the two headers that Roundup wants against forged requests."""
        origin = f"{self.place.scheme}://{self.place.authority}"
        return {
            "Authorization": basic(login),
            "X-Requested-With": "support-cli",
            "Origin": origin,
            "Referer": f"{self.place.where}/",
        }

    def make(self, job: Job, ticket: Ticket) -> Made:
        """Files, message, issue."""
        options, mark = self.options, mark_of(job)
        files = Files(job, ticket)
        files.fit(empty=False)
        ids = self._uploaded(files)
        title, whole = subject(ticket, _TITLE)
        notes = [*whole, *requester_line(ticket, public=options.public), *files.left]
        text, cut = plain(ticket, mark, notes)
        about: dict[str, object] = {
            "title": title,
            "messages": [self._message(text, mark)],
            "files": ids,
            **options.fields(ticket),
        }
        if priority := options.mapped("priority", "severity", ticket):
            about["priority"] = priority
        if (queue := ticket.queue or options.queue) and (field := options.text("queue_field")):
            about[field] = queue
        once = self.client.call("POST", f"{_API}/issue/@poe", body=json_body({}))
        address = self.id_in(once, "data.link")
        if not re.fullmatch(r"https?://\S+/issue/@poe/[\w.~-]+", address):
            raise self.cannot_be_read(once)
        # The tracker may know itself by another name than we do: only the path counts.
        path = f"{_API}/issue/@poe/{address.rpartition('/')[2]}"
        answer = self.client.call("POST", path, body=json_body(about), commit=job)
        number = text_at(answer.data(), "data.id")
        if not number:
            raise self.doubtful(answer.said())
        return self._made(number, *files.left, *cut)

    def look(self, job: Job, ticket: Ticket) -> Made | None:
        """By the message's mark."""
        del ticket
        messages = self._found("msg", [("messageid", _message_id(mark_of(job)))])
        for message in messages:
            for number in self._found("issue", [("messages", message)]):
                return self._made(number)
        return None

    def add(self, job: Job, ticket: Ticket, follows: Followed) -> Made:
        """Another message of the issue (REST docs, "PATCH" with ``@op: add``, which wants the issue's tag)."""
        files = Files(job, ticket)
        files.fit(empty=False)
        ids = self._uploaded(files)
        text, cut = plain(ticket, mark_of(job), files.left)
        path = f"{_API}/issue/{quote(follows.number, safe='')}"
        tag = self.id_in(self.client.get(path), "data.@etag")
        change = {"@op": "add", "@etag": tag, "messages": [self._message(text, mark_of(job))], "files": ids}
        self.client.call("PATCH", path, body=json_body(change), commit=job)
        return self._made(follows.number, *files.left, *cut)

    def look_in(self, job: Job, ticket: Ticket, follows: Followed) -> Made | None:
        """By the message's mark, as for a new issue."""
        del follows
        return self.look(job, ticket)

    def try_login(self) -> str:
        """Reads our own user."""
        answer = self.client.get(f"{_API}/user", [("username", self.login.user), ("@verbose", "2")])
        if not isinstance(answer.data(), dict):
            raise self.cannot_be_read(answer)
        return self.login.user

    def _uploaded(self, files: Files) -> list[str]:
        ids: list[str] = []
        for upload in list(files.wanted):
            body = multipart([("name", upload.name), ("type", OCTETS)], [("content", upload)], OCTETS)
            try:
                answer = self.client.call("POST", f"{_API}/file", body=body)
            except PermanentError as error:
                files.refused(upload, error)
                continue
            ids.append(self.id_in(answer, "data.id"))
        return ids

    def _message(self, text: str, mark: str) -> str:
        message = {"content": text, "messageid": _message_id(mark), "author": self.login.user}
        return self.id_in(self.client.call("POST", f"{_API}/msg", body=json_body(message)), "data.id")

    def _found(self, kind: str, query: list[tuple[str, str]]) -> list[str]:
        answer = self.client.get(f"{_API}/{kind}", [*query, ("@verbose", "1"), ("@page_size", "100")])
        return [number for row in self.listed(answer, "data.collection") if (number := text_at(row, "id"))]

    def _made(self, number: str, *notes: str) -> Made:
        return Made(number=number, url=f"{self.place.where}/issue{quote(number, safe='')}", notes=notes)


def _message_id(mark: str) -> str:
    return f"<{mark}@support-cli.invalid>"
