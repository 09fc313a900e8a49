"""The same request once more: a script gets what became of the first one, a person is asked.

Two requests are the same if a script gave them the same ``--request-id``, or if they say the same to the same receiver
within a day. Like the Idempotency-Key of HTTP interfaces (draft-ietf-httpapi-idempotency-key-header), a key that comes
back with something else is an error.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from support_cli.base.addresses import Address
from support_cli.base.errors import UnusableError, UsageError
from support_cli.base.i18n import _, format_ago
from support_cli.base.invocation import command_line
from support_cli.base.text import clean_line, shorten
from support_cli.cases.cases import Cases
from support_cli.cases.errors import IdError
from support_cli.cases.outbox import Outbox
from support_cli.cases.records import Case, Mark, Message, MessageState
from support_cli.environment import Bench
from support_cli.forms.request import Request
from support_cli.interview.prompter import Choice
from support_cli.requests.work import Work

_WITHIN = timedelta(days=1)
_UNDER_WAY = timedelta(minutes=1)
"""How long a request without a message may be one that another run is about to send."""
_LONGEST_KEY = 200
_ARRIVED = (MessageState.QUEUED, MessageState.SENDING, MessageState.SENT)


class First(msgspec.Struct, frozen=True):
    """A request that is there already.

    Attributes:
        case: The request.
        message: Its message; None where it went another way or was only written.
        mark: When, and what it was known again by.
    """

    case: Case
    message: Message | None
    mark: Mark


class Repeats:
    """Knows a request again.

    Args:
        bench: The collaborators.
        case_id: Id that the request has now.
        content: Digest of what it says and where it goes.
        key: Value of ``--request-id``, or empty.
        purpose: That of its message, as the outbox has it.
        sends: It is stored as a message or handed to a program that sends it.
    """

    def __init__(
        self, bench: Bench, case_id: str, content: str, *, key: str, purpose: str = "request", sends: bool
    ) -> None:
        self._bench, self._case_id, self._content, self._purpose = bench, case_id, content, purpose
        self._key, self._sends = key, sends

    def first(self) -> First | None:
        """The request that is the same, if one is there.

        Raises:
            UsageError: If the key belongs to another request.
            UnusableError: If another run is about to send the same one.
        """
        cases = Cases(self._bench.database())
        mark = cases.marked(f"key:{self._key}" if self._key else f"content:{self._content}")
        now = self._bench.now()
        itself = mark is not None and mark.case_id == self._case_id and self._purpose == "request"
        if mark is None or itself or (not self._key and now - mark.at > _WITHIN):
            return None
        messages = Outbox(self._bench.database()).list(request_id=mark.case_id)
        message = next((one for one in reversed(messages) if one.purpose == mark.purpose), None)
        try:
            case = cases.get(mark.case_id)
        except IdError:  # not stored yet, or deleted meanwhile
            case = None
        if case is None or not self._counts(case, message):
            if message is None and self._sends and now - mark.at < _UNDER_WAY:
                raise UnusableError(
                    _("Another run of support is sending the same request at this moment."),
                    hint=_("Look a minute later:  {command}").format(command=command_line("outbox", "list")),
                )
            return None
        if mark.content != self._content:
            raise UsageError(
                _("The key “{key}” belongs to another request: {id}.").format(key=self._key, id=case.id),
                hint=_("Give each request a key of its own."),
                where="--request-id",
            )
        return First(case, message, mark)

    def _counts(self, case: Case, message: Message | None) -> bool:
        """Whether it arrived, or will: what was refused or cancelled may be sent once more."""
        if message is not None:
            written = bool(self._key) and message.state is MessageState.WRITTEN
            return message.state in _ARRIVED or message.uncertain or written
        return not self._sends or (self._purpose == "request" and case.line.sent_at is not None)

    def claim(self) -> First | None:
        """Lets the request be known again from now on, unless the same one is there: then gives that.

        Raises:
            UsageError: If the key belongs to another request.
            UnusableError: If another run is about to send the same one.
        """
        with self._bench.database().transaction():
            first = self.first()
            if first is None:
                self._note()
        return first

    def _note(self) -> None:
        cases, now = Cases(self._bench.database()), self._bench.now()
        for mark in ([f"key:{self._key}"] if self._key else []) + ([f"content:{self._content}"] if self._sends else []):
            cases.mark(Mark(mark=mark, content=self._content, case_id=self._case_id, purpose=self._purpose, at=now))

    def release(self) -> None:
        """Forgets the request: it was not made. One whose message is stored stays known."""
        messages = Outbox(self._bench.database()).list(request_id=self._case_id)
        if all(one.purpose != self._purpose for one in messages):
            Cases(self._bench.database()).unmark(self._case_id, self._purpose)

    def wanted_again(self, first: First) -> bool:
        """Asks whether to send the same once more; without a terminal nothing is sent."""
        if self._bench.prompter is None or self._key:
            return False
        choices = [
            Choice(key="keep", label=_("Leave it at that")),
            Choice(key="send", label=_("Send it once more"), final=True),
        ]
        if self._bench.prompter().choose(told(first, self._bench.now()), choices, default="keep") == "keep":
            return False
        self._note()
        return True


def told(first: First, now: datetime) -> str:
    """Says that the same request is there already, and since when."""
    text = _("The same request was sent {ago}: {id}.") if first.message else _("The same request was made {ago}: {id}.")
    return text.format(ago=format_ago(now - first.mark.at), id=first.case.id)


def repeats_of(work: Work, request: Request, *, sends: bool) -> Repeats:
    """Knows a request again by what it says.

    Raises:
        UsageError: If ``--request-id`` is no key.
    """
    name, channel, queue = work.route(request.answers)
    # A channel of one name may lead elsewhere: a newer pack, a clone of another server.
    where = (name, queue, channel.url, channel.to) if channel is not None else (name, queue)
    secrets = {one.id for one in work.form.questions if one.secret}  # nothing of them is stored, not even a digest
    answers = {key: answer.value for key, answer in request.answers.items() if key not in secrets}
    content = digest(request.pack.name, request.form, answers, files_of(request), where, addresses_of(work.to))
    return Repeats(work.bench, request.id, content, key=checked_key(work.options.request_id), sends=sends)


def digest(*parts: object) -> str:
    """A digest of what is said: hexadecimal SHA-256 of it as JSON with sorted keys."""
    return hashlib.sha256(msgspec.json.encode(parts, order="sorted")).hexdigest()


def files_of(request: Request) -> list[tuple[str, str]]:
    """Names and digests of a request's files."""
    return sorted((one.name, one.sha256) for one in request.attachments)


def addresses_of(to: Sequence[Address]) -> list[str]:
    """Addresses in an order of their own."""
    return sorted(one.address for one in to)


def checked_key(key: str) -> str:
    """The key that a script gave a request.

    Raises:
        UsageError: If it is too long or no single line.
    """
    if len(key) > _LONGEST_KEY or clean_line(key) != key:
        raise UsageError(
            _("“{key}” cannot be the key of a request.").format(key=shorten(clean_line(key[:1000]), 60)),
            hint=_("One line of at most {count} characters, for example an order number or a UUID.").format(
                count=_LONGEST_KEY
            ),
            where="--request-id",
        )
    return key
