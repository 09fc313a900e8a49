"""Writing documents: what a document is made of when it is written, and how one comes to lie in its place."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, TypeAlias

from support_cli.base.addresses import Address
from support_cli.deliver.ticket import Ticket
from support_cli.deliver.writing import new_file, writable_folder
from support_cli.requests import produce
from support_cli.requests.produce import Made, Output

Write: TypeAlias = Callable[[BinaryIO], tuple[int, str]]
"""Writes a document, and returns its size in bytes and hexadecimal SHA-256."""


class TextWriter:
    """A document that is at hand as text."""

    def __init__(self, text: str) -> None:
        self.octets = text.encode("utf-8")

    def __call__(self, out: BinaryIO) -> tuple[int, str]:
        """Writes it."""
        return out.write(self.octets), hashlib.sha256(self.octets).hexdigest()


class MessageWriter:
    """A message, written as a stream."""

    def __init__(self, ticket: Ticket, to: tuple[Address, ...], thread: tuple[str, ...] = ()) -> None:
        self.ticket, self.to, self.thread = ticket, to, thread

    def __call__(self, out: BinaryIO) -> tuple[int, str]:
        """Writes it."""
        return produce.write_eml(self.ticket, self.to, None, out, self.thread)


def free_places(places: list[Path]) -> list[Path]:
    """The places with a number behind the name that is free for all of them, so that pairs stay pairs.

    It is the smallest one unless there are gaps. The search doubles its steps: a batch may write thousands of one name.
    """

    def numbered(number: int) -> list[Path]:
        return [p if number == 1 else p.with_name(f"{p.stem}-{number}{p.suffix}") for p in places]

    def taken(number: int) -> bool:
        return any(os.path.lexists(place) for place in numbered(number))

    if not taken(1):
        return numbered(1)
    low, high = 1, 2
    while taken(high):
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if taken(middle) else (low, middle)
    return numbered(high)


def write_one(output: Output, place: Path, write: Write, *, replace: bool, sync: bool = True) -> Made:
    """Writes one document whole or not at all.

    Args:
        output: Which document.
        place: Where it shall lie; the folder is made.
        write: Writes the content, and returns its size in bytes and hexadecimal SHA-256.
        replace: The place was named on purpose: what is there moves to ``NAME~`` first, a link or a device is written
            through. Otherwise a name that is taken stays as it is, and the document gets a number.
        sync: Wait until its name is on the disk, too.

    Raises:
        WriteError: If it cannot be written.
    """
    writable_folder(place.parent)
    with new_file(place, sync=sync, replace=replace) as file:
        size, digest = write(file.out)
    return Made(output.document, output.format, str(file.path.absolute()), size, digest)
