"""Zammad (docs.zammad.org/en/latest/api/ticket/index.html, api/ticket/articles.html).

One request with everything; files travel as base64 inside the JSON, streamed. A customer who is not known yet is
made by ``guess:ADDRESS``. The token needs ``ticket.agent`` and the right to read the group as well as to create in it:
a ticket is looked for in the list of tickets, which is never behind, while the search is filled in the background.

Settings: ``priority`` (and ``priority.ANSWER``), ``state``, ``tags``, ``field.NAME: role``, ``set.NAME: value``.
"""

from collections.abc import Mapping
from urllib.parse import quote

from support_cli.deliver.base import Job
from support_cli.deliver.desks.base import Desk, Made, since
from support_cli.deliver.desks.files import Files
from support_cli.deliver.desks.options import Login
from support_cli.deliver.desks.reading import long_text_at, text_at
from support_cli.deliver.desks.wording import carries, mark_of, plain, rich, subject
from support_cli.deliver.http.body import Here, json_body
from support_cli.deliver.ticket import Followed, Ticket

_API = "/api/v1"
_TITLE = 250
_PAGE, _PAGES = 100, 20


class Zammad(Desk):
    """Makes tickets in a group of Zammad."""

    kind = "zammad"
    goes_on = True

    def headers(self, login: Login) -> Mapping[str, str]:
        """An access token of the profile."""
        return {"Authorization": f"Token token={login.secret}"}

    def make(self, job: Job, ticket: Ticket) -> Made:
        """One request."""
        options, mark = self.options, mark_of(job)
        files = Files(job, ticket)
        title, whole = subject(ticket, _TITLE)
        as_html = options.text("format") == "html"
        notes = [*whole, *files.left]
        text, cut = (rich(ticket, mark, notes), []) if as_html else plain(ticket, mark, notes)
        article = self._article(title, text, files, as_html=as_html)
        data: dict[str, object] = {
            "title": title,
            "group": options.required("queue", ticket.queue or options.queue),
            "article": article,
            **options.fields(ticket),
        }
        if ticket.requester is not None:
            data["customer_id"] = f"guess:{ticket.requester.address}"
        if priority := options.mapped("priority", "severity", ticket):
            data["priority"] = priority
        if state := options.text("state"):
            data["state"] = state
        if tags := list(dict.fromkeys([*ticket.labels, *options.words("tags")])):
            data["tags"] = ",".join(tags)
        answer = self.client.call("POST", f"{_API}/tickets", body=json_body(data), commit=job)
        if not text_at(answer.data(), "id"):
            raise self.doubtful(answer.said())
        return self._made(answer.data(), *files.left, *cut)

    def look(self, job: Job, ticket: Ticket) -> Made | None:
        """Among the newest tickets, backwards from the last page until before the request was made."""
        mark, begin = mark_of(job), since(ticket).strftime("%Y-%m-%dT%H:%M:%S")
        title, _whole = subject(ticket, _TITLE)
        last = self._last_page()
        for page in range(last, max(last - _PAGES, 0), -1):
            tickets = self._page(page)
            for one in reversed(tickets):
                if " ".join(long_text_at(one, "title").split()) == title and self._is_ours(text_at(one, "id"), mark):
                    return self._made(one)
            if tickets and long_text_at(tickets[0], "created_at") < begin:
                return None
        if last <= _PAGES:
            return None
        raise self.too_many()

    def add(self, job: Job, ticket: Ticket, follows: Followed) -> Made:
        """Another article (api/ticket/articles.html); the ticket's own id stands in its link, not in its number."""
        mark, files = mark_of(job), Files(job, ticket)
        title, whole = subject(ticket, _TITLE)
        notes = [*whole, *files.left]
        as_html = self.options.text("format") == "html"
        text, cut = (rich(ticket, mark, notes), []) if as_html else plain(ticket, mark, notes)
        article = {"ticket_id": _id(follows), **self._article(title, text, files, as_html=as_html)}
        answer = self.client.call("POST", f"{_API}/ticket_articles", body=json_body(article), commit=job)
        if not text_at(answer.data(), "id"):
            raise self.doubtful(answer.said())
        return Made(number=follows.number, url=follows.url, notes=(*files.left, *cut))

    def look_in(self, job: Job, ticket: Ticket, follows: Followed) -> Made | None:
        """Among the articles of the ticket."""
        del ticket
        there = self._is_ours(_id(follows), mark_of(job))
        return Made(number=follows.number, url=follows.url) if there else None

    def try_login(self) -> str:
        """Reads who we are."""
        return self.id_in(self.client.get(f"{_API}/users/me"), "login")

    @staticmethod
    def _article(title: str, text: str, files: Files, *, as_html: bool) -> dict[str, object]:
        return {
            "subject": title,
            "body": text,
            "content_type": "text/html" if as_html else "text/plain",
            "type": "web",
            "sender": "Customer",
            "internal": False,
            "attachments": [
                {"filename": each.name, "data": Here(each), "mime-type": each.type} for each in files.wanted
            ],
        }

    def _page(self, page: int) -> list[object]:
        answer = self.client.get(f"{_API}/tickets", [("page", str(page)), ("per_page", str(_PAGE))])
        return self.listed(answer)

    def _last_page(self) -> int:
        """Tickets are listed oldest first and nobody says how many: the last page is found by doubling and halving."""
        full, beyond = 0, 1
        while len(self._page(beyond)) == _PAGE:
            full, beyond = beyond, beyond * 2
        while beyond - full > 1:
            middle = (full + beyond) // 2
            if self._page(middle):
                full = middle
            else:
                beyond = middle
        return full if full and not self._page(full + 1) else full + 1

    def _is_ours(self, number: str, mark: str) -> bool:
        answer = self.client.get(f"{_API}/ticket_articles/by_ticket/{quote(number, safe='')}")
        return any(carries(long_text_at(one, "body"), mark) for one in self.listed(answer))

    def _made(self, data: object, *notes: str) -> Made:
        number = text_at(data, "number") or text_at(data, "id")
        url = f"{self.place.where}/#ticket/zoom/{quote(text_at(data, 'id'), safe='')}"
        return Made(number=number, url=url, notes=notes)


def _id(follows: Followed) -> str:
    return follows.url.rpartition("/")[2] or follows.number
