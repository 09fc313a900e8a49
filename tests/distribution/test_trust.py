"""Whose a pack is, and what must not follow a signed version."""

import msgspec
import pytest

from support_cli.distribution import signatures, zipped
from support_cli.distribution.fetch import Fetched
from support_cli.distribution.install import DowngradeError, Proof, prove
from support_cli.distribution.lockfile import Installed, face_of, is_digest, sends
from support_cli.distribution.signatures import SignatureError
from support_cli.distribution.source import Source, SourceKind
from support_cli.forms.model import Channel, Manifest, Publisher
from tests.distribution.zips import make_zip
from tests.table import each

OURS, THEIRS = signatures.new_key(), signatures.new_key()
CONTENT = make_zip()


def manifest(version="1.0.0", key=OURS):
    return Manifest(name="acme", version=version, publisher=Publisher(name="Acme", key=key.public.text if key else ""))


def fetched(signer=None, content=CONTENT, signature=None):
    if signer is not None:
        signature = signatures.sign(CONTENT, signer, "pack:acme")
    source = Source(kind=SourceKind.ZIP, address="/acme.zip")
    return Fetched(files=zipped.ZipFiles(content, "x"), content=content, source=source, signature=signature)


def installed(version="1.0.0", key=OURS):
    return Installed(name="acme", version=version, digest="sha256:0", source="/x", key=key.public.text if key else "")


def proof_of(found, pack, given=None, before=None):
    return prove(found, pack, given=given and given.public, before=before)


def test_a_pack_signed_by_the_key_it_names_is_proven_and_pinned():
    assert proof_of(fetched(OURS), manifest()) == Proof(signer=OURS.public.name, key=OURS.public.text)


def test_an_unsigned_pack_proves_nothing_even_if_it_names_a_key():
    assert proof_of(fetched(), manifest()) == proof_of(fetched(), manifest(key=None)) == Proof()


def test_a_signature_by_a_key_that_nobody_named_proves_nothing():
    for pack in (manifest(), manifest(key=None)):
        assert proof_of(fetched(THEIRS), pack) == Proof(stranger=THEIRS.public.name)


def test_a_demanded_key_counts_whatever_the_pack_names():
    assert proof_of(fetched(OURS), manifest(key=None), given=OURS) == Proof(
        signer=OURS.public.name, key=OURS.public.text
    )
    for found in (fetched(), fetched(THEIRS)):
        with pytest.raises(SignatureError):
            proof_of(found, manifest(), given=OURS)


