"""Markdown templates as forms: sections become questions, remarks become hints, the bytes around them stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support_cli.base.finding import Level
from support_cli.base.text import clean_text
from support_cli.forms.model import Form, Kind
from support_cli.issue_forms import markdown
from support_cli.issue_forms.messages import LoadedForm
from support_cli.packs.errors import PackError
from tests.issue_forms.texts import BUG, GITLAB, TEMPLATE
from tests.table import each


def load(text: str | bytes, *, front_matter: bool = True) -> LoadedForm:
    return markdown.load(text, name="bug.md", form_id="bug", front_matter=front_matter)


def whole(form: Form) -> str:
    """The template that a form was made of."""
    return "".join("".join(q.source) for q in form.questions if q.source is not None) + form.trailer


def labels(form: Form) -> list[tuple[str, Kind]]:
    return [(question.label, question.kind) for question in form.questions if question.asks and question.on_form]


class TestGitHub:
    form: Form = load(TEMPLATE).form

    def test_front_matter(self) -> None:
        form = self.form
        assert (form.name, form.description, form.title) == ("Bug report", "Tell us what is broken", "[BUG] ")
        assert (form.labels, form.assignees, form.issue_type, form.foreign) == (
            ("bug", "triage"),
            (),
            "Bug",
            "markdown",
        )
        assert load(TEMPLATE).findings == ()

    def test_sections_are_questions(self) -> None:
        assert labels(self.form) == [
            ("Describe the bug", Kind.TEXTAREA),
            ("To reproduce", Kind.TEXTAREA),
            ("OS", Kind.INPUT),
            ("Browser", Kind.INPUT),
            ("Log", Kind.TEXTAREA),
            ("Proposal", Kind.TEXTAREA),
            ("Checklist", Kind.CHECKBOXES),
        ]

    def test_samples_and_remarks_are_hints(self) -> None:
        described, steps, system, browser, log = [q for q in self.form.questions if q.asks and q.on_form][:5]
        assert described.description == "A few sentences about it."
        assert (steps.description, steps.placeholder) == ("One step a line.", "1.\n2.")
        assert (system.placeholder, browser.placeholder) == ("e.g. Debian 12", "e.g. Firefox")
        assert (log.render, log.placeholder) == ("text", "paste here")
        assert log.description == "Run it with `-v` and paste what it says:"

    def test_what_stands_before_the_first_heading_is_read_out(self) -> None:
        assert [q.text for q in self.form.questions if not q.asks] == [
            "Please search before you write.",
            "## Setup (please complete)",
        ]

    def test_check_lists_are_boxes(self) -> None:
        boxes = self.form.question("checklist")
        assert boxes is not None
        assert [o.label for o in boxes.options] == ["I searched for similar issues", "I can help"]
        assert boxes.default == ["I can help"]

    def test_nothing_of_the_template_is_lost(self) -> None:
        assert TEMPLATE.endswith("---\n" + whole(self.form))
        assert whole(self.form).startswith("<!-- Please search")
        assert self.form.trailer == "---\n"

    def test_windows_line_ends_stay(self) -> None:
        form = load(TEMPLATE.replace("\n", "\r\n").encode()).form
        assert labels(form) == labels(self.form)
        assert whole(form) == whole(self.form).replace("\n", "\r\n")


class TestGitLab:
    form: Form = load(GITLAB, front_matter=False).form

    def test_folded_code_is_a_question_of_its_own(self) -> None:
        assert [(q.label, q.render) for q in self.form.questions if q.asks and q.on_form] == [
            ("Summary", None),
            ("What happens", None),
            ("the job", "yml"),
        ]
        assert [q.description for q in self.form.questions if q.asks and q.on_form][1:] == [
            "Tell it in your words.",
            "Put the job's definition below.",
        ]

    def test_quick_actions_stay_at_the_start_of_their_lines(self) -> None:
        assert self.form.trailer == '/label ~bug ~"group::tools"\n/assign @mira\n'
        assert whole(self.form) == GITLAB


MAIN = ("Description", Kind.TEXTAREA)
"""What is asked where a template asks for particulars only."""


@each(
    ("text", "expected"),
    [
        ("Title\n=====\nwords\n\nMore\n-----\nwords\n", [("Title", Kind.TEXTAREA), ("More", Kind.TEXTAREA)]),
        ("# Group\n\n## One\n\n## Two ##\n", [("One", Kind.TEXTAREA), ("Two", Kind.TEXTAREA)]),
        ("**OS:** \n**Version:** [e.g. 1]\n", [("OS", Kind.INPUT), ("Version", Kind.INPUT), MAIN]),
        ("## Setup\n- **Version :** \n* OS:\n", [("Version", Kind.INPUT), ("OS", Kind.INPUT), MAIN]),
        ("- Version:\n- Steps:\n", [("Version", Kind.INPUT), ("Steps", Kind.TEXTAREA)]),
        ("## Setup\n- Steps:\n  first this\n", [("Setup", Kind.TEXTAREA)]),
        ("## A\n```\n# no heading\n```\n", [("A", Kind.TEXTAREA), MAIN]),
        ("## A\n<!-- # no heading\n## neither -->\n", [("A", Kind.TEXTAREA)]),
        ("Tick:\n- [ ] one\n", [("Tick", Kind.CHECKBOXES), MAIN]),
        ("<!-- What is the bug? -->\n- Version:\n", [("What is the bug?", Kind.TEXTAREA), ("Version", Kind.INPUT)]),
        ("<!-- Tell the story. -->\n- Version:\n", [("Tell the story.", Kind.TEXTAREA), ("Version", Kind.INPUT)]),
        ("- Version:\n<!-- the story -->\n", [("Version", Kind.INPUT), ("the story", Kind.TEXTAREA)]),
        (
            "### Steps\n\n1. [First Step]\n2. [Second]\n\n**Expected:** [What]\n",
            [("Steps", Kind.TEXTAREA), ("Expected", Kind.TEXTAREA)],
        ),
        ("### Description\n- Version:\n", [("Description", Kind.TEXTAREA), ("Version", Kind.INPUT)]),
        ("**version**: (eg. 1.0)\n", [("version", Kind.INPUT), MAIN]),
        (
            "**version**: `1.0`\n- OS: <name>\n- URL: ...\n",
            [("version", Kind.INPUT), ("OS", Kind.INPUT), ("URL", Kind.INPUT), MAIN],
        ),
        (
            "## Setup\n- OS:\n- Parts:\n  - [ ] Case\n  - [ ] Lid\n- Log:\n",
            [("OS", Kind.INPUT), ("Parts", Kind.CHECKBOXES), ("Log", Kind.INPUT), MAIN],
        ),
        ("Version:\nOS:\n\n## Bug\n", [MAIN, ("Bug", Kind.TEXTAREA)]),
        ("- With issues:\n  - Search first.\n  - Be kind.\n\n## Bug\n", [("Bug", Kind.TEXTAREA)]),
        (
            "# Follow these steps:\n- [ ] one\n\n# Bug\n",
            [("Follow these steps", Kind.CHECKBOXES), ("Bug", Kind.TEXTAREA)],
        ),
        ("## OS\n- [ ] Linux\n<!-- in detail -->\n", [("OS", Kind.CHECKBOXES), ("in detail", Kind.TEXTAREA)]),
        ("only words, no heading", [("bug", Kind.TEXTAREA)]),
        ("", [("bug", Kind.TEXTAREA)]),
    ],
)
def test_shapes(text: str, expected: list[tuple[str, Kind]]) -> None:
    form = load(text).form
    assert labels(form) == expected
    assert whole(form) == text


def test_a_label_above_a_list_gives_its_name_to_the_list() -> None:
    form = load("- OS:\n- Parts:\n  - [ ] Case\n").form
    assert [q.id for q in form.questions if q.on_form] == ["os", "parts", "description"]


def test_a_table_is_filled_in_not_replaced() -> None:
    form = load("## Where\n<!-- all rows -->\n| a | b |\n|---|---|\n|   |   |\n").form
    (where,) = [question for question in form.questions if question.on_form]
    assert where.default == "| a | b |\n|---|---|\n|   |   |"
    assert where.description == "all rows"


class TestFrontMatter:
    def test_without_a_name_github_leaves_it_out(self) -> None:
        loaded = load("---\nabout: x\n---\n## A\n")
        assert [(f.code, f.level) for f in loaded.findings] == [("T150", Level.WARNING)]
        assert loaded.form.name == "bug"

    def test_broken_front_matter_is_told_and_the_rest_is_used(self) -> None:
        loaded = load("---\nname: [x\n---\n## A\n")
        assert [(f.code, f.level) for f in loaded.findings] == [("T150", Level.ERROR)]
        assert labels(loaded.form) == [("A", Kind.TEXTAREA)]
        assert whole(loaded.form) == "## A\n"

    def test_two_rules_are_no_front_matter(self) -> None:
        text = "---\n**Note**\n---\n## A\n"
        assert whole(load(text).form) == text

    @each("text", [f"---\n{BUG}---\n", f"---\n{BUG}", BUG, "# a remark\n" + BUG])
    def test_a_whole_form_in_a_markdown_file_is_that_form(self, text: str) -> None:
        loaded = load(text)
        assert [q.id for q in loaded.form.questions if q.asks][:2] == ["summary", "what-happened"]
        assert "T151" in [finding.code for finding in loaded.findings]

    def test_numbers_and_lists(self) -> None:
        form = load("---\nname: 1.10\nabout: yes\nlabels: [a, b]\n---\n## A\n").form
        assert (form.name, form.description, form.labels) == ("1.10", "yes", ("a", "b"))


_LINES = st.sampled_from(
    [
        *("# A", "## B", "**C**", "**D:** ", "- OS:", " - Browser [e.g. x]", "- [ ] one", "- [x] two", "<!-- c -->"),
        *("<!-- open", "-->", "```sh", "```", "~~~", "", "text", "---", "/label ~x", "<details>", "</details>", "1."),
        *("<summary>s</summary>", "| a | b |", "Title", "=====", "\u202ex", "\x1b[31m"),
    ]
)


@given(st.lists(_LINES, max_size=14).map("\n".join), st.booleans())
def test_every_text_is_a_template_and_none_of_it_is_lost(text: str, front_matter: bool) -> None:
    form = load(text, front_matter=front_matter).form
    ids = [question.id for question in form.questions]
    assert len(ids) == len(set(ids))
    assert any(question.asks for question in form.questions)
    assert clean_text(text).endswith(whole(form))
    if not front_matter:
        assert whole(form) == clean_text(text)


@pytest.mark.slow
@pytest.mark.parametrize(
    "line",
    [
        "<!-- x\n",
        "<!-- x --> y\n",
        "<details>\n",
        "```\n",
        "- OS:\n",
        "- [ ] a\n",
        "**D:** \n",
        "# A\n",
        "\n",
        "- ",
        "|",
        "# ",
    ],
)
def test_a_hundred_thousand_lines_do_not_hang_it(line: str) -> None:
    # A step that looks back at every line would take hours.
    text = "# A\n" + line * (200_000 // len(line)) + "x"
    form = load(text).form
    assert whole(form) == text
    assert sum(question.asks for question in form.questions) <= markdown.MOST_QUESTIONS


def test_too_large_is_refused() -> None:
    with pytest.raises(PackError):
        load("x" * (1 << 20) + "x")
