"""What this machine knows of desks: the file of channels, and deliverers with the logins that are kept here."""

import contextlib
import os
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.request import getproxies, proxy_bypass

import msgspec

from support_cli.base import reading
from support_cli.base.errors import UnusableError, UsageError
from support_cli.base.files import write_private
from support_cli.base.i18n import _
from support_cli.base.paths import expand
from support_cli.cli import console, settings
from support_cli.cli.secrets import printed_by
from support_cli.deliver.credentials import (
    CredentialError,
    Known,
    Sources,
    find,
    find_password,
    into_keyring,
    write_token,
)
from support_cli.deliver.desks.options import DeskOptions, Login
from support_cli.deliver.http.place import parse_url
from support_cli.deliver.mail.smtp_url import parse_smtp_url
from support_cli.deliver.registry import DeskAddress, desk_deliverer
from support_cli.forms.model import Kind, Question, Value
from support_cli.interview.prompter import Heading, Screen, Take

if TYPE_CHECKING:
    from support_cli.cli.settings import Settings
    from support_cli.deliver.base import Deliverer
    from support_cli.interview.prompter import Prompter

NEEDS_USER = ("roundup", "jira", "jsm", "zendesk", "znuny")
"""Kinds of desks whose login has two parts."""


class Context(Protocol):
    """What a ``Context`` of the command line knows that matters for channels."""

    environ: Mapping[str, str]

    @property
    def settings(self) -> "Settings":
        """What was set."""

    @property
    def config_folder(self) -> Path:
        """Where the files of channels and tokens are."""

    @property
    def asks_login(self) -> bool:
        """Whether somebody may be asked for a login."""

    @property
    def screen(self) -> "Prompter":
        """The screen to ask on."""


class ChannelsError(UnusableError):
    """The file of channels cannot be used."""


def file_of(context: Context) -> Path:
    """The file of channels."""
    return context.config_folder / "channels.json"


def tokens_of(context: Context) -> Path:
    """The file of tokens, for those who have no keyring."""
    return context.config_folder / "tokens.json"


def load(context: Context) -> dict[str, Known]:
    """The channels by name.

    Raises:
        ChannelsError: If the file cannot be used.
    """
    path = file_of(context)
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, Known])
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, msgspec.MsgspecError) as error:
        raise ChannelsError(
            _("The channels cannot be read: {problem}.").format(problem=error),
            hint=_("Mend the file or remove it."),
            where=str(path),
        ) from None


def save(context: Context, channels: dict[str, Known]) -> None:
    """Writes the channels.

    Raises:
        ChannelsError: If the file cannot be written.
    """
    path = file_of(context)
    try:
        write_private(path, msgspec.json.format(msgspec.json.encode(channels), indent=2) + b"\n")
    except OSError as error:
        raise ChannelsError(
            _("The channels cannot be written: {problem}.").format(problem=error.strerror or error), where=str(path)
        ) from None


def known_for(context: Context, channel: str, host: str) -> Known | None:
    """What is known of a host, under this name or any other; else what the name is known for."""
    channels = load(context)
    named = channels.get(channel)
    if named is not None and named.host == host:
        return named
    return next((known for known in channels.values() if known.host == host), named)


def sources(context: Context) -> Sources:
    """Where tokens are looked for."""
    netrc = context.environ.get("NETRC") or str(Path.home() / ("_netrc" if os.name == "nt" else ".netrc"))
    return Sources(
        environ=context.environ,
        run=printed_by,
        tokens=tokens_of(context),
        netrc=Path(netrc),
        keyring=context.settings.desk.keyring,
        ask=(lambda host: ask_secret(context, _("Token or password for {host}").format(host=host)))
        if context.asks_login
        else None,
        ask_user=(lambda host: ask_line(context, _("User or address at {host}").format(host=host)))
        if context.asks_login
        else None,
    )


def mail_password(context: Context) -> Callable[[], str]:
    """What gives the mail server's password; it is looked for once."""

    @cache
    def look() -> str:
        smtp = context.settings.smtp
        server = parse_smtp_url(smtp.url, allow_plain=smtp.allow_plain)
        return find_password(server.host, server.user, sources(context), smtp.password_command)

    return look


