"""Keeps the translation catalogues in step with the code.

python -m tools.catalogues            extract, update every language, compile
python -m tools.catalogues --check    fail if anything is missing, fuzzy, obsolete or has wrong placeholders
"""

import ast
import re
import sys
from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from build_catalogs import LOCALE, compile_catalogues

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("uk", "ru", "pl")
_EPOCH = datetime(2026, 11, 1, tzinfo=UTC)
_KEYWORDS: dict[str, tuple[int, ...] | None] = {"_": None, "N_": None, "ngettext": (1, 2)}
_PLACE = re.compile(r"\{(\w*)\}")


def extract() -> Catalog:
    """Collects every message of the code, in the order of files and lines."""
    catalogue = Catalog(project="support-cli", charset="utf-8", fuzzy=False)
    found = extract_from_dir(
        ROOT / "support_cli",
        method_map=[("**.py", "python")],
        keywords=_KEYWORDS,
        comment_tags=("Translators:",),
    )
    for name, _line, message, comments, _context in found:
        # Line numbers would change every catalogue with every edit; the file is enough to find a message.
        catalogue.add(message, locations=[(f"support_cli/{Path(name).as_posix()}", 0)], auto_comments=comments)
    for message in catalogue:
        message.flags.discard("python-format")
        message.flags.discard("python-brace-format")
    return catalogue


def place(language: str) -> Path:
    """Where a language's catalogue lies."""
    return LOCALE / language / "LC_MESSAGES" / "support.po"


def load(language: str) -> Catalog:
    """Reads a language's catalogue; an empty one if there is none yet."""
    path = place(language)
    if not path.exists():
        return Catalog(locale=language, project="support-cli", charset="utf-8", fuzzy=False)
    with path.open("rb") as stream:
        return read_po(stream, locale=language)


def update() -> None:
    """Brings every language up to date; new messages are empty, gone ones are dropped."""
    template = extract()
    for language in LANGUAGES:
        catalogue = load(language)
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        # A fixed head: only what was translated may change a catalogue.
        catalogue.header_comment = f"# support-cli in {catalogue.locale.english_name}."
        catalogue.creation_date = catalogue.revision_date = _EPOCH
        path = place(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as stream:
            write_po(stream, catalogue, width=120, omit_header=False, include_lineno=False, ignore_obsolete=True)


def unseen(folder: Path, known: Collection[str]) -> list[str]:
    """Calls that translate something which extraction does not find, one sentence each.

    Extraction reads tokens, and before Python 3.12 an f-string is one of them; what is put together has no message at
    all. A name, an item of a table and an attribute may be translated: their texts are marked with ``N_``.

    Args:
        folder: Where the code lies.
        known: The messages that extraction found, singular forms.
    """
    found = []
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = node.func.id if isinstance(node.func, ast.Name) else ast.unparse(node.func).removeprefix("i18n.")
            if name not in _KEYWORDS:
                continue
            text, place = node.args[0], f"{path.relative_to(folder)}:{node.lineno}"
            if isinstance(text, ast.Constant):
                if text.value not in known:
                    found.append(f"{place}: extraction does not see {text.value!r}; take it out of the f-string")
            elif name != "_" or not _is_looked_up(text):
                found.append(f"{place}: only whole texts can be translated, not {ast.unparse(text)}")
    return found


def _is_looked_up(text: ast.expr) -> bool:
    if isinstance(text, ast.Call):
        return isinstance(text.func, ast.Attribute) and text.func.attr == "get"
    return isinstance(text, ast.Name | ast.Subscript | ast.Attribute | ast.IfExp)


def faults() -> list[str]:
    """Everything that is wrong with the catalogues, one sentence each."""
    template = {message.id: message for message in extract() if message.id}
    found = unseen(ROOT / "support_cli", {key if isinstance(key, str) else key[0] for key in template})
    for language in LANGUAGES:
        catalogue = load(language)
        known = {message.id: message for message in catalogue if message.id}
        found += [f"{language}: not translated: {key!r}" for key in template if not _filled(known.get(key))]
        found += [f"{language}: not used any more: {key!r}" for key in known if key not in template]
        for key, message in known.items():
            if message.fuzzy:
                found.append(f"{language}: fuzzy: {key!r}")
            found += [f"{language}: {text}: {key!r}" for text in _place_faults(message)]
    return found


def _filled(message: Message | None) -> bool:
    if message is None:
        return False
    return all(message.string) if isinstance(message.string, tuple | list) else bool(message.string)


def _place_faults(message: Message) -> list[str]:
    originals = message.id if isinstance(message.id, tuple | list) else (message.id,)
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    allowed = set().union(*(_PLACE.findall(text) for text in originals))
    needed = set(_PLACE.findall(originals[-1]))
    found = []
    for text in filter(None, strings):
        used = set(_PLACE.findall(text))
        if used - allowed:
            found.append(f"unknown placeholder {sorted(used - allowed)}")
        if needed - used - {"count"}:
            found.append(f"placeholder left out {sorted(needed - used)}")
    return found


def main(arguments: list[str]) -> int:
    """Updates, or checks."""
    if arguments != ["--check"]:
        update()
        compile_catalogues()
        return 0
    found = faults()
    print("\n".join(found) or "Catalogues are complete.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
