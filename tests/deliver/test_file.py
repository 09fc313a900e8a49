"""Files: whole or not at all, and never over another one."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from support_cli.deliver.base import PermanentError, Reason, State, TemporaryError
from support_cli.deliver.file import FileDeliverer, write_eml
from support_cli.deliver.mail.message import AttachmentChangedError
from support_cli.deliver.writing import WriteError, new_file
from tests.deliver.making import Files, make_envelope, make_job, make_ticket, written
from tests.deliver.reading import read

posix = os.name == "posix"


def test_the_message_lies_under_its_name_private_and_whole(tmp_path: Path) -> None:
    path, told = write_eml(
        tmp_path / "letter.eml", make_ticket(files={"a": b"x"}), make_envelope(), open_attachment=Files({"a": b"x"})
    )

    assert path == tmp_path / "letter.eml"
    assert path.read_bytes() == written(files={"a": b"x"})
    assert told.size == path.stat().st_size
    assert not posix or stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == ["letter.eml"]


def test_names_that_are_taken_stay(tmp_path: Path) -> None:
    (tmp_path / "letter.eml").write_text("mine")
    (tmp_path / "letter-2.eml").symlink_to("nowhere")

    path, _told = write_eml(tmp_path / "letter.eml", make_ticket(), make_envelope(), open_attachment=Files({}))

    assert path.name == "letter-3.eml"
    assert (tmp_path / "letter.eml").read_text() == "mine"
    assert os.readlink(tmp_path / "letter-2.eml") == "nowhere"


def test_without_hard_links_nothing_is_overwritten_either(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_paths: object) -> None:
        raise PermissionError(1, "Operation not permitted")  # what FAT answers

    monkeypatch.setattr(os, "link", no_links)
    (tmp_path / "letter.eml").write_text("mine")

    path, _told = write_eml(tmp_path / "letter.eml", make_ticket(), make_envelope(), open_attachment=Files({}))

    assert path.name == "letter-2.eml"
    assert path.read_bytes() == written()
    assert sorted(os.listdir(tmp_path)) == ["letter-2.eml", "letter.eml"]


@pytest.mark.parametrize("failure", [KeyboardInterrupt, RuntimeError])
def test_a_failure_on_the_way_leaves_nothing(tmp_path: Path, failure: type[BaseException]) -> None:
    def fail_halfway() -> None:
        with new_file(tmp_path / "letter.eml") as file:
            file.out.write(b"half")
            raise failure

    with pytest.raises(failure):
        fail_halfway()
    assert os.listdir(tmp_path) == []


def test_a_changed_attachment_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(AttachmentChangedError):
        write_eml(
            tmp_path / "l.eml", make_ticket(files={"a": b"x"}), make_envelope(), open_attachment=Files({"a": b"y"})
        )

    assert os.listdir(tmp_path) == []


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(WriteError, match=r"there is no folder .*gone") as caught, new_file(tmp_path / "gone" / "x.eml"):
        pass

    assert caught.value.exit_code == 3
    assert caught.value.hint


def test_a_name_that_is_too_long_or_none_is_explained(tmp_path: Path) -> None:
    with pytest.raises(WriteError, match="too long"), new_file(tmp_path / ("x" * 5000) / "y.eml"):
        pass
    with pytest.raises(WriteError, match="cannot be written"), new_file(tmp_path / "a\0b" / "y.eml"):
        pass


# As another user, for root may write anywhere; and with a limit that stands in for a full disk.
AS_SOMEBODY = """
import os, sys
from pathlib import Path
from support_cli.deliver.writing import WriteError, new_file
folder, how = Path(sys.argv[1]), sys.argv[2]
import resource
if how == "full":
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
elif os.geteuid() == 0:
    os.setuid(65534)
try:
    with new_file(folder / "letter.eml") as file:
        for _ in range(200):
            file.out.write(bytes(10_000))
except WriteError as error:
    print(error.message, error.hint)
print(os.listdir(folder))
"""


@pytest.mark.parametrize(("how", "said"), [("full", "no room left"), ("closed", "you may not write to the folder")])
def test_a_full_disk_and_a_closed_folder_are_explained(how: str, said: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory(dir="/tmp") as folder:  # where another user can look
        os.chmod(folder, 0o555)
        done = subprocess.run(
            [sys.executable, "-c", AS_SOMEBODY, folder, how], capture_output=True, text=True, check=True, timeout=60
        )

    assert said in done.stdout
    assert done.stdout.endswith("[]\n")


def test_delivery_copies_the_stored_octets(tmp_path: Path) -> None:
    octets = written()
    commits: list[int] = []

    receipt = FileDeliverer(tmp_path).deliver(make_job(octets, before_commit=lambda: commits.append(1)))

    assert receipt.state is State.WRITTEN
    assert receipt.url.startswith("file:///")
    assert Path(receipt.to).read_bytes() == octets
    assert commits == [1]
    assert read(octets)["message-id"] == receipt.message_id


def test_a_file_that_is_there_already_is_found(tmp_path: Path) -> None:
    deliverer = FileDeliverer(tmp_path)
    assert deliverer.find(make_job()) is None

    first = deliverer.deliver(make_job())

    found = deliverer.find(make_job())
    assert found is not None
    assert found.to == first.to
    assert deliverer.find(make_job(b"other")) is None


def test_damaged_storage_is_never_delivered(tmp_path: Path) -> None:
    with pytest.raises(PermanentError, match="damaged"):
        FileDeliverer(tmp_path).deliver(make_job(digest="sha256:00"))
    assert os.listdir(tmp_path) == []


def test_trouble_with_the_folder_puts_it_off(tmp_path: Path) -> None:
    deliverer = FileDeliverer(tmp_path / "gone")
    for action in (lambda: deliverer.deliver(make_job()), deliverer.test):
        with pytest.raises(TemporaryError) as caught:
            action()
        assert caught.value.reason is Reason.STORAGE
        assert caught.value.exit_code == 6
    assert "can be written" in FileDeliverer(tmp_path).test()
    assert os.listdir(tmp_path) == []
