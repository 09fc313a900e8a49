"""``support pack init``: a small complete pack that passes its own check and tests."""

import json
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import msgspec

from support_cli.authoring.dialog import Dialog
from support_cli.authoring.files import already_there, put
from support_cli.authoring.test import run_tests
from support_cli.base.errors import UsageError
from support_cli.base.i18n import N_, _
from support_cli.base.paths import expand
from support_cli.environment import Bench
from support_cli.forms.values import is_email
from support_cli.interview.prompter import Choice
from support_cli.packs import native, po, yamltext
from support_cli.packs.errors import YamlError
from support_cli.requests.places import OutputError

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
    texts = [("pack.yml", text) for text in po.of_manifest(manifest)]
    for place, content in files.items():
        if place.startswith("forms/"):
            form = native.read_form(yamltext.parse(content, name=place), Path(place).stem)
            texts += [(place, text) for text in po.of_form(form)]
        elif place.endswith(".j2"):
            found = re.findall(r'_\("([^"]+)"\)', content)
            texts += [("templates/", po.Text(text, (), note="heading of a document")) for text in found]
    messages = [one for one in po.collect(texts) if one.needed]
    known = {title: title, **translations(language, other, [one.text for one in messages])}
    return po.update(po.written(known), messages, other, f"locale/{other}.po")


def translations(language: str, other: str, texts: Sequence[str]) -> dict[str, str]:
    """What is known of the texts of new packs from one language into another, of these texts."""
    if not {language, other} <= set(LANGUAGES):
        return {}
    known = {_texts(language).get(key, key): _texts(other).get(key, key) for key in _texts("uk")}
    return {text: known[text] for text in texts if text in known}


ADDRESS = "support@example.org"
"""Stands in a new pack whose author did not say where requests go."""
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_LABELS = {
    "service": N_("A service: internet, phone, energy, a bank"),
    "software": N_("A program, an app or a website"),
    "shop": N_("A shop: orders, deliveries, returns"),
}
_TONGUES = {"en": "English", "uk": "Українська", "ru": "Русский", "pl": "Polski"}


class Wishes(msgspec.Struct, frozen=True, kw_only=True):
    """What a new pack shall be; what is empty is asked, or guessed.

    Attributes:
        folder: Where it shall lie.
        name: Its name.
        title: What customers see.
        kind: One of ``KINDS``.
        language: Language that it is written in; the one that is spoken by default.
        languages: Languages that it is translated into, with blanks or commas between; None for all that we speak.
        to: Address that requests go to.
    """

    folder: str
    name: str = ""
    title: str = ""
    kind: str = ""
    language: str = ""
    languages: str | None = None
    to: str = ""


class Begun(msgspec.Struct, frozen=True, kw_only=True):
    """A pack that was made."""

    path: str
    name: str
    title: str
    kind: str
    language: str
    languages: tuple[str, ...]
    to: str
    files: tuple[str, ...]


def init(bench: Bench, wishes: Wishes) -> Begun:
    """Makes a new pack in a folder that is not there yet, or empty.

    Raises:
        UsageError: If a wish cannot be met.
        OutputError: If something lies there already, or it cannot be written.
    """
    root = bench.cwd / expand(wishes.folder)
    if root.is_symlink() or (root.exists() and (not root.is_dir() or any(root.iterdir()))):
        raise already_there(root)
    wishes = _checked(_asked(bench, wishes, root) if bench.prompter is not None else _guessed(bench, wishes, root))
    languages = _languages(wishes)
    files = files_of(
        wishes.kind,
        name=wishes.name,
        title=wishes.title,
        language=wishes.language,
        languages=languages,
        to=wishes.to,
    )
    _write(bench, root, files)
    return Begun(
        path=str(root),
        name=wishes.name,
        title=wishes.title,
        kind=wishes.kind,
        language=wishes.language,
        languages=tuple(languages),
        to=wishes.to,
        files=tuple(sorted(p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file())),
    )


def _write(bench: Bench, root: Path, files: dict[str, bytes]) -> None:
    """Makes everything beside its place and moves it there whole."""
    try:
        root.parent.mkdir(parents=True, exist_ok=True)
        workshop = Path(tempfile.mkdtemp(dir=root.parent, prefix=".pack-"))
    except OSError as error:
        raise OutputError(
            _("{path} cannot be written: {problem}.").format(path=root, problem=error.strerror or error),
            hint=_("Name another place."),
            where=str(root),
        ) from None
    try:
        new = workshop / "pack"
        for name, content in files.items():
            put(new / name, content, replace=False)
        run_tests(bench, str(new), update=True)
        if root.exists():
            for path in new.iterdir():
                path.rename(root / path.name)
        else:
            new.rename(root)
    finally:
        shutil.rmtree(workshop, ignore_errors=True)


