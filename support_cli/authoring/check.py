"""``support pack check``: everything that is wrong or doubtful about a pack, found without a customer."""

import copy
from collections.abc import Iterable, Iterator
from contextlib import suppress
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from support_cli.authoring import check_conditions, check_faq, check_forms, check_manifest, check_texts
from support_cli.authoring.check_case import FormSource, PackSource, error, hint, listed, warning
from support_cli.authoring.opening import FORM_ENDINGS, findings_of, open_for_author, read_manifest
from support_cli.authoring.templates import TemplateFindings, look_at_templates
from support_cli.base.errors import SupportError
from support_cli.base.finding import Finding, Level
from support_cli.base.i18n import LANGUAGES, N_, _
from support_cli.base.invocation import started
from support_cli.base.text import clean_line, shorten
from support_cli.deliver.desks.options import DeskOptions
from support_cli.deliver.registry import DESKS, desk_deliverer
from support_cli.distribution.choose import DEFAULT_PACK, open_pack
from support_cli.environment import Bench
from support_cli.packs import native, po, yamltext
from support_cli.packs.errors import PackError
from support_cli.packs.pack import Files, Pack
from support_cli.packs.tests import read_test
from support_cli.render import layout

FIXES = {
    "T001": N_(
        "Every key is explained in {docs}/support-team.md; “{support} pack schema form” lets an editor complete them."
    ),
    "T002": N_("Name a question that is asked before, and a choice as it is written there."),
    "T003": N_("Give each its own name, or take one of them out."),
    "T004": N_("Put the whole text in quotes."),
    "T005": N_("Write one as forms/request.yml."),
    "T010": N_("Take it out, or change the condition so that somebody can meet it."),
    "T011": N_("Take it out of the condition."),
    "T012": N_("Take the condition out."),
    "T020": N_("Add a question of the type textarea with “role: details”."),
    "T021": N_("Leave the role with one of them."),
    "T022": N_("Give them different labels."),
    "T023": N_("Take the group out, or let the question be optional."),
    "T024": N_("Say “private: true”, or do not ask for it."),
    "T025": N_("Say with “why” what it is needed for, or do not ask for it."),
    "T026": N_("Give the question the type of its role."),
    "T027": N_("Change the sample, or the rules."),
    "T028": N_("Write it without a repetition inside a repetition."),
    "T040": N_("Let a file be no larger than all of them together."),
    "T041": N_("Raise “message”, or lower “total”."),
    "T042": N_("Take the endings out of one of the two lists."),
    "T043": N_("Change the limits, or do not ask for such files."),
    "T044": N_("Lead a route to it, make it the default_channel, or take it out."),
    "T045": N_("See “Channels and routes” in {docs}/support-team.md, and {docs}/desks.md."),
    "T046": N_("Say “private: true” of these questions."),
    "T047": N_("Put in the line that “{support} pack keygen FILE” printed."),
    "T048": N_("Write it as a customer can use it: help@example.org, https://example.org."),
    "T049": N_("Add it to pack.yml."),
    "T050": N_("Write the unit, as in 8MB."),
    "T051": N_("Take it out, or send to a desk."),
    "T060": N_("See “Documents” in {docs}/support-team.md."),
    "T061": N_("See in {docs}/support-team.md what a template can name."),
    "T062": N_("Write  answers.ID|default('')  where a form may not have it."),
    "T063": N_("Put answers between tags only, and show text: no scripts, forms, frames or pictures from elsewhere."),
    "T064": N_("Name it like a document, as ticket.md.j2, or delete it."),
    "T065": N_("Name it like a block of the template that this one extends."),
    "T070": N_("Translate it in this file; “{support} pack extract PACK” puts in what is missing."),
    "T071": N_("“{support} pack extract PACK” takes it out."),
    "T072": N_("Look at the translation, then take the word “fuzzy” out."),
    "T073": N_("Write the same words in braces into the translation."),
    "T074": N_("Translate them differently."),
    "T075": N_("Mend it with a text editor, or delete the file and let “{support} pack extract PACK” begin anew."),
    "T076": N_("Nothing is wrong with the pack; it is good to know."),
    "T077": N_("Let “{support} pack extract PACK LANGUAGE” begin it, or name another language."),
    "T078": N_("“{support} pack compile PACK” makes it anew."),
    "T080": N_("Write the title into the front matter, and the answer below it."),
    "T081": N_("Choose words that customers would write."),
    "T082": N_("Choose words that customers would write, each for one topic."),
    "T083": N_("Translate it, beside the original."),
    "T090": N_("Write down answers and what shall come of them, as tests/first.yml."),
    "T091": N_("Put it into docs, take it out, or see whether its name is right."),
}
"""Code to a sentence."""


