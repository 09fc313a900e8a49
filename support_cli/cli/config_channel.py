"""``support config channel``: adding, listing, trying and removing desks, and what is asked for it."""

import contextlib
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote

import msgspec
import typer

from support_cli.base.errors import UsageError
from support_cli.base.i18n import _
from support_cli.cli import channels, console, flags
from support_cli.cli.context import Context
from support_cli.cli.flags import open_context
from support_cli.cli.parser import group_app
from support_cli.cli.secrets import printed_by
from support_cli.deliver.credentials import Known, has_keyring, mail_host
from support_cli.deliver.desks.options import Login
from support_cli.deliver.http.place import parse_url
from support_cli.deliver.mail.smtp_url import parse_smtp_url
from support_cli.deliver.registry import DESKS, DeskAddress
from support_cli.distribution.choose import find_pack
from support_cli.forms.model import Channel
from support_cli.interview.prompter import Choice

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
    from support_cli.cli import settings

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
    settings.save(file, "smtp.url", url)
    settings.save(file, "mail.transport", SMTP)
    settings.save(file, "smtp.password_command", wanted.password_command or None)
    return known, reached


def _secret(context: Context, wanted: Wanted, host: str) -> tuple[str, str]:
    """The token or password, and where it is to be kept."""
    if wanted.password_command:
        return printed_by(wanted.password_command)(), "command"
    store = _store(context, wanted.store)
    return channels.secret_from_stdin() if wanted.stdin else _token(context, host), store


def _from_pack(context: Context, wanted: Wanted) -> Channel | None:
    if not wanted.pack and (wanted.kind and wanted.url):
        return None

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


app = group_app(_("Logins for the mail server and the desks that requests are sent to."))
_Name = Annotated[str, typer.Argument(metavar="NAME", help=_("Name of the channel, as the pack has it."))]
_Kind = Annotated[
    str, typer.Option("--kind", metavar="KIND", help=_("smtp, or a kind of desk; by default the pack's."))
]
_Url = Annotated[
    str, typer.Option("--url", metavar="URL", help=_("Address of the mail server or desk; by default the pack's."))
]
_Queue = Annotated[str, typer.Option("--queue", metavar="QUEUE", help=_("Queue or project to try the login with."))]
_User = Annotated[str, typer.Option("--user", metavar="USER", help=_("User or address, where the desk wants one."))]
_Store = Annotated[str, typer.Option("--store", metavar="WHERE", help=_("Where the token is kept: keyring or file."))]
_Command = Annotated[
    str, typer.Option("--password-command", metavar="COMMAND", help=_("Command that prints the token."))
]
_Stdin = Annotated[bool, typer.Option("--stdin", help=_("Read the token from standard input."))]
_Untested = Annotated[bool, typer.Option("--no-test", help=_("Store without trying the connection."))]


@app.command(help=_("Ask for a login, try it without sending anything, and store it."))
def add(
    name: _Name,
    kind: _Kind = "",
    url: _Url = "",
    queue: _Queue = "",
    user: _User = "",
    store: _Store = "",
    password_command: _Command = "",
    stdin: _Stdin = False,
    no_test: _Untested = False,
    pack: flags.PackName = "",
) -> None:
    """Parses, asks, tries, stores, prints."""
    context = open_context(no_input=stdin)
    wanted = Wanted(name, kind, url, queue, user, store, password_command, stdin, not no_test, pack)
    known, reached = add_channel(context, wanted)
    if context.flags.json:
        console.product_json({"name": name, "host": known.host, "store": known.store, "test": reached})
    else:
        context.say(
            "\n".join(
                filter(
                    None, [reached, _("The login for {host} is stored.").format(host=known.host.removeprefix("smtp:"))]
                )
            )
        )


@app.command("list", help=_("Show the channels that have a login; never a token."))
def list_() -> None:
    """Parses, reads, prints."""
    from support_cli.base.labels import STORES, label

    context = open_context()
    known = channels.load(context)
    if context.flags.json:
        console.product_json({name: msgspec.to_builtins(one) for name, one in known.items()})
        return
    rows = [[name, one.kind, one.host, one.user, label(STORES, one.store)] for name, one in known.items()]
    console.product(console.columns(rows, indent="") if rows else _("Nothing is kept."))


@app.command(help=_("Forget a channel and its token."))
def remove(name: _Name) -> None:
    """Parses, removes, prints."""
    context = open_context()
    channels.forget(context, name)
    if context.flags.json:
        console.product_json({"removed": name})
    else:
        context.say(_("The channel “{name}” is forgotten.").format(name=name))
