import json
import re
from html.parser import HTMLParser

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from support_cli.base.errors import ExitCode
from support_cli.base.finding import Finding, Level
from support_cli.base.text import clean_text
from support_cli.forms.model import Kind, Role
from support_cli.forms.request import Attachment
from support_cli.render.documents import DOCUMENTS, DocumentError, Documents
from support_cli.render.environment import TemplateProblem
from support_cli.render.inert import active_parts
from tests.packs.builtin import PACKS
from tests.render.making import GENERAL, attachment, consent, form, pack, question, request
from tests.table import each

FORM = form(
    question("topic", Kind.DROPDOWN, options=["Internet or TV", "Bill or contract"]),
    question("summary", Kind.INPUT, required=True),
    question("details"),
    question("steps", Kind.STEPS),
    question("expected"),
    question("actual"),
    question("began", Kind.INPUT),
    question("error"),
    question("version", Kind.INPUT),
    question("tried", Kind.STEPS),
    question("outcome"),
    question("colour", Kind.CHECKBOXES, label="Which lights are on?", options=["Power", "Wi-Fi"]),
    question("name", Kind.INPUT, private=True),
    question("email", Kind.EMAIL, private=True),
    question("phone", Kind.PHONE),
    question("account", Kind.INPUT),
    question("photo", Kind.UPLOAD),
    question("consent", Kind.CONFIRM, label="A visit may be charged."),
    labels=("fault",),
)
ANSWERS = {
    "topic": "Internet or TV",
    "summary": "Internet drops every evening",
    "details": "Every evening about 7 the connection goes.\nIt comes back after 20 minutes.",
    "steps": ["Open any page", "Wait for 7 pm"],
    "expected": "A connection",
    "actual": "None",
    "began": "since Monday",
    "error": "ERR_INTERNET\n  at 0x1f\n``` end",
    "version": "1.2_3",
    "tried": ["Restarted the router, waited two minutes"],
    "outcome": "Send a technician",
    "colour": ["Power"],
    "name": "Anna O'Neil <admin>",
    "email": "anna@example.org",
    "phone": "+380 44 123 45 67",
    "account": "44170083",
    "consent": True,
}
FILES = (attachment("lights | of the router.png", "which lights are on"), attachment("log.txt"))
UNKNOWN = (Finding(code="M006", level=Level.HINT, where="serial", message="x"),)
DOCS = Documents(GENERAL)
PACK = pack()


def render(document="ticket", format="md", answers=None, **more):
    made = request(
        ANSWERS if answers is None else answers, attachments=FILES, consents=(consent("A visit may be charged."),)
    )
    more = {"language": "en", "findings": UNKNOWN, **more}
    return DOCS.render(more.pop("pack", PACK), more.pop("form", FORM), made, document=document, format=format, **more)


def test_the_ticket_as_plain_text_reads_from_top_to_bottom():
    assert (
        render(format="txt")
        == """\
Internet drops every evening

Topic: Internet or TV
Anna O'Neil <admin> · Phone: +380\N{NO-BREAK SPACE}44\N{NO-BREAK SPACE}123\N{NO-BREAK SPACE}45\N{NO-BREAK SPACE}67
Since when: since Monday · Wanted: Send a technician

── Contact details
E-mail: anna@example.org
Account or contract: 44170083

── What happens
Every evening about 7 the connection goes.
It comes back after 20 minutes.

Expected: A connection
Happens instead: None

── Steps that lead to it
1. Open any page
2. Wait for 7 pm

── Technical details
Error text:
    ERR_INTERNET
      at 0x1f
    ``` end

Version: 1.2_3

── More answers
Which lights are on? Power

── Already tried
1. Restarted the router, waited two minutes

── Files
1. lights | of the router.png (image/png, 48\N{NO-BREAK SPACE}kB)
   shows: which lights are on
   SHA-256 0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a
2. log.txt (image/png, 48\N{NO-BREAK SPACE}kB)
   SHA-256 0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a

── Consents
• Yes: A visit may be charged.

── Still unknown
• Serial number

Request 7f3k9q2m · 2026-11-21 17:20 +00:00
mine 1.2.0, A form
"""
    )


