"""The packs that come along: what they ask, how much, why, and where it goes."""

import re

import pytest

from support_cli.authoring.check_conditions import Reach
from support_cli.checks.request import check as look
from support_cli.distribution.info import is_personal
from support_cli.forms.model import ALWAYS, Form, Kind, Not, Question, Role
from support_cli.forms.options import Invalid
from support_cli.forms.questionnaire import visible
from support_cli.forms.request import Attachment
from support_cli.forms.values import read
from support_cli.requests.produce import route
from tests.packs.builtin import FORMS, PACKS, ROOT, questions, said, samples
from tests.table import each

TEAMS = [name for name in PACKS if name not in ("general", "software")]
CUSTOMERS = [name for name in TEAMS if name != "incident-notice"]
FREE = (Kind.INPUT, Kind.TEXTAREA, Kind.STEPS)
PHOTO = Attachment(path="a.jpg", name="a.jpg", type="image/jpeg", size=9, sha256="0" * 64, question="attachments")
CARDS = [
    "4111111111111111",
    "4111 1111 1111 1111",
    "5555-5555-5555-4444",
    "my card is 2200 1234 5678 9019, please unblock it",
    "3782 822463 10005",
    "card 4111.1111.1111.1111",
    "4111 1111\n1111 1111",
    "номер 4111\u00a01111\u00a01111\u00a01111",
]


def test_there_is_a_pack_for_everybody_who_told_us():
    assert set(PACKS) == {
        "general", "software", "internet-provider", "bank", "mobile-operator", "online-shop", "complaint",
        "incident-notice",
    }  # fmt: skip


@each(("name", "form_id"), FORMS)
def test_scripts_find_a_question_with_a_role_under_the_roles_name(name, form_id):
    for q in PACKS[name].form(form_id).questions:
        if q.asks:
            assert (q.id in set(Role)) == (q.role is not None), q.id
            assert q.role is None or q.role.value == q.id


@each(("name", "form_id"), FORMS)
def test_whatever_is_personal_says_why_it_is_asked(name, form_id):
    silent = [q.id for q in PACKS[name].form(form_id).questions if q.asks and is_personal(q) and not q.why]
    assert [one for one in silent if one not in ("preferred_contact", "serial")] == []


@each(("name", "form_id"), FORMS)
def test_every_upload_says_what_to_send_and_every_consent_what_is_agreed_to(name, form_id):
    form = PACKS[name].form(form_id)
    for q in form.questions:
        if q.kind is Kind.UPLOAD and name in TEAMS:
            assert q.description.endswith("."), q.id
        if q.kind is Kind.CONFIRM:
            assert q.label.startswith("I "), q.id
            assert q.label.endswith("."), q.id
            assert len(q.label) > 60, q.id
    assert form.questions[-1].role is Role.CONSENT
    assert form.questions[-1].required


@each(("name", "form_id"), FORMS)
def test_every_question_can_be_met_and_left_out(name, form_id):
    form = PACKS[name].form(form_id)
    reach = Reach(form)
    for q in form.questions:
        assert reach.possible(q.when), q.id
        assert q.when == ALWAYS or reach.possible(Not(q.when)), q.id
    for one in form.self_help:
        assert reach.possible(one.when), one.title
        assert one.steps


@each("name", TEAMS)
def test_each_form_has_a_complete_and_a_weak_request_among_its_tests(name):
    for form_id in PACKS[name].form_ids():
        mine = [test for test in samples(name).values() if said(test, name)[0].id == form_id]
        assert any(not test.expect.errors for test in mine), form_id
        assert any(test.expect.errors for test in mine), form_id


@each("name", CUSTOMERS)
def test_an_ordinary_customer_is_asked_little(name):
    for stem, test in samples(name).items():
        if test.expect.errors:
            continue
        form, values = said(test, name)
        asked = visible(form, values)
        assert len([q for q in asked if q.required]) <= 12, stem
        assert len(asked) <= 18, stem
    counts = [len([q for q in visible(PACKS[name].form(one), {}) if q.required]) for one in PACKS[name].form_ids()]
    assert max(counts) <= 10


@each(("name", "form_id"), [one for one in FORMS if one[0] in CUSTOMERS])
def test_identifiers_come_before_the_way_back_to_the_customer(name, form_id):
    ids = [q.id for q in PACKS[name].form(form_id).questions if q.asks]
    ways = [ids.index(one) for one in ("phone", "email", "preferred_contact") if one in ids]
    for one in ("account", "order", "card_last4", "service_address", "article"):
        assert one not in ids or ids.index(one) < min(ways), one
    assert ids.index("summary") < ids.index("consent")


@each("word", ["yes", "так", "да", "tak", "no", True])
def test_yes_is_no_answer_to_an_either_or(word):
    for name, form_id, q in questions():
        if q.kind is Kind.DROPDOWN:
            with pytest.raises(Invalid) as caught:
                read(q, word)
            assert caught.value.code == "A002", (name, form_id, q.id)


# --- where it goes ----------------------------------------------------------------------------------------------------


