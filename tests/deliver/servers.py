"""Real servers for the slow tests: started by the scripts in ``../shared/desks``, stopped by process id.

The scripts install what is missing (Debian packages, PyPI) and want root. A server that runs already is used and left
alone.
"""

import contextlib
import os
import re
import shlex
import signal
import socket
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import IO

SCRIPTS = Path(__file__).resolve().parents[2].parent / "shared" / "desks"
RUNNING = Path("/tmp/desks")


INSTALLED = 1200.0
"""Seconds for packages to be fetched and a database to be made; a busy machine and a slow mirror take minutes."""


def script(name: str) -> Path:
    """One of the scripts that start, read and stop real servers."""
    path = SCRIPTS / name
    assert path.exists(), f"The scripts that start real servers are not there: {path}"
    return path


def listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


@contextlib.contextmanager
def running(name: str, port: int, *pids: str) -> Iterator[dict[str, str]]:
    """A desk that listens on a port; what its script wrote into ``env``.

    Several test processes may want the same one: the first starts it, the last that needs it stops it.
    """
    import fcntl

    with Path(f"{tempfile.gettempdir()}/support-tests-{name}.lock").open("a+") as users:
        fcntl.flock(users, fcntl.LOCK_EX if _alone(users) else fcntl.LOCK_SH)
        while not listens(port):
            fcntl.flock(users, fcntl.LOCK_EX)
            if not listens(port):
                _start(name, port)
                users.truncate(0)
                users.write("started by tests")
                users.flush()
        fcntl.flock(users, fcntl.LOCK_SH)
        try:
            yield environment(name)
        finally:
            users.seek(0)
            if _alone(users) and users.read():
                users.truncate(0)
                for pid in pids:
                    with contextlib.suppress(OSError, ValueError):
                        os.kill(int((RUNNING / name / pid).read_text()), signal.SIGTERM)


def _alone(users: IO[str]) -> bool:
    """Takes the lock for us alone if nobody else has it."""
    import fcntl

    with contextlib.suppress(BlockingIOError):
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


def _start(name: str, port: int) -> None:
    command = ["bash", str(script(f"{name}/start.sh"))]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=INSTALLED, cwd="/")
    said = f"{done.stdout[-2000:]}{done.stderr[-2000:]}"
    assert done.returncode == 0, f"{name} did not start (its script wants root and the package registries): {said}"
    deadline = time.monotonic() + 60
    while not listens(port):
        assert time.monotonic() < deadline, f"{name} does not listen on port {port}"
        time.sleep(0.1)


def environment(name: str) -> dict[str, str]:
    lines = (RUNNING / name / "env").read_text().splitlines()
    return {key: shlex.split(value)[0] for key, _sign, value in (line.partition("=") for line in lines) if key}


def maildir(mailbox: str) -> Path:
    return RUNNING / "exim" / "mail" / mailbox


def _arrived(mailbox: str) -> Collection[bytes]:
    """Every message of a mailbox once; a reader by IMAP moves them from ``new`` to ``cur`` meanwhile (maildir(5))."""
    found: dict[str, bytes] = {}
    for folder in ("new", "cur"):
        for path in maildir(mailbox).glob(f"{folder}/*"):
            with contextlib.suppress(FileNotFoundError):
                found[path.name.partition(":")[0]] = path.read_bytes()
    return found.values()


def delivered(message_id: str, mailbox: str = "support", *, wait: float = 0.0) -> list[bytes]:
    """The messages with this id in a mailbox of Exim, as they were received, LF line ends."""
    deadline = time.monotonic() + wait
    while True:
        found = [octets for octets in _arrived(mailbox) if message_id.encode() in octets.split(b"\n\n", 1)[0]]
        if found or time.monotonic() > deadline:
            return found
        time.sleep(0.05)


def counted(mailbox: str = "support") -> Counter[str]:
    """How often each Message-ID lies in a mailbox of Exim."""
    found: Counter[str] = Counter()
    for octets in _arrived(mailbox):
        head = octets.split(b"\n\n", 1)[0].decode("utf-8", "replace")
        found.update(re.findall(r"^Message-ID: (<[^>]+>)", head, re.MULTILINE))
    return found