def test_the_ticket_as_markdown_is_what_its_reader_sees():
    made = render()
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(made)
    headings = [tokens[i + 1].content for i, t in enumerate(tokens) if t.type == "heading_open"]
    assert headings == [
        "Internet drops every evening", "Contact details", "What happens", "Steps that lead to it", "Technical details",
        "More answers", "Already tried", "Files", "Consents", "Still unknown",
    ]  # fmt: skip
    assert "\n\nAnna O'Neil \\<admin> · **Phone:** +380" in made
    assert "\n\n**Since when:** since Monday · **Wanted:** Send a technician\n\n" in made
    assert "````\nERR_INTERNET\n  at 0x1f\n``` end\n````\n" in made
    assert "| lights \\| of the router.png | image/png |" in made
    assert "\n\n\n" not in made


def test_the_ticket_as_html_stands_alone():
    made = render(format="html")
    assert active_parts(made) == []
    assert '<html lang="en">' in made
    assert "<title>Internet drops every evening</title>" in made
    assert '<a href="mailto:anna@example.org">' in made
    assert '<a href="tel:+380441234567">' in made
    assert "prefers-color-scheme: dark" in made
    assert "@media print" in made
    assert "http" not in made.replace("https://example.org", "")


@each("answers", [{}, {"summary": "It drops"}, {"old": "x"}])
@each(("document", "format"), [(d, f) for d, formats in DOCUMENTS.items() for f in formats])
@each("language", ["en", "uk", "ru", "pl", "de"])
def test_every_document_comes_in_every_format_and_language_even_with_hardly_an_answer(
    document, format, language, answers
):
    made = DOCS.render(PACK, FORM, request(answers), document=document, format=format, language=language)
    assert made.endswith("\n")
    assert not made.endswith("\n\n")
    assert not made.startswith("\n")
    if format == "html":
        assert active_parts(made) == []
    if format == "txt":
        assert "\n\n\n" not in made
        assert all(line == line.rstrip() for line in made.split("\n"))
    if format == "subject":
        assert made.count("\n") == 1


def test_sections_without_an_answer_are_not_there():
    made = DOCS.render(
        pack(), FORM, request({"summary": "It drops", "details": "Always."}), language="en", format="txt"
    )
    assert made.split("\n")[:4] == [
        "It drops",
        "",
        "── What happens",
        "Always.",
    ]
    for heading in ("Files", "Consents", "Still unknown", "Steps", "Contact"):
        assert heading not in made


def test_an_incomplete_request_says_so():
    for format in ("md", "html", "txt"):
        made = DOCS.render(PACK, FORM, request({"details": "Always."}), language="en", format=format)
        assert "This request is not complete yet." in made
        assert "Summary" in made


def test_documents_speak_the_language_of_their_reader():
    texts = {"uk": {"Which lights are on?": "Які індикатори світяться?", "Power": "Живлення"}}
    made = render(format="txt", language="uk", pack=pack(texts=texts))
    assert "Які індикатори світяться? Живлення" in made
    assert "Кроки, які до цього ведуть" in made
    assert "мова звернення: англійська" in made
    assert '<html lang="uk">' in render(format="html", language="uk")


def test_answers_are_never_templates():
    answers = {"summary": "{{ 7 * 7 }}", "details": "{% include 'x' %}{# y #}${7*7}"}
    for format in ("md", "html", "txt"):
        made = render(format=format, answers=answers)
        assert "49" not in made
        assert "{{ 7" in made
        assert "{#" in made


