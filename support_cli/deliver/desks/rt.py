"""Request Tracker 5 and 4.4 by REST 2 (docs.bestpractical.com/rt/latest/RT/REST2.html).

The ticket goes as one form: its JSON and the files together, so that it is there whole or not at all. JSON alone would
do for the files, too, but RT 5.0 answers 500 for a name beyond Latin-1 in it. Every file goes as octets: RT rewrites
the character set of text. One empty file and RT refuses the whole ticket.

A ticket refers to ``urn:support-request:MARK``: links are searched exactly and at once, while a search in the text
finds nothing, without saying so, where full-text search is not set up.

Settings: ``format: html``, ``priority`` (and ``priority.ANSWER``), ``field.NAME: role`` and ``set.NAME: value`` for
custom fields, ``cc``.
"""

import contextlib
from base64 import b64decode
from collections.abc import Iterator, Mapping
from urllib.parse import quote

import msgspec

from support_cli.base.text import clean_line
from support_cli.deliver.base import DeliveryError, Job
from support_cli.deliver.desks.base import Desk, Made, basic, since
from support_cli.deliver.desks.files import Files
from support_cli.deliver.desks.options import Login
from support_cli.deliver.desks.reading import long_text_at, rows, text_at
from support_cli.deliver.desks.wording import carries, mark_of, plain, rich, subject
from support_cli.deliver.http.body import OCTETS, multipart
from support_cli.deliver.ticket import Followed, Ticket

_API = "/REST/2.0"
_SUBJECT = 200  # Tickets.Subject of RT's schema
_ALIKE = 50
_PAGE, _PAGES = 100, 20


class RequestTracker(Desk):
    """Makes tickets in a queue of Request Tracker."""

    kind = "rt"
    goes_on = True

    def headers(self, login: Login) -> Mapping[str, str]:
        """A token of "Settings, Auth Tokens", or user and password where RT allows that."""
        return {"Authorization": basic(login) if login.user else f"token {login.secret}"}

    def make(self, job: Job, ticket: Ticket) -> Made:
        """One form with everything."""
        options, mark = self.options, mark_of(job)
        files = Files(job, ticket)
        files.fit(empty=False)
        title, whole = subject(ticket, _SUBJECT)
        as_html = options.text("format") == "html"
        notes = [*whole, *files.left]
        text, cut = (rich(ticket, mark, notes), []) if as_html else plain(ticket, mark, notes)
        queue = ticket.queue or options.queue or options.required("queue", "")
        data: dict[str, object] = {
            "Queue": queue,
            "Subject": title,
            "Content": text,
            "ContentType": "text/html" if as_html else "text/plain",
            "RefersTo": _urn(mark),
        }
        if ticket.requester is not None:
            data["Requestor"] = ticket.requester.address
        if priority := options.mapped("priority", "severity", ticket):
            data["Priority"] = priority
        if copies := options.words("cc"):
            data["Cc"] = copies
        if fields := options.fields(ticket):
            data["CustomFields"] = fields
        body = multipart(
            [("JSON", msgspec.json.encode(data).decode())], [("Attachments", each) for each in files.wanted], OCTETS
        )
        answer = self.client.call("POST", f"{_API}/ticket", body=body, commit=job)
        number = text_at(answer.data(), "id")
        if not number:
            raise self.doubtful(answer.said())
        return self._made(number, *files.left, *cut, *self._lost(number, files))

    def look(self, job: Job, ticket: Ticket) -> Made | None:
        """By the link; and by the subject, should RT not have let us make the link."""
        mark = mark_of(job)
        for number in self._search(f"RefersTo = {_quoted(_urn(mark))}"):
            return self._made(number)
        title, _whole = subject(ticket, _SUBJECT)
        alike = f"Subject = {_quoted(title)} AND Created > '{since(ticket):%Y-%m-%d}'"
        for number in self._search(alike):
            if any(carries(text, mark) for text in self._texts(number)):
                return self._made(number)
        return None

    def add(self, job: Job, ticket: Ticket, follows: Followed) -> Made:
        """Correspondence on the ticket (REST2, "POST /ticket/:id/correspond")."""
        files = Files(job, ticket)
        files.fit(empty=False)
        title, whole = subject(ticket, _SUBJECT)
        text, cut = plain(ticket, mark_of(job), [*whole, *files.left])
        data = {"Subject": title, "Content": text, "ContentType": "text/plain"}
        body = multipart(
            [("JSON", msgspec.json.encode(data).decode())], [("Attachments", each) for each in files.wanted], OCTETS
        )
        path = f"{_API}/ticket/{quote(follows.number, safe='')}/correspond"
        self.client.call("POST", path, body=body, commit=job)
        return self._made(follows.number, *files.left, *cut)

    def look_in(self, job: Job, ticket: Ticket, follows: Followed) -> Made | None:
        """Among what was said on the ticket."""
        del ticket
        mark = mark_of(job)
        said = any(carries(text, mark) for text in self._texts(follows.number))
        return self._made(follows.number) if said else None

    def try_login(self) -> str:
        """Reads the queue."""
        queue = self.options.queue
        answer = self.client.get(f"{_API}/queue/{quote(queue, safe='')}" if queue else f"{_API}/queues/all")
        if answer.data() is None:
            raise self.cannot_be_read(answer)
        return ""

    def _lost(self, number: str, files: Files) -> list[str]:
        """RT may be set up to drop or shorten long attachments, and says so nowhere but in its log."""
        with contextlib.suppress(DeliveryError):
            fields = [("fields", "Filename,ContentLength"), ("per_page", "100")]
            answer = self.client.get(f"{_API}/ticket/{quote(number, safe='')}/attachments", fields)
            listed = [row for row in rows(answer.data(), "items") if text_at(row, "Filename")]
            return files.not_kept(self.place.host, [text_at(row, "ContentLength") for row in listed])
        return []

    def _search(self, query: str) -> Iterator[str]:
        answer = self.client.get(
            f"{_API}/tickets",
            [("query", query), ("orderby", "id"), ("order", "ASC"), ("per_page", str(_ALIKE + 1))],
        )
        found = [number for row in self.listed(answer, "items") if (number := text_at(row, "id"))]
        if len(found) > _ALIKE:
            raise self.too_many()
        yield from found

    def _texts(self, number: str) -> Iterator[str]:
        """What was said on a ticket; in a list RT 5.0 gives text as it is, asked for alone it is base64."""
        for page in range(1, _PAGES + 1):
            listed = self.client.get(
                f"{_API}/ticket/{quote(number, safe='')}/attachments",
                [("fields", "ContentType,Content,Filename"), ("per_page", str(_PAGE)), ("page", str(page))],
            )
            found = self.listed(listed, "items")
            for row in found:
                if text_at(row, "ContentType").startswith("text/") and not text_at(row, "Filename"):
                    content = long_text_at(row, "Content")
                    yield content
                    with contextlib.suppress(ValueError):
                        yield b64decode(content, validate=True).decode("utf-8", "replace")
            if len(found) < _PAGE:
                return
        raise self.too_many()

    def _made(self, number: str, *notes: str) -> Made:
        url = f"{self.place.where}/Ticket/Display.html?id={quote(number, safe='')}"
        return Made(number=number, url=url, notes=notes)


def _urn(mark: str) -> str:
    return f"urn:support-request:{mark}"


def _quoted(text: str) -> str:
    """A string of TicketSQL."""
    return "'" + clean_line(text).replace("\\", "\\\\").replace("'", "\\'") + "'"
