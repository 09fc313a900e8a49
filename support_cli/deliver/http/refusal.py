"""What an HTTP status means for a delivery: nobody has it, somebody may have it, never (RFC 9110, 15)."""

import re
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin, urlsplit

import msgspec

from support_cli.base.i18n import N_, _
from support_cli.base.invocation import command_line
from support_cli.base.text import clean_line, shorten
from support_cli.deliver.base import AmbiguousError, DeliveryError, PermanentError, Reason, TemporaryError

LONGEST_WAIT = 7 * 86400.0
_SAID_LENGTH = 600
_LOOKED_AT = 4096
"""Characters of a page that are looked at for what it says: the expressions take the square of the time."""
_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_TAGS = re.compile(r"<(script|style)\b.*?</\1>|<[^>]*>", re.IGNORECASE | re.DOTALL)
_SIGN_IN = re.compile(r"log-?in|sign-?in|auth|sso\b", re.IGNORECASE)
_WORDS = ("message", "error", "errors", "errorMessages", "error_description", "detail", "description", "title",
          "msg", "error_human", "ErrorMessage", "field", "code")  # fmt: skip

# The server did not act on the request: RFC 9110, 15.5.9 (408) and 15.5.13 (412, somebody else was faster), RFC 8470
# (425), RFC 6585, 4 (429).
_LATER = {
    408: Reason.TIMEOUT,
    412: Reason.SERVER_ERROR,
    423: Reason.SERVER_ERROR,
    425: Reason.SERVER_ERROR,
    429: Reason.RATE_LIMITED,
}
_NEVER = {
    400: Reason.CONTENT,
    401: Reason.LOGIN,
    403: Reason.LOGIN,
    404: Reason.ADDRESS,
    405: Reason.ADDRESS,
    407: Reason.LOGIN,
    409: Reason.CONTENT,
    410: Reason.ADDRESS,
    413: Reason.SIZE,
    414: Reason.SIZE,
    415: Reason.UNSUPPORTED,
    422: Reason.CONTENT,
    501: Reason.UNSUPPORTED,
    505: Reason.UNSUPPORTED,
}
_MESSAGES: dict[Reason, str] = {
    Reason.RATE_LIMITED: N_("{host} takes no more requests just now."),
    Reason.TIMEOUT: N_("{host} was waiting too long for the request."),
    Reason.SERVER_ERROR: N_("{host} could not take the request."),
    Reason.QUOTA: N_("There is no room left at {host}."),
    Reason.LOGIN: N_("{host} did not accept the login."),
    Reason.ADDRESS: N_("There is no such place at {host}."),
    Reason.SIZE: N_("The request is larger than {host} takes."),
    Reason.CONTENT: N_("{host} refused the request for what it is or holds."),
    Reason.UNSUPPORTED: N_("{host} cannot take such a request."),
    Reason.REFUSED: N_("{host} refused the request."),
}
_HINTS: dict[Reason, str] = {
    Reason.LOGIN: N_("Look at user and token: {command}"),
    Reason.ADDRESS: N_("Look at the address and the queue of the channel."),
    Reason.SIZE: N_("Send fewer or smaller files."),
}


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a server answered.

    Attributes:
        status: Three digits.
        headers: Names in lower case; of several alike the first.
        body: The content, up to the limit.
        url: Address that answered.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str = ""

    def data(self) -> object:
        """The content as JSON; None where it is none."""
        try:
            decoded: object = msgspec.json.decode(self.body.removeprefix(b"\xef\xbb\xbf"))  # a mark that some put there
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None
        return decoded

    @property
    def text(self) -> str:
        """The content as text."""
        return self.body.decode("utf-8", "replace")

    def wait(self) -> float | None:
        """Seconds that the server asks to wait, at most a week, or None.

        Retry-After as seconds or a date (RFC 9110, 10.2.3), or the moment at which a limit that is used up begins
        anew, as GitHub says it (docs.github.com, REST API, "Rate limits for the REST API").
        """
        said = self.headers.get("retry-after", "").strip()
        if re.fullmatch(r"\d{1,9}(\.\d+)?", said):
            return min(float(said), LONGEST_WAIT)
        if said:
            try:
                return min(max(parsedate_to_datetime(said).timestamp() - time.time(), 0.0), LONGEST_WAIT)
            except (ValueError, TypeError, OverflowError):
                return None
        reset = self.headers.get("x-ratelimit-reset", "")
        if self.headers.get("x-ratelimit-remaining") == "0" and re.fullmatch(r"\d{9,11}", reset):
            return min(max(float(reset) - time.time(), 1.0), LONGEST_WAIT)
        return None

    def stays_here(self) -> bool:
        """Whether the server that answered sends us on to itself, and not to a place where people sign in."""
        if not self.headers.get("location"):
            return False
        try:
            here, there = urlsplit(self.url), urlsplit(urljoin(self.url, self.headers["location"]))
        except ValueError:
            return False
        return (here.scheme, here.netloc) == (there.scheme, there.netloc) and not _SIGN_IN.search(there.path)

    def said(self) -> str:
        """What the server says for people: one cleaned line, possibly empty."""
        data = self.data()
        if data is not None:
            return shorten(clean_line("; ".join(dict.fromkeys(_sayings(data)))), _SAID_LENGTH)
        text = self.body[: 4 * _LOOKED_AT].decode("utf-8", "replace")[:_LOOKED_AT]
        if "<" in text:
            found = _TITLE.search(text)
            text = found[1] if found else _TAGS.sub(" ", text)
        return shorten(clean_line(text), _SAID_LENGTH)


