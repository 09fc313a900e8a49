"""Issue forms of a repository that is not cloned here: its template files, fetched through git as packs are.

Only the files in which forges look for forms and templates are written, into one folder of the cache; without a
connection what was fetched last is used again.
"""

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from support_cli.base.files import make_folder, write_private
from support_cli.base.i18n import _
from support_cli.base.invocation import command_line
from support_cli.distribution import source as sources
from support_cli.distribution.find import offers_in
from support_cli.distribution.git import Git, GitError, fetch, read_blobs, read_names
from support_cli.issue_forms.chooser import Offer
from support_cli.issue_forms.repository import parse_remote
from support_cli.packs.errors import PackError
from support_cli.packs.files import check_name

_MOST_FILES = 400
# Where GitHub, Gitea and GitLab look; one folder deep, whatever the case of the names.
_WANTED = re.compile(
    r"(?:(?:\.github|\.gitea|\.forgejo|\.gitlab|docs)/)?"
    r"(?:issue_template|issue_templates|discussion_template)(?:/[^/]+|\.[a-z]+)?",
    re.IGNORECASE,
)
# What stands behind the address of a repository in a browser's address bar.
_PAGE = re.compile(r"/(?:-/.*|(?:issues|discussions|tree|blob|pulls)(?:/.*)?)?(?:[?#].*)?\Z")


def is_remote(name: str) -> bool:
    """Whether a name is the address of a repository on a server."""
    return "://" in name or name.startswith("git+") or sources.is_scp(name)


def source_of(name: str, cwd: Path) -> sources.Source:
    """Reads the address of a repository, also one that leads to a page of it.

    Args:
        name: The address, as git or a browser has it, with ``@branch`` if another than the main one is meant.
        cwd: What relative paths start from.

    Raises:
        PackError: If it is no address, or one that is never asked.
    """
    if name.startswith(("https://", "http://")):
        name = "git+" + _PAGE.sub("", name, count=1)
    try:
        source = sources.parse(name, cwd)
    except PackError as error:
        raise PackError(error.message, hint=error.hint, where="--pack") from None
    if source.kind is not sources.SourceKind.GIT or source.address.lower().endswith(".zip"):
        address = source.text.removeprefix("git+")
        raise PackError(_("{path} holds no issue forms.").format(path=address), hint=_install(address), where="--pack")
    return source


def _install(address: str) -> str:
    return _("A pack is installed with:  {command}").format(command=command_line("pack", "add", address))


def offers_of(source: sources.Source, cache: Path | None, environ: Mapping[str, str]) -> tuple[Offer, str]:
    """Fetches what a repository offers to fill in.

    Args:
        source: From ``source_of``.
        cache: Folder to keep the files in; None for a temporary one.
        environ: The environment, for git and ssh.

    Returns:
        The offer, and why what was fetched earlier is used, or an empty text.

    Raises:
        PackError: If it cannot be fetched, or has no issue forms.
    """
    digest = hashlib.sha256(source.text.encode()).hexdigest()[:32]
    keep = (cache or Path(tempfile.mkdtemp(prefix="support-"))) / "repositories" / digest
    trouble = ""
    try:
        contents = _contents(source, environ)
    except GitError as error:
        if not keep.is_dir():
            raise
        trouble = error.message
    else:
        _write(keep, contents)
    offer = offers_in(keep, parse_remote(source.address))
    if offer is None:
        raise PackError(
            _("{path} holds no issue forms.").format(path=source.text),
            hint=_("A pack is installed with:  {command}").format(command=command_line("pack", "add", source.text)),
            where=source.text,
        )
    offer.address = source.text
    return offer, trouble


def _contents(source: sources.Source, environ: Mapping[str, str]) -> dict[str, bytes]:
    with tempfile.TemporaryDirectory(prefix="support-", ignore_cleanup_errors=True) as folder:
        found = fetch(Git(Path(folder), source, environ), prereleases=False, releases=False)
        names = [entry for entry in read_names(found.git, found.commit) if _WANTED.fullmatch(entry.name)]
        contents = read_blobs(found.git, [entry.id for entry in names[:_MOST_FILES]])
        return {entry.name: content for entry, content in zip(names, contents, strict=False)}


def _write(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Puts the files in the place of those that were there."""
    shutil.rmtree(folder, ignore_errors=True)
    make_folder(folder)
    for name, content in contents.items():
        try:
            place = folder.joinpath(*check_name(name).split("/"))
        except PackError:
            continue  # no file name on every system
        make_folder(place.parent)
        if not os.path.lexists(place):  # names that differ in case only, on a system that does not tell them apart
            write_private(place, content, lasting=False)
