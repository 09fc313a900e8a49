"""Issue forms read as they are: every key of the schema, and whatever people write instead."""

import pytest

from support_cli.base.finding import Level
from support_cli.forms import questionnaire
from support_cli.forms.model import Form, Kind, Question
from support_cli.issue_forms import form as issue_form
from support_cli.issue_forms.messages import LoadedForm
from support_cli.packs.errors import PackError, YamlError
from tests.issue_forms.texts import BUG, GITEA, RUSSIAN
from tests.table import each


def load(text: str | bytes, platform: str = "") -> LoadedForm:
    return issue_form.load(text, name="bug.yml", form_id="bug", platform=platform)


def one(text: str, platform: str = "") -> Question:
    """The only question of a form whose body is this item."""
    loaded = load(f"name: A form\ndescription: It asks\nbody:\n{text}", platform)
    return next(question for question in loaded.form.questions if question.asks)


class TestEveryKey:
    form: Form = load(BUG).form

    def test_says_nothing_against_a_good_form(self) -> None:
        assert load(BUG).findings == ()

    def test_head(self) -> None:
        form = self.form
        assert (form.name, form.description, form.title) == ("Bug report", "Something does not work", "[Bug]: ")
        assert (form.labels, form.assignees, form.projects) == (("bug", "needs triage"), ("mira", "tomek"), ("acme/4",))
        assert (form.issue_type, form.foreign, form.id) == ("Bug", "github", "bug")

    def test_text_to_read(self) -> None:
        note = self.form.questions[0]
        assert (note.kind, note.asks, note.text) == (Kind.MARKDOWN, False, "Thank you! **Please search first.**\n")

    def test_line(self) -> None:
        line = self.form.question("summary")
        assert line is not None
        assert (line.kind, line.required, line.placeholder) == (Kind.INPUT, True, "Sync stops at 40 %")

    def test_prefilled_text_keeps_its_line_ends(self) -> None:
        area = self.form.question("what-happened")
        assert area is not None
        assert (area.default, area.min_length) == ("1.\n2.\n", 10)

    def test_without_an_id_the_label_names_it(self) -> None:
        log = self.form.question("log-output")
        assert log is not None
        assert (log.explicit_id, log.render) == (False, "shell")

    def test_choice_with_a_default(self) -> None:
        version = self.form.question("version")
        assert version is not None
        assert [o.label for o in version.options] == ["2.0", "2.1 (beta)"]
        assert (version.default, version.multiple) == ("2.1 (beta)", False)

    def test_boxes_keep_the_line_end_of_a_folded_label(self) -> None:
        terms = self.form.question("terms")
        assert terms is not None
        assert [o.required for o in terms.options] == [True, False]
        assert terms.options[1].label == "I would like to help\n"

    def test_upload(self) -> None:
        files = self.form.question("files")
        assert files is not None
        assert (files.kind, files.required, files.accept) == (Kind.UPLOAD, True, (".png", ".jpg", ".log"))

    def test_min_length_is_enforced(self) -> None:
        said = questionnaire.understand(self.form, {"what-happened": "short"})
        assert [finding.code for finding in said.findings] == ["A004"]


def test_none_is_what_an_optional_choice_says_when_nothing_was_chosen() -> None:
    text = "- {type: dropdown, id: a, attributes: {label: A, options: [x, y]}, validations: {required: %s}}"
    optional, needed = (Form(id="f", name="F", questions=(one(text % word),)) for word in ("false", "true"))
    assert questionnaire.understand(optional, {"a": "None"}) == questionnaire.Said({}, ())
    assert [f.code for f in questionnaire.understand(needed, {"a": "None"}).findings] == ["A002"]


