"""Tokens: where they are looked for, in which order, and to whom they go."""

import stat
import sys
import threading
from pathlib import Path
from types import ModuleType

import msgspec
import pytest

from support_cli.deliver import credentials
from support_cli.deliver.credentials import (
    CredentialError,
    Known,
    Sources,
    find,
    find_password,
    has_keyring,
    read_tokens,
    variables,
    write_token,
)
from support_cli.deliver.desks.options import Login
from tests.table import each

HOST = "desk.example.com"


class Keyring(ModuleType):
    """A keyring in memory, in place of the system's."""

    def __init__(self) -> None:
        super().__init__("keyring")
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, name: str) -> str | None:
        if self.locked:
            threading.Event().wait(60)
        return self.kept.get((service, name))

    def set_password(self, service: str, name: str, secret: str) -> None:
        self.kept[service, name] = secret

    def delete_password(self, service: str, name: str) -> None:
        del self.kept[service, name]


@pytest.fixture(autouse=True)
def keyring(monkeypatch: pytest.MonkeyPatch) -> Keyring:
    fake = Keyring()
    monkeypatch.setitem(sys.modules, "keyring", fake)
    monkeypatch.setattr(credentials, "SECONDS", 0.3)
    return fake


def test_the_first_that_has_one_wins(tmp_path: Path, keyring: Keyring) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text(f"machine {HOST} login ann password from-netrc\n")
    tokens = tmp_path / "tokens.json"
    asked: list[str] = []

    def ask(host: str) -> str:
        asked.append(host)
        return "from-person"

    known = Known(host=HOST, password_command="print it")
    layers: dict[str, object] = {"ask": ask}
    assert find("desk", HOST, Sources(**layers)).secret == "from-person"
    layers["netrc"] = netrc
    assert find("desk", HOST, Sources(**layers)) == Login("ann", "from-netrc")
    keyring.kept["support-cli", HOST] = "from-keyring"
    assert find("desk", HOST, Sources(**layers)).secret == "from-keyring"
    write_token(tokens, HOST, "from-file")
    layers["tokens"] = tokens
    assert find("desk", HOST, Sources(**layers)).secret == "from-file"
    layers["run"] = lambda _command: lambda: "from-command"
    assert find("desk", HOST, Sources(**layers), known).secret == "from-command"
    layers["environ"] = {"SUPPORT_TOKEN_DESK": "from-channel"}
    assert find("desk", HOST, Sources(**layers), known).secret == "from-channel"
    layers["environ"] = {"SUPPORT_TOKEN_DESK": "x", "SUPPORT_TOKEN_DESK__EXAMPLE__COM": "from-host"}
    assert find("desk", HOST, Sources(**layers), known).secret == "from-host"
    assert asked == [HOST]


def test_a_stored_token_goes_to_its_own_host_only(tmp_path: Path, keyring: Keyring) -> None:
    tokens = tmp_path / "tokens.json"
    write_token(tokens, HOST, "secret")
    keyring.kept["support-cli", HOST] = "secret"
    known = Known(host=HOST, password_command="print it")
    sources = Sources(tokens=tokens, run=lambda _command: lambda: "secret")
    with pytest.raises(CredentialError) as failure:
        find("desk", "evil.example", sources, known)
    assert "SUPPORT_TOKEN_EVIL__EXAMPLE" in str(failure.value.hint)


def test_the_default_of_netrc_is_for_nobody(tmp_path: Path) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login ann password secret\n")
    with pytest.raises(CredentialError):
        find("desk", HOST, Sources(netrc=netrc, keyring=False))


def test_a_netrc_of_another_user_is_not_taken(tmp_path: Path) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text(f"machine {HOST} login bob password secret\n")
    with pytest.raises(CredentialError):
        find("desk", HOST, Sources(netrc=netrc, keyring=False, environ={"SUPPORT_USER_DESK": "ann"}))


def test_a_locked_keyring_does_not_hang(keyring: Keyring) -> None:
    keyring.locked = True
    with pytest.raises(CredentialError):
        find("desk", HOST, Sources())


def test_whether_there_is_a_keyring(keyring: Keyring, monkeypatch: pytest.MonkeyPatch) -> None:
    for priority, there in ((5, True), (0, False)):
        backend = type("Backend", (), {"priority": priority})
        monkeypatch.setattr(keyring, "get_keyring", backend, raising=False)
        assert has_keyring() is there
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert not has_keyring()


