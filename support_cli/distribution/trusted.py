"""What is known about trust: which packs somebody agreed to, and writing that down."""

from pathlib import Path

import msgspec

from support_cli.base.i18n import _
from support_cli.distribution.lockfile import Face, Installed, Known, face_of
from support_cli.distribution.store import Store
from support_cli.environment import Bench
from support_cli.packs.errors import PackError
from support_cli.packs.pack import Pack

LOCAL = ("folder", "zip")
FREE = ("builtin", "issue-forms")


def store_of(bench: Bench) -> Store:
    """The installed packs of this person.

    Raises:
        PackError: If this run has no place for them.
    """
    if bench.packs is None:
        raise PackError(_("There is no folder for installed packs."))
    return Store(bench.packs)


def is_trusted(bench: Bench, pack: Pack) -> bool:
    """Whether somebody agreed to this pack, and nothing of what was agreed to has changed."""
    if pack.origin in FREE:
        return True
    if bench.packs is None:
        return False
    if pack.origin == "installed":
        record = installed_record(bench, pack)
        return record is not None and record.trusted and record.digest == pack.digest
    return trusted_face(bench, pack) == face_of(pack.manifest)


def trusted_face(bench: Bench, pack: Pack) -> Face | None:
    """What somebody agreed to when this pack, which is not installed, was trusted; None if it is not."""
    known = store_of(bench).lock().known.get(place_of(pack))
    return None if known is None or known.revoked else known.face


def is_revoked(bench: Bench, pack: Pack) -> bool:
    """Whether somebody trusted this pack once, and said later that it is trusted no more."""
    if pack.origin == "installed":
        record = installed_record(bench, pack)
        return record is not None and not record.trusted
    known = store_of(bench).lock().known.get(place_of(pack))
    return known is not None and known.revoked


def place_of(pack: Pack) -> str:
    """Where a pack that is not installed lies."""
    return str(Path(pack.where).absolute())


def installed_record(bench: Bench, pack: Pack) -> Installed | None:
    """What is noted about an installed pack; None for the others."""
    return store_of(bench).get(pack.manifest.name) if pack.origin == "installed" else None


def source_of(bench: Bench, pack: Pack) -> str:
    """Where a pack was installed from, or empty for one that is not."""
    record = installed_record(bench, pack)
    return record.source if record is not None else ""


def note(bench: Bench, pack: Pack, *, trusted: bool) -> None:
    """Writes down that a pack is trusted, or is no more.

    Raises:
        PackError: If that cannot be written.
    """
    store = store_of(bench)
    if pack.origin == "installed":
        record = store.get(pack.manifest.name)
        if record is not None:
            store.note(msgspec.structs.replace(record, trusted=trusted))
        return
    face = face_of(pack.manifest)
    known = Known(face=face, digest=pack.digest, added=bench.now().isoformat(), revoked=not trusted)
    store.note_known(place_of(pack), known)
