"""Znuny and OTRS 6 by the generic interface (doc.znuny.org, "Web Services").

The operations are TicketCreate, TicketSearch, TicketGet and SessionCreate as the example web service
"GenericTicketConnectorREST" maps them; the address is that of the web service
(``.../nph-genericinterface.pl/Webservice/GenericTicketConnectorREST``). A session is opened first, so that the password
never stands in an address. Errors come with status 200 and stand in the answer. One attachment without content, and
the whole ticket is refused (Kernel/GenericInterface/Operation/Ticket/TicketCreate.pm): empty files are left out.

Settings: ``priority`` (and ``priority.ANSWER``), ``state``, ``type``, ``communication_channel``, ``session_path``,
``ticket_path``, ``field.NAME: role`` and ``set.NAME: value`` for dynamic fields.
"""

from collections.abc import Mapping
from urllib.parse import quote

from support_cli.base.i18n import _
from support_cli.deliver.base import AmbiguousError, DeliveryError, Job, PermanentError, Reason, TemporaryError
from support_cli.deliver.desks.base import Desk, Made, since
from support_cli.deliver.desks.files import Files
from support_cli.deliver.desks.options import Login
from support_cli.deliver.desks.reading import long_text_at, rows, text_at
from support_cli.deliver.desks.wording import carries, mark_of, plain, subject
from support_cli.deliver.http.body import Here, json_body
from support_cli.deliver.http.refusal import Answer
from support_cli.deliver.ticket import Ticket

_TITLE = 250
_ALIKE = 50


class Znuny(Desk):
    """Makes tickets in a queue of Znuny."""

    kind = "znuny"

    def headers(self, login: Login) -> Mapping[str, str]:
        """Nothing: the login travels in the content."""
        del login
        return {}

    def make(self, job: Job, ticket: Ticket) -> Made:
        """A session, then the ticket."""
        options, mark = self.options, mark_of(job)
        files = Files(job, ticket)
        files.fit(empty=False)
        title, whole = subject(ticket, _TITLE)
        text, cut = plain(ticket, mark, [*whole, *files.left])
        who = ticket.requester
        about: dict[str, object] = {
            "Title": title,
            "Queue": options.required("queue", ticket.queue or options.queue),
            "State": options.text("state", "new"),
            "Priority": options.mapped("priority", "severity", ticket) or "3 normal",
        }
        article: dict[str, object] = {
            "CommunicationChannel": options.text("communication_channel", "Phone"),
            "SenderType": "customer",
            "IsVisibleForCustomer": 1,
            "Subject": title,
            "Body": text,
            "ContentType": "text/plain; charset=utf-8",
        }
        if who is not None:
            about["CustomerUser"] = who.address
            article["From"] = f'"{who.name}" <{who.address}>' if who.name and '"' not in who.name else who.address
        if kind := options.text("type"):
            about["Type"] = kind
        data = {
            "SessionID": self._session(),
            "Ticket": about,
            "Article": article,
            "DynamicField": [{"Name": name, "Value": value} for name, value in options.fields(ticket).items()],
            "Attachment": [
                {"Content": Here(each), "ContentType": each.type, "Filename": each.name} for each in files.wanted
            ],
        }
        path = options.text("ticket_path", "/Ticket")
        answer = self.client.call("POST", path, body=json_body(data), commit=job)
        self._check(answer, committing=True)
        if not text_at(answer.data(), "TicketID"):
            raise self.doubtful(answer.said())
        return self._made(answer.data(), *files.left, *cut)

    def look(self, job: Job, ticket: Ticket) -> Made | None:
        """By title and time, then by the mark in the first article."""
        mark, session = mark_of(job), self._session()
        title, _whole = subject(ticket, _TITLE)
        path = self.options.text("ticket_path", "/Ticket")
        answer = self.client.get(
            path,
            [
                ("SessionID", session),
                ("Title", title),
                ("TicketCreateTimeNewerDate", f"{since(ticket):%Y-%m-%d %H:%M:%S}"),
                ("Limit", str(_ALIKE + 1)),
            ],
        )
        self._check(answer, committing=False)
        data = answer.data()
        # A search that finds nothing answers with an empty object (TicketSearch.pm).
        numbers = [] if data == {} else [text_at(one, "") for one in self.listed(answer, "TicketID")]
        if len(numbers) > _ALIKE:
            raise self.too_many()
        bare = ""
        for number in filter(None, numbers):
            one = self.client.get(f"{path}/{quote(number, safe='')}", [("SessionID", session), ("AllArticles", "1")])
            self._check(one, committing=False)
            for row in self.listed(one, "Ticket"):
                articles = [long_text_at(article, "Body") for article in rows(row, "Article")]
                if any(carries(text, mark) for text in articles):
                    return self._made(row)
                bare = bare if articles else text_at(row, "TicketNumber") or number
        if bare:
            # Made before its text, which then failed; every other attempt would make one more of these.
            raise TemporaryError(
                _("{host} has ticket {ticket} of this title without any text, which may be ours.").format(
                    host=self.place.host, ticket=bare
                ),
                reason=Reason.UNCLEAR,
                where=self.place.where,
            )
        return None

    def try_login(self) -> str:
        """Opens a session."""
        self._session()
        return self.login.user

    def _session(self) -> str:
        body = json_body({"UserLogin": self.login.user, "Password": self.login.secret})
        answer = self.client.call("POST", self.options.text("session_path", "/Session"), body=body)
        self._check(answer, committing=False)
        return self.id_in(answer, "SessionID")

    def _check(self, answer: Answer, *, committing: bool) -> None:
        """Raises the error that an answer of success holds."""
        code = text_at(answer.data(), "Error.ErrorCode")
        if not code:
            return
        said = self.client.hidden(f"{code} {text_at(answer.data(), 'Error.ErrorMessage')}")
        name = code.rpartition(".")[2]
        message = _("{host} refused the request: {answer}").format(host=self.place.host, answer=said)
        reasons = {
            "AuthFail": Reason.LOGIN,
            "AccessDenied": Reason.LOGIN,
            "MissingParameter": Reason.CONTENT,
            "InvalidParameter": Reason.CONTENT,
        }
        kind: type[DeliveryError] = AmbiguousError if committing and name not in reasons else PermanentError
        raise kind(message, reason=reasons.get(name, Reason.REFUSED), answer=said, where=self.place.where)

    def _made(self, data: object, *notes: str) -> Made:
        script = self.place.where.partition("/nph-genericinterface.pl")[0]
        url = f"{script}/index.pl?Action=AgentTicketZoom;TicketID={quote(text_at(data, 'TicketID'), safe='')}"
        return Made(number=text_at(data, "TicketNumber") or text_at(data, "TicketID"), url=url, notes=notes)
