"""docs/packs-and-trust.md and the examples of docs/desks.md: what they show works."""

import re
import textwrap
import tomllib

import pytest

from support_cli.authoring.check_case import PackSource
from support_cli.authoring.check_manifest import check_manifest
from support_cli.deliver.registry import DESKS
from support_cli.distribution import source
from support_cli.distribution.zipped import build
from support_cli.packs import native
from support_cli.packs.files import FolderFiles
from support_cli.packs.yamltext import parse
from tests.cli.test_support_team_page import ROOT, run_line
from tests.distribution.places import Repository, pack_files, python_package
from tests.distribution.zips import write_folder

TRUST = (ROOT / "docs" / "packs-and-trust.md").read_text("utf-8")
DESKS_PAGE = (ROOT / "docs" / "desks.md").read_text("utf-8")


def block(language, holding):
    """The one block of the page about trust in a language that holds a text."""
    (found,) = [text for text in re.findall(rf"```{language}\n(.*?)```", TRUST, re.DOTALL) if holding in text]
    return found


def nordic_files(version="1.0.0", key=""):
    files = pack_files(version)
    manifest = files["pack.yml"].replace("pack: acme", "pack: nordic")
    if key:
        manifest = manifest.replace("publisher: {", f"publisher: {{key: {key}, ")
    return files | {"pack.yml": manifest}


@pytest.fixture
def nordic(here):
    return write_folder(here / "nordic", nordic_files())


def test_every_source_in_the_table_is_what_the_table_says(nordic, here):
    (here / "nordic.zip").write_bytes(build(FolderFiles(nordic)))
    rows = re.findall(r"^\| (`.+?) \| (.+) \|$", TRUST, re.MULTILINE)
    kinds = {
        "a folder": "folder",
        "a zip": "zip",
        "the same on": "web",
        "a git": "git",
        "a tag": "git",
        "git as": "git",
    }
    seen = []
    served = Repository(here / "srv")
    served.commit(nordic_files())
    for cell, meaning in rows:
        kind = next((kind for start, kind in kinds.items() if meaning.startswith(start)), "python")
        for text in re.findall(r"`([^`]+)`", cell):
            place = text.replace("file:///srv/nordic.git", served.url)
            seen.append((text, source.parse(place, here).kind.value, kind))
    assert len(seen) == 11
    assert [text for text, found, wanted in seen if found != wanted] == []


def test_a_repository_is_signed_with_the_signature_of_its_zip(support, nordic, here):
    assert "`.pack.minisig`" in TRUST
    key = support("pack", "keygen", "k", "--no-password", "--json").json["key"]
    files = nordic_files(key=key)
    write_folder(nordic, files)
    for words in (("build", "nordic", "-o", "nordic.zip"), ("sign", "nordic.zip", "--key", "k")):
        assert support("pack", *words).code == 0
    repository = Repository(here / "repository")
    repository.commit(files | {".pack.minisig": (here / "nordic.zip.minisig").read_text("utf-8")}, tag="v1.0.0")
    shown = support("pack", "add", f"git+{repository.url}", "--no-input")
    assert shown.code == 3
    assert "the signature fits" in shown.err


def test_updates_as_on_the_page(support, nordic):
    digest = support("pack", "info", "nordic", "--json").json["digest"]
    assert support("pack", "add", "nordic", "--trust", digest).code == 0
    write_folder(nordic, nordic_files("1.1.0"))
    for line in block("sh", "pack update --check").strip().splitlines():
        run_line(support, None, line)
    assert "support pack trust nordic --revoke" in block("sh", "--revoke")
    digest = support("pack", "info", "nordic", "--json").json["digest"]
    assert support("pack", "add", "nordic", "--no-input", "--trust", digest).code == 0
    assert support("pack", "trust", "nordic", "--revoke").code == 0


def test_a_vendors_package_as_on_the_page(monkeypatch, tmp_path):
    project = tomllib.loads(block("toml", "entry-points"))["project"]
    entries, scripts = project["entry-points"]["support_cli.packs"], project["scripts"]
    (name, entry), (script, called) = *entries.items(), *scripts.items()
    site = python_package(tmp_path, pack_files(), entry=entry.replace("nordic_", "acme_"), name=name)
    monkeypatch.syspath_prepend(str(site))
    from support_cli.distribution import python_package as packages

    assert packages.find(name).folder == site / "acme_support" / "pack"
    code = block("python", "white_label")
    assert len([line for line in code.splitlines() if line]) == 2
    made: dict[str, object] = {}
    exec(code, made)
    assert callable(made[called.partition(":")[2]])
    assert f"`{script} new`" in TRUST
    assert f'command("{name}")' in code


def test_channels_on_the_page_of_desks_are_right():
    blocks = [textwrap.dedent(text) for text in re.findall(r"(?:^    .+\n)+", DESKS_PAGE, re.MULTILINE)]
    channels = [text for text in blocks if "kind:" in text]
    assert len(channels) == 2
    for text in channels:
        alone = "channels:\n" + textwrap.indent(text, "  ") + "default_channel: desk\n"
        whole = text if text.startswith("channels:") else alone
        parsed = parse("pack: all\nversion: 1.0.0\ntitle: All\n" + whole, name="page")
        assert check_manifest(PackSource(native.read_manifest(parsed), parsed.where, ()), DESKS) == []
