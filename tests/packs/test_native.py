"""Our forms and manifests: what can be written, and what authors hear when they slip."""

import textwrap
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from support_cli.forms.model import Answered, AnyOf, Kind, Matches, Not, OpenHours, Option, Role, WorkingHours
from support_cli.packs.errors import PackError
from support_cli.packs.native import read_form, read_manifest
from support_cli.packs.yamltext import parse
from tests.making import is_clean
from tests.table import each

ROOT = Path(__file__).parents[2]


def read(text, name="forms/f.yml"):
    return read_form(parse(textwrap.dedent(text), name=name), "f")


# --- what can be written ----------------------------------------------------------------------------------------------


def test_a_form_with_everything():
    form = read("""
        name: No internet
        description: Tell us
        title: "[Net] "
        labels: bug, net
        assignees: [anna]
        type: Bug
        route: Network
        respond_within: 72h
        require_any: [[account, phone]]
        self_help:
          - title: Restart
            when: {connection: [wifi]}
            steps: [Unplug it, Plug it in]
        body:
          - type: markdown
            attributes: {value: "**Hello**"}
          - type: dropdown
            id: connection
            why: Another cable, another fault
            attributes:
              label: How are you connected?
              options: [{label: Wi-Fi, description: no cable}, Cable]
              default: 1
            validations: {required: true}
          - type: input
            id: account
            role: account
            private: true
            example: 4417-0083
            attributes: {label: Account, placeholder: 0000-0000, value: 5}
            validations: {pattern: '\\d{4}-\\d{4}', max_length: 9}
          - type: phone
            id: phone
            when:
              any: [{connection: CABLE}, {account: {answered: false}}]
              not: {connection: [wifi]}
            attributes: {label: Phone, value: "+380441234567"}
          - type: number
            attributes: {label: How many?, value: 3}
            validations: {minimum: 1, maximum: 9.5}
          - type: checkboxes
            attributes:
              label: Tried
              options: [{label: Restarted it, required: true}]
          - type: upload
            attributes: {label: Files}
            validations: {accept: ".png, log"}
          - type: textarea
            attributes: {label: Log, render: shell}
          - type: confirm
            id: call
            attributes: {label: You may call me}
        """)
    assert [q.kind for q in form.questions] == [
        Kind.MARKDOWN, Kind.DROPDOWN, Kind.INPUT, Kind.PHONE, Kind.NUMBER, Kind.CHECKBOXES, Kind.UPLOAD, Kind.TEXTAREA,
        Kind.CONFIRM,
    ]  # fmt: skip
    assert [q.id for q in form.questions] == [
        "question-1", "connection", "account", "phone", "how-many", "tried", "files", "log", "call",
    ]  # fmt: skip
    _note, connection, account, phone, number, boxes, files, log, _call = form.questions
    assert connection.options == (Option("Wi-Fi", "no cable"), Option("Cable"))
    assert connection.default == "Cable"
    assert (account.role, account.private, account.default, account.max_length) == (Role.ACCOUNT, True, "5", 9)
    assert phone.default == "+380 44 123 4567"
    assert phone.when.parts == (
        AnyOf((Matches("connection", ("Cable",)), Answered("account", False))),
        Not(Matches("connection", ("Wi-Fi",))),
    )
    assert (number.default, number.minimum, number.maximum, number.explicit_id) == (3, 1.0, 9.5, False)
    assert boxes.options[0].required
    assert files.accept == (".png", ".log")
    assert log.render == "shell"
    assert (form.labels, form.assignees, form.issue_type, form.route) == (("bug", "net"), ("anna",), "Bug", "Network")
    assert form.respond_within == 72 * 3600
    assert form.self_help[0].when == Matches("connection", ("Wi-Fi",))


def test_ids_that_authors_gave_come_before_made_up_ones():
    form = read("""
        name: F
        body:
          - {type: input, attributes: {label: Summary}}
          - {type: input, id: summary, attributes: {label: Another}}
          - {type: input, attributes: {label: Summary}}
          - {type: input, attributes: {label: "?!"}}
        """)
    assert [q.id for q in form.questions] == ["summary-2", "summary", "summary-3", "question-4"]


@each("path", sorted(ROOT.glob("templates/*/forms/*.yml")))
def test_the_built_in_forms_can_be_used(path):
    assert read_form(parse(path.read_bytes(), name=path.name), path.stem).questions


