"""Fetching: what a pack is however it comes, and everything hostile about the way."""

import os
import stat
import subprocess
import time
from pathlib import Path

import pytest

from support_cli.base.errors import SupportError
from support_cli.distribution import fetch as fetching
from support_cli.distribution import zipped
from support_cli.distribution.git import Git, GitError, explain
from support_cli.distribution.source import Source, SourceKind, parse
from support_cli.distribution.web import DownloadError, is_inside
from support_cli.packs.errors import PackError
from support_cli.packs.files import FolderFiles
from tests.distribution import places
from tests.distribution.places import Repository, pack_files, serving
from tests.distribution.zips import entry, make_zip, write_folder
from tests.making import is_clean
from tests.table import each


@pytest.fixture
def repository(tmp_path):
    return Repository(tmp_path / "origin")


@pytest.fixture
def fetch(tmp_path, home):
    """Fetches a SOURCE as a stranger's account would."""

    def run(text, *, web=None, cwd=tmp_path, environ=None, **more):
        folder = tmp_path / f"work-{time.monotonic_ns()}"
        folder.mkdir()
        source = text if isinstance(text, Source) else parse(text, cwd)
        environ = environ if environ is not None else {"PATH": os.environ["PATH"], "HOME": str(home)}
        return fetching.fetch(source, folder=folder, web=web or places.web(), environ=environ, **more)

    return run


def manifest(found):
    return found.files.read("pack.yml").decode()


# One pack, whatever it comes as


def test_folder_zip_git_and_package_are_the_same_pack(fetch, repository, tmp_path, monkeypatch):
    files = pack_files()
    write_folder(tmp_path / "folder", {**files, ".hidden/x": "x", "__pycache__/y.pyc": "y"})
    (tmp_path / "pack.zip").write_bytes(make_zip({f"acme-main/{k}": v for k, v in files.items()}))
    repository.commit({**files, ".github/workflows/x.yml": "x"})
    monkeypatch.syspath_prepend(str(places.python_package(tmp_path / "site", files)))
    found = [fetch(text) for text in ("folder", "pack.zip", repository.url, "python:acme")]
    with serving({"/p.zip": (200, {}, make_zip(files))}) as server:
        found.append(fetch(f"{server.url}/p.zip"))
    assert len({one.files.digest() for one in found}) == 1
    assert found[3].release == "acme-support 3.1"
    names = [name for name, _size, _time in found[0].files.listing()]
    assert names == ["forms/trouble.yml", "pack.yml"]


def test_the_signature_beside_it_comes_along(fetch, repository, tmp_path):
    write_folder(tmp_path / "folder", pack_files() | {".pack.minisig": "folder's"})
    (tmp_path / "pack.zip").write_bytes(make_zip(pack_files()))
    (tmp_path / "pack.zip.minisig").write_text("zip's")
    repository.commit(pack_files() | {".pack.minisig": "git's"})
    assert [fetch(text).signature for text in ("folder", "pack.zip", repository.url)] == [
        b"folder's",
        b"zip's",
        b"git's",
    ]
    with serving({"/p.zip?a=1": (200, {}, make_zip()), "/p.zip.minisig?a=1": (200, {}, b"web's")}) as server:
        assert fetch(f"{server.url}/p.zip?a=1").signature == b"web's"
    assert fetch("folder").content == zipped.build(FolderFiles(tmp_path / "folder"))


# Git: which commit


def test_the_newest_release_is_taken_by_version_not_by_date_or_name(fetch, repository):
    for version in ("1.9.0", "1.10.0", "2.0.0-rc.1", "1.2.0"):
        repository.commit(pack_files(version), tag=f"v{version}")
    repository.commit(pack_files("9.9.9"))
    found = fetch(repository.url)
    assert (found.release, "version: 1.10.0" in manifest(found)) == ("v1.10.0", True)
    assert found.commit == repository.git("rev-parse", "v1.10.0^{commit}")
    assert fetch(repository.url, prereleases=True).release == "v2.0.0-rc.1"


def test_without_a_release_the_main_branch_is_taken(fetch, repository):
    repository.commit(pack_files("0.1"), branch="trunk")
    repository.git("symbolic-ref", "HEAD", "refs/heads/trunk")
    repository.commit(pack_files("0.2"), branch="other", tag="v1.0.0-beta.1")
    found = fetch(repository.url)
    assert (found.release, "version: 0.1" in manifest(found)) == ("trunk", True)


