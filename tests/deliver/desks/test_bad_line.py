"""A hundred deliveries over a bad line, to real desks and a real mail server: none lost, none doubled, all told."""

import pytest

from tests.deliver.desks import runs

pytestmark = pytest.mark.desks

# Roundup takes a second of computing to look at a password, and a dozen requests a ticket.
KINDS = ["exim", "rt", "redmine", "exim", "rt", "redmine", "exim", "rt", "roundup"]


def test_a_hundred_deliveries(
    rt: object, redmine: object, roundup: object, exim: object, capsys: pytest.CaptureFixture[str]
) -> None:
    """A thousand by hand: ``python -m tests.deliver.desks.runs --runs 1000``."""
    table = runs.many(KINDS, 100, seed=34)
    with capsys.disabled():
        print(f"\n{table}")
    assert table.perfect, str(table)
    for kind in set(KINDS):  # otherwise the faults did not come where they matter
        assert sum(count for name, count in table.last_step.items() if name.startswith(kind))