@each("at", [0, 40, len(CONTENT) // 2, len(CONTENT) - 30])
def test_one_byte_changed_is_refused_also_the_first_time(at):
    """The zip's own reader may refuse it first; if it does not, the signature does."""
    changed = bytearray(CONTENT)
    changed[at] ^= 1
    signature = signatures.sign(CONTENT, OURS, "")
    found = msgspec.structs.replace(fetched(signature=signature), content=bytes(changed))
    for before in (None, installed()):
        with pytest.raises((SignatureError, DowngradeError)):
            proof_of(found, manifest(), before=before)


def test_once_signed_an_unsigned_version_is_refused():
    with pytest.raises(DowngradeError, match="signed until now, and this version is not") as caught:
        proof_of(fetched(), manifest("2.0.0"), before=installed())
    assert "installed version stays" in caught.value.hint


def test_once_signed_a_version_by_another_key_is_refused_even_if_the_pack_names_that_key():
    with pytest.raises(DowngradeError, match="signed with another key"):
        proof_of(fetched(THEIRS), manifest("2.0.0", key=THEIRS), before=installed())
    with pytest.raises(DowngradeError, match="signed with another key"):
        proof_of(fetched(THEIRS), manifest("2.0.0", key=THEIRS), given=THEIRS, before=installed())


@each("version", ["0.9.9", "1.0.0-rc.1", "1.0.0b1", "nightly"])
def test_once_signed_an_older_version_is_refused_though_it_is_signed(version):
    with pytest.raises(DowngradeError, match=r"older than the installed 1\.0\.0"):
        proof_of(fetched(OURS), manifest(version), before=installed())


def test_a_newer_version_follows():
    for version in ("1.0.0", "1.0.1", "1.10", "2.0.0-rc.1"):
        assert proof_of(fetched(OURS), manifest(version), before=installed()).signer == OURS.public.name


def test_a_key_is_changed_by_a_version_that_the_old_key_signed():
    changed = proof_of(fetched(OURS), manifest("1.1.0", key=THEIRS), before=installed())
    assert changed == Proof(signer=OURS.public.name, key=THEIRS.public.text)
    after = installed("1.1.0", key=THEIRS)
    assert proof_of(fetched(THEIRS), manifest("1.2.0", key=THEIRS), before=after).signer == THEIRS.public.name
    with pytest.raises(DowngradeError):
        proof_of(fetched(OURS), manifest("1.2.0", key=OURS), before=after)


def test_what_was_never_signed_may_stay_so_and_may_begin():
    before = installed(key=None)
    assert proof_of(fetched(), manifest("0.1", key=None), before=before) == Proof()
    assert proof_of(fetched(OURS), manifest("2.0"), before=before).key == OURS.public.text


@each("text", ["nonsense", "RWQ", "\x1b[31m", "A" * 56])
def test_a_publisher_key_that_is_none(text):
    pack = msgspec.structs.replace(manifest(), publisher=Publisher(name="Acme", key=text))
    assert proof_of(fetched(OURS), pack).stranger == OURS.public.name
    assert proof_of(fetched(OURS), pack, before=installed()).key == OURS.public.text


@each("signature", [b"", b"nonsense", b"\xff" * 400, b"untrusted comment: x\n" * 4])
def test_a_signature_that_is_none_is_refused(signature):
    for before in (None, installed()):
        with pytest.raises((SignatureError, DowngradeError)):
            proof_of(fetched(signature=signature), manifest(), before=before)


MAIL = Channel(kind="email", to="a@example.org")


@each(
    "channels",
    [
        {},
        {"mail": msgspec.structs.replace(MAIL, to="b@example.org")},
        {"mail": msgspec.structs.replace(MAIL, public=True)},
        {"mail": msgspec.structs.replace(MAIL, queue="x")},
        {"mail": msgspec.structs.replace(MAIL, settings={"project": "x"})},
        {"mail": MAIL, "desk": Channel(kind="zammad", url="https://desk.example.org")},
        {"post": MAIL},
    ],
)
def test_every_change_of_a_destination_changes_the_face(channels):
    base = Manifest(name="acme", channels={"mail": MAIL})
    assert face_of(base) != face_of(msgspec.structs.replace(base, channels=channels))


def test_publisher_and_key_belong_to_the_face_and_titles_do_not():
    base = Manifest(name="acme", publisher=Publisher(name="Acme"), channels={"mail": MAIL})
    for publisher in (Publisher(name="Acne"), Publisher(name="Acme", key="k"), Publisher(name="Acme", url="https://x")):
        assert face_of(base) != face_of(msgspec.structs.replace(base, publisher=publisher))
    other = msgspec.structs.replace(
        base, title="Other", version="2", channels={"mail": msgspec.structs.replace(MAIL, language="uk")}
    )
    assert face_of(base) == face_of(other)


def test_which_packs_send():
    assert not sends(Manifest(name="acme"))
    assert not sends(Manifest(name="acme", channels={"disk": Channel(kind="file")}))
    assert sends(Manifest(name="acme", channels={"disk": Channel(kind="file"), "x": Channel(kind="unheard-of")}))


def test_a_digest_is_all_of_it_or_nothing():
    digest = "sha256:" + "ab" * 32
    assert is_digest(digest, digest)
    assert is_digest("AB" * 32, digest)
    for text in ("", "sha256:", "ab", "sha256:ab", digest[:-1], digest + "0", "yes", "*"):
        assert not is_digest(text, digest)
