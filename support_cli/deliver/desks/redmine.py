"""Redmine (redmine.org/projects/redmine/wiki/Rest_Issues, Rest_api "Attaching files").

Files are uploaded first; each upload gives a token that is good for one issue. A file over the limit (5 MiB unless the
administrator says otherwise) is refused with 422, the ticket then goes without it and says so. Redmine cuts file names
at slashes and backslashes, so these become underscores here. The author of an issue is always the owner of the key:
who asks stands in the text.

Settings: ``tracker``, ``priority`` (and ``priority.ANSWER``), ``category``: names or ids; ``field.NAME: role`` and
``set.NAME: value``, NAME being a custom field's name or id.
"""

import contextlib
from collections.abc import Mapping
from urllib.parse import quote

from support_cli.deliver.base import DeliveryError, Job, PermanentError
from support_cli.deliver.desks.base import Desk, Made, since
from support_cli.deliver.desks.files import Files
from support_cli.deliver.desks.options import Login
from support_cli.deliver.desks.reading import at, long_text_at, rows, text_at
from support_cli.deliver.desks.wording import carries, mark_of, plain, requester_line, subject
from support_cli.deliver.http.body import OCTETS, json_body, raw
from support_cli.deliver.ticket import Followed, Ticket

_SUBJECT = 255
_PAGE, _PAGES = 100, 20


