import math
import os
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support_cli.cases import rows
from support_cli.cases.cases import Cases
from support_cli.cases.database import Database, open_database, open_in_memory
from support_cli.cases.drafts import Drafts
from support_cli.cases.errors import DraftGone, DraftOpenElsewhere, IdError
from support_cli.cases.ids import ALPHABET, new_id, pick
from support_cli.forms.model import Value
from support_cli.forms.request import Answer, Attachment, PackRef, Source
from tests.cases.making import NOW, PACK, child, everything_in, later, new_case, new_draft, new_request
from tests.table import each

PHOTO = Attachment(
    path="/home/ann/Фото (1).jpg",
    name="Фото (1).jpg",
    type="image/jpeg",
    size=48211,
    sha256="ab" * 32,
    question="files",
    note="the lights",
    original="IMG_2041.HEIC, 14.2 MB, downscaled",
)


def test_everything_of_a_draft_comes_back_in_another_run(path: Path) -> None:
    here = timezone(timedelta(hours=1))
    started = datetime(2026, 11, 21, 18, 20, tzinfo=here)
    with open_database(path) as database:
        drafts = Drafts(database)
        key = drafts.create(PACK, "./packs/internet", "no-internet", "uk", started).id
        drafts.save_answer(key, "summary", Answer("Інтернет зникає", Source.ASKED), later(1))
        drafts.save_answer(key, "steps", Answer(["a", "б", ""], Source.FILE), later(2))
        drafts.save_answer(key, "consent", Answer(True, Source.FLAG), later(3))
        drafts.save_answer(key, "count", Answer(3, Source.PROFILE), later(4))
        drafts.save_unfinished(key, "details", "Since Tuesday the\nrout", later(5))
        drafts.mark_secret(key, "password", later(5))
        drafts.save_attachments(key, [PHOTO], later(5))
        drafts.set_position(key, "details", later(6), progress="4 of 12")
    with open_database(path) as database:
        draft = Drafts(database).get(key[:4])
    assert draft.pack == PACK
    assert (draft.pack_source, draft.form, draft.language) == ("./packs/internet", "no-internet", "uk")
    assert draft.created == started
    assert draft.created.utcoffset() == timedelta(hours=1)
    assert draft.updated == later(6)
    assert draft.answers == {
        "summary": Answer("Інтернет зникає", Source.ASKED),
        "steps": Answer(["a", "б", ""], Source.FILE),
        "consent": Answer(True, Source.FLAG),
        "count": Answer(3, Source.PROFILE),
    }
    assert draft.unfinished == {"details": "Since Tuesday the\nrout"}
    assert draft.secrets == ("password",)
    assert draft.attachments == (PHOTO,)
    assert (draft.position, draft.progress) == ("details", "4 of 12")


def test_where_to_go_on_is_the_start_then_a_question_then_the_review(database: Database) -> None:
    drafts, draft = Drafts(database), new_draft(database)
    assert draft.position == ""
    drafts.set_position(draft.id, "summary", NOW, progress="1 of 2")
    assert (drafts.get("").position, drafts.get("").progress) == ("summary", "1 of 2")
    drafts.set_position(draft.id, None, NOW)
    assert (drafts.get("").position, drafts.get("").progress) == (None, "1 of 2")


def test_an_answer_ends_its_half_typed_text_and_taking_back_ends_the_answer(database: Database) -> None:
    drafts, draft = Drafts(database), new_draft(database)
    drafts.save_unfinished(draft.id, "details", "ha", NOW)
    drafts.save_unfinished(draft.id, "details", "half", NOW)
    drafts.save_unfinished(draft.id, "other", "x", NOW)
    drafts.save_answer(draft.id, "details", Answer("whole"), NOW)
    drafts.save_unfinished(draft.id, "other", "", NOW)
    assert drafts.get("").unfinished == {}
    drafts.clear_answer(draft.id, "details", NOW)
    assert drafts.get("").answers == {}
    drafts.save_answer(draft.id, "details", Answer("again"), NOW)
    assert [said.value for said in drafts.history(draft.id)] == ["whole", None, "again"]


