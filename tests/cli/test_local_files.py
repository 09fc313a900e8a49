"""Data from somebody else names files of this computer: nothing goes along unless somebody says so."""

import importlib
import json
import os
import shutil

import pytest

from support_cli.attachments.secret_files import secret_kind
from support_cli.cli.app import COMMANDS
from support_cli.cli.parser import built
from tests.cli.conftest import ANSWERS
from tests.cli.test_what_is_read import csv_of
from tests.table import each

KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA\n-----END OPENSSH PRIVATE KEY-----\n"
NEW = ("new", "--no-input", "-o", "out/")
REFUSED = 4


@pytest.fixture
def lying_there(here):
    """A file that is nobody's business, outside of the current folder."""
    path = here.parent / "home" / "diary.txt"
    path.parent.mkdir()
    path.write_text("Dear diary", "utf-8")
    return path


def request_file(support, here, path):
    """A request file of another machine that carries a file of this one, its digest right."""
    made = support(*NEW, "-a", "plain.json", "--attach", str(path), "-t", "ticket", "-f", "json")
    assert made.code == 0, made.err
    (file,) = (here / "out").glob("*.json")
    record = {**json.loads(file.read_text("utf-8")), "id": "2222abcd"}
    shutil.rmtree(here / "out")
    return json.dumps(record)


def doors(support, here, path):
    """Every way in which a file can name a file: a name, the words of the command."""
    (here / "plain.json").write_text(json.dumps(ANSWERS), "utf-8")
    case = support(*NEW, "-a", "plain.json", "--json").json["id"]
    shutil.rmtree(here / "out")
    given = {**ANSWERS, "attachments": [str(path)]}
    (here / "given.json").write_text(json.dumps(given), "utf-8")
    (here / "label.json").write_text(json.dumps({**ANSWERS, "Files that show it": str(path)}), "utf-8")
    (here / "given.yaml").write_text(json.dumps(given, indent=1), "utf-8")
    (here / "given.toml").write_text("".join(f"{key} = {json.dumps(value)}\n" for key, value in given.items()), "utf-8")
    (here / "pattern.json").write_text(json.dumps({**ANSWERS, "attachments": [f"{path.parent}/*"]}), "utf-8")
    (here / "relative.json").write_text(json.dumps({**ANSWERS, "attachments": [os.path.relpath(path)]}), "utf-8")
    (here / "url.json").write_text(json.dumps({**ANSWERS, "attachments": [path.as_uri()]}), "utf-8")
    (here / "path.txt").write_text(str(path), "utf-8")
    (here / "rows.jsonl").write_text(json.dumps({**ANSWERS, "attach": [str(path)]}), "utf-8")
    (here / "answer.jsonl").write_text(json.dumps(given), "utf-8")
    (here / "rows.csv").write_text(csv_of({**ANSWERS, "attach": str(path)}), "utf-8")
    (here / "request.json").write_text(request_file(support, here, path), "utf-8")
    (here / "news.json").write_text(json.dumps({"news": "Nothing yet", "attachments": [str(path)]}), "utf-8")
    yield from (("new", (*NEW, "-a", name)) for name in ("given.json", "label.json", "given.yaml", "given.toml"))
    yield from (("new", (*NEW, "-a", name)) for name in ("pattern.json", "relative.json", "url.json", "request.json"))
    yield "new", (*NEW, "-a", "plain.json", "--set", "attachments=@path.txt")
    yield from (("batch", ("batch", name, "-o", "out/")) for name in ("rows.jsonl", "answer.jsonl", "rows.csv"))
    for kind in ("follow-up", "escalate"):
        yield f"cases {kind}", ("cases", kind, case, "--no-input", "-a", "news.json", "-f", "eml", "-o", "out/")
    yield "render", ("render", "request.json", "-f", "eml", "-o", "out/")
    yield "send", ("send", "request.json", "--to", "desk@example.org")


