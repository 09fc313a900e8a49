"""Bodies of issues to the byte, in three flavours; titles; what the web form's way of writing spoils."""

from support_cli.forms.model import Form, Kind, Option, Role, Value
from support_cli.forms.request import Attachment
from support_cli.issue_forms import form as issue_form
from support_cli.issue_forms import markdown
from support_cli.issue_forms.rendering import Flavour, file_markdown, problems, render_issue, render_title
from tests.issue_forms.texts import BUG, GITEA, GITLAB, TEMPLATE
from tests.making import ask, form
from tests.table import each

BUG_FORM = issue_form.load(BUG, name="bug.yml", form_id="bug").form
ANSWERS: dict[str, Value] = {
    "summary": "Sync stops",
    "what-happened": "1. I clicked  \n2. It stopped \n",
    "log-output": "$ sync\nerror",
    "version": "2.0",
    "systems": ["Windows", "Linux"],
    "terms": ["I agree to follow the [rules](https://example.org/rules)"],
    "files": ["/home/mira/a shot.png", "C:\\logs\\all.log"],
}


def foreign(*questions: object) -> Form:
    return form(*questions, foreign="github")  # type: ignore[arg-type]


class TestToday:
    def test_every_kind(self) -> None:
        assert render_issue(BUG_FORM, ANSWERS) == (
            "### Summary\n\nSync stops\n\n"
            "### What happened?\n\n1. I clicked  \n2. It stopped \n\n\n"
            "### Log output\n\n```shell\n$ sync\nerror\n```\n\n"
            "### Version\n\n2.0\n\n"
            "### Affected systems\n\nLinux, Windows\n\n"
            "### Before you send\n\n"
            "- [x] I agree to follow the [rules](https://example.org/rules)\n- [ ] I would like to help\n\n\n"
            "### Screenshots\n\n![a shot.png](a%20shot.png)\n[all.log](all.log)"
        )

    def test_nothing_answered(self) -> None:
        assert render_issue(BUG_FORM, {}) == (
            "### Summary\n\n_No response_\n\n"
            "### What happened?\n\n_No response_\n\n"
            "### Log output\n\n```shell\n\n```\n\n"
            "### Version\n\nNone\n\n"
            "### Affected systems\n\n_No response_\n\n"
            "### Before you send\n\n"
            "- [ ] I agree to follow the [rules](https://example.org/rules)\n- [ ] I would like to help\n\n\n"
            "### Screenshots\n\n_No response_"
        )


class TestClassic:
    def test_every_kind(self) -> None:
        assert render_issue(BUG_FORM, ANSWERS, flavour="issue-classic") == (
            "### Summary\n\nSync stops\n\n"
            "### What happened?\n\n1. I clicked  \r\n2. It stopped \r\n\n\n"
            "### Log output\n\n```shell\n$ sync\r\nerror\n```\n\n\n"
            "### Version\n\n2.0\n\n"
            "### Affected systems\n\nLinux, Windows\n\n"
            "### Before you send\n\n"
            "- [X] I agree to follow the [rules](https://example.org/rules)\n- [ ] I would like to help\n\n\n"
            "### Screenshots\n\n![a shot.png](a%20shot.png)\n[all.log](all.log)"
        )

    def test_nothing_chosen_and_nothing_to_fence_are_no_response(self) -> None:
        body = render_issue(BUG_FORM, {}, flavour=Flavour.CLASSIC)
        assert "### Log output\n\n_No response_\n\n### Version\n\n_No response_\n\n" in body


