import copy
import json
import math
from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support_cli.forms.request import (
    Answer,
    Attachment,
    Consent,
    PackRef,
    Request,
    RequestFile,
    Source,
    dump_json,
    from_file,
)
from support_cli.forms.request_file import RequestFileError, read_request
from tests.conftest import NOW
from tests.making import is_clean, nasty_text
from tests.table import each

PICTURE = Attachment(
    path="speed.png", name="speed.png", type="image/png", size=48211, sha256="0a" * 32, note="two tests"
)
REQUEST = Request(
    id="7f3k9q2m",
    created=NOW,
    language="uk",
    pack=PackRef("internet-provider", "1.2.0", "sha256:" + "ab" * 32),
    form="no-internet",
    answers={
        "summary": Answer("Інтернет зникає", Source.FILE),
        "steps": Answer(["open", "look"], Source.FILE),
        "count": Answer(5, Source.FILE),
        "share": Answer(0.5, Source.FILE),
        "call": Answer(True, Source.FILE),
    },
    attachments=(PICTURE,),
    consents=(Consent(question="call", wording="You may call me", given=True, language="en"),),
)
GOOD = msgspec.json.decode(dump_json(REQUEST))


def changed(*path_and_value):
    """The good file with one thing changed; ``...`` takes it out."""
    *path, last, value = path_and_value
    data = copy.deepcopy(GOOD)
    place = data
    for step in path:
        place = place[step]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return data


def refusal(data):
    with pytest.raises(RequestFileError) as refused:
        read_request(data, "r.yaml")
    error = refused.value
    assert is_clean(error.message + error.where)
    assert error.message.startswith("r.yaml is not a request file: ")
    assert error.hint == "support pack schema request prints the format."
    assert int(error.exit_code) == 3
    return error.message.removeprefix("r.yaml is not a request file: "), error.where.removeprefix("r.yaml").lstrip(", ")


VERSION = "it is written in a format of another version; this program reads version 1."


def test_a_request_comes_back_as_it_was_written():
    assert read_request(GOOD, "r.yaml") == REQUEST
    assert from_file(msgspec.json.decode(dump_json(REQUEST), type=RequestFile)) == REQUEST


def test_the_file_is_the_one_of_the_design():
    assert list(GOOD)[:7] == ["support-request", "id", "created", "language", "pack", "form", "answers"]
    assert GOOD["support-request"] == 1
    assert GOOD["created"] == "2026-11-21T18:20:00+01:00"
    assert GOOD["attachments"][0] == {
        "path": "speed.png", "name": "speed.png", "type": "image/png", "size": 48211, "sha256": "0a" * 32,
        "note": "two tests",
    }  # fmt: skip
    assert dump_json(REQUEST).endswith(b"}\n")
    assert "Інтернет".encode() in dump_json(REQUEST)


def test_values_are_found_by_question():
    assert REQUEST.value("count") == 5
    assert REQUEST.value("weather") is None


def test_sources_rank_as_they_should():
    assert Source.FLAG > Source.FILE > Source.ASKED > Source.NOTED > Source.PROFILE > Source.DEFAULT


@each(
    ("data", "problem", "place"),
    [
        (None, "it is not a mapping.", ""),
        ([], "it is not a mapping.", ""),
        ({}, "“support-request” is missing.", ""),
        (changed("support-request", 2), VERSION, "support-request"),
        (changed("support-request", "1"), VERSION, "support-request"),
        (changed("id", ...), "“id” is missing.", ""),
        (changed("id", 5), "a value has the wrong type (Expected", "id"),
        (changed("id", ""), "“” is not allowed there.", "id"),
        (changed("id", "../../etc/passwd"), "“../../etc/passwd” is not allowed there.", "id"),
        (changed("id", "a\x1b[31m"), "“a” is not allowed there.", "id"),
        (changed("id", "x" * 100), "is not allowed there.", "id"),
        (changed("anwsers", {}), "“anwsers” is not known there.", ""),
        (changed("created", "yesterday"), "moment with its offset, like 2026-11-21T18:20:00+01:00.", "created"),
        (changed("created", "2026-11-21T18:20:00"), "“created” is a moment with its offset", "created"),
        (changed("created", "2026-02-30T18:20:00Z"), "“created” is a moment with its offset", "created"),
        (changed("created", datetime(2026, 11, 21)), "“created” is a moment with its offset", "created"),
        (changed("created", 1234), "“created” is a moment with its offset", "created"),
        (changed("language", "uk\r\nX: y"), "“uk X: y” is not allowed there.", "language"),
        (changed("language", "Ukrainian"), "“Ukrainian” is not allowed there.", "language"),
        (changed("pack", "general"), "a value has the wrong type (Expected", "pack"),
        (changed("pack", "name", ...), "“name” is missing.", "pack"),
        (changed("pack", "name", "../evil"), "“../evil” is not allowed there.", "pack.name"),
        (changed("pack", "name", "/tmp/evil"), "“/tmp/evil” is not allowed there.", "pack.name"),
        (changed("pack", "name", "~/evil"), "“~/evil” is not allowed there.", "pack.name"),
        (changed("pack", "name", "python:evil"), "“python:evil” is not allowed there.", "pack.name"),
        (changed("pack", "name", "C:\\evil"), "is not allowed there.", "pack.name"),
        (changed("pack", "digest", "md5:abc"), "“md5:abc” is not allowed there.", "pack.digest"),
        (changed("form", "a\nb"), "“a b” is not allowed there.", "form"),
        (changed("answers", ["a"]), "a value has the wrong type (Expected", "answers"),
        (changed("answers", "summary", None), "a value has the wrong type (Expected", "answers[...]"),
        (changed("answers", "summary", {"a": 1}), "a value has the wrong type (Expected", "answers[...]"),
        (changed("answers", "steps", ["a", 5]), "a value has the wrong type (Expected", "answers[...][1]"),
        (changed("attachments", {}), "a value has the wrong type (Expected", "attachments"),
        (changed("attachments", 0, "size", -1), "“-1” is not allowed there.", "attachments[0].size"),
        (changed("attachments", 0, "size", 10**300), "is not allowed there.", "attachments[0].size"),
        (changed("attachments", 0, "size", "48211"), "a value has the wrong type (Expected", "attachments[0].size"),
        (changed("attachments", 0, "sha256", "abc"), "“abc” is not allowed there.", "attachments[0].sha256"),
        (changed("attachments", 0, "sha256", "0A" * 32), "is not allowed there.", "attachments[0].sha256"),
        (changed("attachments", 0, "sha256", "zz" * 32), "is not allowed there.", "attachments[0].sha256"),
        (changed("attachments", 0, "name", "../../x.png"), "“../../x.png” is not allowed there.", "attachments[0].name"),  # noqa: E501
        (changed("attachments", 0, "name", ".."), "“..” is not allowed there.", "attachments[0].name"),
        (changed("attachments", 0, "name", "a\r\nX-Evil: 1"), "“a X-Evil: 1” is not", "attachments[0].name"),
        (changed("attachments", 0, "name", "a\u202egnp.exe"), "“agnp.exe” is not allowed there.", "attachments[0].name"),  # noqa: E501
        (changed("attachments", 0, "type", "image/png\r\nX: y"), "“image/png X: y” is not", "attachments[0].type"),
        (changed("attachments", 0, "type", "png"), "“png” is not allowed there.", "attachments[0].type"),
        (changed("attachments", 0, "path", "a\x00b"), "“ab” is not allowed there.", "attachments[0].path"),
        (changed("attachments", 0, "path", ""), "“” is not allowed there.", "attachments[0].path"),
        (changed("consents", [{"question": "a"}]), "“wording” is missing.", "consents[0]"),
    ],
)  # fmt: skip
def test_what_is_no_request_file_is_told_with_its_place(data, problem, place):
    told, where = refusal(data)
    assert problem in told
    assert where == place


