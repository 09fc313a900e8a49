import pytest
from hypothesis import given
from hypothesis import strategies as st

from support_cli.packs.errors import YamlError
from support_cli.packs.yamltext import decode, parse
from tests.making import HOSTILE, is_clean
from tests.table import each


def data(text, **more):
    return parse(text, name="x.yml", **more).data


def refusal(text, **more):
    with pytest.raises(YamlError) as refused:
        parse(text, name="x.yml", **more)
    error = refused.value
    assert is_clean(error.message + (error.hint or ""))
    assert "\n" not in error.message
    return error


def test_every_part_has_its_place():
    parsed = parse("# a form\nname: Bug\nbody:\n  - type: input\n    id: a\n  - {type: input}\n", name="bug.yml")
    assert parsed.data == {"name": "Bug", "body": [{"type": "input", "id": "a"}, {"type": "input"}]}
    assert parsed.where(("name",)) == "bug.yml:2:1"
    assert parsed.where(("body", 0, "id")) == "bug.yml:5:5"
    assert parsed.where(("body", 1, "type")) == "bug.yml:6:6"
    assert parsed.where(("body", 0, "attributes", "label")) == "bug.yml:4:5", "the nearest that is there"
    assert parsed.where(()) == "bug.yml:1:1"


@each(
    ("text", "value"),
    [
        ("", None),
        ("# only a comment\n", None),
        ("a: b", {"a": "b"}),
        ("a: yes\nb: Off\nc: TRUE", {"a": True, "b": False, "c": True}),
        ("a: y\nb: n", {"a": "y", "b": "n"}),
        ("a: 012\nb: 0x1F\nc: 1_000\nd: 1:30", {"a": 10, "b": 31, "c": 1000, "d": 90}),
        ("a: 1.10\nb: 1e3\nc: .5", {"a": 1.1, "b": "1e3", "c": 0.5}),
        ("a: ~\nb:\nc: null", {"a": None, "b": None, "c": None}),
        ("a: 2026-11-21", {"a": "2026-11-21"}),
        ("yes: 1\n5: 2\n~: 3", {"yes": 1, "5": 2, "~": 3}),
        ("a: !!str 5\nb: !!int abc\nc: !!bool maybe", {"a": "5", "b": "abc", "c": "maybe"}),
        ("\ufeffa: b", {"a": "b"}),
        ("a: b\r\nc:\r\n- d\r\n", {"a": "b", "c": ["d"]}),
        ("a: b\n---\n[ not looked at", {"a": "b"}),
        ("---\na: b\n---\n", {"a": "b"}),
        ("a: &x [1, 2]\nb: *x", {"a": [1, 2], "b": [1, 2]}),
        ("a: &x {k: 1, l: 2}\nb: {<<: *x, k: 3}", {"a": {"k": 1, "l": 2}, "b": {"k": 3, "l": 2}}),
        ("- &x {k: 1}\n- &y {k: 2, l: 3}\n- <<: [*x, *y]", [{"k": 1}, {"k": 2, "l": 3}, {"k": 1, "l": 3}]),
        ('"<<": 5', {"<<": 5}),
        ("just words", "just words"),
    ],
)
def test_yaml_1_1_as_github_reads_it(text, value):
    assert data(text) == value


def test_plain_leaves_what_was_written():
    text = (
        "phone: +380441234567\nversion: 1.10\nserial: 0012\nday: 2026-11-21\nok: yes\nempty:\nlong: 1:30\nlist: [1.0]"
    )
    assert data(text, plain=True) == {
        "phone": "+380441234567",
        "version": "1.10",
        "serial": "0012",
        "day": "2026-11-21",
        "ok": "yes",
        "empty": None,
        "long": "1:30",
        "list": ["1.0"],
    }


def test_a_key_that_stands_twice_is_noted_with_its_place():
    parsed = parse("a: 1\nb: {c: 1, c: 2}\na: 3\n", name="x.yml")
    assert parsed.data == {"a": 3, "b": {"c": 2}}
    assert parsed.duplicates == [(("b", "c"), (2, 11)), (("a",), (3, 1))]


@each(
    ("text", "where", "hint"),
    [
        ("a:\n\tb: c", "x.yml:2:1", "Indent with blanks, never with tabs"),
        ("a: b: c", "x.yml:1:5", 'A text that holds ": " must stand in quotes'),
        ("a: @me", "x.yml:1:4", "A text that begins with “@” must stand in quotes"),
        ("a: `code`", "x.yml:1:4", "A text that begins with “`” must stand in quotes"),
        ("a: *bold* words", "x.yml:1:4", "A text that begins with “*” must stand in quotes"),
        ('a: 1\nb: "never closed\nc: 2\n', "x.yml:2:4", "The quote that is opened here is never closed"),
        ("b: 'it's", "x.yml:1:8", "Look at the indentation and the quotes of this line"),
        ("a: [b, c\nd: e\n", "x.yml:1:4", "A bracket or brace that is opened here is never closed"),
        ("a: {b: c\n", "x.yml:1:4", "A bracket or brace that is opened here is never closed"),
        ('a: "C:\\Users"', "x.yml:1:4", "a backslash must be doubled"),
        ("a: 1\n b: 2", "x.yml:2:3", 'must stand in quotes'),
        ("- a\nb: c", "x.yml:2:1", "Look at the indentation"),
        ("a:\n  - b\n c", "x.yml:3:2", "Look at the indentation"),
        ("a: \x00", "x.yml:1:4", "Take it out, or write it as \\x00 in double quotes"),
        ("a: b\nc: d\x9b31m", "x.yml:2:5", "write it as \\x9b"),
        ("a: \ud800", "x.yml:1:4", "Take it out."),
        ("? [a]\n: b", "x.yml:1:3", "Write it plainly"),
        ("a: !!python/object/apply:os.system [ls]", "x.yml:1:4", "Write it plainly"),
        ("a: !!binary aGVsbG8=", "x.yml:1:4", "Write it plainly"),
        ("a: !!set {b, c}", "x.yml:1:4", "Write it plainly"),
        ("a: !mine x", "x.yml:1:4", "Write it plainly"),
        ("a: &a [*a]", "x.yml:1:4", "Write it plainly"),
        ("a: &a {<<: *a}", "x.yml:1:4", "Write it plainly"),
        ("a:\n  <<: 5", "x.yml:2:3", "Write it plainly"),
        ("%YAML 3.0\n---\na: b", "x.yml:1:1", "Look at"),
    ],
)  # fmt: skip
def test_an_author_s_slip_is_told_with_its_place_and_what_to_do(text, where, hint):
    error = refusal(text)
    assert error.where == where
    assert hint in error.hint


