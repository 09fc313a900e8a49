"""Which pack and which form: what was named, what lies in this clone, what was set, else the general one."""

import difflib
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from support_cli.base.errors import SupportError, UsageError
from support_cli.base.i18n import _, ngettext
from support_cli.base.invocation import command_line
from support_cli.base.paths import expand
from support_cli.cases.cases import Cases
from support_cli.environment import Bench
from support_cli.forms.model import Form
from support_cli.packs import load
from support_cli.packs.errors import PackError, unknown_form
from support_cli.packs.pack import Pack

if TYPE_CHECKING:
    from support_cli.issue_forms.chooser import Offer

BLANK = "blank"
"""Id of the form for an issue without a form."""


def choose_entry(bench: Bench, pack: Pack, offer: "Offer") -> Form:
    """Shows what a repository offers the way its platform does: forms, templates, links, a blank issue.

    Raises:
        Leave: A link was chosen: its address is shown, and there is nothing to fill in here.
    """
    from support_cli.base.markdown import readable
    from support_cli.interview.prompter import Choice, Leave

    assert bench.prompter is not None  # noqa: S101 - the caller asked
    entries = [entry for entry in offer.entries if not entry.trouble]
    for entry in offer.entries:
        if entry.trouble:
            bench.prompter().say(f"{entry.file}: {entry.trouble}")
    choices = [Choice(key=entry.id, label=readable(entry.name), hint=readable(entry.description)) for entry in entries]
    chosen = bench.prompter().choose(pack.manifest.title, choices, default=offer.default or choices[0].key)
    entry = next(one for one in entries if one.id == chosen)
    if entry.url:
        bench.prompter().say(f"{readable(entry.name)}: {entry.url}")
        raise Leave
    return blank_form() if entry.kind.value == BLANK else pack.form(chosen)


def blank_form() -> Form:
    """An issue without a form: a title and a text, which is the body as it is."""
    from support_cli.distribution.find import with_title
    from support_cli.issue_forms import markdown

    form = markdown.load("", name=BLANK, form_id=BLANK).form
    text = msgspec.structs.replace(form.questions[0], id="body", label=_("Text"), required=True)
    return with_title(msgspec.structs.replace(form, name=_("Blank issue"), questions=(text,)))


DEFAULT_PACK = "general"
PYTHON = "python:"
"""Stands before the name of a pack that a Python package brings."""


def open_pack(bench: Bench, name: str, *, strict: bool = False) -> Pack:
    """Opens a pack by its name (one that came with the program, an installed one), or by a path.

    Args:
        bench: The collaborators.
        name: A name, the path of a folder, zip or file, ``python:NAME``, or the address of a repository with issue
            forms.
        strict: Issue forms that GitHub would refuse are refused.

    Raises:
        PackError: If there is none, or it cannot be used.
    """
    if load.is_builtin(name):
        return load.open_folder(load.builtin_root() / name, bench.cache, origin="builtin")
    if not any(mark in name for mark in "/\\:~") and name in installed_names(bench):
        return _open_installed(bench, name)
    if name.startswith(PYTHON):
        return _open_package(bench, name.removeprefix(PYTHON))
    if "://" in name or name.startswith("git+") or ("@" in name and not (bench.cwd / name).exists()):
        from support_cli.distribution import issue_repository

        if issue_repository.is_remote(name):
            return _open_repository(bench, name, strict=strict)
    path = bench.cwd / expand(name)
    if (path / "pack.yml").is_file():
        return load.open_folder(path, bench.cache)
    if path.name == "pack.yml" and path.is_file():
        return load.open_folder(path.parent, bench.cache)
    if path.is_file():
        from support_cli.distribution import zipped

        if path.suffix.lower() == ".zip" or zipped.looks_like_zip(path):
            return zipped.open_zip(path, bench.cache)
    if path.exists():
        from support_cli.distribution import find

        offer = find.offers(path)
        if offer is not None:
            return find.as_pack(offer, bench.cache, strict=strict)
        raise PackError(
            _("{path} holds neither a pack nor issue forms.").format(path=path),
            hint=_("A pack has a pack.yml; issue forms lie in .github/ISSUE_TEMPLATE."),
        )
    from support_cli.distribution import python_package

    if name in python_package.names():
        return _open_package(bench, name)
    raise _no_pack(name, [*load.builtin_names(), *installed_names(bench)])


def _open_repository(bench: Bench, name: str, *, strict: bool) -> Pack:
    """Issue forms of a repository that is not cloned here."""
    from support_cli.distribution import find, issue_repository

    source = issue_repository.source_of(name, bench.cwd)
    bench.say(_("Fetching {source} …").format(source=source.text))
    offer, trouble = issue_repository.offers_of(source, bench.cache.folder, bench.environ)
    if trouble:
        bench.say(_("Used as fetched before, because it cannot be fetched now: {problem}").format(problem=trouble))
    return find.as_pack(offer, bench.cache, strict=strict)


def installed_names(bench: Bench) -> list[str]:
    """Names of the installed packs.

    Raises:
        PackError: If the list of them cannot be read.
    """
    if bench.packs is None or not bench.packs.is_dir():
        return []
    from support_cli.distribution import lockfile

    return sorted(lockfile.read(bench.packs).packs)


def _open_installed(bench: Bench, name: str) -> Pack:
    from support_cli.distribution.store import Store, not_installed

    assert bench.packs is not None  # noqa: S101 - the caller found the name there
    store = Store(bench.packs)
    record = store.get(name)
    if record is None:
        raise not_installed(name, store.names())
    return store.open(record, bench.cache)


