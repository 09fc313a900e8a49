"""Whatever somebody answers to a pack that comes along, its documents stay what they are."""

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from support_cli.forms.model import Kind
from support_cli.render.documents import DOCUMENTS
from support_cli.render.inert import active_parts
from tests.packs.builtin import FORMS, PACKS, RENDERER, request
from tests.render.test_documents import NASTY, Seen

TEXTS = (Kind.INPUT, Kind.TEXTAREA, Kind.URL, Kind.EMAIL, Kind.PHONE)
READER = MarkdownIt("gfm-like", {"linkify": False})
ATTRIBUTES = {"lang", "charset", "name", "content", "dir", "class", "scope", "colspan", "href"}
CASE = {"sent": "2026-11-18", "ticket": "4711", "promised": "2026-11-20", "message": "", "notes": []}


@settings(phases=[Phase.explicit, Phase.reuse, Phase.generate])  # shrinking so many answers takes minutes
@given(st.data(), st.sampled_from(FORMS), st.sampled_from(["en", "uk"]))
def test_no_answer_breaks_the_format_of_a_document(data, which, language):
    name, form_id = which
    form = PACKS[name].form(form_id)
    answers = {
        q.id: data.draw(st.lists(NASTY, max_size=2)) if q.kind is Kind.STEPS else data.draw(NASTY)
        for q in form.questions
        if q.kind in (*TEXTS, Kind.STEPS)
    }
    made = request(name, form, answers, language)
    written = [PACKS["general"].texts("uk"), PACKS[name].texts("uk")]
    ours = {text for texts in written for text in (texts if language == "en" else texts.values())}
    for document, formats in DOCUMENTS.items():
        for format_ in {"md", "html"} & set(formats):
            how = {"document": document, "format": format_, "language": language, "case": CASE}
            text = RENDERER.render(PACKS[name], form, made, **how)
            if format_ == "html":
                assert active_parts(text) == []
                assert Seen(text).attributes <= ATTRIBUTES
            else:
                assert headings(text) <= ours
                kinds = {token.type for token in READER.parse(text)}
                assert not kinds & {"html_block", "blockquote_open", "code_block"}
                inline = {child.type for token in READER.parse(text) for child in token.children or ()}
                assert not inline & {"html_inline", "link_open", "image", "em_open", "s_open"}


def headings(text):
    """The headings of a document but for the first, which is the customer's own words."""
    tokens = READER.parse(text)
    heads = [(t.tag, tokens[i + 1].content) for i, t in enumerate(tokens) if t.type == "heading_open"]
    assert sum(tag == "h1" for tag, _text in heads) <= 1
    return {text for tag, text in heads if tag != "h1"}
