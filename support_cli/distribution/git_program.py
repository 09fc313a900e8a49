"""Git, the program, as a way to fetch files and nothing else.

It gets a new empty repository, an environment of our making and no configuration of anybody's: no hooks, no submodules,
no filters, no helpers, no questions, only the one way of transport that the address names, no redirects. Nothing is
ever checked out: files are read as objects (``packs.git_tree``), so links, attributes and odd names do nothing.
"""

import contextlib
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from support_cli.base.i18n import _, format_size, ngettext
from support_cli.base.invocation import command_line
from support_cli.distribution.git_errors import GitError, explain
from support_cli.distribution.source import Source

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
