"""Logins for desks and mail servers: looked for where people keep such things, and asked for as the last resort.

In this order: environment, a command, the file of this program, the keyring, netrc, the person. A stored token belongs
to a host and goes to no other: a pack that names its channel like somebody else's gets nothing by it.
"""

import re
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec

from support_cli.base.errors import UnusableError
from support_cli.base.files import write_private
from support_cli.base.i18n import _
from support_cli.base.invocation import command_line
from support_cli.base.text import clean_line
from support_cli.deliver.desks.options import Login

SERVICE = "support-cli"
PASSWORD_VARIABLE = "SUPPORT_SMTP_PASSWORD"  # noqa: S105 - a name, no password
SECONDS = 5.0
"""A keyring that is locked waits for somebody to unlock it, and there may be nobody."""


T = TypeVar("T")


class CredentialError(UnusableError):
    """There is no token, or it cannot be stored."""


class Known(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What this machine knows of a channel; never a secret.

    Attributes:
        host: Host, with its port where that is not the usual one.
        user: User or address, or empty.
        kind: Kind of the desk, or empty.
        url: Address of the desk, or empty.
        queue: Queue, or empty.
        password_command: Command that prints the token, or empty.
        store: ``keyring``, ``file``, ``command`` or empty.
    """

    host: str
    user: str = ""
    kind: str = ""
    url: str = ""
    queue: str = ""
    password_command: str = ""
    store: str = ""


class Sources(msgspec.Struct, frozen=True, kw_only=True):
    """Where to look.

    Attributes:
        environ: The environment.
        run: Makes what runs a command and gives the first line that it prints.
        tokens: File of this program with tokens by host, or None.
        netrc: The netrc file, or None.
        keyring: Whether to ask the system's keyring.
        ask: Asks the person for the token of a host, without showing it; None where nobody is there.
        ask_user: Asks the person for the user.
    """

    environ: Mapping[str, str] = {}
    run: Callable[[str], Callable[[], str]] | None = None
    tokens: Path | None = None
    netrc: Path | None = None
    keyring: bool = True
    ask: Callable[[str], str] | None = None
    ask_user: Callable[[str], str] | None = None


def variables(channel: str, host: str) -> list[str]:
    """Ends of the environment variables for a desk: its host's, with and without the port, then its channel's.

    A dot or colon of a host becomes two underscores, whatever is no letter or digit in a channel's name becomes one:
    so no pack can name a channel like somebody else's host. A name with letters beyond ASCII has no variable, as
    shells know no such names (POSIX, 8.1).
    """
    hosts = [host, re.sub(r":\d+\Z", "", host)]
    ends = [re.sub(r"[^A-Z0-9]", "_", re.sub(r"[.:]", "__", one.upper())) for one in hosts if one.isascii()]
    if channel.isascii():
        ends.append(re.sub(r"[^A-Z0-9]+", "_", channel.upper()).strip("_"))
    return list(dict.fromkeys(filter(None, ends)))


def find(channel: str, host: str, sources: Sources, known: Known | None = None, *, user: bool = False) -> Login:
    """Finds user and token for a desk.

    Args:
        channel: Name of the channel.
        host: Host, with its port where that is not the usual one.
        sources: Where to look.
        known: What is known of the channel. If that is about another host, nothing that goes by the channel's name
            is used: the pack has changed where it sends.
        user: Whether the desk needs a user, too.

    Raises:
        CredentialError: There is none.
        SupportError: From a command.
    """
    moved = known is not None and known.host != host
    about = known if known is not None and not moved else Known(host=host)
    ends = variables("" if moved else channel, host)
    name = _first(sources.environ, "SUPPORT_USER_", ends) or about.user
    secret = _first(sources.environ, "SUPPORT_TOKEN_", ends)
    if not secret:
        name, secret = _kept(about, name, sources, machine=re.sub(r":\d+\Z", "", host))
    if user and not name and sources.ask_user is not None:
        name = sources.ask_user(host)
    if not secret and sources.ask is not None:
        secret = sources.ask(host)
    if not secret or (user and not name):
        missing = _("There is no token for {host}.") if not secret else _("There is no user for {host}.")
        if moved:
            missing = _("The login for this channel is not for {host}, and was not sent there.")
        raise CredentialError(
            missing.format(host=clean_line(host)),
            hint=_("Store one with: {command}").format(
                command=command_line("config", "channel", "add", clean_line(channel) or "NAME")
            )
            + "".join(f"\nSUPPORT_{'USER' if secret else 'TOKEN'}_{end}" for end in ends[:1]),
        )
    return Login(name, secret.strip("\r\n"))


def mail_host(host: str) -> str:
    """Under which name a mail server's password is kept: a desk on the same machine has another one."""
    return f"smtp:{host}"


def find_password(host: str, user: str, sources: Sources, command: str = "") -> str:
    """Finds the password for a mail server.

    Args:
        host: Host of the mail server, without its port.
        user: Who logs in.
        sources: Where to look.
        command: Command that prints it, or empty.

    Raises:
        CredentialError: There is none.
        SupportError: From the command.
    """
    secret = sources.environ.get(PASSWORD_VARIABLE, "")
    if not secret:
        about = Known(host=mail_host(host), user=user, password_command=command)
        _name, secret = _kept(about, user, sources, machine=host)
    if not secret and sources.ask is not None:
        secret = sources.ask(host)
    if not secret:
        raise CredentialError(
            _("There is no password for {user} at {host}.").format(user=clean_line(user), host=clean_line(host)),
            hint=_("Store one with: {command}").format(
                command=command_line("config", "channel", "add", "mail", "--kind", "smtp")
            )
            + f"\n{PASSWORD_VARIABLE}",
        )
    return secret


def _kept(about: Known, name: str, sources: Sources, *, machine: str) -> tuple[str, str]:
    """User and secret from where people keep such things, in order; the secret is empty where there is none."""
    secret = ""
    if about.password_command and sources.run is not None:
        secret = sources.run(about.password_command)()
    if not secret and sources.tokens is not None:
        secret = read_tokens(sources.tokens).get(about.host, "")
    if not secret and sources.keyring and about.store in ("", "keyring"):
        secret = from_keyring(about.host, name)
    if not secret and sources.netrc is not None:
        found = _from_netrc(sources.netrc, machine)
        name, secret = (name or found.user, found.secret) if not name or name == found.user else (name, "")
    return name, secret


def _first(environ: Mapping[str, str], prefix: str, ends: Sequence[str]) -> str:
    return next((value for end in ends if (value := environ.get(prefix + end))), "")


def _from_netrc(path: Path, machine: str) -> Login:
    from netrc import NetrcParseError, netrc

    try:
        found = netrc(path).hosts.get(machine)  # not "default": a token goes to nobody who was not named
    except (OSError, NetrcParseError, UnicodeDecodeError):
        return Login()
    return Login(found[0] or "", found[2] or "") if found else Login()


def read_tokens(path: Path) -> dict[str, str]:
    """Tokens by host.

    Raises:
        CredentialError: The file cannot be used.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, str])
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, msgspec.MsgspecError) as error:
        problem = getattr(error, "strerror", None) or _("it is damaged")
        raise CredentialError(
            _("The stored tokens cannot be read: {problem}.").format(problem=problem), where=str(path)
        ) from None


def write_token(path: Path, host: str, secret: str | None) -> None:
    """Stores a token in a file that only its owner may read, or takes it out.

    Raises:
        CredentialError: It cannot be written.
    """
    tokens = read_tokens(path)
    tokens.pop(host, None)
    if secret is not None:
        tokens[host] = secret
    try:
        write_private(path, msgspec.json.encode(tokens))
    except OSError as error:
        raise CredentialError(
            _("The token cannot be stored: {problem}.").format(problem=error.strerror or error), where=str(path)
        ) from None


def has_keyring() -> bool:
    """Whether this computer has a keyring that can be used."""

    def look() -> bool:
        import keyring

        return keyring.get_keyring().priority >= 1  # as ``keyring.core.recommended``; 0 is the one that only fails

    return bool(_in_time(look))


def from_keyring(host: str, user: str) -> str:
    """The token that the system's keyring has; empty where there is none, no keyring, or no answer in time."""

    def look() -> str:
        import keyring

        return keyring.get_password(SERVICE, _account(host, user)) or keyring.get_password(SERVICE, host) or ""

    return _in_time(look) or ""


def into_keyring(host: str, user: str, secret: str | None) -> None:
    """Stores a token in the system's keyring, or takes it out.

    Raises:
        CredentialError: There is no keyring, or it does not answer.
    """

    def keep() -> bool:
        import keyring

        if secret is None:
            keyring.delete_password(SERVICE, _account(host, user))
        else:
            keyring.set_password(SERVICE, _account(host, user), secret)
        return True

    if not _in_time(keep) and secret is not None:
        raise CredentialError(
            _("The keyring of this computer cannot be used."),
            hint=_("Store the token in a file, or name a command that prints it."),
        )


def _account(host: str, user: str) -> str:
    return f"{user}@{host}" if user else host


def _in_time(work: Callable[[], T]) -> T | None:
    """What the work returns; None where it fails or takes too long (it is then left behind)."""
    found: list[T] = []

    def run() -> None:
        # Back ends raise whatever they like, and a missing one is no reason to stop.
        try:
            found.append(work())
        except Exception:
            return

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(SECONDS)
    return found[0] if found else None
