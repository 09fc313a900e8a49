"""``support pack extract`` and ``compile``: a pack's texts for translators, and back."""

from collections.abc import Sequence

import msgspec

from support_cli.authoring.check import check
from support_cli.authoring.files import put
from support_cli.authoring.init import translations
from support_cli.authoring.opening import folder_of, needs_files, open_own
from support_cli.authoring.templates import read_templates
from support_cli.base.errors import UsageError
from support_cli.base.finding import Finding, Level
from support_cli.base.i18n import _
from support_cli.base.invocation import command_line
from support_cli.distribution.choose import DEFAULT_PACK, open_pack
from support_cli.environment import Bench
from support_cli.packs import po
from support_cli.packs.errors import PackError
from support_cli.packs.pack import Pack
from support_cli.render import layout


class Translated(msgspec.Struct, frozen=True, kw_only=True):
    """One language's file.

    Attributes:
        language: The language.
        path: The file that was written.
        texts: How many texts it has.
        open: How many of them nobody has translated, or somebody has to look at again.
    """

    language: str
    path: str
    texts: int
    open: int


class Compiled(msgspec.Struct, frozen=True, kw_only=True):
    """What was compiled, and what is wrong with the translations.

    Attributes:
        paths: Files that were written.
        findings: ``T`` findings about translations; where there is an error, that language was not compiled.
    """

    paths: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether every language was compiled."""
        return not any(one.level is Level.ERROR for one in self.findings)


def extract(bench: Bench, name: str, languages: Sequence[str]) -> list[Translated]:
    """Brings the PO files of a pack up to date, and begins those of new languages.

    Args:
        bench: The collaborators.
        name: The pack, in a folder.
        languages: Languages to begin; those that are there are brought up to date in any case.

    Raises:
        PackError: If the pack or one of its files cannot be used, or it lies where nothing can be written.
        UsageError: If it has no languages yet and none is named.
    """
    pack = open_own(bench, name)
    files, root = needs_files(pack), folder_of(pack)
    known = [one.removeprefix("locale/")[:-3] for one in files.names("locale") if one.endswith(".po")]
    wanted = list(dict.fromkeys([*known, *languages]))
    if not wanted:
        raise UsageError(
            _("Name the languages to translate into."),
            hint=command_line("pack", "extract", name, "uk", "pl"),
            where="LANGUAGE",
        )
    if pack.manifest.language in languages:
        raise UsageError(
            _("The pack itself is written in “{language}”.").format(language=pack.manifest.language), where="LANGUAGE"
        )
    messages = _messages(bench, pack)
    found = []
    for language in wanted:
        file = f"locale/{language}.po"
        before = files.read(file) if language in known else None
        # What our own templates say is translated by the pack “general” already.
        shared = open_pack(bench, DEFAULT_PACK).texts(language) if pack.manifest.name != DEFAULT_PACK else {}
        own = {one.text for one in po.read(before, file)} if before else set()
        chosen = [
            one
            for one in messages
            if one.text in own or (one.needed and not (_only_templates(one) and one.text in shared))
        ]
        # The author of a pack that “pack init” began gets its texts translated whenever a language is added.
        begun = before or po.written(translations(pack.manifest.language, language, [one.text for one in chosen]))
        content = po.update(begun or None, chosen, language, file)
        put(root / file, content, replace=True)
        entries = po.read(content, file)
        open_ = sum(not one.translation or one.fuzzy for one in entries)
        found.append(Translated(language=language, path=str(root / file), texts=len(entries), open=open_))
    return found


def _only_templates(message: po.Message) -> bool:
    return all(file.startswith("templates/") for file in message.files)


def _messages(bench: Bench, pack: Pack) -> list[po.Message]:
    """Everything of a pack that customers and operators read."""
    forms = [pack.form(one) for one in pack.form_ids()]
    texts = [("pack.yml", text) for text in po.of_manifest(pack.manifest)]
    texts += [(pack.form_file(form.id), text) for form in forms for text in po.of_form(form)]
    looked = read_templates(pack, open_pack(bench, DEFAULT_PACK), forms)
    texts += [("templates/", po.Text(text, (), note="heading of a document")) for text in looked.messages]
    if pack.manifest.name == DEFAULT_PACK:
        texts += [("templates/", po.Text(text, (), note="heading of a document")) for text in layout.texts()]
    return po.collect(texts)


def compile_texts(bench: Bench, name: str) -> Compiled:
    """Checks the translations of a pack, and compiles them so that customers' first start need not.

    Raises:
        PackError: If the pack cannot be used, or lies where nothing can be written.
    """
    pack = open_own(bench, name)
    files, root = needs_files(pack), folder_of(pack)
    sources = [one for one in files.names("locale") if one.endswith(".po")]
    if not sources:
        raise PackError(
            _("This pack has no translations."),
            hint=command_line("pack", "extract", name, "uk", "pl"),
            where=pack.where,
        )
    told = [one for one in check(bench, name).findings if one.where.startswith("locale/") and one.code != "T078"]
    wrong = {one.where.partition(":")[0] for one in told if one.level is Level.ERROR}
    paths = []
    for file in sources:
        if file not in wrong:
            path = root / (file[:-3] + ".mo")
            put(path, po.compile_mo(files.read(file), file), replace=True)
            paths.append(str(path))
    return Compiled(paths=tuple(paths), findings=tuple(told))
