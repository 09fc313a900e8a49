"""From a request to the documents that people read, and to the ticket that is delivered."""

import re
from collections.abc import Iterable
from pathlib import Path

import msgspec

from support_cli.errors import UsageError
from support_cli.finding import Finding
from support_cli.i18n import _
from support_cli.packs.model import Form, Kind, Role
from support_cli.packs.pack import Pack
from support_cli.render import context
from support_cli.render.environment import TemplateProblem, Templates
from support_cli.render.inert import active_parts
from support_cli.render.meter import Plain
from support_cli.request import Answer, Request, dump_json
from support_cli.text import clean_line, clean_text
from support_cli.ticket import Address, Ticket

DOCUMENTS: dict[str, tuple[str, ...]] = {
    "ticket": ("md", "html", "txt"),
    "email": ("txt", "html", "subject"),
    "chat": ("txt",),
    "phone": ("txt",),
    "follow-up": ("txt", "html", "subject"),
    "escalation": ("txt", "html", "subject"),
}
"""Native documents and their formats, the first being the default."""


class DocumentError(UsageError):
    """There is no such document, or not in this format."""


class Documents:
    """Renders documents; one object serves a whole run.

    Args:
        general: The built-in pack ``general``: the bases of all documents.
        cache: Folder for compiled templates, or None.
    """

    def __init__(self, general: Pack, cache: Path | None = None) -> None:
        self._general = general
        self._cache = cache
        self._templates: tuple[Pack, Templates] | None = None

    def render(
        self,
        pack: Pack,
        form: Form,
        request: Request,
        *,
        document: str = "ticket",
        format: str = "",
        language: str,
        findings: Iterable[Finding] = (),
        public: bool = False,
        case: dict[str, Plain] | None = None,
    ) -> str:
        """Renders one document in one format.

        Args:
            pack: The pack that asked.
            form: The form within it.
            request: The request, complete or not; an incomplete one says so.
            document: One of ``DOCUMENTS``.
            format: One of its formats; the first by default.
            language: Language of whoever reads it.
            findings: ``M`` findings become the list of what is still unknown.
            public: Leave private answers out.
            case: What happened since, for follow-ups and escalations.

        Returns:
            Text with LF line ends, one at its end, without control or bidi override characters.

        Raises:
            DocumentError: If there is no such document or format.
            TemplateProblem: If the pack's template cannot be used.
        """
        name = _template_name(document, format)
        data = self._context(pack, form, request, language, findings, public, case)
        return self._text(pack, name, data, language)

    def ticket(
        self,
        pack: Pack,
        form: Form,
        request: Request,
        *,
        language: str,
        findings: Iterable[Finding] = (),
        public: bool = False,
        queue: str = "",
    ) -> Ticket:
        """Renders what is delivered: the email as text and HTML, the ticket as Markdown, fields by role.

        Args:
            pack: The pack that asked.
            form: The form within it.
            request: The request.
            language: Language of whoever reads it.
            findings: As for ``render``.
            public: Everybody can read what is sent, so private answers stay out.
            queue: Queue of the desk that it goes to.

        Raises:
            TemplateProblem: If a template of the pack cannot be used.
        """
        data = self._context(pack, form, request, language, findings, public, None)
        texts = {
            name: self._text(pack, f"{name}.j2", data, language)
            for name in ("email.subject", "email.txt", "email.html", "ticket.md")
        }
        return Ticket(
            id=request.id,
            created=request.created,
            language=language,
            subject=texts["email.subject"].rstrip("\n"),
            bodies={
                "text/plain": texts["email.txt"],
                "text/html": texts["email.html"],
                "text/markdown": texts["ticket.md"],
            },
            fields=_fields(data),
            requester=_requester(data),
            attachments=request.attachments,
            request_json=_travelling(request, form, public),
            queue=queue,
            labels=form.labels,
        )

    def rehearse(self, pack: Pack, form: Form, request: Request, *, language: str) -> None:
        """Renders everything that a delivery needs with awkward answers, before anybody is asked anything.

        Args:
            pack: The pack.
            form: The form.
            request: A request without answers (its id, moment, language are used).
            language: Language of whoever will read it.

        Raises:
            TemplateProblem: If a template of the pack cannot be used.
        """
        awkward = "x onclick=alert(1) '\"><script>alert(1)</script>{{ 7*7 }}\n# x"
        answers = {
            q.id: Answer([awkward] if q.kind in (Kind.STEPS, Kind.CHECKBOXES) else awkward)
            for q in form.questions
            if q.kind in (Kind.INPUT, Kind.TEXTAREA, Kind.STEPS, Kind.DIAGNOSTICS)
        }
        for trial in (request, msgspec.structs.replace(request, answers=answers)):
            self.ticket(pack, form, trial, language=language)

    def _context(
        self,
        pack: Pack,
        form: Form,
        request: Request,
        language: str,
        findings: Iterable[Finding],
        public: bool,
        case: dict[str, Plain] | None,
    ) -> dict[str, Plain]:
        translate = self._of(pack).translator(language)
        return context.build(
            request, form, pack, findings, language=language, translate=translate, public=public, case=case
        )

    def _of(self, pack: Pack) -> Templates:
        if self._templates is None or self._templates[0] is not pack:
            self._templates = (pack, Templates(pack, self._general, self._cache))
        return self._templates[1]

    def _text(self, pack: Pack, name: str, data: dict[str, Plain], language: str) -> str:
        text = clean_text(self._of(pack).render(name, data, language))
        ending = name.removesuffix(".j2").rpartition(".")[2]
        if ending == "subject":
            return clean_line(text) + "\n"
        if ending == "html" and pack.origin != "builtin":
            found = active_parts(text)
            if found:
                raise TemplateProblem(
                    _("The template {name} makes a page that does more than show text: {what}.").format(
                        name=name, what=found[0]
                    ),
                    hint=_("This is the pack's fault, not yours; its publisher can mend it."),
                    where=name,
                )
        return _tidy(text, markdown=ending == "md")


