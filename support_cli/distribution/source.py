"""Where a pack comes from: SOURCE of ``support pack add``, taken apart without touching anything but local paths.

    FOLDER  FILE.zip  https://host/pack.zip
    git+https://host/x.git@v1#sub/folder   https://host/x.git   ssh://git@host/x.git   git@host:x.git   file:///x.git
    python:NAME                            a pack that an installed Python package brings

What is refused here never reaches another program: options in place of addresses, helpers such as ``ext::``,
addresses with a password, plain http to another machine, sub-folders that lead out.
"""

import ipaddress
import re
from enum import StrEnum
from pathlib import Path
from urllib.parse import unquote, urlsplit

import msgspec

from support_cli.base.i18n import _
from support_cli.base.text import clean_line, shorten
from support_cli.packs.errors import PackError
from support_cli.packs.files import check_name

PYTHON = "python:"
_MOST = 2000
_SCP = re.compile(r"(?P<user>[A-Za-z0-9_][\w.-]*)@(?P<host>[A-Za-z0-9][A-Za-z0-9.-]*):(?P<path>[^:].*)")
_HELPER = re.compile(r"[A-Za-z0-9.+-]+::")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://(.*)", re.DOTALL)
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?\.?")
_USER = re.compile(r"[A-Za-z0-9_][\w.-]*")
_ENTRY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
# git-check-ref-format(1)
_REF = re.compile(r"(?![-/.])(?!.*(?:\.\.|//|@\{|/\.|\.lock(?:/|$)))[^\x00-\x20\x7f~^:?*\[\\]{1,250}(?<![/.])")
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")


class SourceError(PackError):
    """SOURCE names nothing that a pack could come from, or something that is never asked."""


class SourceKind(StrEnum):
    """How a pack is fetched."""

    FOLDER = "folder"
    ZIP = "zip"
    WEB = "web"
    GIT = "git"
    PYTHON = "python"


