"""The files of a commit, read as objects: no work tree, so no link, filter, attribute or odd name can do anything."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from support_cli.base.i18n import _, ngettext
from support_cli.base.text import clean_line, shorten
from support_cli.distribution.git_errors import GitError
from support_cli.distribution.git_program import Git
from support_cli.distribution.zipped import MAX_TOTAL
from support_cli.packs.files import MAX_FILE, MAX_FILES

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