class TestGitea:
    def test_blocks_end_alike_and_texts_are_trimmed(self) -> None:
        body = render_issue(BUG_FORM, {**ANSWERS, "log-output": "a\n````\nb"}, flavour="issue-gitea")
        assert body.startswith(
            "### Summary\n\nSync stops\n\n### What happened?\n\n1. I clicked  \n2. It stopped\n\n### Log"
        )
        assert "### Log output\n\n`````shell\na\n````\nb\n`````\n\n### Version" in body
        assert body.endswith("[all.log](all.log)\n\n")

    def test_what_only_it_has(self) -> None:
        loaded = issue_form.load(GITEA, name="bug.yml", form_id="bug").form
        answers: dict[str, Value] = {"parts": ["Foot", "Case"], "boxes": ["seen", "only shown"]}
        assert render_issue(loaded, answers, flavour="issue-gitea") == (
            "Written into every issue.\n\n"
            "### How many?\n\n3\n\n"
            "### Code\n\n_No response_\n\n"
            "### Parts\n\n- Case\n- Foot\n\n"
            "### Boxes\n\n- [x] seen\n\n"
        )
        assert render_issue(loaded, answers) == render_issue(loaded, answers, flavour="issue-gitea")
        assert render_issue(loaded, answers, flavour="issue-classic") != render_issue(loaded, answers)

    def test_nothing_chosen(self) -> None:
        body = render_issue(BUG_FORM, {}, flavour="issue-gitea")
        assert "### Log output\n\n_No response_\n\n### Version\n\n_No response_\n\n" in body


def test_a_missing_label_leaves_the_heading_bare() -> None:
    one = foreign(ask(Kind.CHECKBOXES, "q", ("a",), label=""))
    assert render_issue(one, {"q": ["a"]}) == "### \n\n- [x] a"


def test_a_fence_inside_a_code_block_is_left_alone_and_told() -> None:
    one = foreign(ask(Kind.TEXTAREA, "log", render="text", label="Log"))
    assert render_issue(one, {"log": "a\n```\nb"}) == "### Log\n\n```text\na\n```\nb\n```"
    assert [(f.code, f.where) for f in problems(one, {"log": "a\n```\nb"})] == [("W101", "log")]
    assert problems(one, {"log": "a\n    ```\nb"}) == []
    assert problems(one, {"log": "a\n```\nb"}, Flavour.GITEA) == []


def test_a_comma_in_a_choice_is_told_when_it_was_taken() -> None:
    one = foreign(ask(Kind.DROPDOWN, "os", ("Linux, any", "macOS"), multiple=True))
    assert [f.code for f in problems(one, {"os": ["Linux, any"]})] == ["W102"]
    assert problems(one, {"os": ["macOS"]}) == []


def test_a_body_longer_than_an_issue_may_be_is_told() -> None:
    one = foreign(ask(Kind.TEXTAREA, "a"))
    assert [f.code for f in problems(one, {"a": "x" * 70_000})] == ["W103"]


def test_crlf_in_an_answer_becomes_lf() -> None:
    one = foreign(ask(Kind.TEXTAREA, "a", label="A"))
    assert render_issue(one, {"a": "one\r\ntwo"}) == "### A\n\none\ntwo"
    assert render_issue(one, {"a": "one\r\ntwo"}, flavour="issue-classic") == "### A\n\none\r\ntwo"


def test_escape_sequences_never_reach_the_document() -> None:
    one = foreign(ask(Kind.TEXTAREA, "a", label="A"), ask(Kind.DROPDOWN, "b", ("x",), label="B"))
    body = render_issue(one, {"a": "red\x1b[31m\u202e", "b": "y\x1b[0m"})
    assert body == "### A\n\nred\n\n### B\n\ny"


def test_attachments_of_an_upload_are_named() -> None:
    def attachment(name: str, kind: str, question: str | None) -> Attachment:
        return Attachment(path=name, name=name, type=kind, size=1, sha256="", question=question)

    one = foreign(ask(Kind.UPLOAD, "files", label="Files"))
    files = [attachment("shot.PNG", "image/png", "files"), attachment("a [1].log", "text/plain", "files")]
    other = attachment("other.txt", "text/plain", None)
    assert (
        render_issue(one, {}, [*files, other]) == "### Files\n\n![shot.PNG](shot.PNG)\n[a \\[1\\].log](a%20%5B1%5D.log)"
    )
    assert file_markdown("x\n](y).txt") == "[x \\](y).txt](x%20%5D%28y%29.txt)"


def test_a_form_of_ours_is_written_the_same_way() -> None:
    own = form(
        ask(Kind.STEPS, "steps", label="Steps"),
        ask(Kind.CONFIRM, "ok", label="I agree"),
        ask(Kind.NUMBER, "n", label="N"),
        ask(Kind.PHONE, "phone", label="Phone", private=True),
        ask(Kind.DROPDOWN, "d", (Option("a"), Option("b")), label="D"),
    )
    answers: dict[str, Value] = {"steps": ["one", "two"], "ok": True, "n": 3, "phone": "+48 1", "d": "b"}
    assert (
        render_issue(own, answers)
        == "### Steps\n\n1. one\n2. two\n\n### I agree\n\n- [x] I agree\n\n### N\n\n3\n\n### D\n\nb"
    )


