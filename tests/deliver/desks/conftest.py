"""Real desks for the tests marked slow."""

from collections.abc import Iterator

import pytest

from tests.deliver import servers
from tests.deliver.desks.targets import PORTS, Target, target


@pytest.fixture(scope="session", params=list(PORTS))
def real(request: pytest.FixtureRequest) -> Iterator[Target]:
    """Request Tracker, Redmine and Roundup, one after another."""
    with servers.running(request.param, PORTS[request.param], "pid"):
        yield target(request.param)
