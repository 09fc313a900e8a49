"""``support pack add``, ``update``, ``remove``, ``trust``, ``list``, ``info`` and the packs they bring into use."""

import json

import pytest

from support_cli import __version__
from support_cli.base import invocation
from support_cli.distribution import signatures
from tests.distribution import places
from tests.distribution.places import Repository, pack_files, serving
from tests.distribution.zips import make_zip, write_folder
from tests.making import is_clean
from tests.table import each

SET = ("-s", "summary=It is red", "-s", "email=anna@example.org")


@pytest.fixture
def folder(tmp_path):
    return write_folder(tmp_path / "acme", pack_files())


@pytest.fixture
def add(support):
    """Adds a pack as a script does: asks for the digest, then says it."""

    def run(source, *words):
        asked = support("pack", "add", str(source), "--no-input", *words)
        assert asked.code == 3, asked.err
        digest = "sha256:" + asked.err.rpartition("sha256:")[2].split()[0]
        done = support("pack", "add", str(source), "--no-input", "--trust", digest, *words)
        assert done.code == 0, done.err
        return digest

    return run


def test_without_anybody_to_ask_nothing_is_installed_and_the_way_is_shown(support, folder, home):
    run = support("pack", "add", str(folder))
    assert (run.code, run.out) == (3, "")
    assert "nobody can be asked" in run.err
    for text in ("Acme Ltd", "help@acme.example", "Your address", f"support pack add {folder} --trust sha256:"):
        assert text in run.err, text
    assert is_clean(run.err)
    assert not (home / ".local/share/support-cli/packs").exists()
    error = support("pack", "add", str(folder), "--no-input", "--json").json["error"]
    assert (error["exit"], error["name"]) == (3, "unusable")


def test_from_added_to_written(support, add, folder, here):
    digest = add(folder)
    run = support("new", "-p", "acme", "--no-input", *SET, "-o", "-", "-f", "json")
    assert run.code == 0, run.err
    assert run.json["pack"] == {"name": "acme", "version": "1.0.0", "digest": digest}
    assert support("new", "acme", "--no-input", *SET, "-o", "-").code == 0
    (here / "request.json").write_text(run.out, "utf-8")
    for command in ("check", "render"):
        assert support(command, "request.json").code == 0


def test_list_and_info_know_installed_packs(support, add, folder):
    digest = add(folder)
    line = next(one for one in support("pack", "list", "--json").json if one["name"] == "acme")
    assert (line["origin"], line["source"], line["trusted"]) == ("installed", str(folder), True)
    info = support("pack", "info", "acme", "--json").json
    assert (info["digest"], info["origin"], info["trusted"]) == (digest, "installed", True)
    assert info["installed"]["source"] == str(folder)
    assert "not signed" in support("pack", "info", "acme").out
    support("pack", "trust", "acme", "--revoke")
    assert "not trusted yet" in support("pack", "list").out
    assert "not trusted yet" in support("pack", "info", "acme").out


def test_a_pack_that_is_not_trusted_is_not_used(support, add, folder):
    digest = add(folder)
    support("pack", "trust", "acme", "--revoke")
    for words in (("-p", "acme"), ("acme",)):
        run = support("new", *words, "--no-input", *SET)
        assert run.code == 3
        assert f"support pack trust acme --trust {digest}" in run.err
    assert support("new", "-p", "acme", "--no-input", *SET, "--trust", "sha256:" + "0" * 64).code == 3
    assert support("new", "-p", "acme", "--no-input", *SET, "--trust", digest, "-o", "-").code == 0
    assert support("new", "-p", "acme", "--no-input", *SET, "-o", "-").code == 0


def test_batch_with_a_pack_that_is_not_trusted(support, add, folder, here):
    add(folder)
    (here / "x.csv").write_text("summary,email\nIt is red,anna@example.org\n", "utf-8")
    assert support("batch", "x.csv", "-p", "acme").code == 0
    support("pack", "trust", "acme", "--revoke")
    assert support("batch", "x.csv", "-p", "acme").code == 3


def test_update_check_has_its_own_code_and_json(support, add, folder):
    add(folder)
    assert support("pack", "update", "--check").code == 0
    write_folder(folder, pack_files("1.1.0"))
    run = support("pack", "update", "--check", "--json")
    assert run.code == 1
    (one,) = run.json
    assert (one["name"], one["state"], one["before"], one["version"]) == ("acme", "available", "1.0.0", "1.1.0")
    assert "1.0.0 → 1.1.0" in support("pack", "update", "--check").err
    assert support("pack", "update", "--no-input").code == 0
    assert support("pack", "update", "acme", "--check", "--json").json[0]["state"] == "current"


