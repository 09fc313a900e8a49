"""Bringing a pack from its source into the store: fetched, proven, compared, agreed to, installed."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from support_cli.base.cache import Cache
from support_cli.base.errors import SupportError
from support_cli.base.i18n import _
from support_cli.base.invocation import command_line
from support_cli.base.paths import expand
from support_cli.deliver.http import tls
from support_cli.distribution import signatures, versions
from support_cli.distribution import source as sources
from support_cli.distribution.changes import Change, alarm, card, compare
from support_cli.distribution.consent import ask, wrong_digest
from support_cli.distribution.fetch import Fetched, fetch
from support_cli.distribution.lockfile import Installed, is_digest
from support_cli.distribution.source import Source, SourceKind
from support_cli.distribution.store import Store, check_pack_name
from support_cli.distribution.trusted import store_of
from support_cli.distribution.web import DownloadError, Web
from support_cli.distribution.zipped import read_file
from support_cli.environment import Bench
from support_cli.forms.model import Manifest
from support_cli.packs import load
from support_cli.packs.errors import PackError
from support_cli.packs.pack import Pack

if TYPE_CHECKING:
    import ssl


class DowngradeError(PackError):
    """An older or unproven version would take the place of a signed one."""


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """What a signature proves.

    Attributes:
        signer: Name of the key that signed it, 16 hexadecimal digits, or empty if nothing is proven.
        key: Key that the next version has to be signed with, one line of base64, or empty.
        stranger: Name of a key that signed it and that nobody named, so that nothing can be said about it.
    """

    signer: str = ""
    key: str = ""
    stranger: str = ""


def prove(
    fetched: Fetched, manifest: Manifest, *, given: signatures.PublicKey | None, before: Installed | None
) -> Proof:
    """Finds out whose a pack is, and refuses what must not follow a signed version.

    Args:
        fetched: What was fetched.
        manifest: Its manifest.
        given: Key that somebody demands.
        before: The version that is installed, or None.

    Raises:
        DowngradeError: If the installed version is signed, and this one is not, or is older.
        SignatureError: If the signature does not fit, or a key was demanded and there is no signature.
    """
    pinned = signatures.read_public(before.key) if before is not None and before.key else None
    if before is not None and pinned is not None and versions.is_older(manifest.version, before.version):
        raise DowngradeError(
            _("{name} {version} is older than the installed {installed}, and a signed pack never goes back.").format(
                name=manifest.name, version=manifest.version, installed=before.version
            ),
            hint=_("If you want the older one:  {command}").format(
                command=command_line("pack", "remove", manifest.name)
            ),
            where=fetched.source.text,
        )
    wanted = [key for key in (pinned, given) if key is not None]
    if fetched.signature is None:
        if pinned is not None:
            raise DowngradeError(
                _("{name} was signed until now, and this version is not.").format(name=manifest.name),
                hint=_("Ask the publisher. The installed version stays."),
                where=fetched.source.text,
            )
        if given is not None:
            raise signatures.SignatureError(
                _("This pack is not signed, and a key was demanded."), where=fetched.source.text
            )
        return Proof()
    own = _own_key(manifest)
    if not wanted:
        signer = signatures.read_signature(fetched.signature)
        if own is None or signer.key_id != own.id:
            return Proof(stranger=signer.key_name)
        wanted = [own]
    for key in wanted:
        _verify(fetched, manifest, key, pinned)
    return Proof(signer=wanted[0].name, key=(own or wanted[0]).text)


def _verify(
    fetched: Fetched, manifest: Manifest, key: signatures.PublicKey, pinned: signatures.PublicKey | None
) -> None:
    try:
        signatures.verify(fetched.content, fetched.signature or b"", key)
    except signatures.SignatureError as error:
        kind = DowngradeError if key is pinned else signatures.SignatureError
        hint = _("Ask the publisher. The installed version stays.") if pinned is not None else error.hint
        raise kind(
            f"{manifest.name} {manifest.version}: {error.message}", hint=hint, where=fetched.source.text
        ) from None


def _own_key(manifest: Manifest) -> signatures.PublicKey | None:
    """The key that a pack names as its publisher's; what is no key proves nothing and hinders nothing."""
    try:
        return signatures.read_public(manifest.publisher.key) if manifest.publisher.key else None
    except signatures.SignatureError:
        return None


