"""The tray: everything is taken, what does not fit is said, nothing gets lost."""

import os
import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from support_cli.attachments.errors import NoSuchRowError
from support_cli.attachments.inspect import examine
from support_cli.attachments.tray import FileTray
from support_cli.forms.model import Kind, Limits, Question
from support_cli.forms.request import Attachment
from support_cli.interview.prompter import Tray
from tests.attachments.making import LOG, PNG


class Desk:
    """A folder with files, and a tray that stores into ``stored``."""

    def __init__(self, folder: Path) -> None:
        self.cwd, self.folder = folder / "desktop", folder / "state" / "draft"
        self.cwd.mkdir()
        self.stored: list[tuple[Attachment, ...]] = []
        for name, data in {
            "photo.png": PNG,
            "router.log": LOG,
            "second.log": LOG[:-1],
            "setup.exe": b"MZ\x90\0" + bytes(200),
            "noise.bin": random.Random(1).randbytes(400_000),
            "empty.txt": b"",
        }.items():
            (self.cwd / name).write_bytes(data)

    def tray(self, limits: Limits | None = None, *, other: int = 0, uploads: Sequence[Question] = ()) -> FileTray:
        return FileTray(
            limits or Limits(),
            folder=self.folder,
            cwd=self.cwd,
            other=other,
            uploads=uploads,
            attachments=self.stored[-1] if self.stored else (),
            changed=self.stored.append,
        )


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def names(tray: FileTray) -> list[str]:
    return [row.name for row in tray.rows()]


def test_it_is_the_tray_of_the_screens(desk: Desk) -> None:
    tray: Tray = desk.tray()
    assert tray.rows() == []
    assert tray.usage() == (0, 10_000_000)
    assert desk.tray().problems() == []


def test_files_are_taken_and_stored_one_by_one(desk: Desk) -> None:
    tray = desk.tray()
    assert tray.add("photo.png 'router.log'") == []
    assert [[file.name for file in files] for files in desk.stored] == [["photo.png"], ["photo.png", "router.log"]]
    assert [(row.name, row.type, row.size, row.trouble, row.remark) for row in tray.rows()] == [
        ("photo.png", "image/png", len(PNG), "", ""),
        ("router.log", "text/plain", len(LOG), "", ""),
    ]
    assert tray.attachments == desk.stored[-1]
    assert tray.usage()[0] == len(PNG) + len(LOG)


def test_what_cannot_be_taken_is_said_with_what_to_do(desk: Desk) -> None:
    os.mkfifo(desk.cwd / "pipe")
    assert desk.tray().add("pipe phot.png photo.png") == [
        "There is no file phot.png. Did you mean photo.png?",
        "pipe is a pipe, not a file. Save what it gives into an ordinary file and add that.",
    ]
    assert [file.name for file in desk.stored[-1]] == ["photo.png"]


def test_a_folder_is_taken_and_says_what_it_leaves_out(desk: Desk) -> None:
    (desk.cwd / ".hidden").touch()
    tray = desk.tray()
    assert tray.add(".") == ["1 hidden file stays out; add it by its name."]
    assert names(tray) == ["empty.txt", "noise.bin", "photo.png", "router.log", "second.log", "setup.exe"]


def test_the_same_file_is_not_taken_twice(desk: Desk) -> None:
    (desk.cwd / "link.png").symlink_to("photo.png")
    tray = desk.tray()
    assert tray.add("photo.png") == []
    for again in ("photo.png", "./photo.png", "link.png", "../desktop/photo.png"):
        name = Path(again).name
        also = "" if name == "photo.png" else ", as photo.png"
        assert tray.add(again) == [f"{name} is there already{also}."]
    assert names(tray) == ["photo.png"]
    assert len(desk.stored) == 1


def test_names_are_unique_whatever_the_case(desk: Desk) -> None:
    for folder in ("one", "two"):
        (desk.cwd / folder).mkdir()
        (desk.cwd / folder / "Photo.PNG").write_bytes(PNG)
    tray = desk.tray()
    assert tray.add("photo.png one two") == []
    assert names(tray) == ["photo.png", "Photo (2).PNG", "Photo (3).PNG"]


def test_a_link_is_followed_and_said(desk: Desk) -> None:
    (desk.cwd / "latest.log").symlink_to("router.log")
    tray = desk.tray()
    assert tray.add("latest.log") == []
    assert tray.rows()[0].remark == f"It is a link: what goes along is {desk.cwd}/router.log."


def test_over_a_limit_it_is_taken_and_says_by_how_much(desk: Desk) -> None:
    tray = desk.tray(Limits(file=300_000))
    assert tray.add("noise.bin") == []
    assert [plain(row.trouble) for row in tray.rows()] == [
        "noise.bin is 400 kB; a file may be at most 300 kB: 100 kB too much."
    ]
    assert [finding.code for finding in tray.problems()] == ["F002"]


