"""What was typed, dropped or pasted, and which files it means."""

import os
from pathlib import Path
from unicodedata import category

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support_cli.attachments import globbing
from support_cli.attachments.expand import Expansion, expand, words
from tests.table import each


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A folder like somebody's desktop."""
    for name in (
        "a.log", "b.log", "photo.png", "my photo.png", "it's.txt", "draft[1].txt", "d1.txt", "back\\slash.txt",
        "Знімок екрана.png", ".hidden.log", "shot 10.png", "shot 2.png", "logs/x.log", "logs/.secret",
        "logs/deep/y.log", "logs/deep/z.txt",
    ):  # fmt: skip
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name, encoding="utf-8")
    return tmp_path


def names(found: Expansion, here: Path) -> list[str]:
    return [str(path.relative_to(here)) for path in found.paths]


@each(
    ("text", "expected"),
    [
        ("a.log", ["a.log"]),
        ("  a.log \n", ["a.log"]),
        ("a.log b.log", ["a.log", "b.log"]),
        ("a.log\nb.log\r\n", ["a.log", "b.log"]),
        ("my photo.png", ["my photo.png"]),
        ("a.log my photo.png b.log", ["a.log", "my photo.png", "b.log"]),
        ("'my photo.png'", ["my photo.png"]),
        ('"my photo.png" a.log', ["my photo.png", "a.log"]),
        ("my\\ photo.png a.log", ["my photo.png", "a.log"]),
        ("'it'\\''s.txt' a.log", ["it's.txt", "a.log"]),
        ("it's.txt", ["it's.txt"]),
        ("it's.txt a.log", ["it's.txt", "a.log"]),
        ("Знімок\\ екрана.png", ["Знімок екрана.png"]),
        ("draft[1].txt", ["draft[1].txt"]),
        ("draft[1].txt a.log", ["draft[1].txt", "a.log"]),
        ("back\\slash.txt", ["back\\slash.txt"]),
        ("back\\\\slash.txt", ["back\\slash.txt"]),
        ("*.log", ["a.log", "b.log"]),
        ("[ab].log", ["a.log", "b.log"]),
        ("?.log", ["a.log", "b.log"]),
        (".*.log", [".hidden.log"]),
        ("shot*", ["shot 2.png", "shot 10.png"]),
        ("logs/*.log", ["logs/x.log"]),
        ("logs/**/*.log", ["logs/deep/y.log", "logs/x.log"]),
        ("logs/**", ["logs/deep/y.log", "logs/deep/z.txt", "logs/x.log"]),
        ("l*/d*/*", ["logs/deep/y.log", "logs/deep/z.txt"]),
        ("logs/deep", ["logs/deep/y.log", "logs/deep/z.txt"]),
        ("logs/deep/", ["logs/deep/y.log", "logs/deep/z.txt"]),
        ("logs/../a.log", ["a.log"]),
        ("./a.log a.log", ["a.log"]),
        (".hidden.log", [".hidden.log"]),
        ("FILE:{here}/a.log", ["a.log"]),
        ("file://{here}/my%20photo.png", ["my photo.png"]),
        ("file://localhost{here}/a.log\r\nfile://{here}/b.log", ["a.log", "b.log"]),
        (
            "file://{here}/%D0%97%D0%BD%D1%96%D0%BC%D0%BE%D0%BA%20%D0%B5%D0%BA%D1%80%D0%B0%D0%BD%D0%B0.png",
            ["Знімок екрана.png"],
        ),
    ],
)
def test_what_is_meant(here: Path, text: str, expected: list[str]) -> None:
    found = expand(text.replace("{here}", str(here)), cwd=here, windows=False)
    assert (names(found, here), found.problems) == (expected, ())


def test_absolute_paths_and_home(here: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory) -> None:
    monkeypatch.setenv("HOME", str(here))
    monkeypatch.setenv("USERPROFILE", str(here))
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    for text in (f"{here}/a.log", "~/a.log", "~/[a].log", f"{here}/[a].log"):
        assert names(expand(text, cwd=elsewhere), here) == ["a.log"]
    (elsewhere / "~").mkdir()
    (elsewhere / "~" / "a.log").touch()
    assert expand("~/a.log", cwd=elsewhere).paths == (elsewhere / "~" / "a.log",)


