"""Where a clone, a folder or a file keeps its issue forms and templates.

The order and the places are those of GitHub's template chooser ("Configuring issue templates for your
repository"), of Gitea ("Issue and Pull Request Templates") and of GitLab ("Description templates").
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from support_cli.base.cache import Cache
from support_cli.base.finding import Level
from support_cli.base.i18n import _
from support_cli.forms.model import Channel, Form, Kind, Limits, Manifest, Question, Role
from support_cli.issue_forms.chooser import CONFIGS, FORM_ENDINGS, Offer
from support_cli.issue_forms.files import read_bytes
from support_cli.issue_forms.repository import Repository, find_root, read_repository
from support_cli.packs.errors import PackError
from support_cli.packs.files import digest_of
from support_cli.packs.pack import Pack

MOST_FILES = 200
_MARKDOWN = (".md", ".markdown")
_PLATFORMS = {".github": "github", ".gitea": "gitea", ".forgejo": "gitea", ".gitlab": "gitlab"}
_FOLDERS = {"issue_template": "", "discussion_template": "discussion", "issue_templates": "gitlab"}
_LEGACY = re.compile(r"issue_template(?:\.(?:md|markdown|txt|yml|yaml))?", re.IGNORECASE)
_PULL_REQUEST = re.compile(r"(?:pull|merge)_request_template", re.IGNORECASE)


TITLE = "title"
"""Id of the question for the issue's title, unless the form has one of this id."""


def offers(path: Path) -> Offer | None:
    """Looks at a path that somebody named.

    Args:
        path: A form or template, a folder of them, ``.github``, a clone or a folder inside one.

    Returns:
        None if nothing can be filled in there.

    Raises:
        PackError: If it is a template for pull requests.
    """
    if any(_PULL_REQUEST.match(part) for part in (path.name, path.parent.name) if path.exists()):
        raise PackError(
            _("{path} is a template for pull requests, not for issues.").format(path=path),
            hint=_("Pull requests are made with git and the page of the repository."),
            where=str(path),
        )
    if path.is_file():
        if path.name.lower() in CONFIGS and path.parent.name.lower() in _FOLDERS:
            return offers(path.parent)
        if path.suffix.lower() in (*FORM_ENDINGS, *_MARKDOWN) or _LEGACY.fullmatch(path.name):
            root = find_root(path) or path.parent
            return Offer(root, path.parent, _platform(path.parent), [path], single=True)
        return None
    if not path.is_dir():
        return None
    return _folder(path) or _at(path) or offers_here(path) or _loose(path)


def offers_here(path: Path) -> Offer | None:
    """Looks at the clone that a path lies in.

    Returns:
        None outside of a clone, and in one without issue forms.
    """
    root = find_root(path)
    return None if root is None else _at(root)


def _platform(folder: Path) -> str:
    """Whose rules hold in a folder, by the names above it."""
    own = _FOLDERS.get(folder.name.lower(), "")
    if own:
        return own
    for part in (folder, folder.parent):
        if part.name.lower() in _PLATFORMS:
            platform = _PLATFORMS[part.name.lower()]
            return platform if platform != "gitlab" else ""
    return "github" if folder.name.lower() in _FOLDERS else ""


def _folder(path: Path) -> Offer | None:
    """A folder that is itself one of templates, or ``.github`` and its like."""
    name = path.resolve().name.lower()
    if name in _FOLDERS:
        files = _templates(path, markdown_only=_FOLDERS[name] == "gitlab")
        return Offer(find_root(path) or path, path, _platform(path.resolve()), files) if files else None
    if name in _PLATFORMS and not (path / ".git").exists():
        found = _under(path.parent, path, _PLATFORMS[name])
        return found or _single(path.parent, [path], _PLATFORMS[name])
    return None


def offers_in(root: Path, repository: Repository | None) -> Offer | None:
    """Looks at a folder that is laid out like a clone of a repository.

    Returns:
        None where there are no issue forms.
    """
    return _at(root, repository)


def _at(root: Path, repository: Repository | None = None) -> Offer | None:
    """The places of a clone (or of something laid out like one), in the order in which its platform looks."""
    repository = repository or read_repository(root)
    platform = repository.platform if repository else ""
    order = {"gitlab": (".gitlab",), "gitea": (".gitea", ".forgejo", ".github")}.get(platform, ())
    places = [
        *order,
        *(place for place in (".github", "", "docs", ".gitea", ".forgejo", ".gitlab") if place not in order),
    ]
    for place in places:
        folder = root / place if place else root
        own = "gitea" if platform == "gitea" else _PLATFORMS.get(place, "github")
        found = _under(root, folder, own)
        if found is not None:
            break
    else:
        found = _single(root, [root / ".github", root / ".gitea", root, root / "docs"], platform)
    if found is not None:
        found.repository = repository
    return found


def _under(root: Path, folder: Path, platform: str) -> Offer | None:
    """The folder of templates inside a folder, whatever the case of its name."""
    wanted = "issue_templates" if platform == "gitlab" else "issue_template"
    for found in _entries(folder):
        inside = Path(found.path)
        if found.name.lower() == wanted and inside.is_dir() and _is_inside(root, inside):
            files = _templates(inside, markdown_only=platform == "gitlab")
            if files:
                return Offer(root, inside, platform, files)
    return None


