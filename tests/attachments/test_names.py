"""Names that every receiver can store and that deceive nobody."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from support_cli.attachments.names import MAX_BYTES, displayable, safe_name, unique_name
from tests.table import each


@each(
    ("raw", "name"),
    [
        ("router.log", "router.log"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("C:\\Users\\me\\a.png", "C__Users_me_a.png"),
        ('what? "10:30" <a|b>*.png', "what_ _10_30_ _a_b__.png"),
        (" . name . ", "name"),
        ("\u3000.\u00a0name\u2003", "name"),
        ("...", "file"),
        ("", "file"),
        ("\0\x07", "file"),
        ("nul", "_nul"),
        ("Con.tar.gz", "_Con.tar.gz"),
        ("com1 .txt", "_com1 .txt"),
        ("COM¹", "_COM¹"),
        ("console.txt", "console.txt"),
        ("a\r\nContent-Type: text/html.png", "a Content-Type_ text_html.png"),
        ("a\u202ecod.exe", "acod.exe"),
        ("a\u200fb\u2066c\ufeff.txt", "abc.txt"),
        ("\x1b]0;title\x07a.txt", "a.txt"),
        ("и\u0306о.txt", "йо.txt"),
        ("\udcff\udcfe.log", "\ufffd\ufffd.log"),
        ("نسخة من الملف.pdf", "نسخة من الملف.pdf"),
    ],
)
def test_safe_name(raw: str, name: str) -> None:
    assert safe_name(raw) == name


def test_long_names_keep_their_ending() -> None:
    name = safe_name("д" * 300 + ".tar.gz")
    assert name.endswith("д.tar.gz")
    assert MAX_BYTES - 2 <= len(name.encode()) <= MAX_BYTES


@given(st.text(max_size=400))
def test_any_text_becomes_a_safe_name(raw: str) -> None:
    name = safe_name(raw)
    assert name
    assert name == name.strip(" .")
    assert len(name.encode("utf-8")) <= MAX_BYTES + 1
    assert not set(name) & set('/\\<>:"|?*')
    assert not [c for c in name if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")]
    assert not set(name) & set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    assert safe_name(name) == name


@given(st.text(max_size=400))
def test_whatever_is_shown_is_one_harmless_line(raw: str) -> None:
    shown = displayable(raw)
    assert len(shown) <= 160
    assert not [c for c in shown if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")]


def test_unique_names() -> None:
    taken: list[str] = []
    for name in [
        "photo.png",
        "photo.png",
        "PHOTO.png",
        "logs.tar.gz",
        "logs.tar.gz",
        "README",
        "readme",
        "a b.c d",
    ]:
        taken.append(unique_name(name, taken))
    assert taken == [
        "photo.png", "photo (2).png", "PHOTO (3).png", "logs.tar.gz", "logs (2).tar.gz",
        "README", "readme (2)", "a b.c d",
    ]  # fmt: skip


@given(st.lists(st.text(alphabet="aAбБ.() 2", max_size=8).map(safe_name), max_size=12))
def test_names_in_a_request_never_meet(names: list[str]) -> None:
    taken: list[str] = []
    for name in names:
        taken.append(unique_name(name, taken))
    assert len({name.casefold() for name in taken}) == len(names)