@each(
    ("text", "sentence"),
    [
        ("C:\\x y\\a.png", None),
        ('"C:\\x y\\a.png" a.log', None),
        ("'C:\\x y\\a.png' a.log", None),
        ("& 'C:\\x y\\a.png'", None),
        ("C:\\x y\\a.png a.log", None),
        ("C:\\x\\a.png", "There is no file C:\\x\\a.png."),
    ],
)
def test_windows_paths(here: Path, text: str, sentence: str | None) -> None:
    """The file has that whole name here, for want of a Windows disk; what counts is that nothing is unescaped."""
    (here / "C:\\x y\\a.png").touch()
    found = expand(text, cwd=here, windows=True)
    assert [problem.message for problem in found.problems] == ([sentence] if sentence else [])
    assert ("C:\\x y\\a.png" in names(found, here)) is (sentence is None)


def test_windows_patterns_know_both_separators_and_no_case(here: Path) -> None:
    assert names(expand("LOGS\\*.LOG", cwd=here, windows=True), here) == []
    assert names(expand("logs\\*.LOG", cwd=here, windows=True), here) == ["logs/x.log"]
    assert names(expand("logs/**\\*.log", cwd=here, windows=True), here) == ["logs/deep/y.log", "logs/x.log"]


def test_an_argument_that_a_shell_has_split_is_one_thing(here: Path) -> None:
    found = expand("my phot.png", cwd=here, split=False)
    assert [problem.text for problem in found.problems] == ["my phot.png"]
    assert names(expand("*.log", cwd=here, split=False), here) == ["a.log", "b.log"]
    assert names(expand("logs/deep", cwd=here, split=False), here) == ["logs/deep/y.log", "logs/deep/z.txt"]


@each(
    ("text", "problems"),
    [
        ("fhoto.png", [("fhoto.png", "There is no file fhoto.png.", "Did you mean photo.png, my photo.png?")]),
        ("my phoot.png", [("my phoot.png", "There is no file my phoot.png.", "Did you mean my photo.png?")]),
        ("A.LOG", [("A.LOG", "There is no file A.LOG.", "Did you mean a.log?")]),
        ("qqqqqqq", [("qqqqqqq", "There is no file qqqqqqq.", "Check the path.")]),
        (
            "'no one' a.log",
            [("'no one'", "There is no file 'no one'.", "Check the path.")],
        ),
        (
            "lags/x.log",
            [
                (
                    "lags/x.log",
                    "There is no file lags/x.log: the folder {here}/lags does not exist.",
                    "Check the path.",
                )
            ],
        ),
        (
            "*.pdf",
            [("*.pdf", "No file matches *.pdf.", "Put the name in quotes if * ? or [ belong to it.")],
        ),
        (
            "https://desk.test/a.png",
            [
                (
                    "https://desk.test/a.png",
                    "https://desk.test/a.png is an address, not a file.",
                    "Save it to this computer first, or put the address into the text.",
                )
            ],
        ),
        (
            "file://nas.local/share/a.png",
            [
                (
                    "file://nas.local/share/a.png",
                    "file://nas.local/share/a.png is on another computer.",
                    "Copy the file to this computer and add the copy.",
                )
            ],
        ),
        ("a\0b", [("ab", "ab cannot be the name of a file.", "")]),
        ("\x1b[31mred", [("red", "There is no file red.", "Check the path.")]),
    ],
)
def test_what_is_not_found_is_a_sentence(here: Path, text: str, problems: list[tuple[str, str, str]]) -> None:
    found = expand(text, cwd=here, windows=False)
    assert [(p.text, p.message, p.hint) for p in found.problems] == [
        (text, message.format(here=here), hint) for text, message, hint in problems
    ]


def test_the_good_ones_are_taken_beside_the_bad(here: Path) -> None:
    found = expand("a.log nothing.here b.log *.zip", cwd=here)
    assert names(found, here) == ["a.log", "b.log"]
    assert sorted(problem.text for problem in found.problems) == ["*.zip", "nothing.here"]


def test_a_name_that_only_looks_the_same_is_found(tmp_path: Path) -> None:
    """macOS puts a narrow blank before PM; its disks keep й as two characters."""
    (tmp_path / "Screenshot 2026-11-22 at 6.20.00\u202fPM.png").touch()
    (tmp_path / "и\u0306ога.png").touch()
    for text in ("Screenshot 2026-11-22 at 6.20.00 PM.png", "'Screenshot 2026-11-22 at 6.20.00 PM.png'", "йога.png"):
        found = expand(text, cwd=tmp_path)
        assert (len(found.paths), found.problems) == (1, ())
        assert found.paths[0].exists()
    dropped = expand("Screenshot\\ 2026-11-22\\ at\\ 6.20.00\u202fPM.png", cwd=tmp_path)
    assert len(dropped.paths) == 1


