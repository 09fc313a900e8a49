"""Plain mode: the same questions in ordinary lines."""

import io
import os
import re
import subprocess
import sys

import pytest

from support_cli.base import i18n
from support_cli.base.errors import SupportError
from support_cli.base.text import cells
from support_cli.forms.model import Kind, Option, Role
from support_cli.interview.plain import PlainPrompter
from support_cli.interview.prompter import Act, Back, Choice, Edit, FileRow, Heading, Leave, ReviewRow, Skip, Take
from tests.interview.making import CONNECTIONS, LOG, PHOTO, Kept, Shelf, asking, collecting, reviewing, understood
from tests.table import each

RIGHT = {
    Kind.INPUT: ("it broke", "it broke"),
    Kind.EMAIL: ("anna@example.org", "anna@example.org"),
    Kind.PHONE: ("+380 44 123 45 67", "+380 44 123 45 67"),
    Kind.URL: ("https://example.org", "https://example.org"),
    Kind.NUMBER: ("42", "42"),
    Kind.DATE: ("2026-11-21", "2026-11-21"),
    Kind.TIME_WINDOW: ("12-14", "12-14"),
    Kind.TEXTAREA: ("one\ntwo\n", "one\ntwo"),
    Kind.STEPS: ("one\ntwo\n", ["one", "two"]),
    Kind.DROPDOWN: ("2", "Cable"),
    Kind.CHECKBOXES: ("1,3", ["Wi-Fi", "Mobile network"]),
    Kind.CONFIRM: ("yes", True),
}
EVERY = list(RIGHT)


class Talk:
    """One person typing lines."""

    def __init__(self, *lines: str) -> None:
        self.writer = io.StringIO()
        self.reader = io.StringIO("".join(line + "\n" for line in lines))
        self.prompter = PlainPrompter(self.reader, self.writer)

    @property
    def said(self) -> str:
        return self.writer.getvalue()


def screen_for(kind, *args, **fields):
    if kind in (Kind.DROPDOWN, Kind.CHECKBOXES):
        fields.setdefault("options", CONNECTIONS)
    return asking(kind, *args, **fields)


@each("kind", EVERY)
def test_every_type_takes_its_answer(kind):
    lines, raw = RIGHT[kind]
    talk = Talk(lines)
    assert talk.prompter.ask(screen_for(kind, required=True)) == Take(raw)
    assert "Question 4 of 9. What happened?\n" in talk.said


@each("kind", EVERY)
@each(("word", "reply"), [("back", Back()), ("skip", Skip()), ("  BACK ", Back()), ("", Skip())])
def test_words_in_every_type(kind, word, reply):
    assert Talk(word).prompter.ask(screen_for(kind)) == reply


@each("kind", EVERY)
@each("lines", [["save"], []])
def test_leaving_from_every_type(kind, lines):
    with pytest.raises(Leave):
        Talk(*lines).prompter.ask(screen_for(kind))


@each("kind", EVERY)
def test_back_after_a_refusal(kind):
    talk = Talk(RIGHT[kind][0], "back")
    assert talk.prompter.ask(screen_for(kind, required=True, check=lambda _raw: "No good.")) == Back()
    assert "No good.\n" in talk.said


@each("kind", EVERY)
def test_the_words_are_said_beforehand(kind):
    talk = Talk("back")
    talk.prompter.ask(screen_for(kind))
    words = re.search(r"You can type: (.*)\.\n", talk.said)
    assert words
    assert words[1].split(", ")[:4] == ["back", "skip", "help", "save"]


def test_a_required_question_offers_no_skip():
    talk = Talk("", "skip", "\\skip")
    assert talk.prompter.ask(asking(required=True)) == Take("skip")
    assert "This needs an answer." in talk.said
    assert "You can type: back, help, save." in talk.said
    assert "Not answered" in talk.said


def test_the_first_question_offers_no_back():
    talk = Talk("back", "\\back")
    assert talk.prompter.ask(asking(can_go_back=False)) == Take("back")
    assert "There is nothing before this" in talk.said
    assert "You can type: skip, help, save." in talk.said


@each("word", ["back", "skip", "help", "save"])
def test_such_a_word_as_an_answer(word):
    assert Talk("\\" + word).prompter.ask(asking()) == Take(word)
    assert Talk("one", "\\" + word, "").prompter.ask(asking(Kind.TEXTAREA)) == Take(f"one\n{word}")


