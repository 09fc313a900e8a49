# ruff: noqa: E501 - a sentence stands on one line, so that it can be looked for
"""What authors of packs hear when they slip: the place, what was expected, and what was probably meant."""

import textwrap

import pytest

from support_cli.packs.errors import PackError
from support_cli.packs.native import read_form, read_manifest
from support_cli.packs.yamltext import parse
from tests.making import is_clean
from tests.table import each


def read_text(text):
    return read_form(parse(text, name="forms/f.yml"), "f")


def faults(text, reader=read_form):
    """``line:column code message | fix`` of every fault."""
    parsed = parse(textwrap.dedent(text).lstrip("\n"), name="f.yml")
    with pytest.raises(PackError) as refused:
        reader(parsed, "f") if reader is read_form else reader(parsed)
    error = refused.value
    for finding in error.findings:
        assert is_clean(finding.message + (finding.fix or ""))
        assert "\n" not in finding.message
    count = len(error.findings)
    assert error.message == (error.findings[0].message if count == 1 else f"f.yml has {count} faults:")
    assert error.where == error.findings[0].where
    return [
        f"{finding.where.removeprefix('f.yml:')} {finding.code} {finding.message}"
        + (f" | {finding.fix}" if finding.fix else "")
        for finding in error.findings
    ]


def form_faults(body, head=""):
    """The same for the items of a body."""
    return faults(f"name: Bug\n{head}body:\n" + textwrap.indent(textwrap.dedent(body).strip("\n"), "  ") + "\n")


def manifest_faults(text):
    return faults(text, read_manifest)


# --- slips in a form --------------------------------------------------------------------------------------------------

EMPTY = "Give it a value, or take the line out."
KNOWN = (
    "Known here: assignees, before_you_start, body, description, labels, name, projects, require_any, respond_within, route, self_help, "
    "story, title, type."
)
QUESTION = "- {type: input, id: topic, attributes: {label: Topic}}\n"


@each(
    ("text", "expected"),
    [
        ("", ["1:1 T001 A form is a mapping with “name” and “body”."]),
        ("- type: input\n", ["1:1 T001 A form is a mapping with “name” and “body”."]),
        ("name: Bug\n", ["1:1 T001 “body” must be a list of questions."]),
        ("name: Bug\nbody: []\n", ["2:1 T001 “body” must be a list of questions."]),
        ("name: Bug\nbody: {type: input}\n", ["2:1 T001 “body” must be a list of questions."]),
        (f"body:\n{QUESTION}", ["1:1 T001 The key “name” is missing."]),
        (
            f"nmae: Bug\nbody:\n{QUESTION}",
            ["1:1 T001 “nmae” is not a key that is known here. Did you mean “name”? | name"],
        ),
        (f"name:\nbody:\n{QUESTION}", ["1:1 T001 “name” must be text, and nothing stands there. | " + EMPTY]),
        (f"name: 5\nbody:\n{QUESTION}", ["1:1 T001 “name” must be text, not a number. | Put the value in quotes."]),
        (
            f"name: Bug\nlabels: [bug, 5, yes]\nbody:\n{QUESTION}",
            [
                "2:15 T001 Item 2 of “labels” must be text, not a number. | Put the value in quotes.",
                "2:18 T001 Item 3 of “labels” must be text, not true or false. | Put the value in quotes.",
            ],
        ),
        (
            f"name: Bug\nabout: x\nbody:\n{QUESTION}",
            [
                "2:1 T001 “about” is not a key that is known here. | " + KNOWN,
            ],
        ),
        (
            f"name: Bug\nrespond_within: 3 days\nbody:\n{QUESTION}",
            ["2:1 T001 “3 days” is not a duration. | 72h, 30min, 3d"],
        ),
        (
            f"name: Bug\nrespond_within: 72\nbody:\n{QUESTION}",
            ["2:1 T001 “respond_within” must be text, not a number. | Put the value in quotes."],
        ),
        (
            f"name: Bug\nrequire_any: [[topic, topci], []]\nbody:\n{QUESTION}",
            [
                "2:23 T002 “topci” is not a question of this form. Did you mean “topic”? | topic",
                "2:31 T002 A group needs at least one question.",
            ],
        ),
        (
            f"name: Bug\nrequire_any: [topic]\nbody:\n{QUESTION}",
            ["2:15 T001 Item 1 of “require_any” must be a list, not text. | [topic]"],
        ),
        (
            f"name: Bug\nself_help: [{{steps: a}}]\nbody:\n{QUESTION}",
            ["2:14 T001 “steps” must be a list, not text. | [a]"],
        ),
        (
            f"name: Bug\nself_help: [{{steps: [a], when: {{tpoic: x}}}}]\nbody:\n{QUESTION}",
            [
                "2:33 T002 “tpoic” is not a question of this form. Did you mean “topic”? | topic",
            ],
        ),
        (
            f"name: Bug\nname: Idea\nbody:\n{QUESTION}",
            ["2:1 T001 “name” stands twice in this mapping. | Keep one of the two."],
        ),
        (
            f'name: "a\\e[31mb"\nbody:\n{QUESTION}',
            ["1:1 T001 This text holds a control character (U+001B). | Take it out."],
        ),
        (
            f'name: Bug\n"a\\u202e": x\nbody:\n{QUESTION}',
            [
                "2:1 T001 This key holds control characters.",
                "2:1 T001 “a” is not a key that is known here. | " + KNOWN,
            ],
        ),
        ("name: Bug\nbody:\n- {type: markdown, attributes: {value: x}}\n", ["2:1 T001 This form has nothing to ask."]),
    ],
)
def test_slips_at_the_top_of_a_form(text, expected):
    assert faults(text) == expected


