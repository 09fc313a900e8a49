"""Packs that installed Python packages bring: entry points of the group ``support_cli.packs``.

    [project.entry-points."support_cli.packs"]
    acme = "acme_support.pack"        # the folder acme_support/pack, which holds pack.yml

A pack is data: the package is found, and nothing of it is imported. See
https://packaging.python.org/en/latest/specifications/entry-points/.
"""

import re
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from support_cli.base.i18n import _
from support_cli.base.text import clean_line
from support_cli.packs.errors import PackError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "support_cli.packs"
_VALUE = re.compile(r"([^\W\d]\w*(?:\.[^\W\d]\w*)*)(?:\s*:\s*([^\W\d]\w*(?:\.[^\W\d]\w*)*))?")


class PackageError(PackError):
    """No installed Python package brings a pack of this name, or it is not where it should be."""


class Brought(NamedTuple):
    """A pack that a package brings.

    Attributes:
        name: Name of the entry point.
        package: Name and version of the package.
        folder: Folder that holds ``pack.yml``.
    """

    name: str
    package: str
    folder: Path


def names() -> list[str]:
    """Names of all such entry points, sorted."""
    return sorted({clean_line(one.name) for one in entry_points(group=GROUP)})


def find(name: str) -> Brought:
    """Finds a pack by the name of its entry point.

    Raises:
        PackageError: If there is none, or the package does not hold it.
    """
    found = list(entry_points(group=GROUP, name=name))
    if not found:
        raise PackageError(
            _("No installed Python package brings a pack “{name}”.").format(name=clean_line(name)[:80]),
            hint=_("Install the package into the Python that runs this program."),
        )
    entry = found[0]
    package = f"{entry.dist.name} {entry.dist.version}" if entry.dist is not None else ""
    for folder in _folders(entry):
        if (folder / "pack.yml").is_file():
            return Brought(name, clean_line(package), folder)
    raise PackageError(
        _("The Python package {package} says that it brings the pack “{name}”, and does not hold it.").format(
            package=clean_line(package), name=clean_line(name)[:80]
        ),
        hint=_("Its entry point must name a folder with pack.yml: {name} = “package.folder”").format(
            name=clean_line(name)[:80]
        ),
    )


def _folders(entry: "EntryPoint") -> list[Path]:
    """Where the entry point's folder may lie; nothing is imported to find out."""
    value = _VALUE.fullmatch(entry.value.strip())
    if value is None:
        return []
    top, *rest = ".".join(filter(None, value.groups())).split(".")
    places = []
    try:
        spec = find_spec(top)  # of a top-level name: asks finders, runs no code of the package
    except (ImportError, ValueError, AttributeError):
        spec = None
    if spec is not None:
        places = [Path(place) for place in spec.submodule_search_locations or ()]
    if entry.dist is not None:
        places.append(Path(str(entry.dist.locate_file(top))))
    folders = [place.joinpath(*rest) for place in places]
    return [*folders, *(folder / "pack" for folder in folders)]
