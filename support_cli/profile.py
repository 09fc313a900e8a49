"""Contact details that are offered again: what was said last time, what was set, what git knows.

They are only ever offered at a prompt; a script gets those alone that were set on purpose, and is told so.
"""

import contextlib
import os
from collections.abc import Mapping
from pathlib import Path

import msgspec

from support_cli.errors import UnusableError
from support_cli.i18n import N_, _
from support_cli.packs.model import Role

KEPT = (Role.NAME, Role.EMAIL, Role.PHONE, Role.PREFERRED_CONTACT)
ROLES = {role.value: role for role in KEPT}


class Entry(msgspec.Struct, frozen=True):
    """One detail.

    Attributes:
        value: The text.
        origin: ``set`` on purpose, ``last`` time, or ``git``.
    """

    value: str
    origin: str


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
            raw = self.path.read_bytes()
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise ProfileError(
                _("The profile cannot be read: {problem}.").format(problem=error.strerror), where=str(self.path)
            ) from None
        try:
            data = msgspec.json.decode(raw, type=dict[str, Entry])
        except msgspec.MsgspecError as error:
            raise ProfileError(
                _("The profile is damaged: {problem}.").format(problem=error),
                hint="support profile forget",
                where=str(self.path),
            ) from None
        return {ROLES[key]: entry for key, entry in data.items() if key in ROLES}

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
        import shutil
        import subprocess

        found: dict[Role, Entry] = {}
        program = shutil.which(self._git) if self._git else None
        if program:
            for role, key in ((Role.NAME, "user.name"), (Role.EMAIL, "user.email")):
                with contextlib.suppress(OSError, subprocess.SubprocessError):
                    answer = subprocess.run(
                        [program, "config", "--get", key],
                        capture_output=True,
                        timeout=2,
                        check=False,
                        stdin=subprocess.DEVNULL,
                    )
                    text = answer.stdout.decode("utf-8", "replace").strip()
                    if answer.returncode == 0 and text:
                        found[role] = Entry(text, "git")
        self._from_git = found
        return found

    def remember(self, said: Mapping[Role, str]) -> None:
        """Keeps details of a finished request for the next time; what was set on purpose stays."""
        kept = self.entries()
        fresh = {
            role: Entry(text, "last")
            for role, text in said.items()
            if role in KEPT and text and (role not in kept or kept[role].origin != "set")
        }
        if any(kept.get(role) != entry for role, entry in fresh.items()):
            self._write({**kept, **fresh})

    def put(self, role: Role, text: str) -> None:
        """Sets a detail on purpose."""
        self._write({**self.entries(), role: Entry(text, "set")})

    def forget(self, role: Role | None = None) -> None:
        """Takes out one detail, or all of them (also when the file is damaged)."""
        if role is None:
            self.path.unlink(missing_ok=True)
            return
        kept = self.entries()
        kept.pop(role, None)
        self._write(kept)

    def _write(self, entries: Mapping[Role, Entry]) -> None:
        raw = msgspec.json.encode({role.value: entry for role, entry in entries.items()})
        fresh = self.path.with_suffix(".new")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
                stream.write(msgspec.json.format(raw) + b"\n")
            fresh.replace(self.path)
        except OSError as error:
            raise ProfileError(
                _("The profile cannot be written: {problem}.").format(problem=error.strerror), where=str(self.path)
            ) from None
