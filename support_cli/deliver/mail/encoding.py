"""Transfer encodings (RFC 2045): 7bit, quoted-printable and base64, for texts whole and for files as a stream."""

import binascii
import re
import struct
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from support_cli.base.patterns import later
from support_cli.base.text import clean_text

TEXT_LINE = 78  # a line of plain text as RFC 5322 recommends it, octets
_GROUP = 57  # octets that make one line of 76
_LINES = 256
CHUNK = _GROUP * _LINES  # octets read at once: 14 KiB, 20 kB encoded; larger pieces are no faster
_SPLIT = struct.Struct("76s" * _LINES)
_FROM = later(rb"^From ([^\r\n]*)", re.MULTILINE)
# What a gateway may change in passing: "From " at a line's start, a dot alone, blanks at a line's end.
_FRAGILE = later(rb"^From |^\.\r?$|[ \t]\r?$", re.MULTILINE)


def text_part(text: str) -> tuple[str, bytes]:
    """Encodes a text for mail, in whichever way is safe and short.

    Args:
        text: Anything; line ends of any kind, cleaned of controls.

    Returns:
        Name of the encoding and the encoded octets, CRLF line ends, no line end added.
    """
    octets = clean_text(text).replace("\n", "\r\n").encode()
    if octets.isascii() and max(map(len, octets.split(b"\r\n"))) <= TEXT_LINE and not _FRAGILE.search(octets):
        return "7bit", octets
    quoted = quoted_printable(octets)
    # Quoted-printable can be read by eye and searched by simple programs, so it wins a near tie.
    if len(quoted) <= base64_size(len(octets)):
        return "quoted-printable", quoted
    return "base64", b"".join(base64_lines(octets))


def quoted_printable(octets: bytes) -> bytes:
    """Encodes canonical text (CRLF): lines up to 76, no ``From `` and no lone dot at a line's start.

    RFC 2049, 3 lists what gateways do to those.
    """
    encoded = binascii.b2a_qp(octets, quotetabs=False, istext=True, header=False)
    if b"\n" not in octets:  # it takes the line ends of its own soft breaks from the text, LF where there are none
        encoded = encoded.replace(b"\n", b"\r\n")
    if encoded.endswith((b" ", b"\t")):  # RFC 2045, 6.7 (3): the last line, too, must not end in a blank
        encoded = encoded[:-1] + b"=%02X" % encoded[-1]
        start = encoded.rfind(b"\n") + 1
        if len(encoded) - start > 76:
            encoded = encoded[:-3] + b"=\r\n" + encoded[-3:]
    while _FROM.search(encoded):
        encoded = _FROM.sub(_shield_from, encoded)
    return encoded


def _shield_from(match: re.Match[bytes]) -> bytes:
    rest = match[1]
    return b"=46rom " + rest if rest and len(rest) <= 68 else b"=46rom=20=\r\n" + rest


def base64_size(size: int) -> int:
    """Octets of so many octets in base64 with a CRLF after each line of 76 (none for nothing)."""
    encoded = (size + 2) // 3 * 4
    return encoded + (encoded + 75) // 76 * 2


def base64_lines(octets: bytes) -> Iterator[bytes]:
    """Encodes octets piece by piece; every piece ends in CRLF."""
    for start in range(0, len(octets), CHUNK):
        yield _lines(octets[start : start + CHUNK])


def base64_stream(reader: BinaryIO) -> Iterator[tuple[bytes, bytes]]:
    """Encodes a file piece by piece, in memory that does not grow with it.

    Yields:
        What was read and what it becomes; every encoded piece ends in CRLF.
    """
    kept = b""
    while piece := reader.read(CHUNK - len(kept)):
        kept = kept + piece if kept else piece
        if len(kept) < CHUNK:  # a pipe or a slow disk may give less than was asked for
            continue
        yield kept, _lines(kept)
        kept = b""
    if kept:
        yield kept, _lines(kept)


def _lines(octets: bytes) -> bytes:
    encoded = binascii.b2a_base64(octets, newline=False)
    if len(octets) == CHUNK:
        return b"\r\n".join((*_SPLIT.unpack(encoded), b""))
    return b"".join([encoded[at : at + 76] + b"\r\n" for at in range(0, len(encoded), 76)])


def dot_stuffed(octets: Iterable[bytes]) -> Iterator[bytes]:
    """Doubles the dot at the beginning of each line (RFC 5321, 4.5.2) and sees to a line end at the very end.

    Args:
        octets: A message with CRLF line ends, cut anywhere.
    """
    before = b"\r\n"
    for piece in octets:
        stuffed = piece.replace(b"\r\n.", b"\r\n..")
        if piece.startswith(b".") and before.endswith(b"\r\n"):
            stuffed = b"." + stuffed
        elif piece.startswith(b"\n.") and before.endswith(b"\r"):
            stuffed = b"\n." + stuffed[1:]
        before = (before + piece)[-2:]
        yield stuffed
    if before != b"\r\n":
        yield b"\r\n"
