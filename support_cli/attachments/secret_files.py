"""Files that nobody sends to support on purpose: private keys, stored passwords, logins of other programs."""

import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePath

from support_cli.attachments.names import displayable, quoted
from support_cli.attachments.reading import opened
from support_cli.base.errors import AttachmentError
from support_cli.base.i18n import N_, _
from support_cli.base.paths import expand

_LOOKED_AT = 1 << 16
"""Bytes at the start of a file in which a key is looked for."""

_KEY = N_("a private key")
_PASSWORDS = N_("a store of passwords")
_LOGIN = N_("the logins of a program")
_SESSION = N_("the sessions of a browser")

_FOLDERS = {
    ".ssh": _KEY,
    ".gnupg": _KEY,
    ".aws": _LOGIN,
    ".azure": _LOGIN,
    ".kube": _LOGIN,
    ".docker": _LOGIN,
    "gcloud": _LOGIN,
    ".password-store": _PASSWORDS,
    "keyrings": _PASSWORDS,
    "keychains": _PASSWORDS,
    "kwalletd": _PASSWORDS,
}
"""Folders of which nothing is sent, wherever they lie; in small letters."""
_NAMES = {
    **dict.fromkeys(("id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", "id_ecdsa_sk", "id_ed25519_sk"), _KEY),
    **dict.fromkeys(("shadow", "gshadow", "sam", "login.keychain", "login.keychain-db"), _PASSWORDS),
    **dict.fromkeys(("logins.json", "key3.db", "key4.db", "signons.sqlite"), _PASSWORDS),
    **dict.fromkeys(("login data", "login data for account", "web data"), _PASSWORDS),
    **dict.fromkeys(("cookies", "cookies.sqlite"), _SESSION),
    **dict.fromkeys((".netrc", "_netrc", ".pgpass", "pgpass.conf", ".my.cnf", ".mylogin.cnf", ".npmrc"), _LOGIN),
    **dict.fromkeys((".pypirc", ".git-credentials", ".vault-token", ".env", ".htpasswd", ".terraformrc"), _LOGIN),
}
"""Names of such files; in small letters."""
_ENDINGS = {
    **dict.fromkeys((".ppk", ".p12", ".pfx", ".jks", ".keystore"), _KEY),
    **dict.fromkeys((".kdb", ".kdbx", ".keychain", ".keychain-db", ".psafe3", ".1pux"), _PASSWORDS),
}
_PUBLIC = (".pub",)
"""Endings of what is meant to be handed out, also out of such a folder."""
_KEY_TEXT = re.compile(
    rb"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"  # PEM (RFC 7468), OpenSSH, OpenPGP (RFC 9580, 6.2)
    rb"|---- BEGIN SSH2 (?:ENCRYPTED )?PRIVATE KEY ----|^PuTTY-User-Key-File-\d|^\((?:protected-)?private-key"
    rb"|AGE-SECRET-KEY-1"
)
_MAGIC = (
    (b"\x03\xd9\xa2\x9a", _PASSWORDS),  # KeePass
    (b"\xfe\xed\xfe\xed", _KEY),  # a Java key store
)


class SecretFileError(AttachmentError):
    """A file that is not sent unless it is named by itself."""


def secret_kind(path: Path) -> str:
    """Tells whether a file is one that should stay where it is, by its place, its name and its first 64 KiB.

    Args:
        path: Where it lies; of a link, what it leads to counts as well.

    Returns:
        What it is, in the active language; empty for any other file, and for one that cannot be read.
    """
    kind = _by_place(path) or _by_place(Path(os.path.realpath(path))) or _by_content(path)
    return _(kind) if kind else ""


def refuse_secrets(paths: Iterable[Path], allowed: Sequence[str], cwd: Path) -> None:
    """Checks that no file is a private key or the like, unless it is named by itself.

    Args:
        paths: Absolute paths.
        allowed: Values of ``--allow-files``; a folder is no word for the keys in it.
        cwd: Folder that relative ones count from.

    Raises:
        SecretFileError: If one is.
    """
    named = {os.path.abspath(cwd / expand(one)) for one in allowed}  # noqa: PTH100 - a link is named as it is
    for path in paths:
        kind = "" if os.path.abspath(path) in named else secret_kind(path)  # noqa: PTH100
        if kind:
            raise SecretFileError(
                explain(path, kind),
                hint=_("If that is meant, name the file itself:  {flag}").format(flag=f"--allow-files {quoted(path)}"),
                where=displayable(path),
            )


def explain(path: Path, kind: str) -> str:
    """Says why such a file was not taken; ``kind`` is what ``secret_kind`` told."""
    return _("{name} looks like {kind}, so it was not taken: whoever has it can act in your name.").format(
        name=displayable(path), kind=kind
    )


def _by_place(path: PurePath) -> str:
    *folders, name = (part.lower() for part in path.parts) if path.parts else ("",)
    if name.endswith(_PUBLIC):
        return ""
    known = _NAMES.get(name) or _ENDINGS.get(PurePath(name).suffix)
    return known or next((_FOLDERS[folder] for folder in folders if folder in _FOLDERS), "")


def _by_content(path: Path) -> str:
    try:
        with opened(path) as (descriptor, _found):
            head = os.read(descriptor, _LOOKED_AT)
    except (AttachmentError, OSError):  # whoever takes the file says what is wrong with it
        return ""
    if _KEY_TEXT.search(head.replace(b"\0", b"")):  # UTF-16 too
        return _KEY
    return next((kind for magic, kind in _MAGIC if head.startswith(magic)), "")
