"""Freshdesk (developers.freshdesk.com/api/#create_ticket, #list_all_tickets).

One form with everything; the files together may have 20 MB. The text is HTML. The list of tickets is asked for the
mark.

Settings: ``priority`` (1 to 4; ``priority.ANSWER``), ``status``, ``source``, ``type``, ``tags``, ``field.NAME: role``
and ``set.NAME: value`` for custom fields (``cf_...``); the queue is the number of a group.
"""

from collections.abc import Mapping
from urllib.parse import quote

from support_cli.deliver.base import Job
from support_cli.deliver.desks.base import Desk, Made, basic, since
from support_cli.deliver.desks.files import Files
from support_cli.deliver.desks.options import Login
from support_cli.deliver.desks.reading import at, long_text_at, rows, text_at
from support_cli.deliver.desks.wording import carries, mark_of, rich, subject
from support_cli.deliver.http.body import multipart
from support_cli.deliver.ticket import Ticket

_API = "/api/v2"
_SUBJECT, _TOTAL = 255, 20_000_000
_PAGE, _PAGES = 100, 30


class Freshdesk(Desk):
    """Makes tickets in Freshdesk."""

    kind = "freshdesk"

    def headers(self, login: Login) -> Mapping[str, str]:
        """The API key of "Profile settings" as a user without a password."""
        return {"Authorization": basic(Login(login.secret, "X"))}

    def make(self, job: Job, ticket: Ticket) -> Made:
        """One form."""
        options, mark = self.options, mark_of(job)
        files = Files(job, ticket)
        files.fit(total=_TOTAL)
        title, whole = subject(ticket, _SUBJECT)
        fields = [
            ("subject", title),
            ("description", rich(ticket, mark, [*whole, *files.left])),
            ("priority", options.mapped("priority", "severity", ticket) or "1"),
            ("status", options.text("status", "2")),
            ("source", options.text("source", "2")),
        ]
        if ticket.requester is not None:
            fields.append(("email", ticket.requester.address))
            fields += [("name", ticket.requester.name)] if ticket.requester.name else []
        fields += [("group_id", queue)] if (queue := ticket.queue or options.queue) else []
        fields += [("type", kind)] if (kind := options.text("type")) else []
        fields += [("tags[]", tag) for tag in dict.fromkeys([*ticket.labels, *options.words("tags")])]
        fields += [(f"custom_fields[{name}]", value) for name, value in options.fields(ticket).items()]
        body = multipart(fields, [("attachments[]", each) for each in files.wanted])
        answer = self.client.call("POST", f"{_API}/tickets", body=body, commit=job)
        number = text_at(answer.data(), "id")
        if not number:
            raise self.doubtful(answer.said())
        lost = []
        if isinstance(at(answer.data(), "attachments"), list):
            lost = files.not_kept(self.place.host, [text_at(row, "size") for row in rows(answer.data(), "attachments")])
        return self._made(number, *files.left, *lost)

    def look(self, job: Job, ticket: Ticket) -> Made | None:
        """Among the tickets that are new since the request was made."""
        mark = mark_of(job)
        for page in range(1, _PAGES + 1):
            answer = self.client.get(
                f"{_API}/tickets",
                [
                    ("updated_since", f"{since(ticket):%Y-%m-%dT%H:%M:%SZ}"),
                    ("order_by", "created_at"),
                    ("order_type", "desc"),
                    ("include", "description"),
                    ("per_page", str(_PAGE)),
                    ("page", str(page)),
                ],
            )
            tickets = self.listed(answer)
            for one in tickets:
                text = long_text_at(one, "description_text") + "\n" + long_text_at(one, "description")
                if carries(text, mark):
                    return self._made(text_at(one, "id"))
            if len(tickets) < _PAGE:
                return None
        raise self.too_many()

    def try_login(self) -> str:
        """Reads who we are."""
        return self.id_in(self.client.get(f"{_API}/agents/me"), "contact.email")

    def _made(self, number: str, *notes: str) -> Made:
        return Made(number=number, url=f"{self.place.where}/a/tickets/{quote(number, safe='')}", notes=notes)
