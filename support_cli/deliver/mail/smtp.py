"""Delivery by SMTP submission, as a stream, several messages over one connection (RFC 5321, 6409)."""

from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from support_cli.base.addresses import wire_address
from support_cli.base.i18n import _, format_size
from support_cli.base.text import clean_line
from support_cli.deliver.base import (
    AmbiguousError,
    DeliveryError,
    Job,
    PermanentError,
    Reason,
    Receipt,
    State,
    TemporaryError,
    pieces,
)
from support_cli.deliver.mail.headers import dot_stuffed
from support_cli.deliver.mail.smtp_auth import Secret
from support_cli.deliver.mail.smtp_conversation import Conversation, Login
from support_cli.deliver.mail.smtp_refusal import Stage, refusal
from support_cli.deliver.mail.smtp_url import SmtpServer
from support_cli.deliver.mail.smtp_wire import Reply, Timeouts, WireError


class ServerGoneError(Exception):
    """The server ended the conversation before it had anything of this message: a new one may go better.

    Attributes:
        error: What it means if that is not tried.
    """

    def __init__(self, error: DeliveryError) -> None:
        super().__init__(error.message)
        self.error = error


class Session(Conversation):
    """A conversation that takes messages."""

    def send(self, job: Job) -> tuple[Reply, dict[str, str]]:
        """Delivers one message.

        Returns:
            The last reply, and those receivers that were refused for good with the answers; at least one of those
            that are no mere copies took it.

        Raises:
            ServerGoneError: The conversation is over, and nothing of this message was said.
            DeliveryError: As ``Deliverer.deliver``.
        """
        sender = wire_address(job.sender)
        receivers = {address: wire_address(address) for address in job.receivers}
        self._check(job)
        options = [f"SIZE={job.size}"] * ("SIZE" in self.extensions)
        options += ["BODY=8BITMIME"] * (job.utf8 and "8BITMIME" in self.extensions) + ["SMTPUTF8"] * job.utf8
        try:
            reply = self.wire.command(" ".join([f"MAIL FROM:<{sender}>", *options]))
        except WireError as error:
            raise ServerGoneError(self.put_off(error)) from None
        if reply.code == 421:
            self.usable = False
            raise ServerGoneError(refusal(reply, Stage.SENDER, host=self.server.host, where=self.server.where))
        try:
            self.expect(reply, 250, Stage.SENDER, sender)
            refused = self._name_receivers(receivers, job)
            self.expect(self.wire.command("DATA"), 354, Stage.DATA)
            return self._transfer(job), refused
        except WireError as error:
            raise self.put_off(error) from None

    def _check(self, job: Job) -> None:
        """Finds out before anything is sent what the server said that it does not take."""
        server, limit = self.server, self.size_limit
        if not job.receivers:
            raise PermanentError(_("The message has no receiver."), reason=Reason.ADDRESS)
        if limit is not None and job.size > limit:
            raise PermanentError(
                _("The message has {size}; {host} takes {limit} at most.").format(
                    size=format_size(job.size), host=server.host, limit=format_size(limit)
                ),
                reason=Reason.SIZE,
                hint=_("Send fewer or smaller files."),
                where=server.where,
            )
        if job.utf8 and "SMTPUTF8" not in self.extensions:
            raise PermanentError(
                _("{host} cannot carry addresses with letters beyond ASCII before the @.").format(host=server.host),
                reason=Reason.UNSUPPORTED,
                hint=_("Use an address in Latin letters, or a server that supports SMTPUTF8."),
                where=server.where,
            )

    def _name_receivers(self, receivers: dict[str, str], job: Job) -> dict[str, str]:
        """RCPT for everybody. All or nothing as far as trying again could help, so that nobody gets it twice."""
        refused: dict[str, DeliveryError] = {}
        for address, written in receivers.items():
            reply = self.wire.command(f"RCPT TO:<{written}>")
            self.usable = reply.code != 421
            try:
                self.expect(reply, 250, Stage.RECEIVER, address)
            except PermanentError as error:
                refused[address] = error
        main = [address for address in receivers if address not in job.cc] or list(receivers)
        if all(address in refused for address in main):
            raise refused[main[0]]
        return {address: error.answer for address, error in refused.items()}

    def _transfer(self, job: Job) -> Reply:
        """The message itself; a connection that is dropped before the lone dot has delivered nothing."""
        sent, self.usable = 0, False
        for piece in dot_stuffed(pieces(job)):
            try:
                self.wire.send(piece)
            except WireError as error:
                raise self._last_words(error) from None
            sent += len(piece)
            job.progress(sent)
        if self.wire.has_spoken():  # a refusal in the middle; anything else would pass for the last answer
            raise self._last_words(WireError(Reason.SERVER_ERROR, self._out_of_turn()))
        job.before_commit()
        try:
            self.wire.send(b".\r\n")
            reply = self.wire.reply(self.wire.timeouts.final)
        except WireError as error:
            raise self._unclear(error.detail) from None
        if reply.code < 400 and self._goes_on():
            raise self._unclear(self._out_of_turn())
        self.usable = reply.code != 421
        if 200 <= reply.code < 300:
            return reply
        if reply.code < 400:
            raise self._unclear(_("{host} does not answer like a mail server.").format(host=self.server.host))
        raise refusal(reply, Stage.END, host=self.server.host, where=self.server.where)

    def _goes_on(self) -> bool:
        """Whether the server says more than its last answer, which may then have been another one; it may hang up."""
        try:
            return self.wire.has_spoken()
        except WireError:
            return False

    def _out_of_turn(self) -> str:
        return _("{host} answered before it was asked.").format(host=self.server.host)

    def _last_words(self, error: WireError) -> DeliveryError | WireError:
        """A server that hangs up in the middle of a message may have said why."""
        try:
            reply = self.wire.reply(1.0)
        except WireError:
            return error
        if reply.code < 400:
            return error
        return refusal(reply, Stage.DATA, host=self.server.host, where=self.server.where)

    def _unclear(self, detail: str) -> AmbiguousError:
        return AmbiguousError(
            detail + " " + _("It may have taken the message before."),
            reason=Reason.UNCLEAR,
            hint=_("Ask the receiver, or look for an automatic answer, before sending it again."),
            where=self.server.where,
        )