def with_fixes(findings: Iterable[Finding]) -> list[Finding]:
    """Gives every finding of ours that does not say what to do the general advice for its kind."""
    docs = docs_folder()
    return [
        one
        if one.fix or one.code not in FIXES
        else msgspec.structs.replace(one, fix=_(FIXES[one.code]).format(docs=docs, support=started()))
        for one in findings
    ]


def docs_folder() -> Path:
    """Where the pages for support teams lie: beside the modules of a wheel, or in a checkout."""
    packed = Path(__file__).parent.parent / "docs"
    return packed if packed.is_dir() else packed.parent.parent / "docs"


_KNOWN = {
    "": ("pack.yml",),
    "forms": FORM_ENDINGS,
    "templates": (".j2",),
    "faq": (".md",),
    "locale": (".po", ".mo", ".pot"),
    "tests": ("",),
    "docs": ("",),
}
_FREE = ("readme", "license", "licence", "copying", "notice", "changelog", "changes", "authors", "contributing")


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What a check found.

    Attributes:
        name: The pack's name, or what was named where it cannot be read.
        version: Its version.
        forms: How many forms were looked at.
        findings: ``T`` findings, by file.
    """

    name: str
    version: str = ""
    forms: int = 0
    findings: tuple[Finding, ...] = ()

    def ok(self, *, strict: bool = False) -> bool:
        """Whether the pack may go to customers."""
        bad = (Level.ERROR, Level.WARNING) if strict else (Level.ERROR,)
        return not any(one.level in bad for one in self.findings)


def check(bench: Bench, name: str) -> Checked:
    """Checks a pack, or a folder of issue forms.

    Raises:
        PackError: If there is no such pack.
    """
    pack, files, findings = open_for_author(bench, name)
    if files is None:
        assert pack is not None  # noqa: S101 - one of the two is there
        return _foreign(pack)
    forms, faults = _forms(files)
    findings += faults
    slips = list(_slips(files))
    manifest, parsed, _faults = read_manifest(files)
    if pack is None or manifest is None or parsed is None:
        told = sorted(with_fixes([*findings, *slips]), key=_order)
        return Checked(name=name, forms=len(forms), findings=tuple(told))
    if not forms and not faults:
        findings.append(error("T005", "forms", _("This pack has no form.")))
    source = PackSource(manifest, parsed.where, tuple(forms), whole=not faults)
    answers, faults = _answers(files)
    findings += faults
    texts, faults = _catalogues(files, manifest.language)
    findings += faults
    causes = len(findings)
    findings += slips
    for one in forms:
        findings += check_forms.check_form(one)
        findings += check_conditions.check_form(one)
    findings += check_manifest.check_manifest(source, DESKS)
    findings += _desks(source)
    if source.whole:  # a form that cannot be read would make every route to it look wrong
        findings += check_conditions.check_routes(source)
        findings += check_manifest.check_order(source)
    names = {name.removeprefix("faq/").removesuffix(".md") for name in files.names("faq")}
    findings += check_faq.check_faq(source, answers, names, [one for one in texts if one in LANGUAGES])
    findings += check_faq.check_topics(source)
    findings += _tests(files, source)
    general = open_pack(bench, DEFAULT_PACK)
    templates = look_at_templates(
        _as_a_stranger(pack), general, [one.form for one in forms] if source.whole else [], bench.cache.folder
    )
    findings += templates.findings
    findings += _translations(source, files, templates, general, texts)
    findings += _files(files)
    told = [*sorted(findings[:causes], key=_order), *sorted(findings[causes:], key=_order)]
    return Checked(name=manifest.name, version=manifest.version, forms=len(forms), findings=tuple(with_fixes(told)))


def _answers(files: Files) -> tuple[list[tuple[str, str]], list[Finding]]:
    """The answers to frequent questions that are text, and what is wrong with the others."""
    found, faults = [], []
    for name in files.names("faq"):
        if name.endswith(".md"):
            try:
                found.append((name.removeprefix("faq/")[:-3], yamltext.decode(files.read(name), name)))
            except PackError as fault:
                faults += findings_of(fault, name)
    return found, faults


def _catalogues(files: Files, own: str) -> tuple[dict[str, list[po.PoEntry]], list[Finding]]:
    """Translations by language, and what is wrong with the files that cannot be read."""
    found: dict[str, list[po.PoEntry]] = {}
    faults: list[Finding] = []
    for name in files.names("locale"):
        language = name.removeprefix("locale/")[:-3]
        if name.endswith(".po") and language != own:
            try:
                found[language] = po.read(files.read(name), name)
            except PackError as fault:
                faults.append(error("T075", fault.where or name, fault.message))
    return found, faults


def _slips(files: Files) -> Iterator[Finding]:
    """Looks at the text of every file that can be read; one that cannot be is told of elsewhere."""
    for name in ("pack.yml", *files.names("forms"), *files.names("tests"), *files.names("faq"), *files.names("locale")):
        with suppress(PackError):
            raw = files.read(name)
            if name.endswith(".po"):
                yield from check_forms.check_po(name, raw)
            elif name.endswith(FORM_ENDINGS):
                yield from check_forms.check_yaml(name, yamltext.decode(raw, name))
            elif name.endswith(".md"):
                head = yamltext.decode(raw, name).partition("\n---")[0]
                yield from check_forms.check_yaml(name, head if head.startswith("---") else "")


def _tests(files: Files, source: PackSource) -> Iterator[Finding]:
    """Looks at the pack's tests without running them: what they name has to be there."""
    forms = {one.form.id: one.form for one in source.forms}
    for name in files.names("tests"):
        if not name.endswith(FORM_ENDINGS):
            continue
        try:
            parsed = yamltext.parse(files.read(name), name=name)
            test = read_test(files.read(name), name)
        except PackError as fault:
            yield from findings_of(fault, name)
            continue
        if not source.whole:
            continue
        if test.form and test.form not in forms:
            message = _("The pack has no form “{id}”.").format(id=shorten(clean_line(test.form), 60))
            yield error("T002", parsed.where(("form",)), message, listed(forms))
            continue
        form = forms.get(test.form) if test.form else next(iter(forms.values())) if len(forms) == 1 else None
        known = {said for q in form.questions if q.asks for said in (q.id, q.label)} if form is not None else set()
        for key in test.answers if form is not None else ():
            if key not in known:
                near = get_close_matches(key, sorted(known), 1, 0.6)
                message = _("“{key}” is not a question of this form.").format(key=shorten(clean_line(key), 60))
                yield error("T002", parsed.where(("answers", key)), message, near[0] if near else None)