def test_a_file_that_a_file_names_goes_nowhere_without_a_word(support, here, lying_there, monkeypatch):
    monkeypatch.setenv("SUPPORT_MAIL_TRANSPORT", "file")
    monkeypatch.setenv("SUPPORT_OUTPUT", str(here / "out"))
    link = here / "link"
    link.symlink_to(lying_there.parent)
    tried = set()
    for command, words in doors(support, here, lying_there):
        tried.add(command)
        for allowed in ((), ("--allow-files", str(here)), ("--allow-files", str(here / "nowhere"))):
            run = support(*words, *allowed)
            assert run.code == REFUSED, (words, run.out, run.err)
            assert "names a file of this computer" in run.err, (words, run.err)
            assert str(lying_there) in run.err, (words, run.err)
            assert f"--allow-files {lying_there.parent}" in run.err, (words, run.err)
            assert not list((here / "out").glob("*")), words
        for allowed in (lying_there.parent, lying_there, link):
            (here / "out").mkdir(exist_ok=True)
            run = support(*words, "--allow-files", str(allowed))
            assert run.code == 0, (words, run.err)
            (mail,) = (here / "out").glob("*.eml")
            assert b"diary.txt" in mail.read_bytes(), words
            if command != "render":
                assert "With 1 file, 10\N{NO-BREAK SPACE}B: diary.txt (10\N{NO-BREAK SPACE}B)" in run.err, (
                    words,
                    run.err,
                )
            shutil.rmtree(here / "out")
            support("cases", "delete", "2222abcd", "--yes")
    assert tried == set(commands_that_read_requests())


def commands_that_read_requests():
    """Every command that takes answers, requests or tables from a file and makes something that holds their files."""

    def walk(command, path):
        for name, below in getattr(command, "commands", {}).items():
            yield from walk(below, (*path, name))
        said = {name for param in command.params for name in (*param.opts, param.metavar)}
        if said & {"--answers", "REQUEST"} or path == ("batch",):
            yield " ".join(path)

    for entry in COMMANDS:
        app = importlib.import_module(f"support_cli.cli.{entry.module}").app
        yield from (name for name in walk(built(app), (entry.name,)) if name != "check")


def test_a_key_is_not_sent_by_a_folder_that_is_allowed_nor_by_a_slip_of_the_hand(support, here, lying_there):
    key = lying_there.with_name("note.txt")
    key.write_text(KEY, "utf-8")
    lying_there.unlink()
    tried = 0
    for _command, words in doors_without_request(here, key):
        for allowed in ((), ("--allow-files", str(key.parent)), ("--allow-files", "/")):
            run = support(*words, *allowed)
            assert run.code == REFUSED, (words, run.err)
            assert not (here / "out").exists(), words
            if allowed or "--attach" in words:
                assert "note.txt looks like a private key" in run.err, (words, run.err)
                assert f"--allow-files {key}" in run.err, (words, run.err)
        assert support(*words, "--allow-files", str(key)).code == 0
        shutil.rmtree(here / "out")
        tried += 1
    assert tried > 3


def doors_without_request(here, path):
    (here / "plain.json").write_text(json.dumps(ANSWERS), "utf-8")
    (here / "given.json").write_text(json.dumps({**ANSWERS, "attachments": [str(path)]}), "utf-8")
    (here / "rows.jsonl").write_text(json.dumps({**ANSWERS, "attach": str(path)}), "utf-8")
    (here / "plain.jsonl").write_text(json.dumps(ANSWERS), "utf-8")
    yield "new", (*NEW, "-a", "given.json")
    yield "new", (*NEW, "-a", "plain.json", "--attach", str(path))
    yield "new", (*NEW, "-a", "plain.json", "--attach", str(path.parent))
    yield "new", (*NEW, "-a", "plain.json", "--set", f"attachments={path}")
    yield "batch", ("batch", "rows.jsonl", "-o", "out/")
    yield "batch", ("batch", "plain.jsonl", "--attach", str(path), "-o", "out/")


