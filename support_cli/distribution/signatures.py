"""Signatures in the format of minisign, so that either program verifies what the other signed.

Format: https://jedisct1.github.io/minisign/ ("Signature format", "Public key format", "Secret key format"). A file's
BLAKE2b-512 is signed with Ed25519; a second signature covers the first and the trusted comment. Ed25519 comes from
the library ``cryptography``, loaded when something is signed or verified; BLAKE2b and scrypt from Python's own.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Callable
from typing import NamedTuple

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from support_cli.base.i18n import _
from support_cli.base.text import clean_line
from support_cli.packs.errors import PackError

SUFFIX = ".minisig"
UNTRUSTED = "signature of support pack sign"
MARK = "by:support-cli"
"""Stands in trusted comments of ours; then the untrusted one must be ``UNTRUSTED``, so no byte is left to change."""
SENSITIVE = (33_554_432, 1_073_741_824)
"""Operations and bytes of memory that minisign spends on a password (libsodium's limits called SENSITIVE)."""

_LEGACY, _HASHED = b"Ed", b"ED"
_SCRYPT, _NO_KDF, _BLAKE2 = b"Sc", b"\0\0", b"B2"
_COMMENT = "untrusted comment: "
_TRUSTED = "trusted comment: "
_LONGEST = 16_384


class SignatureError(PackError):
    """A key or a signature cannot be used, or does not fit."""


class PublicKey(NamedTuple):
    """A key that verifies.

    Attributes:
        id: Eight bytes that tell keys apart.
        key: 32 bytes.
    """

    id: bytes
    key: bytes

    @property
    def name(self) -> str:
        """The id as minisign writes it: 16 hexadecimal digits."""
        return self.id[::-1].hex().upper()

    @property
    def text(self) -> str:
        """The key as one line of base64, as it stands in a pack's ``publisher: {key: ...}``."""
        return base64.b64encode(_LEGACY + self.id + self.key).decode()


class SecretKey(NamedTuple):
    """A key that signs: its public half and the 32 bytes that must stay secret."""

    public: PublicKey
    seed: bytes


class Signature(msgspec.Struct, frozen=True):
    """A signature as it is written down.

    Attributes:
        key_id: Id of the key that made it.
        trusted: The trusted comment as it was signed, in UTF-8.
        untrusted: The first comment, which anybody can change.
        hashed: The file's hash was signed, not the file (all of today's minisign).
        signature: 64 bytes over the file.
        whole: 64 bytes over the signature and the trusted comment.
    """

    key_id: bytes
    trusted: bytes
    untrusted: str
    hashed: bool
    signature: bytes
    whole: bytes

    @property
    def key_name(self) -> str:
        """The key's id as minisign writes it."""
        return self.key_id[::-1].hex().upper()

    @property
    def parts(self) -> list[str]:
        """The parts of the trusted comment, without control characters."""
        return [clean_line(part) for part in self.trusted.decode("utf-8", "replace").split("\t")]

    def facts(self) -> dict[str, str]:
        """Those parts that are ``name:value``; to be believed once the signature is verified."""
        parts = (part.partition(":") for part in self.parts)
        return {name: value for name, colon, value in parts if colon}


def new_key() -> SecretKey:
    """Makes a key."""
    seed = secrets.token_bytes(32)
    return SecretKey(PublicKey(secrets.token_bytes(8), _public_of(seed)), seed)


def public_text(key: PublicKey) -> str:
    """The file of a public key."""
    return f"{_COMMENT}minisign public key {key.name}\n{key.text}\n"


def read_public(text: str) -> PublicKey:
    """Reads a public key: its file, or the one line of it that counts.

    Raises:
        SignatureError: If it is neither.
    """
    lines = text.replace("\r\n", "\n").strip("\n").split("\n")
    if len(lines) == 2 and lines[0].startswith("untrusted comment:"):
        del lines[0]
    raw = _base64(lines[0]) if len(lines) == 1 else None
    if raw is None or len(raw) != 42 or raw[:2] != _LEGACY:
        raise SignatureError(
            _("This is not a public key."), hint=_("A public key is the file that ends in .pub, made by pack keygen.")
        )
    return PublicKey(raw[2:10], raw[10:])


def secret_text(key: SecretKey, password: str, cost: tuple[int, int] = SENSITIVE) -> str:
    """The file of a secret key.

    Args:
        key: The key.
        password: What it is locked with; empty leaves it open, as ``minisign -W`` does.
        cost: Operations and bytes of memory for the password; halved where there is not so much memory.
    """
    body = key.public.id + key.seed + key.public.key
    if not password:
        raw = _LEGACY + _NO_KDF + _BLAKE2 + bytes(48) + body + bytes(32)
    else:
        body += _checksum(key)
        salt = secrets.token_bytes(32)
        stream, cost = _stretched(password, salt, cost)
        numbers = cost[0].to_bytes(8, "little") + cost[1].to_bytes(8, "little")
        raw = _LEGACY + _SCRYPT + _BLAKE2 + salt + numbers + _xor(body, stream)
    return f"{_COMMENT}minisign encrypted secret key\n{base64.b64encode(raw).decode()}\n"


def read_secret(text: str, password: Callable[[], str]) -> SecretKey:
    """Reads a secret key.

    Args:
        text: The file.
        password: Gives the password; called only if there is one.

    Raises:
        SignatureError: If it is no secret key, or the password is wrong.
    """
    lines = text.replace("\r\n", "\n").strip("\n").split("\n")
    raw = _base64(lines[1]) if len(lines) == 2 else None
    if raw is None or len(raw) != 158 or raw[:2] != _LEGACY or raw[4:6] != _BLAKE2:
        raise SignatureError(
            _("This is not a secret key."), hint=_("A secret key is the file that pack keygen or minisign -G made.")
        )
    body = raw[54:]
    if raw[2:4] == _SCRYPT:
        cost = (int.from_bytes(raw[38:46], "little"), int.from_bytes(raw[46:54], "little"))
        if cost[0] > SENSITIVE[0] or cost[1] > SENSITIVE[1]:
            raise SignatureError(_("This is not a secret key."))
        body = _xor(body, _stretch(password(), raw[6:38], cost))
    elif raw[2:4] != _NO_KDF:
        raise SignatureError(_("This secret key is locked in a way that is not known here."))
    key = SecretKey(PublicKey(body[:8], body[40:72]), body[8:40])
    locked = raw[2:4] == _SCRYPT
    if (locked and not hmac.compare_digest(body[72:], _checksum(key))) or _public_of(key.seed) != key.public.key:
        raise SignatureError(_("The password is wrong.") if locked else _("This secret key is damaged."))
    return key


def sign(content: bytes, key: SecretKey, comment: str) -> bytes:
    """Signs a content.

    Args:
        content: The bytes of a file.
        key: The key.
        comment: The trusted comment, one line: parts ``name:value`` between tabs.

    Returns:
        The file of the signature.
    """
    signer = Ed25519PrivateKey.from_private_bytes(key.seed)
    comment = "\t".join(clean_line(part) for part in [*comment.split("\t"), MARK])
    signature = signer.sign(hashlib.blake2b(content).digest())
    whole = signer.sign(signature + comment.encode())
    first = base64.b64encode(_HASHED + key.public.id + signature).decode()
    return f"{_COMMENT}{UNTRUSTED}\n{first}\n{_TRUSTED}{comment}\n{base64.b64encode(whole).decode()}\n".encode()


def read_signature(raw: bytes) -> Signature:
    """Reads the file of a signature, without verifying anything.

    Raises:
        SignatureError: If it is none.
    """
    lines = raw.replace(b"\r\n", b"\n").removesuffix(b"\n").split(b"\n")
    if len(raw) <= _LONGEST and len(lines) == 4 and lines[2].startswith(_TRUSTED.encode()):
        untrusted = lines[0].decode("utf-8", "replace")
        first, whole = _base64(lines[1].decode("ascii", "replace")), _base64(lines[3].decode("ascii", "replace"))
        if (
            untrusted.startswith(_COMMENT)
            and first is not None
            and whole is not None
            and len(first) == 74
            and len(whole) == 64
            and first[:2] in (_LEGACY, _HASHED)
        ):
            return Signature(
                key_id=first[2:10],
                trusted=lines[2].removeprefix(_TRUSTED.encode()),
                untrusted=untrusted.removeprefix(_COMMENT),
                hashed=first[:2] == _HASHED,
                signature=first[10:],
                whole=whole,
            )
    raise SignatureError(_("This is not a signature."), hint=_("A signature is the file that ends in .minisig."))


def verify(content: bytes, signature: bytes, key: PublicKey) -> Signature:
    """Verifies a signature.

    Args:
        content: The bytes of the signed file.
        signature: The file of the signature.
        key: The key that it should be by.

    Returns:
        The signature, whose trusted comment can be believed now.

    Raises:
        SignatureError: If it is not by this key, or anything was changed since.
    """
    found = read_signature(signature)
    if found.key_id != key.id:
        raise SignatureError(
            _("This was signed with another key: {found}, not {wanted}.").format(found=found.key_name, wanted=key.name)
        )
    try:
        verifier = Ed25519PublicKey.from_public_bytes(key.key)
        verifier.verify(found.signature, hashlib.blake2b(content).digest() if found.hashed else content)
    except (InvalidSignature, ValueError):
        raise SignatureError(_("The signature does not fit: the file is not the one that was signed.")) from None
    try:
        verifier.verify(found.whole, found.signature + found.trusted)
    except InvalidSignature:
        raise SignatureError(_("The signature does not fit: its comment was changed.")) from None
    if MARK.encode() in found.trusted.split(b"\t") and found.untrusted != UNTRUSTED:
        raise SignatureError(_("The signature does not fit: its comment was changed."))
    return found


def _public_of(seed: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def _base64(line: str) -> bytes | None:
    try:
        raw = base64.b64decode(line, validate=True)
    except (binascii.Error, ValueError):
        return None
    # Bits that carry nothing could be changed without anybody noticing.
    return raw if base64.b64encode(raw).decode() == line else None


def _checksum(key: SecretKey) -> bytes:
    return hashlib.blake2b(_LEGACY + key.public.id + key.seed + key.public.key, digest_size=32).digest()


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))