def test_other_backslashes_are_left_alone():
    assert Talk("\\\\server\\share").prompter.ask(asking()) == Take("\\\\server\\share")


def test_help_tells_why_an_example_and_the_words():
    talk = Talk("help", "it broke")
    screen = asking(why="So that we can call back.", example="the router is dead", placeholder="in your own words")
    assert talk.prompter.ask(screen) == Take("it broke")
    for text in ("Why we ask: So that", "the router is dead", "in your own words", "leaves this one empty", "\\back"):
        assert text in talk.said


def test_a_refusal_is_explained_with_an_example_and_asked_again():
    talk = Talk("044", "+380 44 123 45 67")
    assert talk.prompter.ask(asking(Kind.PHONE, required=True)) == Take("+380 44 123 45 67")
    assert talk.said.count("Please add the country code") == 1
    assert talk.said.count("Answer: ") == 2


@each("end", ["", " ", "."])
def test_an_empty_line_or_a_dot_ends_a_text_and_a_list(end):
    talk = Talk("one", "\\", "two", "\\.", end)
    assert talk.prompter.ask(asking(Kind.TEXTAREA)) == Take("one\n\ntwo\n.")
    assert "An empty line or a dot alone ends your answer" in talk.said
    assert Talk("one", "two", end).prompter.ask(asking(Kind.STEPS)) == Take(["one", "two"])
    assert Talk(end).prompter.ask(asking(Kind.TEXTAREA)) == Skip()


def test_every_line_of_a_text_is_kept():
    kept = Kept()
    with pytest.raises(Leave):
        Talk("one", "two").prompter.ask(asking(Kind.TEXTAREA, kept))
    assert kept == ["one", "one\ntwo"]


def test_steps_are_asked_by_number():
    talk = Talk("open", "close", "")
    talk.prompter.ask(asking(Kind.STEPS))
    assert "Step 1: " in talk.said
    assert "Step 3: " in talk.said


def test_back_in_the_middle_of_a_text():
    kept = Kept()
    assert Talk("one", "back").prompter.ask(asking(Kind.TEXTAREA, kept)) == Back()
    assert kept == ["one"]


def test_a_half_typed_text_goes_on():
    kept = Kept()
    talk = Talk("three", "")
    assert talk.prompter.ask(asking(Kind.TEXTAREA, kept, unfinished="one\ntwo", value="old")) == Take("one\ntwo\nthree")
    assert "So far you had written:\none\ntwo\n" in talk.said
    assert kept == ["one\ntwo\nthree"]


def test_a_half_typed_text_can_be_thrown_away():
    kept = Kept()
    talk = Talk("clear", "new", "")
    assert talk.prompter.ask(asking(Kind.TEXTAREA, kept, unfinished="one\ntwo")) == Take("new")
    assert kept == ["", "new"]


def test_a_refused_text_is_not_lost():
    talk = Talk("short", "", "longer now", "")
    screen = asking(Kind.TEXTAREA, check=lambda raw: "Too short." if len(raw) < 10 else None)
    assert talk.prompter.ask(screen) == Take("short\nlonger now")


@each(
    "kind, value, lines, answer",
    [
        (Kind.STEPS, ["Read it"], ["prayed", ""], ["Read it", "prayed"]),
        (Kind.STEPS, ["Read it"], [""], ["Read it"]),
        (Kind.TEXTAREA, "Read it", ["prayed", ""], "Read it\nprayed"),
        (Kind.TEXTAREA, "Read it", [""], "Read it"),
        (Kind.INPUT, "Read it", ["prayed"], "Read it; prayed"),
        (Kind.INPUT, "Read it", [""], "Read it"),
    ],
)
def test_what_is_typed_is_added_to_what_was_noted(kind, value, lines, answer):
    talk = Talk(*lines)
    assert talk.prompter.ask(asking(kind, value=value, adds=True)) == Take(answer)
    assert "Noted already:\nRead it\n" in talk.said


def test_enter_alone_leaves_no_choice_empty_on_which_others_depend():
    talk = Talk("", "2")
    assert talk.prompter.ask(screen_for(Kind.DROPDOWN, decides=True)) == Take("Cable")
    assert "Please type a number, or skip to leave it empty." in talk.said
    assert Talk("skip").prompter.ask(screen_for(Kind.DROPDOWN, decides=True)) == Skip()


def test_one_of_a_group_says_what_is_needed_and_not_that_it_is_optional():
    talk = Talk("")
    talk.prompter.ask(asking(group="At least one of these is needed: Mail, Phone."))
    assert "What happened?\nAt least one of these is needed: Mail, Phone.\n" in talk.said
    assert "optional" not in talk.said


