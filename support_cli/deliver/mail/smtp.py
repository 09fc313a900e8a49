"""Delivery by SMTP submission, as a stream, several messages over one connection (RFC 5321, 6409)."""

from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from support_cli.base.i18n import _, format_size
from support_cli.base.text import clean_line
from support_cli.deliver.base import Job, Reason, Receipt, State, TemporaryError
from support_cli.deliver.mail.smtp_auth import Secret
from support_cli.deliver.mail.smtp_conversation import Login
from support_cli.deliver.mail.smtp_session import ServerGoneError, Session
from support_cli.deliver.mail.smtp_url import SmtpServer
from support_cli.deliver.mail.smtp_wire import Reply, Timeouts


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