def test_a_folder_says_what_it_leaves_out(here: Path) -> None:
    folder = here / "logs"
    os.mkfifo(folder / "pipe")
    (folder / "passwords").symlink_to("/etc/passwd")
    (folder / "latest.log").symlink_to("x.log")
    found = expand("logs", cwd=here)
    assert names(found, here) == ["logs/latest.log", "logs/x.log"]
    assert found.problems == ()
    assert {note.text for note in found.notes} == {"logs"}
    assert [note.message for note in found.notes] == [
        "1 hidden file stays out; add it by its name.",
        "1 folder inside stays out; add /** to take what is in it.",
        "1 link that leads elsewhere stays out; add it by its name.",
        "1 pipe, socket or device stays out.",
    ]


def test_an_empty_folder_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "empty" / "inner").mkdir(parents=True)
    found = expand("empty", cwd=tmp_path)
    assert [problem.message for problem in found.problems] == [f"There are no files in the folder {tmp_path}/empty."]
    assert len(found.notes) == 1


@pytest.mark.slow
def test_a_folder_of_ten_thousand_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "many").mkdir()
    for number in range(10_000):
        (tmp_path / "many" / f"{number}.log").touch()
    for text in ("many", "many/*", "many/**", "**/*.log"):
        found = expand(text, cwd=tmp_path)
        assert found.paths == ()
        assert [problem.message for problem in found.problems] == [f"{text} stands for more than 200 files."]
    assert names(expand("many/99*9.log", cwd=tmp_path), tmp_path) == ["many/999.log"] + [
        f"many/99{n}9.log" for n in range(10)
    ]


def test_a_search_without_end_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(globbing, "MAX_SEEN", 50)
    for number in range(60):
        (tmp_path / f"{number}").mkdir()
    found = expand("**/*.log", cwd=tmp_path)
    assert [problem.message for problem in found.problems] == ["**/*.log is too much to search through."]


def test_folders_in_a_circle_end(here: Path) -> None:
    (here / "logs" / "again").symlink_to("..")
    assert names(expand("**/y.log", cwd=here), here) == ["logs/deep/y.log"]


@pytest.mark.slow
def test_very_deep_folders_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for _level in range(600):
        os.mkdir("d")
        os.chdir("d")
    found = expand("**/*.log", cwd=tmp_path)
    assert len(found.problems) == 1


def test_too_many_names_at_once(here: Path) -> None:
    found = expand("\n".join(f"n{n}" for n in range(300)), cwd=here)
    assert [problem.message for problem in found.problems] == ["These are 300 names; at most 200 are taken at once."]
    assert len(expand("x" * 300_000, cwd=here).problems) == 1


def test_nothing_means_nothing(here: Path) -> None:
    assert expand("", cwd=here) == expand(" \r\n\t ", cwd=here) == Expansion()


def test_dangling_links_and_closed_files_are_left_to_be_explained(here: Path) -> None:
    (here / "gone.log").symlink_to("nowhere")
    assert names(expand("gone.log", cwd=here), here) == ["gone.log"]


def test_a_name_that_is_not_utf8_can_be_dropped(tmp_path: Path) -> None:
    raw = os.fsencode(tmp_path) + b"/\xf4.png"
    Path(os.fsdecode(raw)).touch()
    for text in (os.fsdecode(raw), f"file://{tmp_path}/%F4.png", "*.png"):
        assert [os.fsencode(path) for path in expand(text, cwd=tmp_path).paths] == [raw]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.one_of(
        st.text(max_size=60),
        st.text(alphabet="ab.log*?[]'\"\\ /~:\n", max_size=40),
        st.text(alphabet="fileFILE:/%0a*", max_size=30),
    ),
    windows=st.booleans(),
)
def test_any_text_ends_in_files_or_sentences(here: Path, text: str, windows: bool) -> None:
    found = expand(text.replace("/", "logs/"), cwd=here, windows=windows)
    assert all(path.is_absolute() for path in found.paths)
    assert len(set(found.paths)) == len(found.paths)
    for item in found.problems + found.notes:
        assert not {category(c) for c in item.message + item.text} & {"Cc", "Cs", "Zl", "Zp"}
    if not found.paths and not found.problems:
        assert not text.replace("/", "logs/").strip(" \t\r\n") or not words(text, windows=windows)


@given(
    st.lists(
        st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1), max_size=6
    )
)
def test_what_a_shell_quotes_comes_back(values: list[str]) -> None:
    import shlex

    assert [word.value for word in words(shlex.join(values), windows=False)] == values