def test_an_update_that_sends_elsewhere_waits_for_a_word(support, add, folder):
    add(folder)
    write_folder(folder, pack_files("1.1.0", to="else@evil.example"))
    for words in (("pack", "update"), ("pack", "update", "acme"), ("pack", "update", "acme", "--no-input")):
        run = support(*words)
        assert run.code == 3, words
        assert "!! Requests go to e-mail else@evil.example instead of e-mail help@acme.example." in run.err
    run = support("pack", "update", "--json")
    assert (run.code, run.json[0]["state"]) == (3, "failed")
    assert support("pack", "info", "acme", "--json").json["version"] == "1.0.0"
    digest = "sha256:" + support("pack", "update", "acme").err.rpartition("sha256:")[2].split()[0]
    assert support("pack", "update", "--trust", digest).code == 2
    assert support("pack", "update", "acme", "--trust", digest).code == 0
    assert support("pack", "info", "acme", "--json").json["version"] == "1.1.0"


def test_updating_nothing_and_nobody(support):
    assert support("pack", "update").code == 0
    assert support("pack", "update", "--check", "--json").json == []
    run = support("pack", "update", "acne")
    assert run.code == 3
    assert "No pack “acne” is installed" in run.err
    assert "comes with this program" in support("pack", "update", "general").err


def test_removed_is_gone(support, add, folder, home):
    add(folder)
    run = support("pack", "remove", "acme", "--json")
    assert (run.code, run.json["source"]) == (0, str(folder))
    assert support("pack", "remove", "acme").code == 3
    assert support("new", "-p", "acme", "--no-input").code == 3
    assert not (home / ".local/share/support-cli/packs/acme").exists()
    assert "cannot be removed" in support("pack", "remove", "general").err


def test_a_changed_file_of_an_installed_pack_is_refused_everywhere(support, add, folder, home):
    digest = add(folder)
    form = home / ".local/share/support-cli/packs/acme" / digest[7:] / "forms/trouble.yml"
    form.write_text(form.read_text("utf-8") + "\n", "utf-8")
    for words in (("new", "-p", "acme", "--no-input", *SET), ("pack", "info", "acme")):
        run = support(*words)
        assert run.code == 3
        assert "not what was installed" in run.err
    assert "not what was installed" in support("pack", "list").out
    assert support("pack", "update", "acme").code == 0
    assert support("new", "-p", "acme", "--no-input", *SET, "-o", "-").code == 0


def test_offline_everything_but_add_and_update_works(support, add, home):
    with serving({"/acme.zip": (200, {}, make_zip(pack_files()))}) as server:
        add(f"{server.url}/acme.zip")
    assert support("new", "-p", "acme", "--no-input", *SET, "-o", "-").code == 0
    for words in (("list",), ("info", "acme"), ("trust", "acme")):
        assert support("pack", *words).code == 0
    run = support("pack", "update")
    assert run.code == 3
    assert "cannot be reached" in run.err
    assert support("pack", "remove", "acme").code == 0


def test_from_git_by_tag_and_folder(support, add, tmp_path):
    repository = Repository(tmp_path / "origin")
    repository.commit(pack_files("1.0.0"), tag="v1.0.0", folder="packs/acme")
    repository.commit(pack_files("1.1.0"), tag="v1.1.0", folder="packs/acme")
    add(f"git+{repository.url}@v1.0.0#packs/acme")
    info = support("pack", "info", "acme", "--json").json
    assert (info["version"], info["installed"]["release"]) == ("1.0.0", "v1.0.0")
    assert info["installed"]["commit"] == repository.git("rev-parse", "v1.0.0^{commit}")


def test_a_signed_zip_from_its_author_to_a_customer(support, add, folder, tmp_path):
    """The way of docs/packs-and-trust.md, with the commands of the program alone."""
    made = support("pack", "keygen", str(tmp_path / "key"), "--no-password", "--json")
    text = (folder / "pack.yml").read_text("utf-8").replace("publisher: {", f'publisher: {{key: "{made.json["key"]}", ')
    (folder / "pack.yml").write_text(text, "utf-8")
    archive = str(tmp_path / "acme.zip")
    assert support("pack", "build", str(folder), "-o", archive).code == 0
    assert support("pack", "sign", archive, "--key", str(tmp_path / "key")).code == 0
    asked = support("pack", "add", archive)
    assert f"the signature fits, by the key {made.json['id']}" in asked.err
    add(archive, "--key", str(tmp_path / "key.pub"))
    assert support("pack", "info", "acme", "--json").json["installed"]["key"] == made.json["key"]
    data = bytearray((tmp_path / "acme.zip").read_bytes())
    data[data.index(b"What is wrong?")] ^= 0x20
    (tmp_path / "acme.zip").write_bytes(bytes(data))
    for words in (("add", archive), ("update",)):
        run = support("pack", *words)
        assert run.code == 3
    other = signatures.new_key().public.text
    assert support("pack", "add", archive, "--key", other).code == 3