def _guessed(bench: Bench, wishes: Wishes, root: Path) -> Wishes:
    name = wishes.name or _slug(root.resolve().name)
    return msgspec.structs.replace(
        wishes,
        name=name,
        title=wishes.title or name.replace("-", " ").replace("_", " ").capitalize(),
        kind=wishes.kind or KINDS[0],
        language=wishes.language or bench.language,
        to=wishes.to or ADDRESS,
    )


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9._-]+", "-", plain).strip("-._")[:64] or "my-pack"


def _asked(bench: Bench, wishes: Wishes, root: Path) -> Wishes:
    """Asks for what was not said."""
    assert bench.prompter is not None  # noqa: S101 - the caller looked
    guess = _guessed(bench, wishes, root)
    dialog = Dialog(bench.prompter(), _("A new pack"), 6)
    kind = wishes.kind or dialog.choose(
        _("What is it for?"), [Choice(key=key, label=_(label)) for key, label in _LABELS.items()], KINDS[0]
    )
    title = wishes.title or dialog.line(
        _("What name should customers see?"), example=_("Northern Lights, customer service"), default=guess.title
    )
    name = wishes.name or dialog.line(
        _("Short name, for the command line"),
        default=guess.name,
        hint=_("Small Latin letters, digits, “-”, “_” and dots."),
        check=lambda text: None if _NAME.fullmatch(text) else _("Small Latin letters, digits, “-”, “_” and dots."),
    )
    language = wishes.language or dialog.choose(
        _("Which language do you write it in?"),
        [Choice(key=key, label=label) for key, label in _TONGUES.items()],
        guess.language,
    )
    others = [one for one in LANGUAGES if one != language]
    languages = wishes.languages
    if languages is None:
        languages = dialog.line(
            _("Which languages should it be translated into?"),
            hint=_("Any of {languages}, with blanks between; empty for none.").format(languages=", ".join(others)),
            default=" ".join(others),
            optional=True,
            check=lambda text: _wrong_languages(text, language),
        )
    to = wishes.to or dialog.line(
        _("Which address do requests go to?"),
        example=ADDRESS,
        check=lambda text: None if is_email(text) else _("“{text}” is not an e-mail address.").format(text=text[:60]),
    )
    dialog.end()
    return Wishes(
        folder=wishes.folder, name=name, title=title, kind=kind, language=language, languages=languages, to=to
    )


def _split(text: str) -> list[str]:
    return [part for part in re.split(r"[\s,]+", text) if part]


def _wrong_languages(text: str, language: str) -> str | None:
    for one in _split(text):
        if one not in LANGUAGES or one == language:
            known = ", ".join(other for other in LANGUAGES if other != language)
            return _("“{language}” is not one of {known}.").format(language=one[:20], known=known)
    return None


def _languages(wishes: Wishes) -> Sequence[str]:
    if wishes.languages is None:
        return [one for one in LANGUAGES if one != wishes.language]
    return list(dict.fromkeys(_split(wishes.languages)))


def _checked(wishes: Wishes) -> Wishes:
    """Looks at what came from flags, which nobody has looked at yet."""
    if wishes.kind not in KINDS:
        raise UsageError(
            _("There is no kind of pack called “{kind}”.").format(kind=wishes.kind[:40]),
            hint=", ".join(KINDS),
            where="--kind",
        )
    if not _NAME.fullmatch(wishes.name):
        raise UsageError(
            _("“{name}” cannot be the name of a pack.").format(name=wishes.name[:60]),
            hint=_("Small Latin letters, digits, “-”, “_” and dots."),
            where="--name",
        )
    if not is_email(wishes.to):
        raise UsageError(_("“{text}” is not an e-mail address.").format(text=wishes.to[:60]), where="--to")
    if wishes.language not in LANGUAGES:
        raise UsageError(
            _("A new pack is written in one of {languages}.").format(languages=", ".join(LANGUAGES)), where="--lang"
        )
    wrong = _wrong_languages(wishes.languages or "", wishes.language)
    if wrong:
        raise UsageError(wrong, where="--languages")
    return wishes
