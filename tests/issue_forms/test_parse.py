"""The way back: bodies of issues read into answers, and a word wherever the bytes do not tell."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support_cli.base.text import clean_text
from support_cli.forms.model import Form, Kind, Question, Value
from support_cli.issue_forms import form as issue_form
from support_cli.issue_forms import markdown, roles
from support_cli.issue_forms.parse import match_sections, parse_issue, split_sections
from support_cli.issue_forms.rendering import Flavour, render_issue
from tests.issue_forms.texts import BUG, GITEA, GITLAB, RUSSIAN, TEMPLATE
from tests.making import ask, form
from tests.table import each

BUG_FORM = issue_form.load(BUG, name="bug.yml", form_id="bug").form
GITEA_FORM = issue_form.load(GITEA, name="bug.yml", form_id="bug").form
RUSSIAN_FORM = issue_form.load(RUSSIAN, name="ru.yml", form_id="ru").form
HARD_FORM = form(
    ask(Kind.DROPDOWN, "several", ("a", "b", "a, b", "b, c", "c", "c, "), label="Several", multiple=True),
    ask(Kind.TEXTAREA, "one", label="Text"),
    ask(Kind.DROPDOWN, "single", ("x", "None", "_No response_"), label="Single"),
    ask(Kind.TEXTAREA, "code", label="Code", render="sh"),
    ask(Kind.TEXTAREA, "two", label="Text"),
    ask(Kind.INPUT, "line", label=""),
    foreign="github",
)

_lines = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf"]), min_size=1, max_size=20).map(clean_text)


def _texts(of: Form) -> st.SearchStrategy[str]:
    headings = [f"### {question.label}\n" for question in of.questions if question.asks]
    odd = ["", "```", "```sh", "_No response_", "None", "- [x] a", "a, b", "  x  ", *headings]
    return st.lists(st.one_of(_lines, st.sampled_from(odd)), min_size=1, max_size=5).map("\n".join)


def _values(of: Form, question: Question) -> st.SearchStrategy[Value]:
    labels = [option.label for option in question.options if option.on_document]
    several: Callable[[list[str]], list[str]] = lambda taken: [label for label in labels if label in taken]  # noqa: E731
    if question.kind is Kind.DROPDOWN and not question.multiple:
        return st.sampled_from(labels)
    if question.kind in (Kind.DROPDOWN, Kind.CHECKBOXES):
        return st.lists(st.sampled_from(labels), min_size=1, unique=True).map(several)
    if question.kind is Kind.UPLOAD:
        return st.lists(st.sampled_from(["a.png", "b c.log", "x[1].txt"]), min_size=1, max_size=2)
    return _lines if question.kind is Kind.INPUT else _texts(of)


@st.composite
def answered(draw: st.DrawFn, of: Form, *, trimmed: bool) -> dict[str, Value]:
    """Answers as the questionnaire stores them: nothing that is empty or only says that it is."""
    answers: dict[str, Value] = {}
    for question in of.questions:
        if question.asks and question.on_form and draw(st.booleans()):
            value = draw(_values(of, question))
            if isinstance(value, str) and question.kind is not Kind.DROPDOWN:
                value = value.strip() if trimmed else value
                if not value.strip() or value == "_No response_":
                    continue
            answers[question.id] = value
    return answers


@pytest.mark.parametrize("flavour", list(Flavour))
@pytest.mark.parametrize("of", [BUG_FORM, RUSSIAN_FORM, HARD_FORM, GITEA_FORM], ids=["bug", "ru", "hard", "gitea"])
@given(st.data())
def test_what_was_rendered_is_read_back_or_said_to_be_unclear(of: Form, flavour: Flavour, data: st.DataObject) -> None:
    if of is GITEA_FORM:
        flavour = Flavour.GITEA
    answers = data.draw(answered(of, trimmed=flavour is Flavour.GITEA))
    parsed = parse_issue(of, render_issue(of, answers, flavour=flavour), flavour)
    if of is GITEA_FORM:
        answers = {**answers, "count": "3"}  # only in the document, as its form says
    assert parsed.exact
    unclear = {one.question: one.candidates for one in parsed.ambiguous}
    for question in of.questions:
        value = answers.get(question.id)
        if question.id in unclear:
            assert value in unclear[question.id]
        else:
            assert parsed.answers.get(question.id) == value
    assert parsed.leftover == ""


def test_the_flavour_is_found_out() -> None:
    answers: dict[str, Value] = {"summary": "a", "what-happened": "b\n\nc", "log-output": "x", "systems": ["macOS"]}
    for flavour in Flavour:
        assert parse_issue(BUG_FORM, render_issue(BUG_FORM, answers, flavour=flavour)).answers == answers


class TestUnclear:
    def test_choices_with_commas(self) -> None:
        parsed = parse_issue(HARD_FORM, render_issue(HARD_FORM, {"several": ["a", "b"]}))
        (unclear,) = [one for one in parsed.ambiguous if one.question == "several"]
        assert list(unclear.candidates) == [["a", "b"], ["a, b"]] or list(unclear.candidates) == [["a, b"], ["a", "b"]]
        assert "commas" in unclear.message

    def test_a_heading_inside_an_answer(self) -> None:
        two = form(ask(Kind.TEXTAREA, "a", label="A"), ask(Kind.TEXTAREA, "b", label="B"), foreign="github")
        parsed = parse_issue(two, "### A\n\nx\n\n### B\n\ny\n\n### B\n\nz")
        assert [(one.question, one.candidates) for one in parsed.ambiguous] == [
            ("a", ("x", "x\n\n### B\n\ny")),
            ("b", ("y\n\n### B\n\nz", "z")),
        ]
        assert "A heading of the form stands inside an answer" in parsed.ambiguous[0].message

    def test_a_heading_that_can_only_be_one_thing_is_clear(self) -> None:
        two = form(ask(Kind.TEXTAREA, "a", label="A"), ask(Kind.DROPDOWN, "b", ("y", "z"), label="B"), foreign="github")
        parsed = parse_issue(two, "### A\n\nx\n\n### B\n\nno\n\n### B\n\nz")
        assert parsed.ambiguous == ()
        assert parsed.answers == {"a": "x\n\n### B\n\nno", "b": "z"}

    def test_a_choice_that_is_called_none(self) -> None:
        parsed = parse_issue(HARD_FORM, render_issue(HARD_FORM, {"single": "None"}))
        assert [one.candidates for one in parsed.ambiguous] == [("None", None)]

    def test_a_thousand_headings_are_not_tried_in_every_way(self) -> None:
        two = form(ask(Kind.TEXTAREA, "a", label="A"), ask(Kind.TEXTAREA, "b", label="B"), foreign="github")
        parsed = parse_issue(two, "### A" + "\n\n### B" * 5000 + "\n\nz")
        assert parsed.ambiguous


class TestEdited:
    BODY = render_issue(
        BUG_FORM,
        {"summary": "Sync", "what-happened": "It stopped", "version": "2.0", "systems": ["Linux"], "log-output": "x"},
    )

    def test_windows_line_ends(self) -> None:
        parsed = parse_issue(BUG_FORM, self.BODY.replace("\n", "\r\n"))
        assert parsed.exact
        assert parsed.answers["what-happened"] == "It stopped"

    def test_boxes_ticked_later(self) -> None:
        parsed = parse_issue(BUG_FORM, self.BODY.replace("- [ ] I would", "- [X] I would"))
        assert parsed.answers["terms"] == ["I would like to help\n"]

    def test_sections_in_another_order_and_some_gone(self) -> None:
        parsed = parse_issue(BUG_FORM, "Hello\n\n## version\n2.1 (BETA)\n\n### Summary:\nx\n\n### Summary\n\nSync  \n")
        assert (parsed.answers["version"], parsed.answers["summary"]) == ("2.1 (beta)", "Sync  ")
        assert parsed.leftover == "Hello\n\n### Summary:\nx"
        assert not parsed.exact

    def test_a_foreign_heading_goes_to_the_leftover_and_is_asked_about(self) -> None:
        body = "### What happened?\n\nIt stopped\n\n### Colour\n\nblue\n\n### Version\n\n2.0"
        parsed = parse_issue(BUG_FORM, body)
        assert parsed.answers == {"what-happened": "It stopped", "version": "2.0"}
        assert parsed.leftover == "### Colour\n\nblue"
        (unclear,) = parsed.ambiguous
        assert unclear.candidates == ("It stopped", "It stopped\n\n### Colour\n\nblue")

    def test_an_answer_that_begins_with_a_heading_of_its_own(self) -> None:
        parsed = parse_issue(BUG_FORM, "### What happened?\n\n### First\n\na\n\n### Then\n\nb\n\n### Version\n\n2.0")
        assert parsed.answers["what-happened"] == "### First\n\na\n\n### Then\n\nb"
        assert (parsed.leftover, [one.question for one in parsed.ambiguous]) == ("", ["what-happened"])

    def test_what_is_none_of_the_choices(self) -> None:
        parsed = parse_issue(BUG_FORM, "### Version\n\n1.0\n\n### Affected systems\n\nLinux, BeOS")
        assert parsed.answers == {"systems": ["Linux"]}
        assert [(one.question, one.candidates) for one in parsed.ambiguous] == [("version", ())]
        assert parsed.leftover == "1.0\n\nBeOS"

    def test_a_section_twice(self) -> None:
        parsed = parse_issue(BUG_FORM, "### Summary\n\none\n\n### Summary\n\ntwo")
        assert parsed.ambiguous[0].candidates == ("one", "two")

    def test_a_heading_inside_code_is_none(self) -> None:
        parsed = parse_issue(BUG_FORM, "### Log output\n\n```\n### Version\n```\n\n### Summary\n\nx")
        assert parsed.answers == {"log-output": "### Version", "summary": "x"}

    @each("body", ["", "no headings at all", "### \n\n### ", "```\n### Summary", "\x00\x1b[31m"])
    def test_anything_else_is_left_over(self, body: str) -> None:
        parsed = parse_issue(BUG_FORM, body)
        assert parsed.answers == {}
        assert parsed.leftover == clean_text(body).strip("\n")


@given(st.text(max_size=200), st.sampled_from([BUG_FORM, HARD_FORM, GITEA_FORM]))
def test_no_text_breaks_it(body: str, of: Form) -> None:
    parsed = parse_issue(of, body)
    assert set(parsed.answers) <= {question.id for question in of.questions if question.asks}


class TestMoving:
    def test_to_a_form_in_another_language_by_meaning(self) -> None:
        body = "### Describe the bug\n\nIt stops\n\n### Steps to reproduce\n\n1. start\n\n"
        body += "### App version\n\n3\n\n### Colour\n\nred"
        target = roles.infer(RUSSIAN_FORM)
        parsed = match_sections(target, split_sections(body), roles.role_of_words)
        assert parsed.answers == {
            "опишите-проблему": "It stops",
            "шаги-для-воспроизведения": "1. start",
            "версия-программы": "3",
        }
        assert parsed.leftover == "### Colour\n\nred"

    def test_sections_of_any_text(self) -> None:
        found = split_sections("intro\n# A #\nx\n```\n# b\n```\n**C:**\ny\n####### no")
        assert [(one.title, one.level, one.text) for one in found] == [
            ("", 0, "intro\n"),
            ("A", 1, "x\n```\n# b\n```\n"),
            ("C", 7, "y\n####### no"),
        ]
        assert "".join(one.whole for one in found) == "intro\n# A #\nx\n```\n# b\n```\n**C:**\ny\n####### no"


_template = st.lists(
    st.sampled_from(
        [
            *(
                "# A",
                "## B",
                "### Steps",
                "**C**",
                "**D:** ",
                "- OS:",
                " - Browser [e.g. x]",
                "- Parts:",
                "  - [ ] one",
            ),
            *(
                "- [x] two",
                "<!-- c -->",
                "<!-- What? -->",
                "<!--\nof two\n-->",
                "```sh\nlog\n```",
                "",
                "",
                "text",
                "---",
            ),
            *("1. [First]", "| a | b |", "Version:", "/label ~x", "**v**: (eg. 1)"),
            "<details>\n<summary>s</summary>\n\n```\nx\n```\n</details>",
        ]
    ),
    max_size=12,
).map("\n".join)


def test_lines_below_a_one_line_answer_are_handed_back_not_joined() -> None:
    parsed = parse_issue(BUG_FORM, "### Summary\n\nSync stops\n\nat 40 %\nalways\n\n### Version\n\n2.0")
    assert parsed.answers["summary"] == "Sync stops"
    assert parsed.leftover == "at 40 %\nalways"


class TestTemplates:
    FORMS = (
        markdown.load(TEMPLATE, name="a.md", form_id="a").form,
        markdown.load(GITLAB, name="b.md", form_id="b", front_matter=False).form,
    )

    @given(st.data(), st.sampled_from(FORMS))
    def test_what_was_filled_in_is_read_back(self, data: st.DataObject, of: Form) -> None:
        answers: dict[str, Value] = {}
        texts = st.lists(st.one_of(_lines, st.sampled_from(["", "```", "- [x] a", "# x"])), min_size=1, max_size=4)
        for question in of.questions:
            if question.asks and question.on_form and data.draw(st.booleans()):
                labels = [option.label for option in question.options]
                value: Value
                if labels:
                    value = labels[: data.draw(st.integers(1, len(labels)))]
                elif question.kind is Kind.INPUT:
                    value = " ".join(data.draw(_lines).split())
                else:
                    value = "\n".join(data.draw(texts)).strip("\n")
                if value and (not isinstance(value, str) or value.strip()):
                    answers[question.id] = value
        parsed = parse_issue(of, render_issue(of, answers))
        defaults = {q.id: q.default for q in of.questions if q.asks and q.default is not None}
        assert parsed.ambiguous or {**defaults, **parsed.answers} == {**defaults, **answers}

    def test_a_heading_inside_an_answer_is_told(self) -> None:
        of = self.FORMS[0]
        body = render_issue(of, {"describe-the-bug": "x\n\n## Log\n\ny", "proposal": "z"})
        assert "log" in [one.question for one in parse_issue(of, body).ambiguous]

    def test_text_before_the_template_stays_before_it(self) -> None:
        of = self.FORMS[1]
        parsed = parse_issue(of, "Hello!\n\n" + render_issue(of, {"summary": "S"}))
        assert (parsed.answers, parsed.leftover) == ({"more-text": "Hello!", "summary": "S"}, "")
        assert render_issue(of, parsed.answers).startswith("Hello!\n\n## Summary\n\nS\n")

    @each(
        ("template", "body"),
        [
            ("<!-- What is the bug? -->\n- Version:\n", "It hangs.\nAlways.\n- Version: 1\nand more\n"),
            ("- OS:\n- Version:\n", "- OS: Linux\n  kernel 6\n- Version:\n  1.2\nThe end\n"),
            ("## A\n\n## B\n- [ ] one\n", "## A\nx\n## B\nwhich:\n- [x] one\n- [x] another\nso\n"),
            ("## A\n```sh\nlog\n```\n/label ~x\n", "## A\nabove\n```sh\nmine\n```\nbelow\n/label ~x\nbehind\n"),
            ("# Group\n## A\n", "# Group\nunder it\n## A\nsaid\n## New\nown\n"),
            ("## A\n<!-- say it -->\n", "## A\n<!-- say it here: it hangs -->\n"),
            ("## A\n## B\n", "only words, without any heading"),
        ],
    )
    def test_what_belongs_to_no_question_is_kept(self, template: str, body: str) -> None:
        of = markdown.load(template, name="a.md", form_id="a", front_matter=False).form
        written = render_issue(of, parse_issue(of, body).answers)
        missing = [word for word in body.split() if word not in written]
        assert missing == []
        assert parse_issue(of, written).answers == parse_issue(of, body).answers

    @given(_template, st.data())
    def test_every_answer_and_every_line_typed_anywhere_is_in_the_body(
        self, template: str, data: st.DataObject
    ) -> None:
        of = markdown.load(template, name="a.md", form_id="a", front_matter=False).form
        answers: dict[str, Value] = {}
        for number, question in enumerate(of.questions):
            if question.asks and question.on_form:
                labels = [option.label for option in question.options]
                answers[question.id] = labels or f"answer{number}"
        written = render_issue(of, answers)
        assert [text for text in answers.values() if isinstance(text, str) and text not in written] == []
        lines = template.split("\n")
        for number in range(data.draw(st.integers(1, 4))):
            lines.insert(data.draw(st.integers(0, len(lines))), f"typed{number} by hand")
        kept = render_issue(of, parse_issue(of, "\n".join(lines)).answers)
        assert [line for line in lines if line.startswith("typed") and line not in kept] == []
