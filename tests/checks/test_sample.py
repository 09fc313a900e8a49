"""Untouched templates, copied examples, random keys."""

from support_cli.base.finding import Level
from support_cli.forms.model import Kind, Question, Role
from tests.checks.making import codes, findings, form_of
from tests.table import each

TEMPLATE = "1. In this environment...\n2. With this config...\n3. Run '...'\n4. See error..."
STEPS = Question(id="repro", kind=Kind.TEXTAREA, label="Steps", default=TEMPLATE)
STORY = Question(
    id="details",
    kind=Kind.TEXTAREA,
    label="Details",
    role=Role.DETAILS,
    placeholder="The page stays white after I press Send",
    description="A clear description of what the bug is.",
)


def test_untouched_template() -> None:
    assert "W005" in codes({"repro": TEMPLATE}, form=form_of(STEPS))
    assert "W005" in codes({"repro": TEMPLATE.replace("\n", "  \n") + "\n"}, form=form_of(STEPS))


def test_half_filled_template() -> None:
    assert "W005" in codes({"repro": "1. Ubuntu 24.04\n2. With this config...\n3. Run 'make'"}, form=form_of(STEPS))


def test_filled_template() -> None:
    filled = "1. In Ubuntu 24.04\n2. With the default config\n3. Run 'make'\n4. See the error below..."
    assert "W005" not in codes({"repro": filled}, form=form_of(STEPS))


def test_short_default_may_be_the_answer() -> None:
    branch = Question(id="branch", kind=Kind.TEXTAREA, label="Branch", default="latest")
    assert "W005" not in codes({"branch": "latest"}, form=form_of(branch))


def test_copied_placeholder_and_description() -> None:
    assert "W005" in codes({"details": "the page stays white after I press send."}, form=form_of(STORY))
    assert "W005" in codes({"details": "A clear description of what the bug is."}, form=form_of(STORY))


def test_short_placeholder_may_be_the_truth() -> None:
    environment = Question(
        id="os", kind=Kind.INPUT, label="System", role=Role.ENVIRONMENT, placeholder="Windows 11 24H2, Firefox 145"
    )
    assert "W005" not in codes({"os": "Windows 11 24H2, Firefox 145"}, form=form_of(environment))


@each(
    "text",
    [
        "asdf",
        "asdfasdf",
        "qwerty",
        "йцукен",
        "фыва",
        "test",
        "Test test",
        "тест",
        "aaaaaa",
        "lorem ipsum dolor sit amet",
        "TODO",
        "[describe the problem here]",
        "<your text>",
        "A clear and concise description of what the bug is.",
        "1. Go to '...'\n2. Click on '....'\n3. Scroll down to '....'\n4. See error",
        "опишите вашу проблему",
    ],
)
def test_keys_hit_at_random_and_leftovers(text: str) -> None:
    assert "W005" in codes({"details": text}, language="ru")


@each(
    "text",
    [
        "1",
        "ok",
        "The test page prints fine",
        "test server is down since noon",
        "I see [object Object] on the page",
        "the list [1, 2, 3] is shown as <empty>",
        "It waits... and then closes",
        "Run the installer, then see the error",
        "hmm",
        "The sample text of the template cannot be deleted",
        "aaa batteries leaked",
        "see [the page](https://shop.test)",
    ],
)
def test_real_words(text: str) -> None:
    assert "W005" not in codes({"details": text})


def test_sample_number_is_only_hinted_at() -> None:
    phone = Question(id="phone", kind=Kind.PHONE, label="Phone", role=Role.PHONE, example="+380 44 123 45 67")
    (found,) = findings({"phone": "+380 44 123 4567"}, form=form_of(phone))
    assert (found.code, found.level) == ("W005", Level.HINT)
    assert findings({"phone": "+380 44 765 43 21"}, form=form_of(phone)) == []


def test_pasted_error_text_is_not_judged() -> None:
    error = Question(id="error", kind=Kind.TEXTAREA, label="Error", role=Role.ERROR, render="shell")
    assert (
        codes({"error": "TypeError: <your argument> is not iterable\nlorem ipsum dolor"}, form=form_of(error)) == set()
    )
