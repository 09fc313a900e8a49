"""The pages of the terminal screen: attachments and review."""

import pytest

from support_cli.base.errors import SupportError
from support_cli.interview.prompter import Act, Back, Choice, Edit, FileRow, Leave, ReviewRow, Take
from tests.interview.desk import Desk
from tests.interview.making import LOG, PHOTO, Shelf, collecting, reviewing, understood
from tests.table import each


def collect(desk, shelf, **fields):
    return desk.start(lambda prompter: prompter.files(collecting(shelf, **fields)))


def review(desk, **fields):
    return desk.start(lambda prompter: prompter.review(reviewing(**fields)))


# --- files ------------------------------------------------------------------------------------------


def test_files_are_listed_with_the_room_they_use(desk):
    collect(desk, Shelf(PHOTO, LOG)).sees(
        "6.1 MB of 10.0 MB used",
        "1  screenshot.png  image  400 kB",
        "2  router.log",
        "zipped it would be 300 kB: type z 2",
    )
    assert desk.press("enter").result() == Take([])


def test_a_path_is_taken_and_the_room_goes_down(desk):
    shelf = Shelf()
    collect(desk, shelf).sees("0 B of 10.0 MB used").press("notes.txt", "enter").sees(
        "1  notes.txt", "1.0 MB of 10.0 MB"
    )
    assert desk.press("enter").result() == Take([])
    desk.start(lambda prompter: prompter.say("next")).result()
    desk.sees("Files: notes.txt")


def test_what_was_dropped_on_the_window_is_passed_on_untouched(desk):
    shelf = Shelf()
    dropped = "'/home/ann/my photo.png' /tmp/a\\ b.txt "
    collect(desk, shelf).paste(dropped).press("enter").sees("1  a\\ b.txt")
    assert shelf.asked == [dropped]


def test_a_long_text_is_scrolled_and_left_with_enter_or_back(desk):
    text = "\n".join(f"line {number}." for number in range(100))
    desk.clear(60, 20).start(lambda prompter: prompter.read("This is how it would look.", text))
    desk.sees("This is how", "line 0.", "Arrows scroll").sees_no("line 30.")
    desk.press("page-down").sees("line 8.", "line 20.").sees_no("line 7.").press("space", "down").sees_no("line 16.")
    desk.press(*["page-down"] * 20).sees("line 99.", "line 86.").press("up").sees("line 85.").sees_no("line 99.")
    desk.press("enter")
    assert desk.result() is None
    desk.clear().start(lambda prompter: prompter.read("This is how it would look.", "short")).sees("short")
    assert desk.press("ctrl-b").result() is None


def test_pasted_lines_become_quoted_paths(desk):
    shelf = Shelf()
    collect(desk, shelf).paste("/tmp/my photo.png\n/tmp/router.log\n").press("enter").sees("router.log")
    assert shelf.asked == ['"/tmp/my photo.png" /tmp/router.log']


def test_what_could_not_be_taken_is_said_and_can_be_mended(desk):
    shelf = Shelf()
    collect(desk, shelf).press("missing.txt", "enter").sees("missing.txt was not found.", "> missing.txt")
    desk.press("ctrl-u", "there.txt").sees_no("not found").press("enter").sees("1  there.txt")
    assert desk.press("enter").result() == Take([])


@each("command", ["z 2", "zip 2", "z", "Z 2", "я 2"])
def test_a_file_is_zipped(desk, command):
    collect(desk.clear(), Shelf(PHOTO, LOG)).press(command, "enter").sees(
        "router.log.zip is smaller now.", "700 kB of 10.0 MB"
    )


@each("command", ["d 1", "drop 1", "в 1"])
def test_a_file_is_left_out(desk, command):
    collect(desk.clear(), Shelf(PHOTO, LOG)).press(command, "enter").sees(
        "screenshot.png was left out.", "1  router.log"
    )


@pytest.mark.parametrize(("command", "answer"), [("d 3", "no file 3"), ("d 0", "no file 0"), ("d", "add its number")])
def test_a_command_for_no_file_is_explained(desk, command, answer):
    shelf = Shelf(PHOTO, LOG)
    collect(desk, shelf).press(command, "enter").sees(answer)
    desk.press("ctrl-u").sees_no(answer)
    assert len(shelf.files) == 2
    assert shelf.asked == []


def test_a_file_that_cannot_stay_stops_the_end_until_it_is_left_out(desk):
    bad = FileRow(name="big.iso", type="other", size=14_200_000, trouble="It is 4.2 MB over what is taken.")
    collect(desk, Shelf(PHOTO, bad)).sees("! It is 4.2 MB over", "leave it out: type d 2", "! 14.6 MB of 10.0 MB used")
    desk.press("enter").sees("File 2 cannot be sent like this")
    assert desk.press("d 2", "enter").sees("400 kB of").press("enter").result() == Take([])