def test_branch_tag_commit_and_folder(fetch, repository):
    first = repository.commit(pack_files("1.0"), tag="v1.0", folder="packs/acme")
    second = repository.commit(pack_files("1.1"), branch="feature/new", folder="packs/acme")
    repository.commit(pack_files("1.2"), branch="feature/new", folder="packs/acme")
    versions = {
        "@v1.0": "1.0",
        "@feature/new": "1.2",
        f"@{first}": "1.0",
        f"@{first[:9]}": "1.0",
        f"@{first.upper()}": "1.0",
        f"@{second}": "1.1",
        "": "1.0",
    }
    for ref, version in versions.items():
        found = fetch(f"{repository.url}{ref}#packs/acme")
        assert f"version: {version}\n" in manifest(found), ref
        assert len(found.commit) == 40


def test_a_commit_that_no_name_leads_to_any_more(fetch, repository):
    lost = repository.commit(pack_files("1.0"))
    repository.commit(pack_files("2.0"))
    repository.git("commit", "-q", "--amend", "-m", "other")
    assert "version: 1.0" in manifest(fetch(f"{repository.url}@{lost}"))


def test_a_repository_with_long_hashes(fetch, tmp_path):
    repository = Repository(tmp_path / "long", format_="sha256")
    commit = repository.commit(pack_files(), tag="v1")
    for ref in ("", "@v1", f"@{commit}", f"@{commit[:10]}"):
        assert fetch(repository.url + ref).commit == commit


def test_a_wrong_name_suggests_the_right_one(fetch, repository):
    repository.commit(pack_files(), tag="v1.0.0")
    with pytest.raises(GitError, match=r"“v1\.0\.1” is not a branch") as caught:
        fetch(f"{repository.url}@v1.0.1")
    assert caught.value.hint == "Did you mean “v1.0.0”?"


def test_packs_in_folders_are_named(fetch, repository):
    repository.commit(pack_files(), folder="packs/acme")
    with pytest.raises(GitError, match=r"no pack\.yml") as caught:
        fetch(repository.url)
    assert f"git+{repository.url}#packs/acme" in caught.value.hint
    with pytest.raises(GitError, match="no folder “else”"):
        fetch(f"{repository.url}#else")


def test_an_empty_repository_and_no_repository(fetch, repository, tmp_path):
    with pytest.raises(GitError, match="empty"):
        fetch(repository.url)
    (tmp_path / "none.git").mkdir()
    with pytest.raises(GitError, match="no git repository"):
        fetch((tmp_path / "none.git").as_uri())


def test_no_git_on_this_machine(fetch, repository, tmp_path):
    with pytest.raises(GitError, match="git is needed"):
        fetch(repository.url, environ={"PATH": str(tmp_path)})


# Git: what is refused


def test_links_are_refused_and_lead_nowhere(fetch, repository, tmp_path):
    (tmp_path / "secret").write_text("name: x")
    write_folder(repository.tree, pack_files())
    (repository.tree / "forms" / "link.yml").symlink_to(tmp_path / "secret")
    repository.git("add", "-A")
    repository.record()
    with pytest.raises(GitError, match=r"forms/link\.yml is a link"):
        fetch(repository.url)


def test_a_folder_that_is_a_link_is_refused(fetch, repository):
    write_folder(repository.tree, pack_files())
    (repository.tree / "templates").symlink_to("/etc")
    repository.git("add", "-A")
    repository.record()
    with pytest.raises(GitError, match="templates is a link"):
        fetch(repository.url)


def test_submodules_are_refused_and_never_fetched(fetch, repository, tmp_path):
    write_folder(repository.tree, pack_files() | {".gitmodules": '[submodule "x"]\n path = x\n url = ext::touch-it\n'})
    repository.git("add", "-A")
    repository.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},x")
    repository.record()
    with pytest.raises(GitError, match="x is a link or a submodule"):
        fetch(repository.url)


