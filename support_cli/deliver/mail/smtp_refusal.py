"""What a mail server's refusal means: put off or final, and why, in words (RFC 5321, 4.2; RFC 3463)."""

import re
from enum import Enum

from support_cli.base.i18n import N_, _
from support_cli.deliver.base import DeliveryError, PermanentError, Reason, TemporaryError
from support_cli.deliver.mail.smtp_wire import Reply


class Stage(Enum):
    """How far a message had got."""

    GREETING = "greeting"
    LOGIN = "login"
    SENDER = "sender"
    RECEIVER = "receiver"
    DATA = "data"
    END = "end"


_GREY = re.compile(r"gr[ea]y[- ]?list", re.IGNORECASE)
_RATE = re.compile(r"\brate\b|too (?:many|much)|throttl|limit exceeded|slow down", re.IGNORECASE)
_WAIT = re.compile(r"\b(\d{1,5}) ?(s|sec|secs|second|seconds|m|min|mins|minute|minutes|h|hour|hours)\b", re.IGNORECASE)
_CLOCK = re.compile(r"\b(\d{1,2}):([0-5]\d):([0-5]\d)\b")
_LONGEST_WAIT = 24 * 3600.0

_SAID: dict[Reason, str] = {
    Reason.GREYLISTED: N_("{host} wants to see the message again later (greylisting)."),
    Reason.RATE_LIMITED: N_("{host} takes no more messages just now."),
    Reason.SIZE: N_("The message is larger than {host} takes."),
    Reason.LOGIN: N_("{host} did not accept the login."),
    Reason.CONTENT: N_("{host} refused the message for what it is or holds."),
    Reason.UNSUPPORTED: N_("{host} cannot carry this message."),
    Reason.SERVER_ERROR: N_("{host} could not take the message."),
    Reason.REFUSED: N_("{host} refused the message."),
}
_SAID_OF_ADDRESS: dict[Reason, str] = {
    Reason.QUOTA: N_("The mailbox of {address} is full."),
    Reason.ADDRESS: N_("{host} does not take mail for {address}."),
    Reason.REFUSED: N_("{host} does not take mail for {address}."),
    Reason.CONTENT: N_("{host} does not take mail for {address}."),
    Reason.SERVER_ERROR: N_("{host} cannot take mail for {address} now."),
}
_HINTS: dict[Reason, str] = {
    Reason.LOGIN: N_("Look at user and password; some services want a password made for this program."),
    Reason.SIZE: N_("Send fewer or smaller files."),
    Reason.ADDRESS: N_("Look at the address."),
}


def refusal(reply: Reply, stage: Stage, *, host: str, where: str, address: str = "") -> DeliveryError:
    """Turns a reply that is no success into the error that says what it means.

    Args:
        reply: A reply of 4yz or 5yz; anything else counts as a fault of the server.
        stage: What it answers.
        host: Name of the server, as shown.
        where: Host and port.
        address: The sender's or receiver's address that it is about, or empty.
    """
    final = reply.code >= 500
    reason = _final_reason(reply, stage) if final else _passing_reason(reply, stage)
    encrypted_only = reason is Reason.LOGIN and "STARTTLS" in reply.text.upper()
    if address and stage is Stage.SENDER and reason in (Reason.ADDRESS, Reason.REFUSED, Reason.CONTENT):
        message = _("{host} does not take mail from {address}.")
    elif address and stage is Stage.RECEIVER and reason in _SAID_OF_ADDRESS:
        message = _(_SAID_OF_ADDRESS[reason])
    elif reason is Reason.QUOTA:
        message = _("There is no room left at {host}.")
    elif stage is Stage.GREETING:
        message = _("{host} takes no mail from this computer.") if final else _("{host} takes no mail just now.")
    elif encrypted_only:
        message = _("{host} takes mail only over an encrypted connection.")
    elif stage is Stage.SENDER and reason is Reason.LOGIN:
        message = _("{host} takes mail only after a login.")
    else:
        message = _(_SAID.get(reason, _SAID[Reason.REFUSED]))
    message = message.format(host=host, address=address) + " " + _("It said: {answer}").format(answer=reply.text)
    hint = _(_HINTS[reason]) if reason in _HINTS else None
    if encrypted_only:
        hint = _("Name the server as {url} in the setting smtp.url.").format(url=f"smtp+starttls://{where}")
    elif stage is Stage.SENDER and reason is Reason.LOGIN:
        hint = _("Name the user in the setting smtp.url, as in smtp+starttls://ann@mail.example.com.")
    if final:
        return PermanentError(message, reason=reason, answer=reply.text, hint=hint, where=where)
    return TemporaryError(
        message, reason=reason, answer=reply.text, retry_after=_wait(reply.text), hint=hint, where=where
    )


def _final_reason(reply: Reply, stage: Stage) -> Reason:
    code, enhanced = reply.code, reply.enhanced
    if stage is Stage.LOGIN or code in (530, 534, 535, 538):
        return Reason.LOGIN
    if enhanced == "5.2.2":
        return Reason.QUOTA
    if enhanced in ("5.2.3", "5.3.4") or code == 552:
        # 552 at RCPT is the mailbox's quota, RFC 5321, 4.2.3.
        return Reason.QUOTA if stage is Stage.RECEIVER and not enhanced.startswith("5.3") else Reason.SIZE
    if enhanced.startswith("5.6") or enhanced in ("5.3.3", "5.7.4") or code in (502, 504, 555):
        return Reason.UNSUPPORTED
    if enhanced.startswith("5.1") or code in (551, 553):
        return Reason.ADDRESS
    if stage is Stage.END or enhanced.startswith("5.7"):
        return Reason.CONTENT if stage in (Stage.DATA, Stage.END) else Reason.REFUSED
    if stage in (Stage.RECEIVER, Stage.SENDER) and code == 550:
        return Reason.ADDRESS
    return Reason.REFUSED


def _passing_reason(reply: Reply, stage: Stage) -> Reason:
    code, enhanced = reply.code, reply.enhanced
    if stage is Stage.LOGIN:
        return Reason.SERVER_ERROR
    if _GREY.search(reply.text) or (enhanced == "4.7.1" and code in (450, 451) and stage is Stage.RECEIVER):
        return Reason.GREYLISTED
    if _RATE.search(reply.text) or enhanced == "4.7.28":
        return Reason.RATE_LIMITED
    if enhanced in ("4.2.2", "4.3.1") or (code == 452 and not enhanced):
        return Reason.QUOTA
    if code == 421:
        return Reason.CONNECTION
    return Reason.SERVER_ERROR


def _wait(text: str) -> float | None:
    """Seconds that the text asks to wait: ``for 300 seconds``, ``in 5 minutes``, ``00:04:59``."""
    if found := _WAIT.search(text):
        unit = {"s": 1, "m": 60, "h": 3600}[found[2][0].lower()]
        return min(float(found[1]) * unit, _LONGEST_WAIT)
    if found := _CLOCK.search(text):
        return min(int(found[1]) * 3600.0 + int(found[2]) * 60 + int(found[3]), _LONGEST_WAIT)
    return None
