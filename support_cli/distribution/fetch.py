"""A pack that was fetched, before anybody trusts it: every source ends as one checked zip and perhaps a signature.

Whatever a pack comes as, it goes through ``packs.zipped`` and so through the same rules about names, links and sizes;
and since the zip that ``pack build`` makes of the same files is the same to the byte, one signature serves a zip, a
folder and a git repository alike.
"""

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec

from support_cli.base.i18n import _
from support_cli.distribution import zipped
from support_cli.distribution.git_tree import SIGNATURE
from support_cli.distribution.signatures import SUFFIX
from support_cli.distribution.source import Source, SourceKind
from support_cli.distribution.web import DownloadError, Web
from support_cli.packs.errors import PackError
from support_cli.packs.files import FolderFiles

_MAX_SIGNATURE = 1 << 14


class Fetched(msgspec.Struct, frozen=True, kw_only=True):
    """A fetched pack.

    Attributes:
        files: Its files, checked.
        content: The zip that a signature covers.
        signature: Its signature, not verified yet, or None.
        source: Where it came from.
        commit: Commit of a git repository, or empty.
        release: Tag or branch that the commit was found by, or name and version of a Python package; may be empty.
    """

    files: zipped.ZipFiles
    content: bytes
    source: Source
    signature: bytes | None = None
    commit: str = ""
    release: str = ""


def fetch(source: Source, *, folder: Path, web: Web, environ: Mapping[str, str], prereleases: bool = False) -> Fetched:
    """Fetches a pack from wherever it comes.

    Args:
        source: The place.
        folder: An empty folder for what is needed meanwhile.
        web: How the web is reached.
        environ: The environment, for git and ssh.
        prereleases: Of a git repository, releases before a release count too.

    Raises:
        SupportError: If it cannot be had, or is no pack that is safe to look at.
    """
    if source.kind is SourceKind.GIT:
        return _from_git(source, folder, environ, prereleases)
    if source.kind is SourceKind.WEB:
        return _from_web(source, web)
    if source.kind is SourceKind.ZIP:
        path = Path(source.address)
        beside = path.with_name(path.name + SUFFIX)
        signature = zipped.read_file(beside, _MAX_SIGNATURE) if os.path.lexists(beside) else None
        return _of_zip(zipped.read_file(path), source, signature)
    if source.kind is SourceKind.PYTHON:
        from support_cli.distribution import python_package

        brought = python_package.find(source.address)
        return _from_folder(source, brought.folder, brought.package)
    return _from_folder(source, Path(source.address), "")


def _of_zip(content: bytes, source: Source, signature: bytes | None) -> Fetched:
    files = zipped.ZipFiles(content, source.text)
    if "pack.yml" not in files.names(""):
        raise zipped.ZipError(_("{path} holds no pack.yml.").format(path=source.text), where=source.text)
    return Fetched(files=files, content=content, source=source, signature=signature)


def _from_web(source: Source, web: Web) -> Fetched:
    from support_cli.distribution.download import get

    content = get(source.address, web, most=zipped.MAX_ZIP)
    if content is None:
        raise DownloadError(_("There is no file at {url}.").format(url=source.address), where=source.address)
    if content[:4] not in (b"PK\x03\x04", b"PK\x05\x06"):
        raise DownloadError(
            _("The file at {url} is not a zip.").format(url=source.address),
            hint=_("Write a git repository as:  {address}").format(address=f"git+{source.address}"),
            where=source.address,
        )
    path, mark, query = source.address.partition("?")
    return _of_zip(content, source, get(path + SUFFIX + mark + query, web, most=_MAX_SIGNATURE))


def _from_folder(source: Source, root: Path, release: str) -> Fetched:
    files = FolderFiles(root)
    try:
        content = zipped.build(files)
        beside = root / SIGNATURE
        signature = zipped.read_file(beside, _MAX_SIGNATURE) if beside.is_file() and not beside.is_symlink() else None
    except OSError as error:
        raise PackError(
            _("The pack {path} cannot be read: {problem}.").format(path=root, problem=error.strerror), where=str(root)
        ) from None
    fetched = _of_zip(content, source, signature)
    return msgspec.structs.replace(fetched, release=release)


def _from_git(source: Source, folder: Path, environ: Mapping[str, str], prereleases: bool) -> Fetched:
    from support_cli.distribution import git
    from support_cli.distribution.git_program import Git
    from support_cli.distribution.git_tree import read_tree

    found = git.fetch(Git(folder, source, environ), prereleases=prereleases)
    contents = read_tree(found.git, found.commit, source.folder)
    signature = contents.pop(SIGNATURE, None)
    content = zipped.build(_Given(contents))
    fetched = _of_zip(content, source, signature)
    return msgspec.structs.replace(fetched, commit=found.commit, release=found.name)


class _Given:
    """Files at hand, for ``zipped.build``, which checks their names."""

    def __init__(self, contents: dict[str, bytes]) -> None:
        self._contents = contents

    def names(self, folder: str) -> list[str]:
        start = f"{folder}/" if folder else ""
        return sorted(name for name in self._contents if name.startswith(start) and "/" not in name[len(start) :])

    def read(self, name: str) -> bytes:
        return self._contents[name]

    def path(self, name: str) -> None:
        del name

    def listing(self) -> list[tuple[str, int, int]]:
        return sorted((name, len(content), 0) for name, content in self._contents.items())
