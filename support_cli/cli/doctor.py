"""``support doctor``."""

import contextlib
import platform
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec

from support_cli import __version__
from support_cli.base.errors import ExitCode, SupportError, UnusableError, of_one_item
from support_cli.base.files import is_private, make_folder, open_to_others
from support_cli.base.i18n import _
from support_cli.base.invocation import command_line
from support_cli.base.labels import CHECKED, label
from support_cli.base.paths import expand
from support_cli.cli import console, flags
from support_cli.cli.context import Context
from support_cli.cli.flags import open_context
from support_cli.cli.guard import exit_now
from support_cli.cli.parser import command_app
from support_cli.distribution.choose import find_pack, installed_names
from support_cli.requests.options import NewOptions
from support_cli.requests.prepare import try_templates
from support_cli.requests.work import Work


class Examined(msgspec.Struct, frozen=True):
    """One thing that was looked at.

    Attributes:
        name: Stable, untranslated name.
        ok: Whether it works.
        message: What was found, or what to do.
    """

    name: str
    ok: bool
    message: str


def examine(context: Context, pack: str) -> list[Examined]:
    """Looks at everything that a request needs; one fault hides no other."""
    checks: list[tuple[str, Callable[[], str]]] = [
        ("program", lambda: f"support-cli {__version__}, Python {platform.python_version()}, {platform.platform()}"),
        ("settings", lambda: _settings(context)),
        ("private", lambda: _private(context)),
        ("database", lambda: _database(context)),
        ("cache", lambda: _folder(context.cache_folder)),
        *(("pack", lambda name=name: _pack(context, name)) for name in _packs(context, pack)),
        ("terminal", lambda: _terminal(context)),
        ("editor", lambda: _editor(context)),
        ("mail", lambda: _mail(context)),
    ]
    found = []
    for name, look in checks:
        try:
            found.append(Examined(name, True, look()))
        except Exception as error:
            fault = of_one_item(error)
            message = " ".join(filter(None, [f"{fault.where}:" if fault.where else "", fault.message, fault.hint]))
            found.append(Examined(name, False, message))
    return found


def _settings(context: Context) -> str:
    path = context.config_folder / "settings.toml"
    _language = context.settings.lang
    return str(path) if path.exists() else _("{path} (not there; defaults are used)").format(path=path)


def _database(context: Context) -> str:
    path = context.database_file
    if not path.exists():
        return _("{path} (not there yet)").format(path=path)
    from support_cli.cases.drafts import Drafts

    count = len(Drafts(context.database).list())
    return _("{path}, drafts: {count}").format(path=path, count=count)


def _folder(path: Path) -> str:
    try:
        make_folder(path)
        probe = path / ".probe"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        return _("{path} cannot be written ({problem}); every start takes longer").format(
            path=path, problem=error.strerror
        )
    return str(path)


def _private(context: Context) -> str:
    """Closes our folders where they are open to others, and says what else is.

    Raises:
        UnusableError: If somebody else may read what holds a password, or write a command that we run.
    """
    closed = []
    for folder in (context.config_folder, context.data_folder, context.cache_folder):
        if open_to_others(folder):
            with contextlib.suppress(OSError):
                if is_private(folder):
                    closed.append(str(folder))
    loose = [path for path in _secret_files(context) if open_to_others(path)]
    if loose:
        raise UnusableError(
            _("Others may read or write {paths}.").format(paths=", ".join(map(str, loose))),
            hint=" ".join(f"chmod 600 {path}" for path in loose),
        )
    if closed:
        return _("was open to others, and is closed now: {paths}").format(paths=", ".join(closed))
    return _("nobody else can read what is kept here")


def _secret_files(context: Context) -> list[Path]:
    netrc = context.environ.get("NETRC") or "~/.netrc"
    smtp = context.settings.smtp
    settings = [context.config_folder / "settings.toml"] if smtp.password_command or smtp.token_command else []
    return [*settings, expand(netrc)]


def _packs(context: Context, named: str) -> list[str]:
    """The pack that was named; else the one that a new request takes, and all that are installed."""
    if named:
        return [named]
    with contextlib.suppress(SupportError):
        return ["", *(name for name in installed_names(context.bench) if name != context.bench.default_pack)]
    return [""]


def _pack(context: Context, named: str) -> str:
    pack, _form = find_pack(context.bench, named, "")
    count = 0
    for form_id in pack.form_ids():
        work = Work(bench=context.bench, options=NewOptions(), pack=pack, form=pack.form(form_id), outputs=[], to=())
        try_templates(work)
        count += 1
    return _("{name} {version}, forms: {count}").format(
        name=pack.manifest.name, version=pack.manifest.version, count=count
    )


def _terminal(context: Context) -> str:
    encoding = getattr(sys.stderr, "encoding", None) or "?"
    kind = _("a terminal") if console.is_terminal() else _("no terminal, so nothing can be asked")
    mode = _("line by line") if context.plain else _("full screen line editing")
    return f"{kind}, {encoding}, {mode}, {context.language}"


def _editor(context: Context) -> str:
    if not context.editor:
        return _("none set (EDITOR); long texts are typed here")
    from support_cli.interview.editor import split_command

    program = next(iter(split_command(context.editor)), "")
    if shutil.which(program) is None:
        return _("{program} is not there; long texts are typed here").format(program=program)
    return context.editor


def _mail(context: Context) -> str:
    transport = context.mail.transport
    if not transport:
        command = command_line("config", "channel", "add", "mail", "--kind", "smtp")
        return _("not set up; requests end as files to send yourself ({command})").format(command=command)
    with contextlib.closing(context.mail.make()) as way:  # an address that cannot be read shows here
        if transport != "smtp":
            return f"{transport}, {way.test()}"
        return " ".join(filter(None, [f"smtp, {context.settings.smtp.url}.", _named_sender(context)]))


def _named_sender(context: Context) -> str:
    """What becomes of mail whose author is not the one who logs in (RFC 7489, 3.1: From and the account's domain)."""
    account = context.mail.account
    if context.mail.sender or "@" not in account:
        return ""
    text = _(
        "Mail comes from the customer's address (From) and names {account} as Sender. A domain with a DMARC policy lets"
        " such mail be refused or put into spam; with “{command}” it comes from {account}; answers go to the customer."
    )
    return text.format(account=account, command=command_line("config", "set", "mail.sender", account))


app = command_app()


@app.command(help=_("Look whether everything works on this machine; nothing is sent."))
def doctor(pack: flags.PackName = "") -> None:
    """Parses, looks, prints."""
    context = open_context(no_input=True)
    found = examine(context, pack)
    if context.flags.json:
        console.product_json([{"name": one.name, "ok": one.ok, "message": one.message} for one in found])
    else:
        marks = {True: _("ok"), False: _("not ok")}
        rows = [[marks[one.ok], label(CHECKED, one.name), one.message] for one in found]
        console.product(console.columns(rows, indent=""))
    if not all(one.ok for one in found):
        exit_now(ExitCode.UNUSABLE)