@each("name", TEAMS)
def test_whatever_topic_is_chosen_leads_to_the_people_for_it(name):
    """No choice of the question that routes falls through to whoever happens to be the default."""
    pack = PACKS[name]
    chosen = {key for one in pack.manifest.routes for key in _named(one.when)}
    routed = 0
    for form_id in pack.form_ids():
        form = pack.form(form_id)
        for q in form.questions:
            for option in q.options if q.id in chosen and q.id != "audience" else ():
                channel, _channel, queue = route(pack, form, {q.id: option.label})
                assert any(_takes(one.when, q.id, option.label) for one in pack.manifest.routes), option.label
                assert channel, option.label
                assert queue, option.label
                routed += 1
    assert routed or name == "incident-notice"
    taken = {route(pack, *said(test, name))[0] for test in samples(name).values()}
    assert taken == set(pack.manifest.channels)


def _named(condition):
    return {condition.question} if hasattr(condition, "question") else set()


def _takes(condition, question, label):
    return getattr(condition, "question", "") == question and label in condition.values


def test_cards_deposits_and_payments_never_meet():
    to = {test: route(PACKS["bank"], *said(one, "bank"))[0] for test, one in samples("bank").items()}
    for form, channels in {"card": {"cards", "urgent"}, "deposit": {"deposits"}, "payment": {"payments"}}.items():
        assert {channel for test, channel in to.items() if test.startswith(form) and test != "card-weak"} == channels


def test_nobody_outside_is_written_to_by_an_example():
    for path in sorted(ROOT.rglob("*")):
        if path.suffix in (".yml", ".md", ".po", ".j2"):
            text = path.read_text("utf-8")
            for host in re.findall(r"(?:[\w.+-]@|https?://)([\w.-]+\w)", text):
                assert re.fullmatch(r"(\w+\.)?example(\.(org|com|net))?", host), (path, host)
    for name in TEAMS:
        manifest = PACKS[name].manifest
        assert manifest.contacts
        assert manifest.respond_within
        for contact in manifest.contacts:
            assert contact.note
            assert contact.kind != "phone" or re.fullmatch(r"\+44 20 7946 \d{4}", contact.value)  # kept for fiction


# --- what must not go along -------------------------------------------------------------------------------------------


def _takes_card(question: Question, form: Form, card: str) -> bool:
    """Whether a card number gets past a question without a word."""
    try:
        value = read(question, [card] if question.kind is Kind.STEPS else card)
    except Invalid:
        return False
    assert value is not None
    return not [f for f in look(form, {question.id: value}) if f.where == question.id and f.code == "P001"]


@each("card", CARDS)
def test_the_bank_takes_a_whole_card_number_nowhere(card):
    for form_id in PACKS["bank"].form_ids():
        for q in PACKS["bank"].form(form_id).questions:
            if q.kind in FREE:
                assert q.kind is not Kind.STEPS, "a list has no pattern"
                with pytest.raises(Invalid) as caught:
                    read(q, card)
                assert caught.value.code in ("A003", "A004"), (form_id, q.id)


@each(
    "text",
    [
        "The card that ends in 4417 was refused on 21.11.2026 at 18:20",
        "UA21 3223 1300 0002 6007 2335 6600 1",
        "PL61109010140000071219812874",
        "from 2026-11-01 to 2026-11-21, 12 500.00 UAH, RRN 632512345678",
        "+380 67 234 56 78, then +380 44 234 56 78",
    ],
)
def test_accounts_days_sums_and_telephones_are_no_card_numbers(text):
    details = PACKS["bank"].form("something-else").question("details")
    assert details is not None
    assert read(details, text) == text


@each("digits", ["441", "44170", "4417 8802", "abcd", "٤٤١٧"])
def test_the_last_four_digits_are_four(digits):
    question = PACKS["bank"].form("card").question("card_last4")
    assert question is not None
    assert read(question, "4417") == "4417"
    with pytest.raises(Invalid):
        read(question, digits)


@each("name", ["internet-provider", "mobile-operator", "online-shop", "complaint"])
def test_elsewhere_a_card_number_in_the_story_is_noticed(name):
    for form_id in PACKS[name].form_ids():
        form = PACKS[name].form(form_id)
        for q in form.questions:
            if q.role in (Role.SUMMARY, Role.DETAILS, Role.OUTCOME) and q.kind in FREE and q.when == ALWAYS:
                assert not _takes_card(q, form, "4111 1111 1111 1111"), (form_id, q.id)


def test_nobody_asks_for_a_pin_a_code_or_a_password():
    for name, form_id, q in questions():
        asked = re.search(r"\b(pin|puk|cvv|cvc|password|code)\b", q.label.casefold())
        assert not asked or q.label == "Phone with country code" or q.kind is Kind.CONFIRM, (name, form_id, q.label)


def test_a_claim_without_the_photo_is_not_complete():
    form, values = said(samples("online-shop")["defect-broken"], "online-shop")
    assert [f.where for f in look(form, values, [PHOTO]) if f.code == "A001"] == []
    missing = [f for f in look(form, values) if f.code == "A001"]
    assert [f.where for f in missing] == ["attachments"]
    assert (missing[0].fix or "").startswith("--attach")
