"""An issue goes exactly where it is shown to go, says what it must, and what a platform's program refuses is told."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from support_cli.base.errors import ExitCode, SupportError, UsageError
from support_cli.deliver.forge import ForgeError, ForgeUnclear
from support_cli.environment import Bench
from support_cli.requests.compose import new
from support_cli.requests.finish import FindingsStop
from support_cli.requests.issues import Opened
from support_cli.requests.options import NewOptions
from support_cli.requests.sending import send as later
from support_cli.requests.work import Outcome
from tests.table import each

FORM = """
name: Bug report
description: Something is broken
title: "[Bug]: "
labels: [bug, "needs, care"]
assignees: [anna]
projects: [acme/3]
type: Bug
body:
  - {type: textarea, id: what, attributes: {label: What happened?}}
  - {type: email, id: contact, attributes: {label: Contact Details}}
  - {type: upload, id: files, attributes: {label: Files}}
"""
# Writes down how it was called and what the body was; answers from answers.json, one line a call.
PROGRAM = """#!{python}
import json, pathlib, sys
home = pathlib.Path({home!r})
words = sys.argv[1:]
body = next((pathlib.Path(words[n + 1]).read_text("utf-8") for n, word in enumerate(words)
             if word in ("--body-file", "--description-file", "--input")), "")
calls = json.loads((home / "calls.json").read_text()) if (home / "calls.json").exists() else []
answers = json.loads((home / "answers.json").read_text())
code, out, err = answers[min(len(calls), len(answers) - 1)]
(home / "calls.json").write_text(json.dumps([*calls, [*words, body]]))
print(out)
print(err, file=sys.stderr)
sys.exit(code)
"""
ALL = ["--label", "--label", "--assignee", "--type"]
MADE = [0, "https://github.com/acme/tool/issues/7", ""]

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the stand-ins are scripts")


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Callable[[], list[list[str]]]]:
    """Puts a program into PATH that answers as it is told; returns what it was called with."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")

    def make(name: str, *answers: list[object]) -> Callable[[], list[list[str]]]:
        home = tmp_path / f"{name}-home"
        home.mkdir(exist_ok=True)
        (home / "calls.json").unlink(missing_ok=True)
        (home / "answers.json").write_text(json.dumps(answers or [MADE]))
        (folder / name).write_text(PROGRAM.format(python=sys.executable, home=str(home)), "utf-8")
        (folder / name).chmod(0o755)
        return lambda: json.loads((home / "calls.json").read_text()) if (home / "calls.json").exists() else []

    return make


@pytest.fixture
def clone(work_folder: Path) -> Callable[..., Path]:
    """Makes the current folder a clone of a remote, with one form."""

    def make(remote: str, place: str = ".github/ISSUE_TEMPLATE/bug.yml", form: str = FORM) -> Path:
        path = work_folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(form, "utf-8")
        (work_folder / ".git").mkdir(exist_ok=True)
        (work_folder / ".git" / "config").write_text(f'[remote "origin"]\n\turl = {remote}\n', "utf-8")
        return work_folder

    return make


def send(bench: Bench, channel: str, *sets: str, **more: object) -> Outcome:
    given = dict(one.split("=", 1) for one in ("title=It stops", "what=It stops at night", *sets))
    options = {"set": tuple(map("=".join, given.items())), "form": "bug", **more}
    return new(bench, NewOptions(no_input=True, send=True, channel=channel, **options))


