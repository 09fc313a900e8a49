"""The composition root: the one place that reads the environment and puts the rooms together."""

import contextlib
import sys
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from support_cli.base import i18n
from support_cli.base.cache import Cache
from support_cli.base.errors import SupportError, UnusableError
from support_cli.base.files import is_private, make_folder
from support_cli.base.i18n import _
from support_cli.base.paths import APP, expand, folders
from support_cli.cases.database import open_database, open_in_memory, open_to_read
from support_cli.cases.errors import NotWritable, StorageFull
from support_cli.cases.profile import Profile
from support_cli.cli import console, secrets
from support_cli.cli.global_flags import GlobalFlags
from support_cli.cli.secrets import printed_by
from support_cli.cli.settings import Settings, load
from support_cli.cli.settings_text import SettingsError
from support_cli.environment import Bench, Mail

if TYPE_CHECKING:
    from collections.abc import Callable

    from support_cli.cases.database import Database
    from support_cli.deliver.base import Deliverer
    from support_cli.deliver.registry import DeskAddress
    from support_cli.interview.prompter import Prompter


class Context:
    """Everything that a command may need, made when it is needed.

    Attributes:
        flags: What the command line said.
        environ: The environment.
    """

    current: "Context | None" = None
    """The context of this run, for the guard."""

    def __init__(self, flags: GlobalFlags) -> None:
        self.flags = flags
        self.environ = secrets.environment()
        Context.current = self
        i18n.activate(self.language)

    @cached_property
    def settings(self) -> Settings:
        """The settings."""
        return load(self.config_folder / "settings.toml", self.environ)

    @cached_property
    def _folders(self) -> tuple[Path, Path, Path]:
        return folders(APP, self.environ)

    @property
    def config_folder(self) -> Path:
        """Folder of the settings."""
        return self._folders[0]

    @property
    def data_folder(self) -> Path:
        """Folder of the database, the profile and installed packs."""
        return self._folders[1]

    @property
    def database_file(self) -> Path:
        """Where drafts, cases and the outbox are kept; it is made when something is stored."""
        return self.data_folder / "support.db"

    @property
    def cache_folder(self) -> Path:
        """Folder of what can be made anew."""
        return self._folders[2]

    @cached_property
    def language(self) -> str:
        """Flag, environment variable or setting, then the environment's locale."""
        named = self.flags.lang or self._usable_settings.lang or self.environ.get("SUPPORT_LANG")
        return i18n.match_language([named]) if named else i18n.match_language(i18n.environment_languages(self.environ))

    @property
    def _usable_settings(self) -> Settings:
        """The settings, or the defaults; whoever cannot do without the right ones will say what is wrong with them."""
        try:
            return self.settings
        except SettingsError:
            return Settings()

    @cached_property
    def database(self) -> "Database":
        """The database, opened once, if need be only to read it; what it has to say about itself is said."""
        try:
            return self._open_database()
        except (NotWritable, StorageFull) as error:
            found = open_to_read(self.database_file)
            if found is None:
                raise
            console.talk(error.message + (" " + error.hint if error.hint else ""))
            return found

    def _open_database(self) -> "Database":
        with contextlib.suppress(OSError):
            is_private(self.data_folder)
        database = open_database(self.database_file, now=self.now())
        for notice in database.notices:
            console.talk(notice)
        return database

    def database_or_memory(self) -> "Database":
        """The database; where it cannot be written and somebody is there, one in memory, said loudly."""
        if "database" in self.__dict__:
            return self.database
        try:
            self.__dict__["database"] = self._open_database()
        except (NotWritable, StorageFull) as error:
            console.talk(error.message + (" " + error.hint if error.hint else ""))
            console.talk(_("Nothing will be saved while you write. Finish in one go, or stop here with Ctrl+C."))
            self.__dict__["database"] = open_in_memory()
        return self.database

    def now(self) -> datetime:
        """The moment, with the offset of this place, to the second."""
        return datetime.now().astimezone().replace(microsecond=0)

    @property
    def plain(self) -> bool:
        """Whether to ask line by line."""
        wish = self.environ.get("ACCESSIBLE", "").strip().lower()
        return (
            self.flags.plain
            or self.settings.plain
            or wish not in ("", "0", "false", "no")
            or self.environ.get("TERM") == "dumb"
        )

    @property
    def color(self) -> bool:
        """Whether colours may be used on standard error."""
        if self.settings.color != "auto":
            return self.settings.color == "always"
        return not self.environ.get("NO_COLOR") and self.environ.get("TERM") != "dumb"

    @property
    def editor(self) -> str | None:
        """Command of the editor, or None."""
        return self._usable_settings.editor or self.environ.get("VISUAL") or self.environ.get("EDITOR") or None

    @cached_property
    def screen(self) -> "Prompter":
        """The screen."""
        bench = self.__dict__.get("bench")
        if self.plain or (bench is not None and bench.plain):
            from support_cli.interview.plain import PlainPrompter

            return PlainPrompter(sys.stdin, sys.stderr)
        from support_cli.interview.terminal import TerminalPrompter

        return TerminalPrompter(sys.stderr, color=self.color, editor=self.editor)

    @property
    def asks(self) -> bool:
        """Whether somebody can be asked."""
        return not self.flags.no_input and not self.flags.json and console.is_terminal()

    @property
    def asks_login(self) -> bool:
        """Whether somebody can be asked for a password."""
        return self.asks or (self.flags.login and not self.flags.json and console.is_terminal())

    def say(self, text: str) -> None:
        """Shows text on standard error unless ``--quiet``."""
        if not self.flags.quiet:
            console.talk(text)

    def made_folder(self) -> Path:
        """Folder for files that we make, 0700."""
        folder = self.data_folder / "made"
        try:
            make_folder(folder)
        except OSError:
            import tempfile

            return Path(tempfile.mkdtemp(prefix="support-"))
        return folder

    @property
    def mail(self) -> Mail:
        """How mail is sent."""
        chosen = self.settings.mail.transport or ("smtp" if self.settings.smtp.url else "")
        account = self._account() if chosen == "smtp" else ""
        smtp = self.settings.smtp
        return Mail(chosen, self._deliverer, self.settings.mail.sender, account, smtp.resend_unclear)

    def _account(self) -> str:
        from support_cli.deliver.mail.smtp_url import parse_smtp_url

        try:
            return parse_smtp_url(self.settings.smtp.url, allow_plain=self.settings.smtp.allow_plain).user
        except SupportError:  # said when it is used
            return ""

    def _deliverer(self) -> "Deliverer":
        from support_cli.cli.channels import mail_password

        return self._way(self.mail.transport, self.settings.smtp.url, mail_password(self))

    def mail_server(self, url: str, password: "Callable[[], str]") -> "Deliverer":
        """A mail server that is not set up yet, with the other settings as they are."""
        return self._way("smtp", url, password)

    def _way(self, transport: str, smtp_url: str, password: "Callable[[], str]") -> "Deliverer":
        from support_cli.deliver.registry import MailOptions, mail_deliverer

        smtp, mail = self.settings.smtp, self.settings.mail
        options = MailOptions(
            smtp_url=smtp_url,
            allow_plain=smtp.allow_plain,
            ca_file=expand(smtp.ca_file) if smtp.ca_file else None,
            timeout=float(smtp.timeout),
            password=password,
            token=printed_by(smtp.token_command) if smtp.token_command else None,
            sendmail=(mail.sendmail,) if mail.sendmail else (),
            folder=expand(self.settings.output) if self.settings.output else _here(),
        )
        return mail_deliverer(transport, options)

    def _desk(self, address: "DeskAddress") -> "Deliverer":
        from support_cli.cli import channels

        return channels.deliverer(self, address)

    @cached_property
    def bench(self) -> Bench:
        """The collaborators of the use cases."""
        asks = self.asks
        return Bench(
            cache=Cache(self.cache_folder),
            cwd=_here(),
            made=self.made_folder(),
            now=self.now,
            language=self.language,
            database=lambda: self.database,
            prompter=(lambda: self.screen) if asks else None,
            say=self.say,
            stdin=console.read_stdin,
            stdout=console.binary_stdout,
            mail=self.mail,
            desk=self._desk,
            profile=Profile(self.data_folder / "profile.json"),
            environ=self.environ,
            default_pack=self.settings.pack,
            output=self.settings.output,
            prefill=self.settings.prefill != "never",
            plain=self.flags.plain,
            advises=self.flags.verbose or self.flags.json,
            packs=self.data_folder / "packs",
        )

    @property
    def resume(self) -> str:
        """The command that goes on with what is being written, or empty."""
        bench = self.__dict__.get("bench")
        return bench.resume if bench is not None else ""

    def close(self) -> None:
        """Ends what is open."""
        database = self.__dict__.get("database")
        if database is not None:
            database.close()


def _here() -> Path:
    try:
        return Path.cwd()
    except OSError as error:
        raise UnusableError(
            _("The folder that you are in cannot be used: {problem}.").format(problem=error.strerror),
            hint=_("Go to another one, like:  {command}").format(command="cd ~"),
        ) from None