def test_of_several_files_only_what_does_not_fit_beside_the_others_is_in_trouble(desk: Desk) -> None:
    tray = desk.tray(Limits(total=len(LOG) + 500_000))
    tray.add("router.log second.log noise.bin photo.png")
    troubles = {row.name: plain(row.trouble) for row in tray.rows()}
    excess = round((len(LOG) - 1 - 500_000) / 1000)
    assert troubles == {
        "router.log": "",
        "second.log": f"It does not fit beside the others: {excess} kB too much, of 1.6 MB in all.",
        "noise.bin": "",
        "photo.png": "",
    }
    assert [finding.code for finding in tray.problems()] == ["F003"]
    used, allowed = tray.usage()
    assert used > allowed == len(LOG) + 500_000


def test_the_message_may_be_tighter_than_the_total(desk: Desk) -> None:
    tray = desk.tray(Limits(total=10_000_000, message=600_000), other=80_000)
    tray.add("noise.bin")
    used, allowed = tray.usage()
    assert allowed < used == 400_000
    assert "as it is sent" in tray.rows()[0].trouble
    assert [finding.code for finding in tray.problems()] == ["F005"]
    roomy = desk.tray(Limits(total=10_000_000, message=630_000), other=80_000)
    assert roomy.usage()[0] <= roomy.usage()[1]
    assert roomy.problems() == []


def test_too_many_files(desk: Desk) -> None:
    tray = desk.tray(Limits(files=1))
    tray.add("photo.png router.log")
    assert [row.trouble for row in tray.rows()] == ["", "Only 1 file is taken in all."]
    tray.drop(1)
    assert tray.problems() == []


def test_a_zip_is_offered_and_mends_it(desk: Desk) -> None:
    tray = desk.tray(Limits(file=600_000))
    tray.add("photo.png router.log")
    row = tray.rows()[1]
    assert row.trouble
    assert row.zipped is not None
    assert row.zipped < 600_000
    sentence = tray.zip(1)
    zipped = tray.rows()[1]
    assert (zipped.name, zipped.size, zipped.type, zipped.zipped) == (
        "router.log.zip",
        row.zipped,
        "application/zip",
        None,
    )
    assert plain(sentence) == f"router.log.zip is {round(row.zipped / 1000)} kB now, instead of 1.1 MB."
    assert plain(zipped.remark) == "router.log, 1.1 MB, zipped"
    assert tray.problems() == []
    assert desk.stored[-1] == tray.attachments
    assert (desk.cwd / "router.log").read_bytes() == LOG


def test_a_zipped_file_is_known_again_and_its_zip_goes_with_it(desk: Desk) -> None:
    tray = desk.tray()
    tray.add("router.log")
    tray.zip(0)
    assert tray.add("router.log") == ["router.log is there already, as router.log.zip."]
    resumed = desk.tray()
    assert resumed.add("router.log") == ["router.log is there already, as router.log.zip."]
    resumed.drop(0)
    assert (resumed.attachments, desk.stored[-1]) == ((), ())
    assert os.listdir(desk.folder) == []
    assert resumed.add("router.log") == []


def test_what_one_request_throws_away_another_still_has(desk: Desk) -> None:
    first, second = desk.tray(), desk.tray()
    for tray in (first, second):
        tray.add("router.log")
        tray.zip(0)
    second.drop(0)
    assert first.problems() == []
    assert [file.name for file in first.attachments] == ["router.log.zip"]


def test_the_persons_own_files_are_never_deleted(desk: Desk) -> None:
    """Not even when the private folder is, by some mistake, their own."""
    desk.folder = desk.cwd
    (desk.cwd / "a.01234567.0123456789ab.zip").write_bytes(LOG)
    tray = desk.tray()
    tray.add("*")
    while tray.attachments:
        tray.drop(0)
    assert len(os.listdir(desk.cwd)) == 7


def test_no_zip_where_it_does_not_help(desk: Desk) -> None:
    tray = desk.tray(Limits(file=100, refuse=("exe",)))
    tray.add("noise.bin setup.exe")
    assert [row.zipped for row in tray.rows()] == [None, None]
    before = tray.attachments
    assert tray.zip(0) == "noise.bin stays as it is: a zip would not be smaller."
    assert tray.zip(1) == "setup.exe stays as it is: a zip would not be taken."
    assert tray.attachments == before
    assert os.listdir(desk.folder) == []


def test_the_kinds_that_a_question_takes(desk: Desk) -> None:
    question = Question(id="shots", kind=Kind.UPLOAD, accept=(".png", ".log"))
    tray = desk.tray(Limits(), uploads=[question])
    tray.add("photo.png router.log setup.exe")
    assert [row.trouble for row in tray.rows()] == [
        "",
        "",
        "setup.exe is none of the kinds that are taken here: .png, .log.",
    ]
    assert [file.question for file in tray.attachments] == ["shots"] * 3
    assert tray.rows()[1].zipped is None
    assert tray.zip(1) == "router.log stays as it is: a zip would not be taken."
    assert [finding.code for finding in tray.problems()] == ["F006"]


