"""The terminal screen: every type of question, with the keys that a person presses."""

import os
import shlex
import sys
import textwrap
import threading

import pytest
from msgspec.structs import replace

from support_cli.base.errors import SupportError
from support_cli.forms.model import Kind, Option
from support_cli.forms.values import MAX_TEXT
from support_cli.interview.prompter import Back, Choice, Heading, Leave, Skip, Take
from tests.interview.desk import Desk
from tests.interview.making import CONNECTIONS, Kept, asking
from tests.table import each

LINES = [Kind.INPUT, Kind.EMAIL, Kind.PHONE, Kind.URL, Kind.NUMBER, Kind.DATE, Kind.TIME_WINDOW]
RIGHT = {
    Kind.INPUT: "it broke",
    Kind.EMAIL: "anna@example.org",
    Kind.PHONE: "+380 44 123 45 67",
    Kind.URL: "https://example.org",
    Kind.NUMBER: "42",
    Kind.DATE: "2026-11-21",
    Kind.TIME_WINDOW: "12:00-14:00",
    Kind.TEXTAREA: "it broke",
    Kind.STEPS: "open it",
}
TEXTS = [*LINES, Kind.TEXTAREA, Kind.STEPS]
CHOICES = {"options": CONNECTIONS}
EVERY = [
    *[(kind, {}) for kind in TEXTS],
    (Kind.INPUT, {"secret": True}),
    (Kind.DROPDOWN, CHOICES),
    (Kind.DROPDOWN, {**CHOICES, "multiple": True}),
    (Kind.CHECKBOXES, CHOICES),
    (Kind.CONFIRM, {}),
]


@each("kind", LINES)
def test_one_line_is_taken_with_enter(desk, kind):
    desk.clear().ask(asking(kind, required=True)).sees("What happened?", "4 of 9 · saved", "Internet provider")
    assert desk.press(RIGHT[kind], "enter").result() == Take(RIGHT[kind])


@pytest.mark.parametrize("key", ["alt-enter", "ctrl-o", "ctrl-j"])
@pytest.mark.parametrize("required", [True, False])
def test_one_line_is_never_lost_to_another_key_that_accepts(desk, key, required):
    desk.ask(asking(Kind.INPUT, required=required)).press("copy module", key)
    desk.press("enter")
    assert desk.result() == Take("copy module")


@pytest.mark.parametrize("key", ["alt-enter", "f2"])
def test_a_long_text_ends_with_the_keys_it_names(desk, key):
    desk.ask(asking(Kind.TEXTAREA, required=True)).press("first", "enter").sees("F2 done")
    assert desk.press("enter", "second", "enter", key).result() == Take("first\n\nsecond")


def test_steps_are_numbered_and_an_empty_one_ends(desk):
    desk.ask(asking(Kind.STEPS, required=True)).sees(" 1.")
    desk.press("open it", "enter", "turn it on", "enter").sees(" 2. turn it on", " 3.")
    assert desk.press("enter").result() == Take(["open it", "turn it on"])


def test_backspace_at_the_start_of_a_step_goes_to_the_one_before(desk):
    desk.ask(asking(Kind.STEPS, required=True))
    desk.press("open it", "enter").sees(" 2.")
    desk.press("backspace").sees_no(" 2.")
    assert desk.press(" again", "enter", "enter").result() == Take(["open it again"])


@each("kind, fields", EVERY)
def test_every_type_lets_go_back_leave_and_skip(desk, kind, fields):
    desk.clear().ask(asking(kind, required=True, **fields)).sees("Ctrl+B back")
    assert desk.press("ctrl-b").result() == Back()
    for key in ("ctrl-c", "ctrl-d"):
        desk.ask(asking(kind, **fields)).sees("Ctrl+C save and leave").press(key)
        with pytest.raises(Leave):
            desk.result()
    desk.ask(asking(kind, **fields)).sees("(optional)", "skip")
    assert desk.press("enter").result() == Skip()


def test_back_has_a_second_key_for_those_whose_ctrl_b_is_taken(desk):
    assert desk.ask(asking()).press("shift-tab").result() == Back()