def _open_package(bench: Bench, name: str) -> Pack:
    from support_cli.distribution import python_package

    return load.open_folder(python_package.find(name).folder, bench.cache, origin="package")


def _no_pack(name: str, known: list[str]) -> PackError:
    near = difflib.get_close_matches(name, known, 1, 0.5)
    hint = (
        _("Did you mean “{near}”?").format(near=near[0])
        if near
        else _("Known: {names}.").format(names=", ".join(known))
    )
    return PackError(_("There is no pack “{name}”.").format(name=name[:80]), hint=hint, where="--pack")


def find_pack(bench: Bench, named: str, form: str, *, strict: bool = False) -> tuple[Pack, str]:
    """Finds the pack for a new request.

    Args:
        bench: The collaborators.
        named: Value of ``--pack``, or empty.
        form: Name of a form, of a pack, a path, or empty.
        strict: Issue forms that GitHub would refuse are refused.

    Returns:
        The pack, and the form's id or an empty text where it has to be chosen.
    """
    if named:
        pack = open_pack(bench, named, strict=strict)
        return pack, pack.find(form) or form
    here = _offered_here(bench, strict)
    if here is not None and (not form or here.find(form)):
        return here, here.find(form)
    default = bench.default_pack or DEFAULT_PACK
    if not form:
        return open_pack(bench, default), ""
    pack = open_pack(bench, default)
    if pack.find(form):
        return pack, pack.find(form)
    named_packs = [*load.builtin_names(), *installed_names(bench)]
    if form in named_packs or (bench.cwd / form).exists():
        return open_pack(bench, form, strict=strict), ""
    others = _with_form(bench, form, named_packs)
    if len(others) == 1:
        return others[0], form
    if others:
        hint = "  ".join(command_line("new", form, "-p", other.manifest.name) for other in others)
        raise UsageError(_("Several packs have a form “{form}”.").format(form=form), hint=hint, where="FORM")
    raise unknown_form(form, [*(here.form_ids() if here else ()), *pack.form_ids(), *named_packs], pack.where)


def find_team(bench: Bench, named: str, stored: Path) -> Pack:
    """Finds the pack for a question about the team: the named one, that of the latest request, else that of a new one.

    Args:
        bench: The collaborators.
        named: Value of ``--pack``, or empty.
        stored: The database; where there is none yet, none is made.
    """
    if not named and stored.exists():
        latest = max(Cases(bench.database()).list(), key=lambda line: line.created, default=None)
        if latest is not None:
            with suppress(SupportError):  # its pack is gone: what a new request takes will do
                return open_pack(bench, latest.pack_source or latest.pack)
    return find_pack(bench, named, "")[0]


def _with_form(bench: Bench, form: str, names: list[str]) -> list[Pack]:
    """The packs here that have a form of this id; one that cannot be opened has none."""
    found = []
    for name in names:
        with suppress(PackError):
            pack = open_pack(bench, name)
            if form in pack.form_ids():
                found.append(pack)
    return found


def _offered_here(bench: Bench, strict: bool) -> Pack | None:
    if bench.default_pack or not any((folder / ".git").exists() for folder in (bench.cwd, *bench.cwd.parents)):
        return None
    from support_cli.distribution import find

    offer = find.offers_here(bench.cwd)
    return None if offer is None else find.as_pack(offer, bench.cache, strict=strict)


def choose_form(bench: Bench, pack: Pack, form_id: str) -> Form:
    """Reads the form, asking which one where a pack has several.

    Raises:
        UsageError: If one has to be named and nobody can be asked.
    """
    ids = pack.form_ids()
    if form_id:
        return pack.form(form_id)
    if len(ids) == 1 and (pack.offer is None or len(pack.offer.entries) == 1 or bench.prompter is None):
        return pack.form(ids[0])
    if not ids and pack.offer is None:
        raise PackError(_("This pack has no form."), where=pack.where)
    if bench.prompter is None:
        raise UsageError(
            ngettext(
                "This pack has {count} form; name it.", "This pack has {count} forms; name one of them.", len(ids)
            ).format(count=len(ids)),
            hint="\n".join(command_line("new", one, *named_as(bench, pack)) for one in ids[:10]),
            where=pack.where,
        )
    if pack.offer is not None:
        return choose_entry(bench, pack, pack.offer)
    from support_cli.interview.prompter import Choice

    texts = pack.texts(bench.language)
    choices = []
    for one in ids:
        form = pack.form(one)
        choices.append(
            Choice(key=one, label=texts.get(form.name, form.name), hint=texts.get(form.description, form.description))
        )
    title = texts.get(pack.manifest.title, pack.manifest.title)
    return pack.form(bench.prompter().choose(title, choices, default=ids[0]))


def named_as(bench: Bench, pack: Pack) -> tuple[str, ...]:
    """The words of a command that name a pack; none for the one that is taken without them."""
    source = pack_source(pack)
    return () if source == (bench.default_pack or DEFAULT_PACK) else ("-p", source)


def pack_source(pack: Pack) -> str:
    """What finds a pack again, from whatever folder: by its name if it has one here, else by its place."""
    if pack.origin in ("builtin", "installed"):
        return pack.manifest.name
    return pack.where if pack.offer is not None and pack.offer.address else str(Path(pack.where).absolute())