class TestGitea:
    def test_its_keys(self) -> None:
        loaded = load(GITEA)
        form = loaded.form
        shown, written, count, code, parts, boxes = form.questions
        assert loaded.findings == ()
        assert (form.foreign, form.description) == ("gitea", "For the other forge")
        assert (shown.on_form, shown.on_document) == (True, False)
        assert (written.on_form, written.on_document) == (False, True)
        assert (count.on_form, count.default) == (False, "3")
        assert code.pattern == "[A-Z]{3}[0-9]+"
        assert parts.listed
        assert [o.on_document for o in boxes.options] == [True, False]

    @each(("said", "good"), [("12", True), ("-1,5", True), ("many", False), ("1e9", False)])
    def test_a_number(self, said: str, good: bool) -> None:
        count = one("- {type: input, id: n, attributes: {label: N}, validations: {is_number: true}}", "gitea")
        form = Form(id="f", name="F", questions=(count,))
        assert (not questionnaire.understand(form, {"n": said}).findings) is good

    def test_on_github_they_are_told_and_meant_all_the_same(self) -> None:
        loaded = load(GITEA, "github")
        messages = [finding.message for finding in loaded.findings if finding.level is Level.ERROR]
        assert "Body[1]: `visible` is not a permitted key" in messages
        assert "Required top level key `description` is missing" in messages
        assert not loaded.form.questions[2].on_form


class TestIds:
    @each(
        ("label", "expected"),
        [
            ("What happened?", "what-happened"),
            ("Version du système", "version-du-systeme"),
            ("Версия программы", "версия-программы"),
            ("バージョン", "バージョン"),
            ("`brew doctor` output", "brew-doctor-output"),
            ("a_b - c", "a_b-c"),
        ],
    )
    def test_from_labels_in_any_script(self, label: str, expected: str) -> None:
        assert one(f"- type: input\n  attributes:\n    label: '{label}'").id == expected

    def test_every_one_is_unique_and_the_authors_come_first(self) -> None:
        body = "".join(
            f"  - type: input\n{f'    id: {given}' if given else ''}\n    attributes: {{label: '{label}'}}\n"
            for given, label in [("", "Name"), ("name", "Your name"), ("", "Name?"), ("name", "Again"), ("", "???")]
        )
        form = load(f"name: A form\ndescription: d\nbody:\n{body}").form
        assert [(q.id, q.explicit_id) for q in form.questions] == [
            ("name-2", False),
            ("name", True),
            ("name-3", False),
            ("name-4", False),
            ("question-5", False),
        ]

    def test_an_id_that_cannot_be_one(self) -> None:
        question = one("- type: input\n  id: first name\n  attributes: {label: Given name}")
        assert (question.id, question.explicit_id) == ("first-name", False)


class TestWhatYamlMakesOfTexts:
    def test_an_unquoted_yes_stays_yes(self) -> None:
        question = one(
            "- type: dropdown\n  attributes:\n    label: Sure?\n    options: [Yes, No, ON, 1.10, 0x1F, 2026-01-02]"
        )
        assert [o.label for o in question.options] == ["Yes", "No", "ON", "1.10", "0x1F", "2026-01-02"]

    def test_a_label_that_is_a_number(self) -> None:
        assert one("- type: input\n  attributes:\n    label: 1.10\n").label == "1.10"
        assert one('- type: input\n  attributes:\n    "label":   true\n').label == "true"

    def test_null_is_nothing(self) -> None:
        question = one(
            "- type: textarea\n  attributes:\n    label: X\n    placeholder:\n    value: ~\n    description: null"
        )
        assert (question.placeholder, question.default, question.description) == ("", None, "")


