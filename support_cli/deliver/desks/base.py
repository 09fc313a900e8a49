"""What all desks have in common: one way to deliver, to look again, and to try the connection."""

import contextlib
import re
from abc import ABC, abstractmethod
from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import ClassVar

import msgspec

from support_cli.base.errors import SupportError
from support_cli.base.i18n import _
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
)
from support_cli.deliver.desks.files import accepted, without_refused
from support_cli.deliver.desks.options import DeskOptions, Login
from support_cli.deliver.desks.reading import at, text_at
from support_cli.deliver.http.client import Client
from support_cli.deliver.http.place import parse_url
from support_cli.deliver.http.refusal import Answer
from support_cli.deliver.ticket import Followed, Ticket


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket that a desk has.

    Attributes:
        number: As people call it.
        url: Link to it, or empty.
        notes: What a person should know, one sentence each.
    """

    number: str
    url: str = ""
    notes: tuple[str, ...] = ()


class Desk(ABC):
    """A desk that is spoken to by HTTP.

    A kind of desk says how a ticket is made, how it is found again, and how the login is shown; the rest is the same
    for all of them.
    """

    kind: ClassVar[str]
    asks_back: ClassVar[bool] = True
    """Whether ``look`` can tell if a ticket is there."""
    goes_on: ClassVar[bool] = False
    """Whether ``add`` can add to a ticket that is there."""
    settles: ClassVar[int] = 600
    """Seconds after which a ticket that is not there will not come from an earlier attempt any more.

    A desk may still be at work on what it was sent when our patience, or that of a server between us, is at its end:
    the usual limits of web servers and of programs behind them are 30 to 300 seconds. Lists that lag behind take
    seconds.
    """

    def __init__(self, options: DeskOptions) -> None:
        self.options = options
        self.place = parse_url(self.api_url(options), allow_plain=options.allow_plain)

    def api_url(self, options: DeskOptions) -> str:
        """Where the desk listens to programs, from the address that a pack names."""
        return options.url

    @property
    def can_be_asked(self) -> bool:
        """Whether ``find`` can tell if a message arrived."""
        return self.asks_back

    @cached_property
    def login(self) -> Login:
        """User and token."""
        return self.options.login()

    @cached_property
    def client(self) -> Client:
        """Requests to the desk."""
        return Client(
            self.place,
            headers=self._login_headers,
            askable=self.can_be_asked,
            ca_file=self.options.ca_file,
            timeout=self.options.timeout,
            proxy_for=self.options.proxy_for,
            secrets=self._secrets,
        )

    @property
    def shown(self) -> str:
        """Who takes the ticket, for people."""
        queue = clean_line(self.options.queue)
        return f"{self.place.authority} ({queue})" if queue else self.place.authority

    @abstractmethod
    def headers(self, login: Login) -> Mapping[str, str]:
        """Headers of every request, the login among them."""

    @abstractmethod
    def make(self, job: Job, ticket: Ticket) -> Made:
        """Makes the ticket; the one request after which it exists is marked with ``commit=job``."""

    @abstractmethod
    def look(self, job: Job, ticket: Ticket) -> Made | None:
        """Looks for the ticket of an earlier attempt, and adds what is missing from it.

        Returns:
            None where it surely is not there.
        """

    def add(self, job: Job, ticket: Ticket, follows: Followed) -> Made:
        """Adds to a ticket that is there, marked with ``commit=job``; only where ``goes_on``."""
        raise NotImplementedError

    def look_in(self, job: Job, ticket: Ticket, follows: Followed) -> Made | None:
        """Looks for what ``add`` may have added in an earlier attempt; only where ``goes_on``."""
        raise NotImplementedError

    @abstractmethod
    def try_login(self) -> str:
        """Reads something that needs the login; returns who we are there, or empty."""

    def deliver(self, job: Job) -> Receipt:
        """Makes the ticket; after an end that leaves doubt, asks at once whether it is there.

        Raises:
            TemporaryError: Nobody has it.
            AmbiguousError: Somebody may have it.
            PermanentError: Nobody has it, and trying again would not help.
        """
        ticket = _ticket(job)
        try:
            return self._receipt(job, self._make(job, ticket))
        except AmbiguousError:
            there = None
            if self.can_be_asked:
                # A desk that cannot be asked now leaves things as they are: in doubt.
                with contextlib.suppress(SupportError):
                    there = self._look(job, ticket)
            if there is None:
                raise
            return self._receipt(job, there)

    def find(self, job: Job) -> Receipt | None:
        """Asks the desk for the ticket of an earlier attempt.

        Raises:
            TemporaryError: It could not be asked now, or never can, or the ticket may still come.
        """
        ticket = _ticket(job)
        try:
            there = self._look(job, ticket)
        except TemporaryError:
            raise
        except DeliveryError as error:  # refused to answer: that says nothing about the ticket
            raise TemporaryError(
                error.message, reason=error.reason, answer=error.answer, hint=error.hint, where=error.where
            ) from None
        if there is not None:
            return self._receipt(job, there)
        if job.doubted_for is not None and job.doubted_for < self._settling():
            raise TemporaryError(
                _("{host} does not have it yet, but may still be at work on the last attempt.").format(
                    host=self.place.host
                ),
                reason=Reason.UNCLEAR,
                hint=_("It is asked again, and sent anew once that is out of the question."),
                where=self.place.where,
            )
        return None

    def _make(self, job: Job, ticket: Ticket) -> Made:
        """Makes the ticket; where a desk refuses it for the type of a file, once more without that file."""
        ticket, notes = accepted(ticket, self.options.words("accept"))
        while True:
            try:
                made = self._make_or_add(job, ticket)
            except PermanentError as error:
                smaller = without_refused(ticket, error)
                if smaller is None:
                    raise
                ticket, more = smaller
                notes += more
            else:
                return msgspec.structs.replace(made, notes=(*made.notes, *notes))

    def _make_or_add(self, job: Job, ticket: Ticket) -> Made:
        """A new ticket, or more of one that is there; a desk that cannot do that gets a new one, which is said."""
        if ticket.follows is None:
            return self.make(job, ticket)
        if self.goes_on:
            return self.add(job, ticket, ticket.follows)
        said = _("{host} takes no additions from this program: it is a new ticket, which names {number}.").format(
            host=self.place.host, number=clean_line(ticket.follows.number)
        )
        made = self.make(job, ticket)
        return msgspec.structs.replace(made, notes=(said, *made.notes))

    def _look(self, job: Job, ticket: Ticket) -> Made | None:
        if ticket.follows is not None and self.goes_on:
            return self.look_in(job, ticket, ticket.follows)
        return self.look(job, ticket)

    def test(self) -> str:
        """Logs in; makes nothing.

        Raises:
            DeliveryError: It would not work.
        """
        who = clean_line(self.try_login())
        if who:
            return _("{host} was reached, and knows us as {name}.").format(host=self.place.where, name=who)
        return _("{host} was reached.").format(host=self.place.where)

    def close(self) -> None:  # noqa: B027 - part of the port
        """Nothing stays open."""

    def _receipt(self, job: Job, made: Made) -> Receipt:
        return Receipt(
            id=job.id,
            state=State.SENT,
            channel=self.kind,
            to=self.shown,
            at=datetime.now(UTC),
            digest=job.digest,
            size=job.size,
            message_id=job.message_id,
            ticket=made.number,
            url=made.url,
            note=" ".join(made.notes),
        )

    def _settling(self) -> float:
        said = self.options.text("settle")
        return float(said) if re.fullmatch(r"\d{1,6}", said) else self.settles

    def _login_headers(self) -> Mapping[str, str]:
        return self.headers(self.login)

    def _secrets(self) -> tuple[str, ...]:
        login = self.login
        return (login.secret, basic(login).removeprefix("Basic ")) if login.secret else ()

    def listed(self, answer: Answer, path: str = "") -> list[object]:
        """The list in the answer to a question. Only a list that is empty says that there is nothing.

        Raises:
            TemporaryError: There is no list.
        """
        found = at(answer.data(), path)
        if not isinstance(found, list):
            raise self.cannot_be_read(answer)
        return found

    def cannot_be_read(self, answer: Answer) -> TemporaryError:
        """For an answer of success to anything but the last step that is not what the desk should answer."""
        return TemporaryError(
            _("{host} gave an answer that cannot be understood.").format(host=self.place.host),
            reason=Reason.SERVER_ERROR,
            answer=self.client.hidden(answer.said()),
            hint=_("Look at the address of the channel."),
            where=self.place.where,
        )

    def refuses(self, said: str, reason: Reason = Reason.CONTENT) -> PermanentError:
        """For a refusal that does not show in the status alone."""
        return PermanentError(
            _("{host} refused the request: {answer}").format(host=self.place.host, answer=self.client.hidden(said)),
            reason=reason,
            answer=self.client.hidden(said),
            where=self.place.where,
        )

    def unknown(self, name: str) -> TemporaryError:
        """For a name in the channel's settings that the desk does not know; that can be mended."""
        return TemporaryError(
            _("{host} knows nothing called “{name}”.").format(host=self.place.host, name=clean_line(name)),
            reason=Reason.ADDRESS,
            hint=_("Look at the settings of the channel."),
            where=self.place.where,
        )

    def id_in(self, answer: Answer, path: str) -> str:
        """What an answer to anything but the last step gives at a dotted path.

        Raises:
            TemporaryError: If it gives nothing.
        """
        found = text_at(answer.data(), path)
        if not found:
            raise self.cannot_be_read(answer)
        return found

    def cannot_be_asked(self) -> TemporaryError:
        """For a desk that keeps no list that we could read."""
        return TemporaryError(
            _("{host} cannot be asked whether a ticket arrived.").format(host=self.place.host),
            reason=Reason.UNCLEAR,
            where=self.place.where,
        )

    def too_many(self) -> TemporaryError:
        """For a list that is too long to say that something is not in it."""
        return TemporaryError(
            _("{host} has too many new tickets to find ours among them.").format(host=self.place.host),
            reason=Reason.UNCLEAR,
            where=self.place.where,
        )

    def doubtful(self, what: str) -> AmbiguousError:
        """For an answer of success that does not say which ticket was made."""
        return AmbiguousError(
            _("{host} gave an answer that cannot be understood; the ticket may be there.").format(host=self.place.host),
            reason=Reason.UNCLEAR,
            answer=self.client.hidden(what),
            where=self.place.where,
        )


def since(ticket: Ticket) -> datetime:
    """A moment (UTC) before which no attempt can have been; two days allow for clocks that are wrong."""
    return min(ticket.created.astimezone(UTC), datetime.now(UTC)) - timedelta(days=2)


def basic(login: Login) -> str:
    """The value of Authorization for user and password (RFC 7617), UTF-8."""
    return "Basic " + b64encode(f"{login.user}:{login.secret}".encode()).decode()


def _ticket(job: Job) -> Ticket:
    if job.ticket is None:
        raise PermanentError(
            _("The stored message {id} is a mail and no ticket; a desk cannot take it.").format(id=job.id),
            reason=Reason.UNSUPPORTED,
        )
    return job.ticket