def test_an_answer_that_changes_keeps_its_place(database: Database) -> None:
    drafts, draft = Drafts(database), new_draft(database, a="1", b="2")
    drafts.save_answer(draft.id, "a", Answer("3"), NOW)
    assert [(key, answer.value) for key, answer in drafts.get("").answers.items()] == [("a", "3"), ("b", "2")]


@pytest.mark.parametrize(
    "value",
    [
        "",
        "x" * 1_000_000,
        "nul\0, escape \x1b[31m, \u202eoverride",
        "half a pair \ud83d",
        ["\udcff", "ok"],
        2**70,
        -(2**63),
        1e308,
        0.1,
        [],
        False,
    ],
    ids=lambda value: type(value).__name__,
)
def test_any_value_is_stored_and_comes_back_the_same(database: Database, value: Value) -> None:
    drafts, draft = Drafts(database), new_draft(database)
    drafts.save_answer(draft.id, "q", Answer(value), NOW)
    got = drafts.get("").answers["q"].value
    assert got == value
    assert type(got) is type(value)


@given(
    st.one_of(
        st.text(), st.booleans(), st.integers(), st.floats(), st.lists(st.text(st.characters(exclude_categories=[])))
    )
)
def test_a_column_holds_any_value(value: Value) -> None:
    got = rows.load_value(rows.dump_value(value))
    assert type(got) is type(value)
    assert got == value or (isinstance(value, float) and math.isnan(value))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(exclude_categories=[]), min_size=1))
def test_any_half_typed_text_and_name_is_stored(text: str) -> None:
    with open_in_memory() as database:
        drafts, draft = Drafts(database), new_draft(database)
        drafts.save_unfinished(draft.id, "q", text, NOW)
        got = drafts.get("").unfinished["q"]
        assert got == text.encode("utf-8", "replace").decode("utf-8")
        named = Attachment(path=text, name=text, type="text/plain", size=1, sha256="")
        drafts.save_attachments(draft.id, [named], NOW)
        assert drafts.get("").attachments == (named,)


def test_a_secret_is_in_no_file(path: Path) -> None:
    with open_database(path) as database:
        drafts, draft = Drafts(database), new_draft(database)
        # Typed into a question that was not known to be secret when it was asked.
        drafts.save_unfinished(draft.id, "pin", "hunter2-half", NOW)
        drafts.save_answer(draft.id, "pin", Answer("hunter2-whole"), NOW)
        drafts.mark_secret(draft.id, "pin", NOW)
        drafts.mark_secret(draft.id, "pin", NOW)
        assert drafts.get("").secrets == ("pin",)
        assert b"hunter2" not in everything_in(path.parent)
        request = new_request(draft.id, summary="s", pin="hunter2-again")
        case = Cases(database).create_from_draft(draft.id, request, title="s", now=NOW)
        assert list(case.request.answers) == ["summary"]
    assert b"hunter2" not in everything_in(path.parent)


def test_a_password_that_was_masked_afterwards_can_be_forgotten(path: Path) -> None:
    with open_database(path) as database:
        drafts, draft = Drafts(database), new_draft(database, details="my password is hunter2")
        drafts.save_answer(draft.id, "details", Answer("my password is [removed]"), NOW)
        drafts.forget_earlier(draft.id, "details")
        assert drafts.get("").answers["details"].value == "my password is [removed]"
        assert b"hunter2" not in everything_in(path.parent)


def test_a_deleted_draft_is_really_gone(path: Path) -> None:
    with open_database(path) as database:
        kept = new_draft(database, summary="kept")
        gone = new_draft(database, **{f"q{number}": f"xyzzy{number} " * 300 for number in range(30)})
        Drafts(database).delete(gone.id[:6])
        assert [draft.id for draft in Drafts(database).list()] == [kept.id]
        assert b"xyzzy" not in everything_in(path.parent)


