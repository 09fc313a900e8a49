"""What a desk is told: where it is, how to log in, and what the pack sets for it."""

from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from support_cli.base.i18n import _
from support_cli.base.text import clean_line
from support_cli.deliver.base import Reason, TemporaryError
from support_cli.deliver.ticket import Ticket

Setting = str | bool | int | float
ProxyFor = Callable[[str, str], str]


class Login(msgspec.Struct, frozen=True):
    """Who asks.

    Attributes:
        user: User or address, or empty where the token says it.
        secret: Token or password.
    """

    user: str = ""
    secret: str = ""

    def __repr__(self) -> str:
        """Never shows the secret."""
        return f"Login({self.user!r})"


def nobody() -> Login:
    """No login at all."""
    return Login()


class DeskOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How to reach a desk.

    Attributes:
        url: Its address.
        queue: Queue, project or group; empty for the desk's own default.
        settings: Whatever else its kind understands, by dotted name.
        public: Everybody can read what is sent there.
        login: Gives user and token; called once, when it is needed.
        allow_plain: Host that may be reached without encryption.
        ca_file: PEM file with authorities to trust besides the system's.
        timeout: Seconds to wait for the desk.
        proxy_for: Scheme and ``host:port`` to the proxy to go through, or nothing.
    """

    url: str
    queue: str = ""
    settings: Mapping[str, Setting] = {}
    public: bool = False
    login: Callable[[], Login] = nobody
    allow_plain: str = ""
    ca_file: Path | None = None
    timeout: float = 60.0
    proxy_for: ProxyFor | None = None

    def text(self, name: str, default: str = "") -> str:
        """A setting as text."""
        value = self.settings.get(name, default)
        if isinstance(value, bool):
            return "true" if value else "false"
        return clean_line(str(value))

    def words(self, name: str) -> list[str]:
        """A setting as a list, separated by commas."""
        return [word for word in (one.strip() for one in self.text(name).split(",")) if word]

    def below(self, prefix: str) -> dict[str, Setting]:
        """The settings ``prefix.NAME``, by ``NAME``."""
        start = prefix + "."
        return {key.removeprefix(start): value for key, value in self.settings.items() if key.startswith(start)}

    def required(self, name: str, value: str) -> str:
        """A value that the desk cannot do without.

        Raises:
            TemporaryError: It is missing: that can be mended, and then the message goes.
        """
        if not value:
            raise TemporaryError(
                _("The channel does not say “{setting}”, which this desk needs.").format(setting=name),
                reason=Reason.UNSUPPORTED,
                where=clean_line(self.url),
            )
        return value

    def fields(self, ticket: Ticket) -> dict[str, str]:
        """The desk's own fields: ``field.NAME: role`` and ``set.NAME: value``, by ``NAME``; empty ones are left out."""
        found = {name: str(value) for name, value in self.below("set").items()}
        for name, role in self.below("field").items():
            if said := ticket.fields.get(str(role), "").strip():
                found[name] = said
        return found

    def mapped(self, name: str, role: str, ticket: Ticket) -> str:
        """A desk's word for an answer: ``NAME.ANSWER: word``, else ``NAME: word``, else nothing.

        ``priority.Nothing works: high`` maps one answer of the role, whatever its case.
        """
        said = " ".join(ticket.fields.get(role, "").split()).casefold()
        for answer, word in self.below(name).items():
            if " ".join(answer.split()).casefold() == said:
                return str(word)
        return self.text(name)
