"""A conversation with a mail server up to the point where messages can follow: greeting, encryption, login."""

import re
import ssl
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from support_cli.base.i18n import _
from support_cli.deliver.base import PermanentError, Reason, TemporaryError
from support_cli.deliver.http import tls
from support_cli.deliver.mail.smtp_auth import NoMechanismError, Secret, log_in
from support_cli.deliver.mail.smtp_refusal import Stage, refusal
from support_cli.deliver.mail.smtp_url import SmtpServer
from support_cli.deliver.mail.smtp_wire import Reply, Timeouts, Wire, WireError

if TYPE_CHECKING:
    import ssl


class Login(msgspec.Struct, frozen=True):
    """How to prove who we are; both are called only when they are needed.

    Attributes:
        password: Gives the password, or None.
        token: Gives an OAuth access token, or None.
    """

    password: Secret | None = None
    token: Secret | None = None


class Conversation:
    """An open conversation, logged in where a login is asked for.

    Args:
        server: Where.
        login: How to log in.
        ca_file: Authorities to trust besides the system's.
        timeouts: How long to wait.

    Attributes:
        extensions: What the server said it can, by keyword (RFC 5321, 4.1.1.1).
        wire: The lines themselves.
        usable: Whether another message can follow; False from the moment that nobody knows where we are.

    Raises:
        DeliveryError: It cannot be begun.
        AuthorityError: ``ca_file`` cannot be used.
    """

    def __init__(self, server: SmtpServer, login: Login, ca_file: Path | None, timeouts: Timeouts) -> None:
        self.server = server
        self.usable = True
        self.extensions: dict[str, str] = {}
        context = None if server.security == "plain" else tls.client_context(ca_file)
        try:
            self.wire = Wire(server.host, server.port, timeouts)
        except WireError as error:
            raise self.put_off(error) from None
        try:
            self._begin(login, context)
        except WireError as error:
            self.wire.close()
            raise self.put_off(error) from None
        except BaseException:
            self.wire.close()
            raise

    def _begin(self, login: Login, context: "ssl.SSLContext | None") -> None:
        if context is not None and self.server.security == "tls":
            self._encrypt(context)
        try:
            greeting = self.wire.reply()
        except WireError as error:
            raise self.put_off(error, greeting=True) from None
        self.expect(greeting, 220, Stage.GREETING)
        self._hello()
        if context is not None and self.server.security == "starttls":
            self._start_tls(context)
        if self.server.user:
            self._log_in(login)

    def _encrypt(self, context: "ssl.SSLContext") -> None:
        try:
            self.wire.start_tls(context)
        except ssl.SSLError as error:
            raise tls.explain(error, self.server.host, self.server.where) from None

    def _hello(self) -> None:
        reply = self.wire.command(f"EHLO {self.wire.local_literal}")
        self.extensions = {}
        if reply.code >= 500:  # whatever it holds against the one, RFC 5321, 3.2 wants the other to be tried
            self.expect(self.wire.command(f"HELO {self.wire.local_literal}"), 250, Stage.GREETING)
            return
        self.expect(reply, 250, Stage.GREETING)
        for line in reply.lines[1:]:
            # Servers of the last century wrote AUTH=PLAIN.
            keyword, _blank, arguments = re.sub(r"^(AUTH)=", r"\1 ", line, flags=re.IGNORECASE).partition(" ")
            previous = self.extensions.get(keyword.upper(), "")
            self.extensions[keyword.upper()] = f"{previous} {arguments}".strip()

    def _start_tls(self, context: "ssl.SSLContext") -> None:
        server = self.server
        if "STARTTLS" not in self.extensions:
            raise TemporaryError(
                _("{host} offers no encryption; nothing was sent.").format(host=server.host),
                reason=Reason.TLS,
                hint=_("Use smtps:// or another port, or ask the people who run the server."),
                where=server.where,
            )
        reply = self.wire.command("STARTTLS")
        if reply.code // 100 != 2:
            raise TemporaryError(
                _("{host} could not begin encryption.").format(host=server.host)
                + " "
                + _("It said: {answer}").format(answer=reply.text),
                reason=Reason.TLS,
                answer=reply.text,
                where=server.where,
            )
        self._encrypt(context)
        self._hello()  # what was said before encryption does not count, RFC 3207, 4.2

    def _log_in(self, login: Login) -> None:
        server = self.server
        if login.password is None and login.token is None:
            raise PermanentError(
                _("There is no password for {user} at {host}.").format(user=server.user, host=server.host),
                reason=Reason.LOGIN,
                hint=_("Give it by smtp.password_command, by keyring, or when asked."),
                where=server.where,
            )
        try:
            reply = log_in(
                self.wire,
                server.user,
                self.extensions.get("AUTH", "").split(),
                password=login.password,
                token=login.token,
                port=server.port,
            )
        except NoMechanismError:
            if "STARTTLS" in self.extensions and not self.encryption:
                raise PermanentError(
                    _("{host} takes a login only over an encrypted connection.").format(host=server.host),
                    reason=Reason.LOGIN,
                    hint=_("Name the server as {url} in the setting smtp.url.").format(
                        url=f"smtp+starttls://{server.user}@{server.where}"
                    ),
                    where=server.where,
                ) from None
            raise PermanentError(
                _("{host} offers no way to log in that this program knows.").format(host=server.host),
                reason=Reason.LOGIN,
                answer=self.extensions.get("AUTH", ""),
                where=server.where,
            ) from None
        self.expect(reply, 235, Stage.LOGIN)

    def expect(self, reply: Reply, code: int, stage: Stage, address: str = "") -> None:
        """Raises what a reply of another kind than the expected one means; the first digit says the kind (4.2.1).

        Raises:
            DeliveryError: The reply is of another kind.
        """
        if reply.code // 100 != code // 100:
            if reply.code < 400:  # it answers something else than what it was asked
                self.usable = False
                raise TemporaryError(
                    _("{host} does not answer like a mail server.").format(host=self.server.host),
                    reason=Reason.SERVER_ERROR,
                    answer=reply.text,
                    where=self.server.where,
                )
            raise refusal(reply, stage, host=self.server.host, where=self.server.where, address=address)

    def put_off(self, error: WireError, *, greeting: bool = False) -> TemporaryError:
        """The error for a connection that broke before the receiver could have anything."""
        self.usable = False
        hint = None
        if greeting and self.server.security != "tls":
            hint = _("If this port expects TLS from the start, use smtps://.")
        return TemporaryError(error.detail, reason=error.reason, hint=hint, where=self.server.where)

    @property
    def size_limit(self) -> int | None:
        """Octets that a message may have (RFC 1870), or None where the server says nothing of it."""
        stated = self.extensions.get("SIZE", "")
        return int(stated) if stated.isdecimal() and len(stated) < 19 and int(stated) else None

    @property
    def encryption(self) -> str:
        """Version of TLS in use, or empty."""
        return self.wire.encryption

    def reset(self) -> bool:
        """Makes ready for the next message; False when the conversation is over."""
        try:
            return self.wire.command("RSET").code == 250
        except WireError:
            return False

    def quit(self) -> None:
        """Ends the conversation politely."""
        self.wire.quit()

    def drop(self) -> None:
        """Ends it at once; a message whose end was not sent is not delivered."""
        self.wire.close()
