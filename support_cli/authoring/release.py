"""From a folder to a signed zip: ``support pack build``, ``keygen``, ``sign`` and ``verify``."""

import hashlib
from pathlib import Path

import msgspec

from support_cli.authoring.dialog import Dialog
from support_cli.authoring.files import already_there, put
from support_cli.authoring.opening import open_own
from support_cli.base.errors import UsageError
from support_cli.base.i18n import _
from support_cli.base.invocation import command_line
from support_cli.base.paths import expand
from support_cli.distribution import signatures, zipped
from support_cli.distribution.choose import open_pack
from support_cli.environment import Bench
from support_cli.packs.errors import PackError
from support_cli.packs.pack import Pack

PASSWORD = "SUPPORT_KEY_PASSWORD"  # noqa: S105 - the name of the variable
_MAX_KEY = 4096


class Built(msgspec.Struct, frozen=True, kw_only=True):
    """A zip that was made; ``digest`` is the pack's, ``sha256`` the file's."""

    path: str
    name: str
    version: str
    digest: str
    size: int
    sha256: str


class Keys(msgspec.Struct, frozen=True, kw_only=True):
    """A pair of keys that was made; ``key`` is the line for ``publisher: {key: ...}``."""

    secret: str
    public: str
    id: str
    key: str
    locked: bool


class Signed(msgspec.Struct, frozen=True, kw_only=True):
    """A signature that was made, or that fits; ``own_key``: by the key that the pack itself names."""

    zip: str
    signature: str
    key: str
    name: str
    version: str
    digest: str
    comment: str
    own_key: bool = False


def build(bench: Bench, named: str, output: str) -> Built:
    """Makes a pack's zip; the same input gives the same bytes.

    Args:
        bench: The collaborators.
        named: The pack, which somebody has checked.
        output: The file, a folder, or empty for ``NAME-VERSION.zip`` here.

    Raises:
        PackError: If the pack cannot be put into a zip.
        OutputError: If the zip cannot be written there.
    """
    pack = open_own(bench, named)
    if pack.files is None:
        raise PackError(
            _("Issue forms are not a pack that can be built."),
            hint=_("Make one, and copy the forms into its folder forms:  {command}").format(
                command=command_line("pack", "init", "DIR")
            ),
            where=pack.where,
        )
    manifest = pack.manifest
    path = bench.cwd / expand(output)
    if path.is_dir() or output.endswith(("/", "\\")):
        path /= f"{manifest.name}-{manifest.version}.zip"
    root = Path(pack.where)
    if root.is_dir() and path.resolve().is_relative_to(root.resolve()):
        raise UsageError(
            _("The zip cannot lie in the pack itself: it would be a part of the next one."),
            hint=command_line("pack", "build", pack.where, "-o", str(root.resolve().parent / path.name)),
            where="--output",
        )
    content = zipped.build(pack.files)
    put(path, content, replace=True)
    return Built(
        path=str(path),
        name=manifest.name,
        version=manifest.version,
        digest=pack.digest,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )


def keygen(bench: Bench, file: str, *, password: bool) -> Keys:
    """Makes a secret key and, beside it, its public half.

    Args:
        bench: The collaborators.
        file: The secret key; the public one gets ``.pub`` appended.
        password: Lock it.

    Raises:
        OutputError: If one of the two is there already, or cannot be written.
        UsageError: If nobody can be asked for a password.
    """
    secret = bench.cwd / expand(file)
    public = secret.with_name(secret.name + ".pub")
    for path in (secret, public):
        if path.exists() or path.is_symlink():
            raise already_there(path)
    word = _new_password(bench) if password else ""
    key = signatures.new_key()
    put(secret, signatures.secret_text(key, word).encode(), replace=False, private=True)
    put(public, signatures.public_text(key.public).encode(), replace=False)
    return Keys(
        secret=str(secret), public=str(public), id=key.public.name, key=key.public.text, locked=bool(word)
    )  # fmt: skip


def _new_password(bench: Bench) -> str:
    if bench.environ.get(PASSWORD):
        return bench.environ[PASSWORD]
    if bench.prompter is None:
        raise UsageError(
            _("A key is locked with a password, and nobody can be asked for one."),
            hint=_("Put it into {variable}, or leave the key open with --no-password.").format(variable=PASSWORD),
            where="--no-password",
        )
    dialog = Dialog(bench.prompter(), _("A new key"), 2)
    word = dialog.line(_("Password for the key"), hint=_("Whoever has the key and the password can sign."), secret=True)
    dialog.line(
        _("The password once more"),
        secret=True,
        check=lambda again: None if again == word else _("The two are not the same."),
    )
    return word


