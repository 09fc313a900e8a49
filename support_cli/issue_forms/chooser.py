"""What a repository offers to choose from: forms, templates, and the links and blank issue of its ``config.yml``."""

from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import msgspec

from support_cli.base.cache import Cache
from support_cli.base.finding import Finding, Level
from support_cli.base.i18n import _
from support_cli.base.text import clean_line
from support_cli.forms.model import parameterize, unique
from support_cli.issue_forms.files import load_file, read_bytes
from support_cli.issue_forms.messages import LoadedForm, Report, in_quotes, named
from support_cli.issue_forms.repository import Repository, find_root, read_repository
from support_cli.packs.errors import PackError, unknown_form
from support_cli.packs.yamltext import KeyPath, parse

_MOST_LINKS = 100


class Link(NamedTuple):
    """A place outside of the issues."""

    name: str
    url: str
    about: str


class Chooser(NamedTuple):
    """What the file says.

    Attributes:
        blank: A blank issue may be opened.
        links: Places to go instead.
        findings: What is wrong with it.
    """

    blank: bool = True
    links: tuple[Link, ...] = ()
    findings: tuple[Finding, ...] = ()


def read_chooser(raw: str | bytes, name: str) -> Chooser:
    """Reads a ``config.yml``; whatever can be used of it is used.

    Args:
        raw: Its content.
        name: Its name, for messages.

    Raises:
        YamlError: If it is no YAML.
    """
    parsed = parse(raw, name=name)
    report = Report(parsed)
    data = parsed.data
    if data is None:
        return Chooser()
    if not isinstance(data, dict):
        report.error("T161", (), "config.yml must be a mapping")
        return Chooser(findings=tuple(report.findings))
    for key in data:
        if key not in ("blank_issues_enabled", "contact_links"):
            report.error("T161", (key,), f"`{named(key)}` is not a permitted key")
    blank = data.get("blank_issues_enabled", True)
    if blank is not None and not isinstance(blank, bool):
        report.error("T161", ("blank_issues_enabled",), "`blank_issues_enabled` must be a boolean")
    return Chooser(blank is not False, _links(report, data.get("contact_links")), tuple(report.findings))


def _links(report: Report, links: object) -> tuple[Link, ...]:
    if links is None:
        return ()
    if not isinstance(links, list):
        report.error("T161", ("contact_links",), "`contact_links` must be an array")
        return ()
    found = []
    for number, one in enumerate(links[:_MOST_LINKS]):
        path: KeyPath = ("contact_links", number)
        link = one if isinstance(one, dict) else {}
        texts = []
        for key in ("name", "url", "about"):
            value = link.get(key)
            if value is None:
                report.error("T161", path, f"contact_links[{number}]: required key `{key}` is missing")
            elif not isinstance(value, str) or not value.strip():
                report.error("T161", (*path, key), f"contact_links[{number}]: {key} must be a string", in_quotes(value))
            texts.append(clean_line(str(value)[:2000]) if isinstance(value, str | int | float) else "")
        for key in link:
            if key not in ("name", "url", "about"):
                report.error("T161", (*path, key), f"contact_links[{number}]: `{named(key)}` is not a permitted key")
        name, url, about = texts
        if url and not url.lower().startswith(("https://", "http://")):
            report.error("T161", (*path, "url"), f"contact_links[{number}]: url must be a web address")
            url = ""
        if name or url:
            found.append(Link(name or url, url, about))
    return tuple(found)


FORM_ENDINGS = (".yml", ".yaml")
CONFIGS = ("config.yml", "config.yaml")


