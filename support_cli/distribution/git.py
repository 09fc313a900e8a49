"""Which commit of a git repository is meant, and fetching it: a tag, a branch, a commit, or the newest release."""

import contextlib
import difflib
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from support_cli.base.i18n import N_, _, format_size, ngettext
from support_cli.base.invocation import command_line
from support_cli.base.text import clean_line, clean_text, shorten
from support_cli.distribution import versions
from support_cli.distribution.source import Source
from support_cli.distribution.zipped import MAX_TOTAL
from support_cli.packs.errors import PackError
from support_cli.packs.files import MAX_FILE, MAX_FILES


class GitError(PackError):
    """A repository cannot be fetched."""


_REASONS = (
    (
        r"could not read (?:Username|Password)|Authentication failed|terminal prompts disabled|error: 40[13]",
        N_("{host} wants a login for this repository, or it does not exist."),
        N_("For a private repository use ssh: git+ssh://git@host/name.git"),
    ),
    (r"error: 30\d", N_("The repository has moved, and {host} does not say it safely."), N_("Name its new address.")),
    (
        r"[Rr]epository .{0,400}not found|error: 404|does not appear to be a git repository|No such file",
        N_("There is no git repository at this address."),
        None,
    ),
    (
        r"Could not resolve host|Could not resolve proxy",
        N_("There is no server called {host}, or the network is away."),
        N_("What is installed works without a network; only add and update need one."),
    ),
    (
        r"Host key verification failed",
        N_("{host} is not known to ssh on this computer."),
        N_("Connect to it once with ssh, and look at its key."),
    ),
    (r"Permission denied \(|Too many authentication", N_("{host} does not let you in with your ssh keys."), None),
    (
        r"SSL certificate problem|certificate verif|server certificate|SSL: no alternative",
        N_("The certificate of {host} cannot be trusted."),
        N_("See whether the clock of this computer is right, and tell the people who run the server."),
    ),
    (
        r"Failed to connect|Connection refused|Connection timed out|unable to connect|Operation too slow",
        N_("{host} cannot be reached, or is too slow."),
        N_("Try again later."),
    ),
    (
        r"dubious ownership",
        N_("The repository belongs to another user of this computer, and git does not read it."),
        None,
    ),
    (r"cannot run ssh|ssh: not found", N_("The program ssh is needed to fetch this, and it is not installed."), None),
)


def explain(said: str, source: Source) -> GitError:
    """Says in one sentence why git failed.

    Args:
        said: What it printed, in English.
        source: What was fetched.
    """
    host = _host(source)
    for pattern, message, hint in _REASONS:
        if re.search(pattern, said):
            return GitError(_(message).format(host=host), hint=_(hint) if hint else None, where=source.text)
    lines = [line for line in clean_text(said).splitlines() if line.strip()]
    fatal = [line for line in lines if line.startswith(("fatal:", "error:", "ERROR:"))] or lines or ["git"]
    return GitError(
        _("git cannot fetch this: {problem}.").format(problem=shorten(clean_line(fatal[0]), 160).rstrip(".")),
        where=source.text,
    )


def _host(source: Source) -> str:
    address = source.address.partition("://")[2] or source.address
    return clean_line(re.split(r"[/:]", address.rpartition("@")[2] or address)[0]) or "git"


MOST = 300 << 20
LIMIT = 300.0
_PAUSE = 0.05
_ERRORS = 1 << 16
_KEPT = (
    *("PATH", "HOME", "USER", "LOGNAME", "SSH_AUTH_SOCK", "TMPDIR", "TEMP", "TMP", "GIT_SSL_CAINFO", "SSL_CERT_FILE"),
    *("SSL_CERT_DIR", "https_proxy", "HTTPS_PROXY", "http_proxy", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"),
    *("SYSTEMROOT", "SystemRoot", "WINDIR", "COMSPEC", "PATHEXT", "USERPROFILE", "HOMEDRIVE", "HOMEPATH", "APPDATA"),
    *("LOCALAPPDATA", "PROGRAMDATA", "PROGRAMFILES"),
)
_OURS = {
    "LC_ALL": "C",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",  # Git for Windows knows this name too
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "",
    "SSH_ASKPASS": "",
    "SSH_ASKPASS_REQUIRE": "never",
    "GCM_INTERACTIVE": "never",
    "GIT_SSH_COMMAND": "ssh -oBatchMode=yes -oConnectTimeout=20 -oClearAllForwardings=yes -oPermitLocalCommand=no",
    "GIT_SSH_VARIANT": "ssh",
    "GIT_LFS_SKIP_SMUDGE": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_PROTOCOL_FROM_USER": "0",
}
_CONFIG = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.symlinks=false",
    "core.askPass=",
    "credential.helper=",
    "credential.interactive=false",
    "fetch.recurseSubmodules=false",
    "submodule.recurse=false",
    "fetch.writeCommitGraph=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "http.followRedirects=false",
    "http.lowSpeedLimit=100",
    "http.lowSpeedTime=30",
    "protocol.version=2",
)
HASH = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_WANTED = "refs/support/wanted"


