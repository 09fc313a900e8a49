"""The preview: everything on one page, and a page that does nothing but show."""

from html.parser import HTMLParser

import pytest

from support_cli.authoring.preview import preview
from support_cli.base import i18n
from support_cli.base.errors import UnusableError
from support_cli.packs import load
from support_cli.render.documents import DOCUMENTS
from tests.distribution.zips import TINY, write_folder
from tests.making import is_clean

COUNT = sum(len(formats) for formats in DOCUMENTS.values())
HOSTILE = "</pre></iframe><script>alert(1)</script><img src=x onerror=alert(2)>\" onload='x'"


class Page(HTMLParser):
    """What a browser would make of the page, frames included."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.frames: list[Page] = []
        self.sandboxes: list[str | None] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag == "iframe":
            found = dict(attrs)
            self.sandboxes.append(found.get("sandbox"))
            self.frames.append(Page(found["srcdoc"] or ""))


def test_every_form_and_document_is_there_in_every_language(bench):
    made = preview(bench(), "software", "-")
    forms = len(load.open_folder(load.builtin_root() / "software", bench().cache).form_ids())
    assert (made.forms, made.documents, made.problems) == (forms, forms * 4 * COUNT, ())
    for language in ("en", "uk", "ru", "pl"):
        assert made.text.count(f'<section lang="{language}"') == forms
    assert made.text.count("<iframe ") == forms * 4 * sum("html" in formats for formats in DOCUMENTS.values())


def test_a_form_looks_as_a_customer_meets_it(bench):
    text = preview(bench(), "general", "-").text
    assert "Before you start:" in text
    assert "Перш ніж почати:" in text
    assert "Only when “How should we reach you” is “Phone”." in text
    assert "Please never write a full card number" in text
    assert "Так звернення одразу потрапить до потрібних людей." in text


def test_the_page_is_whole_and_does_nothing_but_show(bench):
    page = Page(preview(bench(), "general", "-").text)
    assert "script" not in page.tags
    assert all(not name.startswith("on") for name, _value in page.attributes)
    assert all(value.startswith("#") for name, value in page.attributes if name in ("href", "src"))
    assert set(page.sandboxes) == {""}
    policy = next(value for name, value in page.attributes if name == "content" and "script-src" in value)
    assert "script-src 'none'" in policy
    assert "connect-src 'none'" in policy


def test_texts_of_a_hostile_pack_stay_text(bench, tmp_path):
    hostile = HOSTILE.replace("'", "''")
    files = {
        "pack.yml": f"pack: evil\ntitle: '{hostile}'\ndescription: '{hostile}'\nbefore_you_start: ['{hostile}']\n",
        "forms/a.yml": (
            f"name: '{hostile}'\nbody:\n"
            f"  - {{type: markdown, attributes: {{value: '{hostile}'}}}}\n"
            f"  - type: dropdown\n    id: a\n    why: '{hostile}'\n"
            f"    attributes: {{label: '{hostile}', description: '{hostile}', options: ['{hostile}', b]}}\n"
            f"  - type: input\n    id: b\n    when: {{a: ['{hostile}']}}\n"
            f"    attributes: {{label: B, placeholder: '{hostile}'}}\n"
        ),
    }
    made = preview(bench(), str(write_folder(tmp_path / "evil", files)), "-")
    page = Page(made.text)
    for one in (page, *page.frames):
        assert "script" not in one.tags
        assert "img" not in one.tags
        assert all(not name.startswith("on") for name, _value in one.attributes)
    assert is_clean(made.text)


def test_a_document_that_cannot_be_made_is_said_and_the_others_are_there(bench, tmp_path):
    files = {
        "pack.yml": "pack: half\n",
        "forms/a.yml": "name: A\nbody: [{type: input, id: s, attributes: {label: S}}]\n",
        "templates/chat.txt.j2": "{{ nothing }}",
    }
    made = preview(bench(), str(write_folder(tmp_path / "half", files)), "-")
    assert len(made.problems) == 1
    assert "chat.txt.j2" in made.problems[0]
    assert made.documents == COUNT
    assert 'class="problem"' in made.text


def test_answers_of_a_test_are_shown_rather_than_samples(bench, tmp_path):
    files = {
        "pack.yml": "pack: told\n",
        "forms/a.yml": "name: A\nbody: [{type: input, id: s, role: summary, attributes: {label: S}}]\n",
        "tests/one.yml": "answers: {s: The lamp is red}\n",
    }
    assert "# The lamp is red" in preview(bench(), str(write_folder(tmp_path / "told", files)), "-").text


def test_it_is_written_where_it_was_asked_for(bench, tmp_path):
    write_folder(tmp_path / "tiny", TINY)
    one = bench(cwd=tmp_path)
    assert preview(one, "tiny", "page.html").path == str(tmp_path / "page.html")
    assert preview(one, "tiny", "page.html").path == str(tmp_path / "page.html")
    assert preview(one, "tiny", ".").path == str(tmp_path / "tiny.html")
    first, second = preview(one, "tiny", ""), preview(one, "tiny", "")
    assert first.path != second.path
    assert i18n.current() == "en"


def test_only_one_form_where_that_is_asked_for(bench):
    made = preview(bench(), "software", "-", "idea")
    assert made.forms == 1
    with pytest.raises(UnusableError, match="no form"):
        preview(bench(), "software", "-", "nothing")


def test_issue_forms_have_a_preview_too(bench, tmp_path):
    form = "name: Bug\ndescription: x\nbody:\n  - {type: input, id: a, attributes: {label: What}}\n"
    root = write_folder(tmp_path, {".github/ISSUE_TEMPLATE/bug.yml": form})
    made = preview(bench(), str(root), "-")
    assert made.documents == 3
    assert "### What" in made.text