def test_a_text_to_be_read_waits_for_enter():
    talk = Talk("")
    talk.prompter.read("This is how it would look.", "one\ntwo")
    assert talk.said == "\nThis is how it would look.\n\none\ntwo\n\nPress Enter to go on. "


def test_who_does_not_have_a_number_is_told_what_to_write():
    fields = {"role": Role.ORDER, "pattern": "[0-9]+", "required": True}
    talk = Talk("I don't have it")
    assert talk.prompter.ask(asking(**fields)) == Take("I don't have it")
    assert "If you do not have it, write: I don't have it\n" in talk.said
    for other in ({**fields, "role": None}, {**fields, "required": False}, {**fields, "pattern": None}):
        talk = Talk("12")
        talk.prompter.ask(asking(**other))
        assert "do not have it" not in talk.said


def test_back_in_a_chooser():
    choices = [Choice(key="go", label="Go on"), Choice(key="back", label="To my answer")]
    assert Talk("back").prompter.choose("Read it?", choices, "go") == "back"


def test_a_prefill_is_taken_by_enter_alone_and_says_where_it_comes_from():
    talk = Talk("")
    assert talk.prompter.ask(asking(value="Olena", value_from="from your git settings")) == Take("Olena")
    assert "Filled in from your git settings: Olena\nEnter alone keeps it.\n" in talk.said
    assert Talk("Anna").prompter.ask(asking(value="Olena")) == Take("Anna")
    assert Talk("skip").prompter.ask(asking(value="Olena")) == Skip()


def test_an_earlier_secret_is_not_said():
    talk = Talk("")
    assert talk.prompter.ask(asking(value="hunter2", secret=True)) == Take("hunter2")
    talk.prompter.say("next")
    assert "hunter2" not in talk.said


def test_a_secret_is_never_kept():
    kept = Kept()
    assert Talk(" hunter2 ").prompter.ask(asking(Kind.TEXTAREA, kept, secret=True)) == Take(" hunter2 ")
    assert kept == []


def test_choices_are_numbered_with_their_hints():
    talk = Talk("cable")
    assert talk.prompter.ask(screen_for(Kind.DROPDOWN, required=True)) == Take("Cable")
    assert "1. Wi-Fi: without a cable\n2. Cable: a wire to the computer\n3. Mobile network\n" in talk.said


def test_what_was_chosen_is_said_once_it_is_stored():
    talk = Talk("3")
    talk.prompter.ask(screen_for(Kind.DROPDOWN))
    assert "Taken" not in talk.said
    talk.prompter.say("next")
    assert talk.said.endswith("Taken: Mobile network\nnext\n")


def test_yes_to_an_either_or_is_told_what_to_choose_from_and_other_spellings_are_taken():
    talk = Talk("yes", "wifi")
    assert talk.prompter.ask(asking(Kind.DROPDOWN, options=CONNECTIONS, required=True)) == Take("wifi")
    assert "“yes” does not say which one. Please choose: Wi-Fi, Cable, Mobile network." in talk.said


@each(("said", "answer"), [("9", "not in the list"), ("s", "fits several: 1, 2"), ("1,9", "“9”")])
def test_a_choice_that_is_none_is_explained(said, answer):
    talk = Talk(said, "2")
    kind = Kind.CHECKBOXES if "," in said else Kind.DROPDOWN
    options = (Option(label="it is"), Option(label="Cable inside"))
    talk.prompter.ask(asking(kind, options=options, required=True))
    assert answer in talk.said


def test_a_box_that_is_needed_is_named():
    options = (Option(label="I restarted it", required=True), Option(label="Call me"))
    talk = Talk("2", "1 2")
    assert talk.prompter.ask(asking(Kind.CHECKBOXES, options=options)) == Take(["I restarted it", "Call me"])
    assert "1. I restarted it (required)" in talk.said


@each(("said", "answer"), [("y", True), ("no", False), ("так", True), ("NIE", False)])
def test_yes_and_no(said, answer):
    assert Talk("perhaps", said).prompter.ask(asking(Kind.CONFIRM)) == Take(answer)