@each(
    ("item", "expected"),
    [
        ("- hello", ["3:5 T001 Item 1 of “body” must be a mapping, not text."]),
        ("- {}", ["3:5 T001 The key “type” is missing."]),
        (
            "- type: inptu\n  attributes: {label: x}",
            ["3:5 T001 “inptu” is not a value that “type” can have. Did you mean “input”? | input"],
        ),
        (
            "- type: radio\n  attributes: {label: x}",
            [
                "3:5 T001 “radio” is not a value that “type” can have. | One of: checkboxes, confirm, date, dropdown, email, "
                "input, markdown, number, phone, steps, textarea, time_window, upload, url.",
            ],
        ),
        ("- type: 5", ["3:5 T001 “type” must be text, not a number. | Put the value in quotes."]),
        ("- type: input", ["3:5 T001 The key “attributes” is missing."]),
        ("- type: input\n  attributes: {}", ["4:5 T001 The key “label” is missing."]),
        (
            "- type: input\n  attributes:",
            [
                "4:5 T001 “attributes” must be a mapping, and nothing stands there. | " + EMPTY,
            ],
        ),
        ("- type: input\n  attributes:\n    label: ' '", ["5:7 T001 A question needs a label."]),
        (
            "- type: input\n  attributes:\n    lable: x",
            ["5:7 T001 “lable” is not a key that is known here. Did you mean “label”? | label"],
        ),
        (
            "- type: input\n  attributs: {label: x}",
            ["4:5 T001 “attributs” is not a key that is known here. Did you mean “attributes”? | attributes"],
        ),
        (
            "- type: input\n  label: x",
            [
                "4:5 T001 “label” belongs under “attributes”. | attributes",
            ],
        ),
        (
            "- type: input\n  required: true\n  attributes: {label: x}",
            ["4:5 T001 “required” belongs under “validations”. | validations"],
        ),
        (
            "- type: input\n  attributes:\n    label: x\n    required: true",
            ["6:7 T001 “required” belongs under “validations”. | validations"],
        ),
        ("- type: input\n  attributes:\n    label: x\n    why: y", ["6:7 T001 “why” belongs one level further out."]),
        (
            "- type: input\n  attributes:\n    label: x\n    descripton: y",
            [
                "6:7 T001 “descripton” is not a key that is known here. Did you mean “description”? | description",
            ],
        ),
        (
            "- type: input\n  attributes:\n    label: x\n    options: [a]",
            [
                "6:7 T001 “options” is not a key that is known here. | Known here: description, label, placeholder, value.",
            ],
        ),
        (
            "- type: input\n  id: a b\n  attributes: {label: x}",
            [
                "4:5 T001 “a b” cannot be used for “id”. | Only Latin letters, digits, “-” and “_”.",
            ],
        ),
        (
            "- type: input\n  id: тема\n  attributes: {label: x}",
            [
                "4:5 T001 “тема” cannot be used for “id”. | Only Latin letters, digits, “-” and “_”.",
            ],
        ),
        (
            "- type: input\n  id: 5\n  attributes: {label: x}",
            ["4:5 T001 “id” must be text, not a number. | Put the value in quotes."],
        ),
        ("- type: input\n  id: any\n  attributes: {label: x}", ["4:5 T001 “any” means something else in conditions."]),
        (
            "- type: input\n  role: summry\n  attributes: {label: x}",
            [
                "4:5 T001 “summry” is not a value that “role” can have. Did you mean “summary”? | summary",
            ],
        ),
        (
            "- type: input\n  secret: please\n  attributes: {label: x}",
            ["4:5 T001 “secret” must be true or false, not text."],
        ),
        (
            "- type: input\n  secret: yes\n  wyh: x\n  attributes: {label: yes}",
            [
                "5:5 T001 “wyh” is not a key that is known here. Did you mean “why”? | why",
                "6:18 T001 “label” must be text, not true or false. | Put the value in quotes.",
            ],
        ),
        (
            "- type: input\n  attributes: {label: x}\n  validations:\n    max_length: -1\n    pattern: '('",
            [
                "6:7 T001 “max_length” must be at least 1.",
            ],
        ),
        (
            "- type: input\n  attributes: {label: x}\n  validations:\n    pattern: '('",
            [
                "6:7 T001 This pattern is not a regular expression: missing ) at position 1.",
            ],
        ),
        (
            "- type: input\n  attributes: {label: x}\n  validations: {min_length: 9, max_length: 3}",
            [
                "5:19 T001 “min_length” is larger than “max_length”.",
            ],
        ),
        (
            "- type: input\n  attributes: {label: x}\n  validations: {min_lenght: 9, requird: true}",
            [
                "5:19 T001 “min_lenght” is not a key that is known here. Did you mean “min_length”? | min_length",
                "5:34 T001 “requird” is not a key that is known here. Did you mean “required”? | required",
            ],
        ),
        (
            "- type: number\n  attributes: {label: x}\n  validations: {minimum: '1', maximum: 9}",
            [
                "5:19 T001 “minimum” must be a number, not text.",
            ],
        ),
        (
            "- type: number\n  attributes: {label: x}\n  validations: {minimum: 10, maximum: 9}",
            [
                "5:19 T001 “minimum” is larger than “maximum”.",
            ],
        ),
        (
            "- type: number\n  attributes: {label: x}\n  validations: {minimum: .nan, maximum: 9}",
            [
                "5:19 T001 “minimum” is larger than “maximum”.",
            ],
        ),
        ("- type: dropdown\n  attributes: {label: x}", ["4:5 T001 The key “options” is missing."]),
        (
            "- type: dropdown\n  attributes:\n    label: x\n    options: []",
            ["6:7 T001 “options” needs at least one choice."],
        ),
        (
            "- type: dropdown\n  attributes:\n    label: x\n    options: {a: b}",
            ["6:7 T001 “options” must be a list, not a mapping."],
        ),
        (
            "- type: dropdown\n  attributes:\n    label: x\n    options: a",
            ["6:7 T001 “options” must be a list, not text. | [a]"],
        ),
        (
            "- type: dropdown\n  attributes:\n    label: x\n    options:\n      - Yes\n      - 5\n      - Maybe\n      -\n      - lable: a",
            [
                "7:11 T001 Item 1 of “options” must be text or a mapping, not true or false. | Put the value in quotes.",
                "8:11 T001 Item 2 of “options” must be text or a mapping, not a number. | Put the value in quotes.",
                "10:10 T001 Item 4 of “options” must be text or a mapping, and nothing stands there. | " + EMPTY,
                "11:11 T001 “lable” is not a key that is known here. Did you mean “label”? | label",
            ],
        ),
        (
            "- type: dropdown\n  attributes:\n    label: x\n    options: [a, b, a, ' ']",
            [
                "6:23 T003 The choice “a” stands twice.",
                "6:26 T001 A choice is empty.",
            ],
        ),
        (
            "- type: dropdown\n  attributes:\n    label: x\n    options: [a, b]\n    default: 2",
            [
                "7:7 T001 “default” counts from 0, and there are 2 choices. | 0 … 1",
            ],
        ),
        (
            "- type: dropdown\n  attributes:\n    label: x\n    options: [a, b]\n    default: a",
            [
                "7:7 T001 “default” must be a number, not text. | It is the place of the choice, counted from 0.",
            ],
        ),
        (
            "- type: dropdown\n  attributes:\n    label: x\n    options: [a, b]\n    default: -1",
            ["7:7 T001 “default” must be at least 0."],
        ),
        (
            "- type: checkboxes\n  attributes:\n    label: x\n    options: [a]",
            ["6:17 T001 Item 1 of “options” must be a mapping, not text."],
        ),
        (
            "- type: checkboxes\n  attributes: {label: x, options: [{label: a}]}\n  validations: {required: true}",
            [
                "5:5 T001 “validations” is not a key that is known here. | Known here: attributes, differs_from, example, id, private, role, secret, type, "
                "when, why.",
            ],
        ),
        (
            "- type: markdown\n  id: x\n  attributes: {value: Hello}",
            [
                "4:5 T001 “id” is not a key that is known here. | Known here: attributes, type, when.",
            ],
        ),
        (
            "- type: markdown\n  attributes: {label: Hello}",
            [
                "4:5 T001 The key “value” is missing.",
                "4:18 T001 “label” is not a key that is known here. | Known here: value.",
            ],
        ),
        (
            "- type: upload\n  attributes: {label: x}\n  validations: {accept: 5}",
            [
                "5:19 T001 “accept” must be text or a list, not a number. | Put the value in quotes.",
            ],
        ),
    ],
)
def test_slips_in_a_question(item, expected):
    found = form_faults(item + "\n" + QUESTION)
    assert found == expected


