"""Which kinds of deliverers there are, in one table. Each is imported only when it is used."""

from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

import msgspec

from support_cli.base.errors import UsageError
from support_cli.base.i18n import _
from support_cli.base.invocation import command_line
from support_cli.deliver.base import Deliverer
from support_cli.deliver.desks.options import DeskOptions
from support_cli.deliver.file import FileDeliverer
from support_cli.deliver.mail.sendmail import SendmailDeliverer
from support_cli.deliver.mail.smtp import SmtpDeliverer
from support_cli.deliver.mail.smtp_url import parse_smtp_url
from support_cli.deliver.mail.smtp_wire import Timeouts

Secret = Callable[[], str]


class MailOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How mail leaves this machine.

    Attributes:
        smtp_url: Address of the mail server.
        allow_plain: Host that may be reached without encryption.
        ca_file: PEM file with authorities to trust besides the system's, or None.
        timeout: Seconds to wait for the mail server.
        password: Gives the password, or None.
        token: Gives an OAuth access token, or None.
        sendmail: Sendmail program and its first arguments, or nothing to look for one.
        folder: Where ``file`` writes.
    """

    smtp_url: str = ""
    allow_plain: str = ""
    ca_file: Path | None = None
    timeout: float = 60.0
    password: Secret | None = None
    token: Secret | None = None
    sendmail: Sequence[str] = ()
    folder: Path = Path()


def _smtp(options: MailOptions) -> Deliverer:
    return SmtpDeliverer(
        parse_smtp_url(options.smtp_url, allow_plain=options.allow_plain),
        password=options.password,
        token=options.token,
        ca_file=options.ca_file,
        timeouts=Timeouts.of(options.timeout),
    )


def _sendmail(options: MailOptions) -> Deliverer:
    return SendmailDeliverer(options.sendmail)


def _file(options: MailOptions) -> Deliverer:
    return FileDeliverer(options.folder)


MAIL: dict[str, Callable[[MailOptions], Deliverer]] = {"smtp": _smtp, "sendmail": _sendmail, "file": _file}
"""Values of the setting ``mail.transport`` to what makes the deliverer."""


class TransportError(UsageError):
    """There is no such way for mail."""


def no_transport() -> TransportError:
    """The error where nothing says how mail leaves this machine."""
    return TransportError(
        _("No way to send mail is set up on this machine."),
        hint=command_line("config", "channel", "add", "mail", "--kind", "smtp")
        + "\n"
        + command_line("config", "set", "mail.transport", "sendmail"),
    )


def mail_deliverer(transport: str, options: MailOptions) -> Deliverer:
    """Makes the deliverer for mail.

    Args:
        transport: A key of ``MAIL``.
        options: How.

    Raises:
        TransportError: There is no such way, or none is set up.
        SmtpUrlError: The address of the mail server cannot be used.
    """
    make = MAIL.get(transport)
    if not transport:
        raise no_transport()
    if make is None:
        raise TransportError(
            _("There is no way to send mail called “{name}”.").format(name=transport),
            hint=", ".join(MAIL),
            where="mail.transport",
        )
    return make(options)


DESKS: dict[str, tuple[str, str]] = {
    "rt": ("rt", "RequestTracker"),
    "redmine": ("redmine", "Redmine"),
    "roundup": ("roundup", "Roundup"),
    "github": ("github", "GitHub"),
    "gitlab": ("gitlab", "GitLab"),
    "zammad": ("zammad", "Zammad"),
    "zendesk": ("zendesk", "Zendesk"),
    "freshdesk": ("freshdesk", "Freshdesk"),
    "jira": ("jira", "Jira"),
    "jsm": ("jsm", "ServiceManagement"),
    "osticket": ("osticket", "OsTicket"),
    "znuny": ("znuny", "Znuny"),
    "http": ("described", "Described"),
}
"""Kinds of channels that are desks, to the module under ``deliver.desks`` and the class in it."""


class DeskAddress(msgspec.Struct, frozen=True, kw_only=True):
    """Which desk, as a pack names it and the outbox keeps it.

    Attributes:
        channel: Name of the channel.
        kind: A key of ``DESKS``.
        url: Its address.
        queue: Queue, or empty.
        settings: What the kind understands besides.
        public: Everybody can read what is sent there.
    """

    channel: str
    kind: str
    url: str
    queue: str = ""
    settings: dict[str, str] = {}
    public: bool = False


class DeskError(UsageError):
    """There is no such kind of desk."""


def desk_deliverer(kind: str, options: DeskOptions) -> Deliverer:
    """Makes the deliverer for a desk.

    Args:
        kind: A key of ``DESKS``.
        options: Where and how.

    Raises:
        DeskError: There is no such kind.
        UrlError: The address cannot be used.
        TemporaryError: The channel lacks something that can be mended.
    """
    if kind not in DESKS:
        raise DeskError(
            _("There is no kind of desk called “{name}”.").format(name=kind), hint=", ".join(DESKS), where="channels"
        )

    module, name = DESKS[kind]
    make: Callable[[DeskOptions], Deliverer] = getattr(import_module(f"support_cli.deliver.desks.{module}"), name)
    return make(options)
