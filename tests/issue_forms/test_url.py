"""Addresses that open the web form with answers in it."""

from urllib.parse import parse_qs, urlsplit

from support_cli.forms.model import Kind, Value
from support_cli.issue_forms import form as issue_form
from support_cli.issue_forms import markdown
from support_cli.issue_forms.url import new_issue_url
from tests.issue_forms.texts import BUG, TEMPLATE
from tests.making import ask, form

BASE = "https://github.com/acme/widgets"
BUG_FORM = issue_form.load(BUG, name="bug.yml", form_id="bug").form


def query(url: str) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(urlsplit(url).query, strict_parsing=True).items()}


def test_text_fields_by_id_or_by_label() -> None:
    answers: dict[str, Value] = {
        "summary": "Sync & stop #1",
        "what-happened": "1. ü\n2. b",
        "log-output": "x",
        "version": "2.0",
        "terms": ["I would like to help\n"],
        "files": ["a.png"],
    }
    made = new_issue_url(BASE + "/", BUG_FORM, answers, form_file="1 bug.yml", title="[Bug]: Sync")
    assert made.url.startswith("https://github.com/acme/widgets/issues/new?template=1%20bug.yml&title=")
    assert query(made.url) == {
        "template": "1 bug.yml",
        "title": "[Bug]: Sync",
        "summary": "Sync & stop #1",
        "what-happened": "1. ü\n2. b",
        "log-output": "x",
    }
    assert (made.left_out, made.too_long) == (("version", "terms", "files"), False)


def test_what_the_form_fills_in_by_itself_is_not_repeated() -> None:
    made = new_issue_url(BASE, BUG_FORM, {"what-happened": "1.\n2.\n", "version": "2.1 (beta)"}, form_file="b.yml")
    assert made.url == f"{BASE}/issues/new?template=b.yml"
    assert made.left_out == ()


def test_labels_are_named_as_github_names_them() -> None:
    one = form(
        ask(Kind.INPUT, "x1", label="Größe der Łodź?", explicit_id=False),
        ask(Kind.INPUT, "x2", label="Версия", explicit_id=False),
        ask(Kind.INPUT, "x3", label="Title", explicit_id=False),
        foreign="github",
    )
    made = new_issue_url(BASE, one, {"x1": "a", "x2": "b", "x3": "c"}, form_file="f.yml")
    assert made.url == f"{BASE}/issues/new?template=f.yml&grosse-der-lodz=a"
    assert made.left_out == ("x2", "x3")


def test_the_longest_answers_stay_out_when_it_gets_too_long() -> None:
    answers: dict[str, Value] = {"summary": "x", "what-happened": "ж" * 3000, "log-output": "y" * 100}
    made = new_issue_url(BASE, BUG_FORM, answers, form_file="b.yml")
    assert len(made.url) <= 8192
    assert (made.left_out, made.too_long) == (("what-happened",), True)
    assert query(made.url)["log-output"] == "y" * 100


def test_a_markdown_template_goes_whole_or_not_at_all() -> None:
    template = markdown.load(TEMPLATE, name="b.md", form_id="b").form
    made = new_issue_url(BASE, template, {"os": "Debian"}, form_file="b.md", title="T")
    assert query(made.url)["body"].count(" - OS: Debian\n") == 1
    assert query(made.url)["template"] == "b.md"
    long = new_issue_url(BASE, template, {"os": "Debian", "log": "x" * 9000}, form_file="b.md", title="T")
    assert (query(long.url), long.left_out, long.too_long) == ({"template": "b.md", "title": "T"}, ("os", "log"), True)


def test_gitlab_and_gitea() -> None:
    template = markdown.load("## A\n", name="a.md", form_id="a", front_matter=False).form
    made = new_issue_url("https://gitlab.com/g/s/t", template, {"a": "x"}, title="T", platform="gitlab")
    assert made.url.startswith("https://gitlab.com/g/s/t/-/issues/new?issue%5Btitle%5D=T&issue%5Bdescription%5D=")
    assert query(made.url)["issue[description]"] == "## A\n\nx\n"
    gitea = new_issue_url("https://codeberg.org/a/b", BUG_FORM, {"summary": "x", "files": ["a.png"]}, platform="gitea")
    assert query(gitea.url)["body"].startswith("### Summary\n\nx\n\n### What happened?\n\n_No response_\n\n")
    assert gitea.left_out == ("files",)
