import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from support_cli.base.text import clean_text
from support_cli.render.filters import escape_block, escape_cell, escape_line, escape_start, fenced
from tests.table import each

READER = MarkdownIt("gfm-like", {"linkify": False, "html": True})
PLAIN = MarkdownIt("commonmark", {"html": True})

# Bits that open something in Markdown, so that random answers are nasty ones.
OPENERS = (
    "# ##x * ** _ __ ` ``` ~~~ ~ > - + 1. 2) | --- === [ ] ( ) ](x) [a]: ![ < <b> </p> <!-- --> <? &amp; &#35; \\"
    " \\\\ : :-- a B 5 é ї 日 $ ^ @x #1 http://x.y/a_b_ www.x.y"
)
BITS = st.sampled_from(OPENERS.split(" ")) | st.sampled_from(["\n", "\n\n", " ", "  ", "    ", "\t", "\n    ", "  \n"])
ANSWERS = st.lists(BITS | st.text(max_size=5), max_size=25).map("".join).map(clean_text)


def kinds(markdown: str, reader: MarkdownIt = READER) -> set[str]:
    """The kinds of everything that a reader of Markdown sees in a text, inline parts included."""
    found = set()
    for token in reader.parse(markdown):
        found.add(token.type)
        found |= {child.type for child in token.children or ()}
    return found


def words(markdown: str) -> str:
    """What a person sees, without blanks."""
    seen = []
    for token in READER.parse(markdown):
        for child in token.children or ():
            seen.append(child.content)
        if not token.children:
            seen.append(token.content)
    return "".join("".join(seen).split())


PROSE = {"paragraph_open", "paragraph_close", "inline", "text", "text_special", "hardbreak", "softbreak"}


@pytest.mark.parametrize("reader", [READER, PLAIN])
@given(answer=ANSWERS)
def test_an_answer_is_read_as_paragraphs_of_text_and_nothing_else(reader, answer):
    assert kinds(escape_block(answer), reader) <= PROSE


@given(answer=ANSWERS)
def test_nothing_of_an_answer_is_lost_or_added(answer):
    assert words(escape_block(answer)) == "".join(answer.split())


@given(answer=ANSWERS)
def test_an_answer_stays_in_its_list_item(answer):
    tokens = READER.parse(f"1. {escape_block(answer, '   ')}\n2. next\n\n# after\n")
    blocks = ("ordered", "list", "heading", "bullet", "table", "code", "html")
    assert [t.type for t in tokens if t.type.startswith(blocks)] == [
        "ordered_list_open", "list_item_open", "list_item_close", "list_item_open", "list_item_close",
        "ordered_list_close", "heading_open", "heading_close",
    ]  # fmt: skip


@given(answer=ANSWERS)
def test_a_heading_a_label_and_a_cell_hold_one_line_of_text(answer):
    line = " ".join(answer.split())
    heading = READER.parse(f"# {escape_line(line)}")
    assert [t.type for t in heading] == ["heading_open", "inline", "heading_close"]
    assert kinds(f"# {escape_line(line)}") <= {"heading_open", "heading_close", "inline", "text", "text_special"}
    assert words(f"# {escape_line(line)}") == "".join(line.split())
    labelled = kinds(f"- **Name:** {escape_line(line)}")
    assert not labelled & {
        "html_inline",
        "link_open",
        "image",
        "em_open",
        "s_open",
        "code_inline",
        "heading_open",
        "table_open",
    }
    table = READER.parse(f"| a | b |\n|---|---|\n| {escape_cell(answer)} | end |\n")
    assert sum(t.type == "td_open" for t in table) == 2
    cells = [t for t in table if t.type == "inline"]
    assert "".join(c.content for c in cells[2].children or ()).split() == answer.split()
    assert not {c.type for cell in cells for c in cell.children or ()} - {"text", "text_special"}


@given(code=ANSWERS, language=st.text(max_size=8))
def test_code_is_kept_to_the_letter_and_cannot_end_its_fence(code, language):
    tokens = READER.parse(fenced(code, language) + "\n\nafter\n")
    assert [t.type for t in tokens] == ["fence", "paragraph_open", "inline", "paragraph_close"]
    assert tokens[0].content.strip("\n") == code.strip("\n")


@each(
    "text",
    [
        "I restarted it (twice), waited 5 minutes & called: nothing!",
        "Price is 5 * 3 = 15, i.e. < 20 and > 10.",
        "The file is called my_long_name.txt in C:\\Users\\Anna",
        "See https://example.org/a_b?x=1&y=2#top, please",
        "#1234 and [error] and a-b, 50 % - or so; $5; a|b",
        "Є питання №5: «чому?» – бо так…",
        "3.5 V, 12:30, 1 + 1",
        "~5 minutes",
    ],
)
def test_ordinary_sentences_stay_as_they_were_typed(text):
    assert escape_block(text) == text


@each(
    ("text", "escaped"),
    [
        ("# heading", "\\# heading"),
        ("> quote", "\\> quote"),
        ("- item", "\\- item"),
        ("1. item", "1\\. item"),
        ("12) item", "12\\) item"),
        ("---", "\\---"),
        ("===", "\\==="),
        ("|---|---|", "\\|---|---|"),
        ("<b>bold</b>", "\\<b>bold\\</b>"),
        ("*stars* and __init__", "\\*stars\\* and \\_\\_init\\_\\_"),
        ("[text](http://x)", "\\[text\\](http://x)"),
        ("[a]: http://x", "\\[a]: http://x"),
        ("`code`", "\\`code\\`"),
        ("&amp;", "\\&amp;"),
        ("back\\*slash", "back\\\\\\*slash"),
        ("~~gone~~", "\\~\\~gone\\~\\~"),
    ],
)
def test_markup_is_shown_as_it_was_typed(text, escaped):
    assert escape_start(text) == escaped
    assert words(escaped) == "".join(text.split())


def test_lines_and_paragraphs_of_an_answer_are_kept():
    assert escape_block("one\ntwo\n\n\n   three  ") == "one  \ntwo\n\nthree"