def test_a_draft_becomes_a_case_and_is_no_draft_any_more(database: Database) -> None:
    draft = new_draft(database, summary="s", hidden="not visible any more")
    case = Cases(database).create_from_draft(draft.id, new_request(draft.id, summary="s"), title="s", now=NOW)
    assert case.id == draft.id
    assert Drafts(database).list() == ()
    with pytest.raises(IdError) as caught:
        Drafts(database).get(draft.id)
    assert caught.value.hint == f"It is finished: support cases show {draft.id}"
    with pytest.raises(DraftGone) as gone:
        Drafts(database).save_answer(draft.id, "summary", Answer("late"), NOW)
    assert gone.value.finished
    assert gone.value.unsaved == Answer("late")


def test_drafts_are_listed_by_their_last_change(database: Database) -> None:
    drafts = Drafts(database)
    first, second = new_draft(database), new_draft(database)
    drafts.save_answer(first.id, "a", Answer("x"), later(5))
    assert [draft.id for draft in drafts.list()] == [first.id, second.id]


KNOWN = {"7f3k9q2m": "Internet drops", "7f3mmmmm": "Bill", "9aaaaaaa": "", "7f3k": "short"}


class TestIds:
    def test_they_can_be_read_out_and_are_no_numbers(self) -> None:
        assert not set("01ilou") & set(ALPHABET)
        letters = iter("23456789" + "2e345678" + "7f3k9q2m")
        assert new_id(lambda _alphabet: next(letters)) == "7f3k9q2m"
        assert len({new_id() for _number in range(1000)}) == 1000

    def test_an_id_in_use_is_not_given_again(self, database: Database) -> None:
        new_case(database, "aaaaaaaa")
        taken = new_draft(database)
        letters = iter("aaaaaaaa" + taken.id + "bbbbbbbb")
        drafts = Drafts(database, choose=lambda _alphabet: next(letters))
        assert drafts.create(PACK, "p", "f", "en", NOW).id == "bbbbbbbb"

    @each(("typed", "found"), [("7f3k9", "7f3k9q2m"), (" 9A ", "9aaaaaaa"), ("7f3k", "7f3k")])
    def test_the_first_letters_are_enough(self, typed: str, found: str) -> None:
        assert pick(typed, KNOWN, unknown="{prefix}", hint="") == found

    def test_more_than_one(self) -> None:
        with pytest.raises(IdError) as caught:
            pick("7f", KNOWN, unknown="", hint="")
        assert caught.value.message == "More than one id begins with “7f”."
        assert caught.value.hint == "Name one of them: 7f3k9q2m (Internet drops), 7f3mmmmm (Bill), 7f3k (short)"

    def test_none_but_a_similar_one(self) -> None:
        with pytest.raises(IdError) as caught:
            pick("7f3x9q2m", KNOWN, unknown="No draft has an id that begins with “{prefix}”.", hint="nothing")
        assert caught.value.message == "No draft has an id that begins with “7f3x9q2m”."
        assert caught.value.hint == "Did you mean 7f3k9q2m (Internet drops)?"
        assert caught.value.candidates[0] == "7f3k9q2m"

    def test_none_at_all(self) -> None:
        with pytest.raises(IdError) as caught:
            pick(
                "\x1b[31mzz%_",
                {},
                unknown="No draft has an id that begins with “{prefix}”.",
                hint="support new begins one",
            )
        assert caught.value.message == "No draft has an id that begins with “zz%_”."
        assert caught.value.hint == "support new begins one"

    def test_without_a_word_the_only_one_is_meant(self, database: Database) -> None:
        with pytest.raises(IdError, match="There is no draft"):
            Drafts(database).get("")
        draft = new_draft(database)
        assert Drafts(database).get("").id == draft.id
        new_draft(database)
        with pytest.raises(IdError, match="There is more than one"):
            Drafts(database).get("")