class Source(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A place that a pack comes from.

    Attributes:
        kind: How it is fetched.
        address: A path, a URL, what git calls a repository, or the name of an entry point.
        ref: Branch, tag or commit of a git repository; empty for its newest release.
        folder: Folder of a git repository that the pack lies in, or empty for its top.
    """

    kind: SourceKind
    address: str
    ref: str = ""
    folder: str = ""

    @property
    def text(self) -> str:
        """The source in one line, from which it can be read again."""
        if self.kind is SourceKind.PYTHON:
            return PYTHON + self.address
        if self.kind is not SourceKind.GIT:
            return self.address
        address = self.address
        if "://" in address:
            address = f"git+{address}"
        elif not _SCP.fullmatch(address):
            address = "git+" + Path(address).absolute().as_uri()
        return address + (f"@{self.ref}" if self.ref else "") + (f"#{self.folder}" if self.folder else "")

    @property
    def remote(self) -> bool:
        """Whether another machine is asked."""
        return self.kind is SourceKind.WEB or (
            self.kind is SourceKind.GIT and ("://" in self.address or _SCP.fullmatch(self.address) is not None)
        )


def parse(text: str, cwd: Path) -> Source:
    """Reads a SOURCE.

    Args:
        text: As somebody typed it.
        cwd: What relative paths start from.

    Raises:
        SourceError: If it names nothing, or something that is never asked.
    """
    if not text or len(text) > _MOST or re.search(r"[\x00-\x1f\x7f]", text):
        raise _no_source(text)
    if text.startswith("-"):
        raise SourceError(_("“{source}” is an option, not a place.").format(source=_shown(text)), where="SOURCE")
    if text.startswith(PYTHON):
        return _python(text.removeprefix(PYTHON))
    if text.startswith("git+"):
        return _git(text.removeprefix("git+"))
    if _HELPER.match(text):
        raise _never(text)
    scheme = _SCHEME.fullmatch(text)
    if scheme is not None:
        return _address(text, scheme[1].lower())
    if _SCP.fullmatch(text) and not (cwd / text).exists():
        return _git(text)
    return _local(text, cwd)


def is_scp(text: str) -> bool:
    """Whether it is an address as ssh has it: ``git@host:owner/name``."""
    return _SCP.fullmatch(text) is not None


def _address(text: str, scheme: str) -> Source:
    plain = text.partition("#")[0]
    if scheme == "ssh" or (scheme in ("https", "http") and re.search(r"\.git(?:@[^/?]+(?:/[^?]*)?)?$", plain)):
        return _git(text)
    if scheme in ("https", "http"):
        return _web(text)
    if scheme == "file":
        return _file(text)
    raise _never(text)


def _web(text: str) -> Source:
    """A zip on the web."""
    parts = _parts(text)
    if parts.fragment:
        raise SourceError(
            _("A zip has no sub-folder that could be named; the pack lies at its top."),
            hint=_("Of a git repository: git+https://host/name.git#folder"),
            where=_shown(text),
        )
    return Source(kind=SourceKind.WEB, address=text)


def _file(text: str) -> Source:
    body, _hash, folder = text.partition("#")
    path = _path_of(body)
    if not folder and (path.is_file() or ((path / "pack.yml").is_file() and path.suffix != ".git")):
        return Source(kind=SourceKind.ZIP if path.is_file() else SourceKind.FOLDER, address=str(path))
    return _git(text)


def _git(text: str) -> Source:
    """A git repository: ``ADDRESS[@REF][#FOLDER]``."""
    body, _hash, folder = text.partition("#")
    scheme = _SCHEME.fullmatch(body)
    if body.startswith("-") or _HELPER.match(body) or (scheme and scheme[1].lower() not in _GIT_SCHEMES):
        raise _never(text)
    if scheme is None:
        match = _SCP.fullmatch(body)
        if match is None:
            raise SourceError(
                _("“{source}” is not the address of a git repository.").format(source=_shown(text)),
                hint="git+https://host/name.git@v1#folder\ngit+ssh://git@host/name.git\ngit+file:///path/name.git",
                where="SOURCE",
            )
        path, ref = _with_ref(match["path"])
        if path.startswith("-"):
            raise _never(text)
        address = f"{match['user']}@{match['host']}:{path}"
    else:
        head, slash, path = scheme[2].partition("/")
        path, ref = _with_ref(path)
        address = f"{scheme[1].lower()}://{head}{slash}{path}"
        if scheme[1].lower() == "file":
            local = _path_of(address)
            if not local.is_dir():
                raise SourceError(_("{path} does not exist.").format(path=_shown(str(local))), where="SOURCE")
            address = str(local)
        else:
            parts = _parts(address)
            if parts.query:
                raise _no_source(text)
    return Source(kind=SourceKind.GIT, address=address, ref=_ref(ref), folder=_folder(folder))


_GIT_SCHEMES = ("https", "http", "ssh", "file")


def _with_ref(path: str) -> tuple[str, str]:
    """Splits ``x.git@v1``; behind ``.git`` a branch may hold whatever branches may hold."""
    match = re.fullmatch(r"(.*?\.git)/?@(.*)", path)
    if match is not None:
        return match[1], match[2] or "@"
    name, at, ref = path.rpartition("@")
    return (name, ref or "@") if at else (path, "")


def _ref(ref: str) -> str:
    if ref and (not _REF.fullmatch(ref) or ref == "@"):
        raise SourceError(_("“{ref}” is not a branch, tag or commit.").format(ref=_shown(ref)), where="SOURCE")
    return ref


def _folder(folder: str) -> str:
    """The sub-folder, also as pip writes it (``#subdirectory=x``)."""
    folder = folder.removeprefix("subdirectory=").strip("/")
    if folder:
        try:
            check_name(folder)
        except PackError:
            raise SourceError(
                _("“{folder}” is not a folder inside a repository.").format(folder=_shown(folder)), where="SOURCE"
            ) from None
    return folder


class _Parts(msgspec.Struct, frozen=True):
    host: str
    query: str
    fragment: str


def _parts(url: str) -> _Parts:
    """Checks the address of another machine."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
        name = host if host.isascii() else host.encode("idna").decode()
    except (ValueError, UnicodeError):
        raise _no_source(url) from None
    if not _HOST.fullmatch(name) and not _is_address(host):
        raise _no_source(url)
    if parts.password is not None or (parts.username is not None and parts.scheme != "ssh"):
        raise SourceError(
            _("The address holds a user or a password, which would be kept in the clear."),
            hint=_("Take it out. For a private repository use ssh: git+ssh://git@host/name.git"),
            where=_shown(url),
        )
    if parts.username is not None and not _USER.fullmatch(parts.username):
        raise _no_source(url)
    if parts.scheme == "http" and not is_loopback(host):
        raise SourceError(
            _("{url} is not encrypted: anybody on the way could change the pack.").format(url=_shown(url)),
            hint=_("Use https."),
            where="SOURCE",
        )
    return _Parts(name, parts.query, parts.fragment)


def is_loopback(host: str) -> bool:
    """Whether a host is this computer, told by its name alone."""
    if host.lower().rstrip(".") == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _path_of(url: str) -> Path:
    """The path of a ``file:`` address."""
    rest = url[len("file://") :]
    if not rest.startswith("/"):
        host, slash, path = rest.partition("/")
        if host.lower() != "localhost" or not slash:
            raise _never(url)
        rest = "/" + path
    path = unquote(rest)
    if "\x00" in path:
        raise _no_source(url)
    return Path(path[1:] if _DRIVE.match(path[1:]) else path)


def _local(text: str, cwd: Path) -> Source:
    try:
        path = cwd / Path(text).expanduser()
        if path.is_file():
            if path.name == "pack.yml":
                return Source(kind=SourceKind.FOLDER, address=str(path.parent.absolute()))
            return Source(kind=SourceKind.ZIP, address=str(path.absolute()))
        if (path / "pack.yml").is_file():
            return Source(kind=SourceKind.FOLDER, address=str(path.absolute()))
        if path.is_dir():
            if (path / ".git").exists() or ((path / "HEAD").is_file() and (path / "objects").is_dir()):
                return Source(kind=SourceKind.GIT, address=str(path.absolute()))
            raise SourceError(_("{path} holds no pack.yml.").format(path=_shown(str(path))), where="SOURCE")
    except (OSError, ValueError, RuntimeError):  # the last: no such user's home
        raise _no_source(text) from None
    if _ENTRY.fullmatch(text):
        return _python(text)
    raise _no_source(text)


def _python(name: str) -> Source:
    if not _ENTRY.fullmatch(name):
        raise _no_source(PYTHON + name)
    return Source(kind=SourceKind.PYTHON, address=name)


def _shown(text: str) -> str:
    return shorten(clean_line(re.sub(r"//[^/@]*@", "//", text)), 120)


def _no_source(text: str) -> SourceError:
    return SourceError(
        _("“{source}” is not a place that a pack can come from.").format(source=_shown(text)),
        hint=_("A folder, a zip, https://host/pack.zip, git+https://host/name.git@v1#folder, or python:NAME."),
        where="SOURCE",
    )


def _never(text: str) -> SourceError:
    return SourceError(
        _("“{source}” is never fetched: only https, ssh and files of this computer are.").format(source=_shown(text)),
        where="SOURCE",
    )
