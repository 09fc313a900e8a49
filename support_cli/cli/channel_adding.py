"""``support config channel add``: what is missing is asked, the connection is tried, then it is stored.

A desk's login goes with its channel. The mail server, kind ``smtp``, becomes the way that all mail takes.
"""

import contextlib
from dataclasses import dataclass
from urllib.parse import quote

from support_cli.base.errors import UsageError
from support_cli.base.i18n import _
from support_cli.cli import channels
from support_cli.cli.context import Context
from support_cli.deliver.credentials import Known, has_keyring
from support_cli.deliver.desks.options import Login
from support_cli.deliver.http.place import parse_url
from support_cli.deliver.registry import DESKS, DeskAddress
from support_cli.forms.model import Channel

STORES = ("keyring", "file")
SMTP = "smtp"
"""The kind that is no desk: the mail server."""


@dataclass(frozen=True)
class Wanted:
    """What the command line said; every field is its flag."""

    name: str
    kind: str = ""
    url: str = ""
    queue: str = ""
    user: str = ""
    store: str = ""
    password_command: str = ""
    stdin: bool = False
    test: bool = True
    pack: str = ""


def add_channel(context: Context, wanted: Wanted) -> tuple[Known, str]:
    """Asks, tries, stores.

    Returns:
        What is known now, and what was reached, or empty.

    Raises:
        SupportError: If something is missing and nobody can be asked, or the connection does not work; nothing is
            stored then.
    """
    channel = None if wanted.kind == SMTP else _from_pack(context, wanted)
    kind = _kind(context, wanted.kind or (channel.kind if channel else ""))
    if kind == SMTP:
        return _add_mail_server(context, wanted)
    url = wanted.url or (channel.url if channel else "") or _asked(context, _("Address of the desk"), "--url")
    host = parse_url(url, allow_plain=context.settings.desk.allow_plain).authority
    user = wanted.user
    if kind in channels.NEEDS_USER and not user:
        user = _asked(context, _("User or address at {host}").format(host=host), "--user")
    secret, store = _secret(context, wanted, host)
    queue = wanted.queue or (channel.queue if channel else "")
    settings = {key: str(value) for key, value in channel.settings.items()} if channel else {}
    address = DeskAddress(channel=wanted.name, kind=kind, url=url, queue=queue, settings=settings)
    reached = ""
    if wanted.test:
        with contextlib.closing(channels.deliverer(context, address, Login(user, secret))) as desk:
            reached = desk.test()
    known = Known(
        host=host,
        user=user,
        kind=kind,
        url=url,
        queue=queue,
        password_command=wanted.password_command,
        store=store,
    )
    channels.remember(context, wanted.name, known, secret)
    return known, reached


def _add_mail_server(context: Context, wanted: Wanted) -> tuple[Known, str]:
    from support_cli.cli import settings_saving
    from support_cli.deliver.credentials import mail_host
    from support_cli.deliver.mail.smtp_url import parse_smtp_url

    url, user = wanted.url, wanted.user
    if not url:
        label = _("Mail server: mail.example.com, or smtps://mail.example.com:465 and the like")
        url = _asked(context, label, "--url")
        if "@" not in url and not user:
            user = _asked(context, _("User or address at {host}").format(host=url.rpartition("//")[2]), "--user")
    if "://" not in url:
        url = f"smtp+starttls://{url}"
    if user and "@" not in url:
        url = url.replace("://", f"://{quote(user)}@", 1)
    server = parse_smtp_url(url, allow_plain=context.settings.smtp.allow_plain)
    secret, store = _secret(context, wanted, server.host) if server.user else ("", "")
    reached = ""
    if wanted.test:
        with contextlib.closing(context.mail_server(url, lambda: secret)) as way:
            reached = way.test()
    host = mail_host(server.host)
    known = Known(
        host=host, user=server.user, kind=SMTP, url=url, password_command=wanted.password_command, store=store
    )
    channels.remember(context, wanted.name, known, secret)
    file = context.config_folder / "settings.toml"
    settings_saving.save(file, "smtp.url", url)
    settings_saving.save(file, "mail.transport", SMTP)
    settings_saving.save(file, "smtp.password_command", wanted.password_command or None)
    return known, reached


def _secret(context: Context, wanted: Wanted, host: str) -> tuple[str, str]:
    """The token or password, and where it is to be kept."""
    if wanted.password_command:
        from support_cli.cli.secrets import printed_by

        return printed_by(wanted.password_command)(), "command"
    store = _store(context, wanted.store)
    return channels.secret_from_stdin() if wanted.stdin else _token(context, host), store


def _from_pack(context: Context, wanted: Wanted) -> Channel | None:
    if not wanted.pack and (wanted.kind and wanted.url):
        return None
    from support_cli.distribution.choose import find_pack

    if not wanted.pack and not context.settings.pack:
        return None
    pack, _form = find_pack(context.bench, wanted.pack, "")
    found = pack.manifest.channels.get(wanted.name)
    if found is None and wanted.pack:
        raise UsageError(
            _("There is no channel “{name}” in this pack.").format(name=wanted.name),
            hint=", ".join(pack.manifest.channels) or None,
        )
    return found


def _kind(context: Context, kind: str) -> str:
    kinds = (SMTP, *DESKS)
    if kind in ("email", "mail"):
        kind = SMTP
    if not kind and context.asks:
        from support_cli.interview.prompter import Choice

        labels = {SMTP: _("a mail server (smtp)")}
        lines = [Choice(key=one, label=labels.get(one, one)) for one in kinds]
        kind = context.screen.choose(_("What do you want to send through?"), lines)
    if kind not in kinds:
        message = _("There is no kind of desk called “{name}”.").format(name=kind) if kind else _("Name the desk.")
        raise UsageError(message, hint=", ".join(kinds), where="--kind")
    return kind


def _store(context: Context, store: str) -> str:
    if not store and context.asks and not has_keyring():
        place = str(channels.tokens_of(context))
        context.say(_("It will be kept in {path}, which only you can read.").format(path=place))
        store = "file"
    if not store and context.asks:
        from support_cli.interview.prompter import Choice

        lines = [
            Choice(key="keyring", label=_("In the keyring of this computer")),
            Choice(key="file", label=_("In a file that only you can read")),
        ]
        store = context.screen.choose(_("Where should it be kept?"), lines, "keyring")
    if store not in STORES:
        raise UsageError(_("Say where the token is kept."), hint=" ".join(f"--store {one}" for one in STORES))
    return store


def _asked(context: Context, label: str, flag: str) -> str:
    if not context.asks:
        raise UsageError(_("Something is missing: {what}.").format(what=label), where=flag)
    return channels.ask_line(context, label)


def _token(context: Context, host: str) -> str:
    if not context.asks:
        raise UsageError(
            _("There is no terminal to ask for the token on."),
            hint="--stdin\n--password-command COMMAND",
            where="--stdin",
        )
    return channels.ask_secret(context, _("Token or password for {host}").format(host=host))
