"""Contact details that are offered again: what was said last time, what was set, what git knows.

They are only ever offered at a prompt; a script gets those alone that were set on purpose, and is told so.
"""

import contextlib
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec

from support_cli.base.errors import UnusableError
from support_cli.base.files import write_private
from support_cli.base.i18n import N_, _
from support_cli.base.invocation import command_line
from support_cli.base.text import clean_line
from support_cli.forms.model import Role
from support_cli.understanding.vague import Vague, vagueness

_MOST_BYTES = 1 << 16
_LONGEST = 500
_PATIENCE = 2.0  # seconds
KEPT = (Role.NAME, Role.EMAIL, Role.PHONE, Role.PREFERRED_CONTACT)
ROLES = {role.value: role for role in KEPT}


class Entry(msgspec.Struct, frozen=True):
    """One detail.

    Attributes:
        value: The text, one line of at most 500 characters.
        origin: ``set`` on purpose, ``last`` time, or ``git``.
    """

    value: str
    origin: Literal["set", "last", "git"]


ORIGINS = {
    "set": N_("from your profile"),
    "last": N_("from the last time"),
    "git": N_("from your git settings"),
}


class ProfileError(UnusableError):
    """The profile cannot be read or written."""


class Profile:
    """The details in one file.

    Args:
        path: JSON file; need not exist.
        git: Program that is asked for name and address, or None.
    """

    def __init__(self, path: Path, git: str | None = "git") -> None:
        self.path = path
        self._git = git
        self._from_git: dict[Role, Entry] | None = None

    def entries(self) -> dict[Role, Entry]:
        """What is kept in the file.

        Raises:
            ProfileError: If the file is not ours.
        """
        try:
            with self.path.open("rb") as stream:
                raw = stream.read(_MOST_BYTES + 1)
        except FileNotFoundError:
            return {}
        except OSError as error:
            problem = error.strerror or str(error)
            raise ProfileError(
                _("The profile cannot be read: {problem}.").format(problem=problem), where=str(self.path)
            ) from None
        try:
            data = msgspec.json.decode(raw[:_MOST_BYTES], type=dict[str, Entry])
        except msgspec.MsgspecError as error:
            raise ProfileError(
                _("The profile is damaged: {problem}.").format(problem=clean_line(str(error))),
                hint=command_line("profile", "forget"),
                where=str(self.path),
            ) from None
        return {ROLES[key]: kept for key, entry in data.items() if key in ROLES and (kept := _tidy(entry)) is not None}

    def offers(self) -> dict[Role, Entry]:
        """What may be offered at a prompt: the file's details, then git's."""
        known = self.entries()
        if Role.NAME not in known or Role.EMAIL not in known:
            known = {**self._ask_git(), **known}
        return known

    def chosen(self) -> dict[Role, Entry]:
        """What was set on purpose."""
        return {role: entry for role, entry in self.entries().items() if entry.origin == "set"}

    def _ask_git(self) -> dict[Role, Entry]:
        if self._from_git is not None:
            return self._from_git

        found: dict[Role, Entry] = {}
        program = shutil.which(self._git) if self._git else None
        if program and not _lies_here(program):
            for role, key in ((Role.NAME, "user.name"), (Role.EMAIL, "user.email")):
                with contextlib.suppress(OSError, subprocess.SubprocessError):
                    answer = subprocess.run(
                        [program, "config", "--get", key],
                        capture_output=True,
                        timeout=_PATIENCE,
                        check=False,
                        stdin=subprocess.DEVNULL,
                    )
                    entry = _tidy(Entry(answer.stdout.decode("utf-8", "replace"), "git"))
                    if answer.returncode == 0 and entry is not None:
                        found[role] = entry
        self._from_git = found
        return found

    def remember(self, said: Mapping[Role, str]) -> None:
        """Keeps details of a finished request for the next time; what was set on purpose stays."""
        kept = self.entries()
        fresh = {
            role: entry
            for role, text in said.items()
            if role in KEPT
            and not (role is Role.NAME and vagueness(Vague.NAME, text))
            and (role not in kept or kept[role].origin != "set")
            and (entry := _tidy(Entry(text, "last"))) is not None
        }
        if any(kept.get(role) != entry for role, entry in fresh.items()):
            self._write({**kept, **fresh})

    def put(self, role: Role, text: str) -> None:
        """Sets a detail on purpose; an empty text takes it out."""
        entry = _tidy(Entry(text, "set"))
        if entry is None:
            self.forget(role)
        else:
            self._write({**self.entries(), role: entry})

    def forget(self, role: Role | None = None) -> None:
        """Takes out one detail, or all of them (also when the file is damaged)."""
        if role is not None:
            kept = self.entries()
            if kept.pop(role, None) is not None:
                self._write(kept)
            return
        try:
            self.path.unlink(missing_ok=True)
        except OSError as error:
            raise self._unwritable(error) from None

    def _write(self, entries: Mapping[Role, Entry]) -> None:
        raw = msgspec.json.encode({role.value: entry for role, entry in entries.items()})
        try:
            write_private(self.path, msgspec.json.format(raw) + b"\n")
        except OSError as error:
            raise self._unwritable(error) from None

    def _unwritable(self, error: OSError) -> ProfileError:
        problem = error.strerror or str(error)
        return ProfileError(
            _("The profile cannot be written: {problem}.").format(problem=problem), where=str(self.path)
        )


def _tidy(entry: Entry) -> Entry | None:
    """The entry as one harmless line; None for nothing, and for what is no contact detail any more."""
    text = clean_line(entry.value)
    return Entry(text, entry.origin) if 0 < len(text) <= _LONGEST else None


def _lies_here(program: str) -> bool:
    """Whether a program lies in the current folder, where Windows looks first and anybody may have put it."""
    return Path(program).parent.resolve() == Path.cwd()
