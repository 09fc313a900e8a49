"""From a request to the documents that people read, and to the ticket that is delivered."""

from collections.abc import Iterable
from pathlib import Path
from typing import TypeAlias

import msgspec

from support_cli.base.addresses import Address, is_address
from support_cli.base.errors import UsageError
from support_cli.base.finding import Finding
from support_cli.base.i18n import _
from support_cli.base.text import clean_line, clean_text, later
from support_cli.deliver.ticket import Followed, Ticket
from support_cli.forms.model import Form, Kind, Role
from support_cli.forms.request import Answer, Request, dump_json
from support_cli.packs.pack import Pack
from support_cli.render import context
from support_cli.render.environment import TemplateProblem, Templates
from support_cli.render.meter import Plain
from support_cli.render.plain import defuse

DOCUMENTS: dict[str, tuple[str, ...]] = {
    "ticket": ("md", "html", "txt"),
    "email": ("txt", "html", "subject"),
    "chat": ("txt",),
    "phone": ("txt",),
    "follow-up": ("txt", "html", "subject"),
    "escalation": ("txt", "html", "subject"),
}
"""Native documents and their formats, the first being the default."""

ISSUES = ("issue", "issue-classic", "issue-gitea")
"""Bodies of issues, as three web forms make them; Markdown only."""


class DocumentError(UsageError):
    """There is no such document, or not in this format."""


class ActivePage(TemplateProblem):
    """A template makes a page that would do more than show text."""


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
        self._last = _Last()

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
        last = self._about(pack, form, request, language, findings, public, case)
        return self._text(last, name)

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
        document: str = "email",
        case: dict[str, Plain] | None = None,
        follows: Followed | None = None,
    ) -> Ticket:
        """Renders what is delivered: the email as text and HTML, the ticket as Markdown, fields by role.

        A follow-up or an escalation has no Markdown of its own, and goes without the request file, which was sent.

        Args:
            pack: The pack that asked.
            form: The form within it.
            request: The request.
            language: Language of whoever reads it.
            findings: As for ``render``.
            public: Everybody can read what is sent, so private answers stay out.
            queue: Queue of the desk that it goes to.
            document: ``email``, ``follow-up`` or ``escalation``.
            case: What happened since, as for ``render``.
            follows: The ticket that it goes on with, or None.

        Raises:
            TemplateProblem: If a template of the pack cannot be used.
        """
        last = self._about(pack, form, request, language, findings, public, case)
        subject, plain, page = (self._text(last, f"{document}.{kind}.j2") for kind in ("subject", "txt", "html"))
        bodies = {"text/plain": plain, "text/html": page}
        first = document == "email"
        if first:
            bodies["text/markdown"] = self._text(last, "ticket.md.j2")
        return Ticket(
            id=request.id,
            created=request.created,
            language=language,
            subject=subject.rstrip("\n"),
            bodies=bodies,
            fields=_fields(last.data),
            requester=_requester(last.data),
            attachments=request.attachments,
            request_json=_travelling(request, form, public) if first else None,
            queue=queue,
            labels=form.labels,
            follows=follows,
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
            if q.kind in (Kind.INPUT, Kind.TEXTAREA, Kind.STEPS)
        }
        for trial in (request, msgspec.structs.replace(request, answers=answers)):
            self.ticket(pack, form, trial, language=language)

    def _about(
        self,
        pack: Pack,
        form: Form,
        request: Request,
        language: str,
        findings: Iterable[Finding],
        public: bool,
        case: dict[str, Plain] | None,
    ) -> "_Last":
        """The context of a request, and the texts already made from it: the same document is often wanted twice."""
        key = (pack, form, request, language, tuple(findings), public, case)
        if not self._last.is_of(key):
            translate = self._of(pack).translator(language)
            data = context.build(
                request, form, pack, key[4], language=language, translate=translate, public=public, case=case
            )
            self._last = _Last(key, data)
        return self._last

    def _of(self, pack: Pack) -> Templates:
        if self._templates is None or self._templates[0] is not pack:
            self._templates = (pack, Templates(pack, self._general, self._cache))
        return self._templates[1]

    def _text(self, last: "_Last", name: str) -> str:
        if name not in last.texts:
            pack, _form, _request, language, *_rest = last.key
            last.texts[name] = self._make(pack, name, last.data, language)
        return last.texts[name]

    def _make(self, pack: Pack, name: str, data: dict[str, Plain], language: str) -> str:
        text = clean_text(self._of(pack).render(name, data, language, _length(data)))
        ending = name.removesuffix(".j2").rpartition(".")[2]
        if ending == "subject":
            return clean_line(text) + "\n"
        if ending == "html" and pack.origin != "builtin":
            from support_cli.render.inert import active_parts

            found = active_parts(text)
            if found:
                raise ActivePage(
                    _("The template {name} makes a page that does more than show text: {what}.").format(
                        name=name, what=found[0]
                    ),
                    hint=_("This is the pack's fault, not yours; its publisher can mend it."),
                    where=name,
                )
        text = _tidy(text, markdown=ending == "md")
        return defuse(text) if ending == "txt" else text


_Key: TypeAlias = tuple[Pack, Form, Request, str, tuple[Finding, ...], bool, dict[str, Plain] | None]


class _Last:
    """The request that was rendered last, as templates see it, and what was made from it."""

    def __init__(self, key: _Key | None = None, data: dict[str, Plain] | None = None) -> None:
        self._key = key
        self.data: dict[str, Plain] = data or {}
        self.texts: dict[str, str] = {}

    @property
    def key(self) -> _Key:
        assert self._key is not None  # noqa: S101 - asked only of one that was made
        return self._key

    def is_of(self, key: _Key) -> bool:
        """Whether it is the very same request, for the same reader."""
        return (
            self._key is not None
            and all(mine is theirs for mine, theirs in zip(self._key[:3], key[:3], strict=True))
            and self._key[3:] == key[3:]
        )


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


_FENCE = later(r" {0,3}(`{3,})[^`]*")


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


def _length(data: dict[str, Plain]) -> int:
    """About how much text a context holds: answers stand in it several times."""
    questions = data["questions"]
    assert isinstance(questions, list)  # noqa: S101 - tells mypy what ``build`` made
    return 20_000 + 4 * sum(len(str(entry["text"])) for entry in questions if isinstance(entry, dict))


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
    # An issue form asks for it as free text; what cannot be written to is shown where it was said, and answers no mail.
    return Address(email, clean_line(str(roles["name"]))) if is_address(email) else None


def _travelling(request: Request, form: Form, public: bool) -> bytes | None:
    """The request as it goes along, without the places of files on this machine; None where it would tell too much."""
    open_ones = {question.id for question in form.questions if not question.private}
    if public and request.answers.keys() - open_ones:
        return None
    files = tuple(msgspec.structs.replace(file, path=file.name) for file in request.attachments)
    return dump_json(msgspec.structs.replace(request, attachments=files))