def _desks(source: PackSource) -> Iterator[Finding]:
    """Makes every desk that a channel describes, without a login and without speaking to it."""
    for name, channel in source.manifest.channels.items():
        if channel.kind not in DESKS or not channel.url:
            continue
        try:
            # Whether a desk may be reached without encryption is for the customer to say.
            allowed = urlsplit(channel.url).hostname or ""
            options = DeskOptions(url=channel.url, queue=channel.queue, settings=channel.settings, allow_plain=allowed)
            desk_deliverer(channel.kind, options).close()
        except SupportError as problem:
            yield error("T045", source.where(("channels", name)), problem.message, problem.hint)
        except ValueError:
            continue  # no address at all, which is found elsewhere


def _as_a_stranger(pack: Pack) -> Pack:
    """The pack without the trust that a built-in one has, so that its pages are looked at too."""
    other = copy.copy(pack)
    other.origin = "folder"
    return other


def _order(finding: Finding) -> tuple[str, int, str]:
    file, _colon, place = finding.where.partition(":")
    line = place.partition(":")[0]
    return file, int(line) if line.isdigit() else 0, finding.code


def _forms(files: Files) -> tuple[list[FormSource], list[Finding]]:
    forms: list[FormSource] = []
    findings: list[Finding] = []
    stems: set[str] = set()
    for name in files.names("forms"):
        stem, ending = Path(name).stem, Path(name).suffix
        if ending not in FORM_ENDINGS:
            continue
        if stem in stems:
            findings.append(error("T003", name, _("Another form has the id “{id}”.").format(id=stem)))
        stems.add(stem)
        try:
            parsed = yamltext.parse(files.read(name), name=name)
            forms.append(FormSource(native.read_form(parsed, stem), parsed.where))
        except PackError as fault:
            findings += findings_of(fault, name)
    return forms, findings