def tree_with(repository, *lines):
    """Commits a tree that git's own commands would not make."""
    blob = repository.git("hash-object", "-w", "forms/trouble.yml")
    lines = [line.format(blob=blob) for line in lines]
    pack = repository.git("hash-object", "-w", "pack.yml")
    made = subprocess.run(
        ["git", "mktree", "--missing"],
        input="\n".join([f"100644 blob {pack}\tpack.yml", *lines]) + "\n",
        cwd=repository.tree, env=repository.environ, capture_output=True, text=True, check=True,
    )  # fmt: skip
    commit = repository.git("commit-tree", "-m", "x", made.stdout.strip())
    repository.git("update-ref", "refs/heads/main", commit)


@each("name", ["..", "a\\b", "C:x", "con.yml", "a?b", "x.", "A\u202eb\x1b[31m"])
def test_names_that_lead_out_or_that_not_every_system_has(fetch, repository, name):
    write_folder(repository.tree, pack_files())
    tree_with(repository, "100644 blob {blob}\t" + name)
    with pytest.raises(PackError) as caught:
        fetch(repository.url)
    assert is_clean(caught.value.message)


def test_names_that_differ_only_in_case(fetch, repository):
    write_folder(repository.tree, pack_files())
    tree_with(repository, "100644 blob {blob}\tREADME.md", "100644 blob {blob}\treadme.md")
    with pytest.raises(PackError, match="would be the same file"):
        fetch(repository.url)


def test_giant_files_and_too_many_are_refused_before_they_are_read(fetch, repository):
    repository.commit(pack_files() | {"big.md": b"x" * ((2 << 20) + 1)})
    with pytest.raises(GitError, match=r"big\.md is larger"):
        fetch(repository.url)
    (repository.tree / "big.md").unlink()
    repository.git("add", "-A")
    blob = repository.git("hash-object", "-w", "pack.yml")
    (repository.tree / "index").write_text("".join(f"100644 {blob}\tfaq/{n}.md\n" for n in range(5001)))
    with (repository.tree / "index").open() as lines:
        subprocess.run(["git", "update-index", "--add", "--index-info"], stdin=lines, cwd=repository.tree,
                       env=repository.environ, check=True)  # fmt: skip
    repository.record()
    with pytest.raises(GitError, match="too many files"):
        fetch(repository.url)


def test_a_repository_that_grows_and_grows_is_stopped(repository, tmp_path):
    repository.commit(pack_files() | {"a.bin": os.urandom(3 << 20)})
    folder = tmp_path / "work"
    folder.mkdir()
    git = Git(folder, parse(repository.url, tmp_path), {"PATH": os.environ["PATH"]}, most=1 << 20)
    with pytest.raises(GitError, match=r"larger than .*, which no pack needs"):
        git.fetch("refs/heads/main")


def test_a_server_that_never_answers_is_left(tmp_path):
    def wait(_handler):
        time.sleep(5)

    with serving({"/x.git/info/refs?service=git-upload-pack": wait}) as server:
        git = Git(tmp_path, parse(f"git+{server.url}/x.git", tmp_path), {"PATH": os.environ["PATH"]}, limit=0.5)
        with pytest.raises(GitError, match="took longer"):
            git.refs()


def test_nobody_elses_configuration_hooks_or_helpers_are_used(fetch, repository, tmp_path, home):
    """Whatever the user's configuration, a template, the repository or the environment names, nothing of it runs."""
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\ncat\n")
    trap.chmod(0o755)
    (home / ".gitconfig").write_text(
        f"[core]\n hooksPath = {tmp_path}\n fsmonitor = {trap}\n pager = {trap}\n sshCommand = {trap}\n"
        f'[uploadpack]\n packObjectsHook = {trap}\n[url "ext::{trap}"]\n insteadOf = {repository.bare}\n'
        f"[protocol]\n allow = always\n[credential]\n helper = !{trap}\n"
    )
    (tmp_path / "post-checkout").write_bytes(trap.read_bytes())
    (tmp_path / "post-checkout").chmod(0o755)
    config = f"[uploadpack]\n packObjectsHook = {trap}\n[core]\n fsmonitor = {trap}\n hooksPath = {tmp_path}\n"
    repository.commit(
        pack_files() | {".gitattributes": "* filter=lfs\n*.yml filter=x\n", ".lfsconfig": f"[lfs]\n url = {trap}\n"},
        tag="v1",
    )
    with (repository.bare / "config").open("a") as out:
        out.write(config)
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.fsmonitor",
        "GIT_CONFIG_VALUE_0": str(trap),
        "GIT_SSH_COMMAND": str(trap),
        "GIT_PROXY_COMMAND": str(trap),
        "GIT_EXTERNAL_DIFF": str(trap),
        "GIT_TEMPLATE_DIR": str(tmp_path),
        "GIT_DIR": str(repository.bare),
        "GIT_ALLOW_PROTOCOL": "ext",
    }
    found = fetch(repository.url, environ=environ)
    assert "version: 1.0.0" in manifest(found)
    assert not (tmp_path / "sprung").exists()


