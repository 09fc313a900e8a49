"""A pack in a zip: read without unpacking, and only if nothing about it is odd.

Whoever makes a zip decides every byte of it, so all of its directory is looked at before anything is read: names that
lead out of it or cannot lie beside each other on every system, links and devices, encryption, sizes. What a member
claims to hold is not believed either; reading stops at the claimed size.
"""

import hashlib
import io
import re
import stat
import unicodedata
import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from support_cli.base.cache import Cache
from support_cli.base.i18n import _
from support_cli.base.invocation import command_line
from support_cli.base.text import clean_line, shorten
from support_cli.packs import load
from support_cli.packs.errors import PackError
from support_cli.packs.files import MAX_FILE, MAX_FILES, check_name, digest_of
from support_cli.packs.pack import Files, Pack

if TYPE_CHECKING:
    import zipfile

MAX_ZIP = 64 << 20
MAX_TOTAL = 64 << 20
_MOMENT = (1980, 1, 1, 0, 0, 0)
_RESERVED = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[<>"|?*\x7f]|[. ]$')


class ZipError(PackError):
    """A zip cannot be used as a pack."""


class ZipFiles:
    """The files of a pack in a zip.

    Args:
        content: The bytes of the zip.
        name: What it is called in messages.

    Raises:
        ZipError: If it is no zip, or holds anything that a pack has no use for.
    """

    def __init__(self, content: bytes, name: str) -> None:
        self._name = name
        if len(content) > MAX_ZIP:
            raise self._refuse(_("{name} is larger than a pack may be.").format(name=name))
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
            entries = self._zip.infolist()
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, UnicodeError, OverflowError) as error:
            raise self._refuse(_("{name} is not a readable zip.").format(name=name)) from error
        if len(entries) > 2 * MAX_FILES:
            raise self._refuse(_("{path} holds too many files for a pack.").format(path=name))
        members = {entry.filename: entry for entry in entries if self._look(entry)}
        self._look_at_all(entries, members)
        top = _top(members)
        self._members = {key.removeprefix(top): entry for key, entry in members.items() if key.startswith(top)}

    def _look(self, entry: "zipfile.ZipInfo") -> bool:
        """Whether an entry is a file that counts.

        Raises:
            ZipError: If it is something that must not be in a pack.
        """
        shown = shorten(clean_line(entry.orig_filename), 80)
        folder = entry.orig_filename.endswith("/")
        try:
            check_name(entry.orig_filename.removesuffix("/"))
        except PackError as error:
            raise self._refuse(error.message) from None
        if any(_RESERVED.fullmatch(part) or _FORBIDDEN.search(part) for part in entry.filename.strip("/").split("/")):
            raise self._refuse(
                _("“{name}” is a name that a file cannot have on every system.").format(name=shown),
            )
        if entry.flag_bits & 0x2041:  # encrypted, strongly encrypted, directory masked (APPNOTE 4.4.4)
            raise self._refuse(_("“{name}” is encrypted, and nobody could look at it.").format(name=shown))
        kind = stat.S_IFMT(entry.external_attr >> 16)
        if kind not in (0, stat.S_IFDIR if folder else stat.S_IFREG):
            raise self._refuse(_("{path} is not a regular file, and a pack has no others.").format(path=shown))
        if folder:
            return False
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise self._refuse(_("“{name}” is packed in a way that is not read here.").format(name=shown))
        if entry.file_size > MAX_FILE:
            raise self._refuse(_("{path} is larger than a file of a pack may be.").format(path=shown))
        return not _hidden(entry.filename)

    def _look_at_all(self, entries: "list[zipfile.ZipInfo]", members: "dict[str, zipfile.ZipInfo]") -> None:
        if len(members) > MAX_FILES:
            raise self._refuse(_("{path} holds too many files for a pack.").format(path=self._name))
        if sum(entry.file_size for entry in entries) > MAX_TOTAL:
            raise self._refuse(_("{name} is larger than a pack may be.").format(name=self._name))
        seen: dict[str, str] = {}
        folders: dict[str, str] = {}
        for entry in entries:
            parts = entry.filename.strip("/").split("/")
            for count in range(1, len(parts) + entry.is_dir()):
                above = "/".join(parts[:count])
                if folders.setdefault(_folded(above), above) != above:
                    raise self._refuse(_same_name(above, folders[_folded(above)]))
            if entry.is_dir():
                continue
            if _folded(entry.filename) in seen:
                raise self._refuse(_same_name(entry.filename, seen[_folded(entry.filename)]))
            seen[_folded(entry.filename)] = entry.filename
        both = sorted(folders.keys() & seen.keys())
        if both:
            raise self._refuse(_same_name(seen[both[0]], folders[both[0]]))

    def _refuse(self, message: str) -> ZipError:
        return ZipError(
            message,
            where=self._name,
            hint=_("Make the zip with:  {command}").format(command=command_line("pack", "build", "FOLDER")),
        )

    def path(self, name: str) -> None:
        """Nothing in a zip lies on disk by itself."""
        check_name(name)

    def names(self, folder: str) -> list[str]:
        """Names of the files straight inside a folder, sorted; empty when there is none."""
        start = f"{check_name(folder)}/" if folder else ""
        return sorted(name for name in self._members if name.startswith(start) and "/" not in name[len(start) :])

    def read(self, name: str) -> bytes:
        """The content of one file.

        Raises:
            PackError: If it is missing, or is not what the zip's directory says.
        """
        entry = self._members.get(check_name(name))
        if entry is None:
            raise ZipError(_("{path} does not exist.").format(path=f"{self._name}/{name}"))
        try:
            with self._zip.open(entry) as stream:
                content = stream.read(MAX_FILE + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError, NotImplementedError, RuntimeError):
            content = None
        if content is None or len(content) != entry.file_size:
            raise self._refuse(_("{path} is damaged.").format(path=f"{self._name}/{name}"))
        return content

    def listing(self) -> list[tuple[str, int, int]]:
        """Name, size in bytes and 0 of every file, sorted; hidden ones and caches left out."""
        return sorted((name, entry.file_size, 0) for name, entry in self._members.items())

    def digest(self) -> str:
        """The pack's digest: the same as that of a folder with these files."""
        return digest_of([(name, self.read(name)) for name in self._members])


