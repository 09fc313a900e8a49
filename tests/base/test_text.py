from hypothesis import given
from hypothesis import strategies as st

from support_cli.base.text import Lines, clean_line, clean_text, lines_with, shorten
from tests.making import HOSTILE, is_clean, nasty_text
from tests.table import each


@each("text", HOSTILE.values())
def test_hostile_text_is_made_harmless(text):
    assert is_clean(clean_text(text))
    assert is_clean(clean_line(text))
    assert not {"\n", "\t"} & set(clean_line(text))


@each(
    ("text", "clean"),
    [
        ("a\r\nb\rc\x85d\u2028e\u2029f\x0bg\x0ch", "a\nb\nc\nd\ne\nf\ng\nh"),
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]8;;https://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x9d0;title\x9ctext", "text"),
        ("\x1bPq#0;2;0\x1b\\text", "text"),
        ("\x1b(Btext\x1bc", "text"),
        ("\x9b31mred", "red"),
        ("\x1b\x1b[31m[31m", "[31m"),
        ("a\tb  c ", "a\tb  c "),
        ("п'ять ґудзиків, żółć, 👩‍👩‍👧, שלום\u200f, भारत", "п'ять ґудзиків, żółć, 👩‍👩‍👧, שלום\u200f, भारत"),
        ("abc\u202egpj.exe", "abcgpj.exe"),
        ("\ud83d\ude00 half \ud83d", " half "),
    ],
)
def test_the_words_stay(text, clean):
    assert clean_text(text) == clean


def test_a_megabyte_in_one_line_stays():
    text = "слово " * 170_000
    assert clean_text(text) == text
    assert clean_line(text) == text.strip()


def test_an_escape_that_never_ends_takes_no_words_along():
    assert (
        clean_text("before \x1b]0;in the line\nand everything after it")
        == "before 0;in the line\nand everything after it"
    )


def test_a_line_has_single_blanks_and_none_at_its_ends():
    assert clean_line("  one\r\n\ttwo \u00a0 three\x00  ") == "one two three"


@given(nasty_text)
def test_cleaning_twice_changes_nothing(text):
    once = clean_text(text)
    assert clean_text(once) == once
    assert is_clean(once)
    line = clean_line(text)
    assert clean_line(line) == line
    assert line == " ".join(line.split())


@given(st.text(st.characters(categories=["L", "N", "P", "S"]), max_size=60))
def test_visible_characters_are_never_lost(text):
    assert clean_text(text) == text


@given(st.text(max_size=120), st.integers(1, 80))
def test_shortened_text_fits(text, width):
    short = shorten(text, width)
    assert len(short) <= width
    assert short == text or short.endswith("…")


def test_shortening_cuts_at_a_word():
    assert shorten("The internet drops every evening", 22) == "The internet drops…"


@given(st.lists(st.tuples(st.integers(0, 99), st.sampled_from(["ok", "pass 2fa", "token", "пароль", ""])), max_size=8))
def test_lines_with_a_word_are_the_same_in_short_and_in_long_texts(rows: list[tuple[int, str]]) -> None:
    few = "\n".join(f"{number} {word}" for number, word in rows if word.isascii())
    long = few + "\n" + "20 ok\n" * 5_000
    words = ("pass", "2fa", "token", "пароль")
    assert Lines(few).with_any(words) == lines_with(few, words)
    assert Lines(long).with_any(words) == lines_with(long, words)


def test_neighbours_of_lines_meet() -> None:
    text = "a\nb\npin\nc\npin\nd\ne"
    assert [text[start:end] for start, end in Lines(text).with_any(("pin",), beside=True)] == ["b\npin\nc\npin\nd"]