def test_only_the_way_that_was_named_is_taken(tmp_path, home):
    """A source that got past its reader would still be refused by git itself."""
    for number, address in enumerate((f"ext::touch {tmp_path}/sprung", "fd::3", "git://127.0.0.1/x.git")):
        folder = tmp_path / str(number)
        folder.mkdir()
        git = Git(folder, Source(kind=SourceKind.GIT, address=address), {"PATH": os.environ["PATH"]})
        with pytest.raises(GitError):
            git.refs()
    folder = tmp_path / "option"
    folder.mkdir()
    source = Source(kind=SourceKind.GIT, address=f"--upload-pack=touch {tmp_path}/sprung")
    with pytest.raises(GitError):
        Git(folder, source, {"PATH": os.environ["PATH"]}).refs()
    assert not (tmp_path / "sprung").exists()


def test_git_follows_no_redirect(fetch, repository):
    repository.commit(pack_files())
    with serving({}) as inner:
        moved = {"/x.git/info/refs?service=git-upload-pack": (302, {"Location": f"{inner.url}/y.git/info/refs"}, b"")}
        with serving(moved) as outer, pytest.raises(GitError, match="has moved"):
            fetch(f"git+{outer.url}/x.git")
        assert inner.asked == []


def test_a_login_is_not_asked_for(fetch):
    wants = (401, {"WWW-Authenticate": 'Basic realm="x"'}, b"")
    answers = {"/x.git/info/refs?service=git-upload-pack": wants}
    with serving(answers) as server, pytest.raises(GitError, match="wants a login"):
        fetch(f"git+{server.url}/x.git")


@each(
    ("said", "sentence"),
    [
        ("fatal: unable to access 'https://h/': Could not resolve host: h", "no server called h.example"),
        ("Host key verification failed.\nfatal: Could not read", "h.example is not known to ssh"),
        ("git@h: Permission denied (publickey).", "does not let you in"),
        ("fatal: unable to access: SSL certificate problem: certificate has expired", "certificate of h.example"),
        ("ssh: connect to host h port 22: Connection refused", "cannot be reached"),
        ("fatal: something new\x1b[31m", "git cannot fetch this: fatal: something new."),
        ("", "git cannot fetch this: git."),
    ],
)
def test_why_git_failed(said, sentence):
    for address in ("https://h.example/x.git", "ssh://git@h.example:22/x.git", "git@h.example:x.git"):
        error = explain(said, Source(kind=SourceKind.GIT, address=address))
        assert sentence in error.message
        assert is_clean(error.message)


# Folders


def test_folders_with_links_or_devices(fetch, tmp_path):
    write_folder(tmp_path / "pack", pack_files())
    (tmp_path / "pack" / "templates").symlink_to("/etc")
    with pytest.raises(PackError, match="not a regular file"):
        fetch("pack")
    (tmp_path / "pack" / "templates").unlink()
    os.mkfifo(tmp_path / "pack" / "pipe")
    with pytest.raises(PackError, match="not a regular file"):
        fetch("pack")


def test_a_giant_file_in_a_folder(fetch, tmp_path):
    write_folder(tmp_path / "pack", pack_files() | {"big.md": b"x" * ((2 << 20) + 1)})
    with pytest.raises(PackError, match="larger"):
        fetch("pack")


# The web


@pytest.fixture(scope="module")
def tls(tmp_path_factory):
    return places.certificate(tmp_path_factory.mktemp("tls"))


def test_over_tls_and_redirected_on_the_same_server(fetch, tls):
    context, authority = tls
    answers = {"/old.zip": (302, {"Location": "/new.zip"}, b""), "/new.zip": (200, {}, make_zip(pack_files()))}
    with serving(answers, context) as server:
        assert "pack: acme" in manifest(fetch(f"{server.url}/old.zip", web=places.web(authority)))
        with pytest.raises(SupportError, match=r"signed by nobody but itself|cannot be trusted") as caught:
            fetch(f"{server.url}/new.zip")
        assert caught.value.hint


