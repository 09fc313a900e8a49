"""Build hook: compiles the translation catalogues, so that a wheel and an editable install speak every language."""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

LOCALE = Path(__file__).parent / "support_cli" / "locale"


def compile_catalogues(folder: Path = LOCALE) -> list[Path]:
    """Writes a .mo file beside each .po file.

    Returns:
        The files written.
    """
    written = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        with source.open("rb") as stream:
            catalogue = read_po(stream)
        target = source.with_suffix(".mo")
        with target.open("wb") as stream:
            write_mo(stream, catalogue)
        written.append(target)
    return written


class CatalogueHook(BuildHookInterface[Any]):
    """Runs before every build, editable ones included."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compiles the catalogues (hatchling calls this before it collects files)."""
        del version, build_data
        compile_catalogues()


if __name__ == "__main__":
    for path in compile_catalogues():
        print(path)
