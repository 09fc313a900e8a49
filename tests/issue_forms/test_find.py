"""What a clone, a folder or a file offers."""

import os
import shutil
from pathlib import Path
from typing import Final

import pytest

from support_cli.base.cache import Cache
from support_cli.base.finding import Level
from support_cli.distribution import find
from support_cli.distribution import issue_repository as issue_remote
from support_cli.forms.model import Role
from support_cli.issue_forms.chooser import Entry, EntryKind, Offer, read_chooser
from support_cli.issue_forms.repository import Repository, parse_remote, read_repository
from support_cli.issue_forms.url import new_issue_url
from support_cli.packs.errors import PackError, YamlError
from tests.distribution import places as git_places
from tests.issue_forms.texts import BUG, GITEA, GITLAB, TEMPLATE
from tests.table import each

CONFIG = """\
blank_issues_enabled: false
contact_links:
  - name: Forum
    url: https://example.org/forum
    about: Questions go there
"""


@pytest.fixture(autouse=True)
def no_aliases(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody's SSH settings matter here."""
    monkeypatch.setattr("support_cli.issue_forms.repository._said_by", lambda _command: "")


def make(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def named(name: str, body: str = BUG) -> str:
    return body.replace("Bug report", name)


def offer(path: Path) -> Offer:
    found = find.offers(path)
    assert found is not None
    return found


def lines(found: Offer) -> list[tuple[str, str, str]]:
    return [(entry.kind.value, entry.id, entry.name) for entry in found.entries]


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone with everything in it."""
    remote = "https://user:secret@github.com/acme/Widgets.git"
    return make(
        tmp_path / "widgets",
        {
            ".git/config": f'[core]\n\tbare = false\n[remote "origin"]\n\turl = {remote}\n\tfetch = x\n',
            ".github/ISSUE_TEMPLATE/2-feature.yml": named("Feature"),
            ".github/ISSUE_TEMPLATE/10 crash report.yaml": named("Crash"),
            ".github/ISSUE_TEMPLATE/1-bug.yml": BUG,
            ".github/ISSUE_TEMPLATE/0-other.md": TEMPLATE.replace("Bug report", "Other"),
            ".github/ISSUE_TEMPLATE/config.yml": CONFIG,
            ".github/ISSUE_TEMPLATE/pull_request_template.md": "x",
            ".github/ISSUE_TEMPLATE/notes.txt": "x",
            ".github/ISSUE_TEMPLATE/.hidden.yml": BUG,
            ".github/pull_request_template.md": "x",
            "src/deep/code.py": "",
        },
    )


class TestChooser:
    def test_forms_by_file_name_then_markdown_then_links(self, clone: Path) -> None:
        assert lines(offer(clone)) == [
            ("form", "1-bug", "Bug report"),
            ("form", "10-crash-report", "Crash"),
            ("form", "2-feature", "Feature"),
            ("markdown", "0-other", "Other"),
            ("link", "forum", "Forum"),
        ]
        assert offer(clone).entries[-1] == Entry(
            id="forum",
            kind=EntryKind.LINK,
            name="Forum",
            description="Questions go there",
            url="https://example.org/forum",
        )

    @pytest.mark.parametrize(
        "inside", ["src/deep", ".github", ".github/ISSUE_TEMPLATE", ".github/ISSUE_TEMPLATE/config.yml"]
    )
    def test_from_anywhere_in_the_clone(self, clone: Path, inside: str) -> None:
        assert lines(offer(clone / inside)) == lines(offer(clone))
        assert offer(clone / inside).name == "acme/Widgets"

    def test_here_means_the_clone_only(self, clone: Path, tmp_path: Path) -> None:
        here = find.offers_here(clone / "src")
        assert here is not None
        assert len(here.files) == 4
        assert find.offers_here(make(tmp_path / "other", {"bug.yml": BUG})) is None

    def test_a_relative_path(self, clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(clone / "src")
        assert offer(Path()).name == "acme/Widgets"
        assert len(offer(Path("..")).files) == 4

    def test_blank_issues_unless_they_are_turned_off(self, clone: Path) -> None:
        (clone / ".github/ISSUE_TEMPLATE/config.yml").unlink()
        assert lines(offer(clone))[-1] == ("blank", "blank", "Blank issue")

    def test_one_file(self, clone: Path) -> None:
        found = offer(clone / ".github/ISSUE_TEMPLATE/2-feature.yml")
        assert lines(found) == [("form", "2-feature", "Feature")]

    def test_the_same_name_twice_is_told(self, clone: Path) -> None:
        make(clone, {".github/ISSUE_TEMPLATE/3.yml": BUG})
        told = [entry.id for entry in offer(clone).entries if "T152" in [f.code for f in entry.findings]]
        assert told == ["1-bug", "3"]

    def test_a_broken_file_is_shown_with_its_trouble(self, clone: Path) -> None:
        make(clone, {".github/ISSUE_TEMPLATE/0.yml": "name: [", ".github/ISSUE_TEMPLATE/config.yml": "a: ["})
        found = offer(clone)
        broken = found.entries[0]
        assert (broken.id, broken.name) == ("0", "0")
        assert "not valid YAML" in broken.trouble
        assert [finding.code for finding in found.chooser.findings] == ["T160"]
        assert lines(found)[-1][0] == "blank"

    def test_only_texts_to_read_is_trouble(self, clone: Path) -> None:
        note = "name: Read me\ndescription: d\nbody:\n- type: markdown\n  attributes: {value: Go away}\n"
        make(clone, {".github/ISSUE_TEMPLATE/0.yml": note})
        assert offer(clone).entries[0].trouble == "There is nothing to ask in it."


class TestPlaces:
    def test_the_folders_name_in_any_case(self, tmp_path: Path) -> None:
        make(tmp_path, {".github/issue_template/bug.yml": BUG})
        assert list(offer(tmp_path).files) == ["bug"]

    @pytest.mark.parametrize(
        "place", ["ISSUE_TEMPLATE", "docs/ISSUE_TEMPLATE", ".gitea/issue_template", ".forgejo/ISSUE_TEMPLATE"]
    )
    def test_other_places(self, tmp_path: Path, place: str) -> None:
        make(tmp_path, {f"{place}/bug.yml": BUG, ".git/config": ""})
        assert list(offer(tmp_path).files) == ["bug"]

    @pytest.mark.parametrize(
        "name", ["ISSUE_TEMPLATE.md", ".github/issue_template.md", "docs/Issue_Template.MD", "ISSUE_TEMPLATE"]
    )
    def test_the_single_template_of_old(self, tmp_path: Path, name: str) -> None:
        make(tmp_path, {name: "## What\n\n## How\n", ".git/config": "", "PULL_REQUEST_TEMPLATE.md": "x"})
        found = offer(tmp_path)
        assert [(entry.kind.value, entry.name) for entry in found.entries] == [
            ("markdown", "Issue"),
            ("blank", "Blank issue"),
        ]

    def test_a_checked_out_repository_of_defaults(self, tmp_path: Path) -> None:
        root = make(tmp_path / ".github", {".git/config": "", ".github/ISSUE_TEMPLATE/bug.yml": BUG})
        assert list(offer(root).files) == ["bug"]
        other = make(tmp_path / "x" / ".github", {"ISSUE_TEMPLATE/bug.yml": BUG})
        assert list(offer(other).files) == ["bug"]

    def test_gitea(self, tmp_path: Path) -> None:
        make(tmp_path, {".gitea/ISSUE_TEMPLATE/bug.yaml": GITEA})
        assert offer(tmp_path).platform == "gitea"
        assert offer(tmp_path).load("bug").form.foreign == "gitea"

    def test_gitlab(self, tmp_path: Path) -> None:
        remote = '[remote "origin"]\n url = git@gitlab.example.org:group/sub/tool.git\n'
        make(
            tmp_path,
            {
                ".git/config": remote,
                ".github/ISSUE_TEMPLATE/bug.yml": BUG,
                ".gitlab/issue_templates/Default.md": GITLAB,
                ".gitlab/issue_templates/Feature request.md": "## Idea\n",
                ".gitlab/merge_request_templates/x.md": "x",
            },
        )
        found = offer(tmp_path)
        assert lines(found) == [
            ("markdown", "default", "Default"),
            ("markdown", "feature-request", "Feature request"),
            ("blank", "blank", "Blank issue"),
        ]
        assert (found.platform, found.default, found.name) == ("gitlab", "default", "group/sub/tool")

    def test_a_folder_of_discussion_forms(self, tmp_path: Path) -> None:
        form = "title: Q\nbody:\n- type: input\n  attributes: {label: Question}\n"
        found = offer(make(tmp_path / "DISCUSSION_TEMPLATE", {"q-a.yml": form}))
        assert [(entry.id, entry.name, entry.findings) for entry in found.entries] == [("q-a", "q-a", ())]

    def test_a_loose_folder_of_forms(self, tmp_path: Path) -> None:
        make(tmp_path, {"bug.yml": BUG, "ci.yml": "on: push\njobs: {}\n", "README.md": "# Hello\n", "t.md": TEMPLATE})
        assert lines(offer(tmp_path)) == [("form", "bug", "Bug report"), ("markdown", "t", "Bug report")]

    def test_nothing(self, tmp_path: Path) -> None:
        make(tmp_path, {"README.md": "# Hello\n", "picture.png": "x"})
        assert find.offers(tmp_path) is None
        assert find.offers(tmp_path / "picture.png") is None
        assert find.offers(tmp_path / "absent") is None

    def test_front_matter_in_a_file_for_forms(self, tmp_path: Path) -> None:
        path = make(tmp_path, {"x.yml": "---\nname: Agreed\nabout: d\n---\n\n# Number\n"}) / "x.yml"
        form, findings = offer(path).load("x")
        assert [question.label for question in form.questions if question.on_form] == ["Number"]
        assert "T153" in [finding.code for finding in findings]


class TestHostile:
    if os.name == "posix":  # elsewhere there are no pipes in folders, and links need rights

        def test_a_pipe_is_no_form(self, clone: Path) -> None:
            os.mkfifo(clone / ".github/ISSUE_TEMPLATE/pipe.yml")
            assert "pipe" not in offer(clone).files
            found = Offer(clone, clone, "", [clone / ".github/ISSUE_TEMPLATE/pipe.yml"])
            assert "regular file" in found.entries[0].trouble

        def test_links_are_not_followed(self, clone: Path, tmp_path: Path) -> None:
            outside = make(tmp_path / "outside", {"secret.yml": BUG, "ISSUE_TEMPLATE/secret.yml": BUG})
            (clone / ".github/ISSUE_TEMPLATE/link.yml").symlink_to(outside / "secret.yml")
            assert "link" not in offer(clone).files
            other = make(tmp_path / "other", {".git/config": ""})
            (other / ".github").symlink_to(outside)
            assert find.offers(other) is None

    def test_a_large_file_is_refused(self, clone: Path) -> None:
        make(clone, {".github/ISSUE_TEMPLATE/0.yml": BUG + "#" * (1 << 20)})
        assert "larger than a form" in offer(clone).entries[0].trouble

    def test_names_that_look_like_flags(self, tmp_path: Path) -> None:
        make(tmp_path, {".github/ISSUE_TEMPLATE/---01 bug.yml": BUG, ".github/ISSUE_TEMPLATE/01-bug.yml": BUG})
        assert list(offer(tmp_path).files) == ["01-bug", "01-bug-2"]


class TestPack:
    def test_is_read_form_by_form(self, clone: Path) -> None:
        pack = find.as_pack(offer(clone))
        assert (pack.manifest.name, pack.origin) == ("acme/Widgets", "issue-forms")
        assert pack.form_ids() == ["1-bug", "10-crash-report", "2-feature", "0-other"]
        assert pack.form_file("10-crash-report") == "10 crash report.yaml"
        assert pack.template("ticket.md.j2") is None

    def test_the_title_is_asked_first_under_a_name_of_its_own(self, tmp_path: Path) -> None:
        own = "name: Project\ndescription: d\nbody:\n- {type: input, attributes: {label: Title}}\n"
        make(tmp_path, {"ISSUE_TEMPLATE/bug.yml": BUG, "ISSUE_TEMPLATE/own.yml": own})
        pack = find.as_pack(offer(tmp_path))
        bug, project = pack.form("bug").questions[0], pack.form("own").questions
        assert (bug.id, bug.label, bug.default, bug.on_document) == ("title", "Title", "[Bug]: ", False)
        assert [(question.id, question.label) for question in project] == [
            ("issue-title", "Title of the issue"),
            ("title", "Title"),
        ]

    def test_roles_are_inferred(self, clone: Path) -> None:
        form = find.as_pack(offer(clone)).form("1-bug")
        assert form.with_role(Role.DETAILS) == form.question("what-happened")

    def test_the_digest_changes_with_any_file(self, clone: Path) -> None:
        before = find.as_pack(offer(clone)).digest
        assert before == find.as_pack(offer(clone)).digest
        make(clone, {".github/ISSUE_TEMPLATE/2-feature.yml": named("Wish")})
        assert find.as_pack(offer(clone)).digest != before

    def test_an_unknown_form_names_the_nearest(self, clone: Path) -> None:
        with pytest.raises(PackError) as caught:
            find.as_pack(offer(clone)).form("1-bgu")
        assert "1-bug" in (caught.value.hint or "")

    def test_strict_refuses_what_github_refuses(self, clone: Path) -> None:
        make(clone, {".github/ISSUE_TEMPLATE/1-bug.yml": BUG + "hello: world\n"})
        assert find.as_pack(offer(clone)).form("1-bug").questions
        with pytest.raises(PackError) as caught:
            find.as_pack(offer(clone), strict=True).form("1-bug")
        assert "`hello` is not a permitted key" in caught.value.message
        assert caught.value.findings

    def test_a_form_comes_from_the_cache_with_its_findings(self, clone: Path, tmp_path: Path) -> None:
        make(clone, {".github/ISSUE_TEMPLATE/1-bug.yml": BUG + "hello: world\n"})
        kept = tmp_path / "kept"
        first = find.as_pack(offer(clone), Cache(kept)).form("1-bug")
        assert list(kept.iterdir())
        again = offer(clone)
        assert find.as_pack(again, Cache(kept)).form("1-bug") == first
        assert [finding.code for finding in again.load("1-bug").findings] == ["T103"]
        next(kept.iterdir()).write_bytes(b"\xc1 broken")
        assert find.as_pack(offer(clone), Cache(kept)).form("1-bug") == first


@each(
    ("url", "expected"),
    [
        ("git@github.com:acme/widgets.git", Repository("github.com", "acme", "widgets", "github")),
        ("https://github.com/acme/widgets", Repository("github.com", "acme", "widgets", "github")),
        ("https://me:token@github.com/acme/widgets.git/", Repository("github.com", "acme", "widgets", "github")),
        ("ssh://git@ssh.github.com:443/acme/widgets.git", Repository("github.com", "acme", "widgets", "github")),
        ("git@ssh.github.com:443/acme/widgets.git", Repository("github.com", "acme", "widgets", "github")),
        ("ssh://git@github.example.com:2222/a/b.git", Repository("github.example.com", "a", "b", "github")),
        ("acme@acme.ghe.com:a/b", Repository("acme.ghe.com", "a", "b", "github")),
        ("https://gitlab.com/group/sub/tool.git", Repository("gitlab.com", "group/sub", "tool", "gitlab")),
        ("https://GitLab.example.org:8443/g/t", Repository("gitlab.example.org:8443", "g", "t", "gitlab")),
        ("git@codeberg.org:a/b.git", Repository("codeberg.org", "a", "b", "gitea")),
        ("https://code.example.org/a/b.c.git", Repository("code.example.org", "a", "b.c", "")),
        ("git://example.org/a/b", Repository("example.org", "a", "b", "")),
        ("/srv/git/widgets.git", None),
        ("../widgets", None),
        ("C:\\work\\widgets", None),
        ("file:///srv/a/b", None),
        ("https://github.com/acme", None),
        ("https://github.com/../a/b", None),
        ("https://github.com/a/b c", None),
        ("https://[::1/a/b", None),
        ("https://x.org:port/a/b", None),
        ("", None),
    ],
)
def test_addresses_of_remotes(url: str, expected: Repository | None) -> None:
    assert parse_remote(url) == expected


class TestRepository:
    def test_the_original_before_the_fork(self, tmp_path: Path) -> None:
        config = (
            '[remote "origin"]\nurl = git@github.com:me/x.git\n[remote "upstream"]\nurl = git@github.com:acme/x.git\n'
        )
        make(tmp_path, {".git/config": config})
        found = read_repository(tmp_path)
        assert found is not None
        assert (found.owner, found.web) == ("acme", "https://github.com/acme/x")

    def test_the_one_that_gh_was_told_to_use(self, tmp_path: Path) -> None:
        config = '[remote "upstream"]\nurl = git@github.com:a/x.git\n[remote "origin"]\nurl = git@github.com:b/x.git\n'
        config += "gh-resolved = base\n"
        make(tmp_path, {".git/config": config})
        found = read_repository(tmp_path)
        assert found is not None
        assert found.owner == "b"

    def test_a_worktree(self, tmp_path: Path) -> None:
        make(
            tmp_path,
            {
                "main/.git/config": '[remote "origin"]\nurl = git@github.com:acme/x.git\n',
                "main/.git/worktrees/w/commondir": "../..\n",
                "tree/.git": f"gitdir: {tmp_path}/main/.git/worktrees/w\n",
            },
        )
        found = read_repository(tmp_path / "tree")
        assert found is not None
        assert found.name == "x"

    @pytest.mark.parametrize("config", ["", "[remote", '[remote "x"]\nurl', "\x00\xff", '[remote "x"]\nurl = /srv/x'])
    def test_none(self, tmp_path: Path, config: str) -> None:
        make(tmp_path, {".git/config": config})
        assert read_repository(tmp_path) is None


class TestConfig:
    def test_empty_means_the_defaults(self) -> None:
        assert read_chooser("", "config.yml") == read_chooser("# nothing\n", "config.yml")
        assert read_chooser("", "config.yml").blank

    def test_faults_are_told_and_the_rest_is_used(self) -> None:
        chooser = read_chooser(
            "blank_issues_enabled: 'no'\ncontact_links:\n- name: A\n  url: https://a.org\n"
            "- url: javascript:alert(1)\n  name: B\n  about: b\n- x\nmore: 1\n",
            "config.yml",
        )
        assert [(link.name, link.url) for link in chooser.links] == [("A", "https://a.org"), ("B", "")]
        assert chooser.blank
        assert {finding.level for finding in chooser.findings} == {Level.ERROR}
        assert "config.yml:3:3" in [finding.where for finding in chooser.findings]

    def test_broken(self) -> None:
        with pytest.raises(YamlError):
            read_chooser("a: [", "config.yml")
        assert read_chooser("- a", "config.yml").findings


class TestNames:
    def test_a_form_is_found_by_what_people_call_it(self, clone: Path) -> None:
        pack = find.as_pack(offer(clone))
        names = ["1-bug", "1-BUG.yml", "1 bug", "Bug report", "bug_REPORT", "🐛 Bug report", "10 crash report.yaml"]
        assert [pack.find(name) for name in names] == [*["1-bug"] * 6, "10-crash-report"]
        assert pack.form("bug report").id == "1-bug"
        assert [pack.find(name) for name in ("", "nothing", "🐛", "yml")] == ["", "", "", ""]

    def test_a_name_that_two_forms_have_is_none(self, tmp_path: Path) -> None:
        pack = find.as_pack(offer(make(tmp_path, {f".github/ISSUE_TEMPLATE/{one}.yml": BUG for one in "ab"})))
        assert (pack.find("Bug report"), pack.find("A.YML")) == ("", "a")

    @each(
        "name",
        [
            *(".github/pull_request_template.md", "PULL_REQUEST_TEMPLATE.md", ".github/PULL_REQUEST_TEMPLATE/one.md"),
            ".gitlab/merge_request_templates/Default.md",
        ],
    )
    def test_templates_for_pull_requests_are_refused(self, tmp_path: Path, name: str) -> None:
        make(tmp_path, {name: "## What\n"})
        with pytest.raises(PackError, match="for pull requests, not for issues"):
            find.offers(tmp_path / name)

    def test_discussions_have_a_page_of_their_own_and_no_program(self, clone: Path) -> None:
        make(clone, {".github/DISCUSSION_TEMPLATE/Ideas.yml": BUG})
        pack = find.as_pack(offer(clone / ".github" / "DISCUSSION_TEMPLATE"))
        assert list(pack.manifest.channels) == ["browser"]
        made = new_issue_url(
            "https://github.com/acme/widgets", pack.form("ideas"), {"summary": "S"},
            form_file=pack.form_file("ideas"), title="T", platform="discussion",
        )  # fmt: skip
        assert made.url == "https://github.com/acme/widgets/discussions/new?category=ideas&title=T&summary=S"


class TestWithoutAClone:
    FILES: Final = {
        ".github/ISSUE_TEMPLATE/1_Bug.yml": BUG,
        ".github/ISSUE_TEMPLATE/config.yml": CONFIG,
        ".github/workflows/x.yml": "on: push",
        "src/main.py": "",
    }

    def offer(self, address: str, cache: Path) -> tuple[Offer, str]:
        return issue_remote.offers_of(issue_remote.source_of(address, cache), cache, dict(os.environ))

    def test_the_forms_of_the_main_branch_are_fetched(self, tmp_path: Path) -> None:
        remote = git_places.Repository(tmp_path)
        remote.commit({".github/ISSUE_TEMPLATE/old.yml": BUG}, tag="v1.0.0")
        shutil.rmtree(remote.tree / ".github")
        remote.commit(self.FILES)
        found, trouble = self.offer(remote.url, tmp_path / "cache")
        assert (list(found.files), trouble) == (["1_bug"], "")
        assert [link.name for link in found.chooser.links] == ["Forum"]
        assert find.as_pack(found).where == found.address == f"git+{remote.url}"
        kept = [path.name for path in (tmp_path / "cache").rglob("*") if path.is_file()]
        assert sorted(kept) == ["1_Bug.yml", "config.yml"]

    def test_without_a_connection_the_last_ones_are_used_and_it_is_said(self, tmp_path: Path) -> None:
        remote = git_places.Repository(tmp_path)
        remote.commit(self.FILES)
        self.offer(remote.url, tmp_path / "cache")
        shutil.rmtree(remote.bare)
        remote.bare.mkdir()
        found, trouble = self.offer(remote.url, tmp_path / "cache")
        assert list(found.files) == ["1_bug"]
        assert trouble
        with pytest.raises(PackError):
            self.offer(remote.url, tmp_path / "empty")

    def test_without_forms_it_is_said(self, tmp_path: Path) -> None:
        remote = git_places.Repository(tmp_path)
        remote.commit({"README.md": "x"})
        with pytest.raises(PackError, match="holds no issue forms"):
            self.offer(remote.url, tmp_path / "cache")

    @each(
        ("address", "expected"),
        [
            ("https://github.com/acme/widgets", "git+https://github.com/acme/widgets"),
            ("https://github.com/acme/widgets/", "git+https://github.com/acme/widgets"),
            ("https://github.com/acme/widgets/issues/new/choose", "git+https://github.com/acme/widgets"),
            ("https://github.com/acme/widgets/issues?q=is%3Aopen#x", "git+https://github.com/acme/widgets"),
            ("https://gitlab.com/a/b/c/-/issues", "git+https://gitlab.com/a/b/c"),
            ("https://github.com/acme/widgets/tree/main/docs", "git+https://github.com/acme/widgets"),
            ("git@github.com:acme/widgets.git", "git@github.com:acme/widgets.git"),
        ],
    )
    def test_addresses_as_a_browser_has_them(self, address: str, expected: str) -> None:
        assert issue_remote.source_of(address, Path.cwd()).text == expected

    @each(
        "address",
        [
            *(
                "http://example.org/a/b",
                "https://user:pw@github.com/a/b",
                "ssh://-x/y",
                "git+ext::sh -c x",
                "git+file:///no",
            ),
            *("https://example.org/pack.zip", "file:///pack.zip"),
        ],
    )
    def test_what_is_no_repository_is_refused_before_anything_is_asked(self, address: str) -> None:
        with pytest.raises(PackError) as caught:
            issue_remote.source_of(address, Path.cwd())
        assert caught.value.where == "--pack"
        assert "pw@" not in str(caught.value)
