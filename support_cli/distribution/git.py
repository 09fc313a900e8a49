"""Which commit of a git repository is meant, and fetching it: a tag, a branch, a commit, or the newest release."""

import contextlib
import re
from collections.abc import Sequence
from typing import NamedTuple

from support_cli.base.i18n import _
from support_cli.base.text import clean_line
from support_cli.distribution import versions
from support_cli.distribution.git_errors import GitError
from support_cli.distribution.git_program import HASH, Git
from support_cli.distribution.source import Source

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
    import difflib

    near = difflib.get_close_matches(wanted, known[:2000], 1, 0.5)
    return GitError(
        _("“{ref}” is not a branch, tag or commit of this repository.").format(ref=clean_line(wanted)),
        hint=_("Did you mean “{near}”?").format(near=clean_line(near[0])) if near else None,
        where=source.text,
    )
