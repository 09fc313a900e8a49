"""A desk that a pack describes as data, so that one we never heard of needs no code.

    kind: http
    url: https://desk.example.com/api/tickets        method: POST
    auth: bearer | basic | header:NAME | header:NAME WORD | none         (WORD stands before the token)
    header.NAME: text        test: https://desk.example.com/api/me
    body: '{"title": "{subject}", "text": "{text}", "customer": {"mail": "{email}"}}'      or   body.title: "{subject}"
    form.NAME: text                      instead of body: a form with files (multipart; encoding: form for urlencoded)
    files: attachments                   multipart: the field of each file; JSON: the place of the list of files
    file.NAME: "{file.name}"             JSON: one element of that list; {file.base64}, {file.type}, {file.size}
    upload.url, upload.field, upload.id  files go there first, one by one; what `upload.id` gives goes into `files`
    answer.id: ticket.id                 where the number is: a path in the JSON, or header.NAME
    answer.pattern: 'No. ([0-9]+)'       finds it in what stands there, or in the whole answer without answer.id
    answer.url: ticket.link              or header.location        link: https://desk.example.com/t/{id}
    answer.error: error                  something there means no  success: 200, 201            final: 4xx  later: 429
    lookup.url: ...?q={mark}             lookup.items: tickets     lookup.match: text, or * for whatever is there
    lookup.id: id                        lookup.link: a path or a text with {id}   lookup.absent: 404 means: not there
    limit.subject: 250                   limit.text: 65000         in characters                settle: 600  (seconds)

Texts name places in braces: ``subject``, ``text``, ``markdown``, ``html``, ``mark``, ``request``, ``queue``,
``language``, ``created``, ``name``, ``email``, ``priority``, and every role. ``{labels}`` and ``{files}`` alone are
lists. Places are filled into strings of JSON after it was read, so that no answer can break out of one. Every address
is one of the same host.
"""

import re
from collections.abc import Mapping
from urllib.parse import quote, urljoin, urlsplit

import msgspec

from support_cli.base.errors import UsageError
from support_cli.base.expressions import SECONDS, PatternError, compiled
from support_cli.base.i18n import _
from support_cli.base.text import clean_line, shorten
from support_cli.deliver.base import AmbiguousError, Job, PermanentError, Reason, TemporaryError
from support_cli.deliver.desks.base import Desk, Made, basic
from support_cli.deliver.desks.files import Files, forgotten
from support_cli.deliver.desks.options import DeskOptions, Login, Setting
from support_cli.deliver.desks.reading import at, link, long_text_at, text_at
from support_cli.deliver.desks.wording import carries, mark_of, plain, rich, subject
from support_cli.deliver.http.body import Body, Here, Upload, form, json_body, multipart, raw
from support_cli.deliver.http.refusal import Answer
from support_cli.deliver.ticket import Ticket

_LONGEST_TEXT = 65_536
"""Characters of an answer in which an expression is searched; with the time limit, whatever the expression costs."""
_LONGEST = 200


def found_in(answer: Answer, path: str, pattern: str = "") -> str:
    """What stands at a place of an answer, as one short line; empty where there is nothing.

    Args:
        answer: What the desk said.
        path: Dotted path in the JSON, ``header.NAME``, or nothing for the whole text.
        pattern: Regular expression that finds it in what stands there: its first group, or all of it.
    """
    data = answer.data()
    text = (text_at(data, path) or long_text_at(data, path)) if path else answer.text if pattern else ""
    if not text and path.startswith("header."):
        text = answer.headers.get(path.removeprefix("header.").lower(), "")
    if not pattern:
        return shorten(clean_line(text), _LONGEST)
    try:
        match = compiled(pattern).search(text[:_LONGEST_TEXT], timeout=SECONDS)
    except TimeoutError:
        return ""
    found = match[1] if match and compiled(pattern).groups else match[0] if match else ""
    return shorten(clean_line(found or ""), _LONGEST)