REMOTES = [
    ("git@github.com:acme/tool.git", "github.com", "https://github.com/acme/tool"),
    ("git@github.acme.com:team/private.git", "github.acme.com", "https://github.acme.com/team/private"),
    ("ssh://git@github.acme.com:2222/team/private.git", "github.acme.com", "https://github.acme.com/team/private"),
    ("git@github.com-work:acme/tool.git", "github.com", "https://github.com/acme/tool"),
    ("work:acme/tool.git", "github.acme.com", "https://github.acme.com/acme/tool"),
    ("git@ssh.github.com:443/acme/tool.git", "", "https://github.com/acme/tool"),
    ("https://user:secret@github.acme.com/team/private.git", "", "https://github.acme.com/team/private"),
    ("git@code.acme.com:team/private.git", "code.acme.com", "https://code.acme.com/team/private"),
    ("https://code.acme.com:8443/team/private", "", "https://code.acme.com:8443/team/private"),
    ("http://code.acme.com:3000/team/private", "", "http://code.acme.com:3000/team/private"),
    ("git@gitlab.acme.com:group/sub/tool.git", "gitlab.acme.com", "https://gitlab.acme.com/group/sub/tool"),
    ("git@codeberg.org:acme/tool.git", "codeberg.org", "https://codeberg.org/acme/tool"),
    ("forge:acme/tool.git", "git.acme.com", "https://git.acme.com/acme/tool"),
]
PLACES = {
    "gh": ".github/ISSUE_TEMPLATE/bug.yml",
    "glab": ".gitlab/issue_templates/bug.md",
    "gitea": ".gitea/ISSUE_TEMPLATE/bug.yml",
}


@pytest.mark.parametrize("way", ["gh", "glab", "gitea"])
@each(("remote", "resolved", "page"), REMOTES)
def test_every_way_names_the_server(  # type: ignore[no-untyped-def]
    bench, clone, stand_in, monkeypatch: pytest.MonkeyPatch, remote: str, resolved: str, page: str, way: str
) -> None:
    """A table of remotes by ways; ``ssh -G`` says what an alias means."""
    stand_in("ssh", [0, f"user git\nhostname {resolved}\nport 22", ""])
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", lambda url: opened.append(url) or True)
    host = page.split("/")[2]
    told = {"github": "gh", "gitlab": "glab", "codeberg": "gitea"}.get(host.split(".")[0])
    if way == "glab" and told == "gitea":
        return  # Gitea looks for no such templates
    for name in PLACES.values():
        (bench().cwd / name).unlink(missing_ok=True)
    clone(remote, PLACES[way], FORM if way != "glab" else "## What\n\n")
    sets = (f"what=It stops, {REMOTES.index((remote, resolved, page))}",)  # each row is another request
    if told in (way, None) and way != "gitea":
        calls = stand_in(way)
        assert send(bench(), way, *sets).state == "sent"
        words = calls()[-1] if way == "glab" else calls()[0]
        assert words[words.index("--repo") + 1] == page
    assert send(bench(), "browser", *sets).state == "prepared"
    assert opened[-1].startswith(f"{page}/-/issues/new?" if "/-/" in opened[-1] else f"{page}/issues/new?")
    assert ("/-/" in opened[-1]) == ((told or way) == "glab")


@pytest.mark.parametrize("answer", [[0, "user git\nhostname work", ""], [255, "", "no such option"]])
@pytest.mark.parametrize("channel", ["gh", "browser", ""])
def test_a_server_that_nobody_knows_is_said(bench, clone, stand_in, answer: list[object], channel: str) -> None:  # type: ignore[no-untyped-def]
    stand_in("ssh", answer)
    calls = stand_in("gh")
    clone("git@work:team/private.git")
    with pytest.raises(UsageError, match="work:team/private, and which server work is"):
        send(bench(), channel)
    assert calls() == []


def test_a_short_name_of_gits_is_asked_of_git(bench, clone, stand_in) -> None:  # type: ignore[no-untyped-def]
    stand_in("ssh", [255, "", ""])
    stand_in("git", [0, "git@github.com:acme/tool.git", ""])
    calls = stand_in("gh")
    clone("gh:acme/tool.git")
    send(bench(), "gh")
    assert "https://github.com/acme/tool" in calls()[0]


