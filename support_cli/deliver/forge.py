"""Issues through the program of a platform that the customer has installed and signed in to: gh or glab.

https://cli.github.com/manual/gh_issue_create, https://docs.gitlab.com/cli/issue/create/, https://docs.gitlab.com/cli/api/

Neither program says more than an exit code and some words, so the words decide: a flag that it does not know and a
label that the repository lacks are told before anything is made, and it is tried again without them; an address of an
issue on standard output means that the issue is there, whatever the exit code; a broken connection leaves it open.
"""

import os
import re
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path
from urllib.parse import quote, urlsplit

import msgspec

from support_cli.base.errors import QueuedError, RefusedError
from support_cli.base.i18n import _
from support_cli.base.text import clean_line, clean_text, shorten

SECONDS = 120
IMAGES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".mp4", ".mov", ".webm")
"""Names of files that ``gh issue create --attach`` takes, since version 2.99."""
_URL = re.compile(r"https?://[^\s\"]+")
_UNKNOWN = re.compile(r"unknown flag: (--[a-z-]+)")
# What comes of labels, assignees, types and files, all of it before the issue is made.
_EXTRA = re.compile(r"could not (?:add|assign)|\blabels?\b|\bassign|\btypes?\b|attach|upload", re.IGNORECASE)
_BROKEN = re.compile(
    r"connection (?:was )?(?:reset|closed|lost)|timed? ?out|\btimeout\b|\bEOF\b|broken pipe|stream error|HTTP 5\d\d",
    re.IGNORECASE,
)
_LOGIN = re.compile(r"\bauth|log ?in\b|\b401\b", re.IGNORECASE)
_PROJECT = re.compile(r"([\w.-]+)/(\d+)")


class ForgeError(RefusedError):
    """The program did not make the issue."""


class ForgeUnclear(QueuedError):
    """Nobody knows whether the issue was made."""


class Issue(msgspec.Struct, frozen=True, kw_only=True):
    """An issue to be made.

    Attributes:
        page: Address of the repository, server and all: ``https://git.example.org/owner/name``.
        title: One line.
        body: Markdown.
        labels: Names of labels.
        assignees: Names of users.
        type: Name of an issue type, or empty.
        projects: ``owner/number`` each.
        images: Names of files in the folder that can be attached.
        illustrated: The body as it refers to them.
    """

    page: str
    title: str
    body: str
    labels: Sequence[str] = ()
    assignees: Sequence[str] = ()
    type: str = ""
    projects: Sequence[str] = ()
    images: Sequence[str] = ()
    illustrated: str = ""


class Created(msgspec.Struct, frozen=True):
    """An issue that was made.

    Attributes:
        url: Its address, or empty if the program did not print one.
        images: Files that went along.
        notes: What could not be had, one sentence each.
    """

    url: str
    images: Sequence[str] = ()
    notes: tuple[str, ...] = ()


def create(program: str, issue: Issue, folder: Path) -> Created:
    """Makes an issue.

    The body travels in a file: its length does not matter, and nothing of it stands in a list of processes.

    Args:
        program: ``gh`` or ``glab``.
        issue: What it says.
        folder: An empty folder but for ``issue.images``; the program runs there.

    Raises:
        ForgeError: If the program said no.
        ForgeUnclear: If the issue may be there.
    """
    extras = _extras(program, issue)
    notes: list[str] = []
    while True:
        images = [value for flag, value in extras if flag == "--attach"]
        (folder / "body.md").write_bytes((issue.illustrated if images else issue.body).encode("utf-8"))
        words = [program, "issue", "create", "--repo", issue.page, "--title", issue.title]
        words += ["--body-file" if program == "gh" else "--description-file", "body.md"]
        words += ["--yes"] if program == "glab" else []
        done = _run([*words, *(word for extra in extras for word in extra)], folder)
        url = _URL.search(done.stdout)
        said = shorten(clean_line(done.stderr), 400)
        if done.returncode == 0 or url:
            notes += [_("{program} says: {problem}").format(program=program, problem=said)] if done.returncode else []
            notes += _put_into_projects(program, issue, url[0] if url else "", folder)
            return Created(url[0] if url else "", images, tuple(notes))
        unknown = _UNKNOWN.search(done.stderr)
        if unknown and unknown[1] == "--description-file":  # glab before 2026
            return _through_api(issue, folder, notes)
        dropped = [extra for extra in extras if extra[0] == unknown[1]] if unknown else extras
        if not dropped or _BROKEN.search(said) or not (unknown or _EXTRA.search(said)):
            raise _failed(program, issue, said)
        extras = [extra for extra in extras if extra not in dropped]
        if any(flag != "--attach" for flag, _value in dropped):  # of files the caller tells more
            notes.append(_without(program, [value for flag, value in dropped if flag != "--attach"], said))


