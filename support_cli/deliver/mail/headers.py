"""Header fields: folding, encoded-words, addresses, parameters and dates.

Every function returns the whole field as octets, CRLF at the end, lines within 78 octets wherever the
content allows it. Text is cleaned here, so that no line end, control or bidirectional override of anybody's
subject, name or file name can become a header of its own (RFC 5322, 2231, 2045, 2047).
"""

import binascii
import re
import struct
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import BinaryIO

from support_cli.base.addresses import Address, wire_address
from support_cli.base.text import clean_line, clean_text, later

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


LINE = 78  # octets without CRLF, RFC 5322, 2.1.1
WORD = 75  # an encoded-word, RFC 2047, 2
_LONG = 60  # a plain word that is longer is encoded, so that it can be folded

# The set that RFC 2047, 5 (3) allows in a phrase; narrower than needed elsewhere, and right everywhere.
_Q_SAFE = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/")
_ATOM = later(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+\Z")
# attribute-char of RFC 2231 without the marks that some readers stumble over.
_PARAMETER_SAFE = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._")
_PLAIN_PARAMETER = later(r"(?! )(?:[!#-\[\]-~]| (?! ))*(?<! )\Z")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def fold(name: str, tokens: Sequence[str]) -> bytes:
    """Writes a field from tokens that may be parted at blanks and nowhere else."""
    lines: list[str] = []
    line = f"{name}:"
    for token in tokens:
        # Never a first line with nothing but the name: some readers take it for an empty field.
        if len(line) + 1 + len(token.encode()) > LINE and line != f"{name}:":
            lines.append(line)
            line = ""
        line += f" {token}"
    lines.append(line)
    return ("\r\n".join(each.rstrip(" ") for each in lines) + "\r\n").encode()


def unstructured(name: str, text: str) -> bytes:
    """Writes a field of free text, such as Subject.

    Words of plain ASCII at the beginning and the end stay readable, so that ``[desk #12]`` can still be
    found by programs that know no MIME; what lies between becomes encoded-words.
    """
    return fold(name, _text_tokens(clean_line(text), room=LINE - len(name) - 2))


def _text_tokens(line: str, room: int) -> list[str]:
    words = line.split(" ")
    odd = [at for at, word in enumerate(words) if not word.isascii() or "=?" in word or len(word) > _LONG]
    if not odd:
        return words
    first, last = odd[0], odd[-1] + 1
    return [*words[:first], *encoded_words(" ".join(words[first:last]), room), *words[last:]]


def encoded_words(text: str, room: int = WORD) -> list[str]:
    """Encodes text as RFC 2047 wants it: UTF-8, B or Q, whichever is shorter, no character split.

    Args:
        text: What to encode.
        room: Octets for the first encoded-word, which shares its line with the field's name; every other
            one may have 75.
    """
    octets = text.encode()
    use_q = _q_cost(octets) <= 4 * ((len(octets) + 2) // 3)
    words: list[str] = []
    while text:
        # 12 octets go to "=?utf-8?B?" and "?=".
        room = min(room, WORD) - 12
        taken, quoted = (_fitting_q(text, room), True) if use_q else _fitting_b(text, room // 4 * 3)
        words.append(_encoded_word(text[:taken].encode(), quoted))
        text, room = text[taken:], WORD
    return words


def _q_cost(encoded: bytes) -> int:
    return sum(1 if octet in _Q_SAFE or octet == 0x20 else 3 for octet in encoded)


def _fitting_q(text: str, room: int) -> int:
    """How many characters fit into so many octets of Q; at least one."""
    for at, character in enumerate(text):
        room -= _q_cost(character.encode())
        if room < 0:
            return at or 1
    return len(text)


def _fitting_b(text: str, room: int) -> tuple[int, bool]:
    """How many characters go into one word of B (room in octets before encoding), or else into one of Q.

    GMime (notmuch, Evolution) takes consecutive words of B for one stream that ends at the first padding,
    and loses the rest. So only the last word may be padded; where the characters do not add up to a
    multiple of three octets, the first one goes into a word of Q.
    """
    size = best = 0
    for at, character in enumerate(text):
        size += len(character.encode())
        if size > room:
            return (best, False) if best else (1, True)
        if size % 3 == 0:
            best = at + 1
    return len(text), False


def _encoded_word(octets: bytes, use_q: bool) -> str:
    if use_q:
        body = "".join(chr(each) if each in _Q_SAFE else "_" if each == 0x20 else f"={each:02X}" for each in octets)
        return f"=?utf-8?Q?{body}?="
    return f"=?utf-8?B?{binascii.b2a_base64(octets, newline=False).decode('ascii')}?="


def addresses(name: str, people: Iterable[Address]) -> bytes:
    """Writes a field of addresses, such as To.

    Args:
        name: Field name.
        people: At least one mailbox; local parts beyond ASCII stay as they are (RFC 6532).

    Raises:
        AddressError: One of them is no address.
    """
    tokens: list[str] = []
    for person in people:
        if tokens:
            tokens[-1] += ","
        mailbox = wire_address(person.address)
        shown = clean_line(person.name)
        if shown:
            tokens += [*_phrase(shown, LINE - len(name) - 2), f"<{mailbox}>"]
        else:
            tokens.append(mailbox)
    return fold(name, tokens)


def _phrase(name: str, room: int) -> list[str]:
    words = name.split(" ")
    if all(_ATOM.match(word) and "=?" not in word and len(word) <= _LONG for word in words):
        return words
    # Folding inside quotes is legal, but readers differ in what they make of it: long names are encoded.
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    if name.isascii() and "=?" not in name and len(escaped) <= _LONG:
        return [f'"{escaped}"']
    return encoded_words(name, room)


def with_parameters(name: str, value: str, parameters: Iterable[tuple[str, str]]) -> bytes:
    """Writes a field such as Content-Disposition, its parameters in any script (RFC 2231).

    A value of plain ASCII stays as it is in quotes. Anything else is UTF-8 in per cent signs, in numbered
    pieces where one line is too short; a second, plain parameter of the same name is left out, as readers
    differ in which of two they take.
    """
    tokens = [value]
    for key, text in parameters:
        for piece in _parameter(key, text):
            tokens[-1] += ";"
            tokens.append(piece)
    return fold(name, tokens)


def _parameter(key: str, text: str) -> list[str]:
    plain = f'{key}="{text}"'
    if len(plain) <= LINE - 2 and "=?" not in text and _PLAIN_PARAMETER.match(text):
        return [plain]
    pieces = ["".join(_percent(octet) for octet in character.encode()) for character in text]
    single = f"{key}*=utf-8''{''.join(pieces)}"
    if len(single) <= LINE - 2:
        return [single]
    parts: list[str] = []
    part = f"{key}*0*=utf-8''"
    for piece in pieces:
        if len(part) + len(piece) > LINE - 2:  # a blank before, a semicolon after
            parts.append(part)
            part = f"{key}*{len(parts)}*="
        part += piece
    return [*parts, part]


def _percent(octet: int) -> str:
    return chr(octet) if octet in _PARAMETER_SAFE else f"%{octet:02X}"


def file_name(name: str) -> str:
    """Makes a file name harmless in a header; blanks of all kinds inside it stay as they are."""
    cleaned = re.sub("[\t\n]+", " ", clean_text(name))
    cleaned = cleaned.replace("/", "_")  # a path is never a name, RFC 2183, 2.3
    return cleaned if cleaned.strip(" .") else "file"


def date(moment: datetime) -> str:
    """Writes a moment as RFC 5322, 3.3 wants it, with its offset: ``Sat, 21 Nov 2026 18:20:00 +0100``."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    offset = moment.utcoffset()
    minutes = 0 if offset is None else round(offset.total_seconds() / 60)
    sign, minutes = ("-", -minutes) if minutes < 0 else ("+", minutes)
    return (
        f"{_DAYS[moment.weekday()]}, {moment.day:02d} {_MONTHS[moment.month - 1]} {moment.year:04d} "
        f"{moment.hour:02d}:{moment.minute:02d}:{moment.second:02d} {sign}{minutes // 60:02d}{minutes % 60:02d}"
    )
