"""Where a clone came from, read from its configuration without running git."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from support_cli.patterns import later

_MOST_LEVELS = 64
_MAX_BYTES = 1 << 20
_SECTION = later(r'\[\s*([A-Za-z0-9.-]+)(?:\s+"((?:[^"\\]|\\.)*)")?\s*\]')
_PART = later(r"[\w.-]+")
_HOST = later(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?")
_SCP = later(r"(?:[^@\s/]+@)?([^:\s/@]{2,}):(?!//)(\S+)")
# Remotes that issues belong to, the likeliest first; a clone of a fork calls the original "upstream".
_REMOTES = ("upstream", "origin")


class Repository(msgspec.Struct, frozen=True):
    """A repository on a server.

    Attributes:
        host: Name of the server, with its port if the address had one for the web.
        owner: User, organisation, or path of groups.
        name: Name of the repository.
        platform: ``github``, ``gitlab``, ``gitea`` (also Forgejo), or empty where the name does not tell.
    """

    host: str
    owner: str
    name: str
    platform: str = ""

    @property
    def web(self) -> str:
        """Address of its page, without credentials."""
        return f"https://{self.host}/{self.owner}/{self.name}"


def find_root(path: Path) -> Path | None:
    """The folder of the clone that a path lies in, or None."""
    here = (path if path.is_dir() else path.parent).resolve()
    for folder in [here, *here.parents][:_MOST_LEVELS]:
        if (folder / ".git").exists():
            return folder
    return None


def read_repository(root: Path) -> Repository | None:
    """Reads which repository issues of a clone belong to.

    The remote that ``gh`` was told to use wins, then ``upstream``, then ``origin``, then the first one.

    Args:
        root: The folder that holds ``.git``.

    Returns:
        None if there is no remote on a server.
    """
    remotes = _remotes(_read(_config_file(root)))
    chosen = [name for name, keys in remotes.items() if "gh-resolved" in keys]
    for name in [*chosen, *_REMOTES, *remotes]:
        found = parse_remote(remotes[name].get("url", "")) if name in remotes else None
        if found is not None:
            return found
    return None


def _config_file(root: Path) -> Path:
    place = root / ".git"
    if place.is_file():
        # A worktree or submodule: a file that points to the real folder, which may share another's configuration.
        pointer = re.match(r"gitdir:\s*(.+)", _read(place))
        place = (root / pointer[1].strip()) if pointer else place
        common = _read(place / "commondir").strip()
        place = place / common if common else place
    return place / "config"


def _read(path: Path) -> str:
    try:
        if not path.is_file() or path.stat().st_size > _MAX_BYTES:
            return ""
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _remotes(text: str) -> dict[str, dict[str, str]]:
    """Sections ``[remote "name"]`` with their keys (git-config(1), "Syntax"); the first value of a key counts."""
    found: dict[str, dict[str, str]] = {}
    current: dict[str, str] | None = None
    for raw in text.splitlines():
        line = raw.strip()
        section = _SECTION.match(line) if line.startswith("[") else None
        if section:
            current = found.setdefault(section[2] or "", {}) if section[1].lower() == "remote" else None
        elif current is not None and "=" in line and not line.startswith(("#", ";")):
            key, _equals, value = line.partition("=")
            current.setdefault(key.strip().lower(), value.strip().strip('"'))
    return found


def parse_remote(url: str) -> Repository | None:
    """Takes the address of a remote apart: ``git@host:owner/name.git``, ``ssh://``, ``https://``, with or without user.

    Returns:
        None for a path on this machine or an address without owner and name.
    """
    port = None
    if "://" in url:
        try:
            parts = urlsplit(url)
            host, path = parts.hostname or "", parts.path
            port = parts.port if parts.scheme in ("http", "https") else None
        except ValueError:
            return None
        if parts.scheme == "file":
            return None
    else:
        match = _SCP.fullmatch(url)
        if match is None:
            return None
        host, path = match[1].lower(), match[2]
    host = host.lower()
    if host == "ssh.github.com":  # SSH over the HTTPS port
        host, path = "github.com", re.sub(r"^/?443/", "", path)
    pieces = path.strip("/").removesuffix(".git").split("/")
    if len(pieces) < 2 or not _HOST.fullmatch(host) or not all(_PART.fullmatch(piece) for piece in pieces):
        return None
    if any(piece in (".", "..") for piece in pieces):
        return None
    shown = host if port in (None, 443) else f"{host}:{port}"
    return Repository(shown, "/".join(pieces[:-1]), pieces[-1], platform_of(host))


def platform_of(host: str) -> str:
    """Which software a server runs, as far as its name tells."""
    if host == "github.com" or host.endswith(".ghe.com") or "github" in host:
        return "github"
    if "gitlab" in host:
        return "gitlab"
    if host == "codeberg.org" or "gitea" in host or "forgejo" in host:
        return "gitea"
    return ""
