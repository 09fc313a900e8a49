"""``support pack add``, ``update``, ``remove`` and ``trust``: packs come, change and go only with somebody's word."""

from collections.abc import Iterator

import msgspec

from support_cli.base.errors import SupportError, UsageError, of_one_item
from support_cli.base.i18n import _
from support_cli.base.invocation import command_line
from support_cli.distribution import source as sources
from support_cli.distribution.changes import lines_about
from support_cli.distribution.choose import open_pack
from support_cli.distribution.consent import ask, trust_command, wrong_digest
from support_cli.distribution.install import Brought, Wish, bring, told
from support_cli.distribution.lockfile import Installed, is_digest
from support_cli.distribution.store import StoreError, not_installed
from support_cli.distribution.trusted import FREE, is_trusted, note, store_of
from support_cli.distribution.web import Web
from support_cli.environment import Bench
from support_cli.packs import load
from support_cli.packs.errors import PackError


def add(bench: Bench, web: Web, text: str, wish: Wish) -> Brought:
    """Installs a pack, or another version of one, from wherever SOURCE names.

    Raises:
        SupportError: If it cannot be had, is no good pack, or nobody agreed to it.
    """
    return bring(bench, web, sources.parse(text, bench.cwd), None, wish, check=False)


def update(bench: Bench, web: Web, name: str, wish: Wish, *, check: bool) -> Iterator[Brought]:
    """Looks for newer versions where packs came from, and installs them.

    Args:
        bench: The collaborators.
        web: How the web is reached.
        name: One pack, or empty for all.
        wish: What the flags said.
        check: Only look.

    Yields:
        What became of each pack; a faulty one never stops the others.

    Raises:
        SupportError: If one was named and it cannot be updated.
        UsageError: If a digest or a key was given for all of them.
    """
    lock = store_of(bench).lock()
    if not name and (wish.trust or wish.key):
        raise UsageError(
            _("Name the pack that this is about."), hint=command_line("pack", "update", "NAME", "--trust", "DIGEST")
        )
    if name and name not in lock.packs:
        raise _no_update(name, sorted(lock.packs))
    for record in [lock.packs[name]] if name else list(lock.packs.values()):
        try:
            source = sources.parse(record.source, bench.cwd)
            again = msgspec.structs.replace(wish, prereleases=wish.prereleases or record.prereleases)
            yield bring(bench, web, source, record, again, check=check)
        except Exception as error:
            if name:
                raise
            fault = of_one_item(error)
            yield told(record, state="failed", problem=fault.message, hint=fault.hint)


def _no_update(name: str, known: list[str]) -> SupportError:
    if name in load.builtin_names():
        return StoreError(
            _("“{name}” comes with this program, and is updated with it.").format(name=name),
            hint="pip install --upgrade support-cli",
        )
    return not_installed(name, known)


def remove(bench: Bench, name: str) -> Installed:
    """Removes an installed pack.

    Raises:
        StoreError: If there is none of this name, or it comes with the program.
    """
    if name in load.builtin_names():
        raise StoreError(_("“{name}” comes with this program, and cannot be removed.").format(name=name))
    return store_of(bench).remove(name)


class Trusted(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a pack is trusted, and whether that is news."""

    name: str
    version: str
    digest: str
    trusted: bool
    changed: bool


def trust(bench: Bench, name: str, wish: Wish, *, revoke: bool) -> Trusted:
    """Asks whether a pack is trusted: an installed one, or one used from where it lies; or trusts it no more.

    Raises:
        UntrustedError: If nobody said yes.
        PackError: If there is no such pack, or it comes with the program.
    """
    pack = open_pack(bench, name)
    if pack.origin in FREE:
        raise PackError(
            _("“{name}” needs no trust: it comes with this program, or sends nothing by itself.").format(
                name=pack.manifest.name
            )
        )
    known = is_trusted(bench, pack)
    if wish.trust and not is_digest(wish.trust, pack.digest):
        raise wrong_digest(pack)
    if not known and not revoke:
        ask(bench, pack, lines_about(bench, pack), wish.trust, no_input=wish.no_input, command=trust_command(pack))
    changed = known if revoke else not known
    if changed:
        note(bench, pack, trusted=not revoke)
    return Trusted(
        name=pack.manifest.name,
        version=pack.manifest.version,
        digest=pack.digest,
        trusted=not revoke,
        changed=changed,
    )
