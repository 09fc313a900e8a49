"""Issues through the program of a platform that the customer has installed and signed in to: gh or glab.

https://cli.github.com/manual/gh_issue_create, https://docs.gitlab.com/cli/issue/create/
"""

import re
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from support_cli.errors import QueuedError, RefusedError
from support_cli.i18n import _
from support_cli.text import clean_line, clean_text

SECONDS = 120
_URL = re.compile(r"https?://\S+")


class ForgeError(RefusedError):
    """The program did not make the issue."""


class ForgeUnclear(QueuedError):
    """The program did not end; the issue may be there."""


def create(program: str, repository: str, *, title: str, body: str, labels: Sequence[str] = ()) -> str:
    """Makes an issue.

    Args:
        program: ``gh`` or ``glab``.
        repository: ``owner/name``.
        title: One line.
        body: Markdown; it travels in a file, so that its length does not matter and nothing of it stands in a
            process list (``glab`` has no such flag and gets it on its command line).
        labels: Labels; only those with rights may set them, and the program says so.

    Returns:
        Address of the new issue, or an empty text if the program did not print one.

    Raises:
        ForgeError: If the program said no.
        ForgeUnclear: If it did not end in time.
    """
    with tempfile.TemporaryDirectory(prefix="support-") as folder:
        file = Path(folder) / "body.md"
        file.write_bytes(body.encode("utf-8"))
        words = [program, "issue", "create", "--repo", repository, "--title", title]
        words += ["--body-file", str(file)] if program == "gh" else ["--description", body, "--yes"]
        for label in labels:
            words += ["--label", label]
        try:
            done = subprocess.run(words, capture_output=True, timeout=SECONDS, check=False, stdin=subprocess.DEVNULL)
        except subprocess.TimeoutExpired:
            raise ForgeUnclear(
                _("{program} did not end; the issue may be there.").format(program=program),
                hint=_("Look before you try again."),
            ) from None
        except OSError as error:
            raise ForgeError(
                _("{program} cannot be run: {problem}.").format(program=program, problem=error.strerror)
            ) from None
    said = clean_text(done.stderr.decode("utf-8", "replace")).strip()
    if done.returncode:
        raise ForgeError(
            _("{program} did not make the issue: {problem}").format(program=program, problem=clean_line(said)[:400]),
            hint=_("Sign in with: {command}").format(command=f"{program} auth login")
            if "auth" in said.lower()
            else None,
        )
    found = _URL.search(done.stdout.decode("utf-8", "replace"))
    return found[0] if found else ""