def test_too_much_in_all_stops_the_end(desk):
    collect(desk, Shelf(PHOTO, LOG, allowed=6_000_000)).press("enter").sees("100 kB over what can be sent")
    assert desk.press("z 2", "enter").sees("700 kB of").press("enter").result() == Take([])


def test_a_required_file_is_asked_for(desk):
    collect(desk, Shelf(), required=True).press("enter").sees("At least one file is needed")
    assert desk.press("ctrl-b").result() == Back()


def test_files_can_be_left_and_gone_back_from_while_something_is_wrong(desk):
    collect(desk, Shelf()).press("missing", "enter").sees("was not found").press("ctrl-c")
    with pytest.raises(Leave):
        desk.result()
    collect(desk, Shelf()).press("missing", "enter").sees("was not found")
    assert desk.press("ctrl-b").result() == Back()


def test_a_tray_that_fails_is_told_on_the_screen(desk):
    class Broken(Shelf):
        def add(self, text):
            raise SupportError("The disk is full.", hint="Make room.")

    collect(desk, Broken()).press("a.txt", "enter").sees("The disk is full.", "Make room.", "> a.txt")


def test_a_question_on_the_way_may_be_left(desk):
    def call(prompter):
        class Full(Shelf):
            def add(self, text):
                prompter.choose("The disk is full.", [Choice(key="a", label="Again"), Choice(key="l", label="Leave")])
                return super().add(text)

        return prompter.files(collecting(Full()))

    desk.start(call).press("a.txt", "enter").sees("The disk is full.", "1 Again").press("enter").sees("1  a.txt")
    desk.press("b.txt", "enter").sees("The disk is full.", "> 1 Again").press("ctrl-c")
    with pytest.raises(Leave):
        desk.result()


def test_the_tray_is_asked_once_for_each_drawing_not_for_each_key(desk):
    class Slow(Shelf):
        asked_for_rows = 0

        def rows(self):
            self.asked_for_rows += 1
            return super().rows()

    shelf = Slow(PHOTO)
    collect(desk, shelf).sees("screenshot.png")
    before = shelf.asked_for_rows
    desk.press(*"abcdefgh").sees("abcdefgh")
    assert shelf.asked_for_rows == before


def test_tab_completes_a_path(desk, tmp_path):
    (tmp_path / "router.log").touch()
    (tmp_path / "my photo.png").touch()
    (tmp_path / "my notes").mkdir()
    (tmp_path / ".hidden").touch()
    shelf = Shelf()
    collect(desk, shelf).press(f"{tmp_path}/ro", "tab", "enter").sees("router.log")
    desk.press(f"{tmp_path}/my", "tab").sees("my notes/   my photo.png").press("p", "tab", "enter").sees(
        "2  my photo.png"
    )
    assert shelf.asked == [f"{tmp_path}/router.log", f'"{tmp_path}/my photo.png"']


def test_many_files_leave_the_field_in_sight():
    rows = [FileRow(name=f"file{n}.txt", type="text", size=1) for n in range(1, 41)]
    with Desk(80, 20) as desk:
        collect(desk, Shelf(*rows)).press("my path").sees("> my path", "40  file40.txt", "Tab complete")


@each("columns", [24, 40, 80])
def test_names_in_any_script_keep_the_table_straight(desk, columns):
    rows = [
        FileRow(name="スクリーンショット2026年11月21日.png", type="image", size=400_000),
        FileRow(name="Знімок екрана.png", type="image", size=5_000),
    ]
    collect(desk.clear(columns), Shelf(*rows)).sees("スクリ", "400 kB", "5.0 kB")
    lines = [line for line in desk.text().split("\n") if "kB" in line and "used" not in line]
    ends = {sum(2 if ord(char) > 0x2E80 else 1 for char in line) for line in lines}
    assert len(ends) == 1


# --- review -----------------------------------------------------------------------------------------


def test_review_shows_every_answer_with_its_number_and_warnings(desk):
    review(desk, remarks=("It may hold a password.",)).sees(
        "about 8.2 MB of 14.0 MB",
        "1  Name",
        "Olena Petrenko",
        "restarted …",
        "! which lights?",
        "3  Visit  (empty)",
        "! It may hold a password.",
        "Enter send to support@example.org",
        "1-3 change an answer",
    )
    desk.press("ctrl-c")
    with pytest.raises(Leave):
        desk.result()


@each(
    "typed, wish",
    [
        ("", Act("send")),
        ("send", Act("send")),
        ("w", Act("write")),
        ("write", Act("write")),
        ("ц", Act("write")),
        ("a", Act("attach")),
        ("ф", Act("attach")),
        ("P", Act("preview")),
        ("s", Act("save")),
        ("і", Act("save")),
        ("ы", Act("save")),
        ("2", Edit("tried")),
        ("#3", Edit("visit")),
    ],
)
def test_what_can_be_done_on_the_review_page(desk, typed, wish):
    assert review(desk.clear()).press(typed, "enter").result() == wish