class TestTemplate:
    form: Form = markdown.load(TEMPLATE, name="bug.md", form_id="bug").form

    def test_unanswered_it_is_the_template(self) -> None:
        assert TEMPLATE.endswith("---\n" + render_issue(self.form, {}))
        gitlab = markdown.load(GITLAB, name="x.md", form_id="x", front_matter=False).form
        assert render_issue(gitlab, {}) == GITLAB

    def test_answered_it_reads_as_if_typed_by_hand(self) -> None:
        answers: dict[str, Value] = {
            "describe-the-bug": "It stops.\n\nEvery time.\n",
            "to-reproduce": "1. Start\n2. Wait",
            "os": "Debian 12",
            "log": "$ tool -v\n```\nodd",
            "proposal": "Do not stop",
            "checklist": ["I searched for similar issues"],
        }
        assert render_issue(self.form, answers) == (
            "<!-- Please search before you write. -->\n"
            "**Describe the bug**\nIt stops.\n\nEvery time.\n\n"
            "**To reproduce**\n1. Start\n2. Wait\n\n"
            "**Setup (please complete):**\n - OS: Debian 12\n - Browser [e.g. Firefox]\n\n"
            "## Log\n\nRun it with `-v` and paste what it says:\n\n````text\n$ tool -v\n```\nodd\n````\n\n"
            "## Proposal\n\nDo not stop\n\n"
            "## Checklist\n\n- [x] I searched for similar issues\n- [ ] I can help\n\n---\n"
        )

    def test_quick_actions_stay_and_only_the_answered_remarks_go(self) -> None:
        gitlab = markdown.load(GITLAB, name="x.md", form_id="x", front_matter=False).form
        assert render_issue(gitlab, {"what-happens": "It burns", "the-job": "a: b"}) == (
            "## Summary\n\n<!-- What is it about? -->\n\n## What happens\n\nIt burns\n\n"
            "<details>\n<summary> the job </summary>\n\n```yml\na: b\n```\n</details>\n\n"
            '/label ~bug ~"group::tools"\n/assign @mira\n'
        )

    def test_windows_line_ends(self) -> None:
        crlf = markdown.load(TEMPLATE.replace("\n", "\r\n"), name="x", form_id="x").form
        body = render_issue(crlf, {"to-reproduce": "1. a\n2. b"})
        assert "\n" not in body.replace("\r\n", "")
        assert "**To reproduce**\r\n1. a\r\n2. b\r\n\r\n**Setup" in body


class TestTitle:
    def test_prefix_and_summary(self) -> None:
        form_with_roles = form(ask(Kind.INPUT, "s", role=Role.SUMMARY), title="[Bug]: ")
        assert render_title(form_with_roles, {"s": " Sync stops "}) == "[Bug]: Sync stops"
        assert render_title(form_with_roles, {}) == "[Bug]:"
        assert render_title(form_with_roles, {"s": "x"}, "Typed") == "[Bug]: Typed"

    @each(
        ("prefix", "expected"),
        [("", "It stops"), ("[x]", "[x] It stops"), ("[BUG] <title>", "[BUG] It stops"), ("it stops", "It stops")],
    )
    def test_prefixes(self, prefix: str, expected: str) -> None:
        assert render_title(form(title=prefix), {}, "It stops") == expected

    def test_else_the_first_words_of_the_details(self) -> None:
        details = form(ask(Kind.TEXTAREA, "d", role=Role.DETAILS))
        assert render_title(details, {"d": "\n---\n## It stops\nand more"}) == "It stops"
        assert len(render_title(details, {"d": "word " * 200})) <= 120
        assert render_title(details, {}) == ""

    def test_one_clean_line(self) -> None:
        assert render_title(form(title="a"), {}, "b\nc\x1b[31m\u202e" + "x" * 500) == ("a b c" + "x" * 500)[:256]