def looks_like_zip(path: Path) -> bool:
    """Whether a file begins as a zip does."""
    try:
        if not path.is_file():
            return False
        with path.open("rb") as stream:
            return stream.read(4) in (b"PK\x03\x04", b"PK\x05\x06")
    except OSError:
        return False


def read_file(path: Path, most: int = MAX_ZIP) -> bytes:
    """Reads a regular file up to a size.

    Raises:
        ZipError: If it cannot be read, is none, or is larger.
    """
    try:
        if path.exists() and not path.is_file():  # opening a pipe would wait for its other end
            raise ZipError(_("{name} is not a regular file.").format(name=path), where=str(path))
        with path.open("rb") as stream:
            content = stream.read(most + 1)
    except OSError as error:
        raise ZipError(
            _("{path} cannot be read: {problem}.").format(path=path, problem=error.strerror), where=str(path)
        ) from None
    if len(content) > most:
        raise ZipError(_("{name} is larger than a pack may be.").format(name=path), where=str(path))
    return content


def open_zip(path: Path, cache: Cache, *, origin: str = "zip") -> Pack:
    """Opens a pack in a zip.

    Raises:
        PackError: If the zip or its manifest cannot be used.
    """
    content = read_file(path)
    files = ZipFiles(content, str(path))
    if "pack.yml" not in files.names(""):
        raise ZipError(_("{path} holds no pack.yml.").format(path=path), where=str(path))
    key = hashlib.sha256(content).hexdigest()
    known = cache.get("digest", key)
    digest = files.digest() if known is None else known.decode("ascii", "replace")
    if known is None:
        cache.put("digest", key, digest.encode())
    return load.open_files(files, cache, digest=digest, where=str(path), origin=origin)


def build(files: Files) -> bytes:
    """Makes the zip of a pack: the same files give the same bytes on every machine.

    Members are sorted, stored without compression (compressors differ from version to version), and carry one
    fixed moment and one set of permissions. Hidden files and ``__pycache__`` are left out.

    Raises:
        PackError: If a file cannot be read, or the pack could not be opened again from the zip.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as target:
        for name, _size, _time in sorted(files.listing()):
            entry = zipfile.ZipInfo(name, _MOMENT)
            entry.create_system = 3
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            target.writestr(entry, files.read(name))
    content = out.getvalue()
    ZipFiles(content, _("the new zip"))
    return content


def _top(members: "dict[str, zipfile.ZipInfo]") -> str:
    """The one folder that everything lies in, as in the zips that code hosts make; else empty."""
    if "pack.yml" in members:
        return ""
    tops = {name.partition("/")[0] for name in members if "/" in name}
    return next((f"{top}/" for top in tops if len(tops) == 1 and f"{top}/pack.yml" in members), "")


def _hidden(name: str) -> bool:
    return any(part.startswith(".") or part == "__pycache__" for part in name.split("/"))


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", name).casefold())


def _same_name(one: str, other: str) -> str:
    return _("“{one}” and “{other}” would be the same file on some systems.").format(one=one, other=other)