def _single(root: Path, folders: list[Path], platform: str) -> Offer | None:
    """The one template of old, ``ISSUE_TEMPLATE.md``, or Gitea's form of that name."""
    for folder in folders:
        for found in _entries(folder):
            if _LEGACY.fullmatch(found.name) and found.is_file(follow_symlinks=False) and _is_inside(root, folder):
                return Offer(root, folder, platform or "github", [Path(found.path)])
    return None


def _loose(path: Path) -> Offer | None:
    """A folder of forms that lies anywhere: only what is plainly a form or has front matter counts."""
    files = [one for one in _templates(path) if _looks_right(one)]
    return Offer(path, path, "", files) if files else None


def _looks_right(path: Path) -> bool:
    try:
        head = read_bytes(path)
    except PackError:
        return False
    if path.suffix.lower() in FORM_ENDINGS:
        return re.search(rb"^body[ \t]*:", head, re.MULTILINE) is not None
    return (
        head.lstrip(b"\xef\xbb\xbf").startswith(b"---") and re.search(rb"^about[ \t]*:", head, re.MULTILINE) is not None
    )


def _templates(folder: Path, *, markdown_only: bool = False) -> list[Path]:
    """Forms, then Markdown templates, each by file name. Links are left out: they may lead anywhere."""
    endings = _MARKDOWN if markdown_only else (*FORM_ENDINGS, *_MARKDOWN)
    files = [
        Path(found.path)
        for found in _entries(folder)
        if not found.name.startswith(".")
        and Path(found.name).suffix.lower() in endings
        and found.name.lower() not in CONFIGS
        and not _PULL_REQUEST.match(found.name)
        and found.is_file(follow_symlinks=False)
    ]
    return sorted(files, key=lambda path: (path.suffix.lower() in _MARKDOWN, path.name))[:MOST_FILES]


def _entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            yield from sorted(found, key=lambda entry: entry.name)
    except OSError:
        return


def _is_inside(root: Path, path: Path) -> bool:
    return path.resolve().is_relative_to(root.resolve())


def as_pack(offer: Offer, cache: Cache | None = None, *, strict: bool = False) -> Pack:
    """Makes a pack of what a place offers; a form is read when it is asked for.

    Args:
        offer: From ``offers``.
        cache: Where parsed forms are kept.
        strict: Forms that GitHub would refuse are refused.
    """
    if cache is not None:
        offer.cache = cache

    def read_form(form_id: str) -> Form:
        form, findings = offer.load(form_id)
        errors = [finding for finding in findings if finding.level is Level.ERROR]
        if strict and errors:
            raise PackError(
                _("GitHub would refuse {name}: {problem}.").format(
                    name=offer.files[form_id].name, problem=errors[0].message
                ),
                hint=_("Without --strict-form it is used all the same."),
                where=errors[0].where,
                findings=findings,
            )
        return with_title(form)

    manifest = Manifest(
        name=offer.name,
        title=offer.name,
        # What GitHub takes: "Attaching files", 25 MB for anything but images and videos.
        limits=Limits(files=100, file=25_000_000, total=250_000_000, message=350_000_000),
        channels=_channels(offer),
    )
    pack = Pack(
        manifest,
        digest=_digest(offer),
        where=offer.address or str(next(iter(offer.files.values())) if offer.single else offer.folder),
        origin="issue-forms",
        form_names={form_id: path.name for form_id, path in offer.files.items()},
        read_form=read_form,
        read_template=lambda _name: None,
        read_texts=lambda _language: {},
    )
    pack.offer = offer
    return pack


def with_title(form: Form) -> Form:
    """Adds the one question that the web page asks beside the form: the issue's title, begun with the form's prefix."""
    taken = {question.id for question in form.questions}
    labels = {question.label.strip().casefold() for question in form.questions}
    title = Question(
        id=TITLE if TITLE not in taken else f"issue-{TITLE}",
        kind=Kind.INPUT,
        label=_("Title") if _("Title").casefold() not in labels else _("Title of the issue"),
        description=_("One line that names the problem."),
        default=form.title or None,
        max_length=256,
        on_document=False,
        role=None if form.with_role(Role.SUMMARY) else Role.SUMMARY,
    )
    return msgspec.structs.replace(form, questions=(title, *form.questions))


def _channels(offer: Offer) -> dict[str, Channel]:
    """Ways to a repository that need no set-up of ours: the browser, and the program of its platform."""
    repository = offer.repository
    if repository is None or repository.alias or not offer.forge:
        return {}
    ways = {"browser": Channel(kind="browser", url=repository.web, public=True)}
    program = {"github": "gh", "gitlab": "glab"}.get(offer.forge)
    if program and offer.platform != "discussion":  # these programs make issues only
        ways[program] = Channel(kind=program, url=repository.web, public=True)
    return ways


def _digest(offer: Offer) -> str:
    contents = []
    for path in offer.files.values():
        try:
            contents.append((path.name, read_bytes(path)))
        except PackError:
            contents.append((path.name, b""))
    return digest_of(contents)