def test_a_folder_named_by_hand_writes_but_does_not_send_unasked(support, folder, here, monkeypatch):
    monkeypatch.setenv("SUPPORT_MAIL_TRANSPORT", "file")
    assert support("new", "-p", str(folder), "--no-input", *SET, "-o", "-").code == 0
    run = support("new", "-p", str(folder), "--no-input", *SET, "--send")
    assert run.code == 3
    assert "help@acme.example" in run.err
    command = next(line for line in run.err.splitlines() if "support pack trust" in line).partition("support ")[2]
    assert support(*command.split()).code == 0
    assert support("new", "-p", str(folder), "--no-input", *SET, "--send").code == 0
    assert list(here.glob("*.eml"))


def test_sending_a_request_file_is_asked_about_too(support, folder, here, monkeypatch):
    monkeypatch.setenv("SUPPORT_MAIL_TRANSPORT", "file")
    made = support("new", "-p", str(folder), "--no-input", *SET, "-o", "-", "-f", "json")
    (here / "r.json").write_text(made.out, "utf-8")
    run = support("send", "r.json", "-p", str(folder))
    assert run.code == 3
    digest = made.json["pack"]["digest"]
    assert support("send", "r.json", "-p", str(folder), "--trust", digest).code == 0


@each(
    "source",
    ["ext::sh -c id", "--upload-pack=x", "http://host.example/x.zip", "git+https://u:p@host.example/x.git", "."],
)
def test_sources_that_are_refused(support, source):
    run = support("pack", "add", "--no-input", "--", source)
    assert run.code == 3
    assert run.err.startswith("support: ")
    assert "Traceback" not in run.err


def test_the_name_of_a_pack_that_came_along(support, tmp_path):
    folder = write_folder(tmp_path / "x", pack_files() | {"pack.yml": "pack: bank\n"})
    run = support("pack", "add", str(folder))
    assert run.code == 3
    assert "nothing can take its place" in run.err


def test_an_author_works_on_the_folder_that_lies_here_and_a_customer_uses_what_is_installed(support, add, here):
    write_folder(here / "acme", pack_files("1.0.0"))
    add("acme")
    write_folder(here / "acme", pack_files("2.0.0"))
    assert support("pack", "check", "acme", "--json").json["version"] == "2.0.0"
    assert support("pack", "test", "acme", "--json").json["version"] == "2.0.0"
    assert support("pack", "build", "acme", "-o", "acme.zip", "--json").json["version"] == "2.0.0"
    made = support("new", "-p", "acme", "--no-input", *SET, "-o", "-", "-f", "json")
    assert made.json["pack"]["version"] == "1.0.0"


def test_a_default_pack_that_is_installed(support, add, folder, monkeypatch):
    add(folder)
    monkeypatch.setenv("SUPPORT_PACK", "acme")
    run = support("new", "--no-input", *SET, "-o", "-", "-f", "json")
    assert json.loads(run.out)["pack"]["name"] == "acme"
    run = support("new", "troubel", "--no-input")
    assert "Did you mean “trouble”?" in run.err


def test_a_white_label_command(support, tmp_path, monkeypatch, capsys):
    """What a vendor's console script does: the pack of the package is the default one."""
    import os

    from support_cli.white_label import command

    monkeypatch.syspath_prepend(str(places.python_package(tmp_path / "site", pack_files())))
    monkeypatch.setattr("sys.argv", ["acme-support", "new", "--no-input", *SET, "--json"])
    monkeypatch.setenv("SUPPORT_PACK", "general")  # put back after the test
    monkeypatch.setattr(invocation._State, "name", "support")  # put back after the test
    monkeypatch.setattr(invocation._State, "start", "")
    with pytest.raises(SystemExit) as caught:
        command("acme")()
    assert caught.value.code == 3  # asked about before its first use, like every other
    monkeypatch.setattr("sys.argv", ["acme-support", "new", "--no-input", *SET])
    with pytest.raises(SystemExit):
        command("acme")()
    said = capsys.readouterr().err
    assert said.startswith("acme-support: ")
    assert "  acme-support pack trust " in said
    monkeypatch.setattr("sys.argv", ["acme-support", "--version"])
    command("acme")()
    assert capsys.readouterr().out == f"acme-support 3.1 (support {__version__})\n"
    monkeypatch.setattr(invocation._State, "name", "support")
    assert os.environ["SUPPORT_PACK"] == "python:acme"
    monkeypatch.setenv("SUPPORT_PACK", "python:acme")
    digest = support("pack", "info", "python:acme", "--json").json["digest"]
    run = support("new", "--no-input", *SET, "--trust", digest, "-o", "-", "-f", "json")
    assert run.json["pack"]["name"] == "acme"