def sign_zip(bench: Bench, file: str, key_file: str) -> Signed:
    """Signs a pack's zip; the signature lies beside it as ``ZIP.minisig``.

    Raises:
        PackError: If the zip is no pack, or the key cannot be used.
        UsageError: If the key is locked and nobody can be asked.
    """
    path = bench.cwd / expand(file)
    pack, content = _zip(bench, path)
    key = signatures.read_secret(_text(bench, key_file), lambda: _password(bench))
    manifest = pack.manifest
    if manifest.publisher.key and manifest.publisher.key != key.public.text:
        bench.say(_("The pack names another key as its publisher's. Customers will be warned."))
    elif not manifest.publisher.key:
        advice = _("The pack names no key, so this signature proves nothing to customers. Put it into pack.yml:")
        bench.say(f"{advice}\n  publisher:\n    key: {key.public.text}")
    facts = {
        "timestamp": str(int(bench.now().timestamp())),
        "file": path.name,
        "pack": manifest.name,
        "version": manifest.version,
        "digest": pack.digest,
    }
    comment = "\t".join([*(f"{name}:{value}" for name, value in facts.items()), "hashed"])
    signature = path.with_name(path.name + signatures.SUFFIX)
    put(signature, signatures.sign(content, key, comment), replace=True)
    return _signed(path, pack, signature, key.public, comment)


def _password(bench: Bench) -> str:
    if bench.environ.get(PASSWORD):
        return bench.environ[PASSWORD]
    if bench.prompter is None:
        raise UsageError(
            _("The key is locked, and nobody can be asked for its password."),
            hint=_("Put it into {variable}.").format(variable=PASSWORD),
            where="--key",
        )
    return Dialog(bench.prompter(), _("Sign a pack"), 1).line(_("Password of the key"), secret=True)


def verify_zip(bench: Bench, file: str, key_file: str) -> Signed:
    """Verifies the signature beside a pack's zip.

    Args:
        bench: The collaborators.
        file: The zip.
        key_file: A public key: its file, or the line of base64 itself; empty for the key that the pack names.

    Raises:
        PackError: If the signature does not fit, is missing, or the zip is no pack.
        UsageError: If no key is named, and the pack names none.
    """
    path = bench.cwd / expand(file)
    place = path.with_name(path.name + signatures.SUFFIX)
    literal = len(key_file) == 56 and not (bench.cwd / key_file).exists()
    text = key_file if literal else _text(bench, key_file) if key_file else _zip(bench, path)[0].manifest.publisher.key
    if not text:
        raise UsageError(
            _("The pack names no key of its publisher; say which one shall have signed it."),
            hint=command_line("pack", "verify", str(file), "--key", "FILE.pub"),
        )
    public = signatures.read_public(text)
    if not place.is_file():
        raise signatures.SignatureError(
            _("{path} is not signed: there is no {signature}.").format(path=path, signature=place.name),
            where=str(path),
        )
    found = signatures.verify(zipped.read_file(path), zipped.read_file(place, 1 << 16), public)
    pack, _content = _zip(bench, path)
    made = _signed(path, pack, place, public, "\t".join(found.parts))
    return made if key_file else msgspec.structs.replace(made, own_key=True)


def _signed(path: Path, pack: Pack, signature: Path, key: signatures.PublicKey, comment: str) -> Signed:
    return Signed(
        zip=str(path),
        signature=str(signature),
        key=key.name,
        name=pack.manifest.name,
        version=pack.manifest.version,
        digest=pack.digest,
        comment=comment,
    )


def _zip(bench: Bench, path: Path) -> tuple[Pack, bytes]:
    if path.is_dir():
        raise PackError(
            _("{path} is not a zip.").format(path=path),
            hint=command_line("pack", "build", str(path), "-o", f"../{path.name}.zip"),
        )
    return open_pack(bench, str(path)), zipped.read_file(path)


def _text(bench: Bench, file: str) -> str:
    path = bench.cwd / expand(file)
    return zipped.read_file(path, _MAX_KEY).decode("utf-8", "replace")
