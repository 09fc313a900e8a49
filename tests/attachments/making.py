"""Files and attachments for the tests of this room."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from support_cli.forms.request import Attachment

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)
LOG = b"".join(
    b"2026-11-22 10:00:%02d app[17]: request %d took %d ms\n" % (n % 60, n, n * 7 % 900) for n in range(20_000)
)
NOBODY = 65_534


def record(name: str = "a.log", size: int = 1000, kind: str = "text/plain", question: str | None = None) -> Attachment:
    """An attachment of which only the record matters."""
    return Attachment(path=f"/nowhere/{name}", name=name, type=kind, size=size, sha256="0" * 64, question=question)


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@contextmanager
def as_ordinary_user() -> Iterator[None]:
    """Puts the rights of root down, who may read anything; does nothing for everybody else."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def put(folder: Path, **files: bytes) -> None:
    """Writes files; a double underscore in a keyword stands for a dot."""
    for name, data in files.items():
        (folder / name.replace("__", ".")).write_bytes(data)
