import json
import os
import stat
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support_cli.cases.profile import Entry, Profile, ProfileError
from support_cli.forms.model import Role
from tests.making import is_clean, nasty_text


@pytest.fixture
def path(tmp_path):
    return tmp_path / "data" / "profile.json"


@pytest.fixture
def profile(path):
    return Profile(path, git=None)


@pytest.fixture
def git(tmp_path, monkeypatch):
    """A program that answers as git would; what it says is written into ``answers``."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "fakegit"
    program.write_text(
        f"#!{sys.executable}\nimport json, sys, pathlib\n"
        "said = json.loads((pathlib.Path(__file__).parent / 'answers').read_text())\n"
        "text = said.get(sys.argv[-1])\nsys.stdout.buffer.write((text or '').encode('utf-8', 'surrogateescape'))\n"
        "sys.exit(0 if text is not None else 1)\n"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)

    def says(**answers):
        (folder / "answers").write_text(json.dumps({f"user.{key}": text for key, text in answers.items()}))

    says()
    return says


def test_nothing_is_known_at_first(profile):
    assert profile.entries() == profile.offers() == profile.chosen() == {}


def test_what_was_set_on_purpose_stays_and_what_was_said_last_is_offered(profile, path):
    profile.put(Role.NAME, "  Anna\tSmith ")
    profile.remember({Role.NAME: "Anna S.", Role.PHONE: "+380 44 123 4567", Role.SUMMARY: "x", Role.EMAIL: ""})
    assert profile.offers() == {Role.NAME: Entry("Anna Smith", "set"), Role.PHONE: Entry("+380 44 123 4567", "last")}
    assert profile.chosen() == {Role.NAME: Entry("Anna Smith", "set")}
    assert Profile(path, git=None).entries() == profile.entries()
    profile.remember({Role.PHONE: "+48 22 123 45 67"})
    assert profile.entries()[Role.PHONE].value == "+48 22 123 45 67"


def test_details_can_be_forgotten(profile, path):
    profile.put(Role.NAME, "Anna")
    profile.put(Role.EMAIL, "anna@example.org")
    profile.forget(Role.NAME)
    profile.forget(Role.PHONE)
    assert list(profile.entries()) == [Role.EMAIL]
    profile.put(Role.EMAIL, "  ")
    assert profile.entries() == {}
    profile.forget()
    profile.forget()
    assert not path.exists()


def test_nothing_is_written_when_nothing_is_new(profile, path):
    profile.remember({Role.SUMMARY: "x"})
    profile.forget(Role.NAME)
    assert not path.exists()
    profile.remember({Role.NAME: "Anna"})
    before = path.stat().st_ino
    profile.remember({Role.NAME: "Anna"})
    assert path.stat().st_ino == before


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_it_is_private(profile, path):
    profile.put(Role.NAME, "Anna")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize(
    "raw",
    [b"", b"nonsense", b"[]", b"{", b'{"name": "Anna"}', b'{"name": {"value": 5, "origin": "set"}}', b"\xff\xfe",
     b'{"name": {"value": "Anna", "origin": "elsewhere"}}', b'{"name": {"value": "\\ud800", "origin": "set"}}',
     b" " * 70_000],
)  # fmt: skip
def test_a_damaged_file_is_told_and_can_be_forgotten(profile, path, raw):
    path.parent.mkdir()
    path.write_bytes(raw)
    with pytest.raises(ProfileError, match="The profile is damaged") as refused:
        profile.offers()
    assert refused.value.hint == "support profile forget"
    assert refused.value.where == str(path)
    assert path.read_bytes() == raw
    profile.forget()
    assert profile.offers() == {}


def test_a_file_by_hand_cannot_harm(profile, path):
    path.parent.mkdir()
    path.write_text(
        json.dumps(
            {
                "name": {"value": "\x1b[31mAnna\u202e\r\nBcc: x", "origin": "set", "more": 1},
                "phone": {"value": " \n", "origin": "last"},
                "email": {"value": "x" * 501, "origin": "last"},
                "summary": {"value": "x", "origin": "set"},
                "nonsense": {"value": "x", "origin": "set"},
            }
        )
    )
    assert profile.entries() == {Role.NAME: Entry("Anna Bcc: x", "set")}


def test_what_cannot_be_read_or_written(profile, path):
    path.mkdir(parents=True)
    for do in (profile.entries, lambda: profile.put(Role.NAME, "Anna"), profile.forget):
        with pytest.raises(ProfileError, match="cannot be") as refused:
            do()
        assert refused.value.where == str(path)


def test_git_is_asked_for_what_is_not_known(path, git):
    git(name="Анна Сміт", email="anna@example.org")
    profile = Profile(path, "fakegit")
    assert profile.offers() == {
        Role.NAME: Entry("Анна Сміт", "git"),
        Role.EMAIL: Entry("anna@example.org", "git"),
    }
    assert profile.chosen() == profile.entries() == {}
    profile.put(Role.NAME, "Anna")
    assert profile.offers()[Role.NAME] == Entry("Anna", "set")
    assert not path.with_name("x").exists()


def test_git_is_not_believed_blindly(path, git):
    git(name="\x1b]0;title\x07Anna\nand more", email="x" * 1000)
    assert Profile(path, "fakegit").offers() == {Role.NAME: Entry("Anna and more", "git")}


@pytest.mark.parametrize("program", [None, "no-such-program-anywhere"])
def test_without_git(path, program):
    assert Profile(path, program).offers() == {}


def test_a_program_that_lies_in_the_current_folder_is_not_run(path, git, tmp_path, monkeypatch):
    git(name="Anna")
    monkeypatch.chdir(tmp_path / "bin")
    assert Profile(path, "fakegit").offers() == {}


def test_git_is_not_waited_for_long(path, git, tmp_path, monkeypatch):
    (tmp_path / "bin" / "fakegit").write_text(f"#!{sys.executable}\nimport time\ntime.sleep(60)\n")
    monkeypatch.setattr("support_cli.cases.profile._PATIENCE", 0.05)
    assert Profile(path, "fakegit").offers() == {}


@given(st.dictionaries(st.sampled_from(list(Role)), nasty_text, max_size=4))
def test_whatever_was_said_is_kept_as_one_harmless_line(tmp_path_factory, said):
    profile = Profile(tmp_path_factory.mktemp("profile") / "p.json", git=None)
    profile.remember(said)
    for entry in profile.entries().values():
        assert is_clean(entry.value)
        assert entry.value == " ".join(entry.value.split()) != ""


@pytest.mark.parametrize("name", ["mine", "на меня", "на мене", "na mnie"])
def test_whose_name_it_is_is_no_name_to_keep(profile, name):
    profile.remember({Role.NAME: name, Role.EMAIL: "anna@example.org"})
    assert profile.offers() == {Role.EMAIL: Entry("anna@example.org", "last")}