@each(
    ("when", "expected"),
    [
        ("topic", "“when” must be a mapping, not text"),
        ("[topic]", "“when” must be a mapping, not a list"),
        ("", "“when” must be a mapping, and nothing stands there"),
        ("{tpoic: Bill}", "“tpoic” is not a question of this form. Did you mean “topic”? | topic"),
        ("{nto: {topic: Bill}}", "Did you mean “not”? | not"),
        ("{tpc: Bill}", "Did you mean “topic”? | topic"),
        ("{weather: fine}", "“weather” is not a question of this form."),
        ("{later: x}", "“later” is asked later; a condition can only look back."),
        ("{here: x}", "“here” is asked later; a condition can only look back."),
        ("{note: x}", "“note” is not a question of this form."),
        ("{topic: Bil}", "“Bil” is not one of the choices of “topic”. Did you mean “Bill”? | Bill"),
        ("{topic: Weather}", "“Weather” is not one of the choices of “topic”. | Bill, Order, Yes"),
        ("{topic: [Bill, Weather, Rain]}", "“Weather” is not one of the choices"),
        ("{topic: yes}", "Put “yes” and “no” in quotes where they are choices."),
        ("{topic: []}", "A condition takes a value or a list of values."),
        ("{topic: ~}", "A condition takes a value or a list of values."),
        ("{topic: [[Bill]]}", "A condition takes a value or a list of values."),
        ("{topic: {answerd: true}}", "Only “answered: true” or “answered: false” can stand here."),
        ("{topic: {answered: maybe}}", "Only “answered: true” or “answered: false” can stand here."),
        ("{consent: given}", "A consent is compared with true or false."),
        ("{count: many}", "“count” is a number, and is compared with numbers."),
        ("{name: yes}", 'Put “yes” and “no” in quotes where they are text. | "yes"'),
        ("{any: {topic: Bill}}", "“any” takes a list of conditions of which one must hold."),
        ("{any: []}", "“any” takes a list of conditions"),
        ("{any: [topic]}", "“when” takes a mapping of question ids to accepted values."),
        ("{not: [topic]}", "“not” takes a condition that must not hold, as a mapping."),
        ("{not: {}}", "“not” takes a condition"),
        ("{all: [{topic: Bill}]}", "“all” is not a question of this form."),
        ("{not: {any: [{topic: Bil}]}}", "“Bil” is not one of the choices of “topic”."),
    ],
)
def test_slips_in_a_condition(when, expected):
    found = form_faults(f"""
        - {{type: dropdown, id: topic, attributes: {{label: T, options: [Bill, Order, "Yes"]}}}}
        - {{type: confirm, id: consent, attributes: {{label: C}}}}
        - {{type: number, id: count, attributes: {{label: N}}}}
        - {{type: input, id: name, attributes: {{label: Name}}}}
        - {{type: markdown, attributes: {{value: note}}}}
        - type: input
          id: here
          when: {when}
          attributes: {{label: H}}
        - {{type: input, id: later, attributes: {{label: L}}}}
        """)
    assert expected in found[0]
    assert found[0].startswith("10:")
    assert len(found) == when.count("Rain") + 1


