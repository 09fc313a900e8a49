"""One terminal for all tests of the room: each gets it cleared."""

from collections.abc import Iterator

import pytest

from tests.interview.desk import Desk


@pytest.fixture(scope="session")
def _terminal() -> Iterator[Desk]:
    with Desk() as one:
        yield one


@pytest.fixture
def desk(_terminal: Desk) -> Desk:
    return _terminal.clear()
