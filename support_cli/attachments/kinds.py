"""The type of a file by what is in it; its name only tells one kind of text from another.

The common kinds are known here, in one look at the first and last 64 KiB, so that most files cost no import; what
remains is asked of puremagic. Sources of the signatures: the IANA media type registrations, RFC 2045-2049 for the
fallbacks, "Common Object File Format" (PE), "[MS-CFB]" (Office before 2007), ISO/IEC 14496-12 (``ftyp`` brands),
ECMA-376 and OASIS ODF part 3 (Office since 2007).
"""

import codecs
import re
from collections.abc import Callable

from support_cli.attachments.names import ending_of
from support_cli.base.text import later

WINDOW = 1 << 16
"""How many bytes of the start and of the end are looked at."""

BINARY = "application/octet-stream"
TEXT = "text/plain"
WINDOWS_PROGRAM = "application/vnd.microsoft.portable-executable"
UNIX_PROGRAM = "application/x-executable"
MAC_PROGRAM = "application/x-mach-binary"
PROGRAMS = frozenset({WINDOWS_PROGRAM, UNIX_PROGRAM, MAC_PROGRAM, "application/x-msi", "application/java-archive"})

Peek = Callable[[int, int], bytes]
"""Reads a few bytes at an offset: ``peek(offset, length)``."""

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"\x00\x00\x00\x0cJXL \r\n\x87\n", "image/jxl"),
    (b"\x1f\x8b\x08", "application/gzip"),
    (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ\x00", "application/x-xz"),
    (b"\x28\xb5\x2f\xfd", "application/zstd"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"\x78\x9f\x3e\x22", "application/ms-tnef"),
    (b"MSCF\x00\x00\x00\x00", "application/vnd.ms-cab-compressed"),
    (b"\x7fELF", UNIX_PROGRAM),
    (b"\xcf\xfa\xed\xfe", MAC_PROGRAM),
    (b"\xce\xfa\xed\xfe", MAC_PROGRAM),
    (b"\xfe\xed\xfa\xcf", MAC_PROGRAM),
    (b"\xfe\xed\xfa\xce", MAC_PROGRAM),
    (b"L\x00\x00\x00\x01\x14\x02\x00", "application/x-ms-shortcut"),
    (b"SQLite format 3\x00", "application/vnd.sqlite3"),
    (b"fLaC", "audio/flac"),
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"\xd4\xc3\xb2\xa1", "application/vnd.tcpdump.pcap"),
    (b"\xa1\xb2\xc3\xd4", "application/vnd.tcpdump.pcap"),
    (b"\x0a\x0d\x0d\x0a", "application/x-pcapng"),
    (b"ElfFile\x00", "application/x-ms-evtx"),
    (b"MDMP", "application/x-ms-minidump"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OOXML = {
    "word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
_OOXML_MACRO = {
    "word/": "application/vnd.ms-word.document.macroenabled.12",
    "xl/": "application/vnd.ms-excel.sheet.macroenabled.12",
    "ppt/": "application/vnd.ms-powerpoint.presentation.macroenabled.12",
}
_OLE_STREAMS = (
    ("WordDocument", "application/msword"),
    ("Workbook", "application/vnd.ms-excel"),
    ("PowerPoint Document", "application/vnd.ms-powerpoint"),
    ("__properties_version1.0", "application/vnd.ms-outlook"),
)
_MSI_CLASS = bytes.fromhex("84100c0000000000c000000000000046")
_TEXT_ENDINGS = {
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "md": "text/markdown",
    "ics": "text/calendar",
    "vcf": "text/vcard",
}


def media_type(head: bytes, tail: bytes, name: str, peek: Peek) -> str:
    """Names the media type of a file.

    Args:
        head: Its first ``WINDOW`` bytes, or all of it.
        tail: Its last ``WINDOW`` bytes, or all of it.
        name: Its name; tells CSV from other text, and nothing else.
        peek: Reads elsewhere in the file; used for the directory of an Office file.

    Returns:
        A media type without parameters; ``text/plain`` or ``application/octet-stream`` when nothing better is
        known. Never ``message/*`` or ``multipart/*``, which may not travel as base64 (RFC 2046, 5.2.1).
    """
    # Text first: "ID3 tags", "BZh" and "RIFF" are also how a sentence may begin.
    text = _as_text(head)
    if text is not None:
        return _kind_of_text(text, name)
    found = _container(head, tail, peek) or next((kind for magic, kind in _SIGNATURES if head.startswith(magic)), None)
    return found or _by_puremagic(head, tail)


def _container(head: bytes, tail: bytes, peek: Peek) -> str | None:
    """The formats that one word at the start does not settle."""
    if head[:4] in (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"):
        return _zip(head, tail)
    if head[:8] == _OLE:
        return _ole(head, peek)
    if head[:2] == b"MZ" and (len(head) >= 64 and b"\0" in head[:64]):
        return WINDOWS_PROGRAM  # DOS programs too: nobody wants to tell them apart
    if head[4:8] == b"ftyp":
        return _iso_media(head)
    if head[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}.get(head[8:12])
    if head[:4] == b"\x1aE\xdf\xa3":
        return "video/webm" if b"webm" in head[:64] else "video/matroska"
    if head[:4] in (b"\xca\xfe\xba\xbe", b"\xca\xfe\xba\xbf"):
        # A Java class and a Mac program of several processors begin alike: the latter has few of them.
        return MAC_PROGRAM if int.from_bytes(head[4:8], "big") < 40 else "application/java-vm"
    if head[:2] == b"BM" and len(head) > 26 and head[6:10] == bytes(4):
        return "image/bmp"
    if head[257:262] == b"ustar":
        return "application/x-tar"
    if b"%PDF-" in head[:1024]:
        return "application/pdf"
    if len(head) > 4 and head[0] == 0xFF and head[1] & 0xE6 in (0xE2, 0xE4, 0xE6) and head[1] != 0xFF:
        return "audio/mpeg" if head[2] >> 4 not in (0, 15) and head[:2] != b"\xff\xfe" else None
    return None


def _zip(head: bytes, tail: bytes) -> str:
    """Tells Office, OpenDocument, EPUB, Java and Android files from an ordinary zip by the names inside."""
    start = re.match(rb"PK\x03\x04.{22}\x08\x00(?:.{2})mimetype([a-z0-9.+/-]{1,100})", head[:200], re.DOTALL)
    if start:
        return _registered(start[1].decode("ascii").removesuffix("PK"))
    names = _names_in_zip(head, b"PK\x03\x04", 26, 30) | _names_in_zip(tail, b"PK\x01\x02", 28, 46)
    if "[Content_Types].xml" in names:
        table = _OOXML_MACRO if any(name.endswith("vbaProject.bin") for name in names) else _OOXML
        for folder, kind in table.items():
            if any(name.startswith(folder) for name in names):
                return kind
    if "AndroidManifest.xml" in names:
        return "application/vnd.android.package-archive"
    if "META-INF/MANIFEST.MF" in names:
        return "application/java-archive"
    return "application/zip"


def _names_in_zip(window: bytes, mark: bytes, length_at: int, name_at: int) -> set[str]:
    """Names in the headers that lie in a window (APPNOTE.TXT 4.3.7 and 4.3.12); at most 2,000."""
    names: set[str] = set()
    at = window.find(mark)
    while at >= 0 and len(names) < 2000:
        length = int.from_bytes(window[at + length_at : at + length_at + 2], "little")
        names.add(window[at + name_at : at + name_at + length].decode("utf-8", "replace"))
        at = window.find(mark, at + 4)
    return names


def _registered(kind: str) -> str:
    """The type that a file declares of itself, if it is one that such files have."""
    known = ("application/vnd.oasis.opendocument.", "application/epub+zip", "application/vnd.sun.xml.")
    return kind if kind.startswith(known) else "application/zip"


def _ole(head: bytes, peek: Peek) -> str:
    """Reads the first directory sector of a compound file ([MS-CFB] 2.2: its number is at offset 48)."""
    shift = int.from_bytes(head[30:32], "little")
    sector = 1 << (shift if shift in (9, 12) else 9)
    directory = peek((int.from_bytes(head[48:52], "little") + 1) * sector, 4096)
    if _MSI_CLASS in directory[:128]:
        return "application/x-msi"
    for stream, kind in _OLE_STREAMS:
        if stream.encode("utf-16-le") in directory:
            return kind
    return "application/x-ole-storage"


def _iso_media(head: bytes) -> str:
    """Photographs and films of phones: the brands of the ``ftyp`` box."""
    size = min(max(int.from_bytes(head[:4], "big"), 16), 256)
    major, brands = head[8:12], {head[at : at + 4] for at in range(8, size, 4)}
    if brands & {b"avif", b"avis"}:
        return "image/avif"
    if brands & {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"}:
        return "image/heic"
    if major in (b"mif1", b"msf1"):
        return "image/heif"
    if major == b"qt  ":
        return "video/quicktime"
    if major[:3] == b"M4A":
        return "audio/mp4"
    return "video/3gpp" if major[:3] == b"3gp" else "video/mp4"


# What text does not hold: controls other than BEL, BS, TAB, LF, VT, FF, CR and ESC.
_CONTROLS = later(rb"[\x00-\x06\x0e-\x1a\x1c-\x1f\x7f]")
_WRITTEN_CONTROLS = later("[\x00-\x06\x0e-\x1a\x1c-\x1f\x7f\ufffe\uffff]")


def _as_text(head: bytes) -> str | None:
    """Decodes the start of a file if it is text in UTF-8, UTF-16, or an 8-bit code such as windows-1251."""
    if head[:3] == b"\xef\xbb\xbf":
        head = head[3:]
    elif head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _utf16(head[2:], "utf-16-le" if head[0] == 0xFF else "utf-16-be")
    elif b"\0" in head:
        # Latin text in UTF-16 without a mark: every second byte is NUL.
        for code, nul in (("utf-16-le", head[1::2]), ("utf-16-be", head[::2])):
            if len(head) >= 8 and nul.count(0) > 0.6 * len(nul):
                return _utf16(head, code)
        return None
    few = len(_CONTROLS.findall(head)) * 200 <= len(head)
    try:
        return _utf8(head) if few else None
    except UnicodeDecodeError:
        return _eight_bits(head)


def _utf8(head: bytes) -> str:
    if len(head) >= WINDOW - 3:  # the window may have cut a character
        return codecs.getincrementaldecoder("utf-8")().decode(head)
    return head.decode("utf-8")


def _utf16(data: bytes, code: str) -> str | None:
    try:
        text = data[: len(data) & ~1].decode(code)
    except UnicodeDecodeError as error:
        if error.start < WINDOW - 8:
            return None
        text = data[: error.start].decode(code)
    return None if _WRITTEN_CONTROLS.search(text) else text


def _eight_bits(head: bytes) -> str | None:
    """Text in another code: no odd controls, and a short one has letters where the Cyrillic pages have them."""
    if _CONTROLS.search(head):
        return None
    high = [byte for byte in head[:64] if byte >= 0x80]
    windows = sum(byte >= 0xC0 or byte in b"\xa5\xa8\xaa\xaf\xb2\xb3\xb4\xb8\xba\xbf" for byte in high)
    dos = sum(0x80 <= byte <= 0xAF or 0xE0 <= byte <= 0xF7 for byte in high)
    # Of 64 octets that are not text, at least one is a control, but for one file in 2,000.
    if len(head) >= 64 or 3 * len(high) <= len(head) or max(windows, dos) >= 0.85 * len(high):
        return head.decode("latin-1")
    return None


def _kind_of_text(text: str, name: str) -> str:
    """Tells structured text from plain by its first words, CSV and its kin by the name."""
    start = text[:1024].lstrip().lower()
    for magic, kind in (
        ("%pdf-", "application/pdf"),
        ("%!ps", "application/postscript"),
        ("{\\rtf", "application/rtf"),
    ):
        if start.startswith(magic):
            return kind
    if start.startswith(("<!doctype html", "<html")):
        return "text/html"
    if start.startswith(("<?xml", "<svg")):
        return "image/svg+xml" if "<svg" in start else "application/xml"
    if re.match(r"#![^\n]*[/ ](?:ba|da|z|k)?sh\b", start):
        return "text/x-shellscript"
    if start[:1] in ("{", "[") and ending_of(name) in ("json", "har", "geojson", "webmanifest"):
        return "application/json"
    return _TEXT_ENDINGS.get(ending_of(name), TEXT)


def _by_puremagic(head: bytes, tail: bytes) -> str:
    """Asks puremagic about the rare kinds; what rests on fewer than four bytes is chance."""
    import puremagic

    try:
        matches = puremagic.magic_string(head + tail)
    except (puremagic.PureError, ValueError):
        return BINARY
    for match in matches:
        kind = match.mime_type.strip().lower()
        if match.confidence >= 0.4 and re.fullmatch(r"[a-z]+/[a-z0-9.+-]+", kind):
            return BINARY if kind.startswith(("message/", "multipart/", "text/")) else kind
    return BINARY