@each("kind, fields", EVERY)
def test_back_works_while_the_answer_is_refused(desk, kind, fields):
    desk.clear()
    screen = asking(kind, required=True, check=lambda _raw: "No good.", **fields)
    desk.ask(screen).sees("What happened?")
    end = {Kind.TEXTAREA: "f2", Kind.STEPS: "f2"}.get(kind, "enter")
    several = kind is Kind.CHECKBOXES or "multiple" in fields
    desk.press("1" if fields or kind is Kind.CONFIRM else "x", *(["enter"] if several else []))
    desk.press(end).sees("No good.")
    assert desk.press("ctrl-b").result() == Back()


def test_what_is_typed_takes_the_place_of_an_offer_and_mends_an_answer(desk):
    offer = asking(value="Olena Petrenko", value_from="from the last time")
    desk.ask(offer).sees("> Olena Petrenko", "Enter takes it").press("Anna").sees("> Anna").sees_no("Olena")
    assert desk.press("enter").result() == Take("Anna")
    assert desk.ask(offer).paste("Ivan P.").press("enter").result() == Take("Ivan P.")
    assert desk.ask(offer).press("enter").result() == Take("Olena Petrenko")
    assert desk.ask(offer).press("home", "Dr. ", "enter").result() == Take("Dr. Olena Petrenko")
    assert desk.ask(offer).press("backspace", "a", "enter").result() == Take("Olena Petrenka")
    assert desk.ask(asking(value="Olena")).press(" P.", "enter").result() == Take("Olena P.")


def test_f2_ends_every_field(desk):
    assert desk.ask(asking()).press("it broke", "f2").result() == Take("it broke")
    assert desk.ask(asking(Kind.DROPDOWN, required=True, **CHOICES)).press("f2").result() == Take("Wi-Fi")


def test_ctrl_d_in_a_text_deletes_and_stays(desk):
    desk.ask(asking(value="ab")).press("home", "ctrl-d").sees("> b")
    assert desk.press("enter").result() == Take("b")


@each("kind, fields", EVERY)
def test_a_required_question_is_not_skipped(desk, kind, fields):
    desk.clear()
    if kind is Kind.DROPDOWN and "multiple" not in fields:
        fields = {**fields, "multiple": True}  # a single one always points at a line
    desk.ask(asking(kind, required=True, **fields)).sees("What happened?").sees_no("skip")
    desk.press("enter").sees("choose" if kind is Kind.CONFIRM else "Not answered")
    assert desk.press("ctrl-b").result() == Back()


def test_a_sentence_goes_away_as_soon_as_the_text_is_right(desk):
    desk.ask(asking(Kind.PHONE, required=True, example="+48 22 123 45 67"))
    desk.press("044 123", "enter").sees("Please add the country code, like +48 22 123 45 67.")
    desk.press("ctrl-u", "+380").sees("is not a phone number")
    desk.press(" 44 123 45 67").sees_no("Please", "is not")
    assert desk.press("enter").result() == Take("+380 44 123 45 67")


def test_an_example_follows_a_refusal(desk):
    desk.ask(asking(check=lambda raw: None if raw == "A-1" else "That is no order number.", example="A-1"))
    desk.sees("What happened?").sees_no("A-1")
    desk.press("B", "enter").sees("That is no order number. For example: A-1")


def test_a_problem_of_an_earlier_answer_is_shown_at_once(desk):
    screen = asking(value="old", problem="This cannot stay.", check=lambda raw: None if raw == "new" else "Still not.")
    desk.ask(screen).sees("This cannot stay.", "> old")
    desk.press("ctrl-u", "new").sees_no("This cannot stay.", "Still not.")
    assert desk.press("enter").result() == Take("new")


def test_why_is_told_on_f1_and_a_question_mark_is_text(desk):
    desk.ask(asking(why="So that we can call back.")).sees("F1 why we ask").sees_no("call back")
    desk.press("f1").sees("Why we ask: So that we can call back.", "Ctrl+B or Shift+Tab")
    desk.press("ctrl-g").sees_no("Why we ask")
    assert desk.press("what?", "enter").result() == Take("what?")


def test_a_prefill_says_where_it_comes_from_and_needs_enter(desk):
    desk.ask(asking(value="Olena", value_from="from your git settings")).sees("your git settings", "> Olena")
    desk.press("backspace").sees("> Olen").sees_no("git settings")
    assert desk.press("y", "enter").result() == Take("Oleny")