@each(
    ("sets", "title"),
    [
        (("title=It stops",), "[Bug]: It stops"),
        (("title=[Bug]: ", "what=anna@example.org\nIt stops"), "[Bug]: It stops"),
        (("title=", "what=+380 44 123 45 67"), ""),
        (("title=", "what="), ""),
        (("title=", "what=", "contact=anna@example.org"), ""),
    ],
)
@pytest.mark.parametrize("way", ["gh", "glab"])
def test_a_title_is_needed_and_no_contact_is_one(
    bench, clone, stand_in, sets: tuple[str, ...], title: str, way: str
) -> None:  # type: ignore[no-untyped-def]
    calls = stand_in(way)
    form = FORM.replace("id: what,", "id: what, role: details,").replace("id: contact,", "id: contact, role: summary,")
    clone(f"git@{'github' if way == 'gh' else 'gitlab'}.com:acme/tool.git", form=form)
    options = NewOptions(form="bug", no_input=True, send=True, channel=way, set=sets)
    if title:
        new(bench(), options)
        assert calls()[0][calls()[0].index("--title") + 1] == title
    else:
        with pytest.raises(UsageError, match="needs a title"):
            new(bench(), options)
        assert calls() == []


def test_labels_assignees_type_and_projects_go_along(bench, clone, stand_in) -> None:  # type: ignore[no-untyped-def]
    calls = stand_in("gh")
    clone("git@github.com:acme/tool.git")
    outcome = send(bench(), "gh")
    first, project = calls()
    assert [one for one in first if one.startswith("--")] == [
        "--repo", "--title", "--body-file", "--label", "--label", "--assignee", "--type",
    ]  # fmt: skip
    assert '"needs, care"' in first
    assert project[:-1] == ["project", "item-add", "3", "--owner", "acme", "--url", MADE[1]]
    assert outcome.opened.notes == ()


@each(
    ("answers", "flags", "note"),
    [
        ([[1, "", "could not add label: 'bug' not found"], MADE], [], "without bug"),
        ([[1, "", "could not assign user: 'anna' not found"], MADE], [], "anna"),
        (
            [[1, "", "unknown flag: --type\n\nUsage: gh issue create"], MADE],
            ["--label", "--label", "--assignee"],
            "Bug",
        ),
        (
            [MADE, [1, "", "your token lacks the scope project"]],
            ["--label", "--label", "--assignee", "--type"],
            "acme/3",
        ),
        ([[1, MADE[1], "1 of 2 files failed"], MADE], ALL, "1 of 2"),
    ],
)
def test_what_a_repository_does_not_take_stops_no_issue(bench, clone, stand_in, answers, flags, note) -> None:  # type: ignore[no-untyped-def]
    calls = stand_in("gh", *answers)
    clone("git@github.com:acme/tool.git")
    outcome = send(bench(), "gh", f"what=It stops: {note}")
    last = [call for call in calls() if call[0] == "issue"][-1]
    assert [one for one in last if one.startswith("--")][3:] == flags
    assert note in " ".join(outcome.opened.notes)
    assert (outcome.state, outcome.opened.url) == ("sent", MADE[1])


@each(
    ("said", "kind"),
    [
        ("HTTP 401: Bad credentials (https://api.github.com/graphql)", ForgeError),
        ("the 'acme/tool' repository has disabled issues", ForgeError),
        ("error connecting to api.github.com\ncheck your internet connection", ForgeError),
        ('Post "https://api.github.com/graphql": EOF', ForgeUnclear),
        ("HTTP 502: label service (https://api.github.com/graphql)", ForgeUnclear),
        ("Post: read: connection reset by peer", ForgeUnclear),
    ],
)
def test_a_failure_is_told_as_what_it_is_and_not_tried_twice(bench, clone, stand_in, said, kind) -> None:  # type: ignore[no-untyped-def]
    calls = stand_in("gh", [1, "", said])
    clone("git@github.com:acme/tool.git")
    with pytest.raises(SupportError) as error:
        send(bench(), "gh")
    assert type(error.value) is kind
    assert len(calls()) == 1


