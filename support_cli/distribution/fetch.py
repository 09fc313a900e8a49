"""A pack that was fetched, before anybody trusts it: every source ends as one checked zip and perhaps a signature.

Whatever a pack comes as, it goes through ``zipped`` and so through the same rules about names, links and sizes;
and since the zip that ``pack build`` makes of the same files is the same to the byte, one signature serves a zip, a
folder and a git repository alike.
"""

import contextlib
import os
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from http.client import HTTPConnection, HTTPException, HTTPResponse
from pathlib import Path
from urllib.parse import unquote, urljoin

import msgspec

from support_cli.base.i18n import _
from support_cli.base.text import clean_line, shorten
from support_cli.distribution import git, python_package, zipped
from support_cli.distribution.git import SIGNATURE, Git, read_tree
from support_cli.distribution.signatures import SUFFIX
from support_cli.distribution.source import Source, SourceKind
from support_cli.distribution.web import DownloadError, Place, Web, connect, place_of
from support_cli.packs.errors import PackError
from support_cli.packs.files import FolderFiles

HOPS = 5
_CHUNK = 1 << 16
_GONE = (404, 410)
_MOVED = (301, 302, 303, 307, 308)
_HEADERS = (
    ("User-Agent", "support-cli"),
    ("Accept", "application/zip, application/octet-stream, */*;q=0.5"),
    ("Accept-Encoding", "identity"),
    ("Connection", "close"),
)


def get(url: str, web: Web, *, most: int) -> bytes | None:
    """Fetches one file.

    Args:
        url: Where it is.
        web: How the web is reached.
        most: Bytes that it may have.

    Returns:
        Its content, or None if the server says that there is no such file.

    Raises:
        SupportError: If it cannot be had, is larger, or lies where nobody pointed.
    """
    first = place = place_of(url)
    deadline = time.monotonic() + web.limit
    for _hop in range(HOPS + 1):
        found = _asked(place, web, most, deadline, named=place[:3] == first[:3])
        if not isinstance(found, str):
            return found
        place = _next(place, found, first)
    raise DownloadError(_("{url} is redirected again and again.").format(url=first.where), where=first.where)


def _next(place: Place, location: str, first: Place) -> Place:
    """Where a redirect leads, if it is another encrypted address.

    Raises:
        DownloadError: If it leads to plain http, or to another kind of address.
    """
    target = urljoin(f"{place.scheme}://{place.authority}{place.target}", location)
    if target.partition(":")[0].lower() != "https":
        raise DownloadError(
            _("{url} leads to an address that is not encrypted, or is none of the web: {target}.").format(
                url=first.where, target=shorten(clean_line(target), 120)
            ),
            hint=_("Nothing was fetched from there. Tell the people who run {host}.").format(host=place.host),
            where=first.where,
        )
    return place_of(target)


def _asked(place: Place, web: Web, most: int, deadline: float, *, named: bool) -> bytes | str | None:
    """One question: the content, where to ask instead, or None if it is not there."""
    try:
        with contextlib.closing(connect(place, web, named=named)) as connection, _ended(connection, deadline):
            connection.putrequest("GET", place.target, skip_host=True, skip_accept_encoding=True)
            for name, value in (("Host", place.authority), *_HEADERS):
                connection.putheader(name, value)
            connection.endheaders()
            return _answer(connection.getresponse(), place, most, deadline)
    except TimeoutError:
        raise _too_slow(place) from None
    except (OSError, HTTPException, ValueError) as error:
        if time.monotonic() >= deadline:
            raise _too_slow(place) from None
        problem = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise DownloadError(
            _("{host} broke off: {problem}.").format(host=place.host, problem=shorten(clean_line(problem), 100)),
            where=place.where,
        ) from None


def _answer(response: HTTPResponse, place: Place, most: int, deadline: float) -> bytes | str | None:
    if response.status in _MOVED and response.headers.get("Location"):
        return str(response.headers["Location"])
    if response.status in _GONE:
        return None
    if response.status != 200:
        raise DownloadError(
            _("{host} does not give {path}: {status}.").format(
                host=place.host,
                path=shorten(clean_line(unquote(place.target.partition("?")[0])), 80),
                status=f"{response.status} {shorten(clean_line(response.reason), 60)}".strip(),
            ),
            where=place.where,
        )
    if response.headers.get("Content-Encoding", "identity").strip().lower() not in ("identity", ""):
        raise DownloadError(
            _("{host} sent it compressed, which was not asked for.").format(host=place.host), where=place.where
        )
    return _content(response, place, most, deadline)


def _content(response: HTTPResponse, place: Place, most: int, deadline: float) -> bytes:
    """Reads at most what is allowed, whatever the server says about it."""
    told = response.headers.get("Content-Length", "")
    length = int(told) if told.isdecimal() and len(told) < 19 else None
    pieces: list[bytes] = []
    size = 0
    while size <= most and (length or 0) <= most:
        piece = response.read1(_CHUNK)
        if time.monotonic() >= deadline:
            raise TimeoutError
        if not piece:
            if length is not None and size != length:
                raise DownloadError(
                    _("{host} broke off after {size} bytes.").format(host=place.host, size=size), where=place.where
                )
            return b"".join(pieces)
        pieces.append(piece)
        size += len(piece)
    raise DownloadError(_("{name} is larger than a pack may be.").format(name=place.where), where=place.where)


def _too_slow(place: Place) -> DownloadError:
    return DownloadError(
        _("{host} is too slow, or does not answer.").format(host=place.host),
        hint=_("Try again later."),
        where=place.where,
    )


@contextlib.contextmanager
def _ended(connection: HTTPConnection, deadline: float) -> Iterator[None]:
    """Cuts the connection when the time is up: a server that drips would get past every single wait."""

    def cut() -> None:
        if connection.sock is not None:
            with contextlib.suppress(OSError):  # not SSLSocket.shutdown, which would pull TLS from under the reader
                socket.socket.shutdown(connection.sock, socket.SHUT_RDWR)

    timer = threading.Timer(max(deadline - time.monotonic(), 0.0), cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


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
        brought = python_package.find(source.address)
        return _from_folder(source, brought.folder, brought.package)
    return _from_folder(source, Path(source.address), "")


def _of_zip(content: bytes, source: Source, signature: bytes | None) -> Fetched:
    files = zipped.ZipFiles(content, source.text)
    if "pack.yml" not in files.names(""):
        raise zipped.ZipError(_("{path} holds no pack.yml.").format(path=source.text), where=source.text)
    return Fetched(files=files, content=content, source=source, signature=signature)


def _from_web(source: Source, web: Web) -> Fetched:

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