def doubling(opened, first):
    """Lines of which each repeats the one before nine times."""
    return f"a: &a {first}\n" + "\n".join(
        f"{new}: &{new} " + opened.format(",".join(["*" + old] * 9))
        for old, new in zip("abcdefg", "bcdefgh", strict=True)
    )


FEW = 5000
BOMBS = {
    "deep mappings": "\n".join(" " * depth + "a:" for depth in range(1200)),
    "deep lists": "\n".join(" " * depth + "-" for depth in range(1200)),
    "brackets": "[" * 1990 + "]" * 1990,
    "open brackets": "[" * 50_000,
    "dashes": "- " * 50_000,
    "marks": "? " * 50_000,
    "braces": "{a: " * 3000 + "}" * 3000,
    "merges": "{<<: " * 990 + "{a: b}" + "}" * 990,
    "merge chain": "a0: &a0 {x: 1}\n" + "\n".join(f"a{i}: &a{i} {{<<: *a{i - 1}}}" for i in range(1, 1500)),
    "laughs": doubling("[{}]", "[1]"),
    "merged laughs": doubling("{{<<: [{}]}}", "{x: 1}"),
    "many": "- a\n" * (FEW + 1),
}


@each("name", BOMBS)
def test_bombs_are_refused(name, monkeypatch):
    monkeypatch.setattr("support_cli.packs.yamltext.MAX_NODES", FEW)
    assert refusal(BOMBS[name]).where.startswith("x.yml:")


@each("text", ["9" * 5000, "0x" + "f" * 100_000, "1" + ":59" * 100_000, "1" + "_" * 100_000 + ".5"])
def test_a_row_of_digits_is_text(text):
    assert data("a: " + text) == {"a": text}


def test_numbers_beyond_reason():
    assert data("a: 1.0e+999\nb: -.inf") == {"a": float("inf"), "b": float("-inf")}


def test_a_text_that_is_too_large_is_not_looked_at():
    assert "larger than such a file may be" in refusal("a: b" + " " * 100, max_bytes=100).message
    assert "larger" in refusal(b"\xff" * 101, max_bytes=100).message


@each("name", HOSTILE)
def test_hostile_text_as_a_whole_file(name):
    try:
        found = parse(HOSTILE[name], name="x.yml").data
    except YamlError as error:
        assert error.where.startswith("x.yml:")  # noqa: PT017
        assert is_clean(error.message)  # noqa: PT017
    else:
        assert found is None or isinstance(found, str | dict | list | int)


def check_bounded(value, depth=0):
    """Only plain data, with text keys, not deep."""
    assert depth <= 61
    assert value is None or isinstance(value, str | bool | int | float | list | dict)
    if isinstance(value, int | float):
        str(value)
    for one in value if isinstance(value, list) else value.values() if isinstance(value, dict) else ():
        check_bounded(one, depth + 1)
    assert all(isinstance(key, str) for key in value) if isinstance(value, dict) else True


PIECES = [*"abc:-?[]{},&*!|>'\"%@`#~<\t\n ", "\n  ", "\n- ", ": ", "<<: ", "&a ", "*a", "---\n", "!!", "yes", "0x1"]
ODD = ["1:2", ".inf", "\r\n", "\x00", "\x85", "\ud800", "\ufeff", "|2\n", "\\x1b", "\u2028"]
yamlish = st.lists(st.one_of(st.sampled_from(PIECES + ODD), st.characters()), max_size=40).map("".join)


@given(yamlish, st.booleans())
def test_any_text_is_data_or_a_refusal_with_a_place(text, plain):
    try:
        parsed = parse(text, name="x.yml", plain=plain)
    except YamlError as error:
        assert error.message.startswith(("x.yml", "“<<” in x.yml"))  # noqa: PT017
        assert error.where.startswith("x.yml:")  # noqa: PT017
        assert is_clean(error.message + (error.hint or ""))  # noqa: PT017
    else:
        check_bounded(parsed.data)
        assert all(place.line >= 1 and place.column >= 1 for _path, place in parsed.duplicates)


@given(st.binary(max_size=60))
def test_any_bytes_are_data_or_a_refusal(raw):
    try:
        check_bounded(parse(raw, name="x.yml").data)
    except YamlError as error:
        assert error.where.startswith("x.yml:")  # noqa: PT017


def test_bytes_are_utf_8_or_marked():
    assert decode("п'ять".encode(), "x") == "п'ять"
    assert decode("п'ять".encode("utf-8-sig"), "x") == "п'ять"
    assert decode("п'ять".encode("utf-16"), "x") == "п'ять"
    with pytest.raises(YamlError) as refused:
        decode(b"a: b\nname: \xcf\xf0\xe8\xe2\xb3\xf2", "old.yml")
    assert refused.value.where == "old.yml:2"
    assert refused.value.hint == "Save it as UTF-8 and try again."