@pytest.mark.parametrize(
    ("typed", "answer"), [("9", "from 1 to 3"), ("hello", "neither one of the commands"), ("0", "1 to 3")]
)
def test_wrong_input_is_explained_in_place(desk, typed, answer):
    review(desk).press(typed, "enter").sees(answer)
    assert desk.press("ctrl-u").sees_no(answer).press("1", "enter").result() == Edit("name")


def test_back_from_the_review_goes_to_the_last_answer(desk):
    assert review(desk).press("ctrl-b").result() == Edit("visit")


def test_without_a_way_to_send_enter_writes_files(desk):
    review(desk, can_send=False).sees("Enter write files").sees_no("send to")
    desk.press("send", "enter").sees("No way of sending is set up")
    assert desk.press("ctrl-u", "enter").result() == Act("write")


def test_an_answer_that_stops_the_request_is_named(desk):
    rows = (ReviewRow(number=7, question="visit", label="Visit", text="", warnings=("It is needed.",), blocking=True),)
    review(desk, rows=rows, can_send=False).sees(
        "! It is needed.", "Answer 7 has to be changed before this can be sent."
    )
    desk.press("send", "enter").sees_no("No way of sending")
    assert desk.press("ctrl-u", "7", "enter").result() == Edit("visit")


def test_a_long_review_can_be_scrolled_back_to():
    rows = tuple(ReviewRow(number=n, question=f"q{n}", label=f"Label {n}", text="x") for n in range(1, 41))
    with Desk(80, 20) as desk:
        review(desk, rows=rows).sees("40  Label 40", "1-40 change an answer")
        assert all(f"Label {n} " in desk.paper.raw for n in range(1, 41))
        assert desk.press("33", "enter").result() == Edit("q33")


@each("rows", [8, 14, 15, 16, 17, 18, 24])
def test_a_review_of_any_length_shows_its_first_line(desk, rows):
    review(desk.clear(80, rows)).sees("s save for later")
    assert "Your request" in desk.paper.raw
    assert desk.text().count("1  Name") <= 1


def test_an_enter_pressed_once_too_often_does_not_send(desk):
    def both(prompter):
        prompter.choose("Which?", [Choice(key="a", label="A")])
        return prompter.review(reviewing())

    desk.start(both).sees("Which?").press("enter", "enter").sees("Enter send to")
    assert desk.press("w", "enter").result() == Act("write")


@pytest.mark.parametrize("columns", [30, 45])
def test_a_narrow_review_keeps_its_words(columns):
    with Desk(columns, 40) as desk:
        review(desk).sees("1  Name", "! which lights?", "write files", "s save for later")


# --- story ------------------------------------------------------------------------------------------


def tell(desk, **fields):
    return desk.start(lambda prompter: prompter.story(understood(**fields)))


def test_what_was_understood_stands_beside_the_words_it_was_taken_from(desk):
    tell(desk).sees(
        "No connection · Internet provider",
        "What I understood",
        "1  What happens  no internet at all   “no internet”",
        "2  Since         Monday, 30 November 2026   “since yesterday evening”",
        "3  Account       4417-0083",
        "3 short questions are left.",
        "Enter right so",
        "1-3 change",
        "f another form",
        "l all questions",
    )
    assert "“4417-0083”" not in desk.text()
    assert desk.press("enter").result() == Act("go")


@each(
    "typed, wish",
    [
        ("", Act("go")),
        ("2", Edit("began")),
        ("f", Act("form")),
        ("а", Act("form")),
        ("t", Act("tell")),
        ("е", Act("tell")),
        ("l", Act("all")),
        ("all", Act("all")),
        ("д", Act("all")),
        ("s", Act("save")),
    ],
)
def test_what_can_be_done_after_the_story(desk, typed, wish):
    assert tell(desk.clear()).press(typed, "enter").result() == wish


def test_back_from_what_was_understood_goes_to_the_story(desk):
    assert tell(desk).press("ctrl-b").result() == Act("tell")


def test_a_story_of_which_nothing_was_understood_is_kept_all_the_same(desk):
    tell(desk, rows=(), left=1, changeable=False).sees(
        "Your story is kept as it is.", "1 short question is left.", "Enter go on"
    ).sees_no("another form")
    desk.press("f", "enter").sees("neither one of the commands")
    assert desk.press("ctrl-u", "enter").result() == Act("go")


@pytest.mark.parametrize("columns", [30, 40, 60])
def test_a_narrow_screen_keeps_answers_and_words(columns):
    with Desk(columns, 40) as desk:
        tell(desk).sees("1  What", "no internet at", "“since yest", "s save for later")