def deliverer(context: Context, address: DeskAddress, login: Login | None = None) -> "Deliverer":
    """Makes the deliverer for a desk; its login is looked for when it is first needed.

    Raises:
        SupportError: If the channel cannot be used.
    """
    desk = context.settings.desk

    def find_login() -> Login:
        if login is not None:
            return login
        host = parse_url(address.url, allow_plain=desk.allow_plain).authority
        needs_user = address.kind in NEEDS_USER and not address.settings.get("user")
        known = known_for(context, address.channel, host)
        found = find(address.channel, host, sources(context), known, user=needs_user)
        return Login(found.user or address.settings.get("user", ""), found.secret)

    options = DeskOptions(
        url=address.url,
        queue=address.queue,
        settings=address.settings,
        public=address.public,
        login=find_login,
        allow_plain=desk.allow_plain,
        ca_file=expand(desk.ca_file) if desk.ca_file else None,
        timeout=float(desk.timeout),
        proxy_for=proxy_for,
    )
    return desk_deliverer(address.kind, options)


def proxy_for(scheme: str, host: str) -> str:
    """The proxy that the environment or the system names for a host (HTTPS_PROXY, NO_PROXY), or nothing."""
    proxies = getproxies()
    proxy = proxies.get(scheme) or proxies.get("all") or ""
    return "" if not proxy or proxy_bypass(host) else proxy


def remember(context: Context, name: str, known: Known, secret: str) -> None:
    """Stores a channel, and its token where that is wanted.

    Raises:
        SupportError: If either cannot be stored.
    """
    if known.store == "keyring":
        into_keyring(known.host, known.user, secret)
    elif known.store == "file":
        write_token(tokens_of(context), known.host, secret)
    channels = load(context)
    channels[name] = known
    save(context, channels)


def forget(context: Context, name: str) -> None:
    """Takes a channel out, and its token, unless another channel of the same host is left.

    Raises:
        UsageError: If there is none of that name.
    """
    channels = load(context)
    if name not in channels:
        raise UsageError(
            _("There is no channel “{name}”.").format(name=name), hint=", ".join(channels) or None, where=name
        )
    known = channels.pop(name)
    if not any(other.host == known.host for other in channels.values()):
        if known.store == "keyring":
            into_keyring(known.host, known.user, None)
        with contextlib.suppress(CredentialError):
            write_token(tokens_of(context), known.host, None)
    save(context, channels)
    if known.kind == "smtp" and context.settings.smtp.url == known.url:
        for key in ("smtp.url", "smtp.password_command", "mail.transport"):
            settings.save(context.config_folder / "settings.toml", key, None)


def ask_line(context: Context, label: str, default: str = "") -> str:
    """Asks for one line."""
    return _ask(context, label, default, secret=False)


def ask_secret(context: Context, label: str) -> str:
    """Asks for one line without showing it."""
    return _ask(context, label, "", secret=True)


def _ask(context: Context, label: str, default: str, *, secret: bool) -> str:
    def check(raw: Value) -> str | None:
        return None if isinstance(raw, str) and raw.strip() else _("This cannot stay empty.")

    def keep(_text: str) -> None:
        """Nothing of it is kept."""

    question = Question(id="channel", kind=Kind.INPUT, label=label, required=True, secret=secret)
    screen = Screen(
        heading=Heading(title="", position=0, total=0, saved=None),
        question=question,
        check=check,
        keep=keep,
        value=default or None,
        can_go_back=False,
    )
    while True:
        reply = context.screen.ask(screen)
        if isinstance(reply, Take) and isinstance(reply.raw, str):
            return reply.raw.strip()


def secret_from_stdin() -> str:
    """The first line of standard input.

    Raises:
        UsageError: If there is none.
    """
    line = reading.decode(console.read_stdin(), "stdin").splitlines()
    if not line or not line[0].strip():
        raise UsageError(_("No token came on standard input."), where="--stdin")
    return line[0].strip()
