"""osTicket (docs.osticket.com/en/latest/Developer Documentation/API/Tickets.html).

One request with everything; files travel as ``data:`` addresses in the JSON, streamed. The API makes tickets and
does nothing else: it cannot be asked, so that after an unclear end a person decides. A key works from one address only.
An empty file is an error to osTicket. Files that are too large for it, of a type that it does not take, or none of
which it takes by this way, are dropped without a word (include/api.tickets.php, ``validate``): the receipt says so.

Settings: ``priority`` (its number; ``priority.ANSWER``), ``alert``, ``autorespond``, ``source``, ``field.NAME: role``
and ``set.NAME: value`` for fields of its forms; the queue is the number of a help topic.
"""

import re
from collections.abc import Mapping

from support_cli.base.i18n import _
from support_cli.base.text import clean_line
from support_cli.deliver.base import Job
from support_cli.deliver.desks.base import Desk, Made
from support_cli.deliver.desks.files import Files
from support_cli.deliver.desks.options import Login
from support_cli.deliver.desks.wording import mark_of, plain, subject
from support_cli.deliver.http.body import OCTETS, Here, json_body
from support_cli.deliver.ticket import Ticket

_SUBJECT = 250


class OsTicket(Desk):
    """Makes tickets in osTicket."""

    kind = "osticket"
    asks_back = False

    def headers(self, login: Login) -> Mapping[str, str]:
        """An API key with "Can Create Tickets"."""
        return {"X-API-Key": login.secret}

    def make(self, job: Job, ticket: Ticket) -> Made:
        """One request."""
        options = self.options
        files = Files(job, ticket)
        files.fit(empty=False)
        title, whole = subject(ticket, _SUBJECT)
        text, cut = plain(ticket, mark_of(job), [*whole, *files.left])
        who = ticket.requester
        data: dict[str, object] = {
            "subject": title,
            # A message that begins like an address of data would be read as one.
            "message": f"\n{text}" if text.lstrip().lower().startswith("data:") else text,
            "email": options.required("email", who.address if who else ""),
            "name": (who.name if who else "") or (who.address if who else ""),
            "source": options.text("source", "API"),
            "alert": options.text("alert", "true") == "true",
            "autorespond": options.text("autorespond", "true") == "true",
            "attachments": [{each.name: Here(each, f"data:{each.type or OCTETS};base64,")} for each in files.wanted],
            **options.fields(ticket),
        }
        if queue := ticket.queue or options.queue:
            data["topicId"] = int(queue) if queue.isdigit() else queue
        if priority := options.mapped("priority", "severity", ticket):
            data["priorityId"] = int(priority) if priority.isdigit() else priority
        answer = self.client.call("POST", "/api/tickets.json", body=json_body(data), commit=job)
        number = clean_line(answer.text).strip('" ')
        if answer.status != 201 or not re.fullmatch(r"(?=.*\d)[^\s<>]{1,40}", number):
            raise self.doubtful(answer.said())
        names = ", ".join(clean_line(each.name) for each in files.wanted)
        unsaid = [_("osTicket does not say whether it kept the files: {names}.").format(names=names)] if names else []
        return Made(number=number, notes=(*files.left, *cut, *unsaid))

    def look(self, job: Job, ticket: Ticket) -> Made | None:
        """Never possible."""
        del job, ticket
        raise self.cannot_be_asked()

    def try_login(self) -> str:
        """A ticket with nothing in it is refused: 401 for a wrong key, 400 for a right one."""
        answer = self.client.call("POST", "/api/tickets.json", body=json_body({}), also=(400, 422))
        if answer.status not in (400, 422):
            raise self.cannot_be_read(answer)
        return _("an API key")
