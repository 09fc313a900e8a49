"""Opening a pack of ours: a folder with ``pack.yml``."""

import hashlib
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import msgspec

from support_cli.base.cache import Cache
from support_cli.base.i18n import _
from support_cli.base.text import clean_text, later
from support_cli.forms.model import Form, Manifest
from support_cli.packs.errors import PackError, unknown_form
from support_cli.packs.files import FolderFiles, check_name, digest_of
from support_cli.packs.pack import Files, Pack
from support_cli.packs.yamltext import decode

if TYPE_CHECKING:
    from support_cli.packs.schema import CuesFile

T = TypeVar("T")
_HERE = Path(__file__).parent.parent
_DIGEST = later(rb"sha256:[0-9a-f]{64}")


def builtin_root() -> Path:
    """The folder of the built-in packs, in a wheel (``support_cli/builtin``) or a checkout (``templates``)."""
    packed = _HERE / "builtin"
    return packed if packed.is_dir() else _HERE.parent / "templates"


def builtin_names() -> list[str]:
    """Names of the built-in packs."""
    with os.scandir(builtin_root()) as entries:
        return sorted(entry.name for entry in entries if is_builtin(entry.name))


def is_builtin(name: str) -> bool:
    """Whether a built-in pack is called so."""
    return name.replace("-", "").isalnum() and (builtin_root() / name / "pack.yml").is_file()


def open_folder(root: Path, cache: Cache, *, origin: str = "folder") -> Pack:
    """Opens a pack in a folder.

    Args:
        root: The folder that holds ``pack.yml``.
        cache: Where parsed parts are kept.
        origin: What ``Pack.origin`` says.

    Raises:
        PackError: If the manifest cannot be used.
    """
    files = FolderFiles(root)
    try:
        listing = files.listing()
    except OSError as error:
        raise PackError(
            _("The pack {path} cannot be read: {problem}.").format(path=root, problem=error.strerror),
            where=str(root),
        ) from None
    key = hashlib.sha256(repr((str(root), listing)).encode("utf-8", "surrogateescape")).hexdigest()
    known = cache.get("digest", key)
    if known is None or not _DIGEST.fullmatch(known):
        digest = digest_of([(name, files.read(name)) for name, _size, _time in listing])
        cache.put("digest", key, digest.encode())
    else:
        digest = known.decode("ascii")
    return open_files(files, cache, digest=digest, where=str(root), origin=origin)


def open_files(files: Files, cache: Cache, *, digest: str, where: str, origin: str) -> Pack:
    """Opens a pack whose files are at hand, wherever they are."""
    reader = _PackReader(files, cache, where)
    return Pack(
        reader.manifest(),
        digest=digest,
        where=where,
        origin=origin,
        form_names=reader.form_names(),
        read_form=reader.form,
        read_template=reader.template,
        read_texts=reader.texts,
        template_names=[name.removeprefix("templates/") for name in files.names("templates")],
        files=files,
        read_cues=reader.cues,
        read_faq=reader.faq,
    )


class _PackReader:
    """Reads the parts of one pack when they are asked for."""

    def __init__(self, files: Files, cache: Cache, where: str) -> None:
        self.files = files
        self.cache = cache
        self.where = where
        self.loaded: dict[str, Form] = {}
        self.language = "en"
        self.order: tuple[str, ...] = ()

    def cached(self, kind: str, name: str, type_: type[T], make: Callable[[bytes], T]) -> T:
        """Reads a file, and parses it only if this content was never parsed before."""
        raw = self.files.read(name)
        key = hashlib.sha256(name.encode() + b"\0" + raw).hexdigest()
        kept = self.cache.get(kind, key)
        if kept is not None:
            try:
                return msgspec.msgpack.decode(kept, type=type_)
            except msgspec.MsgspecError:
                pass
        made = make(raw)
        with suppress(OverflowError, UnicodeEncodeError):  # numbers beyond 64 bits: read anew each time
            self.cache.put(kind, key, msgspec.msgpack.encode(made))
        return made

    def name_of(self, name: str) -> str:
        return str(Path(self.where) / name)

    def manifest(self) -> Manifest:
        def make(raw: bytes) -> Manifest:
            from support_cli.packs import native, yamltext

            return native.read_manifest(yamltext.parse(raw, name=self.name_of("pack.yml")))

        manifest = self.cached("manifest", "pack.yml", Manifest, make)
        self.language, self.order = manifest.language, manifest.forms
        return manifest

    def form_names(self) -> dict[str, str]:
        names = {}
        for name in self.files.names("forms"):
            stem, _dot, ending = name.removeprefix("forms/").rpartition(".")
            if ending in ("yml", "yaml") and stem:
                names[stem] = name
        first = [one for one in self.order if one in names]
        return {one: names[one] for one in (*first, *names)}

    def form(self, form_id: str) -> Form:
        if form_id in self.loaded:
            return self.loaded[form_id]
        name = self.form_names().get(form_id)
        if name is None:
            raise unknown_form(form_id, list(self.form_names()), self.where)

        def make(raw: bytes) -> Form:
            from support_cli.packs import native, yamltext

            return native.read_form(yamltext.parse(raw, name=self.name_of(name)), form_id)

        form = self.loaded[form_id] = self.cached("form", name, Form, make)
        return form

    def template(self, name: str) -> str | None:
        if f"templates/{check_name(name)}" not in self.files.names("templates"):
            return None

        return decode(self.files.read(f"templates/{name}"), self.name_of(f"templates/{name}"))

    def faq(self) -> list[tuple[str, str]]:
        names = [name for name in self.files.names("faq") if name.endswith(".md")]
        return [(name[4:-3], decode(self.files.read(name), self.name_of(name))) for name in names]

    def cues(self) -> "CuesFile | None":
        if "cues.yml" not in self.files.names(""):
            return None
        from support_cli.packs import native, schema, yamltext

        def make(raw: bytes) -> schema.CuesFile:
            return native.read_cues(yamltext.parse(raw, name=self.name_of("cues.yml")))

        return self.cached("cues", "cues.yml", schema.CuesFile, make)

    def texts(self, language: str) -> Mapping[str, str]:
        if language == self.language:
            return {}
        source, compiled = (f"locale/{language}.{ending}" for ending in ("po", "mo"))
        names = self.files.names("locale")
        if compiled in names:
            from support_cli.packs import po

            raw = self.files.read(source) if source in names else None
            texts = po.fresh(self.files.read(compiled), raw, self.name_of(compiled))
            if texts is not None:
                return texts
        if source not in names:
            return {}
        return self.cached("texts", source, dict[str, str], lambda raw: read_texts(raw, self.name_of(source)))


def read_texts(raw: bytes, name: str) -> dict[str, str]:
    """Reads a PO file: original text to translation; fuzzy and empty entries are left out.

    Raises:
        PackError: If it is no PO file.
    """
    from support_cli.packs import po

    return {one.text: clean_text(one.translation) for one in po.read(raw, name) if one.translation and not one.fuzzy}
