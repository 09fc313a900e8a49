"""``packs.lock``: what is installed, from where, and what of it somebody trusted.

One JSON file beside the installed packs, written whole and moved into place; whoever changes it holds a lock, so that
two runs at once lose nothing of each other.
"""

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from support_cli.base.files import make_folder, write_private
from support_cli.base.i18n import _
from support_cli.base.invocation import command_line
from support_cli.forms.model import Channel, Manifest, Publisher
from support_cli.packs.errors import PackError

STAYS = ("file",)
"""Kinds of channels that send nothing anywhere."""


class UntrustedError(PackError):
    """A pack is not trusted, and nobody said yes."""


class Face(msgspec.Struct, frozen=True, kw_only=True):
    """What is looked at before a pack is trusted; the language of a channel and the order of channels do not count."""

    publisher: Publisher
    channels: dict[str, Channel]


def face_of(manifest: Manifest) -> Face:
    """The face of a pack."""
    channels = {name: msgspec.structs.replace(one, language=None) for name, one in manifest.channels.items()}
    return Face(publisher=manifest.publisher, channels=channels)


def sends(manifest: Manifest) -> bool:
    """Whether a pack names anybody to send to."""
    return any(channel.kind not in STAYS for channel in manifest.channels.values())


def is_digest(text: str, digest: str) -> bool:
    """Whether a person named this digest, with or without ``sha256:``."""
    return text.strip().lower().removeprefix("sha256:") == digest.removeprefix("sha256:")


_VERSION = 1
_PATIENCE = 20.0
_NAME = "packs.lock"


class LockError(PackError):
    """The lock cannot be read, written or held."""


class Installed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One installed pack.

    Attributes:
        name: Its name.
        version: Its version.
        digest: Digest over all its files.
        source: Where it came from, as ``pack add`` takes it.
        commit: Commit of a git repository, or empty.
        release: Tag or branch, or name and version of a Python package; may be empty.
        prereleases: Updates may be releases before a release.
        key: Key (one line of base64) that the next version has to be signed with; empty if it never was signed.
        trusted: Somebody looked at where it sends to, and agreed.
        added: When this version was installed, as ISO 8601.
    """

    name: str
    version: str
    digest: str
    source: str
    commit: str = ""
    release: str = ""
    prereleases: bool = False
    key: str = ""
    trusted: bool = False
    added: str = ""


class Known(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A pack that somebody trusted without installing it.

    Attributes:
        face: What was shown then: publisher, key and destinations.
        digest: Digest over all its files then.
        added: When, as ISO 8601.
        revoked: It is trusted no more.
    """

    face: Face
    digest: str
    added: str = ""
    revoked: bool = False


class Lock(msgspec.Struct, frozen=True, kw_only=True):
    """All of it.

    Attributes:
        version: Of this format.
        packs: Installed packs by name.
        known: Packs used from where they lie, by their place.
    """

    version: int = msgspec.field(name="packs-lock", default=_VERSION)
    packs: dict[str, Installed] = {}
    known: dict[str, Known] = {}


def read(folder: Path) -> Lock:
    """Reads the lock; where there is none, nothing is installed.

    Raises:
        LockError: If it cannot be read.
    """
    path = folder / _NAME
    try:
        lock = msgspec.json.decode(path.read_bytes(), type=Lock)
    except FileNotFoundError:
        return Lock()
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        problem = getattr(error, "strerror", None) or str(error)
        raise LockError(
            _("The list of installed packs cannot be read: {problem}.").format(problem=problem),
            hint=_("Move it away, and add your packs again:  {command}").format(
                command=command_line("pack", "add", "SOURCE")
            ),
            where=str(path),
        ) from None
    if lock.version != _VERSION:
        raise LockError(
            _("The list of installed packs was written by a newer version of this program."),
            hint="pip install --upgrade support-cli",
            where=str(path),
        )
    return lock


def write(folder: Path, lock: Lock) -> None:
    """Writes the lock; a reader sees all of it or the one before.

    Raises:
        LockError: If it cannot be written.
    """
    content = msgspec.json.format(msgspec.json.encode(lock), indent=2) + b"\n"
    path = folder / _NAME
    try:
        write_private(path, content)
    except OSError as error:
        raise _not_written(path, error) from None


@contextlib.contextmanager
def held(folder: Path) -> Iterator[None]:
    """Holds the lock against other runs; the folder is made where it is missing.

    Raises:
        LockError: If another run holds it for long, or the folder cannot be written to.
    """
    path = folder / ".busy"
    try:
        make_folder(folder)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise _not_written(folder, error) from None
    try:
        end = time.monotonic() + _PATIENCE
        while not _taken(descriptor):
            if time.monotonic() > end:
                raise LockError(_("Another run is changing the installed packs."), hint=_("Try again later."))
            time.sleep(0.05)
        yield
    finally:
        os.close(descriptor)  # lets go of it


def _taken(descriptor: int) -> bool:
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _not_written(path: Path, error: OSError) -> LockError:
    return LockError(
        _("{path} cannot be written: {problem}.").format(path=path, problem=error.strerror or error), where=str(path)
    )