_MAX_KEY = 4096


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What the flags of a command said.

    Attributes:
        key: Public key that must have signed the pack: a file, or the line of base64; may be empty.
        trust: Digest that is trusted without a question, or empty.
        prereleases: Releases before a release count too.
        no_input: Nobody is asked.
    """

    key: str = ""
    trust: str = ""
    prereleases: bool = False
    no_input: bool = False


class Brought(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a pack.

    Attributes:
        name: Its name.
        state: ``added``, ``updated``, ``current``, ``available`` or ``failed``.
        version: The version that was found, or the installed one where none was.
        before: The version that was installed, or empty.
        digest: Digest of the version that was found.
        source: Where it comes from.
        commit: Commit of a git repository, or empty.
        release: Tag, branch, or name and version of a Python package; may be empty.
        signer: Name of the key that signed it, as far as that is proven.
        trusted: Somebody agreed to it.
        changes: What is different for the customer.
        problem: Why it failed, or a remark; may be empty.
        hint: What to do about it, or None.
    """

    name: str
    state: str
    version: str
    before: str = ""
    digest: str = ""
    source: str = ""
    commit: str = ""
    release: str = ""
    signer: str = ""
    trusted: bool = False
    changes: tuple[Change, ...] = ()
    problem: str = ""
    hint: str | None = None


def web_of(ca_file: Path | None, proxy: Callable[[str, str], str]) -> Web:
    """How packs are fetched from the web on this machine.

    Args:
        ca_file: Authorities to trust besides the system's, or None.
        proxy: The proxy for a scheme and ``host:port``, or an empty text.
    """

    def explain(error: "ssl.SSLError", host: str, where: str) -> SupportError:
        told = tls.explain(error, host, where, setting="desk.ca_file")
        return DownloadError(told.message, hint=told.hint, where=told.where)

    return Web(context=lambda: tls.client_context(ca_file), explain=explain, proxy=proxy)


def told(record: Installed, **more: object) -> Brought:
    """What became of a pack, from what is noted about it."""
    kept = {
        key: getattr(record, key) for key in ("name", "version", "digest", "source", "commit", "release", "trusted")
    }
    return msgspec.convert({**kept, "before": record.version, **more}, Brought)


def bring(bench: Bench, web: Web, source: Source, installed: Installed | None, wish: Wish, *, check: bool) -> Brought:
    """Fetches, proves, compares, asks, installs; in this order, so that nothing is asked in vain.

    Args:
        bench: The collaborators.
        web: How the web is reached.
        source: Where the pack comes from.
        installed: The version that is to be updated, or None for whatever comes.
        wish: What the flags said.
        check: Only look.

    Raises:
        SupportError: If it cannot be had, is no good pack, or nobody agreed to it.
    """
    if source.remote:
        bench.say(_("Fetching {source} …").format(source=source.text))
    with tempfile.TemporaryDirectory(prefix="support-", ignore_cleanup_errors=True) as name:
        fetched = fetch(source, folder=Path(name), web=web, environ=bench.environ, prereleases=wish.prereleases)
    digest = fetched.files.digest()
    pack = load.open_files(fetched.files, Cache(None), digest=digest, where=source.text, origin="installed")
    check_pack_name(pack.manifest.name)
    store = store_of(bench)
    before = installed or store.get(pack.manifest.name)
    if before is not None and before.name != pack.manifest.name:
        raise PackError(
            _("What lies there now is another pack: {name}.").format(name=pack.manifest.name),
            hint=_("If you want it:  {command}").format(command=command_line("pack", "add", source.text)),
            where=source.text,
        )
    if installed is not None and not installed.key and versions.is_older(pack.manifest.version, installed.version):
        remark = _("Only the older version {version} is there now; the installed one stays.")
        return told(installed, state="current", problem=remark.format(version=pack.manifest.version))
    proof = prove(fetched, pack.manifest, given=_key(bench, wish.key), before=before)
    for form_id in pack.form_ids():  # a pack with a faulty form would fail a customer in the middle
        pack.form(form_id)
    changes = _changes(bench, store, before, pack, source, proof)
    fresh = before is None or before.digest != digest
    record = _record(bench, fetched, pack, proof, wish, before)
    result = msgspec.structs.replace(
        told(record, state="current", signer=proof.signer),
        before=before.version if before else "",
        changes=tuple(changes),
    )
    if check:
        return msgspec.structs.replace(result, state="available" if fresh else "current")
    _agree(bench, pack, changes, before, proof, wish, source)
    store.install(fetched.files, msgspec.structs.replace(record, trusted=True))
    state = "added" if before is None else "updated" if fresh else "current"
    return msgspec.structs.replace(result, state=state, trusted=True)