def _extras(program: str, issue: Issue) -> list[tuple[str, str]]:
    """What an issue can do without, as flags."""
    lists = [("--label", issue.labels), ("--assignee", issue.assignees)]
    found = [(flag, _quoted(value)) for flag, values in lists for value in values]
    if program == "gh":
        found += [("--type", issue.type)] if issue.type else []
        found += [("--attach", name) for name in issue.images]
    return found


def _quoted(value: str) -> str:
    """Both programs read such a flag as a line of CSV."""
    return f'"{value.replace(chr(34), chr(34) * 2)}"' if "," in value or '"' in value else value


def _without(program: str, names: Iterable[str], said: str) -> str:
    return _("The issue was made without {names}, since {program} says: {problem}").format(
        names=", ".join(names), program=program, problem=said
    )


def _put_into_projects(program: str, issue: Issue, url: str, folder: Path) -> list[str]:
    """Once the issue is there: what fails now costs the project and nothing else."""
    notes = []
    for name in issue.projects if program == "gh" else ():
        found = _PROJECT.fullmatch(name)
        if not found or not url:
            continue
        try:
            done = _run(["gh", "project", "item-add", found[2], "--owner", found[1], "--url", url], folder, issue.page)
            said = clean_line(done.stderr) if done.returncode else ""
        except (ForgeError, ForgeUnclear) as error:
            said = error.message
        if said:
            notes.append(_without(program, [name], shorten(said, 400)))
    return notes


def _through_api(issue: Issue, folder: Path, notes: Sequence[str]) -> Created:
    """For a glab that would want the text on its command line (https://docs.gitlab.com/api/issues/#new-issue)."""
    parts = urlsplit(issue.page)
    record = {"title": issue.title, "description": issue.body, "labels": ",".join(issue.labels)}
    (folder / "issue.json").write_bytes(msgspec.json.encode(record))
    words = ["glab", "api", "--hostname", parts.netloc, "--method", "POST"]
    words += ["--header", "Content-Type: application/json", "--input", "issue.json"]
    done = _run([*words, f"projects/{quote(parts.path.strip('/'), safe='')}/issues"], folder)
    if done.returncode:
        raise _failed("glab", issue, shorten(clean_line(done.stderr or done.stdout), 400))
    try:
        answer = msgspec.json.decode(done.stdout)
    except (msgspec.DecodeError, RecursionError):
        answer = None
    url = answer.get("web_url") if isinstance(answer, dict) else ""
    return Created(url if isinstance(url, str) and _URL.fullmatch(url) else "", (), tuple(notes))


class _Done(msgspec.Struct, frozen=True):
    """How a program ended, its words cleaned."""

    returncode: int
    stdout: str
    stderr: str


def _run(words: Sequence[str], folder: Path, page: str = "") -> _Done:
    environ = {**os.environ, "GH_HOST": urlsplit(page).netloc} if page else None
    try:
        done = subprocess.run(
            words, capture_output=True, timeout=SECONDS, check=False, stdin=subprocess.DEVNULL, cwd=folder, env=environ
        )
    except subprocess.TimeoutExpired:
        raise _unclear(_("{program} did not end; the issue may be there.").format(program=words[0])) from None
    except OSError as error:
        raise ForgeError(
            _("{program} cannot be run: {problem}.").format(program=words[0], problem=error.strerror)
        ) from None
    out, err = (clean_text(octets.decode("utf-8", "replace")).strip() for octets in (done.stdout, done.stderr))
    return _Done(done.returncode, out, err)


def _failed(program: str, issue: Issue, said: str) -> ForgeError | ForgeUnclear:
    if _BROKEN.search(said):
        return _unclear(
            _("{program} lost its connection; the issue may be there. It said: {problem}").format(
                program=program, problem=said
            )
        )
    login = f"{program} auth login --hostname {urlsplit(issue.page).netloc}"
    return ForgeError(
        _("{program} did not make the issue: {problem}").format(program=program, problem=said),
        hint=_("Sign in with: {command}").format(command=login) if _LOGIN.search(said) else None,
    )


def _unclear(message: str) -> ForgeUnclear:
    return ForgeUnclear(message, hint=_("Look before you try again."))