def test_further_faults_are_counted():
    data = changed("attachments", 0, "sha256", "x")
    data["id"] = "?"
    data["attachments"][0]["size"] = -1
    assert refusal(data) == ("“?” is not allowed there. 2 more faults in it.", "id")


def test_texts_of_strangers_are_made_harmless():
    data = changed("answers", {"summary": "\x1b[31mred\u202e\r\nline", "steps": ["\x07a"], "a\x1b[1mb": "x"})
    data["attachments"][0]["note"] = "\x1b]0;t\x07note"
    data["consents"][0]["wording"] = "\ufeffyes"
    data["pack"]["version"] = "1\x1b[m"
    found = read_request(data, "r.yaml")
    assert {key: answer.value for key, answer in found.answers.items()} == {
        "summary": "red\nline", "steps": ["a"], "ab": "x",
    }  # fmt: skip
    assert (found.attachments[0].note, found.consents[0].wording, found.pack.version) == ("note", "yes", "1")


@each(
    "value",
    [math.nan, math.inf, -math.inf, 10**400, -(10**30), 1e300],
)
def test_numbers_beyond_reason_do_not_stop_a_request(value):
    found = read_request(changed("answers", {"n": value}), "r.yaml")
    assert found.value("n") == "…"
    assert json.loads(dump_json(found))["answers"] == {"n": "…"}


def test_the_name_of_the_file_is_made_harmless_too():
    with pytest.raises(RequestFileError) as refused:
        read_request([], "\x1b[31mr\u202e.yaml")
    assert refused.value.message == "r.yaml is not a request file: it is not a mapping."


names = st.text(
    st.characters(exclude_categories=["C"], exclude_characters="/\\:\u2028\u2029"), min_size=1, max_size=20
).filter(lambda name: name not in (".", ".."))
moments = st.datetimes(
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=45)), timezone(-timedelta(hours=8))])
)


@given(
    st.dictionaries(
        st.text("abc-_", min_size=1, max_size=5),
        st.one_of(
            st.text(st.characters(exclude_categories=["C"], exclude_characters="\u2028\u2029"), max_size=20),
            st.booleans(),
            st.integers(-(2**53), 2**53),
            st.floats(-1e12, 1e12),
            st.lists(st.sampled_from(["a", "б"]), max_size=3),
        ),
        max_size=4,
    ),
    moments,
    st.lists(names, max_size=2),
)
def test_every_request_of_ours_can_be_read_again(values, created, files):
    request = msgspec.structs.replace(
        REQUEST,
        created=created,
        answers={key: Answer(value, Source.FILE) for key, value in values.items()},
        attachments=tuple(msgspec.structs.replace(PICTURE, name=name, path=f"/home/anna/{name}") for name in files),
    )
    assert read_request(msgspec.json.decode(dump_json(request)), "r.json") == request


anything = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), nasty_text),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(nasty_text, inner, max_size=3)),
    max_leaves=5,
)


@given(st.one_of(anything, st.tuples(st.sampled_from(sorted(GOOD)), anything).map(lambda pair: changed(*pair))))
def test_any_data_is_a_request_or_a_refusal(data):
    try:
        found = read_request(data, "r.yaml")
    except RequestFileError as error:
        assert is_clean(error.message + error.where)  # noqa: PT017
        assert "\n" not in error.message  # noqa: PT017
    else:
        assert read_request(json.loads(dump_json(found)), "r.yaml") == found