_PLACE = re.compile(r"\{([a-z_]+(?:\.[a-z_0-9]+)?)\}")
_LONE = re.compile(r"\{([a-z_]+(?:\.[a-z_0-9]+)?)\}\Z")
_ROLES = frozenset(
    [
        "summary",
        "details",
        "steps",
        "expected",
        "actual",
        "environment",
        "version",
        "error",
        "tried",
        "outcome",
        "severity",
        "account",
        "order",
        "serial",
        "name",
        "email",
        "phone",
        "preferred_contact",
        "consent",
    ]
)
_KNOWN = _ROLES | frozenset(
    [
        "subject",
        "text",
        "markdown",
        "html",
        "mark",
        "request",
        "queue",
        "language",
        "created",
        "priority",
        "labels",
        "files",
        "id",
        "file.name",
        "file.type",
        "file.size",
        "file.base64",
        "file.data",
        "file.id",
    ]
)
_LONGEST_SUBJECT = 1000
_TEXTS = ("body.", "form.", "header.", "file.")


class PlaceError(UsageError):
    """A text names a place that there is not."""


def places_of(ticket: Ticket, mark: str, notes: list[str], options: DeskOptions) -> tuple[dict[str, object], list[str]]:
    """Everything that a text can name, what was not said being empty; and a sentence where the text had to be cut."""
    who = ticket.requester
    title, whole = subject(ticket, _limit(options, "limit.subject") or _LONGEST_SUBJECT)
    notes, most = [*whole, *notes], _limit(options, "limit.text")
    text, cut = plain(ticket, mark, notes, most=most)
    said: dict[str, object] = dict.fromkeys(_ROLES, "")
    said |= {role: text for role, text in ticket.fields.items() if role in _ROLES}
    if who is not None:
        said |= {"email": who.address, "name": who.name or said["name"]}
    known = {
        "subject": title,
        "text": text,
        "markdown": plain(ticket, mark, notes, kind="text/markdown", most=most)[0],
        "html": rich(ticket, mark, notes),
        "mark": mark,
        "request": ticket.id,
        "queue": ticket.queue or options.queue,
        "language": ticket.language,
        "created": ticket.created.isoformat(),
        "priority": options.mapped("priority", "severity", ticket),
        "labels": list(ticket.labels),
        "files": [],
    }
    return said | known, cut


def _limit(options: DeskOptions, name: str) -> int:
    said = options.text(name)
    return int(said) if said.isdecimal() and len(said) < 10 else 0


def filled(template: object, places: Mapping[str, object]) -> object:
    """Fills places into the strings of a template; a string that is one place alone becomes what stands there."""
    if isinstance(template, dict):
        return {key: filled(value, places) for key, value in template.items()}
    if isinstance(template, list):
        return [filled(value, places) for value in template]
    if not isinstance(template, str):
        return template
    alone = _LONE.match(template)
    if alone and alone[1] in places:
        return places[alone[1]]

    def value(match: re.Match[str]) -> str:
        found = places.get(match[1], match[0])
        if not isinstance(found, str | list):
            raise PlaceError(_("The place “{name}” must stand alone in its text.").format(name=match[1]))
        return ", ".join(map(str, found)) if isinstance(found, list) else found

    return _PLACE.sub(value, template)


def nested(flat: Mapping[str, Setting]) -> object:
    """``a.b: 1`` as ``{"a": {"b": 1}}``; names that are all numbers become a list."""
    tree: dict[str, object] = {}
    for name, value in flat.items():
        node = tree
        *parents, last = name.split(".")
        for parent in parents:
            below = node.setdefault(parent, {})
            if not isinstance(below, dict):
                below = node[parent] = {}
            node = below
        node[last] = value
    return _lists_of_numbered(tree)