def _key(bench: Bench, text: str) -> signatures.PublicKey | None:
    if not text:
        return None
    if len(text) == 56 and not (bench.cwd / text).exists():
        return signatures.read_public(text)
    path = bench.cwd / expand(text)
    return signatures.read_public(read_file(path, _MAX_KEY).decode("utf-8", "replace"))


def _changes(
    bench: Bench, store: Store, before: Installed | None, pack: Pack, source: Source, proof: Proof
) -> list[Change]:
    """What another version changes; that it comes from elsewhere matters where no signature says whose it is."""
    if before is None:
        return []
    changes = []
    if not proof.signer and _place(bench, before.source) != (source.kind, source.address, source.folder):
        message = _("It comes from {new} instead of {old}.").format(new=source.text, old=before.source)
        changes.append(Change(kind="source", where="source", message=message, loud=True))
    if before.digest != pack.digest:
        if before.version == pack.manifest.version:
            message = _("It calls itself {version} as before, and its content is another.")
            changes.append(Change(kind="version", where="version", message=message.format(version=before.version)))
        try:
            changes += compare(store.open(before, bench.cache), pack, bench.language)
        except PackError:
            message = _("The installed version cannot be read, so nobody can say what is different.")
            changes.append(Change(kind="unknown", where="", message=message, loud=True))
    return changes


def _place(bench: Bench, text: str) -> tuple[SourceKind, str, str] | None:
    try:
        source = sources.parse(text, bench.cwd)
    except PackError:
        return None
    return source.kind, source.address, source.folder


def _record(
    bench: Bench, fetched: Fetched, pack: Pack, proof: Proof, wish: Wish, before: Installed | None
) -> Installed:
    return Installed(
        name=pack.manifest.name,
        version=pack.manifest.version,
        digest=pack.digest,
        source=fetched.source.text,
        commit=fetched.commit,
        release=fetched.release,
        prereleases=wish.prereleases,
        key=proof.key,
        trusted=before is not None and before.trusted,
        added=bench.now().isoformat(),
    )


def _agree(
    bench: Bench,
    pack: Pack,
    changes: list[Change],
    before: Installed | None,
    proof: Proof,
    wish: Wish,
    source: Source,
) -> None:
    """Asks where that is needed: the first time, and when anything changed that was agreed to.

    Raises:
        UntrustedError: If nobody said yes.
    """
    loud = alarm(changes)
    if before is not None and before.trusted and not loud:
        if wish.trust and not is_digest(wish.trust, pack.digest):
            raise wrong_digest(pack)
        return
    quiet = [f"  {change.message}" for change in changes if not change.loud]
    about = card(
        bench, pack, source=source.text, signer=proof.signer, stranger=proof.stranger, known=before is not None
    )
    lines = [*loud, *about, *quiet]
    command = (
        command_line("pack", "update", before.name) if before is not None else command_line("pack", "add", source.text)
    )
    command += f" --trust {pack.digest}"
    ask(bench, pack, lines, wish.trust, no_input=wish.no_input, command=command)
