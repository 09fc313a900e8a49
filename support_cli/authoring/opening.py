"""A pack as its author has it: whole or broken, every file with its place."""

from pathlib import Path

from support_cli.base.errors import SupportError
from support_cli.base.finding import Finding, Level
from support_cli.base.i18n import _
from support_cli.base.invocation import command_line
from support_cli.base.paths import expand
from support_cli.distribution import zipped
from support_cli.distribution.choose import open_pack
from support_cli.environment import Bench
from support_cli.forms.model import Manifest
from support_cli.packs import load, native, yamltext
from support_cli.packs.errors import PackError
from support_cli.packs.files import FolderFiles
from support_cli.packs.pack import Files, Pack

FORM_ENDINGS = (".yml", ".yaml")


def open_for_author(bench: Bench, name: str) -> tuple[Pack | None, Files | None, list[Finding]]:
    """Opens a pack even if its manifest is broken.

    Returns:
        The pack, or None if its manifest cannot be used; its files, or None for issue forms; what is wrong with the
        manifest.

    Raises:
        PackError: If there is no such pack at all.
    """
    try:
        pack = open_own(bench, name)
    except PackError as error:
        files = _files(bench, name)
        if files is None or "pack.yml" not in files.names(""):
            raise
        _manifest, _parsed, findings = read_manifest(files)
        return None, files, findings or findings_of(error, "pack.yml")
    return pack, pack.files, []


def open_own(bench: Bench, name: str) -> Pack:
    """Opens the pack that its author means: a folder that lies here comes before one of the same name elsewhere.

    Customers get it the other way round, so that no folder takes the place of a pack that they trust.

    Raises:
        PackError: If there is none, or it cannot be used.
    """
    here = bench.cwd / expand(name)
    return open_pack(bench, str(here) if (here / "pack.yml").is_file() else name)


def _files(bench: Bench, name: str) -> Files | None:
    path = bench.cwd / expand(name)
    if not path.exists() and name in load.builtin_names():
        path = load.builtin_root() / name
    path = path.parent if path.name == "pack.yml" else path
    if path.is_dir():
        return FolderFiles(path)
    return zipped.ZipFiles(zipped.read_file(path), str(path)) if zipped.looks_like_zip(path) else None


def read_manifest(files: Files) -> tuple[Manifest | None, yamltext.Parsed | None, list[Finding]]:
    """Reads ``pack.yml`` with the places of everything in it."""
    try:
        parsed = yamltext.parse(files.read("pack.yml"), name="pack.yml")
    except PackError as error:
        return None, None, findings_of(error, "pack.yml")
    try:
        return native.read_manifest(parsed), parsed, []
    except PackError as error:
        return None, parsed, findings_of(error, "pack.yml")


def findings_of(error: SupportError, place: str) -> list[Finding]:
    """An error as findings."""
    told: tuple[Finding, ...] = getattr(error, "findings", ())
    if told:
        return list(told)
    message = error.message + (f" {error.hint}" if error.hint else "")
    return [Finding(code="T001", level=Level.ERROR, where=error.where or place, message=message)]


def needs_files(pack: Pack) -> Files:
    """The files of a pack of ours.

    Raises:
        PackError: If it is made of issue forms.
    """
    if pack.files is None:
        raise PackError(
            _("These are issue forms; this is done with packs only."),
            hint=command_line("pack", "init", "DIR"),
            where=pack.where,
        )
    return pack.files


def folder_of(pack: Pack) -> Path:
    """The folder that an author's pack lies in.

    Raises:
        PackError: If it lies in a zip, or is not the author's to change.
    """
    root = Path(pack.where)
    if pack.origin != "folder" or not root.is_dir():
        raise PackError(
            _("This writes into a pack, so it has to be a folder of yours."),
            hint=_("Unpack it first."),
            where=pack.where,
        )
    return root
