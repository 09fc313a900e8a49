"""Where a clone came from, read from its configuration; ssh and git only say what the name of a server means."""

import re
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from support_cli.base.text import later

_MOST_LEVELS = 64
_MAX_BYTES = 1 << 20
_SECTION = later(r'\[\s*([A-Za-z0-9.-]+)(?:\s+"((?:[^"\\]|\\.)*)")?\s*\]')
_PART = later(r"[\w.-]+")
_HOST = later(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?")
_SCP = later(r"(?:[^@\s/]+@)?([^:\s/@]{2,}):(?!//)(\S+)")
# Remotes that issues belong to, the likeliest first; a clone of a fork calls the original "upstream".
_REMOTES = ("upstream", "origin")
_PUBLIC = {"ssh.github.com": "github.com", "altssh.gitlab.com": "gitlab.com", "altssh.bitbucket.org": "bitbucket.org"}
"""Where platforms take SSH on the port for HTTPS, and what they are called."""
_KNOWN = ("github.com", "gitlab.com", "codeberg.org", "bitbucket.org")
_SECONDS = 10.0


class Repository(msgspec.Struct, frozen=True):
    """A repository on a server.

    Attributes:
        host: Name of the server, with its port if the address had one for the web.
        owner: User, organisation, or path of groups.
        name: Name of the repository.
        platform: ``github``, ``gitlab``, ``gitea`` (also Forgejo), or empty where the name does not tell.
        scheme: Of its page.
        alias: The host is a short name in somebody's SSH settings, and nobody could say which server it means.
    """

    host: str
    owner: str
    name: str
    platform: str = ""
    scheme: str = "https"
    alias: bool = False

    @property
    def web(self) -> str:
        """Address of its page, without credentials."""
        return f"{self.scheme}://{self.host}/{self.owner}/{self.name}"


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
        url = remotes[name].get("url", "") if name in remotes else ""
        found = parse_remote(url)
        if found is not None and found.alias:
            # "gh:owner/name" may be short for an address in git's settings (url.<base>.insteadOf).
            written = _said_by(["git", "-C", str(root), "ls-remote", "--get-url", name]).strip()
            found = parse_remote(written) or found
        if found is not None:
            return found
    return None


def _said_by(command: list[str]) -> str:
    """What a program prints; nothing where it is missing or fails."""
    try:
        done = subprocess.run(
            command, capture_output=True, stdin=subprocess.DEVNULL, timeout=_SECONDS, check=False, encoding="utf-8",
            errors="replace",
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""


def _server_of(host: str) -> str:
    """The server that a host of an SSH address means: ssh(1) knows the aliases of ``~/.ssh/config``."""
    if host not in (*_KNOWN, *_PUBLIC):
        found = re.search(r"^hostname (\S+)$", _said_by(["ssh", "-G", host]), re.MULTILINE)
        host = found[1].lower() if found else host
    return _PUBLIC.get(host, host)


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
    port, scheme, by_ssh = None, "https", True
    if "://" in url:
        try:
            parts = urlsplit(url)
            host, path = (parts.hostname or "").lower(), parts.path
            port = parts.port if parts.scheme in ("http", "https") else None
        except ValueError:
            return None
        if parts.scheme == "file":
            return None
        by_ssh = "ssh" in parts.scheme
        scheme = "http" if parts.scheme == "http" else scheme
    else:
        match = _SCP.fullmatch(url)
        if match is None:
            return None
        host, path = match[1].lower(), match[2]
        if host in _PUBLIC:
            path = re.sub(r"^/?443/", "", path)
    pieces = path.strip("/").removesuffix(".git").split("/")
    if len(pieces) < 2 or not _HOST.fullmatch(host) or not all(_PART.fullmatch(piece) for piece in pieces):
        return None
    if any(piece in (".", "..") for piece in pieces):
        return None
    host = _server_of(host) if by_ssh else host
    shown = host if port in (None, {"https": 443, "http": 80}[scheme]) else f"{host}:{port}"
    alias = by_ssh and "." not in host and host != "localhost"
    return Repository(shown, "/".join(pieces[:-1]), pieces[-1], "" if alias else platform_of(host), scheme, alias)


def platform_of(host: str) -> str:
    """Which software a server runs, as far as its name tells."""
    if host == "github.com" or host.endswith(".ghe.com") or "github" in host:
        return "github"
    if "gitlab" in host:
        return "gitlab"
    if host == "codeberg.org" or "gitea" in host or "forgejo" in host:
        return "gitea"
    return ""