def _template_name(document: str, format_: str) -> str:
    formats = DOCUMENTS.get(document)
    if formats is None:
        raise DocumentError(
            _("There is no document “{name}”.").format(name=clean_line(document)[:60]), hint=", ".join(DOCUMENTS)
        )
    if format_ and format_ not in formats:
        raise DocumentError(
            _("The document “{name}” does not come as “{format}”.").format(
                name=document, format=clean_line(format_)[:60]
            ),
            hint=", ".join(formats),
        )
    return f"{document}.{format_ or formats[0]}.j2"


_FENCE = re.compile(r" {0,3}(`{3,})[^`]*")


def _tidy(text: str, *, markdown: bool) -> str:
    """Leaves at most one empty line between paragraphs; code keeps its own."""
    lines: list[str] = []
    closing = ""
    for line in text.split("\n"):
        fence = _FENCE.fullmatch(line) if markdown else None
        if closing:
            if line.strip() == closing:
                closing = ""
        elif fence:
            closing = fence[1]
        elif not line and (not lines or not lines[-1]):
            continue
        lines.append(line)
    if not markdown:
        lines = [line.rstrip() for line in lines]
    return "\n".join(lines).strip("\n") + "\n"


def _fields(data: dict[str, Plain]) -> dict[str, str]:
    roles = data["roles"]
    assert isinstance(roles, dict)  # noqa: S101 - tells mypy what ``build`` made
    found: dict[str, str] = {}
    for name, value in roles.items():
        text = "\n".join(map(str, value)) if isinstance(value, list) else value if isinstance(value, str) else ""
        if text:
            found[name] = text
    found.setdefault(Role.SUMMARY.value, str(data["headline"]))
    return found


def _requester(data: dict[str, Plain]) -> Address | None:
    roles = data["roles"]
    assert isinstance(roles, dict)  # noqa: S101 - tells mypy what ``build`` made
    email = clean_line(str(roles["email"]))
    return Address(email, clean_line(str(roles["name"]))) if email and " " not in email else None


def _travelling(request: Request, form: Form, public: bool) -> bytes | None:
    """The request as it goes along, without the places of files on this machine; None where it would tell too much."""
    private = {question.id for question in form.questions if question.private}
    if public and private & request.answers.keys():
        return None
    files = tuple(msgspec.structs.replace(file, path=file.name) for file in request.attachments)
    return dump_json(msgspec.structs.replace(request, attachments=files))
