from hypothesis import given
from hypothesis import strategies as st

from support_cli.base.markdown import readable
from tests.making import HOSTILE, is_clean
from tests.table import each


@each(
    ("text", "shown"),
    [
        ("", ""),
        ("Plain words.\n\nAnd more.", "Plain words.\n\nAnd more."),
        ("**Important:** read *this* and __that__ and _those_", "Important: read this and that and those"),
        ("snake_case_name, 2 * 3 * 4, a*b", "snake_case_name, 2 * 3 * 4, a*b"),
        ("_over\ntwo lines_", "over\ntwo lines"),
        ("# Title\n\n## Part ##\ntext", "Title\n\nPart\ntext"),
        ("#1 is no heading", "#1 is no heading"),
        ("`**x** <b> &amp; \\*`", "**x** <b> &amp; \\*"),
        ("**see `x`** [`y`](https://example.org)", "see x y (https://example.org)"),
        ("Run `ng version` or ``a`b``.", "Run ng version or ``a`b``."),
        ("[docs](https://example.org/a_b)", "docs (https://example.org/a_b)"),
        ("[https://example.org](https://example.org)", "https://example.org"),
        ("[mail us](mailto:a@example.org)", "mail us (a@example.org)"),
        ("[wiki](https://example.org/a_(b) \"title\")", "wiki (https://example.org/a_(b))"),
        ("[here](../CONTRIBUTING.md) and [there](javascript:alert(1))", "here and there"),
        ("<https://example.org> or <a@example.org>", "https://example.org or a@example.org"),
        ("![a picture](https://example.org/x.png) here", "a picture here"),
        ("[faq][1], [Help], [lost][3]\n\n[1]: https://example.org/faq\n[help]: <https://example.org/h> 'Help'",
         "faq (https://example.org/faq), [Help], [lost][3]"),
        ("see [Help][]\n\n[help]: https://example.org/h", "see Help (https://example.org/h)"),
        ("- one\n  - two\n* three\n1. four", "- one\n  - two\n* three\n1. four"),
        ("- [ ] open\n- [x] done", "- [ ] open\n- [x] done"),
        ("> [!NOTE]\n> Read me", "> Note:\n> Read me"),
        ("one<br>two<br/>three", "one\ntwo\nthree"),
        ("<details>\n<summary>More</summary>\n\n<b>Bold</b> &amp; <a href='https://example.org'>link</a>\n</details>",
         "More\n\nBold & link (https://example.org)"),
        ("<ul><li>one</li><li>two</li></ul>", "- one\n- two"),
        ("<img src=x alt='a cat'> <img src=y>", "a cat"),
        ("<!-- hidden --> shown <!-- never closed", " shown"),
        ("a < b and c > d", "a < b and c > d"),
        ("&lt;tag&gt; &copy; &#1090;", "<tag> © т"),
        ("\\*not bold\\* \\# \\q", "*not bold* # \\q"),
        ("```bash\n**kept** <b> &amp;\n```\nafter", "    **kept** <b> &amp;\nafter"),
        ("~~~\nnever closed **x**", "    never closed **x**"),
        ("a\n\n\n\n\nb   \n*c*", "a\n\nb\nc"),
        ("line\r\n*two*", "line\ntwo"),
    ],
)  # fmt: skip
def test_the_words_stay_and_the_marks_go(text, shown):
    assert readable(text) == shown


@each("text", ["&#x1b;[31m**red**", "**a**&#0;&#8238;b", "[a\x1b]0;x\x07](https://x)", "`\x9b31m`"])
def test_nothing_harmful_comes_in_by_a_back_door(text):
    assert is_clean(readable(text))


def test_hostile_text():
    for name, text in HOSTILE.items():
        assert is_clean(readable(text)), name
        assert is_clean(readable("*" + text + "*")), name


SLOW = ["[", "![", "<a href=x>", "<img ", "**a", "*", "_a", "`", "`a", "```\n", "```\n~~~\n", "<", "<a", "<!--", "# "]
SLOW += ["> [!", "\\", "&#", "<br ", "[a](h", "![a](h", "<a@", "<a href=", "[a][", "[a]: "]


def test_a_text_that_repeats_one_mark_is_read_like_any_other():
    for piece in SLOW:
        assert is_clean(readable(piece * (4000 // len(piece)) + "end")), piece


def test_what_is_too_long_for_a_description_keeps_its_marks():
    assert readable("**x** " * 10_000).startswith("**x**")


pieces = st.lists(
    st.sampled_from([*"[]()<>!*_`#&;\\~-> \n\t", "a", "https://x", "<a href=", "</a>", "```", "<!--", "-->", "&#27;"]),
    max_size=30,
)


@given(pieces.map("".join))
def test_any_markdown_becomes_harmless_text(text):
    shown = readable(text)
    assert is_clean(shown)
    assert not shown.startswith("\n")
    assert not shown.endswith("\n")


@given(st.text(st.characters(categories=["L", "N", "Zs"]), max_size=60))
def test_words_without_marks_stay(text):
    assert readable(text) == text.rstrip()