class Git:
    """One repository in a temporary folder.

    Args:
        folder: Empty; everything that git writes lies in it.
        source: What is fetched.
        environ: The environment; only what git needs of it goes along.
        most: Bytes that the folder may grow to.
        limit: Seconds for one call.
    """

    def __init__(
        self, folder: Path, source: Source, environ: Mapping[str, str], *, most: int = MOST, limit: float = LIMIT
    ) -> None:
        self.folder = folder
        self.source = source
        self._most = most
        self._limit = limit
        program = shutil.which("git", path=environ.get("PATH"))
        if program is None:
            raise GitError(
                _("The program git is needed to fetch this, and it is not installed."),
                hint=_("Install git, or fetch a zip of the pack: {command}").format(
                    command=command_line("pack", "add", "https://host/pack.zip")
                ),
                where=source.text,
            )
        self._program = program
        repository = folder / "repository"
        self._environ = {name: environ[name] for name in _KEPT if name in environ} | {
            **_OURS,
            "GIT_ALLOW_PROTOCOL": _protocol(source),
            "GIT_DIR": str(repository),
            "GIT_CEILING_DIRECTORIES": str(folder.parent),
            "XDG_CONFIG_HOME": str(folder / "none"),
        }
        self.run("init", "--quiet", "--bare", "--template=", "--", str(repository))

    def run(self, *words: str, given: bytes = b"") -> bytes:
        """Runs git and returns what it printed.

        Args:
            words: The command; anything that comes from outside stands behind ``--``.
            given: Standard input.

        Raises:
            GitError: If it fails, takes too long, or writes too much.
        """
        options = [word for line in _CONFIG for word in ("-c", line)]
        with self._file(given) as standard_in, self._file() as out, self._file() as errors:
            process = subprocess.Popen(
                [self._program, *options, *words],
                stdin=standard_in,
                stdout=out,
                stderr=errors,
                cwd=self.folder,
                env=self._environ,
                start_new_session=os.name != "nt",  # Ctrl-C is ours, and its helpers can be ended with it
            )
            try:
                self._watch(process)
            finally:
                _end(process)
            if process.returncode:
                errors.seek(0)
                raise explain(errors.read(_ERRORS).decode("utf-8", "replace"), self.source)
            out.seek(0)
            return out.read()

    @contextlib.contextmanager
    def _file(self, content: bytes = b"") -> "Iterator[tempfile._TemporaryFileWrapper[bytes]]":
        with tempfile.NamedTemporaryFile(dir=self.folder) as file:
            file.write(content)
            file.seek(0)
            yield file

    def _watch(self, process: "subprocess.Popen[bytes]") -> None:
        end = time.monotonic() + self._limit
        while True:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_PAUSE)
            if size_of(self.folder) > self._most:
                raise GitError(
                    _("The repository is larger than {size}, which no pack needs.").format(
                        size=format_size(self._most)
                    ),
                    hint=_("Put the pack into a repository of its own, or hand out a zip."),
                    where=self.source.text,
                )
            if process.returncode is not None:
                return
            if time.monotonic() > end:
                raise GitError(
                    ngettext(
                        "git took longer than {count} second, and was stopped.",
                        "git took longer than {count} seconds, and was stopped.",
                        int(self._limit),
                    ).format(count=int(self._limit)),
                    hint=_("Try again later."),
                    where=self.source.text,
                )

    def refs(self) -> str:
        """What ``git ls-remote --symref`` prints: branches and tags, without fetching anything else."""
        return self.run("ls-remote", "--symref", "--", self.source.address).decode("utf-8", "replace")

    def use_long_hashes(self) -> None:
        """Begins anew for a repository whose ids are made with SHA-256."""
        shutil.rmtree(self.folder / "repository")
        self.run("init", "--quiet", "--bare", "--template=", "--object-format=sha256", "--", self._environ["GIT_DIR"])

    def fetch(self, what: str) -> str:
        """Fetches one commit without its history.

        Args:
            what: A full ref, or the full id of a commit.

        Returns:
            Its id.
        """
        words = ("fetch", "--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules", "--no-auto-gc")
        self.run(*words, "--", self.source.address, f"+{what}:{_WANTED}")
        return self._commit(_WANTED)

    def find(self, what: str) -> str:
        """Finds a commit by a part of its id, or one that a server does not give by itself."""
        words = ("fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-auto-gc")
        self.run(
            *words, "--", self.source.address, "+refs/heads/*:refs/support/heads/*", "+refs/tags/*:refs/support/tags/*"
        )
        return self._commit(what)

    def _commit(self, name: str) -> str:
        found = self.run("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}").decode("ascii", "replace").strip()
        if not HASH.fullmatch(found):
            raise explain("", self.source)
        return found


