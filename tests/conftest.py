"""What every test stands on: a home of its own, no network, no manners of the machine it runs on; real mail servers."""

import gc
import gettext
import ipaddress
import itertools
import os
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck, settings

from support_cli.base import i18n
from support_cli.cases.database import open_database
from tests.deliver import servers

NOW = datetime(2026, 11, 21, 18, 20, tzinfo=timezone(timedelta(hours=1)))
"""The moment of the design's sample request."""

_TALK = ("EDITOR", "VISUAL", "NO_COLOR", "FORCE_COLOR", "ACCESSIBLE", "LANG", "LANGUAGE", "COLUMNS", "LINES", "PAGER")
_PREFIXES = ("SUPPORT_", "LC_", "XDG_", "GIT_", "SMTP_")

_PLACES = {
    "HOME": "",
    "USERPROFILE": "",
    "XDG_CONFIG_HOME": "/.config",
    "XDG_DATA_HOME": "/.local/share",
    "XDG_STATE_HOME": "/.local/state",
    "APPDATA": "/AppData/Roaming",
    "LOCALAPPDATA": "/AppData/Local",
}
"""Where the system's variables lead, from a test's home."""


class KnownMessages(gettext.NullTranslations):
    """English, as without a catalogue; but a text that no catalogue has is a fault of the code that asks for it.

    What is translated by a name (an item of a table, an attribute) is marked elsewhere, and extraction cannot tell
    whether it is.
    """

    messages = frozenset(
        key if isinstance(key, str) else key[0]
        for key in vars(gettext.translation("support", i18n.LOCALE_DIR, ["uk"]))["_catalog"]
    )

    def gettext(self, message: str) -> str:
        asking = sys._getframe(2).f_globals["__name__"]
        assert message in self.messages or not asking.startswith("support_cli"), f"{asking}: {message!r}"
        return message


i18n._gettext.NullTranslations = KnownMessages  # type: ignore[misc]
i18n.activate("en")


settings.register_profile("dev", max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", parent=settings.get_profile("dev"), derandomize=True, database=None)
settings.register_profile("many", parent=settings.get_profile("ci"), max_examples=150)
settings.register_profile("thorough", parent=settings.get_profile("dev"), max_examples=3000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "dev"))


def pytest_collection_finish() -> None:
    """Lets the collector of garbage leave alone what lives until the end: modules and thousands of tests."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Yields the name of a fresh folder each time it is asked."""
    base = tmp_path_factory.mktemp("homes")
    return (f"{base}/{number}" for number in itertools.count())


@pytest.fixture(scope="session")
def cache_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The cache of all tests: what lies in it is named by the digest of what it was made from.

    Tests that are about a cache bring a folder of their own.
    """
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def ready_database(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], None]:
    """Puts an empty database at a path: a copy of one that the program made, for making each anew waits for the disk.

    Tests that are about the making of a database let the program do it.
    """
    made = tmp_path_factory.mktemp("database") / "support.db"
    open_database(made).close()

    def put(path: Path) -> None:
        path.parent.mkdir(0o700)
        shutil.copy(made, path)

    return put


@pytest.fixture(scope="session", autouse=True)
def plain_environment(cache_folder: Path) -> Iterator[None]:
    """Our variables and the locale are unset in all tests."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name in _TALK or name.startswith(_PREFIXES):
                patch.delenv(name)
        for name in _PLACES:
            patch.setenv(name, "")
        patch.setenv("XDG_CACHE_HOME", str(cache_folder))
        patch.setenv("TERM", "xterm-256color")
        patch.setenv("GIT_CONFIG_NOSYSTEM", "1")
        yield


@pytest.fixture(autouse=True)
def home(homes: Iterator[str]) -> Path:
    """A home folder for this test alone, whatever the system calls it."""
    folder = next(homes)
    os.mkdir(folder)
    for name, place in _PLACES.items():
        os.environ[name] = folder + place
    i18n.activate("en")
    return Path(folder)


class NetworkForbidden(AssertionError):
    """A test reached for another machine."""


def _is_here(address: object) -> bool:
    if not isinstance(address, tuple):
        return True  # a socket in the file system
    host = str(address[0])
    if host in ("", "localhost"):
        return True
    try:
        return ipaddress.ip_address(host.split("%", maxsplit=1)[0]).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """Lets tests reach this machine and no other."""
    connect, connect_ex, look_up = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def guard(address: object) -> None:
        if not _is_here(address):
            raise NetworkForbidden(f"a test tried to reach {address!r}; only loopback is allowed")

    def guarded_connect(self: socket.socket, address: Any) -> None:
        guard(address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        guard(address)
        return connect_ex(self, address)

    def guarded_look_up(host: Any, *rest: Any, **more: Any) -> Any:
        guard((host.decode() if isinstance(host, bytes) else host or "",))
        return look_up(host, *rest, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        patch.setattr(socket, "getaddrinfo", guarded_look_up)
        yield


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Stops the clock at ``NOW``; ``clock.shift(seconds)`` and ``clock.move_to(moment)`` turn it."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


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