def _sayings(data: object, depth: int = 0, *, fields: bool = False) -> list[str]:
    """The sentences in an error of any of the usual shapes.

    Args:
        data: What was said.
        depth: How far inside it is.
        fields: The keys of an object are names of fields: ``{"errors": {"title": ["is too long"]}}``.
    """
    if depth > 5:
        return []
    if isinstance(data, str):
        return [data]
    if isinstance(data, list):
        return [said for one in data[:20] for said in _sayings(one, depth + 1)]
    if isinstance(data, dict):
        # {"title": ["is too long"], "x": ["bad"]}
        fields = fields or (not set(data) <= set(_WORDS) and all(isinstance(one, list) for one in data.values()))
        known = [
            one
            for word in _WORDS
            if word in data and not fields
            for one in _sayings(data[word], depth + 1, fields=_names_fields(word, data[word]))
        ]
        if known:
            return known
        return [
            f"{key}: {' '.join(said)}" for key, value in list(data.items())[:20] if (said := _sayings(value, depth + 1))
        ]
    return []


def _names_fields(word: str, value: object) -> bool:
    """Whether the keys of what stands under a word are names of fields and not words of an error."""
    if not isinstance(value, dict):
        return False
    return word in ("errors", "field_errors") or (bool(value) and all(isinstance(one, list) for one in value.values()))


def refusal(answer: Answer, *, host: str, where: str, committing: bool, askable: bool, said: str) -> DeliveryError:
    """Turns an answer that is no success into the error that says what it means.

    Args:
        answer: The answer.
        host: Name of the server, as shown.
        where: Its address, as shown.
        committing: It answers the step after which the receiver has the ticket.
        askable: The receiver can be asked whether it has it, so that doubt costs nothing.
        said: What the server said, free of secrets.
    """
    status, wait = answer.status, answer.wait()
    limited = status == 403 and wait is not None
    answer_line = f"{status} {said}".strip()

    def worded(reason: Reason) -> str:
        message = _(_MESSAGES.get(reason, _MESSAGES[Reason.REFUSED])).format(host=host)
        return message + " " + _("It said: {answer}").format(answer=answer_line)

    if status in _LATER or limited:
        reason = Reason.RATE_LIMITED if limited else _LATER[status]
        return TemporaryError(worded(reason), reason=reason, answer=answer_line, retry_after=wait, where=where)
    if 300 <= status < 400:
        # 303 is the answer to what was done (RFC 9110, 15.4.4), and many a server writes 302 for it.
        kind = AmbiguousError if committing and status in (302, 303) and answer.stays_here() else PermanentError
        return kind(
            _("{host} has moved: it answers from another address.").format(host=host),
            reason=Reason.ADDRESS,
            answer=answer_line,
            hint=_("Look at the address of the channel, and whether it wants https."),
            where=where,
        )
    if status in _NEVER or 400 <= status < 500:
        reason = _NEVER.get(status, Reason.REFUSED)
        listed = command_line("config", "channel", "list")
        hint = _(_HINTS[reason]).format(command=listed) if reason in _HINTS else None
        return PermanentError(worded(reason), reason=reason, answer=answer_line, hint=hint, where=where)
    reason = Reason.QUOTA if status == 507 else Reason.SERVER_ERROR
    if committing and not (status == 503 and wait is not None and not askable):
        return AmbiguousError(
            _("{host} failed after it had the whole request: it may have been taken.").format(host=host)
            + " "
            + _("It said: {answer}").format(answer=answer_line),
            reason=reason,
            answer=answer_line,
            retry_after=wait,
            where=where,
        )
    return TemporaryError(worded(reason), reason=reason, answer=answer_line, retry_after=wait, where=where)