BITS = (
    "<script>alert(1)</script> <img/src=x/onerror=alert(1)> ' \" > < & </p> </pre> </code> </style> </title> <!-- -->"
    " ]]> javascript:alert(1) onclick=alert(1) style=x {{7*7}} {% x %} # > - 1. ``` ~~~ | --- === [a](b) ![c](d) &lt;"
    " \\ * _"
)
NASTY = st.lists(
    st.sampled_from(BITS.split())
    | st.sampled_from(["\n", "\n\n", " ", "    ", "\t"])
    | st.text(max_size=4),
    max_size=12,
).map("".join).map(clean_text)  # fmt: skip


class Seen(HTMLParser):
    """Elements and attributes of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.attributes: set[str] = set()
        self.text: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append(tag)
        self.attributes |= {name for name, _value in attrs}

    def handle_data(self, data):
        self.text.append(data)


@given(
    st.fixed_dictionaries(
        {},
        optional={q.id: NASTY for q in FORM.questions if q.kind in (Kind.INPUT, Kind.TEXTAREA)}
        | {q.id: st.lists(NASTY, max_size=3) for q in FORM.questions if q.kind is Kind.STEPS},
    ),
    NASTY,
)
@example({"name": "---"}, "")
def test_no_answer_breaks_the_format_of_a_document(answers, name):
    made = request(answers, attachments=(attachment(name, name),), consents=(consent(name),))
    for document in ("ticket", "email"):
        page = Seen(DOCS.render(PACK, FORM, made, document=document, format="html", language="en"))
        assert active_parts(DOCS.render(PACK, FORM, made, document=document, format="html", language="en")) == []
        assert page.attributes <= {"lang", "charset", "name", "content", "dir", "class", "scope", "colspan", "href"}
        assert page.elements.count("title") == page.elements.count("style") == page.elements.count("footer") == 1
        for key, answer in answers.items():
            if isinstance(answer, str) and key in ("outcome", "name") and "```" not in answer and "~~~" not in answer:
                assert "".join(answer.split()) in "".join("".join(page.text).split())
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(DOCS.render(PACK, FORM, made, language="en"))
    assert sum(t.type == "heading_open" and t.tag == "h1" for t in tokens) == 1
    levels = [t.level for t in tokens if t.type == "heading_open"]
    assert set(levels) == {0}
    titles = {tokens[i + 1].content for i, t in enumerate(tokens) if t.type == "heading_open" and t.tag == "h2"}
    assert titles <= {
        "Contact details", "What happens", "Steps that lead to it", "Since when and how often", "Technical details",
        "More answers", "Already tried", "Desired outcome", "Files", "Consents",
    }  # fmt: skip
    assert sum(t.type == "table_open" for t in tokens) == 1
    assert sum(t.type == "hr" for t in tokens) == 1
    inline = {child.type for t in tokens for child in t.children or ()}
    assert inline <= {"text", "text_special", "strong_open", "strong_close", "softbreak", "hardbreak", "code_inline"}
    assert not {t.type for t in tokens} & {"html_block", "blockquote_open", "code_block"}


def test_a_subject_is_one_short_line_whatever_the_summary():
    made = render("email", "subject", {"summary": "Drops\r\nBcc: x@example.org\x00\u202e " + "very " * 40 + "often"})
    assert made.count("\n") == 1
    assert "\r" not in made
    assert "\u202e" not in made
    assert made.startswith("[A form] Drops Bcc: x@example.org very")
    assert made.endswith("(7f3k9q2m)\n")
    assert len(made) < 130
    assert render("email", "subject") == "[Internet or TV] Internet drops every evening (7f3k9q2m)\n"


def test_the_email_greets_says_it_once_and_is_signed():
    made = render("email", "txt")
    assert made.startswith(
        "Hello,\n\nplease help me with the following.\n\nInternet drops every evening\n\nTopic: Internet or TV\nAnna"
    )
    assert made.count("Internet drops every evening") == 1
    assert made.endswith("\n\nWith kind regards,\nAnna O'Neil <admin>\n"), "what desks cut comes last"


def test_long_lines_are_wrapped_but_addresses_are_not():
    url = "https://example.org/" + "a" * 90
    made = render(
        format="txt", answers={"summary": "s", "details": "word " * 40 + url + " " + "字" * 60, "email": "a@b.example"}
    )
    lines = made.split("\n")
    assert url in lines
    assert all(len(line) <= 76 for line in lines if line != url)
    assert sum(line.count("字") for line in lines) == 60
    assert max(line.count("字") for line in lines) <= 38


def test_chat_pieces_are_short_enough_to_paste():
    made = render("chat", "txt", {**ANSWERS, "details": "This goes on and on. " * 100})
    pieces = made.split("\n\n- - - - -\n\n")
    assert len(pieces) > 8
    assert max(map(len, pieces)) <= 500
    assert pieces[0].startswith(
        "Hello,\nInternet drops every evening\nTopic: Internet or TV\nAnna O'Neil <admin> · Phone: +380"
    )
    assert "lights | of the router.png" in made


def test_the_phone_script_begins_with_who_it_is():
    made = render("phone", "txt")
    assert (
        made.index("my name is Anna")
        < made.index("441 700 83")
        < made.index("What happens")
        < made.index("Name of the operator")
    )


def test_a_follow_up_says_what_it_follows_and_holds_the_request():
    case = {
        "ticket": "RT 4711",
        "promised": "2026-11-24",
        "sent": "2026-11-21",
        "message": "Any news?\n\nIt got worse.",
    }
    made = render("follow-up", "txt", case=case)
    for part in ("2026-11-21", "RT 4711", "2026-11-24", "Any news?", "It got worse.", "Restarted the router"):
        assert part in made
    assert (
        render("follow-up", "subject", case=case)
        == "Re: [RT 4711] [Internet or TV] Internet drops every evening (7f3k9q2m)\n"
    )
    made = render("escalation", "txt", case={**case, "notes": ["22 Nov: Ms Ivanova promised a call"]})
    assert "Ms Ivanova" in made
    assert "supervisor" in made


@each(
    ("document", "format"), [("tickett", ""), ("ticket", "pdf"), ("chat", "html"), ("../x", "md"), ("ticket", "md.j2")]
)
def test_an_unknown_document_or_format_is_a_usage_error(document, format):
    with pytest.raises(DocumentError) as caught:
        render(document, format)
    assert caught.value.exit_code is ExitCode.USAGE
    assert caught.value.hint


def test_the_ticket_for_deliverers():
    made = request(ANSWERS, attachments=FILES)
    ticket = DOCS.ticket(PACK, FORM, made, language="en", findings=UNKNOWN, queue="Faults")
    assert ticket.subject == "[Internet or TV] Internet drops every evening (7f3k9q2m)"
    assert set(ticket.bodies) == {"text/plain", "text/html", "text/markdown"}
    assert ticket.fields["steps"] == "Open any page\nWait for 7 pm"
    assert ticket.fields["summary"] == ANSWERS["summary"]
    assert "serial" not in ticket.fields
    assert (ticket.requester.address, ticket.requester.name) == ("anna@example.org", "Anna O'Neil <admin>")
    assert (ticket.queue, ticket.labels, ticket.attachments) == ("Faults", ("fault",), FILES)
    record = json.loads(ticket.request_json)
    assert record["answers"] == ANSWERS
    assert record["attachments"][0]["path"] == "lights | of the router.png", "no place on this machine leaves it"


def test_a_ticket_for_a_public_place_tells_nothing_private():
    ticket = DOCS.ticket(PACK, FORM, request(ANSWERS), language="en", public=True)
    assert "anna@example.org" not in repr(ticket)
    assert "O'Neil" not in repr(ticket)
    assert ticket.requester is None
    assert ticket.request_json is None
    open_ = DOCS.ticket(PACK, FORM, request({"summary": "s"}), language="en", public=True)
    assert open_.request_json is not None


@each(
    "template",
    [
        "<p onclick={{ answers.details }}>x</p>",
        "<p {{ answers.details }}>x</p>",
        "<a href='{{ answers.details }}'>x</a>",
        "<script>{{ answers.details }}</script>",
        "<script>alert(1)</script>",
        "<SCRIPT src=//x>",
        "<img src='https://example.org/pixel.gif'>",
        "<link rel=stylesheet href=x>",
        "<iframe src=x></iframe>",
        "<form action=x><input name=y></form>",
        "<svg onload=alert(1)>",
        "<meta http-equiv=refresh content='0;url=http://x'>",
        "<base href=http://x>",
        "<style>@import 'http://x';</style>",
        "<p style='background: url(http://x)'>x</p>",
        "<a href='java&#115;cript:alert(1)'>x</a>",
        "<a href=' javascript:alert(1)'>x</a>",
        "<object data=x></object>",
        "<math><mtext></mtext></math>",
        "<!--[if mso]><script>x</script><![endif]-->",
        "<{{ answers.details }}>",
        "<?xml version='1.0'?>",
    ],
)
def test_a_page_of_a_pack_that_does_more_than_show_text_is_refused(template):
    mine = pack({"ticket.html.j2": template})
    with pytest.raises(TemplateProblem) as caught:
        DOCS.render(mine, FORM, request({"details": "x onclick=alert(1)"}), format="html", language="en")
    assert caught.value.where == "ticket.html.j2"


def test_a_pack_is_rehearsed_before_anything_is_asked():
    DOCS.rehearse(pack(), FORM, request(), language="en")
    for name, source in {
        "email.html.j2": "<p class={{ answers.details }}>x</p>",
        "email.txt.j2": "{{ answers.nothing }}",
        "email.subject.j2": "{% if roles.summary %}{{ nothing }}{% endif %}",
        "ticket.md.j2": "{% if",
    }.items():
        with pytest.raises(TemplateProblem, match=name):
            DOCS.rehearse(pack({name: source}), FORM, request(), language="en")


def test_a_pack_adds_to_a_document_of_ours():
    mine = pack(
        {
            "ticket.md.j2": '{% extends "general/ticket.md.j2" %}'
            "{% block topic %}Contract: **{{ roles.account|md_line }}**{% endblock %}"
        }
    )
    made = DOCS.render(mine, FORM, request({"account": "4417_0083_", "summary": "It drops"}), language="en")
    assert made.startswith("# It drops\n\nContract: **4417_0083\\_**\n\n## Contact details\n")


def test_a_form_without_any_role_is_rendered_whole():
    foreign = form(
        question("q1", label="Version?"),
        question("q2", label="Logs", render="shell"),
        question("q3", Kind.CHECKBOXES, options=["a", "b"]),
    )
    made = DOCS.render(PACK, foreign, request({"q1": "1.2", "q2": "$ x\n", "q3": ["a", "b"]}), language="en")
    assert "# A form\n" in made
    assert "- **Version?** 1.2\n" in made
    assert "```shell\n$ x\n```" in made
    assert "- **Q3:** a, b" in made


def test_every_role_has_its_place():
    every = form(*(question(role.value, Kind.INPUT) for role in Role))
    answers = {role.value: f"answer {role.value}" for role in Role}
    made = DOCS.render(PACK, every, request(answers), language="en", format="txt")
    for role in Role:
        assert len(re.findall(rf"answer\s{role.value}\b", made)) == 1, role


VALUES = (
    st.text(max_size=8)
    | st.booleans()
    | st.integers(-5, 5)
    | st.floats(-5, 5)
    | st.lists(st.text(max_size=5), max_size=3)
)


@given(st.dictionaries(st.sampled_from([q.id for q in FORM.questions]) | st.text(max_size=5), VALUES, max_size=8))
def test_a_request_file_of_another_version_is_rendered_whatever_the_types_of_its_answers(answers):
    for format in ("md", "html", "txt"):
        DOCS.render(PACK, FORM, request(answers), format=format, language="en")
    DOCS.ticket(PACK, FORM, request(answers), language="en")


@pytest.mark.slow
@pytest.mark.parametrize(
    "details", ["x  \n\n" * 20_000, "<" * 100_000, "- a\n" * 25_000, "`" * 100_000, "字" * 100_000]
)
def test_an_answer_of_the_greatest_length_comes_out_whole(details):
    made = request({"summary": "s", "details": details, "steps": ["step"] * 3000})
    letter = details.split()[-1][0]
    assert DOCS.render(PACK, FORM, made, format="txt", language="en").count(letter) >= details.count(letter)
    page = Seen(DOCS.render(PACK, FORM, made, format="html", language="en"))
    assert "".join("".join(page.text).split()).count("step") >= 3000
    assert DOCS.ticket(PACK, FORM, made, language="en").bodies["text/markdown"]


@each(
    ("document", "format"), [("ticket", "txt"), ("ticket", "md"), ("ticket", "html"), ("email", "txt"), ("chat", "txt")]
)
def test_a_story_is_kept_whole_unless_an_answer_says_the_same(document, format):
    made = request({"summary": "It drops", "details": "Every  evening."})
    for story, times in (("Since Monday it drops.", 1), ("", 0), ("Every evening.\n", 0)):
        told = msgspec.structs.replace(made, story=story)
        text = DOCS.render(PACK, FORM, told, document=document, format=format, language="en")
        assert text.count("Since Monday it drops.") == times
        assert ("as it was told" in text) == (bool(times) and document != "chat")


def test_the_lead_says_who_how_to_reach_them_since_when_and_what_is_wanted():
    of = form(
        question("preferred_contact", Kind.DROPDOWN, options=["Phone", "E-mail", "Messenger"]),
        *(question(one, Kind.INPUT) for one in ("name", "phone", "email", "contact_time", "began", "outcome")),
    )
    answers = {"name": "Anna", "phone": "+1", "email": "a@b.example", "contact_time": "12-14", "outcome": "A refund"}
    for preferred, lead in {
        "Phone": "Anna · Reach by: Phone +1 · Best time: 12-14",
        "E-mail": "Anna · Reach by: E-mail a@b.example · Best time: 12-14",
        "Messenger": "Anna · Reach by: Messenger · Phone: +1 · Best time: 12-14",
        None: "Anna · Phone: +1 · Best time: 12-14",
    }.items():
        said = answers | ({"preferred_contact": preferred} if preferred else {})
        made = DOCS.render(PACK, of, request(said), language="en", format="txt")
        assert f"\n{lead}\nWanted: A refund\n" in made
        for part in ("Anna", "+1", "a@b.example", "12-14", "A refund"):
            assert made.count(part) == 1
    long = DOCS.render(PACK, of, request({"outcome": "Please " * 30}), language="en", format="txt")
    assert "── Desired outcome\nPlease" in long


def test_the_phone_script_says_which_number_to_call_and_files_say_what_they_show():
    provider = PACKS["internet-provider"]
    photo = Attachment(path="a.png", name="a.png", type="image/png", size=9, sha256="0" * 64, question="attachments")
    for language, hours, shown in (("en", "every day", "Picture of the speed test"), ("uk", "щодня", "Знімок")):
        slow = provider.form("slow")
        made = request({"summary": "Slow"}, attachments=(photo,))
        phone = DOCS.render(provider, slow, made, document="phone", format="txt", language=language)
        assert f"+44 20 7946 0120 ({hours}" in phone.split("\n\n")[1]
        assert "example.org/chat" not in phone
        assert shown in DOCS.render(provider, slow, made, format="txt", language=language)
