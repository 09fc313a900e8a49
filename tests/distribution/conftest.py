"""The tests of this room work with the same environment as those of requests."""

from tests.requests.conftest import *  # noqa: F403 - fixtures
