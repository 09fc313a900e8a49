"""Installed packs: pinned to the byte, replaced in one step, and nobody else's business."""

import json
import os
import stat
import threading

import msgspec
import pytest

from support_cli.base.cache import Cache
from support_cli.distribution import lockfile
from support_cli.distribution.lockfile import Installed, Known, LockError, face_of
from support_cli.distribution.store import ChangedError, PinnedFiles, Store, StoreError
from support_cli.distribution.zipped import ZipFiles
from support_cli.forms.model import Manifest
from support_cli.packs import load
from support_cli.packs.errors import PackError
from support_cli.packs.files import FolderFiles
from tests.distribution.places import FORM, pack_files
from tests.distribution.zips import make_zip, write_folder
from tests.table import each


def files_of(version="1.0.0", **extra):
    return ZipFiles(make_zip(pack_files(version, **extra)), "test.zip")


def record_of(files, version="1.0.0", **more):
    return Installed(name="acme", version=version, digest=files.digest(), source="/somewhere", **more)


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "data" / "packs")


@pytest.fixture
def installed(store):
    files = files_of()
    store.install(files, record_of(files))
    return store.get("acme")


def place_of(store, record):
    return store.folder / record.name / record.digest.removeprefix("sha256:")


def test_an_installed_pack_opens_with_the_digest_of_its_source(store, installed):
    pack = store.open(installed, Cache(None))
    assert (pack.manifest.name, pack.origin, pack.digest) == ("acme", "installed", files_of().digest())
    assert pack.form("trouble").name == "Trouble"
    assert store.names() == ["acme"]
    lock = json.loads((store.folder / "packs.lock").read_text("utf-8"))
    assert lock["packs"]["acme"]["source"] == "/somewhere"


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_everything_is_private(store, installed):
    for path in [store.folder, *store.folder.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def rewrite(path, content):
    path.write_bytes(content)


SPOILT = {
    "another content": lambda place: rewrite(place / "pack.yml", b"pack: acme\ntitle: Other\n"),
    "one byte": lambda place: rewrite(
        place / "pack.yml", (place / "pack.yml").read_bytes().replace(b"help@", b"hell@")
    ),
    "a byte of another form": lambda place: rewrite(
        place / "forms" / "trouble.yml", (place / "forms" / "trouble.yml").read_bytes().replace(b"wrong", b"wrung")
    ),
    "a file more": lambda place: rewrite(place / "forms" / "more.yml", b"name: x"),
    "a file less": lambda place: (place / "forms" / "trouble.yml").unlink(),
    "an index that fits another content": lambda place: (
        rewrite(place / "pack.yml", b"x"),
        rewrite(place.with_name(place.name + ".index"), b'{"pack.yml":["2d711642b726b04401627ca9fbac32f5",1,0]}'),
    ),
    "an index that leads out": lambda place: rewrite(
        place.with_name(place.name + ".index"), b'{"../../../x":["2d711642b726b04401627ca9fbac32f5",1,0]}'
    ),
    "no index": lambda place: place.with_name(place.name + ".index").unlink(),
    "no folder": lambda place: place.rename(place.with_name("moved")),
    "a link": lambda place: ((place / "pack.yml").rename(place.parent / "x"), (place / "pack.yml").symlink_to("../x")),
}


@pytest.mark.parametrize("name", SPOILT)
def test_what_is_not_what_was_installed_does_not_open(store, installed, name):
    SPOILT[name](place_of(store, installed))
    with pytest.raises(ChangedError, match="not what was installed") as caught:
        store.open(installed, Cache(None))
    assert caught.value.hint == "Install it again:  support pack update acme"


def test_a_byte_that_changes_unseen_is_found_when_it_is_read(store, installed):
    """Size and time as they were: nothing shows before the file itself is looked at, and then it is not used."""
    path = place_of(store, installed) / "forms" / "trouble.yml"
    before = path.stat()
    path.write_bytes(path.read_bytes().replace(b"wrong", b"wrung"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    pack = store.open(installed, Cache(None))
    with pytest.raises(ChangedError):
        pack.form("trouble")


def test_a_copied_home_folder_still_opens(store, installed):
    for path in place_of(store, installed).rglob("*"):
        os.utime(path, (1, 1))
    assert store.open(installed, Cache(None)).manifest.name == "acme"


def test_an_update_keeps_the_version_that_may_still_be_read_and_no_other(store, installed):
    for version in ("1.1.0", "1.2.0"):
        files = files_of(version)
        store.install(files, record_of(files, version))
    names = {path.name for path in (store.folder / "acme").iterdir()}
    kept = {files_of(version).digest().removeprefix("sha256:") for version in ("1.1.0", "1.2.0")}
    assert names == kept | {f"{one}.index" for one in kept}
    assert store.open(store.get("acme"), Cache(None)).manifest.version == "1.2.0"


def test_what_breaks_off_leaves_the_version_before(store, installed, monkeypatch):
    def full(*_words):
        raise OSError(28, "No space left on device")

    files = files_of("2.0.0")
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(StoreError, match="No space left"):
            store.install(files, record_of(files, "2.0.0"))
    assert store.open(store.get("acme"), Cache(None)).manifest.version == "1.0.0"
    assert not list(store.folder.glob(".new-*"))
    store.install(files, record_of(files, "2.0.0"))
    assert store.open(store.get("acme"), Cache(None)).manifest.version == "2.0.0"


def test_installing_again_repairs(store, installed):
    SPOILT["another content"](place_of(store, installed))
    store.install(files_of(), installed)
    assert store.open(installed, Cache(None)).manifest.title == "Acme support"


def test_removing_leaves_nothing(store, installed):
    store.remove("acme")
    assert not (store.folder / "acme").exists()
    assert store.names() == []
    with pytest.raises(StoreError, match="No pack “acme” is installed"):
        store.remove("acme")


def test_a_name_that_is_nearly_right(store, installed):
    with pytest.raises(StoreError) as caught:
        store.remove("acne")
    assert caught.value.hint == "Did you mean “acme”?"


@each("name", ["general", "software", "con", "nul.x", "..", "../acme", "a/b", "x.", "", "ACME"])
def test_names_that_no_installed_pack_has(store, name):
    files = files_of()
    with pytest.raises(StoreError):
        store.install(files, msgspec.structs.replace(record_of(files), name=name))
    assert not store.folder.exists()


def test_a_record_that_was_tampered_with_leads_nowhere(store, installed, tmp_path):
    for change in ({"name": "../../x"}, {"digest": "sha256:../../x"}, {"digest": "sha256:" + "0" * 64}):
        with pytest.raises(PackError):
            store.open(msgspec.structs.replace(installed, **change), Cache(None))


@each("content", [b"", b"{", b"[]", b'{"packs": {"acme": {}}}', b"\xff\xfe", b'{"packs-lock": 2}'])
def test_a_lock_that_cannot_be_read(store, installed, content):
    (store.folder / "packs.lock").write_bytes(content)
    with pytest.raises(LockError, match="list of installed packs") as caught:
        store.names()
    assert caught.value.where == str(store.folder / "packs.lock")
    assert (store.folder / "packs.lock").read_bytes() == content


def test_two_runs_at_once_lose_nothing(store):
    def install(number):
        files = ZipFiles(make_zip(pack_files() | {"pack.yml": f"pack: acme-{number}\n"}), "x")
        record = Installed(name=f"acme-{number}", version="0", digest=files.digest(), source="x")
        Store(store.folder).install(files, record)

    threads = [threading.Thread(target=install, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.names() == [f"acme-{number}" for number in range(8)]


def test_whoever_waits_too_long_is_told(store, installed, monkeypatch):
    monkeypatch.setattr(lockfile, "_PATIENCE", 0.1)
    with lockfile.held(store.folder), pytest.raises(LockError, match="Another run"):
        store.remove("acme")


def test_notes_about_a_version_that_is_gone_are_not_taken(store, installed):
    files = files_of("2.0.0")
    store.install(files, record_of(files, "2.0.0"))
    with pytest.raises(StoreError):
        store.note(msgspec.structs.replace(installed, trusted=True))
    assert not store.get("acme").trusted


def test_places_that_were_trusted_are_not_kept_for_ever(store):
    for number in range(205):
        store.note_known(f"/p{number}", Known(face=face_of(Manifest(name="acme")), digest="d", added=f"{number:04}"))
    known = store.lock().known
    assert len(known) == 200
    assert "/p204" in known
    assert "/p0" not in known
    store.note_known("/p204", msgspec.structs.replace(known["/p204"], revoked=True))
    assert store.lock().known["/p204"].revoked


def test_a_data_folder_that_cannot_be_written(store, tmp_path):
    (tmp_path / "data").write_text("in the way")
    files = files_of()
    with pytest.raises(PackError, match="cannot be written"):
        store.install(files, record_of(files))


@pytest.mark.parametrize("place", ["installed", "folder"])
def test_of_a_pack_with_many_forms_only_what_is_needed_is_read(store, tmp_path, monkeypatch, place):
    forms = {f"forms/form-{number}.yml": FORM for number in range(200)}
    cache = Cache(tmp_path / "cache")
    if place == "installed":
        files = ZipFiles(make_zip({"pack.yml": "pack: acme\n"} | forms), "x")
        store.install(files, record_of(files))
    else:
        write_folder(tmp_path / "acme", {"pack.yml": "pack: acme\n"} | forms)
        load.open_folder(tmp_path / "acme", cache)  # the first time every file is read, for the digest

    read = []
    for kind in (PinnedFiles, FolderFiles):
        real = kind.read
        monkeypatch.setattr(kind, "read", lambda self, name, real=real: read.append(name) or real(self, name))
    pack = store.open(store.get("acme"), cache) if place == "installed" else load.open_folder(tmp_path / "acme", cache)
    assert pack.form("form-7").name == "Trouble"
    assert len(pack.form_ids()) == 200
    assert sorted(read) == ["forms/form-7.yml", "pack.yml"]
