"""The files of a new pack: those in ``starter/``, in the language that was asked for, with translations into others.

In them a text between the marks for texts is translated and written so that YAML takes it as it is; one between the
marks for prose (comments, Markdown) is translated and put in plainly.
"""

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from support_cli.packs import native, po, translatable, yamltext
from support_cli.packs.errors import YamlError

KINDS = ("service", "software", "shop")
LANGUAGES = ("en", "uk", "ru", "pl")
_HERE = Path(__file__).resolve().parent.parent / "starter"
_TEXT = re.compile("\N{MATHEMATICAL LEFT WHITE SQUARE BRACKET}(.+?)\N{MATHEMATICAL RIGHT WHITE SQUARE BRACKET}")
_PROSE = re.compile("\N{MATHEMATICAL LEFT DOUBLE ANGLE BRACKET}(.+?)\N{MATHEMATICAL RIGHT DOUBLE ANGLE BRACKET}")


@cache
def _texts(language: str) -> Mapping[str, str]:
    """English to a language."""
    if language == "en":
        return {}
    return {one.text: one.translation for one in po.read((_HERE / f"{language}.po").read_bytes(), f"{language}.po")}


def files_of(kind: str, *, name: str, title: str, language: str, languages: Sequence[str], to: str) -> dict[str, bytes]:
    """Makes the files of a new pack.

    Args:
        kind: One of ``KINDS``.
        name: The pack's name.
        title: Its title.
        language: Language that its texts are written in.
        languages: Languages that it is translated into.
        to: Address that requests go to.

    Returns:
        Names inside the pack and contents, without the documents of its tests.
    """
    values = {"NAME": name, "TITLE": scalar(title), "LANGUAGE": language, "TO": scalar(to)}
    contact = (_HERE / "contact.yml").read_text("utf-8")
    files: dict[str, str] = {}
    for folder in (_HERE / "all", _HERE / kind):
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                text = path.read_text("utf-8").replace("@CONTACT@\n", contact)
                place = path.relative_to(folder).as_posix()
                files[place] = _filled(text, place, language, values)
                if place.startswith("faq/"):
                    for other in languages:
                        files[place.replace(".md", f".{other}.md")] = _filled(text, place, other, values)
    for other in languages:
        files[f"locale/{other}.po"] = _catalogue(files, language, other, title).decode()
    return {place: text.encode() for place, text in sorted(files.items())}


def _filled(text: str, place: str, language: str, values: Mapping[str, str]) -> str:
    texts = _texts(language)
    plain = place.endswith(".j2")
    text = _TEXT.sub(lambda m: texts.get(m[1], m[1]) if plain else scalar(texts.get(m[1], m[1]), _listed(m)), text)
    text = _PROSE.sub(lambda m: texts.get(m[1], m[1]), text)
    return re.sub(r"@([A-Z]+)@", lambda m: values.get(m[1], m[0]), text)


def _listed(found: re.Match[str]) -> bool:
    """Whether a text stands in a list in brackets, where commas part."""
    return found.string[found.start() - 1] == "["


def scalar(text: str, listed: bool = False) -> str:
    """A text as YAML: as it is where YAML reads it so, else in quotes."""
    try:
        plain = yamltext.parse(f"a: [{text}]\n" if listed else f"a: {text}\n", name="text").data
        plain = plain == {"a": [text] if listed else text}
    except YamlError:
        plain = False
    return text if plain else json.dumps(text, ensure_ascii=False)


def _catalogue(files: Mapping[str, str], language: str, other: str, title: str) -> bytes:
    """The translations of a new pack into one language, from what is known of its English originals."""
    manifest = native.read_manifest(yamltext.parse(files["pack.yml"], name="pack.yml"))
    texts = [("pack.yml", text) for text in translatable.of_manifest(manifest)]
    for place, content in files.items():
        if place.startswith("forms/"):
            form = native.read_form(yamltext.parse(content, name=place), Path(place).stem)
            texts += [(place, text) for text in translatable.of_form(form)]
        elif place.endswith(".j2"):
            found = re.findall(r'_\("([^"]+)"\)', content)
            texts += [("templates/", translatable.Text(text, (), note="heading of a document")) for text in found]
    messages = [one for one in po.collect(texts) if one.needed]
    known = {title: title, **translations(language, other, [one.text for one in messages])}
    return po.update(po.written(known), messages, other, f"locale/{other}.po")


def translations(language: str, other: str, texts: Sequence[str]) -> dict[str, str]:
    """What is known of the texts of new packs from one language into another, of these texts."""
    if not {language, other} <= set(LANGUAGES):
        return {}
    known = {_texts(language).get(key, key): _texts(other).get(key, key) for key in _texts("uk")}
    return {text: known[text] for text in texts if text in known}