OTHER = """if True:
    import sys
    from datetime import UTC, datetime
    from pathlib import Path
    from support_cli.cases.database import open_database
    from support_cli.cases.drafts import Drafts
    from support_cli.forms.request import Answer
    from tests.cases.making import NOW
    database = open_database(Path(sys.argv[1]))
    drafts = Drafts(database)
    drafts.acquire(sys.argv[2], NOW, force="force" in sys.argv)
    print("mine", flush=True)
    for line in sys.stdin:
        question, _, text = line.strip().partition("=")
        drafts.save_answer(sys.argv[2], question, Answer(text), NOW)
        print("saved", flush=True)
"""


class TestTwoWindows:
    def test_the_second_is_told_who_has_it_until_that_one_dies(self, database: Database, path: Path) -> None:
        drafts, draft = Drafts(database), new_draft(database)
        drafts.release(draft.id)
        other = child(OTHER, path, draft.id, stdin=-1)
        assert other.stdout
        assert other.stdout.readline() == "mine\n"
        with pytest.raises(DraftOpenElsewhere) as caught:
            drafts.acquire(draft.id, later(1))
        assert (caught.value.pid, caught.value.certain, caught.value.since) == (other.pid, True, NOW)
        assert caught.value.message == f"Draft {draft.id} is open in another window (process {other.pid})."
        other.kill()  # no chance to tidy up
        other.communicate()
        drafts.acquire(draft.id, later(1))
        drafts.acquire(draft.id, later(1))

    def test_both_may_go_on_and_nothing_either_said_is_lost(self, database: Database, path: Path) -> None:
        drafts, draft = Drafts(database), new_draft(database, summary="mine first")
        other = child(OTHER, path, draft.id, "force", stdin=-1)
        assert other.stdin
        assert other.stdout
        other.stdout.readline()
        other.stdin.write("summary=theirs\n")
        other.stdin.flush()
        assert other.stdout.readline() == "saved\n"
        drafts.save_answer(draft.id, "details", Answer("mine"), NOW)
        other.communicate()
        assert {key: answer.value for key, answer in drafts.get("").answers.items()} == {
            "summary": "theirs",
            "details": "mine",
        }
        history = [(said.value, said.pid) for said in drafts.history(draft.id)]
        assert history == [("mine first", os.getpid()), ("theirs", other.pid), ("mine", os.getpid())]

    def test_a_copy_can_be_made_instead(self, database: Database) -> None:
        draft = new_draft(database, summary="s")
        copy = Drafts(database).copy(draft.id, later(1))
        assert copy.id != draft.id
        assert copy.answers == draft.answers
        assert len(Drafts(database).list()) == 2

    def test_another_machines_lease_ends_by_time(self, database: Database) -> None:
        drafts, draft = Drafts(database), new_draft(database)
        database.write(
            lambda connection: connection.execute(
                "UPDATE drafts SET owner = ?", ('{"pid": 1, "host": "laptop-of-ann", "started": "x"}',)
            )
        )
        with pytest.raises(DraftOpenElsewhere) as caught:
            drafts.acquire(draft.id, later(29))
        assert not caught.value.certain
        assert "laptop-of-ann" in caught.value.message
        drafts.acquire(draft.id, later(31))

    def test_deleted_in_one_window_it_can_be_stored_again_from_the_other(self, database: Database) -> None:
        drafts, draft = Drafts(database), new_draft(database, summary="s")
        drafts.delete(draft.id)
        with pytest.raises(DraftGone) as caught:
            drafts.save_answer(draft.id, "details", Answer("d"), NOW)
        assert not caught.value.finished
        assert drafts.restore(draft, later(1)).answers == draft.answers

    def test_from_memory_to_the_disk(self, database: Database) -> None:
        with open_in_memory() as memory:
            draft = new_draft(memory, summary="typed while the disk was full")
        assert Drafts(database).restore(draft, NOW) == draft


def test_the_pack_reference_may_be_bare(database: Database) -> None:
    draft = Drafts(database).create(PackRef("general"), "general", "general", "en", datetime.now(UTC))
    assert Drafts(database).get("").pack == PackRef("general")
    assert draft.answers == {}