def test_a_half_typed_text_comes_back_instead_of_the_value(desk):
    desk.ask(asking(Kind.TEXTAREA, value="old", unfinished="line one\nline t")).sees(
        "> line t", "what you had typed so far"
    )
    assert desk.press("wo", "f2").result() == Take("line one\nline two")


def test_a_placeholder_is_no_answer(desk):
    desk.ask(asking(placeholder="Ivan Petrenko")).sees("> (Ivan Petrenko)")
    desk.press("O").sees_no("Ivan")
    assert desk.press("backspace", "enter").result() == Skip()


def test_notes_and_hints_stand_above_the_field(desk):
    desk.ask(asking(notes="Look at the\nlist of faults first.", description="As exactly as you can."))
    desk.sees("list of faults first.", "As exactly as you can.")


def test_notes_are_printed_once(desk):
    desk.ask(asking(notes="Look at the list.")).sees("Look at the list.").press("x", "enter").result()
    desk.ask(asking(notes="Look at the list.", label="And then?")).sees("And then?").press("x", "enter").result()
    assert desk.text().count("Look at the list.") == 1


def test_nothing_before_the_first_question(desk):
    desk.ask(asking(can_go_back=False)).sees("What happened?").sees_no("Ctrl+B").press("ctrl-b").sees(
        "nothing before this"
    )
    assert desk.press("x").sees_no("nothing before").press("enter").result() == Take("x")


# --- what is kept -----------------------------------------------------------------------------------


def test_half_typed_text_is_kept_while_typing(desk):
    kept = Kept()
    arrived = threading.Event()
    screen = asking(Kind.TEXTAREA, check=lambda _raw: None)

    def keep(text: str) -> None:
        kept.append(text)
        arrived.set()

    desk.ask(replace(screen, keep=keep)).press("half a th")
    assert arrived.wait(5)
    assert kept[-1] == "half a th"


@pytest.mark.parametrize("kind", [Kind.INPUT, Kind.TEXTAREA, Kind.STEPS])
@pytest.mark.parametrize("key", ["ctrl-b", "ctrl-c"])
def test_half_typed_text_is_kept_before_leaving(desk, kind, key):
    kept = Kept()
    desk.ask(asking(kind, kept)).press("half", key)
    try:
        assert desk.result() == Back()
    except Leave:
        assert key == "ctrl-c"
    assert kept[-1] == "half"


def test_half_typed_text_is_kept_when_the_terminal_goes_away():
    kept = Kept()
    with Desk() as desk:
        desk.ask(asking(Kind.TEXTAREA, kept)).press("half").sees("> half").hang_up()
        with pytest.raises(Leave):
            desk.result()
    assert kept == ["half"]


def test_an_answer_is_not_kept_as_half_typed_afterwards(desk):
    kept = Kept()
    assert desk.ask(asking(Kind.INPUT, kept)).press("whole", "enter").result() == Take("whole")
    assert kept == []


def test_a_secret_is_never_kept_nor_shown(desk):
    kept = Kept()
    desk.ask(asking(Kind.INPUT, kept, secret=True)).press("hunter2").sees("> *******")
    assert desk.press("enter").result() == Take("hunter2")
    desk.start(lambda prompter: prompter.say("next")).result()
    assert desk.sees("What happened? ****").press()
    assert kept == []
    assert "hunter2" not in desk.paper.raw


def test_a_disk_that_is_full_is_told_and_typing_goes_on(desk):
    def keep(_text: str) -> None:
        raise SupportError("The disk is full.")

    desk.ask(replace(asking(), keep=keep)).press("half")
    desk.sees("> half")
    threading.Event().wait(0.4)
    desk.press(" more").sees("The disk is full.", "> half more")
    assert desk.press("enter").result() == Take("half more")


def test_an_error_of_ours_comes_out_instead_of_being_printed(desk):
    def check(_raw: object) -> str | None:
        raise ZeroDivisionError

    desk.ask(asking(check=check)).press("x", "enter")
    with pytest.raises(ZeroDivisionError):
        desk.result()
    assert "Traceback" not in desk.paper.raw


# --- pasting ----------------------------------------------------------------------------------------


def test_lines_pasted_into_one_line_are_joined(desk):
    desk.ask(asking()).paste("one\r\n  two\nthree\n").sees("> one two three")
    assert desk.press("enter").result() == Take("one two three")