def _foreign(pack: Pack) -> Checked:
    """Issue forms: what GitHub or Gitea would say of them, and of the ``config.yml`` beside them."""
    offer = pack.offer
    if offer is None:
        return Checked(name=pack.manifest.name)
    entries = [entry for entry in offer.entries if entry.file]
    findings = list(offer.chooser.findings)
    for entry in entries:
        unread = [error("T001", entry.file, entry.trouble)] if entry.trouble else []
        findings += entry.findings or unread
    return Checked(name=pack.manifest.name, forms=len(entries), findings=tuple(findings))


def _translations(
    source: PackSource,
    files: Files,
    templates: TemplateFindings,
    general: Pack,
    catalogues: dict[str, list[po.PoEntry]],
) -> Iterator[Finding]:
    manifest = source.manifest
    texts: dict[str, bool] = {}
    found = [*po.of_manifest(manifest), *(t for one in source.forms for t in po.of_form(one.form))]
    for text in found:
        texts[text.text] = texts.get(text.text, False) or text.needed
    is_general = manifest.name == general.manifest.name
    languages = set()
    for name in files.names("locale"):
        language, ending = name.removeprefix("locale/")[:-3], name[-3:]
        if ending == ".mo":
            yield from _compiled(files, name, f"locale/{language}.po")
        if ending != ".po":
            continue
        languages.add(language)
        if language == manifest.language:
            yield warning("T071", name, _("The pack itself is written in this language, so this file is never read."))
        if language not in catalogues:
            continue
        shared = {} if is_general else general.texts(language)
        extra = frozenset(_shared_texts() if is_general else shared)
        whole = source.whole and not any(one.code == "T060" for one in templates.findings)
        wanted = check_texts.Wanted(texts, frozenset(templates.messages), extra, whole=whole)
        yield from check_texts.check_texts(source, name, catalogues[language], wanted, shared)
    for language in sorted({manifest.language, *languages} - set(LANGUAGES)):
        message = _("In “{language}” customers see the pack's texts, but the program and the headings in English.")
        place = "pack.yml" if language == manifest.language else f"locale/{language}.po"
        yield hint("T076", place, message.format(language=language))
    read = {"reply_language": manifest.reply_language} | {n: c.language for n, c in manifest.channels.items()}
    for key, wish in read.items():
        if wish and wish != manifest.language and wish not in languages:
            path = ("reply_language",) if key == "reply_language" else ("channels", key, "language")
            message = _("Documents shall be in “{language}”, and the pack has no translations into it.")
            yield warning("T077", source.where(path), message.format(language=wish))


def _shared_texts() -> list[str]:
    return layout.texts()


def _compiled(files: Files, name: str, source: str) -> Iterator[Finding]:
    raw = files.read(source) if source in files.names("locale") else None
    try:
        if po.fresh(files.read(name), raw, name) is None:
            message = _("This was not compiled from {file} as it is now, so it is not used.")
            yield warning("T078", name, message.format(file=source))
    except PackError as fault:
        yield error("T075", name, fault.message)


def _files(files: Files) -> Iterator[Finding]:
    names = [name for name, _size, _time in files.listing()]
    for name in names:
        folder, _slash, rest = name.rpartition("/")
        top = name.partition("/")[0] if "/" in name else ""
        deep = top in ("tests", "docs")
        endings = _KNOWN.get(top if deep else folder)
        free = name == "cues.yml" or (not folder and Path(name).stem.lower() in _FREE)
        if not free and (endings is None or not rest.endswith(endings)):
            yield hint("T091", name, _("No part of the program reads this file."))
    if not any(name.startswith("tests/") and name.endswith(FORM_ENDINGS) for name in names):
        yield hint("T090", "tests", _("This pack has no tests."))
