"""What looking at a file says, and every way in which a path is not a quiet, regular file."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import msgspec
import pytest

from support_cli.attachments import inspect
from support_cli.attachments.errors import (
    ChangedError,
    MissingError,
    NotAFileError,
    OversizedError,
    UnreadableError,
    UnstorableError,
)
from support_cli.attachments.inspect import examine, link_target, open_unchanged, recheck
from support_cli.base.errors import AttachmentError, ExitCode
from support_cli.forms.request import Attachment
from tests.attachments.making import LOG, PNG, as_ordinary_user, digest
from tests.table import each


def test_size_digest_and_type_come_from_the_content(tmp_path: Path) -> None:
    file = tmp_path / "screenshot.txt"
    file.write_bytes(PNG)
    assert examine(file, question="shots") == Attachment(
        path=str(file),
        name="screenshot.txt",
        type="image/png",
        size=len(PNG),
        sha256=digest(PNG),
        question="shots",
    )


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 65_537, 262_144, 262_145, 1_000_003])
def test_any_size_is_read_to_the_last_byte(tmp_path: Path, size: int) -> None:
    data = (LOG * (size // len(LOG) + 1))[:size]
    file = tmp_path / "app.log"
    file.write_bytes(data)
    found = examine(file)
    assert (found.size, found.sha256, found.type) == (size, digest(data), "text/plain")


def test_relative_path_becomes_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.txt").write_text("x", encoding="utf-8")
    assert examine(Path("a.txt")).path == str(tmp_path / "a.txt")


def test_link_to_a_file_is_followed_and_can_be_told(tmp_path: Path) -> None:
    (tmp_path / "real.png").write_bytes(PNG)
    link = tmp_path / "latest.png"
    link.symlink_to("real.png")
    found = examine(link)
    assert (found.name, found.sha256) == ("latest.png", digest(PNG))
    assert link_target(link) == str(tmp_path / "real.png")
    assert link_target(tmp_path / "real.png") is None
    assert link_target(tmp_path / "nothing") is None


def _dangling(folder: Path) -> Path:
    link = folder / "latest.log"
    link.symlink_to("rotated-away.log")
    return link


def _circle(folder: Path) -> Path:
    link = folder / "a"
    link.symlink_to("b")
    (folder / "b").symlink_to("a")
    return link


def _pipe(folder: Path) -> Path:
    os.mkfifo(folder / "pipe")
    return folder / "pipe"


def _socket(folder: Path) -> Path:
    path = folder / "s"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
    return path


def _folder(folder: Path) -> Path:
    (folder / "logs").mkdir()
    return folder / "logs"


def _huge(folder: Path) -> Path:
    with (folder / "disk.img").open("wb") as file:
        file.truncate(5 << 30)
    return folder / "disk.img"


@each(
    ("make", "error", "sentence"),
    [
        (lambda folder: folder / "no.png", MissingError, "There is no file {folder}/no.png."),
        (lambda folder: folder / "a\0b", MissingError, "ab cannot be the name of a file."),
        (lambda folder: folder / "\ud800", MissingError, "\ufffd cannot be the name of a file."),
        (lambda folder: folder / ("n" * 300), MissingError, "n" * 159 + "… cannot be the name of a file."),
        (_dangling, MissingError, "latest.log is a link to rotated-away.log, and nothing is there."),
        (_circle, MissingError, "a is a link that leads in a circle."),
        (_pipe, NotAFileError, "pipe is a pipe, not a file."),
        (_socket, NotAFileError, "s is a socket, not a file."),
        (_folder, NotAFileError, "logs is a folder, not a file."),
        (lambda _folder: Path("/"), NotAFileError, "/ is a folder, not a file."),
        (lambda _folder: Path("/dev/zero"), NotAFileError, "zero is a device, not a file."),
        (lambda _folder: Path("/dev/tty"), NotAFileError, "tty is a device, not a file."),
        (
            lambda _folder: Path("/proc/self/status"),
            NotAFileError,
            "status is made up by the system while it is read, so its size is not known.",
        ),
        (_huge, OversizedError, "disk.img is 5.4\u00a0GB: no receiver takes a file of that size."),
    ],
)
def test_what_is_not_a_quiet_file_is_explained(tmp_path, make, error, sentence) -> None:
    path = make(tmp_path)
    with pytest.raises(error) as raised:
        examine(path)
    assert raised.value.message == sentence.format(folder=tmp_path)
    assert raised.value.hint
    assert raised.value.exit_code is ExitCode.ATTACHMENT


def test_a_device_reached_through_a_link_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "photo.png").symlink_to("/dev/zero")
    with pytest.raises(NotAFileError, match=r"photo\.png is a device"):
        examine(tmp_path / "photo.png")


def test_a_pipe_put_in_place_of_the_file_does_not_make_us_wait(tmp_path: Path, monkeypatch) -> None:
    """The look says "file", then the path is exchanged before it is opened."""
    file = tmp_path / "a.log"
    file.write_text("x", encoding="utf-8")
    really_open = os.open

    def exchange(path, flags, *more):
        file.unlink()
        os.mkfifo(file)
        return really_open(path, flags, *more)

    monkeypatch.setattr(os, "open", exchange)
    with pytest.raises(NotAFileError, match="is a pipe"):
        examine(file)


def test_a_file_that_may_not_be_read() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "closed.log").write_text("x", encoding="utf-8")
        (folder / "closed.log").chmod(0)
        (folder / "private").mkdir(mode=0o700)
        with as_ordinary_user(), pytest.raises(UnreadableError, match=r"closed\.log may not be read by you"):
            examine(folder / "closed.log")
        (folder / "private").chmod(0)
        with as_ordinary_user(), pytest.raises(UnreadableError, match=r"a\.log may not be read by you"):
            examine(folder / "private" / "a.log")
        (folder / "private").chmod(0o700)


def test_a_disk_that_fails_while_reading(tmp_path: Path, monkeypatch) -> None:
    file = tmp_path / "a.log"
    file.write_bytes(LOG)

    def fail(_descriptor: int, _length: int) -> bytes:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "read", fail)
    with pytest.raises(UnreadableError, match=r"a\.log could not be read: Input/output error\."):
        examine(file)


def test_descriptors_are_closed_whatever_happens(tmp_path: Path) -> None:
    before = len(os.listdir("/proc/self/fd"))
    (tmp_path / "a.log").write_bytes(LOG)
    for path in (tmp_path / "a.log", Path("/proc/self/status"), Path("/dev/zero"), tmp_path):
        try:
            with open_unchanged(examine(path)) as content:
                content.read(10)
        except AttachmentError:
            pass
    assert len(os.listdir("/proc/self/fd")) == before


@pytest.mark.parametrize("change", [lambda f: f.write(b"more\n"), lambda f: f.truncate(1000)])
def test_a_file_that_is_written_to_while_it_is_read(tmp_path: Path, monkeypatch, change) -> None:
    file = tmp_path / "live.log"
    file.write_bytes(LOG)
    really_read, pieces = os.read, []

    def read(descriptor: int, length: int) -> bytes:
        pieces.append(length)
        if len(pieces) == 2:
            with file.open("r+b") as writer:
                writer.seek(0, 2)
                change(writer)
        return really_read(descriptor, length)

    monkeypatch.setattr(os, "read", read)
    with pytest.raises(ChangedError, match=r"live\.log is being written to at this very moment"):
        examine(file)


def test_what_is_read_for_sending_is_what_was_examined(tmp_path: Path) -> None:
    file = tmp_path / "app.log"
    file.write_bytes(LOG)
    found = examine(file)
    with open_unchanged(found) as content:
        assert content.read() == LOG
    with open_unchanged(found) as content:
        pieces = iter(lambda: content.read(57 * 1000), b"")
        assert b"".join(pieces) == LOG
    with open_unchanged(found) as content:
        shutil.copyfileobj(content, (tmp_path / "copy").open("wb"))
    (tmp_path / "empty").touch()
    with open_unchanged(examine(tmp_path / "empty")) as content:
        assert content.read() == b""


@pytest.mark.parametrize(
    "spoil",
    [
        lambda file: file.write_bytes(LOG[:-1] + b"!"),
        lambda file: file.write_bytes(b"!" + LOG[1:]),
        lambda file: file.write_bytes(LOG + b"!"),
        lambda file: file.write_bytes(LOG[:-1]),
        lambda file: file.write_bytes(b""),
    ],
)
def test_another_content_never_reaches_its_last_piece(tmp_path: Path, spoil) -> None:
    file = tmp_path / "app.log"
    file.write_bytes(LOG)
    found = examine(file)
    spoil(file)
    sent: list[bytes] = []
    with pytest.raises(ChangedError, match=r"app\.log has changed since you added it"):
        _send(found, sent)
    assert sum(map(len, sent)) < len(LOG)


def _send(attachment: Attachment, sent: list[bytes]) -> None:
    with open_unchanged(attachment) as content:
        while piece := content.read(10_000):
            sent.append(piece)


def test_an_empty_file_that_got_content(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.touch()
    found = examine(file)
    file.write_text("x", encoding="utf-8")
    with pytest.raises(ChangedError), open_unchanged(found):
        pass


def test_growing_after_it_was_opened_for_sending(tmp_path: Path) -> None:
    file = tmp_path / "live.log"
    file.write_bytes(LOG)
    with open_unchanged(examine(file)) as content:
        with file.open("ab") as writer:
            writer.write(b"one more line\n")
        with pytest.raises(ChangedError):
            content.read()


def test_recheck_tells_the_good_from_the_rest(tmp_path: Path) -> None:
    for name in ("same", "gone", "changed", "touched", "folder"):
        (tmp_path / name).write_bytes(LOG)
    files = [examine(tmp_path / name) for name in ("same", "gone", "changed", "touched", "folder")]
    (tmp_path / "gone").unlink()
    (tmp_path / "changed").write_bytes(LOG.replace(b"request 7 ", b"request 8 "))
    os.utime(tmp_path / "touched", (1, 1))
    (tmp_path / "folder").unlink()
    (tmp_path / "folder").mkdir()
    good, findings = recheck(files)
    assert [file.name for file in good] == ["same", "touched"]
    assert [(f.code, f.level, f.where) for f in findings] == [
        ("F007", "error", "gone"),
        ("F007", "error", "changed"),
        ("F007", "error", "folder"),
    ]
    assert [f.message for f in findings] == [
        f"There is no file {tmp_path}/gone.",
        "changed has changed since you added it.",
        "folder is a folder, not a file.",
    ]
    assert all(f.fix for f in findings)


@each(
    ("raw", "name"),
    [
        ("Знімок екрана.png", "Знімок екрана.png"),
        ("截图 2026.png", "截图 2026.png"),
        ("🙈👩‍👩‍👧.png", "🙈👩‍👩‍👧.png"),
        ("two\nlines.png", "two lines.png"),
        ("\x1b[31mred\x1b[0m.png", "red.png"),
        ("photo\u202egnp.exe", "photognp.exe"),
        ("CON", "_CON"),
        (".bashrc", "bashrc"),
    ],
)
def test_odd_names_are_read_and_shown_safely(tmp_path: Path, raw: str, name: str) -> None:
    (tmp_path / raw).write_bytes(PNG)
    found = examine(tmp_path / raw)
    assert found.name == name
    with open_unchanged(found) as content:
        assert content.read() == PNG
    assert msgspec.json.decode(msgspec.json.encode(found), type=Attachment) == found


def test_a_name_that_is_not_utf8(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xf4\xee\xf2\xee.png"))
    path.write_bytes(PNG)
    with pytest.raises(UnstorableError, match="bytes that are not UTF-8") as raised:
        examine(path)
    assert "\ufffd\ufffd\ufffd\ufffd.png" in raised.value.message
    assert raised.value.hint

    found = examine(path, folder=tmp_path / "draft")
    assert (found.name, found.sha256) == ("\ufffd\ufffd\ufffd\ufffd.png", digest(PNG))
    assert msgspec.json.decode(msgspec.json.encode(found), type=Attachment) == found
    with open_unchanged(found) as content:
        assert content.read() == PNG
    assert examine(path, folder=tmp_path / "draft").path == found.path
    assert (tmp_path / "draft").stat().st_mode & 0o777 == 0o700


def test_no_link_is_left_behind_for_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(MissingError):
        examine(Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff")), folder=tmp_path / "draft")
    assert not (tmp_path / "draft").exists()


_PEAK = """
import resource, sys
from pathlib import Path
from support_cli.attachments.inspect import examine, open_unchanged
def work(path):
    with open_unchanged(examine(Path(path))) as content:
        while content.read(1 << 16):
            pass