def test_lines_pasted_into_a_long_text_stay_lines(desk):
    desk.ask(asking(Kind.TEXTAREA)).paste("one\n\n  two")
    assert desk.press("f2").result() == Take("one\n\n  two")


def test_a_paste_that_the_terminal_does_not_bracket_keeps_its_margins(desk):
    code = "for i in range(3):\n    if i:\n        print(i)\n" * 20
    desk.ask(asking(Kind.TEXTAREA)).press(code.replace("\n", "\r")).sees("    print(i)")
    assert desk.press("f2").result() == Take(code.rstrip())


ONE_LINE = [
    (Kind.INPUT, "one two three"),
    (Kind.EMAIL, "one two three"),
    (Kind.DROPDOWN, "one two three"),
    (Kind.CHECKBOXES, "one two three"),
    (Kind.CONFIRM, "one two three"),
]


@each("kind, shown", ONE_LINE)
def test_lines_that_come_as_keys_end_no_field_of_one_line(desk, kind, shown):
    desk.clear()
    fields = CHOICES if kind in (Kind.DROPDOWN, Kind.CHECKBOXES) else {}
    desk.ask(asking(kind, **fields)).press("one\r\rtwo\rthree").sees(f"> {shown}")
    assert desk.press("ctrl-b").result() == Back()


def test_the_last_line_end_of_a_paste_answers_its_own_question_only(desk):
    asked = asking(), asking(label="Second?")
    desk.start(lambda prompter: [prompter.ask(screen) for screen in asked]).press("one\rtwo\rthree\r")
    desk.sees("Second?").press("four", "enter")
    assert desk.result() == [Take("one two three"), Take("four")]


def test_a_burst_of_keys_that_is_cut_anywhere_stays_one_paste(desk):
    words = "word\r" * 2000
    desk.ask(asking()).press(words + "end").sees("word end")
    assert desk.press("enter").result() == Take("word " * 2000 + "end")


def test_empty_lines_that_come_as_keys_end_no_text_and_no_list(desk):
    desk.ask(asking(Kind.TEXTAREA)).press("\rone\r\r\rtwo\r").sees("two")
    assert desk.press("f2").result() == Take("one\n\n\ntwo")
    desk.clear().ask(asking(Kind.STEPS)).press("1. one\r\r2. two\rthree").sees("3. three")
    assert desk.press("enter", "enter").result() == Take(["one", "two", "three"])


def test_a_tab_in_a_text_looks_like_one_and_stays_one(desk):
    desk.ask(asking(Kind.TEXTAREA)).paste("at\n\tline 5").sees(" >     line 5").sees_no("^I")
    assert desk.press("f2").result() == Take("at\n\tline 5")


def test_a_pasted_list_becomes_steps_without_its_numbers(desk):
    desk.ask(asking(Kind.STEPS)).paste("1. open it\n2) turn it on\n\n- wait").sees(" 3. wait")
    assert desk.press("f2").result() == Take(["open it", "turn it on", "wait"])


@pytest.mark.parametrize("kind", [Kind.INPUT, Kind.TEXTAREA, Kind.STEPS])
def test_what_is_pasted_is_harmless(desk, kind):
    screen = asking(kind, check=lambda _raw: None)
    desk.ask(screen).paste("\x1b[31mred\x1b]0;title\x07\u202egnp.exe\x00\x07").sees("redgnp.exe")
    reply = desk.press("f2" if kind in (Kind.TEXTAREA, Kind.STEPS) else "enter").result()
    assert reply == Take(["redgnp.exe"] if kind is Kind.STEPS else "redgnp.exe")
    assert "\u202e" not in desk.paper.raw
    assert "]0;" not in desk.paper.raw


def test_a_pack_cannot_send_escapes_to_the_terminal(desk):
    evil = "\x1b]0;title\x07\u202eevil\x9b31m"
    desk.ask(
        asking(label=evil, description=evil, placeholder=evil, why=evil, value_from=evil, value=evil, notes=evil)
    ).sees("evil")
    desk.press("f1").sees("Why we ask")
    assert "]0;" not in desk.paper.raw
    assert "\u202e" not in desk.paper.raw


