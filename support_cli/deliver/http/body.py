"""What an HTTP request carries, as a stream: JSON, forms with files (RFC 7578), one file alone.

Sizes are known before the first octet, so that no server has to understand chunked requests, and memory does not
grow with the files.
"""

import binascii
import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import BinaryIO
from urllib.parse import urlencode

import msgspec

from support_cli.base.i18n import _
from support_cli.base.text import clean_line
from support_cli.deliver.base import PermanentError, Reason, TemporaryError

CHUNK = 1 << 16
OCTETS = "application/octet-stream"


class Upload(msgspec.Struct, frozen=True, kw_only=True):
    """A file that goes along.

    Attributes:
        name: Name that the receiver sees; one line.
        type: Media type.
        size: Octets.
        open: Opens it for reading.
        sha256: Hexadecimal digest, or empty where nobody has worked it out.
    """

    name: str
    type: str
    size: int
    open: Callable[[], AbstractContextManager[BinaryIO]]
    sha256: str = ""

    def read(self) -> Iterator[bytes]:
        """Yields the octets, at most ``CHUNK`` at once.

        Raises:
            TemporaryError: They cannot be read.
            PermanentError: They are not what was attached.
        """
        digest, size = hashlib.sha256(usedforsecurity=False), 0
        try:
            with self.open() as reader:
                while piece := reader.read(CHUNK):
                    digest.update(piece)
                    size += len(piece)
                    if size > self.size:
                        break
                    yield piece
        except OSError as error:
            raise TemporaryError(
                _("{name} cannot be read: {problem}.").format(
                    name=clean_line(self.name), problem=error.strerror or error
                ),
                reason=Reason.STORAGE,
            ) from None
        if size != self.size or (self.sha256 and digest.hexdigest() != self.sha256):
            raise PermanentError(
                _("{name} is not what was attached; nothing was sent.").format(name=clean_line(self.name)),
                reason=Reason.STORAGE,
                hint=_("Write the request out again and send that."),
            )


class InBase64(msgspec.Struct, frozen=True):
    """A file written as base64 without line ends, as JSON carries it."""

    upload: Upload

    @property
    def size(self) -> int:
        """Octets that it takes encoded."""
        return (self.upload.size + 2) // 3 * 4

    def read(self) -> Iterator[bytes]:
        """Yields the encoded octets; raises what ``Upload.read`` does."""
        kept = b""
        for piece in self.upload.read():
            kept += piece
            whole = len(kept) // 3 * 3
            if whole:
                yield binascii.b2a_base64(kept[:whole], newline=False)
                kept = kept[whole:]
        if kept:
            yield binascii.b2a_base64(kept, newline=False)


Piece = bytes | Upload | InBase64


class Body(msgspec.Struct, frozen=True):
    """A request's content.

    Attributes:
        type: Value of Content-Type.
        pieces: What it consists of, in order.
    """

    type: str
    pieces: tuple[Piece, ...]

    @property
    def size(self) -> int:
        """Octets in all."""
        return sum(len(piece) if isinstance(piece, bytes) else piece.size for piece in self.pieces)

    def chunks(self) -> Iterator[bytes]:
        """Yields the octets; when it ends without an error, every file was what it should be."""
        for piece in self.pieces:
            if isinstance(piece, bytes):
                yield piece
            else:
                yield from piece.read()


def raw(upload: Upload, kind: str = OCTETS) -> Body:
    """One file as it is."""
    return Body(kind, (upload,))


class Here:
    """A place in JSON where a file's base64 stands; no struct, since those would be written out themselves.

    Args:
        upload: The file.
        before: Text in front of it (``data:image/png;base64,``).
    """

    def __init__(self, upload: Upload, before: str = "") -> None:
        self.upload = upload
        self.before = before


def json_body(data: object, kind: str = "application/json") -> Body:
    """JSON; wherever a ``Here`` stands in it, the file is streamed as a string.

    Args:
        data: Of dict, list, str, int, float, bool, None and ``Here``.
        kind: Value of Content-Type.
    """
    files: list[Here] = []
    seed = os.urandom(12).hex()

    def written(value: object) -> str:
        if not isinstance(value, Here):
            raise TypeError(type(value))
        files.append(value)
        return f"{value.before}@{seed}-{len(files) - 1}@"

    pieces: list[Piece] = []
    rest = msgspec.json.encode(data, enc_hook=written)
    for number, here in enumerate(files):
        before, rest = rest.split(f"@{seed}-{number}@".encode(), 1)
        pieces += [before, InBase64(here.upload)]
    return Body(kind, (*pieces, rest))


def form(fields: Sequence[tuple[str, str]]) -> Body:
    """A form without files (application/x-www-form-urlencoded)."""
    return Body("application/x-www-form-urlencoded", (urlencode(fields).encode(),))


def multipart(fields: Sequence[tuple[str, str]], files: Sequence[tuple[str, Upload]], kind: str = "") -> Body:
    """A form with files.

    Names are UTF-8 as they are: RFC 7578, 4.2 forbids ``filename*``, and servers read nothing else. A double quote
    becomes a single one: half of the servers take ``%22``, as browsers write it, for a part of the name, and the other
    half does so with a backslash.

    Args:
        fields: Names and values.
        files: Names and files.
        kind: Media type of every file; empty for its own.
    """
    mark = f"----support{os.urandom(16).hex()}"
    pieces: list[Piece] = []
    for name, value in fields:
        head = f'--{mark}\r\nContent-Disposition: form-data; name="{_quoted(name)}"\r\n\r\n'
        pieces.append(f"{head}{value}\r\n".encode(errors="replace"))
    for name, upload in files:
        head = (
            f'--{mark}\r\nContent-Disposition: form-data; name="{_quoted(name)}"; filename="{_quoted(upload.name)}"\r\n'
            f"Content-Type: {kind or upload.type or OCTETS}\r\n\r\n"
        )
        pieces += [head.encode(errors="replace"), upload, b"\r\n"]
    pieces.append(f"--{mark}--\r\n".encode())
    return Body(f"multipart/form-data; boundary={mark}", tuple(pieces))


def _quoted(name: str) -> str:
    return name.replace('"', "'").replace("\r", " ").replace("\n", " ")
