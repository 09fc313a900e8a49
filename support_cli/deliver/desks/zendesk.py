"""Zendesk (developer.zendesk.com/api-reference/ticketing/tickets/tickets, .../tickets/ticket-attachments).

Files are uploaded first, each gives a token that is good for 60 minutes. The ticket carries the mark as its
``external_id``, by which the list of tickets is asked, and as its Idempotency-Key: within two hours Zendesk answers a
second ticket of the same key with 400, whatever has become of the first one (.../ticketing/introduction,
"Idempotency").

Settings: ``priority`` (and ``priority.ANSWER``), ``type``, ``tags``, ``field.ID: role`` and ``set.ID: value`` for
custom fields by their number; the queue is the number of a group.
"""

from collections.abc import Mapping
from urllib.parse import quote

from support_cli.deliver.base import Job, PermanentError, Reason
from support_cli.deliver.desks.base import Desk, Made, basic
from support_cli.deliver.desks.files import Files, forgotten
from support_cli.deliver.desks.options import Login
from support_cli.deliver.desks.reading import long_text_at, text_at
from support_cli.deliver.desks.wording import carries, mark_of, plain, subject
from support_cli.deliver.http.body import json_body, raw
from support_cli.deliver.ticket import Followed, Ticket

_API = "/api/v2"
_SUBJECT, _TEXT = 255, 65_000


class Zendesk(Desk):
    """Makes tickets in Zendesk."""

    kind = "zendesk"
    goes_on = True

    def headers(self, login: Login) -> Mapping[str, str]:
        """An API token with its agent's address; a token alone is one of OAuth."""
        if not login.user:
            return {"Authorization": f"Bearer {login.secret}"}
        return {"Authorization": basic(Login(f"{login.user.removesuffix('/token')}/token", login.secret))}

    def make(self, job: Job, ticket: Ticket) -> Made:
        """Uploads, then the ticket; once more where Zendesk has forgotten the uploads meanwhile."""
        files, tokens = self._uploaded(job, ticket)
        try:
            return self._create(job, ticket, files, tokens)
        except PermanentError as error:
            if not tokens or not forgotten(error):
                raise
        # A key goes with one body only; nothing came of the first one.
        return self._create(job, ticket, *self._uploaded(job, ticket), key="-again")

    def _uploaded(self, job: Job, ticket: Ticket) -> tuple[Files, list[str]]:
        """The files that are there, and their tokens."""
        files, tokens = Files(job, ticket), []
        for upload in list(files.wanted):
            try:
                answer = self.client.call(
                    "POST",
                    f"{_API}/uploads.json",
                    query=[("filename", upload.name)],
                    body=raw(upload, upload.type),
                )
            except PermanentError as error:
                files.refused(upload, error)
                continue
            tokens.append(self.id_in(answer, "upload.token"))
        return files, tokens

    def _create(self, job: Job, ticket: Ticket, files: Files, tokens: list[str], *, key: str = "") -> Made:
        options, mark = self.options, mark_of(job)
        title, whole = subject(ticket, _SUBJECT)
        text, cut = plain(ticket, mark, [*whole, *files.left], most=_TEXT)
        data: dict[str, object] = {
            "subject": title,
            "comment": {"body": text, "uploads": tokens},
            "external_id": mark,
        }
        if ticket.requester is not None:
            who = ticket.requester
            data["requester"] = {"email": who.address, "name": who.name or who.address}
        if queue := ticket.queue or options.queue:
            data["group_id"] = int(queue) if queue.isdigit() else queue
        if priority := options.mapped("priority", "severity", ticket):
            data["priority"] = priority
        if kind := options.text("type"):
            data["type"] = kind
        if tags := list(dict.fromkeys([*ticket.labels, *options.words("tags")])):
            data["tags"] = tags
        if fields := options.fields(ticket):
            data["custom_fields"] = [
                {"id": int(name) if name.isdigit() else name, "value": value} for name, value in fields.items()
            ]
        answer = self.client.call(
            "POST",
            f"{_API}/tickets.json",
            body=json_body({"ticket": data}),
            headers={"Idempotency-Key": f"support-{mark}{key}"},
            commit=job,
            also=(400,),
        )
        if answer.status == 400:
            return self._refused(job, ticket, answer.said())
        number = text_at(answer.data(), "ticket.id")
        if not number:
            raise self.doubtful(answer.said())
        return self._made(number, *files.left, *cut)

    def _refused(self, job: Job, ticket: Ticket, said: str) -> Made:
        """400: either the ticket cannot be taken, or an earlier one of the same key was."""
        if "idempoten" in said.lower():
            there = self.look(job, ticket)
            if there is not None:
                return there
            raise self.doubtful(said)
        raise self.refuses(said)

    def look(self, job: Job, ticket: Ticket) -> Made | None:
        """By the external id."""
        del ticket
        mark = mark_of(job)
        answer = self.client.get(f"{_API}/tickets.json", [("external_id", mark)])
        for one in self.listed(answer, "tickets"):
            if text_at(one, "external_id") == mark:
                return self._made(text_at(one, "id"))
        return None

    def add(self, job: Job, ticket: Ticket, follows: Followed) -> Made:
        """A comment (.../tickets/tickets, "Update Ticket")."""
        files, tokens = self._uploaded(job, ticket)
        text, cut = plain(ticket, mark_of(job), files.left, most=_TEXT)
        body = json_body({"ticket": {"comment": {"body": text, "uploads": tokens}}})
        answer = self.client.call("PUT", f"{_ticket(follows)}.json", body=body, commit=job)
        if not text_at(answer.data(), "ticket.id"):
            raise self.doubtful(answer.said())
        return self._made(follows.number, *files.left, *cut)

    def look_in(self, job: Job, ticket: Ticket, follows: Followed) -> Made | None:
        """Among the newest comments (.../tickets/ticket_comments)."""
        del ticket
        answer = self.client.get(f"{_ticket(follows)}/comments.json", [("sort_order", "desc")])
        mark = mark_of(job)
        if any(carries(long_text_at(row, "body"), mark) for row in self.listed(answer, "comments")):
            return self._made(follows.number)
        if text_at(answer.data(), "next_page"):
            raise self.too_many()
        return None

    def try_login(self) -> str:
        """Reads who we are; a stranger is answered, too, without an id."""
        answer = self.client.get(f"{_API}/users/me.json")
        name = text_at(answer.data(), "user.email")
        if not name:
            raise self.refuses(answer.said(), Reason.LOGIN)
        return name

    def _made(self, number: str, *notes: str) -> Made:
        return Made(number=number, url=f"{self.place.where}/agent/tickets/{quote(number, safe='')}", notes=notes)


def _ticket(follows: Followed) -> str:
    return f"{_API}/tickets/{quote(follows.number, safe='')}"