def test_a_line_without_end_is_refused_and_kept(desk):
    kept = Kept()
    desk.ask(asking(Kind.TEXTAREA, kept)).paste("x" * (MAX_TEXT + 1)).press("f2").sees("Attach a long text as")
    assert desk.press("ctrl-b").result() == Back()
    assert kept[-1] == "x" * (MAX_TEXT + 1)


# --- choosing ---------------------------------------------------------------------------------------


@each(
    "keys, label",
    [
        (["enter"], "Wi-Fi"),
        (["down", "enter"], "Cable"),
        (["up", "enter"], "Mobile network"),
        (["2", "enter"], "Cable"),
        (["mob", "enter"], "Mobile network"),
        (["WIRE", "enter"], "Cable"),
        (["zzz", "backspace", "backspace", "backspace", "down", "enter"], "Wi-Fi"),
        (["page-down", "enter"], "Mobile network"),
    ],
)
def test_one_of_a_list(desk, keys, label):
    desk.clear().ask(asking(Kind.DROPDOWN, required=True, **CHOICES)).sees(
        "> 1 Wi-Fi   without a cable", "3 Mobile network"
    )
    assert desk.press(*keys).result() == Take(label)


def test_typing_narrows_a_list(desk):
    desk.ask(asking(Kind.DROPDOWN, required=True, **CHOICES)).press("ca").sees("> 2 Cable").sees_no("Mobile")
    desk.press("q").sees("Nothing here fits")
    desk.press("enter").sees("“caq” is not one of the choices")
    desk.press("backspace").sees("> 2 Cable").sees_no("Nothing", "not one of")
    assert desk.press("enter").result() == Take("Cable")


def test_yes_to_an_either_or_is_told_what_to_choose_from_and_other_spellings_are_taken(desk):
    desk.ask(asking(Kind.DROPDOWN, required=True, **CHOICES)).press("yes", "enter")
    desk.sees("“yes” does not say which one. Please choose: Wi-Fi, Cable, Mobile network.")
    assert desk.press("ctrl-u", "wifi", "enter").result() == Take("wifi")


def test_a_list_narrows_in_any_script(desk):
    options = (Option(label="Швидкість"), Option(label="Немає з’єднання"))
    desk.ask(asking(Kind.DROPDOWN, required=True, options=options)).press("НЕМ").sees("> 2 Немає").sees_no("Швид")
    assert desk.press("enter").result() == Take("Немає з’єднання")


def test_an_optional_list_offers_to_stay_empty_and_keeps_its_numbers(desk):
    desk.ask(asking(Kind.DROPDOWN, value="Cable", **CHOICES)).sees("  0 Leave this empty", "> 2 Cable")
    assert desk.press("0", "enter").result() == Skip()


def test_several_are_ticked(desk):
    desk.ask(asking(Kind.DROPDOWN, multiple=True, required=True, **CHOICES)).sees("> 1 [ ] Wi-Fi")
    desk.press("space").sees("> 1 [x] Wi-Fi").press("mob", "enter").sees("> 3 [x] Mobile", "1 [x] Wi-Fi")
    assert desk.press("enter").result() == Take(["Wi-Fi", "Mobile network"])


@each(
    "kind, value, typed, answer",
    [
        (Kind.STEPS, ["Read “Lamps”"], ["prayed", "f2"], ["Read “Lamps”", "prayed"]),
        (Kind.STEPS, ["Read “Lamps”"], ["enter"], ["Read “Lamps”"]),
        (Kind.TEXTAREA, "Read “Lamps”", ["prayed", "f2"], "Read “Lamps”\nprayed"),
        (Kind.TEXTAREA, "Read “Lamps”", ["f2"], "Read “Lamps”"),
        (Kind.INPUT, "Read “Lamps”", ["prayed", "enter"], "Read “Lamps”; prayed"),
        (Kind.INPUT, "Read “Lamps”", ["enter"], "Read “Lamps”"),
    ],
)
def test_what_is_typed_stands_apart_from_what_was_noted(desk, kind, value, typed, answer):
    desk.clear().ask(asking(kind, value=value, adds=True)).sees("Read “Lamps”", "noted already")
    assert desk.press(*typed).result() == Take(answer)


