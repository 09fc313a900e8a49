"""How sure we are of a message whose sender was killed depends on how far it had got."""

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from support_cli.cases.database import Database, open_database
from support_cli.cases.errors import LeaseLost
from support_cli.cases.outbox import Outbox
from support_cli.cases.records import Claimed, MessageState
from support_cli.deliver.file import FileDeliverer
from support_cli.environment import Bench, Mail
from support_cli.requests.outbox import attempt
from tests.conftest import NOW

ROOT = Path(__file__).parents[2]
DIES = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from support_cli.cases.database import Database, open_database
from support_cli.cases.outbox import Outbox

outbox = Outbox(open_database(Path(sys.argv[1])))
claimed = outbox.claim(datetime.now(UTC))
if "preparing" in sys.argv:
    outbox.mark_preparing(claimed)
if "committing" in sys.argv:
    outbox.mark_committing(claimed, datetime.now(UTC))
os._exit(9)
"""


@pytest.mark.parametrize(
    ("steps", "uncertain"),
    [
        ([], True),  # a sender that says nothing may have been anywhere
        (["preparing"], False),
        (["preparing", "committing"], True),
    ],
)
@pytest.mark.parametrize("before", [False, True])
def test_a_sender_that_died_leaves_as_much_doubt_as_there_is(
    tmp_path: Path, steps: list[str], uncertain: bool, before: bool
) -> None:
    path = tmp_path / "support.db"
    with open_database(path) as database:
        outbox = Outbox(database)
        stored = outbox.add("7f3k9q2m", "desk", [b"x"], datetime.now(UTC))
        if before:  # an earlier attempt has left doubt, and nobody has asked since
            claimed = _claim(outbox)
            outbox.record_ambiguous(claimed, datetime(2020, 1, 1, tzinfo=UTC), code="unclear", reason="?")
    died = subprocess.run([sys.executable, "-c", DIES, str(path), *steps], cwd=ROOT, check=False)
    assert died.returncode == 9
    with open_database(path) as database:
        outbox = Outbox(database)
        outbox.recover(datetime.now(UTC))
        message = outbox.get(stored.id)
    assert message.state is MessageState.QUEUED
    assert message.uncertain is (uncertain or before)


def _claim(outbox: Outbox) -> Claimed:
    claimed = outbox.claim(datetime.now(UTC))
    assert claimed is not None
    return claimed


def test_a_message_that_was_taken_over_is_not_sent(tmp_path: Path) -> None:
    with open_database(tmp_path / "support.db") as database:
        outbox = Outbox(database)
        outbox.add("7f3k9q2m", "desk", [b"x"], datetime.now(UTC))
        ours = _claim(outbox)
        outbox.record_temporary(ours, datetime(2020, 1, 1, tzinfo=UTC), code="x", reason="given up by another window")
        _claim(outbox)
        with pytest.raises(LeaseLost):
            outbox.mark_committing(ours, datetime.now(UTC))


def test_a_receipt_that_could_not_be_stored_leaves_doubt(
    bench: Callable[..., Bench], database: Database, tmp_path: Path
) -> None:
    """The message has left: queued as if it had not, it would be sent twice."""
    stored = Outbox(database).add("7f3k9q2m", "mail", [b"x"], NOW)
    database.write(
        lambda connection: connection.execute(
            "CREATE TRIGGER fails BEFORE UPDATE ON messages WHEN NEW.state = 'written'"
            " BEGIN SELECT abs(-9223372036854775807 - 1); END"
        )
    )
    mail = Mail("file", lambda: FileDeliverer(tmp_path))
    after = attempt(bench(mail=mail), stored.id)
    assert (after.state, after.uncertain) == (MessageState.QUEUED, True)
    database.write(lambda connection: connection.execute("DROP TRIGGER fails"))
    assert attempt(bench(mail=mail), stored.id).state is MessageState.WRITTEN
    assert len(list(tmp_path.glob("*.eml"))) == 1
