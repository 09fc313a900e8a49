"""Jira Service Management (developer.atlassian.com/cloud/jira/service-desk/rest, "Request", "Servicedesk").

The request is made first; each file is then uploaded for a short while and attached to it. Found again as an issue of
Jira. The queue is the number of a service desk.

Settings: ``request_type`` (its number, needed), ``on_behalf: true`` (raise it for who asks; they must be a customer of
the desk), ``public: false`` (files for agents only), ``field.ID: role`` and ``set.ID: value``.
"""

from urllib.parse import quote

from support_cli.deliver.base import Job
from support_cli.deliver.desks.jira import NO_CHECK, Jira
from support_cli.deliver.desks.reading import rows, text_at
from support_cli.deliver.http.body import Upload, json_body, multipart
from support_cli.deliver.ticket import Ticket

_API = "/rest/servicedeskapi"


class ServiceManagement(Jira):
    """Makes requests at a service desk."""

    kind = "jsm"

    def try_login(self) -> str:
        """Reads who we are, and the service desk."""
        name = self.id_in(self.client.get("/rest/api/3/myself"), "displayName")
        if self.options.queue:
            self.client.get(f"{_API}/servicedesk/{quote(self.options.queue, safe='')}")
        return name

    def _create(self, job: Job, ticket: Ticket, title: str, text: str) -> str:
        options = self.options
        data: dict[str, object] = {
            "serviceDeskId": options.required("queue", ticket.queue or options.queue),
            "requestTypeId": options.required("request_type", options.text("request_type")),
            "requestFieldValues": {"summary": title, "description": text, **options.fields(ticket)},
        }
        if options.text("on_behalf") == "true" and ticket.requester is not None:
            data["raiseOnBehalfOf"] = ticket.requester.address
        answer = self.client.call("POST", f"{_API}/request", body=json_body(data), commit=job)
        key = text_at(answer.data(), "issueKey")
        if not key:
            raise self.doubtful(answer.said())
        return key

    def _attach(self, key: str, upload: Upload) -> None:
        desk = quote(self.options.queue, safe="")
        answer = self.client.call(
            "POST",
            f"{_API}/servicedesk/{desk}/attachTemporaryFile",
            body=multipart([], [("file", upload)]),
            headers={**NO_CHECK, "X-ExperimentalApi": "opt-in"},
        )
        temporary = [text_at(one, "temporaryAttachmentId") for one in rows(answer.data(), "temporaryAttachments")]
        if not temporary or not all(temporary):
            raise self.cannot_be_read(answer)
        body = json_body({"temporaryAttachmentIds": temporary, "public": self.options.text("public", "true") == "true"})
        self.client.call("POST", f"{_API}/request/{quote(key, safe='')}/attachment", body=body)