class Redmine(Desk):
    """Makes issues in a project of Redmine."""

    kind = "redmine"
    goes_on = True

    def headers(self, login: Login) -> Mapping[str, str]:
        """The API access key of "My account"."""
        return {"X-Redmine-API-Key": login.secret}

    def make(self, job: Job, ticket: Ticket) -> Made:
        """Uploads, then the issue."""
        project = self._project(ticket)
        about, unknown = self._about(project, ticket)
        files = Files(job, ticket)
        uploads = self._uploaded(files)
        title, whole = subject(ticket, _SUBJECT)
        notes = [*whole, *requester_line(ticket, public=self.options.public), *files.left]
        kind = "text/markdown" if self.options.text("format") == "markdown" else "text/plain"
        text, cut = plain(ticket, mark_of(job), notes, kind=kind)
        issue = {"project_id": project, "subject": title, "description": text, **about, "uploads": uploads}
        answer = self.client.call("POST", "/issues.json", body=json_body({"issue": issue}), commit=job)
        number = text_at(answer.data(), "issue.id")
        if not number:
            raise self.doubtful(answer.said())
        return self._made(number, *files.left, *cut, *unknown, *self._lost(number, files))

    def look(self, job: Job, ticket: Ticket) -> Made | None:
        """Among the issues that are new since the request was made."""
        mark = mark_of(job)
        for page in range(_PAGES):
            answer = self.client.get(
                "/issues.json",
                [
                    ("project_id", self._project(ticket)),
                    ("status_id", "*"),
                    ("sort", "id:desc"),
                    ("created_on", f">={since(ticket):%Y-%m-%d}"),
                    ("limit", str(_PAGE)),
                    ("offset", str(page * _PAGE)),
                ],
            )
            issues = self.listed(answer, "issues")
            for issue in issues:
                if carries(long_text_at(issue, "description"), mark) and (number := text_at(issue, "id")):
                    return self._made(number)
            if len(issues) < _PAGE:
                return None
        raise self.too_many()

    def add(self, job: Job, ticket: Ticket, follows: Followed) -> Made:
        """A note on the issue (Rest_Issues, "Updating an issue"), which Redmine answers with nothing."""
        files = Files(job, ticket)
        uploads = self._uploaded(files)
        text, cut = plain(ticket, mark_of(job), files.left)
        body = json_body({"issue": {"notes": text, "uploads": uploads}})
        self.client.call("PUT", f"/issues/{quote(follows.number, safe='')}.json", body=body, commit=job)
        return self._made(follows.number, *files.left, *cut)

    def look_in(self, job: Job, ticket: Ticket, follows: Followed) -> Made | None:
        """Among the notes of the issue."""
        del ticket
        path = f"/issues/{quote(follows.number, safe='')}.json"
        answer = self.client.get(path, [("include", "journals")])
        mark = mark_of(job)
        said = any(carries(long_text_at(row, "notes"), mark) for row in self.listed(answer, "issue.journals"))
        return self._made(follows.number) if said else None

    def try_login(self) -> str:
        """Reads who we are, and the project."""
        answer = self.client.get("/users/current.json")
        name = text_at(answer.data(), "user.login")
        if not name:
            raise self.cannot_be_read(answer)
        if self.options.queue:
            self.client.get(f"/projects/{self.options.queue}.json")
        return name

    def _uploaded(self, files: Files) -> list[dict[str, str]]:
        uploads: list[dict[str, str]] = []
        for upload in list(files.wanted):
            name = upload.name.replace("\\", "_")
            try:
                answer = self.client.call("POST", "/uploads.json", query=[("filename", name)], body=raw(upload))
            except PermanentError as error:
                files.refused(upload, error)
                continue
            token = self.id_in(answer, "upload.token")
            uploads.append({"token": token, "filename": name, "content_type": upload.type or OCTETS})
        return uploads

    def _lost(self, number: str, files: Files) -> list[str]:
        """Redmine takes an issue with an upload that it does not know, and says nothing of it."""
        if not files.wanted:
            return []
        with contextlib.suppress(DeliveryError):
            data = self.client.get(f"/issues/{number}.json", [("include", "attachments")]).data()
            if isinstance(at(data, "issue.attachments"), list):
                sizes = [text_at(row, "filesize") for row in rows(data, "issue.attachments")]
                return files.not_kept(self.place.host, sizes)
        return []

    def _project(self, ticket: Ticket) -> str:
        return ticket.queue or self.options.queue or self.options.required("queue", "")

    def _about(self, project: str, ticket: Ticket) -> tuple[dict[str, object], list[str]]:
        """Tracker, priority, category and custom fields by their ids, and a sentence for each unknown name."""
        options, found, unknown = self.options, dict[str, object](), list[str]()
        wanted = (
            ("tracker_id", options.text("tracker"), ("/trackers.json", "trackers")),
            (
                "priority_id",
                options.mapped("priority", "severity", ticket),
                ("/enumerations/issue_priorities.json", "issue_priorities"),
            ),
            (
                "category_id",
                options.text("category"),
                (f"/projects/{project}/issue_categories.json", "issue_categories"),
            ),
        )
        for key, name, place in wanted:
            if name:
                self._put(found, unknown, key, name, self._id(name, place))
        fields = []
        for name, value in options.fields(ticket).items():
            # Redmine before 5.1 does not list a project's fields; an issue of it names those that are filled in.
            number = self._id(
                name,
                (f"/projects/{project}.json?include=issue_custom_fields", "project.issue_custom_fields"),
                (f"/issues.json?project_id={project}&status_id=*&limit=1", "issues.0.custom_fields"),
            )
            if number is None:
                unknown.append(self.unknown(name).message)
            else:
                fields.append({"id": number, "value": value})
        return found | ({"custom_fields": fields} if fields else {}), unknown

    def _put(self, found: dict[str, object], unknown: list[str], key: str, name: str, number: int | None) -> None:
        if number is None:
            unknown.append(self.unknown(name).message)
        else:
            found[key] = number

    def _id(self, name: str, *places: tuple[str, str]) -> int | None:
        """The id that a name has in one of several lists, each a path and where the list stands in the answer."""
        if name.isdigit():
            return int(name)
        for path, where in places:
            for row in rows(self.client.get(path).data(), where):
                number = text_at(row, "id")
                if text_at(row, "name").casefold() == name.casefold() and number.isdigit():
                    return int(number)
        return None

    def _made(self, number: str, *notes: str) -> Made:
        return Made(number=number, url=f"{self.place.where}/issues/{number}", notes=notes)