def test_going_back_from_a_chooser_takes_the_line_that_leads_back(desk):
    choices = [Choice(key="go", label="Go on"), Choice(key="back", label="Back to my answer")]
    desk.start(lambda prompter: prompter.choose("Read it?", choices, "go")).sees("Ctrl+B back")
    assert desk.press("ctrl-b").result() == "back"


def test_enter_alone_leaves_no_choice_empty_on_which_others_depend(desk):
    desk.ask(asking(Kind.DROPDOWN, decides=True, **CHOICES)).sees("  0 Leave this empty").sees_no("> 0", "skip")
    desk.press("enter").sees("Please choose one of these.")
    assert desk.press("0", "enter").result() == Skip()
    desk.clear().ask(asking(Kind.DROPDOWN, decides=True, **CHOICES)).press("down", "down", "enter")
    assert desk.result() == Take("Wi-Fi")


def test_one_of_a_group_says_what_is_needed_and_not_that_it_is_optional(desk):
    desk.ask(asking(group="At least one of these is needed: Mail, Phone.")).sees("At least one of these")
    desk.sees_no("(optional)")


@pytest.mark.parametrize(("columns", "rows"), [(40, 8), (30, 10), (40, 13), (60, 9)])
@each("kind, fields", EVERY)
def test_a_small_screen_shows_the_question_the_field_and_the_way_on(desk, columns, rows, kind, fields):
    desk.clear(columns, rows)
    texts = {"label": "What have you tried already to make it work again?", "description": "Tell us. " * 30}
    field = "\n 1." if kind is Kind.STEPS else "\n >"
    for more in ({}, texts):
        desk.clear(columns, rows).ask(asking(kind, check=lambda _raw: "No good.", required=True, **fields, **more))
        desk.sees("What have you" if more else "What happened?", "4 of 9", field, "F1")
        if fields.get("options") or kind is Kind.CONFIRM:
            desk.sees("1 ", "2 " if not more else "")
        desk.press("f1").sees("What have you" if more else "What happened?", field, "F1").press("f1", "ctrl-b")
        assert desk.result() == Back()


@each("variable, wiped", [("", True), ("XTERM_VERSION", False)])
def test_lines_that_a_narrower_window_breaks_are_wiped_out(variable, wiped):
    with pytest.MonkeyPatch.context() as patch, Desk(80, 24) as desk:
        patch.setenv("TERM", "xterm-256color")
        patch.delenv("XTERM_VERSION", raising=False)
        if variable:
            patch.setenv(variable, "1")
        desk.ask(asking(label="What happened, and since when has it been like that, as far as you know?"))
        desk.sees("4 of 9")
        drawn = len(desk.paper.raw)
        desk.columns = 40
        desk.press("x").sees("What happened, and since when has it\n").press("ctrl-b")
        assert desk.result() == Back()
        assert ("\x1b[2A\x1b[J" in desk.paper.raw[drawn:]) is wiped


def test_space_is_a_letter_while_words_are_typed(desk):
    options = (Option(label="no light at all"), Option(label="nobody at home"))
    desk.ask(asking(Kind.CHECKBOXES, options=options)).press("n", "o", " ", "l").sees("> no l", "Enter tick")
    desk.sees_no("[x]", "Space").press("enter").sees("1 [x] no light", "Space tick")
    assert desk.press("enter").result() == Take(["no light at all"])


def test_enter_ticks_what_was_typed_and_then_ends(desk):
    desk.ask(asking(Kind.CHECKBOXES, **CHOICES)).press("2", "enter").sees("> 2 [x] Cable")
    assert desk.press("enter").result() == Take(["Cable"])


def test_a_tick_can_be_taken_away(desk):
    desk.ask(asking(Kind.CHECKBOXES, value=["Cable"], **CHOICES)).sees("> 2 [x] Cable").press("space").sees("[ ] Cable")
    assert desk.press("enter").result() == Skip()


def test_a_box_that_is_needed_says_so(desk):
    options = (Option(label="I restarted it", required=True), Option(label="I may be called"))
    desk.ask(asking(Kind.CHECKBOXES, options=options)).sees("I restarted it  (required)").press("enter")
    desk.sees("Please tick").press("space").sees_no("Please tick")
    assert desk.press("enter").result() == Take(["I restarted it"])