def _lists_of_numbered(node: object) -> object:
    if not isinstance(node, dict):
        return node
    children = {name: _lists_of_numbered(child) for name, child in node.items()}
    if children and all(name.isdigit() for name in children):
        return [children[name] for name in sorted(children, key=int)]
    return children


def put(body: object, path: str, value: object) -> object:
    """Puts a value at a dotted place of an object, making what is missing on the way."""
    if not isinstance(body, dict):
        return body
    first, _dot, rest = path.partition(".")
    return {**body, first: put(body.get(first) or {}, rest, value) if rest else value}


def check_places(settings: Mapping[str, Setting], body: object) -> None:
    """Finds names of places that there are not.

    Raises:
        PlaceError: If there is one.
    """
    texts = [str(value) for key, value in settings.items() if key.startswith(_TEXTS) or key.endswith(("url", "link"))]
    for text in [*texts, *_strings(body)]:
        for name in _PLACE.findall(text):
            if name not in _KNOWN:
                raise PlaceError(
                    _("The description of the desk names “{name}”, which does not exist.").format(name=name),
                    hint=", ".join(sorted(_KNOWN)),
                )


def _strings(node: object) -> list[str]:
    if isinstance(node, str):
        return [node]
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return [text for child in children for text in _strings(child)]


_METHODS = ("POST", "PUT", "PATCH")
_HEADER = re.compile(r"[A-Za-z0-9-]{1,60}")


class DescriptionError(UsageError):
    """The description of a desk cannot be used."""