class TestAwkward:
    def test_windows_line_ends_and_a_byte_order_mark(self) -> None:
        plain = load(BUG).form
        assert load(b"\xef\xbb\xbf" + BUG.replace("\n", "\r\n").encode()).form == plain

    def test_utf_16(self) -> None:
        assert load(BUG.encode("utf-16")).form == load(BUG).form

    def test_a_second_document_is_not_read(self) -> None:
        loaded = load(BUG + "---\nname: Other\n")
        assert loaded.form == load(BUG).form
        (finding,) = loaded.findings
        line = BUG.count("\n") + 1
        assert (finding.code, finding.level, finding.where) == ("T140", Level.WARNING, f"bug.yml:{line}:1")

    def test_a_line_of_dashes_at_the_end_is_harmless(self) -> None:
        loaded = load("---\n" + BUG + "---\n")
        assert loaded.form == load(BUG).form
        assert [finding.level for finding in loaded.findings] == [Level.HINT]

    def test_only_texts_to_read(self) -> None:
        loaded = load(
            "name: Nothing\ndescription: d\nbody:\n- type: markdown\n  attributes:\n    value: Go [there](https://x.org)"
        )
        assert [q.text for q in loaded.form.questions] == ["Go [there](https://x.org)"]
        assert [f.message for f in loaded.findings] == ["Body must contain at least one non-markdown field"]

    def test_the_first_version_of_issue_forms(self) -> None:
        loaded = load(
            "name: Old\nabout: From 2020\nissue_body: false\ninputs:\n"
            "- type: description\n  attributes: {value: Read this}\n"
            "- type: checkboxes\n  attributes: {label: Sure, choices: [{label: 'Yes, I am', required: true}]}\n"
            "- type: textarea\n  attributes: {label: Story, required: true}\n"
        )
        note, boxes, story = loaded.form.questions
        assert loaded.form.description == "From 2020"
        assert (note.kind, boxes.kind, story.kind) == (Kind.MARKDOWN, Kind.CHECKBOXES, Kind.TEXTAREA)
        assert boxes.options[0].required
        assert story.required
        assert loaded.refused

    def test_keys_in_the_wrong_place(self) -> None:
        question = one("- type: dropdown\n  options: [a, b]\n  attributes: {label: Which, required: true}")
        assert [o.label for o in question.options] == ["a", "b"]
        assert question.required
        assert one("- type: input\n  label: Outside").label == "Outside"

    @each(
        ("item", "kind"),
        [
            ("type: select\n  attributes: {label: X, options: [a]}", Kind.DROPDOWN),
            ("type: tickbox\n  attributes: {label: X, options: [{label: a}]}", Kind.CHECKBOXES),
            ("type: text\n  attributes: {label: X}", Kind.INPUT),
            ("type: text-area\n  attributes: {label: X}", Kind.TEXTAREA),
            ("type: Textarea\n  attributes: {label: X}", Kind.TEXTAREA),
            ("attributes: {label: X}", Kind.INPUT),
            ("type: dropdown\n  attributes: {label: X}", Kind.INPUT),
        ],
    )
    def test_unknown_types_become_the_nearest(self, item: str, kind: Kind) -> None:
        assert one(f"- {item}").kind is kind

    def test_boxes_without_a_label_and_boxes_that_are_mere_texts(self) -> None:
        question = one(
            "- type: checkboxes\n  id: checks\n  attributes:\n    options: [{label: a}, b, {label: a}, {}, '']"
        )
        assert (question.label, [o.label for o in question.options]) == ("", ["a", "b"])

    def test_a_discussion_form_has_no_name(self) -> None:
        text = "title: '[Q] '\nlabels: [question]\nbody:\n- type: input\n  attributes: {label: Question}\n"
        assert load(text).findings == ()
        assert load(text).form.name == "bug"
        assert [f.code for f in load(text, "github").findings] == ["T101", "T101"]

    def test_control_characters_go(self) -> None:
        question = one('- type: input\n  attributes: {label: "a\\e[31mb\\u202Ec", description: "x\\u0007y"}')
        assert (question.label, question.description) == ("abc", "xy")

    def test_russian_labels_need_no_ids(self) -> None:
        loaded = load(RUSSIAN)
        assert not loaded.refused
        assert loaded.form.question("шаги-для-воспроизведения") is not None


class TestNothingToAsk:
    @each("text", ["", "just words", "- a\n- list", "name: x\n", "name: Long\ndescription: d\nbody: []", "body: words"])
    def test_is_one_sentence_with_a_place(self, text: str) -> None:
        with pytest.raises(PackError) as caught:
            load(text)
        assert caught.value.where == "bug.yml:1:1" or caught.value.where.startswith("bug.yml:")
        assert "bug.yml" in caught.value.message
        assert caught.value.hint

    def test_broken_yaml_names_its_line(self) -> None:
        with pytest.raises(YamlError) as caught:
            load("name: A\nbody:\n  - type: input\n   id: x\n")
        assert caught.value.where == "bug.yml:4:4"

    def test_a_megabyte_is_too_much(self) -> None:
        with pytest.raises(YamlError):
            load(BUG + "#" * (1 << 20))

    def test_aliases_cannot_blow_it_up(self) -> None:
        long = "x" * 200_000
        items = "".join("- {type: input, attributes: {label: *a}}\n" for _number in range(400))
        with pytest.raises(PackError):
            load(f'title: &a "{long}"\nname: Long\ndescription: d\nbody:\n{items}')