def test_a_manifest_with_everything():
    manifest = read_manifest(
        parse(
            textwrap.dedent("""
        pack: internet-provider
        version: 1.2.0
        requires: ">=1"
        language: en
        reply_language: uk
        title: Internet provider
        description: For a provider
        publisher: {name: P, url: https://example.org}
        limits: {files: 10, file: 10MB, total: 10 MiB, message: 14000000, refuse: [.EXE, msi]}
        contacts: [{kind: phone, value: "+380 44 123 45 67", hours: 8-20}]
        respond_within: 3d
        working_hours:
          open: [mon-fri 9:00-18:00, "Sat, sun 10:00-14:00"]
          timezone: Europe/Kyiv
          closed: [2026-12-25]
        escalation: boss
        channels:
          boss: {kind: email, to: boss@example.org}
          mail: {kind: email, to: [a@example.org, b@example.org]}
          desk: {kind: zammad, url: "https://desk.example.org", group: Net, priority: 2}
        routes: [{when: {topic: [billing]}, channel: desk, queue: Billing}]
        default_channel: mail
        not_ours: [{keywords: [tv], answer: Ask them}]
        before_you_start: [Have your number]
        """),
            name="pack.yml",
        )
    )
    assert manifest.limits.file == 10_000_000
    assert manifest.limits.total == 10 * 2**20
    assert manifest.limits.message == 14_000_000
    assert manifest.limits.refuse == ("exe", "msi")
    assert manifest.respond_within == 3 * 86400
    assert manifest.working_hours == WorkingHours(
        open=(OpenHours(days=(0, 1, 2, 3, 4), opens=540, closes=1080), OpenHours(days=(5, 6), opens=600, closes=840)),
        timezone="Europe/Kyiv",
        closed=("2026-12-25",),
    )
    assert manifest.escalation == "boss"
    assert manifest.channels["mail"].to == "a@example.org, b@example.org"
    assert manifest.channels["desk"].settings == {"group": "Net", "priority": 2}
    assert manifest.routes[0].when == Matches("topic", ("billing",))


@each("line", ["9-18", "mon-fry 9:00-18:00", "mon 18:00-9:00", "mon 9:60-10:00", "mon-tue-wed 9:00-10:00"])
def test_hours_that_mean_nothing_are_a_fault(line):
    with pytest.raises(PackError, match="no days and hours"):
        read_manifest(parse(f"pack: a\nworking_hours: {{open: ['{line}']}}", name="pack.yml"))


def test_the_same_hour_twice_and_a_day_that_is_none_are_faults():
    text = "pack: a\nworking_hours: {open: [mon-fri 9:00-18:00, fri 17:00-20:00], closed: [tomorrow]}"
    with pytest.raises(PackError) as refused:
        read_manifest(parse(text, name="pack.yml"))
    assert [f.message for f in refused.value.findings] == [
        "“fri 17:00-20:00” overlaps with other hours of the same day.",
        "“tomorrow” is not a day.",
    ]


def test_the_first_channel_is_the_default():
    assert read_manifest(parse("pack: a\nchannels: {m: {kind: file}}", name="p")).default_channel == "m"


# --- anything at all --------------------------------------------------------------------------------------------------

KEYS = [
    *("name", "body", "type", "attributes", "label", "options", "id", "when", "validations", "required", "pattern"),
    *(
        "default",
        "any",
        "not",
        "answered",
        "require_any",
        "self_help",
        "steps",
        "limits",
        "channels",
        "kind",
        "pack",
        "x",
    ),
]
leaves = st.sampled_from(
    [None, True, 5, -1, 1.5, float("nan"), 10**30, "", "a", "input", "dropdown", "markdown", "10MB", "(", "\x1b"]
)
documents = st.recursive(
    leaves,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)),
    max_leaves=20,
)


@st.composite
def files(draw):
    """Data with a body that looks like one."""
    items = draw(st.lists(st.dictionaries(st.sampled_from(KEYS), documents, max_size=4), max_size=3))
    typed = [{"type": draw(st.sampled_from(["input", "dropdown", "number", "checkboxes"])), **item} for item in items]
    return {"name": "x", "body": typed, **draw(st.dictionaries(st.sampled_from(KEYS[3:]), documents, max_size=3))}


@given(st.one_of(documents, files()))
@example({"name": "x", "body": [{"type": []}]})
@example({"name": "x", "body": [{"type": {}}]})
def test_any_data_is_a_form_or_a_list_of_faults(data):
    for reader in (lambda parsed: read_form(parsed, "f"), read_manifest):
        parsed = parse("", name="f.yml")
        parsed.data = data
        try:
            reader(parsed)
        except PackError as error:
            assert error.findings  # noqa: PT017
            assert all(is_clean(f.message + (f.fix or "")) for f in error.findings)  # noqa: PT017