def test_two_questions_share_the_limits_but_not_the_rows(desk: Desk) -> None:
    shots, logs = (
        Question(id=name, kind=Kind.UPLOAD, accept=(end,)) for name, end in (("shots", ".png"), ("logs", ".log"))
    )
    tray = desk.tray(Limits(files=1), uploads=[shots, logs])
    tray.add("photo.png")
    tray.turn_to(logs)
    tray.add("router.log")
    assert names(tray) == ["router.log"]
    assert tray.rows()[0].trouble == "Only 1 file is taken in all."
    assert tray.usage()[0] == len(PNG) + len(LOG)
    tray.turn_to(Question(id="besides", kind=Kind.UPLOAD))
    assert names(tray) == ["photo.png", "router.log"]
    tray.turn_to(logs)
    tray.drop(0)
    assert [(file.name, file.question) for file in tray.attachments] == [("photo.png", "shots")]


def test_a_draft_whose_files_changed_or_vanished(desk: Desk) -> None:
    desk.tray().add("photo.png router.log second.log")
    (desk.cwd / "photo.png").unlink()
    (desk.cwd / "router.log").write_bytes(LOG.replace(b"took", b"TOOK"))
    tray = desk.tray()
    assert [row.trouble for row in tray.rows()] == [
        f"There is no file {desk.cwd}/photo.png.",
        "router.log has changed since you added it.",
        "",
    ]
    assert [(f.code, f.where) for f in tray.problems()] == [("F007", "photo.png"), ("F007", "router.log")]
    assert [row.zipped for row in tray.rows()][1] is None
    assert tray.zip(1) == (
        "router.log has changed since you added it. Add it again; if a program keeps writing to it, add a copy instead."
    )
    assert len(tray.attachments) == 3

    assert tray.add("router.log") == []  # adding it again says that the new content is meant
    assert [(f.code, f.where) for f in tray.problems()] == [("F007", "photo.png")]
    (desk.cwd / "photo.png").write_bytes(PNG)
    assert tray.problems() == []


def test_a_file_that_changes_while_the_tray_is_open(desk: Desk) -> None:
    tray = desk.tray()
    tray.add("router.log")
    assert tray.rows()[0].trouble == ""
    (desk.cwd / "router.log").write_bytes(LOG + b"one more line\n")
    assert tray.rows()[0].trouble == "router.log has changed since you added it."


def test_empty_files_are_fine_but_said(desk: Desk) -> None:
    tray = desk.tray()
    tray.add("empty.txt")
    assert [(row.trouble, row.remark) for row in tray.rows()] == [("", "It is empty.")]
    assert [(finding.code, finding.level) for finding in tray.problems()] == [("F008", "hint")]


def test_a_name_that_is_not_utf8_goes_along(desk: Desk) -> None:
    raw = os.fsencode(desk.cwd) + b"/\xf4\xee\xf2\xee.png"
    Path(os.fsdecode(raw)).write_bytes(PNG)
    tray = desk.tray()
    assert tray.add("*\udcee.png") == []
    assert [(row.name, row.trouble, row.remark) for row in tray.rows()] == [("\ufffd" * 4 + ".png", "", "")]
    assert tray.add(os.fsdecode(raw)) == ["\ufffd\ufffd\ufffd\ufffd.png is there already."]
    tray.drop(0)
    assert os.path.exists(raw)


@pytest.mark.parametrize("index", [-1, 1, 99])
def test_a_row_that_does_not_exist(desk: Desk, index: int) -> None:
    tray = desk.tray()
    tray.add("photo.png")
    for act in (tray.drop, tray.zip):
        with pytest.raises(NoSuchRowError, match="There is no file number"):
            act(index)
    assert len(tray.attachments) == 1


def test_a_large_folder_is_drawn_with_bounded_effort(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    weighed: list[str] = []
    monkeypatch.setattr("support_cli.attachments.tray._EFFORT", 3 * len(LOG))
    monkeypatch.setattr(
        "support_cli.attachments.fit.zipped_size", lambda file: (weighed.append(file.name), file.size // 5)[1]
    )
    for number in range(8):
        (desk.cwd / f"{number}.log").write_bytes(LOG + b"%d" % number)
    tray = desk.tray()
    tray.add("[0-9].log")
    tray.rows()
    assert weighed == ["0.log", "1.log", "2.log"]
    tray.rows()
    tray.rows()
    assert weighed == [f"{number}.log" for number in range(8)]
    assert all(row.zipped for row in tray.rows())
    assert len(weighed) == 8


def test_take_paths_that_somebody_else_found(desk: Desk) -> None:
    tray = desk.tray()
    assert tray.take([desk.cwd / "photo.png", desk.cwd / "none"]) == [
        f"There is no file {desk.cwd}/none. Check the name; perhaps it was moved or deleted."
    ]
    assert examine(desk.cwd / "photo.png") == tray.attachments[0]


def test_a_private_key_is_taken_only_when_it_is_added_a_second_time(desk):
    key = desk.cwd / "id_ed25519"
    key.write_text("anything", "utf-8")
    tray = desk.tray()
    (sentence,) = tray.add(str(key))
    assert "looks like a private key" in sentence
    assert "Add it once more if that is meant." in sentence
    assert tray.attachments == ()
    assert tray.add(str(key)) == []
    assert [one.name for one in tray.attachments] == ["id_ed25519"]
