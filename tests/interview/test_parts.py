"""The parts of the terminal screen that can be looked at by themselves."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support_cli.base.text import cells
from support_cli.forms.model import Kind, Question
from support_cli.interview.choices import _view
from support_cli.interview.commands import Stay
from support_cli.interview.keys import done_keys
from support_cli.interview.paths import complete_path
from support_cli.interview.plainpages import pick, pick_several
from support_cli.interview.wording import as_line, complaint, file_kind, labelled, origin
from support_cli.interview.wrap import cut, pad, wrap
from tests.interview.making import asking
from tests.table import each

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cf", "Zl", "Zp"]))


@given(TEXT, st.integers(10, 90))
def test_wrapped_lines_fit_and_lose_no_character(text, width):
    lines = wrap(text, width)
    assert all(cells(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


@given(TEXT, st.integers(2, 40))
def test_a_cut_line_fits(text, width):
    assert cells(cut(text, width)) <= width
    assert cells(pad(text, width)) == width


def test_words_stay_whole_and_lists_stay_lists():
    assert wrap("one two three", 8) == ["one two", "three"]
    assert wrap("- one two three", 8) == ["- one", "  two", "  three"]
    assert wrap("  1. one two", 9) == ["  1. one", "     two"]


@pytest.mark.parametrize(
    "text",
    [
        "plain",
        "Привіт",
        "zażółć",
        "cafe\u0301 i\u0306",
        "接続が、切れる。",
        "한국어 \u1112\u1161\u11ab",
        "👍 ❤\ufe0f",
        "soft\xadhyphen",
    ],
)
def test_lines_are_measured_as_the_toolkit_does(text):
    from prompt_toolkit.utils import get_cwidth

    assert cells(text) == get_cwidth(text)


def test_a_closing_mark_does_not_begin_a_line():
    assert wrap("ランプが点灯。", 12) == ["ランプが点", "灯。"]


def test_families_of_emoji_are_not_torn():
    family = "\N{MAN}\u200d\N{WOMAN}\u200d\N{GIRL}"
    assert family in wrap("x" * 9 + family, 10)[-1]


@given(st.lists(st.integers(1, 4), min_size=1, max_size=40), st.data())
def test_the_line_pointed_at_is_always_shown(sizes, data):
    place = data.draw(st.integers(0, len(sizes) - 1))
    top = data.draw(st.integers(0, len(sizes) - 1))
    rows = data.draw(st.integers(1, 20))
    first, end = _view(sizes, place, top, rows)
    assert first <= place < end
    assert sum(sizes[first:end]) <= max(rows, sizes[first])


@pytest.mark.parametrize(
    ("before", "remove", "insert"),
    [
        ("ro", 0, "uter.log"),
        ("my", 2, '"my photo.png"'),
        ('"my', 0, ' photo.png"'),
        ("'my", 0, " photo.png'"),
        ("router.log my", 2, '"my photo.png"'),
        ("sub", 0, os.sep),
        ("sub/", 0, "inside.txt"),
        ("nothing", 0, ""),
        (".hid", 0, "den"),
    ],
)
def test_completion_of_a_path(tmp_path, monkeypatch, before, remove, insert):
    for name in ("router.log", "my photo.png", ".hidden", "evil\x1b[31m", "sub/inside.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    monkeypatch.chdir(tmp_path)
    found = complete_path(before)
    assert (found.remove, found.insert, list(found.candidates)) == (remove, insert, [])


def test_completion_in_the_home_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    (tmp_path / "plain.txt").touch()
    (tmp_path / "two words.txt").touch()
    assert complete_path("~/pl").insert == "ain.txt"
    assert complete_path("~/tw").insert == f'"{tmp_path}/two words.txt"'


def test_names_that_cannot_be_shown_are_not_offered(tmp_path, monkeypatch):
    for name in ("evil\x1b[31m", "evil\u202egnp", "event.txt", "evening.txt"):
        (tmp_path / name).touch()
    monkeypatch.chdir(tmp_path)
    assert complete_path("ev") == (0, "en", ("evening.txt", "event.txt"))


LABELS = ["Wi-Fi", "Cable", "Cable and Wi-Fi", "3"]


@each(
    ("said", "index"),
    [("1", 0), ("wi-fi", 0), ("2.", 1), ("CABLE", 1), ("cable a", 2), ("and", 2), ("3", 3), ("#4", 3)],
)
def test_a_choice_by_number_or_words(said, index):
    assert pick(said, LABELS) == index


@each("said", ["5", "0", "nothing", "ab", "\x1b", "999999999999"])
def test_what_names_no_choice_is_explained(said):
    with pytest.raises(Stay):
        pick(said, LABELS)


@each(
    ("said", "indexes"),
    [("1,2", [0, 1]), ("2 1", [0, 1]), ("1;2,2", [0, 1]), ("cable, wi-fi", [0, 1]), ("Cable and Wi-Fi", [2])],
)
def test_several_choices(said, indexes):
    assert pick_several(said, LABELS) == indexes


def test_a_label_with_a_comma_is_one_choice():
    assert pick_several("yes, always", ["yes, always", "no"]) == [0]


@each("platform", ["linux", "win32", "darwin", "freebsd"])
def test_every_system_is_told_a_key_that_works_there(platform):
    assert "F2" in done_keys(platform)
    # Alt+Enter is the full screen of Windows consoles; Option+Enter is a plain Enter in a Mac's terminal.
    assert ("Alt+Enter" in done_keys(platform)) == (platform not in ("win32", "darwin"))


@each(
    ("media", "word"),
    [
        ("image/png", "image"),
        ("application/pdf", "pdf"),
        ("application/x-7z", "7z"),
        ("application/octet-stream", "file"),
    ],
)
def test_a_media_type_in_a_word(media, word):
    assert file_kind(media) == word


def test_small_wordings():
    assert labelled("Name") == "Name:"
    assert labelled("Why?") == "Why?"
    line = Question(id="l", kind=Kind.INPUT, example="A-1")
    assert complaint("No.", line) == "No. For example: A-1"
    assert complaint("Like A-1.", line) == "Like A-1."
    assert complaint("No mail, like a@example.org.", Question(id="m", kind=Kind.EMAIL, example="b@example.org")) == (
        "No mail, like a@example.org."
    )
    assert origin(asking(unfinished="half a sen")) == "This is what you had typed so far."
    assert origin(asking(unfinished="nobody@", problem="No mail.")) == "", "it was given, and will not do"
    steps = Question(id="s", kind=Kind.STEPS)
    assert as_line(steps, ["open", "close"]) == "open; close"
    assert as_line(Question(id="t", kind=Kind.TEXTAREA), "a\n\nb\nc") == "a (and 2 more lines)"
    assert as_line(Question(id="p", kind=Kind.INPUT, secret=True), "hunter2") == "****"