def _stretched(password: str, salt: bytes, cost: tuple[int, int]) -> tuple[bytes, tuple[int, int]]:
    while True:
        try:
            return _stretch(password, salt, cost), cost
        except SignatureError:
            cost = (cost[0] // 2, cost[1] // 2)
            if cost[1] < 1 << 24:
                raise


def _stretch(password: str, salt: bytes, cost: tuple[int, int]) -> bytes:
    """Makes the 104 bytes that lock a key, by scrypt with the parameters that libsodium picks for a cost."""
    operations, memory = max(cost[0], 32_768), cost[1]
    if operations < memory // 32:
        power, parallel = _power(operations // 32), 1
    else:
        power = _power(memory // 1024)
        parallel = min(operations // 4 >> power, 0x3FFF_FFFF) // 8
    try:
        return hashlib.scrypt(
            password.encode("utf-8", "surrogateescape"),
            salt=salt,
            n=1 << power,
            r=8,
            p=max(parallel, 1),
            maxmem=(1024 << power) + (1 << 22),
            dklen=104,
        )
    except (ValueError, MemoryError, OverflowError):
        raise SignatureError(
            _("There is not enough memory to unlock this key."),
            hint=_("It takes {size} MB for a moment.").format(size=(1024 << power) // 10**6),
        ) from None


def _power(most: int) -> int:
    return next((power for power in range(1, 63) if 1 << power > most // 2), 62)