work(sys.argv[1])
small = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
work(sys.argv[2])
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - small) // 1024)
"""


@pytest.mark.slow
def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    (tmp_path / "small").write_bytes(LOG)
    with (tmp_path / "large").open("wb") as file:
        file.truncate(300_000_000)
    run = subprocess.run(
        [sys.executable, "-c", _PEAK, tmp_path / "small", tmp_path / "large"],
        capture_output=True, text=True, check=True, cwd=Path(inspect.__file__).parents[2],
    )  # fmt: skip
    assert int(run.stdout) <= 2  # MiB


def test_a_writer_on_a_pipe_is_not_disturbed(tmp_path: Path) -> None:
    """Opening the reading end would let a waiting writer go on and then break its pipe."""
    os.mkfifo(tmp_path / "pipe")
    written = threading.Event()

    def write() -> None:
        with (tmp_path / "pipe").open("wb") as pipe:
            pipe.write(b"for somebody else")
        written.set()

    writer = threading.Thread(target=write)
    writer.start()
    with pytest.raises(NotAFileError):
        examine(tmp_path / "pipe")
    assert not written.is_set()
    assert (tmp_path / "pipe").read_bytes() == b"for somebody else"
    writer.join()


@each(
    ("data", "charset"),
    [
        (b"12:00 started\n", "utf-8"),
        (b"", ""),
        ("тест\n".encode() * 100_000, "utf-8"),
        ("тест\n".encode() * 100_000 + "тест".encode("cp1251"), ""),
        ("тест".encode()[:-1], ""),
        ("привет\r\n".encode("koi8-r"), ""),
        ("тест".encode("utf-16"), ""),
        (PNG, ""),
    ],
)
def test_a_character_set_is_named_where_all_of_it_has_it(tmp_path: Path, data: bytes, charset: str) -> None:
    file = tmp_path / "app.log"
    file.write_bytes(data)
    assert examine(file).charset == charset