def test_a_long_list_says_how_much_is_out_of_sight():
    options = tuple(Option(label=f"version {n}") for n in range(1, 101))
    with Desk(80, 20) as desk:
        desk.ask(asking(Kind.DROPDOWN, required=True, options=options)).sees("> ", "version 9", "more below")
        desk.press("page-down", "page-down", "page-down").sees("> ", "version 25", "more above", "more below")
        desk.press("up").sees(">  24 version 24").press(*["page-down"] * 10).sees("> 100 version 100").sees_no("below")
        assert desk.press("enter").result() == Take("version 100")


def test_a_hidden_option_is_not_offered(desk):
    options = (Option(label="shown"), Option(label="hidden", on_form=False))
    desk.ask(asking(Kind.DROPDOWN, required=True, options=options)).sees("1 shown").sees_no("hidden")


@pytest.mark.parametrize(
    ("word", "answer"), [("y", True), ("n", False), ("yes", True), ("так", True), ("нет", False), ("2", False)]
)
def test_yes_and_no_in_several_words(desk, word, answer):
    desk.ask(asking(Kind.CONFIRM, label="May we call?")).sees("1 Yes", "2 No").sees_no("> 1", "> 2")
    assert desk.press(word, "enter").result() == Take(answer)


@pytest.mark.parametrize("required", [True, False])
def test_a_word_that_is_neither_yes_nor_no_is_not_taken(desk, required):
    desk.ask(asking(Kind.CONFIRM, required=required)).press("maybe", "enter").sees("yes or no.")
    assert desk.press("ctrl-b").result() == Back()


def test_a_consent_is_not_given_by_enter_alone(desk):
    desk.ask(asking(Kind.CONFIRM, required=True, label="A visit may cost 300 UAH.")).press("enter").sees(
        "Please choose"
    )
    desk.press("n", "enter").sees("consent is needed")
    assert desk.press("backspace", "y", "enter").result() == Take(True)


def test_a_long_consent_is_shown_in_full():
    wording = " ".join(f"word{n}" for n in range(300))
    with Desk(60, 20) as desk:
        desk.ask(asking(Kind.CONFIRM, required=True, label=wording)).sees("1 Yes")
        shown = desk.paper.raw
        assert all(f"word{n}" in shown for n in range(300))
        assert desk.press("y", "enter").result() == Take(True)


# --- what is left behind, and the rest of the port --------------------------------------------------


def test_a_line_is_left_behind_only_when_the_next_thing_is_drawn(desk):
    desk.ask(asking()).press("it broke", "enter").result()
    assert "it broke" not in desk.text()
    desk.ask(asking(label="And then?")).sees("What happened? it broke", "And then?")
    assert desk.press("ctrl-b").result() == Back()
    desk.start(lambda prompter: prompter.say("Done.")).result()
    assert desk.text() == "What happened? it broke\nDone."


def test_a_chooser_in_between_does_not_show_an_answer_as_taken(desk):
    desk.ask(asking()).press("it broke", "enter").result()
    choices = [Choice(key="again", label="Try again"), Choice(key="leave", label="Stop here", hint="for now")]
    desk.start(lambda prompter: prompter.choose("The disk is full.", choices, default="leave"))
    desk.sees("The disk is full.", "> 2 Stop here   for now").sees_no("it broke", "Ctrl+B")
    assert desk.press("up", "enter").result() == "again"


def test_a_chooser_can_be_left(desk):
    desk.start(lambda prompter: prompter.choose("Which?", [Choice(key="a", label="A")])).sees("1 A").press("ctrl-c")
    with pytest.raises(Leave):
        desk.result()


def test_say_wraps_and_is_harmless():
    with Desk(20, 10) as desk:
        desk.start(lambda prompter: prompter.say("one two three four five\n\x1b[31msix")).result()
        assert desk.text() == "one two three four\nfive\nsix"


def test_without_colour_there_is_none():
    with Desk(color=False) as desk:
        desk.ask(asking(check=lambda _raw: "No good.")).press("x", "enter").sees("No good.")
        used = {char.fg for line in desk.paper.screen.buffer.values() for char in line.values()}
        assert used == {"default"}


def test_no_other_screen_and_no_question_to_the_terminal(desk):
    desk.ask(asking()).press("x", "enter").result()
    assert "?1049h" not in desk.paper.raw
    assert "\x1b[6n" not in desk.paper.raw