@each(
    "location",
    [
        "http://127.0.0.1:{other}/p.zip",
        "http://host.example/p.zip",
        "//127.0.0.1:{other}/p.zip",
        "ftp://host.example/p.zip",
        "file:///etc/passwd",
        "javascript:1",
    ],
)
def test_redirects_to_anything_but_https(fetch, location):
    with serving({"/p.zip": (200, {}, make_zip())}) as inner:
        answers = {"/p.zip": (301, {"Location": location.format(other=inner.port)}, b"")}
        with serving(answers) as server, pytest.raises(DownloadError, match="not encrypted, or is none of the web"):
            fetch(f"{server.url}/p.zip")
        assert inner.asked == []


def test_a_redirect_from_https_to_http_on_the_same_machine(fetch, tls):
    context, authority = tls
    with serving({}) as plain:
        answers = {"/p.zip": (307, {"Location": f"{plain.url}/p.zip"}, b"")}
        with serving(answers, context) as server, pytest.raises(DownloadError, match="not encrypted"):
            fetch(f"{server.url}/p.zip", web=places.web(authority))
        assert plain.asked == []


@each(
    "host",
    [
        "127.0.0.1:{other}", "localhost:{other}", "[::1]:{other}", "10.0.0.1", "192.168.1.1", "172.16.0.1",
        "169.254.169.254", "[fe80::1]", "[fc00::1]", "[::ffff:127.0.0.1]", "[64:ff9b::a00:1]", "[2002:7f00:1::]",
        "0.0.0.0", "100.64.0.1", "224.0.0.1", "LOCALHOST.",
    ],
)  # fmt: skip
def test_redirects_into_a_private_network(fetch, host, tls):
    context, authority = tls
    with serving({"/p.zip": (200, {}, make_zip())}, context) as inner:
        location = f"https://{host.format(other=inner.port)}/p.zip"
        answers = {"/p.zip": (302, {"Location": location}, b"")}
        with serving(answers) as server, pytest.raises(DownloadError, match="into a private network"):
            fetch(f"{server.url}/p.zip", web=places.web(authority))
        assert inner.asked == []


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "169.254.169.254"])
def test_a_name_that_means_a_private_address(fetch, address, monkeypatch):
    """What a name means is looked up once, judged, and then connected to."""
    import socket

    real = socket.getaddrinfo

    def look_up(host, *rest, **more):
        return real(host, *rest, **more) if host == "127.0.0.1" else [(socket.AF_INET, 1, 6, "", (address, 443))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    answers = {"/p.zip": (302, {"Location": "https://public.example/p.zip"}, b"")}
    with serving(answers) as server, pytest.raises(DownloadError, match=r"redirect to public\.example leads into"):
        fetch(f"{server.url}/p.zip")


def test_public_addresses_are_public():
    assert not any(is_inside(host) for host in ("93.184.215.14", "2606:2800:21f:cb07::1", "host.example"))


def test_redirects_without_end(fetch, tls):
    context, authority = tls
    with serving({"/p.zip": (302, {"Location": "/p.zip"}, b"")}, context) as server:
        with pytest.raises(DownloadError, match="again and again"):
            fetch(f"{server.url}/p.zip", web=places.web(authority))
        assert len(server.asked) == 6


def endless(headers):
    def answer(handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n" + headers + b"\r\n")
        try:
            while True:
                handler.wfile.write(b"x" * 65536)
        except OSError:
            pass

    return answer


@pytest.mark.parametrize("headers", [b"", b"Content-Length: 99999999999\r\n", b"Content-Length: 12\r\n"])
def test_more_than_a_pack_may_be_is_not_read(fetch, headers, monkeypatch):
    monkeypatch.setattr(zipped, "MAX_ZIP", 1 << 20)
    with serving({"/p.zip": endless(headers)}) as server:
        match = "not a zip" if b"12" in headers else "larger than a pack may be"
        with pytest.raises(DownloadError, match=match):
            fetch(f"{server.url}/p.zip")


def test_a_server_that_drips_is_left(fetch):
    def drip(handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _second in range(1000):
            handler.wfile.write(b"x")
            time.sleep(0.02)

    def drip_head(handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
        for _second in range(1000):
            handler.wfile.write(b"x")
            time.sleep(0.02)

    with serving({"/body.zip": drip, "/head.zip": drip_head}) as server:
        for path in ("body", "head"):
            with pytest.raises(DownloadError, match="too slow"):
                fetch(f"{server.url}/{path}.zip", web=places.web(limit=0.3))


def test_a_server_that_breaks_off(fetch):
    def break_off(handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nPK\x03\x04")

    def nonsense(handler):
        handler.wfile.write(b"\x00\x1b[31m nonsense \r\n\r\n")

    with serving({"/a.zip": break_off, "/b.zip": nonsense, "/c.zip": lambda _h: None}) as server:
        for path in "abc":
            with pytest.raises(DownloadError, match="broke off") as caught:
                fetch(f"{server.url}/{path}.zip")
            assert is_clean(caught.value.message)


@each(
    ("answer", "sentence"),
    [
        ((404, {}, b""), "There is no file at"),
        ((500, {}, b""), "does not give /p.zip: 500"),
        ((200, {"Content-Encoding": "gzip"}, b"x"), "which was not asked for"),
        ((200, {}, b"<html>"), "is not a zip"),
        ((200, {}, b"PK\x03\x04 damaged"), "not a readable zip"),
        ((200, {}, make_zip({"a.txt": "a"})), "holds no pack.yml"),
        ((200, {}, make_zip({"../pack.yml": "pack: x", "pack.yml": "pack: x"})), "not a file name inside a pack"),
        (
            (200, {}, make_zip({"pack.yml": "pack: x"}, (entry("l", mode=stat.S_IFLNK | 0o777), b"/etc"))),
            "not a regular",
        ),
    ],
)
def test_what_a_server_gives_instead_of_a_pack(fetch, answer, sentence):
    with serving({"/p.zip": answer}) as server, pytest.raises(PackError, match=sentence):
        fetch(f"{server.url}/p.zip")


def test_a_signature_that_cannot_be_had_is_no_missing_signature(fetch):
    """Whoever makes a server fail must not make a signed pack look unsigned."""
    answers = {"/p.zip": (200, {}, make_zip()), "/p.zip.minisig": (500, {}, b"")}
    with serving(answers) as server, pytest.raises(DownloadError, match="does not give"):
        fetch(f"{server.url}/p.zip")


def test_no_server_and_no_network(fetch, monkeypatch):
    import socket

    with serving({}) as server:
        url = f"{server.url}/p.zip"
    with pytest.raises(DownloadError, match="cannot be reached") as caught:
        fetch(url)
    assert "works without a network" in caught.value.hint

    def away(*_words, **_more):
        raise socket.gaierror(socket.EAI_AGAIN, "x")

    monkeypatch.setattr(socket, "getaddrinfo", away)
    with pytest.raises(DownloadError, match="no server called host"):
        fetch("https://host.example/p.zip")


def test_a_proxy_is_asked_where_one_is_set(fetch):
    asked = []

    def proxy(scheme, authority):
        asked.append((scheme, authority))
        return "http://127.0.0.1:9"

    with pytest.raises(DownloadError):
        fetch("https://host.example/p.zip", web=places.web(proxy=proxy))
    assert asked == [("https", "host.example:443")]


# Python packages


def test_nothing_of_a_package_is_imported(fetch, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(places.python_package(tmp_path / "a", pack_files(), entry="acme_support")))
    assert "pack: acme" in manifest(fetch("acme"))  # its folder "pack" is found by itself


@pytest.mark.parametrize(
    "entry_point", ["acme_support.nowhere", "no_such_module", "../../etc", "acme_support:../x", "os"]
)
def test_packages_that_do_not_hold_what_they_say(fetch, tmp_path, monkeypatch, entry_point):
    site = places.python_package(tmp_path / "a", pack_files(), entry=entry_point)
    monkeypatch.syspath_prepend(str(site))
    with pytest.raises(PackError, match=r"does not hold it|is no folder|brings a pack"):
        fetch("python:acme")


def test_no_such_package(fetch):
    with pytest.raises(PackError, match="No installed Python package"):
        fetch("python:acme")


def test_a_folder_that_cannot_be_read_is_said(fetch, tmp_path):
    with pytest.raises(PackError):
        fetch(Source(kind=SourceKind.FOLDER, address=str(Path(tmp_path) / "gone")))