class SmtpDeliverer:
    """Hands messages to a mail server; a context manager that ends the connection.

    Args:
        server: Where.
        password: Gives the password; called only when the server wants a login, once for each connection.
        token: Gives an OAuth access token; takes the password's place.
        ca_file: PEM file with authorities to trust besides the system's.
        timeouts: How long to wait.
    """

    kind = "smtp"
    can_be_asked = False

    def __init__(
        self,
        server: SmtpServer,
        *,
        password: Secret | None = None,
        token: Secret | None = None,
        ca_file: Path | None = None,
        timeouts: Timeouts | None = None,
    ) -> None:
        self.server = server
        self._login = Login(password, token)
        self._ca_file = ca_file
        self._timeouts = timeouts or Timeouts()
        self._session: Session | None = None

    def __enter__(self) -> "SmtpDeliverer":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def deliver(self, job: Job) -> Receipt:
        """Sends one message; the connection stays open for the next one.

        Nobody gets the message unless all receivers that could take it later take it now: with several of them,
        one that is put off puts off the whole. Those that are refused for good stand in the receipt.

        Raises:
            TemporaryError: Nobody has it.
            AmbiguousError: The connection was lost after the whole message: the server may have it.
            PermanentError: Nobody has it, and trying again would not help.
            AddressError: An address cannot be written to.
            AuthorityError: The file with authorities cannot be used.
        """
        reply, refused = self._sent(job)
        return Receipt(
            id=job.id,
            state=State.SENT,
            channel=self.kind,
            to=", ".join(clean_line(each) for each in job.receivers if each not in refused),
            at=datetime.now(UTC),
            digest=job.digest,
            size=job.size,
            message_id=job.message_id,
            note=_refused_note(refused),
            answer=reply.text,
            refused=refused,
        )

    def _sent(self, job: Job) -> tuple[Reply, dict[str, str]]:
        again = self._session is not None
        while True:
            session = self._session or self._connect()
            done = False
            try:
                outcome = session.send(job)
                done = True
                return outcome
            except ServerGoneError as gone:
                # Servers end a conversation after so many messages or minutes; a new one is then all it takes.
                if not again:
                    raise gone.error from None
                again = False
            finally:
                if not done:
                    self._settle(session)

    def _settle(self, session: Session) -> None:
        """After anything but success: a conversation in the middle of a message cannot be used any more."""
        if not session.usable or not session.reset():
            session.drop()
            self._session = None

    def _connect(self) -> Session:
        self._session = Session(self.server, self._login, self._ca_file, self._timeouts)
        return self._session

    def find(self, job: Job) -> Receipt | None:
        """Never possible: a mail server keeps no record that we could ask for.

        Raises:
            TemporaryError: Always.
        """
        raise TemporaryError(
            _("A mail server cannot be asked whether {id} arrived.").format(id=job.id),
            reason=Reason.UNCLEAR,
            where=self.server.where,
        )

    def test(self) -> str:
        """Connects, encrypts and logs in; sends nothing.

        Raises:
            DeliveryError: It would not work.
            AuthorityError: The file with authorities cannot be used.
        """
        session = self._session or self._connect()
        words = [
            _("{host} was reached with {encryption}.").format(host=self.server.where, encryption=session.encryption)
            if session.encryption
            else _("{host} was reached without encryption.").format(host=self.server.where)
        ]
        if self.server.user:
            words.append(_("The login of {user} was accepted.").format(user=self.server.user))
        elif "AUTH" in session.extensions:
            words.append(_("It offers a login, and none was named."))
        if session.size_limit is not None:
            words.append(_("It takes messages up to {size}.").format(size=format_size(session.size_limit)))
        return " ".join(words)

    def close(self) -> None:
        """Ends the connection."""
        if self._session is not None:
            self._session.quit()
            self._session = None


def _refused_note(refused: dict[str, str]) -> str:
    """Says who did not get it, where others did."""
    return "\n".join(
        _("{address} did not get it: {answer}").format(address=clean_line(address), answer=answer)
        for address, answer in refused.items()
    )