def test_a_faulty_question_makes_no_condition_on_it_look_wrong():
    assert form_faults("""
        - {type: dropdown, id: topic, attributes: {label: T, options: yes}}
        - {type: input, attributes: {label: Which one, colour: red}}
        - {type: input, id: a, when: {topic: x, which-one: y}, attributes: {label: A}}
        """) == [
        "3:56 T001 “options” must be a list, not true or false.",
        "4:50 T001 “colour” is not a key that is known here. | Known here: description, label, placeholder, value.",
    ]


def test_all_faults_of_a_file_are_told_in_the_order_in_which_they_stand():
    text = """
        name: Bug
        titel: x
        require_any: [[sumary]]
        body:
          - type: input
            id: summary
            attributes: {labl: x}
          - type: dropdwn
            attributes: {label: y}
          - type: input
            id: summary
            when: {sumary: x}
            attributes: {label: z}
            validations: {required: maybe}
        respond_within: soon
        """
    assert faults(text) == [
        "2:1 T001 “titel” is not a key that is known here. Did you mean “title”? | title",
        "7:18 T001 “labl” is not a key that is known here. Did you mean “label”? | label",
        "8:5 T001 “dropdwn” is not a value that “type” can have. Did you mean “dropdown”? | dropdown",
        "11:5 T003 Another question has the id “summary”.",
        "14:19 T001 “required” must be true or false, not text.",
    ]