def _protocol(source: Source) -> str:
    scheme, mark, _rest = source.address.partition("://")
    if mark:
        return scheme
    return "ssh" if source.remote else "file"


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Ends git and the helpers that it started."""
    if process.poll() is not None:
        return
    if os.name == "nt":
        process.kill()
    else:
        import signal

        with contextlib.suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def size_of(folder: Path) -> int:
    """Bytes of all files in a folder; what vanishes meanwhile counts nothing."""
    total = 0
    todo = [str(folder)]
    while todo:
        with contextlib.suppress(OSError), os.scandir(todo.pop()) as entries:
            for entry in entries:
                with contextlib.suppress(OSError):
                    if entry.is_dir(follow_symlinks=False):
                        todo.append(entry.path)
                    else:
                        total += entry.stat(follow_symlinks=False).st_size
    return total


_LINE = re.compile(rb"(\d{6}) (\w+) ([0-9a-f]{40,64}) +(\d+|-)\t(.+)", re.DOTALL)
_LINK, _MODULE = "120000", "160000"


class _Entry(NamedTuple):
    mode: str
    id: str
    size: int
    name: str


def read_tree(git: Git, commit: str, folder: str) -> dict[str, bytes]:
    """Reads the files of a pack.

    Args:
        git: The repository that holds the commit.
        commit: Its full id.
        folder: Where the pack lies in it, or empty.

    Returns:
        Names relative to the folder, and contents; hidden files are left out.

    Raises:
        GitError: If there is no pack, or it holds a link, a submodule, too many or too large files.
    """
    entries = _entries(git, commit, folder)
    if all(entry.name != "pack.yml" for entry in entries):
        raise _no_pack(entries, git, folder)
    entries = [entry for entry in entries if entry.name == SIGNATURE or not _hidden(entry.name)]
    for entry in entries:
        shown = shorten(clean_line(entry.name), 80)
        if entry.mode in (_LINK, _MODULE):
            raise GitError(
                _("{path} is a link or a submodule, and a pack has only files.").format(path=shown),
                where=git.source.text,
            )
        if entry.size > MAX_FILE:
            raise GitError(
                _("{path} is larger than a file of a pack may be.").format(path=shown), where=git.source.text
            )
    if len(entries) > MAX_FILES:
        raise GitError(_("{path} holds too many files for a pack.").format(path=git.source.text))
    if sum(entry.size for entry in entries) > MAX_TOTAL:
        raise GitError(_("{name} is larger than a pack may be.").format(name=git.source.text))
    contents = read_blobs(git, [entry.id for entry in entries])
    return {entry.name: content for entry, content in zip(entries, contents, strict=True)}


def read_names(git: Git, commit: str) -> list[_Entry]:
    """Lists the regular files of a commit, hidden ones included; odd names and large files are left out."""
    entries = _entries(git, commit, "", strict=False)
    return [one for one in entries if one.mode.startswith("100") and one.size <= MAX_FILE]


SIGNATURE = ".pack.minisig"
"""Hidden file beside ``pack.yml``: the signature of the zip that ``pack build`` makes of this folder."""


def _hidden(name: str) -> bool:
    return any((part.startswith(".") and part not in (".", "..")) or part == "__pycache__" for part in name.split("/"))


def _entries(git: Git, commit: str, folder: str, *, strict: bool = True) -> list[_Entry]:
    try:
        listing = git.run("ls-tree", "-r", "-l", "-z", "--full-tree", f"{commit}:{folder}")
    except GitError:
        raise GitError(
            _("There is no folder “{folder}” in this repository.").format(folder=clean_line(folder)),
            where=git.source.text,
        ) from None
    entries = []
    for line in listing.split(b"\0"):
        match = _LINE.fullmatch(line)
        if match is None:
            continue
        try:
            name = match[5].decode("utf-8")
        except UnicodeDecodeError:
            if not strict:
                continue
            raise GitError(
                _("“{name}” is a name that a file cannot have on every system.").format(
                    name=shorten(clean_line(match[5].decode("utf-8", "replace")), 80)
                ),
                where=git.source.text,
            ) from None
        size = int(match[4]) if match[4] != b"-" else 0
        entries.append(_Entry(match[1].decode(), match[3].decode(), size, name))
    return entries


def _no_pack(entries: Sequence[_Entry], git: Git, folder: str) -> GitError:
    """Names the folders that hold packs, where the one that was named does not."""
    found = [e.name.removesuffix("/pack.yml") for e in entries if e.name.endswith("/pack.yml") and not _hidden(e.name)]
    hint = None
    if found:
        address = git.source.text.partition("#")[0]
        above = f"{folder}/" if folder else ""
        hint = ngettext("A pack lies in:", "Packs lie in:", len(found)) + "".join(
            f"\n  {address}#{above}{clean_line(name)}" for name in found[:10]
        )
    return GitError(_("There is no pack.yml in this repository."), hint=hint, where=git.source.text)


def read_blobs(git: Git, ids: Sequence[str]) -> list[bytes]:
    """Contents of objects, as git-cat-file(1) ``--batch`` prints them: ``ID blob SIZE``, the bytes, a line end."""
    raw = git.run("cat-file", "--batch", given="".join(f"{one}\n" for one in ids).encode())
    contents = []
    at = 0
    for one in ids:
        end = raw.find(b"\n", at)
        words = raw[at:end].split(b" ")
        if end < 0 or len(words) != 3 or words[0] != one.encode() or words[1] != b"blob":
            raise GitError(_("The repository is damaged."), where=git.source.text)
        size = int(words[2])
        contents.append(raw[end + 1 : end + 1 + size])
        at = end + 2 + size
    return contents


_SHORT = re.compile(r"[0-9a-f]{7,64}")


class Found(NamedTuple):
    """A commit that is here.

    Attributes:
        git: The repository that it lies in.
        commit: Its full id.
        name: Tag or branch that it was found by, or empty.
    """

    git: Git
    commit: str
    name: str


class Refs(NamedTuple):
    """What a repository offers; tags and branches by name, each with the id of a commit or tag."""

    tags: dict[str, str]
    branches: dict[str, str]
    head: str

    @classmethod
    def read(cls, text: str) -> "Refs":
        """Reads what ``git ls-remote --symref`` prints."""
        tags: dict[str, str] = {}
        branches: dict[str, str] = {}
        head = ""
        for line in text.splitlines():
            number, _tab, name = line.partition("\t")
            if number.startswith("ref: refs/heads/") and name == "HEAD":
                head = number.removeprefix("ref: refs/heads/")
            elif not HASH.fullmatch(number):
                continue
            elif name.startswith("refs/heads/"):
                branches[name.removeprefix("refs/heads/")] = number
            elif name.startswith("refs/tags/"):
                # The line with ^{} comes after the tag's own, and names the commit behind it.
                tags[name.removeprefix("refs/tags/").removesuffix("^{}")] = number
            elif name == "HEAD" and not head:
                head = number
        return cls(tags, branches, head)

    def newest(self, *, prereleases: bool) -> str:
        """The tag of the newest release, or empty where no tag is one."""
        wanted = [tag for tag in self.tags if versions.is_version(tag)]
        if not prereleases:
            wanted = [tag for tag in wanted if not versions.is_prerelease(tag)]
        return max(wanted, key=versions.key, default="")


def fetch(git: Git, *, prereleases: bool, releases: bool = True) -> Found:
    """Fetches what a source names: a tag, a branch or a commit; else the newest release, else the main branch.

    Args:
        git: A new repository.
        prereleases: Releases before a release count too.
        releases: Where nothing is named, the newest release is meant, not the main branch.

    Raises:
        GitError: If there is no such thing, or it cannot be fetched.
    """
    refs, wanted = Refs.read(git.refs()), git.source.ref
    if any(len(number) == 64 for number in refs.branches.values()):
        git.use_long_hashes()
    if not refs.tags and not refs.branches:
        raise GitError(_("This repository is empty."), where=git.source.text)
    tag = wanted or (refs.newest(prereleases=prereleases) if releases else "")
    if tag in refs.tags:
        return Found(git, git.fetch(f"refs/tags/{tag}"), tag)
    if not wanted:
        if refs.head in refs.branches:
            return Found(git, git.fetch(f"refs/heads/{refs.head}"), refs.head)
        return Found(git, git.fetch(refs.head or next(iter(refs.branches.values()))), "")
    if wanted in refs.branches:
        return Found(git, git.fetch(f"refs/heads/{wanted}"), wanted)
    if HASH.fullmatch(wanted.lower()):
        with contextlib.suppress(GitError):  # a server need not give a commit that no name leads to
            return Found(git, git.fetch(wanted.lower()), "")
    if _SHORT.fullmatch(wanted.lower()):
        with contextlib.suppress(GitError):
            return Found(git, git.find(wanted.lower()), "")
    raise _no_ref(wanted, [*refs.tags, *refs.branches], git.source)


def _no_ref(wanted: str, known: Sequence[str], source: Source) -> GitError:
    near = difflib.get_close_matches(wanted, known[:2000], 1, 0.5)
    return GitError(
        _("“{ref}” is not a branch, tag or commit of this repository.").format(ref=clean_line(wanted)),
        hint=_("Did you mean “{near}”?").format(near=clean_line(near[0])) if near else None,
        where=source.text,
    )