def test_no_keyring_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert find("desk", HOST, Sources(ask=lambda _host: "typed")).secret == "typed"


def test_the_file_of_tokens_is_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "support" / "tokens.json"
    write_token(path, HOST, "one")
    write_token(path, "other", "two")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_tokens(path) == {HOST: "one", "other": "two"}
    write_token(path, HOST, None)
    assert read_tokens(path) == {"other": "two"}


def test_a_damaged_file_of_tokens_is_said(tmp_path: Path) -> None:
    path = tmp_path / "tokens.json"
    path.write_text('{"a": "tok-5ecret"')
    with pytest.raises(CredentialError) as failure:
        read_tokens(path)
    assert "5ecret" not in failure.value.message


@each(
    ("channel", "host", "ends"),
    [
        ("my-desk", "desk.example.com:8443", ["DESK__EXAMPLE__COM__8443", "DESK__EXAMPLE__COM", "MY_DESK"]),
        ("help.desk_2", "127.0.0.1", ["127__0__0__1", "HELP_DESK_2"]),
        ("desk.example.com", "evil.example", ["EVIL__EXAMPLE", "DESK_EXAMPLE_COM"]),  # never that host's variable
        ("скарги", "xn--80a.example", ["XN__80A__EXAMPLE"]),
        ("скарги 2", "desk.example", ["DESK__EXAMPLE"]),
        ("", "desk", ["DESK"]),
    ],
)
def test_names_of_variables(channel: str, host: str, ends: list[str]) -> None:
    assert variables(channel, host) == ends


def test_a_channel_that_moved_gets_nothing_that_goes_by_its_name(keyring: Keyring) -> None:
    keyring.kept["support-cli", HOST] = "secret"
    known = Known(host=HOST, password_command="print it", user="ann")
    sources = Sources(environ={"SUPPORT_TOKEN_DESK": "secret"}, run=lambda _command: lambda: "secret")
    assert find("desk", HOST, sources).secret == "secret"
    with pytest.raises(CredentialError, match="was not sent there"):
        find("desk", "evil.example", sources, known)
    named = msgspec.structs.replace(sources, environ={"SUPPORT_TOKEN_EVIL__EXAMPLE": "its own"})
    assert find("desk", "evil.example", named, known) == Login("", "its own")


def test_the_first_that_has_the_mail_servers_password_wins(tmp_path: Path, keyring: Keyring) -> None:
    def found(command: str = "", **layers: object) -> str:
        return find_password("mail.example", "ann", Sources(**layers), command)  # type: ignore[arg-type]

    with pytest.raises(CredentialError, match=r"no password for ann at mail\.example") as failure:
        found()
    assert "SUPPORT_SMTP_PASSWORD" in str(failure.value.hint)
    layers: dict[str, object] = {"ask": lambda host: f"asked for {host}"}
    assert found(**layers) == "asked for mail.example"
    layers["netrc"] = tmp_path / "netrc"
    (tmp_path / "netrc").write_text("machine mail.example login bob password his\n")
    assert found(**layers) == "asked for mail.example"
    (tmp_path / "netrc").write_text("machine mail.example login ann password from-netrc\n")
    assert found(**layers) == "from-netrc"
    keyring.kept["support-cli", "ann@smtp:mail.example"] = "from-keyring"
    assert found(**layers) == "from-keyring"
    layers["tokens"] = tmp_path / "tokens.json"
    write_token(tmp_path / "tokens.json", "mail.example", "of a desk there")
    assert found(**layers) == "from-keyring"
    write_token(tmp_path / "tokens.json", "smtp:mail.example", "from-file")
    assert found(**layers) == "from-file"
    layers["run"] = lambda command: lambda: f"from {command}"
    assert found("a command", **layers) == "from a command"
    layers["environ"] = {"SUPPORT_SMTP_PASSWORD": "from-environment"}
    assert found("a command", **layers) == "from-environment"


def test_a_login_never_shows_its_secret() -> None:
    assert "5ecret" not in repr(Login("ann", "tok-5ecret")) + str(Login("ann", "tok-5ecret"))