def test_the_error_itself_counts_its_faults_or_is_the_only_one():
    with pytest.raises(PackError) as refused:
        read_text("name: Bug\nbody:\n- {type: input, atributes: {label: x}}\n- {type: inpt, attributes: {label: x}}\n")
    assert refused.value.where == "forms/f.yml:3:17"
    assert refused.value.message == "forms/f.yml has 2 faults:"
    assert len(refused.value.findings) == 2
    with pytest.raises(PackError) as refused:
        read_text("name: Bug\nbody:\n- {type: input, atributes: {label: x}}\n")
    assert refused.value.hint == "attributes"


@each(
    "key",
    [
        "name",
        "description",
        "title",
        "labels",
        "assignees",
        "projects",
        "require_any",
        "route",
        "respond_within",
        "self_help",
        "body",
    ],
)
def test_every_key_of_a_form_misspelt_is_recognised(key):
    slip = key[:2] + key[3:] + "s" if len(key) > 4 else key[0] + key[2] + key[1] + key[3:]
    found = faults(f"name: Bug\n{slip}: x\nbody:\n{QUESTION}" if key != "name" else f"{slip}: Bug\nbody:\n{QUESTION}")
    assert any(f"“{slip}” is not a key that is known here. Did you mean “{key}”?" in line for line in found)


@each("key", ["id", "when", "why", "role", "secret", "private", "example", "attributes", "validations"])
def test_every_key_of_a_question_misspelt_is_recognised(key):
    slip = key + "s" if key != "attributes" else "atributes"
    found = form_faults("- type: input\n  attributes: {label: x}\n  " + f"{slip}: x\n" + QUESTION)
    assert found == [f"5:5 T001 “{slip}” is not a key that is known here. Did you mean “{key}”? | {key}"]


# --- slips in a manifest ----------------------------------------------------------------------------------------------


