"""The place on disk: private folders and files, and whether a disk is another machine's."""

import os
import stat
import sys
from pathlib import Path

from support_cli.base.files import sync_folder

SIDE_FILES = ("-wal", "-shm", "-journal")
"""Endings of the files that SQLite keeps beside a database, and that belong to it."""

_REMOTE = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "lustre", "davfs", "fuse.sshfs", "vboxsf"}
_MOUNTS = Path("/proc/self/mountinfo")


def make_file(path: Path) -> None:
    """Makes an empty file for the owner only (0600), or makes an existing one so.

    Raises:
        OSError: If it cannot be made, or may not be read and written.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    except FileExistsError:
        # By name: to open and close the file would drop the locks that this process holds on it (SQLite's
        # "How To Corrupt", 2.2).
        if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
            path.chmod(0o600)
        return
    try:
        if hasattr(os, "fchmod"):
            os.fchmod(descriptor, 0o600)
    finally:
        os.close(descriptor)
    sync_folder(path.parent)


def is_remote(path: Path, mounts: Path = _MOUNTS) -> bool:
    """Whether a path lies on another machine's disk, where SQLite's write-ahead log does not work.

    Args:
        path: Absolute.
        mounts: A table as in proc(5), ``/proc/pid/mountinfo``.

    Returns:
        False also where it cannot be told; SQLite's own refusal counts then.
    """
    if sys.platform == "win32":
        return str(path).startswith(("\\\\", "//")) and not str(path).startswith("\\\\?\\C")
    try:
        lines = mounts.read_text("utf-8", "replace").splitlines()
    except OSError:
        return False
    inside = {str(path), *map(str, path.parents)}
    best, kind = "", ""
    for line in lines:
        left, _dash, right = line.partition(" - ")
        fields = left.split(" ")
        if len(fields) < 5 or not right:
            continue
        point = fields[4].replace("\\040", " ")
        if point in inside and len(point) >= len(best):
            best, kind = point, right.split(" ")[0]
    return kind in _REMOTE
