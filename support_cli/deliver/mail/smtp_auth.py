"""Logging in to a mail server (RFC 4954): PLAIN, LOGIN, and OAuth tokens, in any script."""

import binascii
import unicodedata
from collections.abc import Callable, Iterator, Sequence

from support_cli.deliver.mail.smtp_wire import Reply, Wire

_LONGEST = 500  # octets of a command line that every server takes, RFC 5321, 4.5.3.1.4
# 504: mechanism unknown; 534: too weak, use another one.
_TRY_ANOTHER = (504, 534)

Secret = Callable[[], str]


class NoMechanismError(Exception):
    """The server offers no way to log in that we know."""


def log_in(
    wire: Wire, user: str, offered: Sequence[str], *, password: Secret | None, token: Secret | None, port: int
) -> Reply:
    """Logs in by the first of our ways that the server offers.

    Args:
        wire: The connection.
        user: Who.
        offered: Names of mechanisms from EHLO.
        password: Gives the password; used where there is no token.
        token: Gives an OAuth access token.
        port: Port of the server, which OAUTHBEARER wants to know.

    Returns:
        The last reply; 235 is success.

    Raises:
        NoMechanismError: None of the ways that are offered is ours.
        WireError: The connection broke.
    """
    names = {name.upper() for name in offered}
    ours = ("PLAIN", "LOGIN") if token is None else ("XOAUTH2", "OAUTHBEARER")
    ways = [name for name in ours if name in names]
    if token is not None:
        secret = token().strip() if ways else ""
    else:
        # RFC 8265, 4.2 (OpaqueString) prepares passwords by NFC; what a server stored as UTF-8 matches then.
        secret = unicodedata.normalize("NFC", password()) if ways and password is not None else ""
    if not ways:
        raise NoMechanismError
    user = unicodedata.normalize("NFC", user)
    for text in (secret, *map(_base64, _messages(ways[0], user, secret, wire.host, port)), _base64(secret.encode())):
        # Some servers repeat in their answer what they did not like.
        if len(text) > 3:
            wire.hide(text)
    for way in ways:
        reply = _exchange(wire, way, iter(_messages(way, user, secret, wire.host, port)))
        if reply.code not in _TRY_ANOTHER:
            break
    return reply


def _messages(way: str, user: str, secret: str, host: str, port: int) -> tuple[bytes, ...]:
    """What the client says in turn, before base64."""
    if way == "PLAIN":
        return (f"\0{user}\0{secret}".encode(),)  # RFC 4616
    if way == "LOGIN":
        return user.encode(), secret.encode()
    if way == "XOAUTH2":  # https://developers.google.com/workspace/gmail/imap/xoauth2-protocol
        return (f"user={user}\1auth=Bearer {secret}\1\1".encode(),)
    # RFC 7628, 3.1; a comma or an equals sign in a name is written as =2C or =3D (RFC 5801, 4).
    name = user.replace("=", "=3D").replace(",", "=2C")
    return (f"n,a={name},\1host={host}\1port={port}\1auth=Bearer {secret}\1\1".encode(),)


def _exchange(wire: Wire, way: str, messages: Iterator[bytes]) -> Reply:
    line = f"AUTH {way}"
    if way != "LOGIN":
        first = _base64(next(messages))
        if len(line) + len(first) < _LONGEST:
            line, first = f"{line} {first}", ""
        reply = wire.command(line)
        if reply.code == 334 and first:
            reply = wire.command(first)
    else:
        reply = wire.command(line)
    while reply.code == 334:
        # Once we have said everything, a challenge is the reason why an OAuth token failed: an empty answer
        # to it (or %x01 of RFC 7628, 3.2.3) brings the refusal itself.
        after = b"\x01" if way == "OAUTHBEARER" else b""
        message = next(messages, None)
        reply = wire.command(_base64(after if message is None else message))
        if message is None:
            break
    return reply


def _base64(octets: bytes) -> str:
    return binascii.b2a_base64(octets, newline=False).decode("ascii")
