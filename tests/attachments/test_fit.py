"""Zips: what they would weigh, and the zips themselves."""

import os
import random
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import pytest

from support_cli.attachments import fit
from support_cli.attachments.errors import ChangedError, NotZippedError
from support_cli.attachments.fit import zip_file, zipped_size
from support_cli.attachments.inspect import examine, open_unchanged
from tests.attachments.making import LOG, PNG, as_ordinary_user


@pytest.fixture
def log(tmp_path: Path) -> Path:
    file = tmp_path / "router.log"
    file.write_bytes(LOG)
    return file


def test_the_zip_holds_the_file(log: Path, tmp_path: Path) -> None:
    source = examine(log, question="logs")
    made = zip_file(source, tmp_path / "draft")
    assert (made.name, made.type, made.question) == ("router.log.zip", "application/zip", "logs")
    assert made.original == "router.log, 1.1\u00a0MB, zipped"
    assert examine(Path(made.path)).sha256 == made.sha256
    assert os.path.getsize(made.path) == made.size < source.size / 3
    with zipfile.ZipFile(made.path) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["router.log"]
        assert archive.read("router.log") == LOG
    assert log.read_bytes() == LOG
    with open_unchanged(made) as content:
        assert content.read(2) == b"PK"


def test_nobody_else_may_read_it_and_nothing_lies_about(log: Path, tmp_path: Path) -> None:
    made = zip_file(examine(log), tmp_path / "draft" / "files")
    assert os.stat(made.path).st_mode & 0o777 == 0o600
    assert os.stat(tmp_path / "draft" / "files").st_mode & 0o777 == 0o700
    assert os.listdir(tmp_path / "draft" / "files") == [os.path.basename(made.path)]


def test_the_same_file_gives_the_same_bytes_in_files_of_their_own(log: Path, tmp_path: Path) -> None:
    first = zip_file(examine(log), tmp_path / "one")
    os.utime(log, (1, 1))
    second = zip_file(examine(log), tmp_path / "one")
    assert second.sha256 == first.sha256
    assert second.path != first.path
    os.unlink(second.path)
    with zipfile.ZipFile(first.path) as archive:
        assert archive.read("router.log") == LOG


@pytest.mark.parametrize("name", ["журнал роутера.log", "截图.log", "🙈.log", "d" * 170 + ".log"])
def test_names_of_any_script(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(LOG)
    made = zip_file(examine(tmp_path / name), tmp_path / "draft")
    with zipfile.ZipFile(made.path) as archive:
        assert archive.namelist() == [name]
    listing = subprocess.run(["unzip", "-Z1", made.path], capture_output=True, check=True, env={"LC_ALL": "C.UTF-8"})
    assert listing.stdout.decode().strip() == name


def test_an_empty_file_can_be_zipped(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    made = zip_file(examine(tmp_path / "empty"), tmp_path / "draft")
    with zipfile.ZipFile(made.path) as archive:
        assert archive.read("empty") == b""


@pytest.mark.parametrize("size", [512, 10_000, 1_000_000])
def test_the_weight_of_a_small_zip_is_exact(tmp_path: Path, size: int) -> None:
    (tmp_path / "журнал.log").write_bytes(LOG[:size])
    source = examine(tmp_path / "журнал.log")
    assert zipped_size(source) == zip_file(source, tmp_path / "draft").size


@pytest.mark.slow
def test_the_weight_of_a_large_zip_is_near(tmp_path: Path) -> None:
    rng = random.Random(3)
    with (tmp_path / "big.log").open("wb") as file:
        for number in range(200_000):
            file.write(b"%d request %x took %d ms\n" % (number, rng.getrandbits(60), rng.randrange(5000)))
    source = examine(tmp_path / "big.log")
    assert source.size > fit.EXACT
    guess = zipped_size(source)
    assert guess is not None
    assert guess == pytest.approx(zip_file(source, tmp_path / "draft").size, rel=0.03)


def test_no_zip_is_offered_where_it_does_not_help(tmp_path: Path) -> None:
    contents = {
        "photo.png": PNG + bytes(5000),
        "random.bin": random.Random(1).randbytes(100_000),
        "large random.bin": random.Random(1).randbytes(10_000_000),
        "tiny.txt": b"a" * 100,
        "empty.txt": b"",
    }
    for name, data in contents.items():
        (tmp_path / name).write_bytes(data)
        assert zipped_size(examine(tmp_path / name)) is None, name
    gone = examine(tmp_path / "random.bin")
    (tmp_path / "random.bin").unlink()
    assert zipped_size(gone) is None


def test_incompressible_data_are_given_up_early(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.bin").write_bytes(random.Random(1).randbytes(6_000_000))
    source, read, really_read = examine(tmp_path / "a.bin"), [], os.read
    monkeypatch.setattr(os, "read", lambda *a: (read.append(a[1]), really_read(*a))[1])
    assert zipped_size(source) is None
    assert sum(read) < source.size / 1.5


def test_a_changed_file_is_not_zipped(log: Path, tmp_path: Path) -> None:
    source = examine(log)
    log.write_bytes(LOG[:-1] + b"!")
    with pytest.raises(ChangedError):
        zip_file(source, tmp_path / "draft")
    assert os.listdir(tmp_path / "draft") == []


_FULL = """
import resource, sys
from pathlib import Path
from support_cli.attachments.inspect import examine
from support_cli.attachments.fit import zip_file
from support_cli.base.errors import AttachmentError
source = examine(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    zip_file(source, Path(sys.argv[2]))
except AttachmentError as error:
    print(error.message)
"""


def test_a_full_disk_is_explained_and_leaves_nothing(log: Path, tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", _FULL, log, tmp_path / "draft"],
        capture_output=True, text=True, check=True, cwd=Path(fit.__file__).parents[2],
    )  # fmt: skip
    assert run.stdout == "There is no room on the disk for a zip of router.log.\n"
    assert os.listdir(tmp_path / "draft") == []


def test_a_folder_that_takes_nothing_is_explained() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "a.log").write_bytes(LOG)
        source = examine(folder / "a.log")
        with as_ordinary_user():
            os.chmod(folder, 0o555) if os.geteuid() == os.stat(folder).st_uid else None
            with pytest.raises(NotZippedError, match=r"The zip of a\.log could not be written to"):
                zip_file(source, folder / "draft")
        folder.chmod(0o755)


_PEAK = """
import resource, sys
from pathlib import Path
from support_cli.attachments.inspect import examine
from support_cli.attachments.fit import zip_file, zipped_size
def work(path):
    source = examine(Path(path))
    zipped_size(source)
    zip_file(source, Path(sys.argv[3]))
work(sys.argv[1])
small = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
work(sys.argv[2])
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - small) // 1024)
"""


@pytest.mark.slow
def test_memory_does_not_grow_with_the_file(log: Path, tmp_path: Path) -> None:
    with (tmp_path / "large").open("wb") as file:
        file.truncate(100_000_000)
    run = subprocess.run(
        [sys.executable, "-c", _PEAK, log, tmp_path / "large", tmp_path / "draft"],
        capture_output=True, text=True, check=True, cwd=Path(fit.__file__).parents[2],
    )  # fmt: skip
    assert int(run.stdout) <= 2  # MiB