def test_words_of_the_language_and_english_ones(monkeypatch):
    class Words:
        def gettext(self, message):
            return {"back": "назад", "skip": "далі", "save": "зберегти", "help": "довідка"}.get(message, message)

        def ngettext(self, one, many, number):
            return one if number == 1 else many

    monkeypatch.setattr(i18n._State, "catalogue", Words())
    talk = Talk("Назад")
    assert talk.prompter.ask(asking()) == Back()
    assert "назад, далі, довідка, зберегти" in talk.said
    assert Talk("back").prompter.ask(asking()) == Back()
    assert Talk("\\назад").prompter.ask(asking()) == Take("назад")


def test_notes_and_the_title_are_said_once():
    talk = Talk("a", "b")
    for _ in range(2):
        talk.prompter.ask(asking(notes="Look at the list."))
    assert talk.said.count("Look at the list.") == 1
    assert talk.said.count("Internet provider") == 1


def test_not_saving_is_said():
    talk = Talk("a")
    talk.prompter.ask(asking(heading=Heading(title="T", position=1, total=2, saved=False)))
    assert "not being saved" in talk.said


def test_where_nothing_is_kept_one_can_stop_and_is_not_told_to_save():
    talk = Talk("stop")
    with pytest.raises(Leave):
        talk.prompter.ask(asking(heading=Heading(title="T", position=1, total=2, saved=None)))
    assert "You can type: back, skip, help, stop." in talk.said


@pytest.mark.parametrize("columns", [20, 40, 80])
def test_lines_break_at_words_and_as_wide_as_they_are(columns):
    import fcntl
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    label = "Wie lange dauert es schon, und seit wann? 接続が切れるのはいつからですか。 cafe\u0301 " + "e\u0301" * 12
    with open(theirs, "w", encoding="utf-8", closefd=False) as writer, pytest.raises(Leave):
        PlainPrompter(io.StringIO(), writer).ask(asking(label=label))
    told = b""
    while b"Answer: " not in told:
        told += os.read(ours, 10_000)
    said = told.decode("utf-8").split("\r\n")
    os.close(theirs)
    os.close(ours)
    assert max(map(cells, said)) < columns
    assert "\x1b" not in "".join(said)
    words = " ".join(said).split()
    assert {"Wie", "dauert", "schon,", "cafe\u0301", "e\u0301" * 12} <= set(words)


def test_nothing_harmful_is_written_or_taken():
    evil = "\x1b]0;t\x07\u202eevil\x9b31m"
    talk = Talk("help", f"{evil}\x00answer")
    reply = talk.prompter.ask(asking(label=evil, description=evil, why=evil, placeholder=evil, notes=evil, value=evil))
    assert reply == Take("evilanswer")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", talk.said)


def test_a_console_that_lacks_the_letters_still_works():
    raw = io.BytesIO()
    writer = io.TextIOWrapper(raw, encoding="cp1252")
    assert PlainPrompter(io.StringIO("ok\n"), writer).ask(asking(label="Що сталося?")) == Take("ok")
    assert b"???" in raw.getvalue()


def test_bytes_that_are_no_text_are_asked_for_again():
    reader = io.TextIOWrapper(io.BytesIO(b"\xff\xfe\n"), encoding="utf-8")
    writer = io.StringIO()
    with pytest.raises(Leave):
        PlainPrompter(reader, writer).ask(asking())
    assert "not readable text" in writer.getvalue()


def test_an_interrupt_leaves():
    class Reader(io.StringIO):
        def readline(self, *_args):
            raise KeyboardInterrupt

    with pytest.raises(Leave):
        PlainPrompter(Reader(), io.StringIO()).ask(asking())


def test_nothing_is_drawn():
    talk = Talk("2", "", "w")
    talk.prompter.ask(screen_for(Kind.DROPDOWN, required=True))
    talk.prompter.files(collecting(Shelf(PHOTO, LOG)))
    talk.prompter.review(reviewing(remarks=("It may hold a password.",)))
    assert not re.search(r"[│─┌•»●○█►>|]|\s!|[-=*_]{3}|  ", talk.said)


# --- files ------------------------------------------------------------------------------------------


def test_files_are_said_with_what_they_use():
    talk = Talk("a.txt", "")
    assert talk.prompter.files(collecting(Shelf(PHOTO, LOG))) == Take([])
    assert "1. screenshot.png, image, 400" in talk.said
    assert "Zipped it would be 300\u00a0kB: type zip 2" in talk.said
    assert "7.1\u00a0MB of 10.0\u00a0MB used" in talk.said