@pytest.mark.parametrize("attaches", [True, False])
def test_pictures_are_attached_where_gh_can_and_no_link_is_dead(bench, clone, stand_in, attaches: bool) -> None:  # type: ignore[no-untyped-def]
    old = [[1, "", "unknown flag: --attach"], MADE]
    calls = stand_in("gh", *([MADE] if attaches else old))
    here = clone("git@github.com:acme/tool.git")
    (here / "a shot.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 50)
    (here / "app.log").write_text("12:00 started\n", "utf-8")
    outcome = send(bench(), "gh", attach=("a shot.png", "app.log"))
    call = [one for one in calls() if one[0] == "issue"][-1]
    body = call[-1]
    assert ("--attach" in call) is attaches
    if attaches:
        assert call[call.index("--attach") + 1] == "1.png"
        assert "![a shot.png](1.png)" in body
    else:
        assert "The file `a shot.png` could not be attached" in body
    assert "The file `app.log` could not be attached" in body
    assert "](a" not in body
    assert outcome.opened.files == (("app.log",) if attaches else ("a shot.png", "app.log"))


def test_a_text_that_is_too_long_or_tells_a_secret_is_not_sent(bench, clone, stand_in) -> None:  # type: ignore[no-untyped-def]
    calls = stand_in("gh")
    clone("git@github.com:acme/tool.git")
    with pytest.raises(UsageError, match="an issue takes 65536"):
        send(bench(), "gh", "what=" + "x " * 40_000)
    with pytest.raises(FindingsStop, match="Everybody could read it") as stopped:
        send(bench(), "gh", "what=It stops. My key is ghp_x7Kq2mWz9RtLp4VbN8sYc3HdF6gJ1aQe5UoT")
    assert stopped.value.exit_code is ExitCode.FINDINGS
    assert calls() == []


def test_glab_gets_the_text_in_a_file_or_by_the_api_and_never_as_an_argument(bench, clone, stand_in) -> None:  # type: ignore[no-untyped-def]
    made = [0, json.dumps({"iid": 7, "web_url": "https://gitlab.acme.com/group/sub/tool/-/issues/7"}), ""]
    calls = stand_in("glab", [1, "", "unknown flag: --description-file"], made)
    clone("git@gitlab.acme.com:group/sub/tool.git", ".gitlab/issue_templates/bug.md", "## What\n\n")
    outcome = send(bench(), "glab")
    first, second = calls()
    assert "It stops at night" not in " ".join(first[:-1] + second[:-1])
    assert second[:2] == ["api", "--hostname"]
    assert second[2] == "gitlab.acme.com"
    assert second[-2] == "projects/group%2Fsub%2Ftool/issues"
    assert "It stops at night" in json.loads(second[-1])["description"]
    assert outcome.opened.url.endswith("/issues/7")


def test_a_request_that_was_written_goes_the_same_ways_later(bench, clone, stand_in, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr("webbrowser.open", lambda _url: True)
    calls = stand_in("gh")
    clone("git@github.acme.com:acme/tool.git")
    sets = ("title=It stops", "what=It stops at night")
    written = new(bench(), NewOptions(form="bug", no_input=True, set=sets, output="bug.md"))
    sent = later(bench(), written.id, NewOptions(channel="gh"))
    assert isinstance(sent, Opened)
    assert (sent.state, sent.url) == ("sent", MADE[1])
    assert "https://github.acme.com/acme/tool" in calls()[0]
    opened = later(bench(), written.id, NewOptions(channel="browser"))
    assert isinstance(opened, Opened)
    assert opened.url.startswith("https://github.acme.com/acme/tool/issues/new?")
    empty = new(bench(), NewOptions(form="bug", no_input=True, set=("what=",), output="empty.md"))
    with pytest.raises(UsageError, match="needs a title"):
        later(bench(), empty.id, NewOptions(channel="gh"))
