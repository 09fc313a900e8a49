"""A vendor's own command: this program, with the pack that the vendor's Python package brings.

# acme_support/__init__.py
from support_cli.white_label import command

main = command("acme")

# pyproject.toml
[project.scripts]
acme-support = "acme_support:main"

[project.entry-points."support_cli.packs"]
acme = "acme_support.pack"
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path


def command(pack: str) -> Callable[[], None]:
    """Makes the function of a console script.

    Args:
        pack: Name of an entry point of the group ``support_cli.packs``.

    Returns:
        A function that runs this program under the name of the script; ``-p`` still names any other pack.
    """

    def main() -> None:
        from support_cli.__main__ import main as run

        os.environ["SUPPORT_PACK"] = f"python:{pack}"
        name = Path(sys.argv[0]).stem
        run("support" if name in ("", "__main__") else name, _version(pack) if len(sys.argv) == 2 else "")

    return main


def _version(pack: str) -> str:
    """Version of the Python package that brings a pack, or nothing where that cannot be told."""
    from importlib.metadata import entry_points

    found = next(iter(entry_points(group="support_cli.packs", name=pack)), None)
    return found.dist.version if found is not None and found.dist is not None else ""
