"""Real desks, one after another."""

import pytest

from tests.deliver.desks.targets import PORTS, Target, target


@pytest.fixture(params=list(PORTS))
def real(request: pytest.FixtureRequest) -> Target:
    """Request Tracker, Redmine and Roundup."""
    request.getfixturevalue(request.param)
    return target(request.param)