@each(
    ("line", "answer"),
    [("zip 2", "is smaller now"), ("drop 1", "screenshot.png was left out."), ("z 2", "smaller now")],
)
def test_files_are_zipped_and_left_out(line, answer):
    talk = Talk(line, "")
    talk.prompter.files(collecting(Shelf(PHOTO, LOG)))
    assert answer in talk.said


def test_troubles_are_warnings_in_words_and_stop_the_end():
    bad = FileRow(name="big.iso", type="other", size=14_000_000, trouble="It is too big.", remark="It is a link.")
    talk = Talk("", "drop 1", "")
    assert talk.prompter.files(collecting(Shelf(bad))) == Take([])
    assert "Warning: It is too big.\nIt is a link.\n" in talk.said
    assert "File 1 cannot be sent like this" in talk.said


def test_files_go_back_leave_and_explain():
    assert Talk("back").prompter.files(collecting(Shelf())) == Back()
    with pytest.raises(Leave):
        Talk("save").prompter.files(collecting(Shelf()))
    talk = Talk("missing.txt", "drop 4", "help", "")
    talk.prompter.files(collecting(Shelf()))
    assert "missing.txt was not found." in talk.said
    assert "There is no file 4 in the list." in talk.said


def test_a_required_file_and_a_tray_that_fails():
    class Broken(Shelf):
        def add(self, text):
            raise SupportError("The disk is full.", hint="Make room.")

    talk = Talk("", "a.txt", "back")
    assert talk.prompter.files(collecting(Broken(), required=True)) == Back()
    assert "At least one file is needed here." in talk.said
    assert "The disk is full.\nMake room.\n" in talk.said


# --- review and choices -----------------------------------------------------------------------------


@each(
    ("typed", "wish"),
    [
        ("", Act("send")),
        ("send", Act("send")),
        ("write", Act("write")),
        ("w", Act("write")),
        ("attach", Act("attach")),
        ("preview", Act("preview")),
        ("save", Act("save")),
        ("2", Edit("tried")),
        ("back", Edit("visit")),
    ],
)
def test_the_review_page(typed, wish):
    talk = Talk("nonsense", "99", "help", typed)
    assert talk.prompter.review(reviewing(remarks=("It may hold a password.",))) == wish
    for text in (
        "1. Name: Olena Petrenko\n",
        "2. Tried: restarted (and 1 more line)\nWarning: which lights?\n",
        "3. Visit: (empty)\n",
        "Warning: It may hold a password.\n",
        "Enter alone sends it to support@example.org.",
        "neither one of the commands",
        "from 1 to 3",
    ):
        assert text in talk.said


def test_a_review_that_cannot_be_sent_says_why():
    rows = (ReviewRow(number=7, question="visit", label="Visit", text="", warnings=("It is needed.",), blocking=True),)
    talk = Talk("send", "")
    assert talk.prompter.review(reviewing(rows=rows, can_send=False)) == Act("write")
    assert "Has to be changed: It is needed.\n" in talk.said
    assert talk.said.count("Answer 7 has to be changed before this can be sent.") == 2


def test_the_end_of_input_leaves_the_review():
    with pytest.raises(Leave):
        Talk().prompter.review(reviewing())


@each(
    ("typed", "wish"),
    [("", Act("go")), ("2", Edit("began")), ("form", Act("form")), ("tell", Act("tell")), ("all", Act("all"))],
)
def test_the_page_about_the_story(typed, wish):
    talk = Talk("nonsense", "99", "help", typed)
    assert talk.prompter.story(understood()) == wish
    for text in (
        "No connection · Internet provider\nWhat I understood\n",
        "1. What happens: no internet at all (“no internet”)\n",
        "3. Account: 4417-0083\n",
        "3 short questions are left.\n",
        "Enter alone means that it is right.",
        "neither one of the commands",
        "from 1 to 3",
    ):
        assert text in talk.said


def test_a_chooser():
    choices = [Choice(key="a", label="No connection", hint="nothing works"), Choice(key="b", label="Slow")]
    talk = Talk("x", "2")
    assert talk.prompter.choose("What is it about?", choices, default="a") == "b"
    assert "1. No connection: nothing works\n2. Slow\n" in talk.said
    assert Talk("").prompter.choose("What?", choices, default="b") == "b"
    with pytest.raises(Leave):
        Talk("", "save").prompter.choose("What?", choices)


def test_plain_mode_starts_without_the_toolkit():
    code = "import sys, support_cli.interview.plain; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "support_cli.interview.plain" in done.stdout.split()
    assert not {"questionary", "prompt_toolkit"} & set(done.stdout.split())