class EntryKind(StrEnum):
    """What a line of the chooser leads to."""

    FORM = "form"
    MARKDOWN = "markdown"
    LINK = "link"
    BLANK = "blank"


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the chooser.

    Attributes:
        id: Unique in its offer; the file's name without ending, in words joined by ``-``.
        kind: What it leads to.
        name: What it is called.
        description: A line about it.
        file: Name of the file it is in, or empty.
        url: Where a link leads.
        trouble: Why it cannot be used, or empty.
        findings: What is wrong with the file.
    """

    id: str
    kind: EntryKind
    name: str
    description: str = ""
    file: str = ""
    url: str = ""
    trouble: str = ""
    findings: tuple[Finding, ...] = ()


class Offer:
    """What can be filled in at one place. Files are read when somebody asks for what is in them.

    Attributes:
        root: The clone, or the folder that was named.
        folder: Where the files lie.
        platform: ``github``, ``gitea``, ``gitlab`` or ``discussion``; empty where the place does not tell.
        files: Id to file name, in the chooser's order.
        repository: Where the clone came from, or None.
        single: One file was named; its folder is nobody's business.
        address: Of the repository that it was fetched from; empty for what lies here.
    """

    def __init__(self, root: Path, folder: Path, platform: str, files: list[Path], *, single: bool = False) -> None:
        self.root = root
        self.folder = folder
        self.platform = platform
        self.single = single
        self.address = ""
        self.files = _named(files)
        self.cache = Cache(None)
        self._loaded: dict[str, LoadedForm] = {}

    @cached_property
    def repository(self) -> Repository | None:
        """Where the clone came from, or None."""
        root = find_root(self.root)
        return None if root is None else read_repository(root)

    @property
    def forge(self) -> str:
        """``github``, ``gitlab`` or ``gitea``: as the server's name tells, else as the place of the files; or empty."""
        told = self.repository.platform if self.repository is not None else ""
        return told or ("github" if self.platform == "discussion" else self.platform)

    @cached_property
    def chooser(self) -> Chooser:
        """What ``config.yml`` says; one that cannot be read counts as none, with a finding."""
        for name in () if self.single or self.platform in ("gitlab", "discussion") else CONFIGS:
            path = self.folder / name
            if path.is_file() and not path.is_symlink():
                try:
                    return read_chooser(read_bytes(path), str(path))
                except PackError as error:
                    finding = Finding(
                        code="T160",
                        level=Level.ERROR,
                        where=error.where or str(path),
                        message=error.message,
                        fix=error.hint,
                    )
                    return Chooser(findings=(finding,))
        return Chooser()

    @cached_property
    def name(self) -> str:
        """``owner/name`` of the repository, else the folder's or the file's name."""
        if self.repository is not None:
            return f"{self.repository.owner}/{self.repository.name}"
        if self.single and self.files:
            return next(iter(self.files.values())).stem
        return self.root.resolve().name or "issue-forms"

    @property
    def default(self) -> str:
        """Id of the template that applies by itself (GitLab's ``Default.md``), or empty."""
        if self.platform != "gitlab":
            return ""
        return next((one for one, path in self.files.items() if path.name.lower() == "default.md"), "")

    def load(self, form_id: str) -> LoadedForm:
        """Reads one form or template.

        Raises:
            PackError: If there is none of this id, or it cannot be used.
        """
        if form_id not in self._loaded:
            path = self.files.get(form_id)
            if path is None:
                raise unknown_form(form_id, list(self.files), self.address or str(self.folder))
            self._loaded[form_id] = load_file(path, form_id, self.platform, self.cache)
        return self._loaded[form_id]

    @cached_property
    def entries(self) -> list[Entry]:
        """The lines of the chooser: forms, Markdown templates, links, the blank issue."""
        found = [self._entry(form_id, path) for form_id, path in self.files.items()]
        names = [entry.name for entry in found if not entry.trouble]
        found = [_same_name(entry) if names.count(entry.name) > 1 else entry for entry in found]
        if self.single or self.platform in ("discussion", ""):
            return found
        taken = set(self.files)
        for number, link in enumerate(self.chooser.links, 1):
            name = unique(parameterize(link.name[:100]), taken, number)
            found.append(Entry(id=name, kind=EntryKind.LINK, name=link.name, description=link.about, url=link.url))
        if self.chooser.blank:
            name = unique("blank", taken, 0)
            words = _("For anything that fits nowhere else.")
            found.append(Entry(id=name, kind=EntryKind.BLANK, name=_("Blank issue"), description=words))
        return found

    def _entry(self, form_id: str, path: Path) -> Entry:
        kind = EntryKind.FORM if path.suffix.lower() in FORM_ENDINGS else EntryKind.MARKDOWN
        try:
            form, findings = self.load(form_id)
        except PackError as error:
            whole = Finding(
                code="T001", level=Level.ERROR, where=error.where or path.name, message=error.message, fix=error.hint
            )
            return Entry(
                id=form_id,
                kind=kind,
                name=path.stem,
                file=path.name,
                trouble=error.message,
                findings=error.findings or (whole,),
            )
        trouble = "" if any(question.asks for question in form.questions) else _("There is nothing to ask in it.")
        return Entry(
            id=form_id,
            kind=EntryKind.MARKDOWN if form.foreign == "markdown" else EntryKind.FORM,
            name=form.name,
            description=form.description,
            file=path.name,
            trouble=trouble,
            findings=findings,
        )


def _same_name(entry: Entry) -> Entry:
    message = _("Another template has the name “{name}” too; GitHub shows only one of them.").format(name=entry.name)
    finding = Finding(code="T152", level=Level.WARNING, where=entry.file, message=message)
    return msgspec.structs.replace(entry, findings=(*entry.findings, finding))


def _named(files: list[Path]) -> dict[str, Path]:
    taken: set[str] = set()
    return {unique(parameterize(path.stem[:100]), taken, number): path for number, path in enumerate(files, 1)}