@each(
    ("text", "expected"),
    [
        ("", ["1:1 T001 The file must be a mapping, and nothing stands there. | " + EMPTY]),
        ("- a", ["1:1 T001 The file must be a mapping, not a list."]),
        ("title: x", ["1:1 T001 The key “pack” is missing."]),
        ("pakc: x", ["1:1 T001 “pakc” is not a key that is known here. Did you mean “pack”? | pack"]),
        (
            "pack: My Pack",
            [
                "1:1 T001 “My Pack” cannot be used for “pack”. | Only small Latin letters, digits, “.”, “-” and “_”, "
                "with a letter or digit first."
            ],
        ),
        ("pack: a\nversion: 1.0", ["2:1 T001 “version” must be text, not a number. | Put the value in quotes."]),
        (
            "pack: a\nlanguage: Deutsch",
            ["2:1 T001 “Deutsch” cannot be used for “language”. | A language as in “en”, “uk” or “pt-BR”."],
        ),
        ("pack: a\nlanguage: no", ["2:1 T001 “language” must be text, not true or false. | Put the value in quotes."]),
        ("pack: a\nrequires: ~=1", ["2:1 T001 “requires” must look like “>=1”."]),
        (
            "pack: a\nrequires: '>=99'",
            ["2:1 T001 This pack needs support-cli >=99, and this is 1.0.0. | pip install --upgrade support-cli"],
        ),
        (
            "pack: a\nlimits: {file: 10 megabytes, total: -1, files: 5000}",
            [
                "2:41 T001 “files” must be at most 1000.",
            ],
        ),
        (
            "pack: a\nlimits: {file: 10 megabytes, total: -1, mesage: 1MB}",
            [
                "2:41 T001 “mesage” is not a key that is known here. Did you mean “message”? | message",
            ],
        ),
        (
            "pack: a\nlimits:\n  file: 10 megabytes\n  total: -1\n  message: 1.5.5MB",
            [
                "3:3 T001 “10 megabytes” is not a size. | 10MB, 500kB, 10MiB",
                "4:3 T001 “-1” is not a size. | 10MB, 500kB, 10MiB",
                "5:3 T001 “1.5.5MB” is not a size. | 10MB, 500kB, 10MiB",
            ],
        ),
        ("pack: a\nlimits: {refuse: exe}", ["2:10 T001 “refuse” must be a list, not text. | [exe]"]),
        (
            "pack: a\ncontacts: [{kind: fax, value: 1}, {kind: phne, value: '1'}]",
            [
                "2:13 T001 “fax” is not a value that “kind” can have. | One of: phone, email, chat, web, address, messenger.",
                "2:24 T001 “value” must be text, not a number. | Put the value in quotes.",
                "2:36 T001 “phne” is not a value that “kind” can have. Did you mean “phone”? | phone",
            ],
        ),
        ("pack: a\nchannels: [mail]", ["2:1 T001 “channels” must be a mapping, not a list."]),
        (
            "pack: a\nchannels: {mail: {kind: file}, desk: 5, fax: true}",
            [
                "2:32 T001 “desk” must be a mapping, not a number.",
                "2:41 T001 “fax” must be a mapping, not true or false.",
            ],
        ),
        ("pack: a\nchannels: {mail: {to: x@example.org}}", ["2:12 T001 The key “kind” is missing."]),
        (
            "pack: a\nchannels: {mail: {kind: email, public: maybe}}",
            ["2:32 T001 “public” must be true or false, not text."],
        ),
        (
            "pack: a\nchannels: {mail: {kind: file}}\ndefault_channel: mial",
            [
                "3:1 T001 “mial” is not one of the channels. Did you mean “mail”? | mail",
            ],
        ),
        (
            "pack: a\nchannels: {mail: {kind: file}}\nroutes: [{channel: desk, when: {any: x}}]",
            [
                "3:11 T001 “desk” is not one of the channels.",
                "3:33 T002 “any” takes a list of conditions of which one must hold.",
            ],
        ),
        (
            "pack: a\nroutes: [{to: x}]",
            [
                "2:11 T001 “to” is not a key that is known here. | Known here: channel, queue, when.",
            ],
        ),
        ("pack: a\nnot_ours: [{keywords: tv, answer: x}]", ["2:13 T001 “keywords” must be a list, not text. | [tv]"]),
        ("pack: a\nrespond_within: 72 hours", ["2:1 T001 “72 hours” is not a duration. | 72h, 30min, 3d"]),
        (
            "pack: a\nbefore_you_start: Have your number",
            ["2:1 T001 “before_you_start” must be a list, not text. | [Have your number]"],
        ),
        ("pack: a\nname: A", ["2:1 T001 “name” belongs under “publisher”. | publisher"]),
    ],
)
def test_slips_in_a_manifest(text, expected):
    assert manifest_faults(text) == expected


MANIFEST_KEYS = ["version", "requires", "language", "reply_language", "title", "description", "publisher", "limits", "contacts",
                 "respond_within", "channels", "routes", "default_channel", "not_ours", "before_you_start"]  # fmt: skip


@each("key", MANIFEST_KEYS)
def test_every_key_of_a_manifest_misspelt_is_recognised(key):
    slip = key[:2] + key[3:]
    assert manifest_faults(f"pack: a\n{slip}: x") == [
        f"2:1 T001 “{slip}” is not a key that is known here. Did you mean “{key}”? | {key}"
    ]
