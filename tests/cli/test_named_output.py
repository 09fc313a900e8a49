"""Output that was named: pipes, devices and links are written through, and nothing is replaced that was not meant."""

import os
import stat
import threading

import pytest

from tests.table import each

WRITERS = {
    "new": lambda c, out: ("new", "--no-input", "-a", c["answers"], "-o", out),
    "new one document": lambda c, out: ("new", "--no-input", "-a", c["answers"], "-t", "email", "-f", "eml", "-o", out),
    "render": lambda c, out: ("render", c["case"], "-o", out),
    "render eml": lambda c, out: ("render", c["case"], "-f", "eml", "-o", out),
    "cases export": lambda c, out: ("cases", "export", c["case"], "-o", out),
    "cases follow-up": lambda c, out: ("cases", "follow-up", c["case"], "--no-input", "--set", "news=still", "-o", out),
    "pack preview": lambda c, out: ("pack", "preview", "general", "-o", out),
    "pack build": lambda c, out: ("pack", "build", c["pack"], "-o", out),
}


@pytest.fixture
def made(support, answers, here):
    case = support("new", "--no-input", "-a", answers, "-o", "docs/", "--json").json["id"]
    assert support("pack", "init", "own", "--kind", "software", "--to", "a@example.org", "--no-input").code == 0
    return {"answers": str(answers), "case": case, "pack": "own"}


def test_every_writer_writes_through_a_pipe_and_leaves_it_one(support, made, here):
    for name, words in WRITERS.items():
        pipe = here / "pipe"
        os.mkfifo(pipe)
        read = []
        reader = threading.Thread(target=lambda pipe=pipe, read=read: read.append(pipe.read_bytes()))
        reader.start()
        run = support(*words(made, str(pipe)))
        reader.join(10)
        assert run.code == 0, (name, run.err)
        assert stat.S_ISFIFO(pipe.stat().st_mode), name
        assert len(b"".join(read)) > 100, name
        assert sorted(one.name for one in here.iterdir() if one.name.startswith("pipe")) == ["pipe"], name
        pipe.unlink()


def test_every_writer_writes_to_a_device_and_leaves_it_one(support, made, here):
    before = os.stat("/dev/null")
    for name, words in WRITERS.items():
        run = support(*words(made, "/dev/null"))
        assert run.code == 0, (name, run.err)
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)
    assert os.stat("/dev/null").st_ino == before.st_ino
    assert not [one for one in os.listdir("/dev") if one.startswith("null") and one != "null"]


def test_every_writer_writes_the_target_of_a_link_and_keeps_what_was_there(support, made, here):
    (here / "kept").mkdir()
    for name, words in WRITERS.items():
        target = here / "kept" / "target"
        target.write_text("before", "utf-8")
        (here / "link").symlink_to(target)
        run = support(*words(made, "link"))
        assert run.code == 0, (name, run.err)
        assert (here / "link").is_symlink(), name
        assert target.stat().st_size > 100, name
        assert not (here / "link-2").exists(), name
        (here / "link").unlink()


def test_an_open_file_is_written_to_where_it_stands(support, made, here):
    with (here / "log").open("ab") as log:
        log.write(b"first\n")
        log.flush()
        for _again in range(2):
            assert support("render", made["case"], "-f", "txt", "-o", f"/dev/fd/{log.fileno()}").code == 0
    text = (here / "log").read_text("utf-8")
    assert text.startswith("first\n")
    assert text.count("No connection since Monday") >= 2
    assert not (here / "log~").exists()


@each("target", ["out/", "out"])
def test_a_second_run_into_a_folder_replaces_nothing(support, here, answers, target):
    (here / "out").mkdir(exist_ok=True)
    before = {one: one.read_bytes() for one in (here / "out").iterdir()}
    for _again in range(2):
        assert support("new", "--no-input", "-a", str(answers), "-o", target).code == 0
        assert support("new", "--no-input", "-a", str(answers), "-t", "email", "-o", target).code == 0
    after = {one: one.read_bytes() for one in (here / "out").iterdir()}
    assert len(after) == len(before) + 6
    assert all(after[one] == content for one, content in before.items())
    assert not [one for one in after if one.name.endswith("~")]


def test_a_named_file_is_replaced_and_what_was_there_stays_beside_it(support, here, answers):
    for _again in range(2):
        assert support("new", "--no-input", "-a", str(answers), "-o", "ticket.md").code == 0
    assert sorted(one.name for one in here.iterdir()) == ["ticket.md", "ticket.md~"]


# --- What is kept here is nobody else's --------------------------------------------------------------


def test_everything_that_is_kept_is_the_owners_alone_whatever_the_umask(support, answers, home):
    before = os.umask(0o000)
    try:
        assert support("new", "--no-input", "-a", str(answers)).code == 0
        assert support("config", "set", "lang", "en").code == 0
        assert support("profile", "set", "name", "Anna").code == 0
    finally:
        os.umask(before)
    kept = [path for path in home.rglob("*") if "support-cli" in path.parts]
    assert len(kept) > 3
    assert {(path.name, oct(path.stat().st_mode & 0o077)) for path in kept if path.stat().st_mode & 0o077} == set()


def test_a_folder_that_is_found_open_is_closed_and_doctor_says_what_is_loose(support, answers, home, monkeypatch):
    assert support("new", "--no-input", "-a", str(answers)).code == 0
    data = next(path for path in home.rglob("support.db")).parent
    data.chmod(0o755)
    assert support("cases", "list").code == 0
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    data.chmod(0o777)
    run = support("doctor")
    assert "was open to others, and is closed now" in run.out
    netrc = home / "netrc"
    netrc.write_text("machine a login b password c\n", "utf-8")
    netrc.chmod(0o644)
    monkeypatch.setenv("NETRC", str(netrc))
    run = support("doctor")
    assert run.code == 3
    assert f"chmod 600 {netrc}" in run.out
    netrc.chmod(0o600)
    assert support("config", "set", "smtp.password_command", "pass show mail").code == 0
    settings = next(home.rglob("settings.toml"))
    settings.chmod(0o666)
    assert f"chmod 600 {settings}" in support("doctor").out
