"""From a folder to a signed zip: ``build``, ``keygen``, ``sign``, ``verify``."""

import stat
import zipfile

import pytest

from support_cli.authoring.release import PASSWORD, build, keygen, sign_zip, verify_zip
from support_cli.base.errors import UnusableError, UsageError
from support_cli.distribution import signatures
from support_cli.requests.places import OutputError
from tests.distribution.zips import TINY, write_folder
from tests.requests.scripted import Person


@pytest.fixture
def desk(bench, tmp_path):
    """A bench in a folder with the pack ``tiny``, and an open key ``a.key``."""
    write_folder(tmp_path / "tiny", TINY)
    one = bench(cwd=tmp_path)
    one.environ = {}
    keygen(one, "a.key", password=False)
    return one


def test_a_zip_is_made_signed_and_verified(desk, tmp_path):
    built = build(desk, "tiny", "")
    assert built.path == str(tmp_path / "tiny-1.0.0.zip")
    signed = sign_zip(desk, built.path, "a.key")
    assert signed.signature == built.path + ".minisig"
    found = verify_zip(desk, built.path, "a.key.pub")
    assert (found.name, found.version, found.digest) == ("tiny", "1.0.0", built.digest)
    assert "pack:tiny" in found.comment
    line = (tmp_path / "a.key.pub").read_text().split("\n")[1]
    assert verify_zip(desk, "tiny-1.0.0.zip", line).key == found.key


def test_the_same_pack_gives_the_same_zip(desk, tmp_path):
    first = build(desk, "tiny", "one.zip")
    (tmp_path / "tiny" / "pack.yml").touch()
    assert build(desk, "tiny", "deep/two.zip").sha256 == first.sha256
    assert build(desk, "one.zip", "three.zip").sha256 == first.sha256


def test_a_zip_does_not_lie_in_its_own_pack(desk, tmp_path):
    with pytest.raises(UsageError, match="part of the next one") as caught:
        build(desk, "tiny", "tiny/tiny.zip")
    assert str(tmp_path / "tiny.zip") in (caught.value.hint or "")


def test_permissions_are_those_of_other_files_but_for_the_secret_key(desk, tmp_path):
    build(desk, "tiny", "")
    modes = {p.name: stat.S_IMODE(p.stat().st_mode) & 0o077 for p in tmp_path.iterdir() if p.is_file()}
    assert modes["a.key"] == 0
    (tmp_path / "plain").touch()
    assert modes["a.key.pub"] == modes["tiny-1.0.0.zip"] == stat.S_IMODE((tmp_path / "plain").stat().st_mode) & 0o077


def test_changed_zips_and_missing_signatures_are_refused(desk, tmp_path):
    built = build(desk, "tiny", "")
    with pytest.raises(UnusableError, match="is not signed"):
        verify_zip(desk, built.path, "a.key.pub")
    sign_zip(desk, built.path, "a.key")
    with zipfile.ZipFile(built.path, "a") as opened:
        opened.writestr("faq/new.md", "x")
    with pytest.raises(UnusableError, match="not the one that was signed"):
        verify_zip(desk, built.path, "a.key.pub")


def test_another_key_does_not_do(desk):
    built = build(desk, "tiny", "")
    sign_zip(desk, built.path, "a.key")
    keygen(desk, "b.key", password=False)
    with pytest.raises(UnusableError, match="another key"):
        verify_zip(desk, built.path, "b.key.pub")


def test_a_folder_is_not_signed(desk):
    with pytest.raises(UnusableError, match="is not a zip") as caught:
        sign_zip(desk, "tiny", "a.key")
    assert "support pack build" in (caught.value.hint or "")


def test_a_publisher_who_signs_with_another_key_is_told(desk, tmp_path):
    other = signatures.new_key().public.text
    write_folder(tmp_path / "tiny", {"pack.yml": TINY["pack.yml"] + f"publisher: {{name: x, key: {other}}}\n"})
    said: list[str] = []
    desk.say = said.append
    sign_zip(desk, build(desk, "tiny", "").path, "a.key")
    assert any("another key" in line for line in said)


def test_keys_are_never_overwritten(desk, tmp_path):
    before = (tmp_path / "a.key").read_bytes()
    with pytest.raises(OutputError, match="is there already"):
        keygen(desk, "a.key", password=False)
    (tmp_path / "b.key.pub").write_text("mine")
    with pytest.raises(OutputError, match="is there already"):
        keygen(desk, "b.key", password=False)
    assert (tmp_path / "a.key").read_bytes() == before
    assert not (tmp_path / "b.key").exists()


@pytest.fixture
def cheap(monkeypatch):
    """Passwords that cost little: the tests of ``sign`` pay the whole price."""
    monkeypatch.setattr(signatures.secret_text, "__defaults__", ((524_288, 16_777_216),))


def test_a_locked_key_asks_for_its_password(bench, tmp_path, cheap):
    write_folder(tmp_path / "tiny", TINY)
    person = Person(
        ("answer", "wörd"), ("answer", "word"), ("answer", "wörd"), ("answer", "wörd"), ("answer", "other")
    )  # fmt: skip
    one = bench(person, cwd=tmp_path)
    one.environ = {}
    assert keygen(one, "a.key", password=True).locked
    assert person.refused == [("answer", "The two are not the same.")]
    assert all(screen.question.secret for screen in person.screens)
    built = build(one, "tiny", "")
    sign_zip(one, built.path, "a.key")
    verify_zip(one, built.path, "a.key.pub")
    with pytest.raises(UnusableError, match="password is wrong"):
        sign_zip(one, built.path, "a.key")


def test_a_script_gives_the_password_in_the_environment(desk, tmp_path, cheap):
    with pytest.raises(UsageError, match="nobody can be asked") as caught:
        keygen(desk, "b.key", password=True)
    assert PASSWORD in (caught.value.hint or "")
    desk.environ = {PASSWORD: "wörd"}
    keygen(desk, "b.key", password=True)
    built = build(desk, "tiny", "")
    sign_zip(desk, built.path, "b.key")
    verify_zip(desk, built.path, "b.key.pub")
    desk.environ = {}
    with pytest.raises(UsageError, match="nobody can be asked"):
        sign_zip(desk, built.path, "b.key")


def test_issue_forms_are_not_built(bench, tmp_path):
    write_folder(tmp_path, {".github/ISSUE_TEMPLATE/bug.yml": TINY["forms/ask.yml"] + "description: x\n"})
    with pytest.raises(UnusableError, match="not a pack that can be built"):
        build(bench(cwd=tmp_path), str(tmp_path), "x.zip")