def test_the_text_of_a_key_is_taken_for_no_answer(support, here):
    """Every option that reads a text from a file; what is meant is named itself."""
    (here / "plain.json").write_text(json.dumps(ANSWERS), "utf-8")
    (here / "key.txt").write_text(KEY, "utf-8")
    case = support(*NEW, "-a", "plain.json", "--json").json["id"]
    for words in (
        (*NEW, "-a", "plain.json", "--set", "details=@key.txt"),
        (*NEW, "-a", "plain.json", "--story", "key.txt"),
        ("cases", "follow-up", case, "--no-input", "--set", "news=@key.txt", "-o", "out/"),
        ("cases", "escalate", case, "--no-input", "--set", "news=@key.txt", "-o", "out/"),
    ):
        for allowed in ((), ("--allow-files", "."), ("--allow-files", "key.txt")):
            run = support(*words, *allowed)
            refused = "key.txt" not in allowed
            assert (run.code == REFUSED, "so it was not taken" in run.err) == (refused, refused), (words, run.err)


def test_a_request_that_was_made_here_is_sent_without_a_word(support, here, lying_there, monkeypatch):
    monkeypatch.setenv("SUPPORT_MAIL_TRANSPORT", "file")
    monkeypatch.setenv("SUPPORT_OUTPUT", str(here / "out"))
    (here / "plain.json").write_text(json.dumps(ANSWERS), "utf-8")
    made = support(
        "new", "--no-input", "-a", "plain.json", "--attach", str(lying_there), "-f", "json", "-o", "own.json"
    )
    assert made.code == 0, made.err
    run = support("send", "own.json", "--to", "desk@example.org")
    assert "With 1 file, 10\N{NO-BREAK SPACE}B: diary.txt (10\N{NO-BREAK SPACE}B)" in run.err
    other = here.parent / "home" / "other.txt"
    other.write_text("Dear diary", "utf-8")
    record = json.loads((here / "own.json").read_text("utf-8"))
    record["attachments"][0]["path"] = str(other)
    (here / "own.json").write_text(json.dumps(record), "utf-8")
    run = support("send", "own.json", "--to", "another@example.org")
    assert (run.code, str(other) in run.err) == (REFUSED, True)


@each(
    ("name", "content", "kind"),
    [
        (".ssh/id_work", b"x", "a private key"),
        (".ssh/id_work.pub", b"ssh-ed25519 AAAA", ""),
        ("work.pem", KEY.replace("OPENSSH", "EC").encode(), "a private key"),
        ("utf16.pem", KEY.encode("utf-16"), "a private key"),
        ("chain.pem", b"-----BEGIN CERTIFICATE-----\n", ""),
        ("mine.asc", b"\n-----BEGIN PGP PRIVATE KEY BLOCK-----\n", "a private key"),
        ("a.ppk", b"PuTTY-User-Key-File-3: ssh-ed25519", "a private key"),
        ("renamed.txt", b"PuTTY-User-Key-File-3: ssh-ed25519", "a private key"),
        ("renamed.bin", b"\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5", "a store of passwords"),
        (".aws/credentials", b"", "the logins of a program"),
        (".gnupg/pubring.kbx", b"", "a private key"),
        (".NETRC", b"", "the logins of a program"),
        ("Default/Login Data", b"SQLite", "a store of passwords"),
        ("abc.default/key4.db", b"SQLite", "a store of passwords"),
        ("router.log", b"the private key was not found", ""),
        ("ssh.log", b"/home/anna/.ssh/id_rsa", ""),
    ],
)
def test_what_should_stay_where_it_is(tmp_path, name, content, kind):
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    assert secret_kind(path) == kind
    link = tmp_path / "harmless.txt"
    link.unlink(missing_ok=True)
    link.symlink_to(path)
    assert secret_kind(link) == kind


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert secret_kind(tmp_path / "pipe") == ""