def test_not_saved_is_said(desk):
    desk.ask(asking(heading=Heading(title="T", position=1, total=2, saved=False))).sees("1 of 2 · not saved")


@each("columns", [20, 40, 80])
@each(
    "label",
    [
        "What have you already tried, and what did it change about the fault?",
        "Опишіть, будь ласка, що саме відбувається і коли це почалося?",
        "接続が切れたとき、どのランプが点灯していましたか？詳しく教えてください。",
        "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft?",
    ],
)
def test_every_width_shows_every_word(desk, columns, label):
    desk.clear(columns, 40).ask(asking(label=label, required=True, description=label, why="x")).sees("Ctrl+C")
    shown = "".join(desk.text().split())
    assert shown.count("".join(label.split())) == 2
    assert "InternetprovideR".lower() in shown.lower()
    assert "F1whyweask" in shown


@each("rows", [4, 6, 10])
def test_a_low_window_still_shows_the_field(desk, rows):
    desk.clear(60, rows).ask(asking(description="A hint. " * 40, required=True)).press("my text").sees("> my text")
    assert desk.press("enter").result() == Take("my text")


def test_the_window_may_change_its_size(desk):
    desk.ask(asking(Kind.TEXTAREA)).press("some words here").sees("> some words here")
    desk.columns = 40
    desk.press(" and more").sees("and more")
    assert desk.press("f2").result() == Take("some words here and more")


# --- the editor -------------------------------------------------------------------------------------


def test_no_editor_is_not_offered(desk):
    desk.ask(asking(Kind.TEXTAREA)).sees("Ctrl+C").sees_no("Ctrl+E")
    assert desk.press("x", "ctrl-e", "y", "f2").result() == Take("xy")


def test_the_editor_gets_the_text_and_gives_it_back(editor_that, tmp_path):
    kept = Kept()
    editor = editor_that(f"""
        import os, shutil
        shutil.copy(path, {str(tmp_path / "seen")!r})
        with open({str(tmp_path / "modes")!r}, "w") as out:
            for place in path, os.path.dirname(path):
                print(oct(os.stat(place).st_mode & 0o777), place, file=out)
        text = open(path, encoding="utf-8").read()
        open(path, "w", encoding="utf-8").write(text + "two \\x1b[31mred\\n")
    """)
    with Desk(editor=editor) as desk:
        desk.ask(asking(Kind.TEXTAREA, kept)).sees("Ctrl+E editor").press("Слово", "ctrl-e").sees("> two red")
        assert desk.press("f2").result() == Take("Слово\ntwo red")
    assert (tmp_path / "seen").read_text(encoding="utf-8") == "Слово\n"
    file_mode, path, folder_mode, _folder = (tmp_path / "modes").read_text().split()
    assert (file_mode, folder_mode) == ("0o600", "0o700")
    assert not os.path.exists(path)
    assert not os.path.exists(os.path.dirname(path))
    assert kept == ["Слово", "Слово\ntwo red"]


def test_an_editor_that_fails_keeps_the_text(editor_that):
    with Desk(editor=editor_that("open(path, 'w').write('lost'); sys.exit(3)")) as desk:
        desk.ask(asking(Kind.TEXTAREA)).press("mine", "ctrl-e").sees("ended with an error (3)", "> mine")
        assert desk.press("f2").result() == Take("mine")


def test_an_editor_that_is_not_there_keeps_the_text():
    with Desk(editor="/no/such/editor -w") as desk:
        desk.ask(asking(Kind.TEXTAREA)).press("mine", "ctrl-e").sees("could not be started", "> mine")
        assert desk.press("!", "f2").result() == Take("mine!")


def test_an_editor_that_leaves_garbage_keeps_the_text(editor_that):
    with Desk(editor=editor_that("open(path, 'wb').write(b'\\xff\\xfe\\x00')")) as desk:
        desk.ask(asking(Kind.TEXTAREA)).press("mine", "ctrl-e").sees("not readable text", "> mine")


@pytest.fixture
def editor_that(tmp_path):
    def make(code: str) -> str:
        script = tmp_path / "my editor.py"
        script.write_text("import sys\npath = sys.argv[1]\n" + textwrap.dedent(code), encoding="utf-8")
        return f"{shlex.quote(sys.executable)} {shlex.quote(str(script))}"

    return make