class Described(Desk):
    """Makes tickets as a pack describes it."""

    kind = "http"

    def __init__(self, options: DeskOptions) -> None:
        super().__init__(options)
        self._method = options.text("method", "POST").upper()
        if self._method not in _METHODS:
            raise _wrong("method", ", ".join(_METHODS))
        if not any(map(options.text, ("answer.id", "answer.pattern", "success"))):
            # Any page would do as an answer then, that of a hotel's network among them.
            raise _wrong("answer.id", _("Say where the number of the ticket is, or which statuses mean success."))
        if options.text("lookup.url") and not options.text("lookup.match"):
            raise _wrong("lookup.match", _("Say where the mark stands in what is found."))
        try:
            compiled(options.text("answer.pattern"))
        except PatternError as error:
            raise _wrong("answer.pattern", str(error)) from None
        self._body = self._template()
        for name in ("url", "lookup.url", "upload.url", "test"):
            address = options.url if name == "url" else options.text(name)
            if address and urlsplit(address).hostname != urlsplit(options.url).hostname:
                raise _wrong(name, _("It must be an address of the same host."))
        check_places(options.settings, self._body)

    @property
    def can_be_asked(self) -> bool:
        """Whether the pack says how to look a ticket up."""
        return bool(self.options.text("lookup.url"))

    def headers(self, login: Login) -> Mapping[str, str]:
        """As ``auth`` says."""
        auth = self.options.text("auth", "bearer")
        if auth == "basic":
            return {"Authorization": basic(login)}
        if auth.startswith("header:"):
            name, _blank, word = auth[7:].strip().partition(" ")
            if _HEADER.fullmatch(name):
                return {name: f"{word.strip()} {login.secret}".strip()}
        if auth == "bearer":
            return {"Authorization": f"Bearer {login.secret}"}
        raise _wrong("auth", "bearer, basic, header:NAME, none")

    def make(self, job: Job, ticket: Ticket) -> Made:
        """Uploads if there are to be any, then the ticket; once more where the desk has forgotten them meanwhile."""
        if not self.options.text("upload.url"):
            return self._create(job, ticket, Files(job, ticket), None)
        files = Files(job, ticket)
        try:
            return self._create(job, ticket, files, self._upload(job, files, ticket))
        except PermanentError as error:
            if not files.wanted or not forgotten(error):
                raise
        files = Files(job, ticket)
        return self._create(job, ticket, files, self._upload(job, files, ticket))

    def _create(self, job: Job, ticket: Ticket, files: Files, uploaded: list[object] | None) -> Made:
        options = self.options
        if not options.text("files") and uploaded is None:
            files.drop_all(_("This desk takes no files."))
        places, cut = places_of(ticket, mark_of(job), files.left, options)
        if uploaded is not None:
            places["files"] = list(uploaded)
        headers = self._own_headers(places)
        answer = self.client.call(
            self._method,
            self._address(options.url, places),
            body=self._content(places, files, uploaded),
            headers=headers,
            commit=job,
            also=range(200, 600),
        )
        self._judge(answer)
        path, pattern = options.text("answer.id"), str(options.settings.get("answer.pattern", ""))
        number = found_in(answer, path, pattern)
        if not number and (path or pattern):
            raise self.doubtful(answer.said())
        url = found_in(answer, options.text("answer.url")) if options.text("answer.url") else ""
        return self._made(
            "answer", number or mark_of(job), urljoin(answer.url, url) if url else "", [*files.left, *cut]
        )

    def look(self, job: Job, ticket: Ticket) -> Made | None:
        """As ``lookup`` says."""
        options, mark = self.options, mark_of(job)
        if not self.can_be_asked:
            raise self.cannot_be_asked()
        places, _cut = places_of(ticket, mark, [], options)
        absent = options.text("lookup.absent")
        answer = self.client.call(
            "GET",
            self._address(options.text("lookup.url"), places),
            headers=self._own_headers(places, safe=True),
            also=[status for status in range(400, 500) if _listed(status, absent)],
        )
        if _listed(answer.status, absent):
            return None
        found = at(answer.data(), options.text("lookup.items"))
        if not isinstance(found, list | dict):
            raise self.cannot_be_read(answer)
        match = options.text("lookup.match")
        for item in found if isinstance(found, list) else [found]:
            said = mark if match == "*" else long_text_at(item, match) or text_at(item, match)
            if said == mark or carries(said, mark):
                where = options.text("lookup.id") or options.text("answer.id").rpartition(".")[2]
                page = options.text("lookup.link")
                url = long_text_at(item, page) if page and "{" not in page else ""
                return self._made("lookup", text_at(item, where) or mark, urljoin(answer.url, url) if url else "", [])
        if isinstance(found, dict):  # one thing that is not ours says nothing about others
            raise self.cannot_be_read(answer)
        return None

    def try_login(self) -> str:
        """Reads the address that is there for it; without one, only finds out whether the desk is reached."""
        if address := self.options.text("test"):
            self.client.get(self._address(address, {}))
            return ""
        self.client.call("OPTIONS", self._address(self.options.url, {}), also=range(200, 500))
        return ""

    def _login_headers(self) -> Mapping[str, str]:
        return {} if self.options.text("auth") == "none" else super()._login_headers()

    def _secrets(self) -> tuple[str, ...]:
        return () if self.options.text("auth") == "none" else super()._secrets()

    def _template(self) -> object:
        """The body as JSON with places in it, or None for a form."""
        written = str(self.options.settings.get("body", ""))
        if not written:
            return nested(self.options.below("body"))
        try:
            decoded: object = msgspec.json.decode(written)
        except msgspec.DecodeError as error:
            raise _wrong("body", clean_line(str(error))) from None
        return decoded

    def _content(self, places: dict[str, object], files: Files, uploaded: list[object] | None) -> Body:
        options = self.options
        if fields := options.below("form"):
            said = [(name, filled(str(value), places)) for name, value in fields.items()]
            pairs = [
                (name, str(one)) for name, value in said for one in (value if isinstance(value, list) else [value])
            ]
            if options.text("encoding") == "form":
                return form(pairs)
            here = [] if uploaded is not None else [(options.text("files"), each) for each in files.wanted]
            return multipart(pairs, here)
        body = filled(self._body, places)
        if options.text("files") and files.wanted:
            element = nested(options.below("file")) or {"name": "{file.name}", "content": "{file.base64}"}
            listed = uploaded if uploaded is not None else [_element(element, each) for each in files.wanted]
            body = put(body, options.text("files"), listed)
        return json_body(body)

    def _upload(self, job: Job, files: Files, ticket: Ticket) -> list[object]:
        options, ids = self.options, list[object]()
        known, _cut = places_of(ticket, mark_of(job), [], options)
        for upload in list(files.wanted):
            places = {**known, "file.name": upload.name, "file.type": upload.type, "file.size": str(upload.size)}
            field = options.text("upload.field")
            body = multipart([], [(field, upload)]) if field else raw(upload, upload.type)
            try:
                answer = self.client.call("POST", self._address(options.text("upload.url"), places), body=body)
            except PermanentError as error:
                files.refused(upload, error)
                continue
            token = self.id_in(answer, options.text("upload.id", "id"))
            element = nested(options.below("file"))
            ids.append(filled(element, {**places, "file.id": token}) if element else token)
        return ids

    def _judge(self, answer: Answer) -> None:
        """Tells success from refusal from doubt, by the statuses that the pack names."""
        options = self.options
        failed = at(answer.data(), options.text("answer.error")) if options.text("answer.error") else None
        said = self.client.hidden(answer.said())
        if _listed(answer.status, options.text("success", "2xx")) and not failed:
            return
        if failed or _listed(answer.status, options.text("final")):
            raise self.refuses(said)
        if _listed(answer.status, options.text("later")):
            raise TemporaryError(
                _("{host} wants the request again later. It said: {answer}").format(host=self.place.host, answer=said),
                reason=Reason.RATE_LIMITED,
                answer=said,
                retry_after=answer.wait(),
                where=self.place.where,
            )
        if 200 <= answer.status < 300:
            raise AmbiguousError(self.doubtful(said).message, reason=Reason.UNCLEAR, where=self.place.where)
        raise self.client.refusal(answer, committing=True)

    def _own_headers(self, places: dict[str, object], *, safe: bool = False) -> dict[str, str]:
        found = {}
        for name, value in self.options.below("header").items():
            if not _HEADER.fullmatch(name) or name.lower() in ("host", "content-length", "transfer-encoding"):
                raise _wrong(f"header.{name}", _("This header cannot be set."))
            if not (safe and name.lower() == "content-type"):
                text = clean_line(str(filled(str(value), places)))
                found[name] = text.encode("ascii", "replace").decode()
        return found

    def _address(self, address: str, places: dict[str, object]) -> str:
        quoted = {name: quote(value, safe="") for name, value in places.items() if isinstance(value, str)}
        parts = urlsplit(str(filled(address, quoted)))
        path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
        query = f"?{quote(parts.query, safe='/%:@!$&()*+,;=~-._?')}" if parts.query else ""
        return f"{self.place.scheme}://{self.place.authority}{path}{query}"

    def _made(self, prefix: str, number: str, url: str, notes: list[str]) -> Made:
        if not link(url) and (text := self.options.text(f"{prefix}.link") or self.options.text("link")):
            url = str(filled(text, {"id": quote(number, safe="")}))
        return Made(number=number, url=link(url), notes=tuple(notes))


def _element(template: object, upload: Upload) -> object:
    places: dict[str, object] = {
        "file.name": upload.name,
        "file.type": upload.type,
        "file.size": str(upload.size),
        "file.base64": Here(upload),
        "file.data": Here(upload, f"data:{upload.type};base64,"),
    }
    return filled(template, places)


def _listed(status: int, statuses: str) -> bool:
    """Whether a status is among ``200, 201`` or ``4xx``."""
    return any(word in (str(status), f"{status // 100}xx") for word in re.split(r"[\s,]+", statuses.lower()))


def _wrong(name: str, hint: str) -> DescriptionError:
    return DescriptionError(_("The description of the desk has a wrong “{name}”.").format(name=name), hint=hint)
