"""Whose a fetched pack is, as far as a signature proves it, and what must not follow a signed version."""

import msgspec

from support_cli.base.i18n import _
from support_cli.base.invocation import command_line
from support_cli.distribution import signatures, versions
from support_cli.distribution.fetch import Fetched
from support_cli.distribution.lockfile import Installed
from support_cli.forms.model import Manifest
from support_cli.packs.errors import PackError


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
