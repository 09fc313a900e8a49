"""Real servers, each started when it is first needed and stopped at the end."""

from collections.abc import Iterator

import pytest

from tests.deliver import servers


@pytest.fixture(scope="session")
def exim() -> Iterator[dict[str, str]]:
    with servers.running("exim", 12525, "main.pid", "bare.pid", "postgrey.pid") as environment:
        yield environment


@pytest.fixture(scope="session")
def aiosmtpd() -> Iterator[dict[str, str]]:
    with servers.running("aiosmtpd", 12601, "pid") as environment:
        yield environment


@pytest.fixture(scope="session")
def dovecot(exim: dict[str, str]) -> Iterator[dict[str, str]]:
    with servers.running("dovecot", 12588, "run/master.pid") as environment:
        yield environment


@pytest.fixture(scope="session")
def rt() -> Iterator[dict[str, str]]:
    with servers.running("rt", 18080, "pid") as environment:
        yield environment


@pytest.fixture(scope="session")
def redmine() -> Iterator[dict[str, str]]:
    with servers.running("redmine", 18083, "pid") as environment:
        yield environment


@pytest.fixture(scope="session")
def roundup() -> Iterator[dict[str, str]]:
    with servers.running("roundup", 18081, "pid") as environment:
        yield environment
